//! The synthetic Internet: which model, with which parameters.

mod coordinates;
mod graph;
mod internet;
mod matrix;
mod places;
mod regions;
mod transit_stub;

pub use coordinates::{CoordinateFormat, Coordinates};
pub use graph::{Component, Graph, GraphFormat, NodeCoordinates, ParallelLinks};
pub use internet::Internet;
pub use matrix::{Matrix, MatrixFormat, MatrixKind, Missing, TimeUnit};
pub use places::Places;
pub use regions::{MissingRegions, PairColumns, RegionFormat, RegionTable, Regions};
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
    /// Hosts on a sphere, anywhere or at places from a file; latency is a base and the great-circle distance.
    Sphere(Sphere),
    /// Hosts at network coordinates from a file, such as Vivaldi's: latency is a base, the distance and both heights.
    Coordinates(Coordinates),
    /// Hosts in regions, such as countries or those of a cloud, from a file of the latencies between and within them.
    Regions(Box<Regions>),
    /// Latencies measured between places, from a file.
    Matrix(Matrix),
    /// A generated router graph of transit and stub domains (Zegura, Calvert, Bhattacharjee, INFOCOM 1996).
    TransitStub(TransitStub),
    /// A generated Internet: autonomous systems with customers, providers and peers, at home in the world's cities.
    Internet(Internet),
    /// A router graph from a file, such as one of the Internet Topology Zoo, of CAIDA's autonomous systems, or of a generator.
    Graph(Graph),
}

impl Underlay {
    /// Its name in a scenario.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Constant(_) => "constant",
            Self::Plane(_) => "plane",
            Self::Sphere(_) => "sphere",
            Self::Coordinates(_) => "coordinates",
            Self::Regions(_) => "regions",
            Self::Matrix(_) => "matrix",
            Self::TransitStub(_) => "transit_stub",
            Self::Internet(_) => "internet",
            Self::Graph(_) => "graph",
        }
    }

    /// Whether it has routers that hosts hang off.
    pub fn has_routers(&self) -> bool {
        matches!(self, Self::TransitStub(_) | Self::Internet(_) | Self::Graph(_))
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

/// Hosts on a sphere: anywhere, or at the places of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sphere {
    /// The one-way time between opposite points (150 ms: light in fibre around half the Earth with a detour of half).
    pub antipodes: Span,
    /// Added to every latency.
    pub base: Span,
    /// Where hosts stand; anywhere, uniformly, without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub places: Option<Places>,
}

impl Default for Sphere {
    fn default() -> Self {
        Self { antipodes: Span::from_millis(150), base: Span::from_millis(2), places: None }
    }
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
