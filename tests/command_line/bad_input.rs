//! Whatever is wrong with the input is told with its place, its path and the cure; the exit code is 2, and nothing is
//! written.

use super::{Bench, TINY};

/// Runs a scenario that is wrong and holds the message to its place and these texts.
#[track_caller]
fn refused(bench: &Bench, arguments: &[&str], texts: &[&str]) {
    let before = bench.files();
    for command in ["run", "validate"] {
        let said = bench.run(&[&[command], arguments].concat()).fails(2).complains(texts);
        assert!(said.errors.lines().all(|line| line.starts_with("error: ")), "{said:#?}");
        assert_eq!(said.out, "");
        assert!(bench.files() == before, "{command} wrote something");
    }
}

/// The tiny scenario with `from` replaced, and the place (line and column) where `to` stands then.
#[track_caller]
fn changed(bench: &Bench, from: &str, to: &str, at: &str) -> String {
    assert_eq!(TINY.matches(from).count(), 1, "{from}");
    let text = TINY.replace(from, to);
    let offset = text.find(to).unwrap() + to.find(at).unwrap();
    let before = &text[..offset];
    let (line, column) =
        (before.matches('\n').count() + 1, offset - before.rfind('\n').map_or(0, |end| end + 1) + 1);
    bench.write("bad.json", &text);
    format!("error: bad.json:{line}:{column}: ")
}

#[test]
fn wrong_values_in_the_file() {
    let bench = Bench::new();
    // What is replaced, by what, where in it the problem stands, and what is said of it.
    let cases: &[(&str, &str, &str, &[&str])] = &[
        ("\"replications\": 3\n}", "\"replications\": 3,\n}", ",", &["not JSON", "comma"]),
        (
            "\"count\": 40",
            "\"cuont\": 40",
            "\"cuont\"",
            &["peers.cuont: unknown key \"cuont\"; did you mean \"count\"?"],
        ),
        ("\"count\": 40", "\"count\": 40, \"count\": 50", "\"count\": 50", &["peers.count", "twice"]),
        ("\"count\": 40", "\"count\": \"many\"", "\"many\"", &["peers.count", "number"]),
        ("\"count\": 40", "\"count\": 0", "0", &["peers.count: is 0, but must be between 1 and 4294967295"]),
        (
            "\"count\": 40",
            "\"count\": 5000000000",
            "5000000000",
            &["peers.count: is ", "between 1 and 4294967295"],
        ),
        (
            "\"count\": 40",
            "\"count\": 1000000000000000000",
            "1000000000000000000",
            &["peers.count: is ", "between 1 and 4294967295"],
        ),
        ("\"4min\"", "\"-4min\"", "\"-4min\"", &["time.measure", "must not be negative"]),
        ("\"4min\"", "\"4000000d\"", "\"4000000d\"", &["time.measure", "36500d"]),
        ("\"4min\"", "\"4 m\"", "\"4 m\"", &["time.measure", "duration", "min"]),
        (
            "\"fraction\": 0.2",
            "\"fraction\": 1.5",
            "1.5",
            &["timeline[0].crash.fraction: is 1.5", "between 0 and 1"],
        ),
        ("\"chord\"", "\"chrod\"", "\"chrod\"", &["unknown algorithm \"chrod\"; did you mean \"chord\"?"]),
        (
            "\"successors\": 4",
            "\"sucessors\": 4",
            "\"sucessors\"",
            &["overlays[0].algorithm.chord.sucessors", "did you mean \"successors\"?"],
        ),
        (
            "\"successors\": 4",
            "\"successors\": 0",
            "0",
            &["overlays[0].algorithm.chord.successors", "between 1 and 255"],
        ),
        (
            "\"mean\": \"20min\"",
            "\"mean\": \"0s\"",
            "\"0s\"",
            &["churn.session.exponential.mean: the mean must be longer than zero"],
        ),
    ];
    for (from, to, at, texts) in cases {
        let place = changed(&bench, from, to, at);
        refused(&bench, &["bad.json"], &[&[place.as_str()], *texts].concat());
    }
}

#[test]
fn wrong_values_by_options() {
    let bench = Bench::new();
    let cases: &[(&str, &[&str])] = &[
        ("peers.cuont=3", &["peers.cuont: unknown key \"cuont\"; did you mean \"count\"?"]),
        ("peers.count", &["write PATH=VALUE"]),
        ("peers..count=3", &["path"]),
        ("overlays[7].label=x", &["overlays"]),
        ("overlays[0].algorithm={\"chrod\":{}}", &["unknown algorithm \"chrod\"; did you mean \"chord\"?"]),
        ("overlays[1].algorithm.kademlia.aplha=2", &["did you mean \"alpha\"?"]),
        (
            "overlays[1].algorithm.kademlia.alpha=0",
            &["overlays[1].algorithm.kademlia.alpha", "between 1 and 1000"],
        ),
        ("churn.graceful=1.5", &["churn.graceful", "between 0 and 1"]),
        ("peers.count=[1", &["peers.count"]),
    ];
    for (set, texts) in cases {
        let place = format!("error: --set 2 ({set}");
        refused(
            &bench,
            &["tiny.json", "--set", "seed=3", "--set", set],
            &[&[place.as_str()], *texts].concat(),
        );
    }
}

