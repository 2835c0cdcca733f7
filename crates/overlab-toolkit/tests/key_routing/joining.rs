//! Peers that are not members yet.

use crate::scripted::{Note, script, world};
use overlab_peer::Responsibility::{No, Unknown, Yes};
use overlab_peer::space::RingSuccessor;
use overlab_peer::{Contact, Key, Traffic};
use overlab_time::Span;

#[test]
fn a_join_starts_from_the_bootstrap_contacts() {
    // Peer 3 (35) joins through 0, over 1, and finds 2.
    let mut ring = world::<RingSuccessor>(&[10, 20, 40, 35], |_| {});
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, No, &[2]);
    script(&mut ring, 2, Yes, &[]);
    ring.start(3, &[0]);
    assert!(!ring.is_member(3));
    ring.run_for(Span::from_secs(5));
    assert!(ring.is_member(3));
    let notes = &ring.algorithm(3).unwrap().notes;
    assert_eq!(notes.last(), Some(&Note::Found(Key(35), Some(Contact::first(2)), 1)));
    assert_eq!(ring.sent().of(Traffic::Join), 6, "requests and replies alike");
}

#[test]
fn a_peer_does_not_find_itself_while_it_joins() {
    // Its neighbours know it from before: 1 as its successor, 2 as its predecessor.
    let mut ring = world::<RingSuccessor>(&[10, 20, 40, 35], |_| {});
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, No, &[3, 2]);
    script(&mut ring, 2, No, &[3]);
    ring.start(3, &[0]);
    ring.run_for(Span::from_secs(5));
    let notes = &ring.algorithm(3).unwrap().notes;
    assert_eq!(notes.last(), Some(&Note::Found(Key(35), Some(Contact::first(2)), 1)));
    for peer in 0..3 {
        assert_eq!(ring.algorithm(peer).unwrap().count(Note::Unreachable(Contact::first(3))), 0);
    }
}

#[test]
fn the_bootstrap_contact_may_be_the_owner() {
    // No table named peer 2 when it was asked first; then peer 1 does.
    let mut ring = world::<RingSuccessor>(&[10, 20, 40, 35], |_| {});
    script(&mut ring, 1, No, &[2]);
    script(&mut ring, 2, Unknown, &[1]);
    ring.start(3, &[2]);
    ring.run_for(Span::from_secs(5));
    let notes = &ring.algorithm(3).unwrap().notes;
    assert_eq!(notes.last(), Some(&Note::Found(Key(35), Some(Contact::first(2)), 1)));
    assert_eq!(ring.sent().of(Traffic::Join), 4, "its first word is enough");
    // One that denied is asked once more, now as the owner.
    script(&mut ring, 2, No, &[1]);
    assert!(!ring.algorithm(2).unwrap().asked_as_owner());
    ring.start(3, &[2]);
    ring.run_for(Span::from_secs(5));
    assert!(ring.algorithm(2).unwrap().asked_as_owner());
    assert_eq!(ring.sent().of(Traffic::Join), 4 + 6);
}

#[test]
fn a_join_through_the_dead_fails_in_time() {
    let mut ring = world::<RingSuccessor>(&[10, 20, 40], |_| {});
    ring.kill(0);
    ring.start(2, &[0]);
    ring.run_for(Span::from_secs(5));
    // The scripted algorithm takes any answer for the end of its join, even this one.
    assert_eq!(ring.algorithm(2).unwrap().notes.last(), Some(&Note::Found(Key(40), None, 0)));
}

#[test]
fn no_member_is_passed_over_without_blame() {
    let mut ring = world::<RingSuccessor>(&[10, 40, 50, 99], |setup| setup.style.redundancy = 2);
    script(&mut ring, 0, No, &[1, 2]);
    script(&mut ring, 2, Unknown, &[]);
    // Peer 1 came back with empty tables and is about to join through a dead peer.
    ring.kill(3);
    ring.start(1, &[3]);
    ring.lookup(0, Key(35));
    ring.run_for(Span::from_millis(450));
    let finished = ring.take_finished();
    assert_eq!(finished[0].owner(), Some(Contact::first(2)));
    assert_eq!((finished[0].report.timeouts, finished[0].report.messages), (0, 4));
    assert_eq!(ring.algorithm(0).unwrap().count(Note::Unreachable(Contact::first(1))), 0);
}

#[test]
fn lookups_and_calls_of_an_earlier_life_are_forgotten() {
    let mut ring = world::<RingSuccessor>(&[10, 20, 40], |_| {});
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, Yes, &[]);
    ring.lookup(0, Key(35));
    ring.run_for(Span::from_millis(60));
    ring.restart(0, &[2]);
    assert_eq!(ring.node(0).unwrap().lookups_under_way(), 1, "that of the join");
    assert_eq!(ring.algorithm(0).unwrap().names.len(), 1, "tables are kept");
    ring.run_for(Span::from_secs(10));
    assert!(ring.take_finished().is_empty());
    let late = Note::Observed(Contact::first(1), Some(Span::from_millis(100)));
    assert_eq!(ring.algorithm(0).unwrap().count(late), 1, "the join's reply, not the lookup's");
}
