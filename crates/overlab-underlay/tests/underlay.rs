//! Hosts on every model: places, access, loss, jitter, bounds, statistics, pictures.

use overlab_time::{Law, Purpose, Seeds, Span};
use overlab_underlay::{
    Access, Attachment, Constant, Departure, HostId, HostsAt, Impairments, Jitter, JitterLaw, Matrix,
    MatrixKind, Model, NodeKind, Plane, RouterKind, Sphere, TransitStub, Underlay, UnderlayError,
};
use proptest::prelude::*;

fn seeds() -> Seeds {
    Seeds::new(7, 0)
}

fn attach(model: &Model, hosts: u32, attachment: &Attachment) -> Underlay {
    model.build(seeds()).unwrap().attach(hosts, attachment, seeds()).unwrap()
}

fn rtt() -> Matrix {
    Matrix::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/rtt.txt"), MatrixKind::Rtt)
}

fn models() -> Vec<Model> {
    let shared = Matrix { hosts_per_row: Some(50), same_row_latency: Some(Span::from_micros(300)), ..rtt() };
    vec![
        Model::Constant(Constant::default()),
        Model::Plane(Plane::default()),
        Model::Sphere(Sphere::default()),
        Model::Matrix(shared),
        Model::TransitStub(TransitStub::with_routers(200)),
    ]
}

/// Means over all ordered pairs of hosts, in milliseconds.
fn mean_latency(underlay: &Underlay) -> f64 {
    underlay.statistics(seeds()).host_latency.unwrap().mean.as_millis_f64()
}

#[test]
fn what_holds_of_every_model() {
    let uniform = Access::Uniform { minimum: Span::from_micros(100), maximum: Span::from_millis(5) };
    for model in models() {
        for access in [None, Some(Access::None), Some(uniform)] {
            let attachment = Attachment { access, ..Attachment::default() };
            let underlay = attach(&model, 60, &attachment);
            assert_eq!(underlay.hosts(), 60);
            let mut least = Span::MAX;
            for (a, b) in (0..60).flat_map(|a| (0..60).map(move |b| (HostId(a), HostId(b)))) {
                let latency = underlay.latency(a, b);
                assert_eq!(underlay.depart(a, b, None), Departure::Arrives(latency));
                if a == b {
                    assert_eq!(latency, Span::ZERO);
                } else {
                    least = least.min(latency);
                }
            }
            assert!(underlay.minimum() <= least, "{model:?}");
            assert!(!underlay.needs_stream());
            assert_eq!(underlay.statistics(seeds()).pairs, 60 * 59);
            let again = attach(&model, 60, &attachment);
            assert!(
                (0..60)
                    .all(|b| again.latency(HostId(3), HostId(b)) == underlay.latency(HostId(3), HostId(b)))
            );
        }
    }
}

/// The sum of all latencies in nanoseconds pins generators, placement and geometry: a change here changes
/// every result.
#[test]
fn golden_values_pin_the_models() {
    let uniform = Access::Uniform { minimum: Span::from_micros(100), maximum: Span::from_millis(5) };
    let attachment = Attachment { access: Some(uniform), ..Attachment::default() };
    let sums = models().into_iter().map(|model| {
        let underlay = attach(&model, 60, &attachment);
        let pairs = (0..60).flat_map(|a| (0..60).map(move |b| (HostId(a), HostId(b))));
        pairs.map(|(a, b)| underlay.latency(a, b).0).sum::<u64>()
    });
    let golden = [194_488_673_800, 319_774_111_616, 289_516_533_448, 66_115_673_800, 455_284_673_800];
    assert_eq!(sums.collect::<Vec<_>>(), golden);
}

#[test]
fn other_seeds_give_other_places() {
    for model in models().into_iter().skip(1) {
        let topology = model.build(seeds()).unwrap();
        let of =
            |replication| topology.attach(60, &Attachment::default(), Seeds::new(7, replication)).unwrap();
        let (a, b) = (of(0), of(1));
        assert!(
            (1..60).any(|to| a.latency(HostId(0), HostId(to)) != b.latency(HostId(0), HostId(to))),
            "{model:?}"
        );
    }
}

#[test]
fn a_host_keeps_its_place_when_others_come() {
    let access = Access::Uniform { minimum: Span::ZERO, maximum: Span::from_millis(5) };
    let attachment = Attachment { access: Some(access), ..Attachment::default() };
    for model in models().into_iter().filter(|model| !matches!(model, Model::Matrix(_))) {
        let (few, many) = (attach(&model, 10, &attachment), attach(&model, 100, &attachment));
        for (a, b) in (0..10).flat_map(|a| (0..10).map(move |b| (HostId(a), HostId(b)))) {
            assert_eq!(few.latency(a, b), many.latency(a, b), "{model:?}");
        }
    }
}

