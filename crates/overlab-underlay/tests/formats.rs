//! Graph files of every format: what is read from them, and the traps that published files hold.

use overlab_time::{Bandwidth, Span};
use overlab_underlay::{
    Component, GraphFile, GraphFormat, Import, LatencyUnit, NodeCoordinates, ParallelLinks, PlaneScale,
    Positions, Reading, Relation, RouterGraph, RouterKind, UnderlayError,
};
use petgraph::visit::EdgeRef;

macro_rules! corpus {
    ($file:literal) => {
        (concat!("corpus/", $file), include_str!(concat!("corpus/", $file)))
    };
}

fn parsed((name, text): (&str, &str)) -> GraphFile {
    GraphFile::parse(name, text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn read(reading: Reading, (name, text): (&str, &str)) -> GraphFile {
    reading.parse(name, text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(reading: Reading, (name, text): (&str, &str)) -> String {
    reading.parse(name, text.as_bytes()).unwrap_err().to_string()
}

fn mbps(number: u64) -> Option<Bandwidth> {
    Bandwidth::new(number * 1_000_000).ok()
}

/// Ends, latency in ms and relation of every link, as from the router with the lower number.
fn links(graph: &RouterGraph) -> Vec<(usize, usize, f64)> {
    let links = graph.graph().edge_references();
    links
        .map(|link| (link.source().index(), link.target().index(), link.weight().latency.as_millis_f64()))
        .collect()
}

fn relation(graph: &RouterGraph, from: &str, to: &str) -> Option<Relation> {
    let node = |label: &str| {
        let graph = graph.graph();
        graph.node_indices().find(|&node| graph[node].label == label).unwrap()
    };
    let (from, to) = (node(from), node(to));
    let edge = graph.graph().find_edge(from, to).unwrap();
    let relation = graph.graph()[edge].relation;
    let (source, _) = graph.graph().edge_endpoints(edge).unwrap();
    if source == from { relation } else { relation.map(Relation::reverse) }
}

fn tiers(graph: &RouterGraph) -> Vec<(u32, u8)> {
    graph.domains().iter().map(|domain| (domain.number, domain.tier)).collect()
}

#[test]
fn the_format_is_told_where_that_is_certain() {
    use GraphFormat as F;
    // What detection takes a file for must read it as its own format does.
    for (file, format) in [
        (corpus!("ashiip/four.txt"), F::Ashiip),
        (corpus!("brite/three.brite"), F::Brite),
        (corpus!("caida_serial1/five.txt"), F::CaidaSerial1),
        (corpus!("caida_serial2/four.txt"), F::CaidaSerial2),
        (corpus!("edge_list/head-crlf.txt"), F::EdgeList),
        (corpus!("edge_list/bare.txt"), F::EdgeList),
        (corpus!("gml/triangle.gml"), F::Gml),
        (corpus!("graphml/triangle.graphml"), F::GraphMl),
        (corpus!("gt_itm/six.alt"), F::GtItm),
        (corpus!("inet/four.txt"), F::Inet),
        (corpus!("model_net_graph/three.xml"), F::ModelNet),
        (corpus!("rocketfuel_cch/four.cch"), F::RocketfuelCch),
        (corpus!("rocketfuel_latencies/latencies.intra"), F::RocketfuelLatencies),
        (corpus!("rocketfuel_weights/weights.intra"), F::RocketfuelWeights),
        (corpus!("snap_as_relationships/five.txt"), F::SnapAsRelationships),
        (corpus!("sndlib_native/geographic.txt"), F::SndlibNative),
        (corpus!("sndlib_xml/geographic.xml"), F::SndlibXml),
    ] {
        let stated = read(Reading { format: Some(format), ..Reading::default() }, file);
        assert_eq!(parsed(file), stated, "{}", file.0);
        // The line ends of other systems change nothing.
        let crlf = file.1.replace("\r\n", "\n").replace('\n', "\r\n");
        assert_eq!(parsed((file.0, &crlf)), stated, "{}", file.0);
    }
}

#[test]
fn uncertain_formats_name_the_candidates() {
    let cases = [
        // A third column of small numbers: SNAP's relationships without their head, or lengths.
        ("as.txt", "1 2 -1\n2 3 0\n", "one of \"edge_list\", \"snap_as_relationships\""),
        (
            "map.intra",
            "Oslo,+Norway1 Bergen,+Norway2 3\n",
            "one of \"rocketfuel_latencies\", \"rocketfuel_weights\"",
        ),
        ("novel.txt", "It was a dark night.\n", "one of \"ashiip\", \"brite\""),
        ("empty.txt", "# nothing\n", "only comments"),
        ("binary", "\u{1}\u{2}", "begins like none"),
    ];
    for (name, text, expected) in cases {
        let message = refused(Reading::default(), (name, text));
        assert!(message.starts_with(name) && message.contains(expected), "{message}");
    }
}

#[test]
fn one_relationship_of_two_signs() {
    let import = Import { link_latency: Some(Span::from_millis(10)), ..Import::new("as") };
    let caida = import.graph(&parsed(corpus!("caida_serial1/five.txt"))).unwrap();
    let snap = import.graph(&parsed(corpus!("snap_as_relationships/five.txt"))).unwrap();
    for graph in [&caida, &snap] {
        assert_eq!(links(graph).len(), 5);
        assert_eq!(relation(graph, "AS1", "AS3"), Some(Relation::Provider));
        assert_eq!(relation(graph, "AS3", "AS1"), Some(Relation::Customer));
        assert_eq!(relation(graph, "AS2", "AS1"), Some(Relation::Peer));
        assert_eq!(relation(graph, "AS5", "AS4"), Some(Relation::Sibling));
        assert_eq!(tiers(graph), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3)]);
        let kinds: Vec<_> = graph.graph().node_weights().map(|router| router.kind).collect();
        use RouterKind::{Stub, Transit};
        assert_eq!(kinds.iter().filter(|&&kind| kind == Transit).count(), 3);
        assert_eq!(kinds.iter().filter(|&&kind| kind == Stub).count(), 2);
    }
    let serial2 =
        import.graph(&GraphFile::parse("c", b"1|2|0|bgp\n1|3|-1|bgp\n2|4|-1|mlp\n").unwrap()).unwrap();
    assert_eq!(tiers(&serial2), [(1, 1), (2, 1), (3, 2), (4, 2)]);
    // Read by the other convention all providers would be customers: a 1 is refused.
    let message = refused(Reading::default(), corpus!("caida_serial1/wrong-convention.txt"));
    assert!(message.contains("line 2") && message.contains("snap_as_relationships"), "{message}");
}

#[test]
fn edge_lists_come_with_any_head() {
    let full = parsed(corpus!("edge_list/head-crlf.txt"));
    let lines = corpus!("edge_list/head-crlf.txt").1.split_inclusive("\r\n");
    for skipped in 1..=3 {
        let text: String = lines.clone().skip(skipped).collect();
        assert_eq!(parsed((full.name.as_str(), &text.replace("\r\n", "\n"))), full);
    }
    assert_eq!((full.nodes.len(), full.edges.len()), (4, 4));
    // A length is a latency only where its unit is said.
    let weights = corpus!("edge_list/weights.csv");
    let listed = Reading { format: Some(GraphFormat::EdgeList), ..Reading::default() };
    let file = read(listed, weights);
    assert_eq!(file.nodes.iter().map(|node| node.label.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!((file.edges[0].latency, file.edges[0].length), (None, Some(1.5)));
    let file = read(Reading { latency_unit: Some(LatencyUnit::Milliseconds), ..listed }, weights);
    assert_eq!((file.edges[0].latency, file.edges[0].length), (Some(Span::from_micros(1500)), None));
    let seconds = Reading { latency_unit: Some(LatencyUnit::Seconds), round_trips: true, ..listed };
    let file = read(seconds, weights);
    assert_eq!(file.edges[1].latency, Some(Span::from_secs(10)));
}

#[test]
fn sndlib_has_capacities_and_demands() {
    let (native, xml) =
        (parsed(corpus!("sndlib_native/geographic.txt")), parsed(corpus!("sndlib_xml/geographic.xml")));
    for file in [&native, &xml] {
        // Longitude stands before latitude.
        assert_eq!(file.nodes[0].coordinates, Some([60.25, 10.5]));
        assert_eq!(file.nodes[2].coordinates, None);
        // The pre-installed capacity, else that of the smallest module.
        assert_eq!([file.edges[0].capacity, file.edges[1].capacity], [mbps(9920), mbps(155)]);
        let demands: Vec<_> =
            file.demands.iter().map(|d| (d.source, d.target, d.value, d.bandwidth)).collect();
        assert_eq!(demands, [(0, 2, 3580.0, mbps(3580)), (2, 0, 20.0, mbps(20))]);
    }
    assert_eq!((&native.nodes, &native.edges, &native.demands), (&xml.nodes, &xml.edges, &xml.demands));
    // Without a unit capacities are unknown, and may be told.
    let bare = corpus!("sndlib_native/pixels-crlf.txt");
    assert_eq!(parsed(bare).edges[0].capacity, None);
    let reading = Reading { capacity_unit: mbps(1), ..Reading::default() };
    assert_eq!(read(reading, bare).edges[0].capacity, mbps(11_000));
}

#[test]
fn pixels_are_no_degrees() {
    for file in [corpus!("sndlib_native/pixels-crlf.txt"), corpus!("sndlib_xml/pixel.xml")] {
        let found = parsed(file);
        assert!(found.nodes.iter().all(|node| node.coordinates.is_none()));
        let message = Import::new("p").graph(&found).unwrap_err().to_string();
        assert!(message.contains("plane_width"), "{message}");
        let import = Import { plane: Some(PlaneScale::Width(Span::from_millis(20))), ..Import::new("p") };
        assert_eq!(import.graph(&found).unwrap().positions(), Positions::Plane);
    }
    let pixels = corpus!("sndlib_native/pixels-crlf.txt");
    // Pixels are counted downwards.
    assert_eq!(parsed(pixels).nodes[0].plane, Some([283.0, -48.0]));
    let as_said = |coordinates| Reading { coordinates: Some(coordinates), ..Reading::default() };
    assert_eq!(read(as_said(NodeCoordinates::Plane), pixels).nodes[0].plane, Some([283.0, 48.0]));
    assert_eq!(read(as_said(NodeCoordinates::Ignored), pixels).nodes[0].plane, None);
    let message = refused(as_said(NodeCoordinates::Degrees), pixels);
    assert!(message.contains("line 3, column 8: \"283\" is no coordinate"), "{message}");
    // Degrees may be taken for a plane, and a plane within their limits for degrees.
    let degrees = read(as_said(NodeCoordinates::Plane), corpus!("graphml/triangle.graphml"));
    assert!(degrees.nodes[1].coordinates.is_none() && degrees.nodes[1].plane == Some([9.0, 0.0]));
}

#[test]
fn rocketfuel_lists_every_link_twice() {
    let latencies = parsed(corpus!("rocketfuel_latencies/latencies.intra"));
    assert_eq!((latencies.nodes.len(), latencies.edges.len()), (3, 4));
    // A state is no country.
    let countries: Vec<_> =
        latencies.nodes.iter().map(|node| node.country.map(|country| country.to_string())).collect();
    assert_eq!(countries, [Some("NO".to_owned()), Some("NO".to_owned()), None]);
    assert_eq!(links(&Import::new("r").graph(&latencies).unwrap()), [(0, 1, 3.0), (0, 2, 29.0)]);
    // Weights are no times, unless one says so.
    let weights = corpus!("rocketfuel_weights/weights.intra");
    let error = Import::new("r").graph(&parsed(weights)).unwrap_err();
    assert!(matches!(error, UnderlayError::NoCoordinates { .. }), "{error}");
    let timed = Reading { latency_unit: Some(LatencyUnit::Milliseconds), ..Reading::default() };
    assert_eq!(links(&Import::new("r").graph(&read(timed, weights)).unwrap()), [(0, 1, 7.5), (0, 2, 2.0)]);
}

#[test]
fn maps_leave_out_what_is_outside() {
    let file = parsed(corpus!("rocketfuel_cch/four.cch"));
    let labels: Vec<_> = file.nodes.iter().map(|node| node.label.as_str()).collect();
    let expected = [
        "core1.example.net @Genova,+Italy",
        "10.0.0.1 @Genova,+Italy",
        "edge.example.net @T",
        "loop.example.net @Torino,+Italy",
    ];
    assert_eq!(labels, expected);
    // 99 is listed nowhere, -7 is outside, 5 is its own neighbour and hangs together with nothing.
    let import = Import { link_latency: Some(Span::from_millis(1)), ..Import::new("c") };
    let message = import.graph(&file).unwrap_err().to_string();
    assert!(message.contains("2 components, the largest with 3 of 4"), "{message}");
    let graph = Import { component: Component::Largest, ..import }.graph(&file).unwrap();
    assert_eq!(links(&graph), [(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0)]);
}

#[test]
fn brite_has_delays_domains_and_bandwidths() {
    let brite = corpus!("brite/three.brite");
    let file = parsed(brite);
    assert_eq!(file.nodes.iter().map(|node| node.domain).collect::<Vec<_>>(), [Some(7), Some(7), None]);
    assert_eq!((file.edges[0].capacity, file.edges[0].length), (None, Some(500.0)));
    let graph = Import::new("b").graph(&file).unwrap();
    assert_eq!(links(&graph), [(0, 1, 1.668), (1, 2, 2.335)]);
    assert_eq!((tiers(&graph), graph.positions()), (vec![(0, 0), (7, 0)], Positions::Plane));
    let said = Reading {
        capacity_unit: mbps(1),
        latency_unit: Some(LatencyUnit::Microseconds),
        round_trips: true,
        ..Reading::default()
    };
    let file = read(said, brite);
    assert_eq!((file.edges[0].capacity, file.edges[0].latency), (mbps(10), Some(Span(834))));
    // No delay: the length counts.
    let kinds = parsed(corpus!("brite/without-delays-crlf.brite"));
    assert_eq!((kinds.edges[0].latency, kinds.edges[0].capacity), (None, None));
    let scaled = Import { plane: Some(PlaneScale::Unit(Span::from_millis(4))), ..Import::new("b") };
    let graph = scaled.graph(&kinds).unwrap();
    assert_eq!(links(&graph), [(0, 1, 4.0)]);
    let kinds: Vec<_> = graph.graph().node_weights().map(|router| router.kind).collect();
    assert_eq!(kinds, [RouterKind::Transit, RouterKind::Stub]);
}

#[test]
fn gt_itm_has_transit_and_stub_domains() {
    let file = parsed(corpus!("gt_itm/six.alt"));
    // Twelve directed edges in the head are six.
    assert_eq!((file.nodes.len(), file.edges.len()), (6, 6));
    let import = Import { plane: Some(PlaneScale::Unit(Span::from_millis(1))), ..Import::new("t") };
    let graph = import.graph(&file).unwrap();
    assert_eq!(graph.domains().len(), 3);
    let domains: Vec<_> = graph.graph().node_weights().map(|router| router.domain).collect();
    assert_eq!(domains, [0, 0, 1, 1, 2, 2]);
    use overlab_underlay::LinkClass::{IntraStub, IntraTransit, TransitStub};
    let classes: Vec<_> = graph.graph().edge_weights().map(|link| link.class).collect();
    // By ends: 0-1, 0-2, 0-5, 1-4, 2-3, 4-5.
    assert_eq!(classes, [IntraTransit, TransitStub, TransitStub, TransitStub, IntraStub, IntraStub]);
    assert_eq!(links(&graph)[2], (0, 5, 13.0));
}

#[test]
fn inet_has_lengths_on_a_plane() {
    let file = parsed(corpus!("inet/four.txt"));
    let import = Import { plane: Some(PlaneScale::Width(Span::from_millis(100))), ..Import::new("i") };
    assert_eq!(links(&import.graph(&file).unwrap()), [(0, 1, 50.0), (1, 2, 40.0), (2, 3, 70.0)]);
}

#[test]
fn modelnet_refers_to_vertices_that_it_does_not_declare() {
    let file = parsed(corpus!("model_net_graph/three.xml"));
    let labels: Vec<_> = file.nodes.iter().map(|node| node.label.as_str()).collect();
    assert_eq!(labels, ["1", "3", "2"]);
    // The class says what an edge does not: 500 ms, 64 kbit/s.
    assert_eq!(file.edges[3].latency, Some(Span::from_millis(500)));
    assert_eq!(
        [file.edges[1].capacity, file.edges[3].capacity],
        [64_000, 128_000].map(|bits| Bandwidth::new(bits).ok())
    );
    // 12.25 ms there and 20 ms back.
    for (parallel_links, expected) in
        [(ParallelLinks::Fastest, 12.25), (ParallelLinks::Mean, 16.125), (ParallelLinks::Slowest, 20.0)]
    {
        let graph = Import { parallel_links, ..Import::new("m") }.graph(&file).unwrap();
        assert_eq!(links(&graph), [(0, 2, expected), (1, 2, 500.0)]);
    }
}

#[test]
fn ashiip_lists_neighbours() {
    let import = Import { link_latency: Some(Span::from_millis(1)), ..Import::new("a") };
    let graph = import.graph(&parsed(corpus!("ashiip/four.txt"))).unwrap();
    let ends: Vec<_> = links(&graph).into_iter().map(|(a, b, _)| (a, b)).collect();
    assert_eq!(ends, [(0, 1), (0, 2), (0, 3), (1, 2)]);
}

#[test]
fn wrong_files_name_the_place_and_the_cure() {
    for (file, expected) in [
        (corpus!("ashiip/wrong-size.txt"), "line 4, column 9: the file states 3 nodes and has 2"),
        (
            corpus!("brite/wrong-claims.brite"),
            "line 1, column 13: the file states 1000000000000 nodes and has 2",
        ),
        (corpus!("gt_itm/wrong-cut-off.alt"), "line 2, column 3: the file states 4 directed edges and has 2"),
        (corpus!("inet/wrong-claims.txt"), "the file ends before all its nodes were named"),
        (corpus!("model_net_graph/wrong-no-end.xml"), "<edge> has no int_dst"),
        (corpus!("rocketfuel_cch/wrong-location.cch"), "its format is not certain"),
        (
            corpus!("sndlib_native/wrong-cut-off.txt"),
            "line 8, column 1: the file ends before a section was closed",
        ),
        (corpus!("sndlib_xml/wrong-source.xml"), "no node has the id \"b\""),
    ] {
        let message = refused(Reading::default(), file);
        assert!(message.starts_with(file.0) && message.contains(expected), "{message}");
    }
    let listed = Reading { format: Some(GraphFormat::EdgeList), ..Reading::default() };
    let message = refused(listed, corpus!("edge_list/wrong-fields.txt"));
    assert!(message.contains("line 2, column 1: a line has less than two"), "{message}");
}

#[test]
fn attributes_survive_graphml_and_gml() {
    let graphml = "<graphml><node id='a'><data key='asn'>AS7</data><data key='country'>no</data></node>\
        <node id='b'><data key='domain'>9</data><data key='kind'>stub</data><data key='x'>3</data><data key='y'>4</data></node>\
        <edge source='a' target='b'><data key='capacity'>10Gbps</data><data key='relation'>provider</data>\
        <data key='latency_ns'>2500</data></edge></graphml>";
    let gml = "graph [ node [ id \"a\" asn \"AS7\" country \"NO\" ] node [ id \"b\" domain 9 kind \"stub\" graphics [ x 3 y 4 ] ] \
        edge [ source \"a\" target \"b\" LinkSpeedRaw 10000000000.0 relation \"provider\" delay \"2500ns\" ] ]";
    for text in [graphml, gml] {
        let file = parsed(("g", text));
        let (a, b, edge) = (&file.nodes[0], &file.nodes[1], &file.edges[0]);
        assert_eq!((a.domain, a.country.unwrap().to_string().as_str()), (Some(7), "NO"));
        assert_eq!((b.domain, b.kind, b.plane), (Some(9), Some(RouterKind::Stub), Some([3.0, 4.0])));
        assert_eq!(
            (edge.latency, edge.capacity, edge.relation),
            (Some(Span(2500)), mbps(10_000), Some(Relation::Provider))
        );
    }
}
