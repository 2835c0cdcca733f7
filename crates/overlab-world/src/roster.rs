//! Who is a member: the ground truth that answers are judged by, and the list that newcomers are introduced from.

use overlab_peer::{Contact, Directory, Entry, Key, KeyTable, SortedKeys};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const ABSENT: u32 = u32::MAX;

/// So many turns are kept beside the sorted list before it is made anew, and more where the list is long.
const LEAST_LOOSE: usize = 1_000;
/// The sorted list may be so many times as long as what is kept beside it.
const LOOSE_SHARE: usize = 32;

/// The live peers whose join is complete, searchable by key and by place.
///
/// Most of a large membership stands in one sorted list; those who came and went of late are kept beside it.
#[derive(Clone, Debug)]
pub struct Roster {
    sorted: SortedKeys,
    /// Members that are not in the sorted list.
    came: BTreeMap<Key, Contact>,
    /// Keys of the sorted list that are no members any more.
    left: BTreeSet<Key>,
    /// Shared with whoever publishes it.
    members: Arc<Vec<Contact>>,
    /// Where a peer stands in `members`.
    places: Vec<u32>,
}

impl Roster {
    /// Nobody, of a pool of `peers`.
    pub fn new(peers: u32) -> Self {
        Self::with(peers, Vec::new(), SortedKeys::new(Vec::new()))
    }

    /// Everybody in `contacts`, whose entries by key are `sorted`.
    pub(crate) fn with(peers: u32, contacts: Vec<Contact>, sorted: SortedKeys) -> Self {
        debug_assert_eq!(contacts.len(), sorted.entries().len());
        let mut places = vec![ABSENT; peers as usize];
        for (place, contact) in contacts.iter().enumerate() {
            places[contact.peer.index()] = place as u32;
        }
        Self { sorted, came: BTreeMap::new(), left: BTreeSet::new(), members: Arc::new(contacts), places }
    }

    /// A peer's join is complete.
    pub fn insert(&mut self, contact: Contact, keys: &KeyTable) {
        let place = &mut self.places[contact.peer.index()];
        if *place == ABSENT {
            let members = Arc::make_mut(&mut self.members);
            *place = members.len() as u32;
            members.push(contact);
            let key = keys.key(contact);
            if !self.left.remove(&key) {
                self.came.insert(key, contact);
                self.tidy();
            }
        }
    }

    /// A peer went down.
    pub fn remove(&mut self, contact: Contact, keys: &KeyTable) {
        let place = std::mem::replace(&mut self.places[contact.peer.index()], ABSENT);
        if place != ABSENT {
            let members = Arc::make_mut(&mut self.members);
            members.swap_remove(place as usize);
            if let Some(moved) = members.get(place as usize) {
                self.places[moved.peer.index()] = place;
            }
            let key = keys.key(contact);
            if self.came.remove(&key).is_none() {
                self.left.insert(key);
                self.tidy();
            }
        }
    }