#[test]
fn wrong_values_in_sweeps() {
    let bench = Bench::new();
    let swept = |sweep: &str, texts: &[&str]| {
        refused(&bench, &["tiny.json", "--set", &format!("sweep={sweep}")], texts);
    };
    swept(
        r#"{"overlays[0].algorithm.chord.successors":[2,0]}"#,
        &["sweep overlays[0].algorithm.chord.successors = 0", "between 1 and 255"],
    );
    swept(r#"{"peers.cuont":[2]}"#, &["peers.cuont"]);
    swept(r#"{"peers.count":[]}"#, &["sweep[\"peers.count\"]: is a list of 0", "at least one value"]);
    // A million million points are counted, not made.
    let thousand = format!("[{}]", (1..=1000).map(|n| n.to_string()).collect::<Vec<_>>().join(","));
    let bomb = format!(
        r#"{{"seed":{thousand},"peers.count":{thousand},"replications":{thousand},"overlays[1].algorithm.kademlia.k":{thousand}}}"#
    );
    swept(&bomb, &["sweep", "100000"]);
}

#[test]
fn files_that_are_no_scenarios() {
    let bench = Bench::new();
    refused(&bench, &["none.json"], &["error: none.json: cannot be read", "name a scenario file"]);
    refused(&bench, &["."], &["error: .: cannot be read", "name a scenario file"]);
    std::fs::write(bench.path("bytes.json"), [0x1f, 0x8b, 0xff, 0x00]).unwrap();
    refused(&bench, &["bytes.json"], &["error: bytes.json:1:", "not UTF-8"]);
    bench.write("empty.json", "");
    refused(&bench, &["empty.json"], &["error: empty.json:1:1: is empty"]);
    bench.write("list.json", "[1]");
    refused(&bench, &["list.json"], &["error: list.json:1:1: ", "object"]);
    // Several scenarios: one that is wrong keeps all from running, and each that is wrong is told.
    let before = bench.files();
    let said = bench.run(&["run", "tiny.json", "none.json", "list.json"]).fails(2);
    said.complains(&["error: none.json: ", "error: list.json:1:1: "]);
    assert!(bench.files() == before);
}

#[test]
fn data_files_that_cannot_be_used() {
    let bench = Bench::new();
    let matrix = |content: &str| {
        bench.write("rtt.txt", content);
        changed(
            &bench,
            "{ \"transit_stub\": { \"routers\": 60 } }",
            "{ \"matrix\": { \"file\": \"rtt.txt\", \"kind\": \"rtt\" } }",
            "\"rtt.txt\"",
        )
    };
    let square = "0 10 20\n10 0 30\n20 30 0\n";
    for (content, said) in [
        ("0 10\n10 0\n20 30\n", "row 3, column 1 (line 3)"),
        ("0 10 20\n10 0\n20 30 0\n", "row 2, column 3 (line 2)"),
        ("0 10 20\n10 0 NaN\n20 30 0\n", "row 2, column 3 (line 2): the entry is missing"),
        ("0 10 20\n10 0 -30\n20 30 0\n", "-30 is negative"),
        ("0 10 x\n10 0 30\n20 30 0\n", "\"x\" is no number"),
        ("", "holds no row of numbers"),
    ] {
        let place = matrix(content);
        refused(&bench, &["bad.json"], &[&place, "underlay.matrix.file", said]);
    }
    // Well-formed, but for three hosts only.
    matrix(square);
    refused(&bench, &["bad.json"], &["error: bad.json:", "underlay.matrix", "hosts_per_row"]);

    let graph = |content: &str| {
        bench.write("net.graphml", content);
        changed(
            &bench,
            "{ \"transit_stub\": { \"routers\": 60 } }",
            "{ \"graph\": { \"file\": \"net.graphml\" } }",
            "\"net.graphml\"",
        )
    };
    let place = graph("<graphml><graph>");
    refused(&bench, &["bad.json"], &[&place, "underlay.graph.file"]);
    let place = graph(
        r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="lat" for="node" attr.name="Latitude" attr.type="double"/>
  <key id="lon" for="node" attr.name="Longitude" attr.type="double"/>
  <graph edgedefault="undirected">
    <node id="a"><data key="lat">1</data><data key="lon">1</data></node>
    <node id="b"><data key="lat">2</data><data key="lon">2</data></node>
    <node id="c"><data key="lat">3</data><data key="lon">3</data></node>
    <edge source="a" target="b"/>
  </graph>
</graphml>
"#,
    );
    refused(&bench, &["bad.json"], &[&place, "underlay.graph.file", "largest"]);
}
