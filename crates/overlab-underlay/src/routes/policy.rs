//! Routes as autonomous systems choose them: valley-free, customers before peers before providers.
//!
//! The rules are those of Gao and Rexford (IEEE/ACM Transactions on Networking 9(6), 2001), under which routing is stable and
//! the stable routes are unique up to ties. An autonomous system tells its own routes and those of its customers to
//! everybody, and those of its peers and providers to its customers alone; siblings tell each other everything, and what came
//! from a sibling counts as whatever it is for the sibling. Each prefers routes by customers to routes by peers to routes by
//! providers, and among these the one that crosses the fewest autonomous systems. All routers of a system send a packet to
//! the nearest exit (by latency within it, then fewest hops) to any of the equally good neighbours: hot potato. Of equal
//! next routers the smallest number wins.
//!
//! Where faults tear a system apart, its parts act as systems of their own with the relations of the whole.
//!
//! A route between two hosts climbs to providers and siblings of the one's system, crosses at most one peering, and descends
//! to the other's: it, and all choices that bear on it, stay among the systems above those that have hosts. Nothing else is
//! looked at.

mod choice;
mod rank;
mod reach;
mod sums;
#[cfg(test)]
mod tests;
mod turn;

pub(crate) use choice::Choice;
pub(crate) use rank::Rank;
pub(crate) use reach::Reach;
use reach::{Rows, relation};
pub(crate) use turn::Turn;

use super::search::Cost;
use crate::damage::Down;
use crate::graph::{Relation, RouterGraph};
use std::sync::Arc;

/// No part and no slot.
const NOBODY: u32 = u32::MAX;

/// The autonomous systems that routes may cross, as damage leaves them.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) reach: Arc<Reach>,
    /// The part of its system that each router belongs to; a part hangs together. [`NOBODY`] for dead routers.
    pub(crate) part: Vec<u32>,
    /// The routers of each part.
    members: Rows<u32>,
    /// Links between routers of one part, by router.
    inner: Rows<Inner>,
    /// Links to other parts, by router.
    exits: Rows<Exit>,
    /// Parts that a part buys from, and its siblings.
    above: Rows<u32>,
    /// Parts that a part sells to, and its siblings.
    below: Rows<u32>,
    peers: Rows<u32>,
    siblings: Rows<u32>,
}

/// A link between two routers of one part, seen from one of them.
#[derive(Clone, Copy, Debug)]
struct Inner {
    /// The place of this router among the neighbours of the other.
    back: u16,
    to: u32,
    cost: Cost,
}

/// A link between two parts, seen from one of its routers.
#[derive(Clone, Copy, Debug)]
struct Exit {
    /// The place of the other router among the neighbours.
    place: u16,
    /// The part of that router.
    part: u32,
    /// What this side is to the other.
    relation: Relation,
}

impl Policy {
    /// The systems of `reach` without what is down.
    pub(crate) fn new(graph: &RouterGraph, reach: Arc<Reach>, down: Option<&Down>) -> Self {
        let adjacency = &graph.adjacency;
        let is_dead = |link: u32| down.is_some_and(|down| down.link(link));
        let (mut inner, mut outer) = (Rows::default(), Rows::default());
        for &router in &reach.routers {
            let links = adjacency.of(router).iter().zip(adjacency.links_of(router)).zip(0u16..);
            for ((&(neighbour, latency), &link), place) in links {
                let to = reach.slot[neighbour as usize];
                if is_dead(link) || to == NOBODY {
                    continue;
                }
                match relation(graph, router, neighbour, link) {
                    None => {
                        let back = adjacency.place(neighbour, router);
                        inner.push(Inner { back, to, cost: super::Routing::Latency.cost(latency) });
                    }
                    Some(relation) => outer.push(Exit { place, part: to, relation }),
                }
            }
            inner.close();
            outer.close();
        }
        let dead = |slot: usize| down.is_some_and(|down| down.router(reach.routers[slot]));
        let (part, members) = parts(&inner, reach.routers.len(), dead);
        let mut exits = outer;
        exits.items_mut().iter_mut().for_each(|exit| exit.part = part[exit.part as usize]);
        let neighbours = |wanted: &[Relation]| {
            let mut rows = Rows::default();
            let mut row = Vec::new();
            for number in 0..members.len() {
                let all = members.row(number).iter().flat_map(|&slot| exits.row(slot as usize));
                row.extend(all.filter(|exit| wanted.contains(&exit.relation)).map(|exit| exit.part));
                row.sort_unstable();
                row.dedup();
                row.drain(..).for_each(|part| rows.push(part));
                rows.close();
            }
            rows
        };
        Self {
            above: neighbours(&[Relation::Customer, Relation::Sibling]),
            below: neighbours(&[Relation::Provider, Relation::Sibling]),
            peers: neighbours(&[Relation::Peer]),
            siblings: neighbours(&[Relation::Sibling]),
            reach,
            part,
            members,
            inner,
            exits,
        }
    }
}

/// What hangs together by links within systems: the part of each slot, and the slots of each part.
fn parts(inner: &Rows<Inner>, slots: usize, dead: impl Fn(usize) -> bool) -> (Vec<u32>, Rows<u32>) {
    let mut part = vec![NOBODY; slots];
    let mut members = Rows::default();
    let mut queue = Vec::new();
    for first in 0..slots {
        if part[first] != NOBODY || dead(first) {
            continue;
        }
        let number = members.len() as u32;
        part[first] = number;
        queue.push(first as u32);
        while let Some(slot) = queue.pop() {
            members.push(slot);
            for link in inner.row(slot as usize) {
                if part[link.to as usize] == NOBODY {
                    part[link.to as usize] = number;
                    queue.push(link.to);
                }
            }
        }
        members.close();
    }
    (part, members)
}
