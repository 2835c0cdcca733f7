//! Policy routes against the definition: systems that tell each other their routes until nothing changes, and all paths there
//! are.

use super::super::tests::internet;
use crate::damage::Damage;
use crate::error::UnderlayError;
use crate::graph::{Relation, RouterGraph};
use crate::latency::UNREACHABLE;
use crate::place::RouterId;
use crate::routes::{Routes, Routing};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// By pair of systems with a link between them, what the first is to the second by some link.
type Relations = BTreeSet<(u32, u32, Relation)>;

fn relations(graph: &RouterGraph) -> Relations {
    let mut all = Relations::new();
    for edge in graph.graph.edge_indices() {
        let (a, b) = graph.graph.edge_endpoints(edge).unwrap();
        let (a, b) = (graph.graph[a].domain, graph.graph[b].domain);
        if let Some(relation) = graph.graph[edge].relation {
            all.insert((a, b, relation));
            all.insert((b, a, relation.reverse()));
        }
    }
    all
}

/// 0 by a customer or one's own, 1 by a peer, 2 by a provider; then the systems crossed, this one first.
type Route = (u8, Vec<u32>);

/// What every system chooses for `home` when all tell their neighbours until nothing changes.
fn stable(relations: &Relations, systems: u32, home: u32) -> BTreeMap<u32, Route> {
    let mut chosen = BTreeMap::from([(home, (0, vec![home]))]);
    for _ in 0..10 * systems + 10 {
        let mut next = BTreeMap::from([(home, (0, vec![home]))]);
        for system in (0..systems).filter(|&system| system != home) {
            let told = relations.iter().filter(|(from, _, _)| *from == system).filter_map(
                |&(_, other, relation)| {
                    let (class, path): &Route = chosen.get(&other)?;
                    // They tell everything to customers and siblings, and else only what customers told them.
                    let learnt = match relation {
                        Relation::Customer => 2,
                        Relation::Sibling => *class,
                        Relation::Peer if *class == 0 => 1,
                        Relation::Provider if *class == 0 => 0,
                        Relation::Peer | Relation::Provider => return None,
                    };
                    let route = [&[system], &path[..]].concat();
                    (!path.contains(&system)).then_some((learnt, route.len(), route))
                },
            );
            if let Some((class, _, path)) = told.min() {
                next.insert(system, (class, path));
            }
        }
        if next == chosen {
            return chosen;
        }
        chosen = next;
    }
    panic!("routing is not stable");
}

/// The best class among all valley-free simple paths from `from` to `home`, siblings anywhere.
fn best_class(relations: &Relations, from: u32, home: u32) -> Option<u8> {
    /// `way`: 0 climbs, 1 has crossed a peering, 2 descends.
    fn search(
        relations: &Relations,
        at: u32,
        home: u32,
        state: (u8, Option<u8>),
        seen: &mut Vec<u32>,
    ) -> Option<u8> {
        if at == home {
            return Some(state.1.unwrap_or(0));
        }
        let mut best = None;
        for &(_, other, relation) in relations.iter().filter(|(one, _, _)| *one == at) {
            if seen.contains(&other) {
                continue;
            }
            let (way, first) = match (relation, state.0) {
                (Relation::Customer, 0) => (0, Some(2)),
                (Relation::Peer, 0) => (1, Some(1)),
                (Relation::Provider, _) => (2, Some(0)),
                (Relation::Sibling, way) => (way, None),
                _ => continue,
            };
            seen.push(other);
            let found = search(relations, other, home, (way, state.1.or(first)), seen);
            seen.pop();
            best = [best, found].into_iter().flatten().min();
        }
        best
    }
    search(relations, from, home, (0, None), &mut vec![from])
}

fn all_routes(graph: &Arc<RouterGraph>) -> Routes {
    let sites: Vec<u32> = (0..graph.routers()).collect();
    Routes::new(graph, Routing::Policy, &sites, &Damage::default()).unwrap().0
}

/// The systems along a path of routers.
fn systems_on(graph: &RouterGraph, path: &[RouterId]) -> Vec<u32> {
    let domain = |router: &RouterId| graph.graph[petgraph::graph::NodeIndex::new(router.0 as usize)].domain;
    let mut systems: Vec<u32> = path.iter().map(domain).collect();
    systems.dedup();
    systems
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// With one router a system, routes are exactly those on which the systems agree.
    #[test]
    fn systems_choose_what_the_definition_says(seed: u64, systems in 2u32..9, extra in 0u32..14) {
        let graph = internet(seed, systems, 1, extra);
        let relations = relations(&graph);
        let routes = all_routes(&graph);
        for home in 0..systems {
            let chosen = stable(&relations, systems, home);
            for from in 0..systems {
                let path: Vec<u32> = routes.path(from, home).iter().map(|router| router.0).collect();
                let expected = chosen.get(&from);
                prop_assert_eq!(&path, &expected.map_or(Vec::new(), |route| route.1.clone()), "{} to {}", from, home);
                prop_assert_eq!(expected.map(|route| route.0), best_class(&relations, from, home));
            }
        }
    }

    /// With several routers a system, the systems crossed are as many, the classes the same, and each router leaves its system
    /// by the nearest of all exits that are as good.
    #[test]
    fn routers_take_the_nearest_exit(seed: u64, systems in 2u32..8, most in 2u64..6, extra in 0u32..20) {
        let graph = internet(seed, systems, most, extra);
        let relations = relations(&graph);
        let routes = all_routes(&graph);
        let domain = |router: u32| graph.graph[petgraph::graph::NodeIndex::new(router as usize)].domain;
        let within: Vec<Vec<Option<u64>>> = (0..graph.routers()).map(|from| distances_within(&graph, from)).collect();
        for to in 0..graph.routers() {
            let chosen = stable(&relations, systems, domain(to));
            for from in 0..graph.routers() {
                let path = routes.path(from, to);
                let crossed = systems_on(&graph, &path);
                let Some((class, agreed)) = chosen.get(&domain(from)) else {
                    prop_assert!(path.is_empty());
                    continue;
                };
                prop_assert_eq!(crossed.len(), agreed.len());
                let mut once = crossed.clone();
                once.sort_unstable();
                once.dedup();
                prop_assert_eq!(once.len(), crossed.len(), "no system twice");
                let Some(&exit) = path.iter().rfind(|router| domain(router.0) == domain(from)) else { unreachable!() };
                if domain(from) == domain(to) {
                    continue;
                }
                // All exits over which a route of this class and length leads.
                let exits = (0..graph.routers()).filter(|&router| domain(router) == domain(from)).filter(|&router| {
                    graph.adjacency.of(router).iter().zip(graph.adjacency.links_of(router)).any(|(&(next, _), &link)| {
                        let Some(relation) = super::relation(&graph, router, next, link) else { return false };
                        let Some((theirs, path)) = chosen.get(&domain(next)) else { return false };
                        let learnt = match relation {
                            Relation::Customer => Some(2),
                            Relation::Sibling => Some(*theirs),
                            Relation::Peer => (*theirs == 0).then_some(1),
                            Relation::Provider => (*theirs == 0).then_some(0),
                        };
                        learnt == Some(*class) && path.len() + 1 == agreed.len()
                    })
                });
                let nearest = exits.filter_map(|router| within[from as usize][router as usize]).min();
                prop_assert_eq!(within[from as usize][exit.0 as usize], nearest);
            }
        }
    }
}

