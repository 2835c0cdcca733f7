//! The example does what it promises, through its own command line.

use serde_json::Value;
use std::process::Command;

#[test]
fn keys_are_found_under_churn_by_newcomers_and_by_converged_peers() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenario.json");
    let fast = "churn={\"session\":{\"exponential\":{\"mean\":\"20min\"}},\"downtime\":{\"exponential\":{\"mean\":\"10min\"}}}";
    for (name, start) in [("converged", "\"converged\""), ("joins", "{\"joins\":{\"over\":\"2min\"}}")] {
        let out = folder.path().join(name);
        let output = Command::new(env!("CARGO_BIN_EXE_greedy-ring"))
            .args(["run", scenario, "--quiet", "--set", "replications=2", "--set", fast])
            .args(["--set", &format!("peers.start={start}"), "--out"])
            .arg(&out)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let summary: Value =
            serde_json::from_str(&std::fs::read_to_string(out.join("summary.json")).unwrap()).unwrap();
        let mean = |metric: &str| summary["points"][0]["metrics"][metric]["mean"].as_f64().unwrap();
        assert_eq!(summary["points"][0]["algorithm"], "greedy_ring");
        for ratio in ["lookup.success_ratio", "lookup.correct_ratio", "join.success_ratio"] {
            assert!(mean(ratio) > 0.98, "{name}: {ratio} is {}", mean(ratio));
        }
        // A contact at each doubling of the distance halves the way at each hop: log2 500 / 2 = 4.5 and the last.
        assert!((3.5..6.0).contains(&mean("lookup.hops")), "{name}: {} hops", mean("lookup.hops"));
    }
}

/// Its author wrote nothing for that.
#[test]
fn the_standard_suite_holds_it_beside_the_built_in_algorithms() {
    let output = Command::new(env!("CARGO_BIN_EXE_greedy-ring"))
        .args(["bench", "greedy_ring", "--quick", "--replications", "2", "--quiet", "--json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    for part in all["parts"].as_array().unwrap() {
        let results = part["results"].as_array().unwrap();
        assert_eq!(results[0]["algorithm"], "greedy_ring");
        assert!(results.iter().any(|row| row["algorithm"] == "chord"), "{part}");
        for row in results {
            let figure = |name: &str| row["figures"][name]["mean"].as_f64().unwrap();
            assert!(figure("lookup.correct_ratio") > 0.98, "{row}");
            // No lookup is faster than the direct way to the owner and back.
            assert!(figure("lookup.stretch_of_sums") >= 1.0, "{row}");
            assert!(figure("bytes_per_peer") > 8.0 * figure("state.contacts_per_peer"), "{row}");
            assert_eq!(row["machine"]["events_per_s"]["n"], 2, "{row}");
        }
    }
}
