//! A plug-in's program: an algorithm that is not ours, and that panics, through the same command line.
//!
//! This file is a test and the program that it tests: run with [`ACT`] set it is the plug-in.

use overlab::prelude::*;
use std::process::{Command, ExitCode, Output};

const ACT: &str = "OVERLAB_TEST_PLUG_IN";

overlab::parameters! {
    /// Parameters of the clumsy ring.
    pub struct ClumsyParameters {
        /// After how many rounds a peer falls over, at least 1.
        rounds: u32 = 3,
        /// Time between two rounds.
        interval: Interval = Interval::Every(Span::from_secs(30)),
    }
}

impl Parameters for ClumsyParameters {
    fn check(&self) -> Result<(), ParameterError> {
        ParameterError::unless(self.rounds > 0, "rounds", "must be at least 1")
    }
}

/// A ring whose peers know nobody and panic after a while.
struct Clumsy {
    rounds: u32,
}

impl Protocol for Clumsy {
    type Parameters = ClumsyParameters;
    type Message = ();
    type Timer = ();

    const ABOUT: About = About {
        name: "clumsy",
        title: "Clumsy ring",
        summary: "It falls over.",
        reference: "none",
        bibtex: "",
    };

    fn new(_context: &mut Context<'_, Self>) -> Self {
        Self { rounds: 0 }
    }

    fn join(&mut self, _bootstrap: &[Contact], context: &mut Context<'_, Self>) {
        context.joined();
    }

    fn receive(&mut self, _from: Contact, (): (), _context: &mut Context<'_, Self>) {}

    fn wake(&mut self, (): (), context: &mut Context<'_, Self>) {
        self.rounds += 1;
        assert!(self.rounds < context.parameters().rounds, "peer {} fell over", context.key());
        context.wake_again(context.parameters().interval, ());
    }
}

impl KeyRouting for Clumsy {
    type Space = RingSuccessor;
    type Route = ();

    fn closest(&self, _key: Key, _route: &mut (), _context: &Lookout<'_, Self>, _out: &mut Candidates<'_>) {}

    fn responsible(&self, _key: Key, _route: &(), _context: &Lookout<'_, Self>) -> Responsibility {
        Responsibility::Yes
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
    }
}

impl Converged for Clumsy {
    fn converge(&mut self, _live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        context.wake_every(context.parameters().interval, ());
    }
}

const SCENARIO: &str = r#"{
  "version": 1, "name": "clumsy", "description": "A comparison with something that falls over.",
  "time": { "warmup": "1min", "measure": "4min" },
  "underlay": { "constant": {} }, "peers": { "count": 20 },
  "overlays": [ { "algorithm": { "clumsy": { "rounds": 5 } } }, { "algorithm": { "chord": {} } } ],
  "workload": { "key_routing": {} }, "replications": 2
}"#;

fn main() -> ExitCode {
    if std::env::var_os(ACT).is_some() {
        return overlab::run(Registry::built_in().with(entry!(Clumsy)));
    }
    // A harness asks what tests there are; there is nothing to choose from.
    if std::env::args().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    it_is_listed_and_described();
    its_parameters_are_checked();
    its_panic_is_a_failed_run();
    it_is_in_the_standard_suite();
    ExitCode::SUCCESS
}

/// The plug-in with these arguments, in `folder`.
fn plug_in(folder: &std::path::Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = Command::new(std::env::current_exe().unwrap())
        .args(arguments)
        .current_dir(folder)
        .env(ACT, "1")
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("clumsy.json"), SCENARIO).unwrap();
    folder
}

fn it_is_listed_and_described() {
    let folder = folder();
    let (code, out, _) = plug_in(folder.path(), &["list", "algorithms"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("chord") && out.contains("clumsy     It falls over."), "{out}");
    let (_, out, _) = plug_in(folder.path(), &["describe", "clumsy"]);
    assert!(out.contains("rounds: whole number, default 3\n      After how many rounds"), "{out}");
    assert!(out.contains("interval: period or \"never\", default \"30s\""), "{out}");
}

fn its_parameters_are_checked() {
    let folder = folder();
    for (set, said) in [
        ("overlays[0].algorithm.clumsy.rounds=0", "overlays[0].algorithm.clumsy.rounds: must be at least 1"),
        ("overlays[0].algorithm.clumsy.runds=1", "unknown key \"runds\"; did you mean \"rounds\"?"),
        ("overlays[0].algorithm={\"clumsi\":{}}", "unknown algorithm \"clumsi\"; did you mean \"clumsy\"?"),
        (
            "sweep={\"overlays[0].algorithm.clumsy.rounds\":[1,0]}",
            "rounds = 0: overlays[0].algorithm.clumsy.rounds",
        ),
    ] {
        let (code, _, errors) = plug_in(folder.path(), &["run", "clumsy.json", "--set", set]);
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains(said), "{errors}");
    }
    assert!(!folder.path().join("results").exists());
}

fn its_panic_is_a_failed_run() {
    let folder = folder();
    let arguments = ["run", "clumsy.json", "--quiet", "--threads", "1"];
    let (code, out, errors) = plug_in(folder.path(), &arguments);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{errors}");
    assert!(
        errors.contains("error: ") && errors.contains("replication 0: the simulation panicked: peer "),
        "{errors}"
    );
    assert!(errors.contains("error: it panicked at tests/plug_in.rs:"), "{errors}");
    assert!(!errors.contains("thread '"), "no noise: {errors}");
    assert!(errors.contains("are finished and kept in results/clumsy"), "{errors}");
    // Peers that last longer than the run do not fall over.
    let longer =
        [&arguments[..], &["--set", "overlays[0].algorithm.clumsy.rounds=1000", "--out", "longer"]].concat();
    let (code, out, errors) = plug_in(folder.path(), &longer);
    assert_eq!(code, Some(0), "{errors}");
    assert!(out.contains("Clumsy ring") || out.contains("clumsy"), "{out}");
}

/// In the suite it keeps its defaults, and so falls over; nothing is printed as if it had been measured.
fn it_is_in_the_standard_suite() {
    let folder = folder();
    let arguments = ["bench", "clumsy", "--only", "--quick", "--quiet", "--threads", "1"];
    let (code, out, errors) = plug_in(folder.path(), &arguments);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{errors}");
    assert!(
        errors.contains("error: clumsy, peers.count=100, replication 0: the simulation panicked: peer "),
        "{errors}"
    );
    assert!(errors.contains("0 of 6 runs of standard-static are finished and thrown away"), "{errors}");
    let (code, shown, _) = plug_in(folder.path(), &["bench", "clumsy", "--show", "churn"]);
    assert_eq!(code, Some(0));
    let at = |name: &str| shown.find(&format!("\"{name}\": {{\n")).expect(name);
    assert!(at("clumsy") < at("chord"), "those named stand before the built-in ones: {shown}");
    let (code, _, errors) = plug_in(folder.path(), &["bench", "clumsi"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("unknown algorithm \"clumsi\"; did you mean \"clumsy\"?"), "{errors}");
}
