//! Files of latencies, regions, coordinates and places: what is read, what hosts make of it, and what is refused how.

use overlab_time::{Seeds, Span};
use overlab_underlay::{
    Access, Attachment, CoordinateFormat, Coordinates, HostId, LatencyMatrix, Matrix, MatrixFormat,
    MatrixKind, Missing, MissingRegions, Model, Places, RegionFormat, RegionTable, Regions, Sphere, Topology,
    Underlay, UnderlayError,
};
use proptest::prelude::*;

fn matrix(format: MatrixFormat) -> Matrix {
    let kind = if format == MatrixFormat::E2eGraph { MatrixKind::OneWay } else { MatrixKind::Rtt };
    Matrix { format, unit: format.unit(), ..Matrix::new("m", kind) }
}

fn attach(topology: &Topology, hosts: u32) -> Underlay {
    topology.attach(hosts, &Attachment::default(), Seeds::new(1, 0)).unwrap()
}

/// One-way latencies in microseconds, in the order of the rows, whatever hosts were put on them.
fn latencies(matrix: LatencyMatrix) -> Vec<Vec<u64>> {
    let rows = matrix.rows();
    let origins = matrix.origins().to_vec();
    let underlay = attach(&Topology::matrix(matrix), rows);
    let at = |origin: u32| (0..rows).map(HostId).find(|&host| underlay.row(host) == Some(origin)).unwrap();
    let row = |&from: &u32| origins.iter().map(|&to| underlay.latency(at(from), at(to)).0 / 1000).collect();
    origins.iter().map(row).collect()
}

fn read(format: MatrixFormat, text: &str) -> Vec<Vec<u64>> {
    latencies(matrix(format).parse(text.as_bytes()).unwrap())
}

