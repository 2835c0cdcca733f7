//! The flexibility of geometries, counted: Gummadi et al., SIGCOMM 2003, Table 1, on full spaces.

use overlab_algorithms::geometry::{
    Butterfly, Hybrid, Hypercube, Ring, Suffix, Tree, Xor, hybrid::HybridParameters, ring::Fingers,
    ring::RingParameters, tree::TreeParameters, xor::XorParameters,
};
use overlab_peer::{Geometry, Parameters};
use overlab_time::{Purpose, Seeds};
use proptest::prelude::*;

const BITS: u32 = 10;
const NODES: u32 = 1 << BITS;

fn table<G: Geometry>(geometry: &G, here: u32) -> Vec<u32> {
    let mut table = Vec::new();
    geometry.entries(here, &mut Seeds::new(7, 0).stream(Purpose::Example, here.into(), 0), &mut table);
    table
}

fn next_hops<G: Geometry>(geometry: &G, tables: &[Vec<u32>], here: u32, target: u32) -> Vec<u32> {
    let mut out = Vec::new();
    geometry.next_hops(here, target, &tables[here as usize], &mut out);
    out
}

fn hops<G: Geometry>(geometry: &G, tables: &[Vec<u32>], from: u32, target: u32) -> u32 {
    let (mut at, mut hops) = (from, 0);
    while at != target {
        at = next_hops(geometry, tables, at, target)[0];
        hops += 1;
        assert!(hops <= 64, "from {from} to {target} without end");
    }
    hops
}

fn of<G: Geometry>(parameters: &G::Parameters) -> (G, Vec<Vec<u32>>) {
    parameters.check().unwrap();
    let geometry = G::new(parameters, NODES).unwrap();
    let tables = (0..NODES).map(|here| table(&geometry, here)).collect();
    (geometry, tables)
}

/// The i-th neighbour (i = 1..=d, from the nearest) has 2^(i-1) places to stand in tree, ring, XOR and hybrid, one in the
/// hypercube and the butterfly.
#[test]
fn neighbours_can_be_chosen_as_counted() {
    let random_ring = RingParameters { fingers: Fingers::Random, ..RingParameters::default() };
    let (tree, ring) = (of::<Tree>(&TreeParameters::default()).0, of::<Ring>(&random_ring).0);
    let (xor, hybrid) =
        (of::<Xor>(&XorParameters::default()).0, of::<Hybrid>(&HybridParameters::default()).0);
    let hypercube = Hypercube::new(&Default::default(), NODES).unwrap();
    let butterfly = Butterfly::new(&Default::default(), 8 << 8).unwrap();
    for place in 0..BITS as usize {
        // Trees count bits from the topmost, rings distances from the smallest.
        let nearest = 1u64 << (BITS as usize - 1 - place);
        for here in [0, 1, 513, NODES - 1] {
            assert_eq!(
                [tree.choices(here, place), xor.choices(here, place), hybrid.choices(here, place)],
                [nearest; 3]
            );
            assert_eq!(ring.choices(here, place), 1 << place);
            assert_eq!((hypercube.choices(here, place), butterfly.choices(here, place)), (1, 1));
        }
    }
}

/// What is drawn for a place stays in it, and with so many draws every place that there is comes up.
#[test]
fn neighbours_stand_where_they_may() {
    let tree = of::<Tree>(&TreeParameters::default()).0;
    for place in [3usize, 7, 9] {
        let mut seen = std::collections::BTreeSet::new();
        for turn in 0..4_000 {
            let mut table = Vec::new();
            tree.entries(77, &mut Seeds::new(1, turn).stream(Purpose::Example, 0, 0), &mut table);
            assert_eq!((table[place] ^ 77).leading_zeros() - (32 - BITS), place as u32);
            seen.insert(table[place]);
        }
        assert_eq!(seen.len() as u64, tree.choices(77, place));
    }
}

