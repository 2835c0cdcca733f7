//! The importers that are fuzzed: one line a format; its name is that of its folder in the corpus.

use overlab_underlay::{GraphFile, Matrix, MatrixKind, Missing};

/// One format.
pub(crate) struct Format {
    /// Its folder in `tests/corpus`.
    pub(crate) name: &'static str,
    /// Whether a file is read; it may be refused, but nothing else.
    pub(crate) import: fn(&[u8]) -> bool,
}

/// All formats by name.
pub(crate) const FORMATS: &[Format] = &[
    Format { name: "gml", import: graph },
    Format { name: "graphml", import: graph },
    Format { name: "square", import: square },
];

fn graph(bytes: &[u8]) -> bool {
    GraphFile::parse("fuzzed", bytes).is_ok()
}

fn square(bytes: &[u8]) -> bool {
    let strict = Matrix::new("fuzzed", MatrixKind::Rtt);
    let lenient = Matrix { missing: Missing::DropHosts, zero_is_missing: true, ..strict.clone() };
    let _ = lenient.parse(bytes);
    strict.parse(bytes).is_ok()
}
