//! Whatever peers say, however many are dead or hostile: every iterative lookup ends, none ends twice, nothing is left behind.

use crate::scripted::{script, world};
use overlab_peer::Responsibility::{No, Unknown, Yes};
use overlab_peer::space::{NumericallyClosest, RingSuccessor, SelfDeclared, XorClosest};
use overlab_peer::{Adversary, Key, LookupMode, Space, Termination};
use overlab_time::Span;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Peer {
    key: u64,
    names: Vec<u32>,
    says: u8,
    fate: u8,
}

fn peers() -> impl Strategy<Value = Vec<Peer>> {
    let names = proptest::collection::vec(0u32..12, 0..8);
    let peer = (any::<u64>(), names, 0u8..8, 0u8..8);
    let peer = peer.prop_map(|(key, names, says, fate)| Peer { key, names, says, fate });
    proptest::collection::vec(peer, 12).prop_filter("keys are distinct", |peers| {
        let keys: std::collections::BTreeSet<u64> = peers.iter().map(|peer| peer.key).collect();
        keys.len() == peers.len()
    })
}

fn every_lookup_ends<S: Space>(peers: &[Peer], key: u64, style: (u8, usize, usize, usize, u32, bool)) {
    let (mode, parallelism, redundancy, siblings, retries, acknowledge) = style;
    let mode = [LookupMode::Iterative, LookupMode::Recursive, LookupMode::SemiRecursive][usize::from(mode)];
    let keys: Vec<u64> = peers.iter().map(|peer| peer.key).collect();
    let mut world = world::<S>(&keys, |setup| {
        setup.style.mode = mode;
        setup.style.parallelism = parallelism;
        setup.style.redundancy = redundancy;
        setup.style.acknowledge = acknowledge;
        setup.calls.retries = retries;
        if siblings > 0 {
            setup.style.termination = Termination::Convergence { siblings };
        }
    });
    for (index, peer) in peers.iter().enumerate() {
        script(
            &mut world,
            index,
            [No, No, No, No, No, Unknown, Unknown, Yes][usize::from(peer.says)],
            &peer.names,
        );
        match peer.fate {
            0 | 1 => world.kill(index),
            2 => world.replace(index, &[(index + 1) % 12]),
            3 => world.set_adversary(index, Some(Adversary::Drop)),
            4 => world.set_adversary(index, Some(Adversary::Misroute)),
            _ => {}
        }
    }
    // 12 candidates, each asked again at most once for each of the others that is gone.
    let patience = Span::from_millis(500) * 12 * 12 * u64::from(retries + 1);
    let mut asked = 0;
    for origin in 0..12 {
        if world.node(origin).is_some() {
            world.lookup_within(origin, Key(key), patience);
            asked += 1;
        }
    }
    // A recursive lookup may run in circles for 255 hops, past 8 silent names at each.
    world.run_for(patience + Span::from_secs(255 * 8));
    let finished = world.take_finished().len();
    if mode == LookupMode::Iterative {
        assert_eq!(finished, asked);
    }
    assert!(finished <= asked);
    for node in (0..12).filter_map(|peer| world.node(peer)) {
        assert_eq!(node.calls_under_way(), 0);
        assert!(mode != LookupMode::Iterative || node.lookups_under_way() == 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn every_lookup_ends_in_every_space(
        peers in peers(),
        key: u64,
        style in (0u8..3, 0usize..4, 0usize..4, 0usize..4, 0u32..2, any::<bool>()),
    ) {
        every_lookup_ends::<RingSuccessor>(&peers, key, style);
        every_lookup_ends::<XorClosest>(&peers, key, style);
        every_lookup_ends::<NumericallyClosest>(&peers, key, style);
        every_lookup_ends::<SelfDeclared>(&peers, key, style);
    }
}
