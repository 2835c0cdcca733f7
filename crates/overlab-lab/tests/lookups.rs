//! What may and what may not move the figures of lookups.

#[path = "support/trial.rs"]
mod trial;

use overlab_lab::{RunOutcome, Sample};
use std::collections::BTreeMap;

/// A minute of lookups among peers that all stay, a sixth of a second from one to another and back.
const CALM: &str = r#"{
  "version": 1,
  "name": "calm",
  "time": { "warmup": "20s", "measure": "1min" },
  "underlay": { "constant": { "latency": "80ms" } },
  "peers": { "count": 60 },
  "overlays": [
    { "label": "Chord", "algorithm": { "chord": {} } },
    { "label": "recursive Chord", "algorithm": { "chord": {} }, "lookup": { "mode": "recursive" } },
    { "label": "Kademlia", "algorithm": { "kademlia": { "k": 8 } } }
  ],
  "workload": { "key_routing": { "rate_per_peer": "20/min" } },
  "replications": 1
}"#;

/// The same under loss and churn, with a crash in the middle.
const ROUGH: &[&str] = &[
    "impairments.loss=0.05",
    r#"churn={"session":{"exponential":{"mean":"2min"}},"downtime":{"exponential":{"mean":"1min"}},"identity":"fresh"}"#,
    r#"timeline=[{"at":"25s","crash":{"fraction":0.3}}]"#,
];

/// Runs every overlay of [`CALM`] once, with these settings.
fn runs(settings: &[&str]) -> Vec<RunOutcome> {
    trial::runs(CALM, settings)
}

type Figures = BTreeMap<String, Sample>;

/// The figures of lookups alone, in the whole and in each phase.
fn lookups(run: &RunOutcome) -> Vec<Figures> {
    let only = |all: &Figures| {
        all.iter()
            .filter(|(name, _)| name.starts_with("lookup."))
            .map(|(name, sample)| (name.clone(), *sample))
            .collect()
    };
    std::iter::once(&run.metrics).chain(&run.phases).map(only).collect()
}

fn mean(figures: &Figures, name: &str) -> f64 {
    figures.get(name).unwrap_or_else(|| panic!("no {name}")).mean
}

/// `a` and `b` are the same runs as far as lookups go, to the bit.
fn same_lookups(a: &[RunOutcome], b: &[RunOutcome], what: &str) {
    assert_eq!(a.len(), b.len());
    for (overlay, (a, b)) in a.iter().zip(b).enumerate() {
        assert_eq!(lookups(a), lookups(b), "{what}, overlay {overlay}");
        assert_eq!(a.hops, b.hops, "{what}, overlay {overlay}");
        assert_eq!(a.latency_quantiles, b.latency_quantiles, "{what}, overlay {overlay}");
    }
}

#[test]
fn how_often_it_is_looked_at_moves_no_lookup() {
    let rough = |sample| runs(&[ROUGH, &[sample]].concat());
    let expected = rough("time.sample=1s");
    for run in &expected {
        let all = &lookups(run)[0];
        assert!(mean(all, "lookup.issued") > 500.0 && mean(all, "lookup.correct_ratio") < 0.99, "{all:?}");
    }
    for sample in ["time.sample=400ms", "time.sample=7s", "time.sample=1min"] {
        same_lookups(&expected, &rough(sample), sample);
    }
}

/// A forwarder that goes on trying after the lookup's deadline meets troubles which come too late to have caused anything.
#[test]
fn causes_do_not_depend_on_looks_after_the_deadline() {
    let hasty = |sample| {
        let settings = [
            "impairments.loss=0.3",
            "workload.key_routing.deadline=300ms",
            "overlays[1].rpc.timeout=200ms",
            "overlays[1].rpc.retries=3",
        ];
        runs(&[&ROUGH[1..], &settings, &[sample]].concat())
    };
    same_lookups(&hasty("time.sample=100ms"), &hasty("time.sample=1min"), "a minute for a tenth of a second");
}

