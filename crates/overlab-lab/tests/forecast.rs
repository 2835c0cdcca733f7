//! What pilots say of a run, held to the run.

use overlab_lab::{
    Experiment, Forecast, ForecastError, Plan, Registry, RunContext, RunOutcome, Running, forecast,
};
use overlab_schema::Document;
use std::path::Path;
use std::sync::atomic::AtomicBool;

const SCENARIO: &str = r#"{
  "version": 1, "name": "planned",
  "time": { "warmup": "20s", "measure": "40s" },
  "underlay": { "plane": { "width": "100ms", "height": "100ms", "base": "20ms" } },
  "peers": { "count": 3000 },
  "overlays": [
    { "label": "Chord", "algorithm": { "chord": {} } },
    { "label": "Kademlia", "algorithm": { "kademlia": { "k": 8 } } }
  ],
  "workload": { "key_routing": { "rate_per_peer": "6/min" } },
  "churn": { "session": { "exponential": { "mean": "20min" } }, "downtime": { "exponential": { "mean": "20min" } } },
  "replications": 2
}"#;

/// Chord alone.
const ONE: &str = r#"overlays=[{"algorithm":{"chord":{}}}]"#;

fn experiment(settings: &[&str]) -> (Experiment, Vec<Plan>) {
    let mut document = Document::parse("planned", SCENARIO).unwrap();
    for (number, set) in (1..).zip(settings) {
        document.set(number, set).unwrap();
    }
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    let plans = experiment.plans(Path::new("."), None).unwrap();
    (experiment, plans)
}

fn forecast_of(settings: &[&str], threads: usize) -> Forecast {
    let (experiment, plans) = experiment(settings);
    forecast(&experiment, &plans, threads, &AtomicBool::new(false)).unwrap()
}

fn run((experiment, plans): &(Experiment, Vec<Plan>), overlay: usize) -> RunOutcome {
    let ground = plans[0].ground(0).unwrap();
    let (entry, settled) = &experiment.points[0].algorithms[overlay];
    let running = Running { threads: 1, width_divisor: 1, link: None, go_on: &|_, _| true };
    let context = RunContext { plan: &plans[0], overlay, ground: &ground, running };
    entry.run(&settled.parameters, &context).unwrap()
}

#[test]
fn events_messages_and_bytes_are_close_to_the_run_s() {
    let made = experiment(&[]);
    let forecast = forecast(&made.0, &made.1, 1, &AtomicBool::new(false)).unwrap();
    assert_eq!(forecast.runs.len(), 2);
    for (overlay, planned) in forecast.runs.iter().enumerate() {
        assert_eq!(
            (planned.point, planned.overlay, planned.peers, planned.replications),
            (0, overlay, 6000, 2)
        );
        let cost = run(&made, overlay).cost;
        // What peers hold, what the allocator adds to it, and the figures of 3,000 live peers' lookups in a minute.
        let held = cost.bytes_per_peer * 6000.0 * 1.12 + 3000.0 * 6.0 * 64.0;
        for (what, planned, actual) in [
            ("events", planned.events, cost.events as f64),
            ("messages", planned.messages, cost.messages as f64),
            ("bytes", planned.bytes, held),
        ] {
            assert!(
                (planned / actual - 1.0).abs() < 0.3,
                "{overlay}: {what}: {planned} planned, {actual} taken"
            );
        }
        assert!(planned.wall_s > 0.0 && planned.wall_s.is_finite());
    }
    let sum = |of: fn(&overlab_lab::RunForecast) -> f64| forecast.runs.iter().map(of).sum::<f64>();
    assert_eq!(forecast.events(), 2.0 * sum(|run| run.events));
    assert_eq!(forecast.messages(), 2.0 * sum(|run| run.messages));
}

/// More peers hold more and do more, and a little more each: paths and tables grow.
#[test]
fn points_that_differ_in_peers_alone_are_told_apart() {
    let runs = forecast_of(&[r#"sweep={"peers.count":[1000,10000,100000]}"#, ONE, "churn=null"], 1).runs;
    assert_eq!(runs.iter().map(|run| run.peers).collect::<Vec<_>>(), [1000, 10_000, 100_000]);
    for pair in runs.windows(2) {
        for (what, small, large) in [
            ("bytes", pair[0].bytes, pair[1].bytes),
            ("events", pair[0].events, pair[1].events),
            ("messages", pair[0].messages, pair[1].messages),
        ] {
            let times = large / small;
            // Ten times the peers and half a hop more for each doubling; what is held for all alike counts less and less.
            let range = if what == "bytes" { 5.0..15.0 } else { 10.0..15.0 };
            assert!(range.contains(&times), "{what}: {times} times as much");
        }
    }
}

#[test]
fn runs_side_by_side_hold_memory_together() {
    let (one, four) = (forecast_of(&[], 1), forecast_of(&[], 4));
    let bytes = |forecast: &Forecast| forecast.runs.iter().map(|run| run.bytes).collect::<Vec<f64>>();
    // Pilots differ in nothing but the time they take.
    assert_eq!(bytes(&one), bytes(&four));
    let [chord, kademlia] = bytes(&one)[..] else { panic!("two overlays") };
    let program = one.bytes - chord.max(kademlia);
    assert!((four.bytes - (2.0 * chord + 2.0 * kademlia + program)).abs() < 1.0);
    // 50,000 peers are one run at a time, whatever the threads.
    let large = ["peers.count=60000", "churn=null", ONE];
    assert_eq!(forecast_of(&large, 1).bytes, forecast_of(&large, 4).bytes);
}

#[test]
fn what_does_not_fit_is_refused_with_the_figures() {
    let mut forecast = forecast_of(&[ONE, "peers.count=600"], 1);
    (forecast.bytes, forecast.available) = (31.4e9, Some(24_000_000_000));
    let text = forecast.fits().unwrap_err().to_string();
    assert!(text.contains("31.4 GB") && text.contains("24.0 GB") && text.contains("--overcommit"), "{text}");
    forecast.available = Some(32_000_000_000);
    assert_eq!(forecast.fits(), Ok(()));
    // Where the system does not tell, nothing is refused.
    forecast.available = None;
    assert_eq!(forecast.fits(), Ok(()));
}

#[test]
fn pilots_stop_when_they_are_asked_to() {
    let (experiment, plans) = experiment(&[]);
    let result = forecast(&experiment, &plans, 1, &AtomicBool::new(true));
    assert!(matches!(result, Err(ForecastError::Run(_))), "{result:?}");
}
