//! The model that the engine executes.

mod build;
mod change;
mod queues;

pub(crate) use build::lookahead;
pub use build::{Dawn, Pace, Population};
pub use change::{Change, Share};

use crate::course::Course;
use crate::log::Record;
use crate::observer::Observer;
use crate::presence::Presence;
use crate::roster::Roster;
use crate::shard::{HOT_BYTES, Shard, Slot};
use crate::tape::Note;
use crate::team::Team;
use crate::translators::Translators;
use crate::transport::{Stage, cause};
use crate::workload::Workload;
use overlab_engine::{
    ActorId, Coming, Distance, Event, Handled, Happening, HostId, Link, Lookahead, Model, Outbox, Stamp,
};
use overlab_peer::{
    Adversary, Cause, Contact, KeyTable, Operation, Packet, PeerId, Program, Reachability, WireSizes,
};
use overlab_time::{Seeds, Span, Time, prefetch_start};
use overlab_underlay::{CoreQueues, HostId as Place, Loss, Underlay};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A message on its way.
#[derive(Serialize, Deserialize)]
pub struct Parcel<M> {
    /// Who sent it.
    pub(crate) from: Contact,
    pub(crate) bytes: u32,
    /// Whether it waits at the receiver's access link already.
    pub(crate) queued: bool,
    pub(crate) message: M,
}

impl<M> Parcel<M> {
    /// Who sent it.
    pub fn sender(&self) -> Contact {
        self.from
    }

    /// Its size on the wire.
    pub fn bytes(&self) -> u32 {
        self.bytes
    }

    /// Whether it waits at the receiver's access link already.
    pub fn is_queued(&self) -> bool {
        self.queued
    }

    /// What it says.
    pub fn message(&self) -> &M {
        &self.message
    }
}

impl<M> fmt::Debug for Parcel<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parcel").field("from", &self.from).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// What a peer's address may be woken for.
#[derive(Clone, Copy, Debug)]
pub enum WorldTimer<T> {
    /// A timer of the program, if it still is the same incarnation.
    Program {
        /// Whose timer it is.
        incarnation: u32,
        /// What for.
        timer: T,
    },
    /// The schedule says that the peer comes up or goes down.
    Presence {
        /// The turn that ends.
        turn: u32,
    },
    /// The first join of a peer that is up from the start.
    FirstJoin,
    /// A join that failed is tried again.
    JoinAgain {
        /// Whose join it is.
        incarnation: u32,
        /// How often it was tried.
        attempt: u32,
    },
    /// The next request of the workload is due.
    Request,
}

/// Peers with programs on hosts of an underlay.
pub struct World<P: Program, W: Workload<P>, O: Observer<P>> {
    pub(crate) setup: P::Setup,
    pub(crate) keys: KeyTable,
    pub(crate) underlay: Arc<Underlay>,
    /// The network as it was at the start.
    pub(crate) undamaged: Arc<Underlay>,
    /// The networks that follow.
    pub(crate) course: Option<Arc<dyn Course>>,
    pub(crate) translators: Option<Arc<Translators>>,
    /// Whether access links have rates.
    pub(crate) queued: bool,
    /// Whether messages need random numbers on their way.
    pub(crate) random: bool,
    pub(crate) core: Option<CoreQueues>,
    pub(crate) presence: Arc<dyn Presence>,
    pub(crate) workload: W,
    pub(crate) observer: O,
    pub(crate) seeds: Seeds,
    pub(crate) wire: WireSizes,
    pub(crate) identities_per_host: u32,
    pub(crate) fresh_identity: bool,
    pub(crate) keep_state: bool,
    pub(crate) join_retry: Span,
    /// How many members a newcomer is introduced to.
    pub(crate) introductions: usize,
    pub(crate) lookahead: Span,
    pub(crate) epoch: Span,
    /// Bit per peer; empty where nobody is hostile.
    pub(crate) hostile: Vec<u64>,
    pub(crate) behaviour: Adversary,
    /// What the last epoch published: whom newcomers may be introduced to.
    pub(crate) published: Arc<Vec<Contact>>,
    /// The membership, up to the last look.
    pub(crate) roster: Roster,
    /// The threads that share what is done between events.
    pub(crate) team: Team,
    pub(crate) start: build::Start,
    pub(crate) timeline: Vec<(Time, Change)>,
    pub(crate) next_event: usize,
    pub(crate) next_epoch: Time,
    pub(crate) begun: bool,
    /// The pool of addresses.
    pub(crate) peers: u32,
    /// The other ranks, where this world is one rank's part.
    pub(crate) link: Option<Arc<dyn Link>>,
}

