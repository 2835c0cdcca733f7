//! Measured data, where a folder of them is at hand: `OVERLAB_DATA`, else `shared/data` beside the checkout.

#[path = "measured/folder.rs"]
mod folder;

use folder::data;
use overlab_time::{Bandwidth, Seeds, Span};
use overlab_underlay::{
    Attachment, Component, GraphFile, Import, LatencyUnit, Link, Matrix, MatrixKind, Missing, Model,
    PlaneScale, PowerLaw, Relation, RouterGraph, RouterKind, Statistics, UnderlayError,
};
use petgraph::visit::EdgeRef;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;

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

/// A file of the data folder, as its content tells.
fn graph_file(path: &str) -> Option<GraphFile> {
    data(path).map(|file| GraphFile::read(&file).unwrap_or_else(|error| panic!("{error}")))
}

/// How many different links between different nodes a file has, and how many of its edges are loops.
fn simple(file: &GraphFile) -> (usize, usize) {
    let ends = file.edges.iter().map(|edge| (edge.source.min(edge.target), edge.source.max(edge.target)));
    let (loops, links): (Vec<_>, Vec<_>) = ends.partition(|(a, b)| a == b);
    (links.into_iter().collect::<BTreeSet<_>>().len(), loops.len())
}

fn degrees(graph: &RouterGraph) -> Vec<u32> {
    let graph = graph.graph();
    graph.node_indices().map(|node| graph.edges(node).count() as u32).collect()
}

fn with_latency(file: &GraphFile) -> RouterGraph {
    let link_latency = Some(Span::from_millis(10));
    Import { link_latency, ..Import::new("data") }.graph(file).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn autonomous_systems_of_2012_and_2007() {
    let Some(file) = graph_file("topo-caida-as-rel/caida-as-rel.txt.gz") else { return };
    assert_eq!((file.nodes.len(), simple(&file)), (41_203, (121_309, 0)));
    let count = |file: &GraphFile, wanted: Relation| {
        file.edges.iter().filter(|edge| edge.relation == Some(wanted)).count()
    };
    let counts = [Relation::Provider, Relation::Customer, Relation::Peer, Relation::Sibling];
    assert_eq!(counts.map(|relation| count(&file, relation)), [73_324, 0, 43_606, 4_379]);
    let graph = with_latency(&file);
    assert_eq!((graph.routers(), graph.graph().edge_count()), (41_203, 121_309));
    let degrees_2012 = degrees(&graph);
    assert_eq!(degrees_2012.iter().max(), Some(&3_537));
    let stubs = graph.graph().node_weights().filter(|router| router.kind == RouterKind::Stub).count();
    assert_eq!(stubs, 35_483);
    // Nobody sells to 2,193 systems. Whoever is on top of a cycle of providers is of tier 1, too: none is here.
    let first = graph.domains().iter().filter(|domain| domain.tier == 1).count();
    assert_eq!(first, 2_193);
    assert!(graph.domains().iter().all(|domain| (1..10).contains(&domain.tier)));
    let customers = |number: u32| {
        let domain = graph.domains().iter().position(|domain| domain.number == number).unwrap() as u32;
        let mine = |end: petgraph::graph::NodeIndex| graph.graph()[end].domain == domain;
        let sold = |link: &petgraph::graph::EdgeReference<'_, Link>| match link.weight().relation {
            Some(Relation::Provider) => mine(link.source()),
            Some(Relation::Customer) => mine(link.target()),
            _ => false,
        };
        graph.graph().edge_references().filter(sold).count()
    };
    assert_eq!([174, 3356, 7018].map(customers), [3_343, 3_230, 2_261]);
    // The published exponents are those of the tails from 13 and from 8 up.
    let published = PowerLaw::from_minimum(&degrees_2012, 13).unwrap();
    assert!((published.exponent - 2.04).abs() < 0.005, "{published:?}");
    let fit = PowerLaw::fit(&degrees_2012).unwrap();
    assert!((fit.exponent - 2.04).abs() < 0.05 && fit.distance < 0.08, "{fit:?}");

    let Some(file) = graph_file("topo-caida-as-rel/as-caida20070917.txt.gz") else { return };
    assert_eq!((file.nodes.len(), file.edges.len(), simple(&file)), (8_020, 36_406, (18_203, 0)));
    // Every link is listed from both ends: a provider for every customer.
    assert_eq!(counts.map(|relation| count(&file, relation)), [15_079, 15_079, 6_064, 184]);
    let graph = with_latency(&file);
    assert_eq!(graph.graph().edge_count(), 18_203);
    let degrees_2007 = degrees(&graph);
    assert_eq!(degrees_2007.iter().max(), Some(&1_452));
    let published = PowerLaw::from_minimum(&degrees_2007, 8).unwrap();
    assert!((published.exponent - 2.13).abs() < 0.005, "{published:?}");
    // The sign is right where the largest networks have customers, not providers.
    let tier = |number: u32| graph.domains().iter().find(|domain| domain.number == number).unwrap().tier;
    assert!([701, 1239, 3356, 7018].map(tier).iter().all(|&tier| tier <= 2));
}

