//! `underlay`: statistics and pictures.

use super::Bench;

#[test]
fn statistics_are_a_table_or_json() {
    let bench = Bench::new();
    let table = bench.run(&["underlay", "tiny.json"]).succeeds().out;
    for name in ["model", "routers", "links", "degree.p50", "latency.p50", "triangle_violation_ratio"] {
        assert!(table.lines().any(|line| line.split_whitespace().next() == Some(name)), "{name} in {table}");
    }
    let json = bench.run(&["underlay", "tiny.json", "--json"]).succeeds().out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["model"], "transit_stub");
    let routers = json["statistics"]["routers"].as_f64().unwrap();
    assert!(table.contains(&format!(" {routers}\n")), "{table}");
    // Another seed draws another network.
    assert_ne!(table, bench.run(&["underlay", "tiny.json", "--seed", "2"]).succeeds().out);
}

/// Four places on a line, of which the ends are told to be far apart: three relays for the long way, none for the others.
#[test]
fn what_relays_and_detours_save_is_shown() {
    let bench = Bench::new();
    std::fs::write(bench.path("line.txt"), "0 2 4 20\n2 0 2 4\n4 2 0 2\n20 4 2 0\n").unwrap();
    let matrix = r#"underlay={"matrix":{"file":"line.txt","kind":"rtt"}}"#;
    let said =
        bench.run(&["underlay", "tiny.json", "--set", matrix, "--set", "peers={\"pool\":4}", "--json"]);
    let all: serde_json::Value = serde_json::from_str(&said.succeeds().out).unwrap();
    let found = |name: &str| all["statistics"][name].as_f64().unwrap_or_else(|| panic!("no {name} in {all}"));
    assert_eq!((found("rows"), found("relay_hosts")), (4.0, 4.0));
    // Of six pairs the ends gain by both relays: 6 instead of 20.
    assert_eq!(found("relay_better_ratio.all"), 1.0 / 6.0);
    assert_eq!(found("relay_better_ratio.1"), 1.0 / 6.0);
    assert_eq!((found("relay_saving_ms.p50"), found("relay_saving_ratio.p50")), (14.0, 0.7));
    assert_eq!(found("detour_better_ratio"), 1.0 / 6.0);
    // Means are whole nanoseconds.
    let near = |name: &str, expected: f64| assert!((found(name) - expected).abs() < 1e-5, "{name} in {all}");
    near("relay_delay_ratio.64", (5.0 + 0.3) / 6.0);
    near("direct_round_trip_ms.mean", 34.0 / 6.0);
    near("detour_round_trip_ms.mean", 20.0 / 6.0);
}

#[test]
fn a_model_without_a_place_for_anything_has_statistics_but_no_picture() {
    let bench = Bench::new();
    let constant = ["underlay", "tiny.json", "--set", "underlay={\"constant\":{\"latency\":\"30ms\"}}"];
    let said = bench.run(&constant).succeeds();
    assert!(
        said.out.lines().any(|line| line.starts_with("latency.p50") && line.ends_with("30  ms")),
        "{said:?}"
    );
    bench.run(&[&constant[..], &["--out", "none.svg"]].concat()).fails(2).complains(&["nothing to draw"]);
    assert!(!bench.path("none.svg").exists());
}

#[test]
fn pictures_are_svg_or_png() {
    let bench = Bench::new();
    bench.run(&["underlay", "tiny.json", "--out", "u.svg"]).succeeds();
    assert!(bench.read("u.svg").starts_with("<svg "), "{}", &bench.read("u.svg")[..100]);
    bench.run(&["underlay", "tiny.json", "--out", "u.png"]).succeeds();
    assert!(std::fs::read(bench.path("u.png")).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
    bench.run(&["underlay", "tiny.json", "--out", "no/such/folder/u.png"]).fails(1).complains(&["--out"]);
}

#[test]
fn an_export_is_read_back_with_the_same_latencies() {
    let bench = Bench::new();
    bench.run(&["underlay", "tiny.json", "--export", "graphml", "--out", "net.graphml"]).succeeds();
    let read = ["--set", r#"underlay={"graph":{"file":"net.graphml","hosts_at":"stub_routers"}}"#, "--json"];
    let statistics = |options: &[&str]| {
        let said = bench.run(&[&["underlay", "tiny.json"], options].concat()).succeeds();
        let all: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        all["statistics"].clone()
    };
    let (made, read) = (statistics(&["--json"]), statistics(&read));
    let same = [
        "routers",
        "links",
        "degree.max",
        "clustering",
        "link_latency_ms.mean",
        "latency_ms.p50",
        "latency_ms.max",
    ];
    for name in same {
        assert_eq!(made[name], read[name], "{name}");
    }
}

#[test]
fn exports_appear_whole_and_replace_nothing_unasked() {
    let bench = Bench::new();
    let csv = ["underlay", "tiny.json", "--export", "csv", "--out", "net.csv"];
    bench.run(&csv).succeeds();
    let links = std::fs::read_to_string(bench.path("net.links.csv")).unwrap();
    assert!(links.starts_with("source,target,latency_ms,"), "{links}");
    bench.run(&csv).fails(2).complains(&["net.nodes.csv: exists already", "--force"]);
    bench.run(&[&csv[..], &["--force"]].concat()).succeeds();
    bench.run(&["underlay", "tiny.json", "--export", "json"]).succeeds();
    let json = std::fs::read_to_string(bench.path("underlay.json")).unwrap();
    assert!(
        serde_json::from_str::<serde_json::Value>(&json).unwrap()["edges"].as_array().unwrap().len() > 59
    );
    bench
        .run(&["underlay", "tiny.json", "--export", "json", "--out", "net.txt"])
        .fails(2)
        .complains(&["end the name in .json"]);
    bench.run(&["underlay", "tiny.json", "--export", "gexf"]).fails(2).complains(&["graphml, csv, json"]);
    assert!(!bench.path("net.txt").exists());
}
