//! Autonomous systems before they deal with one another: rank, fitness, home, points of presence.

use super::cities::{Cities, Continent};
use super::relations::Relations;
use super::{Internet, Lottery, turn};
use crate::graph::Domain;
use overlab_time::{Purpose, Seeds, Stream};
use std::ops::Range;

/// Networks for each inhabitant of a large city, relative to Europe, in the order of [`Continent::ALL`]: with them the shares of
/// continents are about those of the five registries among AS numbers (Number Resource Organization, 2012 to 2020).
const NETWORKS_PER_INHABITANT: [f64; 6] = [0.06, 0.12, 1.0, 1.0, 1.0, 0.4];

/// How the number of points of presence falls with rank.
const PRESENCE_EXPONENT: f64 = 0.6;
/// How many times as many points of presence tier 1 has: what it sells is to be everywhere.
const TIER1_PRESENCE: f64 = 3.0;
/// The power of a city's population to which points of presence are drawn: networks go where networks are.
const GATHERING: f64 = 1.5;
/// The most points of presence of a network.
const MOST_PRESENCE: f64 = 120.0;
/// Of the transit networks the first that are present all over the world, and those after them all over their continent.
const GLOBAL: f64 = 0.02;
const CONTINENTAL: f64 = 0.15;

/// All networks, by rank: tier 1 first, then other transit networks, then stubs.
#[derive(Debug)]
pub(super) struct Domains {
    pub(super) tier1: u32,
    pub(super) transit: u32,
    /// How attractive a transit network is to customers.
    pub(super) fitness: Vec<f64>,
    /// Whether a stub offers content.
    pub(super) content: Vec<bool>,
    /// Where the points of presence of each network begin in `presence`.
    starts: Vec<u32>,
    /// Cities; the first of each network is its home, the others ascend.
    presence: Vec<u32>,
}

impl Domains {
    pub(super) fn draw(parameters: &Internet, cities: &Cities, seeds: Seeds) -> Self {
        let mut stream = seeds.stream(Purpose::Underlay, 0, turn::DOMAINS);
        let (tier1, transit) = (parameters.tier1, parameters.transit());
        let offset = parameters.rank_offset;
        let power = -1.0 / (parameters.exponent - 1.0);
        let fitness = (0..transit)
            .map(|rank| libm::pow((f64::from(rank) + offset + 1.0) / (1.0 + offset), power))
            .collect();
        let lottery = Lottery::new(cities.all.iter().map(|city| {
            let continent = cities.countries[city.nation as usize].continent;
            city.population * NETWORKS_PER_INHABITANT[continent as usize]
        }));
        let hubs = Lottery::new(cities.all.iter().map(|city| {
            let continent = cities.countries[city.nation as usize].continent;
            NETWORKS_PER_INHABITANT[continent as usize] * libm::pow(city.population, GATHERING)
        }));
        let continents = Continents::new(cities);
        let world = 0..cities.all.len();
        let points = presence(parameters);
        let mut domains =
            Self { tier1, transit, fitness, content: Vec::new(), starts: vec![0], presence: Vec::new() };
        for rank in 0..parameters.domains {
            let home = lottery.draw(0..cities.all.len(), &mut stream) as u32;
            let first = domains.presence.len();
            domains.presence.push(home);
            if rank < transit {
                let share = f64::from(rank) / f64::from(transit);
                let nation = cities.nation(home);
                let extent = if rank < tier1 || share < GLOBAL {
                    std::slice::from_ref(&world)
                } else if share < CONTINENTAL {
                    &continents.cities[nation.continent as usize][..]
                } else {
                    std::slice::from_ref(&nation.cities)
                };
                let drawn = spread(extent, points[rank as usize], home, &hubs, &mut stream);
                domains.presence.extend(drawn);
                domains.presence[first + 1..].sort_unstable();
            }
            domains.starts.push(domains.presence.len() as u32);
            domains.content.push(rank >= transit && stream.chance(parameters.content_share));
        }
        domains
    }

