//! Calls of the algorithm: replies, timeouts, repetitions, and what they cost.

use crate::scripted::{Act, Note, Scripted, script, world};
use overlab_peer::Responsibility::{No, Yes};
use overlab_peer::space::RingSuccessor;
use overlab_peer::{Contact, Key, Traffic};
use overlab_time::{Span, Time};
use overlab_toolkit::harness::Harness;
use overlab_toolkit::key_routing::{Envelope, KeyRoutingNode, Timer};

type Ring = Harness<Scripted<RingSuccessor>>;

const OTHER: Contact = Contact::first(1);

fn pair(retries: u32) -> Ring {
    world::<RingSuccessor>(&[10, 40], |setup| setup.calls.retries = retries)
}

fn call(ring: &mut Ring, milliseconds: u64, number: u32) {
    let at = Time::ZERO + Span::from_millis(milliseconds);
    ring.wake(0, at, Timer::Algorithm(Act::Call(OTHER, number)));
}

fn notes(ring: &Ring) -> &[Note] {
    &ring.algorithm(0).unwrap().notes
}

#[test]
fn messages_are_small() {
    // An event of the engine holds one of these.
    assert!(size_of::<Envelope<Scripted<RingSuccessor>>>() <= 96);
    let overhead =
        size_of::<KeyRoutingNode<Scripted<RingSuccessor>>>() - size_of::<Scripted<RingSuccessor>>();
    assert!(overhead <= 88, "{overhead}");
}

#[test]
fn a_call_gets_one_reply() {
    let mut ring = pair(0);
    call(&mut ring, 0, 7);
    ring.run_for(Span::from_secs(2));
    let rtt = Some(Span::from_millis(100));
    assert_eq!(notes(&ring), [Note::Observed(OTHER, rtt), Note::Received(107)]);
    assert_eq!(
        ring.algorithm(1).unwrap().notes,
        [Note::Received(7), Note::Observed(Contact::first(0), None)]
    );
    assert_eq!(ring.sent().of(Traffic::Maintenance), 2, "only the first of two replies counts");
}

#[test]
fn what_expects_nothing_gets_nothing() {
    let mut ring = pair(0);
    ring.wake(0, Time::ZERO, Timer::Algorithm(Act::Tell(OTHER, 7)));
    ring.run_for(Span::from_secs(2));
    assert_eq!(notes(&ring), []);
    assert_eq!((ring.sent().of(Traffic::Maintenance), ring.wakes().1), (1, 0));
}

#[test]
fn answered_calls_cost_one_wake_a_timeout() {
    let mut ring = pair(0);
    // A call every 10 ms for 10 s, each answered after 100 ms.
    for i in 0..1000 {
        call(&mut ring, i * 10, 7);
    }
    ring.run_for(Span::from_secs(20));
    let (all, for_calls) = ring.wakes();
    assert_eq!(all - for_calls, 1000);
    // The wake-up finds the oldest call of the last 100 ms at the front and waits for that one: every 400 ms.
    assert!((24..=27).contains(&for_calls), "{for_calls}");
    assert_eq!(notes(&ring).len(), 2000);
    ring.run_for(Span::from_minutes(10));
    assert_eq!(ring.wakes().1, for_calls, "none when nothing is under way");
}

#[test]
fn silence_is_reported_on_time_and_late_replies_are_not() {
    let mut ring = pair(0);
    ring.set_latency(Span::from_millis(300));
    call(&mut ring, 0, 7);
    call(&mut ring, 130, 8);
    ring.run_for(Span::from_millis(499));
    assert_eq!(notes(&ring), []);
    ring.run_for(Span::from_millis(1));
    assert_eq!(notes(&ring), [Note::Unreachable(OTHER)]);
    ring.run_for(Span::from_millis(129));
    assert_eq!(notes(&ring).len(), 1);
    ring.run_for(Span::from_millis(1));
    assert_eq!(notes(&ring).len(), 2);
    ring.run_for(Span::from_secs(5));
    assert_eq!(notes(&ring), [Note::Unreachable(OTHER), Note::Unreachable(OTHER)]);
    assert_eq!(ring.wakes().1, 2);
}

#[test]
fn calls_are_repeated() {
    let mut ring = pair(2);
    ring.kill(1);
    call(&mut ring, 0, 7);
    ring.run_for(Span::from_millis(1499));
    assert_eq!((notes(&ring), ring.sent().of(Traffic::Maintenance)), (&[][..], 3));
    ring.run_for(Span::from_millis(1));
    assert_eq!(notes(&ring), [Note::Unreachable(OTHER)]);
    ring.run_for(Span::from_secs(5));
    assert_eq!(ring.sent().of(Traffic::Maintenance), 3);
}

#[test]
fn a_slow_reply_to_the_first_attempt_still_counts() {
    let mut ring = pair(1);
    ring.set_latency(Span::from_millis(300));
    call(&mut ring, 0, 7);
    ring.run_for(Span::from_secs(5));
    // It came 100 ms after the repetition; the reply to that one is late.
    assert_eq!(notes(&ring), [Note::Observed(OTHER, Some(Span::from_millis(100))), Note::Received(107)]);
}

#[test]
fn requests_of_lookups_are_repeated() {
    let mut ring = pair(1);
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, Yes, &[]);
    ring.kill(1);
    ring.lookup(0, Key(35));
    ring.run_for(Span::from_secs(5));
    let report = ring.take_finished()[0].report;
    assert_eq!((report.timeouts, report.messages), (1, 2), "one peer was silent, asked twice");
    ring.lookup_within(0, Key(35), Span::from_millis(300));
    ring.run_for(Span::from_secs(5));
    assert_eq!(notes(&ring), [Note::Unreachable(OTHER)], "no lookup waits for a second attempt");
    assert_eq!(ring.node(0).unwrap().calls_under_way(), 0);
}

#[test]
fn sizes_count_contacts_and_keys() {
    let mut ring = pair(0);
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, Yes, &[0]);
    ring.lookup(0, Key(35));
    ring.run_for(Span::from_secs(1));
    let (header, contact, key, route) = (28, 26, 20, 1);
    let request = header + key + route + 6;
    let reply = header + contact + route + 5;
    assert_eq!(ring.sent().bytes[Traffic::Lookup as usize], request + reply);
    call(&mut ring, 1000, 7);
    ring.run_for(Span::from_secs(1));
    assert_eq!(ring.sent().bytes[Traffic::Maintenance as usize], 2 * (header + 4 + 2 * contact));
}
