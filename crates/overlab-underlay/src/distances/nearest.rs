//! The two sites that are nearest to each other.

use crate::graph::Adjacency;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The least latency from host to host between different sites in nanoseconds, where `access` is the least access latency
/// at each; nothing where there are fewer than two. One search from all sites at once, which lets two of them meet at every
/// router: the nearest other site of each site is among these.
pub(crate) fn nearest_pair(graph: &Adjacency, sites: &[u32], access: &[u64]) -> Option<u64> {
    const NOBODY: u32 = u32::MAX;
    let mut first = vec![NOBODY; graph.routers()];
    let mut second = vec![NOBODY; graph.routers()];
    let mut least = None;
    let mut queue: BinaryHeap<_> = sites
        .iter()
        .zip(access)
        .zip(0..)
        .map(|((&router, &access), site)| Reverse((access, router, site)))
        .collect();
    while let Some(Reverse((latency, router, site))) = queue.pop() {
        let at = router as usize;
        if first[at] == NOBODY {
            first[at] = site;
        } else if first[at] != site && second[at] == NOBODY {
            second[at] = site;
        } else {
            continue;
        }
        if least.is_some_and(|least| latency >= least) {
            break;
        }
        if let Ok(here) = sites.binary_search(&router)
            && here as u32 != site
        {
            let pair = latency.saturating_add(access[here]);
            least = Some(least.map_or(pair, |least: u64| least.min(pair)));
        }
        for &(neighbour, link) in graph.of(router) {
            let there = latency.saturating_add(link);
            if second[neighbour as usize] == NOBODY {
                queue.push(Reverse((there, neighbour, site)));
            }
        }
    }
    least
}
