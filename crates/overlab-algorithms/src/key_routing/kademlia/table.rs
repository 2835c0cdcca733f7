//! All buckets of a peer.

use super::lists::{Lists, bit};
use super::parameters::{Eviction, KademliaParameters};
use overlab_peer::{Contact, Key};
use std::ops::Range;

/// The buckets that have members, by the number of leading bits shared with the peer.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// The members by the time they were last seen, latest last, and when the bucket is due for a refresh, in seconds since
    /// the start of the run.
    buckets: Lists<u32>,
    /// What waits outside; allocated on use.
    waiting: Option<Box<Waiting>>,
}

/// Those for whom there is no room.
#[derive(Clone, Debug, Default)]
struct Waiting {
    /// The replacement caches, latest seen last.
    caches: Lists<()>,
    /// By bucket the contact that was pinged to make room, until it answers or fails to.
    pinged: Vec<(u32, Contact)>,
}

/// A contact that was heard of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) contact: Contact,
    pub(super) key: Key,
    /// Whether it answered a request.
    pub(super) answered: bool,
    /// When its bucket is due for a refresh if it is new, or if the contact answered.
    pub(super) due: u32,
}

impl Table {
    /// Whether the bucket `index` has members.
    pub(super) fn has(&self, index: u32) -> bool {
        self.buckets.has(index)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.buckets.held() == 0
    }

    /// The bucket closest to the peer.
    pub(super) fn deepest(&self) -> Option<u32> {
        let held = self.buckets.held();
        (held != 0).then(|| Key::BITS - 1 - held.trailing_zeros())
    }

    /// Makes room for so many buckets and members, and no more.
    pub(super) fn reserve(&mut self, buckets: usize, members: usize) {
        self.buckets.reserve(buckets, members);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.buckets.clear();
        self.waiting = None;
    }

    /// Fills the bucket `index`, which is closer than all that have members.
    pub(super) fn fill(&mut self, index: u32, members: &[Contact], due: u32) {
        self.buckets.append(index, due, members);
    }

    /// Moves a contact to the end of its bucket as the latest seen, or lets it in where there is room, or lets it wait.
    /// Returns a contact to ping, if it takes one.
    pub(super) fn seen(&mut self, here: Key, seen: Seen, parameters: &KademliaParameters) -> Option<Contact> {
        let index = here.common_prefix(seen.key);
        if index >= Key::BITS {
            // Nobody else has the same key.
            return None;
        }
        let oldest = match self.buckets.list_mut(index) {
            Some(mut bucket) => {
                if seen.answered {
                    *bucket.tag = seen.due;
                }
                if bucket.touch(seen.contact) {
                    self.settle_ping(index, seen.contact);
                    return None;
                }
                (bucket.contacts.len() >= parameters.k).then_some(bucket.contacts[0])
            }
            None => None,
        };
        let Some(oldest) = oldest else {
            self.buckets.push(index, seen.contact, seen.due);
            return None;
        };
        if parameters.cache() == 0 {
            return None;
        }
        let Waiting { caches, pinged } = &mut **self.waiting.get_or_insert_default();
        let (known, full) = caches.list_mut(index).map_or((false, false), |mut cache| {
            let known = cache.touch(seen.contact);
            let full = cache.contacts.len() >= parameters.cache();
            if full && !known {
                cache.displace(seen.contact);
            }
            (known, full)
        });
        if !known && !full {
            caches.push(index, seen.contact, ());
        }
        if parameters.eviction == Eviction::Ping && pinged.iter().all(|(other, _)| *other != index) {
            pinged.push((index, oldest));
            return Some(oldest);
        }
        None
    }

    /// Whether `contact` is in its bucket.
    pub(super) fn contains(&self, here: Key, key: Key, contact: Contact) -> bool {
        let index = here.common_prefix(key);
        index < Key::BITS && self.buckets.get(index).contains(&contact)
    }

    /// Notes that a ping of `contact` is over, if there was one.
    pub(super) fn ping_over(&mut self, here: Key, key: Key, contact: Contact) {
        self.settle_ping(here.common_prefix(key), contact);
    }

    fn settle_ping(&mut self, index: u32, contact: Contact) {
        if let Some(waiting) = &mut self.waiting
            && !waiting.pinged.is_empty()
        {
            waiting.pinged.retain(|ping| *ping != (index, contact));
        }
    }

