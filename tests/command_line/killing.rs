//! kill -9 at random instants: whatever was finished counts, and the same command goes on to the bits of a run that nobody
//! killed.
#![cfg(unix)]
#![allow(
    clippy::disallowed_types,
    reason = "when files were written, and how long a command takes, is what it asks"
)]

use super::{Bench, files};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Twelve runs at two points.
const SWEPT: [&str; 6] = [
    "--set",
    "time.measure=2min30s",
    "--set",
    r#"sweep={"peers.count":{"from":30,"to":40,"steps":2}}"#,
    "--set",
    "replications=3",
];

/// What is in a folder, by name: everything but what a machine's clock can be seen in.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let of_machine = |path: &Path| path.ends_with("manifest.json") || path.ends_with("report.html");
    files(folder)
        .into_iter()
        .map(|(path, content)| {
            let name = path.strip_prefix(folder).unwrap().to_owned();
            let content = match &path {
                path if of_machine(path) => Vec::new(),
                path if is_run(path) => without_cost(&content),
                _ => content,
            };
            (name, content)
        })
        .collect()
}

fn is_run(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem.len() == 32)
        && path.extension().is_some_and(|kind| kind == "json")
}

/// A run's file without what the run cost.
fn without_cost(file: &[u8]) -> Vec<u8> {
    let mut run: Value = serde_json::from_slice(file).unwrap();
    run["outcome"]["cost"] = Value::Null;
    run.to_string().into_bytes()
}

/// Where nobody reads the clock, chance is a sequence of numbers that begins anywhere.
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

struct Trial {
    bench: Bench,
    chance: Chance,
    /// How long the command takes when nobody kills it.
    takes: Duration,
    command: Vec<&'static str>,
}

impl Trial {
    /// A command that makes the folder `out`, and what it makes where nothing goes wrong, in `whole`.
    fn new(seed: u64, options: &[&'static str]) -> Self {
        let bench = Bench::new();
        let command = [&["run", "tiny.json", "--quiet", "--threads", "2"], options].concat();
        let began = Instant::now();
        bench.run(&[&command[..], &["--out", "whole"]].concat()).succeeds();
        Self { bench, chance: Chance(seed), takes: began.elapsed(), command }
    }

    /// Begins the command and kills it somewhere on its way; returns whether it was faster.
    fn kill(&mut self) -> bool {
        let mut child = Command::new(env!("CARGO_BIN_EXE_overlab"))
            .current_dir(self.bench.folder.path())
            .args(&self.command)
            .args(["--out", "out"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(self.takes.mul_f64(self.chance.share()));
        let finished = child.try_wait().unwrap().is_some();
        let _ = child.kill();
        child.wait().unwrap();
        finished
    }

    /// The finished runs of the scenario in `out` or beside it, where they wait to replace it, by name.
    fn finished(&self) -> BTreeMap<String, Vec<u8>> {
        let whole = self.bench.path("whole/runs");
        let mut finished = BTreeMap::new();
        for folder in ["out", "out.overlab-partial"] {
            let folder = self.bench.path(folder).join("runs");
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().into_string().unwrap();
                if is_run(Path::new(&name)) && whole.join(&name).exists() {
                    finished.insert(name, std::fs::read(entry.path()).unwrap());
                }
            }
        }
        finished
    }

    /// Runs the command to its end, and holds what it makes to what it should be.
    fn finish(&self) {
        let before = self.finished();
        self.bench.run(&[&self.command[..], &["--out", "out"]].concat()).succeeds();
        let (whole, out) = (content(&self.bench.path("whole")), content(&self.bench.path("out")));
        for (name, content) in &whole {
            assert!(out.get(name) == Some(content), "{}", name.display());
        }
        // A changed scenario may have runs that the whole one never had.
        for name in out.keys().filter(|name| !is_run(name)) {
            assert!(whole.contains_key(name), "{} is left over", name.display());
        }
        // What was finished was not run again: not even its cost is another.
        let after = self.finished();
        for (name, run) in &before {
            assert!(after.get(name) == Some(run), "{name} was run again");
        }
        let beside: Vec<String> = std::fs::read_dir(self.bench.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("overlab-"))
            .collect();
        assert_eq!(beside, Vec::<String>::new());
    }

    fn clear(&self) {
        let _ = std::fs::remove_dir_all(self.bench.path("out"));
    }
}

/// Kills a run that begins with nothing, once or twice.
fn from_nothing(times: u32) {
    let mut trial = Trial::new(1, &SWEPT);
    let mut kills = 0;
    for time in 0..times {
        trial.clear();
        for _ in 0..=time % 2 {
            kills += u32::from(!trial.kill());
        }
        trial.finish();
    }
    assert!(kills * 4 >= times, "only {kills} of {times} were killed on their way");
}

/// Kills a run that replaces results of another scenario.
fn replacing(times: u32) {
    let mut trial = Trial::new(2, &[&SWEPT[..], &["--force"]].concat());
    let other = [
        "run",
        "tiny.json",
        "--quiet",
        "--set",
        "time.measure=2min30s",
        "--set",
        "seed=9",
        "--set",
        "replications=1",
    ];
    trial.bench.run(&[&other[..], &["--out", "old"]].concat()).succeeds();
    let old = content(&trial.bench.path("old"));
    for time in 0..times {
        trial.clear();
        trial.bench.run(&[&other[..], &["--out", "out"]].concat()).succeeds();
        for _ in 0..=time % 2 {
            trial.kill();
            // Whenever it is, one of the two is whole: at the place, or, between two renamings, beside it.
            let places = ["out", "out.overlab-replaced"].map(|name| trial.bench.path(name));
            let place = places.iter().find(|place| place.exists()).expect("the old results or the new ones");
            let there = content(place);
            let is_old = old.iter().all(|(name, content)| there.get(name) == Some(content));
            let is_new = there.contains_key(Path::new("manifest.json"))
                && there[Path::new("scenario.json")] != old[Path::new("scenario.json")];
            assert!(is_old || is_new, "{:?}", there.keys());
        }
        trial.finish();
    }
}

/// Kills a run that goes on with a folder whose scenario had fewer runs.
fn extending(times: u32) {
    let mut trial = Trial::new(3, &SWEPT);
    let less = [
        "run",
        "tiny.json",
        "--quiet",
        "--set",
        "time.measure=2min30s",
        "--set",
        "replications=2",
        "--set",
        "peers.count=30",
    ];
    for time in 0..times {
        trial.clear();
        trial.bench.run(&[&less[..], &["--out", "out"]].concat()).succeeds();
        for _ in 0..=time % 2 {
            trial.kill();
        }
        trial.finish();
    }
}

#[test]
fn a_killed_run_goes_on_to_the_same_bits() {
    from_nothing(4);
}

#[test]
fn a_killed_replacement_keeps_the_old_results_or_has_the_new() {
    replacing(3);
}

#[test]
fn a_killed_extension_goes_on_to_the_same_bits() {
    extending(2);
}

#[test]
#[ignore = "hundreds of kills take minutes"]
fn hundreds_of_kills() {
    from_nothing(120);
    replacing(60);
    extending(60);
}
