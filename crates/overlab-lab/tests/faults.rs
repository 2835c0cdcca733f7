//! What faults do to the network of a run and to the overlays on it.

#[path = "support/trial.rs"]
mod trial;

use overlab_lab::{Experiment, Registry, RunOutcome};
use overlab_schema::Document;

/// Lookups on a network of routers, of which routing mends what it can within ten seconds sharp.
const ROUTED: &str = r#"{
  "version": 1,
  "name": "faults",
  "time": { "warmup": "20s", "measure": "2min", "sample": "5s" },
  "underlay": { "transit_stub": {
    "transit_domains": 1, "routers_per_transit_domain": 8, "random_sizes": false, "transit_edge_probability": 0.4,
    "stub_domains_per_transit_router": 2, "routers_per_stub_domain": 3
  } },
  "peers": { "count": 60 },
  "overlays": [{ "algorithm": { "chord": {} } }, { "algorithm": { "kademlia": { "k": 8 } } }],
  "workload": { "key_routing": { "rate_per_peer": "20/min" } },
  "faults": {
    "detection": { "intradomain": { "constant": { "mean": "4s" } }, "interdomain": { "constant": { "mean": "4s" } } },
    "reconvergence": { "intradomain": { "constant": { "mean": "6s" } }, "interdomain": { "constant": { "mean": "6s" } } }
  },
  "replications": 1
}"#;

fn series(run: &RunOutcome, name: &str) -> Vec<(f64, f64)> {
    run.series.get(name).unwrap_or_else(|| panic!("no {name}")).clone()
}

fn at(series: &[(f64, f64)], second: f64) -> f64 {
    series
        .iter()
        .find(|bin| (bin.0 - second).abs() < 1e-9)
        .unwrap_or_else(|| panic!("no bin ends at {second}"))
        .1
}

#[test]
fn a_partition_cuts_half_of_the_pairs_until_it_heals() {
    let runs = trial::runs(
        ROUTED,
        &[
            r#"underlay={"plane":{}}"#,
            r#"timeline=[{"at":"30s","fail":{"partition":{"parts":[{"half":"west"}]}},"for":"40s"}]"#,
        ],
    );
    for run in &runs {
        let pairs = series(run, "underlay.reachable_pairs_ratio");
        // Of 60 hosts, each of 30 reaches 29 others.
        let halved = 2.0 * 30.0 * 29.0 / (60.0 * 59.0);
        for (end, ratio) in &pairs {
            let expected = if *end > 30.0 && *end <= 70.0 { halved } else { 1.0 };
            assert!((ratio - expected).abs() < 1e-12, "{ratio} at {end}");
        }
        assert_eq!(run.phases.len(), 3, "before, during, after");
        assert!(run.phases[0]["lookup.correct_ratio"].mean > 0.99);
        assert!(run.phases[1]["network.lost_ratio"].mean > 0.0);
        // Each half closes its ranks and answers for all keys: half of them are owned on the other side.
        let cut = run.phases[1]["lookup.failures.partition"].mean;
        assert!((cut - 0.5).abs() < 0.1, "{cut}");
        // Before it, only those that were still under way when it came.
        assert!(run.phases[0]["lookup.failures.partition"].mean < 0.01);
        assert_eq!(run.phases[2]["network.lost_ratio"].mean, 0.0);
        assert_eq!(run.metrics["faults.recovery_s.wide"].mean, 40.0);
        // Nobody can help across a partition.
        assert_eq!(run.metrics["faults.saveable_ratio"].mean, 0.0);
    }
    // Two rings do not find together again by themselves; buckets that were not full enough to forget do.
    let healed = |run: &RunOutcome| run.phases[2]["lookup.correct_ratio"].mean;
    assert!(healed(&runs[0]) < 0.6 && healed(&runs[1]) > 0.99);
    // What two rings answer wrongly after the healing is their own fault.
    let after = &runs[0].phases[2];
    let (wrong, cut) = (after["lookup.failures.wrong_owner"].mean, after["lookup.failures.partition"].mean);
    assert!(wrong > 0.4 && cut < 0.02, "{wrong} {cut}");
}

#[test]
fn routing_mends_a_broken_router_after_its_delays() {
    // A transit router is one of the first; taking it down breaks paths through it.
    let runs = trial::runs(
        ROUTED,
        &[r#"timeline=[{"at":"30s","fail":{"router":0},"name":"down"},{"at":"1min10s","repair":"down"}]"#],
    );
    let pairs = series(&runs[0], "underlay.reachable_pairs_ratio");
    assert_eq!(at(&pairs, 30.0), 1.0);
    let (broken, routed) = (at(&pairs, 35.0), at(&pairs, 45.0));
    assert!(broken < routed, "routing found other ways: {broken} and {routed}");
    assert_eq!(broken, at(&pairs, 40.0), "nobody has reacted before 40 s");
    assert_eq!(at(&pairs, 120.0), 1.0);
    // Both overlays meet the same network.
    assert_eq!(pairs, series(&runs[1], "underlay.reachable_pairs_ratio"));
    // Once more with routing that is done at once: only what has no other way is cut off.
    let quick = [
        r#"timeline=[{"at":"30s","fail":{"router":0},"for":"40s"}]"#,
        r#"faults.detection.interdomain={"constant":{"mean":"0s"}}"#,
        r#"faults.reconvergence.interdomain={"constant":{"mean":"0s"}}"#,
    ];
    let quick = series(&trial::runs(ROUTED, &quick)[0], "underlay.reachable_pairs_ratio");
    assert_eq!(at(&quick, 35.0), routed);
    assert_eq!(at(&quick, 75.0), 1.0);
}

#[test]
fn random_faults_keep_their_rate_and_their_places() {
    let random = r#"faults.random={"interval":{"exponential":{"mean":"1s"}},"duration":{"exponential":{"mean":"10s"}},"locations":{"last_hop":3,"core":1}}"#;
    let runs = trial::runs(ROUTED, &[random]);
    let metric = |name: &str| runs[0].metrics[name].mean;
    // 120 are expected, with a deviation of 11; 90 of them at the last hop.
    assert!((metric("faults.count") - 120.0).abs() < 44.0, "{}", metric("faults.count"));
    let share = metric("faults.count.last_hop") / metric("faults.count");
    assert!((share - 0.75).abs() < 4.0 * 0.04, "{share}");
    assert!(!runs[0].metrics.contains_key("faults.count.edge"));
    assert_eq!(metric("faults.saveable_ratio.last_hop"), 0.0);
    assert!(metric("underlay.reachable_pairs_ratio") < 0.9);
    assert_eq!(runs[0].metrics["faults.count"], runs[1].metrics["faults.count"]);
    assert_eq!(runs[0].phases.len(), 1);
}

#[test]
fn what_does_not_exist_is_refused_before_anything_runs() {
    for (timeline, expected) in [
        (
            r#"[{"at":"30s","fail":{"router":100000}}]"#,
            "timeline[0].fail.router: unknown router \"100000\"; routers here have the numbers 0 to ",
        ),
        (r#"[{"at":"3s","fail":{"cable":"TAT-14"}}]"#, "timeline[0].fail.cable: a cable can fail only where"),
    ] {
        let mut document = Document::parse("trial", ROUTED).unwrap();
        document.set(1, &format!("timeline={timeline}")).unwrap();
        let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
        let error = experiment.plans(std::path::Path::new("."), None).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
