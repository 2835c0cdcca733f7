//! What a fault or a repair changes of systems, and whether they have to choose anew.

use super::{NOBODY, Policy, Rank};
use crate::damage::Down;
use crate::graph::RouterGraph;

/// What changes between two damages.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(super) after: &'a Policy,
    /// The part of each slot before.
    before: &'a [u32],
    /// By part after: the part that it was, or was a piece of; [`NOBODY`] for one that was dead.
    was: Vec<u32>,
    /// Parts after of which a router or a link has died or come back.
    pub(super) touched: Vec<u32>,
    /// Parts after with a second part before of which they are made.
    merged: Vec<(u32, u32)>,
    /// Slots of routers that have died.
    pub(super) died: Vec<u32>,
    /// Whether parts before and after have the same numbers.
    pub(super) same: bool,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(
        graph: &RouterGraph,
        (before, was_down): (&'a Policy, &Down),
        (after, is_down): (&'a Policy, &Down),
    ) -> Self {
        let reach = &after.reach;
        let adjacency = &graph.adjacency;
        let (mut touched, mut died) = (Vec::new(), Vec::new());
        for (slot, &router) in (0u32..).zip(&reach.routers) {
            let changes = was_down.router(router) != is_down.router(router)
                || adjacency.links_of(router).iter().any(|&link| was_down.link(link) != is_down.link(link));
            if changes && is_down.router(router) {
                died.push(slot);
            } else if changes {
                touched.push(after.part[slot as usize]);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        let mut merged = Vec::new();
        let was: Vec<u32> = (0..after.members.len())
            .map(|part| {
                let old = after.members.row(part).iter().map(|&slot| before.part[slot as usize]);
                let mut old = old.filter(|&old| old != NOBODY);
                let first = old.next().unwrap_or(NOBODY);
                merged.extend(old.filter(|&old| old != first).map(|old| (part as u32, old)));
                first
            })
            .collect();
        merged.dedup();
        let same = before.members.len() == was.len() && (0..).zip(&was).all(|(part, &was)| part == was);
        Self { after, before: &before.part, was, touched, merged, died, same }
    }

    /// Whether nothing but the numbers of parts changes, if that.
    pub(crate) fn is_empty(&self) -> bool {
        self.touched.is_empty() && self.died.is_empty()
    }

    /// Whether a router is dead before or after, and not both.
    pub(super) fn turns(&self, slot: u32) -> bool {
        (self.before[slot as usize] == NOBODY) != (self.after.part[slot as usize] == NOBODY)
    }

    /// What the ranks are after if nobody chooses anew: those of before.
    pub(super) fn guess(&self, ranks: &[Rank], guess: &mut Vec<Rank>) {
        guess.clear();
        if self.same {
            guess.extend_from_slice(ranks);
        } else {
            let rank = |&was: &u32| ranks.get(was as usize).copied().unwrap_or(Rank::NONE);
            guess.extend(self.was.iter().map(rank));
        }
    }

    /// Parts made of several whose routes were not equally good.
    pub(super) fn torn<'b>(&'b self, ranks: &'b [Rank], guess: &'b [Rank]) -> impl Iterator<Item = u32> + 'b {
        let differs = |&&(part, old): &&(u32, u32)| ranks[old as usize] != guess[part as usize];
        self.merged.iter().filter(differs).map(|&(part, _)| part)
    }

    /// Whether `guess` holds: whether each part's rank is the best that its neighbours pass to it. What is passed is worse than
    /// what it is made of, so that only one choice of all holds; and where nothing has changed around a part, it did before.
    pub(super) fn holds(&self, home: u32, ranks: &[Rank], guess: &[Rank]) -> bool {
        guess[home as usize] == Rank::HOME
            && self.torn(ranks, guess).next().is_none()
            && self
                .touched
                .iter()
                .all(|&part| part == home || self.after.best(part, guess) == guess[part as usize])
    }
}

impl Policy {
    /// The best rank that the neighbours of a part pass to it.
    fn best(&self, part: u32, ranks: &[Rank]) -> Rank {
        let exits = self.members.row(part as usize).iter().flat_map(|&slot| self.exits.row(slot as usize));
        exits.map(|exit| ranks[exit.part as usize].passed(exit.relation)).min().unwrap_or(Rank::NONE)
    }
}
