//! Ownership that only the peers themselves can tell, such as CAN's zones.

use super::Space;
use crate::directory::{Directory, Entry};
use crate::key::Key;

/// The owner is whoever says so: an answer counts as correct if its peer was live and joined when it claimed the key.
#[derive(Clone, Copy, Debug)]
pub struct SelfDeclared;

impl Space for SelfDeclared {
    const NAME: &'static str = "self-declared";
    const SELF_DECLARED: bool = true;

    fn owner(_directory: &impl Directory, _key: Key) -> Option<Entry> {
        None
    }

    fn rank(_candidate: Key, _key: Key, _last: bool) -> u64 {
        // The order in which peers name their candidates is the only one there is.
        0
    }
}