#[test]
fn points_have_the_mean_distances_of_geometry() {
    // A unit square has mean distance (2 + sqrt(2) + 5 asinh(1)) / 15 = 0.521405, and points of a sphere are
    // a quarter turn apart on average. The standard error of the mean over 1000 points is about 1 %.
    let plane =
        attach(&Model::Plane(Plane { base: Span::ZERO, ..Plane::default() }), 1000, &Attachment::default());
    assert!((mean_latency(&plane) / (150.0 * 0.521_405) - 1.0).abs() < 0.03, "{}", mean_latency(&plane));
    let sphere = attach(&Model::Sphere(Sphere::default()), 1000, &Attachment::default());
    assert!((mean_latency(&sphere) / (75.0 + 2.0) - 1.0).abs() < 0.03, "{}", mean_latency(&sphere));
    for underlay in [plane, sphere] {
        let statistics = underlay.statistics(seeds());
        // Rounding to nanoseconds can break a triangle only where the three points are in line.
        assert!(statistics.triangle_violations.unwrap() < 1e-4);
        assert_eq!((statistics.pairs, statistics.triples), (999_000, 1_000_000));
    }
}

#[test]
fn access_links_add_on_both_ends() {
    let access = |access| Attachment { access: Some(access), ..Attachment::default() };
    let constant = Model::Constant(Constant::default());
    let underlay = attach(&constant, 2, &access(Access::Constant(Span::from_millis(3))));
    assert_eq!(underlay.latency(HostId(0), HostId(1)), Span::from_millis(56));
    assert_eq!(attach(&constant, 2, &Attachment::default()).minimum(), Span::from_millis(50));
    let uniform = Access::Uniform { minimum: Span::from_millis(2), maximum: Span::from_millis(10) };
    let underlay = attach(&constant, 1000, &access(uniform));
    // Two uniform latencies of 2 to 10 ms have mean 12; the standard error over 1000 hosts is 0.15.
    assert!((mean_latency(&underlay) - 62.0).abs() < 0.6, "{}", mean_latency(&underlay));
    let backwards = Access::Uniform { minimum: Span::from_millis(2), maximum: Span::from_millis(1) };
    let error = constant.build(seeds()).unwrap().attach(2, &access(backwards), seeds()).unwrap_err();
    assert!(error.to_string().contains("at most access.uniform.maximum"), "{error}");
}

#[test]
fn hosts_of_a_transit_stub_graph_stand_on_stub_routers() {
    let topology = Model::TransitStub(TransitStub::with_routers(60)).build(seeds()).unwrap();
    let kinds = |hosts_at| {
        let attachment = Attachment { hosts_at, ..Attachment::default() };
        let underlay = topology.attach(2000, &attachment, seeds()).unwrap();
        let graph = topology.graph().unwrap().graph();
        let kind = |host| {
            graph[petgraph::graph::NodeIndex::new(underlay.router(HostId(host)).unwrap().0 as usize)].kind
        };
        (0..2000).filter(|&host| kind(host) == RouterKind::Transit).count()
    };
    assert_eq!(kinds(None), 0);
    assert_eq!(kinds(Some(HostsAt::StubRouters)), 0);
    assert!(kinds(Some(HostsAt::AllRouters)) > 0);
}

#[test]
fn a_matrix_is_halved_and_kept_asymmetric() {
    let underlay = attach(&Model::Matrix(rtt()), 4, &Attachment::default());
    let mut rows: Vec<u32> = (0..4).map(|host| underlay.row(HostId(host)).unwrap()).collect();
    let at = |row| HostId(rows.iter().position(|&r| r == row).unwrap() as u32);
    assert_eq!(underlay.latency(at(0), at(1)), Span::from_millis(5));
    assert_eq!(underlay.latency(at(1), at(0)), Span::from_millis(6));
    assert_eq!(underlay.minimum(), Span::from_millis(5));
    rows.sort_unstable();
    assert_eq!(rows, [0, 1, 2, 3]);
    // Symmetrised round trips: 0-1 11, 0-2 20, 0-3 30, 1-2 24, 1-3 100, 2-3 30. The triples with 1 and 3 are
    // violated.
    let statistics = underlay.statistics(seeds());
    assert_eq!((statistics.triangle_violations, statistics.triples), (Some(0.5), 4));
    assert_eq!((statistics.routers, statistics.occupied, statistics.links), (4, 4, 0));
}

#[test]
fn more_hosts_than_rows_need_two_parameters() {
    let topology = Model::Matrix(rtt()).build(seeds()).unwrap();
    let error = topology.attach(5, &Attachment::default(), seeds()).unwrap_err();
    assert!(matches!(error, UnderlayError::MoreHostsThanRows { hosts: 5, rows: 4, per_row: 1, .. }));
    assert!(error.to_string().contains("hosts_per_row and same_row_latency"), "{error}");
    let shared = Matrix { hosts_per_row: Some(2), same_row_latency: Some(Span::from_millis(1)), ..rtt() };
    let underlay = attach(&Model::Matrix(shared.clone()), 8, &Attachment::default());
    let mut rows: Vec<u32> = (0..8).map(|host| underlay.row(HostId(host)).unwrap()).collect();
    let twin = HostId((4..8).find(|&host| rows[host] == rows[0]).unwrap() as u32);
    assert_eq!(underlay.latency(HostId(0), twin), Span::from_millis(1));
    assert_eq!(underlay.minimum(), Span::from_millis(1));
    rows.sort_unstable();
    assert_eq!(rows, [0, 0, 1, 1, 2, 2, 3, 3]);
    let topology = Model::Matrix(shared).build(seeds()).unwrap();
    assert!(topology.attach(9, &Attachment::default(), seeds()).is_err());
}

