//! Replications until something is precise, and warm-ups that are detected, as a user meets them.

use super::Bench;

const UNTIL: &str = "replications={\"until\":{\"relative_width\":2,\"metrics\":[\"lookup.hops\"]},\"at_least\":2,\"at_most\":5}";
const NARROW: &str = "replications.until.relative_width=0.000001";

#[test]
fn a_run_says_how_precise_it_is_and_is_verified() {
    let bench = Bench::new();
    let said = bench.run(&["validate", "tiny.json", "--set", UNTIL]).succeeds();
    assert_eq!(said.out, "ok: tiny: 1 point x 2 overlays x 2 to 5 replications = 4 to 10 runs\n");
    let said = bench.run(&["run", "tiny.json", "--quiet", "--set", UNTIL]).succeeds();
    said.prints(&["tiny: seed 1, ", "widest interval relative to its value: lookup.hops "]);
    assert!(bench.read("results/tiny/summary.json").contains("\"stopped\": \"precise\""));
    bench.run(&["verify", "results/tiny", "--quiet"]).succeeds().prints(&["identical: results/tiny: "]);
    // It is complete: the same command runs nothing.
    let again = bench.run(&["run", "tiny.json", "--set", UNTIL]).succeeds();
    assert!(!again.errors.contains('%'), "{again:?}");
}

#[test]
fn the_ceiling_is_warned_about() {
    let bench = Bench::new();
    let settings = ["--set", UNTIL, "--set", NARROW, "--set", "replications.at_most=3"];
    let said = bench.run(&[&["run", "tiny.json", "--quiet"], &settings[..]].concat()).succeeds();
    let said = said.complains(&[
        "Chord: not as precise as asked for after 3 replications: lookup.hops has a relative width of 0.",
    ]);
    said.prints(&["3 replications; ", "2 of 2 ended at the ceiling, not precise"]);
    let said = bench.run(&[&["run", "tiny.json", "--plan"], &settings[..]].concat()).succeeds();
    said.prints(&["  2-3  ", "in all, if precision takes the most replications: "]);
}

#[test]
fn a_detected_warmup_is_told_and_one_without_end_refused() {
    let bench = Bench::new();
    let detected = |within: &str, metric: &str| {
        format!(
            "time.warmup={{\"detected\":{{\"within\":\"{within}\",\"pilots\":1,\"metrics\":[\"{metric}\"]}}}}"
        )
    };
    let steady = detected("20min", "traffic.bytes_per_peer_per_s");
    let run = ["run", "tiny.json", "--quiet", "--set", "replications=2", "--set"];
    bench.run(&[&run[..], &[&steady]].concat()).succeeds().prints(&["warm-up: ", " s, detected by MSER-5\n"]);
    bench.run(&["verify", "results/tiny", "--quiet"]).succeeds();
    // All the while peers come.
    let (growing, joins) = (detected("100s", "peers.live"), "peers.start={\"joins\":{\"over\":\"2min\"}}");
    let said = bench.run(&[&run[..], &[&growing, "--set", joins, "--out", "refused"]].concat()).fails(2);
    said.complains(&["has not come to rest in the first half of a pilot of 1min40s"]);
    assert!(!bench.path("refused").exists());
}

#[cfg(feature = "parquet")]
#[test]
fn tables_are_there_as_parquet_too() {
    let bench = Bench::new();
    let run = ["run", "tiny.json", "--quiet", "--set", "replications=2", "--set", "output.lookups=true"];
    bench.run(&run).succeeds();
    for table in ["replications", "timeseries", "lookups"] {
        let bytes = std::fs::read(bench.path(&format!("results/tiny/{table}.parquet"))).unwrap();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"), "{table}");
        assert!(bytes.len() < bench.read(&format!("results/tiny/{table}.csv")).len(), "{table}");
    }
}
