//! A warm-up that is detected: as long as the world takes to come to rest, the same for all, a function of the scenario.

use overlab_lab::{Execute, Execution, Experiment, Progress, Registry, Store, execute};
use overlab_schema::scenario::Warmup;
use overlab_schema::{Document, ResultFile, Summary};
use overlab_time::Span;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Peers come one after the other in the first two minutes; then all is as it stays.
const SCENARIO: &str = r#"{
  "version": 1, "name": "warm", "time": { "warmup": { "detected": { "within": "20min" } }, "measure": "2min" },
  "underlay": { "transit_stub": { "routers": 60 } },
  "peers": { "count": 40, "start": { "joins": { "over": "2min" } } },
  "overlays": [
    { "algorithm": { "chord": { "stabilize_interval": "5s", "fix_fingers_interval": "5s" } } },
    { "algorithm": { "kademlia": { "refresh_interval": "1min" } } }
  ],
  "workload": { "key_routing": { "rate_per_peer": "12/min" } },
  "timeline": [{ "at": "1min", "crash": { "fraction": 0.2 } }],
  "replications": 2
}"#;

fn resolved(settings: &[&str]) -> Experiment {
    let mut document = Document::parse("warm", SCENARIO).unwrap();
    for (number, set) in (1..).zip(settings) {
        document.set(number, set).unwrap();
    }
    Experiment::resolve(&document, &Registry::built_in()).unwrap()
}

fn executed(folder: &Path, settings: &[&str], threads: usize) -> Execute {
    let mut experiment = resolved(settings);
    let plans = experiment.plans(Path::new("."), None).unwrap();
    let store = Store::open(folder, &experiment.scenario.to_json(), "test", None, false).unwrap();
    let (stop, progress) = (AtomicBool::new(false), Progress::default());
    let execution = Execution {
        threads,
        width_divisor: 1,
        ranks: None,
        stop: &stop,
        progress: &progress,
        command: Vec::new(),
        version: "test".to_owned(),
        revision: None,
    };
    execute(&experiment, &plans, store, &execution).unwrap()
}

#[test]
fn it_lasts_until_all_have_joined_and_little_longer() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let done = executed(&at("detected"), &[], 1);
    let point = &done.summary.points[0];
    let warmup = point.warmup_s.unwrap();
    // Tables fill up after the last join by what lookups and maintenance bring, with periods of up to a minute.
    assert!((60.0..=480.0).contains(&warmup), "{warmup}");
    assert_eq!(done.summary.points[1].warmup_s, Some(warmup), "all overlays have the same");
    let starts = &point.detected;
    assert_eq!(starts.len(), 2 * 3, "two overlays, three metrics: {starts:?}");
    assert_eq!(starts.iter().map(|start| start.ends_s).reduce(f64::max), Some(warmup));
    // Whole batches of five intervals of a 300th of 20 minutes.
    assert!(starts.iter().all(|start| start.ends_s % 20.0 == 0.0), "{starts:?}");

    // It is what a fixed one of that length gives.
    let fixed = executed(&at("fixed"), &[&format!("time.warmup={warmup}s")], 1);
    let digests = |done: &Execute| -> Vec<String> {
        done.summary.points.iter().map(|point| point.digest.clone()).collect()
    };
    assert_eq!(digests(&done), digests(&fixed));
    assert!(fixed.summary.points[0].detected.is_empty());
    assert_eq!(fixed.summary.points[0].warmup_s, Some(warmup));
    // Threads do not show.
    executed(&at("threads"), &[], 4);
    let summary = |name: &str| std::fs::read(at(name).join(Summary::FILE)).unwrap();
    assert!(summary("detected") == summary("threads"));
}

#[test]
fn what_is_at_rest_from_the_start_needs_little() {
    let mut experiment = resolved(&["peers.start=converged", "time.warmup=detected", "time.measure=10min"]);
    experiment.plans(Path::new("."), None).unwrap();
    let Some(Warmup::Fixed(found)) = experiment.points[0].scenario.time.warmup else { panic!() };
    let Some(Warmup::Detected(asked)) = &experiment.scenario.time.warmup else { panic!("it is not kept") };
    // Four times the default, which is twice Kademlia's refresh of a minute or what else is longest, and the measured period.
    let within = asked.within.unwrap();
    assert!(within >= Span::from_minutes(18), "{within}");
    assert!(found.0 <= within.0 / 2, "{found} of {within}");
}

#[test]
fn a_pilot_that_does_not_come_to_rest_is_refused_where_it_was_asked_for() {
    // All the pilot long more peers join.
    let settings =
        ["time.warmup.detected.within=100s", "time.warmup.detected.metrics=[\"lookup.hops\",\"peers.live\"]"];
    let error = resolved(&settings).plans(Path::new("."), None).unwrap_err().to_string();
    assert!(error.contains("time.warmup: cannot be detected: "), "{error}");
    assert!(
        error.contains("peers.live of chord has not come to rest in the first half of a pilot of 1min40s"),
        "{error}"
    );
    let unknown = ["time.warmup.detected.metrics=[\"lookup.hopps\"]"];
    let mut document = Document::parse("warm", SCENARIO).unwrap();
    document.set(1, unknown[0]).unwrap();
    let error = Experiment::resolve(&document, &Registry::built_in()).unwrap_err().to_string();
    assert!(
        error.contains("time.warmup.detected.metrics[0]: no metric is called \"lookup.hopps\""),
        "{error}"
    );
}
