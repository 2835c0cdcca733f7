//! Sets of network coordinates: places in a space of any dimension, latency = base + distance + both heights.

use crate::error::{UnderlayError, check};
use crate::input;
use crate::latency::UNIT;
use crate::matrix::{LatencyUnit, MatrixKind};
use overlab_time::Span;
use std::path::PathBuf;

mod parse;
mod space;

pub(crate) use space::Space;

/// Parameters of a set of coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Coordinates {
    /// The file.
    pub file: PathBuf,
    /// How it is written.
    pub format: CoordinateFormat,
    /// How many coordinates a place has, without its height; the file must agree (what the file has).
    pub dimensions: Option<u32>,
    /// What the distances are; there is no default, because a wrong guess doubles every latency.
    pub kind: MatrixKind,
    /// The unit of coordinates and heights (milliseconds).
    pub unit: LatencyUnit,
    /// Added to every latency (none).
    pub base: Span,
    /// How many hosts may share a row; needs `same_row_latency` (one).
    pub hosts_per_row: Option<u32>,
    /// One-way latency between hosts on the same row; needs `hosts_per_row` (none).
    pub same_row_latency: Option<Span>,
}

/// How a set of coordinates is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoordinateFormat {
    /// `id x y ... h height` a line: Vivaldi with height (Dabek, Cox, Kaashoek, Morris, SIGCOMM 2004), as `SimGrid` has
    /// it.
    Vivaldi,
    /// OverSim's XML: `<nodelist dimensions="2">` of `<node>` with `<coord>` for each dimension.
    Oversim,
    /// Numbers separated by commas, semicolons or blanks. Under a header every column is a coordinate but `height` (or
    /// `h`) and `id`, `name` or `node`; without one all are, and where there is one more than `dimensions`, the last is
    /// the height.
    Csv,
}

/// The most dimensions that are read.
const MOST_DIMENSIONS: usize = 32;

/// Coordinates of places, in nanoseconds one way.
#[derive(Clone, Debug, PartialEq)]
pub struct CoordinateSet {
    pub(crate) parameters: Coordinates,
    /// For each row its coordinates and its height.
    pub(crate) points: Vec<f64>,
    /// Coordinates and height of one row together.
    pub(crate) stride: usize,
}

impl Coordinates {
    /// The coordinates in `file`, with defaults.
    pub fn new(file: impl Into<PathBuf>, format: CoordinateFormat, kind: MatrixKind) -> Self {
        Self {
            file: file.into(),
            format,
            dimensions: None,
            kind,
            unit: LatencyUnit::Milliseconds,
            base: Span::ZERO,
            hosts_per_row: None,
            same_row_latency: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        let dimensions = self.dimensions.unwrap_or(1) as usize;
        check((1..=MOST_DIMENSIONS).contains(&dimensions), "dimensions", "between 1 and 32", dimensions)?;
        check(self.base <= Span::from_secs(100), "base", "at most 100s", self.base)?;
        crate::matrix::check_sharing(self.hosts_per_row, self.same_row_latency)
    }

    pub(crate) fn read(&self) -> Result<CoordinateSet, UnderlayError> {
        self.check()?;
        self.parse(&input::read(&self.file)?)
    }

    /// Parses the content of a file (gzipped or not); [`Coordinates::file`] serves for messages only.
    ///
    /// # Errors
    /// Where parameters make no sense, or the content is not a set of usable coordinates of one dimension.
    pub fn parse(&self, bytes: &[u8]) -> Result<CoordinateSet, UnderlayError> {
        self.check()?;
        let name = self.file.display().to_string();
        let unpacked = input::unpack(&name, bytes)?;
        let text = input::decode(unpacked.as_deref().unwrap_or(bytes));
        let half = if self.kind == MatrixKind::Rtt { 0.5 } else { 1.0 };
        let mut rows = parse::Rows::new(&name, self.dimensions, self.unit.scale() * UNIT as f64 * half);
        match self.format {
            CoordinateFormat::Vivaldi => rows.vivaldi(&text)?,
            CoordinateFormat::Oversim => rows.oversim(&text)?,
            CoordinateFormat::Csv => rows.csv(&text)?,
        }
        let (points, stride) = rows.done()?;
        Ok(CoordinateSet { parameters: self.clone(), points, stride })
    }
}

impl CoordinateSet {
    /// How many places there are.
    pub fn rows(&self) -> u32 {
        (self.points.len() / self.stride) as u32
    }

    /// Coordinates of a place, without its height.
    pub fn dimensions(&self) -> u32 {
        self.stride as u32 - 1
    }

    /// One-way latency between two different rows, without the base.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn latency(&self, from: u32, to: u32) -> Span {
        let row = |row: u32| &self.points[row as usize * self.stride..][..self.stride];
        Span(space::between(row(from), row(to)))
    }
}
