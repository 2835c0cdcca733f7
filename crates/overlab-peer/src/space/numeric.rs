//! The numerically closest peer owns a key: Pastry and its kin.

use super::Space;
use crate::directory::{Directory, Entry};
use crate::key::Key;

/// The peer whose key is nearest on the ring, either way, owns it; of two equally near the one above.
#[derive(Clone, Copy, Debug)]
pub struct NumericallyClosest;

impl Space for NumericallyClosest {
    const NAME: &'static str = "numerically closest";

    fn owner(directory: &impl Directory, key: Key) -> Option<Entry> {
        let (above, below) = (directory.successor(key)?, directory.predecessor(key)?);
        Some(if key.ring_distance(below.0) < key.ring_distance(above.0) { below } else { above })
    }

    fn rank(candidate: Key, key: Key, _last: bool) -> u64 {
        // Twice the distance, odd below the key: the one above wins a tie.
        let (above, below) = (key.clockwise(candidate), candidate.clockwise(key));
        if above <= below { above.saturating_mul(2) } else { below.saturating_mul(2).saturating_add(1) }
    }
}
