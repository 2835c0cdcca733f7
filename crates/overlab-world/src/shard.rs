//! The state of a range of peers.

use crate::log::{Log, Logged, Record};
use crate::meter::Meter;
use crate::tape::{Note, Tape};
use crate::translators::Sent;
use crate::transport::Stage;
use overlab_engine::{Model, Outbox};
use overlab_peer::{Action, Contact, PeerId, Pool, Program};
use overlab_time::{Stream, Time};
use overlab_underlay::Queue;
use std::fmt;
use std::ops::Range;

/// So much of a [`Slot`] is asked for where a message comes: what a peer passes messages on by stands first.
pub(crate) const HOT_BYTES: usize = 128;

/// One address: the program that runs there, and what outlives it. What every event looks at comes first.
#[repr(C)]
pub(crate) struct Slot<P: Program> {
    pub(crate) up: bool,
    pub(crate) joined: bool,
    /// What the schedule says of this turn; a peer that is to join later is not up yet.
    pub(crate) scheduled_up: bool,
    /// Which identity lives here.
    pub(crate) identity: u32,
    /// How often it came up.
    pub(crate) incarnation: u32,
    /// Messages delivered here.
    pub(crate) received: u32,
    /// Nothing while the peer is down and keeps no state.
    pub(crate) program: Option<P>,
    /// Calls made; never reset, so that a late reply matches nothing.
    pub(crate) calls: u32,
    /// Requests that fell due so far.
    pub(crate) requests: u32,
    /// Changes of presence so far.
    pub(crate) turn: u32,
    /// Messages and timers sent on its behalf by changes of the world: their numbers.
    pub(crate) sent_in_changes: u32,
    pub(crate) stream: Stream,
}

/// All mutable state of a contiguous range of peers.
pub struct Shard<P: Program> {
    pub(crate) first: u32,
    pub(crate) slots: Vec<Slot<P>>,
    /// The first host, and the queues of all hosts' access links, up and down; empty where none has a rate.
    pub(crate) first_host: u32,
    pub(crate) queues: Vec<[Queue; 2]>,
    /// Whom each host has sent to lately; empty where no host is behind an address translator.
    pub(crate) sent: Vec<Sent>,
    pub(crate) actions: Vec<Action<P>>,
    pub(crate) pool: Pool,
    pub(crate) scratch: P::Scratch,
    pub(crate) log: Log<P>,
    pub(crate) meter: Meter,
    /// What is noted for those who explain a run.
    pub(crate) tape: Tape,
}

impl<P: Program> Shard<P> {
    pub(crate) fn new(first: u32, count: u32, stream: &Stream) -> Self {
        let slot = || Slot {
            program: None,
            stream: stream.clone(),
            incarnation: 0,
            identity: 0,
            calls: 0,
            turn: 0,
            requests: 0,
            received: 0,
            sent_in_changes: 0,
            scheduled_up: false,
            up: false,
            joined: false,
        };
        Self {
            first,
            slots: (0..count).map(|_| slot()).collect(),
            first_host: 0,
            queues: Vec::new(),
            sent: Vec::new(),
            actions: Vec::new(),
            pool: Pool::default(),
            scratch: P::Scratch::default(),
            log: Log::default(),
            meter: Meter::default(),
            tape: Tape::default(),
        }
    }

    /// The same with queues for these hosts' access links.
    pub(crate) fn with_queues(self, hosts: &Range<u32>) -> Self {
        Self { first_host: hosts.start, queues: vec![Default::default(); hosts.len()], ..self }
    }

    /// The same with address translators before these hosts.
    pub(crate) fn with_translators(self, hosts: &Range<u32>) -> Self {
        Self { first_host: hosts.start, sent: vec![Sent::default(); hosts.len()], ..self }
    }

    pub(crate) fn slot(&mut self, peer: PeerId) -> &mut Slot<P> {
        &mut self.slots[(peer.0 - self.first) as usize]
    }

