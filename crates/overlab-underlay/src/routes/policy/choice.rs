//! What all systems choose for one destination, and what their routers make of it.

use super::rank::{CUSTOMER, PEER, PROVIDER, Rank};
use super::sums::Sums;
use super::{NOBODY, Policy, Turn};
use crate::graph::Adjacency;
use crate::routes::NOWHERE;
use crate::routes::search::{Cost, NEVER};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The working memory of the choice, and after it the choice.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    /// By part.
    ranks: Vec<Rank>,
    /// Parts by length.
    buckets: Vec<Vec<u32>>,
    /// By router: the place of the next router among the neighbours.
    next: Vec<u16>,
    /// By router: what it takes to the exit of its part.
    cost: Vec<Cost>,
    queue: BinaryHeap<Reverse<u128>>,
    sums: Sums,
    /// Ranks if nobody chooses anew.
    guess: Vec<Rank>,
    /// Parts whose next hops are looked at anew, and by part whether it is one.
    stale: Vec<u32>,
    is_stale: Vec<bool>,
}

/// What of the routes to a destination has changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changes {
    pub(crate) next: bool,
    pub(crate) ranks: bool,
}

impl Choice {
    /// Finds the routes from all routers within reach to `target`.
    pub(crate) fn run(&mut self, policy: &Policy, target: u32) {
        let slots = policy.part.len();
        let slot = policy.reach.slot[target as usize];
        let home = policy.part[slot as usize];
        self.next.clear();
        self.next.resize(slots, NOWHERE);
        self.cost.resize(slots, NEVER);
        self.ranks.clear();
        self.ranks.resize(policy.members.len(), Rank::NONE);
        self.sums.begin(slots, (home != NOBODY).then_some(slot));
        if home == NOBODY {
            return;
        }
        self.choose(policy, home);
        for part in 0..self.ranks.len() as u32 {
            self.settle(policy, part, slot);
        }
    }

    /// The same routes from those before a turn, `next` and `ranks`, where anything about them changes.
    pub(crate) fn rerun(&mut self, turn: &Turn<'_>, target: u32, next: &[u16], ranks: &[Rank]) -> Changes {
        let policy = turn.after;
        let slot = policy.reach.slot[target as usize];
        let home = policy.part[slot as usize];
        if turn.turns(slot) {
            self.run(policy, target);
            return Changes { next: true, ranks: true };
        }
        let mut guess = std::mem::take(&mut self.guess);
        turn.guess(ranks, &mut guess);
        let holds = home == NOBODY || turn.holds(home, ranks, &guess);
        self.is_stale.clear();
        self.is_stale.resize(guess.len(), false);
        self.ranks.clear();
        if holds {
            self.ranks.extend_from_slice(&guess);
        } else {
            self.ranks.resize(guess.len(), Rank::NONE);
            self.choose(policy, home);
            for part in 0..guess.len() as u32 {
                if self.ranks[part as usize] != guess[part as usize] {
                    self.spoil_around(policy, part);
                }
            }
            turn.torn(ranks, &guess).for_each(|part| self.spoil_around(policy, part));
        }
        self.guess = guess;
        turn.touched.iter().for_each(|&part| self.spoil(part));
        self.next.clear();
        self.next.extend_from_slice(next);
        self.cost.resize(next.len(), NEVER);
        turn.died.iter().for_each(|&slot| self.next[slot as usize] = NOWHERE);
        if home != NOBODY {
            for index in 0..self.stale.len() {
                self.settle(policy, self.stale[index], slot);
            }
        }
        self.stale.clear();
        self.sums.begin(next.len(), (home != NOBODY).then_some(slot));
        Changes { next: self.next != next, ranks: !turn.same || self.ranks != ranks }
    }

    fn spoil(&mut self, part: u32) {
        if !std::mem::replace(&mut self.is_stale[part as usize], true) {
            self.stale.push(part);
        }
    }

    fn spoil_around(&mut self, policy: &Policy, part: u32) {
        self.spoil(part);
        for rows in [&policy.above, &policy.below, &policy.peers] {
            rows.row(part as usize).iter().for_each(|&other| self.spoil(other));
        }
    }

    /// Nanoseconds from the router in `slot`.
    pub(crate) fn latency(&mut self, graph: &Adjacency, policy: &Policy, slot: u32) -> Option<u64> {
        self.sums.latency(graph, &policy.reach, &self.next, slot)
    }

