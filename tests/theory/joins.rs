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

/// Kademlia's tables lack nothing either, and lookups take at most a tenth more hops than with converged tables. They do take
/// more: a joining peer fills its far buckets with whom it is introduced to and with those that answer the lookups by
/// which it joins, the k closest to one key each, while converged tables are random samples; with ten introductions
/// that costs about 6 % (two standard errors of 5,000 lookups of two hops are 1.4 %). Fewer hops than with
/// random samples would be a miscount.
#[test]
fn kademlias_joins_alone_fill_its_tables() {
    let set = ["replications=1", "time.measure=10min"];
    let grown = Trial::of("joins.json", &set).runs(0, 1);
    let converged = [set[0], set[1], "peers.start=converged", "time.warmup=1min"];
    let converged = Trial::of("joins.json", &converged).runs(0, 1);
    for run in [&grown[0], &converged[0]] {
        assert_eq!(value(run, "peers.joined"), 500.0);
        assert_eq!(value(run, "table.missing_ratio"), 0.0);
        assert_eq!(value(run, "table.stale_ratio"), 0.0);
        assert_eq!(value(run, "lookup.correct_ratio"), 1.0);
    }
    let ratio = mean_of(&grown, "lookup.hops") / mean_of(&converged, "lookup.hops");
    assert!((1.0..=1.10).contains(&ratio), "{ratio} times the hops of converged tables");
}
