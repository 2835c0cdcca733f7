//! What a peer's code may see and what it must provide: contracts only.
//!
//! An overlay algorithm is a [`Protocol`]: it starts, receives messages, wakes at its timers, and acts on the
//! world through its [`Context`] alone. A service adds a trait of its own, such as [`KeyRouting`]. What the
//! simulator runs on a peer is a [`Program`]: an algorithm inside the driver of its service (the drivers are in
//! `overlab-toolkit`).
//!
//! Nothing here knows the event queue or the underlay, and no type here leads from a protocol to global
//! knowledge: the one exception is [`Converged`], which builds a peer's tables from the live set before the
//! run starts.

#![forbid(unsafe_code)]

mod about;
mod context;
mod directory;
mod glance;
mod identity;
mod key;
mod message;
mod parameters;
mod program;
mod protocol;
mod reachability;
pub mod service;
pub mod space;

pub use about::About;
pub use context::{Context, Effect};
pub use directory::{Directory, Entry, LiveKeys, SortedKeys};
pub use glance::Glance;
pub use identity::{Contact, PeerId};
pub use key::{Key, KeyTable};
pub use message::{Cause, Message, Operation, Packet, Portable, Traffic, WireSizes};
pub use overlab_time::prefetch;
pub use parameters::{ParameterError, Parameters};
pub use program::{Action, Adversary, Host, Pool, Program};
pub use protocol::Protocol;
pub use reachability::Reachability;
pub use service::geometry::Geometry;
pub use service::key_routing::{
    Audit, CallPolicy, Candidates, Converged, KeyRouting, Lookout, LookupMode, LookupOutcome, LookupReport,
    LookupRequest, LookupStyle, Responsibility, Termination,
};
pub use space::Space;
