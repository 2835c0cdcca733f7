//! Chord's answers to lookups.

use super::{Chord, ChordContext, ChordMessage, ChordParameters};
use overlab_peer::space::RingSuccessor;
use overlab_peer::{
    Candidates, Contact, Key, KeyRouting, Lookout, LookupMode, LookupStyle, Responsibility, Termination,
};
use smallvec::SmallVec;

impl Chord {
    /// `closest_preceding_finger`, the successor list included: the one contact that a hop needs.
    ///
    /// Entries ascend, so that a few looks are enough; keys are computed, and all of them would cost more than the rest
    /// of the hop.
    #[inline]
    fn closest_preceding(
        &self,
        bound: u64,
        context: &Lookout<'_, Self>,
        out: &Candidates<'_>,
    ) -> Option<Contact> {
        let here = context.key();
        let distance = |contact: Contact| here.clockwise(context.key_of(contact));
        let measured = |contact: &Contact| (distance(*contact), *contact);
        let precedes = |entry: &(u64, Contact)| entry.0 <= bound && out.admits(entry.1);
        let mut fingers = self.fingers.within(bound).iter().rev().map(measured).filter(precedes);
        let finger = if self.fingers_ascend { fingers.next() } else { fingers.max_by_key(|entry| entry.0) };
        let list = self.successors.as_slice();
        let successor = if context.parameters.route_through_successors {
            // Most keys are beyond the list, and a finger is nearer to them than all of it.
            if let Some((nearest, contact)) = finger
                && nearest >= self.successors.reach()
                && !list.is_empty()
            {
                return Some(contact);
            }
            let near = match list.first() {
                // Half of all lookups that come so near go to the successor.
                Some(first) if distance(*first) > bound => &[],
                _ => &list[..list.partition_point(|contact| distance(*contact) <= bound)],
            };
            near.iter().rev().find(|contact| out.admits(**contact)).map(measured)
        } else {
            list.iter().find(|contact| out.admits(**contact)).map(measured).filter(precedes)
        };
        finger.max(successor).map(|(_, contact)| contact)
    }

    /// Names the best contacts before the key, as many as are wanted.
    #[inline(never)]
    fn name_many(&self, bound: u64, context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let here = context.key();
        let mut preceding: SmallVec<[(u64, Contact); 32]> = SmallVec::new();
        let mut consider = |contact: Contact| {
            let distance = here.clockwise(context.key_of(contact));
            let precedes = distance <= bound;
            if precedes && out.admits(contact) {
                preceding.push((distance, contact));
            }
            precedes
        };
        for finger in self.fingers.within(bound) {
            consider(*finger);
        }
        let through = if context.parameters.route_through_successors { usize::MAX } else { 1 };
        let alive = self.successors.as_slice().iter().filter(|contact| out.admits(**contact)).take(through);
        for successor in alive {
            // The list ascends: nobody after the first beyond the key can stand before it.
            if !consider(*successor) {
                break;
            }
        }
        if preceding.is_empty() {
            self.name_owner(bound, context, out);
        } else {
            preceding.sort_unstable_by_key(|(distance, _)| u64::MAX - distance);
            for (_, contact) in preceding {
                if !out.push(contact) {
                    return;
                }
            }
        }
    }

    /// Names the owner and those who stand in for it. Only a peer that knows of nobody before the key believes itself its
    /// predecessor: the next at or after the key owns it. Naming it earlier would trust a list that may be old.
    fn name_owner(&self, bound: u64, context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let here = context.key();
        for successor in self.successors.as_slice() {
            if here.clockwise(context.key_of(*successor)) > bound && !out.push(*successor) {
                return;
            }
        }
    }

    /// Notes whether the fingers ascend, as they do unless one of them is out of date.
    pub(super) fn compare_fingers(&mut self, context: &ChordContext<'_>) {
        let here = context.key();
        let distance = |contact: &Contact| here.clockwise(context.key_of(*contact));
        self.fingers_ascend = self.fingers.contacts().is_sorted_by_key(distance);
    }
}

