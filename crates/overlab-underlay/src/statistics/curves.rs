//! Distributions to be drawn: latencies, triangles, degrees.

use super::SAMPLE;
use crate::place::HostId;
use crate::underlay::Underlay;
use overlab_time::{Purpose, Seeds};

/// Steps of a distribution between nothing and all.
const STEPS: usize = 400;

/// Distributions of an underlay, from the same pairs and triples of hosts as its [`crate::Statistics`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// One-way latencies in milliseconds between hosts that reach each other: (latency, share of pairs with at most that), 400
    /// even steps of the share.
    pub latency: Vec<(f64, f64)>,
    /// The longest side of a triple of hosts over the sum of the two others, which are the way around: above 1 the triangle
    /// inequality is violated. (Ratio, share of triples with at most that), in 400 even steps of the share.
    pub triangles: Vec<(f64, f64)>,
    /// Links a router: (degree, share of routers with at least that many), all degrees that occur.
    pub degrees: Vec<(u32, f64)>,
}

impl Underlay {
    /// The distributions; empty where there is nothing to look at.
    pub fn curves(&self, seeds: Seeds) -> Curves {
        let mut spans = self.pair_latencies(&mut seeds.stream(Purpose::Underlay, 1, 0));
        spans.retain(|&span| span != Self::UNREACHABLE);
        spans.sort_unstable();
        let mut ratios = self.triangle_ratios(seeds);
        ratios.sort_unstable_by(f64::total_cmp);
        Curves {
            latency: steps(&spans).map(|(span, share)| (span.as_millis_f64(), share)).collect(),
            triangles: steps(&ratios).collect(),
            degrees: self.degree_shares(),
        }
    }

    /// What [`Underlay::is_violated`] compares, of all triples whose hosts reach each other and where there is a way around.
    fn triangle_ratios(&self, seeds: Seeds) -> Vec<f64> {
        let n = self.hosts();
        if n < 3 {
            return Vec::new();
        }
        let count = u128::from(n) * u128::from(n - 1) * u128::from(n - 2) / 6;
        if count <= u128::from(SAMPLE) {
            let triples =
                (0..n).flat_map(|a| (a + 1..n).flat_map(move |b| (b + 1..n).map(move |c| [a, b, c])));
            return triples.filter_map(|triple| self.triangle_ratio(triple.map(HostId))).collect();
        }
        let mut stream = seeds.stream(Purpose::Underlay, 2, 0);
        (0..SAMPLE).filter_map(|_| self.triangle_ratio(super::distinct(n, &mut stream))).collect()
    }

    fn triangle_ratio(&self, [a, b, c]: [HostId; 3]) -> Option<f64> {
        let side = |a, b| {
            let both = self.reaches(a, b) && self.reaches(b, a);
            both.then(|| self.latency(a, b).0 + self.latency(b, a).0)
        };
        let sides = [side(a, b)?, side(b, c)?, side(c, a)?];
        let longest = sides[0].max(sides[1]).max(sides[2]);
        let around = sides.iter().sum::<u64>() - longest;
        (around > 0).then(|| longest as f64 / around as f64)
    }

    fn degree_shares(&self) -> Vec<(u32, f64)> {
        let Some(graph) = self.topology.graph().map(crate::RouterGraph::graph) else { return Vec::new() };
        let mut degrees: Vec<u32> =
            graph.node_indices().map(|node| graph.edges(node).count() as u32).collect();
        degrees.sort_unstable();
        let routers = degrees.len() as f64;
        let starts =
            degrees.iter().enumerate().filter(|&(place, degree)| place == 0 || degrees[place - 1] != *degree);
        starts.map(|(place, &degree)| (degree, (degrees.len() - place) as f64 / routers)).collect()
    }
}

/// Nearest-rank quantiles of a sorted list at even steps, both ends included.
fn steps<T: Copy>(sorted: &[T]) -> impl Iterator<Item = (T, f64)> {
    let at = |step: usize| {
        let rank = (sorted.len() * step).div_ceil(STEPS).max(1);
        Some((*sorted.get(rank - 1)?, step as f64 / STEPS as f64))
    };
    (0..=STEPS).filter_map(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Attachment, Matrix, MatrixKind, Topology};

    #[test]
    fn a_known_triangle() {
        let matrix = Matrix::new("m", MatrixKind::OneWay).parse(b"0 1 10\n1 0 3\n10 3 0\n").unwrap();
        let seeds = Seeds::new(1, 0);
        let underlay = Topology::matrix(matrix).attach(3, &Attachment::default(), seeds).unwrap();
        let curves = underlay.curves(seeds);
        // One triple: 10 directly, 4 around.
        assert!(curves.triangles.iter().all(|point| point.0 == 2.5) && curves.triangles.len() == STEPS + 1);
        assert_eq!((curves.latency[0], curves.latency[STEPS]), ((1.0, 0.0), (10.0, 1.0)));
        // Two of six pairs take 1 ms, two 3 ms.
        assert_eq!((curves.latency[133].0, curves.latency[134].0, curves.latency[267].0), (1.0, 3.0, 10.0));
        assert!(curves.degrees.is_empty());
    }

    #[test]
    fn a_star_has_two_degrees() {
        let text = b"graph [ node [ id 0 ] node [ id 1 ] node [ id 2 ] edge [ source 0 target 1 latency 1 ] edge [ source 0 target 2 latency 1 ] ]";
        let file = crate::GraphFile::parse("star.gml", text).unwrap();
        let topology = Topology::routers(crate::Import::new("star.gml").graph(&file).unwrap());
        let underlay = topology.attach(2, &Attachment::default(), Seeds::new(1, 0)).unwrap();
        assert_eq!(underlay.curves(Seeds::new(1, 0)).degrees, [(1, 1.0), (2, 1.0 / 3.0)]);
    }
}
