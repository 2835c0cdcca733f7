//! The shipped scenarios of faults show in their time series what they say.

#[path = "support/trial.rs"]
mod trial;

use overlab_lab::RunOutcome;

/// Fewer peers and lookups than shipped, and the first overlay alone: the network is the same.
const SMALL: [&str; 4] = [
    "peers.count=120",
    "workload.key_routing.rate_per_peer=1/min",
    "time.warmup=1min",
    "overlays=[{\"algorithm\":{\"chord\":{}}}]",
];

/// The shares of pairs that can talk, by the end of their bin in minutes.
fn reachable(run: &RunOutcome) -> impl Fn(f64) -> f64 + '_ {
    let series = &run.series["underlay.reachable_pairs_ratio"];
    |minute| {
        let bin = series.iter().find(|bin| (bin.0 - minute * 60.0).abs() < 1e-6);
        bin.unwrap_or_else(|| panic!("no bin ends at minute {minute}")).1
    }
}

fn run(text: &str) -> RunOutcome {
    trial::runs(text, &SMALL).remove(0)
}

#[test]
fn a_cable_cut_is_routed_around() {
    let run = run(include_str!("../../../scenarios/underlay/cable-cut.json"));
    let at = reachable(&run);
    assert_eq!(at(10.0), 1.0);
    assert!(at(10.5) < 1.0, "some pairs lose each other at once");
    assert_eq!(
        (at(25.0), at(40.0)),
        (1.0, 1.0),
        "all find other ways before the repair, and nobody is lost at it"
    );
    let recovery = run.metrics["faults.recovery_s.core"].mean;
    assert!(recovery > 1.0 && recovery < 900.0, "{recovery} s: by routing, not by the repair");
    // An overlay across other continents could have helped at once.
    assert!(run.metrics["faults.saveable_ratio.core"].mean > 0.9);
    assert!(run.metrics["network.lost_ratio.unreachable"].mean > 0.0);
}

#[test]
fn an_earthquake_takes_those_inside_until_it_is_over() {
    let run = run(include_str!("../../../scenarios/underlay/earthquake.json"));
    let at = reachable(&run);
    assert_eq!(at(10.0), 1.0);
    assert!(at(10.5) < 1.0 && at(19.5) < 1.0 && at(10.5) <= at(19.5), "{} {}", at(10.5), at(19.5));
    assert_eq!(at(30.0), 1.0);
    // Once routes have changed, whoever is still cut off is inside, and beyond help.
    let saveable = &run.series["underlay.saveable_ratio"];
    assert_eq!(saveable.iter().find(|bin| bin.0 == 20.0 * 60.0).map(|bin| bin.1), Some(0.0));
    assert_eq!(run.metrics["faults.count.wide"].mean, 1.0);
}

#[test]
fn a_partition_and_a_border_act_as_long_as_they_stand() {
    let run_of = |text| run(text);
    let partition = run_of(include_str!("../../../scenarios/underlay/partition.json"));
    let at = reachable(&partition);
    let halved = 2.0 * 60.0 * 59.0 / (120.0 * 119.0);
    assert_eq!((at(10.0), at(15.5)), (1.0, 1.0));
    assert!((at(10.5) - halved).abs() < 1e-12 && (at(15.0) - halved).abs() < 1e-12);

    let border = run_of(include_str!("../../../scenarios/underlay/border.json"));
    let filtered = |phase: usize| {
        border.phases[phase].get("network.lost_ratio.filtered").map_or(0.0, |share| share.mean)
    };
    assert_eq!((filtered(0), filtered(2)), (0.0, 0.0));
    // Three of ten hosts stand inside: 0.42 of all pairs have the border between them, with a deviation of 0.02 for 120 hosts, and
    // half of their messages is dropped: a fifth of all, were peers not to turn away from those beyond. Chord's do, for a call gets
    // through one time in four, until its ring is two; so what is left is little.
    assert!(filtered(1) > 0.002 && filtered(1) < 0.21, "{}", filtered(1));
    // Half of all gets through: nobody is cut off.
    assert_eq!(border.metrics["underlay.reachable_pairs_ratio"].mean, 1.0);
}

#[test]
fn random_faults_come_and_go() {
    let run = run(include_str!("../../../scenarios/underlay/random-faults.json"));
    // Thirty faults in an hour, with a deviation of 5.5.
    let count = run.metrics["faults.count"].mean;
    assert!((count - 30.0).abs() < 22.0, "{count}");
    let pairs = run.metrics["underlay.reachable_pairs_ratio"].mean;
    assert!(pairs < 1.0 && pairs > 0.5, "{pairs}");
    if let Some(saved) = run.metrics.get("faults.saveable_ratio.last_hop") {
        assert_eq!(saved.mean, 0.0, "nobody can help across a dead access link");
    }
}

#[test]
fn translators_turn_messages_away() {
    let run = run(include_str!("../../../scenarios/underlay/nat.json"));
    assert!(run.metrics["network.lost_ratio.closed"].mean > 0.02);
    assert!(!run.metrics.contains_key("underlay.reachable_pairs_ratio"));
}