/// Next hops on shortest paths: one in the tree and the butterfly, as many as wrong bits in the hypercube, as one-bits of the
/// distance on the ring, d/2 each on average. Next hops that make any progress: of the ring one for every finger that does
/// not pass the target, of XOR one for every wrong bit, half as many on average; of the hybrid no more than of XOR.
#[test]
fn routes_can_be_chosen_as_counted() {
    let (tree, trees) = of::<Tree>(&TreeParameters::default());
    let (cube, cubes) = of::<Hypercube>(&Default::default());
    let (ring, rings) = of::<Ring>(&RingParameters::default());
    let (xor, xors) = of::<Xor>(&XorParameters::default());
    let (hybrid, hybrids) = of::<Hybrid>(&HybridParameters::default());
    let (mut optimal, mut ring_progress, mut xor_progress, mut hybrid_progress) = (0, 0, 0, 0);
    for here in (0..NODES).step_by(13) {
        for target in (0..NODES).filter(|target| *target != here) {
            assert_eq!(next_hops(&tree, &trees, here, target).len(), 1);
            let wrong = (here ^ target).count_ones();
            let cube_hops = next_hops(&cube, &cubes, here, target);
            assert_eq!(cube_hops.len() as u32, wrong);
            assert!(cube_hops.iter().all(|next| hops(&cube, &cubes, *next, target) + 1 == wrong));
            let distance = target.wrapping_sub(here) & (NODES - 1);
            let ring_hops = next_hops(&ring, &rings, here, target);
            assert_eq!(ring_hops.len() as u32, distance.ilog2() + 1);
            let shortest = distance.count_ones();
            let on_shortest =
                ring_hops.iter().filter(|next| hops(&ring, &rings, **next, target) + 1 == shortest);
            let on_shortest = on_shortest.count() as u32;
            assert_eq!(on_shortest, shortest);
            optimal += on_shortest;
            ring_progress += ring_hops.len();
            let xor_hops = next_hops(&xor, &xors, here, target).len();
            assert_eq!(xor_hops as u32, wrong);
            xor_progress += xor_hops;
            let hybrid_hops = next_hops(&hybrid, &hybrids, here, target).len();
            assert!(hybrid_hops >= 1);
            hybrid_progress += hybrid_hops;
        }
    }
    let pairs = f64::from(NODES.div_ceil(13) * (NODES - 1));
    // Of the numbers 1 to 2^d - 1: d 2^(d-1) one-bits, and (d - 1) 2^d + 1 bits up to the topmost one.
    let whole = f64::from(NODES - 1);
    assert_eq!(f64::from(optimal) / pairs, f64::from(BITS) * 512.0 / whole);
    assert_eq!(ring_progress as f64 / pairs, (9.0 * 1024.0 + 1.0) / whole);
    assert_eq!(xor_progress as f64 / pairs, f64::from(BITS) * 512.0 / whole);
    assert!(hybrid_progress < ring_progress);
}

/// In the butterfly every path takes the one way that there is, and as many hops as its closed form counts.
#[test]
fn a_butterfly_has_one_way() {
    let (k, nodes) = (4, 64);
    let butterfly = Butterfly::new(&Default::default(), nodes).unwrap();
    let tables: Vec<Vec<u32>> = (0..nodes).map(|here| table(&butterfly, here)).collect();
    let mut paths = 0.0;
    for here in 0..nodes {
        for target in 0..nodes {
            assert_eq!(next_hops(&butterfly, &tables, here, target).len(), usize::from(here != target));
            let hops = hops(&butterfly, &tables, here, target);
            assert!(hops < 2 * k);
            paths += if hops > 0 { 0.7f64.powi(hops as i32 - 1) } else { 0.0 };
        }
    }
    let expected = 1.0 - paths / f64::from(nodes * (nodes - 1));
    assert!((butterfly.failed_ratio(0.3).unwrap() - expected).abs() < 1e-12);
}

