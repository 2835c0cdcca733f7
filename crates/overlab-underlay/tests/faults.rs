//! What faults strike, and what networks let through while they hold.

use overlab_time::{Purpose, Seeds, Span, Stream};
use overlab_underlay::{
    Access, Attachment, Constant, Country, Damage, Departure, Fault, Filter, GraphFile, GraphNode, HostId,
    HostsAt, Import, LinkId, Location, Loss, Model, Pairs, Plane, Risks, RouterId, RouterName, Selection,
    Side, Sphere, Spots, Strike, Topology, TransitStub, Underlay,
};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A ring of six routers in three autonomous systems and countries, of two routers each; two are called Paris.
fn ring() -> Topology {
    let places = [
        ("Oslo", 10, "NO", [60.0, 10.7]),
        ("Bergen", 10, "NO", [60.4, 5.3]),
        ("London", 20, "GB", [51.5, -0.1]),
        ("Leeds", 20, "GB", [53.8, -1.5]),
        ("Paris", 30, "FR", [48.9, 2.3]),
        ("Paris", 30, "FR", [48.8, 2.4]),
    ];
    let mut text = String::from("graph [\n");
    for at in 0..6 {
        writeln!(text, "node [ id {at} ] edge [ source {at} target {} ]", (at + 1) % 6).unwrap();
    }
    text.push(']');
    let mut file = GraphFile::parse("ring", text.as_bytes()).unwrap();
    for (node, (label, domain, country, coordinates)) in file.nodes.iter_mut().zip(places) {
        *node = GraphNode {
            coordinates: Some(coordinates),
            domain: Some(domain),
            country: Country::new(country),
            ..GraphNode::new(label)
        };
    }
    for (edge, latency) in file.edges.iter_mut().zip([1, 5, 1, 4, 1, 6]) {
        edge.latency = Some(Span::from_millis(latency));
    }
    Topology::routers(Import::new("ring").graph(&file).unwrap())
}

fn attached(topology: &Topology, hosts: u32) -> Underlay {
    let routed = topology.graph().is_some();
    let attachment = Attachment {
        access: Some(Access::None),
        hosts_at: routed.then_some(HostsAt::AllRouters),
        ..Attachment::default()
    };
    topology.attach(hosts, &attachment, Seeds::new(5, 0)).unwrap()
}

fn stream() -> Stream {
    Seeds::new(1, 0).stream(Purpose::Fault, 0, 1)
}

fn strike(fault: &Fault, underlay: &Underlay) -> Strike {
    fault.strike(underlay, &mut stream()).unwrap()
}

fn refusal(fault: &Fault, underlay: &Underlay) -> String {
    fault.strike(underlay, &mut stream()).unwrap_err().to_string()
}

fn label(name: &str) -> RouterName {
    RouterName::Label(name.to_owned())
}

/// The network while strikes hold and routing knows of the first `believed` of them.
fn struck(underlay: &Underlay, strikes: &[Strike], believed: usize) -> Underlay {
    let damage = |strikes: &[Strike]| {
        let mut all = Damage::default();
        for strike in strikes {
            all.routers.extend(&strike.damage.routers);
            all.links.extend(&strike.damage.links);
        }
        all
    };
    let barriers: Vec<_> = strikes.iter().filter_map(|strike| strike.barrier.as_ref()).collect();
    let severed = strikes.iter().map(|strike| &strike.severed[..]);
    let filter = Filter::of(underlay.hosts(), severed, &barriers).unwrap();
    underlay.rerouted(&damage(&strikes[..believed])).unwrap().cut(&damage(strikes)).unwrap().filtered(filter)
}

fn hosts(underlay: &Underlay) -> impl Iterator<Item = HostId> + use<> {
    (0..underlay.hosts()).map(HostId)
}

fn router(underlay: &Underlay, host: HostId) -> u32 {
    underlay.router(host).unwrap().0
}

fn departs(underlay: &Underlay, from: HostId, to: HostId) -> Departure {
    underlay.depart(from, to, underlay.needs_stream().then(stream).as_mut())
}

