//! The graph of autonomous systems behind a router graph, and valley-free searches on it.

use overlab_underlay::{Relation, RouterGraph};
use std::collections::BTreeMap;

/// What each network's neighbours are to it.
pub(crate) struct Networks {
    pub(crate) providers: Vec<Vec<u32>>,
    pub(crate) customers: Vec<Vec<u32>>,
    pub(crate) peers: Vec<Vec<u32>>,
}

impl Networks {
    /// Panics where two links between the same two networks disagree.
    pub(crate) fn of(graph: &RouterGraph) -> Self {
        let mut relations = BTreeMap::new();
        let petgraph = graph.graph();
        for edge in petgraph.edge_indices() {
            let (a, b) = petgraph.edge_endpoints(edge).unwrap();
            let [a, b] = [a, b].map(|node| petgraph[node].domain);
            assert_eq!(petgraph[edge].relation.is_none(), a == b, "links between networks have a relation");
            let Some(relation) = petgraph[edge].relation else { continue };
            let (pair, relation) = if a < b { ((a, b), relation) } else { ((b, a), relation.reverse()) };
            assert_eq!(*relations.entry(pair).or_insert(relation), relation, "{pair:?}");
        }
        let none = || vec![Vec::new(); graph.domains().len()];
        let mut networks = Self { providers: none(), customers: none(), peers: none() };
        for ((a, b), relation) in relations {
            let [to_a, to_b] = match relation {
                Relation::Customer => {
                    [&mut networks.providers[a as usize], &mut networks.customers[b as usize]]
                }
                Relation::Provider => {
                    [&mut networks.customers[a as usize], &mut networks.providers[b as usize]]
                }
                Relation::Peer => {
                    networks.peers[b as usize].push(a);
                    networks.peers[a as usize].push(b);
                    continue;
                }
                Relation::Sibling => unreachable!("there are none"),
            };
            to_a.push(b);
            to_b.push(a);
        }
        networks
    }

    pub(crate) fn count(&self) -> usize {
        self.providers.len()
    }

    pub(crate) fn neighbours(&self, network: usize) -> Vec<u32> {
        let mut all = [&self.providers[network][..], &self.customers[network], &self.peers[network]].concat();
        all.sort_unstable();
        all
    }

    pub(crate) fn degrees(&self) -> Vec<u32> {
        (0..self.count()).map(|network| self.neighbours(network).len() as u32).collect()
    }

    /// Links between networks: all, and those between peers.
    pub(crate) fn links(&self) -> (usize, usize) {
        let peers = self.peers.iter().map(Vec::len).sum::<usize>() / 2;
        (self.providers.iter().map(Vec::len).sum::<usize>() + peers, peers)
    }

    /// Links on the shortest valley-free path from `source` to each network; `u32::MAX` where there is none: up any number of
    /// providers, over at most one peering, down any number of customers.
    pub(crate) fn valley_free(&self, source: usize) -> Vec<u32> {
        const NEVER: u32 = u32::MAX;
        let count = self.count();
        // State 0 may still go up; state 1 only down.
        let mut reached = vec![[NEVER; 2]; count];
        reached[source][0] = 0;
        let mut queue = std::collections::VecDeque::from([(source, 0)]);
        while let Some((at, state)) = queue.pop_front() {
            let next = reached[at][state] + 1;
            let up = self.providers[at].iter().map(|&to| (to as usize, 0)).filter(|_| state == 0);
            let across = self.peers[at].iter().map(|&to| (to as usize, 1)).filter(|_| state == 0);
            let down = self.customers[at].iter().map(|&to| (to as usize, 1));
            for (to, state) in up.chain(across).chain(down) {
                if reached[to][state] == NEVER {
                    reached[to][state] = next;
                    queue.push_back((to, state));
                }
            }
        }
        reached.into_iter().map(|[up, down]| up.min(down)).collect()
    }

    /// Mean over networks with two neighbours and more of the share of their pairs that are linked (Watts, Strogatz 1998).
    pub(crate) fn clustering(&self) -> f64 {
        let all: Vec<Vec<u32>> = (0..self.count()).map(|network| self.neighbours(network)).collect();
        let (mut sum, mut counted) = (0.0, 0);
        for neighbours in all.iter().filter(|neighbours| neighbours.len() > 1) {
            // The largest have millions of pairs; every so many stand for all.
            let step = neighbours.len().div_ceil(300);
            let some: Vec<u32> = neighbours.iter().copied().step_by(step).collect();
            let (mut linked, mut pairs) = (0, 0);
            for (index, a) in some.iter().enumerate() {
                for b in &some[index + 1..] {
                    pairs += 1;
                    linked += u32::from(all[*a as usize].binary_search(b).is_ok());
                }
            }
            if pairs > 0 {
                sum += f64::from(linked) / f64::from(pairs);
                counted += 1;
            }
        }
        sum / f64::from(counted)
    }
}
