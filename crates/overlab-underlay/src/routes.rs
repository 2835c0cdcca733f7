//! Exact fastest paths: Dijkstra's algorithm from every router that has hosts.
//!
//! Of paths of equal latency the one with fewer hops is taken, and of those the one whose last router before
//! the end has the smaller number, and so on backwards: routes are a function of the graph alone.

use crate::error::UnderlayError;
use crate::graph::Adjacency;
use crate::latency::{Table, UNIT};
use crate::place::RouterId;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No router.
const NOBODY: u32 = u32::MAX;

/// The working memory of a path search and, after it, distances and predecessors.
pub(crate) struct Search {
    /// (latency in ns, hops) from the source, packed so that they compare as a pair.
    reached: Vec<u128>,
    previous: Vec<u32>,
    queue: BinaryHeap<Reverse<u128>>,
}

/// Latency above hops above router: ordered as the three are.
fn pack(latency: u64, hops: u32, router: u32) -> u128 {
    u128::from(latency) << 64 | u128::from(hops) << 32 | u128::from(router)
}

impl Search {
    pub(crate) fn new(routers: usize) -> Self {
        Self { reached: vec![u128::MAX; routers], previous: vec![NOBODY; routers], queue: BinaryHeap::new() }
    }

    /// Finds the fastest paths from `source` to all routers.
    pub(crate) fn run(&mut self, graph: &Adjacency, source: u32) {
        self.reached.fill(u128::MAX);
        self.previous.fill(NOBODY);
        self.reached[source as usize] = 0;
        self.queue.push(Reverse(pack(0, 0, source)));
        while let Some(Reverse(entry)) = self.queue.pop() {
            let router = entry as u32;
            let here = entry >> 32;
            if here > self.reached[router as usize] {
                continue;
            }
            let (latency, hops) = ((here >> 32) as u64, here as u32);
            for &(neighbour, link) in graph.of(router) {
                let there = pack(latency.saturating_add(link), hops + 1, neighbour);
                let known = self.reached[neighbour as usize];
                if there >> 32 < known {
                    self.reached[neighbour as usize] = there >> 32;
                    self.previous[neighbour as usize] = router;
                    self.queue.push(Reverse(there));
                } else if there >> 32 == known && router < self.previous[neighbour as usize] {
                    self.previous[neighbour as usize] = router;
                }
            }
        }
    }

    /// Nanoseconds from the source to `router`; nothing where no path leads there.
    pub(crate) fn latency(&self, router: u32) -> Option<u64> {
        let reached = self.reached[router as usize];
        (reached != u128::MAX).then_some((reached >> 32) as u64)
    }

    /// The routers from the source to `router`, both included.
    pub(crate) fn path(&self, router: u32) -> Vec<RouterId> {
        let mut path = vec![RouterId(router)];
        let mut at = router;
        while self.previous[at as usize] != NOBODY {
            at = self.previous[at as usize];
            path.push(RouterId(at));
        }
        path.reverse();
        path
    }
}

/// The latencies between all pairs of `sites` (router numbers), computed in parallel, row by row.
pub(crate) fn table(graph: &Adjacency, sites: &[u32]) -> Result<Table, UnderlayError> {
    let mut table = Table::new(sites.len())?;
    if sites.is_empty() {
        return Ok(table);
    }
    table
        .entries_mut()
        .par_chunks_mut(sites.len())
        .zip(sites)
        .map_init(
            || Search::new(graph.routers()),
            |search, (row, &from)| {
                search.run(graph, from);
                for (entry, &to) in row.iter_mut().zip(sites) {
                    let latency = search.latency(to).expect("a router graph is connected");
                    *entry = u32::try_from(latency.saturating_add(UNIT / 2) / UNIT)
                        .map_err(|_| UnderlayError::TooFar { from, to })?;
                }
                Ok(())
            },
        )
        .collect::<Vec<_>>()
        .into_iter()
        // All rows are looked at in order, so that the same error is reported on any number of threads.
        .collect::<Result<(), UnderlayError>>()?;
    Ok(table)
}
