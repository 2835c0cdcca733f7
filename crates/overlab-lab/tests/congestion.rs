//! Congestion in whole runs: the same bits on any number of threads, what it does to messages, and that epochs are short enough.

#[path = "support/trial.rs"]
mod trial;

use overlab_lab::{Experiment, Registry, RunContext, RunOutcome, Running};
use overlab_schema::Document;

const SHIPPED: &str = include_str!("../../../scenarios/underlay/congested-transit.json");

/// The first overlay of the shipped scenario with these settings, for two minutes.
fn run(settings: &[&str], threads: usize, width_divisor: u32) -> RunOutcome {
    let mut document = Document::parse("congested-transit", SHIPPED).unwrap();
    let short = ["sweep={}", "time.warmup=30s", "time.measure=90s", "peers.count=150"];
    for (number, set) in (1..).zip(short.iter().chain(settings)) {
        document.set(number, set).unwrap();
    }
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    let plan = experiment.plans(std::path::Path::new("."), None).unwrap().remove(0);
    let ground = plan.ground(0).unwrap();
    let (entry, settled) = &experiment.points[0].algorithms[0];
    let running = Running { threads, width_divisor, link: None, go_on: &|_, _| true };
    entry.run(&settled.parameters, &RunContext { plan: &plan, overlay: 0, ground: &ground, running }).unwrap()
}

fn mean(run: &RunOutcome, name: &str) -> f64 {
    run.metrics.get(name).map_or(0.0, |sample| sample.mean)
}

/// A link so narrow that the overlay's own load counts, and access links that fill up.
const NARROW: &[&str] = &[
    "congestion.background.share=1.6",
    "congestion.capacity.inter_transit=200kbps",
    "access={\"classes\":[{\"name\":\"modem\",\"latency\":{\"constant\":\"2ms\"},\"up\":\"1kbps\",\"down\":\"20kbps\",\"buffer\":\"200B\"}]}",
];

#[test]
fn threads_and_windows_do_not_show() {
    let expected = run(NARROW, 1, 1);
    for (threads, divisor) in [(2, 1), (3, 7)] {
        let found = run(NARROW, threads, divisor);
        assert_eq!(found.digest, expected.digest, "{threads} threads");
        assert_eq!(
            (&found.metrics, &found.series),
            (&expected.metrics, &expected.series),
            "{threads} threads"
        );
    }
    for name in [
        "network.lost_ratio.congestion",
        "network.lost_ratio.overflow",
        "access.queueing_ms",
        "underlay.queueing_ms",
    ] {
        assert!(mean(&expected, name) > 0.0, "{name}");
    }
}

#[test]
fn a_full_link_costs_latency_and_loss() {
    let at = |share: &str| run(&[&format!("congestion.background.share={share}")], 1, 1);
    let [free, busy, full, over] = ["0", "0.8", "1.1", "1.6"].map(at);
    let all = [&free, &busy, &full, &over];
    let [a, b, c, d] = all.map(|run| mean(run, "underlay.queueing_ms"));
    // Two fifths to three fifths of all messages cross the link; at 0.8 they wait for less than a tenth of the buffer of 60 ms
    // beyond what the bursts add, at its capacity for all of it.
    assert!(a < 0.05 && b < 6.0 && a < b, "{a} {b}");
    assert!((20.0..40.0).contains(&c) && d > 0.0, "{c} {d}");
    let [a, b, _, d] = all.map(|run| mean(run, "network.lost_ratio.congestion"));
    assert!(a == 0.0 && b == 0.0 && d > 0.02, "{a} {b} {d}");
    // Nothing else loses messages here.
    assert_eq!(mean(&over, "network.lost_ratio"), d);
    let busiest = all.map(|run| mean(run, "underlay.link_utilisation.busiest"));
    assert!(busiest.is_sorted() && busiest[0] < 0.2 && busiest[3] > 0.999, "{busiest:?}");
    assert!(mean(&over, "underlay.throughput_mbps") < mean(&free, "underlay.throughput_mbps"));
    assert!(mean(&over, "lookup.correct_ratio") < mean(&free, "lookup.correct_ratio"));
    assert!(all.iter().all(|run| run.warnings.is_empty()), "{:?}", over.warnings);
}

/// With its epoch halved the shipped scenario says the same of delivery and latency, within 2 %; and does not warn.
#[test]
fn halving_the_epoch_changes_little() {
    for share in ["0.8", "1.1"] {
        let share = format!("congestion.background.share={share}");
        let long = ["time.warmup=2min", "time.measure=6min", share.as_str()];
        let (whole, half) = (run(&long, 1, 1), run(&[long.as_slice(), &["time.epoch=5s"]].concat(), 1, 1));
        let delivery = |run: &RunOutcome| 1.0 - mean(run, "network.lost_ratio");
        let (a, b) = (delivery(&whole), delivery(&half));
        assert!((a / b - 1.0).abs() < 0.02, "{share}: delivery of {a} and {b}");
        let (a, b) = (mean(&whole, "lookup.latency_ms"), mean(&half, "lookup.latency_ms"));
        assert!((a / b - 1.0).abs() < 0.02, "{share}: latency of {a} and {b} ms");
        assert!(whole.warnings.is_empty() && half.warnings.is_empty(), "{:?}", whole.warnings);
    }
}

/// Another shipped scenario that comes to have congestion must be held to its halved epoch, too.
#[test]
fn the_halved_scenario_is_the_only_one_with_congestion() {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "json") {
                let text = std::fs::read_to_string(&path).unwrap();
                let scenario: serde_json::Value = serde_json::from_str(&text).unwrap();
                found.extend(scenario.get("congestion").and(path.file_name()).map(ToOwned::to_owned));
            }
        }
    }
    assert_eq!(found, ["congested-transit.json"], "hold it to half its epoch above");
}

/// The everything of the tests has congestion in it, and says what it did.
#[test]
fn everything_together_tells_of_its_queues() {
    for run in trial::runs(include_str!("everything.json"), &["adversary.behaviour=drop"]) {
        assert!(run.metrics.contains_key("underlay.lag.delivery"));
        // Noon of a day that peaks at 21:00: 0.4 (1 - 0.4 / sqrt 2), bursts of 0.2 for a fifth of the time, and what is sent.
        let used = mean(&run, "underlay.link_utilisation.mean");
        assert!((0.3..0.4).contains(&used), "{used}");
    }
}
