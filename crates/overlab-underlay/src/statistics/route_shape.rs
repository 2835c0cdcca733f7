//! What routes are like that are not the fastest.

use crate::error::UnderlayError;
use crate::graph::RouterGraph;
use crate::latency::UNREACHABLE;
use crate::routes::{Finder, Routes, Routing};
use crate::underlay::Underlay;
use std::sync::Arc;

/// Routes are compared between so many places that have hosts, evenly spread among all.
const SAMPLE: usize = 64;

/// How the routes of [`Routing::Hops`] or [`Routing::Policy`] compare with the fastest, over all ordered pairs among at most 64
/// places that have hosts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RouteShape {
    /// Pairs that reach each other.
    pub pairs: u64,
    /// Links a route crosses, on average.
    pub hops: f64,
    /// All latencies together over those of the fastest paths; 1 where they are the same.
    pub stretch: f64,
    /// The share of the pairs whose way back is not the way there.
    pub asymmetric: f64,
}

impl Underlay {
    /// How routes compare with the fastest paths; nothing where they are the fastest, where there are no routers, and where no
    /// two places reach each other.
    pub(crate) fn route_shape(&self) -> Option<RouteShape> {
        let graph = self.topology.router_graph().filter(|_| self.routing() != Routing::Latency)?;
        let step = self.sites.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<u32> = self.sites.iter().copied().step_by(step).collect();
        // Where routes cannot be kept between all places, they can between few; a graph that has no routes has no underlay.
        shape(graph, self, &sample).ok().flatten()
    }
}

fn shape(
    graph: &Arc<RouterGraph>,
    underlay: &Underlay,
    sample: &[u32],
) -> Result<Option<RouteShape>, UnderlayError> {
    let (routes, latencies) = Routes::new(graph, underlay.routing(), sample, underlay.avoids())?;
    let down = crate::damage::Down::new(&graph.adjacency, underlay.avoids());
    let fastest = Finder::Shortest { graph: &graph.adjacency, routing: Routing::Latency, down: Some(&down) }
        .table(sample)?;
    let (mut pairs, mut hops, mut asymmetric, mut taken, mut least) = (0, 0, 0, 0, 0);
    let ends = 0..routes.sites();
    for (from, to) in ends.clone().flat_map(|from| ends.clone().map(move |to| (from, to))) {
        if from == to || latencies.get(from, to) == UNREACHABLE {
            continue;
        }
        let (there, mut back) = (routes.path(from, to), routes.path(to, from));
        back.reverse();
        pairs += 1;
        hops += there.len() as u64 - 1;
        asymmetric += u64::from(there != back);
        taken += u64::from(latencies.get(from, to));
        least += u64::from(fastest.get(from, to));
    }
    let share = |part: u64| part as f64 / pairs as f64;
    Ok((pairs > 0).then(|| RouteShape {
        pairs,
        hops: share(hops),
        stretch: if least > 0 { taken as f64 / least as f64 } else { 1.0 },
        asymmetric: share(asymmetric),
    }))
}
