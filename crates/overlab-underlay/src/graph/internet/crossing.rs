//! How fibre runs between two cities: over land along the great circle, over sea through named submarine corridors.
//!
//! The world is cut into areas within which fibre goes over land (or between the islands of one group); some areas hang
//! together by land. All others are joined by corridors, each of which stands for all cables along it. Corridors and
//! landings are a table of our own, of well-known geography; it has no single cable and no measured length.

use super::cities::Cities;
use crate::geography::{Direction, EARTH_RADIUS};
use crate::graph::Country;

/// How much longer a submarine cable is than the great circles between the points that its corridor names.
const SEA_FACTOR: f64 = 1.1;

/// Areas with their countries. Hawaii and Alaska are where their country is.
const AREAS: [(&str, &str); 19] = [
    ("north america", "US CA MX GL PM BZ CR GT HN NI PA SV"),
    ("caribbean", "AG AI AW BB BL BM BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI"),
    ("south america", "AR BO BR CL CO EC FK GF GY PE PY SR UY VE"),
    (
        "europe",
        "AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FR GE GI GR HR HU IT KG KZ LI LT LU LV MC MD ME MK MT NL NO PL \
         PT RO RS RU SE SI SJ SK SM TJ TM TR UA UZ VA XK",
    ),
    ("british isles", "FO GB GG IE IM IS JE"),
    ("north africa", "DZ EG EH LY MA MR SD TN"),
    (
        "africa",
        "AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW KE LR LS ML MW MZ NA NE NG RW SH SL SN SO SS ST SZ TD TG \
         TZ UG ZA ZM ZW",
    ),
    ("middle east", "AE BH IL IQ IR JO KW LB OM PS QA SA SY YE"),
    ("south asia", "AF BD BT IN LK MV NP PK"),
    ("china", "CN HK KP MN MO"),
    ("indochina", "KH LA MM MY SG TH VN"),
    ("indonesia", "BN CC CX ID TL"),
    ("philippines", "PH"),
    ("taiwan", "TW"),
    ("japan", "JP"),
    ("korea", "KR"),
    ("australia", "AU PG"),
    ("pacific", "AS CK FJ FM GU KI MH MP NC NF NR NU NZ PF PN PW SB TK TO TV UM VU WF WS"),
    ("indian ocean", "KM MG MU RE SC YT"),
];

/// Areas between which fibre goes over land as well, and how much more of it than within an area: few lines cross these borders,
/// and not where they would be shortest.
const JOINED: [(&str, &str, f64); 4] = [
    ("europe", "china", 1.3),
    ("europe", "middle east", 1.6),
    ("north africa", "middle east", 1.2),
    ("china", "indochina", 1.2),
];

