//! Random graphs of the literature, and grids: routers on the unit square without hierarchy.
//!
//! A generator draws a [`sketch::Sketch`] (places and links); [`Wiring`] gives the links latencies and capacities.

pub(crate) mod barabasi_albert;
pub(crate) mod erdos_renyi;
pub(crate) mod grid;
pub(crate) mod random_regular;
pub(crate) mod sketch;
pub(crate) mod two_level;
pub(crate) mod watts_strogatz;
pub(crate) mod waxman;

use super::RouterGraph;
use crate::error::{UnderlayError, check};
use barabasi_albert::BarabasiAlbert;
use erdos_renyi::ErdosRenyi;
use grid::Grid;
use overlab_time::{Bandwidth, Purpose, Seeds, Span, Stream};
use random_regular::RandomRegular;
use sketch::Sketch;
use watts_strogatz::WattsStrogatz;
use waxman::Waxman;

/// The most routers of a generated graph.
const MOST_ROUTERS: u32 = 2_000_000;
/// The most links, and the most pairs of routers that may be tried one by one.
const MOST_LINKS: f64 = 2e7;
const MOST_TRIED: f64 = 1e9;

/// A graph without hierarchy: which, and what its links are like.
#[derive(Clone, Debug, PartialEq)]
pub struct Flat {
    /// How routers are linked.
    pub generator: Generator,
    /// Latencies and capacities.
    pub wiring: Wiring,
}

/// How routers are linked.
#[derive(Clone, Debug, PartialEq)]
pub enum Generator {
    /// Near routers sooner than far ones.
    Waxman(Waxman),
    /// By preferential attachment.
    BarabasiAlbert(BarabasiAlbert),
    /// Any two with the same probability.
    ErdosRenyi(ErdosRenyi),
    /// A ring of neighbours with shortcuts.
    WattsStrogatz(WattsStrogatz),
    /// At random, all with the same number of links.
    RandomRegular(RandomRegular),
    /// A grid or torus.
    Grid(Grid),
}

/// Latencies and capacities of the links of a generated graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wiring {
    /// One-way time across the unit square from side to side: a link takes its length times this.
    pub width: Span,
    /// The shortest latency that is derived from a length.
    pub floor: Span,
    /// One latency for all links instead.
    pub latency: Option<Span>,
    /// What each link carries each way.
    pub capacity: Option<Bandwidth>,
}

impl Default for Wiring {
    /// 100 ms from side to side, at least 100 us, no limit of capacity.
    fn default() -> Self {
        Self { width: Span::from_millis(100), floor: Span::from_micros(100), latency: None, capacity: None }
    }
}

impl Wiring {
    fn check(&self) -> Result<(), UnderlayError> {
        check(self.width <= Span::from_secs(10), "links.width", "at most 10s", self.width)?;
        check(self.floor <= Span::from_secs(1), "links.floor", "at most 1s", self.floor)?;
        let latency = self.latency.unwrap_or_default();
        check(latency <= Span::from_secs(10), "links.latency", "at most 10s", latency)
    }

    /// The latency of a link of `length`, where the unit square is 1 wide.
    fn latency(&self, length: f64) -> Span {
        self.latency
            .unwrap_or_else(|| Span::from_seconds_f64(self.width.as_seconds() * length).max(self.floor))
    }
}

/// What becomes of a graph that comes out in several parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connect {
    /// The part with the most routers takes in the others one by one, by their first routers: each joins the nearest router.
    #[default]
    Join,
    /// Only the part with the most routers is kept.
    Largest,
}

impl Generator {
    /// Refuses what makes no sense.
    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        match self {
            Self::Waxman(waxman) => waxman.check(),
            Self::BarabasiAlbert(graph) => graph.check(),
            Self::ErdosRenyi(graph) => graph.check(),
            Self::WattsStrogatz(graph) => graph.check(),
            Self::RandomRegular(graph) => graph.check(),
            Self::Grid(grid) => grid.check(),
        }
    }

    /// Draws places and links; connected.
    fn sketch(&self, stream: &mut Stream) -> Result<Sketch, UnderlayError> {
        match self {
            Self::Waxman(waxman) => Ok(waxman.sketch(stream)),
            Self::BarabasiAlbert(graph) => Ok(graph.sketch(stream)),
            Self::ErdosRenyi(graph) => Ok(graph.sketch(stream)),
            Self::WattsStrogatz(graph) => Ok(graph.sketch(stream)),
            Self::RandomRegular(graph) => graph.sketch(stream),
            Self::Grid(grid) => Ok(grid.sketch()),
        }
    }

    /// Its name in words.
    fn name(&self) -> &'static str {
        match self {
            Self::Waxman(_) => "Waxman graph",
            Self::BarabasiAlbert(_) => "Barabasi-Albert graph",
            Self::ErdosRenyi(_) => "Erdos-Renyi graph",
            Self::WattsStrogatz(_) => "Watts-Strogatz graph",
            Self::RandomRegular(_) => "random regular graph",
            Self::Grid(grid) if grid.wrap => "torus",
            Self::Grid(_) => "grid",
        }
    }

    /// How many routers are drawn, of which some may be left out ([`Connect::Largest`]).
    fn routers(&self) -> u64 {
        u64::from(match self {
            Self::Waxman(waxman) => waxman.routers,
            Self::BarabasiAlbert(graph) => graph.routers,
            Self::ErdosRenyi(graph) => graph.routers,
            Self::WattsStrogatz(graph) => graph.routers,
            Self::RandomRegular(graph) => graph.routers,
            Self::Grid(grid) => return grid.routers(),
        })
    }

    /// Whether two seeds give different graphs.
    pub(crate) fn is_random(&self) -> bool {
        !matches!(self, Self::Grid(_))
    }
}

impl Flat {
    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        self.generator.check()?;
        self.wiring.check()
    }

    /// Draws the graph.
    pub(crate) fn generate(&self, seeds: Seeds) -> Result<RouterGraph, UnderlayError> {
        self.check()?;
        let sketch = self.generator.sketch(&mut seeds.stream(Purpose::Underlay, 0, 0))?;
        Ok(sketch.routers(&self.wiring, self.generator.name()))
    }
}

/// Refuses absurd numbers of routers.
fn check_routers(routers: u32, least: u32) -> Result<(), UnderlayError> {
    check(routers >= least, "routers", "more: too few for this graph", routers)?;
    check(routers <= MOST_ROUTERS, "routers", "at most 2000000", routers)
}

/// Refuses absurd numbers of links.
fn check_links(links: f64) -> Result<(), UnderlayError> {
    check(links <= MOST_LINKS, "the expected number of links", "at most 20000000", links)
}
