//! What is sent over a link is what the paths across it say, and nothing appears or vanishes.

use super::{EPOCH, bps, congestion, end, queues, turn};
use overlab_time::{Purpose, Seeds};
use overlab_underlay::{
    Attachment, Background, Congestion, CoreQueues, HostId, LinkClass, Model, TransitStub, Underlay,
};
use petgraph::graph::NodeIndex;
use std::collections::BTreeMap;

fn internet() -> Underlay {
    let seeds = Seeds::new(2, 0);
    let topology = Model::TransitStub(TransitStub::with_routers(150)).build(seeds).unwrap();
    topology.attach(120, &Attachment::default(), seeds).unwrap()
}

fn everywhere(bits: u64) -> Congestion {
    let classes =
        [LinkClass::InterTransit, LinkClass::IntraTransit, LinkClass::TransitStub, LinkClass::IntraStub];
    Congestion {
        capacities: classes.map(|class| (class, bps(bits))).into(),
        ..congestion(bits, Background::default())
    }
}

/// Random messages of one epoch.
fn messages(hosts: u32, number: usize) -> Vec<(HostId, HostId, u32)> {
    let mut stream = Seeds::new(9, 0).stream(Purpose::Example, 0, 0);
    let mut host = || HostId(stream.below(u64::from(hosts)) as u32);
    (0..number).map(|n| (host(), host(), 40 + n as u32 % 1_400)).collect()
}

/// Bytes by direction, along the paths that the underlay tells.
fn by_hand(underlay: &Underlay, messages: &[(HostId, HostId, u32)]) -> BTreeMap<usize, u64> {
    let graph = underlay.topology().graph().unwrap().graph();
    let mut loads = BTreeMap::new();
    for &(from, to, bytes) in messages {
        for hop in underlay.path(from, to).windows(2) {
            let [a, b] = [hop[0], hop[1]].map(|router| NodeIndex::new(router.0 as usize));
            let link = graph.find_edge(a, b).unwrap();
            let forward = graph.edge_endpoints(link).unwrap().0 == a;
            *loads.entry(2 * link.index() + usize::from(!forward)).or_default() += u64::from(bytes);
        }
    }
    loads
}

fn send(queues: &CoreQueues, underlay: &Underlay, messages: &[(HostId, HostId, u32)]) -> u64 {
    let mut apart = 0;
    for &(from, to, bytes) in messages {
        queues.pass(underlay, from, to, bytes);
        if underlay.router(from) != underlay.router(to) {
            apart += u64::from(bytes);
        }
    }
    apart
}

#[test]
fn the_load_of_every_link_is_that_of_the_paths_across_it() {
    let underlay = internet();
    // So wide that nothing is lost.
    let mut queues = queues(&everywhere(1_000_000_000), &underlay);
    let messages = messages(underlay.hosts(), 3_000);
    let apart = send(&queues, &underlay, &messages);
    turn(&mut queues, end(1));
    let expected = by_hand(&underlay, &messages);
    for (direction, used) in queues.used().iter().enumerate() {
        let bytes = used * 1e9 / 8.0 * EPOCH.as_seconds();
        let by_hand = expected.get(&direction).copied().unwrap_or(0);
        assert!((bytes - by_hand as f64).abs() < 1e-3, "{direction}: {bytes} is not {by_hand}");
    }
    let ledger = queues.ledger();
    assert_eq!((ledger.sent, ledger.lost), (apart, 0));
}

#[test]
fn what_is_lost_on_one_link_does_not_come_to_the_next() {
    let underlay = internet();
    let mut queues = queues(&everywhere(200_000), &underlay);
    let messages = messages(underlay.hosts(), 3_000);
    send(&queues, &underlay, &messages);
    // The first epoch loses nothing; its load makes the losses of the second.
    turn(&mut queues, end(1));
    let first = queues.ledger();
    let arriving: f64 = messages
        .iter()
        .filter(|(from, to, _)| underlay.router(*from) != underlay.router(*to))
        .map(|&(from, to, bytes)| f64::from(bytes) * (1.0 - queues.foreseen(&underlay, from, to).loss()))
        .sum();
    let apart = send(&queues, &underlay, &messages);
    turn(&mut queues, end(2));
    let second = queues.ledger().since(first);
    assert_eq!(second.sent, apart);
    assert!(second.lost > apart / 10, "{} of {apart} lost", second.lost);
    // Sent = lost + delivered, where each message is delivered with its own probability: rounding takes at most a byte a step
    // and destination.
    let steps = 2 * 150 * 120;
    let delivered = (second.sent - second.lost) as f64;
    assert!((delivered - arriving).abs() < f64::from(steps), "{delivered} is not {arriving}");
}

#[test]
fn ranks_that_count_apart_count_the_same() {
    let underlay = internet();
    let messages = messages(underlay.hosts(), 3_000);
    let one = || queues(&everywhere(100_000), &underlay);
    let (mut alone, [mut a, mut b]) = (one(), [one(), one()]);
    for epoch in 1..4 {
        send(&alone, &underlay, &messages);
        let (left, right) = messages.split_at(700 * epoch as usize);
        send(&a, &underlay, left);
        send(&b, &underlay, right);
        turn(&mut alone, end(epoch));
        let gathered = [a.collect(), b.collect()].concat();
        for rank in [&mut a, &mut b] {
            rank.expand(&gathered);
            rank.close(end(epoch));
            assert_eq!(rank.used(), alone.used());
            assert_eq!(rank.ledger(), alone.ledger());
        }
    }
    assert!(alone.ledger().lost > 0);
}
