//! Where the nodes of a graph stand: on the globe, on a plane, or nowhere.

use crate::geography::Direction;
use crate::graph::Positions;
use crate::graph::file::GraphFile;

/// Places by the numbers of the routers.
pub(super) enum Places {
    Globe(Vec<Direction>),
    Plane(Vec<[f64; 2]>),
    Nowhere,
}

impl Places {
    /// The places of the `kept` nodes of a connected graph; those of nodes without one come from their neighbours. Where
    /// some nodes stand on the globe, those on a plane count as without a place.
    pub(super) fn of(file: &GraphFile, kept: &[u32], edges: &[(u32, u32, usize)]) -> Self {
        let nodes = || kept.iter().map(|&node| &file.nodes[node as usize]);
        let globe: Vec<Option<Direction>> = nodes()
            .map(|node| {
                node.coordinates.map(|[latitude, longitude]| Direction::from_degrees(latitude, longitude))
            })
            .collect();
        if globe.iter().any(Option::is_some) {
            // Where neighbours cancel out on the sphere any of them will do.
            let middle = |points: &[Direction]| Direction::mean(points.iter().copied()).unwrap_or(points[0]);
            return locate(globe, edges, middle).map_or(Self::Nowhere, Self::Globe);
        }
        let plane: Vec<Option<[f64; 2]>> = nodes().map(|node| node.plane).collect();
        let middle = |points: &[[f64; 2]]| {
            [0, 1].map(|axis| points.iter().map(|point| point[axis]).sum::<f64>() / points.len() as f64)
        };
        locate(plane, edges, middle).map_or(Self::Nowhere, Self::Plane)
    }

    pub(super) fn meaning(&self) -> Positions {
        match self {
            Self::Globe(_) => Positions::Geographic,
            Self::Plane(_) => Positions::Plane,
            Self::Nowhere => Positions::None,
        }
    }

    /// The position of a router: degrees, or a plane whose larger side goes from 0 to 1.
    pub(super) fn position(&self, router: usize) -> [f64; 2] {
        match self {
            Self::Globe(places) => {
                let (latitude, longitude) = places[router].degrees();
                [longitude, latitude]
            }
            Self::Plane(places) => {
                let [low, _] = bounds(places);
                let width = self.width();
                let side = if width > 0.0 { width } else { 1.0 };
                [0, 1].map(|axis| (places[router][axis] - low[axis]) / side)
            }
            Self::Nowhere => [0.0; 2],
        }
    }

    /// The distance of two routers in units of the plane, where they stand on one.
    pub(super) fn distance(&self, a: u32, b: u32) -> Option<f64> {
        match self {
            Self::Plane(places) => {
                let [a, b] = [places[a as usize], places[b as usize]];
                Some(libm::hypot(a[0] - b[0], a[1] - b[1]))
            }
            _ => None,
        }
    }

    /// The larger side of the rectangle around all places on a plane.
    pub(super) fn width(&self) -> f64 {
        match self {
            Self::Plane(places) => {
                let [low, high] = bounds(places);
                (high[0] - low[0]).max(high[1] - low[1])
            }
            _ => 0.0,
        }
    }
}

/// The lower left and the upper right corner of the rectangle around `places`.
fn bounds(places: &[[f64; 2]]) -> [[f64; 2]; 2] {
    let mut corners = [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]];
    for place in places {
        for axis in 0..2 {
            corners[0][axis] = corners[0][axis].min(place[axis]);
            corners[1][axis] = corners[1][axis].max(place[axis]);
        }
    }
    corners
}

/// Places for all nodes of a connected graph, from the outside of those that have one: in each round every
/// node without a place that has placed neighbours moves to their middle. Nothing where no node has a place.
fn locate<Place: Copy>(
    mut places: Vec<Option<Place>>,
    edges: &[(u32, u32, usize)],
    middle: impl Fn(&[Place]) -> Place,
) -> Option<Vec<Place>> {
    let mut neighbours = vec![Vec::new(); places.len()];
    for &(a, b, _) in edges {
        neighbours[a as usize].push(b);
        neighbours[b as usize].push(a);
    }
    for list in &mut neighbours {
        list.sort_unstable();
        list.dedup();
    }
    let mut reached: Vec<u32> =
        (0..places.len() as u32).filter(|&node| places[node as usize].is_some()).collect();
    while !reached.is_empty() {
        let mut next: Vec<u32> = reached
            .iter()
            .flat_map(|&node| &neighbours[node as usize])
            .copied()
            .filter(|&node| places[node as usize].is_none())
            .collect();
        next.sort_unstable();
        next.dedup();
        let middles: Vec<_> = next
            .iter()
            .map(|&node| {
                let placed: Vec<Place> =
                    neighbours[node as usize].iter().filter_map(|&other| places[other as usize]).collect();
                middle(&placed)
            })
            .collect();
        for (&node, middle) in next.iter().zip(middles) {
            places[node as usize] = Some(middle);
        }
        reached = next;
    }
    places.into_iter().collect()
}
