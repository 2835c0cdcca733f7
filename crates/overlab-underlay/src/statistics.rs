//! Numbers about an underlay: sizes, degrees, latencies, triangle violations.

mod power_law;

pub use power_law::PowerLaw;

use crate::place::HostId;
use crate::underlay::Underlay;
use overlab_time::{Purpose, Seeds, Span, Stream};

mod curves;
mod delays;
mod detours;
mod relays;
mod route_shape;
mod shape;

pub use curves::Curves;
pub use delays::Delays;
pub use detours::Detours;
pub use relays::{RandomRelays, Relays};
pub use route_shape::RouteShape;
pub use shape::Shape;

/// Pairs and triples of hosts are all looked at up to this number, else this many random ones.
const SAMPLE: u64 = 1_000_000;

/// Statistics of an underlay.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// Hosts.
    pub hosts: u32,
    /// Routers, rows of a matrix or of coordinates, or regions; 0 on a plane or sphere.
    pub routers: u32,
    /// Links between routers.
    pub links: u32,
    /// Connected parts of the router graph: 1, or 0 where there are no routers.
    pub components: u32,
    /// Routers, rows or regions that have hosts.
    pub occupied: u32,
    /// Links a router.
    pub degrees: Option<Degrees>,
    /// Autonomous systems of the router graph; 0 where nothing is known of them.
    pub domains: u32,
    /// The power law that degrees follow from some degree on, were it one; none for small graphs. They are the degrees of
    /// autonomous systems (how many others each has links to) where `domains` is not 0, else those of routers.
    pub power_law: Option<PowerLaw>,
    /// Clustering and distances in hops of the router graph; none without one.
    pub shape: Option<Shape>,
    /// One-way latencies of the links between routers.
    pub link_latency: Option<Latencies>,
    /// One-way latencies between different hosts that reach each other, without jitter; none where no two do.
    pub host_latency: Option<Latencies>,
    /// The ordered pairs of hosts behind `host_latency`: all of them, or a random million.
    pub pairs: u64,
    /// How many of these pairs are unreachable: no route leads from the first to the second.
    pub unreachable: u64,
    /// How routes compare with the fastest paths, where they are others.
    pub routes: Option<RouteShape>,
    /// The share of triples of different hosts whose longest side exceeds the sum of the others, where a side
    /// is the mean of both directions; none with fewer than three hosts. A triple with an unreachable side violates nothing.
    pub triangle_violations: Option<f64>,
    /// The triples behind it: all of them, or a random million.
    pub triples: u64,
    /// The lower bound on latency between hosts.
    pub minimum: Span,
}

/// Percentiles of the number of links a router has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Degrees {
    /// The smallest.
    pub min: u32,
    /// The median.
    pub p50: u32,
    /// The mean.
    pub mean: f64,
    /// The 90th percentile.
    pub p90: u32,
    /// The largest.
    pub max: u32,
}

/// Percentiles (nearest rank) of latencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latencies {
    /// The smallest.
    pub min: Span,
    /// The 5th percentile.
    pub p5: Span,
    /// The median.
    pub p50: Span,
    /// The mean.
    pub mean: Span,
    /// The 95th percentile.
    pub p95: Span,
    /// The 99th percentile.
    pub p99: Span,
    /// The largest.
    pub max: Span,
}

impl Latencies {
    fn of(mut spans: Vec<Span>) -> Option<Self> {
        spans.sort_unstable();
        let sum: u128 = spans.iter().map(|span| u128::from(span.0)).sum();
        let mean = Span((sum / spans.len().max(1) as u128) as u64);
        let at = |percent| rank(&spans, percent);
        Some(Self { min: at(0)?, p5: at(5)?, p50: at(50)?, mean, p95: at(95)?, p99: at(99)?, max: at(100)? })
    }
}

/// The nearest-rank percentile of a sorted list.
fn rank<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

