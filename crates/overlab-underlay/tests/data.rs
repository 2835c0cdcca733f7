//! Measured data, where a folder of them is at hand: `OVERLAB_DATA`, else `shared/data` beside the checkout.

use overlab_time::{Seeds, Span};
use overlab_underlay::{
    Attachment, Component, GraphFile, Import, LatencyUnit, Matrix, MatrixKind, Missing, Model, Statistics,
    UnderlayError,
};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

fn data(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("OVERLAB_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let found = folder.join(path);
    if !found.exists() {
        skipped();
        return None;
    }
    Some(found)
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn skipped() {
    eprintln!("skipped: no data folder");
}

fn statistics(matrix: Matrix) -> Statistics {
    let topology = Model::Matrix(matrix).build(Seeds::new(1, 0)).unwrap();
    let rows = match topology.attach(u32::MAX, &Attachment::default(), Seeds::new(1, 0)).unwrap_err() {
        UnderlayError::MoreHostsThanRows { rows, .. } => rows,
        other => panic!("{other}"),
    };
    topology.attach(rows, &Attachment::default(), Seeds::new(1, 0)).unwrap().statistics(Seeds::new(1, 0))
}

/// Round-trip time in ms of a one-way span.
fn rtt(span: Span) -> f64 {
    2.0 * span.as_millis_f64()
}

#[test]
fn planetlab_slices_have_their_published_statistics() {
    // Slice, then min, median, mean, p95, p99, max in ms and triangle violations in percent.
    let published = [
        (1, [0.09, 135.0, 146.8, 324.9, 412.6, 2984.1], 17.6),
        (9, [0.09, 135.0, 148.0, 331.7, 436.1, 1273.9], 17.5),
        (18, [0.08, 134.6, 146.2, 330.3, 416.4, 782.4], 17.7),
    ];
    for (slice, expected, violations) in published {
        let Some(file) = data(&format!("latency-planetlab-490/PlanetLabData_{slice}.gz")) else { return };
        let statistics = statistics(Matrix::new(file, MatrixKind::Rtt));
        assert_eq!((statistics.hosts, statistics.routers, statistics.pairs), (490, 490, 490 * 489));
        let latency = statistics.host_latency.unwrap();
        let measured =
            [latency.min, latency.p50, latency.mean, latency.p95, latency.p99, latency.max].map(rtt);
        // The published numbers are rounded to one decimal (the minimum to two).
        for (measured, expected) in measured.into_iter().zip(expected) {
            assert!((measured - expected).abs() <= 0.051, "slice {slice}: {measured} is not {expected}");
        }
        let share = 100.0 * statistics.triangle_violations.unwrap();
        assert!((share - violations).abs() < 1.0, "slice {slice}: {share} is not {violations}");
    }
}

#[test]
fn seattle_is_in_seconds_and_misses_entries() {
    let Some(file) = data("latency-seattle-99/SeattleData_1.gz") else { return };
    let matrix =
        Matrix { unit: LatencyUnit::Seconds, zero_is_missing: true, ..Matrix::new(file, MatrixKind::Rtt) };
    let error = Model::Matrix(matrix.clone()).build(Seeds::new(1, 0)).unwrap_err();
    assert!(error.to_string().contains("drop_hosts"), "{error}");
    let statistics = statistics(Matrix { missing: Missing::DropHosts, ..matrix });
    // 0.7 % of the entries are missing: many rows stay, and the median is that of the file (210 ms), within
    // resolution.
    assert!((50..99).contains(&statistics.hosts), "{}", statistics.hosts);
    assert!((rtt(statistics.host_latency.unwrap().p50) - 210.0).abs() <= 20.0);
    assert!((statistics.triangle_violations.unwrap() - 0.475).abs() < 0.05);
}

/// Networks of the Topology Zoo by name and content, from the folder of GraphML files.
fn zoo() -> Vec<(String, Vec<u8>)> {
    let Some(folder) = data("topo-zoo/graphml") else { return Vec::new() };
    let mut files: Vec<_> = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (name(path), fs_err::read(path).unwrap())).collect()
}

#[test]
fn the_topology_zoo_is_read_completely() {
    let zoo = zoo();
    if zoo.is_empty() {
        return;
    }
    let (mut nodes, mut located, mut links, mut loops, mut disconnected, mut unplaced) = (0, 0, 0, 0, 0, 0);
    for (name, bytes) in &zoo {
        let file = GraphFile::parse(name, bytes).unwrap();
        nodes += file.nodes.len();
        located += file.nodes.iter().filter(|node| node.coordinates.is_some()).count();
        let ends = file.edges.iter().map(|edge| (edge.source.min(edge.target), edge.source.max(edge.target)));
        let (simple, loop_ends): (BTreeSet<_>, BTreeSet<_>) = ends.partition(|(a, b)| a != b);
        links += simple.len();
        loops += loop_ends.len();
        match Import::new(name).graph(&file) {
            Ok(_) => {}
            Err(UnderlayError::Disconnected { .. }) => disconnected += 1,
            Err(UnderlayError::NoCoordinates { .. }) => unplaced += 1,
            Err(other) => panic!("{other}"),
        }
        let import = Import {
            component: Component::Largest,
            link_latency: Some(Span::from_millis(5)),
            ..Import::new(name)
        };
        let graph = import.graph(&file).unwrap();
        assert_eq!(petgraph::algo::connected_components(graph.graph()), 1, "{name}");
    }
    // The data folder's index counts the two loops, both in Interoute, among 13,322 links.
    assert_eq!((zoo.len(), nodes, located, links, loops, disconnected), (276, 10_952, 8_815, 13_320, 2, 23));
    // 16 files declare no coordinates at all.
    assert!((10..=30).contains(&unplaced), "{unplaced}");
}

#[test]
fn distances_make_plausible_latencies() {
    let Some((_, bytes)) = zoo().into_iter().find(|(name, _)| name == "Abilene") else { return };
    let graph = Import::new("Abilene").graph(&GraphFile::parse("Abilene", &bytes).unwrap()).unwrap();
    assert_eq!((graph.routers(), graph.graph().edge_count()), (11, 14));
    let between = |a: &str, b: &str| {
        let find =
            |label| graph.graph().node_indices().find(|&node| graph.graph()[node].label == label).unwrap();
        graph.graph()[graph.graph().find_edge(find(a), find(b)).unwrap()].latency.as_millis_f64()
    };
    // New York to Chicago is 1,145 km: 1.5 times that at 199,862 km/s takes 8.6 ms.
    assert!((between("New York", "Chicago") - 8.59).abs() < 0.05, "{}", between("New York", "Chicago"));
}

/// The GML archive holds the same networks: every one parses, with as many nodes and edges as its GraphML
/// twin.
#[test]
fn gml_and_graphml_of_the_zoo_agree() {
    let Some(archive) = data("topo-zoo/gml.tar.gz") else { return };
    let mut tar = Vec::new();
    flate2::read::GzDecoder::new(fs_err::File::open(archive).unwrap()).read_to_end(&mut tar).unwrap();
    let zoo = zoo();
    let (mut at, mut compared, mut unlike) = (0, 0, 0);
    while at + 512 <= tar.len() && tar[at] != 0 {
        let text = |from: usize, length: usize| {
            std::str::from_utf8(&tar[at + from..at + from + length])
                .unwrap()
                .trim_end_matches(['\0', ' '])
                .to_owned()
        };
        let (path, size) = (text(0, 100), usize::from_str_radix(&text(124, 12), 8).unwrap());
        let content = &tar[at + 512..at + 512 + size];
        if let Some(name) = path.strip_prefix("gml/").and_then(|path| path.strip_suffix(".gml")) {
            let file = GraphFile::parse(name, content).unwrap_or_else(|error| panic!("{error}"));
            if let Some((_, bytes)) = zoo.iter().find(|(other, _)| other == name) {
                let twin = GraphFile::parse(name, bytes).unwrap();
                compared += 1;
                unlike +=
                    u32::from((file.nodes.len(), file.edges.len()) != (twin.nodes.len(), twin.edges.len()));
            }
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    assert!(compared > 200, "{compared}");
    assert_eq!(unlike, 0);
}
