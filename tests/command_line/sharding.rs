//! Shares of a scenario's runs, made apart and joined.

use super::continuing::runs;
use super::{Bench, Said};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

/// Twelve runs: two overlays, two points, three replications.
const SWEPT: [&str; 6] =
    ["--quiet", "--set", "time.measure=2min30s", "--set", r#"sweep={"peers.count":[30,40]}"#, "--threads"];

fn run(bench: &Bench, options: &[&str]) -> Said {
    bench.run(&[&["run", "tiny.json"], &SWEPT[..], &["1"], options].concat())
}

/// Everything in a folder but what a machine's clock can be seen in.
fn content(bench: &Bench, folder: &str) -> BTreeMap<String, String> {
    let folder = bench.path(folder);
    super::files(&folder)
        .into_iter()
        .filter(|(path, _)| {
            path.is_file() && !path.ends_with("manifest.json") && !path.ends_with("report.html")
        })
        .map(|(path, content)| {
            let name = path.strip_prefix(&folder).unwrap().display().to_string();
            let text = String::from_utf8_lossy(&content).into_owned();
            if name.starts_with("runs/") && name.len() == 42 {
                let mut run: Value = serde_json::from_str(&text).unwrap();
                run["outcome"]["cost"] = Value::Null;
                return (name, run.to_string());
            }
            (name, text)
        })
        .collect()
}

#[track_caller]
fn same(bench: &Bench, one: &str, other: &str) {
    let (one, other) = (content(bench, one), content(bench, other));
    for (name, content) in &one {
        assert!(other.get(name) == Some(content), "{name}");
    }
    assert!(one.keys().eq(other.keys()));
}

#[test]
fn shares_joined_are_the_whole() {
    let bench = Bench::new();
    run(&bench, &["--out", "whole"]).succeeds();
    assert_eq!(runs(&bench, "whole").len(), 12);
    // In any order, in folders of their own.
    for (number, count) in [(5, 2), (2, 3), (1, 2), (4, 2), (3, 3)] {
        let (share, folder) = (format!("{number}/5"), format!("share-{number}"));
        run(&bench, &["--shard", &share, "--out", &folder]).succeeds().prints(&[
            &format!("share {share} of tiny: {count} runs are finished in {folder}"),
            "overlab merge",
        ]);
        assert_eq!(runs(&bench, &folder).len(), count);
        // Only runs are there: results would be those of a part.
        assert!(!bench.path(&folder).join("summary.json").exists());
        // Done is done.
        run(&bench, &["--shard", &share, "--out", &folder]).succeeds();
    }
    let all = ["merge", "share-1", "share-2", "share-3", "share-4", "share-5", "--out", "joined"];
    let said = bench.run(&all).succeeds().prints(&["results: joined", "report: joined/report.html"]);
    same(&bench, "whole", "joined");
    assert_eq!(said.out.replace("joined", "whole"), run(&bench, &["--out", "whole"]).succeeds().out);
    bench.run(&["verify", "joined", "--quiet"]).succeeds();
    // Again is no harm.
    bench.run(&all).succeeds();
    same(&bench, "whole", "joined");
}

#[test]
fn shares_may_work_in_one_folder_at_the_same_time() {
    let bench = Bench::new();
    run(&bench, &["--out", "whole"]).succeeds();
    let begin = |share: String| {
        Command::new(env!("CARGO_BIN_EXE_overlab"))
            .current_dir(bench.folder.path())
            .args(["run", "tiny.json"])
            .args(SWEPT)
            .args(["1", "--out", "shared", "--shard", &share])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    // One of them twice.
    let shares: Vec<_> = ["1/3", "2/3", "2/3", "3/3"].map(|share| begin(share.to_owned())).into();
    for share in shares {
        let output = share.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(runs(&bench, "shared").len(), 12);
    bench.run(&["merge", "shared", "--out", "joined"]).succeeds();
    same(&bench, "whole", "joined");
    // Or in place, by the command without a share, which finds nothing left to run.
    let before: Vec<String> = runs(&bench, "shared").iter().map(|run| bench.read(run)).collect();
    run(&bench, &["--out", "shared"]).succeeds();
    assert!(runs(&bench, "shared").iter().map(|run| bench.read(run)).eq(before));
    same(&bench, "whole", "shared");
}

#[test]
fn what_is_missing_is_named_and_what_is_there_is_joined() {
    let bench = Bench::new();
    for share in ["1", "2"] {
        run(&bench, &["--shard", &format!("{share}/3"), "--out", share]).succeeds();
    }
    let said = bench.run(&["merge", "1", "2", "--out", "joined"]).fails(1);
    let said = said.complains(&["8 of 12 runs are joined in joined", "overlab run"]);
    assert_eq!(said.errors.matches("missing: ").count(), 4, "{}", said.errors);
    assert!(said.errors.contains("peers.count=30, replication "), "{}", said.errors);
    assert!(bench.read("joined/summary.json").contains("incomplete: 8 of 12 runs"));
    // The last share can be joined later, or simply be run.
    run(&bench, &["--shard", "3/3", "--out", "3"]).succeeds();
    bench.run(&["merge", "3", "--out", "joined"]).succeeds();
    run(&bench, &["--out", "whole"]).succeeds();
    same(&bench, "whole", "joined");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let bench = Bench::new();
    for share in ["1", "2"] {
        run(&bench, &["--shard", &format!("{share}/2"), "--out", share]).succeeds();
    }
    run(&bench, &["--shard", "1/2", "--out", "seed", "--seed", "9"]).succeeds();
    run(&bench, &["--shard", "1/2", "--out", "more", "--set", "replications=4"]).succeeds();
    std::fs::create_dir(bench.path("empty")).unwrap();
    let before = bench.files();
    for (folders, said) in [
        (&["1", "seed"][..], "seed: its scenario is not that of 1: it has another value of seed"),
        (&["1", "more"], "more: its scenario is not that of 1: it has other runs"),
        (&["1", "empty"], "empty: holds no scenario.json"),
        (&["nowhere"], "nowhere: holds no scenario.json"),
    ] {
        bench.run(&[&["merge"], folders, &["--out", "joined"]].concat()).fails(2).complains(&[said]);
    }
    for (options, said) in [
        (&["--shard", "3/2"][..], "write I/N"),
        (&["--shard", "0/2"], "write I/N"),
        (&["--shard", "1/2", "--force"], "cannot be used with"),
        (&["--shard", "1/2", "--plan"], "cannot be used with"),
    ] {
        run(&bench, options).fails(2).complains(&[said]);
    }
    assert!(bench.files() == before);
    // Two folders that disagree about a run.
    std::fs::create_dir_all(bench.path("copy/runs")).unwrap();
    let one = &runs(&bench, "1")[0];
    for file in ["scenario.json", "runs/maker.json"] {
        bench.write(&format!("copy/{file}"), &bench.read(&format!("1/{file}")));
    }
    let name = one.rsplit_once('/').unwrap().1;
    let digest = |run: &str| {
        let run: Value = serde_json::from_str(run).unwrap();
        run["outcome"]["digest"].as_str().unwrap().to_owned()
    };
    let text = bench.read(one);
    bench.write(&format!("copy/runs/{name}"), &text.replace(&digest(&text), &"0".repeat(32)));
    let copies = ["merge", "1", "2", "copy", "--out", "joined"];
    bench.run(&copies).fails(2).complains(&["disagree about", "copy/runs/"]);
    assert!(!bench.path("joined").exists());
    // A folder of another version.
    let maker = bench.read("1/runs/maker.json");
    bench.write("copy/runs/maker.json", &maker.replace("\"version\":\"", "\"version\":\"9."));
    bench.run(&copies).fails(2).complains(&["copy", "another version of this program"]);
    assert!(!bench.path("joined").exists());
}
