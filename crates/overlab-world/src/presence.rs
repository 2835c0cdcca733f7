//! When peers are up.

use overlab_peer::PeerId;
use overlab_time::Time;

/// The ups and downs of peers, the same for every overlay of a scenario.
///
/// A peer's life is a row of turns: turn 0 is the state it starts in, every change begins the next.
pub trait Presence: Send + Sync {
    /// Whether `peer` is up when the run starts, and when that changes for the first time.
    fn start(&self, peer: PeerId) -> (bool, Time);

    /// When the state that `peer` entered at `now` ends: `up` is that state, `turn` its number (from 1).
    fn next(&self, peer: PeerId, turn: u32, up: bool, now: Time) -> Time;

    /// Whether the session that is turn `turn` of `peer` ends with a goodbye.
    fn graceful(&self, _peer: PeerId, _turn: u32) -> bool {
        false
    }
}

/// Everybody is up for ever.
#[derive(Clone, Copy, Debug)]
pub struct AlwaysUp;

impl Presence for AlwaysUp {
    fn start(&self, _peer: PeerId) -> (bool, Time) {
        (true, Time::NEVER)
    }

    fn next(&self, _peer: PeerId, _turn: u32, _up: bool, _now: Time) -> Time {
        Time::NEVER
    }
}
