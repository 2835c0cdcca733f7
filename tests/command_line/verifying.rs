//! `verify`, `plot`, `report`: what is done with a results folder afterwards.

use super::Bench;

fn ran() -> Bench {
    let bench = Bench::new();
    bench.run(&["run", "tiny.json", "--quiet", "--set", "output.lookups=true"]).succeeds();
    bench
}

#[test]
fn untouched_results_are_identical() {
    let bench = ran();
    assert!(bench.path("results/tiny/lookups.csv").exists());
    let before = bench.files();
    let said = bench.run(&["verify", "results/tiny", "--threads", "1", "--quiet"]).succeeds();
    assert!(said.out.starts_with("identical: results/tiny: 6 runs, digest "), "{said:?}");
    assert_eq!(said.errors, "");
    assert!(bench.files() == before);
}

/// A warning stands in the results, wherever the value that it is about came from.
#[test]
fn results_do_not_tell_where_a_value_was_given() {
    let bench = Bench::new();
    let said = bench.run(&["run", "tiny.json", "--quiet", "--set", "replications=1"]).succeeds();
    assert_eq!(said.errors.matches("warning: ").count(), 1, "{said:?}");
    said.complains(&["warning: --set 1 (replications=1): replications: is 1"]);
    assert!(bench.read("results/tiny/summary.json").contains("\"replications: is 1"));
    bench.run(&["verify", "results/tiny", "--quiet"]).succeeds();
}

#[test]
fn a_tampered_figure_is_found_and_named() {
    let bench = ran();
    let summary = bench.read("results/tiny/summary.json");
    let start = summary.find("\"lookup.hops\": {").unwrap();
    let mean = start + summary[start..].find("\"mean\": ").unwrap() + "\"mean\": ".len();
    let tampered = format!("{}9{}", &summary[..mean], &summary[mean..]);
    bench.write("results/tiny/summary.json", &tampered);
    bench
        .run(&["verify", "results/tiny", "--quiet"])
        .fails(1)
        .prints(&["different: results/tiny: summary.json: Chord: lookup.hops.mean is 9"]);
    bench.write("results/tiny/summary.json", &summary);
    for file in ["replications.csv", "timeseries.csv", "distributions.json", "lookups.csv"] {
        let content = bench.read(&format!("results/tiny/{file}"));
        bench.write(&format!("results/tiny/{file}"), &format!("{content}x"));
        let named = format!("different: results/tiny: {file}: line ");
        bench.run(&["verify", "results/tiny", "--quiet"]).fails(1).prints(&[&named]);
        bench.write(&format!("results/tiny/{file}"), &content);
    }
    std::fs::remove_file(bench.path("results/tiny/lookups.csv")).unwrap();
    bench.run(&["verify", "results/tiny", "--quiet"]).fails(1).prints(&["lookups.csv: is missing"]);
}

#[test]
fn folders_that_cannot_be_verified_are_refused() {
    let bench = ran();
    bench.run(&["verify", "nowhere"]).fails(2).complains(&["nowhere: holds no scenario.json"]);
    std::fs::remove_file(bench.path("results/tiny/summary.json")).unwrap();
    bench.run(&["verify", "results/tiny"]).fails(2).complains(&["summary.json", "complete"]);
}

#[test]
fn a_changed_data_file_is_refused() {
    let bench = Bench::new();
    let rows: Vec<String> = (0..80)
        .map(|row| {
            (0..80)
                .map(
                    |column| {
                        if row == column { "0".to_owned() } else { format!("{}", 20 + (row * column) % 50) }
                    },
                )
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    std::fs::create_dir(bench.path("data")).unwrap();
    bench.write("data/rtt.txt", &rows.join("\n"));
    let matrix = "underlay={\"matrix\":{\"file\":\"data/rtt.txt\",\"kind\":\"rtt\"}}";
    bench.run(&["run", "tiny.json", "--quiet", "--set", matrix]).succeeds();
    let scenario = bench.read("results/tiny/scenario.json");
    assert!(scenario.contains("\"file\": \"rtt.txt\""), "no folder of this machine is recorded: {scenario}");
    assert!(scenario.contains("\"blake3\""), "{scenario}");
    bench.run(&["verify", "results/tiny", "--quiet"]).fails(2).complains(&["rtt.txt", "--data"]);
    bench.run(&["verify", "results/tiny", "--quiet", "--data", "data"]).succeeds().prints(&["identical"]);
    bench.write("data/rtt.txt", &rows.join("\n").replacen("20", "21", 1));
    bench
        .run(&["verify", "results/tiny", "--quiet", "--data", "data"])
        .fails(2)
        .complains(&["\"rtt.txt\" is not the file that the results were made with", "BLAKE3"]);
}

#[test]
fn plots_and_page_are_drawn_again() {
    let bench = ran();
    let before = bench.files();
    std::fs::remove_dir_all(bench.path("results/tiny/plots")).unwrap();
    bench.run(&["plot", "results/tiny"]).succeeds().prints(&["results/tiny/plots/latency-cdf.svg\n"]);
    std::fs::remove_file(bench.path("results/tiny/report.html")).unwrap();
    bench.run(&["report", "results/tiny"]).succeeds().prints(&["report: results/tiny/report.html\n"]);
    assert!(bench.files() == before, "the same figures give the same bytes");
    for command in ["plot", "report"] {
        bench.run(&[command, "nowhere"]).fails(2).complains(&["nowhere", "overlab run"]);
    }
}
