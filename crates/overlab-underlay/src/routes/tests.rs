//! Routes after faults and repairs against those from scratch, and what a walk sees.

use super::{Routes, Routing};
use crate::damage::Damage;
use crate::graph::{Domain, Link, LinkClass, Positions, Relation, Router, RouterGraph, RouterKind};
use crate::place::{LinkId, RouterId};
use overlab_time::{Purpose, Seeds, Span, Stream};
use petgraph::graph::{NodeIndex, UnGraph};
use proptest::prelude::*;
use std::sync::Arc;

/// A random connected graph of systems of one to `most` routers each: one provider at least for all but the first, no system
/// above itself, few different latencies.
pub(super) fn internet(seed: u64, systems: u32, most: u64, extra: u32) -> Arc<RouterGraph> {
    let mut stream = Seeds::new(seed, 0).stream(Purpose::Example, 0, 0);
    let mut graph = UnGraph::new_undirected();
    let mut members: Vec<Vec<NodeIndex>> = Vec::new();
    let latency = |stream: &mut Stream| Span(100 * (1 + stream.below(3)));
    for domain in 0..systems {
        let count = 1 + stream.below(most);
        let routers: Vec<NodeIndex> =
            (0..count).map(|_| graph.add_node(Router::new(RouterKind::Plain, domain, [0.0; 2]))).collect();
        for at in 1..routers.len() {
            let link = Link::new(latency(&mut stream), LinkClass::Plain);
            graph.add_edge(routers[stream.index(at)], routers[at], link);
        }
        if routers.len() > 2 {
            let link = Link::new(latency(&mut stream), LinkClass::Plain);
            graph.update_edge(routers[0], routers[routers.len() - 1], link);
        }
        members.push(routers);
    }
    let mut join = |stream: &mut Stream, low: u32, high: u32, relation: Relation| {
        let [a, b] =
            [low, high].map(|system| members[system as usize][stream.index(members[system as usize].len())]);
        let link = Link { relation: Some(relation), ..Link::new(latency(stream), LinkClass::Plain) };
        if graph.find_edge(a, b).is_none() {
            // Either end may be the source.
            if stream.chance(0.5) {
                graph.add_edge(a, b, link);
            } else {
                graph.add_edge(b, a, Link { relation: Some(relation.reverse()), ..link });
            }
        }
    };
    for high in 1..systems {
        let low = stream.below(u64::from(high)) as u32;
        join(&mut stream, low, high, Relation::Provider);
    }
    for _ in 0..extra {
        let two = [stream.below(u64::from(systems)) as u32, stream.below(u64::from(systems)) as u32];
        let (low, high) = (two[0].min(two[1]), two[0].max(two[1]));
        if low != high {
            let relation = match stream.below(10) {
                0 => Relation::Sibling,
                1..=4 => Relation::Peer,
                _ => Relation::Provider,
            };
            join(&mut stream, low, high, relation);
        }
    }
    let domain = |number| Domain { number, tier: 0, country: None, population: 0.0 };
    let domains = (1..=systems).map(domain).collect();
    Arc::new(RouterGraph::new(graph, Positions::None, "test".to_owned()).with(domains, Vec::new()))
}

/// Every third router or so.
fn sites(graph: &RouterGraph, stream: &mut Stream) -> Vec<u32> {
    let mut sites: Vec<u32> = (0..graph.routers()).filter(|_| stream.chance(0.35)).collect();
    if sites.is_empty() {
        sites.push(0);
    }
    sites
}

fn all(routing: &[Routing]) -> impl Strategy<Value = Routing> + use<> {
    prop::sample::select(routing.to_vec())
}

