//! What all systems choose for one destination, and what their routers make of it.

use super::rank::{CUSTOMER, NONE, PEER, PROVIDER, Rank, learnt};
use super::{Exit, NOBODY, Policy};
use crate::routes::search::{Cost, NEVER};
use crate::routes::{NOWHERE, Routing};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The working memory of the choice, and after it the choice.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    /// By part.
    class: Vec<u8>,
    /// By part: how many systems the route crosses.
    length: Vec<u32>,
    /// Parts by length.
    buckets: Vec<Vec<u32>>,
    /// By router: the place of the next router among the neighbours.
    next: Vec<u16>,
    /// By router: nanoseconds to the destination.
    total: Vec<u64>,
    /// By router: what it takes to the exit of its part.
    cost: Vec<Cost>,
    queue: BinaryHeap<Reverse<u128>>,
}

impl Choice {
    /// Finds the routes from all routers within reach to `target`.
    pub(crate) fn run(&mut self, policy: &Policy, target: u32) {
        let parts = policy.members.len();
        let slots = policy.part.len();
        self.class.clear();
        self.class.resize(parts, NONE);
        self.length.resize(parts, 0);
        self.next.clear();
        self.next.resize(slots, NOWHERE);
        self.total.clear();
        self.total.resize(slots, u64::MAX);
        self.cost.clear();
        self.cost.resize(slots, NEVER);
        let slot = policy.reach.slot[target as usize];
        let home = policy.part[slot as usize];
        if home == NOBODY {
            return;
        }
        self.choose(policy, home);
        self.expand(policy, home, slot);
    }

    /// Nanoseconds from the router in `slot`.
    pub(crate) fn latency(&self, slot: u32) -> Option<u64> {
        Some(self.total[slot as usize]).filter(|&total| total != u64::MAX)
    }

    /// By slot: the place of the next router among the neighbours, or [`NOWHERE`].
    pub(crate) fn next(&self) -> &[u16] {
        &self.next
    }

    /// How good the routes of all parts are.
    pub(crate) fn ranks(&self) -> Vec<Rank> {
        self.class.iter().zip(&self.length).map(|(&class, &length)| Rank::new(class, length)).collect()
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
        for part in 0..self.class.len() as u32 {
            if self.class[part as usize] != NONE {
                self.tell(part, row(part));
            }
        }
    }

    fn tell(&mut self, part: u32, row: &[u32]) {
        let length = self.length[part as usize] + 1;
        for &other in row {
            if self.class[other as usize] == NONE {
                self.offer(other, length);
            }
        }
    }

    /// Parts take the shortest route that they are offered, and tell those of `row`.
    fn spread<'a>(&mut self, class: u8, row: impl Fn(u32) -> &'a [u32]) {
        let mut length = 0;
        while length < self.buckets.len() {
            let mut bucket = std::mem::take(&mut self.buckets[length]);
            for part in bucket.drain(..) {
                if self.class[part as usize] == NONE {
                    self.class[part as usize] = class;
                    self.length[part as usize] = length as u32;
                    self.tell(part, row(part));
                }
            }
            self.buckets[length] = bucket;
            length += 1;
        }
    }

    /// Next hops and latencies of all routers, part by part from the destination outwards.
    fn expand(&mut self, policy: &Policy, home: u32, target: u32) {
        for part in (0..self.class.len() as u32).filter(|&part| part != home) {
            if self.class[part as usize] != NONE {
                self.offer(part, self.length[part as usize]);
            }
        }
        self.total[target as usize] = 0;
        self.start(target);
        self.cross(policy);
        for length in 0..self.buckets.len() {
            let mut bucket = std::mem::take(&mut self.buckets[length]);
            for part in bucket.drain(..) {
                self.leave(policy, part);
            }
            self.buckets[length] = bucket;
        }
    }

    /// Sends what is in a part to its exits.
    fn leave(&mut self, policy: &Policy, part: u32) {
        let members = policy.members.row(part as usize);
        for &slot in members {
            let exit = policy.exits.row(slot as usize).iter().find(|exit| self.serves(part, exit));
            if let Some(exit) = exit {
                self.next[slot as usize] = exit.place;
                self.total[slot as usize] = self.total[exit.to as usize].saturating_add(exit.latency);
            }
        }
        if members.len() > 1 {
            for &slot in members {
                if self.next[slot as usize] != NOWHERE {
                    self.start(slot);
                }
            }
            self.cross(policy);
        }
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
            if here > 0 {
                // All that could be the next router were settled before: they are nearer.
                let place = self.next[slot as usize];
                let row = policy.inner.row(slot as usize);
                let link = row[row.partition_point(|link| link.place < place)];
                let latency = Routing::Latency.latency(link.cost).expect("a link has a latency");
                self.total[slot as usize] = self.total[link.to as usize].saturating_add(latency);
            }
            for link in policy.inner.row(slot as usize) {
                let there = here + link.cost;
                let known = self.cost[link.to as usize];
                if there < known {
                    self.cost[link.to as usize] = there;
                    self.queue.push(Reverse(there << 32 | u128::from(link.to)));
                }
                if there < known
                    || (there == known && policy.precedes(link.to, slot, self.next[link.to as usize]))
                {
                    self.next[link.to as usize] = policy.place(link.to, slot);
                }
            }
        }
    }

    /// Whether a route as good as that of `part` leads through an exit of it.
    fn serves(&self, part: u32, exit: &Exit) -> bool {
        let (ours, theirs) = (self.class[part as usize], self.class[exit.part as usize]);
        theirs != NONE
            && learnt(exit.relation, theirs) == Some(ours)
            && self.length[exit.part as usize] + 1 == self.length[part as usize]
    }
}