/// Nanoseconds from a router to those of its system, within it.
fn distances_within(graph: &RouterGraph, from: u32) -> Vec<Option<u64>> {
    let domain = |router: u32| graph.graph[petgraph::graph::NodeIndex::new(router as usize)].domain;
    let mut known: Vec<Option<u64>> = vec![None; graph.routers() as usize];
    known[from as usize] = Some(0);
    for _ in 0..graph.routers() {
        for router in 0..graph.routers() {
            for &(next, latency) in graph.adjacency.of(router) {
                if let (Some(here), true) = (known[router as usize], domain(router) == domain(next)) {
                    let there =
                        known[next as usize].map_or(here + latency, |known| known.min(here + latency));
                    known[next as usize] = Some(there);
                }
            }
        }
    }
    known
}

#[test]
fn there_and_back_differ_where_each_pushes_its_own_way() {
    // Two systems of two routers each, one pair in the west and one in the east: both hand over where the packet is.
    use crate::graph::{Link, LinkClass, Positions, Router, RouterKind};
    use overlab_time::Span;
    let mut graph = petgraph::graph::UnGraph::new_undirected();
    let [a, b, c, d] =
        [0, 0, 1, 1].map(|domain| graph.add_node(Router::new(RouterKind::Plain, domain, [0.0; 2])));
    let link = |milliseconds| Link::new(Span::from_millis(milliseconds), LinkClass::Plain);
    let peering = |milliseconds| Link { relation: Some(Relation::Peer), ..link(milliseconds) };
    graph.add_edge(a, b, link(40));
    graph.add_edge(c, d, link(30));
    graph.add_edge(a, c, peering(1));
    graph.add_edge(b, d, peering(2));
    let graph = Arc::new(RouterGraph::new(graph, Positions::None, String::new()));
    let (routes, table) = Routes::new(&graph, Routing::Policy, &[0, 3], &Damage::default()).unwrap();
    let path = |from, to| routes.path(from, to).iter().map(|router| router.0).collect::<Vec<_>>();
    assert_eq!((path(0, 1), path(1, 0)), (vec![0, 2, 3], vec![3, 1, 0]));
    assert_eq!((table.get(0, 1), table.get(1, 0)), (310_000, 420_000));
}

#[test]
fn peers_of_peers_do_not_reach_each_other() {
    use crate::graph::{Link, LinkClass, Positions, Router, RouterKind};
    use overlab_time::Span;
    let mut graph = petgraph::graph::UnGraph::new_undirected();
    let [a, b, c] = [0, 1, 2].map(|domain| graph.add_node(Router::new(RouterKind::Plain, domain, [0.0; 2])));
    let peering =
        Link { relation: Some(Relation::Peer), ..Link::new(Span::from_millis(1), LinkClass::Plain) };
    graph.add_edge(a, b, peering);
    graph.add_edge(b, c, peering);
    let graph = Arc::new(RouterGraph::new(graph, Positions::None, String::new()));
    let (_, table) = Routes::new(&graph, Routing::Policy, &[0, 1, 2], &Damage::default()).unwrap();
    assert_eq!((table.get(0, 1), table.get(0, 2), table.get(1, 2)), (10_000, UNREACHABLE, 10_000));
}

#[test]
fn a_graph_that_tells_no_relations_is_refused() {
    use crate::graph::{Link, LinkClass, Positions, Router, RouterKind};
    use overlab_time::Span;
    let mut graph = petgraph::graph::UnGraph::new_undirected();
    let [a, b] = [0, 1].map(|domain| graph.add_node(Router::new(RouterKind::Plain, domain, [0.0; 2])));
    graph.add_edge(a, b, Link::new(Span::from_millis(1), LinkClass::Plain));
    let graph = Arc::new(RouterGraph::new(graph, Positions::None, String::new()));
    let error = Routes::new(&graph, Routing::Policy, &[0, 1], &Damage::default()).unwrap_err();
    assert!(matches!(error, UnderlayError::NoRelations { links: 1, silent: 1 }), "{error}");
}
