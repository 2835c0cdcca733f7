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
fn round_trips_are_those_of_the_internet() {
    for routing in [Routing::Latency, Routing::Policy] {
        let statistics = between_people(2000, 1000, routing).statistics(Seeds::new(2, 0));
        println!("{routing:?} {statistics:?}");
        let median = round_trip(&statistics);
        assert!((80.0..200.0).contains(&median), "{routing:?}: {median} ms");
    }
}
