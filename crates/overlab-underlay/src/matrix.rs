//! Measured latency matrices.
//!
//! A file is text, gzipped or not, in one of several formats ([`MatrixFormat`]); `#` starts a comment. The diagonal is
//! not used. A round-trip time is halved for each direction and asymmetry kept.

use crate::error::{UnderlayError, check};
use crate::input;
use crate::latency::LARGEST_TABLE;
use crate::statistics::Delays;
use overlab_time::Span;
use std::path::{Path, PathBuf};

mod format;
mod lists;
mod measure;
mod named;
mod pairs;
mod parse;
mod square;

pub use format::MatrixFormat;
pub(crate) use lists::{Line, Lines};
pub(crate) use measure::Measure;
pub(crate) use pairs::Pairs;
pub(crate) use square::Square;

/// Parameters of a measured matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The matrix file.
    pub file: PathBuf,
    /// How the file is written (a square of numbers).
    pub format: MatrixFormat,
    /// What the entries are; there is no default, because a wrong guess doubles every latency.
    pub kind: MatrixKind,
    /// The unit of the entries (milliseconds; by [`MatrixFormat::unit`] where a scenario says nothing).
    pub unit: LatencyUnit,
    /// What becomes of missing entries (an error).
    pub missing: Missing,
    /// Whether a zero off the diagonal is a missing entry (false: a latency of zero).
    pub zero_is_missing: bool,
    /// A text that stands for a missing entry, such as `"-1"` or `"NA"`; `NaN` always does (none).
    pub missing_marker: Option<String>,
    /// How many hosts may share a row; needs `same_row_latency` (one).
    pub hosts_per_row: Option<u32>,
    /// One-way latency between hosts on the same row; needs `hosts_per_row` (none).
    pub same_row_latency: Option<Span>,
}

/// What the entries of a matrix are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatrixKind {
    /// Round-trip times: each direction takes half.
    Rtt,
    /// One-way latencies from the row's place to the column's.
    OneWay,
}

/// The unit of a matrix's entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LatencyUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    #[default]
    Milliseconds,
    /// Microseconds.
    Microseconds,
}

/// What becomes of missing entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// They are an error.
    #[default]
    Error,
    /// Rows that miss entries are dropped with their columns, those that miss most first, until none is
    /// missing.
    DropHosts,
}

/// A square matrix of one-way latencies without missing entries.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencyMatrix {
    pub(crate) parameters: Matrix,
    pub(crate) rows: u32,
    /// In units of 100 ns, row by row; the diagonal is zero.
    pub(crate) entries: Vec<u32>,
    /// For every row its row in the file, from 0.
    pub(crate) origins: Vec<u32>,
    /// For every row its name, where the file has names.
    pub(crate) names: Option<Vec<String>>,
}

/// A missing entry while the matrix is being read.
pub(crate) const MISSING: u32 = u32::MAX;

