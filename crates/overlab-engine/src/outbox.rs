//! Where a model puts what it sends: messages, timers, and words for the digest.

use crate::digest::Trace;
use crate::key::{Class, Header, Key};
use crate::model::{ActorId, Happening, HostId, Lookahead, Model};
use crate::queue::{Alarm, Letter, Parked, Payload, Queue};
use overlab_time::Time;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// What the handler of an event, or a change, sends.
///
/// In [`handle`](Model::handle) it stands at one host: what goes to another host must arrive a lookahead from now or
/// later, what stays on the host may be due at once. In [`change`](Model::change) it stands at no host, and anything may be
/// due at once.
pub struct Outbox<M: Model> {
    now: Time,
    /// The earliest arrival at another host.
    reach: Time,
    /// The handling host; [`NOWHERE`] in a change.
    host: u32,
    hosts: u32,
    lookahead: Lookahead,
    trace: Trace,
    sink: Sink<M>,
    /// Events of the handling host that fall into the window that is being executed.
    current: BinaryHeap<Reverse<Key>>,
}

/// No host: there are at most 2^32 - 1.
const NOWHERE: u32 = u32::MAX;

/// An event on its way.
pub(crate) struct Posted<M: Model> {
    pub(crate) header: Header,
    pub(crate) happening: Happening<M>,
}

/// Where events go.
enum Sink<M: Model> {
    /// To the executor, which places them after the handler has returned.
    List(Vec<Posted<M>>),
    /// To where they wait.
    Shard(Box<ShardSink<M>>),
}

impl<M: Model> Sink<M> {
    /// Leaves what is not for the lane itself.
    #[inline(never)]
    fn leave(&mut self, posted: Posted<M>) {
        match self {
            Self::List(list) => list.push(posted),
            Self::Shard(shard) => {
                let target = shard.starts.partition_point(|&start| start <= posted.header.host) - 1;
                shard.outgoing[target].push(posted);
            }
        }
    }
}

/// The queue of a lane, and what goes to others.
pub(crate) struct ShardSink<M: Model> {
    pub(crate) queue: Queue<M>,
    pub(crate) own: Range<u32>,
    /// The end of the window that is being executed.
    pub(crate) stop: u64,
    /// For each lane, what was sent to it in this window.
    pub(crate) outgoing: Vec<Vec<Posted<M>>>,
    /// The first host of each lane.
    pub(crate) starts: Arc<[u32]>,
}

impl<M: Model> Outbox<M> {
    /// An outbox whose events are drained by the executor.
    pub(crate) fn listing(hosts: u32) -> Self {
        Self::new(hosts, Sink::List(Vec::new()))
    }

    /// An outbox that places events itself.
    pub(crate) fn placing(hosts: u32, shard: ShardSink<M>) -> Self {
        Self::new(hosts, Sink::Shard(Box::new(shard)))
    }

    fn new(hosts: u32, sink: Sink<M>) -> Self {
        Self {
            now: Time::ZERO,
            reach: Time::ZERO,
            host: NOWHERE,
            hosts,
            lookahead: Lookahead::ZERO,
            trace: Trace::default(),
            sink,
            current: BinaryHeap::new(),
        }
    }

    /// The current time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The lookahead in force.
    pub fn lookahead(&self) -> Lookahead {
        self.lookahead
    }

    /// The sequence number that the next send or wake will get: with the source it names the event, before its
    /// arrival is decided.
    ///
    /// Numbers count per handling host, those of changes together; they never start again.
    pub fn next_sequence(&self) -> u32 {
        self.trace.sequence
    }

    /// Sends `message` from `source` to the actor `to` on `to_host`, to arrive at `at`. Returns its sequence number.
    ///
    /// # Panics
    /// If it would arrive in the past, or at another host less than a lookahead from now; if there is no such host;
    /// if the host has sent 2^32 events.
    #[inline]
    pub fn send(
        &mut self,
        source: ActorId,
        to_host: HostId,
        to: ActorId,
        at: Time,
        message: M::Message,
    ) -> u32 {
        self.post(to_host.0, to, source, at, Letter(message))
    }

    /// Sends the message that lies in `message`, as [`send`](Self::send) does, and leaves nothing there: for those that pass on
    /// what they were given ([`Model::deliver`]).
    ///
    /// # Panics
    /// As [`send`](Self::send) does, and where nothing lies there.
    #[inline]
    pub fn send_from(
        &mut self,
        message: &mut Option<M::Message>,
        source: ActorId,
        (to_host, to): (HostId, ActorId),
        at: Time,
    ) -> u32 {
        assert!(message.is_some(), "there is no message to be sent");
        self.post(to_host.0, to, source, at, Parked(message))
    }

    /// Wakes `actor`, which lives on the handling host, at `at`. Returns the timer's sequence number.
    ///
    /// # Panics
    /// If that is in the past; in a change, which has no host; if the host has sent 2^32 events.
    #[inline]
    pub fn wake(&mut self, actor: ActorId, at: Time, timer: M::Timer) -> u32 {
        assert!(self.host != NOWHERE, "a change has no host of its own: use `wake_at`");
        self.post(self.host, actor, actor, at, Alarm(timer))
    }

    /// Wakes `actor`, which lives on `host`, at `at`: for changes. Returns the timer's sequence number.
    ///
    /// # Panics
    /// As [`send`](Self::send) does.
    pub fn wake_at(&mut self, host: HostId, actor: ActorId, at: Time, timer: M::Timer) -> u32 {
        self.post(host.0, actor, actor, at, Alarm(timer))
    }

