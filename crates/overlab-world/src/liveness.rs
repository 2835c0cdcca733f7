//! Coming up, joining, leaving, crashing: each at its exact instant, each in the log.

use crate::log::Record;
use crate::observer::Observer;
use crate::shard::{Shard, Slot};
use crate::transport::Stage;
use crate::workload::Workload;
use crate::world::{World, WorldTimer};
use overlab_engine::Outbox;
use overlab_peer::{Contact, Host, PeerId, Program};
use overlab_time::{Purpose, Time};

impl<P: Program, W: Workload<P>, O: Observer<P>> World<P, W, O> {
    /// Runs `act` on the program of `peer`, which must have one, and does what it asks for.
    #[inline]
    pub(crate) fn with_program(
        &self,
        shard: &mut Shard<P>,
        peer: PeerId,
        now: Time,
        stage: Stage,
        out: &mut Outbox<Self>,
        act: impl FnOnce(&mut P, &P::Setup, &mut Host<'_, P>),
    ) {
        let (me, ()) = self.run_program(shard, peer, now, act);
        self.perform(shard, me, now, stage, out);
    }

    /// Runs `act` on the program of `peer`; what it asks for is still to be done.
    #[inline(always)]
    pub(crate) fn run_program<T>(
        &self,
        shard: &mut Shard<P>,
        peer: PeerId,
        now: Time,
        act: impl FnOnce(&mut P, &P::Setup, &mut Host<'_, P>) -> T,
    ) -> (Contact, T) {
        let Shard { first, slots, actions, pool, scratch, .. } = &mut *shard;
        let slot = &mut slots[(peer.0 - *first) as usize];
        let me = Contact { peer, identity: slot.identity };
        let mut host = Host {
            now,
            me,
            key: self.keys.key(me),
            keys: &self.keys,
            stream: &mut slot.stream,
            calls: &mut slot.calls,
            pool,
            scratch,
            adversary: self.adversary(peer),
            reachability: self.reachability(peer),
            actions,
        };
        let program = slot.program.get_or_insert_with(|| P::new(&self.setup, &mut host));
        (me, act(program, &self.setup, &mut host))
    }

    /// Gives `peer` a new incarnation.
    pub(crate) fn arise(&self, peer: PeerId, slot: &mut Slot<P>) {
        if slot.incarnation > 0 && self.fresh_identity {
            slot.identity += 1;
        }
        slot.incarnation += 1;
        slot.stream = self.seeds.stream(Purpose::Algorithm, u64::from(peer.0), u64::from(slot.incarnation));
        slot.up = true;
        slot.joined = false;
    }

    /// `peer` comes up and begins to join.
    pub(crate) fn come_up(
        &self,
        shard: &mut Shard<P>,
        peer: PeerId,
        now: Time,
        stage: Stage,
        out: &mut Outbox<Self>,
    ) {
        self.arise(peer, shard.slot(peer));
        let contact = shard.contact(peer);
        shard.note(now, contact, Record::Up);
        if shard.slot(peer).program.is_some() {
            self.with_program(shard, peer, now, stage, out, |program, setup, host| {
                program.resume(setup, host);
            });
        }
        self.join(shard, peer, 0, now, stage, out);
    }

    /// `peer`, which is up, begins an overlay of its own: there is none to join.
    pub(crate) fn found(&self, shard: &mut Shard<P>, peer: PeerId, now: Time, out: &mut Outbox<Self>) {
        self.with_program(shard, peer, now, Stage::Change, out, |program, setup, host| {
            program.start(setup, &[], host);
        });
    }

    /// `peer` tries to join for the `attempt`-th time, and will again if that fails.
    pub(crate) fn join(
        &self,
        shard: &mut Shard<P>,
        peer: PeerId,
        attempt: u32,
        now: Time,
        stage: Stage,
        out: &mut Outbox<Self>,
    ) {
        let incarnation = shard.slot(peer).incarnation;
        let bootstrap = self.introduce(peer, incarnation, attempt);
        // Without anybody to turn to it waits: whether there is an overlay at all is decided for all at once.
        if !bootstrap.is_empty() {
            self.with_program(shard, peer, now, stage, out, |program, setup, host| {
                program.start(setup, &bootstrap, host);
            });
        }
        if !shard.slot(peer).joined {
            let timer = WorldTimer::JoinAgain { incarnation, attempt: attempt + 1 };
            shard.numbered(peer, stage, out, |_, out| {
                self.wake(peer, now + self.join_retry, timer, stage, out);
            });
        }
    }

    /// Members that `peer` is introduced to: drawn from what was published at the last epoch.
    fn introduce(&self, peer: PeerId, incarnation: u32, attempt: u32) -> Vec<Contact> {
        let members = &self.published;
        let turn = u64::from(incarnation) << 32 | u64::from(attempt);
        let mut stream = self.seeds.stream(Purpose::Bootstrap, u64::from(peer.0), turn);
        let mut chosen: Vec<Contact> = Vec::with_capacity(self.introductions);
        // A few draws more than needed make up for repetitions and for meeting oneself.
        for _ in 0..3 * self.introductions {
            if members.is_empty() || chosen.len() == self.introductions {
                break;
            }
            let contact = members[stream.index(members.len())];
            if contact.peer != peer && !chosen.contains(&contact) {
                chosen.push(contact);
            }
        }
        chosen
    }

    /// `peer` goes down; with a goodbye if `graceful`.
    pub(crate) fn go_down(
        &self,
        shard: &mut Shard<P>,
        peer: PeerId,
        graceful: bool,
        now: Time,
        stage: Stage,
        out: &mut Outbox<Self>,
    ) {
        if graceful {
            self.with_program(shard, peer, now, stage, out, |program, setup, host| {
                program.leave(setup, host);
            });
        }
        let contact = shard.contact(peer);
        let keep = self.keep_state;
        let slot = shard.slot(peer);
        slot.up = false;
        let joined = std::mem::replace(&mut slot.joined, false);
        if !keep {
            slot.program = None;
        }
        shard.note(now, contact, Record::Down { joined });
    }

    /// The presence of `peer` changes as its schedule says.
    pub(crate) fn turn(&self, shard: &mut Shard<P>, peer: PeerId, now: Time, out: &mut Outbox<Self>) {
        let slot = shard.slot(peer);
        slot.turn += 1;
        slot.scheduled_up = !slot.scheduled_up;
        let (turn, to_be_up, up) = (slot.turn, slot.scheduled_up, slot.up);
        if to_be_up {
            self.come_up(shard, peer, now, Stage::Event, out);
        } else if up {
            let graceful = self.presence.graceful(peer, turn - 1);
            self.go_down(shard, peer, graceful, now, Stage::Event, out);
        }
        let next = self.presence.next(peer, turn, to_be_up, now);
        self.schedule_turn(peer, turn, next, Stage::Event, out);
    }

    pub(crate) fn schedule_turn(
        &self,
        peer: PeerId,
        turn: u32,
        at: Time,
        stage: Stage,
        out: &mut Outbox<Self>,
    ) {
        if at < Time::NEVER {
            self.wake(peer, at, WorldTimer::Presence { turn }, stage, out);
        }
    }

    /// `peer`, which is up, goes down for good, whatever its schedule says.
    pub(crate) fn retire(
        &self,
        shard: &mut Shard<P>,
        peer: PeerId,
        graceful: bool,
        now: Time,
        out: &mut Outbox<Self>,
    ) {
        // The end of the session that was cut short finds another turn, and is stale.
        shard.slot(peer).turn += 1;
        self.go_down(shard, peer, graceful, now, Stage::Change, out);
    }
}
