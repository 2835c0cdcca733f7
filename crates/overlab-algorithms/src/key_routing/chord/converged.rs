//! Chord's tables from the live set, and their comparison with it.

use super::{Chord, ChordContext, Fingers};
use overlab_peer::{Audit, Contact, Converged, Directory, Key, LiveKeys, Lookout};
use smallvec::SmallVec;

/// The fingers that a peer at `here` must have, by ascending bit, if the next peer is `gap` away.
fn fingers(here: Key, gap: u64, live: LiveKeys<'_>) -> impl Iterator<Item = (u32, Contact)> {
    (gap.ilog2() + 1..Key::BITS).filter_map(move |bit| {
        let start = here.plus(1 << bit);
        let (key, contact) = live.successor(start)?;
        // Past this peer itself there is nobody left for the finger to point to.
        (here.clockwise(key) >= 1 << bit).then_some((bit, contact))
    })
}

/// The peers after `here`, nearest first, at most `count`; nobody comes twice.
fn successors(here: Key, count: usize, live: LiveKeys<'_>) -> impl Iterator<Item = (Key, Contact)> {
    let others = live.len() - usize::from(live.successor(here).is_some_and(|entry| entry.0 == here));
    let first = if live.is_empty() { 0 } else { live.rank(here.plus(1)) };
    (0..count.min(others)).map(move |step| live.around(first, step))
}

impl Converged for Chord {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut ChordContext<'_>) {
        let (here, live) = (context.key(), *live);
        self.joined = true;
        self.predecessor = None;
        self.successors.clear();
        self.fingers.clear();
        let mut list = context.list();
        list.extend(successors(here, context.parameters().successors, live).map(|(_, contact)| contact));
        if let Some((first, others)) = list.split_first() {
            self.adopt(*first, others, context);
            self.predecessor = live.predecessor(here).map(|(_, contact)| contact);
            let gap = here.clockwise(context.key_of(*first));
            // Found first, then stored: the table shall have room for these and no more.
            let found: SmallVec<[(u32, Contact); 32]> = fingers(here, gap, live).collect();
            self.fingers = Fingers::with_capacity(found.len());
            for (bit, contact) in found {
                self.fingers.set(bit, contact);
            }
            self.fingers_ascend = true;
        }
        context.recycle(list);
        self.start_timers(context);
    }

    fn audit(&self, live: &LiveKeys<'_>, context: &Lookout<'_, Self>, audit: &mut Audit) {
        let here = context.key();
        let held = self.successors.as_slice();
        let mut first = None;
        for (place, (key, contact)) in successors(here, context.parameters.successors, *live).enumerate() {
            first = first.or(Some((key, contact)));
            audit.expected += 1;
            // Mostly it stands where it should.
            audit.missing += u64::from(held.get(place) != Some(&contact) && !held.contains(&contact));
        }
        let Some((key, successor)) = first else { return };
        for (bit, contact) in fingers(here, here.clockwise(key), *live) {
            audit.expected += 1;
            audit.missing += u64::from(self.fingers.get(bit) != Some(contact));
        }
        audit.successors += 1;
        audit.successors_wrong += u64::from(held.first() != Some(&successor));
        audit.successors_dead +=
            u64::from(held.first().is_some_and(|contact| !live.contains(context.key_of(*contact), *contact)));
    }
}
