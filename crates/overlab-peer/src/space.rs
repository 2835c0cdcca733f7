//! Ownership rules: which live peer is responsible for a key.
//!
//! The rule belongs to an algorithm ([`crate::KeyRouting::Space`]) and is what answers are judged by.

mod numeric;
mod ring;
mod self_declared;
mod xor;

pub use numeric::NumericallyClosest;
pub use ring::RingSuccessor;
pub use self_declared::SelfDeclared;
pub use xor::XorClosest;

use crate::directory::{Directory, Entry};
use crate::key::Key;

/// An ownership rule and the order of candidates that goes with it.
pub trait Space: Send + Sync + 'static {
    /// The rule's name in reports.
    const NAME: &'static str;

    /// True where no rule over keys tells the owner, only the peers themselves.
    const SELF_DECLARED: bool = false;

    /// The owner of `key` among the peers of `directory`; nobody where it is empty or ownership is self-declared.
    fn owner(directory: &impl Directory, key: Key) -> Option<Entry>;

    /// How promising `candidate` is on the way to `key`: smaller is better. `last` marks a candidate that was named
    /// as the owner ([`Self::is_last_edge`]).
    fn rank(candidate: Key, key: Key, last: bool) -> u64;

    /// Whether an edge from `from` to `to` ends the way to `key` as far as `from` can know: it passes the key, so
    /// that `from` believes itself the key's predecessor and `to` its owner. Spaces without predecessors say no.
    fn is_last_edge(_from: Key, _key: Key, _to: Key) -> bool {
        false
    }

    /// Whether keys have predecessors, so that hops to the predecessor are a metric.
    const HAS_PREDECESSOR: bool = false;
}
