//! The successor list.

use overlab_peer::{Contact, Key};

/// The next peers up the ring, nearest first; empty where the peer is alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Successors {
    list: Vec<Contact>,
}

impl Successors {
    /// The nearest.
    pub(super) fn first(&self) -> Option<Contact> {
        self.list.first().copied()
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
    }

    /// Puts a nearer peer first and keeps the others, at most `length` in all.
    pub(super) fn put_first(&mut self, first: Contact, length: usize) {
        self.list.truncate(length.saturating_sub(1));
        self.list.reserve_exact(1);
        self.list.insert(0, first);
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
            return;
        }
        let gone =
            self.list[place + 1..].iter().take_while(|other| distance(**other) < distance(next)).count();
        self.list.drain(place + 1..=place + gone);
        if self.list.get(place + 1) != Some(&next) && place + 1 < length {
            self.list.truncate(length - 1);
            self.list.reserve_exact(1);
            self.list.insert(place + 1, next);
        }
    }

    /// Drops `contact`; returns whether it was there.
    pub(super) fn remove(&mut self, contact: Contact) -> bool {
        let before = self.list.len();
        self.list.retain(|other| *other != contact);
        self.list.len() < before
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
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
        successors.put_first(Contact::first(6), 3);
        assert_eq!(successors.as_slice(), contacts(&[6, 7, 8]));
        assert!(successors.remove(Contact::first(6)) && !successors.remove(Contact::first(6)));
        assert_eq!(successors.first(), Some(Contact::first(7)));
    }
}
