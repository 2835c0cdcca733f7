//! Whoever watches: the judge of a service, the meters' readers.

use crate::log::Logged;
use crate::meter::Meter;
use crate::roster::Roster;
use crate::shard::Shard;
use overlab_peer::{Audit, KeyTable, LiveKeys, Program};
use overlab_time::Time;
use overlab_underlay::{HostId, Underlay};
use std::fmt;

/// Watches a world from outside; what it does never reaches a peer.
pub trait Observer<P: Program>: Send + Sync {
    /// The next instant at which it wants to look, later than the last; nothing if the epochs are enough.
    fn next_look(&self) -> Option<Time>;

    /// Gets all that happened since the last look, in the order of the log, and may look at the world as it is
    /// just before anything happens at `now`. `roster` is the membership *before* the log: the observer brings it
    /// up to date record by record, through [`View::apply`].
    fn look(&mut self, now: Time, log: &mut Vec<Logged<P>>, roster: &mut Roster, view: &View<'_, P>);
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
}

impl<P: Program> View<'_, P> {
    /// The host that a peer lives on.
    pub fn host(&self, peer: overlab_peer::PeerId) -> HostId {
        HostId(peer.0 / self.identities_per_host)
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

    /// Messages delivered so far at every address, and whether it is up now.
    pub fn received(&self) -> impl Iterator<Item = (u32, bool)> + '_ {
        self.shards.iter().flat_map(|shard| shard.slots.iter().map(|slot| (slot.received, slot.up)))
    }

    /// Looks at the tables of about `most` joined peers, evenly spread over the addresses, against the live set.
    pub fn audit(&self, roster: &Roster, most: usize) -> Audit {
        let entries = roster.entries();
        let live = LiveKeys::new(&entries);
        let stride = entries.len().div_ceil(most.max(1)).max(1);
        let mut audit = Audit::default();
        let mut joined = 0;
        for shard in self.shards {
            for contact in shard.up() {
                let slot = &shard.slots[(contact.peer.0 - shard.first) as usize];
                if !slot.joined {
                    continue;
                }
                if joined % stride == 0
                    && let Some(program) = &slot.program
                {
                    audit.peers += 1;
                    program.audit(self.setup, contact, self.keys, &live, &mut audit);
                }
                joined += 1;
            }
        }
        audit
    }

    /// Bytes of the peers' state, without pending events.
    pub fn state_bytes(&self) -> u64 {
        self.shards.iter().map(Shard::state_bytes).sum()
    }
}

impl<P: Program> fmt::Debug for View<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("shards", &self.shards.len()).finish_non_exhaustive()
    }
}
