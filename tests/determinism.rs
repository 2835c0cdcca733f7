//! The same scenario gives the same bits, whatever runs it: any number of threads, any partition, any width of windows.

#[path = "made/graphs.rs"]
mod graphs;
#[path = "made/latencies.rs"]
mod latencies;
#[allow(dead_code, reason = "every test uses its own part")]
#[path = "theory/trial.rs"]
mod trial;

use overlab_lab::{Execution, Progress, Registry, RunOutcome, Store, execute};
use overlab_schema::{Distributions, Document, ReplicationTable, ResultFile, Summary, TimeSeries};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use trial::{Trial, scenarios};

const EVERYTHING: &str = include_str!("../crates/overlab-lab/tests/everything.json");

/// Threads side by side or on one run, and divisors of the lookahead; the first is what the others are held to.
const WAYS: [(usize, u32); 5] = [(1, 1), (2, 1), (5, 1), (1, 2), (5, 7)];

/// All scenarios in the folder of scenarios, by path.
fn all_scenarios() -> Vec<PathBuf> {
    let mut folders = vec![scenarios()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort_unstable();
    files
}

/// A map of a network, in place of measured ones that are not part of the project.
fn made_data(folder: &Path) {
    let mut graph = String::from("graph [\n");
    for node in 0..12 {
        let (latitude, longitude) = (40 + node, node * node % 31);
        writeln!(graph, "node [ id {node} Latitude {latitude}.0 Longitude {longitude}.0 ]").unwrap();
    }
    for node in 0..12 {
        writeln!(graph, "edge [ source {node} target {} ]", (node + 1) % 12).unwrap();
        writeln!(graph, "edge [ source {node} target {} ]", (node * 5 + 2) % 12).unwrap();
    }
    graph.push_str("]\n");
    fs_err::write(folder.join("network.gml"), graph).unwrap();
}

/// The scenario in `file` with few peers, short times, two replications, and the ends of each axis of its sweep.
fn shrunk(file: &Path, data: &Path) -> Document {
    let text = fs_err::read_to_string(file).unwrap();
    let raw: Value = serde_json::from_str(&text).unwrap();
    let mut document = Document::parse(&file.display().to_string(), &text).unwrap();
    let mut sets = vec![("replications", json!(2))];
    let analysed = raw["workload"].get("static_key_routing");
    match analysed {
        Some(asked) => {
            if asked.get("keys").is_some() {
                sets.push(("workload.static_key_routing.keys", json!(1_000)));
            }
            if asked["pairs"] != "all" {
                sets.push(("workload.static_key_routing.pairs", json!({"sampled": 500})));
            }
        }
        None => sets.extend([
            ("time.warmup", json!("100s")),
            ("time.measure", json!("60s")),
            ("time.sample", json!("10s")),
            ("workload.key_routing.rate_per_peer", json!("6/min")),
        ]),
    }
    // Some geometries exist for some numbers of peers only, such as this one.
    let most = if analysed.is_some() { 64 } else { 60 };
    let few = |value: &Value| value.as_u64().map(|count| json!(count.min(most)));
    for (name, path) in [("count", "peers.count"), ("pool", "peers.pool")] {
        if let Some(count) = few(&raw["peers"][name]) {
            sets.push((path, count));
        }
    }
    if raw["peers"]["start"].get("joins").is_some() {
        sets.push(("peers.start.joins.over", json!("40s")));
    }
    if raw.get("churn").is_some_and(|churn| churn.get("session").is_some()) {
        sets.push(("churn.session", json!({"exponential": {"mean": "3min"}})));
    }
    for (model, size, most) in [("internet", "domains", 150), ("transit_stub", "routers", 500)] {
        if raw["underlay"][model][size].as_u64().is_some_and(|count| count > most) {
            sets.push((
                if model == "internet" {
                    "underlay.internet.domains"
                } else {
                    "underlay.transit_stub.routers"
                },
                json!(most),
            ));
        }
    }
    let timeline: Vec<String> = (0..raw["timeline"].as_array().map_or(0, Vec::len))
        .map(|event| format!("timeline[{event}].at"))
        .collect();
    sets.extend(timeline.iter().map(|path| (path.as_str(), json!("20s"))));
    if let Some(graph) = raw["underlay"].get("graph") {
        let made = graphs::stand_in(graph["format"].as_str()).unwrap_or_else(|| data.join("network.gml"));
        sets.push(("underlay.graph.file", json!(made)));
    }
    sets.extend(latencies::stand_ins(&document.scenario().unwrap(), data));
    if let Some(axes) = raw.get("sweep").and_then(Value::as_object) {
        let mut sweep = serde_json::Map::new();
        // Conditions and what goes together hold for the values that the file has.
        for (path, values) in axes.iter().filter(|(path, _)| !path.starts_with('$')) {
            let mut ends = match values.as_array() {
                Some(values) => [&values[..1], &values[values.len().max(2) - 1..]].concat(),
                None => vec![values["from"].clone(), values["to"].clone()],
            };
            if path.starts_with("peers.") && path != "peers.identities_per_host" {
                // Different numbers, all small.
                ends = (0..ends.len()).map(|n| json!(40 + 20 * n)).collect();
            }
            if path != "churn.session.exponential.mean" {
                sweep.insert(path.clone(), Value::Array(ends));
            }
        }
        sets.push(("sweep", Value::Object(sweep)));
    }
    for (path, value) in sets {
        document.set_value("the test", &path.parse().unwrap(), value).unwrap();
    }
    document
}

/// What a results folder must have the same bits of.
const FILES: [&str; 4] = [Summary::FILE, ReplicationTable::FILE, TimeSeries::FILE, Distributions::FILE];

fn execution<'a>(
    (threads, width_divisor): (usize, u32),
    stop: &'a AtomicBool,
    progress: &'a Progress,
) -> Execution<'a> {
    Execution {
        threads,
        width_divisor,
        ranks: None,
        stop,
        progress,
        command: Vec::new(),
        version: "test".to_owned(),
        revision: None,
    }
}

