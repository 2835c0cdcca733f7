//! Routes after a fault or a repair, from those before it: only what is touched is computed anew.
//!
//! For each destination, the routers whose routes cross something that has died lose them: they are the subtrees below it.
//! A search from around these, and from links that came back wherever they shorten something, finds their new costs (after
//! Ramalingam and Reps, Journal of Algorithms 21(2), 1996), and next hops follow from costs. Nothing but the next hops is
//! stored: costs are added up along the old routes where somebody asks.

use super::search::{Cost, NEVER};
use super::{NOWHERE, Routes, Routing, Search, in_units};
use crate::damage::{Damage, Down};
use crate::error::UnderlayError;
use crate::graph::Adjacency;
use crate::latency::Table;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// What changes between two damages.
struct Turn<'a> {
    graph: &'a Adjacency,
    routing: Routing,
    before: Down,
    after: Down,
    /// Links that have died, by their routers.
    died: Vec<(u32, u32)>,
    /// Links that have come back, by their routers, with their latency.
    revived: Vec<(u32, u32, u64)>,
}

/// New next hops to one destination and, for routers whose route has changed its cost, the new latency.
type Changed = (Arc<[u16]>, Vec<(u32, Option<u64>)>);

impl Routes {
    /// The same routes while `damage` lasts instead of what they avoid now, and their latencies from `table`, which has those
    /// of now: the same bits as from scratch.
    pub(crate) fn repaired(&self, damage: &Damage, table: &Table) -> Result<(Self, Table), UnderlayError> {
        if self.routing == Routing::Policy {
            return self.renegotiated(damage, table);
        }
        let turn = self.turn(damage);
        let changed: Vec<Option<Changed>> = self
            .trees
            .par_iter()
            .zip(&self.sites[..])
            .map_init(
                || Repair::new(self.graph.adjacency.routers()),
                |repair, (tree, &target)| repair.run(&turn, tree, target, &self.sites),
            )
            .collect();
        let mut routes = Self { avoids: damage.clone(), ..self.clone() };
        let mut table = table.clone();
        for (to, changed) in changed.into_iter().enumerate() {
            let Some((tree, latencies)) = changed else { continue };
            routes.trees[to] = tree;
            for (from, latency) in latencies {
                let ends = (self.sites[from as usize], self.sites[to]);
                table.set(from, to as u32, in_units(latency, ends.0, ends.1)?);
            }
        }
        Ok((routes, table))
    }

    fn turn(&self, damage: &Damage) -> Turn<'_> {
        let graph = &self.graph.adjacency;
        let [before, after] = [&self.avoids, damage].map(|damage| Down::new(graph, damage));
        let (mut died, mut revived) = (Vec::new(), Vec::new());
        for router in 0..graph.routers() as u32 {
            for (&(neighbour, latency), &link) in graph.of(router).iter().zip(graph.links_of(router)) {
                match (before.link(link), after.link(link)) {
                    (false, true) if router < neighbour => died.push((router, neighbour)),
                    (true, false) if router < neighbour => revived.push((router, neighbour, latency)),
                    _ => {}
                }
            }
        }
        Turn { graph, routing: self.routing, before, after, died, revived }
    }
}

/// The working memory of one thread; what is not marked with the number of this run is from an earlier one.
struct Repair {
    run: u32,
    /// Costs before, as far as asked for.
    old: Vec<(u32, Cost)>,
    /// Costs after, of routers whose cost was looked at anew.
    new: Vec<(u32, Cost)>,
    /// Routers that have lost their route.
    lost: Vec<u32>,
    stack: Vec<u32>,
    /// All routers with a mark in `new`.
    touched: Vec<u32>,
    queue: BinaryHeap<Reverse<u128>>,
    /// For where nearly everything is lost.
    search: Search,
}

impl Repair {
    fn new(routers: usize) -> Self {
        Self {
            run: 0,
            old: vec![(0, 0); routers],
            new: vec![(0, 0); routers],
            lost: vec![0; routers],
            stack: Vec::new(),
            touched: Vec::new(),
            queue: BinaryHeap::new(),
            search: Search::new(routers),
        }
    }