impl Matrix {
    /// The matrix in `file`, with defaults.
    pub fn new(file: impl Into<PathBuf>, kind: MatrixKind) -> Self {
        Self {
            file: file.into(),
            format: MatrixFormat::Square,
            kind,
            unit: LatencyUnit::Milliseconds,
            missing: Missing::Error,
            zero_is_missing: false,
            missing_marker: None,
            hosts_per_row: None,
            same_row_latency: None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        check_sharing(self.hosts_per_row, self.same_row_latency)
    }

    /// Reads and parses [`Matrix::file`].
    pub(crate) fn read(&self) -> Result<LatencyMatrix, UnderlayError> {
        self.check()?;
        self.parse(&input::read(&self.file)?)
    }

    /// Parses the content of a matrix file (gzipped or not); [`Matrix::file`] serves for messages only.
    ///
    /// # Errors
    /// Where parameters make no sense, or the content is not a square matrix of usable numbers.
    pub fn parse(&self, bytes: &[u8]) -> Result<LatencyMatrix, UnderlayError> {
        let name = self.file.display().to_string();
        let mut square = self.square(bytes, self.missing == Missing::DropHosts)?;
        let rows = square.rows;
        for row in 0..rows as usize {
            square.entries[row * rows as usize + row] = 0;
        }
        let kept = match self.missing {
            Missing::Error => (0..rows).collect(),
            Missing::DropHosts => square.complete(),
        };
        if kept.is_empty() {
            return Err(UnderlayError::Empty { file: name, what: "row without missing entries" });
        }
        if self.missing == Missing::Error
            && let Some((from, to)) = square.gap()
        {
            let cure = "complete the file, or say missing: \"drop_hosts\"";
            return Err(UnderlayError::Unmeasured { file: name, from, to, cure });
        }
        let Square { entries, names, .. } = square.only(&kept);
        let names = Some(names).filter(|names| !names.is_empty());
        let rows = kept.len() as u32;
        Ok(LatencyMatrix { parameters: self.clone(), rows, entries, origins: kept, names })
    }

    /// What the file holds, with its gaps: for statistics of the data themselves.
    ///
    /// # Errors
    /// Like [`Matrix::parse`], but entries may be missing.
    pub fn delays(&self, bytes: &[u8]) -> Result<Delays, UnderlayError> {
        self.square(bytes, true).map(|square| square.delays())
    }

    /// The content as a square, with gaps where `gaps` allows them (some formats notice them later).
    pub(crate) fn square(&self, bytes: &[u8], gaps: bool) -> Result<Square, UnderlayError> {
        self.check()?;
        let name = self.file.display().to_string();
        let unpacked = input::unpack(&name, bytes)?;
        let text = input::decode(unpacked.as_deref().unwrap_or(bytes));
        let marker = self.missing_marker.as_deref().or(self.format.missing_marker());
        let measure = Measure::new(self.kind, self.unit, marker, self.zero_is_missing);
        let lines = Lines { file: &name, text: &text };
        match self.format {
            MatrixFormat::Square => {
                let (rows, entries) = parse::Reader { file: &name, measure, gaps }.read(&text)?;
                Ok(Square { rows, entries, names: Vec::new() })
            }
            MatrixFormat::Named => named::table(&name, &text, &measure),
            MatrixFormat::Json => named::json(&name, &text, &measure),
            MatrixFormat::ModelNet => named::model_net(&name, &text, &measure),
            MatrixFormat::Triples => lists::triples(&lines, &measure),
            MatrixFormat::E2eGraph => lists::e2e_graph(&lines, &measure),
            MatrixFormat::KingMeasurements => lists::king_measurements(&lines, self.kind, self.unit),
        }
    }
}

impl LatencyMatrix {
    /// The number of rows, which is the number of columns.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// The rows of the file, from 0, that the rows here came from: fewer than all where some were dropped.
    pub fn origins(&self) -> &[u32] {
        &self.origins
    }

    /// The name of each row, where the file has names: nodes, regions, addresses.
    pub fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    pub(crate) fn get(&self, from: u32, to: u32) -> u32 {
        self.entries[from as usize * self.rows as usize + to as usize]
    }
}

/// Checks what says how several hosts stand on one row.
pub(crate) fn check_sharing(
    hosts_per_row: Option<u32>,
    same_row_latency: Option<Span>,
) -> Result<(), UnderlayError> {
    let per_row = hosts_per_row.unwrap_or(1);
    check(per_row >= 1, "hosts_per_row", "at least 1", per_row)?;
    if hosts_per_row.is_some() != same_row_latency.is_some() {
        let given = if hosts_per_row.is_some() { "only hosts_per_row" } else { "only same_row_latency" };
        return Err(UnderlayError::parameter("hosts_per_row and same_row_latency", "given together", given));
    }
    let latency = same_row_latency.unwrap_or_default();
    check(latency <= Span::from_secs(100), "same_row_latency", "at most 100s", latency)
}

/// Refuses more hosts than the rows of a file may carry.
pub(crate) fn check_room(
    file: &Path,
    hosts: u32,
    rows: u32,
    hosts_per_row: Option<u32>,
) -> Result<(), UnderlayError> {
    let per_row = hosts_per_row.unwrap_or(1);
    if u64::from(hosts) <= u64::from(rows) * u64::from(per_row) {
        return Ok(());
    }
    Err(UnderlayError::MoreHostsThanRows { file: file.display().to_string(), hosts, rows, per_row })
}

impl LatencyUnit {
    /// Units of 100 ns in one of these.
    pub(crate) fn scale(self) -> f64 {
        match self {
            Self::Seconds => 1e7,
            Self::Milliseconds => 1e4,
            Self::Microseconds => 1e1,
        }
    }
}

/// The most columns that are read.
const WIDEST: usize = LARGEST_TABLE;

#[cfg(test)]
mod tests;