/// Executes a trial into `folder` and returns its files.
fn results(trial: &Trial, way: (usize, u32), folder: &Path) -> Vec<Vec<u8>> {
    let store = Store::open(folder, &trial.experiment.scenario.to_json(), "test", None, false).unwrap();
    let (stop, progress) = (AtomicBool::new(false), Progress::default());
    let done = execute(&trial.experiment, &trial.plans, store, &execution(way, &stop, &progress)).unwrap();
    assert_eq!(done.failures, Vec::<String>::new());
    assert_eq!(done.finished.0, trial.experiment.runs());
    FILES.map(|file| fs_err::read(done.folder.join(file)).unwrap()).to_vec()
}

/// An outcome without what it cost.
fn measured(outcome: RunOutcome) -> RunOutcome {
    RunOutcome { cost: Default::default(), ..outcome }
}

/// Where two texts part, with what stands before and there.
fn difference(content: &[u8], expected: &[u8]) -> String {
    let at = content.iter().zip(expected).take_while(|(a, b)| a == b).count();
    let part = |text: &[u8]| {
        String::from_utf8_lossy(&text[at.saturating_sub(300).min(text.len())..(at + 40).min(text.len())])
            .into_owned()
    };
    format!("{:?} instead of {:?}", part(content), part(expected))
}

/// Holds all ways of running a trial to one another: whole experiments, and single runs on several threads.
fn same_bits(name: &str, trial: &Trial) {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<Vec<Vec<u8>>> = WAYS
        .iter()
        .enumerate()
        .map(|(at, way)| results(trial, *way, &folder.path().join(at.to_string())))
        .collect();
    for (way, files) in WAYS.iter().zip(&all) {
        for (file, (content, expected)) in FILES.iter().zip(files.iter().zip(&all[0])) {
            assert!(
                content == expected,
                "{name}: {file} differs at (threads, divisor) = {way:?}: {}",
                difference(content, expected)
            );
        }
    }
    // Small runs get a thread each, so that many threads on one run are to be had by themselves only.
    let last = trial.plans.len() - 1;
    for overlay in 0..trial.plans[last].scenario.overlays.len() {
        let expected = measured(trial.run_on((last, overlay, 1), 1, 1));
        for (threads, divisor) in [(2, 1), (5, 2)] {
            let outcome = measured(trial.run_on((last, overlay, 1), threads, divisor));
            assert!(outcome == expected, "{name}: overlay {overlay} differs on {threads} threads");
        }
    }
}

