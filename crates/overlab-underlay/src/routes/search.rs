//! The search from a destination back to all routers: Dijkstra's by latency, in breadth by hops.

use super::{NOWHERE, Routing};
use crate::damage::Down;
use crate::graph::Adjacency;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No router, and no neighbour.
const NOBODY: u32 = u32::MAX;

/// What a route costs: latency above hops or hops above latency, packed so that costs compare as the pair.
///
/// 64 bits of the first above 32 of hops, or 32 of hops above 64 of the other: 96 in all, which leaves room for a router.
pub(crate) type Cost = u128;

/// No route.
pub(crate) const NEVER: Cost = u128::MAX >> 32;

/// A link of more counts as this much: with up to 16 million hops, sums stay within 64 bits, and a path that has one is
/// longer than any latency that can be kept.
const LONGEST_LINK: u64 = 1 << 40;

impl Routing {
    /// What a link of a latency in nanoseconds adds to a cost.
    #[inline]
    pub(crate) fn cost(self, latency: u64) -> Cost {
        let latency = u128::from(latency.min(LONGEST_LINK));
        match self {
            Self::Latency => latency << 32 | 1,
            Self::Hops => 1 << 64 | latency,
            Self::Policy => unreachable!("policies have no cost of a link"),
        }
    }

    /// The latency in a cost; nothing where there is no route.
    #[inline]
    pub(crate) fn latency(self, cost: Cost) -> Option<u64> {
        let latency = match self {
            Self::Latency => cost >> 32,
            Self::Hops | Self::Policy => cost,
        };
        (cost != NEVER).then_some(latency as u64)
    }
}

/// The working memory of a search and, after it, costs and next hops.
#[derive(Debug)]
pub(crate) struct Search {
    routing: Routing,
    cost: Vec<Cost>,
    next: Vec<u32>,
    queue: BinaryHeap<Reverse<u128>>,
    /// Routers as many hops away as are looked at, and those one hop further.
    front: Vec<u32>,
    beyond: Vec<u32>,
}

impl Search {
    pub(crate) fn new(routers: usize) -> Self {
        Self {
            routing: Routing::default(),
            cost: vec![NEVER; routers],
            next: vec![NOBODY; routers],
            queue: BinaryHeap::new(),
            front: Vec::new(),
            beyond: Vec::new(),
        }
    }

    /// Finds the fastest routes from all routers to `target` where nothing is dead.
    pub(crate) fn run(&mut self, graph: &Adjacency, target: u32) {
        self.route(graph, Routing::Latency, target, None);
    }

    /// Finds the best routes from all routers to `target` that touch nothing dead.
    pub(crate) fn route(&mut self, graph: &Adjacency, routing: Routing, target: u32, down: Option<&Down>) {
        self.routing = routing;
        self.cost.fill(NEVER);
        self.next.fill(NOBODY);
        if down.is_some_and(|down| down.router(target)) {
            return;
        }
        self.cost[target as usize] = 0;
        match routing {
            Routing::Hops => self.widen(graph, target, down),
            Routing::Latency | Routing::Policy => self.climb(graph, target, down),
        }
    }

    /// Hop by hop: costs of one hop more are final when all of one less have been looked at, which needs no queue in order.
    fn widen(&mut self, graph: &Adjacency, target: u32, down: Option<&Down>) {
        let (mut here, mut beyond) = (std::mem::take(&mut self.front), std::mem::take(&mut self.beyond));
        here.push(target);
        while !here.is_empty() {
            for router in here.drain(..) {
                let cost = self.cost[router as usize];
                for (&(neighbour, latency), &link) in graph.of(router).iter().zip(graph.links_of(router)) {
                    if down.is_some_and(|down| down.link(link)) {
                        continue;
                    }
                    let there = cost + Routing::Hops.cost(latency);
                    let known = self.cost[neighbour as usize];
                    if there < known {
                        if known == NEVER {
                            beyond.push(neighbour);
                        }
                        self.cost[neighbour as usize] = there;
                        self.next[neighbour as usize] = router;
                    } else if there == known && router < self.next[neighbour as usize] {
                        self.next[neighbour as usize] = router;
                    }
                }
            }
            std::mem::swap(&mut here, &mut beyond);
        }
        (self.front, self.beyond) = (here, beyond);
    }

    /// Dijkstra's algorithm.
    fn climb(&mut self, graph: &Adjacency, target: u32, down: Option<&Down>) {
        let routing = self.routing;
        self.queue.push(Reverse(u128::from(target)));
        while let Some(Reverse(entry)) = self.queue.pop() {
            let (router, here) = (entry as u32, entry >> 32);
            if here > self.cost[router as usize] {
                continue;
            }
            for (&(neighbour, latency), &link) in graph.of(router).iter().zip(graph.links_of(router)) {
                if down.is_some_and(|down| down.link(link)) {
                    continue;
                }
                let there = here + routing.cost(latency);
                let known = self.cost[neighbour as usize];
                if there < known {
                    self.cost[neighbour as usize] = there;
                    self.next[neighbour as usize] = router;
                    // From a router with one link nothing goes on.
                    if graph.of(neighbour).len() > 1 {
                        self.queue.push(Reverse(there << 32 | u128::from(neighbour)));
                    }
                } else if there == known && router < self.next[neighbour as usize] {
                    self.next[neighbour as usize] = router;
                }
            }
        }
    }

    /// Nanoseconds from `router` to the target; nothing where no route leads there.
    pub(crate) fn latency(&self, router: u32) -> Option<u64> {
        self.routing.latency(self.cost[router as usize])
    }

    /// The place of the next router among the neighbours of each; [`NOWHERE`] at the target and where there is none.
    pub(crate) fn places(&self, graph: &Adjacency) -> Vec<u16> {
        let place = |(router, &next): (u32, &u32)| match next {
            NOBODY => NOWHERE,
            next => graph.place(router, next),
        };
        (0..).zip(&self.next).map(place).collect()
    }
}
