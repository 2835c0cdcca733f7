//! The importers that are fuzzed: one line a format; its name is that of its folder in the corpus.

use overlab_time::{Bandwidth, Span};
use overlab_underlay::{
    Component, GraphFile, GraphFormat, Import, LatencyUnit, Matrix, MatrixKind, Missing, NodeCoordinates,
    PlaneScale, Reading,
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
    Format { name: "edge_list", import: |bytes| graph(GraphFormat::EdgeList, bytes) },
    Format { name: "gml", import: |bytes| graph(GraphFormat::Gml, bytes) },
    Format { name: "graphml", import: |bytes| graph(GraphFormat::GraphMl, bytes) },
    Format { name: "gt_itm", import: |bytes| graph(GraphFormat::GtItm, bytes) },
    Format { name: "inet", import: |bytes| graph(GraphFormat::Inet, bytes) },
    Format { name: "modelnet", import: |bytes| graph(GraphFormat::ModelNet, bytes) },
    Format { name: "rocketfuel_cch", import: |bytes| graph(GraphFormat::RocketfuelCch, bytes) },
    Format { name: "rocketfuel_latencies", import: |bytes| graph(GraphFormat::RocketfuelLatencies, bytes) },
    Format { name: "rocketfuel_weights", import: |bytes| graph(GraphFormat::RocketfuelWeights, bytes) },
    Format { name: "snap_as_relationships", import: |bytes| graph(GraphFormat::SnapAsRelationships, bytes) },
    Format { name: "sndlib_native", import: |bytes| graph(GraphFormat::SndlibNative, bytes) },
    Format { name: "sndlib_xml", import: |bytes| graph(GraphFormat::SndlibXml, bytes) },
    Format { name: "square", import: square },
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

fn square(bytes: &[u8]) -> bool {
    let strict = Matrix::new("fuzzed", MatrixKind::Rtt);
    let lenient = Matrix { missing: Missing::DropHosts, zero_is_missing: true, ..strict.clone() };
    let _ = lenient.parse(bytes);
    strict.parse(bytes).is_ok()
}
