//! Overlab: an overlay routing research simulator.
//!
//! Thousands to millions of virtual peers live on a synthetic Internet; overlay algorithms plug in as Rust traits and are
//! compared under latency, churn and failures. This crate is all that the author of an algorithm needs: the
//! [`prelude`] has what an algorithm is written with, [`run`] is the whole command line over it.
//!
//! # A tour
//! An algorithm is a type: the state of one peer. It implements
//!
//! * [`Protocol`](prelude::Protocol), the life of a peer: it starts, joins, receives messages, wakes at its timers. It
//!   acts through its [`Context`](prelude::Context) and sees nothing of the world but that.
//! * [`KeyRouting`](prelude::KeyRouting), its service: which contacts it knows are closest to a key, and whether it is
//!   responsible itself. Walking lookups there, with timeouts, retries and statistics, is done for all algorithms alike.
//! * [`Converged`](prelude::Converged), its tables as long maintenance would have made them, so that a run need not
//!   begin with a thousand joins.
//!
//! Its parameters are a struct that [`parameters!`] declares; [`entry!`] makes a registry entry of it.
//!
//! ```
//! use overlab::prelude::*;
//!
//! overlab::parameters! {
//!     /// Parameters of the plain ring.
//!     pub struct PlainRingParameters {
//!         /// Time between two checks of the neighbours, or "never".
//!         interval: Interval = Interval::Every(Span::from_secs(20)),
//!     }
//! }
//! impl Parameters for PlainRingParameters {}
//!
//! /// A ring in which everyone knows the next peer: correct, and as slow as can be.
//! struct PlainRing {
//!     neighbours: Option<(Contact, Contact)>,
//! }
//!
//! impl Protocol for PlainRing {
//!     type Parameters = PlainRingParameters;
//!     type Message = ();
//!     type Timer = ();
//!     const ABOUT: About = About {
//!         name: "plain_ring",
//!         title: "Plain ring",
//!         summary: "Everyone knows the next peer.",
//!         reference: "none",
//!         bibtex: "",
//!     };
//!
//!     fn new(_context: &mut Context<'_, Self>) -> Self {
//!         Self { neighbours: None }
//!     }
//!     // Without churn nobody joins, and nothing ever changes.
//!     fn join(&mut self, _bootstrap: &[Contact], _context: &mut Context<'_, Self>) {}
//!     fn receive(&mut self, _from: Contact, (): (), _context: &mut Context<'_, Self>) {}
//!     fn wake(&mut self, (): (), _context: &mut Context<'_, Self>) {}
//! }
//!
//! impl KeyRouting for PlainRing {
//!     type Space = RingSuccessor;
//!     type Route = ();
//!
//!     fn closest(&self, _key: Key, _route: &mut (), _context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
//!         out.push(self.neighbours.expect("peers start converged").1);
//!     }
//!     fn responsible(&self, key: Key, _route: &(), context: &Lookout<'_, Self>) -> Responsibility {
//!         let (before, _) = self.neighbours.expect("peers start converged");
//!         let mine = key.in_open_closed(context.key_of(before), context.key());
//!         if mine { Responsibility::Yes } else { Responsibility::No }
//!     }
//!     fn contacts(&self, out: &mut Vec<Contact>) {
//!         out.clear();
//!         out.extend(self.neighbours.iter().flat_map(|(before, next)| [*before, *next]));
//!     }
//! }
//!
//! impl Converged for PlainRing {
//!     fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
//!         let before = live.predecessor(context.key()).map(|entry| entry.1);
//!         let next = live.successor(context.key().plus(1)).map(|entry| entry.1);
//!         self.neighbours = before.zip(next);
//!     }
//! }
//!
//! let registry = Registry::built_in().with(entry!(PlainRing));
//! let entry = registry.find("plain_ring").expect("it was just added");
//! assert_eq!(entry.default_parameters()["interval"], "20s");
//! ```
//!
//! A program whose `main` is `overlab::run(registry)` has every command that `overlab` has, and knows its algorithm in
//! scenarios, lists, help texts and reports. `examples/greedy-ring` is a complete one, with joins and maintenance.

#![forbid(unsafe_code)]

#[cfg(target_os = "linux")]
mod allocator;
mod command;
mod parameters;
pub mod prelude;

pub use command::run;
pub use overlab_lab::{Entry, Registry, entry};
pub use {schemars, serde};
