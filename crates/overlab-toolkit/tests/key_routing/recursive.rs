//! Recursive and semi-recursive lookups, counted by hand.

use crate::scripted::{Note, Scripted, script, world};
use overlab_peer::Responsibility::{No, Unknown, Yes};
use overlab_peer::space::{RingSuccessor, XorClosest};
use overlab_peer::{Cause, Contact, Key, LookupMode, LookupOutcome};
use overlab_time::Span;
use overlab_toolkit::harness::{Finished, Harness};

type Ring = Harness<Scripted<RingSuccessor>>;

const MODES: [LookupMode; 2] = [LookupMode::Recursive, LookupMode::SemiRecursive];

/// 10 -> 20 -> 30 -> 40; 25 stands by.
fn chain(mode: LookupMode, acknowledge: bool, retries: u32) -> Ring {
    let mut ring = world::<RingSuccessor>(&[10, 20, 30, 40, 25], |setup| {
        setup.style.mode = mode;
        setup.style.acknowledge = acknowledge;
        setup.calls.retries = retries;
    });
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, No, &[2]);
    script(&mut ring, 2, Unknown, &[3]);
    script(&mut ring, 3, Yes, &[]);
    script(&mut ring, 4, No, &[3]);
    ring
}

fn look(ring: &mut Ring) -> Finished {
    ring.lookup(0, Key(35));
    ring.run_for(Span::from_secs(10));
    let finished = ring.take_finished();
    assert_eq!(finished.len(), 1);
    for peer in 0..ring.len() {
        if let Some(node) = ring.node(peer) {
            assert_eq!((node.lookups_under_way(), node.calls_under_way()), (0, 0));
        }
    }
    finished[0]
}

fn facts(finished: &Finished) -> (u32, Option<u32>, u32, u32, u64) {
    assert_eq!(finished.owner(), Some(Contact::first(3)));
    let latency = finished.latency().unwrap().0 / 1_000_000;
    let report = finished.report;
    (finished.hops().unwrap(), finished.hops_to_predecessor(), report.timeouts, report.messages, latency)
}

#[test]
fn the_answer_comes_back_the_same_way_or_directly() {
    // Three hops, three acknowledgements, three or one messages back.
    assert_eq!(facts(&look(&mut chain(LookupMode::Recursive, true, 0))), (3, Some(2), 0, 9, 300));
    assert_eq!(facts(&look(&mut chain(LookupMode::SemiRecursive, true, 0))), (3, Some(2), 0, 7, 200));
    assert_eq!(facts(&look(&mut chain(LookupMode::Recursive, false, 0))), (3, Some(2), 0, 6, 300));
    assert_eq!(facts(&look(&mut chain(LookupMode::SemiRecursive, false, 0))), (3, Some(2), 0, 4, 200));
}

#[test]
fn the_state_travels_along() {
    for mode in MODES {
        let mut ring = chain(mode, true, 0);
        look(&mut ring);
        let seen: Vec<u8> = (0..3).map(|peer| ring.algorithm(peer).unwrap().route_seen()).collect();
        assert_eq!(seen, [0, 1, 2]);
    }
}

#[test]
fn all_that_was_sent_is_counted() {
    for (mode, acknowledge) in MODES.into_iter().flat_map(|mode| [(mode, true), (mode, false)]) {
        let mut ring = chain(mode, acknowledge, 0);
        let finished = look(&mut ring);
        assert_eq!(ring.sent().messages, [0, u64::from(finished.report.messages), 0, 0]);
    }
}

#[test]
fn the_origin_may_be_the_owner() {
    let mut ring = chain(LookupMode::Recursive, true, 0);
    ring.lookup(3, Key(35));
    let finished = ring.take_finished()[0];
    assert_eq!(facts(&finished), (0, None, 0, 0, 0));
}

