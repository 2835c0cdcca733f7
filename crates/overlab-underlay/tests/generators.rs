//! Generated graphs against what is known of them.

use overlab_time::{Seeds, Span};
use overlab_underlay::{
    Attachment, BarabasiAlbert, Border, Connect, Density, ErdosRenyi, Flat, Generator, Grid, HostId, Model,
    PowerLaw, RandomRegular, RouterGraph, Shape, TwoLevel, WattsStrogatz, Waxman, Wiring,
};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn model(generator: Generator) -> Model {
    Model::Flat(Flat { generator, wiring: Wiring::default() })
}

fn graph(generator: Generator, seed: u64) -> RouterGraph {
    let topology = model(generator).build(Seeds::new(seed, 0)).unwrap();
    topology.graph().unwrap().clone()
}

fn degrees(graph: &RouterGraph) -> Vec<u32> {
    let graph = graph.graph();
    graph.node_indices().map(|node| graph.edges(node).count() as u32).collect()
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

fn shape(generator: Generator, seed: u64) -> Shape {
    let topology = model(generator).build(Seeds::new(seed, 0)).unwrap();
    let underlay = topology.attach(10, &Attachment::default(), Seeds::new(seed, 0)).unwrap();
    underlay.statistics(Seeds::new(seed, 0)).shape.unwrap()
}

/// P(k) = 2 m (m + 1) / (k (k + 1) (k + 2)) in the limit (Bollobas et al. 2001), whose tail has exponent 3.
#[test]
fn preferential_attachment_has_its_degree_law() {
    let (routers, m) = (50_000, 2);
    let degrees = degrees(&graph(Generator::BarabasiAlbert(BarabasiAlbert { routers, m, m0: None }), 1));
    let mut count: BTreeMap<u32, u32> = BTreeMap::new();
    for &degree in &degrees {
        *count.entry(degree).or_default() += 1;
    }
    assert_eq!(*count.keys().next().unwrap(), m);
    for k in 2..=8 {
        let expected = 2.0 * f64::from(m * (m + 1)) / f64::from(k * (k + 1) * (k + 2));
        let measured = f64::from(count[&k]) / f64::from(routers);
        // Four standard errors of a share, and the correction of a finite graph, which is of order 1/n.
        let error = 4.0 * (expected * (1.0 - expected) / f64::from(routers)).sqrt() + 1e-3;
        assert!((measured - expected).abs() < error, "P({k}) = {measured}, not {expected}");
    }
    // The law above falls with the exponent 3 - 3 / k or so at k, hence with 2.7 to 3 from 10 links on.
    let fitted = PowerLaw::from_minimum(&degrees, 10).unwrap();
    assert!((fitted.exponent - 2.9).abs() < 0.25, "{fitted:?}");
    assert_eq!(
        graph(Generator::BarabasiAlbert(BarabasiAlbert { routers, m, m0: None }), 1).graph().edge_count(),
        3 + 2 * 49_997
    );
}

#[test]
fn independent_links_make_poisson_degrees() {
    let routers = 20_000;
    let parameters =
        |density| Generator::ErdosRenyi(ErdosRenyi { routers, density, connect: Connect::Largest });
    // With a mean degree of 12 next to no router is alone: e^-12 of them.
    let degrees = degrees(&graph(parameters(Density::MeanDegree(12.0)), 1));
    let average = mean(degrees.iter().map(|&degree| f64::from(degree)));
    let variance = mean(degrees.iter().map(|&degree| (f64::from(degree) - average).powi(2)));
    // The number of links has standard deviation sqrt(120,000): the mean degree one of 0.035.
    assert!((average - 12.0).abs() < 0.14, "{average}");
    assert!((variance / 12.0 - 1.0).abs() < 0.05, "{variance}");
    let exact = Generator::ErdosRenyi(ErdosRenyi {
        routers: 100,
        density: Density::Links(2000),
        connect: Connect::Largest,
    });
    assert_eq!(graph(exact, 1).graph().edge_count(), 2000);
}

/// The share s of the giant component solves 1 - s = exp(-c s) at mean degree c (Erdos and Renyi 1960).
#[test]
fn the_giant_component_has_its_size() {
    let routers = 50_000;
    for (mean_degree, share) in [(1.5, 0.582_81), (2.0, 0.796_81), (3.0, 0.940_48)] {
        let density = Density::MeanDegree(mean_degree);
        let parameters = ErdosRenyi { routers, density, connect: Connect::Largest };
        let kept = graph(Generator::ErdosRenyi(parameters), 2).routers();
        let measured = f64::from(kept) / f64::from(routers);
        // The standard deviation is below 1.5 / sqrt(n) for these means.
        assert!((measured - share).abs() < 0.02, "{measured} of {mean_degree}");
    }
}

/// C(p) = 3 (k - 2) / (4 (k - 1)) (1 - p)^3 (Barrat and Weigt, European Physical Journal B 13, 2000).
#[test]
fn small_worlds_are_clustered_and_small() {
    let world =
        |p| Generator::WattsStrogatz(WattsStrogatz { routers: 2000, k: 10, p, connect: Connect::Join });
    let ring = shape(world(0.0), 1);
    // On a ring of n with k links the mean is close to n / 2k.
    assert!((ring.mean_hops - 100.5).abs() < 0.1 && ring.diameter == 200, "{ring:?}");
    for p in [0.0, 0.01, 0.1, 0.5] {
        let shape = shape(world(p), 1);
        let expected = 0.75 * 8.0 / 9.0 * (1.0f64 - p).powi(3);
        let measured = shape.clustering.unwrap();
        assert!((measured - expected).abs() < 0.02, "C({p}) = {measured}, not {expected}");
        if p >= 0.01 {
            assert!(shape.mean_hops < ring.mean_hops / 4.0, "{shape:?}");
        }
    }
    assert_eq!(graph(world(0.3), 1).graph().edge_count(), 10_000);
}

/// A random d-regular graph has a diameter near log_(d-1) n (Bollobas and Fernandez de la Vega 1982), and hardly a triangle.
#[test]
fn regular_graphs_are_regular() {
    for degree in [3, 4, 7] {
        let routers = 4000;
        let generator = Generator::RandomRegular(RandomRegular { routers, degree, connect: Connect::Join });
        assert!(degrees(&graph(generator.clone(), 3)).iter().all(|&links| links == degree));
        let shape = shape(generator, 3);
        let bound = f64::from(routers).ln() / f64::from(degree - 1).ln();
        let diameter = f64::from(shape.diameter);
        assert!(diameter > bound - 1.0 && diameter < bound + 6.0, "{shape:?} at {degree}");
        assert!(shape.clustering.unwrap() < 0.01);
    }
}

#[test]
fn grids_and_tori_have_the_distances_of_their_steps() {
    let wiring = Wiring { latency: Some(Span::from_millis(5)), ..Wiring::default() };
    for wrap in [false, true] {
        let generator = Generator::Grid(Grid { sizes: vec![4, 3, 5], wrap });
        let topology = Model::Flat(Flat { generator, wiring }).build(Seeds::new(1, 0)).unwrap();
        let attachment = Attachment { access: Some(overlab_underlay::Access::None), ..Attachment::default() };
        let underlay = topology.attach(60, &attachment, Seeds::new(1, 0)).unwrap();
        for (a, b) in (0..60).flat_map(|a| (0..60).map(move |b| (a, b))) {
            let [from, to] = [a, b].map(|host| underlay.router(HostId(host)).unwrap().0);
            let steps: u32 = [(1, 4), (4, 3), (12, 5)]
                .map(|(stride, size): (u32, u32)| {
                    let apart = (from / stride % size).abs_diff(to / stride % size);
                    if wrap { apart.min(size - apart) } else { apart }
                })
                .iter()
                .sum();
            assert_eq!(underlay.latency(HostId(a), HostId(b)), Span::from_millis(5) * u64::from(steps));
        }
    }
}

/// Links appear with probability beta exp(-d / (alpha L)), by bins of the distance.
#[test]
fn waxman_links_fall_off_with_distance() {
    const BINS: usize = 14;
    let parameters = Waxman { routers: 3000, alpha: 0.2, beta: 0.4, connect: Connect::Join };
    let graph = graph(Generator::Waxman(parameters), 4);
    let graph = graph.graph();
    let distance = |a: NodeIndex, b: NodeIndex| {
        let ([ax, ay], [bx, by]) = (graph[a].position, graph[b].position);
        (ax - bx).hypot(ay - by)
    };
    let (mut expected, mut linked) = ([0.0; BINS], [0.0; BINS]);
    let bin = |distance: f64| ((distance * 10.0) as usize).min(BINS - 1);
    for a in graph.node_indices() {
        for b in graph.node_indices().skip(a.index() + 1) {
            let distance = distance(a, b);
            expected[bin(distance)] += 0.4 * (-distance / (0.2 * 2f64.sqrt())).exp();
        }
    }
    for link in graph.edge_references() {
        linked[bin(distance(link.source(), link.target()))] += 1.0;
    }
    for (bin, (&expected, &linked)) in expected.iter().zip(&linked).enumerate() {
        // Counts of independent rare links: the variance is at most the mean.
        assert!(
            (linked - expected).abs() < 4.5 * expected.sqrt() + 1.0,
            "bin {bin}: {linked}, not {expected}"
        );
    }
}

#[test]
fn two_levels_have_systems_of_routers_and_links_between_them() {
    for border in [Border::Random, Border::SmallestDegree] {
        let parameters = TwoLevel {
            top: Generator::BarabasiAlbert(BarabasiAlbert { routers: 30, m: 2, m0: None }),
            top_wiring: Wiring::default(),
            bottom: Generator::RandomRegular(RandomRegular {
                routers: 10,
                degree: 4,
                connect: Connect::Join,
            }),
            bottom_wiring: Wiring { width: Span::from_millis(5), ..Wiring::default() },
            border,
        };
        let topology = Model::TwoLevel(Box::new(parameters)).build(Seeds::new(1, 0)).unwrap();
        let routers = topology.graph().unwrap();
        let graph = routers.graph();
        assert_eq!((graph.node_count(), routers.domains().len()), (300, 30));
        // 3 links of the first three systems and 2 of each of the other 27; 20 links inside each system.
        let between =
            graph.edge_references().filter(|link| graph[link.source()].domain != graph[link.target()].domain);
        assert_eq!((between.count(), graph.edge_count()), (57, 57 + 30 * 20));
        assert_eq!(petgraph::algo::connected_components(graph), 1);
        let most = graph.node_indices().map(|node| graph.edges(node).count()).max().unwrap();
        let hub = (0..30)
            .map(|domain| {
                let inside = graph.node_indices().filter(|&node| graph[node].domain == domain);
                inside.map(|node| graph.edges(node).count() - 4).sum::<usize>()
            })
            .max()
            .unwrap();
        if border == Border::SmallestDegree {
            // The links of the largest hub are spread over its ten routers as evenly as can be.
            assert_eq!(most, 4 + hub.div_ceil(10));
        }
    }
}

fn any_generator() -> impl Strategy<Value = Generator> {
    let connect = || prop_oneof![Just(Connect::Join), Just(Connect::Largest)];
    prop_oneof![
        (2u32..60, 0.01..2.0, 0.0..=1.0, connect()).prop_map(|(routers, alpha, beta, connect)| {
            Generator::Waxman(Waxman { routers, alpha, beta, connect })
        }),
        (6u32..60, 1u32..5).prop_map(|(routers, m)| Generator::BarabasiAlbert(BarabasiAlbert {
            routers,
            m,
            m0: None
        })),
        (2u32..60, 0.0..=1.0, connect()).prop_map(|(routers, p, connect)| {
            Generator::ErdosRenyi(ErdosRenyi { routers, density: Density::Probability(p), connect })
        }),
        (8u32..60, 1u32..4, 0.0..=1.0, connect()).prop_map(|(routers, half, p, connect)| {
            Generator::WattsStrogatz(WattsStrogatz { routers, k: 2 * half, p, connect })
        }),
        (6u32..30, 2u32..5, connect()).prop_map(|(half, degree, connect)| {
            Generator::RandomRegular(RandomRegular { routers: 2 * half, degree, connect })
        }),
        (prop::collection::vec(1u32..5, 1..4), any::<bool>()).prop_map(|(mut sizes, wrap)| {
            sizes.push(3);
            Generator::Grid(Grid { sizes, wrap })
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_graph_is_connected_simple_and_its_seeds(generator in any_generator(), seed: u64) {
        let drawn = graph(generator.clone(), seed);
        prop_assert_eq!(petgraph::algo::connected_components(drawn.graph()), 1);
        let mut ends: Vec<_> = drawn.graph().edge_references()
            .map(|link| (link.source().min(link.target()), link.source().max(link.target())))
            .collect();
        prop_assert!(ends.iter().all(|(a, b)| a != b));
        let links = ends.len();
        ends.sort_unstable();
        ends.dedup();
        prop_assert_eq!(ends.len(), links);
        prop_assert!(drawn.graph().edge_weights().all(|link| link.latency >= Span::from_micros(100)));
        let again = graph(generator, seed);
        prop_assert_eq!(format!("{:?}", drawn.graph()), format!("{:?}", again.graph()));
    }
}

#[test]
fn nonsense_is_refused() {
    let message = |generator| model(generator).check().unwrap_err().to_string();
    let waxman = Waxman::default;
    assert!(message(Generator::Waxman(Waxman { alpha: 0.0, ..waxman() })).starts_with("alpha must be"));
    assert!(message(Generator::Waxman(Waxman { beta: f64::NAN, ..waxman() })).starts_with("beta must be"));
    assert!(
        message(Generator::Waxman(Waxman { routers: 2_000_000, ..waxman() }))
            .contains("lower routers or beta")
    );
    let attachment = BarabasiAlbert::default;
    assert!(
        message(Generator::BarabasiAlbert(BarabasiAlbert { m: 0, ..attachment() })).starts_with("m must be")
    );
    assert!(
        message(Generator::BarabasiAlbert(BarabasiAlbert { m0: Some(1), ..attachment() }))
            .starts_with("m0 must")
    );
    assert!(
        message(Generator::BarabasiAlbert(BarabasiAlbert { m: u32::MAX, ..attachment() }))
            .starts_with("m0 must")
    );
    let regular = RandomRegular { routers: 7, degree: 3, connect: Connect::Join };
    assert!(message(Generator::RandomRegular(regular)).contains("even where"));
    let world = WattsStrogatz { k: 3, ..WattsStrogatz::default() };
    assert!(message(Generator::WattsStrogatz(world)).starts_with("k must be even"));
    assert!(
        message(Generator::Grid(Grid { sizes: vec![u32::MAX; 4], wrap: true })).contains("at most 2000000")
    );
    assert!(message(Generator::Grid(Grid { sizes: vec![], wrap: true })).contains("one to four"));
    let dense = ErdosRenyi { density: Density::Links(u64::MAX), ..ErdosRenyi::default() };
    assert!(message(Generator::ErdosRenyi(dense)).contains("at most half"));
}