    /// A peer's slot, and what is counted.
    #[inline]
    pub(crate) fn slot_and_meter(&mut self, peer: PeerId) -> (&mut Slot<P>, &mut Meter) {
        (&mut self.slots[(peer.0 - self.first) as usize], &mut self.meter)
    }

    pub(crate) fn contact(&self, peer: PeerId) -> Contact {
        Contact { peer, identity: self.slots[(peer.0 - self.first) as usize].identity }
    }

    /// Lets `send` act for `peer`; in a change it numbers what goes out by the peer's own count, which depends neither on
    /// other peers nor on where they are simulated.
    #[inline]
    pub(crate) fn numbered<M: Model>(
        &mut self,
        peer: PeerId,
        stage: Stage,
        out: &mut Outbox<M>,
        send: impl FnOnce(&mut Self, &mut Outbox<M>),
    ) {
        let before = (stage == Stage::Change).then(|| out.renumber(self.slot(peer).sent_in_changes));
        send(self, out);
        if let Some(before) = before {
            self.slot(peer).sent_in_changes = out.renumber(before);
        }
    }

    /// Notes the fate of every message and every turn of its peers from now on, for [`Self::notes`].
    pub fn listen(&mut self) {
        self.tape.start();
    }

    /// What was noted since this was last asked.
    pub fn notes(&mut self) -> Vec<Note> {
        self.tape.take()
    }

    /// The records since the last look.
    pub fn log(&self) -> &Log<P> {
        &self.log
    }

    /// Who lives at an address of this shard, up or not.
    pub fn identity(&self, peer: PeerId) -> Contact {
        self.contact(peer)
    }

    /// The program at an address of this shard, where there is one.
    pub fn program(&self, peer: PeerId) -> Option<&P> {
        self.slots[(peer.0 - self.first) as usize].program.as_ref()
    }

    pub(crate) fn note(&mut self, time: Time, contact: Contact, record: Record<P>) {
        match record {
            Record::Up => self.tape.add(|| Note::Rose(contact)),
            Record::Joined => self.tape.add(|| Note::Joined(contact)),
            Record::Down { .. } => self.tape.add(|| Note::Fell(contact)),
            Record::Issued { .. } | Record::Reported(_) | Record::Trouble { .. } => {}
        }
        self.log.note(Logged { time, contact, record });
    }

    /// The shard that `peer` belongs to; nothing where it is another rank's. Shards cover a range of addresses, in order.
    pub(crate) fn find(shards: &[Self], peer: PeerId) -> Option<usize> {
        let place = shards.partition_point(|shard| shard.first <= peer.0).checked_sub(1)?;
        shards[place].addresses().contains(&peer.0).then_some(place)
    }

    /// The addresses of this shard.
    pub(crate) fn addresses(&self) -> Range<u32> {
        self.first..self.first + self.slots.len() as u32
    }

    /// Peers of this shard that are up, by address.
    pub(crate) fn up(&self) -> impl Iterator<Item = Contact> + '_ {
        let contact = |(at, slot): (usize, &Slot<P>)| {
            slot.up.then_some(Contact { peer: PeerId(self.first + at as u32), identity: slot.identity })
        };
        self.slots.iter().enumerate().filter_map(contact)
    }

    /// Bytes of the peers' state: slots, programs and their heaps, as every `stride`-th peer has them; pending events are
    /// the engine's.
    pub(crate) fn state_bytes(&self, stride: usize) -> u64 {
        let slots =
            self.slots.capacity() * size_of::<Slot<P>>() + self.queues.capacity() * size_of::<[Queue; 2]>();
        let weighed = self.slots.iter().step_by(stride);
        let heaps: usize = weighed.filter_map(|slot| slot.program.as_ref()).map(P::heap_bytes).sum();
        (slots + heaps * stride) as u64
    }
}

impl<P: Program> fmt::Debug for Shard<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shard")
            .field("first", &self.first)
            .field("peers", &self.slots.len())
            .finish_non_exhaustive()
    }
}
