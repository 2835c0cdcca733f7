//! Router graphs: routers, links, and where they come from.
//!
//! A [`RouterGraph`] is connected, has no loops and at most one link between two routers.

use overlab_time::{Bandwidth, Span};
use petgraph::graph::UnGraph;

pub(crate) mod file;
pub(crate) mod formats;
pub(crate) mod generators;
pub(crate) mod import;
pub(crate) mod internet;
pub(crate) mod transit_stub;

/// One router of a router graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Router {
    /// Its name in an imported file (labels repeat); empty in generated graphs.
    pub label: String,
    /// What it is.
    pub kind: RouterKind,
    /// Its domain (autonomous system): an index of [`RouterGraph::domains`] where there are any; in transit-stub
    /// graphs transit domains come first, then stub domains; 0 where domains are not told apart.
    pub domain: u32,
    /// The country it stands in, where that is known.
    pub country: Option<Country>,
    /// Its place, in the units that [`RouterGraph::positions`] says.
    pub position: [f64; 2],
    /// How many people its place serves; 0 where that is not known.
    pub population: f64,
}

impl Router {
    /// A router without a name, country or population.
    pub fn new(kind: RouterKind, domain: u32, position: [f64; 2]) -> Self {
        Self { label: String::new(), kind, domain, country: None, position, population: 0.0 }
    }
}

/// What a router is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouterKind {
    /// Carries the traffic of others: in a transit domain of a transit-stub graph, or of an autonomous system with customers.
    Transit,
    /// In a domain that carries only its own traffic.
    Stub,
    /// In a graph that tells no kinds: from a file, or of a generator without hierarchy.
    Plain,
}

/// A country by its two letters (ISO 3166-1 alpha-2), upper case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The country of a code of two letters in either case; nothing where it is no such code.
    pub fn new(code: &str) -> Option<Self> {
        let letters: [u8; 2] = code.trim().as_bytes().try_into().ok()?;
        letters
            .iter()
            .all(u8::is_ascii_alphabetic)
            .then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [first, second] = self.0.map(char::from);
        write!(f, "{first}{second}")
    }
}

/// An autonomous system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    /// Its number: as in the file, or counted from 1.
    pub number: u32,
    /// 1 where it has no provider; else one more than the least tier among its providers; 0 where relationships are unknown.
    pub tier: u8,
    /// Where it is at home, where that is known.
    pub country: Option<Country>,
    /// How many people its access networks serve; 0 where that is not known.
    pub population: f64,
}

/// One link of a router graph: latency and capacity are those of each direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// One-way latency.
    pub latency: Span,
    /// What it joins.
    pub class: LinkClass,
    /// What it carries each way; nothing where that is not known or does not matter.
    pub capacity: Option<Bandwidth>,
    /// Who pays whom, where the link joins two autonomous systems and that is known.
    pub relation: Option<Relation>,
    /// The submarine cable it runs through: an index of [`RouterGraph::cables`].
    pub cable: Option<u32>,
}

impl Link {
    /// A link of unlimited capacity between routers without a business relation.
    pub fn new(latency: Span, class: LinkClass) -> Self {
        Self { latency, class, capacity: None, relation: None, cable: None }
    }
}

/// What the source of a link (the first of the two routers that the graph's edge names) is to its target
/// (Gao, IEEE/ACM Transactions on Networking 9(6), 2001).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The source buys transit from the target.
    Customer,
    /// The source sells transit to the target.
    Provider,
    /// Both exchange their own and their customers' traffic.
    Peer,
    /// Both belong together and carry all of each other's traffic.
    Sibling,
}

impl Relation {
    /// What the target is to the source.
    pub fn reverse(self) -> Self {
        match self {
            Self::Customer => Self::Provider,
            Self::Provider => Self::Customer,
            Self::Peer | Self::Sibling => self,
        }
    }
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
    /// Routers of a graph that tells no kinds.
    Plain,
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
    pub(crate) domains: Vec<Domain>,
    pub(crate) cables: Vec<String>,
    pub(crate) adjacency: Adjacency,
}

