//! `run`, `validate`, `show`: the main way through.

use super::{Bench, TINY};

#[test]
fn a_run_ends_with_a_table_and_the_place_of_its_results() {
    let bench = Bench::new();
    let said = bench.run(&["run", "tiny.json"]).succeeds();
    let said = said.prints(&[
        "tiny: seed 1, 3 replications",
        "results: results/tiny\nreport: results/tiny/report.html\n",
        "effect of \"crash 20 %\"",
    ]);
    let row =
        |name: &str| said.out.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_default();
    assert!(row("lookup.latency_ms").matches(" ± ").count() == 2, "{}", said.out);
    assert!(row("lookup.hops_to_predecessor").contains(" - "), "Kademlia has no predecessors: {}", said.out);
    assert!(said.out.lines().all(|line| line.chars().count() <= 100), "{}", said.out);
    // Headlines stand first.
    assert!(said.out.find("traffic.bytes_per_peer_per_s ") < said.out.find("lookup.timeouts "));
    for file in [
        "summary.json",
        "replications.csv",
        "timeseries.csv",
        "distributions.json",
        "underlay.json",
        "manifest.json",
    ] {
        assert!(bench.path("results/tiny").join(file).is_file(), "{file}");
    }
    assert!(bench.path("results/tiny/plots/latency-cdf.svg").is_file());
    assert!(!bench.path("results/tiny/lookups.csv").exists(), "nobody asked for it");
    assert!(bench.read("results/tiny/report.html").contains("Kademlia"));
    let manifest = bench.read("results/tiny/manifest.json");
    assert!(
        manifest.contains("\"command\": [\n    \"overlab\",\n    \"run\",\n    \"tiny.json\"\n  ]"),
        "{manifest}"
    );
}

#[test]
fn a_sweep_gives_a_row_a_point_and_overlay() {
    let bench = Bench::new();
    let said = bench
        .run(&[
            "run",
            "tiny.json",
            "--set",
            "sweep={\"peers.count\":[20,30]}",
            "--set",
            "replications=2",
            "--quiet",
        ])
        .succeeds()
        .prints(&["count  overlay", "count is peers.count", "events: crash 20 % at 120 s"]);
    let rows: Vec<&str> = said.out.lines().filter(|line| line.contains(" ± ")).collect();
    assert_eq!(rows.iter().filter(|row| row.contains("Chord")).count(), 2, "{}", said.out);
    assert_eq!(rows.iter().filter(|row| row.contains("Kademlia")).count(), 2, "{}", said.out);
    assert_eq!(said.errors, "");
}

#[test]
fn neither_threads_nor_windows_show_in_results_and_seeds_do() {
    let bench = Bench::new();
    let figures = |out: &str, options: &[&str]| {
        bench.run(&[&["run", "tiny.json", "--quiet", "--out", out], options].concat()).succeeds();
        ["summary.json", "replications.csv", "timeseries.csv", "distributions.json"]
            .map(|file| bench.read(&format!("{out}/{file}")))
    };
    let one = figures("one", &["--threads", "1"]);
    assert!(one == figures("two", &["--threads", "2"]));
    assert!(one == figures("five", &["--threads", "5"]));
    assert!(one == figures("half", &["--window-divisor", "2"]));
    assert!(one == figures("seventh", &["--window-divisor", "7", "--threads", "3"]));
    let other = figures("other", &["--seed", "2"]);
    assert!(one[0] != other[0]);
    assert!(other == figures("set", &["--set", "seed=2"]));
}

#[test]
fn several_scenarios_have_a_folder_each() {
    let bench = Bench::new();
    bench.write("second.json", &TINY.replace("\"tiny\"", "\"second\""));
    let said = bench.run(&["run", "tiny.json", "second.json", "--out", "both", "--quiet"]).succeeds();
    said.prints(&["results: both/tiny\n", "results: both/second\n"]);
    bench
        .run(&["run", "tiny.json", "tiny.json"])
        .fails(2)
        .complains(&["both would write to results/tiny", "--out"]);
    assert!(!bench.path("results").exists());
}

#[test]
fn what_is_shown_is_a_scenario_with_the_same_results() {
    let bench = Bench::new();
    let shown = bench.run(&["show", "tiny.json", "--set", "peers.count=30"]).succeeds().out;
    assert!(
        shown.contains("\"fix_fingers_interval\": \"20s\""),
        "defaults of algorithms are filled in: {shown}"
    );
    assert!(shown.contains("\"count\": 30"), "{shown}");
    bench.write("shown.json", &shown);
    assert_eq!(bench.run(&["show", "shown.json"]).succeeds().out, shown);
    let short = ["--quiet", "--set", "replications=1"];
    bench
        .run(&[&["run", "tiny.json", "--out", "a", "--set", "peers.count=30"], &short[..]].concat())
        .succeeds();
    bench.run(&[&["run", "shown.json", "--out", "b"], &short[..]].concat()).succeeds();
    assert!(bench.read("a/summary.json") == bench.read("b/summary.json"));
}

#[test]
fn a_valid_scenario_is_counted_and_nothing_is_written() {
    let bench = Bench::new();
    let before = bench.files();
    let said = bench.run(&["validate", "tiny.json"]).succeeds();
    assert_eq!(said.out, "ok: tiny: 1 point x 2 overlays x 3 replications = 6 runs\n");
    let sweep = "sweep={\"peers.count\":[20,30],\"churn.graceful\":[0,0.5,1]}";
    let said = bench.run(&["validate", "tiny.json", "--set", sweep]).succeeds();
    assert_eq!(said.out, "ok: tiny: 6 points x 2 overlays x 3 replications = 36 runs\n");
    assert!(bench.files() == before);
}

#[test]
fn data_that_are_not_there_are_a_warning_when_validating_and_an_error_when_running() {
    let bench = Bench::new();
    let matrix = "underlay={\"matrix\":{\"file\":\"rtt.txt\",\"kind\":\"rtt\"}}";
    let before = bench.files();
    bench.run(&["validate", "tiny.json", "--set", matrix]).succeeds().prints(&["ok: tiny"]).complains(&[
        "warning: --set 1",
        "underlay.matrix.file",
        "no file \"rtt.txt\"",
        "--data DIR",
    ]);
    bench.run(&["run", "tiny.json", "--set", matrix]).fails(2).complains(&[
        "error: --set 1",
        "underlay.matrix.file",
        "no file \"rtt.txt\"",
    ]);
    assert!(bench.files() == before);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    use std::process::{Command, Stdio};
    let bench = Bench::new();
    for arguments in [&["list"][..], &["schema"], &["show", "tiny.json"], &["--help"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_overlab"))
            .current_dir(bench.folder.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), errors.as_str()), (Some(0), ""), "{arguments:?}");
    }
}