    /// By slot: the place of the next router among the neighbours, or [`NOWHERE`].
    pub(crate) fn next(&self) -> &[u16] {
        &self.next
    }

    /// How good the routes of all parts are.
    pub(crate) fn ranks(&self) -> &[Rank] {
        &self.ranks
    }

    /// Class and length of the route of every part to `home`.
    fn choose(&mut self, policy: &Policy, home: u32) {
        // Routes by customers climb from the destination to providers.
        self.offer(home, 0);
        self.spread(CUSTOMER, |part| policy.above.row(part as usize));
        // Each crosses one peering.
        self.offer_all(|part| policy.peers.row(part as usize));
        self.spread(PEER, |part| policy.siblings.row(part as usize));
        // All that is known goes down to customers.
        self.offer_all(|part| policy.below.row(part as usize));
        self.spread(PROVIDER, |part| policy.below.row(part as usize));
    }

    fn offer(&mut self, part: u32, length: u32) {
        while self.buckets.len() <= length as usize {
            self.buckets.push(Vec::new());
        }
        self.buckets[length as usize].push(part);
    }

    /// Every part that has a route tells those of `row` that have none.
    fn offer_all<'a>(&mut self, row: impl Fn(u32) -> &'a [u32]) {
        for part in 0..self.ranks.len() as u32 {
            if self.ranks[part as usize] != Rank::NONE {
                self.tell(part, row(part));
            }
        }
    }

    fn tell(&mut self, part: u32, row: &[u32]) {
        let length = self.ranks[part as usize].length() + 1;
        for &other in row {
            if self.ranks[other as usize] == Rank::NONE {
                self.offer(other, length);
            }
        }
    }

    /// Parts take the shortest route that they are offered, and tell those of `row`.
    fn spread<'a>(&mut self, class: u32, row: impl Fn(u32) -> &'a [u32]) {
        let mut length = 0;
        while length < self.buckets.len() {
            let mut bucket = std::mem::take(&mut self.buckets[length]);
            for part in bucket.drain(..) {
                if self.ranks[part as usize] == Rank::NONE {
                    self.ranks[part as usize] = Rank::new(class, length as u32);
                    self.tell(part, row(part));
                }
            }
            self.buckets[length] = bucket;
            length += 1;
        }
    }

    /// Sends what is in a part to its exits, or to `target` where it is there. It depends on how good the routes of the part and
    /// of its neighbours are, and on nothing else beyond it.
    fn settle(&mut self, policy: &Policy, part: u32, target: u32) {
        let members = policy.members.row(part as usize);
        for &slot in members {
            self.next[slot as usize] = NOWHERE;
            self.cost[slot as usize] = NEVER;
        }
        let ours = self.ranks[part as usize];
        if ours == Rank::HOME {
            self.start(target);
        } else if ours != Rank::NONE {
            for &slot in members {
                let mut exits = policy.exits.row(slot as usize).iter();
                let exit = exits.find(|exit| self.ranks[exit.part as usize].passed(exit.relation) == ours);
                if let Some(exit) = exit {
                    self.next[slot as usize] = exit.place;
                    if members.len() > 1 {
                        self.start(slot);
                    }
                }
            }
        }
        self.cross(policy);
    }

    /// Lets paths within a part begin at one of its routers.
    fn start(&mut self, slot: u32) {
        self.cost[slot as usize] = 0;
        self.queue.push(Reverse(u128::from(slot)));
    }

    /// Fastest paths within a part to the routers where they were let begin.
    fn cross(&mut self, policy: &Policy) {
        while let Some(Reverse(entry)) = self.queue.pop() {
            let (slot, here) = (entry as u32, entry >> 32);
            if here > self.cost[slot as usize] {
                continue;
            }
            for link in policy.inner.row(slot as usize) {
                let there = here + link.cost;
                let known = self.cost[link.to as usize];
                if there < known {
                    self.cost[link.to as usize] = there;
                    self.queue.push(Reverse(there << 32 | u128::from(link.to)));
                }
                // There is no link to where paths begin that takes no hop: nothing precedes what leads out of the part.
                if there < known || (there == known && link.back < self.next[link.to as usize]) {
                    self.next[link.to as usize] = link.back;
                }
            }
        }
    }
}
