//! The autonomous systems above those that have hosts, and what links say about them.

use super::NOBODY;
use crate::error::UnderlayError;
use crate::graph::{Relation, RouterGraph};
use petgraph::graph::EdgeIndex;

/// Rows of items, one after another.
#[derive(Clone, Debug)]
pub(crate) struct Rows<T> {
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T> Rows<T> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds to the row that is not closed yet.
    pub(super) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    pub(super) fn close(&mut self) {
        self.ends.push(self.items.len() as u32);
    }

    pub(super) fn items_mut(&mut self) -> &mut [T] {
        &mut self.items
    }

    #[inline]
    pub(crate) fn row(&self, number: usize) -> &[T] {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.items[start as usize..self.ends[number] as usize]
    }
}

/// The routers of all systems that routes between routers with hosts may cross.
#[derive(Debug)]
pub(crate) struct Reach {
    /// By router: its number among these, or [`NOBODY`].
    pub(crate) slot: Vec<u32>,
    /// The routers, ascending.
    pub(crate) routers: Vec<u32>,
}

/// What `router` is to `neighbour` by the link between them; nothing within a system.
pub(crate) fn relation(graph: &RouterGraph, router: u32, neighbour: u32, link: u32) -> Option<Relation> {
    let domain = |router: u32| graph.graph[petgraph::graph::NodeIndex::new(router as usize)].domain;
    if domain(router) == domain(neighbour) {
        return None;
    }
    let edge = EdgeIndex::new(link as usize);
    let (source, _) = graph.graph.edge_endpoints(edge).expect("links are edges of the graph");
    // That every such link says its relation is checked before.
    let relation = graph.graph[edge].relation.unwrap_or(Relation::Sibling);
    Some(if source.index() == router as usize { relation } else { relation.reverse() })
}

impl Reach {
    /// The systems of the routers `sites`, and all above them: providers, siblings, and theirs in turn.
    ///
    /// # Errors
    /// Where links between systems do not say who pays whom, or there are none.
    pub(crate) fn new(graph: &RouterGraph, sites: &[u32]) -> Result<Self, UnderlayError> {
        graph.check_relations()?;
        let domain_of: Vec<u32> = graph.graph.node_weights().map(|router| router.domain).collect();
        let domains = domain_of.iter().max().map_or(0, |&last| last as usize + 1);
        let mut above: Vec<(u32, u32)> = Vec::new();
        for edge in graph.graph.edge_indices() {
            let (a, b) = graph.graph.edge_endpoints(edge).expect("an edge of the graph");
            let (a, b) = (domain_of[a.index()], domain_of[b.index()]);
            match graph.graph[edge].relation.filter(|_| a != b) {
                Some(Relation::Customer) => above.push((a, b)),
                Some(Relation::Provider) => above.push((b, a)),
                Some(Relation::Sibling) => above.extend([(a, b), (b, a)]),
                Some(Relation::Peer) | None => {}
            }
        }
        above.sort_unstable();
        above.dedup();
        let mut inside = vec![false; domains];
        let mut queue: Vec<u32> = sites.iter().map(|&site| domain_of[site as usize]).collect();
        queue.iter().for_each(|&domain| inside[domain as usize] = true);
        while let Some(domain) = queue.pop() {
            let first = above.partition_point(|&(below, _)| below < domain);
            for &(_, up) in above[first..].iter().take_while(|&&(below, _)| below == domain) {
                if !std::mem::replace(&mut inside[up as usize], true) {
                    queue.push(up);
                }
            }
        }
        let routers: Vec<u32> =
            (0..graph.routers()).filter(|&router| inside[domain_of[router as usize] as usize]).collect();
        let mut slot = vec![NOBODY; domain_of.len()];
        routers.iter().zip(0..).for_each(|(&router, number)| slot[router as usize] = number);
        Ok(Self { slot, routers })
    }
}

impl RouterGraph {
    /// Whether policies can be followed: [`crate::Routing::Policy`] asks for it.
    ///
    /// # Errors
    /// Where links between systems do not say who pays whom, or nothing is known of systems.
    pub fn check_relations(&self) -> Result<(), UnderlayError> {
        let (mut links, mut silent) = (0, 0);
        for edge in self.graph.edge_indices() {
            let (a, b) = self.graph.edge_endpoints(edge).expect("an edge of the graph");
            if self.graph[a].domain != self.graph[b].domain {
                links += 1;
                silent += u32::from(self.graph[edge].relation.is_none());
            }
        }
        if silent > 0 || (links == 0 && self.routers() > 1 && self.domains.is_empty()) {
            return Err(UnderlayError::NoRelations { links, silent });
        }
        Ok(())
    }
}
