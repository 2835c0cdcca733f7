//! `bench`: the standard suite, at the small sizes of its first look.

use super::Bench;
use serde_json::Value;

/// Chord alone, small, twice, without a word about progress.
const QUICK: [&str; 7] = ["bench", "chord", "--only", "--quick", "--replications", "2", "--quiet"];

fn quick(more: &[&'static str]) -> Vec<&'static str> {
    [&QUICK[..], more].concat()
}

/// The figures as JSON, without what depends on the machine.
fn figures(bench: &Bench, arguments: &[&str]) -> Value {
    let said = bench.run(arguments).succeeds();
    let mut all: Value = serde_json::from_str(&said.out).unwrap();
    for row in results(&mut all) {
        let machine = row.as_object_mut().unwrap().remove("machine").unwrap();
        assert_eq!(machine.as_object().unwrap().len(), 1, "the speed and nothing else: {machine}");
        assert!(machine["events_per_s"]["mean"].as_f64().unwrap() > 0.0);
    }
    all
}

/// One entry a part, size and algorithm.
fn results(all: &mut Value) -> impl Iterator<Item = &mut Value> {
    let parts = all["parts"].as_array_mut().unwrap().iter_mut();
    parts.flat_map(|part| part["results"].as_array_mut().unwrap())
}

#[test]
fn the_tables_have_every_figure_and_fit_a_page() {
    let bench = Bench::new();
    let before = bench.files();
    let said = bench.run(&quick(&[])).succeeds();
    assert_eq!(said.errors, "");
    assert!(said.out.lines().all(|line| line.chars().count() <= 100), "{}", said.out);
    let said =
        said.prints(&["standard suite: seed 1; mean ± half of the 95 % interval over n replications\n"]);
    for setting in ["static, 100 peers\n", "static, 1000 peers\n", "churn, 200 peers\n"] {
        assert_eq!(said.out.matches(setting).count(), 3, "once a table: {}", said.out);
    }
    for heading in [
        "hops", "latency", "p99", "stretch", "success", "correct", "timeouts", "traffic", "contacts",
        "memory", "speed",
    ] {
        let tables = said.out.lines().filter(|line| line.split_whitespace().any(|word| word == heading));
        // In the head of a table, and explained below.
        assert!(tables.count() >= 2, "{heading} in {}", said.out);
    }
    let rows: Vec<&str> = said.out.lines().filter(|line| line.starts_with("  chord ")).collect();
    assert_eq!(rows.len(), 9, "{}", said.out);
    // All figures of a table have an interval, and n at the end.
    let intervals = |row: &str| row.matches(" ± ").count();
    assert_eq!(rows.iter().map(|row| intervals(row)).collect::<Vec<_>>(), [4, 4, 4, 3, 3, 3, 4, 4, 4]);
    assert!(rows.iter().all(|row| row.ends_with("  2")), "{}", said.out);
    assert!(bench.files() == before, "without --out nothing is kept");
}

#[test]
fn one_replication_has_no_interval() {
    let bench = Bench::new();
    let said =
        bench.run(&["bench", "chord", "--only", "--quick", "--replications", "1", "--json", "--quiet"]);
    let mut all: Value = serde_json::from_str(&said.succeeds().out).unwrap();
    assert_eq!(all["format"], "overlab.bench/1");
    for row in results(&mut all) {
        let hops = &row["figures"]["lookup.hops"];
        assert_eq!((hops["n"].as_u64(), &hops["ci95"]), (Some(1), &Value::Null));
        assert!(hops["mean"].as_f64().unwrap() > 1.0, "{row}");
    }
}

#[test]
fn neither_threads_nor_neighbours_show_in_figures_and_seeds_do() {
    let bench = Bench::new();
    let one = figures(&bench, &quick(&["--json", "--threads", "1"]));
    assert_eq!(one, figures(&bench, &quick(&["--json", "--threads", "3"])));
    // Beside the other algorithms a figure is what it is alone.
    let mut beside =
        figures(&bench, &["bench", "chord", "--quick", "--replications", "2", "--quiet", "--json"]);
    let mut alone = one.clone();
    let chord: Vec<&mut Value> = results(&mut beside).filter(|row| row["algorithm"] == "chord").collect();
    assert_eq!(chord, results(&mut alone).collect::<Vec<_>>());
    assert!(results(&mut beside).any(|row| row["algorithm"] == "kademlia"));
    let mut other = figures(&bench, &quick(&["--json", "--seed", "2"]));
    assert_eq!(other["seed"], 2);
    for (ours, theirs) in results(&mut alone).zip(results(&mut other)) {
        assert_ne!(ours["digest"], theirs["digest"]);
        assert_ne!(ours["figures"], theirs["figures"]);
    }
}

#[test]
fn what_is_shown_is_what_is_run() {
    let bench = Bench::new();
    for part in ["static", "churn"] {
        let shown = bench.run(&["bench", "chord", "--only", "--show", part]).succeeds().out;
        insta::assert_snapshot!(format!("show_{part}"), shown);
        // The same, small: by `run` and by `bench` to the same bits.
        let shown = bench.run(&[&QUICK[..6], &["--show", part]].concat()).succeeds().out;
        bench.write(&format!("{part}.json"), &shown);
        bench.run(&["run", &format!("{part}.json"), "--quiet", "--out", part]).succeeds();
    }
    bench.run(&quick(&["--out", "kept"])).succeeds().prints(&["results and reports: in kept\n"]);
    for part in ["static", "churn"] {
        for file in ["scenario.json", "summary.json", "timeseries.csv", "distributions.json"] {
            let (ran, kept) = (format!("{part}/{file}"), format!("kept/standard-{part}/{file}"));
            assert!(bench.read(&ran) == bench.read(&kept), "{part}: {file}");
        }
        assert!(bench.path(&format!("kept/standard-{part}/report.html")).is_file());
    }
}

#[test]
fn kept_results_are_continued_and_others_refused() {
    let bench = Bench::new();
    let kept = quick(&["--out", "kept"]);
    let first = bench.run(&kept).succeeds();
    let before = bench.files();
    // The speed too is that of the runs that were made.
    assert_eq!(bench.run(&kept).succeeds().out, first.out);
    assert!(bench.files() == before, "nothing is run again");
    let run = &super::continuing::runs(&bench, "kept/standard-churn")[1];
    std::fs::remove_file(bench.path(run)).unwrap();
    std::fs::remove_file(bench.path("kept/standard-churn/summary.json")).unwrap();
    bench.run(&kept).succeeds();
    for file in ["summary.json", "timeseries.csv", "distributions.json"] {
        let path = bench.path("kept/standard-churn").join(file);
        assert!(std::fs::read(&path).unwrap() == before[&path], "{file}");
    }
    let before = bench.files();
    let other = [&kept[..], &["--seed", "2"]].concat();
    bench.run(&other).fails(2).complains(&["kept/standard-static", "--force"]);
    assert!(bench.files() == before);
    bench.run(&[&other[..], &["--force"]].concat()).succeeds();
    assert!(bench.read("kept/standard-static/scenario.json").contains("\"seed\": 2"));
}

/// Where the second folder cannot be used, the first is not made either.
#[test]
fn nothing_is_written_where_a_folder_is_in_use() {
    let bench = Bench::new();
    std::fs::create_dir_all(bench.path("kept/standard-churn")).unwrap();
    bench.write("kept/standard-churn/thesis.txt", "precious");
    let before = bench.files();
    bench.run(&quick(&["--out", "kept"])).fails(2).complains(&["kept/standard-churn: holds something else"]);
    assert!(bench.files() == before);
}

#[test]
fn wrong_usage_is_told() {
    let bench = Bench::new();
    bench
        .run(&["bench", "chrod"])
        .fails(2)
        .complains(&["unknown algorithm \"chrod\"; did you mean \"chord\"?"]);
    bench.run(&["bench", "--only"]).fails(2).complains(&["<ALGORITHM>"]);
    bench.run(&["bench", "--replications", "0"]).fails(2).complains(&["--replications", "1..=100000"]);
    bench.run(&["bench", "--show", "crash"]).fails(2).complains(&["static, churn"]);
    bench.run(&["bench", "--show", "churn", "--json"]).fails(2).complains(&["--json"]);
    bench.run(&["bench", "--force"]).fails(2).complains(&["--out"]);
    // Named twice is named once.
    let shown = bench.run(&["bench", "chord", "chord", "--only", "--show", "churn"]).succeeds().out;
    assert_eq!(shown.matches("\"chord\": {").count(), 1, "{shown}");
}
