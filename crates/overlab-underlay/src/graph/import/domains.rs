//! The autonomous systems of a file, and the tiers that their relations give them.

use crate::graph::file::GraphNode;
use crate::graph::{Country, Domain, Relation, RouterKind};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, VecDeque};

/// The domains of a graph.
pub(super) struct Domains {
    /// By index; empty where the file names none.
    pub(super) list: Vec<Domain>,
    /// The index of the domain of each node.
    of_node: Vec<u32>,
    /// Which domains have customers; empty where relations are unknown.
    sells: Vec<bool>,
}

impl Domains {
    /// The index of a node's domain; 0 where there are none.
    pub(super) fn of_node(&self, node: usize) -> u32 {
        self.of_node.get(node).copied().unwrap_or(0)
    }

    /// What relations make of a node.
    pub(super) fn kind(&self, node: usize) -> Option<RouterKind> {
        let sells = *self.sells.get(self.of_node(node) as usize)?;
        Some(if sells { RouterKind::Transit } else { RouterKind::Stub })
    }
}

/// The domains of `nodes`, ascending by number, where at least one has a number; those without one make a domain 0.
/// `relations` say what their first node is to the second.
pub(super) fn domains(
    nodes: &[&GraphNode],
    relations: impl Iterator<Item = (u32, u32, Relation)>,
) -> Domains {
    if nodes.iter().all(|node| node.domain.is_none()) {
        return Domains { list: Vec::new(), of_node: Vec::new(), sells: Vec::new() };
    }
    let number = |node: &GraphNode| node.domain.unwrap_or(0);
    let mut indices: BTreeMap<u32, u32> = nodes.iter().map(|node| (number(node), 0)).collect();
    for (index, place) in indices.values_mut().enumerate() {
        *place = index as u32;
    }
    let of_node: Vec<u32> = nodes.iter().map(|node| indices[&number(node)]).collect();
    let mut home: Vec<Option<Option<Country>>> = vec![None; indices.len()];
    for (node, &domain) in nodes.iter().zip(&of_node) {
        let home = &mut home[domain as usize];
        // A domain in several countries has no home.
        *home = Some(home.map_or(node.country, |home| home.filter(|&home| node.country == Some(home))));
    }
    let mut sales = DiGraph::<(), (), u32>::with_capacity(indices.len(), 0);
    for _ in 0..indices.len() {
        sales.add_node(());
    }
    let mut known = false;
    for (a, b, relation) in relations {
        let [a, b] = [a, b].map(|node| NodeIndex::new(of_node[node as usize] as usize));
        known |= a != b;
        match relation {
            Relation::Provider if a != b => sales.add_edge(a, b, ()),
            Relation::Customer if a != b => sales.add_edge(b, a, ()),
            _ => continue,
        };
    }
    let tiers = if known { tiers(&sales) } else { vec![0; indices.len()] };
    let sells = if known {
        sales.node_indices().map(|domain| sales.neighbors(domain).next().is_some()).collect()
    } else {
        Vec::new()
    };
    let list = indices
        .keys()
        .zip(tiers)
        .zip(home)
        .map(|((&number, tier), home)| Domain { number, tier, country: home.flatten(), population: 0.0 })
        .collect();
    Domains { list, of_node, sells }
}

/// The tiers of domains, whose edges lead from provider to customer: 1 without a provider, else one more than the least of
/// its providers. Measured relations have cycles; a cycle that nobody outside sells to counts as without a provider.
fn tiers(sales: &DiGraph<(), (), u32>) -> Vec<u8> {
    let mut part = vec![0_usize; sales.node_count()];
    let parts = kosaraju_scc(sales);
    for (index, members) in parts.iter().enumerate() {
        for member in members {
            part[member.index()] = index;
        }
    }
    let mut bought = vec![false; parts.len()];
    for edge in sales.raw_edges() {
        let [from, to] = [edge.source(), edge.target()].map(|domain| part[domain.index()]);
        bought[to] |= from != to;
    }
    let mut tiers = vec![0_u8; sales.node_count()];
    let mut queue: VecDeque<NodeIndex> =
        sales.node_indices().filter(|domain| !bought[part[domain.index()]]).collect();
    for domain in &queue {
        tiers[domain.index()] = 1;
    }
    // Breadth first: whoever reaches a domain first is the provider of least tier.
    while let Some(provider) = queue.pop_front() {
        for customer in sales.neighbors(provider) {
            if tiers[customer.index()] == 0 {
                tiers[customer.index()] = tiers[provider.index()].saturating_add(1);
                queue.push_back(customer);
            }
        }
    }
    tiers
}

#[cfg(test)]
mod tests {
    use super::*;
    use Relation::{Customer, Peer, Provider, Sibling};

    fn of(numbers: &[Option<u32>], relations: &[(u32, u32, Relation)]) -> Domains {
        let nodes: Vec<GraphNode> =
            numbers.iter().map(|&domain| GraphNode { domain, ..GraphNode::new("n") }).collect();
        domains(&nodes.iter().collect::<Vec<_>>(), relations.iter().copied())
    }

    fn tiers_of(domains: &Domains) -> Vec<(u32, u8)> {
        domains.list.iter().map(|domain| (domain.number, domain.tier)).collect()
    }

    #[test]
    fn a_tier_is_one_below_the_best_provider() {
        // 10 and 20 are peers at the top; 30 buys from 10, 40 from 30 and 20, 50 from 40; 60 is a sibling of 50.
        let found = of(
            &[Some(10), Some(20), Some(30), Some(40), Some(50), Some(60)],
            &[
                (0, 1, Peer),
                (0, 2, Provider),
                (3, 2, Customer),
                (1, 3, Provider),
                (3, 4, Provider),
                (4, 5, Sibling),
            ],
        );
        assert_eq!(tiers_of(&found), [(10, 1), (20, 1), (30, 2), (40, 2), (50, 3), (60, 1)]);
        let kinds: Vec<_> = (0..6).map(|node| found.kind(node).unwrap()).collect();
        use RouterKind::{Stub, Transit};
        assert_eq!(kinds, [Transit, Transit, Transit, Transit, Stub, Stub]);
    }

    #[test]
    fn cycles_of_providers_end() {
        // 1 sells to 2, 2 to 3, 3 to 1: nobody sells to them. 3 sells to 4, and 4 and 5 sell to each other.
        let relations = [
            (0, 1, Provider),
            (1, 2, Provider),
            (2, 0, Provider),
            (2, 3, Provider),
            (3, 4, Provider),
            (4, 3, Provider),
        ];
        let found = of(&[1, 2, 3, 4, 5].map(Some), &relations);
        assert_eq!(tiers_of(&found), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 3)]);
    }

    #[test]
    fn nodes_share_domains_and_may_have_none() {
        let found = of(&[Some(7), None, Some(7), Some(3)], &[]);
        assert_eq!(tiers_of(&found), [(0, 0), (3, 0), (7, 0)]);
        assert_eq!((0..4).map(|node| found.of_node(node)).collect::<Vec<_>>(), [2, 0, 2, 1]);
        assert_eq!(found.kind(0), None);
        let none = of(&[None, None], &[(0, 1, Peer)]);
        assert!(none.list.is_empty() && none.of_node(1) == 0);
    }
}
