//! What the whole source is held to: the order of the crates, small files, and the absence of what must not be there.

use cargo_metadata::{DependencyKind, MetadataCommand};
use overlab_schema::Document;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What each crate may use of this workspace, lowest first.
const ORDER: &[(&str, &[&str])] = &[
    ("overlab-time", &[]),
    ("overlab-engine", &["time"]),
    ("overlab-underlay", &["time"]),
    ("overlab-peer", &["time"]),
    ("overlab-toolkit", &["time", "peer"]),
    ("overlab-algorithms", &["time", "peer", "toolkit"]),
    ("overlab-world", &["time", "engine", "underlay", "peer"]),
    ("overlab-schema", &["time"]),
    ("overlab-lab", &["time", "engine", "underlay", "peer", "toolkit", "algorithms", "world", "schema"]),
    ("overlab-report", &["time", "schema"]),
    ("overlab-mpi", &["engine"]),
    (
        "overlab",
        &[
            "time",
            "engine",
            "underlay",
            "peer",
            "toolkit",
            "algorithms",
            "world",
            "schema",
            "lab",
            "report",
            "mpi",
        ],
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files with one of these endings under some folders of the project, by their paths from its root.
fn files(folders: &[&str], endings: &[&str]) -> BTreeMap<String, String> {
    fn collect(folder: &Path, endings: &[&str], all: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, endings, all);
            } else if endings.iter().any(|ending| path.extension().is_some_and(|is| is == *ending)) {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                all.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    for folder in folders {
        collect(&root().join(folder), endings, &mut all);
    }
    assert!(!all.is_empty(), "nothing to look at in {folders:?}");
    all
}

/// The files that make up the programs: neither tests nor examples, nor what builds them.
fn program() -> BTreeMap<String, String> {
    let mut all = files(&["crates"], &["rs"]);
    all.retain(|name, _| {
        !["/tests/", "/examples/", "/benches/"].iter().any(|part| name.contains(part))
            && !name.ends_with("build.rs")
    });
    all
}

/// The lines of a program that are code, without the tests at its end; a file of tests has none.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let end = text.find("[cfg(test)]").unwrap_or(text.len());
    text[..end].lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn crates_use_only_those_below_them() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let of_ours = |name: &str| name == "overlab" || name.starts_with("overlab-");
    for package in &metadata.packages {
        let name = package.name.to_string();
        let used = package.dependencies.iter().filter(|used| used.kind != DependencyKind::Development);
        if !of_ours(&name) {
            // A plug-in: the facade is all that it needs.
            let used: Vec<&str> = used.map(|used| used.name.as_str()).collect();
            assert_eq!(used, ["overlab"], "{name}");
            continue;
        }
        let (_, may) = ORDER.iter().find(|(known, _)| *known == name).unwrap_or_else(|| {
            panic!("{name} has no place in the order of the crates: give it one here and in ARCHITECTURE.md")
        });
        for used in used.map(|used| used.name.as_str()).filter(|used| of_ours(used)) {
            let short = used.strip_prefix("overlab-").unwrap_or(used);
            assert!(may.contains(&short), "{name} uses {used}");
        }
    }
    for (name, _) in ORDER {
        assert!(metadata.packages.iter().any(|package| package.name == *name), "{name} is gone");
    }
}

#[test]
fn files_are_short() {
    for (name, text) in files(&["crates", "tests", "examples", "benches"], &["rs"]) {
        assert!(text.lines().count() <= 600, "{name} has {} lines: split it", text.lines().count());
    }
}

#[test]
fn modules_say_what_is_in_them() {
    const EMPTY: [&str; 10] =
        ["mod", "util", "utils", "common", "misc", "helper", "helpers", "manager", "base", "core"];
    for name in files(&["crates", "tests", "examples"], &["rs"]).keys() {
        for part in &Path::new(name).with_extension("") {
            assert!(!EMPTY.contains(&part.to_str().unwrap()), "{name}: {part:?} says nothing");
        }
    }
}

#[test]
fn only_the_command_line_prints() {
    for (name, text) in program() {
        for (line, content) in code(&text) {
            let prints = ["println!", "print!", "eprintln!", "eprint!", "dbg!"]
                .iter()
                .any(|word| content.contains(word));
            let speaks = content.contains("stdout()") || content.contains("stderr()");
            let place = format!("{name}:{}: {content}", line + 1);
            assert!(!prints, "{place}");
            assert!(!speaks || name.starts_with("crates/overlab/"), "{place}");
        }
    }
}

#[test]
fn nothing_has_a_random_order() {
    for (name, text) in program() {
        for (line, content) in code(&text) {
            let random = content.contains("HashMap") || content.contains("HashSet");
            assert!(!random, "{name}:{}: its order is random: {content}", line + 1);
        }
    }
}

#[test]
fn no_machine_is_named() {
    // Put together here, or this file would name them.
    let folders = ["home", "work", "root", "Users", "tmp"].map(|folder| ["/", folder, "/"].concat());
    let mut all = files(
        &["crates", "tests", "examples", "benches", "scenarios", "docs", "schema", ".ci"],
        &["rs", "json", "toml", "md", "sh"],
    );
    for name in ["Cargo.toml", "README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        all.extend(std::fs::read_to_string(root().join(name)).ok().map(|text| (name.to_owned(), text)));
    }
    for (name, text) in all {
        for folder in &folders {
            for (line, content) in text.lines().enumerate() {
                // Part of an address or of a longer path is no folder of a machine.
                let named = content.match_indices(folder.as_str()).any(|(at, _)| {
                    !content[..at]
                        .ends_with(|before: char| before.is_alphanumeric() || "/.-_}".contains(before))
                });
                assert!(!named, "{name}:{}: {content}", line + 1);
            }
        }
    }
}

#[test]
fn every_scenario_explains_itself_and_resolves() {
    let mut scenarios = files(&["scenarios"], &["json"]);
    scenarios.extend(files(&["examples"], &["json"]));
    for (name, text) in scenarios {
        let document = Document::parse(&name, &text).unwrap_or_else(|error| panic!("{error}"));
        let scenario = document.scenario().unwrap_or_else(|error| panic!("{error}"));
        let words = scenario.description.split_whitespace().count();
        assert!(
            words >= 20,
            "{name}: its description has {words} words: say what is asked and what to expect"
        );
        assert!(
            scenario.schema.is_some_and(|schema| schema.ends_with("schema/scenario.json")),
            "{name}: no $schema"
        );
    }
}