#[test]
fn every_scenario_gives_the_same_bits_on_any_number_of_threads() {
    let data = tempfile::tempdir().unwrap();
    made_data(data.path());
    let files = all_scenarios();
    assert!(files.len() >= 9, "{files:?}");
    for file in files {
        let trial = Trial::from_document(&shrunk(&file, data.path()), &Registry::built_in(), None);
        same_bits(&file.display().to_string(), &trial);
    }
}

#[test]
fn everything_at_once_gives_the_same_bits_on_any_number_of_threads() {
    let trial = Trial::written(EVERYTHING, &["output.lookups=true"], &Registry::built_in(), None);
    same_bits("everything", &trial);
}

/// Windows with thousands of events each, which several threads do share.
#[test]
fn dense_windows_give_the_same_bits_on_any_number_of_threads() {
    const DENSE: &str = r#"{
      "version": 1, "name": "dense", "time": { "warmup": "1s", "measure": "3s", "sample": "1s" },
      "underlay": { "constant": { "latency": "500ms" } }, "peers": { "count": 1500 },
      "impairments": { "loss": 0.01, "jitter": { "law": "uniform", "bound": "200ms" } },
      "overlays": [ { "algorithm": { "chord": {} }, "rpc": { "timeout": "2s" } } ],
      "workload": { "key_routing": { "rate_per_peer": "2/s", "deadline": "20s" } },
      "churn": { "session": { "exponential": { "mean": "2min" } }, "downtime": { "exponential": { "mean": "1min" } } },
      "replications": 1
    }"#;
    let trial = Trial::written(DENSE, &[], &Registry::built_in(), None);
    let expected = measured(trial.run_on((0, 0, 0), 1, 1));
    for (threads, divisor) in [(2, 1), (5, 1), (2, 7)] {
        let outcome = measured(trial.run_on((0, 0, 0), threads, divisor));
        assert!(outcome == expected, "{threads} threads, divisor {divisor}");
    }
}

/// Another seed is another world; so is another replication.
#[test]
fn seeds_and_replications_differ() {
    let outcome = |seed: u32, replication| {
        let trial = Trial::written(EVERYTHING, &[&format!("seed={seed}")], &Registry::built_in(), None);
        measured(trial.run_on((0, 0, replication), 1, 1))
    };
    let (one, again, other, second) = (outcome(1, 0), outcome(1, 0), outcome(2, 0), outcome(1, 1));
    assert!(one == again);
    for different in [&other, &second] {
        assert_ne!(one.digest, different.digest);
        assert_ne!(one.metrics, different.metrics);
    }
}

/// Results that lost some of their runs and are continued have the same bits, on other threads too.
#[test]
fn continued_results_have_the_same_bits() {
    let trial = Trial::written(EVERYTHING, &[], &Registry::built_in(), None);
    let folder = tempfile::tempdir().unwrap();
    let whole = results(&trial, (2, 1), folder.path());
    let runs = folder.path().join("runs");
    let mut removed = 0;
    for entry in fs_err::read_dir(runs).unwrap() {
        let path = entry.unwrap().path();
        if fs_err::read_to_string(&path).unwrap().contains("\"replication\":1},\"outcome\":") {
            fs_err::remove_file(path).unwrap();
            removed += 1;
        }
    }
    assert_eq!(removed, trial.plans[0].scenario.overlays.len());
    assert!(results(&trial, (1, 2), folder.path()) == whole);
}