/// Where a corridor lands: area, latitude, longitude.
type Landing = (&'static str, f64, f64);

/// A name, both landings, and what the corridor passes between them.
type Corridor = (&'static str, Landing, Landing, &'static [(f64, f64)]);

const CORRIDORS: [Corridor; 35] = [
    ("Transatlantic North", ("north america", 40.2, -74.0), ("british isles", 50.8, -4.5), &[(46.0, -45.0)]),
    ("Transatlantic South", ("north america", 36.9, -76.0), ("europe", 43.4, -3.0), &[]),
    ("North Atlantic", ("north america", 44.7, -63.6), ("british isles", 53.3, -6.2), &[]),
    ("English Channel", ("british isles", 51.1, 1.3), ("europe", 50.9, 1.9), &[]),
    ("North Sea", ("british isles", 55.0, -1.4), ("europe", 55.5, 8.3), &[]),
    ("South Atlantic to Europe", ("south america", -3.7, -38.5), ("europe", 37.9, -8.9), &[(16.0, -25.0)]),
    ("South Atlantic to Africa", ("south america", -3.7, -38.5), ("africa", -8.8, 13.2), &[]),
    ("Americas East", ("north america", 25.8, -80.2), ("south america", -3.7, -38.5), &[(19.0, -64.0)]),
    ("Americas West", ("north america", 9.0, -79.5), ("south america", -2.2, -80.9), &[]),
    ("Caribbean", ("north america", 25.8, -80.2), ("caribbean", 18.5, -66.1), &[]),
    ("Caribbean South", ("caribbean", 10.7, -61.5), ("south america", 10.6, -67.0), &[]),
    ("Transpacific North", ("north america", 45.2, -123.9), ("japan", 35.0, 140.0), &[(48.0, -170.0)]),
    (
        "Transpacific Central",
        ("north america", 34.0, -118.5),
        ("philippines", 14.0, 121.6),
        &[(21.0, -158.0), (13.5, 144.8)],
    ),
    ("Transpacific to Taiwan", ("north america", 34.0, -118.5), ("taiwan", 24.9, 121.9), &[(40.0, -160.0)]),
    ("South Pacific", ("north america", 34.0, -118.5), ("australia", -33.9, 151.2), &[(21.0, -158.0)]),
    ("Pacific Islands", ("north america", 34.0, -118.5), ("pacific", -36.8, 174.8), &[(21.0, -158.0)]),
    ("Tasman Sea", ("australia", -33.9, 151.2), ("pacific", -36.8, 174.8), &[]),
    ("Australia to Japan", ("australia", -33.9, 151.2), ("japan", 35.0, 140.0), &[(13.5, 144.8)]),
    ("Timor Sea", ("australia", -32.0, 115.9), ("indonesia", -6.1, 106.8), &[]),
    ("Western Mediterranean", ("europe", 43.3, 5.4), ("north africa", 36.8, 3.1), &[]),
    ("Mediterranean", ("europe", 43.3, 5.4), ("north africa", 31.2, 29.9), &[(37.5, 11.0), (35.0, 20.0)]),
    (
        "Red Sea to India",
        ("north africa", 30.0, 32.5),
        ("south asia", 19.0, 72.8),
        &[(12.6, 43.3), (13.5, 52.0)],
    ),
    (
        "Red Sea to East Africa",
        ("north africa", 30.0, 32.5),
        ("africa", -4.1, 39.7),
        &[(12.6, 43.3), (12.5, 51.5)],
    ),
    ("Arabian Sea", ("middle east", 25.1, 56.3), ("south asia", 19.0, 72.8), &[]),
    ("West Africa", ("europe", 38.7, -9.3), ("africa", 6.4, 3.4), &[(15.0, -18.5), (4.0, -8.0)]),
    ("Bay of Bengal", ("south asia", 13.1, 80.3), ("indochina", 1.3, 103.8), &[(6.0, 94.0)]),
    ("Java Sea", ("indochina", 1.3, 103.8), ("indonesia", -6.1, 106.8), &[]),
    ("Luzon Strait", ("philippines", 16.6, 120.3), ("china", 22.3, 114.2), &[]),
    ("Taiwan Strait", ("taiwan", 25.2, 121.4), ("china", 26.1, 119.6), &[]),
    ("East China Sea", ("china", 31.0, 121.9), ("japan", 32.5, 130.0), &[]),
    ("Korea Strait", ("korea", 35.1, 129.0), ("japan", 33.6, 130.4), &[]),
    ("Yellow Sea", ("korea", 36.8, 126.1), ("china", 36.1, 120.3), &[]),
    ("Ryukyu Islands", ("taiwan", 24.9, 121.9), ("japan", 34.3, 136.9), &[(26.2, 127.7)]),
    ("South China Sea", ("indochina", 1.3, 103.8), ("china", 22.3, 114.2), &[]),
    ("Indian Ocean", ("africa", -29.9, 31.0), ("indian ocean", -20.2, 57.5), &[(-25.5, 47.0)]),
];

/// How long fibre is between two cities, and which corridor it takes.
#[derive(Debug)]
pub(super) struct Crossings {
    path_factor: f64,
    /// The area of each city.
    area: Vec<u8>,
    landings: Vec<(u8, Direction)>,
    /// Landings that fibre reaches over land from each area, and how much longer than the great circle it is.
    reachable: Vec<Vec<(u32, f64)>>,
    /// Kilometres from each city to each landing, city by city, and the longest corridor on the way.
    ways: Vec<Way>,
}

/// Kilometres, and the longest corridor that they lead through with its length.
#[derive(Clone, Copy, Debug)]
struct Way {
    length: f64,
    cable: Option<(u32, f64)>,
}

impl Way {
    const NONE: Self = Self { length: f64::INFINITY, cable: None };

    fn land(length: f64) -> Self {
        Self { length, cable: None }
    }

    fn then(self, next: Self) -> Self {
        let longer = |a: (u32, f64), b: (u32, f64)| if b.1 > a.1 { b } else { a };
        let cable = match (self.cable, next.cable) {
            (Some(a), Some(b)) => Some(longer(a, b)),
            (a, b) => a.or(b),
        };
        Self { length: self.length + next.length, cable }
    }

    fn shorter(self, other: Self) -> Self {
        if other.length < self.length { other } else { self }
    }
}

/// The names of all corridors; a [`super::super::Link::cable`] is an index into them.
pub(super) fn names() -> Vec<String> {
    CORRIDORS.iter().map(|corridor| corridor.0.to_owned()).collect()
}

fn area_named(name: &str) -> u8 {
    AREAS.iter().position(|area| area.0 == name).expect("corridors and joints name areas of the table") as u8
}

fn area_of(country: Country) -> Option<u8> {
    let code = country.to_string();
    let has = |countries: &str| countries.split_whitespace().any(|known| known == code);
    AREAS.iter().position(|area| has(area.1)).map(|index| index as u8)
}

/// How much longer fibre over land is from area `a` to area `b` than within one; nothing where there is none.
fn joined(a: u8, b: u8) -> Option<f64> {
    if a == b {
        return Some(1.0);
    }
    let name = |area: u8| AREAS[usize::from(area)].0;
    let pair = [(name(a), name(b)), (name(b), name(a))];
    JOINED.iter().find(|joint| pair.contains(&(joint.0, joint.1))).map(|joint| joint.2)
}

fn great_circle(a: Direction, b: Direction) -> f64 {
    a.angle(b) * EARTH_RADIUS
}

impl Crossings {
    /// The ways from all `cities`, with fibre over land `path_factor` times as long as the great circle.
    pub(super) fn new(cities: &Cities, path_factor: f64) -> Self {
        let of_country: Vec<u8> = cities
            .countries
            .iter()
            .map(|nation| area_of(nation.country).expect("the areas have all countries"))
            .collect();
        let area: Vec<u8> = cities.all.iter().map(|city| of_country[city.nation as usize]).collect();
        let landing = |&(area, latitude, longitude): &Landing| {
            (area_named(area), Direction::from_degrees(latitude, longitude))
        };
        let landings: Vec<_> =
            CORRIDORS.iter().flat_map(|(_, from, to, _)| [landing(from), landing(to)]).collect();
        let between = shortest(&landings, path_factor);
        let reachable: Vec<Vec<(u32, f64)>> = (0..AREAS.len() as u8)
            .map(|area| {
                let numbered = landings.iter().zip(0u32..);
                let near = numbered
                    .filter_map(|(landing, number)| Some((number, joined(area, landing.0)? * path_factor)));
                near.collect()
            })
            .collect();
        let mut ways = Vec::with_capacity(cities.all.len() * landings.len());
        for (city, &area) in cities.all.iter().zip(&area) {
            let first = &reachable[usize::from(area)];
            let legs: Vec<Way> = first
                .iter()
                .map(|&(landing, factor)| great_circle(city.direction, landings[landing as usize].1) * factor)
                .map(Way::land)
                .collect();
            for to in 0..landings.len() {
                let way = first.iter().zip(&legs).fold(Way::NONE, |best, (&(landing, _), &leg)| {
                    best.shorter(leg.then(between[landing as usize * landings.len() + to]))
                });
                ways.push(way);
            }
        }
        Self { path_factor, area, landings, reachable, ways }
    }

    /// Kilometres of fibre between cities `a` and `b`, and the longest corridor on the way.
    pub(super) fn way(&self, cities: &Cities, a: u32, b: u32) -> (f64, Option<u32>) {
        // Both directions of a link must be the same to the last bit.
        let [a, b] = [a.min(b) as usize, a.max(b) as usize];
        let [from, to] = [self.area[a], self.area[b]];
        let direction = cities.all[b].direction;
        let land = joined(from, to).map_or(Way::NONE, |factor| {
            Way::land(great_circle(cities.all[a].direction, direction) * self.path_factor * factor)
        });
        if from == to {
            return (land.length, None);
        }
        let ways = &self.ways[a * self.landings.len()..][..self.landings.len()];
        let way = self.reachable[usize::from(to)].iter().fold(land, |best, &(landing, factor)| {
            let leg = great_circle(self.landings[landing as usize].1, direction) * factor;
            best.shorter(ways[landing as usize].then(Way::land(leg)))
        });
        (way.length, way.cable.map(|cable| cable.0))
    }
}

/// The shortest ways between all landings, row by row (Floyd, 1962).
fn shortest(landings: &[(u8, Direction)], path_factor: f64) -> Vec<Way> {
    let size = landings.len();
    let mut ways = vec![Way::NONE; size * size];
    for (a, from) in landings.iter().enumerate() {
        for (b, to) in landings.iter().enumerate() {
            if let Some(factor) = joined(from.0, to.0) {
                ways[a * size + b] = Way::land(great_circle(from.1, to.1) * path_factor * factor);
            }
        }
    }
    for (number, (_, _, _, by)) in CORRIDORS.iter().enumerate() {
        let [a, b] = [2 * number, 2 * number + 1];
        let points: Vec<Direction> = std::iter::once(landings[a].1)
            .chain(by.iter().map(|&(latitude, longitude)| Direction::from_degrees(latitude, longitude)))
            .chain([landings[b].1])
            .collect();
        let length = points.windows(2).map(|pair| great_circle(pair[0], pair[1])).sum::<f64>() * SEA_FACTOR;
        let way = Way { length, cable: Some((number as u32, length)) };
        ways[a * size + b] = ways[a * size + b].shorter(way);
        ways[b * size + a] = ways[b * size + a].shorter(way);
    }
    for by in 0..size {
        for a in 0..size {
            for b in 0..size {
                let around = ways[a * size + by].then(ways[by * size + b]);
                ways[a * size + b] = ways[a * size + b].shorter(around);
            }
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::super::cities::CITIES;
    use super::*;

    /// The largest city of a country.
    fn capital(code: &str) -> u32 {
        let country = Country::new(code).unwrap();
        CITIES.countries.iter().find(|nation| nation.country == country).unwrap().cities.start as u32
    }

    #[test]
    fn every_pair_of_countries_has_a_way() {
        let crossings = Crossings::new(&CITIES, 1.5);
        let capitals: Vec<u32> = CITIES.countries.iter().map(|nation| nation.cities.start as u32).collect();
        for &a in &capitals {
            for &b in &capitals {
                let (length, _) = crossings.way(&CITIES, a, b);
                // Half the globe is 20,015 km; the longest ways go around continents.
                assert!(length.is_finite() && length < 60_000.0, "{a} {b} {length}");
                assert_eq!(crossings.way(&CITIES, b, a), crossings.way(&CITIES, a, b));
                let (from, to) = (CITIES.all[a as usize].direction, CITIES.all[b as usize].direction);
                assert!(length >= great_circle(from, to) * 0.999);
            }
        }
    }

    #[test]
    fn seas_are_crossed_where_they_are() {
        let crossings = Crossings::new(&CITIES, 1.5);
        let cable = |a: &str, b: &str| {
            let (_, cable) = crossings.way(&CITIES, capital(a), capital(b));
            cable.map(|cable| names()[cable as usize].clone())
        };
        assert_eq!(cable("US", "GB").as_deref(), Some("Transatlantic North"));
        assert_eq!(cable("EG", "IN").as_deref(), Some("Red Sea to India"));
        assert_eq!(cable("IN", "SG").as_deref(), Some("Bay of Bengal"));
        assert_eq!(cable("AU", "NZ").as_deref(), Some("Tasman Sea"));
        assert_eq!(cable("JP", "KR").as_deref(), Some("Korea Strait"));
        assert_eq!(cable("DE", "IN").as_deref(), Some("Red Sea to India"));
        assert_eq!(cable("FR", "AE").as_deref(), Some("Mediterranean"));
        assert_eq!(cable("FR", "PL"), None);
        assert_eq!(cable("TR", "IQ"), None);
        assert_eq!(cable("DE", "CN"), None);
    }

    #[test]
    fn known_lengths() {
        let crossings = Crossings::new(&CITIES, 1.5);
        // New York is 5,570 km from London; round trips of 65 to 75 ms between them are 6,500 to 7,500 km of fibre.
        let (length, _) = crossings.way(&CITIES, capital("US"), capital("GB"));
        assert!((6_000.0..7_600.0).contains(&length), "{length}");
    }
}