impl<P: Program, W: Workload<P>, O: Observer<P>> World<P, W, O> {
    /// How `peer` treats the lookups of others, if it is hostile.
    pub(crate) fn adversary(&self, peer: PeerId) -> Option<Adversary> {
        let word = self.hostile.get(peer.index() / 64)?;
        (word >> (peer.index() % 64) & 1 == 1).then_some(self.behaviour)
    }

    /// How the host of `peer` can be reached.
    #[inline]
    pub(crate) fn reachability(&self, peer: PeerId) -> Reachability {
        let translators = self.translators.as_ref();
        translators.map_or(Reachability::Public, |translators| translators.of(self.engine_host(peer)))
    }

    pub(crate) fn is_public(&self, peer: PeerId) -> bool {
        self.reachability(peer) == Reachability::Public
    }

    /// Members to whom newcomers are introduced: those on public hosts, or all where there are none.
    pub(crate) fn introducers(&self) -> Arc<Vec<Contact>> {
        let members = self.roster.published();
        if self.translators.is_none() {
            return members;
        }
        let public: Vec<Contact> =
            members.iter().copied().filter(|contact| self.is_public(contact.peer)).collect();
        if public.is_empty() { members } else { Arc::new(public) }
    }

    /// Whether the address translator of `to` lets a message from `from` in.
    #[inline]
    fn lets_in(&self, shard: &Shard<P>, from: HostId, to: HostId, now: Time) -> bool {
        match &self.translators {
            Some(translators) if from != to => {
                let sent = &shard.sent[(to.0 - shard.first_host) as usize];
                translators.let_in(sent, from, to, now)
            }
            _ => true,
        }
    }

    /// All keys.
    pub fn keys(&self) -> &KeyTable {
        &self.keys
    }

    /// What all peers share.
    pub fn setup(&self) -> &P::Setup {
        &self.setup
    }

    /// The observer, with all that it has seen.
    pub fn observer(&self) -> &O {
        &self.observer
    }

    /// A message is lost before the door of its receiver.
    fn turned_away(
        shard: &mut Shard<P>,
        (now, peer): (Time, PeerId),
        (bytes, operation): (u32, Option<Operation>),
        loss: Loss,
    ) -> Handled {
        shard.meter.lose(loss, bytes);
        shard.tape.add(|| Note::TurnedAway(loss));
        if let Some(operation) = operation {
            let contact = shard.contact(peer);
            shard.note(now, contact, Record::Trouble { operation, cause: cause(loss) });
        }
        Handled::Dropped
    }

    #[inline(always)]
    fn receive(
        &self,
        shard: &mut Shard<P>,
        (now, peer): (Time, PeerId),
        hand: &mut Option<Parcel<P::Message>>,
        out: &mut Outbox<Self>,
    ) -> Handled {
        if (self.queued || self.translators.is_some())
            && hand.as_ref().is_some_and(|parcel| !parcel.queued)
            && let Some(handled) = self.come_in(shard, (now, peer), hand, out)
        {
            return handled;
        }
        let parcel = hand.as_mut().expect("the executor has put it there");
        let (slot, meter) = shard.slot_and_meter(peer);
        if !slot.up {
            return Self::find_nobody(shard, now, peer, &parcel.message);
        }
        slot.received = slot.received.saturating_add(1);
        meter.received[parcel.message.traffic() as usize].add(parcel.bytes);
        let (me, next) = self.run_program(shard, peer, now, |program, setup, host| {
            program.receive(setup, parcel.from, &mut parcel.message, host)
        });
        if let Some(next) = next {
            self.transmit(shard, (me, next), hand, (now, Stage::Event), out);
        }
        self.perform(shard, me, now, Stage::Event, out);
        Handled::Delivered
    }

