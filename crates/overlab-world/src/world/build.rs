//! A world before its first event.

use super::{Change, World, WorldTimer};
use crate::course::Course;
use crate::observer::Observer;
use crate::presence::Presence;
use crate::ranks;
use crate::roster::Roster;
use crate::shard::{Shard, Slot};
use crate::team::Team;
use crate::translators::Translators;
use crate::transport::Stage;
use crate::workload::Workload;
use overlab_engine::Outbox;
use overlab_peer::{
    Action, Adversary, Contact, Entry, Host, KeyTable, LiveKeys, PeerId, Pool, Program, SortedKeys, WireSizes,
};
use overlab_time::{Purpose, Seeds, Span, Time};
use overlab_underlay::{CoreQueues, Underlay};
use std::ops::Range;
use std::sync::Arc;

/// The shortest lookahead: lower latencies are raised to it, so that windows hold more than one event.
pub(crate) const LOOKAHEAD_FLOOR: Span = Span::from_micros(100);

/// How wide windows may be on a network.
pub(crate) fn lookahead(underlay: &Underlay) -> Span {
    underlay.minimum().max(LOOKAHEAD_FLOOR)
}

/// How the peers that are up at the start become members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Converged,
    Joins { over: Span, pace: Pace },
}

/// How first joins are spread over their period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Every instant alike.
    #[default]
    Uniform,
    /// By address, so that the number of peers doubles in equal periods.
    Doubling,
}

impl Pace {
    /// When the peer at `address` of `peers` joins, within `over`; `draw` gives a number below its argument.
    pub(crate) fn time(self, address: u32, peers: u32, over: Span, draw: impl FnOnce(u64) -> u64) -> Time {
        match self {
            _ if over == Span::ZERO => Time::ZERO,
            Self::Uniform => Time(draw(over.0)),
            Self::Doubling => {
                let rank = u64::from(address) + 1;
                let (doubling, doublings) = (rank.ilog2(), u64::from(peers.ilog2()) + 1);
                let period = over.0 / doublings;
                // The peers of one doubling have a slot of its period each.
                let (slot, slots) = (rank - (1 << doubling), 1u64 << doubling);
                let share = (u128::from(period) * u128::from(slot)) >> doubling;
                Time(u64::from(doubling) * period + share as u64 + draw((period / slots).max(1)))
            }
        }
    }
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
    /// How the first joins are spread.
    pub pace: Pace,
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
    /// The queues of the links between routers, where these have capacities; made for `underlay`, with the same epoch.
    pub core: Option<CoreQueues>,
    /// What happens to everybody at once, by time.
    pub timeline: Vec<(Time, Change)>,
    /// The networks that the timeline puts in the place of `underlay`, with as many hosts; nothing where it stays.
    pub course: Option<Arc<dyn Course>>,
    /// Which hosts are behind address translators; nothing where all are public.
    pub translators: Option<Arc<Translators>>,
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
            lookahead: lookahead(&population.underlay),
            undamaged: Arc::clone(&population.underlay),
            queued: population.underlay.has_queues(),
            random: population.underlay.needs_stream() || population.core.is_some(),
            core: population.core,
            underlay: population.underlay,
            course: population.course,
            translators: population.translators,
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
            published: Arc::default(),
            roster: Roster::new(peers),
            team: Team::alone(),
            start: population
                .joins_over
                .map_or(Start::Converged, |over| Start::Joins { over, pace: population.pace }),
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
        let shard = Shard::new(first, last - first, &self.seeds.stream(Purpose::Algorithm, u64::MAX, 0));
        let shard = if self.queued { shard.with_queues(hosts) } else { shard };
        if self.translators.is_some() { shard.with_translators(hosts) } else { shard }
    }

    /// Lets the threads of `team` share what is done between events.
    #[must_use]
    pub fn with_team(mut self, team: Team) -> Self {
        self.team = team;
        self
    }

    /// Brings everybody who is up at the start to life, all at once.
    pub(super) fn begin(&mut self, shards: &mut [Shard<P>], out: &mut Outbox<Self>) {
        let mut dawn = self.dawn(shards);
        while dawn.rise(self, shards, out) {}
    }

    /// Begins: says who is up and who is a member, and leaves the rest to [`Dawn::rise`].
    ///
    /// Without it a world begins in its first change: the same bits, but everything that its peers ask for at the start
    /// is held twice for a moment.
    pub fn dawn(&mut self, shards: &mut [Shard<P>]) -> Dawn {
        self.begun = true;
        let presence = &self.presence;
        let mut pieces = pieces(shards, 0..self.peers);
        let up: Vec<Vec<Contact>> = self.team.each(&mut pieces, |_, piece| {
            piece.each().for_each(|(peer, slot)| slot.scheduled_up = presence.start(peer).0);
            let up = piece.each().filter(|(_, slot)| slot.scheduled_up);
            up.map(|(peer, _)| Contact::first(peer.0)).collect()
        });
        let mut up = up.concat();
        if let Some(link) = &self.link {
            up = ranks::gather(&**link, &up).concat();
        }
        let first = up.iter().find(|contact| self.is_public(contact.peer)).or(up.first()).copied();
        match self.start {
            Start::Converged => {
                let mut entries: Vec<Entry> =
                    up.iter().map(|contact| (self.keys.key(*contact), *contact)).collect();
                self.team.sort(&mut entries);
                // The log says nothing of members from the start: an observer's first look finds them in the roster.
                self.roster = Roster::with(self.peers, up, SortedKeys::new(entries));
                self.published = self.introducers();
            }
            Start::Joins { .. } => self.published = Arc::new(first.into_iter().collect()),
        }
        Dawn { asked: false, next: 0, first }
    }
}

