//! The XOR-closest peer owns a key: Kademlia and its kin.

use super::Space;
use crate::directory::{Directory, Entry};
use crate::key::Key;

/// The peer whose key XOR the key is smallest owns it.
#[derive(Clone, Copy, Debug)]
pub struct XorClosest;

impl Space for XorClosest {
    const NAME: &'static str = "XOR-closest";

    fn owner(directory: &impl Directory, key: Key) -> Option<Entry> {
        // The deepest subtree around the probe that holds anyone is found from its two neighbours in key order.
        // Where it splits, everyone is on the other side, so flipping that bit of the probe moves it no further
        // from anyone there; repeat until one peer is left.
        let mut probe = key;
        loop {
            let above = directory.at_or_after(probe);
            let below = directory.at_or_before(probe);
            let entry = match (below, above) {
                (None, None) => return None,
                (Some(entry), None) | (None, Some(entry)) => entry,
                (Some(low), Some(high)) => {
                    if low.0.common_prefix(probe) >= high.0.common_prefix(probe) {
                        low
                    } else {
                        high
                    }
                }
            };
            let shared = entry.0.common_prefix(probe);
            if shared >= Key::BITS {
                return Some(entry);
            }
            probe = Key(probe.0 ^ (1 << (Key::BITS - 1 - shared)));
        }
    }

    fn rank(candidate: Key, key: Key, _last: bool) -> u64 {
        candidate.xor(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::LiveKeys;
    use crate::identity::Contact;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_owner_is_the_xor_closest(keys in proptest::collection::btree_set(any::<u64>(), 1..60), probe: u64, bits in 0u32..64) {
            let keys: std::collections::BTreeSet<u64> = keys.iter().map(|k| k >> bits).collect();
            let probe = Key(probe >> bits);
            let entries: Vec<Entry> = keys.iter().map(|k| (Key(*k), Contact::first(0))).collect();
            let closest = entries.iter().min_by_key(|e| e.0.xor(probe)).copied();
            prop_assert_eq!(XorClosest::owner(&LiveKeys::new(&entries), probe), closest);
        }
    }
}
