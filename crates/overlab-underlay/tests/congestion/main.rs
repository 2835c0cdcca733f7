//! Links between routers: what is sent, carried and lost, and how load feeds back.

mod alone;
mod conservation;
mod effects;
mod herding;

use overlab_time::{Bandwidth, Seeds, Span, Time};
use overlab_underlay::{
    Access, Attachment, Background, Congestion, CoreLinks, CoreQueues, GraphFile, HostId, Import, LinkClass,
    Topology, Underlay,
};
use std::collections::BTreeMap;
use std::sync::Arc;

const EPOCH: Span = Span::from_secs(10);

fn bps(bits: u64) -> Bandwidth {
    Bandwidth::new(bits).unwrap()
}

/// The end of an epoch, from 1.
fn end(epoch: u64) -> Time {
    Time::ZERO + EPOCH * epoch
}

/// Routers joined by links of 10 ms, with this many hosts on them and no access delay.
fn network(routers: u32, links: &[(u32, u32)], hosts: u32) -> Underlay {
    let nodes = (0..routers).map(|node| format!("node [ id {node} ]\n"));
    let edges = links.iter().map(|(a, b)| format!("edge [ source {a} target {b} latency 10 ]\n"));
    let text = format!("graph [\n{}]\n", nodes.chain(edges).collect::<String>());
    let graph = Import::new("test").graph(&GraphFile::parse("test", text.as_bytes()).unwrap()).unwrap();
    let attachment = Attachment { access: Some(Access::None), ..Attachment::default() };
    Topology::routers(graph).attach(hosts, &attachment, Seeds::new(4, 0)).unwrap()
}

/// All links carry this much, and have this much traffic of others.
fn congestion(capacity: u64, background: Background) -> Congestion {
    Congestion {
        capacities: BTreeMap::from([(LinkClass::Plain, bps(capacity))]),
        background,
        ..Congestion::default()
    }
}

fn queues(congestion: &Congestion, underlay: &Underlay) -> CoreQueues {
    CoreQueues::new(Arc::new(CoreLinks::new(congestion, underlay).unwrap()), Seeds::new(4, 0), EPOCH)
}

/// Ends an epoch on one rank.
fn turn(queues: &mut CoreQueues, now: Time) {
    let sent = queues.collect();
    queues.expand(&sent);
    queues.close(now);
}

/// A host at a router.
fn at(underlay: &Underlay, router: u32) -> HostId {
    let found = (0..underlay.hosts()).map(HostId).find(|host| underlay.router(*host).unwrap().0 == router);
    found.expect("every router has a host")
}
