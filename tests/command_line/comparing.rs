//! `compare`: common random numbers, differences between overlays, budgets.

use super::{Bench, Said, TINY};
use serde_json::Value;
use std::collections::BTreeSet;

/// Only the first or the second overlay of the tiny scenario.
fn alone(bench: &Bench, name: &str, overlay: usize) {
    let mut scenario: Value = serde_json::from_str(TINY).unwrap();
    let overlays = scenario["overlays"].as_array_mut().unwrap();
    *overlays = vec![overlays[overlay].clone()];
    scenario["name"] = name.into();
    scenario["description"] = format!("{name} alone").into();
    bench.write(&format!("{name}.json"), &scenario.to_string());
}

fn run(bench: &Bench, scenario: &str, more: &[&str]) -> Said {
    let mut arguments = vec!["run", scenario, "--quiet"];
    arguments.extend(more);
    bench.run(&arguments).succeeds()
}

/// Who asked when for which key, and who was up: by overlay, from the files of a results folder.
fn world(bench: &Bench, folder: &str, overlay: &str) -> (BTreeSet<String>, Vec<String>) {
    let columns = |file: &str, wanted: &[&str]| -> Vec<String> {
        let text = bench.read(&format!("{folder}/{file}"));
        let mut lines = text.lines();
        let head: Vec<&str> = lines.next().unwrap().split(',').collect();
        let place = |name: &&str| head.iter().position(|column| column == name).unwrap();
        let (overlay_at, wanted) = (place(&"overlay"), wanted.iter().map(place).collect::<Vec<_>>());
        let rows = lines.map(|line| line.split(',').collect::<Vec<_>>());
        let rows = rows.filter(|row| row[overlay_at] == overlay);
        rows.map(|row| wanted.iter().map(|at| row[*at]).collect::<Vec<_>>().join(",")).collect()
    };
    let asked = columns("lookups.csv", &["replication", "origin", "number", "key", "issued_s"]);
    let live = columns("timeseries.csv", &["replication", "metric", "time_s", "value"]);
    let live = live.into_iter().filter(|row| row.contains(",peers.live,")).collect();
    (asked.into_iter().collect(), live)
}

#[test]
fn all_overlays_of_a_scenario_meet_the_same_underlay_sessions_and_lookups() {
    let bench = Bench::new();
    let exact = ["--set", "output.lookups=true", "--set", "time.sample=1s"];
    run(&bench, "tiny.json", &exact);
    let (chord, kademlia) =
        (world(&bench, "results/tiny", "Chord"), world(&bench, "results/tiny", "Kademlia"));
    // 40 peers ask twice a minute, for four minutes, in three replications: about 960; bins of one second in each.
    assert!((800..1100).contains(&chord.0.len()), "{}", chord.0.len());
    assert!(chord.1.len() >= 3 * 240, "{}", chord.1.len());
    assert_eq!(chord.0, kademlia.0, "the same peers ask for the same keys at the same nanosecond");
    assert_eq!(chord.1, kademlia.1, "as many are up in every second");

    // Each overlay by itself meets what it met beside the other; the underlay is the same file.
    for (overlay, name, beside) in [(0, "Chord", &chord), (1, "Kademlia", &kademlia)] {
        alone(&bench, &format!("only-{name}"), overlay);
        run(&bench, &format!("only-{name}.json"), &exact);
        let folder = format!("results/only-{name}");
        assert_eq!(world(&bench, &folder, name), *beside, "{name}");
        assert_eq!(bench.read(&format!("{folder}/underlay.json")), bench.read("results/tiny/underlay.json"));
    }

    // Another seed is another world, or nothing above would mean anything.
    run(&bench, "tiny.json", &[&exact[..], &["--seed", "2", "--out", "other"]].concat());
    let other = world(&bench, "other", "Chord");
    assert!(chord.0.is_disjoint(&other.0) && chord.1 != other.1);
    assert_ne!(bench.read("other/underlay.json"), bench.read("results/tiny/underlay.json"));
}

