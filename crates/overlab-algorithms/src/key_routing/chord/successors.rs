//! The successor list.

use overlab_peer::{Contact, Key};

/// The next peers up the ring, nearest first; empty where the peer is alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Successors {
    list: Vec<Contact>,
    /// How far away the last is: most keys are beyond it, which a hop need not look at the list to know.
    reach: u64,
}

impl Successors {
    /// The nearest.
    pub(super) fn first(&self) -> Option<Contact> {
        self.list.first().copied()
    }

    /// The distance of the last; zero where there is none.
    pub(super) fn reach(&self) -> u64 {
        self.reach
    }

    pub(super) fn as_slice(&self) -> &[Contact] {
        &self.list
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Forgets all and gives the list new members, at most `length`: `first`, then those of `others` that come after it
    /// in order before the ring closes at `me`.
    pub(super) fn adopt(
        &mut self,
        first: Contact,
        others: &[Contact],
        length: usize,
        me: Key,
        key_of: impl Fn(Contact) -> Key,
    ) {
        if self.is_as(first, others, length) {
            // The list is in order as it stands: nobody came or went, as mostly.
            return;
        }
        self.list.clear();
        let wanted = length.min(1 + others.len());
        if self.list.capacity() < wanted {
            self.list.reserve_exact(wanted);
        }
        self.list.push(first);
        let mut last = me.clockwise(key_of(first));
        for other in others {
            let distance = me.clockwise(key_of(*other));
            // The successor's list may go round the whole ring; past this peer it holds nothing new.
            if distance == 0 || self.list.len() >= length {
                break;
            }
            if distance > last {
                self.list.push(*other);
                last = distance;
            }
        }
        self.reach = last;
    }

    /// Whether the list is full of `first` and the first of `others`.
    fn is_as(&self, first: Contact, others: &[Contact], length: usize) -> bool {
        match self.list.split_first() {
            Some((mine, rest)) if rest.len() + 1 == length => {
                *mine == first && others.get(..rest.len()).is_some_and(|others| rest == others)
            }
            _ => false,
        }
    }

    /// Puts a nearer peer first and keeps the others, at most `length` in all.
    pub(super) fn put_first(
        &mut self,
        first: Contact,
        length: usize,
        me: Key,
        key_of: impl Fn(Contact) -> Key,
    ) {
        self.list.truncate(length.saturating_sub(1));
        self.list.reserve_exact(1);
        self.list.insert(0, first);
        self.measure(me, key_of);
    }

    /// Notes how far away the last is.
    fn measure(&mut self, me: Key, key_of: impl Fn(Contact) -> Key) {
        self.reach = self.list.last().map_or(0, |last| me.clockwise(key_of(*last)));
    }

    /// Takes the word of the member at `place` that `next` comes after it: whoever the list has between the two is gone.
    pub(super) fn refresh(
        &mut self,
        place: usize,
        next: Contact,
        length: usize,
        me: Key,
        key_of: impl Fn(Contact) -> Key,
    ) {
        let distance = |contact: Contact| me.clockwise(key_of(contact));
        if distance(next) <= distance(self.list[place]) {
            // The ring closes after that member.
            self.list.truncate(place + 1);
            return self.measure(me, key_of);
        }
        let gone =
            self.list[place + 1..].iter().take_while(|other| distance(**other) < distance(next)).count();
        self.list.drain(place + 1..=place + gone);
        if self.list.get(place + 1) != Some(&next) && place + 1 < length {
            self.list.truncate(length - 1);
            self.list.reserve_exact(1);
            self.list.insert(place + 1, next);
        }
        self.measure(me, key_of);
    }

    /// Drops `contact`; returns whether it was there.
    pub(super) fn remove(&mut self, contact: Contact, me: Key, key_of: impl Fn(Contact) -> Key) -> bool {
        let before = self.list.len();
        self.list.retain(|other| *other != contact);
        let was_there = self.list.len() < before;
        if was_there {
            self.measure(me, key_of);
        }
        was_there
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.reach = 0;
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.list.capacity() * size_of::<Contact>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_where_the_ring_closes_and_kept_in_order() {
        // Contact i has key 10 i.
        let key_of = |contact: Contact| Key(u64::from(contact.peer.0) * 10);
        let contacts = |peers: &[u32]| peers.iter().map(|peer| Contact::first(*peer)).collect::<Vec<_>>();
        let mut successors = Successors::default();
        successors.adopt(Contact::first(6), &contacts(&[8, 7, 8, 9, 2, 5, 6, 7]), 10, Key(50), key_of);
        assert_eq!(successors.as_slice(), contacts(&[6, 8, 9, 2]));
        successors.adopt(Contact::first(6), &contacts(&[7, 8, 9]), 3, Key(50), key_of);
        assert_eq!(successors.as_slice(), contacts(&[6, 7, 8]));
        successors.refresh(1, Contact::first(9), 3, Key(50), key_of);
        assert_eq!(successors.as_slice(), contacts(&[6, 7, 9]), "8 is gone");
        successors.refresh(0, Contact::first(7), 3, Key(50), key_of);
        assert_eq!(successors.as_slice(), contacts(&[6, 7, 9]), "as it was");
        successors.refresh(1, Contact::first(8), 3, Key(50), key_of);
        assert_eq!(successors.as_slice(), contacts(&[6, 7, 8]), "8 pushes the last out");
        successors.refresh(2, Contact::first(9), 3, Key(50), key_of);
        assert_eq!(successors.as_slice(), contacts(&[6, 7, 8]), "no more than three");
        successors.refresh(1, Contact::first(5), 3, Key(50), key_of);
        assert_eq!(successors.as_slice(), contacts(&[6, 7]), "the ring closes");
        successors.adopt(Contact::first(7), &contacts(&[8, 9]), 3, Key(50), key_of);
        successors.put_first(Contact::first(6), 3, Key(50), key_of);
        assert_eq!(successors.as_slice(), contacts(&[6, 7, 8]));
        let mut remove = |peer| successors.remove(Contact::first(peer), Key(50), key_of);
        assert!(remove(6) && !remove(6));
        assert_eq!(successors.first(), Some(Contact::first(7)));
    }
}
