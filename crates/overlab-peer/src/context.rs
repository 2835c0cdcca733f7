//! What an algorithm sees and how it acts.

use crate::identity::Contact;
use crate::key::{Key, KeyTable};
use crate::program::Pool;
use crate::protocol::Protocol;
use crate::service::key_routing::KeyRouting;
use overlab_time::{Interval, Span, Stream, Time};
use std::fmt;

/// Something an algorithm wants done; the service's driver does it when the handler returns.
pub enum Effect<P: Protocol> {
    /// Send a message and expect nothing.
    Send {
        /// The receiver.
        to: Contact,
        /// The message.
        message: P::Message,
    },
    /// Send a message and expect any reply; without one in time, [`Protocol::unreachable`] is called.
    Call {
        /// The receiver.
        to: Contact,
        /// The message.
        message: P::Message,
    },
    /// Answer the call being handled.
    Reply {
        /// The message.
        message: P::Message,
    },
    /// Wake this peer later.
    Wake {
        /// How much later.
        after: Span,
        /// What for.
        timer: P::Timer,
    },
    /// Look a key up for the algorithm's own use.
    Lookup {
        /// The key.
        key: Key,
    },
    /// The join is complete.
    Joined,
}

impl<P: Protocol> fmt::Debug for Effect<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Send { .. } => "Send",
            Self::Call { .. } => "Call",
            Self::Reply { .. } => "Reply",
            Self::Wake { .. } => "Wake",
            Self::Lookup { .. } => "Lookup",
            Self::Joined => "Joined",
        })
    }
}

/// What an algorithm sees of the world while it handles something.
pub struct Context<'a, P: Protocol> {
    pub(crate) now: Time,
    pub(crate) me: Contact,
    pub(crate) keys: &'a KeyTable,
    pub(crate) parameters: &'a P::Parameters,
    pub(crate) stream: &'a mut Stream,
    pub(crate) pool: &'a mut Pool,
    pub(crate) effects: &'a mut Vec<Effect<P>>,
}

impl<'a, P: Protocol> Context<'a, P> {
    /// A context over the parts that a service's driver holds.
    pub fn new(
        now: Time,
        me: Contact,
        keys: &'a KeyTable,
        parameters: &'a P::Parameters,
        stream: &'a mut Stream,
        pool: &'a mut Pool,
        effects: &'a mut Vec<Effect<P>>,
    ) -> Self {
        Self { now, me, keys, parameters, stream, pool, effects }
    }

    /// The context of an algorithm that is wrapped inside this one. What it asks for collects in `effects`, for the
    /// wrapper to pass on or to change.
    pub fn inner<'b, Q: Protocol>(
        &'b mut self,
        parameters: &'b Q::Parameters,
        effects: &'b mut Vec<Effect<Q>>,
    ) -> Context<'b, Q> {
        let Self { now, me, keys, ref mut stream, ref mut pool, .. } = *self;
        Context { now, me, keys, parameters, stream, pool, effects }
    }

    /// The simulated time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// This peer.
    pub fn me(&self) -> Contact {
        self.me
    }

    /// This peer's key.
    pub fn key(&self) -> Key {
        self.keys.key(self.me)
    }

    /// The key of a contact; a contact carries it, so no global knowledge is used.
    pub fn key_of(&self, contact: Contact) -> Key {
        self.keys.key(contact)
    }

    /// The algorithm's parameters.
    pub fn parameters(&self) -> &'a P::Parameters {
        self.parameters
    }

    /// This peer's random stream.
    pub fn random(&mut self) -> &mut Stream {
        self.stream
    }

    /// Sends `message` and expects nothing.
    pub fn send(&mut self, to: Contact, message: P::Message) {
        self.effects.push(Effect::Send { to, message });
    }

    /// Sends `message` and expects any reply; without one in time, [`Protocol::unreachable`] is called.
    pub fn call(&mut self, to: Contact, message: P::Message) {
        self.effects.push(Effect::Call { to, message });
    }

    /// Answers the call being handled; does nothing where the message was not a call.
    pub fn reply(&mut self, message: P::Message) {
        self.effects.push(Effect::Reply { message });
    }

    /// Wakes this peer after a span.
    pub fn wake_after(&mut self, after: Span, timer: P::Timer) {
        self.effects.push(Effect::Wake { after, timer });
    }

    /// Starts a periodic timer at a random phase, unless the interval is `never`: peers that start together
    /// must not act together. The handler sets the next wake itself, with [`Self::wake_again`].
    pub fn wake_every(&mut self, interval: Interval, timer: P::Timer) {
        if let Interval::Every(span) = interval {
            let phase = Span(self.stream.below(span.0) + 1);
            self.wake_after(phase, timer);
        }
    }

    /// The next wake of a periodic timer, one interval from now.
    pub fn wake_again(&mut self, interval: Interval, timer: P::Timer) {
        if let Interval::Every(span) = interval {
            self.wake_after(span, timer);
        }
    }

    /// Reports that this peer is now part of the overlay: from here on it may own keys.
    pub fn joined(&mut self) {
        self.effects.push(Effect::Joined);
    }

    /// An empty list of contacts, recycled where one is to be had, so that messages with lists allocate nothing.
    pub fn list(&mut self) -> Vec<Contact> {
        self.pool.take()
    }

    /// Gives the list of a message that was handled back.
    pub fn recycle(&mut self, list: Vec<Contact>) {
        self.pool.give(list);
    }
}

impl<P: KeyRouting> Context<'_, P> {
    /// Looks `key` up for the algorithm's own use; [`KeyRouting::found`] gets the answer, if one comes.
    pub fn lookup(&mut self, key: Key) {
        self.effects.push(Effect::Lookup { key });
    }
}

impl<P: Protocol> fmt::Debug for Context<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("now", &self.now).field("me", &self.me).finish_non_exhaustive()
    }
}
