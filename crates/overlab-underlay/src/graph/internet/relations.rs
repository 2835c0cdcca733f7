//! Who buys transit from whom, and who peers.

use super::cities::Cities;
use super::domains::Domains;
use super::{Internet, Lottery, turn};
use overlab_time::{Purpose, Seeds, Stream};

/// The most providers of a network.
const MOST_PROVIDERS: usize = 8;
/// Where a network looks for a provider first: in its country, its continent, anywhere.
const LOOKS: [f64; 3] = [0.85, 0.13, 0.02];
/// How many networks it asks each time, and the kilometres over which its liking of one falls to 1/e: a line to the nearest point
/// of presence is rented by length.
const ASKED: u32 = 4;
const NEAR: f64 = 500.0;
/// What a transit network counts for among customers abroad, beside those at home: the latter prefer their own.
const ABROAD: f64 = 0.2;
/// The power of fitness that makes a transit network a peer, and what other networks count for beside it, times a draw of a
/// Pareto law with an exponent near that of degrees, up to a bound.
const PEERING_POWER: f64 = 0.5;
const CONTENT_PEERING: f64 = 0.05;
const STUB_PEERING: f64 = 0.004;
const PEERING_EXPONENT: f64 = 1.3;
const MOST_PEERING: f64 = 30.0;
/// The share of peerings that are sought on the continent instead of in a city: over a private link or a remote port.
const REMOTE: f64 = 0.03;

/// The business of all networks.
#[derive(Debug)]
pub(super) struct Relations {
    /// Of each network, ascending.
    providers: Vec<Vec<u32>>,
    /// Pairs of peers: smaller rank first.
    pub(super) peers: Vec<(u32, u32)>,
    /// Whether a network has a customer.
    pub(super) sells: Vec<bool>,
}

impl Relations {
    pub(super) fn draw(parameters: &Internet, cities: &Cities, domains: &Domains, seeds: Seeds) -> Self {
        let mut stream = seeds.stream(Purpose::Underlay, 0, turn::RELATIONS);
        let market = Market::new(cities, domains);
        let mut relations = Self {
            providers: vec![Vec::new(); domains.count() as usize],
            peers: Vec::new(),
            sells: vec![false; domains.count() as usize],
        };
        for domain in domains.tier1..domains.count() {
            let mean = if domain < domains.transit {
                parameters.transit_providers
            } else {
                parameters.stub_providers
            };
            let providers = market.providers(domain, domains, cities, mean, &mut stream);
            for &provider in &providers {
                relations.sells[provider as usize] = true;
            }
            relations.providers[domain as usize] = providers;
        }
        relations.peer(parameters, cities, domains, &mut stream);
        relations
    }

    pub(super) fn providers(&self, domain: u32) -> &[u32] {
        &self.providers[domain as usize]
    }

    /// Joins all of tier 1, then others that meet in a city, until the stated share of links is between peers.
    fn peer(&mut self, parameters: &Internet, cities: &Cities, domains: &Domains, stream: &mut Stream) {
        for a in 0..domains.tier1 {
            self.peers.extend((a + 1..domains.tier1).map(|b| (a, b)));
        }
        let sold: usize = self.providers.iter().map(Vec::len).sum();
        let share = parameters.peering_share;
        let wanted = libm::rint(sold as f64 * share / (1.0 - share)) as usize;
        let exchanges = Exchanges::new(cities, domains, stream);
        let mut known: Vec<Vec<u32>> = vec![Vec::new(); self.providers.len()];
        // Small worlds may not have room for all: an end to trying is part of the model.
        for _ in 0..30 * wanted {
            if self.peers.len() >= wanted {
                break;
            }
            let Some((a, b)) = exchanges.meeting(stream) else { continue };
            let (a, b) = (a.min(b), a.max(b));
            let [of_a, of_b] = [&known[a as usize], &known[b as usize]];
            let acquainted = if of_a.len() < of_b.len() { of_a.contains(&b) } else { of_b.contains(&a) };
            if a == b || acquainted || self.providers(b).contains(&a) {
                continue;
            }
            known[a as usize].push(b);
            known[b as usize].push(a);
            self.peers.push((a, b));
        }
        self.peers.sort_unstable();
    }
}

/// Transit networks by where they are present, each list by rank.
struct Market {
    countries: Vec<Offer>,
    continents: [Offer; 6],
    world: Offer,
}

#[derive(Clone, Default)]
struct Offer {
    sellers: Vec<u32>,
    lottery: Lottery,
}

impl Offer {
    fn add(&mut self, seller: u32, fitness: f64) {
        if self.sellers.last() != Some(&seller) {
            self.sellers.push(seller);
            self.lottery.push(fitness);
        }
    }

    /// A seller of smaller rank than `below`, in proportion to fitness.
    fn draw(&self, below: u32, stream: &mut Stream) -> Option<u32> {
        let sellers = self.sellers.partition_point(|&seller| seller < below);
        (sellers > 0).then(|| self.sellers[self.lottery.draw(0..sellers, stream)])
    }
}

