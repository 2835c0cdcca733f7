//! Hostile peers.

use crate::scripted::{Act, Scripted, script, world};
use overlab_peer::Responsibility::{No, Yes};
use overlab_peer::space::RingSuccessor;
use overlab_peer::{Adversary, Cause, Contact, Key, LookupMode, LookupOutcome};
use overlab_time::{Span, Time};
use overlab_toolkit::harness::Harness;
use overlab_toolkit::key_routing::Timer;

type Ring = Harness<Scripted<RingSuccessor>>;

fn chain(mode: LookupMode) -> Ring {
    let mut ring = world::<RingSuccessor>(&[10, 20, 40], |setup| setup.style.mode = mode);
    script(&mut ring, 0, No, &[1]);
    script(&mut ring, 1, No, &[2]);
    script(&mut ring, 2, Yes, &[]);
    ring
}

fn look(ring: &mut Ring, origin: usize) -> Option<LookupOutcome> {
    ring.lookup(origin, Key(35));
    ring.run_for(Span::from_secs(10));
    ring.take_finished().first().map(|finished| finished.report.outcome)
}

#[test]
fn one_that_drops_says_nothing_to_the_lookups_of_others() {
    for mode in [LookupMode::Iterative, LookupMode::Recursive, LookupMode::SemiRecursive] {
        let mut ring = chain(mode);
        ring.set_adversary(1, Some(Adversary::Drop));
        assert_eq!(look(&mut ring, 0), Some(LookupOutcome::Exhausted), "{mode:?}");
        assert_eq!(ring.take_troubles()[0].1, Cause::Adversary);
        // Its own lookups are honest, and so are its calls.
        assert!(
            matches!(look(&mut ring, 1), Some(LookupOutcome::Answered { owner, .. }) if owner.peer.0 == 2)
        );
        let before = ring.algorithm(0).unwrap().notes.len();
        ring.wake(0, ring.now(), Timer::Algorithm(Act::Call(Contact::first(1), 7)));
        ring.run_for(Span::from_secs(1));
        assert_eq!(ring.algorithm(0).unwrap().notes.len(), before + 2, "observed and answered");
    }
}

#[test]
fn one_that_misroutes_claims_nothing() {
    for mode in [LookupMode::Iterative, LookupMode::Recursive, LookupMode::SemiRecursive] {
        let mut ring = chain(mode);
        ring.set_adversary(2, Some(Adversary::Misroute));
        script(&mut ring, 2, Yes, &[0]);
        script(&mut ring, 0, No, &[1]);
        look(&mut ring, 0);
        let troubles = ring.take_troubles();
        assert!(troubles.iter().any(|trouble| trouble.1 == Cause::Adversary), "{mode:?}: {troubles:?}");
    }
    let mut ring = chain(LookupMode::Recursive);
    ring.set_adversary(2, Some(Adversary::Misroute));
    // It owns the key and would say so, but it is asked by others: nobody gets an answer.
    assert_eq!(look(&mut ring, 0), None);
    // To itself it says so.
    assert!(matches!(look(&mut ring, 2), Some(LookupOutcome::Answered { hops: 0, .. })));
}

#[test]
fn trouble_is_noted_for_the_workload_only() {
    let mut ring = chain(LookupMode::Iterative);
    ring.set_adversary(1, Some(Adversary::Drop));
    ring.wake(0, Time::ZERO, Timer::Algorithm(Act::Lookup(Key(35))));
    ring.run_for(Span::from_secs(5));
    assert!(ring.take_troubles().is_empty());
}
