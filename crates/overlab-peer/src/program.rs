//! What the world runs on a peer: an algorithm inside the driver of its service.

use crate::directory::LiveKeys;
use crate::identity::Contact;
use crate::key::{Key, KeyTable};
use crate::message::{Cause, Operation, Packet, Portable};
use crate::reachability::Reachability;
use overlab_time::{Span, Stream, Time};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A peer's whole program. Implemented by the drivers in `overlab-toolkit`, once a service; algorithms
/// implement [`crate::Protocol`] and the trait of their service.
pub trait Program: Sized + Send + 'static {
    /// What all peers of an overlay share: parameters and the driver's settings.
    type Setup: Send + Sync;
    /// What travels between peers.
    type Message: Packet;
    /// What a peer may be woken for.
    type Timer: Copy + fmt::Debug + Send + 'static;
    /// What the workload asks.
    type Request: Copy + Portable + Send + Sync + 'static;
    /// What a peer tells the judge.
    type Report: Portable + Send + Sync + 'static;
    /// What a look at the tables of some peers found; every service has its own.
    type Audit: Default + Portable;
    /// Buffers that the peers of a shard use in turn.
    type Scratch: Default + Send;

    /// A peer that has done nothing yet.
    fn new(setup: &Self::Setup, host: &mut Host<'_, Self>) -> Self;

    /// Enters the overlay through `bootstrap` (empty for the very first peer); again while it is not joined.
    fn start(&mut self, setup: &Self::Setup, bootstrap: &[Contact], host: &mut Host<'_, Self>);

    /// Begins as a member whose tables are right: before the run starts.
    fn converge(&mut self, setup: &Self::Setup, live: &LiveKeys<'_>, host: &mut Host<'_, Self>);

    /// Returns after a downtime with the state it had; what was under way is forgotten. [`Self::start`] follows.
    fn resume(&mut self, setup: &Self::Setup, host: &mut Host<'_, Self>);

    /// Handles a message. It lies where it arrived: a handler takes out what it needs or, where it returns a contact, sends it
    /// on to that as it has changed it, before anything else that it asks for.
    fn receive(
        &mut self,
        setup: &Self::Setup,
        from: Contact,
        message: &mut Self::Message,
        host: &mut Host<'_, Self>,
    ) -> Option<Contact>;

    /// Handles a timer of this incarnation.
    fn wake(&mut self, setup: &Self::Setup, timer: Self::Timer, host: &mut Host<'_, Self>);

    /// Serves request `number` of the workload.
    fn request(
        &mut self,
        setup: &Self::Setup,
        number: u32,
        request: Self::Request,
        host: &mut Host<'_, Self>,
    );

    /// Says goodbye before a graceful leave.
    fn leave(&mut self, setup: &Self::Setup, host: &mut Host<'_, Self>);

    /// Counts the state it holds and compares its tables with the world, for metrics only: `live` are the members,
    /// `is_up` says of any identity whether it is up, a member or not.
    fn audit(
        &self,
        setup: &Self::Setup,
        me: Contact,
        keys: &KeyTable,
        live: &LiveKeys<'_>,
        is_up: &dyn Fn(Contact) -> bool,
        audit: &mut Self::Audit,
    );

    /// Adds what a look at other peers found.
    fn merge_audits(sum: &mut Self::Audit, other: Self::Audit);

    /// Which entry of its tables `contact` is, in the words of the algorithm's paper ("finger 17"), for those who explain a
    /// run; nothing where it is none.
    fn entry(
        &self,
        _setup: &Self::Setup,
        _me: Contact,
        _keys: &KeyTable,
        _contact: Contact,
    ) -> Option<String> {
        None
    }

    /// Bytes this peer holds on the heap, beside its own size.
    fn heap_bytes(&self) -> usize;

    /// Asks the memory for what this peer holds on the heap and will need for its next event ([`crate::prefetch`]): a message,
    /// or a timer where there is none.
    #[inline]
    fn prefetch(&self, message: Option<&Self::Message>) {
        let _ = message;
    }
}

/// How a hostile peer treats the lookups of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Adversary {
    /// Says nothing.
    Drop,
    /// Sends them off towards a random key.
    Misroute,
}

/// Something a program wants done; the world does it when the handler returns.
pub enum Action<N: Program> {
    /// Send a message.
    Send {
        /// The receiver.
        to: Contact,
        /// The message.
        message: N::Message,
    },
    /// Wake this peer later.
    Wake {
        /// When.
        at: Time,
        /// What for.
        timer: N::Timer,
    },
    /// Tell the judge.
    Report(N::Report),
    /// The join is complete.
    Joined,
    /// A request met trouble here; where it fails, this is a candidate for the cause.
    Trouble {
        /// The request.
        operation: Operation,
        /// What happened.
        cause: Cause,
    },
}

impl<N: Program> fmt::Debug for Action<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { to, .. } => f.debug_struct("Send").field("to", to).finish_non_exhaustive(),
            Self::Wake { at, .. } => f.debug_struct("Wake").field("at", at).finish_non_exhaustive(),
            Self::Report(_) => f.write_str("Report"),
            Self::Joined => f.write_str("Joined"),
            Self::Trouble { operation, cause } => {
                f.debug_struct("Trouble").field("operation", operation).field("cause", cause).finish()
            }
        }
    }
}

