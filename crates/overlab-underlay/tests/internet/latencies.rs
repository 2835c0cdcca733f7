//! Latencies between hosts where people are, against measurements of the Internet.

use crate::internet;
use overlab_time::Seeds;
use overlab_underlay::{Attachment, Placement, Routing, Statistics, Underlay};

fn between_people(domains: u32, hosts: u32, routing: Routing) -> Underlay {
    let attachment = Attachment { placement: Placement::Population, routing, ..Attachment::default() };
    internet(domains, 1).attach(hosts, &attachment, Seeds::new(1, 0)).unwrap()
}

fn round_trip(statistics: &Statistics) -> f64 {
    2.0 * statistics.host_latency.unwrap().p50.as_millis_f64()
}

/// PlanetLab has a median round trip of 135 ms, RIPE Atlas of 179 ms between countries, clouds of 156 ms between regions.
#[test]
fn fastest_round_trips_are_those_of_the_internet() {
    let statistics = between_people(2000, 1000, Routing::Latency).statistics(Seeds::new(2, 0));
    let median = round_trip(&statistics);
    assert!((80.0..200.0).contains(&median), "{median} ms");
    // Fastest paths obey the triangle inequality.
    assert_eq!(statistics.triangle_violations, Some(0.0));
}

/// Triangle violations: 17.6 % in PlanetLab, 10.1 % in RIPE Atlas, 7 % within a cloud, 47 % among home computers.
#[test]
fn policy_makes_detours_worth_taking() {
    let [policy, fastest] = [Routing::Policy, Routing::Latency]
        .map(|routing| between_people(2000, 1000, routing).statistics(Seeds::new(2, 0)));
    let violations = policy.triangle_violations.unwrap();
    assert!((0.07..0.25).contains(&violations), "{violations}");
    let [policed, shortest] = [&policy, &fastest].map(round_trip);
    assert!(policed > shortest && (80.0..200.0).contains(&policed), "{policed} ms");
    assert_eq!(policy.unreachable, 0);
}

/// The law is that of autonomous systems: a large one has many routers, each with few links.
#[test]
fn the_power_law_is_that_of_networks() {
    let statistics = between_people(1000, 10, Routing::Latency).statistics(Seeds::new(2, 0));
    let topology = internet(1000, 1);
    let graph = crate::graph(&topology);
    let degrees = crate::Networks::of(graph).degrees();
    assert_eq!(statistics.domains, 1000);
    assert_eq!(graph.domain_degrees(), Some(degrees.clone()));
    assert_eq!(statistics.power_law, overlab_underlay::PowerLaw::fit(&degrees));
}