impl Underlay {
    /// Computes statistics; where there are more than a million pairs or triples of hosts, from a random
    /// million.
    pub fn statistics(&self, seeds: Seeds) -> Statistics {
        let graph = self.topology.graph().map(crate::RouterGraph::graph);
        let mut degrees: Vec<u32> = graph.map_or_else(Vec::new, |graph| {
            graph.node_indices().map(|node| graph.edges(node).count() as u32).collect()
        });
        degrees.sort_unstable();
        let between_domains = self.topology.graph().and_then(crate::RouterGraph::domain_degrees);
        let power_law = PowerLaw::fit(between_domains.as_ref().unwrap_or(&degrees));
        let degrees = graph.and_then(|graph| {
            let mean = 2.0 * graph.edge_count() as f64 / graph.node_count() as f64;
            let at = |percent| rank(&degrees, percent);
            Some(Degrees { min: at(0)?, p50: at(50)?, mean, p90: at(90)?, max: at(100)? })
        });
        let link_latency =
            graph.and_then(|graph| Latencies::of(graph.edge_weights().map(|link| link.latency).collect()));
        let mut spans = self.pair_latencies(&mut seeds.stream(Purpose::Underlay, 1, 0));
        let pairs = spans.len() as u64;
        spans.retain(|&span| span != Self::UNREACHABLE);
        let unreachable = pairs - spans.len() as u64;
        let (violations, triples) = self.triangle_violations(&mut seeds.stream(Purpose::Underlay, 2, 0));
        Statistics {
            hosts: self.hosts(),
            routers: graph.map_or_else(|| self.rows(), |graph| graph.node_count() as u32),
            links: graph.map_or(0, |graph| graph.edge_count() as u32),
            components: graph.map_or(0, |graph| petgraph::algo::connected_components(graph) as u32),
            occupied: self.sites.len() as u32,
            degrees,
            domains: between_domains.map_or(0, |degrees| degrees.len() as u32),
            power_law,
            shape: self.topology.graph().and_then(|graph| Shape::of(&graph.adjacency)),
            link_latency,
            host_latency: Latencies::of(spans),
            pairs,
            unreachable,
            routes: self.route_shape(),
            triangle_violations: (triples > 0).then(|| violations as f64 / triples as f64),
            triples,
            minimum: self.minimum(),
        }
    }

    /// Delays between the first `most` hosts, which stand where any others would: for what one relay or many would save.
    pub fn delays(&self, most: u32) -> Delays {
        let host = |place| HostId(place as u32);
        Delays::new(self.hosts().min(most) as usize, |from, to| Some(self.latency(host(from), host(to))))
    }

    fn rows(&self) -> u32 {
        match &self.topology.kind {
            crate::topology::Kind::Matrix(matrix) => matrix.rows(),
            crate::topology::Kind::Coordinates(set) => set.rows(),
            crate::topology::Kind::Regions(map) => map.regions().len() as u32,
            _ => 0,
        }
    }

    fn pair_latencies(&self, stream: &mut Stream) -> Vec<Span> {
        let n = self.hosts();
        let all = u64::from(n) * u64::from(n.saturating_sub(1));
        if all <= SAMPLE {
            let pairs = (0..n).flat_map(|a| (0..n).filter(move |&b| a != b).map(move |b| (a, b)));
            return pairs.map(|(a, b)| self.latency(HostId(a), HostId(b))).collect();
        }
        let draw = |_| {
            let [a, b] = distinct(n, stream);
            self.latency(a, b)
        };
        (0..SAMPLE).map(draw).collect()
    }

    /// How many triples violate the triangle inequality, of how many.
    fn triangle_violations(&self, stream: &mut Stream) -> (u64, u64) {
        let n = self.hosts();
        if n < 3 {
            return (0, 0);
        }
        let count = u128::from(n) * u128::from(n - 1) * u128::from(n - 2) / 6;
        if count <= u128::from(SAMPLE) {
            let triples =
                (0..n).flat_map(|a| (a + 1..n).flat_map(move |b| (b + 1..n).map(move |c| [a, b, c])));
            let violated = triples.filter(|&triple| self.is_violated(triple.map(HostId))).count();
            return (violated as u64, count as u64);
        }
        let violated = (0..SAMPLE).filter(|_| self.is_violated(distinct(n, stream))).count();
        (violated as u64, SAMPLE)
    }

    fn is_violated(&self, [a, b, c]: [HostId; 3]) -> bool {
        let reaches = |a, b| self.reaches(a, b) && self.reaches(b, a);
        if !(reaches(a, b) && reaches(b, c) && reaches(c, a)) {
            return false;
        }
        // Twice the mean of both directions: the comparison is the same, and exact.
        let side = |a, b| self.latency(a, b).0 + self.latency(b, a).0;
        let sides = [side(a, b), side(b, c), side(c, a)];
        let longest = sides[0].max(sides[1]).max(sides[2]);
        longest > sides.iter().sum::<u64>() - longest
    }
}

/// Different hosts, uniform among `n`, which is at least their number.
fn distinct<const COUNT: usize>(n: u32, stream: &mut Stream) -> [HostId; COUNT] {
    loop {
        let drawn: [HostId; COUNT] = std::array::from_fn(|_| HostId(stream.below(u64::from(n)) as u32));
        if (1..COUNT).all(|i| !drawn[..i].contains(&drawn[i])) {
            return drawn;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let spans = |n: u64| (1..=n).rev().map(Span).collect();
        let of = Latencies::of(spans(200)).unwrap();
        let expected = [1, 10, 100, 100, 190, 198, 200].map(Span);
        assert_eq!([of.min, of.p5, of.p50, of.mean, of.p95, of.p99, of.max], expected);
        assert_eq!(Latencies::of(spans(1)).unwrap().p99, Span(1));
        assert_eq!(Latencies::of(Vec::new()), None);
    }
}
