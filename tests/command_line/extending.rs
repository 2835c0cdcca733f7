//! Folders whose scenario has other runs by now: what it has in common with the one before is not run again.

#![allow(
    clippy::disallowed_types,
    reason = "when files were written, and how long a command takes, is what it asks"
)]

use super::continuing::runs;
use super::{Bench, Said, TINY};
use serde_json::Value;
use std::collections::BTreeMap;

const RESULTS: [&str; 4] = ["scenario.json", "summary.json", "timeseries.csv", "distributions.json"];

fn run(bench: &Bench, folder: &str, options: &[&str]) -> Said {
    let start = ["run", "tiny.json", "--quiet", "--out", folder, "--set", "time.measure=2min30s"];
    let sets = options.iter().flat_map(|option| ["--set", option]);
    bench.run(&start.into_iter().chain(sets).collect::<Vec<_>>())
}

/// What the runs in a folder came to, by the names of their files, without what they cost.
fn outcomes(bench: &Bench, folder: &str) -> BTreeMap<String, Value> {
    let outcome = |run: &String| {
        let mut run: Value = serde_json::from_str(&bench.read(run)).unwrap();
        run["outcome"]["cost"] = Value::Null;
        run
    };
    let name = |run: &String| run.rsplit_once('/').unwrap().1.to_owned();
    runs(bench, folder).iter().map(|run| (name(run), outcome(run))).collect()
}

/// Extends a folder by `options` and holds it to a folder that was made at once; returns how many runs were made anew.
#[track_caller]
fn extended(bench: &Bench, options: &[&str]) -> usize {
    let before = outcomes(bench, "grown");
    let seconds = |folder: &str| -> BTreeMap<String, std::time::SystemTime> {
        let changed = |run: &String| std::fs::metadata(bench.path(run)).unwrap().modified().unwrap();
        runs(bench, folder).into_iter().map(|run| (run.clone(), changed(&run))).collect()
    };
    let old = seconds("grown");
    run(bench, "grown", options).succeeds().complains(&["grown: continued"]);
    let _ = std::fs::remove_dir_all(bench.path("fresh"));
    run(bench, "fresh", options).succeeds();
    for file in RESULTS {
        assert!(bench.read(&format!("grown/{file}")) == bench.read(&format!("fresh/{file}")), "{file}");
    }
    let (grown, fresh) = (outcomes(bench, "grown"), outcomes(bench, "fresh"));
    for (name, run) in &fresh {
        assert!(grown.get(name) == Some(run), "{name}");
    }
    // What was there is there, untouched.
    let new = seconds("grown");
    assert!(old.iter().all(|(run, when)| new.get(run) == Some(when)));
    grown.len() - before.len()
}

#[test]
fn more_replications_values_and_overlays_run_only_what_is_missing() {
    let bench = Bench::new();
    let one =
        r#"overlays=[{"label":"Chord","algorithm":{"chord":{"successors":4,"stabilize_interval":"10s"}}}]"#;
    run(&bench, "grown", &["replications=1", one]).succeeds();
    assert_eq!(runs(&bench, "grown").len(), 1);
    assert_eq!(extended(&bench, &["replications=2", one]), 1);
    // Kademlia is patient for longer, but not longer than any before it would have been; Chord's runs stay.
    assert_eq!(extended(&bench, &["replications=2"]), 2);
    let sweep = r#"sweep={"peers.count":[30,40]}"#;
    assert_eq!(extended(&bench, &["replications=2", sweep]), 4);
    assert_eq!(extended(&bench, &["replications=2", r#"sweep={"peers.count":[40,20,30]}"#]), 4);
    // Fewer runs need none; what is not asked for any more is kept for another day.
    assert_eq!(extended(&bench, &["replications=1", r#"sweep={"peers.count":[20]}"#]), 0);
    assert_eq!(extended(&bench, &["replications=2", sweep]), 0);
}

#[test]
fn an_overlay_that_is_more_patient_makes_the_others_wait() {
    let bench = Bench::new();
    let chord = r#"{"algorithm":{"chord":{"successors":4,"stabilize_interval":"10s"}}}"#;
    let patient = r#"{"label":"patient","algorithm":{"chord":{"successors":4,"stabilize_interval":"10s"}},"rpc":{"timeout":"1s","retries":3}}"#;
    let overlays = |list: &[&str]| format!("overlays=[{}]", list.join(","));
    run(&bench, "grown", &["replications=1", &overlays(&[chord])]).succeeds();
    // All runs end when the most patient has had its time, so that of the other is another run now.
    assert_eq!(extended(&bench, &["replications=1", &overlays(&[chord, patient])]), 2);
}

#[test]
fn another_scenario_is_refused_and_named_by_what_differs() {
    let bench = Bench::new();
    run(&bench, "grown", &["replications=1"]).succeeds();
    let before = bench.files();
    for (change, path) in [
        ("seed=2", "seed"),
        ("peers.count=41", "peers.count"),
        ("overlays[1].algorithm.kademlia.k=9", "overlays[1]"),
        ("workload.key_routing.deadline=3s", "workload.key_routing.deadline"),
        ("timeline=[]", "timeline"),
        ("name=other", "name"),
    ] {
        run(&bench, "grown", &["replications=1", change])
            .fails(2)
            .complains(&[&format!("another value of {path}"), "--force"]);
    }
    assert!(bench.files() == before);
}

/// Until the results of the changed scenario are written, the old ones stay whole and what they are.
#[test]
fn a_killed_extension_leaves_the_old_results() {
    let bench = Bench::new();
    run(&bench, "grown", &["replications=1"]).succeeds();
    let old: Vec<String> = RESULTS.iter().map(|file| bench.read(&format!("grown/{file}"))).collect();
    let program = env!("CARGO_BIN_EXE_overlab");
    let mut child = std::process::Command::new(program)
        .args(["run", "tiny.json", "--quiet", "--out", "grown", "--threads", "1"])
        .args(["--set", "time.measure=2min30s", "--set", "replications=200"])
        .current_dir(bench.folder.path())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while runs(&bench, "grown").len() < 4 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for (file, old) in RESULTS.iter().zip(&old) {
        assert!(bench.read(&format!("grown/{file}")) == *old, "{file}");
    }
    let before = bench.files();
    bench.run(&["verify", "grown", "--quiet"]).succeeds();
    run(&bench, "grown", &["replications=1"]).succeeds();
    // Only what the killed one was writing may be gone.
    let left = |name: &std::path::PathBuf| !name.file_name().unwrap().to_str().unwrap().starts_with('.');
    let (before, after): (BTreeMap<_, _>, BTreeMap<_, _>) = (before, bench.files());
    assert!(before.into_iter().filter(|(name, _)| left(name)).eq(after));
    assert!(TINY.contains("\"replications\": 3"));
}
