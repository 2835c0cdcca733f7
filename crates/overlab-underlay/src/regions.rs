//! Regions: latencies between them and within them, and a share of the hosts for each.

use crate::delimited::Table;
use crate::error::{UnderlayError, check};
use crate::input;
use crate::latency::UNIT;
use crate::matrix::{
    LatencyUnit, MISSING, Matrix, MatrixFormat, MatrixKind, Measure, Missing, Pairs, Square,
};
use crate::places::Weights;
use overlab_time::{Bandwidth, Span};
use std::collections::BTreeMap;
use std::path::PathBuf;

mod about;

pub use about::RegionTable;

/// Parameters of a region table.
#[derive(Clone, Debug, PartialEq)]
pub struct Regions {
    /// The file of latencies.
    pub file: PathBuf,
    /// How it is written.
    pub format: RegionFormat,
    /// What the latencies are; there is no default, because a wrong guess doubles every latency.
    pub kind: MatrixKind,
    /// The unit of the latencies (milliseconds).
    pub unit: LatencyUnit,
    /// One-way latency between hosts of one region, where the file gives none (none: it must).
    pub same_region: Option<Span>,
    /// What becomes of pairs without a latency (an error).
    pub missing: MissingRegions,
    /// A text that stands for no latency; an empty field and `NaN` always do (none).
    pub missing_marker: Option<String>,
    /// Whether zero is no latency (false).
    pub zero_is_missing: bool,
    /// Weights of regions by name; the others have none (all alike, or as [`RegionTable::weight`] says).
    pub weights: BTreeMap<String, f64>,
    /// A table with more about the regions (none).
    pub about: Option<RegionTable>,
}

/// How a file of latencies between regions is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RegionFormat {
    /// A table with the names in its header and its first column.
    #[default]
    Named,
    /// An object of objects of numbers, perhaps within one called `data`.
    Json,
    /// A table of pairs under a header: two columns of names, one of latencies, as the RIPE Atlas statistics of
    /// countries have it. A pair in one direction counts for both.
    Pairs {
        /// The column of the first name ("cty1").
        from: String,
        /// The column of the second name ("cty2").
        to: String,
        /// The column of the latency ("rtt_avg").
        latency: String,
    },
}

/// What becomes of pairs of regions without a latency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingRegions {
    /// They are an error.
    #[default]
    Error,
    /// Regions that miss most are dropped until none is missing.
    DropRegions,
}

/// A region that hosts can stand in.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Its name in the file.
    pub name: String,
    /// Its weight: hosts draw their regions by it.
    pub weight: f64,
    /// Latitude and longitude in degrees, where they are known.
    pub position: Option<(f64, f64)>,
    /// How fast its hosts send, where it is known.
    pub up: Option<Bandwidth>,
    /// How fast its hosts receive, where it is known.
    pub down: Option<Bandwidth>,
}

/// Regions with a latency between any two, and within each.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionMap {
    pub(crate) parameters: Regions,
    pub(crate) regions: Vec<Region>,
    pub(crate) weights: Weights,
    /// In units of 100 ns, row by row; the diagonal is the latency within a region.
    pub(crate) entries: Vec<u32>,
}

impl RegionFormat {
    /// The columns of the RIPE Atlas statistics of countries, with the mean round trip: the smallest is polluted by
    /// places that are not where they are taken to be.
    pub fn ripe_atlas() -> Self {
        Self::Pairs { from: "cty1".to_owned(), to: "cty2".to_owned(), latency: "rtt_avg".to_owned() }
    }
}

