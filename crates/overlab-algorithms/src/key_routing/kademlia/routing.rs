//! Kademlia's answers to lookups.

use super::nearest::{ROOM, nearest};
use super::{Kademlia, KademliaContext, KademliaParameters};
use overlab_peer::space::XorClosest;
use overlab_peer::{
    Candidates, Contact, Key, KeyRouting, Lookout, LookupMode, LookupStyle, Responsibility, Termination,
};

impl KeyRouting for Kademlia {
    type Space = XorClosest;
    type Route = ();

    fn closest(&self, key: Key, _route: &mut (), context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let distance = |contact| context.key_of(contact).xor(key);
        let (here, contacts) = (context.key(), self.table.contacts());
        let mut words = [0; ROOM];
        if let Some(places) =
            nearest(&mut words, out.room(), contacts, self.table.towards(here, key), distance)
        {
            out.extend_new(places.iter().map(|place| contacts[*place as usize]));
        }
        if !out.is_full() && out.len() < contacts.len() {
            // So many are wanted, or some were excluded: the long way.
            let mut sorted = Vec::new();
            for bucket in self.table.towards(here, key) {
                sorted.clear();
                sorted.extend(contacts[bucket].iter().map(|contact| (distance(*contact), *contact)));
                sorted.sort_unstable();
                if !sorted.iter().all(|(_, contact)| out.push(*contact)) {
                    return;
                }
            }
        }
        if out.is_empty() {
            // Everyone else was silent: the fault may have been this peer's own.
            for contact in self.lost.iter().rev() {
                if !out.push(*contact) {
                    return;
                }
            }
        }
    }

    fn responsible(&self, key: Key, _route: &(), context: &Lookout<'_, Self>) -> Responsibility {
        if self.table.knows_closer(context.key(), key) { Responsibility::No } else { Responsibility::Yes }
    }

    fn found(&mut self, key: Key, closest: &[Contact], context: &mut KademliaContext<'_>) {
        let here = context.key();
        if self.joined || key != here {
            return;
        }
        let me = context.me();
        let neighbour =
            closest.iter().filter(|contact| **contact != me).map(|c| context.key_of(*c).xor(here)).min();
        let Some(distance) = neighbour else { return };
        // "Finally, u refreshes all k-buckets further away than its closest neighbor" (section 2.3).
        for index in 0..distance.leading_zeros() {
            Self::refresh(index, context);
        }
        self.complete(context);
    }

    /// Iterative, alpha at a time, over when the k closest have answered.
    fn style(parameters: &KademliaParameters) -> LookupStyle {
        LookupStyle {
            mode: LookupMode::Iterative,
            parallelism: parameters.alpha,
            redundancy: parameters.k,
            termination: Termination::Convergence { siblings: parameters.siblings() },
            acknowledge: true,
        }
    }

    fn entry(&self, contact: Contact, context: &Lookout<'_, Self>) -> Option<String> {
        let bucket = context.key().common_prefix(context.key_of(contact));
        if bucket < Key::BITS && self.table.members(bucket).contains(&contact) {
            return Some(format!("bucket {bucket}"));
        }
        self.lost.contains(&contact).then(|| "lost contact".to_owned())
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
        out.extend_from_slice(self.table.contacts());
    }

    fn heap_bytes(&self) -> usize {
        self.table.heap_bytes()
            + self.failures.capacity() * size_of::<(Contact, u8)>()
            + self.lost.capacity() * size_of::<Contact>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::Seen;
    use super::*;
    use overlab_peer::KeyTable;
    use overlab_time::{Seeds, Time};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_closest_that_are_not_excluded_come_in_order(
            peers in proptest::collection::btree_set(1u32..3000, 0..300),
            excluded in proptest::collection::vec(any::<proptest::sample::Index>(), 0..6),
            k in 1usize..50,
            limit in 1usize..60,
            spread in 0u32..60,
            probe: u64,
        ) {
            // Keys far apart, and keys that differ in their last bits alone.
            let random = KeyTable::random(Seeds::new(1, 0));
            let key_of = |peer| match spread {
                0..=30 => Key(random.key(Contact::first(peer)).0 >> spread),
                _ => Key(u64::from(peer)),
            };
            let keys = KeyTable::listed((0..3000).map(key_of).collect());
            let me = Contact::first(0);
            let parameters = KademliaParameters { k, ..KademliaParameters::default() };
            let mut kademlia =
                Kademlia { table: Default::default(), failures: Vec::new(), lost: Vec::new(), joined: true };
            for contact in peers.into_iter().map(Contact::first) {
                let seen = Seen { contact, key: keys.key(contact), answered: false, due: 0 };
                kademlia.table.seen(keys.key(me), seen, &parameters);
            }
            let key = Key(probe >> spread);
            let mut expected = kademlia.table.contacts().to_vec();
            expected.sort_by_key(|contact| keys.key(*contact).xor(key));
            let excluded: Vec<Contact> = excluded
                .into_iter()
                .filter(|_| !expected.is_empty())
                // Those in front matter.
                .map(|index| expected[index.index(expected.len().min(30))])
                .collect();
            expected.retain(|contact| !excluded.contains(contact));
            expected.truncate(limit);
            let mut list = Vec::new();
            let here = keys.key(me);
            let context =
                Lookout { now: Time::ZERO, me, key: here, keys: &keys, parameters: &parameters };
            kademlia.closest(key, &mut (), &context, &mut Candidates::new(&mut list, &excluded, limit));
            prop_assert_eq!(list, expected);
        }
    }
}