    /// The routes to `target`, where anything about them changes.
    fn run(&mut self, turn: &Turn<'_>, tree: &Arc<[u16]>, target: u32, sites: &[u32]) -> Option<Changed> {
        if turn.before.router(target) != turn.after.router(target) {
            return Some(self.afresh(turn, target, sites));
        }
        if turn.after.router(target) {
            return None;
        }
        self.run += 1;
        self.touched.clear();
        self.lose(turn, tree);
        if self.touched.len() > turn.graph.routers() / 4 {
            return Some(self.afresh(turn, target, sites));
        }
        self.seed(turn, tree, target);
        self.search(turn, tree, target);
        self.rewrite(turn, tree, target, sites)
    }

    fn afresh(&mut self, turn: &Turn<'_>, target: u32, sites: &[u32]) -> Changed {
        self.search.route(turn.graph, turn.routing, target, Some(&turn.after));
        let latencies = (0..).zip(sites).map(|(site, &router)| (site, self.search.latency(router)));
        (self.search.places(turn.graph).into(), latencies.collect())
    }

    /// Marks the routers whose routes cross a link that has died.
    fn lose(&mut self, turn: &Turn<'_>, tree: &[u16]) {
        let leads = |from: u32, to: u32| {
            let place = tree[from as usize];
            place != NOWHERE && turn.graph.of(from)[usize::from(place)].0 == to
        };
        for &(a, b) in &turn.died {
            let ends = [(a, b), (b, a)].into_iter().filter(|&(from, to)| leads(from, to));
            self.stack.extend(ends.map(|(from, _)| from));
        }
        while let Some(router) = self.stack.pop() {
            if self.lost[router as usize] == self.run {
                continue;
            }
            self.lost[router as usize] = self.run;
            self.renew(router, NEVER);
            let neighbours = turn.graph.of(router).iter().map(|&(neighbour, _)| neighbour);
            self.stack.extend(neighbours.filter(|&neighbour| leads(neighbour, router)));
        }
    }

    fn renew(&mut self, router: u32, cost: Cost) {
        let entry = &mut self.new[router as usize];
        if entry.0 != self.run {
            self.touched.push(router);
        }
        *entry = (self.run, cost);
    }

    /// The cost of a router's route as far as it is known by now.
    fn cost(&mut self, turn: &Turn<'_>, tree: &[u16], target: u32, router: u32) -> Cost {
        let (run, cost) = self.new[router as usize];
        if run == self.run { cost } else { self.old_cost(turn, tree, target, router) }
    }

    /// What the route of a router cost before.
    fn old_cost(&mut self, turn: &Turn<'_>, tree: &[u16], target: u32, router: u32) -> Cost {
        let first = self.stack.len();
        let mut at = router;
        let mut cost = loop {
            let (run, cost) = self.old[at as usize];
            if run == self.run {
                break cost;
            }
            if at == target {
                break 0;
            }
            let place = tree[at as usize];
            if place == NOWHERE {
                break NEVER;
            }
            self.stack.push(at);
            at = turn.graph.of(at)[usize::from(place)].0;
        };
        self.old[at as usize] = (self.run, cost);
        while self.stack.len() > first {
            let at = self.stack.pop().expect("it is longer than before");
            let latency = turn.graph.of(at)[usize::from(tree[at as usize])].1;
            cost += turn.routing.cost(latency);
            self.old[at as usize] = (self.run, cost);
        }
        cost
    }

    fn offer(&mut self, router: u32, cost: Cost) {
        self.renew(router, cost);
        self.queue.push(Reverse(cost << 32 | u128::from(router)));
    }