impl RouterGraph {
    pub(crate) fn new(graph: UnGraph<Router, Link>, positions: Positions, name: String) -> Self {
        let adjacency = Adjacency::new(&graph);
        Self { graph, positions, name, domains: Vec::new(), cables: Vec::new(), adjacency }
    }

    /// The same graph with what is known of its autonomous systems, by [`Router::domain`], and the names of its submarine
    /// cables, by [`Link::cable`].
    #[must_use]
    pub fn with(self, domains: Vec<Domain>, cables: Vec<String>) -> Self {
        Self { domains, cables, ..self }
    }

    /// The autonomous systems, by [`Router::domain`]; empty where nothing is known of them.
    pub fn domains(&self) -> &[Domain] {
        &self.domains
    }

    /// To how many other autonomous systems each has links, by [`Router::domain`]; nothing where nothing is
    /// known of them, or not of all.
    pub fn domain_degrees(&self) -> Option<Vec<u32>> {
        let graph = &self.graph;
        let ends = graph.edge_indices().filter_map(|edge| graph.edge_endpoints(edge));
        let mut pairs: Vec<(u32, u32)> = ends
            .map(|(a, b)| (graph[a].domain, graph[b].domain))
            .filter(|(a, b)| a != b)
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut degrees = vec![0; self.domains.len()];
        for domain in pairs.into_iter().flat_map(|(a, b)| [a, b]) {
            *degrees.get_mut(domain as usize)? += 1;
        }
        (!degrees.is_empty()).then_some(degrees)
    }

    /// The names of the submarine cables, by [`Link::cable`].
    pub fn cables(&self) -> &[String] {
        &self.cables
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
    /// The link to each of `neighbours`.
    links: Vec<u32>,
}

impl Adjacency {
    fn new(graph: &UnGraph<Router, Link>) -> Self {
        let mut starts = vec![0; graph.node_count() + 1];
        let mut neighbours = Vec::with_capacity(2 * graph.edge_count());
        let mut links = Vec::with_capacity(2 * graph.edge_count());
        let mut row = Vec::new();
        for (index, start) in starts[1..].iter_mut().enumerate() {
            row.extend(graph.edges(petgraph::graph::NodeIndex::new(index)).map(|link| {
                use petgraph::visit::EdgeRef;
                (link.target().index() as u32, link.weight().latency.0, link.id().index() as u32)
            }));
            row.sort_unstable();
            for (neighbour, latency, link) in row.drain(..) {
                neighbours.push((neighbour, latency));
                links.push(link);
            }
            *start = neighbours.len() as u32;
        }
        Self { starts, neighbours, links }
    }

    pub(crate) fn routers(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many links there are.
    pub(crate) fn links(&self) -> usize {
        self.links.len() / 2
    }

    #[inline]
    fn range(&self, router: u32) -> std::ops::Range<usize> {
        self.starts[router as usize] as usize..self.starts[router as usize + 1] as usize
    }

    /// Routers and links, each link twice: what one search looks at.
    pub(crate) fn size(&self) -> usize {
        self.routers() + self.neighbours.len()
    }

    #[inline]
    pub(crate) fn of(&self, router: u32) -> &[(u32, u64)] {
        &self.neighbours[self.range(router)]
    }

    /// The place of a neighbour among those of `router`, where there are fewer than 65,536.
    pub(crate) fn place(&self, router: u32, neighbour: u32) -> u16 {
        self.of(router).partition_point(|&(other, _)| other < neighbour) as u16
    }

    /// The links to the neighbours that [`Adjacency::of`] gives.
    #[inline]
    pub(crate) fn links_of(&self, router: u32) -> &[u32] {
        &self.links[self.range(router)]
    }
}
