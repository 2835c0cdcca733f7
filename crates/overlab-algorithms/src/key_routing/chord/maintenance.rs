//! Chord's maintenance: `stabilize`, `notify`, `fix_fingers`, `check_predecessor`, goodbyes, and the tables beneath.

use super::{Chord, ChordContext, ChordMessage, ChordTimer, Refresh, interval};
use overlab_peer::{Contact, Key};
use overlab_time::{Interval, Span};

impl Chord {
    /// Takes part from now on.
    pub(super) fn complete(&mut self, context: &mut ChordContext<'_>) {
        self.joined = true;
        context.joined();
        self.start_timers(context);
        if let (Some(successor), true) = (self.successors.first(), context.parameters().copy_fingers) {
            context.call(successor, ChordMessage::Fingers);
        }
    }

    pub(super) fn start_timers(&mut self, context: &mut ChordContext<'_>) {
        for timer in [ChordTimer::Stabilize, ChordTimer::FixFingers, ChordTimer::CheckPredecessor] {
            if let Interval::Every(mean) = interval(timer, context.parameters()) {
                let after = context.parameters().interval_law.residual(mean, context.random());
                // A residual may round to zero, which would be now.
                context.wake_after(after.max(Span(1)), timer);
            }
        }
    }

    /// `stabilize`: asks the successor who stands before it and who comes after it.
    pub(super) fn stabilize(&mut self, context: &mut ChordContext<'_>) {
        if self.successors.is_empty() {
            // Alone, this peer is its own successor, and its predecessor is between the two.
            self.adopt_fallback(context);
        }
        if let Some(successor) = self.successors.first() {
            context.call(successor, ChordMessage::Stabilize);
        }
    }

    /// The answer: `from` is alive and at its place.
    pub(super) fn stabilized(
        &mut self,
        from: Contact,
        predecessor: Option<Contact>,
        successors: &[Contact],
        context: &mut ChordContext<'_>,
    ) {
        let (me, here) = (context.me(), context.key());
        let key = context.key_of(from);
        if self.joined && context.parameters().refresh == Refresh::Entries && !self.successors.is_empty() {
            let Some(place) = self.refresh_successor(from, successors.first().copied(), context) else {
                return;
            };
            if place > 0 {
                return;
            }
        } else if let Some(successor) = self.successors.first()
            && from != successor
            && !key.in_open(here, context.key_of(successor))
        {
            // Late, from a peer that is the successor no longer.
            return;
        } else {
            self.adopt(from, successors, context);
        }
        let between = predecessor.filter(|x| *x != me && context.key_of(*x).in_open(here, key));
        if !self.joined && predecessor == Some(me) {
            self.complete(context);
        } else if let Some(nearer) = between {
            context.call(nearer, ChordMessage::Stabilize);
        } else {
            context.send(from, ChordMessage::Notify);
            if !self.joined {
                self.predecessor = self.predecessor.or(predecessor.filter(|x| *x != me));
                context.call(from, ChordMessage::Stabilize);
            }
        }
    }

    /// `notify`: `from` believes itself this peer's predecessor.
    pub(super) fn notified(&mut self, from: Contact, context: &mut ChordContext<'_>) {
        match self.predecessor {
            Some(predecessor) if predecessor == from => {}
            Some(predecessor)
                if !context.key_of(from).in_open(context.key_of(predecessor), context.key()) =>
            {
                context.call(predecessor, ChordMessage::Ping);
            }
            _ => {
                self.predecessor = Some(from);
                if self.joined && self.successors.is_empty() {
                    self.adopt_fallback(context);
                }
            }
        }
    }

    /// `fix_fingers`: refreshes the next entry.
    pub(super) fn fix_fingers(&mut self, context: &mut ChordContext<'_>) {
        let Some(successor) = self.successors.first() else { return };
        let distance = context.key().clockwise(context.key_of(successor));
        // Fingers that start no further away than the successor are the successor.
        let lowest = distance.ilog2() as u16 + 1;
        let entries = context.parameters().refresh == Refresh::Entries;
        // A member of the list tells who comes after it; after the last of a full list nobody is wanted.
        let length = context.parameters().successors - 1;
        let count = if entries { self.successors.as_slice().len().min(length) as u16 } else { 0 };
        let turn = Key::BITS as u16 + count;
        let next = if self.next >= turn { lowest } else { self.next.max(lowest) };
        self.next = next + 1;
        if u32::from(next) < Key::BITS {
            context.lookup(context.key().plus(1 << next));
        } else if next < turn {
            let before = self.successors.as_slice()[usize::from(next) - Key::BITS as usize];
            context.call(before, ChordMessage::Stabilize);
        }
    }

