//! Kademlia as a whole: joins, parallelism, failures, refreshes.

use overlab_algorithms::key_routing::kademlia::{Eviction, Kademlia, KademliaParameters};
use overlab_peer::Traffic;
use overlab_time::{Interval, Span};
use overlab_toolkit::harness::{Finished, Harness};
use overlab_toolkit::key_routing::KeyRoutingSetup;

fn harness(parameters: KademliaParameters, count: usize, seed: u64) -> Harness<Kademlia> {
    Harness::new(KeyRoutingSetup::new::<Kademlia>(parameters), count, seed)
}

fn look_up(harness: &mut Harness<Kademlia>, count: usize) -> Vec<Finished> {
    let members = harness.members();
    for _ in 0..count {
        let origin = members[harness.random().index(members.len())].1.peer.index();
        let key = harness.random_key();
        harness.lookup_within(origin, key, Span::from_secs(60));
        harness.run_for(Span::from_millis(1));
    }
    harness.run_for(Span::from_secs(60));
    harness.take_finished()
}

/// Mean hops, and how many lookups found another than the owner.
fn judged(harness: &Harness<Kademlia>, finished: &[Finished]) -> (f64, usize) {
    let members = harness.members();
    let wrong = finished
        .iter()
        .filter(|done| done.owner() != Harness::<Kademlia>::owner_among(&members, done.key))
        .count();
    let hops: u32 = finished.iter().filter_map(Finished::hops).sum();
    (f64::from(hops) / finished.len() as f64, wrong)
}

#[test]
fn parallel_lookups_take_no_more_hops() {
    // Validation V10: 1.94 hops at 1024 peers with k = 20 along a single greedy path.
    let mut means = Vec::new();
    for alpha in [1, 3] {
        let mut harness = harness(KademliaParameters { alpha, ..KademliaParameters::default() }, 1024, 4);
        harness.converge();
        let finished = look_up(&mut harness, 2000);
        let (hops, wrong) = judged(&harness, &finished);
        assert_eq!((finished.len(), wrong), (2000, 0));
        means.push(hops);
    }
    assert!(means[0] <= 1.94 * 1.04 && means[1] <= means[0] * 1.02, "{means:?}");
}

#[test]
fn joins_come_within_a_tenth_of_converged_tables() {
    let mut joined = harness(KademliaParameters::default(), 400, 2);
    joined.join_all(Span::from_secs(1));
    joined.run_for(Span::from_secs(60));
    assert_eq!(joined.members().len(), 400);
    let mut converged = harness(KademliaParameters::default(), 400, 2);
    converged.converge();
    let mut hops = [0.0; 2];
    for (harness, hops) in [&mut joined, &mut converged].into_iter().zip(&mut hops) {
        let finished = look_up(harness, 2000);
        let (mean, wrong) = judged(harness, &finished);
        assert_eq!((finished.len(), wrong), (2000, 0));
        *hops = mean;
    }
    assert!((hops[0] / hops[1] - 1.0).abs() <= 0.10, "{hops:?}");
    let audit = joined.audit();
    assert!(audit.missing * 10 < audit.expected, "{audit:?}");
}

#[test]
fn lookups_find_the_living_and_forget_the_dead() {
    for eviction in [Eviction::Lazy, Eviction::Ping] {
        let mut harness = harness(KademliaParameters { eviction, ..KademliaParameters::default() }, 500, 6);
        harness.converge();
        look_up(&mut harness, 1000);
        for peer in 0..150 {
            harness.kill(peer);
        }
        let before = harness.audit();
        let finished = look_up(&mut harness, 3000);
        let (_, wrong) = judged(&harness, &finished);
        assert!(finished.len() == 3000 && wrong * 1000 <= 3000, "{eviction:?}: {wrong} wrong");
        let after = harness.audit();
        assert!(before.stale * 4 > before.contacts, "{before:?}");
        // Nine lookups a peer ask some 180 times, for about 105 contacts of which 30 % were dead: most have been noticed.
        assert!(after.stale * 5 < after.contacts, "{eviction:?}: {after:?}");
        assert!(after.missing * 6 < after.expected, "{eviction:?}: {after:?}");
    }
}

#[test]
fn full_buckets_ping_before_they_turn_a_newcomer_away() {
    // Lazy eviction sends nothing but lookups; with pings there are as many more messages as full buckets hear of others.
    let mut messages = Vec::new();
    for eviction in [Eviction::Lazy, Eviction::Ping] {
        let parameters = KademliaParameters {
            k: 4,
            eviction,
            refresh_interval: Interval::Never,
            ..KademliaParameters::default()
        };
        let mut harness = harness(parameters, 300, 8);
        harness.converge();
        let finished = look_up(&mut harness, 500);
        let (_, wrong) = judged(&harness, &finished);
        assert_eq!((finished.len(), wrong), (500, 0));
        messages.push(harness.sent().of(Traffic::Maintenance));
    }
    assert_eq!(messages[0], 0);
    assert!(messages[1] > 500, "{messages:?}");
}

#[test]
fn every_silent_bucket_is_refreshed_once_an_interval() {
    let mut harness = harness(KademliaParameters::default(), 64, 3);
    harness.converge();
    harness.run_for(Span::from_hours(1));
    let first = harness.sent().of(Traffic::Maintenance);
    harness.run_for(Span::from_hours(1));
    let second = harness.sent().of(Traffic::Maintenance) - first;
    // A lookup is at least k requests and replies. Each peer has about six buckets (log2 of 64), of which one lookup hears
    // more than one: so between one and six lookups a peer and hour, with some requests beyond k.
    let lookups = second as f64 / (64.0 * 2.0 * 20.0);
    assert!((1.0..=6.0 * 1.5).contains(&lookups), "{first} {second}");
    let mut never = self::harness(
        KademliaParameters { refresh_interval: Interval::Never, ..KademliaParameters::default() },
        64,
        3,
    );
    never.converge();
    never.run_for(Span::from_hours(3));
    assert_eq!(never.sent().of(Traffic::Maintenance), 0);
}

#[test]
fn a_peer_that_was_cut_off_finds_its_way_back() {
    let mut harness = harness(KademliaParameters { k: 8, ..KademliaParameters::default() }, 60, 5);
    harness.converge();
    // Everyone but peer 0 is down while it looks around; all its buckets run empty.
    for peer in 1..60 {
        harness.kill(peer);
    }
    for _ in 0..40 {
        let key = harness.random_key();
        harness.lookup(0, key);
        harness.run_for(Span::from_secs(5));
    }
    assert_eq!(harness.audit().contacts, 0);
    harness.start(1, &[]);
    for peer in 2..60 {
        harness.start(peer, &[1]);
        harness.run_for(Span::from_secs(1));
    }
    harness.take_finished();
    for _ in 0..10 {
        let key = harness.random_key();
        harness.lookup_within(0, key, Span::from_secs(20));
        harness.run_for(Span::from_secs(20));
    }
    let finished = harness.take_finished();
    let (_, wrong) = judged(&harness, &finished[5..]);
    assert_eq!((finished.len(), wrong), (10, 0));
}

#[test]
fn a_peer_returns_with_its_tables_or_without() {
    let mut harness = harness(KademliaParameters::default(), 100, 13);
    harness.converge();
    for kept in [true, false] {
        if kept {
            harness.restart(42, &[7]);
        } else {
            harness.start(42, &[7]);
        }
        harness.run_for(Span::from_secs(30));
        assert!(harness.is_member(42));
        let audit = harness.audit();
        assert!(audit.missing * 20 < audit.expected, "{audit:?}");
    }
}