    /// Whether this very identity is a member.
    pub fn contains(&self, contact: Contact) -> bool {
        self.members.get(self.places[contact.peer.index()] as usize) == Some(&contact)
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether nobody is a member.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The members in no particular, but always the same, order.
    pub fn members(&self) -> &[Contact] {
        &self.members
    }

    /// The same, to be kept as they are now.
    pub(crate) fn published(&self) -> Arc<Vec<Contact>> {
        Arc::clone(&self.members)
    }

    /// Bytes held, what comes and goes aside.
    pub fn bytes(&self) -> usize {
        self.sorted.bytes()
            + self.members.capacity() * size_of::<Contact>()
            + self.places.capacity() * size_of::<u32>()
    }

    /// Puts everybody into the sorted list.
    pub fn settle(&mut self) {
        if self.came.is_empty() && self.left.is_empty() {
            return;
        }
        let sorted = std::mem::replace(&mut self.sorted, SortedKeys::new(Vec::new()));
        let mut entries = sorted.into_entries();
        let (came, left) = (std::mem::take(&mut self.came), std::mem::take(&mut self.left));
        entries.retain(|entry| !left.contains(&entry.0));
        entries.extend(came);
        // Two runs in order: the stable sort merges them.
        entries.sort();
        self.sorted = SortedKeys::new(entries);
    }

    /// All members by key; after [`Self::settle`].
    pub(crate) fn sorted(&self) -> &SortedKeys {
        debug_assert!(self.came.is_empty() && self.left.is_empty());
        &self.sorted
    }

    fn tidy(&mut self) {
        let loose = self.came.len() + self.left.len();
        if loose > LEAST_LOOSE.max(self.sorted.entries().len() / LOOSE_SHARE) {
            self.settle();
        }
    }
}

impl Directory for Roster {
    fn at_or_after(&self, key: Key) -> Option<Entry> {
        let sorted = &self.sorted.entries()[self.sorted.place(key)..];
        let old = if self.left.is_empty() {
            sorted.first().copied()
        } else {
            sorted.iter().find(|entry| !self.left.contains(&entry.0)).copied()
        };
        let new = self.came.range(key..).next().map(|(key, contact)| (*key, *contact));
        old.into_iter().chain(new).min()
    }

    fn at_or_before(&self, key: Key) -> Option<Entry> {
        let place = self.sorted.place(key);
        let place = place + usize::from(self.sorted.entries().get(place).is_some_and(|entry| entry.0 == key));
        let sorted = &self.sorted.entries()[..place];
        let old = if self.left.is_empty() {
            sorted.last().copied()
        } else {
            sorted.iter().rev().find(|entry| !self.left.contains(&entry.0)).copied()
        };
        let new = self.came.range(..=key).next_back().map(|(key, contact)| (*key, *contact));
        old.into_iter().chain(new).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_time::Seeds;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_roster_is_a_set(steps in proptest::collection::vec((0u32..20, 0u32..8), 0..200), probe: u64) {
            let keys = KeyTable::random(Seeds::new(1, 0));
            let (mut roster, mut model) = (Roster::new(20), std::collections::BTreeMap::new());
            for (peer, step) in steps {
                let contact = Contact::first(peer);
                match step {
                    0 => roster.settle(),
                    1..5 => {
                        roster.insert(contact, &keys);
                        model.insert(keys.key(contact), contact);
                    }
                    _ => {
                        roster.remove(contact, &keys);
                        model.remove(&keys.key(contact));
                    }
                }
                let mut members = roster.members().to_vec();
                members.sort_unstable();
                let mut expected: Vec<Contact> = model.values().copied().collect();
                expected.sort_unstable();
                prop_assert_eq!(&members, &expected);
                prop_assert_eq!(roster.len(), model.len());
                prop_assert!((0..20).map(Contact::first).all(|c| roster.contains(c) == expected.contains(&c)));
                for key in model.keys().copied().chain([Key(probe), Key(0), Key(u64::MAX)]) {
                    prop_assert_eq!(roster.at_or_after(key), model.at_or_after(key));
                    prop_assert_eq!(roster.at_or_before(key), model.at_or_before(key));
                }
            }
            roster.settle();
            let entries: Vec<Entry> = model.into_iter().collect();
            prop_assert_eq!(roster.sorted().entries(), &entries[..]);
        }
    }

    /// The sorted list is made anew now and then, whatever comes and goes.
    #[test]
    fn what_is_kept_beside_the_list_stays_small() {
        let keys = KeyTable::random(Seeds::new(2, 0));
        let mut roster = Roster::new(10_000);
        for round in 0..3u32 {
            for peer in (0..10_000).map(Contact::first) {
                if peer.peer.0 % 3 == round {
                    roster.remove(peer, &keys);
                } else {
                    roster.insert(peer, &keys);
                }
                assert!(roster.came.len() + roster.left.len() <= LEAST_LOOSE);
            }
        }
        assert_eq!(roster.len(), 6_667);
    }
}
