//! A world from a script, run on every executor.

use crate::echo::{Ask, Echo, Manner};
use crate::notebook::Notebook;
use overlab_engine::{Counts, Digest, Executor, Reference, Setup, Windows, even_ranges};
use overlab_peer::{Adversary, KeyTable, PeerId, WireSizes};
use overlab_time::{Seeds, Span, Time};
use overlab_underlay::{
    AccessClass, Attachment, Congestion, Constant, CoreLinks, CoreQueues, GraphFile, Impairments, Import,
    Model, RouterGraph, Topology, Underlay,
};
use overlab_world::{Change, Pace, Population, Presence, Workload, World};
use std::sync::Arc;

/// For ever.
pub(crate) const ALWAYS: &[(u64, u64)] = &[(0, u64::MAX)];
/// A peer that never comes up.
pub(crate) const NEVER: &[(u64, u64)] = &[];

/// An instant in milliseconds.
pub(crate) fn at(milliseconds: u64) -> Time {
    Time::ZERO + Span::from_millis(milliseconds)
}

/// Everything that happens in a world. Numbers are milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// Of each peer, when it is up, from and until.
    pub(crate) sessions: Vec<Vec<(u64, u64)>>,
    /// Sessions that end with a goodbye: a peer and the number of the turn.
    pub(crate) goodbyes: Vec<(u32, u32)>,
    /// What is asked of whom and when; ascending for each peer.
    pub(crate) asks: Vec<(u64, u32, Ask)>,
    pub(crate) manner: Manner,
    pub(crate) identities_per_host: u32,
    pub(crate) latency: Span,
    pub(crate) loss: f64,
    /// Classes of access links; without them there are none.
    pub(crate) access: Vec<AccessClass>,
    /// Routers in a row, each [`Script::latency`] from the next, on which hosts hang at random; without them one latency for all.
    pub(crate) routers: Option<(u32, Congestion)>,
    pub(crate) joins_over: Option<Span>,
    pub(crate) pace: Pace,
    pub(crate) fresh_identity: bool,
    pub(crate) keep_state: bool,
    pub(crate) introductions: usize,
    pub(crate) join_retry: Span,
    pub(crate) adversary: Option<(f64, Adversary)>,
    pub(crate) timeline: Vec<(Time, Change)>,
    pub(crate) seed: u64,
    /// The last look.
    pub(crate) end: u64,
}

impl Script {
    /// A quiet world of peers with these sessions: 50 ms from host to host, an epoch every 10 s, 60 s long.
    pub(crate) fn of(sessions: &[&[(u64, u64)]]) -> Self {
        Self {
            sessions: sessions.iter().map(|sessions| sessions.to_vec()).collect(),
            goodbyes: Vec::new(),
            asks: Vec::new(),
            manner: Manner::default(),
            identities_per_host: 1,
            latency: Span::from_millis(50),
            loss: 0.0,
            access: Vec::new(),
            routers: None,
            joins_over: None,
            pace: Pace::Uniform,
            fresh_identity: false,
            keep_state: false,
            introductions: 3,
            join_retry: Span::from_secs(5),
            adversary: None,
            timeline: Vec::new(),
            seed: 1,
            end: 60_000,
        }
    }

    /// Runs it on every executor, and returns what all of them agree on.
    pub(crate) fn run(&self) -> Ending {
        let reference = |world, setup| Box::new(Reference::new(world, setup).unwrap()) as _;
        let windows = |world, setup| Box::new(Windows::new(world, setup).unwrap()) as _;
        let expected = self.run_on(1, 1, 1, &reference);
        for (threads, shards, divisor) in [(1, 1, 1), (1, 3, 7), (2, 2, 1), (2, 2, 7), (3, 3, 1), (3, 3, 7)] {
            let found = self.run_on(threads, shards, divisor, &windows);
            let place = format!("{threads} threads, {shards} shards, divisor {divisor}");
            assert_eq!(found.notes.lines, expected.notes.lines, "{place}");
            assert!(found == expected, "{place}");
        }
        expected
    }

    fn run_on(&self, threads: usize, shards: usize, divisor: u32, executor: &Launch) -> Ending {
        let world = self.world();
        let hosts = world.hosts();
        let shards = even_ranges(hosts, shards)
            .into_iter()
            .map(|range| (range.clone(), world.shard(&range)))
            .collect();
        let setup = Setup {
            threads,
            width_divisor: divisor,
            parallel_threshold: 0,
            ..Setup::new(hosts, shards, world.lookahead())
        };
        let mut executor = executor(world, setup);
        // The last look is itself a change, which happens before whatever happens at that instant.
        executor.run_until(at(self.end) + Span(1), &mut ()).unwrap();
        let (digest, counts) = (executor.digest(), executor.counts());
        // What depends on how it was executed is no part of the result.
        let counts = Counts { windows: 0, parallel_windows: 0, pending_bytes: 0, ..counts };
        Ending { notes: executor.model().observer().clone(), digest, counts }
    }

