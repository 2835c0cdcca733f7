//! Help texts: what is promised there is a contract, so changes are to be seen.

use super::Bench;

#[test]
fn help_is_as_it_was_reviewed() {
    let bench = Bench::new();
    let all = bench.run(&["--help"]).succeeds().out;
    insta::assert_snapshot!("overlab", all);
    for command in [
        "run",
        "validate",
        "show",
        "list",
        "describe",
        "plot",
        "report",
        "compare",
        "verify",
        "explain",
        "trace",
        "diff-runs",
        "underlay",
        "bench",
        "reproduce",
        "schema",
        "completions",
    ] {
        assert!(all.contains(&format!("\n  {command} ")), "{command} is not in {all}");
        let help = bench.run(&[command, "--help"]).succeeds().out;
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
        insta::assert_snapshot!(command, help);
    }
}

#[test]
fn without_arguments_the_help_is_printed() {
    let bench = Bench::new();
    let said = bench.run(&[]).succeeds();
    assert_eq!(said.out, bench.run(&["-h"]).succeeds().out);
}

#[test]
fn wrong_usage_is_told_apart() {
    let bench = Bench::new();
    bench
        .run(&["vlaidate", "tiny.json"])
        .fails(2)
        .complains(&["unrecognized subcommand 'vlaidate'", "'validate'"]);
    bench.run(&["run"]).fails(2).complains(&["<SCENARIO>..."]);
    bench.run(&["run", "tiny.json", "--threads", "0"]).fails(2).complains(&["--threads", "1..=4096"]);
    bench.run(&["run", "tiny.json", "--seed", "x"]).fails(2).complains(&["--seed"]);
    bench.run(&["underlay", "tiny.json", "--out", "picture.pdf"]).fails(2).complains(&[".svg or .png"]);
    assert!(!bench.path("results").exists());
}

#[test]
fn versions_and_completions_are_printed() {
    let bench = Bench::new();
    bench.run(&["--version"]).succeeds().prints(&["overlab ", env!("CARGO_PKG_VERSION")]);
    bench.run(&["completions", "bash"]).succeeds().prints(&["_overlab()", "--window-divisor"]);
    bench.run(&["completions", "bash"]).succeeds().prints(&["overlab__subcmd__bench", "--replications"]);
    bench.run(&["completions", "zsh"]).succeeds().prints(&["#compdef overlab"]);
}
