//! Overlays grown by their own protocols end where converged tables begin.

use crate::statistics::{mean_of, value};
use crate::trial::Trial;

const SHORT: [&str; 2] = ["replications=2", "time.measure=10min"];

/// No tolerance: a ring without churn must be the ring, and its fingers the fingers, at every sample of the measured
/// period and in every replication.
#[test]
fn chords_joins_alone_make_the_ring() {
    let trial = Trial::of("joins.json", &SHORT);
    for run in trial.runs(0, 0) {
        assert_eq!(value(&run, "peers.joined"), 500.0);
        assert_eq!(value(&run, "table.missing_ratio"), 0.0);
        assert_eq!(value(&run, "table.stale_ratio"), 0.0);
        assert_eq!(value(&run, "ring.successor_wrong_ratio"), 0.0);
        assert_eq!(value(&run, "lookup.correct_ratio"), 1.0);
    }
}

/// Kademlia's buckets hold those met first, not a random sample, and need not be full: 10 % is what its hop count may lose
/// by that. With 2 x 5,000 lookups of about two hops and a variance below one the standard error is 0.5 %.
#[test]
fn kademlias_joins_alone_give_the_hops_of_converged_tables() {
    let grown = Trial::of("joins.json", &SHORT).runs(0, 1);
    let converged =
        Trial::of("joins.json", &[SHORT[0], SHORT[1], "peers.start=converged", "time.warmup=1min"]);
    let [grown_hops, converged_hops] =
        [&grown, &converged.runs(0, 1)].map(|runs| mean_of(runs, "lookup.hops"));
    assert!((grown_hops / converged_hops - 1.0).abs() <= 0.10, "{grown_hops} instead of {converged_hops}");
    assert_eq!(mean_of(&grown, "peers.joined"), 500.0);
    assert_eq!(mean_of(&grown, "lookup.correct_ratio"), 1.0);
}