    fn world(&self) -> Scripted {
        let seeds = Seeds::new(self.seed, 0);
        let peers = self.sessions.len() as u32;
        let underlay = Arc::new(self.underlay());
        let epoch = Span::from_secs(10);
        let core = self.routers.as_ref().map(|(_, congestion)| {
            let links = CoreLinks::new(congestion, &underlay).unwrap();
            CoreQueues::new(Arc::new(links), seeds, epoch)
        });
        let population = Population {
            peers,
            identities_per_host: self.identities_per_host,
            underlay,
            keys: KeyTable::random(seeds),
            seeds,
            presence: Arc::new(Sessions { sessions: self.sessions.clone(), goodbyes: self.goodbyes.clone() }),
            joins_over: self.joins_over,
            pace: self.pace,
            fresh_identity: self.fresh_identity,
            keep_state: self.keep_state,
            introductions: self.introductions,
            join_retry: self.join_retry,
            epoch,
            wire: WireSizes::DEFAULT,
            adversary: self.adversary,
            core,
            timeline: self.timeline.clone(),
            course: None,
            translators: None,
        };
        World::new(population, self.manner, Asks(self.asks.clone()), Notebook::until(at(self.end)))
    }
}

impl Script {
    /// The network underneath.
    pub(crate) fn underlay(&self) -> Underlay {
        let seeds = Seeds::new(self.seed, 0);
        let peers = self.sessions.len() as u32;
        let attachment = Attachment {
            impairments: Impairments { loss: self.loss, jitter: None },
            classes: self.access.clone(),
            ..Attachment::default()
        };
        let topology = match &self.routers {
            None => Model::Constant(Constant { latency: self.latency }).build(seeds).unwrap(),
            Some((routers, _)) => Topology::routers(row(*routers, self.latency)),
        };
        topology.attach(peers.div_ceil(self.identities_per_host), &attachment, seeds).unwrap()
    }
}

/// Routers in a row.
fn row(routers: u32, latency: Span) -> RouterGraph {
    let nodes = (0..routers).map(|node| format!("node [ id {node} ]\n"));
    let edges = (1..routers).map(|node| {
        format!("edge [ source {} target {node} latency {} ]\n", node - 1, latency.as_millis_f64())
    });
    let text = format!("graph [\n{}]\n", nodes.chain(edges).collect::<String>());
    Import::new("row").graph(&GraphFile::parse("row", text.as_bytes()).unwrap()).unwrap()
}

/// The world of a script.
pub(crate) type Scripted = World<Echo, Asks, Notebook>;
type Launch<'a> = dyn Fn(Scripted, Setup<Scripted>) -> Box<dyn Executor<Scripted>> + 'a;

/// What a run leaves behind.
#[derive(Debug, PartialEq)]
pub(crate) struct Ending {
    pub(crate) notes: Notebook,
    pub(crate) digest: Digest,
    pub(crate) counts: Counts,
}

/// Presence by the script.
struct Sessions {
    sessions: Vec<Vec<(u64, u64)>>,
    goodbyes: Vec<(u32, u32)>,
}

impl Sessions {
    /// The first instant after `now` at which `peer` comes or goes.
    fn after(&self, peer: PeerId, now: Option<Time>) -> Time {
        let instants = self.sessions[peer.index()].iter().flat_map(|(from, until)| [*from, *until]);
        let instants = instants.map(|instant| if instant == u64::MAX { Time::NEVER } else { at(instant) });
        instants.filter(|instant| now.is_none_or(|now| *instant > now)).min().unwrap_or(Time::NEVER)
    }
}

impl Presence for Sessions {
    fn start(&self, peer: PeerId) -> (bool, Time) {
        let up = self.sessions[peer.index()].first().is_some_and(|(from, _)| *from == 0);
        (up, self.after(peer, up.then_some(Time::ZERO)))
    }

    fn next(&self, peer: PeerId, turn: u32, up: bool, now: Time) -> Time {
        // The world must tell the truth about the turn that begins.
        let began = self.sessions[peer.index()].iter().position(|session| at(session.0) == now);
        assert_eq!(up, began.is_some(), "peer {} at {now}", peer.0);
        let begins_up = self.start(peer).0;
        let boundaries = self.sessions[peer.index()].iter().flat_map(|(from, until)| [*from, *until]);
        let passed = boundaries.filter(|instant| *instant != u64::MAX && at(*instant) <= now).count() as u32;
        assert_eq!(turn, passed - u32::from(begins_up), "peer {} at {now}", peer.0);
        self.after(peer, Some(now))
    }

    fn graceful(&self, peer: PeerId, turn: u32) -> bool {
        self.goodbyes.contains(&(peer.0, turn))
    }
}

/// The workload by the script.
#[derive(Debug)]
pub(crate) struct Asks(Vec<(u64, u32, Ask)>);

impl Asks {
    fn ask(&self, peer: PeerId, number: u32) -> Option<&(u64, u32, Ask)> {
        self.0.iter().filter(|ask| ask.1 == peer.0).nth(number as usize)
    }
}

impl Workload<Echo> for Asks {
    fn due(&self, peer: PeerId, number: u32, previous: Time) -> Option<Time> {
        let before = number.checked_sub(1).and_then(|before| self.ask(peer, before));
        assert_eq!(previous, before.map_or(Time::ZERO, |before| at(before.0)), "the request before was due");
        self.ask(peer, number).map(|ask| at(ask.0))
    }

    fn request(&self, peer: PeerId, number: u32, now: Time) -> Ask {
        let (due, _, ask) = self.ask(peer, number).expect("it was due");
        assert_eq!(at(*due), now);
        *ask
    }
}
