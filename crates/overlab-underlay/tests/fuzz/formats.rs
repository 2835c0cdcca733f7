//! The importers that are fuzzed: one line a format; its name is that of its folder in the corpus.

use overlab_underlay::{
    CoordinateFormat, Coordinates, GraphFile, Matrix, MatrixFormat, MatrixKind, Missing, MissingRegions,
    Places, RegionFormat, RegionTable, Regions,
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
    Format { name: "coordinates_csv", import: |bytes| coordinates(CoordinateFormat::Csv, bytes) },
    Format { name: "e2e_graph", import: |bytes| matrix(MatrixFormat::E2eGraph, bytes) },
    Format { name: "gml", import: graph },
    Format { name: "graphml", import: graph },
    Format { name: "json", import: |bytes| matrix(MatrixFormat::Json, bytes) },
    Format { name: "king_measurements", import: |bytes| matrix(MatrixFormat::KingMeasurements, bytes) },
    Format { name: "model_net", import: |bytes| matrix(MatrixFormat::ModelNet, bytes) },
    Format { name: "named", import: |bytes| matrix(MatrixFormat::Named, bytes) },
    Format { name: "oversim", import: |bytes| coordinates(CoordinateFormat::Oversim, bytes) },
    Format { name: "places", import: |bytes| Places::new("fuzzed").parse(bytes).is_ok() },
    Format { name: "region_pairs", import: |bytes| regions(RegionFormat::ripe_atlas(), bytes) },
    Format { name: "regions", import: |bytes| regions(RegionFormat::Named, bytes) },
    Format { name: "square", import: |bytes| matrix(MatrixFormat::Square, bytes) },
    Format { name: "triples", import: |bytes| matrix(MatrixFormat::Triples, bytes) },
    Format { name: "vivaldi", import: |bytes| coordinates(CoordinateFormat::Vivaldi, bytes) },
];

fn graph(bytes: &[u8]) -> bool {
    GraphFile::parse("fuzzed", bytes).is_ok()
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