/// A world between nothing and its first event: its peers come to life some hundred thousand at a time, so that somebody
/// may ask it to stop, and what they ask for can be filed before others ask for more.
#[derive(Debug)]
pub struct Dawn {
    /// Whether tables are built and only the schedule and the workload are still to ask for their first events.
    asked: bool,
    /// The first peer of the next part.
    next: u32,
    /// The very first peer that is up.
    first: Option<Contact>,
}

impl Dawn {
    /// Does the next part: in the world's first change, or before its first event. Returns whether there is more.
    ///
    /// The shards must be those that the dawn was made with, and `world` as it was then.
    pub fn rise<P: Program, W: Workload<P>, O: Observer<P>>(
        &mut self,
        world: &World<P, W, O>,
        shards: &mut [Shard<P>],
        out: &mut Outbox<World<P, W, O>>,
    ) -> bool {
        let part = self.next..self.next.saturating_add(PART).min(world.peers);
        self.next = part.end;
        match (self.asked, world.start) {
            (true, _) => world.ask_first(shards, part, out),
            (false, Start::Converged) => world.converge(shards, part, out),
            (false, Start::Joins { over, pace }) => {
                world.join_later(shards, part, (over, pace, self.first), out);
            }
        }
        if self.next < world.peers {
            return true;
        }
        self.next = 0;
        !std::mem::replace(&mut self.asked, true)
    }
}

/// Peers that come to life at once.
const PART: u32 = 1 << 15;
/// Peers that one thread brings to life in one go.
const PIECE: usize = 1 << 11;

/// Some consecutive peers.
struct Piece<'a, P: Program> {
    first: u32,
    slots: &'a mut [Slot<P>],
}

impl<P: Program> Piece<'_, P> {
    fn each(&mut self) -> impl Iterator<Item = (PeerId, &mut Slot<P>)> {
        (self.first..).map(PeerId).zip(self.slots.iter_mut())
    }
}

/// The peers of `range`, in their order.
fn pieces<P: Program>(shards: &mut [Shard<P>], range: Range<u32>) -> Vec<Piece<'_, P>> {
    let mut all = Vec::new();
    for shard in shards {
        let (first, end) = (shard.first.max(range.start), shard.addresses().end.min(range.end));
        if first < end {
            let within = (first - shard.first) as usize..(end - shard.first) as usize;
            let firsts = (first..end).step_by(PIECE);
            let slots = shard.slots[within].chunks_mut(PIECE);
            all.extend(firsts.zip(slots).map(|(first, slots)| Piece { first, slots }));
        }
    }
    all
}

