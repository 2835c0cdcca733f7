//! The successor on a ring owns a key: Chord and its kin.

use super::Space;
use crate::directory::{Directory, Entry};
use crate::key::Key;

/// The first peer at or after the key, going up the ring, owns it.
#[derive(Clone, Copy, Debug)]
pub struct RingSuccessor;

impl Space for RingSuccessor {
    const NAME: &'static str = "ring successor";
    const HAS_PREDECESSOR: bool = true;

    fn owner(directory: &impl Directory, key: Key) -> Option<Entry> {
        directory.successor(key)
    }

    fn rank(candidate: Key, key: Key, last: bool) -> u64 {
        if last { key.clockwise(candidate) } else { candidate.clockwise(key) }
    }

    fn is_last_edge(from: Key, key: Key, to: Key) -> bool {
        from.clockwise(to) >= from.clockwise(key)
    }
}
