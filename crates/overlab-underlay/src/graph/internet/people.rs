//! Which network serves how many people.

use super::cities::Cities;
use super::domains::Domains;
use super::relations::Relations;
use super::turn;
use overlab_time::{Purpose, Seeds};

/// The exponent of the Pareto law of a network's share of the people of its city: heavy-tailed, with a mean.
const SHARE_EXPONENT: f64 = 1.2;
/// What a nearest city in another country loses to one at home, as the cosine of an angle: some 3,000 km.
const BORDER: f64 = 0.1;

/// The inhabitants that each network serves: stubs that are not content networks serve their own city, and the cities to which
/// theirs is the nearest with such a network, rather in the same country than in another.
pub(super) fn residents(cities: &Cities, domains: &Domains, relations: &Relations, seeds: Seeds) -> Vec<f64> {
    let mut stream = seeds.stream(Purpose::Underlay, 0, turn::PEOPLE);
    let mut share = vec![0.0; domains.count() as usize];
    let mut claimed = vec![0.0; cities.all.len()];
    for domain in 0..domains.count() {
        // Drawn for all, so that one network's part does not shift another's.
        let drawn = libm::pow(stream.unit_open(), -1.0 / SHARE_EXPONENT);
        if !relations.sells[domain as usize] && !domains.content[domain as usize] {
            share[domain as usize] = drawn;
            claimed[domains.home(domain) as usize] += drawn;
        }
    }
    let serving: Vec<u32> = (0..claimed.len() as u32).filter(|&city| claimed[city as usize] > 0.0).collect();
    let mut served = vec![0.0; cities.all.len()];
    for city in &cities.all {
        let likeness = |other: u32| {
            let other = &cities.all[other as usize];
            let [a, b] = [city.direction.0, other.direction.0];
            let cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
            if other.nation == city.nation { cosine + BORDER } else { cosine }
        };
        let nearest = serving.iter().copied().max_by(|&a, &b| likeness(a).total_cmp(&likeness(b)));
        if let Some(nearest) = nearest {
            served[nearest as usize] += city.population;
        }
    }
    for (share, domain) in share.iter_mut().zip(0..) {
        let home = domains.home(domain) as usize;
        if *share > 0.0 {
            *share *= served[home] / claimed[home];
        }
    }
    share
}
