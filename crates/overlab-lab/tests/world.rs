//! The world under real algorithms: no message appears or vanishes, and every executor gives the same bits.

use overlab_algorithms::key_routing::{Chord, Kademlia};
use overlab_engine::{Digest, Executor, Reference, Setup, Windows, even_ranges};
use overlab_peer::{
    Adversary, CallPolicy, Converged, Key, KeyRouting, KeyTable, LookupReport, LookupRequest, PeerId,
    Program, Protocol, WireSizes,
};
use overlab_time::{Purpose, Seeds, Span, Time};
use overlab_toolkit::key_routing::{KeyRoutingNode, KeyRoutingSetup};
use overlab_underlay::{
    Attachment, Constant, HostId, Impairments, Jitter, JitterLaw, Model, Plane, Underlay,
};
use overlab_world::{
    Change, Log, Meter, Observer, Population, Presence, Record, Roster, Share, Team, View, Workload, World,
};
use std::sync::Arc;

const PEERS: u32 = 240;
const TICK: Span = Span::from_millis(50);
/// Nobody comes, goes or asks from here on.
const QUIET: Time = Time(90_000_000_000);

/// Everybody alternates between 20 s up and 10 s down, more or less, until all is quiet.
#[derive(Debug)]
struct Restless(Seeds);

impl Presence for Restless {
    fn start(&self, peer: PeerId) -> (bool, Time) {
        (!peer.0.is_multiple_of(3), self.next(peer, 0, !peer.0.is_multiple_of(3), Time::ZERO))
    }

    fn next(&self, peer: PeerId, turn: u32, up: bool, now: Time) -> Time {
        let mut stream = self.0.stream(Purpose::Churn, u64::from(peer.0), u64::from(turn));
        let mean = if up { Span::from_secs(20) } else { Span::from_secs(10) };
        let end = now + mean.scale(0.5 + stream.unit());
        if end < QUIET { end } else { Time::NEVER }
    }

    fn graceful(&self, peer: PeerId, turn: u32) -> bool {
        (peer.0 + turn).is_multiple_of(2)
    }
}

/// One lookup a second and peer, until all is quiet.
#[derive(Debug)]
struct Curious(Seeds);

impl<P: Program<Request = LookupRequest>> Workload<P> for Curious {
    fn due(&self, peer: PeerId, number: u32, previous: Time) -> Option<Time> {
        let mut stream = self.0.stream(Purpose::Workload, u64::from(peer.0), u64::from(number));
        let due = previous + Span::from_secs(1).scale(0.5 + stream.unit());
        (due < QUIET).then_some(due)
    }

    fn request(&self, peer: PeerId, number: u32, now: Time) -> LookupRequest {
        let mut stream = self.0.stream(Purpose::Workload, u64::from(peer.0), u64::from(number) | 1 << 32);
        LookupRequest { key: Key(stream.bits()), deadline: now + Span::from_secs(4) }
    }
}

/// Reads the counters at every tick, and counts what the log says.
#[derive(Debug, Default)]
struct Bookkeeper {
    readings: Vec<(Time, Meter)>,
    issued: u64,
    reported: u64,
    joined: u64,
}

impl<P: Program<Request = LookupRequest, Report = LookupReport>> Observer<P> for Bookkeeper {
    fn next_look(&self) -> Option<Time> {
        Some(self.readings.last().map_or(Time::ZERO, |(last, _)| *last + TICK))
    }

    fn look(&mut self, now: Time, logs: &mut [Log<P>], roster: &mut Roster, view: &View<'_, P>) {
        let log = Log::in_order(logs);
        assert!(log.is_sorted_by_key(|logged| (logged.time, logged.contact.peer)));
        for logged in log {
            assert!(logged.time <= now);
            view.apply(&logged, roster);
            match logged.record {
                Record::Issued { .. } => self.issued += 1,
                Record::Reported(_) => self.reported += 1,
                Record::Joined => self.joined += 1,
                Record::Up | Record::Down { .. } | Record::Trouble { .. } => {}
            }
        }
        if <Self as Observer<P>>::next_look(self) == Some(now) {
            self.readings.push((now, view.meter()));
        }
    }
}

type Anything<A> = World<KeyRoutingNode<A>, Curious, Bookkeeper>;

/// A world of restless peers, a tenth of them silent, a fifth of which crash after half a minute.
fn world<A: Converged>(underlay: Underlay, identities_per_host: u32) -> Anything<A>
where
    <A as Protocol>::Parameters: Default,
{
    world_from(underlay, identities_per_host, None)
}