    /// Gives those that have lost their route the best one over a neighbour that has not, and those at a revived link the one
    /// over it, where it is better.
    fn seed(&mut self, turn: &Turn<'_>, tree: &[u16], target: u32) {
        for index in 0..self.touched.len() {
            let router = self.touched[index];
            let mut best = NEVER;
            for (&(neighbour, latency), &link) in
                turn.graph.of(router).iter().zip(turn.graph.links_of(router))
            {
                if turn.after.link(link) || self.lost[neighbour as usize] == self.run {
                    continue;
                }
                let there = self.old_cost(turn, tree, target, neighbour);
                if there != NEVER {
                    best = best.min(there + turn.routing.cost(latency));
                }
            }
            if best != NEVER {
                self.offer(router, best);
            }
        }
        for &(a, b, latency) in &turn.revived {
            for (from, over) in [(a, b), (b, a)] {
                let there = self.cost(turn, tree, target, over);
                let here = self.cost(turn, tree, target, from);
                if there != NEVER && there + turn.routing.cost(latency) < here {
                    self.offer(from, there + turn.routing.cost(latency));
                }
            }
        }
    }

    /// Spreads what is better.
    fn search(&mut self, turn: &Turn<'_>, tree: &[u16], target: u32) {
        while let Some(Reverse(entry)) = self.queue.pop() {
            let (router, here) = (entry as u32, entry >> 32);
            if here > self.new[router as usize].1 {
                continue;
            }
            for (&(neighbour, latency), &link) in
                turn.graph.of(router).iter().zip(turn.graph.links_of(router))
            {
                if turn.after.link(link) {
                    continue;
                }
                let there = here + turn.routing.cost(latency);
                if there < self.cost(turn, tree, target, neighbour) {
                    self.offer(neighbour, there);
                }
            }
        }
    }

    /// Next hops from costs: the first neighbour over which a route costs what it costs.
    fn rewrite(&mut self, turn: &Turn<'_>, old: &Arc<[u16]>, target: u32, sites: &[u32]) -> Option<Changed> {
        let graph = turn.graph;
        let mut tree = Rewritten { old, new: None };
        for index in 0..self.touched.len() {
            let router = self.touched[index];
            let here = self.new[router as usize].1;
            let mut first = NOWHERE;
            for ((&(neighbour, latency), &link), place) in
                graph.of(router).iter().zip(graph.links_of(router)).zip(0..)
            {
                if turn.after.link(link) || here == NEVER {
                    continue;
                }
                let there = self.cost(turn, old, target, neighbour);
                let step = turn.routing.cost(latency);
                if first == NOWHERE && there != NEVER && there + step == here {
                    first = place;
                }
                self.rival(turn, &mut tree, (router, here + step), neighbour, there);
            }
            tree.set(router, first);
        }
        for &(a, b, latency) in &turn.revived {
            for (over, router) in [(a, b), (b, a)] {
                let there = self.cost(turn, old, target, router);
                let here = self.cost(turn, old, target, over);
                if here != NEVER {
                    self.rival(turn, &mut tree, (over, here + turn.routing.cost(latency)), router, there);
                }
            }
        }
        let site = |router: u32| sites.binary_search(&router).ok();
        let latencies: Vec<_> = self
            .touched
            .iter()
            .filter_map(|&router| {
                let latency = turn.routing.latency(self.new[router as usize].1);
                Some((site(router)? as u32, latency))
            })
            .collect();
        tree.new.map(|tree| (tree.into(), latencies))
    }

    /// One whose cost has not changed may have got a smaller neighbour over which a route costs as much.
    fn rival(
        &self,
        turn: &Turn<'_>,
        tree: &mut Rewritten<'_>,
        (over, offered): (u32, Cost),
        router: u32,
        cost: Cost,
    ) {
        if self.new[router as usize].0 == self.run || offered != cost {
            return;
        }
        let place = turn.graph.place(router, over);
        if place < tree.get(router) {
            tree.set(router, place);
        }
    }
}

/// A tree that is copied when it first changes.
struct Rewritten<'a> {
    old: &'a [u16],
    new: Option<Vec<u16>>,
}

impl Rewritten<'_> {
    fn get(&self, router: u32) -> u16 {
        self.new.as_deref().unwrap_or(self.old)[router as usize]
    }

    fn set(&mut self, router: u32, place: u16) {
        if self.get(router) != place {
            self.new.get_or_insert_with(|| self.old.to_vec())[router as usize] = place;
        }
    }
}