#[test]
fn overlays_of_a_folder_are_compared_in_pairs_with_verdicts() {
    let bench = Bench::new();
    run(&bench, "tiny.json", &[]);
    let said = bench.run(&["compare", "results/tiny"]).succeeds().prints(&[
        "results/tiny: tiny, seed 1, digest ",
        "lookup.latency_penalised_ms (ms), lower is better",
        "Kademlia against Chord",
        "corrected for all 5 comparisons (Holm)",
        "differences are paired",
    ]);
    assert!(!said.out.contains("lookup.latency_ms "), "failures must count: {}", said.out);
    assert!(said.out.lines().all(|line| line.chars().count() <= 110), "{}", said.out);
    assert_eq!(said.errors, "");

    let json: Value =
        serde_json::from_str(&bench.run(&["compare", "results/tiny", "--json"]).succeeds().out).unwrap();
    assert_eq!((&json["format"], &json["family"]), (&"overlab.comparison/1".into(), &5.into()));
    let traffic = json["rows"].as_array().unwrap().last().unwrap();
    assert_eq!(traffic["metric"], "traffic.bytes_per_peer_per_s");
    assert_eq!((&traffic["paired"], &traffic["n"]), (&true.into(), &3.into()));
    // The difference is that of the means, which stand in the summary too.
    let summary: Value = serde_json::from_str(&bench.read("results/tiny/summary.json")).unwrap();
    let mean = |at: usize| {
        summary["points"][at]["metrics"]["traffic.bytes_per_peer_per_s"]["mean"].as_f64().unwrap()
    };
    assert!((traffic["difference"].as_f64().unwrap() - (mean(1) - mean(0))).abs() < 1e-9);
    assert!(traffic["p"].as_f64().unwrap() <= traffic["p_holm"].as_f64().unwrap());

    // The other way round with a baseline, by percentile and phase, with files.
    let more = ["--baseline", "Kademlia", "--metric", "lookup.latency_ms.p95", "--phase", "after crash 20 %"];
    let more = [&["compare", "results/tiny", "--out", "found"], &more[..]].concat();
    bench.run(&more).succeeds().prints(&[
        "lookup.latency_ms.p95 (ms)",
        "Chord against Kademlia",
        "phase: after crash 20 %",
        "lookup.latency_ms is over answered lookups only",
    ]);
    for file in ["comparison.json", "plots/comparison.svg", "plots/comparison.png"] {
        assert!(bench.path("found").join(file).is_file(), "{file}");
    }
    assert!(bench.read("found/plots/comparison.svg").contains("n = 3 paired replications"));
}

#[test]
fn folders_are_paired_where_their_worlds_are_the_same_and_independent_elsewhere() {
    let bench = Bench::new();
    run(&bench, "tiny.json", &[]);
    alone(&bench, "changed", 0);
    run(&bench, "changed.json", &["--set", "overlays[0].algorithm.chord.successors=8"]);
    let said = bench.run(&["compare", "results/tiny", "results/changed", "--json"]).succeeds();
    let json: Value = serde_json::from_str(&said.out).unwrap();
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 5, "only Chord is in both");
    assert!(rows.iter().all(|row| row["paired"] == true && row["subject"]["folder"] == 1), "{json:#}");
    assert!(said.out.contains("are paired: their scenarios differ in nothing but the overlays"), "{json:#}");

    run(&bench, "changed.json", &["--seed", "9", "--out", "other"]);
    bench.run(&["compare", "results/changed", "other"]).succeeds().prints(&[
        "results/changed and other are independent samples (Welch): their scenarios differ in seed",
        "Chord [2] against Chord [1]",
        "3, 3",
    ]);
    // Two folders without a common overlay: what differs is the overlay.
    alone(&bench, "kademlia", 1);
    run(&bench, "kademlia.json", &[]);
    bench
        .run(&["compare", "results/changed", "results/kademlia"])
        .succeeds()
        .prints(&["Kademlia [2] against Chord [1]", "are paired"]);
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_cure() {
    let bench = Bench::new();
    run(&bench, "tiny.json", &["--set", "replications=1", "--out", "once"]);
    bench
        .run(&["compare", "once"])
        .fails(2)
        .complains(&["once: Kademlia: 1 of at least 2", "--set replications=10"]);
    run(&bench, "tiny.json", &["--set", "replications=2"]);
    let refused = |arguments: &[&str], because: &[&str]| {
        let before = bench.files();
        bench.run(&[&["compare", "results/tiny"], arguments].concat()).fails(2).complains(because);
        assert_eq!(bench.files(), before, "nothing may be written");
    };
    refused(&["--baseline", "Chrod"], &["--baseline", "\"Chrod\"; did you mean \"Chord\"?"]);
    refused(&["--metric", "lookup.hpos"], &["\"lookup.hpos\"; did you mean \"lookup.hops\"?"]);
    refused(&["--metric", "static.x", "--out", "new"], &["unknown metric \"static.x\""]);
    refused(&["--phase", "after crush 20 %"], &["did you mean \"after crash 20 %\"?"]);
    refused(&["nowhere"], &["nowhere: holds no summary.json: name a folder that `overlab run` wrote"]);
    refused(&["--budget", "20"], &["20B/s"]);
    refused(&["--budget", "20B/s", "--metric", "lookup.issued"], &["which values are better"]);
    refused(&["--budget", "20B/s", "--baseline", "Chord"], &["everything is compared with the winner"]);
    alone(&bench, "single", 0);
    run(&bench, "single.json", &["--set", "replications=2"]);
    bench
        .run(&["compare", "results/single"])
        .fails(2)
        .complains(&["holds one overlay: name a second folder"]);
}