/// What the peers of a piece want done: each its own, in their order.
struct Wishes<P: Program> {
    actions: Vec<Action<P>>,
    /// The peers that are up, and how many of the actions are theirs.
    counts: Vec<(Contact, usize)>,
}

impl<P: Program, W: Workload<P>, O: Observer<P>> World<P, W, O> {
    /// The peers of `range` that are up begin as members with right tables.
    fn converge(&self, shards: &mut [Shard<P>], range: Range<u32>, out: &mut Outbox<Self>) {
        let live = LiveKeys::indexed(self.roster.sorted());
        let mut pieces = pieces(shards, range);
        let wishes = self.team.each(&mut pieces, |_, piece| self.converge_piece(piece, &live));
        // What they asked for is filed in the order of the peers, as if they had come one by one.
        for Wishes { actions, counts } in wishes {
            let mut actions = actions.into_iter();
            for (contact, count) in counts {
                let Some(at) = Shard::find(shards, contact.peer) else { continue };
                let shard = &mut shards[at];
                shard.actions.extend(actions.by_ref().take(count));
                self.perform(shard, contact, Time::ZERO, Stage::Change, out);
            }
        }
    }

    fn converge_piece(&self, piece: &mut Piece<'_, P>, live: &LiveKeys<'_>) -> Wishes<P> {
        let mut wishes = Wishes { actions: Vec::new(), counts: Vec::new() };
        let (mut pool, mut scratch) = (Pool::default(), P::Scratch::default());
        for (peer, slot) in piece.each() {
            if !slot.scheduled_up {
                continue;
            }
            self.arise(peer, slot);
            slot.joined = true;
            let (me, before) = (Contact { peer, identity: slot.identity }, wishes.actions.len());
            let mut host = Host {
                now: Time::ZERO,
                me,
                key: self.keys.key(me),
                keys: &self.keys,
                stream: &mut slot.stream,
                calls: &mut slot.calls,
                pool: &mut pool,
                scratch: &mut scratch,
                adversary: self.adversary(peer),
                reachability: self.reachability(peer),
                actions: &mut wishes.actions,
            };
            let program = slot.program.get_or_insert_with(|| P::new(&self.setup, &mut host));
            program.converge(&self.setup, live, &mut host);
            wishes.counts.push((me, wishes.actions.len() - before));
        }
        wishes
    }

    /// The peers of `range` that are up join one after another; the `first` of all makes the overlay that they join.
    fn join_later(
        &self,
        shards: &mut [Shard<P>],
        range: Range<u32>,
        (over, pace, first): (Span, Pace, Option<Contact>),
        out: &mut Outbox<Self>,
    ) {
        for peer in range.map(PeerId) {
            let Some(at) = Shard::find(shards, peer) else { continue };
            let shard = &mut shards[at];
            if first.is_some_and(|first| first.peer == peer) {
                self.come_up(shard, peer, Time::ZERO, Stage::Change, out);
                self.found(shard, peer, Time::ZERO, out);
            } else if shard.slot(peer).scheduled_up {
                let mut stream = self.seeds.stream(Purpose::Bootstrap, u64::from(peer.0), u64::MAX);
                let due = pace.time(peer.0, self.peers, over, |below| stream.below(below));
                shard.numbered(peer, Stage::Change, out, |_, out| {
                    self.wake(peer, due, WorldTimer::FirstJoin, Stage::Change, out);
                });
            }
        }
    }

    /// The schedule and the workload ask for their first events at the peers of `range`.
    fn ask_first(&self, shards: &mut [Shard<P>], range: Range<u32>, out: &mut Outbox<Self>) {
        let mut pieces = pieces(shards, range);
        let asked = self.team.each(&mut pieces, |_, piece| {
            let times =
                |(peer, _)| (peer, self.presence.start(peer).1, self.workload.due(peer, 0, Time::ZERO));
            piece.each().map(times).collect::<Vec<_>>()
        });
        for (peer, turn, request) in asked.into_iter().flatten() {
            let Some(at) = Shard::find(shards, peer) else { continue };
            shards[at].numbered(peer, Stage::Change, out, |_, out| {
                self.schedule_turn(peer, 0, turn, Stage::Change, out);
                if let Some(due) = request {
                    self.wake(peer, due, WorldTimer::Request, Stage::Change, out);
                }
            });
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