/// The published closed forms at 2^16 in per cent, with q survivors' pairs counted (validated against (1 - q) 2^d - 1 in the
/// denominator, which is the same to five digits).
#[test]
fn closed_forms_are_those_published() {
    let tree = Tree::new(&TreeParameters::default(), 1 << 16).unwrap();
    let cube = Hypercube::new(&Default::default(), 1 << 16).unwrap();
    let cases =
        [(0.1, 51.1, 1.11), (0.2, 76.8, 4.95), (0.3, 89.4, 12.4), (0.4, 95.3, 24.5), (0.5, 98.0, 41.6)];
    for (removed, trees, cubes) in cases {
        let [one, other] =
            [tree.failed_ratio(removed), cube.failed_ratio(removed)].map(|ratio| 100.0 * ratio.unwrap());
        assert!((one - trees).abs() < 0.051 && (other - cubes).abs() < 0.051, "{removed}: {one} {other}");
        let whole = (((2.0f64 - removed).powi(16) - 1.0) / ((1.0 - removed) * 65_536.0 - 1.0)) * 100.0;
        assert!((100.0 - whole - one).abs() < 0.01);
    }
    assert_eq!((tree.failed_ratio(0.0), cube.failed_ratio(0.0)), (Some(0.0), Some(0.0)));
}

#[test]
fn sizes_and_parameters_that_cannot_be_are_refused() {
    assert!(Ring::new(&RingParameters::default(), 1000).unwrap_err().contains("power of two"));
    assert!(Butterfly::new(&Default::default(), 1024).unwrap_err().contains("2048"));
    assert!(Butterfly::new(&Default::default(), 2048).is_ok());
    assert!(XorParameters { k: 2, suffix: Suffix::Exact }.check().is_err());
    assert!(XorParameters { k: 0, suffix: Suffix::Random }.check().is_err());
    assert!(RingParameters { successors: 256, ..Default::default() }.check().is_err());
    assert!(HybridParameters { leaves: 128, ..Default::default() }.check().is_err());
}

fn is_sound<G: Geometry>(parameters: &G::Parameters, nodes: u32, from: u32, target: u32) {
    let geometry = G::new(parameters, nodes).unwrap();
    let tables: Vec<Vec<u32>> = (0..nodes).map(|here| table(&geometry, here)).collect();
    let (from, target) = (from % nodes, target % nodes);
    for (here, table) in (0..).zip(&tables) {
        assert!(table.iter().all(|entry| *entry < nodes && *entry != here), "{here}: {table:?}");
        let mut once = table.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), table.len(), "{here}: {table:?}");
    }
    let all = next_hops(&geometry, &tables, from, target);
    assert_eq!(all.is_empty(), from == target);
    assert!(all.iter().all(|next| tables[from as usize].contains(next)));
    // Whatever is taken instead of the best, the path ends.
    let (mut at, mut steps) = (from, 0);
    while at != target {
        at = *next_hops(&geometry, &tables, at, target).last().unwrap();
        steps += 1;
        assert!(steps <= 2 * nodes, "no end");
    }
}

proptest! {
    #[test]
    fn every_table_is_sound(bits in 1u32..9, from: u32, target: u32, more in 0u32..6, k in 1u32..5) {
        let nodes = 1 << bits;
        for suffix in [Suffix::Random, Suffix::Exact] {
            is_sound::<Tree>(&TreeParameters { suffix }, nodes, from, target);
            is_sound::<Hybrid>(&HybridParameters { suffix, leaves: more }, nodes, from, target);
        }
        for fingers in [Fingers::Exact, Fingers::Random] {
            is_sound::<Ring>(&RingParameters { fingers, successors: more }, nodes, from, target);
        }
        is_sound::<Hypercube>(&Default::default(), nodes, from, target);
        is_sound::<Xor>(&XorParameters { k, suffix: Suffix::Random }, nodes, from, target);
        let levels = bits.clamp(2, 6);
        is_sound::<Butterfly>(&Default::default(), levels << levels, from, target);
    }
}