#[test]
fn rocketfuel_latencies_weights_and_maps() {
    // AS, nodes, links, the largest latency, the share of the largest part.
    let networks = [
        (1221, 108, 153, 17, false),
        (1239, 315, 972, 64, true),
        (1755, 87, 161, 31, true),
        (3257, 161, 328, 47, true),
        (3967, 79, 147, 44, true),
        (6461, 141, 374, 45, false),
    ];
    for (number, nodes, links, longest, connected) in networks {
        let folder = format!("topo-rocketfuel/weights/{number}");
        let Some(latencies) = graph_file(&format!("{folder}/latencies.intra")) else { return };
        let weights = graph_file(&format!("{folder}/weights.intra")).unwrap();
        for file in [&latencies, &weights] {
            assert_eq!((file.nodes.len(), simple(file)), (nodes, (links, 0)), "{number}");
            assert_eq!(file.edges.len(), 2 * links);
        }
        let latency = latencies.edges.iter().filter_map(|edge| edge.latency).max();
        assert_eq!(latency, Some(Span::from_millis(longest)), "{number}");
        assert!(weights.edges.iter().all(|edge| edge.latency.is_none()));
        let whole = Import::new("r").graph(&latencies);
        assert_eq!(whole.is_ok(), connected, "{number}");
        let largest = Import { component: Component::Largest, ..Import::new("r") }.graph(&latencies).unwrap();
        let share = f64::from(largest.routers()) / nodes as f64;
        let expected = match number {
            1221 => 0.96,
            6461 => 0.98,
            _ => 1.0,
        };
        assert!((share - expected).abs() <= 0.006, "{number}: {share}");
    }
    // Routers and adjacencies: half the neighbours listed, loops and all.
    for (name, routers, adjacencies) in [
        ("1221.r0", 378, 781),
        ("1239.r0", 700, 2_273),
        ("1755.r0", 172, 381),
        ("2914.r0", 1_013, 2_835),
        ("3257.r0", 248, 405),
        ("3356.r0", 625, 5_299),
        ("3967.r0", 215, 443),
        ("4755.r0", 12, 12),
        ("7018.r0", 656, 2_078),
    ] {
        let file = graph_file(&format!("topo-rocketfuel/cch/{name}.cch.gz")).unwrap();
        assert_eq!((file.nodes.len(), file.edges.len() / 2), (routers, adjacencies), "{name}");
    }
    // Links to 144 routers that this map does not list are left out.
    let cut = graph_file("topo-rocketfuel/cch/6461.r0.cch.gz").unwrap();
    assert_eq!(cut.nodes.len(), 58);
    // The full maps, without external addresses.
    for (name, routers) in [("1755", 300), ("3967", 447)] {
        assert_eq!(graph_file(&format!("topo-rocketfuel/cch/{name}.cch.gz")).unwrap().nodes.len(), routers);
    }
}