#[test]
fn a_broken_link_loses_messages_until_routes_avoid_it() {
    let underlay = attached(&ring(), 60);
    let fault = Fault::Link([label("Oslo"), label("Bergen")]);
    let strikes = [strike(&fault, &underlay)];
    assert_eq!(strikes[0].damage.links, BTreeSet::from([LinkId(0)]));
    assert_eq!((strikes[0].location, strikes[0].interdomain), (Location::Core, false));
    let (cut, routed) = (struck(&underlay, &strikes, 0), struck(&underlay, &strikes, 1));
    for from in hosts(&underlay) {
        for to in hosts(&underlay).filter(|to| *to != from) {
            let path = underlay.path(from, to);
            let broken = path
                .windows(2)
                .any(|link| matches!(link, [RouterId(0), RouterId(1)] | [RouterId(1), RouterId(0)]));
            let expected = if broken {
                Departure::Lost(Loss::Unreachable)
            } else {
                Departure::Arrives(underlay.latency(from, to))
            };
            assert_eq!(departs(&cut, from, to), expected);
            assert!(matches!(departs(&routed, from, to), Departure::Arrives(_)));
        }
    }
    let at = |router_number| hosts(&underlay).find(|host| router(&underlay, *host) == router_number).unwrap();
    // The long way round the ring.
    assert_eq!(routed.latency(at(0), at(1)), Span::from_millis(5 + 1 + 4 + 1 + 6));
}

#[test]
fn everything_of_a_name_fails_with_its_hosts() {
    let underlay = attached(&ring(), 60);
    let routers = |strike: &Strike| strike.damage.routers.iter().map(|router| router.0).collect::<Vec<_>>();
    let on = |routers: &[u32]| -> Vec<HostId> {
        hosts(&underlay).filter(|host| routers.contains(&router(&underlay, *host))).collect()
    };
    let disc = |kilometres| Selection::Disc { latitude: 51.5, longitude: -0.1, kilometres };
    let countries =
        |codes: &[&str]| Selection::Countries(codes.iter().map(|code| Country::new(code).unwrap()).collect());
    for (fault, expected) in [
        (Fault::Router(label("Leeds")), &[3][..]),
        (Fault::Router(RouterName::Number(5)), &[5]),
        (Fault::AutonomousSystem(20), &[2, 3]),
        // Leeds is 272 km from London, Paris 340 km and Bergen 1,050 km.
        (Fault::Region(disc(300.0)), &[2, 3]),
        (Fault::Region(disc(360.0)), &[2, 3, 4, 5]),
        (Fault::Region(countries(&["fr", "NO"])), &[0, 1, 4, 5]),
        (Fault::Region(Selection::AutonomousSystems(vec![30])), &[4, 5]),
    ] {
        let strike = strike(&fault, &underlay);
        assert_eq!(routers(&strike), expected, "{fault:?}");
        assert_eq!(strike.severed, on(expected), "{fault:?}");
        assert!(strike.interdomain && strike.barrier.is_none(), "{fault:?}");
        let wide = matches!(fault, Fault::Region(_));
        assert_eq!(strike.location, if wide { Location::Wide } else { Location::Core });
        // Nobody there is reached, not even from next door, whatever routing knows.
        for believed in [0, 1] {
            let network = struck(&underlay, std::slice::from_ref(&strike), believed);
            for pair in strike.severed.windows(2) {
                assert_eq!(departs(&network, pair[0], pair[1]), Departure::Lost(Loss::Unreachable));
            }
        }
    }
    let hit = strike(&Fault::Hosts(countries(&["GB"])), &underlay);
    assert_eq!((hit.severed.clone(), hit.location), (on(&[2, 3]), Location::LastHop));
    assert!(hit.damage.is_empty());
}

#[test]
fn names_that_do_not_exist_are_told_with_their_neighbours() {
    let underlay = attached(&ring(), 6);
    let link = |a: &str, b: &str| Fault::Link([label(a), label(b)]);
    let region = |code| Fault::Region(Selection::Countries(vec![Country::new(code).unwrap()]));
    for (fault, expected) in [
        (
            Fault::Router(label("Lodnon")),
            "unknown router \"Lodnon\"; did you mean \"London\"?; 6 routers here have labels",
        ),
        (Fault::Router(RouterName::Number(6)), "unknown router \"6\"; routers here have the numbers 0 to 5"),
        (
            Fault::Router(label("Paris")),
            "several routers are called \"Paris\": use one of their numbers (4, 5)",
        ),
        (link("Bergen", "Leeds"), "unknown link \"Bergen - Leeds\"; Bergen has links to Oslo, London"),
        (
            Fault::AutonomousSystem(21),
            "unknown autonomous system \"21\"; 3 are here, the nearest numbers 20, 30, 10",
        ),
        (region("DE"), "unknown country \"DE\"; countries here: FR GB NO"),
        (
            Fault::Cable("TAT-14".to_owned()),
            "a cable can fail only where the underlay has submarine cables, and this underlay has none",
        ),
    ] {
        assert_eq!(refusal(&fault, &underlay), expected);
    }
    // One of two Parises has a link to Leeds; which is plain.
    let [leeds, paris] = [3, 4].map(petgraph::graph::NodeIndex::new);
    let expected = underlay.topology().graph().unwrap().graph().find_edge(leeds, paris).unwrap();
    let found = strike(&link("Leeds", "Paris"), &underlay).damage.links;
    assert_eq!(found, BTreeSet::from([LinkId(expected.index() as u32)]));
}

