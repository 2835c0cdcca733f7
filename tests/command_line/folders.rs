//! Results folders that are not free, not writable, or full.

use super::Bench;
use std::process::Command;

const QUICK: [&str; 3] = ["--quiet", "--set", "replications=2"];

#[test]
fn a_foreign_folder_is_refused_and_replaced_by_force_alone() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("mine")).unwrap();
    bench.write("mine/letter.txt", "dear diary");
    let before = bench.files();
    let arguments = [&["run", "tiny.json", "--out", "mine"], &QUICK[..]].concat();
    bench.run(&arguments).fails(2).complains(&["error: mine: holds something else", "--out", "--force"]);
    assert!(bench.files() == before);
    bench.run(&[&arguments[..], &["--force"]].concat()).succeeds().prints(&["results: mine\n"]);
    assert!(!bench.path("mine/letter.txt").exists());
    assert!(bench.path("mine/summary.json").exists());
    assert!(!bench.path("mine.overlab-partial").exists() && !bench.path("mine.overlab-replaced").exists());
}

#[test]
fn force_replaces_only_once_the_new_results_are_complete() {
    let bench = Bench::new();
    bench.run(&[&["run", "tiny.json"], &QUICK[..]].concat()).succeeds();
    let before = bench.read("results/tiny/summary.json");
    let other = ["run", "tiny.json", "--quiet", "--set", "replications=2", "--set", "peers.count=30"];
    bench.run(&other).fails(2).complains(&["holds the results of another scenario", "--force"]);
    // A disk that is full keeps the new results from being complete.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_overlab")])
        .args(other)
        .arg("--force")
        .current_dir(bench.folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(bench.read("results/tiny/summary.json") == before);
    bench.run(&[&other[..], &["--force"]].concat()).succeeds();
    assert!(bench.read("results/tiny/summary.json") != before);
}

#[test]
fn a_place_that_cannot_be_written_to_is_refused_at_the_start() {
    let bench = Bench::new();
    bench.write("file", "");
    let before = bench.files();
    bench
        .run(&["run", "tiny.json", "--out", "file/results"])
        .fails(2)
        .complains(&["error: file/results: cannot be written to", "--out"]);
    // Of two scenarios the second has no place: the first leaves nothing behind.
    std::fs::create_dir(bench.path("out")).unwrap();
    bench.write("out/second", "a file where a folder is wanted");
    bench.write("second.json", &super::TINY.replace("\"tiny\"", "\"second\""));
    let with_second = bench.files();
    bench.run(&["run", "tiny.json", "second.json", "--out", "out"]).fails(2);
    assert!(bench.files() == with_second);
    assert_eq!(with_second.len(), before.len() + 3);
}

/// The largest file that a run of the tiny scenario keeps of one replication, and that it writes in all, in blocks of 512 bytes.
fn blocks(bench: &Bench) -> (u64, u64) {
    let blocks = |bytes: usize| bytes.div_ceil(512) as u64;
    let files = bench.files();
    let runs = files.iter().filter(|(path, _)| path.parent().is_some_and(|folder| folder.ends_with("runs")));
    let largest_run = runs.map(|(_, content)| content.len()).max().unwrap();
    (blocks(largest_run), blocks(files.values().map(Vec::len).max().unwrap()))
}

#[test]
fn a_disk_that_fills_later_keeps_what_was_finished() {
    let bench = Bench::new();
    let arguments = ["run", "tiny.json", "--quiet", "--threads", "1"];
    bench.run(&[&arguments[..], &["--out", "whole"]].concat()).succeeds();
    let (run, all) = blocks(&bench);
    assert!(run + 2 < all, "every run's file is smaller than the largest of all: {run}, {all}");
    // The outcomes of runs fit, plots or time series do not.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", run + 1);
    let output = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_overlab")])
        .args(arguments)
        .args(["--out", "full"])
        .current_dir(bench.folder.path())
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("error: ") && errors.contains("full/"), "{errors}");
    let kept = |bench: &Bench| std::fs::read_dir(bench.path("full/runs")).unwrap().count();
    assert_eq!(kept(&bench), 6 + 2, "six runs, the maker's mark and the lock");
    // With room again the same command completes the folder to the same bits.
    bench.run(&[&arguments[..], &["--out", "full"]].concat()).succeeds();
    for file in ["summary.json", "timeseries.csv", "distributions.json", "report.html"] {
        assert!(bench.path("full").join(file).exists(), "{file}");
    }
    assert!(bench.read("full/summary.json") == bench.read("whole/summary.json"));
}
