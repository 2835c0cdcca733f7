//! Measures routes on a synthetic Internet: how long all take to find, and how long after a fault and after its repair.
//!
//! `cargo run --release -p overlab-underlay --example routes -- [DOMAINS] [HOSTS] [ROUTING]`, by default 10,000, 1,000 and
//! all of policy, hops and latency.
#![allow(clippy::print_stdout, clippy::disallowed_types, reason = "it prints measurements")]

use overlab_time::Seeds;
use overlab_underlay::{
    Attachment, Damage, Internet, LinkId, Model, RouterGraph, RouterId, Routing, UnderlayError,
};
use petgraph::graph::NodeIndex;
use std::time::Instant;

/// What breaks: an uplink of an autonomous system at the edge, a router of the best connected, all of that, and ten random
/// links.
fn faults(graph: &RouterGraph) -> Vec<(&'static str, Damage)> {
    let network = graph.graph();
    let degree = |node: NodeIndex| network.edges(node).count();
    let last = network.node_indices().next_back().expect("there are routers");
    let uplink = network.edges(last).next().expect("the graph is connected");
    let hub = network.node_indices().max_by_key(|&node| degree(node)).expect("there are routers");
    let largest = network.node_indices().filter(|&node| network[node].domain == network[hub].domain);
    let id = |node: NodeIndex| RouterId(node.index() as u32);
    let links = network.edge_count() as u32;
    let link = LinkId(petgraph::visit::EdgeRef::id(&uplink).index() as u32);
    vec![
        ("uplink of a stub", Damage { links: [link].into(), ..Damage::default() }),
        ("largest router", Damage { routers: [id(hub)].into(), ..Damage::default() }),
        ("its whole network", Damage { routers: largest.map(id).collect(), ..Damage::default() }),
        (
            "ten links",
            Damage { links: (1..=10).map(|at| LinkId(links / 11 * at)).collect(), ..Damage::default() },
        ),
    ]
}

fn main() -> Result<(), UnderlayError> {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let domains = numbers.next().unwrap_or(10_000);
    let hosts = numbers.next().unwrap_or(1_000);
    let seeds = Seeds::new(1, 0);
    let started = Instant::now();
    let topology = Model::Internet(Internet::with_domains(domains)).build(seeds)?;
    let graph = topology.graph().expect("an Internet has routers");
    println!(
        "{domains} domains, {} routers, {} links in {:.2?}",
        graph.routers(),
        graph.graph().edge_count(),
        started.elapsed()
    );
    let only = std::env::args().nth(3);
    for routing in [Routing::Policy, Routing::Hops, Routing::Latency] {
        if only.as_ref().is_some_and(|only| !format!("{routing:?}").eq_ignore_ascii_case(only)) {
            continue;
        }
        let started = Instant::now();
        let attachment = Attachment { routing, paths: true, ..Attachment::default() };
        let healthy = topology.attach(hosts, &attachment, seeds)?;
        let routes = healthy.routes().expect("they were asked for");
        println!(
            "{routing:?}: {} sites, {} MB of next hops in {:.2?}",
            routes.sites(),
            routes.bytes() / 1_000_000,
            started.elapsed()
        );
        for (name, damage) in faults(graph) {
            let started = Instant::now();
            let cut = healthy.cut(&damage)?;
            let cutting = started.elapsed();
            let started = Instant::now();
            let around = cut.rerouted(&damage)?;
            let fault = started.elapsed();
            let started = Instant::now();
            around.rerouted(&Damage::default())?;
            println!("  {name}: cut {cutting:.2?}, rerouted {fault:.2?}, repaired {:.2?}", started.elapsed());
        }
    }
    Ok(())
}
