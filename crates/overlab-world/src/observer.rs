//! Whoever watches: the judge of a service, the meters' readers.

use crate::log::{Log, Logged};
use crate::meter::Meter;
use crate::ranks;
use crate::roster::Roster;
use crate::shard::{Shard, Slot};
use crate::team::Team;
use crate::world::lookahead;
use overlab_engine::Link;
use overlab_peer::{Contact, KeyTable, LiveKeys, PeerId, Portable, Program};
use overlab_time::{Span, Time};
use overlab_underlay::{CoreQueues, HostId, Underlay};
use std::fmt;
use std::num::NonZeroU32;
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
///
/// Where the world is simulated by several ranks, each has an observer of its own, and all see the same: what concerns all
/// peers is put together by all ranks at once, so their observers must ask for the same in the same order.
pub struct View<'a, P: Program> {
    pub(crate) shards: &'a [Shard<P>],
    pub(crate) setup: &'a P::Setup,
    /// All keys.
    pub keys: &'a KeyTable,
    /// The network underneath, as it is now.
    pub underlay: &'a Underlay,
    /// As it was before any fault.
    pub(crate) undamaged: &'a Underlay,
    /// The queues of the links between routers, where these have capacities.
    pub core: Option<&'a CoreQueues>,
    pub(crate) identities_per_host: u32,
    pub(crate) team: &'a Team,
    /// The peers that each log is about.
    pub(crate) ranges: &'a [Range<u32>],
    /// The other ranks, where the shards are one rank's.
    pub(crate) link: Option<&'a dyn Link>,
}

/// At most about so many peers are asked what they hold; fewer are all asked.
const WEIGHED: usize = 1 << 16;

/// What of a world stays as it is between two changes: several threads may look things up in it at once.
#[derive(Clone, Copy, Debug)]
pub struct Map<'a> {
    /// All keys.
    pub keys: &'a KeyTable,
    underlay: &'a Underlay,
    /// As it has been since the last change of it.
    now: &'a Underlay,
    identities_per_host: u32,
    lookahead: Span,
}

impl Map<'_> {
    /// The host that a peer lives on.
    pub fn host(&self, peer: PeerId) -> HostId {
        HostId(peer.0 / self.identities_per_host)
    }

    /// What a message from one host to another takes without jitter and faults, as the world delivers it: never less than
    /// the lookahead.
    pub fn latency(&self, from: HostId, to: HostId) -> Span {
        self.underlay.latency(from, to).max(self.lookahead)
    }

    /// Whether faults kept two hosts from talking to each other, in one direction or both, since the network was last changed: there
    /// is a look just before every change, so all that a log says happened on this network.
    pub fn are_cut_off(&self, one: HostId, other: HostId) -> bool {
        !self.now.connects(one, other) || !self.now.connects(other, one)
    }
}

impl<P: Program> View<'_, P> {
    /// Keys, hosts and distances.
    pub fn map(&self) -> Map<'_> {
        let &Self { keys, undamaged, underlay, identities_per_host, .. } = self;
        // What is direct does not depend on what is broken just then: judges compare with the network as it should be.
        Map { keys, underlay: undamaged, now: underlay, identities_per_host, lookahead: lookahead(undamaged) }
    }

    /// Whether this very identity is up, a member or not; among several ranks, one of this rank's peers.
    pub fn is_up(&self, contact: Contact) -> bool {
        let shard = Shard::find(self.shards, contact.peer).map(|at| &self.shards[at]);
        let slot = shard.map(|shard| &shard.slots[(contact.peer.0 - shard.first) as usize]);
        slot.is_some_and(|slot| slot.up && slot.identity == contact.identity)
    }

    /// The programs of all peers that are up, by address: for metrics, never for peers. Among several ranks, those of this
    /// rank alone.
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
        self.merged(sum, |sum, other| sum.merge(&other))
    }

    /// How many peers are up, joined or not.
    pub fn up(&self) -> u64 {
        let up = self.shards.iter().map(|shard| shard.up().count() as u64).sum();
        self.merged(up, |sum, other| *sum += other)
    }

    /// Messages delivered so far at every address, and the incarnation that is up there now, if any.
    pub fn received(&self) -> Box<dyn Iterator<Item = (u32, Option<NonZeroU32>)> + '_> {
        // A peer that is up has come up at least once.
        let up = |slot: &Slot<P>| NonZeroU32::new(slot.incarnation).filter(|_| slot.up);
        let slots = self.shards.iter().flat_map(|shard| &shard.slots);
        let received = slots.map(move |slot| (slot.received, up(slot)));
        if self.link.is_none() {
            return Box::new(received);
        }
        let mine = received.collect();
        Box::new(self.merged(mine, |all: &mut Vec<_>, mut other| all.append(&mut other)).into_iter())
    }

    /// The threads that an observer may use.
    pub fn team(&self) -> &Team {
        self.team
    }

    /// The peers that each log is about, in the order of the logs: all of the pool.
    pub fn ranges(&self) -> impl Iterator<Item = Range<u32>> + '_ {
        self.ranges.iter().cloned()
    }

    /// Looks at the tables of about `most` joined peers, evenly spread over the addresses, against the live set.
    pub fn audit(&self, roster: &mut Roster, most: usize) -> P::Audit {
        roster.settle();
        let live = LiveKeys::indexed(roster.sorted());
        let stride = roster.len().div_ceil(most.max(1)).max(1);
        let identities = self.link.map(|_| self.identities());
        let is_up = |contact: Contact| match &identities {
            Some(identities) => identities[contact.peer.index()] == Some(contact.identity),
            None => self.is_up(contact),
        };
        let mut audit = P::Audit::default();
        let members = self.programs().filter(|(contact, _)| roster.contains(*contact));
        // The stride goes on from rank to rank.
        let before = self.link.map_or(0, |_| {
            let first = self.shards.first().map_or(0, |shard| shard.first);
            roster.members().iter().filter(|member| member.peer.0 < first).count()
        });
        for (contact, program) in members.skip(before.next_multiple_of(stride) - before).step_by(stride) {
            program.audit(self.setup, contact, self.keys, &live, &is_up, &mut audit);
        }
        self.merged(audit, P::merge_audits)
    }

    /// By address, the identity that is up there.
    fn identities(&self) -> Vec<Option<u32>> {
        let slot = |slot: &Slot<P>| slot.up.then_some(slot.identity);
        let identities = self.shards.iter().flat_map(|shard| shard.slots.iter().map(slot)).collect();
        self.merged(identities, |all: &mut Vec<_>, mut other| all.append(&mut other))
    }

    /// What all ranks have, put together in their order; `mine` where there are no others.
    fn merged<T: Portable>(&self, mine: T, mut merge: impl FnMut(&mut T, T)) -> T {
        let Some(link) = self.link else { return mine };
        let mut parts = ranks::gather(link, &mine).into_iter();
        let mut all = parts.next().unwrap_or(mine);
        parts.for_each(|part| merge(&mut all, part));
        all
    }

    /// Bytes of the peers' state, without pending events: where peers are many, those of a part that is evenly spread,
    /// multiplied.
    pub fn state_bytes(&self) -> u64 {
        let peers: usize = self.shards.iter().map(|shard| shard.slots.len()).sum();
        let stride = peers.div_ceil(WEIGHED).max(1);
        let bytes = self.shards.iter().map(|shard| shard.state_bytes(stride)).sum();
        self.merged(bytes, |sum, other| *sum += other)
    }
}

impl<P: Program> fmt::Debug for View<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("shards", &self.shards.len()).finish_non_exhaustive()
    }
}
