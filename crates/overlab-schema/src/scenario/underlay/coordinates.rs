//! Sets of network coordinates.

use super::{MatrixKind, TimeUnit};
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Network coordinates from a file, plain or gzipped: latency is a base, the distance and both heights. Hosts take rows
/// of the file in random order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coordinates {
    /// The file; relative to the scenario's folder.
    pub file: String,
    /// How the file is written.
    pub format: CoordinateFormat,
    /// How many coordinates a place has, its height left out, at most 32; the file must agree. Without it as many as the
    /// file has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 32))]
    pub dimensions: Option<u32>,
    /// What distances are: round trips are halved for each direction.
    pub kind: MatrixKind,
    /// The unit of coordinates and heights.
    #[serde(default)]
    pub unit: TimeUnit,
    /// Added to every latency, one way.
    #[serde(default)]
    pub base: Span,
    /// How many hosts may share a row; needs `same_row_latency`. Without it hosts are at most as many as rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts_per_row: Option<u32>,
    /// The one-way latency between two hosts of one row; needs `hosts_per_row`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_row_latency: Option<Span>,
}

/// How a file of coordinates is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoordinateFormat {
    /// `id x y ... h height` a line: Vivaldi with heights (Dabek, Cox, Kaashoek, Morris, SIGCOMM 2004).
    Vivaldi,
    /// OverSim's list of nodes in XML; its distances are one-way.
    Oversim,
    /// Numbers separated by commas, semicolons or blanks; under a header "height" is the height and "id", "name" or "node"
    /// no coordinate, without one a number more than `dimensions` is the height.
    Csv,
}
