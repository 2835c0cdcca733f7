//! How large labels would be, before they are made.
//!
//! Which hubs a node's label has follows from one search from that node alone: those that are the most important node on all
//! shortest paths to themselves. So the mean over some nodes spread over the network estimates the mean over all, without
//! bias by the construction.

use super::network::Network;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The mean number of entries of a label, from `samples` nodes evenly spread over the numbers.
pub(super) fn mean_entries(network: &Network, samples: usize) -> f64 {
    let nodes = network.nodes();
    let samples = samples.min(nodes);
    let entries: u64 = (0..samples)
        .into_par_iter()
        .map_init(
            || Hubs::new(nodes),
            |hubs, sample| hubs.count(network, ((2 * sample + 1) * nodes / (2 * samples)) as u32),
        )
        .sum();
    entries as f64 / samples.max(1) as f64
}

/// The working memory of a count.
struct Hubs {
    lengths: Vec<u64>,
    /// The most important node on the shortest paths so far.
    most: Vec<u32>,
    queue: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Hubs {
    fn new(nodes: usize) -> Self {
        Self { lengths: vec![u64::MAX; nodes], most: vec![u32::MAX; nodes], queue: BinaryHeap::new() }
    }

    /// The entries of the label of `source`; exact where all links take time.
    fn count(&mut self, network: &Network, source: u32) -> u64 {
        self.lengths.fill(u64::MAX);
        self.lengths[source as usize] = 0;
        self.most[source as usize] = source;
        self.queue.push(Reverse((0, source)));
        let mut count = 0;
        while let Some(Reverse((length, node))) = self.queue.pop() {
            if length > self.lengths[node as usize] {
                continue;
            }
            let most = self.most[node as usize];
            count += u64::from(most == node);
            for &(neighbour, link) in network.of(node) {
                let there = length.saturating_add(link);
                let known = self.lengths[neighbour as usize];
                if there < known {
                    self.lengths[neighbour as usize] = there;
                    self.most[neighbour as usize] = most.min(neighbour);
                    self.queue.push(Reverse((there, neighbour)));
                } else if there == known {
                    self.most[neighbour as usize] = self.most[neighbour as usize].min(most);
                }
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distances::pruned;
    use overlab_time::{Purpose, Seeds};

    #[test]
    fn a_count_of_all_nodes_is_exact() {
        let mut stream = Seeds::new(3, 0).stream(Purpose::Example, 0, 0);
        for nodes in [1u32, 2, 10, 200] {
            let mut links = Vec::new();
            for node in 1..nodes {
                for _ in 0..3 {
                    let (other, length) = (stream.below(u64::from(node)) as u32, stream.below(20) + 1);
                    links.extend([(node, other, length), (other, node, length)]);
                }
            }
            let network = Network::new(nodes as usize, links.iter().copied());
            let entries: usize = pruned::labels(&network).iter().map(Vec::len).sum();
            let mean = mean_entries(&network, nodes as usize);
            assert!((mean - entries as f64 / f64::from(nodes)).abs() < 1e-9, "{nodes}: {mean}, {entries}");
        }
    }
}
