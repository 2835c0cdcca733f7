//! Policy routes on the synthetic Internet and on the measured one.

use overlab_time::{Seeds, Span};
use overlab_underlay::{
    Attachment, Damage, HostId, HostsAt, Import, Internet, Model, Relation, RouterGraph, RouterId, Routing,
    Topology, Underlay,
};
use petgraph::graph::NodeIndex;
use std::path::Path;

fn attach(topology: &Topology, hosts: u32, routing: Routing) -> Underlay {
    let attachment =
        Attachment { hosts_at: Some(HostsAt::AllRouters), routing, paths: true, ..Attachment::default() };
    topology.attach(hosts, &attachment, Seeds::new(1, 0)).unwrap()
}

fn pairs(hosts: u32) -> impl Iterator<Item = (HostId, HostId)> {
    (0..hosts).flat_map(move |a| (0..hosts).map(move |b| (HostId(a), HostId(b)))).filter(|(a, b)| a != b)
}

/// Systems crossed on a path of routers.
fn systems(graph: &RouterGraph, path: &[RouterId]) -> usize {
    let domain = |router: &RouterId| graph.graph()[NodeIndex::new(router.0 as usize)].domain;
    let mut domains: Vec<u32> = path.iter().map(domain).collect();
    domains.dedup();
    domains.len()
}

#[test]
fn the_synthetic_internet_is_reached_by_policy() {
    let topology = Model::Internet(Internet::with_domains(1000)).build(Seeds::new(1, 0)).unwrap();
    let graph = topology.graph().unwrap();
    let [policy, fastest] =
        [Routing::Policy, Routing::Latency].map(|routing| attach(&topology, 200, routing));
    let (mut crossed, mut apart) = (0, 0);
    for (a, b) in pairs(200) {
        // Everybody reaches tier 1 by providers, and there all peer.
        assert!(policy.reaches(a, b));
        // Policy may hold to a longer way, never to a faster one than the fastest.
        assert!(policy.latency(a, b) >= fastest.latency(a, b));
        crossed += systems(graph, &policy.path(a, b)) - 1;
        apart += 1;
    }
    let mean = crossed as f64 / f64::from(apart);
    assert!((2.5..4.5).contains(&mean), "{mean} links between systems");
    let routes = policy.statistics(Seeds::new(1, 0)).routes.unwrap();
    // Measured detours of policy: 20 % of paths are half as long again (Spring, Mahajan, Anderson, SIGCOMM 2003); about half
    // of all pairs take different ways there and back (Paxson, ToN 5(5), 1997), more by the systems' routers.
    assert!((1.05..2.0).contains(&routes.stretch), "{routes:?}");
    assert!((0.2..0.95).contains(&routes.asymmetric), "{routes:?}");
    assert_eq!(fastest.statistics(Seeds::new(1, 0)).routes, None);
}

#[test]
fn a_tier_one_network_is_routed_around() {
    let topology = Model::Internet(Internet::with_domains(1000)).build(Seeds::new(2, 0)).unwrap();
    let graph = topology.graph().unwrap();
    let healthy = attach(&topology, 150, Routing::Policy);
    let inside = |router: &NodeIndex| graph.graph()[*router].domain == 0;
    let routers = graph.graph().node_indices().filter(inside).map(|router| RouterId(router.index() as u32));
    let damage = Damage { routers: routers.collect(), ..Damage::default() };
    let cut = healthy.cut(&damage).unwrap();
    let around = healthy.rerouted(&damage).unwrap();
    let count = |underlay: &Underlay| pairs(150).filter(|&(a, b)| underlay.reaches(a, b)).count();
    let [all, left, found] = [&healthy, &cut, &around].map(count);
    assert!(left < all && left < found, "{all} before, {left} at the fault, {found} after it");
    let again = around.rerouted(&Damage::default()).unwrap();
    for (a, b) in pairs(150) {
        assert_eq!(again.path(a, b), healthy.path(a, b));
        assert_eq!(again.latency(a, b), healthy.latency(a, b));
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn skipped() {
    eprintln!("skipped: no data folder");
}

/// Whether a path climbs to providers, crosses at most one peering, and descends; siblings anywhere.
fn is_valley_free(graph: &RouterGraph, path: &[RouterId]) -> bool {
    let node = |router: RouterId| NodeIndex::new(router.0 as usize);
    let steps = path.windows(2).filter_map(|two| {
        let link = graph.graph().find_edge(node(two[0]), node(two[1])).expect("a link");
        let forward = graph.graph().edge_endpoints(link).is_some_and(|(source, _)| source == node(two[0]));
        graph.graph()[link].relation.map(|relation| if forward { relation } else { relation.reverse() })
    });
    let mut descends = false;
    for relation in steps {
        match relation {
            Relation::Customer | Relation::Peer if descends => return false,
            Relation::Customer | Relation::Sibling => {}
            Relation::Peer | Relation::Provider => descends = true,
        }
    }
    true
}

/// The inferred relationships of 2012 are partial: some systems on top neither peer with all others nor buy from any.
#[test]
fn most_of_the_systems_of_2012_reach_each_other() {
    let folder = std::env::var_os("OVERLAB_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), Into::into);
    let file = folder.join("topo-caida-as-rel/caida-as-rel.txt.gz");
    if !file.exists() {
        return skipped();
    }
    let import = Import { link_latency: Some(Span::from_millis(5)), ..Import::new(file) };
    let topology = Model::Import(import).build(Seeds::new(1, 0)).unwrap();
    let underlay = attach(&topology, 400, Routing::Policy);
    let graph = topology.graph().unwrap();
    let (mut reached, mut all) = (0, 0);
    for (a, b) in pairs(400) {
        all += 1;
        if underlay.reaches(a, b) {
            reached += 1;
            assert!(is_valley_free(graph, &underlay.path(a, b)));
            // A valley-free way there is one back.
            assert!(underlay.reaches(b, a));
        }
    }
    let share = f64::from(reached) / f64::from(all);
    assert!(share > 0.9, "{share} of the pairs");
}
