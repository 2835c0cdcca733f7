//! The routers nearest to a place.

use crate::geography::Direction;
use crate::graph::RouterGraph;
use crate::places::Weights;
use overlab_time::Stream;
use petgraph::graph::NodeIndex;

/// Spots with routers, sorted by their height above the equator: the search goes up and down from that of the place.
#[derive(Debug)]
pub(super) struct Nearest {
    spots: Vec<Spot>,
}

/// Where one router or more stand.
#[derive(Debug)]
struct Spot {
    direction: Direction,
    routers: Vec<u32>,
    /// By the people that each router serves; nothing where that is not known.
    weights: Option<Weights>,
}

impl Nearest {
    /// `eligible` must not be empty, nor the graph be without coordinates.
    pub(super) fn new(graph: &RouterGraph, eligible: &[u32]) -> Self {
        let router = |number: u32| &graph.graph[NodeIndex::new(number as usize)];
        let mut sorted = eligible.to_vec();
        // Latitude orders like the height; equal positions come together, and routers keep their order.
        sorted.sort_by(|&a, &b| {
            let [[east_a, north_a], [east_b, north_b]] = [router(a).position, router(b).position];
            north_a.total_cmp(&north_b).then(east_a.total_cmp(&east_b))
        });
        let spots = sorted.chunk_by(|&a, &b| router(a).position == router(b).position);
        let spot = |routers: &[u32]| {
            let [longitude, latitude] = router(routers[0]).position;
            Spot {
                direction: Direction::from_degrees(latitude, longitude),
                routers: routers.to_vec(),
                weights: Weights::new(routers.iter().map(|&number| router(number).population)),
            }
        };
        Self { spots: spots.map(spot).collect() }
    }

    /// The spot nearest to `place`; of several, the southernmost.
    pub(super) fn spot(&self, place: Direction) -> u32 {
        let middle = self.spots.partition_point(|spot| spot.direction.0[2] < place.0[2]);
        let chord = |spot: &Spot| {
            let [a, b] = [spot.direction.0, place.0];
            (0..3).map(|axis| (a[axis] - b[axis]) * (a[axis] - b[axis])).sum::<f64>()
        };
        let mut best = (f64::INFINITY, u32::MAX);
        let mut look = |index: usize| {
            let spot = &self.spots[index];
            let height = spot.direction.0[2] - place.0[2];
            // Beyond this height none is nearer: the chord is at least as long as it is high.
            if height * height > best.0 {
                return false;
            }
            let found = (chord(spot), index as u32);
            if found < best {
                best = found;
            }
            true
        };
        let _ = (0..middle).rev().all(&mut look);
        let _ = (middle..self.spots.len()).all(&mut look);
        best.1
    }

    /// One of the routers at a spot.
    pub(super) fn router(&self, spot: u32, stream: &mut Stream) -> u32 {
        let Spot { routers, weights, .. } = &self.spots[spot as usize];
        match weights {
            _ if routers.len() == 1 => routers[0],
            Some(weights) => routers[weights.draw(stream) as usize],
            None => routers[stream.index(routers.len())],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Internet, Model};
    use overlab_time::{Purpose, Seeds};

    #[test]
    fn the_search_finds_what_looking_at_all_finds() {
        let topology = Model::Internet(Internet::with_domains(500)).build(Seeds::new(3, 0)).unwrap();
        let graph = topology.graph().unwrap();
        let all: Vec<u32> = (0..graph.routers()).collect();
        let nearest = Nearest::new(graph, &all);
        let mut stream = Seeds::new(1, 0).stream(Purpose::Example, 0, 0);
        for _ in 0..500 {
            let place = Direction::from_degrees(180.0 * stream.unit() - 90.0, 360.0 * stream.unit() - 180.0);
            let angles = nearest.spots.iter().map(|spot| spot.direction.angle(place));
            let least = angles.fold(f64::INFINITY, f64::min);
            let found = nearest.spots[nearest.spot(place) as usize].direction.angle(place);
            assert!((found - least).abs() < 1e-9, "{found} {least}");
        }
    }
}
