//! `underlay.json`: the underlay's picture and statistics.

use super::ResultFile;
use super::underlay_conditions::{PictureFault, PictureLoad};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The content of `underlay.json`: the first replication's underlay, laid out for drawing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnderlayPicture {
    /// The model's name in the scenario, such as "transit_stub".
    pub model: String,
    /// Whether x and y are degrees of longitude (east) and latitude (north); else they lie in 0..=1.
    pub geographic: bool,
    /// What there is to see: routers, or hosts where the model has no routers.
    pub nodes: Vec<PictureNode>,
    /// The links as pairs of indices into `nodes`; empty where the model has none.
    pub edges: Vec<(u32, u32)>,
    /// Figures by name with the unit at its end, such as `latency_ms.p50`; absent ones print as `null`.
    pub statistics: BTreeMap<String, Option<f64>>,
    /// Distributions; files of older versions have none.
    #[serde(default)]
    pub curves: UnderlayCurves,
    /// How full the links were: one entry an overlay of the first point, or one of the background alone where nothing ran; empty
    /// where no link has a capacity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load: Vec<PictureLoad>,
    /// What failed, in the order of the timeline; random faults are one entry a location, after them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub down: Vec<PictureFault>,
}

/// Distributions of an underlay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UnderlayCurves {
    /// One-way latencies in milliseconds between hosts, each with the share of pairs with at most that.
    pub latency_ms: Vec<(f64, f64)>,
    /// The longest side of a triple of hosts over the sum of the others, each with the share of triples with at most that:
    /// those above 1 violate the triangle inequality.
    pub triangles: Vec<(f64, f64)>,
    /// Links a router, each with the share of routers with at least so many; empty where there are no routers.
    pub degrees: Vec<(u32, f64)>,
}

impl ResultFile for UnderlayPicture {
    const FORMAT: &'static str = "overlab.underlay/1";
    const FILE: &'static str = "underlay.json";
    // Thousands of nodes, a line each number, would help nobody.
    const INDENTED: bool = false;
}

/// A node of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureNode {
    /// Horizontal place, or degrees east.
    pub x: f64,
    /// Vertical place (upwards), or degrees north.
    pub y: f64,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node of the picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A router of a transit domain.
    Transit,
    /// A router of a stub domain.
    Stub,
    /// A router of a graph that makes no difference between them.
    Router,
    /// A host.
    Host,
}
