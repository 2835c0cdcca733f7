//! Discrete events in conservative windows: the same bits on any number of threads.
//!
//! The engine knows hosts, actors that live on them, and events; it knows no peers, places or files. A [`Model`] says what
//! an event does; an [`Executor`] runs it: [`Windows`] on one thread or several, [`Ranks`] in several processes, [`Reference`]
//! with one binary heap, to hold the others to. What they promise:
//!
//! * The events of a host happen in the order of (time, target actor, source actor, sequence number of the source's
//!   host), whatever the executor, the width of windows, the partition into shards, or the number of threads. What a handler
//!   sends to its own host takes part in that order at once: at every step the first pending event of the host is next.
//! * What goes from one host to another takes at least the lookahead; a model that sends below it is stopped.
//! * A change of the whole world happens at its exact time: after all events before it, before all events at it.
//! * The [`Digest`] of a run is the same in all these cases.
//!
//! ```
//! use overlab_engine::{
//!     ActorId, Event, Executor, Handled, Happening, HostId, Model, Outbox, Setup, Windows, even_ranges,
//! };
//! use overlab_time::{Span, Time};
//!
//! /// Two hosts with one actor each return a ball; the state of a host is how often it has hit it.
//! struct PingPong;
//!
//! impl Model for PingPong {
//!     type Message = ();
//!     type Timer = ();
//!     type Shard = Vec<u64>;
//!
//!     fn handle(&self, shard: &mut Vec<u64>, event: Event<Self>, out: &mut Outbox<Self>) -> Handled {
//!         shard[0] += 1;
//!         let other = 1 - event.host.0;
//!         out.send(event.actor, HostId(other), ActorId(other), event.time + Span::from_millis(10), ());
//!         match event.happening {
//!             Happening::Message(()) => Handled::Delivered,
//!             Happening::Timer(()) => Handled::Fired,
//!         }
//!     }
//! }
//!
//! let shards = even_ranges(2, 2).into_iter().map(|range| (range, vec![0])).collect();
//! let mut windows = Windows::new(PingPong, Setup::new(2, shards, Span::from_millis(10)))?;
//! windows.inject(&mut |_, out| {
//!     out.wake_at(HostId(0), ActorId(0), Time::ZERO, ());
//! });
//! windows.run_until(Time(1_000_000_000), &mut ())?;
//! assert_eq!(windows.shards(), [vec![50], vec![50]]);
//! assert_eq!((windows.counts().delivered, windows.counts().fired), (99, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod arena;
mod digest;
mod executor;
mod grid;
mod key;
mod lane;
mod link;
mod listen;
mod model;
mod outbox;
pub mod phold;
mod queue;
mod ranks;
mod reference;
mod setup;
mod windows;

pub use digest::Digest;
pub use executor::{Control, Counts, Executor, Interrupted};
pub use link::{Codec, Link, ThreadLink};
pub use listen::{Listener, Sent};
pub use model::{ActorId, Coming, Distance, Event, Handled, Happening, HostId, Lookahead, Model, Stamp};
pub use outbox::Outbox;
pub use ranks::Ranks;
pub use reference::Reference;
pub use setup::{Setup, SetupError, even_ranges};
pub use windows::Windows;