    pub(super) fn count(&self) -> u32 {
        self.content.len() as u32
    }

    /// The cities of a network: home first, the others ascending.
    pub(super) fn presence(&self, domain: u32) -> &[u32] {
        &self.presence[self.points(domain)]
    }

    /// The routers of a network: one for each point of presence, in the same order.
    pub(super) fn points(&self, domain: u32) -> Range<usize> {
        self.starts[domain as usize] as usize..self.starts[domain as usize + 1] as usize
    }

    pub(super) fn home(&self, domain: u32) -> u32 {
        self.presence[self.starts[domain as usize] as usize]
    }

    /// What the graph tells of each network.
    pub(super) fn describe(&self, cities: &Cities, relations: &Relations, residents: &[f64]) -> Vec<Domain> {
        let mut tiers: Vec<u8> = Vec::with_capacity(residents.len());
        for domain in 0..self.count() {
            let providers = relations.providers(domain).iter();
            let tier =
                providers.map(|&provider| tiers[provider as usize].saturating_add(1)).min().unwrap_or(1);
            tiers.push(tier);
        }
        let described = tiers.into_iter().zip(residents).zip(0..);
        let domain = |((tier, &population), domain): ((u8, &f64), u32)| Domain {
            number: domain + 1,
            tier,
            country: Some(cities.nation(self.home(domain)).country),
            population,
        };
        described.map(domain).collect()
    }
}

/// The ranges of cities of each continent.
struct Continents {
    cities: [Vec<Range<usize>>; 6],
}

impl Continents {
    fn new(cities: &Cities) -> Self {
        let of = |continent: Continent| {
            let nations = cities.countries.iter().filter(|nation| nation.continent == continent);
            nations.map(|nation| nation.cities.clone()).collect()
        };
        Self { cities: Continent::ALL.map(of) }
    }
}

/// How many points of presence each transit network has: a power of rank, more in tier 1, scaled so that all networks have the stated number of
/// routers on average.
fn presence(parameters: &Internet) -> Vec<u32> {
    let (transit, tier1) = (parameters.transit(), f64::from(parameters.tier1));
    let falling: Vec<f64> = (0..transit)
        .map(|rank| {
            let falling = libm::pow((f64::from(rank) + tier1) / tier1, -PRESENCE_EXPONENT);
            if rank < parameters.tier1 { TIER1_PRESENCE * falling } else { falling }
        })
        .collect();
    let points = |scale: f64| {
        falling.iter().map(move |falling| libm::rint(scale * falling).clamp(1.0, MOST_PRESENCE) as u32)
    };
    let wanted = f64::from(parameters.domains) * (parameters.routers_per_domain - 1.0) + f64::from(transit);
    let mut scales = (1.0, 10.0 * MOST_PRESENCE);
    for _ in 0..40 {
        let middle = (scales.0 + scales.1) / 2.0;
        if f64::from(points(middle).sum::<u32>()) < wanted { scales.0 = middle } else { scales.1 = middle }
    }
    points(scales.0).collect()
}

/// Up to `points` different cities of `extent` with `home` among them, the others drawn by weight and without it.
fn spread(
    extent: &[Range<usize>],
    points: u32,
    home: u32,
    lottery: &Lottery,
    stream: &mut Stream,
) -> Vec<u32> {
    let ranges = Lottery::new(extent.iter().map(|range| lottery.weight(range)));
    let room: usize = extent.iter().map(Range::len).sum();
    // Drawing again and again until half of all cities are drawn would take long where few of them weigh much.
    let others = (points as usize - 1).min(room / 2);
    let mut drawn: Vec<u32> = Vec::with_capacity(others);
    for _ in 0..20 * others {
        if drawn.len() == others {
            break;
        }
        let range = extent[ranges.draw(0..extent.len(), stream)].clone();
        let city = lottery.draw(range, stream) as u32;
        if city != home && !drawn.contains(&city) {
            drawn.push(city);
        }
    }
    drawn
}
