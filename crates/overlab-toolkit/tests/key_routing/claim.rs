//! Iterative lookups that end by claims, on a ring: hops, timeouts and messages counted by hand. 50 ms from
//! peer to peer, 500 ms of timeout.

use crate::scripted::{Note, Scripted, script, world};
use overlab_peer::Responsibility::{No, Unknown, Yes};
use overlab_peer::space::RingSuccessor;
use overlab_peer::{Contact, Key, LookupOutcome};
use overlab_time::Span;
use overlab_toolkit::harness::{Finished, Harness};

type Ring = Harness<Scripted<RingSuccessor>>;

/// Peer 0 looks the key 35 up.
fn look(ring: &mut Ring) -> Finished {
    ring.lookup_within(0, Key(35), Span::from_secs(60));
    ring.run_for(Span::from_secs(30));
    let finished = ring.take_finished();
    assert_eq!(finished.len(), 1);
    assert_eq!(ring.node(0).unwrap().lookups_under_way(), 0);
    assert_eq!(ring.node(0).unwrap().calls_under_way(), 0);
    finished[0]
}

struct Expected {
    owner: u32,
    hops: u32,
    to_predecessor: Option<u32>,
    timeouts: (u32, u32),
    messages: u32,
    milliseconds: u64,
}

fn compare(finished: &Finished, expected: &Expected) {
    assert_eq!(finished.owner(), Some(Contact::first(expected.owner)));
    assert_eq!(finished.hops(), Some(expected.hops), "hops");
    assert_eq!(finished.hops_to_predecessor(), expected.to_predecessor, "hops to the predecessor");
    let report = &finished.report;
    assert_eq!((report.timeouts, report.timeouts_to_predecessor), expected.timeouts, "timeouts");
    assert_eq!(report.messages, expected.messages, "messages");
    assert_eq!(finished.latency(), Some(Span::from_millis(expected.milliseconds)), "latency");
}

#[test]
fn the_origin_may_be_the_owner() {
    let mut ring = world::<RingSuccessor>(&[40, 20], |_| {});
    script(&mut ring, 0, Yes, &[1]);
    let expected =
        Expected { owner: 0, hops: 0, to_predecessor: None, timeouts: (0, 0), messages: 0, milliseconds: 0 };
    compare(&look(&mut ring), &expected);
}

#[test]
fn the_origin_may_be_the_predecessor() {
    let mut ring = world::<RingSuccessor>(&[10, 40], |_| {});
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, Yes, &[]);
    let expected = Expected {
        owner: 1,
        hops: 1,
        to_predecessor: Some(0),
        timeouts: (0, 0),
        messages: 2,
        milliseconds: 100,
    };
    compare(&look(&mut ring), &expected);
    assert!(ring.algorithm(1).unwrap().asked_as_owner());
}

/// 10 -> 20 -> 40.
fn three(third: overlab_peer::Responsibility) -> Ring {
    let mut ring = world::<RingSuccessor>(&[10, 20, 40, 38], |_| {});
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, Unknown, &[2]);
    script(&mut ring, 2, third, &[]);
    ring
}

const STRAIGHT: Expected =
    Expected { owner: 2, hops: 2, to_predecessor: Some(1), timeouts: (0, 0), messages: 4, milliseconds: 200 };

#[test]
fn who_claims_is_the_owner() {
    let mut ring = three(Yes);
    compare(&look(&mut ring), &STRAIGHT);
    assert!(!ring.algorithm(1).unwrap().asked_as_owner() && ring.algorithm(2).unwrap().asked_as_owner());
    let rtt = Some(Span::from_millis(100));
    let notes = &ring.algorithm(0).unwrap().notes;
    assert_eq!(notes, &[Note::Observed(Contact::first(1), rtt), Note::Observed(Contact::first(2), rtt)]);
    assert_eq!(ring.algorithm(2).unwrap().notes, [Note::Observed(Contact::first(0), None)]);
}

#[test]
fn the_state_travels_along() {
    let mut ring = three(Yes);
    look(&mut ring);
    let seen: Vec<u8> = (0..3).map(|peer| ring.algorithm(peer).unwrap().route_seen()).collect();
    assert_eq!(seen, [0, 1, 2]);
}

