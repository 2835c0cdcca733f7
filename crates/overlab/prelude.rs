//! All that the author of an algorithm needs: `use overlab::prelude::*;`.
//!
//! * The traits to implement: [`Protocol`], [`KeyRouting`], [`Converged`]; [`Message`] for the algorithm's own
//!   messages, which derive `Clone`, [`Serialize`] and [`Deserialize`] with `#[serde(crate = "overlab::serde")]`, and
//!   [`Parameters`] for its parameters, which [`parameters!`] declares.
//! * What they see and give: [`Context`] and [`Lookout`], [`Contact`], [`Key`], [`Candidates`], [`Responsibility`],
//!   [`LookupStyle`], [`About`], and [`LiveKeys`] and [`Audit`] before and beside a run.
//! * Ownership rules: [`RingSuccessor`], [`XorClosest`], [`NumericallyClosest`], [`SelfDeclared`], or a [`Space`] of
//!   one's own.
//! * Simulated time and randomness: [`Time`], [`Span`], [`Interval`], [`Rate`], [`Stream`].
//! * [`Registry`] and [`entry!`] to make a program of it.
//!
//! ```
//! use overlab::prelude::*;
//!
//! /// What peers tell each other.
//! #[derive(Clone, Serialize, Deserialize)]
//! #[serde(crate = "overlab::serde")]
//! enum Gossip {
//!     WhomDoYouKnow,
//!     These(Vec<Contact>),
//! }
//!
//! impl Message for Gossip {
//!     fn contacts(&self) -> usize {
//!         if let Self::These(contacts) = self { contacts.len() } else { 0 }
//!     }
//! }
//! ```

pub use crate::{Registry, entry, parameters};
pub use overlab_peer::space::{NumericallyClosest, RingSuccessor, SelfDeclared, Space, XorClosest};
pub use overlab_peer::{
    About, Audit, Candidates, Contact, Context, Converged, Directory, Key, KeyRouting, LiveKeys, Lookout,
    LookupMode, LookupStyle, Message, ParameterError, Parameters, Protocol, Responsibility, Termination,
};
pub use overlab_time::{Interval, Rate, Span, Stream, Time};
pub use schemars::JsonSchema;
pub use serde::{Deserialize, Serialize};