    /// Lets a message pass the receiver's translator and access link; nothing where it has passed.
    #[inline(never)]
    fn come_in(
        &self,
        shard: &mut Shard<P>,
        (now, peer): (Time, PeerId),
        hand: &mut Option<Parcel<P::Message>>,
        out: &mut Outbox<Self>,
    ) -> Option<Handled> {
        let parcel = hand.as_mut()?;
        let (sender, here) = (self.engine_host(parcel.from.peer), self.engine_host(peer));
        let lost = (parcel.bytes, parcel.message.operation());
        if self.translators.is_some() && !self.lets_in(shard, sender, here, now) {
            return Some(Self::turned_away(shard, (now, peer), lost, Loss::Closed));
        }
        if !self.queued {
            return None;
        }
        match self.come_down(shard, (sender, here), now, parcel.bytes) {
            Ok(Span::ZERO) => None,
            Ok(wait) => {
                parcel.queued = true;
                let source = ActorId(parcel.from.peer.0);
                out.send_from(hand, source, (here, ActorId(peer.0)), now + wait);
                Some(Handled::Internal)
            }
            Err(loss) => Some(Self::turned_away(shard, (now, peer), lost, loss)),
        }
    }

    /// A message reaches an address where nobody is up.
    #[cold]
    fn find_nobody(shard: &mut Shard<P>, now: Time, peer: PeerId, message: &P::Message) -> Handled {
        shard.meter.dead += 1;
        if let Some(operation) = message.operation() {
            let contact = shard.contact(peer);
            shard.note(now, contact, Record::Trouble { operation, cause: Cause::StaleEntry });
        }
        Handled::Dropped
    }

    #[inline(always)]
    fn wake_up(
        &self,
        shard: &mut Shard<P>,
        (now, peer): (Time, PeerId),
        timer: WorldTimer<P::Timer>,
        out: &mut Outbox<Self>,
    ) -> Handled {
        let slot = shard.slot(peer);
        match timer {
            WorldTimer::Program { incarnation, timer } => {
                if !slot.up || slot.incarnation != incarnation {
                    return Handled::Stale;
                }
                self.with_program(shard, peer, now, Stage::Event, out, |program, setup, host| {
                    program.wake(setup, timer, host);
                });
                Handled::Fired
            }
            WorldTimer::Request => self.ask(shard, now, peer, out),
            _ => self.wake_address(shard, now, peer, timer, out),
        }
    }

    /// Handles a timer of an address, whoever runs there: few.
    #[cold]
    fn wake_address(
        &self,
        shard: &mut Shard<P>,
        now: Time,
        peer: PeerId,
        timer: WorldTimer<P::Timer>,
        out: &mut Outbox<Self>,
    ) -> Handled {
        let slot = shard.slot(peer);
        match timer {
            WorldTimer::Presence { turn } if slot.turn == turn => {
                self.turn(shard, peer, now, out);
                Handled::Internal
            }
            WorldTimer::FirstJoin if slot.turn == 0 && slot.scheduled_up && !slot.up => {
                self.come_up(shard, peer, now, Stage::Event, out);
                Handled::Internal
            }
            WorldTimer::JoinAgain { incarnation, attempt }
                if slot.up && !slot.joined && slot.incarnation == incarnation =>
            {
                self.join(shard, peer, attempt, now, Stage::Event, out);
                Handled::Internal
            }
            _ => Handled::Stale,
        }
    }

