//! A synthetic Internet of autonomous systems: who buys from whom, where they are, and the routers and links that follow.
//!
//! # Model
//! The hierarchy is that of Elmokashfi, Kvalbein, Dovrolis ("On the scalability of BGP: the role of topology growth", IEEE
//! JSAC 28(8), 2010): a clique of tier-1 networks without providers, transit networks (their M nodes), content networks (CP)
//! and customers (C), regions, several providers a network, and peering among those that meet. Degrees follow a power law
//! because providers are chosen in proportion to a fitness that does (the static model of Goh, Kahng, Kim, Physical Review
//! Letters 87, 278701, 2001): the transit network of rank r has fitness ((r + s) / (1 + s))^(-1/(exponent - 1)), with an offset
//! s ([`Internet::rank_offset`]) that flattens the top, where the largest real networks are of like size. Providers always have
//! a smaller rank, so that no network is its own customer's customer and everybody reaches tier 1 by providers: a valley-free
//! path joins any two networks.
//!
//! * **Places.** Networks are at home in cities (GeoNames), drawn by population times networks per inhabitant of the continent,
//!   the latter set so that the shares of continents are of the order of the registries' counts of AS numbers. Stubs have one
//!   point of presence; transit networks have more by rank, in their country, continent or all over the world.
//!   These gather in few large cities, so that networks that are in many places meet in many.
//! * **Providers** are drawn among transit networks present in the same country, continent or anywhere; of a few a network takes
//!   the first with a point of presence near its home.
//! * **Peers** meet in a city where both are present, an exchange point.
//! * **Routers.** One for each point of presence, joined within a network by links between nearest neighbours and as many more
//!   as keep detours short. Networks are linked where both are, large ones in many places, so that it matters little which of
//!   two carries a packet across the sea; else at their nearest points.
//! * **Latencies** are light in fibre over [`Internet::path_factor`] times the great circle, or through submarine corridors;
//!   every link between networks adds a way across town.
//! * **People.** The inhabitants of every city are served by the stubs of the nearest city that has any, shared out by a heavy
//!   tail (Pareto, exponent 1.2).
//!
//! # Calibration
//! Defaults are set on the CAIDA AS relationships of June 2012: 41,203 networks, mean degree 5.9, 86 % without customers, 1.78
//! providers a network, 36 % of links between peers, largest degree 3,537, degree exponent 2.0 to 2.1 (Faloutsos,
//! Faloutsos, Faloutsos, SIGCOMM 1999, found 2.15 to 2.2). Capacities are of the order that operators publish: 10 Gbps to
//! stubs, 100 Gbps in regional and 400 Gbps to 1 Tbps in large backbones.
//!
//! # Departures
//! * The model draws an Internet of a given size at once; it does not grow one.
//! * Many real transit networks also serve households; here stubs do, so that hosts hang at the edge.
//! * Sibling relations (3.6 % of the links of 2012) are left out.

pub(crate) mod cities;
mod crossing;
mod domains;
mod people;
mod relations;
mod routers;

pub use cities::Continent;

use super::{Positions, RouterGraph};
use crate::error::{UnderlayError, check};
use crossing::Crossings;
use domains::Domains;
use overlab_time::{Seeds, Span};
use relations::Relations;

/// Parameters of a synthetic Internet.
#[derive(Clone, Debug, PartialEq)]
pub struct Internet {
    /// Number of autonomous systems, 20 to 200,000 (1000).
    pub domains: u32,
    /// Number of tier-1 networks, which have no providers and all peer with one another (12).
    pub tier1: u32,
    /// Share of networks that offer transit (0.16).
    pub transit_share: f64,
    /// Exponent of the degree distribution, above 2 and at most 4 (2.1).
    pub exponent: f64,
    /// Ranks by which the fitness of the largest networks is flattened (4).
    pub rank_offset: f64,
    /// Mean number of providers of a stub, 1 to 5 (1.8).
    pub stub_providers: f64,
    /// Mean number of providers of a transit network, 1 to 5 (2.6).
    pub transit_providers: f64,
    /// Share of links between networks that are between peers, tier-1 networks included, 0 to 0.6 (0.36).
    pub peering_share: f64,
    /// Share of stubs that are content networks: they peer like transit networks and serve no people (0.05).
    pub content_share: f64,
    /// Mean number of routers of a network, 1 to 3 (1.35).
    pub routers_per_domain: f64,
    /// How much longer fibre over land is than the great circle, 1 to 10 (1.5).
    pub path_factor: f64,
    /// The longest way across town between two networks in a city, one way; the shortest is a tenth of it (1 ms).
    pub metro: Span,
}

