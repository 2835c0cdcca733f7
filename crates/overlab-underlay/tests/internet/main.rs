//! The synthetic Internet against what is known of the real one.

mod latencies;
mod networks;

use networks::Networks;
use overlab_time::{Seeds, Span};
use overlab_underlay::{Internet, LinkClass, Model, PowerLaw, RouterGraph, RouterKind, Topology};
use petgraph::algo::connected_components;

fn internet(domains: u32, seed: u64) -> Topology {
    Model::Internet(Internet::with_domains(domains)).build(Seeds::new(seed, 0)).unwrap()
}

fn graph(topology: &Topology) -> &RouterGraph {
    topology.graph().unwrap()
}

/// Mean links on the shortest valley-free paths from some networks to all; panics where there is no path.
fn mean_path(networks: &Networks, sources: usize) -> f64 {
    let (mut hops, mut pairs) = (0, 0);
    for source in 0..sources {
        for reached in networks.valley_free((source * 7919 + 13) % networks.count()) {
            assert_ne!(reached, u32::MAX, "no valley-free path from {source}");
            hops += u64::from(reached);
            pairs += 1;
        }
    }
    hops as f64 / f64::from(pairs)
}

/// What CAIDA's AS relationships of June 2012 say, and what must hold of every seed. Returns the exponent of degrees.
fn looks_like_the_internet(domains: u32, seed: u64) -> f64 {
    let topology = internet(domains, seed);
    let graph = graph(&topology);
    let networks = Networks::of(graph);
    let degrees = networks.degrees();
    let (links, peerings) = networks.links();
    let count = f64::from(domains);
    // Faloutsos et al. 1999 and CAIDA 2007 and 2012: 2.04 to 2.2 by the same estimator.
    let fit = PowerLaw::fit(&degrees).unwrap();
    // Of 20 seeds that nothing was tuned on: 2.146 with a deviation of 0.035 at 1,000 networks, 2.181 and 0.020 at 10,000; two of each
    // lie above 2.2, where the fit begins late. So the mean is held to 2.1 (below), and each seed to four deviations beyond.
    assert!((fit.exponent - 2.1).abs() <= 0.2, "{fit:?}");
    // 2012: mean degree 5.89, 86 % without customers, 36 % of links between peers.
    let mean = 2.0 * links as f64 / count;
    assert!((5.3..6.5).contains(&mean), "mean degree {mean}");
    let stubs = networks.customers.iter().filter(|customers| customers.is_empty()).count() as f64 / count;
    assert!((0.82..0.90).contains(&stubs), "stubs {stubs}");
    let share = peerings as f64 / links as f64;
    assert!((0.30..0.37).contains(&share), "peers {share}");
    // CAIDA 2007: clustering 0.27; published maps give 0.1 to 0.5 (Mahadevan et al., CCR 36(1), 2006).
    let clustering = networks.clustering();
    assert!((0.1..0.5).contains(&clustering), "clustering {clustering}");
    // The largest has 8.6 % of all as neighbours in 2012.
    let largest = f64::from(*degrees.iter().max().unwrap()) / count;
    assert!((0.04..0.20).contains(&largest), "largest {largest}");
    // Paths of four networks or so, a bit less in small worlds: 3.1 to 3.5 at 1,000.
    let path = mean_path(&networks, 20);
    let least = if domains < 10_000 { 2.9 } else { 3.2 };
    assert!((least..4.5).contains(&path), "path {path}");
    let routers = f64::from(graph.routers()) / count;
    assert!((1.30..1.40).contains(&routers), "routers {routers}");
    fit.exponent
}

/// Networks of so many domains look like the Internet with each of these seeds, and have its exponent on average.
fn look_like_the_internet(domains: u32, seeds: std::ops::Range<u64>) {
    let number = seeds.clone().count() as f64;
    let mean = seeds.map(|seed| looks_like_the_internet(domains, seed)).sum::<f64>() / number;
    assert!((mean - 2.1).abs() <= 0.1, "{mean}");
}

#[test]
fn a_thousand_networks_look_like_the_internet() {
    look_like_the_internet(1000, 0..4);
    look_like_the_internet(1000, 9010..9014);
}

#[test]
fn ten_thousand_networks_look_like_the_internet() {
    look_like_the_internet(10_000, 0..3);
}

#[test]
fn seventy_five_thousand_networks_look_like_the_internet() {
    look_like_the_internet(75_000, 1..2);
}

