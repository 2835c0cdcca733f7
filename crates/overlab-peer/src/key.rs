//! Keys: 64-bit identifiers of peers and objects.

use crate::identity::Contact;
use overlab_time::{Purpose, Seeds, mix64};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A point of the identifier space, 64 bits wide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(pub u64);

impl Key {
    /// Bits in a key; Chord's m, Kademlia's B.
    pub const BITS: u32 = 64;

    /// The distance from here to `to` going up the ring.
    pub const fn clockwise(self, to: Self) -> u64 {
        to.0.wrapping_sub(self.0)
    }

    /// Kademlia's distance.
    pub const fn xor(self, other: Self) -> u64 {
        self.0 ^ other.0
    }

    /// The shorter way round the ring to `other`.
    pub fn ring_distance(self, other: Self) -> u64 {
        self.clockwise(other).min(other.clockwise(self))
    }

    /// Leading bits in common, 0 to 64.
    pub const fn common_prefix(self, other: Self) -> u32 {
        (self.0 ^ other.0).leading_zeros()
    }

    /// Whether this key lies in the ring interval (from, to]; the whole ring where `from == to`.
    pub const fn in_open_closed(self, from: Self, to: Self) -> bool {
        let (here, end) = (from.clockwise(self), from.clockwise(to));
        if end == 0 { true } else { here != 0 && here <= end }
    }

    /// Whether this key lies in the ring interval (from, to); everything but `from` where `from == to`.
    pub const fn in_open(self, from: Self, to: Self) -> bool {
        let (here, end) = (from.clockwise(self), from.clockwise(to));
        here != 0 && (end == 0 || here < end)
    }

    /// The key `distance` further up the ring.
    pub const fn plus(self, distance: u64) -> Self {
        Self(self.0.wrapping_add(distance))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The keys of all peers of a run: a keyed bijection of (identity, address), random, distinct by construction, and without
/// access to memory.
#[derive(Clone, Debug)]
pub struct KeyTable {
    first: u64,
    second: u64,
    /// The first identities' keys where they are given; later identities fall back to the bijection.
    listed: Option<Vec<Key>>,
}

impl KeyTable {
    /// Random distinct keys for any number of peers.
    pub fn random(seeds: Seeds) -> Self {
        let (first, second) = (seeds.hash(Purpose::Keys, 0, 0), seeds.hash(Purpose::Keys, 1, 0));
        Self { first, second, listed: None }
    }

    /// Keys as given for the first identities: key `i` belongs to peer `i`.
    pub fn listed(keys: Vec<Key>) -> Self {
        Self { first: 0x243f_6a88_85a3_08d3, second: 0x1319_8a2e_0370_7344, listed: Some(keys) }
    }

    /// The key of `contact`.
    #[inline(always)]
    pub fn key(&self, contact: Contact) -> Key {
        match &self.listed {
            Some(keys) if contact.identity == 0 => keys[contact.peer.index()],
            _ => hashed(contact, self.first, self.second),
        }
    }
}

#[inline(always)]
fn hashed(contact: Contact, first: u64, second: u64) -> Key {
    let packed = u64::from(contact.identity) << 32 | u64::from(contact.peer.0);
    Key(mix64(mix64(packed ^ first) ^ second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::PeerId;
    use proptest::prelude::*;

    #[test]
    fn intervals_wrap_around_zero() {
        let (low, high) = (Key(10), Key(u64::MAX - 10));
        assert!(Key(0).in_open_closed(high, low));
        assert!(low.in_open_closed(high, low) && !low.in_open(high, low));
        assert!(!high.in_open_closed(high, low));
        assert!(!Key(500).in_open_closed(high, low));
        assert!(Key(500).in_open_closed(low, low) && low.in_open_closed(low, low) && !low.in_open(low, low));
    }

    proptest! {
        #[test]
        fn keys_of_different_contacts_differ(a: u32, b: u32, i in 0u32..4, j in 0u32..4, seed: u64) {
            let table = KeyTable::random(Seeds::new(seed, 0));
            let (a, b) = (Contact { peer: PeerId(a), identity: i }, Contact { peer: PeerId(b), identity: j });
            prop_assert_eq!(a == b, table.key(a) == table.key(b));
        }

        #[test]
        fn a_key_is_on_exactly_one_side(key: u64, a: u64, b: u64) {
            prop_assume!(a != b);
            let (key, a, b) = (Key(key), Key(a), Key(b));
            prop_assert!(key.in_open_closed(a, b) != key.in_open_closed(b, a));
        }
    }
}