impl Default for Internet {
    fn default() -> Self {
        Self {
            domains: 1000,
            tier1: 12,
            transit_share: 0.16,
            exponent: 2.1,
            rank_offset: 4.0,
            stub_providers: 1.8,
            transit_providers: 2.6,
            peering_share: 0.36,
            content_share: 0.05,
            routers_per_domain: 1.35,
            path_factor: 1.5,
            metro: Span::from_millis(1),
        }
    }
}

impl Internet {
    /// The default with `domains` autonomous systems.
    pub fn with_domains(domains: u32) -> Self {
        Self { domains, ..Self::default() }
    }

    /// How many networks offer transit, tier 1 included.
    pub(crate) fn transit(&self) -> u32 {
        (libm::rint(f64::from(self.domains) * self.transit_share) as u32).max(self.tier1)
    }

    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        let between = |name, value: f64, from: f64, to: f64, expected| {
            check((from..=to).contains(&value), name, expected, value)
        };
        check((20..=200_000).contains(&self.domains), "domains", "between 20 and 200000", self.domains)?;
        between("transit_share", self.transit_share, 0.01, 1.0, "between 0.01 and 1")?;
        let holds = (1..=100).contains(&self.tier1) && self.tier1 < self.domains;
        check(holds, "tier1", "at least 1, at most 100, and fewer than all networks", self.tier1)?;
        check(
            self.exponent > 2.0 && self.exponent <= 4.0,
            "exponent",
            "above 2 and at most 4",
            self.exponent,
        )?;
        between("rank_offset", self.rank_offset, 0.0, 1000.0, "between 0 and 1000")?;
        between("stub_providers", self.stub_providers, 1.0, 5.0, "between 1 and 5")?;
        between("transit_providers", self.transit_providers, 1.0, 5.0, "between 1 and 5")?;
        between("peering_share", self.peering_share, 0.0, 0.6, "between 0 and 0.6")?;
        between("content_share", self.content_share, 0.0, 0.9, "between 0 and 0.9")?;
        between("routers_per_domain", self.routers_per_domain, 1.0, 3.0, "between 1 and 3")?;
        between("path_factor", self.path_factor, 1.0, 10.0, "between 1 and 10")?;
        check(self.metro <= Span::from_millis(100), "metro", "at most 100ms", self.metro)
    }

    /// Draws the Internet.
    pub(crate) fn generate(&self, seeds: Seeds) -> Result<RouterGraph, UnderlayError> {
        self.check()?;
        let cities = &*cities::CITIES;
        let domains = Domains::draw(self, cities, seeds);
        let relations = Relations::draw(self, cities, &domains, seeds);
        let residents = people::residents(cities, &domains, &relations, seeds);
        let crossings = Crossings::new(cities, self.path_factor);
        let graph = routers::build(self, cities, &domains, &relations, &residents, &crossings, seeds);
        let described = domains.describe(cities, &relations, &residents);
        let name = "synthetic Internet".to_owned();
        Ok(RouterGraph::new(graph, Positions::Geographic, name).with(described, crossing::names()))
    }
}

/// What the parts of the construction draw from: turns of `Purpose::Underlay`, owner 0.
mod turn {
    pub(super) const DOMAINS: u64 = 0;
    pub(super) const RELATIONS: u64 = 1;
    pub(super) const ROUTERS: u64 = 2;
    pub(super) const PEOPLE: u64 = 3;
}

/// Running sums of weights, from which an index is drawn in proportion to its weight.
#[derive(Clone, Debug, Default)]
struct Lottery {
    sums: Vec<f64>,
}

impl Lottery {
    fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let sums = weights.map(|weight| {
            sum += weight;
            sum
        });
        Self { sums: sums.collect() }
    }

    fn push(&mut self, weight: f64) {
        self.sums.push(self.sums.last().copied().unwrap_or(0.0) + weight);
    }

    /// The sum of the weights in `range`.
    fn weight(&self, range: &std::ops::Range<usize>) -> f64 {
        let before = |index: usize| if index == 0 { 0.0 } else { self.sums[index - 1] };
        before(range.end) - before(range.start)
    }

    /// An index of `range`, which must not be empty.
    fn draw(&self, range: std::ops::Range<usize>, stream: &mut overlab_time::Stream) -> usize {
        let before = if range.start == 0 { 0.0 } else { self.sums[range.start - 1] };
        let drawn = before + stream.unit() * self.weight(&range);
        let at = self.sums[range.clone()].partition_point(|&sum| sum <= drawn);
        (range.start + at).min(range.end - 1)
    }
}
