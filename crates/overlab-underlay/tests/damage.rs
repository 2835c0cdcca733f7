//! Routes around damage, and pairs that damage cuts off, against the definition on small graphs.

use overlab_time::{Purpose, Seeds, Span};
use overlab_underlay::{
    Access, Attachment, Constant, Damage, Departure, GraphFile, HostId, HostsAt, Import, LinkId, Loss, Model,
    RouterId, Routing, Topology, Underlay,
};
use petgraph::algo::dijkstra;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeFiltered;
use proptest::prelude::*;
use std::fmt::Write;

/// A connected graph with few different latencies, so that many routes are equally good.
fn random_graph(seed: u64, nodes: u64, extra: u64) -> Topology {
    let mut stream = Seeds::new(seed, 0).stream(Purpose::Example, 0, 0);
    let mut text = String::from("graph [\n");
    for node in 0..nodes {
        writeln!(text, "node [ id {node} ]").unwrap();
    }
    let mut edge =
        |a, b, units: u64| writeln!(text, "edge [ source {a} target {b} delay_ns {} ]", units * 100).unwrap();
    for node in 1..nodes {
        edge(stream.below(node), node, stream.below(3) + 1);
    }
    for _ in 0..extra {
        edge(stream.below(nodes), stream.below(nodes), stream.below(3) + 1);
    }
    text.push(']');
    let file = GraphFile::parse("random", text.as_bytes()).unwrap();
    Topology::routers(Import::new("random").graph(&file).unwrap())
}

fn attach(topology: &Topology, hosts: u32, routing: Routing, paths: bool) -> Underlay {
    let attachment = Attachment {
        access: Some(Access::None),
        hosts_at: Some(HostsAt::AllRouters),
        routing,
        paths,
        ..Attachment::default()
    };
    topology.attach(hosts, &attachment, Seeds::new(1, 0)).unwrap()
}

fn pairs(underlay: &Underlay) -> impl Iterator<Item = (HostId, HostId)> {
    let hosts = underlay.hosts();
    (0..hosts).flat_map(move |a| (0..hosts).map(move |b| (HostId(a), HostId(b)))).filter(|(a, b)| a != b)
}

/// Each router dead with probability 1/20, each link with probability 1/8.
fn random_damage(underlay: &Underlay, seed: u64) -> Damage {
    let graph = underlay.topology().graph().unwrap().graph();
    let mut stream = Seeds::new(seed, 0).stream(Purpose::Example, 1, 0);
    let routers = (0..graph.node_count() as u32).filter(|_| stream.chance(0.05)).map(RouterId).collect();
    let links = (0..graph.edge_count() as u32).filter(|_| stream.chance(0.125)).map(LinkId).collect();
    Damage { routers, links }
}

fn routing() -> impl Strategy<Value = Routing> {
    prop_oneof![Just(Routing::Latency), Just(Routing::Hops)]
}

