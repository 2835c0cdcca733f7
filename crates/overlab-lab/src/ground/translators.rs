//! Which hosts are behind address translators.

use overlab_peer::Reachability;
use overlab_schema::scenario::ReachabilityShares;
use overlab_time::{Purpose, Seeds};
use overlab_underlay::{HostId, Underlay};
use overlab_world::Translators;

/// Host `h` draws from `Purpose::Placement`, owner `h`, turn 3: its kind depends neither on other hosts nor on their number.
const TURN: u64 = 3;

/// Draws the kind of every host.
pub(super) fn translators(shares: &ReachabilityShares, underlay: &Underlay, seeds: Seeds) -> Translators {
    let classes: Vec<[f64; 2]> =
        underlay.access_classes().iter().map(|class| shares.of_class(&class.name)).collect();
    let draw = |host: u32| {
        let [nat, outbound_only] = classes
            .get(underlay.access_class(HostId(host)))
            .copied()
            .unwrap_or([shares.nat, shares.outbound_only]);
        let drawn = seeds.stream(Purpose::Placement, u64::from(host), TURN).unit();
        if drawn < nat {
            Reachability::Nat
        } else if drawn < nat + outbound_only {
            Reachability::OutboundOnly
        } else {
            Reachability::Public
        }
    };
    Translators { reachability: (0..underlay.hosts()).map(draw).collect(), timeout: shares.mapping_timeout }
}
