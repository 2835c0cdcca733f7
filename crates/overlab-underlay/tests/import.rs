//! Graph files: the same network in several formats, and files that are wrong in every way.

use overlab_time::{Seeds, Span};
use overlab_underlay::{Attachment, GraphFile, HostsAt, Import, Model, Positions, UnderlayError};
use proptest::prelude::*;
use std::io::Write;
use std::path::PathBuf;

const GRAPHML: &str = include_str!("fixtures/triangle.graphml");
const GML: &str = include_str!("fixtures/triangle.gml");
const YED: &str = include_str!("fixtures/yed.graphml");

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn one_network_in_all_formats() {
    let expected = GraphFile::parse("triangle", GRAPHML.as_bytes()).unwrap();
    assert_eq!(expected.nodes.len(), 3);
    assert_eq!(expected.nodes[2].label, "Nowhere & no place");
    assert_eq!(expected.nodes[1].coordinates, Some([0.0, 9.0]));
    let latencies: Vec<_> =
        expected.edges.iter().map(|edge| edge.latency.map(|span| span.0 / 1000)).collect();
    assert_eq!(latencies, [None, None, Some(2500), Some(4000), None]);
    let crlf = GRAPHML.replace('\n', "\r\n");
    for text in [GML, &crlf, &GML.replace('\n', "\r\n"), &format!("\u{feff}{GRAPHML}")] {
        assert_eq!(GraphFile::parse("triangle", text.as_bytes()).unwrap(), expected);
        assert_eq!(GraphFile::parse("triangle", &gzip(text)).unwrap(), expected);
    }
    let mut read = GraphFile::read(&fixture("triangle-crlf.graphml")).unwrap();
    read.name = expected.name.clone();
    assert_eq!(read, expected);
}

#[test]
fn an_imported_network_carries_messages() {
    let seeds = Seeds::new(1, 0);
    let topology = Model::Import(Import::new(fixture("triangle.gml"))).build(seeds).unwrap();
    let graph = topology.graph().unwrap();
    assert_eq!(
        (graph.routers(), graph.graph().edge_count(), graph.positions()),
        (3, 3, Positions::Geographic)
    );
    // The direct link of 0 and 1 takes 7.51 ms (9 degrees), the way round by 2 only 6.5 ms.
    let underlay = topology.attach(200, &Attachment::default(), seeds).unwrap();
    let hosts = || (0..200).map(overlab_underlay::HostId);
    let at = |router| hosts().find(|&host| underlay.router(host).unwrap().0 == router).unwrap();
    let (a, b) = (at(0), at(1));
    assert_eq!(underlay.latency(a, b), Span::from_micros(6500) + Span::from_millis(2));
    assert_eq!(underlay.path(a, b).iter().map(|router| router.0).collect::<Vec<_>>(), [0, 2, 1]);
    assert_eq!(underlay.minimum(), Span::from_millis(2));
    let stub = Attachment { hosts_at: Some(HostsAt::StubRouters), ..Attachment::default() };
    assert!(topology.attach(2, &stub, seeds).unwrap_err().to_string().starts_with("hosts_at must be"));
    let picture = underlay.picture().unwrap();
    assert!(picture.geographic && picture.nodes.iter().map(|node| node.hosts).sum::<u32>() == 200);
    assert!((picture.nodes[1].x - 9.0).abs() < 1e-9 && picture.edges.len() == 3);
}

#[test]
fn yed_files_are_read() {
    let file = GraphFile::parse("yed", YED.as_bytes()).unwrap();
    let labels: Vec<_> = file.nodes.iter().map(|node| node.label.as_str()).collect();
    assert_eq!(labels, ["core", "edge", "n1::n0"]);
    let latencies: Vec<_> = file.edges.iter().map(|edge| edge.latency).collect();
    assert_eq!(latencies, [Some(Span::from_millis(5)), Some(Span::from_micros(1500))]);
    // No coordinates anywhere: positions for the picture come from latencies.
    let import = Import::new(fixture("yed.graphml"));
    let underlay = Model::Import(import).build(Seeds::new(1, 0)).unwrap();
    let picture = underlay.attach(3, &Attachment::default(), Seeds::new(1, 0)).unwrap().picture().unwrap();
    let far = |a: usize, b: usize| {
        (picture.nodes[a].x - picture.nodes[b].x).hypot(picture.nodes[a].y - picture.nodes[b].y)
    };
    assert!(!picture.geographic && (far(0, 1) - 5.0).abs() < 1e-6 && (far(0, 2) - 6.5).abs() < 1e-6);
}

