//! Router graphs: routers, links, and where they come from.
//!
//! A [`RouterGraph`] is connected, has no loops and at most one link between two routers.

use overlab_time::Span;
use petgraph::graph::UnGraph;

pub(crate) mod file;
pub(crate) mod gml;
pub(crate) mod graphml;
pub(crate) mod import;
pub(crate) mod transit_stub;

/// One router of a router graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Router {
    /// Its name in an imported file (labels repeat); empty in generated graphs.
    pub label: String,
    /// What it is.
    pub kind: RouterKind,
    /// Its domain: transit domains first, then stub domains; 0 in imported graphs.
    pub domain: u32,
    /// Its place, in the units that [`RouterGraph::positions`] says.
    pub position: [f64; 2],
}

/// What a router is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouterKind {
    /// In a transit domain of a transit-stub graph.
    Transit,
    /// In a stub domain of a transit-stub graph.
    Stub,
    /// From a file that tells no kinds.
    Imported,
}

/// One link of a router graph, the same in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// One-way latency.
    pub latency: Span,
    /// What it joins.
    pub class: LinkClass,
}

/// What a link joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkClass {
    /// Two transit domains.
    InterTransit,
    /// Two routers of a transit domain.
    IntraTransit,
    /// A transit router and a stub domain.
    TransitStub,
    /// Two routers of a stub domain.
    IntraStub,
    /// Two stub domains.
    InterStub,
    /// Routers of an imported graph.
    Imported,
}

/// What the positions of routers mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Positions {
    /// Points on a plane without a unit, about 0 to 1 each way.
    Plane,
    /// Longitude and latitude in degrees.
    Geographic,
    /// There are none: all are zero.
    None,
}

/// A connected router graph.
#[derive(Clone, Debug)]
pub struct RouterGraph {
    pub(crate) graph: UnGraph<Router, Link>,
    pub(crate) positions: Positions,
    pub(crate) name: String,
    pub(crate) adjacency: Adjacency,
}

impl RouterGraph {
    pub(crate) fn new(graph: UnGraph<Router, Link>, positions: Positions, name: String) -> Self {
        let adjacency = Adjacency::new(&graph);
        Self { graph, positions, name, adjacency }
    }

    /// The graph itself; node indices are [`crate::RouterId`]s.
    pub fn graph(&self) -> &UnGraph<Router, Link> {
        &self.graph
    }

    /// What [`Router::position`] means.
    pub fn positions(&self) -> Positions {
        self.positions
    }

    /// How many routers there are.
    pub fn routers(&self) -> u32 {
        self.graph.node_count() as u32
    }
}

/// The graph as compressed rows of neighbours, each row in ascending order: what path searches run on.
#[derive(Clone, Debug)]
pub(crate) struct Adjacency {
    starts: Vec<u32>,
    /// Neighbour and latency in nanoseconds.
    neighbours: Vec<(u32, u64)>,
}

impl Adjacency {
    fn new(graph: &UnGraph<Router, Link>) -> Self {
        let mut starts = vec![0; graph.node_count() + 1];
        let mut neighbours = Vec::with_capacity(2 * graph.edge_count());
        for (index, start) in starts[1..].iter_mut().enumerate() {
            let first = neighbours.len();
            let links = graph.edges(petgraph::graph::NodeIndex::new(index));
            for link in links {
                use petgraph::visit::EdgeRef;
                neighbours.push((link.target().index() as u32, link.weight().latency.0));
            }
            neighbours[first..].sort_unstable();
            *start = neighbours.len() as u32;
        }
        Self { starts, neighbours }
    }

    pub(crate) fn routers(&self) -> usize {
        self.starts.len() - 1
    }

    #[inline]
    pub(crate) fn of(&self, router: u32) -> &[(u32, u64)] {
        &self.neighbours[self.starts[router as usize] as usize..self.starts[router as usize + 1] as usize]
    }
}
