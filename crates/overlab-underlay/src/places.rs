//! Places on the globe from a list: a table with latitudes and longitudes, perhaps with weights.

use crate::delimited::Table;
use crate::error::UnderlayError;
use crate::geography::Direction;
use crate::input;
use overlab_time::Stream;
use std::path::PathBuf;

/// A list of places in a file: a table as text, plain or gzipped. Without a header its first two columns are latitude
/// and longitude.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The file.
    pub file: PathBuf,
    /// The column of the latitude in degrees north ("latitude" or "lat").
    pub latitude: Option<String>,
    /// The column of the longitude in degrees east ("longitude", "lon" or "lng").
    pub longitude: Option<String>,
    /// The column of a place's weight, such as its population: hosts draw places by it. Without one every place has as
    /// many hosts as any other, but for one (none).
    pub weight: Option<String>,
}

/// The places of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceList {
    pub(crate) places: Vec<Direction>,
    pub(crate) weights: Option<Weights>,
}

/// Weights summed up, for drawing by them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights {
    sums: Vec<f64>,
}

impl Weights {
    /// Nothing where no weight is above zero.
    pub(crate) fn new(weights: impl Iterator<Item = f64>) -> Option<Self> {
        let sums = weights.scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Some(Self { sums: sums.collect() })
            .filter(|weights| weights.sums.last().is_some_and(|&sum| sum > 0.0))
    }

    pub(crate) fn draw(&self, stream: &mut Stream) -> u32 {
        let all = self.sums[self.sums.len() - 1];
        let drawn = stream.unit() * all;
        // What weighs nothing adds nothing, so it is never the first sum beyond.
        let last = self.sums.partition_point(|&sum| sum < all);
        self.sums.partition_point(|&sum| sum <= drawn).min(last) as u32
    }
}

/// What a coordinate must be.
pub(crate) const LATITUDE: &str =
    "a latitude is between -90 and 90 degrees north: perhaps latitude and longitude are swapped";
pub(crate) const LONGITUDE: &str =
    "a longitude is between -180 and 180 degrees east: perhaps latitude and longitude are swapped";
pub(crate) const WEIGHT: &str = "a weight is at least 0";

impl Places {
    /// The list in `file`, with columns that are called as usual.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), latitude: None, longitude: None, weight: None }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// Where it cannot be read, is no table, lacks a column, or a place lies off the globe.
    pub fn read(&self) -> Result<PlaceList, UnderlayError> {
        self.parse(&input::read(&self.file)?)
    }

    /// Parses the content of a list (gzipped or not); [`Places::file`] serves for messages only.
    ///
    /// # Errors
    /// Where the content is no table, lacks a column, or a place lies off the globe.
    pub fn parse(&self, bytes: &[u8]) -> Result<PlaceList, UnderlayError> {
        let name = self.file.display().to_string();
        let unpacked = input::unpack(&name, bytes)?;
        let text = input::decode(unpacked.as_deref().unwrap_or(bytes));
        let table = Table::read_headless(&name, &text, &["latitude", "longitude"])?;
        let column = |parameter, given: &Option<String>, usual: &[&str]| match given {
            None => table.find(usual).map_or_else(|| table.column(parameter, usual[0]), Ok),
            Some(given) => table.column(parameter, given),
        };
        let latitude = column("latitude", &self.latitude, &["latitude", "lat"])?;
        let longitude = column("longitude", &self.longitude, &["longitude", "lon", "lng"])?;
        let weight = self.weight.as_ref().map(|weight| table.column("weight", weight)).transpose()?;
        let (mut places, mut weights) = (Vec::new(), Vec::new());
        for record in &table.records {
            let north = record.number(latitude, "latitude", -90.0..=90.0, LATITUDE)?;
            let east = record.number(longitude, "longitude", -180.0..=180.0, LONGITUDE)?;
            places.push(Direction::from_degrees(north, east));
            if let Some(column) = weight {
                weights.push(record.number(column, "weight", 0.0..=1e15, WEIGHT)?);
            }
        }
        let weights = match weight {
            None => None,
            Some(_) => {
                let none =
                    || UnderlayError::Empty { file: name.clone(), what: "place with a weight above 0" };
                Some(Weights::new(weights.into_iter()).ok_or_else(none)?)
            }
        };
        Ok(PlaceList { places, weights })
    }
}

impl PlaceList {
    /// How many places there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Never: a file without a place is refused.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Latitude and longitude of each place, in degrees.
    pub fn degrees(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.places.iter().map(|place| place.degrees())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_time::{Purpose, Seeds};

    #[test]
    fn columns_are_found_and_places_checked() {
        let parse = |text: &str| Places::new("p.csv").parse(text.as_bytes());
        let read = parse("city,lat,lng\r\n\"Ulm, Neu\",48.4,10.0\r\nLima,-12.05,-77.04\r\n").unwrap();
        let degrees: Vec<_> = read.degrees().collect();
        assert!((degrees[1].0 + 12.05).abs() < 1e-9 && (degrees[1].1 + 77.04).abs() < 1e-9);
        assert_eq!(parse("48.4;10.0\n-12.05;-77.04\n").unwrap().places, read.places);
        let problem = |text| parse(text).unwrap_err().to_string();
        assert!(
            problem("city,lon\nUlm,10\n")
                .contains(r#"no column is called "latitude"; name one of city, lon as `latitude`"#)
        );
        assert!(problem("lat,lon\n10,95\n95,10\n").starts_with("p.csv, line 3, column 1: column latitude"));
        assert!(problem("lat,lon\n10,181\n").contains("swapped"));
        assert!(problem("lat,lon\nNaN,1\n").contains("\"NaN\" is not"));
    }

    #[test]
    fn weights_are_drawn_by() {
        let places = Places { weight: Some("people".to_owned()), ..Places::new("p.csv") };
        let read = places.parse(b"lat,lon,people\n0,0,0\n1,1,3\n2,2,0\n3,3,1\n4,4,0\n").unwrap();
        let (mut stream, mut drawn) = (Seeds::new(1, 0).stream(Purpose::Placement, 0, 0), [0; 5]);
        for _ in 0..40_000 {
            drawn[read.weights.as_ref().unwrap().draw(&mut stream) as usize] += 1;
        }
        // The standard deviation of the second count is 87.
        assert_eq!((drawn[0], drawn[2], drawn[4]), (0, 0, 0));
        assert!((29_600..30_400).contains(&drawn[1]), "{drawn:?}");
        let none = places.parse(b"lat,lon,people\n0,0,0\n").unwrap_err().to_string();
        assert!(none.contains("holds no place with a weight above 0"), "{none}");
    }
}