impl Regions {
    /// The regions in `file`, with defaults.
    pub fn new(file: impl Into<PathBuf>, kind: MatrixKind) -> Self {
        Self {
            file: file.into(),
            format: RegionFormat::Named,
            kind,
            unit: LatencyUnit::Milliseconds,
            same_region: None,
            missing: MissingRegions::Error,
            missing_marker: None,
            zero_is_missing: false,
            weights: BTreeMap::new(),
            about: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        let within = self.same_region.unwrap_or_default();
        check(within <= Span::from_secs(100), "same_region", "at most 100s", within)?;
        for weight in self.weights.values() {
            check((0.0..=1e15).contains(weight), "weights", "at least 0 each", weight)?;
        }
        if !self.weights.is_empty() && self.about.as_ref().is_some_and(|about| about.weight.is_some()) {
            let value = "given together with the table's column of weights";
            return Err(UnderlayError::parameter("weights", "left out where a column has them", value));
        }
        Ok(())
    }

    pub(crate) fn read(&self) -> Result<RegionMap, UnderlayError> {
        self.check()?;
        let about = self.about.as_ref().map(|about| input::read(&about.file)).transpose()?;
        self.parse(&input::read(&self.file)?, about.as_deref())
    }

    /// Parses the content of the file of latencies and that of [`Regions::about`] (gzipped or not); the files' names
    /// serve for messages only.
    ///
    /// # Errors
    /// Where parameters make no sense, latencies are missing or wrong, or names do not agree.
    pub fn parse(&self, bytes: &[u8], about: Option<&[u8]>) -> Result<RegionMap, UnderlayError> {
        const CURE: &str = "complete the file, say same_region for latencies within regions, or say missing: \"drop_regions\"";
        self.check()?;
        let name = self.file.display().to_string();
        let mut square = self.square(&name, bytes)?;
        if let Some(within) = self.same_region {
            for row in 0..square.rows as usize {
                let entry = &mut square.entries[row * square.rows as usize + row];
                if *entry == MISSING {
                    *entry = ((within.0 + UNIT / 2) / UNIT) as u32;
                }
            }
        }
        if self.missing == MissingRegions::DropRegions {
            let kept = square.complete();
            square = square.only(&kept);
        }
        if square.rows == 0 {
            return Err(UnderlayError::Empty { file: name, what: "region without missing latencies" });
        }
        if let Some((from, to)) = square.gap() {
            return Err(UnderlayError::Unmeasured { file: name, from, to, cure: CURE });
        }
        let regions = self.regions(&name, &square.names, about)?;
        let none = || UnderlayError::Empty { file: name.clone(), what: "region with a weight above 0" };
        let weights = Weights::new(regions.iter().map(|region| region.weight)).ok_or_else(none)?;
        Ok(RegionMap { parameters: self.clone(), regions, weights, entries: square.entries })
    }

    /// The latencies with their gaps, for statistics of the data themselves.
    ///
    /// # Errors
    /// Like [`Regions::parse`], but latencies may be missing.
    pub fn delays(&self, bytes: &[u8]) -> Result<crate::Delays, UnderlayError> {
        Ok(self.square(&self.file.display().to_string(), bytes)?.delays())
    }

    fn square(&self, name: &str, bytes: &[u8]) -> Result<Square, UnderlayError> {
        let format = match &self.format {
            RegionFormat::Named => MatrixFormat::Named,
            RegionFormat::Json => MatrixFormat::Json,
            RegionFormat::Pairs { from, to, latency } => {
                let unpacked = input::unpack(name, bytes)?;
                let text = input::decode(unpacked.as_deref().unwrap_or(bytes));
                return self.pairs(&Table::read(name, &text)?, name, [from, to, latency]);
            }
        };
        let matrix = Matrix {
            format,
            unit: self.unit,
            missing: Missing::DropHosts,
            missing_marker: self.missing_marker.clone(),
            zero_is_missing: self.zero_is_missing,
            ..Matrix::new(name, self.kind)
        };
        matrix.square(bytes, true)
    }

    fn pairs(&self, table: &Table<'_>, file: &str, columns: [&str; 3]) -> Result<Square, UnderlayError> {
        let measure =
            Measure::new(self.kind, self.unit, self.missing_marker.as_deref(), self.zero_is_missing);
        let [from, to, latency] = [("from", columns[0]), ("to", columns[1]), ("latency", columns[2])]
            .map(|(key, name)| table.column(key, name));
        let (from, to, latency) = (from?, to?, latency?);
        let mut pairs = Pairs::default();
        for record in &table.records {
            let field = record.fields[latency].as_str();
            let value = if field.is_empty() { Ok(None) } else { measure.read(field) };
            let value = value.map_err(|(problem, cure)| record.wrong(columns[2], &problem, cure))?;
            let (from, to) = (pairs.place(&record.fields[from]), pairs.place(&record.fields[to]));
            pairs.list(from, to, value, record.line.number);
        }
        Ok(pairs.square(file, true)?.sorted())
    }

    fn regions(
        &self,
        file: &str,
        names: &[String],
        about: Option<&[u8]>,
    ) -> Result<Vec<Region>, UnderlayError> {
        for name in self.weights.keys() {
            if !names.contains(name) {
                let there = names.join(", ");
                return Err(UnderlayError::UnknownRegion {
                    file: file.to_owned(),
                    name: name.clone(),
                    there,
                });
            }
        }
        let weight = |name: &String| match self.weights.get(name) {
            Some(&weight) => weight,
            None => f64::from(u8::from(self.weights.is_empty())),
        };
        let mut regions: Vec<Region> = names
            .iter()
            .map(|name| Region {
                name: name.clone(),
                weight: weight(name),
                position: None,
                up: None,
                down: None,
            })
            .collect();
        if let (Some(table), Some(bytes)) = (&self.about, about) {
            table.tell(&mut regions, bytes)?;
        }
        Ok(regions)
    }
}

impl RegionMap {
    /// The regions, in the order of the file (by name in formats without one).
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// One-way latency from a host of one region to one of another, or of the same.
    ///
    /// # Panics
    /// Where there is no such region.
    pub fn latency(&self, from: u32, to: u32) -> Span {
        Span(u64::from(self.get(from, to)) * UNIT)
    }

    /// Whether a region's place on the globe is known.
    pub(crate) fn is_placed(&self, region: u32) -> bool {
        self.regions[region as usize].position.is_some()
    }

    pub(crate) fn get(&self, from: u32, to: u32) -> u32 {
        self.entries[from as usize * self.regions.len() + to as usize]
    }
}
