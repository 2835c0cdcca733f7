//! Static analyses: what they find, that threads do not show, and that they agree with closed forms.

use overlab_lab::{Experiment, Registry, RunContext, RunOutcome, Running};
use overlab_schema::Document;

/// A scenario at 2^`bits` peers with some overlays, `removed`, and more of the workload.
fn scenario(bits: u32, overlays: &str, workload: &str) -> String {
    format!(
        r#"{{ "version": 1, "name": "static", "seed": 5, "underlay": {{ "plane": {{}} }},
            "peers": {{ "count": {} }}, "overlays": [{overlays}],
            "workload": {{ "static_key_routing": {{ {workload} }} }}, "replications": 4 }}"#,
        1 << bits
    )
}

fn value(run: &RunOutcome, name: &str) -> f64 {
    run.metrics.get(name).unwrap_or_else(|| panic!("no {name}")).mean
}

/// One run of an overlay on so many threads.
fn run(text: &str, overlay: usize, replication: u32, threads: usize) -> RunOutcome {
    let document = Document::parse("the test's scenario", text).unwrap();
    let mut experiment =
        Experiment::resolve(&document, &Registry::built_in()).unwrap_or_else(|error| panic!("{error}"));
    let plan = experiment.plans(std::path::Path::new("."), None).unwrap().remove(0);
    let ground = plan.ground(replication).unwrap();
    let (entry, settled) = &experiment.points[0].algorithms[overlay];
    let running = Running { threads, width_divisor: 1, link: None, go_on: &|_, _| true };
    entry.run(&settled.parameters, &RunContext { plan: &plan, overlay, ground: &ground, running }).unwrap()
}

const GEOMETRIES: &str = r#"{ "algorithm": { "tree": {} } }, { "algorithm": { "hypercube": {} } },
    { "algorithm": { "ring": {} } }, { "algorithm": { "xor": {} } }, { "algorithm": { "hybrid": {} } }"#;

