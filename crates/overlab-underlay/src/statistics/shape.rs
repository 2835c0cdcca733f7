//! The shape of a router graph: clustering and distances in hops.

use crate::graph::Adjacency;
use std::collections::VecDeque;

/// Sources of breadth-first searches are all routers up to this number, else so many, evenly spread.
const SOURCES: usize = 500;
/// The most neighbours of one router whose pairs are looked at: those of larger hubs are thinned out evenly.
const MOST_NEIGHBOURS: usize = 500;

/// Clustering and distances of a router graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// The mean, over routers with two links or more, of the share of their pairs of neighbours that are linked (Watts and
    /// Strogatz 1998); none where no router has two links.
    pub clustering: Option<f64>,
    /// The mean number of hops between two different routers.
    pub mean_hops: f64,
    /// The largest number of hops that was met: the diameter where `sources` are all routers, else a lower bound.
    pub diameter: u32,
    /// From how many routers distances were counted, to all others.
    pub sources: u32,
}

impl Shape {
    /// The shape of a connected graph of two routers or more.
    pub(crate) fn of(graph: &Adjacency) -> Option<Self> {
        let routers = graph.routers();
        let sources = routers.min(SOURCES);
        let mut hops = vec![u32::MAX; routers];
        let (mut sum, mut count, mut diameter) = (0u64, 0u64, 0);
        for number in 0..sources {
            search(graph, (number * routers / sources) as u32, &mut hops);
            for &distance in hops.iter().filter(|&&distance| distance != u32::MAX && distance > 0) {
                sum += u64::from(distance);
                count += 1;
                diameter = diameter.max(distance);
            }
        }
        (count > 0).then(|| Self {
            clustering: clustering(graph),
            mean_hops: sum as f64 / count as f64,
            diameter,
            sources: sources as u32,
        })
    }
}

/// Fills in the hops from `source` to every router.
fn search(graph: &Adjacency, source: u32, hops: &mut [u32]) {
    hops.fill(u32::MAX);
    hops[source as usize] = 0;
    let mut queue = VecDeque::from([source]);
    while let Some(router) = queue.pop_front() {
        let next = hops[router as usize] + 1;
        for neighbour in graph.of(router).iter().map(|link| link.0) {
            if hops[neighbour as usize] == u32::MAX {
                hops[neighbour as usize] = next;
                queue.push_back(neighbour);
            }
        }
    }
}

fn clustering(graph: &Adjacency) -> Option<f64> {
    let (mut sum, mut counted) = (0.0, 0u32);
    for router in 0..graph.routers() as u32 {
        let links = graph.of(router);
        if links.len() < 2 {
            continue;
        }
        let stride = links.len().div_ceil(MOST_NEIGHBOURS);
        let neighbours: Vec<u32> = links.iter().step_by(stride).map(|link| link.0).collect();
        let mut linked = 0u64;
        for (at, &a) in neighbours.iter().enumerate() {
            let row = graph.of(a);
            let is_linked = |b: &&u32| row.binary_search_by_key(*b, |link| link.0).is_ok();
            linked += neighbours[at + 1..].iter().filter(is_linked).count() as u64;
        }
        let pairs = (neighbours.len() * (neighbours.len() - 1) / 2).max(1);
        sum += linked as f64 / pairs as f64;
        counted += 1;
    }
    (counted > 0).then(|| sum / f64::from(counted))
}