    pub(super) fn check_predecessor(&mut self, context: &mut ChordContext<'_>) {
        if let Some(predecessor) = self.predecessor {
            context.call(predecessor, ChordMessage::Ping);
        }
    }

    /// A neighbour says goodbye and what it knows.
    pub(super) fn left(
        &mut self,
        from: Contact,
        predecessor: Option<Contact>,
        successors: &[Contact],
        context: &mut ChordContext<'_>,
    ) {
        let me = context.me();
        if self.predecessor == Some(from) {
            self.predecessor = predecessor.filter(|x| *x != me);
        }
        let heir = successors.first().copied().filter(|x| *x != me);
        self.fingers.replace(from, heir);
        self.compare_fingers(context);
        match heir {
            Some(heir) if self.successors.first() == Some(from) => {
                self.adopt(heir, &successors[1..], context);
            }
            _ => self.forget(from, context),
        }
    }

    /// Under `refresh: entries`: takes the word of a nearer successor, or of a member of the list on who comes after it.
    /// Returns its place in the list, if it has one.
    fn refresh_successor(
        &mut self,
        from: Contact,
        next: Option<Contact>,
        context: &ChordContext<'_>,
    ) -> Option<usize> {
        let (here, length) = (context.key(), context.parameters().successors);
        let place = self.successors.as_slice().iter().position(|other| *other == from);
        if place.is_none()
            && let Some(successor) = self.successors.first()
            && context.key_of(from).in_open(here, context.key_of(successor))
        {
            self.successors.put_first(from, length, here, |contact| context.key_of(contact));
        }
        let place = place.or_else(|| (self.successors.first() == Some(from)).then_some(0))?;
        if let Some(next) = next {
            self.successors.refresh(place, next, length, here, |contact| context.key_of(contact));
        }
        if place == 0 {
            let distance = here.clockwise(context.key_of(from));
            self.fingers.drop_within(distance);
        }
        Some(place)
    }

    /// Makes `successor` the successor and reconciles the list with its own.
    pub(super) fn adopt(&mut self, successor: Contact, others: &[Contact], context: &ChordContext<'_>) {
        let length = context.parameters().successors;
        self.successors.adopt(successor, others, length, context.key(), |contact| context.key_of(contact));
        let distance = context.key().clockwise(context.key_of(successor));
        self.fingers.drop_within(distance);
    }

    /// Where no successor is left, goes on with the nearest contact there is.
    fn adopt_fallback(&mut self, context: &ChordContext<'_>) {
        let nearest = self.fingers.contacts().first().copied().or(self.predecessor);
        if let Some(nearest) = nearest {
            self.adopt(nearest, &[], context);
        }
    }

    /// Drops `contact` from successors and fingers.
    pub(super) fn forget(&mut self, contact: Contact, context: &ChordContext<'_>) {
        self.fingers.replace(contact, None);
        let removed = self.successors.remove(contact, context.key(), |contact| context.key_of(contact));
        if removed && self.successors.is_empty() {
            self.adopt_fallback(context);
        }
    }

    pub(super) fn successor_list(&self, context: &mut ChordContext<'_>) -> Vec<Contact> {
        let mut list = context.list();
        list.extend_from_slice(self.successors.as_slice());
        list
    }

    /// Successors and fingers by ascending distance, each once.
    pub(super) fn table(&self, context: &mut ChordContext<'_>) -> Vec<Contact> {
        let here = context.key();
        let mut list = self.successor_list(context);
        list.extend_from_slice(self.fingers.contacts());
        list.sort_unstable_by_key(|contact| here.clockwise(context.key_of(*contact)));
        list.dedup();
        list
    }

    /// Fills fingers that are not known with the first of `contacts`, which ascend, at or after their starts.
    pub(super) fn guess_fingers(&mut self, contacts: &[Contact], context: &ChordContext<'_>) {
        let (me, here) = (context.me(), context.key());
        let Some(successor) = self.successors.first() else { return };
        let lowest = here.clockwise(context.key_of(successor)).ilog2() + 1;
        let mut candidates = contacts.iter().filter(|contact| **contact != me).peekable();
        for bit in lowest..Key::BITS {
            while candidates.next_if(|c| here.clockwise(context.key_of(**c)) < 1 << bit).is_some() {}
            let Some(first) = candidates.peek() else { break };
            if self.fingers.get(bit).is_none() {
                self.fingers.set(bit, **first);
            }
        }
        self.compare_fingers(context);
    }
}