#[test]
fn end_to_end_models_have_hosts_that_fail_and_nothing_else() {
    let seeds = Seeds::new(1, 0);
    let constant = attached(&Model::Constant(Constant::default()).build(seeds).unwrap(), 100);
    let text = refusal(&Fault::Router(RouterName::Number(0)), &constant);
    assert!(text.starts_with("a router can fail only where the underlay has a router graph"), "{text}");
    let text = refusal(&Fault::Partition(vec![Selection::Half(Side::West)]), &constant);
    assert_eq!(
        text,
        "a selection by place can fail only where the underlay has hosts with places, and on this underlay they have none"
    );
    let disc = Selection::Disc { latitude: 0.0, longitude: 0.0, kilometres: 5000.0 };
    let plane = attached(&Model::Plane(Plane::default()).build(seeds).unwrap(), 100);
    assert!(refusal(&Fault::Region(disc.clone()), &plane).starts_with("a disc can fail only where"));

    assert_eq!(strike(&Fault::Hosts(Selection::Fraction(0.255)), &constant).severed.len(), 26);
    assert_eq!(strike(&Fault::Hosts(Selection::Count(7)), &constant).severed.len(), 7);
    assert_eq!(strike(&Fault::Hosts(Selection::Count(700)), &constant).severed.len(), 100);

    let sphere = attached(&Model::Sphere(Sphere::default()).build(seeds).unwrap(), 2000);
    let hit = strike(&Fault::Region(disc), &sphere);
    for host in hosts(&sphere) {
        let [longitude, latitude] = sphere.place(host).unwrap().1;
        let cosine = latitude.to_radians().cos() * longitude.to_radians().cos();
        let within = cosine.acos() * 6371.0088 <= 5000.0;
        assert_eq!(hit.severed.contains(&host), within);
    }
    // A cap of 5,000 km covers (1 - cos(5000/6371)) / 2 = 14.6 % of a sphere: 293 hosts, with a deviation of 16.
    assert!((230..360).contains(&hit.severed.len()), "{}", hit.severed.len());
}

#[test]
fn parts_are_cut_apart_and_borders_let_some_through() {
    let seeds = Seeds::new(1, 0);
    let plane = attached(&Model::Plane(Plane::default()).build(seeds).unwrap(), 101);
    let halves = [strike(&Fault::Partition(vec![Selection::Half(Side::North)]), &plane)];
    let network = struck(&plane, &halves, 0);
    let heights: Vec<f64> = hosts(&plane).map(|host| plane.place(host).unwrap().1[1]).collect();
    let mut sorted = heights.clone();
    sorted.sort_by(f64::total_cmp);
    // The upper 50 of 101.
    let northern = |host: HostId| heights[host.0 as usize] >= sorted[51];
    for from in hosts(&plane) {
        for to in hosts(&plane).filter(|to| *to != from) {
            let expected = if northern(from) == northern(to) {
                Departure::Arrives(plane.latency(from, to))
            } else {
                Departure::Lost(Loss::Unreachable)
            };
            assert_eq!(departs(&network, from, to), expected);
        }
    }
    assert_eq!(network.pairs().reachable, 50 * 49 + 51 * 50);

    // Three parts of 30, 30 and 41 hosts: a share is one of all hosts, drawn from those that are left.
    let thirds =
        [strike(&Fault::Partition(vec![Selection::Fraction(0.3), Selection::Fraction(0.3)]), &plane)];
    assert_eq!(struck(&plane, &thirds, 0).pairs().reachable, 2 * 30 * 29 + 41 * 40);

    let around = Selection::Count(40);
    let border = [strike(&Fault::Border { around, inward: 1.0, outward: 0.25 }, &plane)];
    let network = struck(&plane, &border, 0);
    assert!(network.needs_stream());
    let inside = |host: HostId| {
        hosts(&plane).filter(|to| departs(&network, *to, host) == Departure::Lost(Loss::Filtered)).count()
            == 61
    };
    let inner: Vec<HostId> = hosts(&plane).filter(|host| inside(*host)).collect();
    assert_eq!(inner.len(), 40);
    let outer: Vec<HostId> = hosts(&plane).filter(|host| !inner.contains(host)).collect();
    let mut lost = 0;
    for turn in 0..8 {
        for from in &inner {
            for to in &outer {
                let owner = u64::from(from.0) << 32 | u64::from(to.0);
                let mut stream = seeds.stream(Purpose::Transmission, owner, turn);
                lost += u32::from(
                    network.depart(*from, *to, Some(&mut stream)) == Departure::Lost(Loss::Filtered),
                );
            }
        }
    }
    // 8 * 40 * 61 messages at a quarter: 4,880, with a deviation of 60.5.
    assert!((f64::from(lost) - 4880.0).abs() < 4.0 * 60.5, "{lost}");
    // What is dropped by chance can talk; what never passes cannot.
    assert_eq!(network.pairs().failed(), 40 * 61);
}

