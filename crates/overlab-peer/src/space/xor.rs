//! The XOR-closest peer owns a key: Kademlia and its kin.

use super::Space;
use crate::directory::{Directory, Entry};
use crate::key::Key;

/// The peer whose key XOR the key is smallest owns it.
#[derive(Clone, Copy, Debug)]
pub struct XorClosest;

/// The bit behind the first `shared` ones.
fn bit(shared: u32) -> u64 {
    1 << (Key::BITS - 1 - shared)
}

impl Space for XorClosest {
    const NAME: &'static str = "XOR-closest";

    fn owner(directory: &impl Directory, key: Key) -> Option<Entry> {
        // Everyone in the deepest subtree around the key that holds anyone is nearer than all others. One of the key's
        // two neighbours is in there.
        let shared = |entry: Option<Entry>| entry.map(|entry| entry.0.common_prefix(key));
        let deepest = shared(directory.at_or_before(key)).max(shared(directory.at_or_after(key)))?;
        if deepest >= Key::BITS {
            return directory.at_or_after(key);
        }
        // The key itself is on the empty side of it. Of the other side that half is nearer, wherever it splits, that has
        // the key's next bit.
        let mut probe = key.0 ^ bit(deepest);
        let mut bits = deepest + 1;
        loop {
            let below = (1 << (Key::BITS - bits)) - 1;
            let first = directory.at_or_after(Key(probe & !below))?;
            let last = directory.at_or_before(Key(probe | below))?;
            if first.0 == last.0 {
                return Some(first);
            }
            let split = first.0.common_prefix(last.0);
            probe = if key.0 & bit(split) == 0 { first.0.0 } else { last.0.0 };
            bits = split + 1;
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