#[test]
fn who_cannot_tell_is_the_owner_if_named() {
    // Peer 1 cannot tell either, but nobody named it.
    compare(&look(&mut three(Unknown)), &STRAIGHT);
}

#[test]
fn who_denies_and_names_nobody_is_the_owner_if_named() {
    compare(&look(&mut three(No)), &STRAIGHT);
}

#[test]
fn who_denies_may_name_the_owner() {
    let mut ring = three(No);
    script(&mut ring, 2, No, &[3]);
    script(&mut ring, 3, Yes, &[]);
    // The way to the predecessor still ended at peer 1.
    let expected = Expected {
        owner: 3,
        hops: 3,
        to_predecessor: Some(1),
        timeouts: (0, 0),
        messages: 6,
        milliseconds: 300,
    };
    compare(&look(&mut ring), &expected);
}

#[test]
fn who_denies_and_names_the_dead_is_told_and_is_the_owner() {
    let mut ring = three(No);
    script(&mut ring, 2, No, &[3]);
    ring.kill(3);
    let expected = Expected {
        owner: 2,
        hops: 2,
        to_predecessor: Some(1),
        // Peer 3 was named as the owner: its silence does not count for the predecessor.
        timeouts: (1, 0),
        messages: 7,
        milliseconds: 200 + 500 + 100,
    };
    compare(&look(&mut ring), &expected);
    let dead = Note::Unreachable(Contact::first(3));
    assert_eq!(ring.algorithm(0).unwrap().count(dead), 1);
    assert_eq!(ring.algorithm(1).unwrap().count(dead), 0);
    assert_eq!(ring.algorithm(2).unwrap().count(dead), 1);
}

#[test]
fn an_informant_of_the_dead_is_asked_again_and_told() {
    let mut ring = world::<RingSuccessor>(&[10, 20, 33, 30, 40], |_| {});
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, No, &[2, 3]);
    script(&mut ring, 3, No, &[4]);
    script(&mut ring, 4, Yes, &[]);
    ring.kill(2);
    let expected = Expected {
        owner: 4,
        hops: 3,
        to_predecessor: Some(2),
        timeouts: (1, 1),
        // Asked: 20, 33 (dead), 20 again, 30, 40.
        messages: 9,
        milliseconds: 100 + 500 + 100 + 100 + 100,
    };
    compare(&look(&mut ring), &expected);
    assert_eq!(ring.algorithm(1).unwrap().count(Note::Unreachable(Contact::first(2))), 1);
    assert_eq!(ring.algorithm(3).unwrap().count(Note::Unreachable(Contact::first(2))), 0, "not its fault");
}

#[test]
fn the_origin_asks_itself_again() {
    let mut ring = world::<RingSuccessor>(&[10, 30, 20, 40], |_| {});
    script(&mut ring, 0, No, &[1, 2]);
    script(&mut ring, 2, No, &[3]);
    script(&mut ring, 3, Yes, &[]);
    ring.kill(1);
    let expected = Expected {
        owner: 3,
        hops: 2,
        to_predecessor: Some(1),
        timeouts: (1, 1),
        messages: 5,
        milliseconds: 500 + 200,
    };
    compare(&look(&mut ring), &expected);
}

#[test]
fn a_stand_in_is_the_owner_once_the_owner_is_dead() {
    let mut ring = world::<RingSuccessor>(&[10, 40, 50], |setup| setup.style.redundancy = 2);
    script(&mut ring, 0, No, &[1, 2]);
    // The stand-in still takes the dead peer for its predecessor.
    script(&mut ring, 2, No, &[1]);
    ring.kill(1);
    let expected = Expected {
        owner: 2,
        hops: 1,
        to_predecessor: Some(0),
        timeouts: (1, 0),
        messages: 3,
        milliseconds: 600,
    };
    compare(&look(&mut ring), &expected);
}

#[test]
fn a_stand_in_that_cannot_tell_waits_for_the_owner() {
    let mut ring = world::<RingSuccessor>(&[10, 40, 50, 20], |setup| {
        setup.style.redundancy = 2;
        setup.style.parallelism = 2;
    });
    script(&mut ring, 0, No, &[1, 2]);
    script(&mut ring, 2, Unknown, &[]);
    // Both are asked at once. The owner named first denies and names one alive: the stand-in cannot be it.
    script(&mut ring, 1, No, &[3]);
    script(&mut ring, 3, No, &[]);
    assert_eq!(look(&mut ring).owner(), None);
    script(&mut ring, 1, Unknown, &[]);
    assert_eq!(look(&mut ring).owner(), Some(Contact::first(1)));
}