/// Hops and nanoseconds along a path, and whether it crosses `damage`.
fn along(underlay: &Underlay, path: &[RouterId], damage: &Damage) -> (u64, u64, bool) {
    let graph = underlay.topology().graph().unwrap().graph();
    let node = |router: RouterId| NodeIndex::new(router.0 as usize);
    let links: Vec<EdgeIndex> =
        path.windows(2).map(|two| graph.find_edge(node(two[0]), node(two[1])).expect("a link")).collect();
    let crosses = path.iter().any(|router| damage.routers.contains(router))
        || links.iter().any(|link| damage.links.contains(&LinkId(link.index() as u32)));
    (links.len() as u64, links.iter().map(|&link| graph[link].latency.0).sum(), crosses)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Routes are best by the first quantity and then by the second, as a search on the graph without the dead finds.
    #[test]
    fn routes_avoid_damage_and_are_best(seed: u64, nodes in 2u64..25, extra in 0u64..40, routing in routing(), paths: bool) {
        let topology = random_graph(seed, nodes, extra);
        let healthy = attach(&topology, 15, routing, paths);
        let damage = random_damage(&healthy, seed);
        let underlay = healthy.rerouted(&damage).unwrap();
        prop_assert_eq!(underlay.avoids(), &damage);
        let graph = topology.graph().unwrap().graph();
        let alive = EdgeFiltered::from_fn(graph, |edge| {
            use petgraph::visit::EdgeRef;
            let dead = |node: NodeIndex| damage.routers.contains(&RouterId(node.index() as u32));
            !damage.links.contains(&LinkId(edge.id().index() as u32)) && !dead(edge.source()) && !dead(edge.target())
        });
        let cost = |hops: u64, latency: u64| match routing {
            Routing::Latency => latency * 1000 + hops,
            Routing::Hops => hops * 1_000_000 + latency,
            Routing::Policy => unreachable!("these graphs tell no relations"),
        };
        for (a, b) in pairs(&underlay) {
            let (from, to) = (underlay.router(a).unwrap(), underlay.router(b).unwrap());
            let node = |router: RouterId| NodeIndex::new(router.0 as usize);
            let best = dijkstra(&alive, node(from), Some(node(to)), |edge| cost(1, edge.weight().latency.0));
            let dead = damage.routers.contains(&from) || damage.routers.contains(&to);
            let path = underlay.path(a, b);
            match best.get(&node(to)).filter(|_| !dead) {
                None => {
                    prop_assert_eq!(underlay.latency(a, b), Underlay::UNREACHABLE);
                    prop_assert_eq!(underlay.depart(a, b, None), Departure::Lost(Loss::Unreachable));
                    prop_assert!(path.is_empty());
                }
                Some(&best) => {
                    let (hops, latency, crosses) = along(&underlay, &path, &damage);
                    prop_assert!(!crosses);
                    prop_assert_eq!((path[0], path[path.len() - 1]), (from, to));
                    prop_assert_eq!((cost(hops, latency), Span(latency)), (best, underlay.latency(a, b)));
                }
            }
        }
        let least = pairs(&underlay).map(|(a, b)| underlay.latency(a, b)).min().unwrap();
        prop_assert!(least == Underlay::UNREACHABLE || underlay.minimum() == least);
    }

    /// Exactly the pairs whose route crosses something dead are cut off, and the others keep their latency; routing that knows
    /// a part of the damage already is no exception.
    #[test]
    fn damage_cuts_the_routes_that_cross_it(seed: u64, nodes in 2u64..25, extra in 0u64..40, routing in routing(), paths: bool) {
        let topology = random_graph(seed, nodes, extra);
        let routed = attach(&topology, 15, routing, paths);
        let routed = routed.rerouted(&random_damage(&routed, !seed)).unwrap();
        let damage = random_damage(&routed, seed);
        let cut = routed.cut(&damage).unwrap();
        for (a, b) in pairs(&cut) {
            let path = routed.path(a, b);
            prop_assert_eq!(&path, &cut.path(a, b));
            let crosses = path.is_empty() || along(&cut, &path, &damage).2;
            let expected = if crosses { Underlay::UNREACHABLE } else { routed.latency(a, b) };
            prop_assert_eq!(cut.latency(a, b), expected);
            prop_assert_eq!(cut.reaches(a, b), !crosses);
        }
        // What is cut off finds new ways as what is not does.
        let [around, expected] = [cut, routed].map(|underlay| underlay.rerouted(&damage).unwrap());
        for (a, b) in pairs(&around) {
            prop_assert_eq!(around.latency(a, b), expected.latency(a, b));
            prop_assert_eq!(around.path(a, b), expected.path(a, b));
        }
    }

    /// From every router on a route, the route to its end is the rest of it.
    #[test]
    fn routers_on_a_route_agree(seed: u64, nodes in 2u64..20, extra in 0u64..40, routing in routing(), paths: bool) {
        let underlay = attach(&random_graph(seed, nodes, extra), 40, routing, paths);
        for (a, b) in pairs(&underlay) {
            let path = underlay.path(a, b);
            for (at, &router) in path.iter().enumerate() {
                if let Some(host) = (0..40).map(HostId).find(|&host| host != b && underlay.router(host) == Some(router)) {
                    prop_assert_eq!(&underlay.path(host, b), &path[at..]);
                }
            }
        }
    }
}

#[test]
fn end_to_end_models_have_nothing_that_dies() {
    let seeds = Seeds::new(1, 0);
    let topology = Model::Constant(Constant::default()).build(seeds).unwrap();
    let underlay = topology.attach(2, &Attachment::default(), seeds).unwrap();
    let damage = Damage { routers: [RouterId(7)].into(), links: [LinkId(3)].into() };
    for same in [underlay.cut(&damage).unwrap(), underlay.rerouted(&damage).unwrap()] {
        assert_eq!(same.latency(HostId(0), HostId(1)), underlay.latency(HostId(0), HostId(1)));
    }
}