#[test]
fn sndlib_networks_with_their_demands() {
    // Name, nodes, links, demands, whether coordinates are pixels.
    let networks = [
        ("abilene", 12, 15, 132, false),
        ("atlanta", 15, 22, 210, true),
        ("cost266", 37, 57, 1332, false),
        ("dfn-bwin", 10, 45, 90, false),
        ("dfn-gwin", 11, 47, 110, false),
        ("di-yuan", 11, 42, 22, true),
        ("france", 25, 45, 300, true),
        ("geant", 22, 36, 462, false),
        ("germany50", 50, 88, 662, false),
        ("giul39", 39, 172, 1471, true),
        ("india35", 35, 80, 595, false),
        ("janos-us", 26, 84, 650, false),
        ("janos-us-ca", 39, 122, 1482, false),
        ("newyork", 16, 49, 240, true),
        ("nobel-eu", 28, 41, 378, false),
        ("nobel-germany", 17, 26, 121, false),
        ("nobel-us", 14, 21, 91, false),
        ("norway", 27, 51, 702, true),
        ("pdh", 11, 34, 24, false),
        ("polska", 12, 18, 66, false),
        ("sun", 27, 102, 67, true),
        ("ta1", 24, 55, 396, true),
        ("ta2", 65, 108, 1869, true),
        ("zib54", 54, 81, 1501, true),
    ];
    let mut twins = 0;
    for (name, nodes, links, demands, pixels) in networks {
        let Some(file) = graph_file(&format!("topo-sndlib/native/{name}.txt")) else { return };
        assert_eq!(
            (file.nodes.len(), file.edges.len(), file.demands.len()),
            (nodes, links, demands),
            "{name}"
        );
        let on_plane = file.nodes.iter().filter(|node| node.plane.is_some()).count();
        assert_eq!(on_plane, if pixels { nodes } else { 0 }, "{name}");
        let plane = pixels.then_some(PlaneScale::Width(Span::from_millis(20)));
        let graph =
            Import { plane, ..Import::new(name) }.graph(&file).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(graph.routers() as usize, nodes);
        if ["abilene", "geant", "germany50", "india35", "nobel-eu", "nobel-us", "norway", "polska"]
            .contains(&name)
        {
            let mut twin = graph_file(&format!("topo-sndlib/xml/{name}.xml")).unwrap();
            twin.name.clone_from(&file.name);
            assert_eq!(twin, file, "{name}");
            twins += 1;
        }
    }
    assert_eq!(twins, 8);
    // Longitude first: Abilene's node in New York is west of Greenwich and in the north; capacities are Mbit/s.
    let abilene = graph_file("topo-sndlib/native/abilene.txt").unwrap();
    let york = abilene.nodes.iter().find(|node| node.label == "NYCMng").unwrap();
    assert_eq!(york.coordinates, Some([40.7833, -73.9667]));
    assert_eq!(abilene.edges[0].capacity, Bandwidth::new(9_920_000_000).ok());
}

#[test]
fn gnutella_and_ethereum_overlays() {
    for (name, nodes, links, most) in [
        ("topo-gnutella/p2p-Gnutella04.txt.gz", 10_876, 39_994, 103),
        ("topo-gnutella/p2p-Gnutella08.txt.gz", 6_301, 20_777, 97),
        ("topo-gnutella/p2p-Gnutella31.txt.gz", 62_586, 147_892, 95),
        ("topo-ethereum-goerli/goerliTopology.edgelist", 1_355, 19_146, 712),
    ] {
        let Some(file) = graph_file(name) else { return };
        assert_eq!((file.nodes.len(), simple(&file).0), (nodes, links), "{name}");
        let link_latency = Some(Span::from_millis(10));
        let import = Import { link_latency, component: Component::Largest, ..Import::new(name) };
        let degrees = degrees(&import.graph(&file).unwrap());
        assert_eq!(degrees.iter().max(), Some(&most), "{name}");
        if name.contains("Gnutella") {
            // No power law: the best tail is far steeper than that of any measured Internet.
            let fit = PowerLaw::fit(&degrees).unwrap();
            assert!((4.2..=4.85).contains(&fit.exponent), "{name}: {fit:?}");
        }
    }
}

