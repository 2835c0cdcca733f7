//! The synthetic Internet: which model, with which parameters.

mod transit_stub;

pub use transit_stub::{LinkLatencies, TransitStub};

use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The model of the network between hosts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Underlay {
    /// One latency between all hosts: for hop counts and proofs.
    Constant(ConstantLatency),
    /// Hosts on a rectangle; latency is a base and the distance.
    Plane(Plane),
    /// Hosts on a sphere; latency is a base and the great-circle distance.
    Sphere(Sphere),
    /// Latencies measured between places, from a file.
    Matrix(Matrix),
    /// A generated router graph of transit and stub domains (Zegura, Calvert, Bhattacharjee, INFOCOM 1996).
    TransitStub(TransitStub),
    /// A router graph from a file, such as one of the Internet Topology Zoo.
    Graph(Graph),
}

impl Underlay {
    /// Its name in a scenario.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Constant(_) => "constant",
            Self::Plane(_) => "plane",
            Self::Sphere(_) => "sphere",
            Self::Matrix(_) => "matrix",
            Self::TransitStub(_) => "transit_stub",
            Self::Graph(_) => "graph",
        }
    }

    /// Whether it has routers that hosts hang off.
    pub fn has_routers(&self) -> bool {
        matches!(self, Self::TransitStub(_) | Self::Graph(_))
    }
}

/// One latency between all hosts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConstantLatency {
    /// The one-way latency (50 ms, the mean packet delay of the Chord simulations).
    pub latency: Span,
}

impl Default for ConstantLatency {
    fn default() -> Self {
        Self { latency: Span::from_millis(50) }
    }
}

/// Hosts uniform on a rectangle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Plane {
    /// The one-way time across the rectangle from left to right.
    pub width: Span,
    /// The one-way time across it from bottom to top.
    pub height: Span,
    /// Added to every latency.
    pub base: Span,
}

impl Default for Plane {
    fn default() -> Self {
        Self { width: Span::from_millis(150), height: Span::from_millis(150), base: Span::from_millis(2) }
    }
}

/// Hosts uniform on a sphere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sphere {
    /// The one-way time between opposite points (150 ms: light in fibre around half the Earth with a detour of half).
    pub antipodes: Span,
    /// Added to every latency.
    pub base: Span,
}

impl Default for Sphere {
    fn default() -> Self {
        Self { antipodes: Span::from_millis(150), base: Span::from_millis(2) }
    }
}

/// Latencies measured between places: a square matrix as text, plain or gzipped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// The file; relative to the scenario's folder.
    pub file: String,
    /// What was measured: round trips are halved for each direction.
    pub kind: MatrixKind,
    /// The unit of its numbers.
    #[serde(default)]
    pub unit: TimeUnit,
    /// What to do about pairs without a measurement.
    #[serde(default)]
    pub missing: Missing,
    /// A number or word that stands for a missing measurement, such as "-1" or "nan".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_marker: Option<String>,
    /// Whether a zero off the diagonal means that there is no measurement.
    #[serde(default)]
    pub zero_is_missing: bool,
    /// How many hosts may share a row; needs `same_row_latency`. Without it hosts are at most as many as rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts_per_row: Option<u32>,
    /// The one-way latency between two hosts of one row; needs `hosts_per_row`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_row_latency: Option<Span>,
}

/// What a matrix holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatrixKind {
    /// Round-trip times.
    Rtt,
    /// One-way latencies.
    OneWay,
}

/// The unit of the numbers in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Microseconds.
    Us,
    /// Milliseconds.
    #[default]
    Ms,
    /// Seconds.
    S,
}

impl TimeUnit {
    /// One of it.
    pub fn span(self) -> Span {
        match self {
            Self::Us => Span::from_micros(1),
            Self::Ms => Span::from_millis(1),
            Self::S => Span::from_secs(1),
        }
    }
}

/// What to do about pairs without a measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Refuse the file.
    #[default]
    Error,
    /// Leave out rows until no pair is without one.
    DropHosts,
}

/// A router graph from a GraphML or GML file, plain or gzipped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Graph {
    /// The file; relative to the scenario's folder.
    pub file: String,
    /// How much longer a fibre is than the great circle, between 1 and 10, where the file gives a link no latency.
    #[serde(default = "one_and_a_half")]
    pub path_factor: f64,
    /// The shortest latency that is derived from a distance.
    #[serde(default = "hundred_microseconds")]
    pub floor: Span,
    /// One latency for all links that the file gives none, instead of one from the distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_latency: Option<Span>,
    /// What to do about a graph in several parts.
    #[serde(default)]
    pub component: Component,
    /// Which routers have hosts.
    #[serde(default = "all_routers")]
    pub hosts_at: HostsAt,
}

fn one_and_a_half() -> f64 {
    1.5
}

fn hundred_microseconds() -> Span {
    Span::from_micros(100)
}

fn all_routers() -> HostsAt {
    HostsAt::AllRouters
}

/// What to do about a graph in several parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// Refuse it: all of it must hang together.
    #[default]
    All,
    /// Keep the largest part.
    Largest,
}

/// Which routers have hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HostsAt {
    /// All of them.
    AllRouters,
    /// Those of stub domains.
    StubRouters,
}
