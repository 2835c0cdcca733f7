//! Whoever watches: the judge of a service, the meters' readers.

use crate::log::{Log, Logged};
use crate::meter::Meter;
use crate::roster::Roster;
use crate::shard::{Shard, Slot};
use crate::team::Team;
use overlab_peer::{Contact, KeyTable, LiveKeys, PeerId, Program};
use overlab_time::{Span, Time};
use overlab_underlay::{HostId, Underlay};
use std::fmt;
use std::ops::Range;

/// Watches a world from outside; what it does never reaches a peer.
pub trait Observer<P: Program>: Send + Sync {
    /// The next instant at which it wants to look, later than the last; nothing if the epochs are enough.
    fn next_look(&self) -> Option<Time>;

    /// Gets all that happened since the last look, a log for each contiguous range of peers ([`View::ranges`]), and
    /// may look at the world as it is just before anything happens at `now`. `roster` is the membership *before* the
    /// log: the observer brings it up to date record by record, through [`View::apply`]. What it leaves in the logs is
    /// forgotten; how peers are cut into ranges must not show in anything it says.
    fn look(&mut self, now: Time, logs: &mut [Log<P>], roster: &mut Roster, view: &View<'_, P>);
}

/// The world as an observer sees it.
pub struct View<'a, P: Program> {
    pub(crate) shards: &'a [Shard<P>],
    pub(crate) setup: &'a P::Setup,
    /// All keys.
    pub keys: &'a KeyTable,
    /// The network underneath.
    pub underlay: &'a Underlay,
    pub(crate) identities_per_host: u32,
    pub(crate) lookahead: Span,
    pub(crate) team: &'a Team,
}

/// At most about so many peers are asked what they hold; fewer are all asked.
const WEIGHED: usize = 1 << 16;

/// What of a world stays as it is between two changes: several threads may look things up in it at once.
#[derive(Clone, Copy, Debug)]
pub struct Map<'a> {
    /// All keys.
    pub keys: &'a KeyTable,
    underlay: &'a Underlay,
    identities_per_host: u32,
    lookahead: Span,
}

impl Map<'_> {
    /// The host that a peer lives on.
    pub fn host(&self, peer: PeerId) -> HostId {
        HostId(peer.0 / self.identities_per_host)
    }

    /// What a message from one host to another takes without jitter, as the world delivers it: never less than the
    /// lookahead.
    pub fn latency(&self, from: HostId, to: HostId) -> Span {
        self.underlay.latency(from, to).max(self.lookahead)
    }
}

impl<P: Program> View<'_, P> {
    /// Keys, hosts and distances.
    pub fn map(&self) -> Map<'_> {
        let &Self { keys, underlay, identities_per_host, lookahead, .. } = self;
        Map { keys, underlay, identities_per_host, lookahead }
    }

    /// Whether this very identity is up, a member or not.
    pub fn is_up(&self, contact: Contact) -> bool {
        let shard = &self.shards[Shard::place(self.shards, contact.peer)];
        let slot = shard.slots.get((contact.peer.0 - shard.first) as usize);
        slot.is_some_and(|slot| slot.up && slot.identity == contact.identity)
    }

    /// The programs of all peers that are up, by address: for metrics, never for peers.
    pub fn programs(&self) -> impl Iterator<Item = (Contact, &P)> {
        self.shards.iter().flat_map(|shard| {
            shard.up().filter_map(|contact| {
                let slot = &shard.slots[(contact.peer.0 - shard.first) as usize];
                slot.program.as_ref().map(|program| (contact, program))
            })
        })
    }

    /// Brings `roster` up to date with one record of the log.
    pub fn apply(&self, logged: &Logged<P>, roster: &mut Roster) {
        match logged.record {
            crate::log::Record::Joined => roster.insert(logged.contact, self.keys),
            crate::log::Record::Down { .. } => roster.remove(logged.contact, self.keys),
            _ => {}
        }
    }

    /// All counters together.
    pub fn meter(&self) -> Meter {
        let mut sum = Meter::default();
        for shard in self.shards {
            sum.merge(&shard.meter);
        }
        sum
    }

    /// How many peers are up, joined or not.
    pub fn up(&self) -> u64 {
        self.shards.iter().map(|shard| shard.up().count() as u64).sum()
    }

    /// Messages delivered so far at every address, and the incarnation that is up there now, if any.
    pub fn received(&self) -> impl Iterator<Item = (u32, Option<u32>)> + '_ {
        let slot = |slot: &Slot<P>| (slot.received, slot.up.then_some(slot.incarnation));
        self.shards.iter().flat_map(move |shard| shard.slots.iter().map(slot))
    }

    /// The threads that an observer may use.
    pub fn team(&self) -> &Team {
        self.team
    }

    /// The peers that each log is about, in the order of the logs: all of the pool.
    pub fn ranges(&self) -> impl Iterator<Item = Range<u32>> + '_ {
        self.shards.iter().map(Shard::addresses)
    }

    /// Looks at the tables of about `most` joined peers, evenly spread over the addresses, against the live set.
    pub fn audit(&self, roster: &mut Roster, most: usize) -> P::Audit {
        roster.settle();
        let live = LiveKeys::indexed(roster.sorted());
        let stride = roster.len().div_ceil(most.max(1)).max(1);
        let is_up = |contact: Contact| self.is_up(contact);
        let mut audit = P::Audit::default();
        let members = self.programs().filter(|(contact, _)| roster.contains(*contact));
        for (contact, program) in members.step_by(stride) {
            program.audit(self.setup, contact, self.keys, &live, &is_up, &mut audit);
        }
        audit
    }

    /// Bytes of the peers' state, without pending events: where peers are many, those of a part that is evenly spread,
    /// multiplied.
    pub fn state_bytes(&self) -> u64 {
        let peers: usize = self.shards.iter().map(|shard| shard.slots.len()).sum();
        let stride = peers.div_ceil(WEIGHED).max(1);
        self.shards.iter().map(|shard| shard.state_bytes(stride)).sum()
    }
}

impl<P: Program> fmt::Debug for View<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("shards", &self.shards.len()).finish_non_exhaustive()
    }
}
