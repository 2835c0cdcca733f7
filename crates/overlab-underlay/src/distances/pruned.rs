//! Pruned landmark labelling: the search that makes labels (Akiba, Iwata, Yoshida, "Fast exact shortest-path distance
//! queries on large networks by pruned landmark labeling", SIGMOD 2013, with Dijkstra's algorithm in place of breadth-first
//! search for lengths).
//!
//! Nodes are numbered by importance, the most important first. From each in turn a search runs that stops wherever the labels
//! made so far know a path as short. What is left is the canonical labelling of that order: node `h` labels node `v` if and
//! only if `h` is the most important one on all shortest paths between them.
//!
//! # Departure from the paper
//! Searches run in batches, in parallel, each on the labels of earlier batches. What a search then finds too much is left
//! out when its batch is merged in order, by the same comparison against the labels of the batch; so labels are those of the
//! sequential algorithm, whatever the size of batches and the number of threads. A search never enters a node more important
//! than its own: such a node is on the way, so the labels of both ends know of it, or of a better one.

use super::entry::{Entry, LONGEST, NUMBERS};
use super::network::Network;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The least and the most roots that are searched from at once.
const LEAST_BATCH: usize = 2;
const LARGEST_BATCH: usize = 512;

/// The labels of all nodes of a network whose nodes are numbered by importance and connected: for each its hubs in ascending
/// order with the lengths to them.
pub(super) fn labels(network: &Network) -> Vec<Vec<Entry>> {
    labels_in_batches(network, |done| (done / 8).clamp(LEAST_BATCH, LARGEST_BATCH))
}

/// The same in batches of `batch(roots done)`.
pub(super) fn labels_in_batches(network: &Network, batch: impl Fn(usize) -> usize) -> Vec<Vec<Entry>> {
    let nodes = network.nodes();
    let mut labels = vec![Vec::new(); nodes];
    let mut merge = Merge { lengths: vec![UNKNOWN; nodes] };
    let mut done = 0;
    while done < nodes {
        let end = (done + batch(done)).min(nodes);
        let found: Vec<Vec<Entry>> = (done..end)
            .into_par_iter()
            .map_init(|| Pruned::new(nodes), |search, root| search.run(network, &labels, root as u32))
            .collect();
        for (root, found) in (done as u32..).zip(found) {
            merge.add(&mut labels, done as u32, root, &found);
        }
        done = end;
    }
    labels
}

/// Stands for a length that is not known; two of them can be added.
const UNKNOWN: u64 = u64::MAX / 2;

/// The working memory of a search.
struct Pruned {
    lengths: Vec<u64>,
    /// By hub, the lengths of the root's own label.
    root: Vec<u64>,
    touched: Vec<u32>,
    /// Length above node, in the order of lengths.
    queue: BinaryHeap<Reverse<u64>>,
}

impl Pruned {
    fn new(nodes: usize) -> Self {
        Self {
            lengths: vec![UNKNOWN; nodes],
            root: vec![UNKNOWN; nodes],
            touched: Vec::new(),
            queue: BinaryHeap::new(),
        }
    }

    /// The nodes that `root` may have to label, and the lengths to them, shortest first.
    fn run(&mut self, network: &Network, labels: &[Vec<Entry>], root: u32) -> Vec<Entry> {
        let pack = |length: u64, node: u32| Reverse(length * NUMBERS as u64 + u64::from(node));
        for hub in &labels[root as usize] {
            self.root[hub.number() as usize] = hub.length();
        }
        let mut found = Vec::new();
        self.lengths[root as usize] = 0;
        self.touched.push(root);
        self.queue.push(pack(0, root));
        while let Some(Reverse(packed)) = self.queue.pop() {
            let (length, node) = (packed / NUMBERS as u64, (packed % NUMBERS as u64) as u32);
            let stale = length > self.lengths[node as usize];
            if stale || is_known(&self.root, &labels[node as usize], length) {
                continue;
            }
            found.push(Entry::new(node, length));
            for &(neighbour, link) in network.of(node) {
                let there = length + link;
                if neighbour > root && there < self.lengths[neighbour as usize] && there <= LONGEST {
                    if self.lengths[neighbour as usize] == UNKNOWN {
                        self.touched.push(neighbour);
                    }
                    self.lengths[neighbour as usize] = there;
                    self.queue.push(pack(there, neighbour));
                }
            }
        }
        for node in self.touched.drain(..) {
            self.lengths[node as usize] = UNKNOWN;
        }
        for hub in &labels[root as usize] {
            self.root[hub.number() as usize] = UNKNOWN;
        }
        found
    }
}

/// Whether a path of at most `length` leads over a hub of both labels, the root's spread out by hub.
#[inline]
fn is_known(root: &[u64], label: &[Entry], length: u64) -> bool {
    label.iter().any(|hub| root[hub.number() as usize] + hub.length() <= length)
}

/// Puts what a batch of searches found into the labels, in the order of importance.
struct Merge {
    /// By hub, the lengths of the root's own label, as far as its hubs belong to the batch.
    lengths: Vec<u64>,
}

impl Merge {
    /// `first` is the first root of the batch.
    fn add(&mut self, labels: &mut [Vec<Entry>], first: u32, root: u32, found: &[Entry]) {
        fn of_batch(label: &[Entry], first: u32) -> &[Entry] {
            &label[label.iter().rposition(|hub| hub.number() < first).map_or(0, |last| last + 1)..]
        }
        let own = of_batch(&labels[root as usize], first).to_vec();
        for hub in &own {
            self.lengths[hub.number() as usize] = hub.length();
        }
        for &reached in found {
            let label = &mut labels[reached.number() as usize];
            if own.is_empty() || !is_known(&self.lengths, of_batch(label, first), reached.length()) {
                label.push(Entry::new(root, reached.length()));
            }
        }
        for hub in &own {
            self.lengths[hub.number() as usize] = UNKNOWN;
        }
    }
}
