//! What does not work: routers and links that are dead, or that routing believes dead.

use crate::graph::Adjacency;
use crate::place::{LinkId, RouterId};
use std::collections::BTreeSet;

/// Dead routers and links of a router graph; a dead router takes all of its links with it.
///
/// What really is dead and what routing believes dead are two of these: see [`crate::Underlay::cut`] and
/// [`crate::Underlay::rerouted`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Dead routers.
    pub routers: BTreeSet<RouterId>,
    /// Dead links.
    pub links: BTreeSet<LinkId>,
}

impl Damage {
    /// Whether nothing is dead.
    pub fn is_empty(&self) -> bool {
        self.routers.is_empty() && self.links.is_empty()
    }
}

/// The same, to be asked fast: every link of a dead router is dead.
#[derive(Clone, Debug)]
pub(crate) struct Down {
    routers: Vec<bool>,
    links: Vec<bool>,
}

impl Down {
    pub(crate) fn new(graph: &Adjacency, damage: &Damage) -> Self {
        let mut routers = vec![false; graph.routers()];
        let mut links = vec![false; graph.links()];
        for &LinkId(link) in &damage.links {
            links[link as usize] = true;
        }
        for &RouterId(router) in &damage.routers {
            routers[router as usize] = true;
            for &link in graph.links_of(router) {
                links[link as usize] = true;
            }
        }
        Self { routers, links }
    }

    #[inline]
    pub(crate) fn router(&self, router: u32) -> bool {
        self.routers[router as usize]
    }

    #[inline]
    pub(crate) fn link(&self, link: u32) -> bool {
        self.links[link as usize]
    }
}