    /// The workload's next request at `peer`; not asked where the peer is down or hostile.
    #[inline(never)]
    fn ask(&self, shard: &mut Shard<P>, now: Time, peer: PeerId, out: &mut Outbox<Self>) -> Handled {
        let slot = shard.slot(peer);
        let number = slot.requests;
        slot.requests += 1;
        let (up, joined) = (slot.up, slot.joined);
        if let Some(due) = self.workload.due(peer, number + 1, now) {
            self.wake(peer, due, WorldTimer::Request, Stage::Event, out);
        }
        if !up || self.adversary(peer).is_some() {
            return Handled::Internal;
        }
        let request = self.workload.request(peer, number, now);
        let contact = shard.contact(peer);
        shard.note(now, contact, Record::Issued { number, request, joined });
        self.with_program(shard, peer, now, Stage::Event, out, |program, setup, host| {
            program.request(setup, number, request, host);
        });
        Handled::Fired
    }
}

impl<P: Program, W: Workload<P>, O: Observer<P>> Model for World<P, W, O> {
    type Message = Parcel<P::Message>;
    type Timer = WorldTimer<P::Timer>;
    type Shard = Shard<P>;

    fn handle(&self, shard: &mut Shard<P>, event: Event<Self>, out: &mut Outbox<Self>) -> Handled {
        let target = (event.time, PeerId(event.actor.0));
        match event.happening {
            Happening::Message(parcel) => self.receive(shard, target, &mut Some(parcel), out),
            Happening::Timer(timer) => self.wake_up(shard, target, timer, out),
        }
    }

    #[inline(always)]
    fn deliver(
        &self,
        shard: &mut Shard<P>,
        stamp: Stamp,
        parcel: &mut Option<Parcel<P::Message>>,
        out: &mut Outbox<Self>,
    ) -> Handled {
        self.receive(shard, (stamp.time, PeerId(stamp.actor.0)), parcel, out)
    }

    #[inline(always)]
    fn fire(
        &self,
        shard: &mut Shard<P>,
        stamp: Stamp,
        timer: WorldTimer<P::Timer>,
        out: &mut Outbox<Self>,
    ) -> Handled {
        self.wake_up(shard, (stamp.time, PeerId(stamp.actor.0)), timer, out)
    }

    #[inline]
    fn prefetch(
        &self,
        shard: &Shard<P>,
        actor: ActorId,
        distance: Distance,
        coming: Coming<'_, Parcel<P::Message>>,
    ) {
        let index = (actor.0 - shard.first) as usize;
        match distance {
            Distance::Far => {
                let bytes = match coming {
                    // Most are passed on, by what stands first.
                    Coming::Message(_) => HOT_BYTES,
                    Coming::Timer => size_of::<Slot<P>>(),
                };
                prefetch_start(&shard.slots, index, bytes);
                self.underlay.prefetch(Place(self.engine_host(PeerId(actor.0)).0));
            }
            Distance::Near => {
                if let Some(program) = &shard.slots[index].program {
                    program.prefetch(match coming {
                        Coming::Message(parcel) => parcel.map(|parcel| &parcel.message),
                        Coming::Timer => None,
                    });
                }
            }
        }
    }

    fn next_change(&self) -> Option<Time> {
        if !self.begun {
            return Some(Time::ZERO);
        }
        let event = self.timeline.get(self.next_event).map(|event| event.0);
        [event, Some(self.next_epoch), self.observer.next_look()].into_iter().flatten().min()
    }

    fn change(&mut self, now: Time, shards: &mut [Shard<P>], out: &mut Outbox<Self>) -> Lookahead {
        if !self.begun {
            self.begin(shards, out);
        }
        if self.next_epoch <= now {
            self.turn_core(now);
        }
        self.look(now, shards);
        let mut applied = false;
        while self.timeline.get(self.next_event).is_some_and(|event| event.0 <= now) {
            let change = self.timeline[self.next_event].1;
            self.apply(now, change, shards, out);
            self.next_event += 1;
            applied = true;
        }
        if self.next_epoch <= now {
            if applied {
                // Whoever went down just now is no member to be introduced to.
                self.look(now, shards);
            }
            self.publish(now, shards, out);
            self.next_epoch += self.epoch;
        }
        self.lookahead
    }
}

impl<P: Program, W: Workload<P>, O: Observer<P>> fmt::Debug for World<P, W, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("peers", &self.peers).finish_non_exhaustive()
    }
}
