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

/// Peers sorted by key, with an index over the leading bits of keys: finding a key costs two or three visits to memory
/// instead of one for each halving of millions of entries.
#[derive(Clone, Debug)]
pub struct SortedKeys {
    entries: Vec<Entry>,
    /// For each value of the leading bits, the place of the first entry with that or a higher one; one more at the end.
    starts: Vec<u32>,
    /// Bits of a key below the leading ones.
    shift: u32,
}

/// Entries to each place of the index on average, at most.
const ENTRIES_A_PLACE: usize = 4;

impl SortedKeys {
    /// An index over `entries`, which must be sorted by key, no two with the same; at most 2^32 - 1 of them.
    pub fn new(entries: Vec<Entry>) -> Self {
        debug_assert!(entries.is_sorted_by(|a, b| a.0 < b.0));
        let bits = (entries.len() / ENTRIES_A_PLACE).max(1).ilog2();
        let shift = Key::BITS - bits;
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (at, (key, _)) in entries.iter().enumerate() {
            let leading = leading(*key, shift);
            while starts.len() <= leading {
                starts.push(at as u32);
            }
        }
        starts.resize((1 << bits) + 1, entries.len() as u32);
        Self { entries, starts, shift }
    }

    /// All entries by ascending key.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries, to be changed and sorted again.
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// The place of the first entry at or after `key`, without wrapping.
    pub fn place(&self, key: Key) -> usize {
        let leading = leading(key, self.shift);
        let (start, end) = (self.starts[leading] as usize, self.starts[leading + 1] as usize);
        start + self.entries[start..end].partition_point(|entry| entry.0 < key)
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>() + self.starts.capacity() * size_of::<u32>()
    }
}

/// The bits of `key` above the lowest `shift`.
fn leading(key: Key, shift: u32) -> usize {
    key.0.checked_shr(shift).unwrap_or(0) as usize
}

/// The live peers of one instant, sorted by key: what converged tables are built from.
#[derive(Clone, Copy, Debug)]
pub struct LiveKeys<'a> {
    entries: &'a [Entry],
    index: Option<&'a SortedKeys>,
}

impl<'a> LiveKeys<'a> {
    /// A view of `entries`, which must be sorted by key.
    pub fn new(entries: &'a [Entry]) -> Self {
        debug_assert!(entries.is_sorted_by(|a, b| a.0 < b.0));
        Self { entries, index: None }
    }

    /// A view of entries that have an index: much faster for large sets.
    pub fn indexed(index: &'a SortedKeys) -> Self {
        Self { entries: index.entries(), index: Some(index) }
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

    /// The place of the first entry at or after `key`, without wrapping.
    fn place(&self, key: Key) -> usize {
        match self.index {
            Some(index) => index.place(key),
            None => self.entries.partition_point(|entry| entry.0 < key),
        }
    }

    /// The place in [`Self::entries`] of the first peer at or after `key` on the ring.
    ///
    /// # Panics
    /// If nobody is live.
    pub fn rank(&self, key: Key) -> usize {
        assert!(!self.is_empty(), "a rank among nobody");
        self.place(key) % self.len()
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
        let start = self.place(Key(key.0 & mask));
        let end = match (key.0 | !mask).checked_add(1) {
            Some(after) => self.place(Key(after)),
            None => self.len(),
        };
        &self.entries[start..end]
    }

    /// Whether this very identity is live.
    pub fn contains(&self, key: Key, contact: Contact) -> bool {
        self.entries.get(self.place(key)) == Some(&(key, contact))
    }
}

impl Directory for LiveKeys<'_> {
    fn at_or_after(&self, key: Key) -> Option<Entry> {
        self.entries.get(self.place(key)).copied()
    }

    fn at_or_before(&self, key: Key) -> Option<Entry> {
        let place = self.place(key);
        match self.entries.get(place) {
            Some(entry) if entry.0 == key => Some(*entry),
            _ => place.checked_sub(1).map(|before| self.entries[before]),
        }
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
            let sorted = SortedKeys::new(entries.clone());
            let indexed = LiveKeys::indexed(&sorted);
            let successor = entries.iter().min_by_key(|e| probe.clockwise(e.0)).copied();
            let predecessor = entries.iter().min_by_key(|e| e.0.clockwise(probe).wrapping_sub(1)).copied();
            prop_assert_eq!(live.successor(probe), successor);
            prop_assert_eq!(map.successor(probe), successor);
            prop_assert_eq!(live.predecessor(probe), predecessor);
            prop_assert_eq!(map.predecessor(probe), predecessor);
            prop_assert_eq!(live.around(live.rank(probe), 0), successor.unwrap());
            prop_assert_eq!(indexed.successor(probe), successor);
            prop_assert_eq!(indexed.predecessor(probe), predecessor);
            prop_assert_eq!(indexed.rank(probe), live.rank(probe));
        }

        #[test]
        fn the_index_changes_no_answer(
            keys in proptest::collection::btree_set(any::<u64>(), 0..200),
            // Keys are not always spread evenly.
            high in 0u32..64,
            probes in proptest::collection::vec(any::<u64>(), 20),
            bits in 0u32..64,
        ) {
            let keys: std::collections::BTreeSet<u64> = keys.iter().map(|key| key >> high).collect();
            let entries: Vec<Entry> = keys.iter().enumerate().map(|(i, k)| (Key(*k), Contact::first(i as u32))).collect();
            let sorted = SortedKeys::new(entries.clone());
            let (live, indexed) = (LiveKeys::new(&entries), LiveKeys::indexed(&sorted));
            let ends = [0, u64::MAX].into_iter();
            let probes = probes.iter().map(|probe| probe >> high).chain(keys.iter().copied()).chain(ends);
            for probe in probes.map(Key) {
                prop_assert_eq!(indexed.at_or_after(probe), live.at_or_after(probe));
                prop_assert_eq!(indexed.at_or_before(probe), live.at_or_before(probe));
                prop_assert_eq!(sorted.place(probe), keys.range(..probe.0).count());
                let shared: Vec<Entry> = entries
                    .iter()
                    .filter(|entry| entry.0.common_prefix(probe) >= bits)
                    .copied()
                    .collect();
                prop_assert_eq!(indexed.subtree(probe, bits), &shared[..]);
                let held = entries.iter().find(|entry| entry.0 == probe);
                prop_assert_eq!(held.is_some_and(|entry| indexed.contains(probe, entry.1)), held.is_some());
            }
        }
    }
}