fn problem(format: MatrixFormat, text: &str) -> String {
    matrix(format).parse(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn triples_serve_for_both_directions_where_one_is_absent() {
    // Meridian's microseconds of round trip; from 2 to 1 it takes longer.
    let text = "# upper\r\n1 10 4000\r\n1,2,1000\r\n2;10;3000\r\n2 1 5000\r\n";
    assert_eq!(read(MatrixFormat::Triples, text), [[0, 500, 2000], [2500, 0, 1500], [2000, 1500, 0]]);
    let read = matrix(MatrixFormat::Triples).parse(text.as_bytes()).unwrap();
    // All names are numbers, so rows are in their order.
    assert_eq!(read.names().unwrap(), ["1", "2", "10"]);
    let named = matrix(MatrixFormat::Triples).parse(b"b a 2\na 10 4\nb 10 6\n").unwrap();
    assert_eq!(named.names().unwrap(), ["b", "a", "10"]);
}

#[test]
fn triples_are_refused_with_line_column_and_cure() {
    let problem = |text| problem(MatrixFormat::Triples, text);
    assert_eq!(
        problem("1 2 5\n1 2 6\n"),
        "m, line 2, column 1: the latency from 1 to 2 was given before; give each pair once in each direction"
    );
    assert_eq!(
        problem("1 2 5\n  1 3\n"),
        "m, line 2, column 3: the line has 2 values, not 3; write one pair a line: from, to, latency"
    );
    assert!(problem("1 2 5\n1 3 x7\n").starts_with("m, line 2, column 5: \"x7\" is no number; "));
    assert!(problem("1 2 -5\n").contains("-5 is negative"));
    assert!(problem("1 2 1e30\n").contains("is too long; one way a latency is at most 429s: check `unit`"));
    assert!(
        problem("1 2 5\n2 3 5\n")
            .contains("there is no latency from 1 to 3; complete the file, or say missing")
    );
    assert!(problem("1 2 nan\n").contains("there is no latency from 1 to 2"));
    assert!(problem("\u{0}\u{1}\u{2}\n").contains("the line has 1 value, not 3"));
    assert!(problem("# nothing\n").contains("holds no pair"));
}

#[test]
fn e2e_graphs_are_one_way_microseconds_with_a_second_for_missing() {
    let text = "topology E2EGraph 3\nfailure_model NullFailureModel\n\nnode 1\nnode 2\nnode 3\n1,2 40000\n1,3 1000\n2,3 85500\n";
    assert_eq!(
        read(MatrixFormat::E2eGraph, text),
        [[0, 40_000, 1_000], [40_000, 0, 85_500], [1_000, 85_500, 0]]
    );
    let gap = text.replace("1,3 1000\n", "1,3 1000000\n");
    assert!(problem(MatrixFormat::E2eGraph, &gap).contains("there is no latency from 1 to 3"));
    let lenient = Matrix { missing: Missing::DropHosts, ..matrix(MatrixFormat::E2eGraph) };
    let read = lenient.parse(gap.as_bytes()).unwrap();
    // 1 and 3 miss as much; the last of them goes.
    assert_eq!((read.names().unwrap(), read.origins()), (&["1".to_owned(), "2".to_owned()][..], &[0, 1][..]));
    // Said otherwise, a second is a second.
    let other = Matrix { missing_marker: Some("-".to_owned()), ..matrix(MatrixFormat::E2eGraph) };
    assert_eq!(latencies(other.parse(gap.as_bytes()).unwrap())[0], [0, 40_000, 1_000_000]);
}

#[test]
fn e2e_graphs_keep_their_promises() {
    let problem = |text| problem(MatrixFormat::E2eGraph, text);
    assert!(
        problem("topology Euclidean 3\n")
            .contains("line 1, column 1: \"topology Euclidean 3\" is another beginning")
    );
    assert!(
        problem("topology E2EGraph three\n").contains("line 1, column 19: \"three\" is no number of nodes")
    );
    assert!(
        problem("topology E2EGraph 4000000000\nnode 1\n")
            .contains("4000000000 nodes are announced and 1 declared")
    );
    assert!(
        problem("topology E2EGraph 2\nnode 1\nnode 1\n")
            .contains("line 3, column 6: node 1 was declared before")
    );
    assert!(problem("topology E2EGraph 1\nnode 1\n1,7 5\n").contains("line 3, column 3: there is no node 7"));
    assert!(problem("").contains("holds no topology E2EGraph"));
}

#[test]
fn measurements_of_king_are_differences_of_which_the_median_counts() {
    let text = "a --> b 1 55000 14000\na --> b 2 56000 14000\na --> b 3 99000 14000\na --> b 4 13000 14000\nb --> a 1 90000 20000\n";
    // 41, 42 and 85 ms, and one difference below zero; back 70 ms. Half of a round trip each.
    assert_eq!(read(MatrixFormat::KingMeasurements, text), [[0, 21_000], [35_000, 0]]);
    // One direction alone serves for both.
    assert_eq!(read(MatrixFormat::KingMeasurements, "a --> b 1 6000 2000\n"), [[0, 2_000], [2_000, 0]]);
    let problem = |text| problem(MatrixFormat::KingMeasurements, text);
    assert!(problem("a -> b 1 55000 14000\n").contains("line 1, column 3: \"->\" is no arrow"));
    assert!(problem("a --> b 1 inf 14000\n").contains("line 1, column 11: \"inf\" is no time"));
    assert!(problem("a --> b 1 10 14000\n").contains("there is no latency from a to b"));
}

#[test]
fn tables_have_the_same_names_in_any_order() {
    let text = "\u{feff}region,x,\"y, far\"\r\n\"y, far\",3,0\r\nx,0,2.5\r\n";
    let read = matrix(MatrixFormat::Named).parse(text.as_bytes()).unwrap();
    assert_eq!(read.names().unwrap(), ["x", "y, far"]);
    assert_eq!(latencies(read), [[0, 1250], [1500, 0]]);
    let problem = |text| problem(MatrixFormat::Named, text);
    assert!(
        problem("r,x,x\nx,0,1\n")
            .contains("line 2, column 1: the header has \"x\" where a new name should be")
    );
    assert!(
        problem("r,x,y\nx,0,1\nz,1,0\n").contains("line 3, column 1: column 1: no column is called \"z\"")
    );
    assert!(problem("r,x,y\nx,0,1\nx,0,1\n").contains("there was a row \"x\" before"));
    assert!(problem("r,x,y\nx,0,1\n").contains("there is no row \"y\""));
    assert!(problem("r,x,y\nx,0\n").contains("the record has 2 fields, the header 3"));
    assert!(problem("r,x,y\nx,0,\ny,1,0\n").contains("there is no latency from x to y"));
    assert!(problem("r,x,y\nx,0,one\ny,1,0\n").contains("line 2, column 1: column y: \"one\" is no number"));
}

#[test]
fn json_is_by_name_and_directed() {
    for text in [
        r#"{"data": {"b": {"a": 12, "b": 1}, "a": {"b": 13}}}"#,
        r#"{"b": {"a": 12}, "a": {"b": 13.0, "a": 2}}"#,
    ] {
        let read = matrix(MatrixFormat::Json).parse(text.as_bytes()).unwrap();
        assert_eq!(read.names().unwrap(), ["a", "b"]);
        assert_eq!(latencies(read), [[0, 6_500], [6_000, 0]]);
    }
    let problem = |text| problem(MatrixFormat::Json, text);
    assert!(problem(r#"{"a": {"b": 1}}"#).contains("there is no latency from b to a"));
    assert!(problem(r#"{"a": {"b": null}, "b": {"a": 1}}"#).contains("there is no latency from a to b"));
    let negative = problem("{\"a\":\n {\"b\": -3}}");
    assert!(negative.starts_with("m, line 2, column 9: from \"a\" to \"b\": -3 is negative; "), "{negative}");
    assert!(problem(r#"{"a": {"b": 1, "b": 2}, "b": {"a": 1}}"#).contains("from a to b was given before"));
    assert!(problem(r#"{"a": {"b": "#).contains("m, line 1, column"));
    assert!(problem("[1]").contains("expected an object of rows"));
    assert!(problem(r#"{"a": {"b": "x"}}"#).contains("expected a latency from \"a\" to \"b\""));
    assert!(problem(&format!("{}1", "{\"a\":".repeat(10_000))).contains("m, line 1"));
}

#[test]
fn model_net_counts_vertices_that_nobody_declared() {
    let whole = include_str!("corpus/model_net/three.xml");
    assert_eq!(
        read(MatrixFormat::ModelNet, whole),
        [[0, 132_425, 4_750], [130_000, 0, 5_500], [4_625, 5_000, 0]]
    );
    // Without the last two edges there is none from 2 to 3 and none from 3 to 1.
    let present = |line: &&str| !line.contains("int_idx=\"5\"") && !line.contains("int_idx=\"6\"");
    let text: String = whole.lines().filter(present).map(|line| format!("{line}\n")).collect();
    let text = text.as_str();
    assert!(problem(MatrixFormat::ModelNet, text).contains("there is no latency from 2 to 3"));
    let lenient = Matrix { missing: Missing::DropHosts, ..matrix(MatrixFormat::ModelNet) };
    let read = lenient.parse(text.as_bytes()).unwrap();
    assert_eq!(read.names().unwrap(), ["1", "2"]);
    assert_eq!(latencies(read), [[0, 132_425], [130_000, 0]]);
    let cut = &text[..text.len() - 20];
    assert!(problem(MatrixFormat::ModelNet, cut).contains("perhaps it is cut off"));
    let twice = text.replace("int_src=\"3\" int_dst=\"2\"", "int_src=\"1\" int_dst=\"3\"");
    assert!(
        problem(MatrixFormat::ModelNet, &twice)
            .contains("line 12, column 1: the latency from 1 to 3 was given before")
    );
    let none = text.replace(" int_delayms=\"10\"", "");
    assert!(
        problem(MatrixFormat::ModelNet, &none).contains("line 12, column 5: there is no int_delayms here")
    );
}

fn regions() -> Regions {
    Regions::new("r.csv", MatrixKind::OneWay)
}

const TWO: &[u8] = b"region,A,B\nA,32,124.5\nB,123,11\n";

#[test]
fn hosts_draw_regions_by_weight_and_know_them() {
    let about = b"region,latitude,longitude,share,up,down\nB,-33.9,18.4,3,500000,1e6\nA,50,10,1,1000000,5000000\nC,x,,,,\n";
    let table = RegionTable {
        weight: Some("share".to_owned()),
        up: Some("up".to_owned()),
        down: Some("down".to_owned()),
        ..RegionTable::new("about.csv")
    };
    let regions = Regions { about: Some(table), ..regions() };
    let topology = Topology::in_regions(regions.parse(TWO, Some(about)).unwrap());
    let all = topology.regions().unwrap();
    assert_eq!((all[0].name.as_str(), all[0].weight, all[0].position), ("A", 1.0, Some((50.0, 10.0))));
    assert_eq!(all[1].up.unwrap().bits_per_second(), 500_000);
    assert_eq!(all[1].down.unwrap().bits_per_second(), 1_000_000);
    let underlay = attach(&topology, 4_000);
    let there = |host: u32| underlay.region(HostId(host)).unwrap();
    let in_b = (0..4_000).filter(|&host| there(host) == 1).count();
    // A binomial with p = 3/4 has a standard deviation of 27.
    assert!((2_880..3_120).contains(&in_b), "{in_b}");
    let first = |region| HostId((0..4_000).find(|&host| there(host) == region).unwrap());
    let (a, b) = (first(0), first(1));
    let (other_a, other_b) = (0..4_000)
        .fold((a, b), |(x, y), host| if there(host) == 0 { (HostId(host), y) } else { (x, HostId(host)) });
    assert_eq!(underlay.latency(a, b), Span::from_micros(124_500));
    assert_eq!(underlay.latency(b, a), Span::from_millis(123));
    assert_eq!(underlay.latency(a, other_a), Span::from_millis(32));
    assert_eq!(underlay.latency(b, other_b), Span::from_millis(11));
    assert_eq!(underlay.latency(a, a), Span::ZERO);
    assert_eq!((underlay.place_name(a), underlay.minimum()), (Some("A"), Span::from_millis(11)));
    let picture = underlay.picture().unwrap();
    assert!(picture.geographic && picture.nodes[1].hosts as usize == in_b);
    // The regions of the first hosts do not depend on how many follow.
    let fewer = attach(&topology, 10);
    // Access links have the bandwidths of their regions, and the latency that all have.
    let [line_a, line_b] =
        [a, b].map(|host| underlay.lines(host).map(|line| line.rate.unwrap().bits_per_second()));
    assert_eq!((line_a, line_b), ([1_000_000, 5_000_000], [500_000, 1_000_000]));
    assert!(underlay.has_queues() && underlay.access(b).name == "B");
    let dsl = overlab_underlay::AccessClass {
        name: "dsl".to_owned(),
        share: 1.0,
        latency: overlab_underlay::Access::None,
        up: None,
        down: None,
        buffer: None,
    };
    let classes = overlab_underlay::Attachment { classes: vec![dsl], ..Default::default() };
    let refused = topology.attach(3, &classes, overlab_time::Seeds::new(1, 0)).unwrap_err().to_string();
    assert!(
        refused.starts_with("access.classes must be left out where access links have the bandwidths"),
        "{refused}"
    );
    assert!((0..10).map(HostId).all(|host| fewer.place_name(host) == underlay.place_name(host)));
}

#[test]
fn weights_by_name_leave_the_others_empty() {
    let weighed = Regions { weights: [("B".to_owned(), 2.0)].into(), ..regions() };
    let underlay = attach(&Topology::in_regions(weighed.parse(TWO, None).unwrap()), 50);
    assert!((0..50).all(|host| underlay.place_name(HostId(host)) == Some("B")));
    let wrong = |name: &str, weight| Regions { weights: [(name.to_owned(), weight)].into(), ..regions() };
    let problem = |regions: Regions| regions.parse(TWO, None).unwrap_err().to_string();
    assert_eq!(problem(wrong("C", 1.0)), "r.csv: no region is called \"C\"; there are A, B");
    assert!(problem(wrong("B", -1.0)).contains("weights must be at least 0 each, not -1"));
    assert!(problem(wrong("B", f64::NAN)).contains("weights must be at least 0 each"));
    assert!(problem(wrong("B", 0.0)).contains("holds no region with a weight above 0"));
}

#[test]
fn tables_about_regions_are_checked() {
    let problem = |table: RegionTable, text: &str| {
        let regions = Regions { about: Some(table), ..regions() };
        regions.parse(TWO, Some(text.as_bytes())).unwrap_err().to_string()
    };
    let plain = || RegionTable::new("about.csv");
    assert!(
        problem(plain(), "name,x\nA,1\n")
            .contains("no column is called \"region\"; name one of name, x as `name`")
    );
    assert_eq!(problem(plain(), "region,x\nA,1\n"), "about.csv: no region is called \"B\"; there are A");
    assert!(
        problem(plain(), "region,x\nA,1\nA,1\n")
            .contains("line 3, column 1: column region: \"A\" was there before")
    );
    let up = || RegionTable { up: Some("x".to_owned()), ..plain() };
    assert!(problem(up(), "region,x\nA,0\nB,1\n").contains("line 2, column 1: column up: \"0\" is not"));
    assert!(problem(plain(), "region,latitude,longitude\nA,95,1\nB,1,1\n").contains("swapped"));
}

#[test]
fn regions_without_all_latencies_are_refused_dropped_or_completed() {
    let pairs =
        "cty1,cty2,rtt_cnt,rtt_avg\nAD,AD,3,2\nAD,AT,3,37\nAT,AT,9,4\nAT,CH,9,8\nAD,CH,1,30\nBE,AD,1,5\n";
    let strict = Regions { format: RegionFormat::ripe_atlas(), ..Regions::new("c.csv", MatrixKind::Rtt) };
    let refused = strict.parse(pairs.as_bytes(), None).unwrap_err().to_string();
    assert!(
        refused.contains("there is no latency from AT to BE; complete the file, say same_region"),
        "{refused}"
    );
    let names = |regions: &Regions| -> Vec<String> {
        regions
            .parse(pairs.as_bytes(), None)
            .unwrap()
            .regions()
            .iter()
            .map(|region| region.name.clone())
            .collect()
    };
    let dropped = Regions { missing: MissingRegions::DropRegions, ..strict.clone() };
    assert_eq!(names(&dropped), ["AD", "AT"]);
    let given = Regions { same_region: Some(Span::from_millis(3)), ..dropped };
    assert_eq!(names(&given), ["AD", "AT", "CH"]);
    let map = given.parse(pairs.as_bytes(), None).unwrap();
    let expected = [(0, 0, 1_000), (0, 1, 18_500), (1, 0, 18_500), (2, 2, 3_000), (1, 2, 4_000)];
    for (from, to, microseconds) in expected {
        assert_eq!(map.latency(from, to), Span::from_micros(microseconds));
    }
    let RegionFormat::Pairs { from, to, .. } = RegionFormat::ripe_atlas() else { unreachable!() };
    let other = Regions { format: RegionFormat::Pairs { from, to, latency: "rtt_med".to_owned() }, ..strict };
    let refused = other.parse(pairs.as_bytes(), None).unwrap_err().to_string();
    assert_eq!(
        refused,
        "c.csv: no column is called \"rtt_med\"; name one of cty1, cty2, rtt_cnt, rtt_avg as `latency`"
    );
}

fn coordinates(format: CoordinateFormat) -> Coordinates {
    Coordinates::new("c", format, MatrixKind::OneWay)
}

#[test]
fn coordinates_are_distances_and_heights_of_any_dimension() {
    let vivaldi = "# x\n0 3.0 4.0 h 1.5\n1 0 0 h 0.5\r\n2 -3.0 -4.0 h 0\n";
    let set = coordinates(CoordinateFormat::Vivaldi).parse(vivaldi.as_bytes()).unwrap();
    assert_eq!((set.rows(), set.dimensions()), (3, 2));
    assert_eq!(set.latency(0, 1), Span::from_millis(7));
    assert_eq!(set.latency(2, 0), Span::from_micros(11_500));
    let round = Coordinates { kind: MatrixKind::Rtt, ..coordinates(CoordinateFormat::Vivaldi) };
    assert_eq!(round.parse(vivaldi.as_bytes()).unwrap().latency(0, 1), Span::from_micros(3_500));
    let oversim = "<nodelist dimensions=\"3\"><node isroot=\"1\"><coord> 1 </coord><coord>2</coord><coord>2</coord></node>\
        <node><coord>0</coord><coord>0</coord><coord>0</coord></node></nodelist>";
    let set = coordinates(CoordinateFormat::Oversim).parse(oversim.as_bytes()).unwrap();
    assert_eq!((set.dimensions(), set.latency(0, 1)), (3, Span::from_millis(3)));
    for text in ["id;x;y;height\na;3;4;1\nb;0;0;2\n", "HEIGHT,x,y\n1,3,4\n2,0,0\n"] {
        let set = coordinates(CoordinateFormat::Csv).parse(text.as_bytes()).unwrap();
        assert_eq!((set.dimensions(), set.latency(0, 1)), (2, Span::from_millis(8)), "{text}");
    }
    // Without a header all are coordinates, unless there is one more than was said.
    let set = coordinates(CoordinateFormat::Csv).parse(b"3 4 0\n0 0 0\n").unwrap();
    assert_eq!((set.dimensions(), set.latency(0, 1)), (3, Span::from_millis(5)));
    let said = Coordinates { dimensions: Some(2), ..coordinates(CoordinateFormat::Csv) };
    assert_eq!(said.parse(b"3 4 6\n0 0 1\n").unwrap().latency(0, 1), Span::from_millis(12));
}

#[test]
fn coordinates_are_refused_with_place_and_cure() {
    let problem = |format, text: &str| coordinates(format).parse(text.as_bytes()).unwrap_err().to_string();
    let vivaldi = |text| problem(CoordinateFormat::Vivaldi, text);
    assert!(
        vivaldi("0 1 2 h 1\n1 1 2 3 h 1\n")
            .starts_with("c, line 2, column 1: the place has 3 coordinates, not 2; ")
    );
    assert!(vivaldi("0 1 2\n").contains("the line does not end with h and a height; write one place a line"));
    assert!(vivaldi("0 1 2 h -1\n").contains("the height is negative"));
    assert!(vivaldi("0 1 2 h 1\n0 3 4 h 1\n").contains("place 0 was given before"));
    assert!(vivaldi("0 1 NaN h 1\n").contains("\"NaN\" is no coordinate"));
    assert!(vivaldi("0 1 1e300 h 1\n").contains("\"1e300\" is no coordinate"));
    assert!(vivaldi("0 h 1\n").contains("the place has 0 coordinates"));
    assert!(vivaldi("").contains("holds no place with coordinates"));
    let oversim = |text| problem(CoordinateFormat::Oversim, text);
    assert!(oversim("<nodes/>").contains("<nodes> is no list of nodes"));
    assert!(
        oversim("<nodelist dimensions=\"2\">\n<node><coord>1</coord></node></nodelist>")
            .starts_with("c, line 2, column 1: the place has 1 coordinates, not 2")
    );
    assert!(oversim("<nodelist dimensions=\"2\">").contains("cut off"));
    let said = Coordinates { dimensions: Some(3), ..coordinates(CoordinateFormat::Oversim) };
    let text = "<nodelist dimensions=\"2\"><node><coord>1</coord><coord>1</coord></node></nodelist>";
    assert!(
        said.parse(text.as_bytes()).unwrap_err().to_string().contains("the file has 2 dimensions, not 3")
    );
    assert!(problem(CoordinateFormat::Csv, "x,y\n1\n").contains("the record has 1 fields, the header 2"));
    assert!(problem(CoordinateFormat::Csv, &"1 ".repeat(40)).contains("more than 32"));
    for dimensions in [0, 33] {
        let wrong = Coordinates { dimensions: Some(dimensions), ..coordinates(CoordinateFormat::Csv) };
        assert!(
            wrong.parse(b"1 2\n").unwrap_err().to_string().contains("dimensions must be between 1 and 32")
        );
    }
}

#[test]
fn hosts_take_rows_of_coordinates_once_each_or_as_often_as_they_may() {
    let text: String =
        (0..50).map(|place| format!("{place} {} {} h 1\n", place * 10, place * place)).collect();
    let set = coordinates(CoordinateFormat::Vivaldi).parse(text.as_bytes()).unwrap();
    let topology = Topology::coordinates(set);
    let underlay = attach(&topology, 50);
    let mut rows: Vec<u32> = (0..50).map(|host| underlay.row(HostId(host)).unwrap()).collect();
    let drawn = rows.clone();
    rows.sort_unstable();
    assert!(rows == (0..50).collect::<Vec<_>>() && rows != drawn);
    let refused = topology.attach(51, &Attachment::default(), Seeds::new(1, 0)).unwrap_err();
    assert!(matches!(refused, UnderlayError::MoreHostsThanRows { hosts: 51, rows: 50, per_row: 1, .. }));
    let shared = Coordinates {
        hosts_per_row: Some(3),
        same_row_latency: Some(Span::from_millis(2)),
        base: Span::from_millis(5),
        ..coordinates(CoordinateFormat::Vivaldi)
    };
    let underlay = attach(&Topology::coordinates(shared.parse(text.as_bytes()).unwrap()), 150);
    let row = |host| underlay.row(HostId(host));
    let mate = (1..150).find(|&host| row(host) == row(0)).unwrap();
    assert_eq!(underlay.latency(HostId(0), HostId(mate)), Span::from_millis(2));
    assert_eq!(underlay.minimum(), Span::from_millis(2));
    // From the first row to the second: 5 of base, both heights, and the root of 101.
    let at = |wanted| HostId((0..150).find(|&host| row(host) == Some(wanted)).unwrap());
    assert_eq!(underlay.latency(at(0), at(1)), Span(7_000_000 + 10_049_876));
}

#[test]
fn listed_places_are_taken_in_turn_or_by_weight() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("places.csv");
    fs_err::write(&file, "name,lat,lon,people\npole,90,0,0\nequator,0,0,9\nantipode,0,180,1\n").unwrap();
    let sphere = |weight: Option<&str>| {
        let places = Places { weight: weight.map(str::to_owned), ..Places::new(&file) };
        Model::Sphere(Sphere { places: Some(places), ..Sphere::default() })
    };
    let underlay = attach(&sphere(None).build(Seeds::new(1, 0)).unwrap(), 7);
    let away = |from, to| underlay.latency(HostId(from), HostId(to)).as_millis_f64();
    // Three places in turn: 2 ms of base at the same one, 75 for a quarter of the way around, 150 for half of it.
    let mut first: Vec<f64> = [away(0, 1), away(0, 2), away(1, 2)].to_vec();
    first.sort_by(f64::total_cmp);
    assert_eq!(first.iter().map(|span| span.round()).collect::<Vec<_>>(), [77.0, 77.0, 152.0]);
    assert_eq!(underlay.minimum(), Span::from_millis(2));
    assert_eq!((1..7).filter(|&host| away(0, host) < 3.0).count(), if away(0, 6) < 3.0 { 2 } else { 1 });
    let weighed = attach(&sphere(Some("people")).build(Seeds::new(1, 0)).unwrap(), 1_000);
    let picture = weighed.picture().unwrap();
    assert!(picture.geographic && picture.nodes.iter().all(|node| node.y.abs() < 1e-9));
    let model = sphere(Some("weight"));
    assert!(
        model.build(Seeds::new(1, 0)).unwrap_err().to_string().contains("no column is called \"weight\"")
    );
    assert_eq!(model.files(), [file.as_path()]);
    fs_err::remove_file(&file).unwrap();
    assert!(sphere(None).build(Seeds::new(1, 0)).unwrap_err().to_string().contains("cannot be read"));
}

#[test]
fn gzip_is_unpacked_everywhere() {
    use std::io::Write;
    let packed = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    assert!(matrix(MatrixFormat::Triples).parse(&packed(b"1 2 5\n")).is_ok());
    assert!(regions().parse(&packed(TWO), None).is_ok());
    assert!(coordinates(CoordinateFormat::Vivaldi).parse(&packed(b"0 1 2 h 1\n")).is_ok());
    assert!(Places::new("p").parse(&packed(b"1,2\n")).is_ok());
    let cut = packed(&b"1 2 5\n".repeat(1_000));
    assert!(
        matrix(MatrixFormat::Triples)
            .parse(&cut[..cut.len() / 2])
            .unwrap_err()
            .to_string()
            .contains("complete")
    );
}

proptest! {
    /// The lookahead rests on it, so it must be the least latency, not only below it.
    #[test]
    fn the_least_latency_between_coordinates_is_exact(
        points in prop::collection::vec((-50i32..50, -50i32..50, 0u32..20), 2..40),
        extra in 0u32..40,
        access in 0u64..3,
    ) {
        let text: String = points.iter().enumerate()
            .map(|(place, (x, y, height))| format!("{place} {x} {y} h {height}\n")).collect();
        let shared = Coordinates {
            hosts_per_row: Some(2),
            same_row_latency: Some(Span::from_millis(9)),
            base: Span::from_millis(1),
            ..coordinates(CoordinateFormat::Vivaldi)
        };
        let topology = Topology::coordinates(shared.parse(text.as_bytes()).unwrap());
        let hosts = points.len() as u32 + extra.min(points.len() as u32);
        let access = Access::Uniform { minimum: Span::ZERO, maximum: Span::from_millis(10 * access) };
        let attachment = Attachment { access: Some(access), ..Attachment::default() };
        let underlay = topology.attach(hosts, &attachment, Seeds::new(1, 0)).unwrap();
        let pairs = (0..hosts).flat_map(|a| (0..hosts).map(move |b| (a, b))).filter(|(a, b)| a != b);
        let least = pairs.map(|(a, b)| underlay.latency(HostId(a), HostId(b))).min().unwrap();
        prop_assert_eq!(underlay.minimum(), least);
    }

    #[test]
    fn what_is_written_as_triples_is_read(values in prop::collection::vec(0u32..4_000_000, 20)) {
        let pairs = (0..5u32).flat_map(|a| (0..5u32).map(move |b| (a, b))).filter(|(a, b)| a != b);
        let text: String = pairs.clone().zip(&values).map(|((a, b), value)| format!("{a} {b} {value}\n")).collect();
        let one_way = Matrix { kind: MatrixKind::OneWay, ..matrix(MatrixFormat::Triples) };
        let read = latencies(one_way.parse(text.as_bytes()).unwrap());
        for ((a, b), value) in pairs.zip(values) {
            prop_assert_eq!(read[a as usize][b as usize], u64::from(value));
        }
    }
}
