//! A world before its first event.

use super::{Change, World, WorldTimer};
use crate::observer::Observer;
use crate::presence::Presence;
use crate::roster::Roster;
use crate::shard::Shard;
use crate::transport::Stage;
use crate::workload::Workload;
use overlab_engine::Outbox;
use overlab_peer::{Adversary, Contact, Key, KeyTable, LiveKeys, PeerId, Program, WireSizes};
use overlab_time::{Purpose, Seeds, Span, Time};
use overlab_underlay::Underlay;
use std::ops::Range;
use std::sync::Arc;

/// The shortest lookahead: lower latencies are raised to it, so that windows hold more than one event.
pub(crate) const LOOKAHEAD_FLOOR: Span = Span::from_micros(100);

/// How the peers that are up at the start become members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Converged,
    Joins { over: Span },
}

/// Who lives in a world, where, and under which rules.
pub struct Population {
    /// The pool of addresses.
    pub peers: u32,
    /// Identities on each host; peer `p` lives on host `p / identities_per_host`.
    pub identities_per_host: u32,
    /// The network underneath, with at least as many hosts as there are.
    pub underlay: Arc<Underlay>,
    /// All keys.
    pub keys: KeyTable,
    /// The root of all random streams.
    pub seeds: Seeds,
    /// Who is up when.
    pub presence: Arc<dyn Presence>,
    /// Nothing to start from converged tables; else the span over which the first joins are spread.
    pub joins_over: Option<Span>,
    /// Whether a peer returns as somebody else.
    pub fresh_identity: bool,
    /// Whether a peer returns with the tables that it left with.
    pub keep_state: bool,
    /// How many members a newcomer is introduced to.
    pub introductions: usize,
    /// After how long a join that did not complete is begun again.
    pub join_retry: Span,
    /// How often what everybody may know is published.
    pub epoch: Span,
    /// Sizes on the wire.
    pub wire: WireSizes,
    /// The share of hostile peers and what they do.
    pub adversary: Option<(f64, Adversary)>,
    /// What happens to everybody at once, by time.
    pub timeline: Vec<(Time, Change)>,
}

impl std::fmt::Debug for Population {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Population").field("peers", &self.peers).finish_non_exhaustive()
    }
}

impl<P: Program, W: Workload<P>, O: Observer<P>> World<P, W, O> {
    /// A world that has not begun: its first change, at time zero, brings it to life.
    pub fn new(population: Population, setup: P::Setup, workload: W, observer: O) -> Self {
        let Population { peers, seeds, mut timeline, epoch, .. } = population;
        timeline.sort_by_key(|event| event.0);
        let (hostile, behaviour) = match population.adversary {
            Some((fraction, behaviour)) => (hostile(peers, fraction, seeds), behaviour),
            None => (Vec::new(), Adversary::Drop),
        };
        Self {
            setup,
            keys: population.keys,
            lookahead: population.underlay.minimum().max(LOOKAHEAD_FLOOR),
            underlay: population.underlay,
            presence: population.presence,
            workload,
            observer,
            seeds,
            wire: population.wire,
            identities_per_host: population.identities_per_host.max(1),
            fresh_identity: population.fresh_identity,
            keep_state: population.keep_state,
            join_retry: population.join_retry,
            introductions: population.introductions,
            epoch,
            hostile,
            behaviour,
            published: Vec::new(),
            roster: Roster::new(peers),
            merged: Vec::new(),
            start: population.joins_over.map_or(Start::Converged, |over| Start::Joins { over }),
            timeline,
            next_event: 0,
            next_epoch: Time::ZERO + epoch,
            begun: false,
            peers,
            link: None,
        }
    }

    /// The lookahead at the start.
    pub fn lookahead(&self) -> Span {
        self.lookahead
    }

    /// Hosts that the peers live on.
    pub fn hosts(&self) -> u32 {
        self.peers.div_ceil(self.identities_per_host)
    }

    /// An empty shard for a range of hosts.
    pub fn shard(&self, hosts: &Range<u32>) -> Shard<P> {
        let first = hosts.start * self.identities_per_host;
        let last = hosts.end.saturating_mul(self.identities_per_host).min(self.peers);
        Shard::new(first, last - first, &self.seeds.stream(Purpose::Algorithm, u64::MAX, 0))
    }

    /// Brings everybody who is up at the start to life.
    pub(super) fn begin(&mut self, shards: &mut [Shard<P>], out: &mut Outbox<Self>) {
        let presence = Arc::clone(&self.presence);
        let starts: Vec<(bool, Time)> = (0..self.peers).map(|peer| presence.start(PeerId(peer))).collect();
        let up: Vec<Contact> =
            (0..self.peers).filter(|peer| starts[*peer as usize].0).map(Contact::first).collect();
        for shard in shards.iter_mut() {
            for peer in shard.addresses() {
                shard.slot(PeerId(peer)).scheduled_up = starts[peer as usize].0;
            }
        }
        match self.start {
            Start::Converged => {
                let mut entries: Vec<(Key, Contact)> =
                    up.iter().map(|contact| (self.keys.key(*contact), *contact)).collect();
                entries.sort_unstable();
                let live = LiveKeys::new(&entries);
                for shard in shards.iter_mut() {
                    for peer in shard.addresses() {
                        if starts[peer as usize].0 {
                            self.begin_converged(shard, PeerId(peer), &live, Time::ZERO, out);
                        }
                    }
                }
                self.published.clone_from(&up);
                // The log says nothing of members from the start: an observer's first look finds them in the roster.
                self.roster = Roster::of(self.peers, up, &self.keys);
            }
            Start::Joins { over } => {
                // The very first peer makes the overlay that the others join.
                if let Some(first) = up.first() {
                    if let Some(at) = Shard::find(shards, first.peer) {
                        self.come_up(&mut shards[at], first.peer, Time::ZERO, Stage::Change, out);
                        self.found(&mut shards[at], first.peer, Time::ZERO, out);
                    }
                    self.published.push(*first);
                }
                for contact in up.iter().skip(1) {
                    let Some(at) = Shard::find(shards, contact.peer) else { continue };
                    let due = self.join_time(contact.peer, over);
                    shards[at].numbered(contact.peer, Stage::Change, out, |_, out| {
                        self.wake(contact.peer, due, WorldTimer::FirstJoin, Stage::Change, out);
                    });
                }
            }
        }
        for shard in shards.iter_mut() {
            for peer in shard.addresses().map(PeerId) {
                shard.numbered(peer, Stage::Change, out, |_, out| {
                    self.schedule_turn(peer, 0, starts[peer.index()].1, Stage::Change, out);
                    if let Some(due) = self.workload.due(peer, 0, Time::ZERO) {
                        self.wake(peer, due, WorldTimer::Request, Stage::Change, out);
                    }
                });
            }
        }
    }
}

/// Marks an exact share of the pool, drawn at random, as hostile.
fn hostile(peers: u32, fraction: f64, seeds: Seeds) -> Vec<u64> {
    let mut all: Vec<u32> = (0..peers).collect();
    seeds.stream(Purpose::Fault, u64::MAX, 0).shuffle(&mut all);
    let count = round_half_up(f64::from(peers) * fraction) as usize;
    let mut bits = vec![0u64; (peers as usize).div_ceil(64)];
    for peer in all.into_iter().take(count) {
        bits[peer as usize / 64] |= 1 << (peer % 64);
    }
    bits
}

/// Rounds to the nearest whole number, halves up; exact for the sizes of pools.
pub(super) fn round_half_up(x: f64) -> f64 {
    (x + 0.5).floor()
}
