//! Fastest paths against petgraph's own algorithms, on random graphs read through the importer.

use overlab_time::{Purpose, Seeds, Span};
use overlab_underlay::{
    Access, Attachment, GraphFile, HostId, HostsAt, Import, Model, Topology, TransitStub, Underlay,
};
use petgraph::algo::{dijkstra, floyd_warshall};
use petgraph::graph::NodeIndex;
use proptest::prelude::*;
use std::fmt::Write;

/// A connected graph of `nodes` nodes with random link latencies in units of 100 ns.
fn random_graph(seed: u64, nodes: u64, extra: u64, longest: u64) -> Topology {
    let mut stream = Seeds::new(seed, 0).stream(Purpose::Example, 0, 0);
    let mut text = String::from("graph [\n");
    for node in 0..nodes {
        writeln!(text, "node [ id {node} ]").unwrap();
    }
    let mut edge =
        |a, b, units: u64| writeln!(text, "edge [ source {a} target {b} delay_ns {} ]", units * 100).unwrap();
    for node in 1..nodes {
        edge(stream.below(node), node, stream.below(longest) + 1);
    }
    for _ in 0..extra {
        edge(stream.below(nodes), stream.below(nodes), stream.below(longest) + 1);
    }
    text.push(']');
    Topology::routers(
        Import::new("random").graph(&GraphFile::parse("random", text.as_bytes()).unwrap()).unwrap(),
    )
}

fn attach(topology: &Topology, hosts: u32) -> Underlay {
    let attachment = Attachment {
        access: Some(Access::None),
        hosts_at: Some(HostsAt::AllRouters),
        ..Attachment::default()
    };
    topology.attach(hosts, &attachment, Seeds::new(1, 0)).unwrap()
}

fn pairs(underlay: &Underlay) -> impl Iterator<Item = (HostId, HostId)> {
    let hosts = underlay.hosts();
    (0..hosts).flat_map(move |a| (0..hosts).map(move |b| (HostId(a), HostId(b))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn latencies_are_those_of_petgraph(seed: u64, nodes in 1u64..40, extra in 0u64..80, longest in 1u64..200) {
        let topology = random_graph(seed, nodes, extra, longest);
        let underlay = attach(&topology, 20);
        let graph = topology.graph().unwrap().graph();
        let all = floyd_warshall(graph, |edge| edge.weight().latency.0).unwrap();
        let index = |host| NodeIndex::new(underlay.router(host).unwrap().0 as usize);
        for (a, b) in pairs(&underlay) {
            let expected = all[&(index(a), index(b))];
            prop_assert_eq!(underlay.latency(a, b), Span(expected));
            let one = dijkstra(graph, index(a), Some(index(b)), |edge| edge.weight().latency.0);
            prop_assert_eq!(one[&index(b)], expected);
        }
    }

    /// A path's links exist and add up; of equal paths it has the fewest hops, which is the least latency
    /// where one hop is one unit dearer and no sum of hops reaches a unit of latency.
    #[test]
    fn paths_add_up_and_are_short(seed: u64, nodes in 2u64..30, extra in 0u64..60) {
        let topology = random_graph(seed, nodes, extra, 3);
        let underlay = attach(&topology, 10);
        let graph = topology.graph().unwrap().graph();
        for (a, b) in pairs(&underlay) {
            let path = underlay.path(a, b);
            if a == b {
                prop_assert!(path.is_empty());
                continue;
            }
            prop_assert_eq!(path[0], underlay.router(a).unwrap());
            prop_assert_eq!(path[path.len() - 1], underlay.router(b).unwrap());
            let node = |at: usize| NodeIndex::new(path[at].0 as usize);
            let links = (1..path.len()).map(|at| graph[graph.find_edge(node(at - 1), node(at)).unwrap()].latency.0);
            prop_assert_eq!(links.sum::<u64>(), underlay.latency(a, b).0);
            let with_hops = dijkstra(graph, node(0), Some(node(path.len() - 1)), |edge| edge.weight().latency.0 * 1000 + 1);
            prop_assert_eq!(path.len() as u64 - 1, with_hops[&node(path.len() - 1)] % 1000);
            prop_assert_eq!(&path, &underlay.path(a, b));
        }
    }

    #[test]
    fn the_minimum_is_exact_on_graphs(seed: u64, hosts in 2u32..40, spread in 0u64..5000) {
        let topology = Model::TransitStub(TransitStub::with_routers(60)).build(Seeds::new(seed, 0)).unwrap();
        let access = Access::Uniform { minimum: Span::from_micros(50), maximum: Span::from_micros(50 + spread) };
        let attachment = Attachment { access: Some(access), ..Attachment::default() };
        let underlay = topology.attach(hosts, &attachment, Seeds::new(seed, 1)).unwrap();
        let least = pairs(&underlay).filter(|(a, b)| a != b).map(|(a, b)| underlay.latency(a, b)).min();
        prop_assert_eq!(Some(underlay.minimum()), least);
    }
}

#[test]
fn a_table_is_the_same_on_any_number_of_threads() {
    let seeds = Seeds::new(5, 0);
    let topology = Model::TransitStub(TransitStub::with_routers(800)).build(seeds).unwrap();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let underlay = pool.install(|| topology.attach(300, &Attachment::default(), seeds).unwrap());
        pairs(&underlay).map(|(a, b)| underlay.latency(a, b)).collect::<Vec<_>>()
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn a_path_too_long_for_the_table_is_refused() {
    let text: String = (0..50)
        .map(|node| {
            format!("node [ id {node} ] edge [ source {} target {node} delay_s 10 ] ", node.max(1) - 1)
        })
        .collect();
    let file = GraphFile::parse("chain", format!("graph [ {text} ]").as_bytes()).unwrap();
    let topology = Topology::routers(Import::new("chain").graph(&file).unwrap());
    let error = topology.attach(100, &Attachment::default(), Seeds::new(1, 0)).unwrap_err();
    assert!(error.to_string().contains("takes more than 429s"), "{error}");
}