/// Customers have larger ranks than providers, so no network is its own customer's customer, and all providers lead to tier 1.
#[test]
fn everybody_buys_from_larger_networks_up_to_a_clique() {
    let topology = internet(2000, 5);
    let networks = Networks::of(graph(&topology));
    let tiers: Vec<u8> = graph(&topology).domains().iter().map(|domain| domain.tier).collect();
    for (network, providers) in networks.providers.iter().enumerate() {
        assert!(providers.iter().all(|&provider| (provider as usize) < network));
        let expected = providers.iter().map(|&provider| tiers[provider as usize] + 1).min().unwrap_or(1);
        assert_eq!(tiers[network], expected);
    }
    let tier1: Vec<usize> = (0..tiers.len()).filter(|&network| tiers[network] == 1).collect();
    assert_eq!(tier1, (0..12).collect::<Vec<_>>());
    for &a in &tier1 {
        let others = tier1.iter().filter(|&&b| b != a);
        assert!(others.clone().all(|&b| networks.peers[a].contains(&(b as u32))), "tier 1 is a clique");
    }
}

/// By brute force, between all pairs of a small world.
#[test]
fn a_valley_free_path_joins_any_two_networks() {
    let topology = internet(300, 9);
    let networks = Networks::of(graph(&topology));
    for source in 0..networks.count() {
        let paths = networks.valley_free(source);
        assert!(paths.iter().all(|&hops| hops != u32::MAX), "from {source}");
    }
}

#[test]
fn routers_links_and_people_hang_together() {
    let topology = internet(3000, 2);
    let graph = graph(&topology);
    let petgraph = graph.graph();
    assert_eq!(connected_components(petgraph), 1);
    let mut ends: Vec<_> = petgraph
        .edge_indices()
        .map(|edge| petgraph.edge_endpoints(edge).unwrap())
        .map(|(a, b)| (a.min(b), a.max(b)))
        .collect();
    assert!(ends.iter().all(|(a, b)| a != b));
    let links = ends.len();
    ends.sort_unstable();
    ends.dedup();
    assert_eq!(ends.len(), links, "no two links join the same routers");
    for edge in petgraph.edge_weights() {
        assert!(edge.capacity.is_some() && edge.latency > Span::ZERO);
        assert!(edge.cable.is_none_or(|cable| (cable as usize) < graph.cables().len()));
        // The longest way by sea is around half the globe twice.
        assert!(edge.latency < Span::from_millis(300), "{edge:?}");
        let within = matches!(edge.class, LinkClass::IntraStub | LinkClass::IntraTransit);
        assert_eq!(edge.relation.is_none(), within);
    }
    let crossing = petgraph.edge_weights().filter(|link| link.cable.is_some()).count();
    assert!(crossing * 20 > links && crossing * 3 < links, "{crossing} of {links} links cross a sea");
    // Each network hangs together by its own links.
    let own = petgraph.filter_map(|_, router| Some(router), |_, link| link.relation.is_none().then_some(()));
    assert_eq!(connected_components(&own), graph.domains().len());
    // Everybody in the table of cities is served, by stubs alone.
    let people: f64 = graph.domains().iter().map(|domain| domain.population).sum();
    assert!((people / 2.6602e9 - 1.0).abs() < 1e-3, "{people}");
    let routers = petgraph.node_weights();
    let served: f64 =
        routers.filter(|router| router.kind == RouterKind::Stub).map(|router| router.population).sum();
    assert!((served / people - 1.0).abs() < 1e-9);
}

#[test]
fn the_same_seed_gives_the_same_internet() {
    let text = |seed| format!("{:?}", graph(&internet(500, seed)).graph());
    assert_eq!(text(3), text(3));
    assert_ne!(text(3), text(4));
}

#[test]
fn extremes_are_built_or_refused() {
    let base = Internet::with_domains(20);
    for parameters in [
        base.clone(),
        Internet { tier1: 1, ..base.clone() },
        Internet { tier1: 19, ..base.clone() },
        Internet { transit_share: 1.0, ..base.clone() },
        Internet { peering_share: 0.0, routers_per_domain: 1.0, metro: Span::ZERO, ..base.clone() },
        Internet { peering_share: 0.6, routers_per_domain: 3.0, content_share: 0.9, ..base.clone() },
        Internet { stub_providers: 5.0, transit_providers: 5.0, ..base.clone() },
    ] {
        let topology = Model::Internet(parameters.clone()).build(Seeds::new(1, 0)).unwrap();
        let networks = Networks::of(graph(&topology));
        assert!(mean_path(&networks, 20) < 20.0, "{parameters:?}");
        assert_eq!(connected_components(graph(&topology).graph()), 1);
    }
    let refused = |parameters: Internet| Model::Internet(parameters).check().unwrap_err().to_string();
    assert!(refused(Internet::with_domains(19)).starts_with("domains must be between 20 and 200000"));
    assert!(refused(Internet { tier1: 20, ..base.clone() }).starts_with("tier1 must be"));
    assert!(refused(Internet { tier1: 0, ..base.clone() }).starts_with("tier1 must be"));
    assert!(refused(Internet { exponent: 2.0, ..base.clone() }).starts_with("exponent must be above 2"));
    assert!(refused(Internet { peering_share: f64::NAN, ..base }).starts_with("peering_share"));
}
