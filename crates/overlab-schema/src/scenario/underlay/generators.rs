//! Parameters of the random graphs of the literature, and of grids.

use overlab_time::{Bandwidth, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Latencies and capacities of the links of a generated graph, whose routers stand on a square.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wires {
    /// The one-way time across the square from side to side: a link takes its length times this.
    pub width: Span,
    /// The shortest latency that is derived from a length.
    pub floor: Span,
    /// One latency for all links, whatever their length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Span>,
    /// What each link carries each way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Bandwidth>,
}

impl Default for Wires {
    fn default() -> Self {
        Self { width: Span::from_millis(100), floor: Span::from_micros(100), latency: None, capacity: None }
    }
}

/// What becomes of a random graph that comes out in several parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Connect {
    /// The largest part takes in the others: the first router of each is linked to the nearest router.
    #[default]
    Join,
    /// Only the largest part is kept, so that there are fewer routers than stated.
    Largest,
}

/// Routers on a square; two at distance d are linked with probability beta exp(-d / (alpha L)), L the largest distance (Waxman,
/// IEEE JSAC 6(9), 1988; BRITE calls his beta alpha and the reverse, and has these defaults).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Waxman {
    /// The number of routers.
    pub routers: u32,
    /// How far links reach: the larger, the longer.
    pub alpha: f64,
    /// How many links there are: the probability for two routers at one place.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub beta: f64,
    /// What becomes of several parts.
    pub connect: Connect,
    /// Latencies and capacities.
    pub links: Wires,
}

impl Default for Waxman {
    fn default() -> Self {
        Self { routers: 1000, alpha: 0.2, beta: 0.15, connect: Connect::Join, links: Wires::default() }
    }
}

/// New routers link to m old ones in proportion to their links (Barabasi and Albert, Science 286, 1999).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BarabasiAlbert {
    /// The number of routers.
    pub routers: u32,
    /// The links of each new router.
    pub m: u32,
    /// The routers at the start, all linked with each other (m + 1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub m0: Option<u32>,
    /// Latencies and capacities.
    pub links: Wires,
}

impl Default for BarabasiAlbert {
    fn default() -> Self {
        Self { routers: 1000, m: 2, m0: None, links: Wires::default() }
    }
}

/// Any two routers are linked with the same probability (Gilbert 1959, Erdos and Renyi 1959); by default one that gives routers
/// six links on average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ErdosRenyi {
    /// The number of routers.
    pub routers: u32,
    /// The number of links.
    pub density: Density,
    /// What becomes of several parts.
    pub connect: Connect,
    /// Latencies and capacities.
    pub links: Wires,
}

impl Default for ErdosRenyi {
    fn default() -> Self {
        Self {
            routers: 1000,
            density: Density::MeanDegree(6.0),
            connect: Connect::Join,
            links: Wires::default(),
        }
    }
}

/// How many links an Erdos-Renyi graph has.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// Each pair is linked with this probability: G(n, p).
    P(f64),
    /// G(n, p) with the probability that gives routers so many links on average.
    MeanDegree(f64),
    /// So many links, no more and no fewer: G(n, M).
    M(u64),
}

/// A ring on which each router is linked to its k nearest; each link leads elsewhere with probability p (Watts and Strogatz, Nature
/// 393, 1998).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WattsStrogatz {
    /// The number of routers.
    pub routers: u32,
    /// The links of each router on the ring, half to either side: even.
    pub k: u32,
    /// The probability that a link leads elsewhere.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub p: f64,
    /// What becomes of several parts.
    pub connect: Connect,
    /// Latencies and capacities.
    pub links: Wires,
}

impl Default for WattsStrogatz {
    fn default() -> Self {
        Self { routers: 1000, k: 10, p: 0.1, connect: Connect::Join, links: Wires::default() }
    }
}

/// A random graph whose routers all have the same number of links (Steger and Wormald, Combinatorics, Probability and Computing 8,
/// 1999).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RandomRegular {
    /// The number of routers.
    pub routers: u32,
    /// The links of each; even where the number of routers is odd.
    pub degree: u32,
    /// What becomes of several parts, which from three links a router on are rare.
    pub connect: Connect,
    /// Latencies and capacities.
    pub links: Wires,
}

impl Default for RandomRegular {
    fn default() -> Self {
        Self { routers: 1000, degree: 4, connect: Connect::Join, links: Wires::default() }
    }
}

/// A grid or torus of one to four dimensions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Grid {
    /// The number of routers along each dimension.
    pub sizes: Vec<u32>,
    /// Whether the last router of a row is linked to its first: a torus.
    pub wrap: bool,
    /// The one-way latency of every link.
    pub latency: Span,
    /// What each link carries each way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Bandwidth>,
}

impl Default for Grid {
    fn default() -> Self {
        Self { sizes: vec![32, 32], wrap: false, latency: Span::from_millis(5), capacity: None }
    }
}

/// A graph of autonomous systems, each of which is a graph of routers: the top-down model of BRITE (Medina et al., MASCOTS 2001).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TwoLevel {
    /// The graph of systems: "routers" is their number, and its links join systems.
    pub top: FlatGraph,
    /// The graph inside each system, which has a square of its own.
    pub bottom: FlatGraph,
    /// Which routers are joined by a link between two systems.
    pub border: BorderRouter,
}

impl Default for TwoLevel {
    /// 100 systems of 10 routers; inside a system the square is 10 ms wide.
    fn default() -> Self {
        let near = Wires { width: Span::from_millis(10), ..Wires::default() };
        Self {
            top: FlatGraph::BarabasiAlbert(BarabasiAlbert { routers: 100, ..BarabasiAlbert::default() }),
            bottom: FlatGraph::Waxman(Waxman { routers: 10, links: near, ..Waxman::default() }),
            border: BorderRouter::SmallestDegree,
        }
    }
}

/// A graph without hierarchy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlatGraph {
    /// Near routers are linked sooner than far ones.
    Waxman(Waxman),
    /// Preferential attachment.
    BarabasiAlbert(BarabasiAlbert),
    /// Any two with the same probability.
    ErdosRenyi(ErdosRenyi),
    /// A small world.
    WattsStrogatz(WattsStrogatz),
    /// All routers with the same number of links.
    RandomRegular(RandomRegular),
    /// A grid or torus.
    Grid(Grid),
}

/// Which routers of two systems a link between these joins; the names are BRITE's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BorderRouter {
    /// Any.
    Random,
    /// The one with the fewest links, of equal ones the first.
    #[default]
    SmallestDegree,
}