#[test]
fn loss_and_jitter_touch_messages_between_hosts_only() {
    let impairments = Impairments { loss: 0.2, jitter: Some(Jitter::uniform(Span::from_millis(10))) };
    let attachment = Attachment { impairments, ..Attachment::default() };
    let underlay = attach(&Model::Constant(Constant::default()), 2, &attachment);
    assert!(underlay.needs_stream());
    let (a, b) = (HostId(0), HostId(1));
    assert_eq!(underlay.depart(a, a, None), Departure::Arrives(Span::ZERO));
    let (mut lost, mut sum) = (0u32, 0.0);
    for message in 0..100_000 {
        let mut stream = seeds().stream(Purpose::Transmission, 0, message);
        let mut same = stream.clone();
        match underlay.depart(a, b, Some(&mut stream)) {
            Departure::Lost(_) => lost += 1,
            Departure::Arrives(latency) => {
                assert!((Span::from_millis(50)..=Span::from_millis(60)).contains(&latency));
                sum += latency.as_millis_f64();
                assert_eq!(underlay.depart(a, b, Some(&mut same)), Departure::Arrives(latency));
            }
        }
    }
    // Standard errors: 0.0013 of the share and 0.01 ms of the mean.
    assert!((f64::from(lost) / 1e5 - 0.2).abs() < 0.006, "{lost}");
    assert!((sum / (1e5 - f64::from(lost)) - 55.0).abs() < 0.05, "{sum}");
    assert_eq!(underlay.minimum(), Span::from_millis(50));
    let low =
        Jitter { law: JitterLaw::Law(Law::exponential(Span::from_secs(1))), bound: Span::from_micros(1) };
    let bad =
        Attachment { impairments: Impairments { loss: 0.0, jitter: Some(low) }, ..Attachment::default() };
    assert!(Model::default().check().is_ok());
    assert!(Model::Constant(Constant::default()).build(seeds()).unwrap().attach(2, &bad, seeds()).is_err());
}

#[test]
fn pictures_show_every_router_or_host() {
    let picture = |model: &Model| attach(model, 60, &Attachment::default()).picture();
    let models = models();
    assert_eq!(picture(&models[0]), None);
    for (model, nodes) in [(&models[1], 60), (&models[2], 60), (&models[3], 4)] {
        let picture = picture(model).unwrap();
        assert_eq!((picture.nodes.len(), picture.edges.len()), (nodes, 0));
        assert!(picture.nodes.iter().all(|node| node.kind == NodeKind::Host && node.x.is_finite()));
        assert_eq!(picture.nodes.iter().map(|node| node.hosts).sum::<u32>(), 60);
    }
    let underlay = attach(&models[4], 60, &Attachment::default());
    let (picture, statistics) = (underlay.picture().unwrap(), underlay.statistics(seeds()));
    assert_eq!(
        (picture.nodes.len() as u32, picture.edges.len() as u32),
        (statistics.routers, statistics.links)
    );
    assert_eq!(statistics.components, 1);
    let degrees = statistics.degrees.unwrap();
    assert_eq!(degrees.mean, 2.0 * f64::from(statistics.links) / f64::from(statistics.routers));
    assert!(degrees.min >= 1 && degrees.p50 <= degrees.p90 && degrees.p90 <= degrees.max);
}

#[test]
fn few_hosts_are_no_trouble() {
    for model in models() {
        for hosts in 0..3 {
            let underlay = attach(&model, hosts, &Attachment::default());
            let statistics = underlay.statistics(seeds());
            assert_eq!(statistics.host_latency.is_some(), hosts >= 2);
            assert_eq!(statistics.triangle_violations, None);
            let _ = underlay.picture();
            assert!(underlay.describe().contains(&format!("{hosts} hosts")));
            assert!(underlay.minimum() > Span::ZERO);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn spaces_are_symmetric_and_bounded(seed: u64, width in 0u64..300, height in 0u64..300, base in 0u64..20) {
        let [width, height, base] = [width, height, base].map(Span::from_millis);
        let diagonal = Span::from_seconds_f64(width.as_seconds().hypot(height.as_seconds()));
        let plane = Model::Plane(Plane { width, height, base });
        let sphere = Model::Sphere(Sphere { antipodes: width, base, places: None });
        for (model, longest) in [(plane, diagonal), (sphere, width)] {
            let topology = model.build(Seeds::new(seed, 0)).unwrap();
            let underlay = topology.attach(20, &Attachment::default(), Seeds::new(seed, 0)).unwrap();
            for (a, b) in (0..20).flat_map(|a| (0..a).map(move |b| (HostId(a), HostId(b)))) {
                let latency = underlay.latency(a, b);
                prop_assert_eq!(latency, underlay.latency(b, a));
                prop_assert!(base <= latency && latency <= base + longest + Span(1));
            }
        }
    }
}
