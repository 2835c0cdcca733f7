//! Autonomous systems and their routers: a graph whose nodes are expanded into graphs.
//!
//! The top-down model of BRITE (Medina, Lakhina, Matta, Byers, "BRITE: an approach to universal topology generation", MASCOTS
//! 2001): a graph of autonomous systems by one generator, a graph of routers inside each by another; a link between two systems
//! joins a router of one with a router of the other.

use super::{Generator, MOST_ROUTERS, Wiring};
use crate::error::{UnderlayError, check};
use crate::graph::{Domain, Link, LinkClass, Positions, Router, RouterGraph, RouterKind};
use overlab_time::{Purpose, Seeds, Stream};
use petgraph::graph::{NodeIndex, UnGraph};

/// Parameters of a two-level graph.
#[derive(Clone, Debug, PartialEq)]
pub struct TwoLevel {
    /// The graph of autonomous systems.
    pub top: Generator,
    /// Latencies and capacities of links between systems.
    pub top_wiring: Wiring,
    /// The graph inside each system.
    pub bottom: Generator,
    /// Latencies and capacities of links inside a system, whose routers stand on a unit square of their own.
    pub bottom_wiring: Wiring,
    /// Which routers are joined by a link between two systems.
    pub border: Border,
}

/// Which routers of two systems a link between these joins; the names are BRITE's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Border {
    /// Any.
    Random,
    /// The one with the fewest links, of equal ones the first (BRITE's default).
    #[default]
    SmallestDegree,
}

/// The side of a system's square in the picture, as a part of the whole.
const EXTENT: f64 = 0.04;

impl TwoLevel {
    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        self.top.check()?;
        self.bottom.check()?;
        self.top_wiring.check()?;
        self.bottom_wiring.check()?;
        let routers = self.top.routers().saturating_mul(self.bottom.routers());
        check(
            routers <= u64::from(MOST_ROUTERS),
            "systems times routers of a system",
            "at most 2000000",
            routers,
        )
    }

    /// Draws the graph: the top from turn 0 of the stream of the underlay, each system from a turn of its own.
    pub(crate) fn generate(&self, seeds: Seeds) -> Result<RouterGraph, UnderlayError> {
        self.check()?;
        let mut stream = seeds.stream(Purpose::Underlay, 0, 0);
        let top = self.top.sketch(&mut stream)?;
        let mut graph = UnGraph::new_undirected();
        let mut systems: Vec<Vec<NodeIndex>> = Vec::new();
        for (system, &[x, y]) in top.places.iter().enumerate() {
            let inside = self.bottom.sketch(&mut seeds.stream(Purpose::Underlay, 0, 1 + system as u64))?;
            let routers: Vec<NodeIndex> = inside
                .places
                .iter()
                .map(|&[dx, dy]| {
                    let place = [x + EXTENT * (dx - 0.5), y + EXTENT * (dy - 0.5)];
                    graph.add_node(Router::new(RouterKind::Plain, system as u32, place))
                })
                .collect();
            for &(a, b) in &inside.links {
                let latency = self.bottom_wiring.latency(inside.distance(a, b));
                let link =
                    Link { capacity: self.bottom_wiring.capacity, ..Link::new(latency, LinkClass::Plain) };
                graph.add_edge(routers[a as usize], routers[b as usize], link);
            }
            systems.push(routers);
        }
        for &(a, b) in &top.links {
            let latency = self.top_wiring.latency(top.distance(a, b));
            let link =
                Link { capacity: self.top_wiring.capacity, ..Link::new(latency, LinkClass::InterTransit) };
            let from = self.border.choose(&graph, &systems[a as usize], &mut stream);
            let to = self.border.choose(&graph, &systems[b as usize], &mut stream);
            graph.add_edge(from, to, link);
        }
        let domain = |number| Domain { number, tier: 0, country: None, population: 0.0 };
        let domains = (1..=systems.len() as u32).map(domain).collect();
        Ok(RouterGraph::new(graph, Positions::Plane, "two-level graph".to_owned()).with(domains, Vec::new()))
    }

    /// Whether two seeds give different graphs.
    pub(crate) fn is_random(&self) -> bool {
        self.top.is_random() || self.bottom.is_random() || self.border == Border::Random
    }
}

impl Border {
    fn choose(self, graph: &UnGraph<Router, Link>, routers: &[NodeIndex], stream: &mut Stream) -> NodeIndex {
        match self {
            Self::Random => routers[stream.index(routers.len())],
            Self::SmallestDegree => {
                let degree = |router: &&NodeIndex| graph.edges(**router).count();
                *routers.iter().min_by_key(degree).expect("every system has routers")
            }
        }
    }
}
