//! A graph as it is drawn: places and links, before latencies.

use super::{Connect, Wiring};
use crate::graph::{Link, LinkClass, Positions, Router, RouterGraph, RouterKind};
use overlab_time::Stream;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;
use std::collections::BTreeMap;

/// Places on the unit square and links between them: simple, each link once.
#[derive(Clone, Debug)]
pub(crate) struct Sketch {
    pub(crate) places: Vec<[f64; 2]>,
    pub(crate) links: Vec<(u32, u32)>,
}

impl Sketch {
    /// Places uniform on the unit square, without links.
    pub(super) fn scattered(routers: u32, stream: &mut Stream) -> Self {
        Self { places: (0..routers).map(|_| [stream.unit(), stream.unit()]).collect(), links: Vec::new() }
    }

    /// The distance between two places.
    pub(super) fn distance(&self, a: u32, b: u32) -> f64 {
        let ([ax, ay], [bx, by]) = (self.places[a as usize], self.places[b as usize]);
        libm::sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by))
    }

    /// Makes one part of several.
    pub(super) fn connected(self, connect: Connect) -> Self {
        let parts = self.parts();
        let largest = (0..parts.len()).rev().max_by_key(|&part| parts[part].len()).unwrap_or(0);
        match connect {
            _ if parts.len() < 2 => self,
            Connect::Join => self.joined(&parts, largest),
            Connect::Largest => self.kept(&parts[largest]),
        }
    }

    /// The connected parts by their first routers, each ascending.
    fn parts(&self) -> Vec<Vec<u32>> {
        let mut sets = UnionFind::<u32>::new(self.places.len());
        for &(a, b) in &self.links {
            sets.union(a, b);
        }
        let mut parts: Vec<Vec<u32>> = Vec::new();
        let mut part_of_root = BTreeMap::new();
        for router in 0..self.places.len() as u32 {
            let part = *part_of_root.entry(sets.find(router)).or_insert_with(|| {
                parts.push(Vec::new());
                parts.len() - 1
            });
            parts[part].push(router);
        }
        parts
    }

    fn joined(mut self, parts: &[Vec<u32>], largest: usize) -> Self {
        let mut inside = parts[largest].clone();
        for (_, part) in parts.iter().enumerate().filter(|(number, _)| *number != largest) {
            let first = part[0];
            let nearest = inside
                .iter()
                .copied()
                .min_by(|&a, &b| self.distance(a, first).total_cmp(&self.distance(b, first)).then(a.cmp(&b)));
            self.links.extend(nearest.map(|nearest| (nearest, first)));
            inside.extend(part);
        }
        self
    }

    fn kept(self, part: &[u32]) -> Self {
        let number = |router: u32| part.binary_search(&router).ok().map(|number| number as u32);
        let links = self.links.iter().filter_map(|&(a, b)| Some((number(a)?, number(b)?))).collect();
        Self { places: part.iter().map(|&router| self.places[router as usize]).collect(), links }
    }

    /// The router graph: all routers and links of one kind.
    pub(super) fn routers(&self, wiring: &Wiring, name: &str) -> RouterGraph {
        let mut graph = UnGraph::with_capacity(self.places.len(), self.links.len());
        for &place in &self.places {
            graph.add_node(Router::new(RouterKind::Plain, 0, place));
        }
        for &(a, b) in &self.links {
            let latency = wiring.latency(self.distance(a, b));
            let link = Link { capacity: wiring.capacity, ..Link::new(latency, LinkClass::Plain) };
            graph.add_edge(NodeIndex::new(a as usize), NodeIndex::new(b as usize), link);
        }
        RouterGraph::new(graph, Positions::Plane, name.to_owned())
    }
}

