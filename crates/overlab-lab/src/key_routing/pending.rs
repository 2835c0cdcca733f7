//! Lookups that were issued and not yet judged.

use overlab_peer::{Cause, Contact, Key, PeerId};
use overlab_time::Time;

/// A lookup that was issued and not yet judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    pub(super) origin: Contact,
    pub(super) number: u32,
    pub(super) key: Key,
    /// When it was issued, and how many turns of the membership there had been.
    pub(super) issued: (Time, u64),
    pub(super) deadline: Time,
    pub(super) joined: bool,
    pub(super) trouble: Option<Cause>,
}

impl Pending {
    /// Trouble that the lookup met at `time`.
    pub(super) fn meet(&mut self, time: Time, cause: Cause) {
        // What happens after the deadline is not what it failed of.
        // What an adversary did outweighs whatever else happened; else the last trouble counts.
        if self.trouble != Some(Cause::Adversary) && time <= self.deadline {
            self.trouble = Some(cause);
        }
    }
}

/// The end of a chain.
const NONE: u32 = u32::MAX;

/// The pending lookups of a contiguous range of peers: a chain for each peer, which mostly has one or none.
#[derive(Debug)]
pub(super) struct PendingLookups {
    first: u32,
    /// By peer: where its chain begins.
    chains: Vec<u32>,
    /// With where the chain goes on; places that are free form a chain of their own.
    places: Vec<(Pending, u32)>,
    free: u32,
}

impl PendingLookups {
    /// None, of the peers in `range`.
    pub(super) fn new(range: &std::ops::Range<u32>) -> Self {
        Self { first: range.start, chains: vec![NONE; range.len()], places: Vec::new(), free: NONE }
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.chains.capacity() * size_of::<u32>() + self.places.capacity() * size_of::<(Pending, u32)>()
    }

    pub(super) fn insert(&mut self, pending: Pending) {
        let chain = &mut self.chains[(pending.origin.peer.0 - self.first) as usize];
        let entry = (pending, *chain);
        if self.free == NONE {
            *chain = self.places.len() as u32;
            self.places.push(entry);
        } else {
            *chain = self.free;
            let place = &mut self.places[self.free as usize];
            self.free = std::mem::replace(place, entry).1;
        }
    }

    /// Takes out the first lookup of `origin` that `wanted` says yes to.
    pub(super) fn remove(&mut self, origin: PeerId, wanted: impl Fn(&Pending) -> bool) -> Option<Pending> {
        let chain = (origin.0 - self.first) as usize;
        let (mut before, mut at) = (NONE, self.chains[chain]);
        while at != NONE {
            let (pending, next) = self.places[at as usize];
            if wanted(&pending) {
                match before {
                    NONE => self.chains[chain] = next,
                    before => self.places[before as usize].1 = next,
                }
                self.places[at as usize].1 = self.free;
                self.free = at;
                return Some(pending);
            }
            (before, at) = (at, next);
        }
        None
    }

    /// The lookup `number` of `origin`.
    pub(super) fn get_mut(&mut self, origin: PeerId, number: u32) -> Option<&mut Pending> {
        let mut at = self.chains[(origin.0 - self.first) as usize];
        while at != NONE && self.places[at as usize].0.number != number {
            at = self.places[at as usize].1;
        }
        (at != NONE).then(|| &mut self.places[at as usize].0)
    }

    /// All of them, in no particular order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Pending> {
        let mut free = vec![false; self.places.len()];
        let mut at = self.free;
        while at != NONE {
            free[at as usize] = true;
            at = self.places[at as usize].1;
        }
        self.places.iter().zip(free).filter(|(_, free)| !free).map(|((pending, _), _)| pending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn they_are_a_map(steps in proptest::collection::vec((10u32..14, 0u32..6, 0u32..4), 0..200)) {
            let mut lookups = PendingLookups::new(&(10..14));
            let mut model = BTreeMap::new();
            for (peer, number, step) in steps {
                let (origin, key) = (Contact::first(peer), Key(u64::from(number)));
                let place = (PeerId(peer), number);
                if step == 0 {
                    let removed = lookups.remove(PeerId(peer), |pending| pending.number == number);
                    prop_assert_eq!(removed.is_some(), model.remove(&place).is_some());
                } else if let Some(pending) = lookups.get_mut(PeerId(peer), number) {
                    pending.meet(Time(u64::from(step)), Cause::Timeout);
                    prop_assert!(model.insert(place, pending.trouble).is_some());
                } else {
                    let issued = (Time::ZERO, 0);
                    let deadline = Time(2);
                    lookups.insert(Pending { origin, number, key, issued, deadline, joined: true, trouble: None });
                    prop_assert!(model.insert(place, None).is_none());
                }
                let held: BTreeMap<_, _> =
                    lookups.iter().map(|pending| ((pending.origin.peer, pending.number), pending.trouble)).collect();
                prop_assert_eq!(&held, &model);
                prop_assert_eq!(lookups.iter().count(), model.len());
            }
        }
    }
}