impl KeyRouting for Chord {
    type Space = RingSuccessor;
    type Route = ();

    fn closest(&self, key: Key, _route: &mut (), context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let here = context.key();
        if out.named_owner() {
            // A peer that knows better than the one that named it goes a step back; another way round is none.
            if let Some(predecessor) = self.predecessor
                && !key.in_open_closed(context.key_of(predecessor), here)
            {
                out.push(predecessor);
            }
            return;
        }
        // How far a peer may be to stand before the key: one's own key is a whole turn away.
        let bound = here.clockwise(key).wrapping_sub(1);
        if out.room() == 1 {
            match self.closest_preceding(bound, context, out) {
                Some(nearest) => {
                    out.push(nearest);
                }
                None => self.name_owner(bound, context, out),
            }
        } else {
            self.name_many(bound, context, out);
        }
    }

    fn responsible(&self, key: Key, _route: &(), context: &Lookout<'_, Self>) -> Responsibility {
        let yes = match self.predecessor {
            _ if self.joined && self.successors.is_empty() => true,
            Some(predecessor) => key.in_open_closed(context.key_of(predecessor), context.key()),
            None if self.successors.is_empty() => false,
            None => return Responsibility::Unknown,
        };
        if yes { Responsibility::Yes } else { Responsibility::No }
    }

    fn found(&mut self, key: Key, closest: &[Contact], context: &mut ChordContext<'_>) {
        let (me, here) = (context.me(), context.key());
        let distance = here.clockwise(key);
        if distance == 0 && !self.joined {
            // Others may still know this peer of old and name it as the owner of its own key.
            if let Some(successor) = closest.iter().find(|contact| **contact != me) {
                self.successors.clear();
                context.call(*successor, ChordMessage::Stabilize);
            }
        } else if distance.is_power_of_two()
            && let (Some(owner), Some(successor)) = (closest.first(), self.successors.first())
            && here.clockwise(context.key_of(successor)) < distance
        {
            let bit = distance.ilog2();
            if *owner == me {
                self.fingers.retain(|other, _| other != bit);
            } else {
                self.fingers.set(bit, *owner);
                self.compare_fingers(context);
            }
        }
    }

    /// Iterative, one request at a time, as the paper's simulations; the claim of a peer ends it.
    fn style(_parameters: &ChordParameters) -> LookupStyle {
        LookupStyle {
            mode: LookupMode::Iterative,
            parallelism: 1,
            redundancy: 1,
            termination: Termination::Claim,
            acknowledge: true,
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
        out.extend_from_slice(self.successors.as_slice());
        for contact in self.fingers.contacts().iter().copied().chain(self.predecessor) {
            // Fingers that are the same stand together, and the list holds few of them.
            if !out.iter().rev().any(|other| *other == contact) {
                out.push(contact);
            }
        }
    }

    /// The successors after the first, which is a finger by right, and the predecessor.
    fn sequential(&self, out: &mut Vec<Contact>) {
        let neighbours = self.successors.as_slice().iter().skip(1).copied().chain(self.predecessor);
        let fingers = self.fingers.contacts();
        out.clear();
        out.extend(neighbours.filter(|one| !fingers.contains(one) && self.successors.first() != Some(*one)));
    }

    fn entry(&self, contact: Contact, _context: &Lookout<'_, Self>) -> Option<String> {
        let list = self.successors.as_slice();
        // The farthest finger is the one that a hop takes.
        let finger = (0..Key::BITS).rev().find(|bit| self.fingers.get(*bit) == Some(contact));
        let successor = list.iter().position(|other| *other == contact);
        match (successor, finger) {
            (Some(0), _) => Some("successor 1".to_owned()),
            (_, Some(bit)) => Some(format!("finger {bit}")),
            (Some(at), None) => Some(format!("successor {}", at + 1)),
            (None, None) => (self.predecessor == Some(contact)).then(|| "predecessor".to_owned()),
        }
    }

    fn heap_bytes(&self) -> usize {
        self.successors.heap_bytes() + self.fingers.heap_bytes()
    }
}
