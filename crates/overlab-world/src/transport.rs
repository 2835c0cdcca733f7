//! Sending: latency, loss, counting, and the instant of arrival.

use crate::log::Record;
use crate::observer::Observer;
use crate::shard::Shard;
use crate::tape::{LostMessage, Note};
use crate::workload::Workload;
use crate::world::{Parcel, World, WorldTimer};
use overlab_engine::{ActorId, HostId, Outbox};
use overlab_peer::{Action, Cause, Contact, Packet, PeerId, Program, Reachability};
use overlab_time::{Purpose, Span, Stream, Time};
use overlab_underlay::{Departure, HostId as Place, Loss};

/// What a message between two identities on one host takes.
pub const LOOPBACK: Span = Span::from_micros(10);

/// What a loss means to the request that met it.
pub(crate) fn cause(loss: Loss) -> Cause {
    match loss {
        Loss::Random => Cause::Timeout,
        Loss::Unreachable | Loss::Filtered => Cause::Partition,
        Loss::Closed => Cause::UnreachableHost,
        Loss::Congestion | Loss::Overflow => Cause::Overload,
    }
}

/// Where timers go: an event may only wake its own host, a change any.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Event,
    Change,
}

impl<P: Program, W: Workload<P>, O: Observer<P>> World<P, W, O> {
    /// Does what the program of `me` asked for while it handled something at `now`.
    #[inline]
    pub(crate) fn perform(
        &self,
        shard: &mut Shard<P>,
        me: Contact,
        now: Time,
        stage: Stage,
        out: &mut Outbox<Self>,
    ) {
        if shard.actions.is_empty() {
            return;
        }
        if stage == Stage::Event {
            self.carry_out_all(shard, me, (now, stage), out);
        } else {
            shard.numbered(me.peer, stage, out, |shard, out| {
                self.carry_out_all(shard, me, (now, stage), out);
            });
        }
    }

    #[inline(never)]
    fn carry_out_all(&self, shard: &mut Shard<P>, me: Contact, when: (Time, Stage), out: &mut Outbox<Self>) {
        let mut actions = std::mem::take(&mut shard.actions);
        for action in actions.drain(..) {
            self.carry_out(shard, me, action, when, out);
        }
        shard.actions = actions;
    }

    #[inline]
    fn carry_out(
        &self,
        shard: &mut Shard<P>,
        me: Contact,
        action: Action<P>,
        (now, stage): (Time, Stage),
        out: &mut Outbox<Self>,
    ) {
        match action {
            Action::Send { to, message } => {
                let mut hand = Some(Parcel { from: me, bytes: 0, queued: false, message });
                self.transmit(shard, (me, to), &mut hand, (now, stage), out);
            }
            Action::Wake { at, timer } => {
                let incarnation = shard.slot(me.peer).incarnation;
                self.wake(me.peer, at, WorldTimer::Program { incarnation, timer }, stage, out);
            }
            Action::Report(report) => shard.note(now, me, Record::Reported(report)),
            Action::Joined => {
                let slot = shard.slot(me.peer);
                if !slot.joined {
                    slot.joined = true;
                    shard.note(now, me, Record::Joined);
                }
            }
            Action::Trouble { operation, cause } => {
                shard.note(now, me, Record::Trouble { operation, cause });
            }
        }
    }

    /// Wakes a peer's address later. Not inlined: the loop must fit into the cache of instructions.
    #[inline(never)]
    pub(crate) fn wake(
        &self,
        peer: PeerId,
        at: Time,
        timer: WorldTimer<P::Timer>,
        stage: Stage,
        out: &mut Outbox<Self>,
    ) {
        // A host is woken in the same way by an event of its own.
        match stage {
            Stage::Event => out.wake(ActorId(peer.0), at, timer),
            Stage::Change => self.wake_in_change(peer, at, timer, out),
        };
    }

    #[cold]
    fn wake_in_change(
        &self,
        peer: PeerId,
        at: Time,
        timer: WorldTimer<P::Timer>,
        out: &mut Outbox<Self>,
    ) -> u32 {
        out.wake_at(self.engine_host(peer), ActorId(peer.0), at, timer)
    }

    /// Sends the message in `hand`, whoever wrote it. Not inlined: all messages take this way, so that the loop fits into the
    /// cache of instructions.
    #[inline(never)]
    pub(crate) fn transmit(
        &self,
        shard: &mut Shard<P>,
        (me, to): (Contact, Contact),
        hand: &mut Option<Parcel<P::Message>>,
        (now, stage): (Time, Stage),
        out: &mut Outbox<Self>,
    ) {
        let Some(parcel) = hand else { return };
        let bytes = parcel.message.bytes(&self.wire);
        shard.meter.sent[parcel.message.traffic() as usize].add(bytes);
        let (from_host, to_host) = (self.engine_host(me.peer), self.engine_host(to.peer));
        let latency = if from_host == to_host {
            LOOPBACK
        } else {
            // Changes have a sequence of their own, whose numbers must not meet the hosts'.
            let kind = if stage == Stage::Change { 1 << 32 } else { 0 };
            let mut stream = self.random.then(|| {
                let turn = kind | u64::from(out.next_sequence());
                self.seeds.stream(Purpose::Transmission, u64::from(me.peer.0), turn)
            });
            match self.carry(shard, (from_host, to_host), now, bytes, stream.as_mut()) {
                Err(loss) => {
                    // Its draws went by this number: another message with the same would be lost as well.
                    out.skip();
                    shard.meter.lose(loss, bytes);
                    shard.tape.add(|| {
                        let message = &parcel.message;
                        let (operation, glance) = (message.operation(), message.glance());
                        Note::Lost(Box::new(LostMessage { to, bytes, loss, operation, glance }))
                    });
                    if let Some(operation) = parcel.message.operation() {
                        shard.note(now, me, Record::Trouble { operation, cause: cause(loss) });
                    }
                    return;
                }
                Ok(latency) if latency < self.lookahead => {
                    shard.meter.raised += 1;
                    self.lookahead
                }
                Ok(latency) => latency,
            }
        };
        shard.tape.add(|| Note::Sent { to });
        (parcel.from, parcel.bytes, parcel.queued) = (me, bytes, false);
        out.send_from(hand, ActorId(me.peer.0), (to_host, ActorId(to.peer.0)), now + latency);
    }

    /// How long a message takes to the receiver's access link: out of its host, between routers, and along the path.
    #[inline]
    fn carry(
        &self,
        shard: &mut Shard<P>,
        (from_host, to_host): (HostId, HostId),
        now: Time,
        bytes: u32,
        mut stream: Option<&mut Stream>,
    ) -> Result<Span, Loss> {
        let (from, to) = (Place(from_host.0), Place(to_host.0));
        if let Some(translators) = &self.translators
            && translators.of(from_host) != Reachability::Public
        {
            let at = (from_host.0 - shard.first_host) as usize;
            shard.sent[at].note(to_host, now, translators.timeout);
        }
        let up = self.go_up(shard, from_host, now, bytes)?;
        match self.underlay.depart(from, to, stream.as_deref_mut()) {
            Departure::Lost(loss) => Err(loss),
            Departure::Arrives(latency) => {
                let waits = self.cross(shard, (from, to), bytes, stream)?;
                Ok(up + latency + waits)
            }
        }
    }

    /// The host of a peer, as the engine calls it.
    pub(crate) fn engine_host(&self, peer: PeerId) -> HostId {
        // Most hosts carry one, and dividing takes longer than the rest of a send.
        let one = self.identities_per_host == 1;
        HostId(if one { peer.0 } else { peer.0 / self.identities_per_host })
    }
}