#[test]
fn a_dead_hop_is_routed_round() {
    for mode in MODES {
        let mut ring = chain(mode, true, 0);
        script(&mut ring, 1, No, &[2, 4]);
        ring.kill(2);
        let (hops, to_predecessor, timeouts, messages, latency) = facts(&look(&mut ring));
        assert_eq!((hops, to_predecessor, timeouts), (3, Some(2), 1));
        let back = if mode == LookupMode::Recursive { 3 } else { 1 };
        assert_eq!((messages, latency), (4 + 3 + back, 650 + 50 * u64::from(back)));
        assert_eq!(ring.algorithm(1).unwrap().count(Note::Unreachable(Contact::first(2))), 1);
        assert!(ring.take_troubles().is_empty());
    }
}

#[test]
fn a_dead_hop_is_asked_again_first_where_calls_are_repeated() {
    let mut ring = chain(LookupMode::SemiRecursive, true, 1);
    script(&mut ring, 1, No, &[2, 4]);
    ring.kill(2);
    let (_, _, timeouts, messages, latency) = facts(&look(&mut ring));
    assert_eq!((timeouts, messages, latency), (1, 5 + 3 + 1, 200 + 1000));
}

#[test]
fn without_acknowledgement_a_dead_hop_is_the_end() {
    for mode in MODES {
        let mut ring = chain(mode, false, 0);
        script(&mut ring, 1, No, &[2, 4]);
        ring.kill(2);
        ring.lookup(0, Key(35));
        ring.run_for(Span::from_secs(10));
        assert!(ring.take_finished().is_empty());
        // The next lookup finds it expired.
        ring.lookup(0, Key(35));
        assert_eq!(ring.node(0).unwrap().lookups_under_way(), 1);
    }
}

#[test]
fn where_nobody_is_left_the_trouble_is_noted() {
    let mut ring = chain(LookupMode::Recursive, true, 0);
    ring.kill(2);
    ring.lookup(0, Key(35));
    ring.run_for(Span::from_secs(10));
    assert!(ring.take_finished().is_empty(), "the origin cannot know");
    assert_eq!(ring.take_troubles().iter().map(|trouble| trouble.1).collect::<Vec<_>>(), [Cause::StaleEntry]);
    ring.kill(1);
    let finished = look(&mut ring);
    assert_eq!((finished.report.outcome, finished.report.timeouts), (LookupOutcome::Exhausted, 1));
}

#[test]
fn who_is_named_owner_answers_if_it_cannot_tell_or_knows_nobody() {
    for said in [Unknown, No] {
        let mut ring = chain(LookupMode::SemiRecursive, true, 0);
        script(&mut ring, 3, said, &[]);
        assert_eq!(facts(&look(&mut ring)), (3, Some(2), 0, 7, 200));
        assert!(ring.algorithm(3).unwrap().asked_as_owner() == (said == No));
    }
    // It names a dead predecessor: once that is silent, it is the owner itself.
    let mut ring = chain(LookupMode::SemiRecursive, true, 0);
    script(&mut ring, 3, No, &[2]);
    script(&mut ring, 1, No, &[3]);
    ring.kill(2);
    let finished = look(&mut ring);
    assert_eq!(facts(&finished), (2, Some(1), 1, 6, 650));
}

#[test]
fn a_circle_ends_at_the_limit_of_hops() {
    let mut ring = chain(LookupMode::SemiRecursive, false, 0);
    script(&mut ring, 2, No, &[1]);
    ring.lookup_within(0, Key(35), Span::from_minutes(1));
    ring.run_for(Span::from_minutes(1));
    assert_eq!(ring.take_troubles().iter().map(|trouble| trouble.1).collect::<Vec<_>>(), [Cause::Timeout]);
    assert_eq!(ring.sent().messages, [0, 255, 0, 0]);
}

