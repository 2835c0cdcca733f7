//! What is recorded for playing a run back: the same on any number of threads, and true to the run.

use overlab_lab::{Experiment, Registry, RunContext, RunOutcome, Running};
use overlab_schema::Document;
use std::path::Path;

const SCENARIO: &str = r#"{
    "version": 1, "name": "replay", "time": { "warmup": "1min", "measure": "5min", "sample": "1min" },
    "underlay": { "plane": {} }, "peers": { "count": 400 },
    "overlays": [ { "algorithm": { "chord": { "stabilize_interval": "10s" } } } ],
    "workload": { "key_routing": { "rate_per_peer": "6/min" } },
    "churn": { "session": { "exponential": { "mean": "3min" } }, "downtime": { "exponential": { "mean": "3min" } }, "identity": "fresh" }
}"#;

fn run(settings: &[&str], threads: usize, replication: u32) -> RunOutcome {
    let mut document = Document::parse("replay", SCENARIO).unwrap();
    for (number, set) in (1..).zip(settings) {
        document.set(number, set).unwrap();
    }
    let mut experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
    let plan = experiment.plans(Path::new("."), None).unwrap().remove(0);
    let ground = plan.ground(replication).unwrap();
    let running = Running { threads, width_divisor: 1, link: None, go_on: &|_, _| true };
    let (entry, settled) = &experiment.points[0].algorithms[0];
    let context = RunContext { plan: &plan, overlay: 0, ground: &ground, running };
    entry.run(&settled.parameters, &context).unwrap()
}

#[test]
fn a_recording_is_the_same_on_any_number_of_threads_and_of_the_first_replication_alone() {
    let (one, three) = (run(&[], 1, 0), run(&[], 3, 0));
    assert_eq!(one.replay, three.replay);
    assert!(one.replay.is_some());
    assert_eq!(run(&[], 1, 1).replay, None);
}

#[test]
fn a_recording_is_true_to_its_run() {
    let outcome = run(&[], 1, 0);
    let replay = outcome.replay.unwrap();
    assert!(!replay.geographic);
    assert_eq!(replay.pool, 800);
    assert!((100..=160).contains(&replay.peers.len()), "{}", replay.peers.len());
    let mut up = 0;
    for peer in &replay.peers {
        let (x, y) = peer.place.expect("a plane has places");
        assert!((0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y), "{x} {y}");
        for pair in peer.sessions.windows(2) {
            assert!(pair[0].down_s.is_some_and(|down| down <= pair[1].up_s), "{peer:?}");
            // Identities are fresh, and so are keys.
            assert!(pair[0].key != pair[1].key, "{peer:?}");
        }
        for session in &peer.sessions {
            assert!(session.joined_s.is_none_or(|joined| joined >= session.up_s), "{peer:?}");
            assert!(session.down_s.is_none_or(|down| down > 0.0 && down > session.up_s), "{peer:?}");
            assert!(session.up_s < 300.0 && (0.0..1.0).contains(&session.key), "{peer:?}");
        }
        up += usize::from(peer.sessions.iter().any(|session| session.up_s <= 0.0));
    }
    // Half of the peers are up at any instant; five standard deviations of 160 fair coins are 0.2.
    let share = up as f64 / replay.peers.len() as f64;
    assert!((0.3..0.7).contains(&share), "{share}");

    assert!((100..=300).contains(&replay.lookups.len()), "{}", replay.lookups.len());
    for pair in replay.lookups.windows(2) {
        assert!(pair[0].issued_s <= pair[1].issued_s);
    }
    for lookup in &replay.lookups {
        let origin =
            replay.peers.iter().find(|peer| peer.peer == lookup.origin).expect("it is in the sample");
        let here = |session: &&overlab_schema::ReplaySession| {
            session.up_s <= lookup.issued_s && session.down_s.is_none_or(|down| down >= lookup.issued_s)
        };
        assert!(origin.sessions.iter().any(|session| here(&session)), "{lookup:?} of {origin:?}");
        assert_eq!(lookup.answer.is_some(), lookup.latency_ms.is_some());
        assert!(lookup.answer.is_some() || lookup.outcome != "correct");
        assert!(lookup.answer.as_ref().is_none_or(|answer| answer.place.is_some()));
    }
    let correct = replay.lookups.iter().filter(|lookup| lookup.outcome == "correct").count();
    let counted = replay.lookups.iter().filter(|lookup| lookup.outcome != "origin_left").count();
    let (share, ratio) = (correct as f64 / counted as f64, outcome.metrics["lookup.correct_ratio"].mean);
    // Half of the recorded lookups' share may come from peers that had not joined, which the ratio leaves out.
    assert!((share - ratio).abs() < 0.2, "{share} {ratio}");
}

#[test]
fn wild_churn_keeps_a_recording_small() {
    let settings =
        ["churn.session.exponential.mean=5s", "churn.downtime.exponential.mean=5s", "peers.count=200"];
    let replay = run(&settings, 1, 0).replay.unwrap();
    let sessions: usize = replay.peers.iter().map(|peer| peer.sessions.len()).sum();
    // Some 400 peers of 30 sessions each would be 12,000 of them.
    assert!(sessions <= 1_200 && sessions > 300, "{sessions}");
    assert!(replay.peers.len() > 10, "{}", replay.peers.len());
    let text = serde_json::to_string(&replay).unwrap();
    assert!(text.len() < 200_000, "{}", text.len());
}

#[test]
fn underlays_without_places_have_none_to_record() {
    let replay = run(&[r#"underlay={"constant":{"latency":"20ms"}}"#, "churn=null"], 1, 0).replay.unwrap();
    assert!(replay.peers.iter().all(|peer| peer.place.is_none() && peer.sessions.len() == 1));
}