/// The same from converged tables or by joins.
fn world_from<A: Converged>(
    underlay: Underlay,
    identities_per_host: u32,
    joins_over: Option<Span>,
) -> Anything<A>
where
    <A as Protocol>::Parameters: Default,
{
    let seeds = Seeds::new(11, 0);
    let crash = Change::Down { share: Share::Fraction(0.2), graceful: false, event: 0 };
    let leave = Change::Down { share: Share::Count(10), graceful: true, event: 1 };
    let population = Population {
        peers: PEERS,
        identities_per_host,
        underlay: Arc::new(underlay),
        keys: KeyTable::random(seeds),
        seeds,
        presence: Arc::new(Restless(seeds)),
        joins_over,
        pace: overlab_world::Pace::Uniform,
        // A peer that returns as another may be told of its old self, whose address is its own: a message to oneself.
        fresh_identity: identities_per_host > 1,
        keep_state: false,
        introductions: 3,
        join_retry: Span::from_secs(10),
        epoch: Span::from_secs(10),
        wire: WireSizes { header: 28, contact: 26, key: 20 },
        adversary: Some((0.1, Adversary::Drop)),
        core: None,
        timeline: vec![(Time(30_000_000_000), crash), (Time(60_000_000_000), leave)],
        course: None,
        translators: None,
    };
    let parameters = <A as Protocol>::Parameters::default();
    let setup = KeyRoutingSetup {
        style: <A as KeyRouting>::style(&parameters),
        calls: CallPolicy { timeout: Span::from_millis(500), retries: 1 },
        parameters,
    };
    World::new(population, setup, Curious(seeds), Bookkeeper::default())
}

fn setup<A: Converged>(world: &Anything<A>, threads: usize, shards: usize) -> Setup<Anything<A>> {
    let hosts = world.hosts();
    let shards =
        even_ranges(hosts, shards).into_iter().map(|range| (range.clone(), world.shard(&range))).collect();
    Setup { threads, parallel_threshold: 5, ..Setup::new(hosts, shards, world.lookahead()) }
}

fn impaired() -> Impairments {
    let jitter = Jitter { law: JitterLaw::Uniform, bound: Span::from_millis(300) };
    Impairments { loss: 0.05, jitter: Some(jitter) }
}

fn attached(model: &Model, impairments: Impairments, hosts: u32) -> Underlay {
    let seeds = Seeds::new(5, 0);
    model
        .build(seeds)
        .unwrap()
        .attach(hosts, &Attachment { impairments, ..Default::default() }, seeds)
        .unwrap()
}

fn delivered(meter: &Meter) -> u64 {
    meter.received.iter().map(|flow| flow.messages).sum()
}

/// With one latency for all, what was sent before an instant and not lost has arrived one latency later, at a peer or at an
/// address where nobody was: sent = delivered + dead + lost + in flight, at every instant, to the message.
fn conserved_at_every_tick<A: Converged>()
where
    <A as Protocol>::Parameters: Default,
{
    let constant = Model::Constant(Constant { latency: TICK });
    let loss = Impairments { loss: 0.05, jitter: None };
    let world = world::<A>(attached(&constant, loss, PEERS), 1);
    let setup = setup(&world, 1, 3);
    let mut windows = Windows::new(world, setup).unwrap();
    windows.run_until(Time(100_000_000_000), &mut ()).unwrap();
    let counts = windows.counts();
    let readings = &windows.model().observer().readings;
    assert!(readings.len() > 1_900);
    for pair in readings.windows(2) {
        let (before, after) = (pair[0].1, pair[1].1);
        let arrived = delivered(&after) + after.dead;
        assert_eq!(before.total_sent().messages - before.total_lost(), arrived, "at {}", pair[1].0);
        // So this many are in flight.
        let in_flight = (after.total_sent().messages - after.total_lost()) - arrived;
        assert!(in_flight <= after.total_sent().messages - before.total_sent().messages);
    }
    let end = readings.last().unwrap().1;
    assert!(end.dead > 100 && end.total_lost() > 1_000 && delivered(&end) > 10_000, "{end:?}");
    // The engine has counted the same.
    assert!(counts.delivered >= delivered(&end) && counts.dropped >= end.dead);
    // 5 % are lost: a binomial, five standard deviations.
    let (sent, lost) = (end.total_sent().messages as f64, end.total_lost() as f64);
    assert!((lost - 0.05 * sent).abs() < 5.0 * (sent * 0.05 * 0.95).sqrt(), "{lost} of {sent}");
}