#[test]
fn a_budget_names_the_best_combination_of_a_sweep() {
    let bench = Bench::new();
    let sweep = r#"sweep={"overlays[0].algorithm.chord.stabilize_interval":["5s","60s"],"overlays[1].algorithm.kademlia.k":[4,16]}"#;
    run(&bench, "tiny.json", &["--set", sweep]);
    let cost: Value = serde_json::from_str(&bench.read("results/tiny/cost.json")).unwrap();
    assert_eq!(cost["format"], "overlab.cost/1");
    let latency = &cost["settings"][0]["measures"][0];
    assert_eq!(
        (&latency["metric"], latency["curves"].as_array().unwrap().len()),
        (&"lookup.latency_penalised_ms".into(), 2)
    );
    // Four points of the sweep, but each overlay has two combinations of its own.
    for curve in latency["curves"].as_array().unwrap() {
        let points = curve["points"].as_array().unwrap();
        assert_eq!((points.len(), curve["sensitivity"].as_array().unwrap().len()), (2, 1), "{curve:#}");
        assert!(points.iter().any(|point| point["hull"] == true) && points[0]["n"] == 3);
    }
    assert!(bench.path("results/tiny/plots/cost-performance.svg").is_file());

    let asked = ["compare", "results/tiny", "--budget", "1GB/s", "--out", "best"];
    bench.run(&asked).succeeds().prints(&[
        "at most 1000000000 B/s sent per live peer",
        "4 of 4 combinations are within the budget",
        "is best; the runner-up",
    ]);
    for file in ["budget.json", "plots/cost-performance.svg", "plots/cost-performance.png"] {
        assert!(bench.path("best").join(file).is_file(), "{file}");
    }
    bench
        .run(&["compare", "results/tiny", "--budget", "0.001B/s", "--metric", "lookup.success_ratio"])
        .succeeds()
        .prints(&[
            "0 of 4 combinations",
            "nothing costs so little: the cheapest is Chord (stabilize_interval = 60s)",
        ]);
    // Point by point, all pairs.
    let said = bench.run(&["compare", "results/tiny", "--metric", "lookup.hops"]).succeeds();
    assert_eq!(said.out.matches("Kademlia against Chord").count(), 4, "{}", said.out);
    let said = said.prints(&["performance against cost", "1 - lookup.success_ratio", "hull loss"]);
    let ranked =
        said.out.lines().filter(|line| line.starts_with("  Chord  ") && line.contains("stabilize_interval"));
    assert!(ranked.count() >= 3, "one a measure: {}", said.out);
    bench.run(&["verify", "results/tiny", "--quiet"]).succeeds();
}
