//! Peers on an underlay: the engine's model, and the hot loop.
//!
//! A [`World`] puts a [`Program`](overlab_peer::Program) on every peer of a pool, carries its messages over an
//! underlay, takes peers up and down at their exact instants, and keeps an exact log of all that a judge needs.
//! It is the only hot crate that knows both peers and places; it opens no file and judges nothing itself.
//!
//! * [`Presence`] says when a peer is up (policy: churn laws and traces live in `overlab-lab`).
//! * [`Course`] holds the networks that follow one another where faults change them.
//! * [`Workload`] says what is asked where and when.
//! * [`Observer`] gets the log at every change of the world, and may look at everything.

#![forbid(unsafe_code)]

mod course;
mod liveness;
mod log;
mod meter;
mod observer;
mod presence;
mod ranks;
mod roster;
mod shard;
mod tape;
mod team;
mod translators;
mod transport;
mod workload;
mod world;

pub use course::Course;
pub use log::{Log, Logged, Record};
pub use meter::{Flow, Meter, Waits};
pub use observer::{Map, Observer, View};
pub use presence::{AlwaysUp, Presence};
pub use roster::Roster;
pub use shard::Shard;
pub use tape::{LostMessage, Note};
pub use team::Team;
pub use translators::Translators;
pub use transport::LOOPBACK;
pub use workload::Workload;
pub use world::{Change, Dawn, Pace, Parcel, Population, Share, World, WorldTimer};