const ALL: [Routing; 3] = [Routing::Latency, Routing::Hops, Routing::Policy];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Several things die and come back at a time, many times over.
    #[test]
    fn repaired_routes_are_those_from_scratch(
        seed: u64, systems in 1u32..14, most in 1u64..6, extra in 0u32..25, routing in all(&ALL), hold in 0.2f64..0.9,
    ) {
        let graph = internet(seed, systems, most, extra);
        let mut stream = Seeds::new(seed, 0).stream(Purpose::Example, 1, 0);
        let sites = sites(&graph, &mut stream);
        let (mut routes, mut table) = Routes::new(&graph, routing, &sites, &Damage::default()).unwrap();
        let healthy = routes.trees.clone();
        let mut damage = Damage::default();
        for turn in 0..12 {
            damage.routers.retain(|_| stream.chance(hold));
            damage.links.retain(|_| stream.chance(hold));
            let share = [0.0, 0.02, 0.1][stream.index(3)];
            damage.routers.extend((0..graph.routers()).filter(|_| stream.chance(share)).map(RouterId));
            damage.links.extend((0..graph.graph.edge_count() as u32).filter(|_| stream.chance(share)).map(LinkId));
            if turn == 11 {
                damage = Damage::default();
            }
            (routes, table) = routes.repaired(&damage, &table).unwrap();
            let (scratch, latencies) = Routes::new(&graph, routing, &sites, &damage).unwrap();
            prop_assert_eq!(&routes.trees, &scratch.trees, "turn {}", turn);
            prop_assert_eq!(&routes.ranks, &scratch.ranks, "turn {}", turn);
            prop_assert_eq!(&table, &latencies, "turn {}", turn);
            prop_assert_eq!(&routes.avoids, &damage);
        }
        prop_assert_eq!(routes.trees, healthy);
    }

    /// A walk crosses links that exist and are alive, from end to end, and takes what the table says.
    #[test]
    fn walks_add_up(
        seed: u64, systems in 1u32..14, most in 1u64..6, extra in 0u32..25, routing in all(&ALL),
    ) {
        let graph = internet(seed, systems, most, extra);
        let mut stream = Seeds::new(seed, 0).stream(Purpose::Example, 1, 0);
        let sites = sites(&graph, &mut stream);
        let links = (0..graph.graph.edge_count() as u32).filter(|_| stream.chance(0.1)).map(LinkId).collect();
        let damage = Damage { links, ..Damage::default() };
        let (routes, table) = Routes::new(&graph, routing, &sites, &damage).unwrap();
        for (from, &start) in (0..).zip(&sites) {
            for (to, &end) in (0..).zip(&sites) {
                let (mut at, mut latency, mut seen) = (start as usize, 0, vec![start as usize]);
                let reached = routes.walk(from, to, |link, forward| {
                    assert!(!damage.links.contains(&link));
                    let edge = petgraph::graph::EdgeIndex::new(link.0 as usize);
                    let (source, target) = graph.graph.edge_endpoints(edge).unwrap();
                    let (enters, leaves) = if forward { (source, target) } else { (target, source) };
                    assert_eq!(enters.index(), at);
                    at = leaves.index();
                    latency += graph.graph[edge].latency.0;
                    assert!(!seen.contains(&at), "a loop");
                    seen.push(at);
                });
                prop_assert_eq!(reached, table.get(from, to) != crate::latency::UNREACHABLE);
                if reached {
                    prop_assert_eq!(at, end as usize);
                    prop_assert_eq!(latency, u64::from(table.get(from, to)) * crate::latency::UNIT);
                    let path: Vec<usize> = routes.path(from, to).iter().map(|router| router.0 as usize).collect();
                    prop_assert_eq!(path, seen);
                } else {
                    prop_assert!(routes.path(from, to).is_empty());
                }
            }
        }
    }
}

#[test]
fn what_a_fault_does_not_touch_is_shared() {
    let graph = internet(3, 12, 4, 12);
    let sites: Vec<u32> = (0..graph.routers()).collect();
    let (routes, table) = Routes::new(&graph, Routing::Latency, &sites, &Damage::default()).unwrap();
    let (same, _) = routes.repaired(&Damage::default(), &table).unwrap();
    assert!(routes.trees.iter().zip(&same.trees).all(|(a, b)| Arc::ptr_eq(a, b)));
    // The longest link of a triangle is on no fastest route.
    let unused = (0..graph.graph.edge_count() as u32).map(LinkId).find(|&link| {
        let mut crossed = false;
        for (from, to) in (0..routes.sites()).flat_map(|from| (0..routes.sites()).map(move |to| (from, to))) {
            routes.walk(from, to, |other, _| crossed |= other == link);
        }
        !crossed
    });
    let damage = Damage { links: [unused.expect("a link that nobody uses")].into(), ..Damage::default() };
    let (same, _) = routes.repaired(&damage, &table).unwrap();
    assert!(routes.trees.iter().zip(&same.trees).all(|(a, b)| Arc::ptr_eq(a, b)));
}

#[test]
fn routes_are_the_same_on_any_number_of_threads() {
    let graph = internet(9, 60, 5, 80);
    let sites: Vec<u32> = (0..graph.routers()).step_by(2).collect();
    let damage = Damage { routers: [RouterId(3)].into(), links: [LinkId(5), LinkId(17)].into() };
    for routing in ALL {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let (routes, table) = Routes::new(&graph, routing, &sites, &Damage::default()).unwrap();
                let (routes, table) = routes.repaired(&damage, &table).unwrap();
                (routes.trees, table)
            })
        };
        assert_eq!(on(1), on(3));
    }
}