/// The places of the pairs that a trial with `probability` picks among `pairs` independent ones, found by drawing the gaps
/// between them (Batagelj and Brandes, Physical Review E 71, 036113, 2005).
pub(super) struct Skips<'a> {
    stream: &'a mut Stream,
    /// The logarithm of the probability of a miss.
    miss: f64,
    next: u64,
    pairs: u64,
}

impl<'a> Skips<'a> {
    pub(super) fn new(pairs: u64, probability: f64, stream: &'a mut Stream) -> Self {
        Self { stream, miss: libm::log1p(-probability), next: 0, pairs }
    }

    pub(super) fn stream(&mut self) -> &mut Stream {
        self.stream
    }

    /// The next pair that is picked.
    pub(super) fn next(&mut self) -> Option<u64> {
        // A certain hit skips nothing: dividing by minus infinity says so; an impossible one is beyond every end.
        let gap = if self.miss == 0.0 {
            f64::INFINITY
        } else {
            libm::floor(libm::log(self.stream.unit_open()) / self.miss)
        };
        // From f64 to u64 casts saturate.
        let pair = self.next.checked_add(gap as u64).filter(|&pair| pair < self.pairs)?;
        self.next = pair + 1;
        Some(pair)
    }
}

/// The pair (smaller, larger) of numbers below `n` that stands at `index` in the order (0, 1), (0, 2), (1, 2), (0, 3), ...
pub(super) fn pair_at(index: u64) -> (u32, u32) {
    // The larger is the greatest b with b (b - 1) / 2 <= index; the root may be off by one.
    let mut larger = ((1.0 + libm::sqrt(1.0 + 8.0 * index as f64)) / 2.0) as u64;
    while larger * (larger - 1) / 2 > index {
        larger -= 1;
    }
    while (larger + 1) * larger / 2 <= index {
        larger += 1;
    }
    ((index - larger * (larger - 1) / 2) as u32, larger as u32)
}

/// The number of pairs of `routers`.
pub(super) fn pairs(routers: u32) -> u64 {
    u64::from(routers) * u64::from(routers.saturating_sub(1)) / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_time::{Purpose, Seeds};

    #[test]
    fn pairs_are_numbered_without_gaps() {
        let all = (0..6u32).flat_map(|b| (0..b).map(move |a| (a, b)));
        for (index, pair) in all.enumerate() {
            assert_eq!(pair_at(index as u64), pair);
        }
        let last = pairs(2_000_000) - 1;
        assert_eq!(pair_at(last), (1_999_998, 1_999_999));
        assert_eq!(pair_at(last + 1), (0, 2_000_000));
    }

    #[test]
    fn skips_hit_as_often_as_they_should() {
        let mut stream = Seeds::new(1, 0).stream(Purpose::Example, 0, 0);
        let mut count = |probability| {
            let mut skips = Skips::new(1_000_000, probability, &mut stream);
            std::iter::from_fn(|| skips.next()).count() as f64
        };
        assert_eq!((count(0.0), count(1.0)), (0.0, 1e6));
        for probability in [1e-4_f64, 0.01, 0.5] {
            let deviation = (1e6 * probability * (1.0 - probability)).sqrt();
            let hits = count(probability);
            assert!((hits - 1e6 * probability).abs() < 5.0 * deviation, "{hits} at {probability}");
        }
    }

    #[test]
    fn parts_are_joined_by_their_nearest_or_left_out() {
        let places = vec![[0.0, 0.0], [0.1, 0.0], [0.2, 0.0], [0.9, 0.0], [0.3, 0.0]];
        let sketch = Sketch { places, links: vec![(0, 1), (1, 2), (3, 4)] };
        let joined = sketch.clone().connected(Connect::Join);
        // Router 3 is the first of its part; router 2 is the nearest to it.
        assert_eq!(joined.links, [(0, 1), (1, 2), (3, 4), (2, 3)]);
        let kept = sketch.connected(Connect::Largest);
        assert_eq!((kept.places.len(), kept.links), (3, vec![(0, 1), (1, 2)]));
    }
}
