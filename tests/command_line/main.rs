//! The command line from outside: the program is run as a user runs it.

mod bad_input;
mod comparing;
mod continuing;
mod describing;
mod explaining;
mod extending;
mod folders;
mod help;
mod killing;
mod planning;
mod precision;
mod running;
mod sharding;
mod standard;
mod underlays;
mod verifying;

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A scenario that takes a fraction of a second.
const TINY: &str = r#"{
  "version": 1, "name": "tiny", "description": "As small as a comparison under churn can be.",
  "time": { "warmup": "2min", "measure": "4min", "sample": "30s" },
  "underlay": { "transit_stub": { "routers": 60 } },
  "peers": { "count": 40 },
  "overlays": [
    { "label": "Chord", "algorithm": { "chord": { "successors": 4, "stabilize_interval": "10s" } } },
    { "label": "Kademlia", "algorithm": { "kademlia": { "k": 8, "refresh_interval": "1min" } } }
  ],
  "workload": { "key_routing": { "rate_per_peer": "2/min" } },
  "churn": { "session": { "exponential": { "mean": "20min" } }, "downtime": { "exponential": { "mean": "10min" } } },
  "timeline": [ { "at": "2min", "crash": { "fraction": 0.2 } } ],
  "replications": 3
}
"#;

/// A folder of its own for a test, with the tiny scenario in it.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        bench.write("tiny.json", TINY);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The program with these arguments, in the test's folder.
    fn overlab(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overlab"));
        command
            .current_dir(self.folder.path())
            .args(arguments)
            .env_remove("RUST_BACKTRACE")
            .env("COLUMNS", "100");
        command
    }

    /// What the program says and does with these arguments.
    fn run(&self, arguments: &[&str]) -> Said {
        let output = self.overlab(arguments).output().unwrap();
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// All files under the test's folder with their contents.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(self.folder.path())
    }
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.insert(path.clone(), Vec::new());
            all.extend(files(&path));
        } else {
            let content = std::fs::read(&path).unwrap();
            all.insert(path, content);
        }
    }
    all
}

/// What the program said, and its exit code.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    errors: String,
}

impl Said {
    #[track_caller]
    fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    #[track_caller]
    fn fails(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Holds standard error to these texts.
    #[track_caller]
    fn complains(self, of: &[&str]) -> Self {
        for text in of {
            assert!(self.errors.contains(text), "no {text:?} in {self:#?}");
        }
        self
    }

    /// Holds standard output to these texts.
    #[track_caller]
    fn prints(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.out.contains(text), "no {text:?} in {self:#?}");
        }
        self
    }
}