#[test]
fn a_circle_ends_at_the_deadline() {
    let mut ring = chain(LookupMode::SemiRecursive, false, 0);
    script(&mut ring, 2, No, &[1]);
    ring.lookup_within(0, Key(35), Span::from_millis(520));
    ring.run_for(Span::from_minutes(1));
    // Hops take 50 ms: the eleventh arrives too late to be handed on.
    assert_eq!(ring.sent().messages, [0, 11, 0, 0]);
    assert!(ring.take_troubles().is_empty() && ring.take_finished().is_empty());
}

#[test]
fn several_routes_start_over_different_hops_and_the_first_wins() {
    let mut ring = world::<RingSuccessor>(&[10, 20, 30, 40, 25], |setup| {
        setup.style.mode = LookupMode::SemiRecursive;
        setup.style.parallelism = 2;
        setup.style.acknowledge = true;
    });
    script(&mut ring, 0, No, &[1, 2, 4]);
    script(&mut ring, 1, No, &[2]);
    script(&mut ring, 2, No, &[3]);
    script(&mut ring, 3, Yes, &[]);
    script(&mut ring, 4, No, &[3]);
    let (hops, to_predecessor, timeouts, messages, latency) = facts(&look(&mut ring));
    assert_eq!((hops, to_predecessor, timeouts, latency), (2, Some(1), 0, 150));
    assert_eq!(messages, 5 + 1, "the winner's, and the other's first");
    // Both first hops dead: each route gets another, but never the same two.
    ring.kill(1);
    ring.kill(2);
    let (hops, _, timeouts, _, latency) = facts(&look(&mut ring));
    assert_eq!((hops, timeouts, latency), (2, 1, 650));
}

#[test]
fn the_nearest_takes_over_when_all_nearer_are_dead() {
    // Distances to 0: 8, 4, 1, 6. Peer 1 believes peer 2 nearer, but that is dead; peer 3 is further away.
    let mut world = world::<XorClosest>(&[8, 4, 1, 6], |setup| {
        setup.style.mode = LookupMode::SemiRecursive;
        setup.style.acknowledge = true;
    });
    script(&mut world, 0, No, &[1]);
    script(&mut world, 1, No, &[2, 3]);
    script(&mut world, 3, No, &[1]);
    world.kill(2);
    world.lookup(0, Key(0));
    world.run_for(Span::from_secs(10));
    let finished = world.take_finished()[0];
    assert_eq!((finished.owner(), finished.hops()), (Some(Contact::first(1)), Some(1)));
}

#[test]
fn joins_travel_over_the_bootstrap_contact_and_do_not_find_themselves() {
    for mode in MODES {
        let mut ring = chain(mode, true, 0);
        script(&mut ring, 2, No, &[4, 3]);
        script(&mut ring, 3, No, &[4]);
        // Peer 4 (25) is named by its neighbours, and by 20 as the owner of its own key.
        script(&mut ring, 1, No, &[4, 2]);
        script(&mut ring, 2, Yes, &[]);
        ring.start(4, &[0]);
        ring.run_for(Span::from_secs(5));
        assert!(ring.is_member(4));
        let notes = &ring.algorithm(4).unwrap().notes;
        assert!(notes.contains(&Note::Found(Key(25), Some(Contact::first(2)), 1)), "{notes:?}");
    }
}

#[test]
fn a_chain_of_denials_is_believed_eight_steps_only() {
    // 0 names 100, each named owner denies and names the one before it.
    let keys: Vec<u64> = std::iter::once(10).chain((0..40).map(|i| 100 - i)).collect();
    let mut ring = world::<RingSuccessor>(&keys, |setup| setup.style.mode = LookupMode::SemiRecursive);
    script(&mut ring, 0, No, &[1]);
    for peer in 1..40 {
        script(&mut ring, peer as usize, No, &[peer + 1]);
    }
    ring.lookup(0, Key(35));
    ring.run_for(Span::from_secs(60));
    let asked_as_owner = (1..=40).filter(|peer| ring.algorithm(*peer).unwrap().asked_as_owner()).count();
    assert_eq!(asked_as_owner, 8);
}
