//! Latencies along next hops, added up where somebody asks.

use super::Reach;
use crate::graph::Adjacency;
use crate::routes::NOWHERE;

/// Nanoseconds to one destination, as far as asked for; what is not marked with the number of this turn is from another.
#[derive(Debug, Default)]
pub(super) struct Sums {
    turn: u32,
    /// By slot.
    known: Vec<(u32, u64)>,
    stack: Vec<u32>,
}

impl Sums {
    /// Forgets all but that the way from `target` to itself takes no time.
    pub(super) fn begin(&mut self, slots: usize, target: Option<u32>) {
        self.known.resize(slots, (0, 0));
        self.turn += 1;
        if let Some(target) = target {
            self.known[target as usize] = (self.turn, 0);
        }
    }

    /// Nanoseconds from the router in `slot` by the next hops `next`; nothing where they lead nowhere.
    pub(super) fn latency(
        &mut self,
        graph: &Adjacency,
        reach: &Reach,
        next: &[u16],
        slot: u32,
    ) -> Option<u64> {
        const NEVER: u64 = u64::MAX;
        let hop = |slot: u32| {
            let (neighbour, latency) =
                graph.of(reach.routers[slot as usize])[usize::from(next[slot as usize])];
            (reach.slot[neighbour as usize], latency)
        };
        let mut at = slot;
        let mut sum = loop {
            let (turn, sum) = self.known[at as usize];
            if turn == self.turn {
                break sum;
            }
            if next[at as usize] == NOWHERE {
                break NEVER;
            }
            self.stack.push(at);
            at = hop(at).0;
        };
        while let Some(at) = self.stack.pop() {
            sum = sum.saturating_add(hop(at).1);
            self.known[at as usize] = (self.turn, sum);
        }
        (sum != NEVER).then_some(sum)
    }
}
