//! Sketches that prove that the key-routing contracts carry more than rings and trees.

mod can;
mod koorde;
mod misrouting;

use can::{Can, CanParameters, Zone};
use koorde::{Koorde, KoordeParameters};
use misrouting::Misrouting;
use overlab_algorithms::key_routing::chord::{Chord, ChordParameters};
use overlab_algorithms::key_routing::kademlia::{Kademlia, KademliaParameters};
use overlab_peer::Converged;
use overlab_time::Span;
use overlab_toolkit::harness::{Finished, Harness};
use overlab_toolkit::key_routing::KeyRoutingSetup;

fn converged<A: Converged>(parameters: A::Parameters, count: usize, seed: u64) -> Harness<A> {
    let mut harness = Harness::new(KeyRoutingSetup::new::<A>(parameters), count, seed);
    harness.converge();
    harness
}

/// Every peer looks `each` random keys up.
fn look_up<A: Converged>(harness: &mut Harness<A>, each: usize) -> Vec<Finished> {
    for _ in 0..each {
        for origin in 0..harness.len() {
            let key = harness.random_key();
            harness.lookup_within(origin, key, Span::from_secs(60));
        }
        harness.run_for(Span::from_secs(60));
    }
    harness.take_finished()
}

fn mean_hops(finished: &[Finished]) -> f64 {
    let hops: u32 = finished.iter().map(|done| done.hops().expect("it was answered")).sum();
    f64::from(hops) / finished.len() as f64
}

/// Validation V17: between one and three times log2 N hops.
#[test]
fn koorde_shifts_its_way_to_the_owner() {
    for bits in [6, 8, 10] {
        let mut harness = converged::<Koorde>(KoordeParameters {}, 1 << bits, 1);
        let finished = look_up(&mut harness, 4);
        assert_eq!(finished.len(), 4 << bits);
        let members = harness.members();
        for done in &finished {
            assert_eq!(done.owner(), Harness::<Koorde>::owner_among(&members, done.key));
        }
        let hops = mean_hops(&finished) / f64::from(bits);
        assert!((1.0..=3.0).contains(&hops), "{hops} log2 N hops at 2^{bits}");
    }
}

/// Validation V14: on equal zones of a 2-torus with n = s^2, all pairs are n^(1/2)/2 hops apart in the mean.
#[test]
fn can_crosses_the_torus_along_straight_lines() {
    let mut harness = converged::<Can>(CanParameters {}, 256, 1);
    let zones = Zone::halved(256);
    let members = harness.members();
    for origin in 0..256 {
        for zone in &zones {
            harness.lookup_within(origin, zone.middle(), Span::from_secs(60));
        }
        harness.run_for(Span::from_secs(60));
    }
    let finished = harness.take_finished();
    assert_eq!(finished.len(), 256 * 256);
    for done in &finished {
        let at = zones.iter().position(|zone| zone.middle() == done.key);
        assert_eq!(done.owner(), at.map(|at| members[at].1));
    }
    assert_eq!(mean_hops(&finished), 8.0);
}

/// The part of lookups that find the owner.
fn success<A: Converged>(parameters: A::Parameters) -> f64 {
    let mut harness = converged::<A>(parameters, 256, 3);
    let finished = look_up(&mut harness, 4);
    let members = harness.members();
    let right =
        finished.iter().filter(|done| done.owner() == Harness::<A>::owner_among(&members, done.key)).count();
    right as f64 / (4 * 256) as f64
}

#[test]
fn misrouting_peers_cost_lookups() {
    let chord = ChordParameters::default;
    let (none, some, many) = (
        success::<Misrouting<Chord, 0>>(chord()),
        success::<Misrouting<Chord, 10>>(chord()),
        success::<Misrouting<Chord, 40>>(chord()),
    );
    assert_eq!(none, 1.0);
    assert!(some < 0.98 && many < some - 0.1, "{some} {many}");
    let k = || KademliaParameters { k: 2, ..KademliaParameters::default() };
    let (none, many) = (success::<Misrouting<Kademlia, 0>>(k()), success::<Misrouting<Kademlia, 40>>(k()));
    assert_eq!(none, 1.0);
    assert!(many < 0.98, "{many}");
}