    /// Drops a contact that [`Self::contains`] has; the latest seen of the replacement cache takes its place. Returns
    /// whether one did.
    pub(super) fn remove(&mut self, here: Key, key: Key, contact: Contact) -> bool {
        let index = here.common_prefix(key);
        let replacement = self.waiting.as_mut().and_then(|waiting| waiting.caches.pop(index));
        // It was seen before all that are in the bucket now, or nearly so, but is likelier alive than most.
        self.buckets.replace(index, contact, replacement);
        if !self.has(index)
            && let Some(waiting) = &mut self.waiting
        {
            waiting.pinged.retain(|(other, _)| *other != index);
        }
        replacement.is_some()
    }

    /// The first bucket that is due at `now`, in seconds; it is due again at `next`.
    pub(super) fn take_due(&mut self, now: u32, next: u32) -> Option<u32> {
        let place = self.buckets.tags().position(|due| due <= now)?;
        // The index of the bucket at `place` is that of the mask's bit of the same rank, from the top.
        let mut held = self.buckets.held();
        for _ in 0..place {
            held &= !bit(held.leading_zeros());
        }
        let index = held.leading_zeros();
        *self.buckets.list_mut(index).expect("its bit is set").tag = next.max(now + 1);
        Some(index)
    }

    /// When the next bucket is due, in seconds.
    pub(super) fn next_due(&self) -> Option<u32> {
        self.buckets.tags().min()
    }

    /// All contacts.
    pub(super) fn contacts(&self) -> &[Contact] {
        self.buckets.contacts()
    }

    /// The contacts of the bucket `index`.
    pub(super) fn members(&self, index: u32) -> &[Contact] {
        self.buckets.get(index)
    }

    /// Whether anyone is known who is closer to `key` than the peer at `here` is.
    pub(super) fn knows_closer(&self, here: Key, key: Key) -> bool {
        // The members of a bucket are closer exactly if the bit that they differ in is one that the key differs in.
        self.buckets.held() & here.xor(key) != 0
    }

