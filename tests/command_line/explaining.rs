//! `explain`, `trace`, `diff-runs`: runs of a results folder had again, and what they tell.

use super::{Bench, Said};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The tiny scenario run with these settings.
fn ran(settings: &[&str]) -> Bench {
    let bench = Bench::new();
    run(&bench, "results/tiny", settings);
    bench
}

fn run(bench: &Bench, out: &str, settings: &[&str]) {
    let mut arguments = vec!["run", "tiny.json", "--quiet", "--out", out];
    settings.iter().for_each(|setting| arguments.extend(["--set", setting]));
    bench.run(&arguments).succeeds();
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

fn number(value: &Value, path: &str) -> u64 {
    value.pointer(path).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {path} in {value}"))
}

#[test]
fn the_worst_lookups_are_explained_and_can_be_named() {
    let bench = ran(&[]);
    let before = bench.files();
    let worst = ["explain", "results/tiny", "--worst", "4", "--format", "json"];
    let all = json_lines(&bench.run(&worst).succeeds().out);
    assert_eq!(all.len(), 4);
    let latency = |one: &Value| number(one, "/ended_ns") - number(one, "/issued_ns");
    assert!(all.windows(2).all(|pair| latency(&pair[0]) >= latency(&pair[1])), "the worst first");
    for one in &all {
        let parts = one["parts"].as_object().unwrap();
        assert_eq!(parts.values().map(|part| part.as_u64().unwrap()).sum::<u64>(), latency(one), "{one}");
        // By its name alone it is the same.
        let name = one["lookup"].as_str().unwrap();
        let named =
            bench.run(&["explain", "results/tiny", "--lookup", name, "--format", "json"]).succeeds().out;
        assert_eq!(json_lines(&named), std::slice::from_ref(one), "{name}");
    }
    let name = all[0]["lookup"].as_str().unwrap();
    let text = bench.run(&["explain", "results/tiny", "--lookup", name]).succeeds();
    text.prints(&[&format!("lookup {name}: "), "looks up ", "waited for", " ms\n", " of ", "find "]);
    assert!(bench.files() == before, "nothing is written");
}

#[test]
fn lookups_have_the_same_names_in_the_table() {
    let bench = ran(&["output.lookups=true"]);
    let table = bench.read("results/tiny/lookups.csv");
    let mut rows = table.lines();
    assert!(rows.next().unwrap().ends_with(",correct,cause,lookup"));
    let row: Vec<&str> = rows.find(|row| row.starts_with("Kademlia,1,")).unwrap().split(',').collect();
    let name = *row.last().unwrap();
    assert_eq!(name, format!("0-1-1-{}-{}", row[2], row[3]));
    let said = bench.run(&["explain", "results/tiny", "--lookup", name, "--format", "json"]).succeeds();
    let one = json_lines(&said.out).remove(0);
    assert_eq!(one["overlay"], "Kademlia");
    assert_eq!(one["key"], row[4]);
    assert_eq!(number(&one, "/origin").to_string(), row[2]);
}

#[test]
fn failures_are_explained_with_their_cause() {
    // Every sixth message is lost, and nobody asks twice.
    let bench = ran(&["impairments.loss=0.15", "replications=1"]);
    let worst = ["explain", "results/tiny", "--worst", "5", "--metric", "failures", "--format", "json"];
    let all = json_lines(&bench.run(&worst).succeeds().out);
    assert_eq!(all.len(), 5);
    for one in &all {
        assert_eq!(one["correct"], false);
        assert!(one["cause"].is_string(), "{one}");
    }
    let lost =
        |one: &Value| one["steps"].as_array().unwrap().iter().any(|step| step["fate"]["lost"] == "random");
    assert!(all.iter().any(lost));
}

#[test]
fn bad_input_is_told_apart() {
    let bench = ran(&["replications=2"]);
    let fails = |arguments: &[&str]| -> Said { bench.run(arguments).fails(2) };
    fails(&["explain", "results/tiny"]).complains(&["--lookup"]);
    fails(&["explain", "results/none", "--worst", "1"]).complains(&["results/none", "no scenario.json"]);
    fails(&["explain", "results/tiny", "--lookup", "first"]).complains(&["--lookup first", "0-1-2-17-5"]);
    fails(&["explain", "results/tiny", "--lookup", "0-0-7-1-1"])
        .complains(&["replication 7", "complete the folder"]);
    fails(&["explain", "results/tiny", "--lookup", "3-0-0-1-1"]).complains(&["point 3"]);
    fails(&["explain", "results/tiny", "--lookup", "0-0-0-1-4000000"])
        .complains(&["no lookup 0-0-0-1-4000000"]);
    fails(&["explain", "results/tiny", "--worst", "1", "--overlay", "Pastry"])
        .complains(&["Chord, Kademlia"]);
    fails(&["trace", "results/tiny", "--peer", "4000", "--to", "1s"]).complains(&["--peer 4000"]);
    fails(&["trace", "results/tiny", "--peer", "1", "--from", "2s", "--to", "1s"]).complains(&["later --to"]);
    fails(&["trace", "results/tiny", "--peer", "1", "--to", "soon"]).complains(&["--to soon"]);
    fails(&["diff-runs", "results/tiny", "results/none"]).complains(&["results/none"]);

    // What another program made of it cannot be explained.
    let manifest = bench.read("results/tiny/manifest.json");
    let at = manifest.find("\"digests\": {").unwrap();
    let digest = at + manifest[at..].find("\": \"").unwrap() + 4;
    bench.write(
        "results/tiny/manifest.json",
        &format!("{}{}{}", &manifest[..digest], "0".repeat(16), &manifest[digest + 16..]),
    );
    fails(&["explain", "results/tiny", "--worst", "1", "--overlay", "Chord", "--replication", "0"])
        .complains(&["does not run Chord, replication 0", "instead of 0000000000000000"]);
    bench.run(&["diff-runs", "results/tiny"]).fails(1).prints(&["different: ", "Chord, replication 0"]);
}

#[test]
fn a_peer_is_traced_as_lines_and_for_perfetto() {
    let bench = ran(&["replications=1"]);
    let period =
        ["trace", "results/tiny", "--peer", "7", "--from", "-20s", "--to", "40s", "--overlay", "Chord"];
    let lines = json_lines(&bench.run(&period).succeeds().out);
    assert!(lines.len() > 50, "{}", lines.len());
    let at = |line: &Value| line["at_s"].as_f64().unwrap();
    assert!(lines.windows(2).all(|pair| at(&pair[0]) <= at(&pair[1])));
    assert!(lines.iter().any(|line| at(line) < 0.0) && at(&lines[0]) >= -20.0);
    assert!(lines.iter().any(|line| line["peer"] == 7 && line["timer"].is_string()));
    assert!(lines.iter().any(|line| line["arrival"]["content"].is_object()));
    // Every message that one has sent and another got is the same.
    let mut sent: BTreeMap<u64, f64> = BTreeMap::new();
    for line in &lines {
        for message in line["sent"].as_array().into_iter().flatten() {
            let way = message["propagation_ms"].as_f64().unwrap() / 1e3;
            assert!((at(line) + way - message["comes_s"].as_f64().unwrap()).abs() < 1e-8, "{line}");
            sent.insert(number(message, "/message"), message["comes_s"].as_f64().unwrap());
        }
        if let Some(message) = line["arrival"]["message"].as_u64() {
            assert_eq!(sent.remove(&message), Some(at(line)), "{line}");
        }
    }
    assert!(sent.is_empty(), "all that was sent has come: {sent:?}");

    let mut chrome = period.to_vec();
    chrome.extend(["--format", "chrome", "--out", "trace.json"]);
    assert_eq!(bench.run(&chrome).succeeds().out, "");
    let trace: Value = serde_json::from_str(&bench.read("trace.json")).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let is = |event: &&Value, phase: &str| event["ph"] == phase;
    let ids = |phase: &str| -> BTreeSet<u64> {
        events.iter().filter(|event| is(event, phase)).map(|event| number(event, "/id")).collect()
    };
    assert!(ids("s").len() > 20);
    assert_eq!(ids("s"), ids("f"), "every flow begins and ends");
    assert_eq!(ids("b"), ids("e"), "every slice begins and ends");
    assert_eq!(events.iter().filter(|event| is(event, "X")).count(), lines.len());
    let processes: BTreeSet<u64> = events
        .iter()
        .filter(|event| event["name"] == "process_name")
        .map(|event| number(event, "/pid"))
        .collect();
    for event in events {
        assert!(event["name"].is_string() && event["tid"] == 0, "{event}");
        assert!(processes.contains(&number(event, "/pid")), "{event}");
        let phase = event["ph"].as_str().unwrap();
        assert!(["M", "X", "s", "f", "b", "e", "i"].contains(&phase), "{event}");
        assert!(phase == "M" || event["ts"].as_f64().is_some_and(|ts| ts >= 0.0), "{event}");
        assert!(
            phase != "X" || event["dur"].as_f64().is_some_and(|dur| (0.0..=1.0).contains(&dur)),
            "{event}"
        );
    }
    // A flow is bound to an event at its very instant.
    let at: BTreeSet<(u64, String)> = events
        .iter()
        .filter(|event| is(event, "X"))
        .map(|event| (number(event, "/pid"), event["ts"].to_string()))
        .collect();
    for flow in events.iter().filter(|event| is(event, "s") || is(event, "f")) {
        assert!(at.contains(&(number(flow, "/pid"), flow["ts"].to_string())), "{flow}");
    }
}

#[test]
fn the_first_event_that_differs_is_found() {
    let bench = ran(&["replications=1"]);
    run(&bench, "results/same", &["replications=1"]);
    run(
        &bench,
        "results/other",
        &["replications=1", "overlays[0].algorithm.chord.stabilize_interval=\"11s\""],
    );
    bench
        .run(&["diff-runs", "results/tiny", "results/same"])
        .succeeds()
        .prints(&["identical: results/tiny and results/same: 2 run(s)"]);
    bench.run(&["diff-runs", "results/tiny"]).succeeds().prints(&["identical: results/tiny: 2 run(s)"]);
    bench
        .run(&["diff-runs", "results/tiny", "results/other", "--overlay", "Kademlia"])
        .succeeds()
        .prints(&["identical: "]);
    let said = bench.run(&["diff-runs", "results/tiny", "results/other"]).fails(1);
    assert!(said.out.starts_with("different: the first event that is not the same at "), "{said:?}");
    let sides: Vec<&str> = said.out.split("\nresults/").collect();
    assert_eq!(sides.len(), 3, "{said:?}");
    let first = |side: &str| -> Value {
        let line = side.lines().find(|line| line.starts_with("  {")).unwrap_or_else(|| panic!("{side}"));
        serde_json::from_str(line).unwrap()
    };
    let (left, right) = (first(sides[1]), first(sides[2]));
    assert_ne!(left, right);
    // Until the first round of stabilize, which comes at another time, all is the same.
    let stabilizes = |one: &Value| one["timer"].as_str().is_some_and(|timer| timer.contains("Stabilize"));
    assert!(stabilizes(&left) || stabilizes(&right), "{left} {right}");
}
