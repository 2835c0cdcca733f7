//! Who is a member: the ground truth that answers are judged by, and the list that newcomers are introduced from.

use overlab_peer::{Contact, Entry, Key, KeyTable};
use std::collections::BTreeMap;

const ABSENT: u32 = u32::MAX;

/// The live peers whose join is complete, searchable by key and by place.
#[derive(Clone, Debug)]
pub struct Roster {
    by_key: BTreeMap<Key, Contact>,
    members: Vec<Contact>,
    /// Where a peer stands in `members`.
    places: Vec<u32>,
}

impl Roster {
    /// Nobody, of a pool of `peers`.
    pub fn new(peers: u32) -> Self {
        Self { by_key: BTreeMap::new(), members: Vec::new(), places: vec![ABSENT; peers as usize] }
    }

    /// Everybody in `contacts`, much faster than one by one.
    pub fn of(peers: u32, contacts: Vec<Contact>, keys: &KeyTable) -> Self {
        let mut entries: Vec<Entry> = contacts.iter().map(|contact| (keys.key(*contact), *contact)).collect();
        entries.sort_unstable();
        let mut places = vec![ABSENT; peers as usize];
        for (place, contact) in contacts.iter().enumerate() {
            places[contact.peer.index()] = place as u32;
        }
        Self { by_key: entries.into_iter().collect(), members: contacts, places }
    }

    /// A peer's join is complete.
    pub fn insert(&mut self, contact: Contact, keys: &KeyTable) {
        let place = &mut self.places[contact.peer.index()];
        if *place == ABSENT {
            *place = self.members.len() as u32;
            self.members.push(contact);
            self.by_key.insert(keys.key(contact), contact);
        }
    }

    /// A peer went down.
    pub fn remove(&mut self, contact: Contact, keys: &KeyTable) {
        let place = std::mem::replace(&mut self.places[contact.peer.index()], ABSENT);
        if place != ABSENT {
            self.members.swap_remove(place as usize);
            if let Some(moved) = self.members.get(place as usize) {
                self.places[moved.peer.index()] = place;
            }
            self.by_key.remove(&keys.key(contact));
        }
    }

    /// Whether this very identity is a member.
    pub fn contains(&self, contact: Contact) -> bool {
        self.members.get(self.places[contact.peer.index()] as usize) == Some(&contact)
    }

    /// The members by key.
    pub fn by_key(&self) -> &BTreeMap<Key, Contact> {
        &self.by_key
    }

    /// The members in no particular, but always the same, order.
    pub fn members(&self) -> &[Contact] {
        &self.members
    }

    /// The members as a sorted list of entries.
    pub fn entries(&self) -> Vec<Entry> {
        self.by_key.iter().map(|(key, contact)| (*key, *contact)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_time::Seeds;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_roster_is_a_set(steps in proptest::collection::vec((0u32..20, any::<bool>()), 0..200)) {
            let keys = KeyTable::random(Seeds::new(1, 0));
            let (mut roster, mut model) = (Roster::new(20), std::collections::BTreeSet::new());
            for (peer, insert) in steps {
                let contact = Contact::first(peer);
                if insert {
                    roster.insert(contact, &keys);
                    model.insert(contact);
                } else {
                    roster.remove(contact, &keys);
                    model.remove(&contact);
                }
                let mut members = roster.members().to_vec();
                members.sort_unstable();
                prop_assert_eq!(&members, &model.iter().copied().collect::<Vec<_>>());
                prop_assert_eq!(roster.by_key().len(), model.len());
                prop_assert!((0..20).all(|p| roster.contains(Contact::first(p)) == model.contains(&Contact::first(p))));
            }
        }
    }
}