/// What a program sees of the world while it handles something.
pub struct Host<'a, N: Program> {
    /// The simulated time.
    pub now: Time,
    /// This peer.
    pub me: Contact,
    /// This peer's key.
    pub key: Key,
    /// All keys.
    pub keys: &'a KeyTable,
    /// This peer's random stream.
    pub stream: &'a mut Stream,
    /// A counter of calls that no restart resets, so that a late reply can never be mistaken for another.
    pub calls: &'a mut u32,
    /// Recycled lists.
    pub pool: &'a mut Pool,
    /// The shard's buffers.
    pub scratch: &'a mut N::Scratch,
    /// How this peer treats the lookups of others, if it is hostile.
    pub adversary: Option<Adversary>,
    /// How this peer's host can be reached, as it may find out by asking others (STUN, RFC 8489): for drivers that offer
    /// relays to those who cannot be.
    pub reachability: Reachability,
    /// What it wants done.
    pub actions: &'a mut Vec<Action<N>>,
}

impl<N: Program> Host<'_, N> {
    /// Sends `message` to `to`.
    pub fn send(&mut self, to: Contact, message: N::Message) {
        self.actions.push(Action::Send { to, message });
    }

    /// Wakes this peer after a span.
    pub fn wake_after(&mut self, after: Span, timer: N::Timer) {
        self.actions.push(Action::Wake { at: self.now + after, timer });
    }

    /// Wakes this peer at an instant that is not in the past.
    pub fn wake_at(&mut self, at: Time, timer: N::Timer) {
        self.actions.push(Action::Wake { at, timer });
    }

    /// Tells the judge.
    pub fn report(&mut self, report: N::Report) {
        self.actions.push(Action::Report(report));
    }

    /// A number that this peer's address never used before.
    pub fn next_call(&mut self) -> u32 {
        *self.calls = self.calls.wrapping_add(1);
        *self.calls
    }
}

impl<N: Program> fmt::Debug for Host<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("now", &self.now).field("me", &self.me).finish_non_exhaustive()
    }
}

/// Lists of contacts that were used and can be used again.
#[derive(Debug, Default)]
pub struct Pool {
    free: Vec<Vec<Contact>>,
}

impl Pool {
    /// An empty list.
    pub fn take(&mut self) -> Vec<Contact> {
        self.free.pop().unwrap_or_default()
    }

    /// Keeps `list` for the next [`Self::take`].
    pub fn give(&mut self, mut list: Vec<Contact>) {
        if list.capacity() > 0 {
            list.clear();
            self.free.push(list);
        }
    }
}
