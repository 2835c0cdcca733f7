//! Common random numbers: every overlay of a scenario meets the same world.

use crate::trial::Trial;
use overlab_lab::Registry;
use std::collections::BTreeMap;

const EVERYTHING: &str = include_str!("../../crates/overlab-lab/tests/everything.json");

/// A row of `lookups.csv`: (origin, number) and (key, time of issue, whether its origin had joined).
type Rows<'a> = BTreeMap<(&'a str, &'a str), (&'a str, &'a str, bool)>;

fn rows(text: &str) -> Rows<'_> {
    let mut rows = Rows::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(',').collect();
        let [origin, number, key, issued, joined] = fields[..5] else { panic!("{line}") };
        let earlier = rows.insert((origin, number), (key, issued, joined == "true"));
        assert_eq!(earlier, None, "{line} is there twice");
    }
    rows
}

/// Under joins, churn, crashes and adversaries: what is asked, where and when is the same for all overlays, request by
/// request; only whether the origin had joined is the overlay's own affair.
#[test]
fn all_overlays_of_a_scenario_get_the_same_lookups() {
    let trial = Trial::written(EVERYTHING, &["output.lookups=true"], &Registry::built_in(), None);
    let overlays = trial.plans[0].scenario.overlays.len();
    assert!(overlays >= 3);
    for replication in 0..2 {
        let runs: Vec<_> =
            (0..overlays).map(|overlay| trial.run_on((0, overlay, replication), 1, 1)).collect();
        let all: Vec<Rows<'_>> = runs.iter().map(|run| rows(run.lookups.as_ref().unwrap())).collect();
        let mut both_joined = 0;
        for other in &all[1..] {
            assert!(all[0].keys().eq(other.keys()));
            for ((place, first), second) in all[0].iter().zip(other.values()) {
                assert_eq!((first.0, first.1), (second.0, second.1), "{place:?}");
                both_joined += usize::from(first.2 && second.2);
            }
        }
        assert!(both_joined > 1_000, "only {both_joined}");
        let digests: Vec<&String> = runs.iter().map(|run| &run.digest).collect();
        assert!((1..overlays).all(|overlay| digests[overlay] != digests[0]));
    }
}
