//! Pieces of a graph that hang on the rest by a single router: trees, and stub domains behind one gateway.
//!
//! A path between two routers of a piece never leaves it but for the router that it hangs on, and a path from a piece to
//! elsewhere crosses that router. So distances within a piece are a small table, distances to elsewhere one number a
//! router, and what is left to work out is the middle: the graph without its pieces.
//!
//! They are found by one depth-first search: a subtree from which no link leads above the router that it hangs on is a piece
//! (Hopcroft and Tarjan, "Efficient algorithms for graph manipulation", Communications of the ACM 16(6), 1973). The largest
//! subtrees of at most a stated size are taken.

use super::network::{Network, Search};
use rayon::prelude::*;

/// The number of no piece: that of routers of the middle.
pub(super) const MIDDLE: u32 = u32::MAX;

/// The pieces of a graph.
pub(super) struct Pieces {
    /// The piece of each router, or [`MIDDLE`].
    pub(super) of: Vec<u32>,
    pub(super) pieces: Vec<Piece>,
    /// All routers in the order in which the search met them: a piece is a range of it.
    order: Vec<u32>,
    /// Where a router stands in that order.
    position: Vec<u32>,
}

/// A piece: a range of routers in the order of the search, and the router that they hang on.
pub(super) struct Piece {
    start: u32,
    end: u32,
    pub(super) gateway: u32,
}

/// Lengths of one piece.
pub(super) struct Inside {
    /// The routers asked for, in ascending order.
    pub(super) members: Vec<u32>,
    /// From each of them to the gateway.
    pub(super) down: Vec<u64>,
    /// Between any two: of members `i <= j` at [`triangle`].
    pub(super) table: Vec<u64>,
}

/// The place of the pair `i <= j` in a triangular table.
#[inline]
pub(super) fn triangle(i: usize, j: usize) -> usize {
    j * (j + 1) / 2 + i
}

impl Pieces {
    /// Cuts off the largest pieces of at most `most` routers, as seen from `root`, which stays in the middle.
    pub(super) fn cut(network: &Network, root: u32, most: usize) -> Self {
        let tree = Tree::search(network, root);
        let mut of = vec![MIDDLE; network.nodes()];
        let mut pieces = Vec::new();
        for (position, &router) in tree.order.iter().enumerate().skip(1) {
            let parent = tree.parent[router as usize];
            let size = tree.size[router as usize];
            of[router as usize] = if of[parent as usize] != MIDDLE {
                of[parent as usize]
            } else if size as usize <= most && tree.low[router as usize] >= tree.position[parent as usize] {
                let start = position as u32;
                pieces.push(Piece { start, end: start + size, gateway: parent });
                pieces.len() as u32 - 1
            } else {
                MIDDLE
            };
        }
        // A router below a piece's gateway is met after all of an earlier piece: inheriting above never crosses pieces.
        Self { of, pieces, order: tree.order, position: tree.position }
    }

    /// The entries of the tables of all pieces, where `sites` are the routers asked for.
    pub(super) fn entries(&self, sites: &[u32]) -> u64 {
        let mut members = vec![0u64; self.pieces.len()];
        for &site in sites.iter().filter(|&&site| self.of[site as usize] != MIDDLE) {
            members[self.of[site as usize] as usize] += 1;
        }
        members.iter().map(|members| members * (members + 1) / 2).sum()
    }

    /// The lengths inside every piece, between those of its routers that `wanted` names.
    pub(super) fn insides(&self, network: &Network, wanted: impl Fn(u32) -> bool + Sync) -> Vec<Inside> {
        (0..self.pieces.len() as u32)
            .into_par_iter()
            .map(|piece| self.inside(network, piece, &wanted))
            .collect()
    }

    fn inside(&self, network: &Network, number: u32, wanted: &(impl Fn(u32) -> bool + Sync)) -> Inside {
        let Piece { start, end, gateway } = self.pieces[number as usize];
        let routers = &self.order[start as usize..end as usize];
        let mut members: Vec<u32> = routers.iter().copied().filter(|&router| wanted(router)).collect();
        members.sort_unstable();
        let outside = end - start;
        let links = routers.iter().zip(0..).flat_map(|(&from, local)| {
            network.of(from).iter().flat_map(move |&(to, length)| {
                // The gateway has links elsewhere, so that its own are seen from this side.
                if to == gateway {
                    [Some((local, outside, length)), Some((outside, local, length))]
                } else {
                    [Some((local, self.position[to as usize] - start, length)), None]
                }
            })
        });
        let inside = Network::new(routers.len() + 1, links.flatten());
        let mut search = Search::new(routers.len() + 1);
        let (mut down, mut table) = (Vec::new(), Vec::new());
        for (index, &member) in members.iter().enumerate() {
            search.run(&inside, self.position[member as usize] - start);
            down.push(search.lengths[outside as usize]);
            table.extend(
                members[..=index]
                    .iter()
                    .map(|&other| search.lengths[(self.position[other as usize] - start) as usize]),
            );
        }
        Inside { members, down, table }
    }
}

/// A depth-first search tree.
struct Tree {
    order: Vec<u32>,
    position: Vec<u32>,
    parent: Vec<u32>,
    /// The earliest position that the subtree of a router has a link to.
    low: Vec<u32>,
    /// Routers of the subtree.
    size: Vec<u32>,
}

impl Tree {
    fn search(network: &Network, root: u32) -> Self {
        const UNSEEN: u32 = u32::MAX;
        let nodes = network.nodes();
        let mut tree = Self {
            order: Vec::with_capacity(nodes),
            position: vec![UNSEEN; nodes],
            parent: vec![UNSEEN; nodes],
            low: vec![UNSEEN; nodes],
            size: vec![1; nodes],
        };
        tree.meet(root);
        // The routers on the way down, each with its next link to look at.
        let mut way = vec![(root, 0)];
        while let Some((router, next)) = way.last_mut() {
            let (from, index) = (*router, *next);
            *next += 1;
            if let Some(&(to, _)) = network.of(from).get(index) {
                if tree.position[to as usize] == UNSEEN {
                    tree.parent[to as usize] = from;
                    tree.meet(to);
                    way.push((to, 0));
                } else if to != tree.parent[from as usize] {
                    tree.low[from as usize] = tree.low[from as usize].min(tree.position[to as usize]);
                }
            } else {
                way.pop();
                if let Some(&(above, _)) = way.last() {
                    tree.size[above as usize] += tree.size[from as usize];
                    tree.low[above as usize] = tree.low[above as usize].min(tree.low[from as usize]);
                }
            }
        }
        tree
    }

    fn meet(&mut self, router: u32) {
        let position = self.order.len() as u32;
        self.order.push(router);
        self.position[router as usize] = position;
        self.low[router as usize] = position;
    }
}
