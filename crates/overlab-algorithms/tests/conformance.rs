//! Every algorithm of the catalogue passes the suite of its service.

use overlab_algorithms::key_routing::chord::{Chord, ChordParameters, Refresh};
use overlab_algorithms::key_routing::kademlia::{Eviction, Kademlia, KademliaParameters};
use overlab_peer::{Converged, Parameters};
use overlab_time::{Interval, Span};
use overlab_toolkit::conformance::{Demands, check};

/// What each may fall short of: Kademlia's buckets hold whom they heard of, not all that there are.
trait Allowed: Converged {
    const MISSING: f64;
}

impl Allowed for Chord {
    const MISSING: f64 = 0.0;
}

impl Allowed for Kademlia {
    const MISSING: f64 = 0.1;
}

fn conforms<A: Allowed>(parameters: &A::Parameters) {
    check::<A>(parameters, &Demands { missing: A::MISSING, ..Demands::of(parameters) });
}

macro_rules! with_defaults {
    ($($algorithm:ty),+) => {
        #[test]
        fn all_conform_by_default() {
            $(conforms::<$algorithm>(&<$algorithm as overlab_peer::Protocol>::Parameters::default());)+
        }

        #[test]
        fn parameters_survive_their_file() {
            $(
                let parameters = <$algorithm as overlab_peer::Protocol>::Parameters::default();
                assert!(parameters.check().is_ok());
                let text = serde_json::to_string(&parameters).unwrap();
                let read: <$algorithm as overlab_peer::Protocol>::Parameters = serde_json::from_str(&text).unwrap();
                assert_eq!(read, parameters);
                assert!(serde_json::from_str::<<$algorithm as overlab_peer::Protocol>::Parameters>("{\"nonsense\": 1}").is_err());
            )+
        }
    };
}

overlab_algorithms::each_key_routing!(with_defaults);

#[test]
fn chord_conforms_with_every_choice() {
    for parameters in [
        ChordParameters { refresh: Refresh::Entries, ..ChordParameters::default() },
        ChordParameters {
            route_through_successors: false,
            copy_fingers: false,
            ..ChordParameters::default()
        },
    ] {
        conforms::<Chord>(&parameters);
    }
}

#[test]
fn kademlia_conforms_with_every_choice() {
    for parameters in [
        KademliaParameters { eviction: Eviction::Ping, ..KademliaParameters::default() },
        KademliaParameters {
            k: 8,
            stale_after: 5,
            replacement_cache: Some(0),
            ..KademliaParameters::default()
        },
        KademliaParameters {
            siblings: Some(3),
            refresh_interval: Interval::Every(Span::from_minutes(10)),
            ..KademliaParameters::default()
        },
    ] {
        conforms::<Kademlia>(&parameters);
    }
}
