//! Large graphs through the front door: the same latencies as searches from router to router, however they are kept.

use overlab_time::{Seeds, Span};
use overlab_underlay::{Access, Attachment, HostId, HostsAt, Model, TransitStub, Underlay};
use petgraph::algo::dijkstra;
use petgraph::graph::NodeIndex;

const ACCESS: Span = Span::from_micros(300);

fn attachment(hosts_at: HostsAt) -> Attachment {
    Attachment { access: Some(Access::Constant(ACCESS)), hosts_at: Some(hosts_at), ..Attachment::default() }
}

/// Compares the latencies from every `step`th host to all others with those of petgraph, and the least with the bound.
fn check(underlay: &Underlay, step: usize) {
    let graph = underlay.topology().graph().unwrap().graph();
    let node = |host| NodeIndex::new(underlay.router(HostId(host)).unwrap().0 as usize);
    for from in (0..underlay.hosts()).step_by(step) {
        let lengths = dijkstra(graph, node(from), None, |link| link.weight().latency.0);
        for to in (0..underlay.hosts()).filter(|&to| to != from) {
            // A path is kept to 100 ns, rounded once.
            let path = (lengths[&node(to)] + 50) / 100 * 100;
            let latency = underlay.latency(HostId(from), HostId(to));
            assert_eq!(latency, Span(path) + ACCESS + ACCESS, "{from} to {to}");
            assert!(latency >= underlay.minimum());
        }
    }
}

#[test]
fn a_transit_stub_graph_too_large_for_a_table() {
    let seeds = Seeds::new(4, 0);
    let topology = Model::TransitStub(TransitStub::with_routers(30_000)).build(seeds).unwrap();
    for (hosts_at, hosts) in [(HostsAt::AllRouters, 40_000), (HostsAt::StubRouters, 20_000)] {
        let attachment = attachment(hosts_at);
        let underlay = topology.attach(hosts, &attachment, seeds).unwrap();
        check(&underlay, 4_000);
        // A table would take more than a gigabyte.
        assert!(underlay.table_bytes() < 10_000_000, "{}", underlay.table_bytes());
    }
}

/// Links between stub domains leave few pieces to cut off: what hangs together in two ways gets labels.
#[test]
fn a_transit_stub_graph_of_stub_domains_with_two_gateways() {
    let seeds = Seeds::new(5, 0);
    let parameters = TransitStub { extra_transit_stub_links: 1_500, ..TransitStub::with_routers(12_000) };
    let topology = Model::TransitStub(parameters).build(seeds).unwrap();
    let attachment = attachment(HostsAt::AllRouters);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| topology.attach(30_000, &attachment, seeds).unwrap())
    };
    let underlay = on(1);
    assert!(underlay.label_entries().len() > 2_000);
    check(&underlay, 3_000);
    assert_eq!(on(3).label_entries(), underlay.label_entries());
}