#[test]
fn nobody_is_asked_that_ranks_worse_unless_all_else_failed() {
    // Peer 0 also knows 12, worse than 20.
    let mut ring = world::<RingSuccessor>(&[10, 20, 12, 40], |setup| setup.style.redundancy = 2);
    script(&mut ring, 0, No, &[1, 2]);
    script(&mut ring, 1, No, &[3]);
    script(&mut ring, 2, No, &[3]);
    script(&mut ring, 3, Yes, &[]);
    let expected = Expected {
        owner: 3,
        hops: 2,
        to_predecessor: Some(1),
        timeouts: (0, 0),
        messages: 4,
        milliseconds: 200,
    };
    compare(&look(&mut ring), &expected);
    // Where 20 knows nobody, 12 is asked in the end.
    script(&mut ring, 1, No, &[]);
    compare(&look(&mut ring), &Expected { messages: 6, milliseconds: 300, ..expected });
}

#[test]
fn a_lookup_among_the_dead_is_exhausted() {
    let mut ring = world::<RingSuccessor>(&[10, 20, 30], |_| {});
    script(&mut ring, 0, No, &[1, 2]);
    ring.kill(1);
    ring.kill(2);
    let finished = look(&mut ring);
    assert_eq!(finished.report.outcome, LookupOutcome::Exhausted);
    assert_eq!((finished.report.timeouts, finished.report.messages), (2, 2));
    assert_eq!(finished.reported.since(finished.asked), Span::from_secs(1));
}

#[test]
fn a_chain_of_denials_is_followed_eight_steps_only() {
    // 0 names 100, each named owner denies and names the one before it: 99, 98, ... none of them the owner.
    let keys: Vec<u64> = std::iter::once(10).chain((0..40).map(|i| 100 - i)).collect();
    let mut ring = world::<RingSuccessor>(&keys, |_| {});
    script(&mut ring, 0, No, &[1]);
    for peer in 1..40 {
        script(&mut ring, peer as usize, No, &[peer + 1]);
    }
    let finished = look(&mut ring);
    let asked_as_owner = (1..40).filter(|peer| ring.algorithm(*peer).unwrap().asked_as_owner()).count();
    assert_eq!(asked_as_owner, 8);
    assert!(finished.report.messages > 16, "then it is led on like any other");
}

#[test]
fn late_lookups_are_dropped_without_a_report() {
    let mut ring = three(Yes);
    ring.kill(1);
    ring.lookup_within(0, Key(35), Span::from_millis(400));
    ring.run_for(Span::from_millis(450));
    assert_eq!(ring.node(0).unwrap().lookups_under_way(), 1);
    ring.run_for(Span::from_secs(5));
    assert_eq!(ring.node(0).unwrap().lookups_under_way(), 0);
    assert!(ring.take_finished().is_empty());
    // A reply after the deadline comes too late as well.
    let mut ring = three(Yes);
    ring.lookup_within(0, Key(35), Span::from_millis(199));
    ring.run_for(Span::from_secs(5));
    assert!(ring.take_finished().is_empty());
    assert_eq!(ring.sent().messages, [0, 4, 0, 0]);
}

#[test]
fn another_identity_at_the_address_is_nobody() {
    let mut ring = world::<RingSuccessor>(&[10, 40, 20], |setup| setup.style.redundancy = 2);
    script(&mut ring, 0, No, &[1, 2]);
    script(&mut ring, 2, Yes, &[]);
    ring.replace(1, &[]);
    let finished = look(&mut ring);
    assert_eq!(finished.owner(), Some(Contact::first(2)));
    assert_eq!((finished.report.timeouts, finished.latency()), (0, Some(Span::from_millis(200))));
    assert_eq!(ring.algorithm(0).unwrap().count(Note::Unreachable(Contact::first(1))), 1);
    assert_eq!(ring.algorithm(0).unwrap().count(Note::Observed(ring.contact(1), None)), 1);
}