impl Market {
    fn new(cities: &Cities, domains: &Domains) -> Self {
        let mut market = Self {
            countries: vec![Offer::default(); cities.countries.len()],
            continents: Default::default(),
            world: Offer::default(),
        };
        for (seller, &fitness) in (0..).zip(&domains.fitness) {
            market.world.add(seller, fitness);
            let home = cities.all[domains.home(seller) as usize].nation as usize;
            for &city in domains.presence(seller) {
                let nation = cities.all[city as usize].nation as usize;
                let continent = cities.countries[nation].continent;
                let foreign = if nation == home { 1.0 } else { ABROAD };
                market.countries[nation].add(seller, fitness * foreign);
                let foreign = if continent == cities.countries[home].continent { 1.0 } else { ABROAD };
                market.continents[continent as usize].add(seller, fitness * foreign);
            }
        }
        market
    }

    /// A provider for `buyer`: of [`ASKED`] networks the first that is near enough to its home, or the nearest of them.
    fn provider(&self, buyer: u32, domains: &Domains, cities: &Cities, stream: &mut Stream) -> u32 {
        let below = buyer.min(domains.transit);
        let home = domains.home(buyer);
        let direction = cities.all[home as usize].direction;
        let country = &self.countries[cities.all[home as usize].nation as usize];
        let continent = &self.continents[cities.nation(home).continent as usize];
        let look = stream.unit();
        let mut nearest: Option<(f64, u32)> = None;
        for _ in 0..ASKED {
            let offered = (look < LOOKS[0]).then(|| country.draw(below, stream)).flatten();
            let offered = offered
                .or_else(|| (look < LOOKS[0] + LOOKS[1]).then(|| continent.draw(below, stream)).flatten())
                .or_else(|| self.world.draw(below, stream));
            let seller = offered.expect("tier 1 is in the world's offer, below every buyer");
            let far = |&city: &u32| cities.all[city as usize].direction.kilometres(direction);
            let distance = domains.presence(seller).iter().map(far).fold(f64::INFINITY, f64::min);
            if nearest.is_none_or(|nearest| distance < nearest.0) {
                nearest = Some((distance, seller));
            }
            if stream.chance(libm::exp(-distance / NEAR)) {
                return seller;
            }
        }
        nearest.expect("some were asked").1
    }

    /// The providers of `buyer`, at least one: 1 and a geometric number with the stated mean in all.
    fn providers(
        &self,
        buyer: u32,
        domains: &Domains,
        cities: &Cities,
        mean: f64,
        stream: &mut Stream,
    ) -> Vec<u32> {
        let again = (mean - 1.0) / mean;
        let mut wanted = 1;
        while wanted < MOST_PROVIDERS && stream.chance(again) {
            wanted += 1;
        }
        let mut providers = Vec::with_capacity(wanted);
        for _ in 0..10 * wanted {
            if providers.len() == wanted {
                break;
            }
            let provider = self.provider(buyer, domains, cities, stream);
            if !providers.contains(&provider) {
                providers.push(provider);
            }
        }
        providers.sort_unstable();
        providers
    }
}

/// Where networks meet, and how much each of them wants to: the members of every place that has two and more.
struct Exchanges {
    cities: Places,
    continents: Places,
}

struct Places {
    members: Vec<Offer>,
    lottery: Lottery,
}

impl Places {
    fn new(mut members: Vec<Offer>) -> Self {
        members.retain(|offer| offer.sellers.len() > 1);
        let lottery =
            Lottery::new(members.iter().map(|offer| offer.lottery.weight(&(0..offer.sellers.len()))));
        Self { members, lottery }
    }

    fn meeting(&self, stream: &mut Stream) -> Option<(u32, u32)> {
        if self.members.is_empty() {
            return None;
        }
        let place = &self.members[self.lottery.draw(0..self.members.len(), stream)];
        let mut member = || place.sellers[place.lottery.draw(0..place.sellers.len(), stream)];
        Some((member(), member()))
    }
}

impl Exchanges {
    fn new(cities: &Cities, domains: &Domains, stream: &mut Stream) -> Self {
        let mut in_city = vec![Offer::default(); cities.all.len()];
        let mut on_continent = vec![Offer::default(); 6];
        for domain in domains.tier1..domains.count() {
            let wish = match domains.fitness.get(domain as usize) {
                Some(&fitness) => libm::pow(fitness, PEERING_POWER),
                None => {
                    let content = domains.content[domain as usize];
                    let scale = if content { CONTENT_PEERING } else { STUB_PEERING };
                    scale * libm::pow(stream.unit_open(), -1.0 / PEERING_EXPONENT).min(MOST_PEERING)
                }
            };
            for &city in domains.presence(domain) {
                in_city[city as usize].add(domain, wish);
                on_continent[cities.nation(city).continent as usize].add(domain, wish);
            }
        }
        Self { cities: Places::new(in_city), continents: Places::new(on_continent) }
    }

    /// Two networks that meet, perhaps one and the same.
    fn meeting(&self, stream: &mut Stream) -> Option<(u32, u32)> {
        if stream.chance(REMOTE) { self.continents.meeting(stream) } else { self.cities.meeting(stream) }
    }
}