#[test]
fn outputs_of_generators() {
    for (name, nodes, links) in [
        ("brite-as.brite", 1_000, 2_000),
        ("brite-bottomup.brite", 100, 200),
        ("brite-router.brite.gz", 10_000, 20_000),
        ("brite-topdown.brite", 1_500, 3_060),
        ("inet-3500.txt", 3_500, 6_146),
        ("inet-ns3-3037.txt", 3_037, 4_788),
        ("Orbis_toposample.txt", 1_423, 2_769),
        ("gtitm-ts100.alt", 100, 166),
        ("gtitm-ts-big.alt", 1_000, 1_812),
    ] {
        let Some(file) = graph_file(&format!("topo-generators/{name}")) else { return };
        assert_eq!((file.nodes.len(), file.edges.len()), (nodes, links), "{name}");
        let plane = (!name.contains("Orbis")).then_some(PlaneScale::Width(Span::from_millis(50)));
        let link_latency = name.contains("Orbis").then_some(Span::from_millis(5));
        let graph = Import { plane, link_latency, ..Import::new(name) }.graph(&file);
        let graph = graph.unwrap_or_else(|error| panic!("{error}"));
        let domains = match name {
            "brite-as.brite" => 1_000,
            "brite-topdown.brite" => 30,
            // One transit domain, and three stub domains at each of its four routers.
            "gtitm-ts100.alt" => 13,
            _ => continue,
        };
        assert_eq!(graph.domains().len(), domains, "{name}");
    }
    let ashiip = graph_file("topo-generators/ashiip-mpa-997.txt").unwrap();
    assert_eq!(ashiip.nodes.len(), 997);
    // Lengths are distances on BRITE's plane, and its delays those of light: 299.8 units take 1 ms.
    let brite = graph_file("topo-generators/brite-as.brite").unwrap();
    for edge in &brite.edges {
        let [a, b] = [edge.source, edge.target].map(|node| brite.nodes[node as usize].plane.unwrap());
        let length = (a[0] - b[0]).hypot(a[1] - b[1]);
        assert!((edge.length.unwrap() - length).abs() < 1e-9);
        assert!((edge.latency.unwrap().as_millis_f64() - length / 299.792_458).abs() < 1e-5);
    }
}

#[test]
fn modelnet_has_delays_between_planetlab_nodes() {
    let Some(file) = graph_file("latency-modelnet-planetlab-64/planetlab.xml") else { return };
    assert_eq!((file.nodes.len(), file.edges.len()), (64, 3_829));
    // 62 are declared; the others follow in the order in which edges name them.
    let added: BTreeSet<&str> = file.nodes[62..].iter().map(|node| node.label.as_str()).collect();
    assert_eq!(added, BTreeSet::from(["2", "11"]));
    let between = file.edges.iter().filter(|edge| edge.source != edge.target);
    let mut latencies: Vec<f64> = between.map(|edge| edge.latency.unwrap().as_millis_f64()).collect();
    latencies.sort_by(f64::total_cmp);
    // 6.5 % of ordered pairs are missing.
    let missing = 1.0 - latencies.len() as f64 / (64.0 * 63.0);
    assert!((missing - 0.065).abs() < 0.001, "{missing}");
    let (median, longest) = (latencies[latencies.len() / 2], latencies.last().unwrap());
    assert!((median - 247.5).abs() < 0.6 && (longest - 19_083.0).abs() < 0.6, "{median} {longest}");
    assert!(Import::new("m").graph(&file).is_ok());
}

/// Every node of the Topology Zoo that names a country stands in one.
#[test]
fn countries_of_the_topology_zoo() {
    let nodes = zoo().into_iter().flat_map(|(name, bytes)| GraphFile::parse(&name, &bytes).unwrap().nodes);
    let countries: Vec<_> =
        nodes.filter_map(|node| node.country).map(|country| country.to_string()).collect();
    let of = |code: &str| countries.iter().filter(|&country| country == code).count();
    if !countries.is_empty() {
        assert_eq!((countries.len(), of("US"), of("IT"), of("CZ")), (8_815, 2_921, 1_318, 462));
    }
}

/// The 3,928 links of the Topology Zoo that state a speed keep it.
#[test]
fn capacities_of_the_topology_zoo() {
    let files = zoo();
    let capacities: Vec<Option<Bandwidth>> = files
        .iter()
        .flat_map(|(name, bytes)| GraphFile::parse(name, bytes).unwrap().edges)
        .map(|edge| edge.capacity)
        .collect();
    let of = |bits| capacities.iter().filter(|&&capacity| capacity == Bandwidth::new(bits).ok()).count();
    if !files.is_empty() {
        assert_eq!(capacities.iter().flatten().count(), 3_928);
        assert_eq!((of(1_000_000_000), of(2_500_000_000), of(155_000_000)), (925, 810, 514));
    }
}
