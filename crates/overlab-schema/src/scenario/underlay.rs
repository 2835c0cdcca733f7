//! The synthetic Internet: which model, with which parameters.

mod coordinates;
mod generators;
mod graph;
mod internet;
mod matrix;
mod places;
mod regions;
mod transit_stub;

pub use coordinates::{CoordinateFormat, Coordinates};
pub use generators::{
    BarabasiAlbert, BorderRouter, Connect, Density, ErdosRenyi, FlatGraph, Grid, RandomRegular, TwoLevel,
    WattsStrogatz, Waxman, Wires,
};
pub use graph::{Component, Graph, GraphFormat, NodeCoordinates, ParallelLinks};
pub use internet::Internet;
pub use matrix::{Matrix, MatrixFormat, MatrixKind, Missing, TimeUnit};
pub use places::Places;
pub use regions::{MissingRegions, PairColumns, RegionFormat, RegionTable, Regions};
pub use transit_stub::{LinkLatencies, TransitStub, TransitStubPreset};

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
    /// A random graph in which near routers are linked sooner than far ones (Waxman, IEEE JSAC 6(9), 1988).
    Waxman(Waxman),
    /// A random graph grown by preferential attachment (Barabasi and Albert, Science 286, 1999).
    BarabasiAlbert(BarabasiAlbert),
    /// A random graph in which any two routers are linked with the same probability (Erdos and Renyi 1959, Gilbert 1959).
    ErdosRenyi(ErdosRenyi),
    /// A small world: a ring of neighbours with shortcuts (Watts and Strogatz, Nature 393, 1998).
    WattsStrogatz(WattsStrogatz),
    /// A random graph whose routers all have the same number of links (Steger and Wormald 1999).
    RandomRegular(RandomRegular),
    /// A grid or torus of one to four dimensions.
    Grid(Grid),
    /// A generated graph of autonomous systems, each a graph of routers (BRITE's top-down model, MASCOTS 2001).
    TwoLevel(Box<TwoLevel>),
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
            Self::Waxman(_) => "waxman",
            Self::BarabasiAlbert(_) => "barabasi_albert",
            Self::ErdosRenyi(_) => "erdos_renyi",
            Self::WattsStrogatz(_) => "watts_strogatz",
            Self::RandomRegular(_) => "random_regular",
            Self::Grid(_) => "grid",
            Self::TwoLevel(_) => "two_level",
            Self::Internet(_) => "internet",
            Self::Graph(_) => "graph",
        }
    }

    /// The generated graph without hierarchy that it is, if it is one.
    pub fn flat(&self) -> Option<FlatGraph> {
        Some(match self.clone() {
            Self::Waxman(graph) => FlatGraph::Waxman(graph),
            Self::BarabasiAlbert(graph) => FlatGraph::BarabasiAlbert(graph),
            Self::ErdosRenyi(graph) => FlatGraph::ErdosRenyi(graph),
            Self::WattsStrogatz(graph) => FlatGraph::WattsStrogatz(graph),
            Self::RandomRegular(graph) => FlatGraph::RandomRegular(graph),
            Self::Grid(grid) => FlatGraph::Grid(grid),
            _ => return None,
        })
    }

    /// Whether it has routers that hosts hang off.
    pub fn has_routers(&self) -> bool {
        match self {
            Self::Constant(_)
            | Self::Plane(_)
            | Self::Sphere(_)
            | Self::Coordinates(_)
            | Self::Regions(_)
            | Self::Matrix(_) => false,
            Self::TransitStub(_)
            | Self::Waxman(_)
            | Self::BarabasiAlbert(_)
            | Self::ErdosRenyi(_)
            | Self::WattsStrogatz(_)
            | Self::RandomRegular(_)
            | Self::Grid(_)
            | Self::TwoLevel(_)
            | Self::Internet(_)
            | Self::Graph(_) => true,
        }
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
