//! Which nodes matter most: those that many shortest paths cross make the best hubs.
//!
//! A node's importance is the number of its links times the number of shortest paths through it, counted from some nodes to all
//! others (a sample of its betweenness, Brandes, "A faster algorithm for betweenness centrality", Journal of Mathematical
//! Sociology 25(2), 2001, by one shortest path a pair). The paper of the labels takes the number of links alone; on graphs with
//! latencies the product gives labels a tenth (Barabási-Albert) to a third (an Internet of points of presence) smaller.

use super::network::Network;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// From these many nodes paths are counted: four times as many make labels of an Internet another tenth smaller, a quarter as many a
/// tenth larger.
const SAMPLES: usize = 192;

/// All nodes, the most important first.
pub(super) fn by_importance(network: &Network) -> Vec<u32> {
    let nodes = network.nodes();
    let samples = SAMPLES.min(nodes);
    let add = |mut sum: Vec<u64>, other: Vec<u64>| {
        sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
        sum
    };
    // Whole numbers: the sum is the same in whatever order threads add theirs.
    let crossed = (0..samples)
        .into_par_iter()
        .fold(
            || (Paths::new(nodes), vec![0; nodes]),
            |(mut paths, mut crossed), sample| {
                paths.count(network, ((2 * sample + 1) * nodes / (2 * samples)) as u32, &mut crossed);
                (paths, crossed)
            },
        )
        .map(|(_, crossed)| crossed)
        .reduce(|| vec![0; nodes], add);
    let importance = |node: u32| (crossed[node as usize] + 1) * network.of(node).len() as u64;
    let mut order: Vec<u32> = (0..nodes as u32).collect();
    order.sort_by_key(|&node| (Reverse(importance(node)), node));
    order
}

/// The working memory of a count.
struct Paths {
    lengths: Vec<u64>,
    previous: Vec<u32>,
    /// Nodes in the order of their lengths.
    settled: Vec<u32>,
    /// Paths that lead to a node or beyond.
    beyond: Vec<u64>,
    queue: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Paths {
    fn new(nodes: usize) -> Self {
        Self {
            lengths: vec![u64::MAX; nodes],
            previous: vec![0; nodes],
            settled: Vec::with_capacity(nodes),
            beyond: vec![0; nodes],
            queue: BinaryHeap::new(),
        }
    }

    /// Adds to every node the paths from `source` that cross it or end there.
    fn count(&mut self, network: &Network, source: u32, crossed: &mut [u64]) {
        self.lengths.fill(u64::MAX);
        self.beyond.fill(1);
        self.lengths[source as usize] = 0;
        self.queue.push(Reverse((0, source)));
        while let Some(Reverse((length, node))) = self.queue.pop() {
            if length > self.lengths[node as usize] {
                continue;
            }
            self.settled.push(node);
            for &(neighbour, link) in network.of(node) {
                let there = length.saturating_add(link);
                if there < self.lengths[neighbour as usize] {
                    self.lengths[neighbour as usize] = there;
                    self.previous[neighbour as usize] = node;
                    self.queue.push(Reverse((there, neighbour)));
                }
            }
        }
        for node in self.settled.drain(..).rev().filter(|&node| node != source) {
            let paths = self.beyond[node as usize];
            crossed[node as usize] += paths;
            self.beyond[self.previous[node as usize] as usize] += paths;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_line_comes_first_and_its_ends_last() {
        let links = (1..9u32).flat_map(|node| [(node - 1, node, 5), (node, node - 1, 5)]);
        let order = by_importance(&Network::new(9, links));
        assert_eq!(order[0], 4);
        assert_eq!(order[7..], [0, 8]);
    }
}
