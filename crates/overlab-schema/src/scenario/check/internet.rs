//! Checks of the synthetic Internet.

use super::Findings;
use crate::scenario::Internet;
use overlab_time::Span;

pub(super) fn check_internet(f: &mut Findings, internet: &Internet) {
    let at = |key: &str| format!("underlay.internet.{key}");
    let domains = internet.domains;
    f.must((20..=200_000).contains(&domains), &at("domains"), domains, "between 20 and 200000");
    let tier1 = internet.tier1;
    f.must(
        (1..=100).contains(&tier1) && tier1 < domains,
        &at("tier1"),
        tier1,
        "at least 1, at most 100, and fewer than all networks",
    );
    f.must(
        internet.exponent > 2.0 && internet.exponent <= 4.0,
        &at("exponent"),
        internet.exponent,
        "above 2 and at most 4",
    );
    for (key, value, from, to) in [
        ("transit_share", internet.transit_share, 0.01, 1.0),
        ("rank_offset", internet.rank_offset, 0.0, 1000.0),
        ("stub_providers", internet.stub_providers, 1.0, 5.0),
        ("transit_providers", internet.transit_providers, 1.0, 5.0),
        ("peering_share", internet.peering_share, 0.0, 0.6),
        ("content_share", internet.content_share, 0.0, 0.9),
        ("routers_per_domain", internet.routers_per_domain, 1.0, 3.0),
        ("path_factor", internet.path_factor, 1.0, 10.0),
    ] {
        f.must((from..=to).contains(&value), &at(key), value, &format!("between {from} and {to}"));
    }
    f.at_most(&at("metro"), internet.metro, Span::from_millis(100));
}
