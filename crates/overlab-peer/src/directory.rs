//! Peers in the order of their keys.

use crate::identity::Contact;
use crate::key::Key;
use std::collections::BTreeMap;

/// A peer and its key.
pub type Entry = (Key, Contact);

/// A set of peers that can be searched by key; no two have the same key.
pub trait Directory {
    /// The peer with the smallest key that is at least `key`, without wrapping.
    fn at_or_after(&self, key: Key) -> Option<Entry>;

    /// The peer with the largest key that is at most `key`, without wrapping.
    fn at_or_before(&self, key: Key) -> Option<Entry>;

    /// The first peer at or after `key` on the ring.
    fn successor(&self, key: Key) -> Option<Entry> {
        self.at_or_after(key).or_else(|| self.at_or_after(Key(0)))
    }

    /// The last peer strictly before `key` on the ring.
    fn predecessor(&self, key: Key) -> Option<Entry> {
        key.0
            .checked_sub(1)
            .and_then(|below| self.at_or_before(Key(below)))
            .or_else(|| self.at_or_before(Key(u64::MAX)))
    }
}

impl Directory for BTreeMap<Key, Contact> {
    fn at_or_after(&self, key: Key) -> Option<Entry> {
        self.range(key..).next().map(|(key, contact)| (*key, *contact))
    }

    fn at_or_before(&self, key: Key) -> Option<Entry> {
        self.range(..=key).next_back().map(|(key, contact)| (*key, *contact))
    }
}

/// The live peers of one instant, sorted by key: what converged tables are built from.
#[derive(Clone, Copy, Debug)]
pub struct LiveKeys<'a> {
    entries: &'a [Entry],
}

impl<'a> LiveKeys<'a> {
    /// A view of `entries`, which must be sorted by key.
    pub fn new(entries: &'a [Entry]) -> Self {
        debug_assert!(entries.is_sorted_by(|a, b| a.0 < b.0));
        Self { entries }
    }

    /// How many peers are live.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nobody is live.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All live peers by ascending key.
    pub fn entries(&self) -> &'a [Entry] {
        self.entries
    }

    /// The place in [`Self::entries`] of the first peer at or after `key` on the ring.
    ///
    /// # Panics
    /// If nobody is live.
    pub fn rank(&self, key: Key) -> usize {
        assert!(!self.is_empty(), "a rank among nobody");
        self.entries.partition_point(|entry| entry.0 < key) % self.len()
    }

    /// The peer `steps` places up the ring from the place `rank`.
    pub fn around(&self, rank: usize, steps: usize) -> Entry {
        self.entries[(rank + steps) % self.len()]
    }

    /// The peers whose keys share their first `bits` bits with `key`: a subtree of the prefix tree.
    pub fn subtree(&self, key: Key, bits: u32) -> &'a [Entry] {
        if bits == 0 {
            return self.entries;
        }
        let mask = u64::MAX << (Key::BITS - bits);
        let (first, last) = (Key(key.0 & mask), Key(key.0 | !mask));
        let start = self.entries.partition_point(|entry| entry.0 < first);
        let end = self.entries.partition_point(|entry| entry.0 <= last);
        &self.entries[start..end]
    }

    /// Whether this very identity is live.
    pub fn contains(&self, key: Key, contact: Contact) -> bool {
        self.entries.binary_search_by_key(&key, |entry| entry.0).is_ok_and(|at| self.entries[at].1 == contact)
    }
}

impl Directory for LiveKeys<'_> {
    fn at_or_after(&self, key: Key) -> Option<Entry> {
        self.entries.get(self.entries.partition_point(|entry| entry.0 < key)).copied()
    }

    fn at_or_before(&self, key: Key) -> Option<Entry> {
        self.entries[..self.entries.partition_point(|entry| entry.0 <= key)].last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_directories_agree_with_a_linear_search(keys in proptest::collection::btree_set(0u64..200, 1..40), probe in 0u64..220) {
            let entries: Vec<Entry> = keys.iter().enumerate().map(|(i, k)| (Key(*k), Contact::first(i as u32))).collect();
            let map: BTreeMap<Key, Contact> = entries.iter().copied().collect();
            let live = LiveKeys::new(&entries);
            let probe = Key(probe);
            let successor = entries.iter().min_by_key(|e| probe.clockwise(e.0)).copied();
            let predecessor = entries.iter().min_by_key(|e| e.0.clockwise(probe).wrapping_sub(1)).copied();
            prop_assert_eq!(live.successor(probe), successor);
            prop_assert_eq!(map.successor(probe), successor);
            prop_assert_eq!(live.predecessor(probe), predecessor);
            prop_assert_eq!(map.predecessor(probe), predecessor);
            prop_assert_eq!(live.around(live.rank(probe), 0), successor.unwrap());
        }
    }
}
