//! A graph whose links have lengths, and shortest lengths in it.

use crate::graph::Adjacency;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What a path's length is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    /// Nanoseconds.
    Latency,
    /// Hops above nanoseconds: of paths of equally many hops the fastest is shortest.
    Hops,
}

/// Bits of nanoseconds below the hops of a length: 4.29 s.
const HOP_SHIFT: u32 = 32;

impl Metric {
    /// The length of a link.
    fn link(self, latency: u64) -> u64 {
        match self {
            Self::Latency => latency,
            Self::Hops => latency.saturating_add(1 << HOP_SHIFT),
        }
    }

    /// Covers the bits of a length that are nanoseconds.
    pub(super) fn mask(self) -> u64 {
        match self {
            Self::Latency => u64::MAX,
            Self::Hops => (1 << HOP_SHIFT) - 1,
        }
    }

    /// Whether the nanoseconds of all paths of at most length `length`, in a graph whose longest link takes `slowest`, stay
    /// apart from their hops.
    pub(super) fn holds(self, length: u64, slowest: u64) -> bool {
        match self {
            Self::Latency => true,
            Self::Hops => {
                slowest.checked_mul((length >> HOP_SHIFT) + 1).is_some_and(|latency| latency < 1 << HOP_SHIFT)
            }
        }
    }
}

/// A graph as compressed rows of (neighbour, length).
#[derive(Clone, Debug)]
pub(super) struct Network {
    starts: Vec<u32>,
    links: Vec<(u32, u64)>,
}

impl Network {
    /// The whole router graph.
    pub(super) fn whole(graph: &Adjacency, metric: Metric) -> Self {
        let nodes = 0..graph.routers() as u32;
        let links = nodes
            .clone()
            .flat_map(|from| graph.of(from).iter().map(move |&(to, latency)| (from, to, latency)));
        Self::new(nodes.len(), links.map(|(from, to, latency)| (from, to, metric.link(latency))))
    }

    /// A graph of `nodes` nodes with these directed links (from, to, length); each node keeps the order of its links.
    pub(super) fn new(nodes: usize, links: impl Iterator<Item = (u32, u32, u64)> + Clone) -> Self {
        let mut starts = vec![0; nodes + 2];
        for (from, ..) in links.clone() {
            starts[from as usize + 2] += 1;
        }
        for node in 2..starts.len() {
            starts[node] += starts[node - 1];
        }
        let mut placed = vec![(0, 0); starts[nodes + 1] as usize];
        for (from, to, length) in links {
            let next = &mut starts[from as usize + 1];
            placed[*next as usize] = (to, length);
            *next += 1;
        }
        starts.pop();
        Self { starts, links: placed }
    }

    /// The part that these nodes make, numbered in their order.
    pub(super) fn part(&self, nodes: &[u32]) -> Self {
        const OUTSIDE: u32 = u32::MAX;
        let mut number = vec![OUTSIDE; self.nodes()];
        for (&node, at) in nodes.iter().zip(0..) {
            number[node as usize] = at;
        }
        let links = nodes.iter().zip(0..).flat_map(|(&node, from)| {
            let to = self.of(node).iter().map(|&(to, length)| (number[to as usize], length));
            to.filter(|(to, _)| *to != OUTSIDE).map(move |(to, length)| (from, to, length))
        });
        Self::new(nodes.len(), links)
    }

    pub(super) fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    #[inline]
    pub(super) fn of(&self, node: u32) -> &[(u32, u64)] {
        &self.links[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }
}

/// The working memory of Dijkstra's algorithm and, after it, the lengths from the source.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) lengths: Vec<u64>,
    queue: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Search {
    pub(super) fn new(nodes: usize) -> Self {
        Self { lengths: vec![u64::MAX; nodes], queue: BinaryHeap::new() }
    }

    /// Finds the lengths from `source` to all nodes; `u64::MAX` where no path leads.
    pub(super) fn run(&mut self, network: &Network, source: u32) {
        self.lengths.fill(u64::MAX);
        self.lengths[source as usize] = 0;
        self.queue.push(Reverse((0, source)));
        while let Some(Reverse((length, node))) = self.queue.pop() {
            if length > self.lengths[node as usize] {
                continue;
            }
            for &(neighbour, link) in network.of(node) {
                let there = length.saturating_add(link);
                if there < self.lengths[neighbour as usize] {
                    self.lengths[neighbour as usize] = there;
                    self.queue.push(Reverse((there, neighbour)));
                }
            }
        }
    }
}
