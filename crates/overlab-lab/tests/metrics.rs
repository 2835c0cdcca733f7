//! Figures that must agree with one another in any run, on a scenario with everything in it.

#[path = "support/trial.rs"]
mod trial;

use overlab_lab::{METRICS, RunOutcome, Sample, metric};
use std::collections::{BTreeMap, BTreeSet};

const EVERYTHING: &str = include_str!("everything.json");

/// The same question without messages: on the tables of a protocol and of a geometry.
fn analyses() -> Vec<RunOutcome> {
    const ANALYSIS: &str = r#"{ "version": 1, "name": "analysis", "underlay": { "plane": {} }, "peers": { "count": 128 },
        "overlays": [{ "algorithm": { "chord": {} } }, { "algorithm": { "tree": {} } }],
        "workload": { "static_key_routing": { "removed": 0.2 } }, "replications": 1 }"#;
    let keys = trial::runs(
        ANALYSIS,
        &[
            "workload.static_key_routing.to=keys",
            "workload.static_key_routing.keys=1000",
            "overlays=[{\"algorithm\":{\"chord\":{}}}]",
        ],
    );
    trial::runs(ANALYSIS, &[]).into_iter().chain(keys).collect()
}

/// Runs every overlay once, under adversaries that stay silent.
fn runs() -> Vec<RunOutcome> {
    trial::runs(EVERYTHING, &["adversary.behaviour=drop", "output.lookups=true"])
}

struct Figures<'a>(&'a BTreeMap<String, Sample>);

impl Figures<'_> {
    fn get(&self, name: &str) -> f64 {
        self.0.get(name).unwrap_or_else(|| panic!("no {name}")).mean
    }

    fn family(&self, start: &str) -> f64 {
        self.0.iter().filter(|(name, _)| name.starts_with(start)).map(|(_, sample)| sample.mean).sum()
    }
}

/// Sums of ratios have rounding errors of a few units in the last place.
fn equal(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// What holds in the whole measured period and in every phase of it, which is `seconds` long.
fn agree(figures: &Figures<'_>, seconds: f64) {
    let success = figures.get("lookup.success_ratio");
    let correct = figures.get("lookup.correct_ratio");
    assert!(correct <= success && success <= 1.0);
    assert!(equal(figures.family("lookup.failures."), 1.0 - correct), "failures sum to what is not correct");
    for at in ["issue", "answer"] {
        // A true owner at that instant was one at some instant.
        assert!(figures.get(&format!("lookup.correct_at_{at}_ratio")) <= correct, "{at}");
    }
    // The wrong ones among the answers, and the answers among the failures.
    assert!(figures.get("lookup.failures.wrong_owner") <= success - correct + 1e-12);
    assert!(figures.get("lookup.latency_ms") <= figures.get("lookup.termination_ms") + 1e-9);
    assert!(figures.get("lookup.timeouts") >= 0.0);
    if figures.0.contains_key("lookup.hops_to_predecessor") {
        assert!(figures.get("lookup.timeouts_to_predecessor") <= figures.get("lookup.timeouts") + 1.0);
    }
    for direction in ["traffic.bytes_per_peer_per_s", "traffic.messages_per_peer_per_s"] {
        assert!(equal(figures.family(&format!("{direction}.")), figures.get(direction)), "{direction}");
    }
    let sent = figures.get("traffic.messages_per_peer_per_s");
    let gone = figures.get("network.lost_ratio") + figures.get("network.dead_ratio");
    let received = figures.get("traffic.received_messages_per_peer_per_s");
    // But for what is in flight at either end: what was sent in a bit over half a second at most.
    assert!((received / (sent * (1.0 - gone)) - 1.0).abs() < 0.01 + 0.6 / seconds, "{received} of {sent}");
    // 2 % are lost by chance, less what stays on a host or is lost for another reason; of some hundred messages in a short
    // phase, of thousands in a minute.
    assert!(equal(figures.family("network.lost_ratio."), figures.get("network.lost_ratio")));
    let lost = figures.get("network.lost_ratio.random");
    let bounds = if seconds < 60.0 { 0.002..0.045 } else { 0.01..0.025 };
    assert!(bounds.contains(&lost), "{lost}");
    assert!(figures.get("peers.joined") <= figures.get("peers.live"));
    for (name, sample) in figures.0 {
        let entry = metric(name).unwrap_or_else(|| panic!("{name} is not in the list of metrics"));
        assert!(sample.mean.is_finite(), "{name}");
        // What is described as a share has the interval of one.
        assert_eq!(sample.whole.is_some(), entry.is_share(), "{name}");
        assert!(!name.ends_with("_ratio") || (0.0..=1.0).contains(&sample.mean), "{name}: {}", sample.mean);
        assert!(!entry.name.ends_with("failures.") || (0.0..=1.0).contains(&sample.mean));
        if let Some(spread) = sample.spread {
            assert!(spread.is_sorted(), "{name}: {spread:?}");
            assert!(spread[0] <= sample.mean && sample.mean <= spread[5], "{name}: {spread:?}");
        }
    }
}

#[test]
fn figures_agree_with_one_another() {
    let runs = runs();
    for run in &runs {
        let all = Figures(&run.metrics);
        agree(&all, 180.0);
        // The phases begin at the instants of the timeline: 0, 30, 40, 60, 65, 70, 80 and 120 s.
        for (phase, seconds) in run.phases.iter().zip([30.0, 10.0, 20.0, 5.0, 5.0, 10.0, 40.0, 60.0]) {
            agree(&Figures(phase), seconds);
        }
        assert_eq!(run.phases.len(), 8);
        for count in ["lookup.issued", "lookup.origin_left", "lookup.not_joined"] {
            let parts: f64 = run.phases.iter().map(|phase| Figures(phase).get(count)).sum();
            assert_eq!(parts, all.get(count), "{count}");
        }
        // Hop counts are of the answered ones.
        let answered: u64 = run.hops.values().sum();
        assert!(equal(answered as f64, all.get("lookup.success_ratio") * all.get("lookup.issued")));
        // Every lookup has its row.
        let rows = run.lookups.as_ref().unwrap().lines().count() as f64;
        let counted = ["issued", "origin_left", "not_joined"].map(|name| all.get(&format!("lookup.{name}")));
        assert_eq!(rows, counted.iter().sum::<f64>());
        // No answer takes longer than the deadline.
        let deadline = 4_000.0;
        assert!(run.metrics["lookup.latency_ms"].spread.unwrap()[5] <= deadline);
        assert!(run.metrics["lookup.latency_penalised_ms"].spread.unwrap()[5] <= deadline);
        assert!(run.latency_quantiles.is_sorted() && run.latency_quantiles.len() == 201);
    }
    // Silent adversaries leave their mark on lookups that meet them.
    assert!(runs.iter().all(|run| Figures(&run.metrics).get("lookup.failures.adversary") > 0.0));
}

/// The list of metrics promises nothing that no run measures.
#[test]
fn every_metric_of_the_list_is_measured() {
    let (runs, analyses) = (runs(), analyses());
    let names = runs.iter().chain(&analyses).flat_map(|run| run.metrics.keys());
    let measured: BTreeSet<&'static str> = names.map(|name| metric(name).unwrap().name).collect();
    for entry in METRICS {
        assert!(measured.contains(entry.name), "{} is never measured", entry.name);
    }
    // And whatever is a headline has its halves.
    for entry in METRICS.iter().filter(|entry| entry.headline) {
        assert!(runs.iter().all(|run| run.halves.contains_key(entry.name)), "{}", entry.name);
    }
}