    /// Uses up the next sequence number without an event: for a message that never arrives. What was drawn for it went by that
    /// number, which must not serve another message. Returns it.
    ///
    /// # Panics
    /// If the host has sent 2^32 events.
    #[inline]
    pub fn skip(&mut self) -> u32 {
        let sequence = self.trace.sequence;
        self.trace.sequence = match sequence.checked_add(1) {
            Some(next) => next,
            None => panic!("host {} has sent 2^32 events: sequence numbers are used up", self.host),
        };
        sequence
    }

    /// In a change: numbers what is sent from now on from `next`, and returns the number that was due.
    ///
    /// By itself a change counts everything it sends in one sequence, which no part of it knows but after all others. A model
    /// that [`Ranks`](crate::Ranks) can execute keeps a count for each source instead, goes on with it before it sends on behalf
    /// of the source, and keeps what comes back from the next call. No two sends with the same source and target may
    /// have the same number.
    ///
    /// # Panics
    /// While an event is handled.
    pub fn renumber(&mut self, next: u32) -> u32 {
        assert!(self.host == NOWHERE, "the sends of a host are numbered by the engine");
        std::mem::replace(&mut self.trace.sequence, next)
    }

    /// Adds a word to the digest of the handling host, or to that of changes: what should be the same in every run but
    /// shows in no event, such as a random draw.
    #[inline]
    pub fn fold(&mut self, word: u64) {
        self.trace.fold(word);
    }

    #[inline(always)]
    fn post(&mut self, host: u32, to: ActorId, source: ActorId, at: Time, payload: impl Payload<M>) -> u32 {
        let class = if host == self.host {
            Class::Local
        } else if self.host == NOWHERE {
            Class::World
        } else {
            Class::Remote
        };
        let earliest = if class == Class::Local { self.now } else { self.reach };
        if at < earliest || host >= self.hosts {
            self.refuse(host, to, source, at);
        }
        let sequence = self.skip();
        let header = Header { time: at.0, host, actor: to.0, source: source.0, sequence, class };
        match &mut self.sink {
            Sink::Shard(shard) if shard.own.contains(&host) => {
                if class == Class::Local && at.0 < shard.stop {
                    self.current.push(Reverse(shard.queue.push_current(&header, payload)));
                } else {
                    shard.queue.push(&header, payload);
                }
            }
            elsewhere => elsewhere.leave(Posted { header, happening: payload.happening() }),
        }
        sequence
    }

    #[cold]
    fn refuse(&self, host: u32, to: ActorId, source: ActorId, at: Time) -> ! {
        let (now, lookahead, hosts) = (self.now, self.lookahead, self.hosts);
        let (to, source) = (to.0, source.0);
        assert!(
            host < hosts,
            "actor {source} sends to host {host} at {now}, but there are only {hosts} hosts"
        );
        assert!(
            at >= now,
            "actor {source} sends to actor {to} on host {host} into the past: at {at}, now {now}"
        );
        panic!(
            "actor {source} sends to actor {to} on host {host} below the lookahead: at {at}, now {now}, \
             lookahead {lookahead}"
        );
    }

    /// Stands at a host whose trace this is; [`leave`](Self::leave) gives it back.
    #[inline]
    pub(crate) fn enter(&mut self, host: u32, lookahead: Lookahead, trace: Trace) {
        self.host = host;
        self.lookahead = lookahead;
        self.trace = trace;
    }

    /// Stands at the event that is next at this host.
    #[inline]
    pub(crate) fn begin(&mut self, header: &Header, timer: bool) {
        self.now = Time(header.time);
        self.reach = self.now + self.lookahead;
        self.trace.event(header, timer);
    }

    /// Stands at a change, which may send anything from now on.
    pub(crate) fn enter_change(&mut self, now: Time, lookahead: Lookahead, trace: Trace) {
        self.enter(NOWHERE, lookahead, trace);
        self.now = now;
        self.reach = now;
    }

    #[inline]
    pub(crate) fn trace_mut(&mut self) -> &mut Trace {
        &mut self.trace
    }

    #[inline]
    pub(crate) fn leave(&mut self) -> Trace {
        self.trace
    }

    /// The queue of a placing outbox.
    pub(crate) fn into_queue(self) -> Queue<M> {
        match self.sink {
            Sink::Shard(shard) => shard.queue,
            Sink::List(_) => unreachable!("only a placing outbox has a queue"),
        }
    }

    /// The events of this host that fall into the current window.
    #[inline]
    pub(crate) fn current(&mut self) -> &mut BinaryHeap<Reverse<Key>> {
        &mut self.current
    }

    pub(crate) fn posted(&mut self) -> &mut Vec<Posted<M>> {
        match &mut self.sink {
            Sink::List(list) => list,
            Sink::Shard(_) => unreachable!("only a listing outbox is drained"),
        }
    }

    #[inline]
    pub(crate) fn shard(&mut self) -> &mut ShardSink<M> {
        match &mut self.sink {
            Sink::Shard(shard) => shard,
            Sink::List(_) => unreachable!("only a placing outbox has a queue"),
        }
    }

    #[inline]
    pub(crate) fn shard_ref(&self) -> &ShardSink<M> {
        match &self.sink {
            Sink::Shard(shard) => shard,
            Sink::List(_) => unreachable!("only a placing outbox has a queue"),
        }
    }
}

impl<M: Model> fmt::Debug for Outbox<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox")
            .field("now", &self.now)
            .field("lookahead", &self.lookahead)
            .field("next_sequence", &self.trace.sequence)
            .finish_non_exhaustive()
    }
}
