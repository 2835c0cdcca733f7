//! All buckets of a peer.

use super::bucket::Bucket;
use super::parameters::KademliaParameters;
use overlab_peer::{Contact, Key};
use smallvec::SmallVec;

/// The buckets that have members, by the number of leading bits shared with the peer.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// The bit that the members of a bucket differ in is set where it has any: bucket 0's is the highest.
    held: u64,
    /// The buckets by ascending number of shared bits.
    buckets: Vec<Bucket>,
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

/// The mask of the bucket `index`.
fn bit(index: u32) -> u64 {
    1 << (Key::BITS - 1 - index)
}

impl Table {
    /// Where the bucket `index` is, or would be, in the list.
    fn place(&self, index: u32) -> usize {
        // All higher bits; shifting by one first keeps the shift below 64.
        (self.held & !(bit(index) | (bit(index) - 1))).count_ones() as usize
    }

    /// Whether the bucket `index` has members.
    pub(super) fn has(&self, index: u32) -> bool {
        self.held & bit(index) != 0
    }

    fn bucket(&self, index: u32) -> Option<&Bucket> {
        self.has(index).then(|| &self.buckets[self.place(index)])
    }

    fn bucket_mut(&mut self, index: u32) -> Option<&mut Bucket> {
        let place = self.place(index);
        self.has(index).then(|| &mut self.buckets[place])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// The bucket closest to the peer.
    pub(super) fn deepest(&self) -> Option<u32> {
        (self.held != 0).then(|| Key::BITS - 1 - self.held.trailing_zeros())
    }

    /// Makes room for `count` buckets and no more.
    pub(super) fn reserve(&mut self, count: usize) {
        self.buckets.reserve_exact(count);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.held = 0;
        self.buckets.clear();
    }

    /// Puts a bucket of contacts where none is.
    pub(super) fn fill(&mut self, index: u32, bucket: Bucket) {
        debug_assert!(!self.has(index) && !bucket.contacts().is_empty());
        let place = self.place(index);
        self.held |= bit(index);
        self.buckets.insert(place, bucket);
    }

    /// Lets a contact into its bucket, or to its end; returns a contact to ping, if it takes one.
    pub(super) fn seen(&mut self, here: Key, seen: Seen, parameters: &KademliaParameters) -> Option<Contact> {
        let index = here.common_prefix(seen.key);
        if index >= Key::BITS {
            // Nobody else has the same key.
            return None;
        }
        match self.bucket_mut(index) {
            Some(bucket) => {
                if seen.answered {
                    bucket.due = seen.due;
                }
                bucket.seen(seen.contact, parameters)
            }
            None => {
                let mut bucket = Bucket::new(Vec::new(), seen.due);
                bucket.seen(seen.contact, parameters);
                self.fill(index, bucket);
                None
            }
        }
    }

    /// Whether `contact` is in its bucket.
    pub(super) fn contains(&self, here: Key, key: Key, contact: Contact) -> bool {
        let index = here.common_prefix(key);
        index < Key::BITS && self.bucket(index).is_some_and(|bucket| bucket.contacts().contains(&contact))
    }

    /// Notes that a ping of `contact` is over, if there was one.
    pub(super) fn ping_over(&mut self, here: Key, key: Key, contact: Contact) {
        let index = here.common_prefix(key);
        if index < Key::BITS
            && let Some(bucket) = self.bucket_mut(index)
        {
            bucket.ping_over(contact);
        }
    }

    /// Drops a contact that [`Self::contains`] has; returns whether another took its place.
    pub(super) fn remove(&mut self, here: Key, key: Key, contact: Contact) -> bool {
        let index = here.common_prefix(key);
        let place = self.place(index);
        let bucket = &mut self.buckets[place];
        let replaced = bucket.remove(contact);
        if bucket.contacts().is_empty() {
            self.buckets.remove(place);
            self.held &= !bit(index);
        }
        replaced
    }

    /// The first bucket that is due at `now`, in seconds; it is due again at `next`.
    pub(super) fn take_due(&mut self, now: u32, next: u32) -> Option<u32> {
        let place = self.buckets.iter().position(|bucket| bucket.due <= now)?;
        self.buckets[place].due = next.max(now + 1);
        // The index of the bucket at `place` is that of the mask's bit of the same rank, from the top.
        let mut held = self.held;
        for _ in 0..place {
            held &= !(1 << (Key::BITS - 1 - held.leading_zeros()));
        }
        Some(held.leading_zeros())
    }

    /// When the next bucket is due, in seconds.
    pub(super) fn next_due(&self) -> Option<u32> {
        self.buckets.iter().map(|bucket| bucket.due).min()
    }

    /// All contacts.
    pub(super) fn contacts(&self) -> impl Iterator<Item = Contact> {
        self.buckets.iter().flat_map(|bucket| bucket.contacts().iter().copied())
    }

    /// The contacts of the bucket `index`.
    pub(super) fn members(&self, index: u32) -> &[Contact] {
        self.bucket(index).map_or(&[], Bucket::contacts)
    }

    /// Whether anyone is known who is closer to `key` than the peer at `here` is.
    pub(super) fn knows_closer(&self, here: Key, key: Key) -> bool {
        // The members of a bucket are closer exactly if the bit that they differ in is one that the key differs in.
        self.held & here.xor(key) != 0
    }

    /// Hands contacts to `take` by ascending distance from `key`, until it says that it has enough.
    pub(super) fn closest(
        &self,
        here: Key,
        key: Key,
        key_of: impl Fn(Contact) -> Key,
        mut take: impl FnMut(Contact) -> bool,
    ) {
        let distance = here.xor(key);
        // Buckets whose bit the key differs in are closer than the peer itself, the highest bit first; the others are
        // further away, the lowest bit first. Each lies apart from all others in distance.
        let mut walk = |index: u32| {
            let members = self.members(index);
            let mut sorted: SmallVec<[(u64, Contact); 32]> =
                members.iter().map(|contact| (key_of(*contact).xor(key), *contact)).collect();
            sorted.sort_unstable_by_key(|(distance, _)| *distance);
            sorted.into_iter().all(|(_, contact)| take(contact))
        };
        let mut closer = self.held & distance;
        while closer != 0 {
            let index = closer.leading_zeros();
            closer &= !bit(index);
            if !walk(index) {
                return;
            }
        }
        let mut further = self.held & !distance;
        while further != 0 {
            let index = Key::BITS - 1 - further.trailing_zeros();
            further &= further - 1;
            if !walk(index) {
                return;
            }
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.buckets.capacity() * size_of::<Bucket>()
            + self.buckets.iter().map(Bucket::heap_bytes).sum::<usize>()
    }
}

const _: () = assert!(size_of::<Bucket>() <= 40);

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_peer::KeyTable;
    use overlab_time::Seeds;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_walk_is_in_the_order_of_distance(peers in proptest::collection::btree_set(1u32..5000, 0..200), probe: u64, k in 1usize..30) {
            let table = KeyTable::random(Seeds::new(1, 0));
            let me = Contact::first(0);
            let here = table.key(me);
            let parameters = KademliaParameters { k, ..KademliaParameters::default() };
            let mut buckets = Table::default();
            for peer in peers {
                let contact = Contact::first(peer);
                let seen = Seen { contact, key: table.key(contact), answered: false, due: 0 };
                buckets.seen(here, seen, &parameters);
            }
            let mut expected: Vec<Contact> = buckets.contacts().collect();
            prop_assert!(expected.iter().all(|c| buckets.contains(here, table.key(*c), *c)));
            for key in [Key(probe), here, Key(here.0 ^ (probe >> 50))] {
                expected.sort_by_key(|c| table.key(*c).xor(key));
                let mut walked = Vec::new();
                buckets.closest(here, key, |c| table.key(c), |c| { walked.push(c); walked.len() < k });
                prop_assert_eq!(&walked, &expected[..expected.len().min(k)]);
                let closer = expected.first().is_some_and(|c| table.key(*c).xor(key) < here.xor(key));
                prop_assert_eq!(buckets.knows_closer(here, key), closer);
            }
        }

        #[test]
        fn every_bucket_becomes_due_once(indices in proptest::collection::btree_set(0u32..64, 0..30)) {
            let mut table = Table::default();
            for index in &indices {
                table.fill(*index, Bucket::new(vec![Contact::first(*index)], index % 7));
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