    /// Where among [`Self::contacts`] the buckets are, by ascending distance from `key`: all members of one are closer than
    /// all of the next.
    pub(super) fn towards(&self, here: Key, key: Key) -> impl Iterator<Item = Range<usize>> {
        let distance = here.xor(key);
        // Buckets whose bit the key differs in are closer than the peer itself, the highest bit first; the others are
        // further away, the lowest bit first.
        let (mut closer, mut further) = (self.buckets.held() & distance, self.buckets.held() & !distance);
        std::iter::from_fn(move || {
            let index = if closer != 0 {
                let index = closer.leading_zeros();
                closer &= !bit(index);
                index
            } else if further != 0 {
                let index = Key::BITS - 1 - further.trailing_zeros();
                further &= further - 1;
                index
            } else {
                return None;
            };
            Some(self.buckets.range(index))
        })
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let waiting = self.waiting.as_ref().map_or(0, |waiting| {
            size_of::<Waiting>()
                + waiting.caches.heap_bytes()
                + waiting.pinged.capacity() * size_of::<(u32, Contact)>()
        });
        self.buckets.heap_bytes() + waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_peer::KeyTable;
    use overlab_time::Seeds;
    use proptest::prelude::*;

    /// The peer at 0 knows 1 to 3 of the bucket 0, which is full with them.
    fn filled(eviction: Eviction) -> (Table, KademliaParameters) {
        let parameters = KademliaParameters {
            k: 3,
            replacement_cache: Some(2),
            eviction,
            ..KademliaParameters::default()
        };
        let mut table = Table::default();
        for peer in 1..=3 {
            assert_eq!(hear(&mut table, peer, &parameters), None);
        }
        (table, parameters)
    }

    fn key(peer: u32) -> Key {
        Key(1 << 63 | u64::from(peer))
    }

    fn hear(table: &mut Table, peer: u32, parameters: &KademliaParameters) -> Option<Contact> {
        let seen = Seen { contact: Contact::first(peer), key: key(peer), answered: false, due: 0 };
        table.seen(Key(0), seen, parameters)
    }

    fn lose(table: &mut Table, peer: u32) -> bool {
        table.ping_over(Key(0), key(peer), Contact::first(peer));
        assert!(table.contains(Key(0), key(peer), Contact::first(peer)));
        table.remove(Key(0), key(peer), Contact::first(peer))
    }

    fn peers(table: &Table) -> Vec<u32> {
        table.members(0).iter().map(|contact| contact.peer.0).collect()
    }

    #[test]
    fn the_latest_seen_stands_last() {
        let (mut table, parameters) = filled(Eviction::Lazy);
        hear(&mut table, 1, &parameters);
        assert_eq!(peers(&table), [2, 3, 1]);
    }

    #[test]
    fn newcomers_wait_and_the_latest_of_them_comes_first() {
        let (mut table, parameters) = filled(Eviction::Lazy);
        assert!(table.waiting.is_none(), "a replacement cache comes on use");
        for peer in [4, 5, 6, 5] {
            assert_eq!(hear(&mut table, peer, &parameters), None);
        }
        // The cache of two has dropped 4; 5 was seen after 6.
        assert!(lose(&mut table, 2));
        assert_eq!(peers(&table), [1, 3, 5]);
        assert!(lose(&mut table, 1));
        assert!(!lose(&mut table, 3));
        assert_eq!(peers(&table), [5, 6]);
    }

    #[test]
    fn the_oldest_is_pinged_once_at_a_time() {
        let (mut table, parameters) = filled(Eviction::Ping);
        assert_eq!(hear(&mut table, 4, &parameters), Some(Contact::first(1)));
        assert_eq!(hear(&mut table, 5, &parameters), None);
        // It answers: it is the latest seen now, and the next newcomer costs the next oldest a ping.
        hear(&mut table, 1, &parameters);
        assert_eq!(hear(&mut table, 6, &parameters), Some(Contact::first(2)));
        // It does not answer.
        assert!(lose(&mut table, 2));
        assert_eq!(peers(&table), [3, 1, 6]);
    }

    #[test]
    fn a_bucket_that_loses_everyone_forgets_its_ping() {
        let (mut table, parameters) = filled(Eviction::Ping);
        hear(&mut table, 4, &parameters);
        // 4 takes the place of 3, and nobody those of the others; 1 is still being pinged.
        for peer in [3, 2, 4] {
            lose(&mut table, peer);
        }
        assert!(!table.remove(Key(0), key(1), Contact::first(1)));
        assert!(table.is_empty());
        for peer in 1..=3 {
            hear(&mut table, peer, &parameters);
        }
        assert_eq!(hear(&mut table, 4, &parameters), Some(Contact::first(1)), "pinged anew");
    }

    proptest! {
        #[test]
        fn nearer_buckets_come_first(peers in proptest::collection::btree_set(1u32..5000, 0..200), probe: u64, k in 1usize..30) {
            let keys = KeyTable::random(Seeds::new(1, 0));
            let here = keys.key(Contact::first(0));
            let parameters = KademliaParameters { k, ..KademliaParameters::default() };
            let mut table = Table::default();
            for contact in peers.into_iter().map(Contact::first) {
                let seen = Seen { contact, key: keys.key(contact), answered: false, due: 0 };
                table.seen(here, seen, &parameters);
            }
            prop_assert!(table.contacts().iter().all(|c| table.contains(here, keys.key(*c), *c)));
            for key in [Key(probe), here, Key(here.0 ^ (probe >> 50))] {
                let distance = |contact: &Contact| keys.key(*contact).xor(key);
                let buckets: Vec<&[Contact]> = table.towards(here, key).map(|at| &table.contacts()[at]).collect();
                prop_assert_eq!(buckets.iter().map(|bucket| bucket.len()).sum::<usize>(), table.contacts().len());
                for pair in buckets.windows(2) {
                    let last = pair[0].iter().map(distance).max();
                    prop_assert!(last < pair[1].iter().map(distance).min());
                }
                let closest = table.contacts().iter().map(distance).min();
                prop_assert_eq!(table.knows_closer(here, key), closest.is_some_and(|c| c < here.xor(key)));
            }
        }

        #[test]
        fn every_bucket_becomes_due_once(indices in proptest::collection::btree_set(0u32..64, 0..30)) {
            let mut table = Table::default();
            for index in &indices {
                table.fill(*index, &[Contact::first(*index)], index % 7);
            }
            prop_assert_eq!(table.deepest(), indices.last().copied());
            let mut due = Vec::new();
            while let Some(index) = table.take_due(3, 10) {
                due.push(index);
            }
            prop_assert_eq!(due, indices.iter().copied().filter(|i| i % 7 <= 3).collect::<Vec<_>>());
        }
    }
}