/// At 2^12 and q = 0.3 the closed forms say 77.8 % and 9.2 %. Who is removed varies more than which pairs are drawn: over
/// four replications of all survivors' samples the standard error is below 0.3 %.
#[test]
fn closed_forms_hold() {
    let text = scenario(12, GEOMETRIES, r#""removed": 0.3, "pairs": { "sampled": 20000 }"#);
    for overlay in 0..2 {
        let runs: Vec<RunOutcome> = (0..4).map(|replication| run(&text, overlay, replication, 1)).collect();
        let mean = runs.iter().map(|run| value(run, "static.failed_ratio")).sum::<f64>() / runs.len() as f64;
        let expected = value(&runs[0], "static.failed_ratio_expected");
        assert!((mean - expected).abs() < 0.01, "{overlay}: {mean} instead of {expected}");
    }
}

/// Everything but the cost, on one thread and on several, for protocols and geometries, sampled and all pairs.
#[test]
fn threads_do_not_show() {
    let overlays = format!(
        r#"{GEOMETRIES}, {{ "algorithm": {{ "chord": {{}} }} }}, {{ "algorithm": {{ "kademlia": {{ "k": 2 }} }} }}"#
    );
    for pairs in [r#"{ "sampled": 5000 }"#, r#""all""#] {
        let text = scenario(7, &overlays, &format!(r#""removed": 0.2, "pairs": {pairs}"#));
        for overlay in 0..7 {
            let [one, three] = [1, 3].map(|threads| {
                let mut outcome = run(&text, overlay, 0, threads);
                outcome.cost = Default::default();
                outcome
            });
            assert_eq!(one, three, "overlay {overlay}, {pairs}");
        }
    }
}

/// Who is gone and which pairs are asked is the same for every overlay, and whoever is gone at 0.1 is gone at 0.3.
#[test]
fn overlays_meet_the_same_losses() {
    let overlays = r#"{ "algorithm": { "chord": {} } }, { "algorithm": { "ring": {} } }"#;
    let at = |removed: f64, overlay| {
        run(&scenario(9, overlays, &format!(r#""removed": {removed}, "pairs": "all""#)), overlay, 1, 1)
    };
    assert_eq!(value(&at(0.3, 0), "static.pairs"), value(&at(0.3, 1), "static.pairs"));
    let live = [0.0, 0.1, 0.3].map(|removed| value(&at(removed, 0), "peers.live"));
    assert!(live[0] == 512.0 && live[0] > live[1] && live[1] > live[2], "{live:?}");
    let live = live[2];
    assert_eq!(value(&at(0.3, 0), "static.pairs"), live * (live - 1.0));
}

/// Without losses every path arrives, whatever the overlay, and a plane has no shorter way than the direct one.
#[test]
fn whole_tables_lead_everywhere() {
    let overlays = format!(
        r#"{GEOMETRIES}, {{ "algorithm": {{ "chord": {{}} }} }}, {{ "algorithm": {{ "kademlia": {{}} }} }}"#
    );
    let text = scenario(8, &overlays, r#""pairs": "all""#);
    for overlay in 0..7 {
        let run = run(&text, overlay, 0, 1);
        assert_eq!((value(&run, "static.failed_ratio"), value(&run, "static.reachable_ratio")), (0.0, 1.0));
        assert_eq!((value(&run, "static.dead_entries"), value(&run, "table.stale_ratio")), (0.0, 0.0));
        assert!(run.metrics["static.stretch"].spread.unwrap()[0] >= 0.999);
        assert_eq!(run.hops.values().sum::<u64>(), 256 * 255);
    }
}

/// A ring of 16 peers without sequential neighbours, and Chord without its successor list, have fewer ways than with them.
#[test]
fn sequential_neighbours_are_ways() {
    let overlays = r#"{ "algorithm": { "chord": { "successors": 8 } } },
        { "algorithm": { "ring": { "successors": 8 } } }, { "algorithm": { "hybrid": { "leaves": 4 } } }"#;
    for overlay in 0..3 {
        let [with, without] = ["true", "false"].map(|sequential| {
            let workload =
                format!(r#""removed": 0.3, "pairs": "all", "sequential_neighbours": {sequential}"#);
            run(&scenario(10, overlays, &workload), overlay, 0, 1)
        });
        let [some, more] = [&with, &without].map(|run| value(run, "static.failed_ratio"));
        assert!(more > some + 0.03, "overlay {overlay}: {some} with, {more} without");
        assert!(value(&with, "static.reachable_ratio") >= value(&without, "static.reachable_ratio"));
        assert_eq!(value(&with, "state.contacts_per_peer"), value(&without, "state.contacts_per_peer"));
    }
}

/// Keys are dealt out to their owners: all of them, and those of the removed are lost. With 2^10 peers the share of keys
/// lost has a standard deviation of sqrt(0.2 * 0.8 / 1025) = 0.0125.
#[test]
fn keys_are_lost_with_their_owners() {
    let overlays = r#"{ "algorithm": { "chord": {} } }, { "algorithm": { "kademlia": {} } }"#;
    let text = scenario(10, overlays, r#""removed": 0.2, "to": "keys", "keys": 200000"#);
    let lightest = [0, 1].map(|overlay| {
        let run = run(&text, overlay, 0, 1);
        let lost = value(&run, "static.lost_keys_ratio");
        assert!((lost - 0.2).abs() < 4.0 * 0.0125, "{lost}");
        let load = run.metrics["static.load"];
        assert!((load.mean - 1.0).abs() < 1e-12 && load.spread.unwrap()[5] > 4.0, "{load:?}");
        value(&run, "static.load_p1")
    });
    // Intervals of a ring are exponential, the hundredth part below 0.01 of the mean (0.004 to 0.02 for 820 peers). By XOR,
    // neighbours share what lies around them half and half, and nobody has so little.
    assert!(lightest[0] < 0.03 && lightest[1] > 0.1, "{lightest:?}");
}

#[test]
fn what_cannot_be_asked_is_refused_where_it_stands() {
    let refused = |text: &str, path: &str, words: &str| {
        let error = Document::parse("s.json", text)
            .and_then(|document| Experiment::resolve(&document, &Registry::built_in()))
            .expect_err(path)
            .to_string();
        assert!(error.contains(&format!("{path}: ")) && error.contains(words), "{error}");
    };
    let ring = r#"{ "algorithm": { "ring": {} } }"#;
    let odd = scenario(4, ring, "").replace("\"count\": 16", "\"count\": 1000");
    refused(&odd, "peers.count", "is 1000, but must be a power of two");
    refused(&scenario(4, ring, r#""to": "keys""#), "workload.static_key_routing.to", "do not own");
    refused(&scenario(4, ring, r#""keys": 5"#), "workload.static_key_routing.keys", "do not own");
    refused(&scenario(4, ring, r#""removed": 1.0"#), "workload.static_key_routing.removed", "less than 1");
    refused(&scenario(17, ring, r#""pairs": "all""#), "workload.static_key_routing.pairs", "sample some");
    let timed = scenario(4, ring, "").replace("\"seed\": 5", "\"time\": { \"measure\": \"1h\" }");
    refused(&timed, "time", "neither time nor messages");
    let simulated = timed.replace(r#"{ "static_key_routing": {  } }"#, r#"{ "key_routing": {} }"#);
    refused(&simulated, "overlays[0].algorithm.ring", "geometry without a protocol");
    let timeless = simulated.replace("\"time\": { \"measure\": \"1h\" }", "\"seed\": 5");
    refused(&timeless, "time", "say how long to measure");
}
