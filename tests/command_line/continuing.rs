//! Folders that are continued: complete ones, and interrupted ones.

use super::Bench;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Whether a file of this name is that of a run.
fn is_run(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|hash| hash.len() == 32)
}

/// The files of the runs in a folder.
pub(super) fn runs(bench: &Bench, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(bench.path(&format!("{folder}/runs"))).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut runs: Vec<String> =
        names.filter(|name| is_run(name)).map(|name| format!("{folder}/runs/{name}")).collect();
    runs.sort_unstable();
    runs
}

#[test]
fn a_complete_folder_prints_its_table_and_runs_nothing() {
    let bench = Bench::new();
    let first = bench.run(&["run", "tiny.json", "--quiet"]).succeeds();
    let before = bench.files();
    let second = bench.run(&["run", "tiny.json", "--quiet"]).succeeds();
    assert_eq!(first.out, second.out);
    assert!(bench.files() == before, "not even the manifest is touched");
}

#[test]
fn what_is_missing_is_run_again_to_the_same_bits() {
    let bench = Bench::new();
    bench.run(&["run", "tiny.json", "--quiet"]).succeeds();
    let whole = bench.read("results/tiny/summary.json");
    let run = &runs(&bench, "results/tiny")[3];
    std::fs::remove_file(bench.path(run)).unwrap();
    std::fs::remove_file(bench.path("results/tiny/summary.json")).unwrap();
    bench.run(&["run", "tiny.json", "--quiet"]).succeeds();
    assert!(bench.path(run).exists());
    assert!(bench.read("results/tiny/summary.json") == whole);
    // A page that is missing is drawn, and nothing else is done.
    let page = bench.read("results/tiny/report.html");
    std::fs::remove_file(bench.path("results/tiny/report.html")).unwrap();
    bench.run(&["run", "tiny.json", "--quiet"]).succeeds();
    assert!(bench.read("results/tiny/report.html") == page);
}

#[test]
fn a_damaged_run_is_named_with_its_cure() {
    let bench = Bench::new();
    bench.run(&["run", "tiny.json", "--quiet"]).succeeds();
    let run = &runs(&bench, "results/tiny")[0];
    bench.write(run, "{");
    std::fs::remove_file(bench.path("results/tiny/summary.json")).unwrap();
    bench.run(&["run", "tiny.json", "--quiet"]).fails(2).complains(&[run, "delete it"]);
}

/// Ctrl-C while replications are under way: the finished are in the results, and the same command goes on to the bits of
/// a run that nobody interrupted.
#[test]
#[cfg(unix)]
fn an_interrupted_run_is_continued_to_the_same_bits() {
    let bench = Bench::new();
    // Many replications of a second or less: there is time to interrupt between the first and the last.
    let arguments = [
        "run",
        "tiny.json",
        "--threads",
        "1",
        "--quiet",
        "--set",
        "replications=20",
        "--set",
        "peers.count=150",
    ];
    let mut child = Command::new(env!("CARGO_BIN_EXE_overlab"))
        .current_dir(bench.folder.path())
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let runs = bench.path("results/tiny/runs");
    let finished = || {
        std::fs::read_dir(&runs).map_or(0, |files| {
            files.filter(|file| is_run(&file.as_ref().unwrap().file_name().to_string_lossy())).count()
        })
    };
    while finished() < 3 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be interrupted");
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{errors}");
    assert!(
        errors.contains("interrupted: ") && errors.contains("of 40 runs are finished and kept"),
        "{errors}"
    );
    let kept = finished();
    assert!((3..40).contains(&kept), "{kept}");
    // What is finished is in the results already.
    let summary: serde_json::Value = serde_json::from_str(&bench.read("results/tiny/summary.json")).unwrap();
    let replications =
        summary["points"].as_array().unwrap().iter().map(|point| point["replications"].as_u64().unwrap());
    assert_eq!(replications.sum::<u64>(), kept as u64);

    bench.run(&arguments).succeeds();
    assert_eq!(finished(), 40);
    bench.run(&[&arguments[..], &["--out", "whole"]].concat()).succeeds();
    for file in ["summary.json", "timeseries.csv", "distributions.json"] {
        assert_eq!(
            bench.read(&format!("results/tiny/{file}")),
            bench.read(&format!("whole/{file}")),
            "{file}"
        );
    }
}