#[test]
fn how_often_members_are_published_moves_no_lookup_where_nobody_joins() {
    let lossy = |epoch| runs(&["impairments.loss=0.05", epoch]);
    let expected = lossy("time.epoch=10s");
    for epoch in ["time.epoch=300ms", "time.epoch=33s", "time.epoch=1h"] {
        same_lookups(&expected, &lossy(epoch), epoch);
    }
}

#[test]
fn phases_add_up_and_every_failure_has_a_cause() {
    for run in runs(ROUGH) {
        assert_eq!(run.phases.len(), 2);
        for count in ["lookup.issued", "lookup.origin_left", "lookup.not_joined"] {
            let parts: f64 = run.phases.iter().map(|phase| mean(phase, count)).sum();
            assert_eq!(parts, mean(&run.metrics, count), "{count}");
        }
        for figures in lookups(&run) {
            let (success, correct) =
                (mean(&figures, "lookup.success_ratio"), mean(&figures, "lookup.correct_ratio"));
            assert!(correct <= success, "{correct} correct, {success} answered");
            let causes: Vec<f64> = figures
                .iter()
                .filter(|(name, _)| name.starts_with("lookup.failures."))
                .map(|(_, sample)| sample.mean)
                .collect();
            // Wrong answers are failures too, so that causes make up all that is not correct.
            assert!((causes.iter().sum::<f64>() - (1.0 - correct)).abs() < 1e-9, "{figures:?}");
            let wrong = mean(&figures, "lookup.failures.wrong_owner");
            assert!((wrong - (success - correct)).abs() < 1e-9, "nobody is hostile: {figures:?}");
        }
    }
}

#[test]
fn nothing_but_oneself_is_found_within_less_than_a_round_trip() {
    // A round trip takes 160 ms, and a recursive answer at least as long.
    let short = runs(&["workload.key_routing.deadline=159ms", "output.lookups=true"]);
    for run in &short {
        let all = &lookups(run)[0];
        let (issued, success) = (mean(all, "lookup.issued"), mean(all, "lookup.success_ratio"));
        // 60 peers ask 20 times a minute: a Poisson number, five standard deviations.
        assert!((issued - 1_200.0).abs() < 5.0 * 1_200_f64.sqrt(), "{issued}");
        let mut local = 0.0;
        // `lookups.csv` without its head and its first columns: peer, number, key, time, joined, timeouts, messages,
        // owner, latency, hops, correct, cause.
        for row in run.lookups.as_ref().unwrap().lines() {
            let cells: Vec<&str> = row.split(',').collect();
            let [peer, .., owner, latency, hops, correct, cause] = cells[..] else { panic!("{row}") };
            if owner.is_empty() {
                assert_eq!((latency, hops, correct, cause), ("", "", "false", "timeout"), "{row}");
            } else {
                assert_eq!((peer, latency, hops, correct, cause), (owner, "0", "0", "true", ""), "{row}");
                local += 1.0;
            }
        }
        assert!((local / issued - success).abs() < 1e-12, "{local} of {issued}, {success}");
        // Every peer owns a sixtieth of the keys on average.
        assert!(local / issued < 0.05, "{local} of {issued}");
        assert_eq!(mean(all, "lookup.correct_ratio"), success);
        assert_eq!(mean(all, "lookup.failures.timeout"), 1.0 - success);
    }
    // A round trip and a little more suffices for those whose owner is a neighbour.
    for (longer, short) in runs(&["workload.key_routing.deadline=161ms"]).iter().zip(&short) {
        let (longer, short) = (lookups(longer), lookups(short));
        assert_eq!(mean(&longer[0], "lookup.issued"), mean(&short[0], "lookup.issued"));
        assert!(mean(&longer[0], "lookup.correct_ratio") > mean(&short[0], "lookup.correct_ratio"));
    }
}
