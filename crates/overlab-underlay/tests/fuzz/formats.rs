//! The importers that are fuzzed: one line a format; its name is that of its folder in the corpus.

use overlab_time::{Bandwidth, Span};
use overlab_underlay::{
    Component, CoordinateFormat, Coordinates, GraphFile, GraphFormat, Import, LatencyUnit, Matrix,
    MatrixFormat, MatrixKind, Missing, MissingRegions, NodeCoordinates, Places, PlaneScale, Reading,
    RegionFormat, RegionTable, Regions,
};

/// One format.
pub(crate) struct Format {
    /// Its folder in `tests/corpus`.
    pub(crate) name: &'static str,
    /// Whether a file is read; it may be refused, but nothing else.
    pub(crate) import: fn(&[u8]) -> bool,
}

/// All formats by name.
pub(crate) const FORMATS: &[Format] = &[
    Format { name: "ashiip", import: |bytes| graph(GraphFormat::Ashiip, bytes) },
    Format { name: "brite", import: |bytes| graph(GraphFormat::Brite, bytes) },
    Format { name: "caida_serial1", import: |bytes| graph(GraphFormat::CaidaSerial1, bytes) },
    Format { name: "caida_serial2", import: |bytes| graph(GraphFormat::CaidaSerial2, bytes) },
    Format { name: "coordinates_csv", import: |bytes| coordinates(CoordinateFormat::Csv, bytes) },
    Format { name: "e2e_graph", import: |bytes| matrix(MatrixFormat::E2eGraph, bytes) },
    Format { name: "edge_list", import: |bytes| graph(GraphFormat::EdgeList, bytes) },
    Format { name: "gml", import: |bytes| graph(GraphFormat::Gml, bytes) },
    Format { name: "graphml", import: |bytes| graph(GraphFormat::GraphMl, bytes) },
    Format { name: "gt_itm", import: |bytes| graph(GraphFormat::GtItm, bytes) },
    Format { name: "inet", import: |bytes| graph(GraphFormat::Inet, bytes) },
    Format { name: "json", import: |bytes| matrix(MatrixFormat::Json, bytes) },
    Format { name: "king_measurements", import: |bytes| matrix(MatrixFormat::KingMeasurements, bytes) },
    Format { name: "model_net", import: |bytes| matrix(MatrixFormat::ModelNet, bytes) },
    Format { name: "model_net_graph", import: |bytes| graph(GraphFormat::ModelNet, bytes) },
    Format { name: "named", import: |bytes| matrix(MatrixFormat::Named, bytes) },
    Format { name: "oversim", import: |bytes| coordinates(CoordinateFormat::Oversim, bytes) },
    Format { name: "places", import: |bytes| Places::new("fuzzed").parse(bytes).is_ok() },
    Format { name: "region_pairs", import: |bytes| regions(RegionFormat::ripe_atlas(), bytes) },
    Format { name: "regions", import: |bytes| regions(RegionFormat::Named, bytes) },
    Format { name: "rocketfuel_cch", import: |bytes| graph(GraphFormat::RocketfuelCch, bytes) },
    Format { name: "rocketfuel_latencies", import: |bytes| graph(GraphFormat::RocketfuelLatencies, bytes) },
    Format { name: "rocketfuel_weights", import: |bytes| graph(GraphFormat::RocketfuelWeights, bytes) },
    Format { name: "snap_as_relationships", import: |bytes| graph(GraphFormat::SnapAsRelationships, bytes) },
    Format { name: "sndlib_native", import: |bytes| graph(GraphFormat::SndlibNative, bytes) },
    Format { name: "sndlib_xml", import: |bytes| graph(GraphFormat::SndlibXml, bytes) },
    Format { name: "square", import: |bytes| matrix(MatrixFormat::Square, bytes) },
    Format { name: "triples", import: |bytes| matrix(MatrixFormat::Triples, bytes) },
    Format { name: "vivaldi", import: |bytes| coordinates(CoordinateFormat::Vivaldi, bytes) },
];

/// As its own format, as what the content tells, and in other units; what is read becomes a network.
fn graph(format: GraphFormat, bytes: &[u8]) -> bool {
    let file = Reading { format: Some(format), ..Reading::default() }.parse("fuzzed", bytes);
    let _ = GraphFile::parse("fuzzed", bytes);
    let loose = Reading {
        format: Some(format),
        latency_unit: Some(LatencyUnit::Seconds),
        round_trips: true,
        coordinates: Some(NodeCoordinates::Pixels),
        capacity_unit: Bandwidth::new(1_000_000).ok(),
    };
    for file in file.iter().chain(&loose.parse("fuzzed", bytes)) {
        let plane = Some(PlaneScale::Width(Span::from_millis(50)));
        let link_latency = Some(Span::from_millis(5));
        let import = Import { component: Component::Largest, ..Import::new("fuzzed") };
        let _ = Import { plane, ..import.clone() }.graph(file);
        assert!(Import { link_latency, ..import }.graph(file).is_ok());
    }
    file.is_ok()
}

fn matrix(format: MatrixFormat, bytes: &[u8]) -> bool {
    let strict = Matrix { format, unit: format.unit(), ..Matrix::new("fuzzed", MatrixKind::Rtt) };
    let lenient = Matrix { missing: Missing::DropHosts, zero_is_missing: true, ..strict.clone() };
    let _ = (lenient.parse(bytes), strict.delays(bytes));
    strict.parse(bytes).is_ok()
}

fn coordinates(format: CoordinateFormat, bytes: &[u8]) -> bool {
    let free = Coordinates::new("fuzzed", format, MatrixKind::OneWay);
    let _ = Coordinates { dimensions: Some(2), ..free.clone() }.parse(bytes);
    free.parse(bytes).is_ok()
}

/// A table of regions, which serves as its own table of weights too.
fn regions(format: RegionFormat, bytes: &[u8]) -> bool {
    let strict = Regions { format, ..Regions::new("fuzzed", MatrixKind::Rtt) };
    let about = RegionTable {
        weight: Some("NORTH".to_owned()),
        up: Some("NORTH".to_owned()),
        ..RegionTable::new("about")
    };
    let lenient = Regions { missing: MissingRegions::DropRegions, about: Some(about), ..strict.clone() };
    let _ = lenient.parse(bytes, Some(bytes));
    strict.parse(bytes, None).is_ok()
}
