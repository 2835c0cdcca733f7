//! The finger table, without the entries that are the successor anyway.

use overlab_peer::{Contact, Key};

/// Fingers by bit: the finger of bit i is the first peer at or after the owner's key plus 2^i.
///
/// Of the 64 fingers about log2 N differ from the successor; only those are kept, eight bytes each and a mask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingers {
    /// Bit i is set where the finger of bit i is held.
    held: u64,
    /// The held ones by ascending bit.
    contacts: Vec<Contact>,
}

impl Fingers {
    /// Room for `count` fingers and no more.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self { held: 0, contacts: Vec::with_capacity(count) }
    }

    /// Where the finger of `bit` is, or would be, in the list.
    fn place(&self, bit: u32) -> usize {
        (self.held & ((1 << bit) - 1)).count_ones() as usize
    }

    fn holds(&self, bit: u32) -> bool {
        self.held >> bit & 1 == 1
    }

    /// The finger of `bit`.
    pub(super) fn get(&self, bit: u32) -> Option<Contact> {
        self.holds(bit).then(|| self.contacts[self.place(bit)])
    }

    /// Makes `contact` the finger of `bit`.
    pub(super) fn set(&mut self, bit: u32, contact: Contact) {
        let place = self.place(bit);
        if self.holds(bit) {
            self.contacts[place] = contact;
        } else {
            // Tables grow by single entries and then stay: spare room would cost a large run dearly.
            self.contacts.reserve_exact(1);
            self.contacts.insert(place, contact);
            self.held |= 1 << bit;
        }
    }

    /// Keeps the fingers for which `keep` says so.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(u32, Contact) -> bool) {
        let (mut held, mut left) = (0, self.held);
        self.contacts.retain(|contact| {
            let bit = left.trailing_zeros();
            left &= left - 1;
            let kept = keep(bit, *contact);
            held |= u64::from(kept) << bit;
            kept
        });
        self.held = held;
    }

    /// Drops the fingers whose starts are at most `distance` away: they are the successor, which stands there.
    pub(super) fn drop_within(&mut self, distance: u64) {
        let count = self.within(distance).len();
        if count > 0 {
            self.contacts.drain(..count);
            let highest = distance.ilog2();
            self.held &= !(u64::MAX >> (Key::BITS - 1 - highest));
        }
    }

    /// Puts `successor` wherever `gone` stands, or nothing if there is none.
    pub(super) fn replace(&mut self, gone: Contact, successor: Option<Contact>) {
        match successor {
            Some(successor) => {
                for finger in self.contacts.iter_mut().filter(|finger| **finger == gone) {
                    *finger = successor;
                }
            }
            None => self.retain(|_, contact| contact != gone),
        }
    }

    /// All fingers by ascending bit; a peer that is several fingers comes several times.
    pub(super) fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// The fingers whose starts are at most `distance` away, so that they may be, too.
    pub(super) fn within(&self, distance: u64) -> &[Contact] {
        let count = match distance.checked_ilog2() {
            None => 0,
            Some(highest) => (self.held & (u64::MAX >> (Key::BITS - 1 - highest))).count_ones() as usize,
        };
        &self.contacts[..count]
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.held = 0;
        self.contacts.clear();
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.contacts.capacity() * size_of::<Contact>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_behaves_like_a_map(steps in proptest::collection::vec((0u32..64, 0u32..20, 0u8..4), 0..200), distance: u64) {
            let (mut fingers, mut map) = (Fingers::default(), BTreeMap::new());
            for (bit, peer, step) in steps {
                let contact = Contact::first(peer);
                match step {
                    0 => {
                        fingers.retain(|b, c| b >= bit / 2 && c != contact);
                        map.retain(|b, c| *b >= bit / 2 && *c != contact);
                    }
                    1 => {
                        let new = (peer % 2 == 0).then(|| Contact::first(peer + 100));
                        fingers.replace(contact, new);
                        map.retain(|_, c| {
                            let gone = *c == contact;
                            *c = if gone { new.unwrap_or(*c) } else { *c };
                            !gone || new.is_some()
                        });
                    }
                    _ => {
                        fingers.set(bit, contact);
                        map.insert(bit, contact);
                    }
                }
            }
            for bit in 0..64 {
                prop_assert_eq!(fingers.get(bit), map.get(&bit).copied());
            }
            prop_assert_eq!(fingers.contacts(), map.values().copied().collect::<Vec<_>>());
            let mut beyond = fingers.clone();
            beyond.drop_within(distance);
            let far: Vec<(u32, Contact)> =
                map.iter().filter(|(bit, _)| 1u64 << **bit > distance).map(|(bit, c)| (*bit, *c)).collect();
            prop_assert_eq!(beyond.contacts(), far.iter().map(|entry| entry.1).collect::<Vec<_>>());
            prop_assert!(far.iter().all(|(bit, contact)| beyond.get(*bit) == Some(*contact)));
            let near: Vec<Contact> = map.iter().filter(|(bit, _)| 1u64 << **bit <= distance).map(|(_, c)| *c).collect();
            prop_assert_eq!(fingers.within(distance), near);
        }
    }
}
