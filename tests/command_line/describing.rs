//! `list`, `describe`, `schema`: what there is, all of it from one source each.

use super::{Bench, TINY};

#[test]
fn every_name_that_is_listed_is_described() {
    let bench = Bench::new();
    let list = bench.run(&["list"]).succeeds().out;
    let mut names = Vec::new();
    for line in list.lines() {
        // Names stand two columns in; what is further in goes on with the line above.
        if let Some(rest) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
            names.push(rest.split_whitespace().next().unwrap());
        }
    }
    for name in
        ["chord", "kademlia", "transit_stub", "matrix", "key_routing", "weibull", "trace", "lookup.stretch"]
    {
        assert!(names.contains(&name), "{name} in {list}");
    }
    for name in names {
        let said = bench.run(&["describe", name]).succeeds();
        assert!(said.out.starts_with(name), "{said:?}");
        assert!(said.out.lines().count() >= 3, "{said:?}");
    }
}

#[test]
fn one_kind_can_be_listed() {
    let bench = Bench::new();
    let said = bench.run(&["list", "algorithms"]).succeeds().prints(&["chord", "kademlia"]);
    assert!(!said.out.contains("transit_stub"), "{said:?}");
    bench.run(&["list", "algoritms"]).fails(2).complains(&["algorithms"]);
}

#[test]
fn descriptions_tell_types_defaults_and_sources() {
    let bench = Bench::new();
    bench.run(&["describe", "chord"]).succeeds().prints(&[
        "chord: Chord (algorithm, key routing)",
        "Source: Stoica et al.",
        "  successors: whole number, default 8\n",
        "  stabilize_interval: period or \"never\", default \"20s\"\n",
        "  refresh: \"fingers\" or \"entries\", default \"fingers\"\n",
    ]);
    bench.run(&["describe", "constant"]).succeeds().prints(&["constant (underlay)", "constant (churn)"]);
    bench.run(&["describe", "lookup.failures.timeout"]).succeeds();
    bench.run(&["describe", "kademila"]).fails(2).complains(&["did you mean \"kademlia\"?", "overlab list"]);
}

/// The excerpts of scenarios in descriptions can be put into a scenario.
#[test]
fn examples_in_descriptions_are_valid() {
    let bench = Bench::new();
    let names = [
        "chord",
        "kademlia",
        "constant",
        "plane",
        "sphere",
        "transit_stub",
        "key_routing",
        "weibull",
        "pareto",
        "lognormal",
    ];
    for name in names {
        let text = bench.run(&["describe", name]).succeeds().out;
        for excerpt in text.split("In a scenario:\n").skip(1) {
            let excerpt = excerpt.split("\n\n").next().unwrap();
            let excerpt: serde_json::Value = serde_json::from_str(&format!("{{{excerpt}}}")).expect(excerpt);
            let mut scenario: serde_json::Value = serde_json::from_str(TINY).unwrap();
            for (key, value) in excerpt.as_object().unwrap() {
                scenario[key] = value.clone();
            }
            bench.write("example.json", &scenario.to_string());
            bench.run(&["validate", "example.json"]).succeeds();
        }
        assert!(text.contains("In a scenario:\n"), "{text}");
    }
}

#[test]
fn the_schema_is_the_one_that_is_shipped() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/scenario.json");
    let same = Bench::new().run(&["schema"]).succeeds().out == std::fs::read_to_string(shipped).unwrap();
    assert!(same, "the types have changed: overlab schema > schema/scenario.json");
}
