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
