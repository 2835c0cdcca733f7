//! Who is up when: the policy behind the world's [`Presence`](overlab_world::Presence).

mod laws;
mod trace;

pub(crate) use laws::Renewal;
pub(crate) use trace::{Sessions, TracePresence};