#[test]
fn messages_are_conserved_at_every_instant() {
    conserved_at_every_tick::<Chord>();
    conserved_at_every_tick::<Kademlia>();
}

/// The end of a run with everything in it, jitter and neighbours on one host included.
fn end<A: Converged>(executor: &mut dyn Executor<Anything<A>>) -> (Digest, Meter, [u64; 3], u64) {
    executor.run_until(Time(100_000_000_000), &mut ()).unwrap();
    let observer = executor.model().observer();
    let log = [observer.issued, observer.reported, observer.joined];
    (executor.digest(), observer.readings.last().unwrap().1, log, executor.counts().events())
}

fn same_bits_on_every_executor<A: Converged>()
where
    <A as Protocol>::Parameters: Default,
{
    let plane = Model::Plane(Plane {
        width: Span::from_millis(100),
        height: Span::from_millis(100),
        base: Span::from_millis(20),
    });
    let make = || world::<A>(attached(&plane, impaired(), PEERS / 4), 4);
    let first = make();
    let one = setup(&first, 1, 1);
    let mut reference = Reference::new(first, one).unwrap();
    let expected = end(&mut reference);
    let [issued, reported, joined] = expected.2;
    assert!(
        issued > 5_000 && joined > 100 && reported <= issued && reported > issued / 2,
        "{:?}",
        expected.2
    );
    for (threads, shards, divisor) in [(1, 1, 1), (1, 7, 2), (2, 2, 1), (2, 9, 7), (5, 20, 1)] {
        let world = make();
        let setup = Setup { width_divisor: divisor, ..setup(&world, threads, shards) };
        let mut windows = Windows::new(world, setup).unwrap();
        assert!(end(&mut windows) == expected, "{threads} threads, {shards} shards, divisor {divisor}");
        assert_eq!(windows.counts().parallel_windows > 0, threads > 1);
    }
}

/// Peers that come to life before the first event, in parts and on several threads, have the bits of those that do in the
/// first change: from converged tables and by joins, with several identities a host.
#[test]
fn a_dawn_has_the_same_bits_as_a_change() {
    let underlay = || {
        let plane = Model::Plane(Plane {
            width: Span::from_millis(100),
            height: Span::from_millis(100),
            base: Span::from_millis(20),
        });
        attached(&plane, impaired(), PEERS / 4)
    };
    for joins_over in [None, Some(Span::from_secs(20))] {
        let make = || world_from::<Kademlia>(underlay(), 4, joins_over);
        let first = make();
        let one = setup(&first, 1, 1);
        let expected = end(&mut Windows::new(first, one).unwrap());
        assert!(expected.2.iter().all(|count| *count > 100), "{:?}", expected.2);
        for (threads, count) in [(1, 1), (2, 8), (3, 5)] {
            let mut world = make().with_team(Team::of(threads).unwrap());
            let ranges = even_ranges(world.hosts(), count);
            let mut shards: Vec<_> = ranges.iter().map(|range| world.shard(range)).collect();
            let mut dawn = world.dawn(&mut shards);
            let empty = ranges.into_iter().map(|range| (range, world.shard(&(0..0)))).collect();
            let setup = Setup::new(world.hosts(), empty, world.lookahead());
            let mut windows = Windows::new(world, setup).unwrap();
            let mut more = true;
            while more {
                windows.inject(&mut |world, out| more = dawn.rise(world, &mut shards, out));
            }
            for (place, shard) in windows.shards_mut().iter_mut().zip(shards) {
                *place = shard;
            }
            assert!(end(&mut windows) == expected, "{joins_over:?} on {threads} threads, {count} shards");
        }
    }
}

#[test]
fn chords_world_has_the_same_bits_on_every_executor() {
    same_bits_on_every_executor::<Chord>();
}

#[test]
fn kademlias_world_has_the_same_bits_on_every_executor() {
    same_bits_on_every_executor::<Kademlia>();
}

/// A peer's place is its host's: neighbours on one host are not further apart than the loopback.
#[test]
fn identities_share_their_host() {
    let underlay = attached(&Model::Constant(Constant { latency: TICK }), Impairments::default(), PEERS / 4);
    assert_eq!(underlay.hosts(), PEERS / 4);
    assert_eq!(underlay.latency(HostId(3), HostId(3)), Span::ZERO);
    let world = world::<Chord>(underlay, 4);
    assert_eq!((world.hosts(), world.lookahead()), (PEERS / 4, TICK));
}
