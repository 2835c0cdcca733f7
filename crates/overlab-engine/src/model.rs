//! What the engine asks of a model: hosts with actors on them, events, and exact-time changes of everything.
//!
//! A model is the world above the engine. It is not asked how its state is stored, only that the state of a
//! contiguous range of hosts (a shard) can be handed to one thread at a time.

use crate::outbox::Outbox;
use overlab_time::{Span, Time};
use std::fmt;

/// A host: the unit of ordering and of sharding, a dense index from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct HostId(pub u32);

/// An addressable entity that lives on a host; several may share one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct ActorId(pub u32);

/// A lower bound on the time that anything needs to get from one host to another; at least one nanosecond.
pub type Lookahead = Span;

/// What an event is, as the model sees it.
pub enum Happening<M: Model> {
    /// Something an actor sent, to another host or to its own.
    Message(M::Message),
    /// Something an actor asked to be woken for.
    Timer(M::Timer),
}

/// One event, due now.
pub struct Event<M: Model> {
    /// The instant at which it happens.
    pub time: Time,
    /// The host at which it happens.
    pub host: HostId,
    /// The actor it is meant for.
    pub actor: ActorId,
    /// The actor that sent it; for a timer the target itself.
    pub source: ActorId,
    /// Its number among all that the sending host ever sent (or that all changes sent), from 0.
    pub sequence: u32,
    /// What it is.
    pub happening: Happening<M>,
}

/// What an event is beside what it carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// The instant at which it happens.
    pub time: Time,
    /// The host at which it happens.
    pub host: HostId,
    /// The actor it is meant for.
    pub actor: ActorId,
    /// The actor that sent it; for a timer the target itself.
    pub source: ActorId,
    /// Its number, as in [`Event::sequence`].
    pub sequence: u32,
}

impl Stamp {
    /// The whole event.
    pub fn event<M: Model>(self, happening: Happening<M>) -> Event<M> {
        let Self { time, host, actor, source, sequence } = self;
        Event { time, host, actor, source, sequence, happening }
    }
}

/// The class of an event that was handled, for counting only.
///
/// An *event* in any figure is `Delivered` or `Fired`; the others are counted apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Handled {
    /// A message reached a live actor.
    Delivered,
    /// A timer of a live actor fired.
    Fired,
    /// A message reached nobody.
    Dropped,
    /// A timer or reply of an earlier life, or one that was cancelled.
    Stale,
    /// The world's own bookkeeping, such as a queue that was left.
    Internal,
}

/// How soon an actor's event will be handled, as far as memory is concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Distance {
    /// In about two memory latencies: ask for the actor's own state.
    Far,
    /// In about one: its own state has arrived, ask for what that points to.
    Near,
}

/// What an event that memory is asked for will be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coming<'a, T> {
    /// A message; at [`Distance::Far`] it is being asked for itself and not to be read yet.
    Message(Option<&'a T>),
    /// A timer.
    Timer,
}

/// A simulated world: state by shards of hosts, and what events do to it.
///
/// `&self` is what all shards share; it is immutable while events are handled and changes in [`change`](Model::change)
/// alone. See the [crate's page](crate) for an example.
pub trait Model: Sync + Sized {
    /// What travels between actors; it may be large and need not be `Copy`.
    type Message: Send;
    /// What an actor is woken with; a pending timer costs 24 bytes and this.
    type Timer: Copy + Send;
    /// All mutable state of a contiguous range of hosts.
    type Shard: Send;

    /// Handles one event at its host. Called by the executor in the order of the host's events; must touch only
    /// what belongs to the event's host, or the result will depend on the partition.
    fn handle(&self, shard: &mut Self::Shard, event: Event<Self>, out: &mut Outbox<Self>) -> Handled;

    /// Handles one message, which lies in `message`: as [`handle`](Model::handle) does, which is what it calls by default.
    ///
    /// A model with large messages implements it by itself: it can read the message where it lies, change it there, and
    /// send it on from there ([`Outbox::send_from`]). What it leaves is dropped.
    #[inline]
    fn deliver(
        &self,
        shard: &mut Self::Shard,
        stamp: Stamp,
        message: &mut Option<Self::Message>,
        out: &mut Outbox<Self>,
    ) -> Handled {
        let message = message.take().expect("the executor has put it there");
        self.handle(shard, stamp.event(Happening::Message(message)), out)
    }

    /// Handles one timer: as [`handle`](Model::handle) does, which is what it calls by default.
    #[inline]
    fn fire(
        &self,
        shard: &mut Self::Shard,
        stamp: Stamp,
        timer: Self::Timer,
        out: &mut Outbox<Self>,
    ) -> Handled {
        self.handle(shard, stamp.event(Happening::Timer(timer)), out)
    }

    /// Asks the memory for what handling an event of `actor` will need, so that the loop need not wait for it.
    ///
    /// It may read, change nothing, and do nothing at all (the default); called for most events, but not for all.
    #[inline]
    fn prefetch(
        &self,
        shard: &Self::Shard,
        actor: ActorId,
        distance: Distance,
        coming: Coming<'_, Self::Message>,
    ) {
        let _ = (shard, actor, distance, coming);
    }

    /// The next instant at which the whole world changes (a fault, a publication to all), if any.
    ///
    /// Read before the first event of a run and after every change. Never in the past, and after a change always
    /// later than that change.
    fn next_change(&self) -> Option<Time> {
        None
    }

    /// Applies all that changes exactly at `now`, with access to all shards in the order of hosts.
    ///
    /// All events before `now` have been handled, none at `now` or after has. May send to any host at `now` or
    /// later through `out`. Returns the lookahead from now on. Called only if [`next_change`](Model::next_change)
    /// says so; by default nothing changes.
    fn change(&mut self, now: Time, shards: &mut [Self::Shard], out: &mut Outbox<Self>) -> Lookahead {
        let _ = (now, shards);
        out.lookahead()
    }
}

impl<M: Model> fmt::Debug for Happening<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Message(_) => "Message",
            Self::Timer(_) => "Timer",
        })
    }
}

impl<M: Model> fmt::Debug for Event<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("time", &self.time)
            .field("host", &self.host)
            .field("actor", &self.actor)
            .field("source", &self.source)
            .field("sequence", &self.sequence)
            .field("happening", &self.happening)
            .finish()
    }
}
