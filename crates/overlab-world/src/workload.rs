//! What is asked of an overlay, where and when.

use overlab_peer::{PeerId, Program};
use overlab_time::Time;

/// An open stream of requests at every peer, the same for every overlay of a scenario: it runs on whether or
/// not the peer is up, and what falls into a downtime is not asked.
pub trait Workload<P: Program>: Send + Sync {
    /// When request `number` (from 0) of `peer` is due, given when the one before was; nothing after the last one.
    fn due(&self, peer: PeerId, number: u32, previous: Time) -> Option<Time>;

    /// What request `number` of `peer` asks.
    fn request(&self, peer: PeerId, number: u32, now: Time) -> P::Request;
}