/// The same counts from every single pair of hosts: slowly, and by another way.
fn counted(network: &Underlay) -> Pairs {
    let all: Vec<HostId> = hosts(network).collect();
    let passes =
        |from: HostId, to: HostId| from == to || matches!(departs(network, from, to), Departure::Arrives(_));
    let mut both: Vec<Vec<bool>> =
        all.iter().map(|a| all.iter().map(|b| passes(*a, *b) && passes(*b, *a)).collect()).collect();
    // Warshall's closure.
    for over in 0..all.len() {
        for from in 0..all.len() {
            if both[from][over] {
                let onward = both[over].clone();
                both[from].iter_mut().zip(onward).for_each(|(reached, next)| *reached |= next);
            }
        }
    }
    let mut pairs = Pairs::default();
    for from in &all {
        for to in all.iter().filter(|to| *to != from) {
            pairs.all += 1;
            let reached = passes(*from, *to);
            pairs.reachable += u64::from(reached);
            pairs.saveable += u64::from(!reached && both[from.0 as usize][to.0 as usize]);
        }
    }
    pairs
}

#[test]
fn pairs_are_those_of_counting_one_by_one() {
    let graph = Model::TransitStub(TransitStub::with_routers(60)).build(Seeds::new(3, 0)).unwrap();
    let underlay = attached(&graph, 80);
    let spots = Spots::new(&underlay);
    let mut saved = 0;
    for seed in 0..40 {
        let mut stream = Seeds::new(seed, 0).stream(Purpose::Example, 0, 0);
        let mut strikes = Vec::new();
        for location in [Location::Core, Location::Edge, Location::LastHop, Location::Core] {
            let risks = Risks { router: 0.3, cable: 0.2 };
            strikes.push(spots.draw(&underlay, location, risks, &mut stream).unwrap());
        }
        if seed % 4 == 3 {
            strikes.push(strike(&Fault::Partition(vec![Selection::Count(20)]), &underlay));
        }
        let network = struck(&underlay, &strikes, seed as usize % 3);
        let pairs = network.pairs();
        assert_eq!(pairs, counted(&network), "seed {seed}");
        saved += pairs.saveable;
    }
    assert!(saved > 0);
    assert_eq!(underlay.pairs(), Pairs { all: 80 * 79, reachable: 80 * 79, saveable: 0 });
}

#[test]
fn random_faults_are_where_they_should_be() {
    let graph = Model::TransitStub(TransitStub::with_routers(200)).build(Seeds::new(3, 0)).unwrap();
    let underlay = attached(&graph, 300);
    let graph = graph.graph().unwrap().graph();
    let spots = Spots::new(&underlay);
    let domains = |link: &LinkId| {
        let (a, b) = graph.edge_endpoints(petgraph::graph::EdgeIndex::new(link.0 as usize)).unwrap();
        [graph[a].domain, graph[b].domain]
    };
    let mut stream = Seeds::new(1, 0).stream(Purpose::Example, 0, 0);
    let (mut routers, mut several) = (0, 0);
    for _ in 0..2000 {
        let risks = Risks { router: 0.165, cable: 0.114 };
        let edge = spots.draw(&underlay, Location::Edge, Risks::default(), &mut stream).unwrap();
        let [link] = edge.damage.links.iter().collect::<Vec<_>>()[..] else { panic!("one link fails") };
        let [a, b] = domains(link);
        assert!(a != b && edge.interdomain && edge.location == Location::Edge);
        let core = spots.draw(&underlay, Location::Core, risks, &mut stream).unwrap();
        routers += u32::from(!core.damage.routers.is_empty());
        several += u32::from(core.damage.links.len() > 1);
        let last = spots.draw(&underlay, Location::LastHop, risks, &mut stream).unwrap();
        assert!(last.severed.len() == 1 && last.damage.is_empty());
    }
    // 330 of 2,000 are expected, with a deviation of 16.6.
    assert!((f64::from(routers) - 330.0).abs() < 4.0 * 16.6, "{routers}");
    assert!(several < 2000 / 5);
    let constant = attached(&Model::Constant(Constant::default()).build(Seeds::new(1, 0)).unwrap(), 10);
    let none = Spots::new(&constant);
    assert!(none.has(Location::LastHop) && !none.has(Location::Edge) && !none.has(Location::Core));
    assert!(none.draw(&constant, Location::Core, Risks::default(), &mut stream).is_err());
}