#[test]
fn wrong_files_name_the_place_and_the_cure() {
    let problem = |text: &str| GraphFile::parse("g.graphml", text.as_bytes()).unwrap_err().to_string();
    let cases = [
        ("", "g.graphml: holds no text"),
        ("<graphml>\n<node id='1'", "line 2, column 13: the root node was opened but never closed"),
        ("<html/>", "line 1, column 1: the root element is <html>; give a GraphML"),
        ("<graphml/>", "holds no node"),
        ("<graphml><node/></graphml>", "column 10: <node> has no id"),
        (
            "<graphml><node id='1'/>\n<node id='1'/></graphml>",
            "line 2, column 1: two nodes have the id \"1\"",
        ),
        ("<graphml><node id='1'/><edge source='1' target='2'/></graphml>", "no node has the id \"2\""),
        ("<graphml><node id='1'/><edge source='1'/></graphml>", "<edge> has no target"),
        ("<graphml><node id='1'/><hyperedge/></graphml>", "hyperedges have no latency"),
        (
            "<graphml><node id='1'><data key='lat'>91</data></node></graphml>",
            "\"91\" is no coordinate; write latitudes",
        ),
        ("<graphml><node id='1'><data key='lat'>NaN</data></node></graphml>", "\"NaN\" is no coordinate"),
        (
            "<graphml><node id='1'/><edge source='1' target='1'><data key='delay'>1e300</data></edge></graphml>",
            "no latency",
        ),
        ("<!DOCTYPE g [<!ENTITY a \"b\">]><graphml>&a;</graphml>", "DTD"),
        ("\u{1}\u{2}binary", "its format is not certain"),
    ];
    for (text, expected) in cases {
        let message = problem(text);
        assert!(message.starts_with("g.graphml") && message.contains(expected), "{text:?} gives {message:?}");
    }
    let truncated = gzip(GRAPHML);
    let error = GraphFile::parse("g.gz", &truncated[..truncated.len() / 2]).unwrap_err();
    assert!(matches!(error, UnderlayError::Read { .. }));
}

#[test]
fn depth_does_not_overflow_the_stack() {
    let deep = format!("<graphml>{}", "<graph>".repeat(200_000));
    assert!(GraphFile::parse("deep", deep.as_bytes()).is_err());
    let closed =
        format!("<graphml>{}<node id='1'/>{}</graphml>", "<graph>".repeat(50_000), "</graph>".repeat(50_000));
    assert_eq!(GraphFile::parse("deep", closed.as_bytes()).unwrap().nodes.len(), 1);
}

#[test]
fn parameters_are_checked_before_the_file_is_opened() {
    let import = Import { path_factor: 0.5, ..Import::new("no/such/file") };
    let error = Model::Import(import).build(Seeds::new(1, 0)).unwrap_err();
    assert_eq!(error.to_string(), "path_factor must be between 1 and 10, not 0.5");
}

/// Reads a file and, where it is one, builds its graph: neither may panic.
fn survive(bytes: &[u8]) {
    if let Ok(file) = GraphFile::parse("any", bytes)
        && let Ok(graph) = Import::new("any").graph(&file)
    {
        assert!(graph.routers() > 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&bytes);
    }

    #[test]
    fn damaged_files_are_read_or_refused(
        which in 0usize..3,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..6),
        cut in any::<prop::sample::Index>(),
        cuts: bool,
    ) {
        let mut bytes = [GRAPHML, GML, YED][which].as_bytes().to_vec();
        for (place, byte, how) in damage {
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => { bytes.remove(place); }
            }
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        survive(&bytes);
    }

    #[test]
    fn any_gml_like_text_is_read_or_refused(
        text in "graph \\[( |node \\[|edge \\[|\\]|id |source |target |[0-9]{1,25}|-|1e999|\"a\"|\"|Latitude |delay ){0,60}"
    ) {
        survive(text.as_bytes());
    }
}
