//! What else is known of regions: weights, places on the globe, bandwidths.

use super::Region;
use crate::delimited::{Record, Table};
use crate::error::UnderlayError;
use crate::input;
use crate::places::{LATITUDE, LONGITUDE, WEIGHT};
use overlab_time::Bandwidth;
use std::path::PathBuf;

/// A table with a header and a record for every region (and perhaps for others).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionTable {
    /// The file.
    pub file: PathBuf,
    /// The column of the name ("region").
    pub name: String,
    /// The column of the weight (none).
    pub weight: Option<String>,
    /// The column of the bandwidth of sending, in bits a second (none).
    pub up: Option<String>,
    /// The column of the bandwidth of receiving, in bits a second (none).
    pub down: Option<String>,
    /// The column of the latitude in degrees north ("latitude", where there is one).
    pub latitude: Option<String>,
    /// The column of the longitude in degrees east ("longitude", where there is one).
    pub longitude: Option<String>,
}

impl RegionTable {
    /// The table in `file`, with defaults.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            name: "region".to_owned(),
            weight: None,
            up: None,
            down: None,
            latitude: None,
            longitude: None,
        }
    }

    /// Adds to `regions` what the table says of them.
    pub(super) fn tell(&self, regions: &mut [Region], bytes: &[u8]) -> Result<(), UnderlayError> {
        const BANDWIDTH: &str = "a bandwidth is a number of bits a second, above 0";
        let file = self.file.display().to_string();
        let unpacked = input::unpack(&file, bytes)?;
        let text = input::decode(unpacked.as_deref().unwrap_or(bytes));
        let table = Table::read(&file, &text)?;
        let name = table.column("name", &self.name)?;
        let given = |parameter, column: &Option<String>| {
            column.as_ref().map(|column| table.column(parameter, column)).transpose()
        };
        let (weight, up, down) =
            (given("weight", &self.weight)?, given("up", &self.up)?, given("down", &self.down)?);
        let latitude = given("latitude", &self.latitude)?.or_else(|| table.find(&["latitude"]));
        let longitude = given("longitude", &self.longitude)?.or_else(|| table.find(&["longitude"]));
        let mut told = vec![false; regions.len()];
        for record in &table.records {
            let named = |region: &Region| region.name == record.fields[name];
            let Some(number) = regions.iter().position(named) else { continue };
            if std::mem::replace(&mut told[number], true) {
                let problem = format!("{:?} was there before", record.fields[name]);
                return Err(record.wrong(&self.name, &problem, "give each region once"));
            }
            let region = &mut regions[number];
            if let Some(column) = weight {
                region.weight = record.number(column, "weight", 0.0..=1e15, WEIGHT)?;
            }
            let bandwidth = |record: &Record<'_>, column: Option<usize>, what: &str| {
                let Some(column) = column else { return Ok(None) };
                let bits = record.number(column, what, 1.0..=1e15, BANDWIDTH)?;
                Bandwidth::new(libm::rint(bits) as u64)
                    .map(Some)
                    .map_err(|error| record.wrong(what, &error.to_string(), BANDWIDTH))
            };
            region.up = bandwidth(record, up, "up")?;
            region.down = bandwidth(record, down, "down")?;
            if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
                let north = record.number(latitude, "latitude", -90.0..=90.0, LATITUDE)?;
                let east = record.number(longitude, "longitude", -180.0..=180.0, LONGITUDE)?;
                region.position = Some((north, east));
            }
        }
        match told.iter().position(|told| !told) {
            None => Ok(()),
            Some(number) => {
                let there = table.records.iter().map(|record| record.fields[name].clone());
                Err(UnderlayError::UnknownRegion {
                    file: file.clone(),
                    name: regions[number].name.clone(),
                    there: there.collect::<Vec<_>>().join(", "),
                })
            }
        }
    }
}
