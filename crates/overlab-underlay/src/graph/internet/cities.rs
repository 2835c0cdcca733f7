//! The world's cities: where autonomous systems and people are.

use crate::geography::Direction;
use crate::graph::Country;
use std::sync::LazyLock;

/// See `LICENCE-cities.md` beside it.
const TABLE: &str = include_str!("cities.txt");

/// A continent, as GeoNames assigns countries to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Continent {
    /// AF.
    Africa,
    /// AS, with Turkey, the Caucasus and the Middle East.
    Asia,
    /// EU, with all of Russia.
    Europe,
    /// NA, with Central America and the Caribbean.
    NorthAmerica,
    /// OC.
    Oceania,
    /// SA.
    SouthAmerica,
}

impl Continent {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Africa, Self::Asia, Self::Europe, Self::NorthAmerica, Self::Oceania, Self::SouthAmerica];

    /// The continent of a country that the table of cities has.
    pub fn of(country: Country) -> Option<Self> {
        let countries = &CITIES.countries;
        let at = countries.binary_search_by_key(&country, |known| known.country).ok()?;
        Some(countries[at].continent)
    }

    /// Its name in a scenario.
    pub fn name(self) -> &'static str {
        match self {
            Self::Africa => "africa",
            Self::Asia => "asia",
            Self::Europe => "europe",
            Self::NorthAmerica => "north_america",
            Self::Oceania => "oceania",
            Self::SouthAmerica => "south_america",
        }
    }

    fn coded(code: &str) -> Option<Self> {
        let codes = ["AF", "AS", "EU", "NA", "OC", "SA"];
        codes.iter().position(|known| *known == code).map(|index| Self::ALL[index])
    }
}

/// A country and its cities, which stand together in [`Cities::all`].
#[derive(Clone, Debug)]
pub(crate) struct Nation {
    pub(crate) country: Country,
    pub(crate) continent: Continent,
    pub(crate) cities: std::ops::Range<usize>,
}

/// A city.
#[derive(Clone, Copy, Debug)]
pub(crate) struct City {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    pub(crate) direction: Direction,
    /// Inhabitants.
    pub(crate) population: f64,
    /// Its index among [`Cities::countries`].
    pub(crate) nation: u32,
}

/// All cities, by country in the order of their codes and by falling population within.
#[derive(Debug)]
pub(crate) struct Cities {
    pub(crate) all: Vec<City>,
    pub(crate) countries: Vec<Nation>,
}

/// The table, read once.
pub(crate) static CITIES: LazyLock<Cities> =
    LazyLock::new(|| Cities::parse(TABLE).expect("the table is well formed"));

impl Cities {
    fn parse(table: &str) -> Option<Self> {
        let mut cities = Self { all: Vec::new(), countries: Vec::new() };
        for line in table.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                [code, continent] => {
                    let (country, continent) = (Country::new(code)?, Continent::coded(continent)?);
                    let first = cities.all.len();
                    cities.countries.push(Nation { country, continent, cities: first..first });
                }
                [latitude, longitude, thousands] => {
                    let nation = cities.countries.last_mut()?;
                    nation.cities.end += 1;
                    let [latitude, longitude, thousands]: [f64; 3] =
                        [latitude.parse().ok()?, longitude.parse().ok()?, thousands.parse().ok()?];
                    cities.all.push(City {
                        latitude,
                        longitude,
                        direction: Direction::from_degrees(latitude, longitude),
                        population: thousands * 1000.0,
                        nation: cities.countries.len() as u32 - 1,
                    });
                }
                _ => return None,
            }
        }
        Some(cities)
    }

    pub(crate) fn nation(&self, city: u32) -> &Nation {
        &self.countries[self.all[city as usize].nation as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_world() {
        let cities = &*CITIES;
        assert_eq!((cities.all.len(), cities.countries.len()), (4076, 241));
        // The sum of the table's column, in thousands: computed when it was derived.
        let population: f64 = cities.all.iter().map(|city| city.population).sum();
        assert!((population / 2.6602e9 - 1.0).abs() < 1e-3, "{population}");
        assert!(cities.countries.is_sorted_by(|a, b| a.country < b.country));
        assert!(cities.countries.iter().all(|nation| !nation.cities.is_empty()));
        assert!(cities.all.iter().all(|city| city.latitude.abs() <= 90.0 && city.longitude.abs() <= 180.0));
        for (code, continent) in
            [("NZ", Continent::Oceania), ("BR", Continent::SouthAmerica), ("RU", Continent::Europe)]
        {
            assert_eq!(Continent::of(Country::new(code).unwrap()), Some(continent));
        }
        assert_eq!(Continent::of(Country::new("ZZ").unwrap()), None);
    }
}
