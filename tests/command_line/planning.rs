//! What a run will cost is known before, closely enough.

use super::{Bench, TINY};
use overlab_schema::{Manifest, ResultFile as _};

/// Four times as many peers as the larger pilot has.
const LARGE: &str = r#"{
  "version": 1, "name": "large", "time": { "warmup": "2s", "measure": "12s" },
  "underlay": { "plane": {} }, "peers": { "count": 65536 },
  "overlays": [ { "algorithm": { "chord": {} } } ],
  "workload": { "key_routing": { "rate_per_peer": "6/min" } }, "replications": 1
}"#;

/// The number before `unit` at the end of what stands between these two texts.
fn between(text: &str, before: &str, after: &str) -> f64 {
    let start = text.find(before).unwrap_or_else(|| panic!("no {before:?} in {text}")) + before.len();
    let end = text[start..].find(after).unwrap_or_else(|| panic!("no {after:?} in {text}"));
    let words: Vec<&str> = text[start..start + end].split_whitespace().collect();
    let factor = match words.get(1).copied() {
        Some("MB" | "million") => 1e6,
        Some("GB" | "billion") => 1e9,
        None => 1.0,
        other => panic!("{other:?}"),
    };
    words[0].parse::<f64>().unwrap() * factor
}

#[test]
fn the_plan_is_close_to_what_the_run_takes() {
    let bench = Bench::new();
    bench.write("large.json", LARGE);
    let before = bench.files();
    let plan = bench.run(&["run", "large.json", "--plan", "--threads", "1"]).succeeds().out;
    assert!(bench.files() == before, "--plan wrote something");
    let [memory, events, messages] = [
        between(&plan, "memory at once: ", ","),
        between(&plan, "in all: ", " events"),
        between(&plan, "events, ", " messages"),
    ];
    bench.run(&["run", "large.json", "--threads", "1", "--quiet"]).succeeds();
    let manifest = Manifest::from_json("manifest", &bench.read("results/large/manifest.json")).unwrap();
    let near = |what: &str, estimate: f64, actual: f64, tolerance: f64| {
        assert!((estimate / actual - 1.0).abs() <= tolerance, "{what}: {estimate} planned, {actual} taken");
    };
    // A run's cost is in the manifest, beside that of the session.
    let run = &manifest.runs[0];
    assert_eq!((run.events, run.messages, run.replications), (manifest.events, manifest.messages, 1));
    assert_eq!((run.peak_rss_bytes, run.bytes_per_peer), (manifest.peak_rss_bytes, manifest.bytes_per_peer));
    assert!((run.messages_per_s - run.messages as f64 / run.wall_s).abs() < 1.0);
    let peak = run.peak_rss_bytes.unwrap() as f64;
    // What peers hold is the most of what the process holds.
    let held = run.bytes_per_peer.unwrap() * 65_536.0;
    assert!(held < peak && held > 0.6 * peak, "{held} of {peak}");
    near("memory", memory, peak, 0.3);
    // The last lookups' drain is in the run alone.
    near("events", events, manifest.events as f64, 0.3);
    near("messages", messages, manifest.messages as f64, 0.3);
}

#[test]
fn every_point_and_overlay_has_a_row() {
    let bench = Bench::new();
    let before = bench.files();
    let sweep = r#"sweep={"peers.count":[40,80],"churn.session.exponential.mean":["5min","20min"]}"#;
    let plan = bench.run(&["run", "tiny.json", "--set", sweep, "--plan"]).succeeds().out;
    assert!(bench.files() == before, "--plan wrote something");
    let rows: Vec<&str> =
        plan.lines().filter(|line| line.contains("Chord") || line.contains("Kademlia")).collect();
    assert_eq!(rows.len(), 8, "{plan}");
    // 40 live peers that are up two thirds of their time, or one third.
    for words in [["40", "5min", "120"], ["40", "20min", "60"], ["80", "5min", "240"], ["80", "20min", "120"]]
    {
        let told = rows.iter().filter(|row| {
            let cells: Vec<&str> = row.split_whitespace().collect();
            words == [cells[0], cells[1], cells[3]] && cells[4] == "3"
        });
        assert_eq!(told.count(), 2, "{words:?} in {plan}");
    }
    assert!(TINY.contains("\"replications\": 3") && plan.contains("memory at once: "), "{plan}");
}
