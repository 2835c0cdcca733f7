//! Iterative lookups that end when the closest have answered.

use crate::scripted::{Act, Note, Scripted, script, world};
use overlab_peer::Responsibility::No;
use overlab_peer::space::XorClosest;
use overlab_peer::{Contact, Key, Termination};
use overlab_time::{Span, Time};
use overlab_toolkit::harness::{Finished, Harness};
use overlab_toolkit::key_routing::Timer;

type World = Harness<Scripted<XorClosest>>;

fn four(siblings: usize, parallelism: usize) -> World {
    // Distances to the key 0: peer 0 is 64 away, then 32, 16, 1, 2.
    let mut world = world::<XorClosest>(&[64, 32, 16, 1, 2], |setup| {
        setup.style.termination = Termination::Convergence { siblings };
        setup.style.redundancy = 3;
        setup.style.parallelism = parallelism;
    });
    script(&mut world, 0, No, &[2, 1]);
    script(&mut world, 1, No, &[0, 4]);
    script(&mut world, 2, No, &[3, 1]);
    script(&mut world, 3, No, &[4, 2]);
    script(&mut world, 4, No, &[3]);
    world
}

fn look(world: &mut World) -> Finished {
    world.lookup(0, Key(0));
    world.run_for(Span::from_secs(10));
    let finished = world.take_finished();
    assert_eq!(finished.len(), 1);
    finished[0]
}

#[test]
fn the_closest_that_answered_is_the_owner() {
    // 16 names 1, 1 names 2: the best two are 1 and 2, both must answer.
    let finished = look(&mut four(2, 1));
    assert_eq!(finished.owner(), Some(Contact::first(3)));
    assert_eq!((finished.hops(), finished.hops_to_predecessor()), (Some(2), None));
    assert_eq!(finished.latency(), Some(Span::from_millis(200)), "its own reply");
    assert_eq!(finished.reported.since(finished.asked), Span::from_millis(300), "the other one's");
    assert_eq!(finished.report.messages, 6);
}

#[test]
fn one_sibling_is_enough_where_one_is_asked_for() {
    let finished = look(&mut four(1, 1));
    assert_eq!(finished.owner(), Some(Contact::first(3)));
    assert_eq!(finished.reported.since(finished.asked), Span::from_millis(200));
}

#[test]
fn requests_go_out_in_parallel() {
    // Both 16 and 32 are asked at once: 2 is known after one round trip, at depth 2.
    let finished = look(&mut four(2, 2));
    assert_eq!(finished.owner(), Some(Contact::first(3)));
    assert_eq!(finished.reported.since(finished.asked), Span::from_millis(200));
    assert_eq!((finished.hops(), finished.report.messages), (Some(2), 8));
}

#[test]
fn all_must_answer_where_there_are_fewer() {
    let finished = look(&mut four(20, 1));
    assert_eq!(finished.owner(), Some(Contact::first(3)));
    assert_eq!(finished.report.messages, 8, "everybody but the origin");
}

#[test]
fn the_dead_do_not_count() {
    let mut world = four(2, 1);
    world.kill(3);
    let finished = look(&mut world);
    // 16 named 1 (dead) and 32; then the best two alive are 16 and 32, until 32 names 2.
    assert_eq!(finished.owner(), Some(Contact::first(4)));
    assert_eq!((finished.hops(), finished.report.timeouts), (Some(2), 1));
    assert_eq!(world.algorithm(2).unwrap().count(Note::Unreachable(Contact::first(3))), 0, "nobody is told");
}

#[test]
fn the_origin_is_a_candidate() {
    let mut world = four(2, 1);
    world.lookup(3, Key(0));
    world.run_for(Span::from_secs(5));
    let finished = world.take_finished()[0];
    assert_eq!((finished.owner(), finished.hops()), (Some(Contact::first(3)), Some(0)));
    assert_eq!(finished.latency(), Some(Span::ZERO));
    assert_eq!(finished.reported.since(finished.asked), Span::from_millis(100), "the sibling's reply");
}

#[test]
fn an_algorithm_gets_all_siblings() {
    let mut world = four(3, 1);
    world.algorithm_mut(0).unwrap().notes.clear();
    world.wake(0, Time::ZERO, Timer::Algorithm(Act::Lookup(Key(0))));
    world.run_for(Span::from_secs(5));
    assert_eq!(
        world.algorithm(0).unwrap().notes.last(),
        Some(&Note::Found(Key(0), Some(Contact::first(3)), 3))
    );
    // As a recursive lookup it would know the owner alone: these stay iterative.
    assert!(world.take_finished().is_empty());
}

#[test]
fn the_deadline_takes_the_best_there_is() {
    let within = |milliseconds| {
        let mut world = four(2, 1);
        world.lookup_within(0, Key(0), Span::from_millis(milliseconds));
        world.run_for(Span::from_secs(10));
        assert_eq!(world.node(0).unwrap().lookups_under_way(), 0);
        world.take_finished()
    };
    // 1 has answered after 200 ms, 2 would after 300.
    let finished = within(250);
    assert_eq!(
        (finished[0].owner(), finished[0].latency()),
        (Some(Contact::first(3)), Some(Span::from_millis(200)))
    );
    // Only 16 has.
    assert_eq!(within(150)[0].owner(), Some(Contact::first(2)));
    // Nobody has, and the origin knows of better ones than itself.
    assert!(within(50).is_empty());
}
