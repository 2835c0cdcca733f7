//! Measured latency matrices.
//!
//! A file is text, gzipped or not: one row of the matrix a line, numbers separated by blanks, tabs, commas or
//! semicolons (a row may end with the separator); `#` starts a comment. The diagonal is not used. A
//! round-trip time is halved for each direction and asymmetry kept.

use crate::error::{UnderlayError, check};
use crate::input;
use crate::latency::LARGEST_TABLE;
use overlab_time::Span;
use std::path::PathBuf;

mod parse;

/// Parameters of a measured matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The matrix file.
    pub file: PathBuf,
    /// What the entries are; there is no default, because a wrong guess doubles every latency.
    pub kind: MatrixKind,
    /// The unit of the entries (milliseconds).
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
}

/// A missing entry while the matrix is being read.
const MISSING: u32 = u32::MAX;

impl Matrix {
    /// The matrix in `file`, with defaults.
    pub fn new(file: impl Into<PathBuf>, kind: MatrixKind) -> Self {
        Self {
            file: file.into(),
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
        let per_row = self.hosts_per_row.unwrap_or(1);
        check(per_row >= 1, "hosts_per_row", "at least 1", per_row)?;
        if self.hosts_per_row.is_some() != self.same_row_latency.is_some() {
            let given =
                if self.hosts_per_row.is_some() { "only hosts_per_row" } else { "only same_row_latency" };
            return Err(UnderlayError::parameter(
                "hosts_per_row and same_row_latency",
                "given together",
                given,
            ));
        }
        let latency = self.same_row_latency.unwrap_or_default();
        check(latency <= Span::from_secs(100), "same_row_latency", "at most 100s", latency)
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
        self.check()?;
        let name = self.file.display().to_string();
        let unpacked = input::unpack(&name, bytes)?;
        let text = input::decode(unpacked.as_deref().unwrap_or(bytes));
        let (rows, entries) = parse::Reader::new(self, &name).read(&text)?;
        let matrix = LatencyMatrix { parameters: self.clone(), rows, entries, origins: (0..rows).collect() };
        match self.missing {
            Missing::Error => Ok(matrix),
            Missing::DropHosts => matrix.without_missing(name),
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

    /// Refuses more hosts than the rows may carry.
    pub(crate) fn has_room_for(&self, hosts: u32) -> Result<(), UnderlayError> {
        let (rows, per_row) = (self.rows, self.parameters.hosts_per_row.unwrap_or(1));
        if u64::from(hosts) <= u64::from(rows) * u64::from(per_row) {
            return Ok(());
        }
        let file = self.parameters.file.display().to_string();
        Err(UnderlayError::MoreHostsThanRows { file, hosts, rows, per_row })
    }

    pub(crate) fn get(&self, from: u32, to: u32) -> u32 {
        self.entries[from as usize * self.rows as usize + to as usize]
    }

    /// Drops the row (and column) with the most missing entries, the last of several, until nothing is
    /// missing.
    fn without_missing(self, file: String) -> Result<Self, UnderlayError> {
        let rows = self.rows;
        let misses =
            |a: u32, b: u32| u32::from(self.get(a, b) == MISSING) + u32::from(self.get(b, a) == MISSING);
        let mut missing: Vec<u32> = (0..rows).map(|a| (0..rows).map(|b| misses(a, b)).sum()).collect();
        let mut kept: Vec<u32> = (0..rows).collect();
        while let Some(place) = (0..kept.len()).max_by_key(|&place| missing[kept[place] as usize]) {
            if missing[kept[place] as usize] == 0 {
                break;
            }
            let dropped = kept.remove(place);
            for &other in &kept {
                missing[other as usize] -= misses(other, dropped);
            }
        }
        if kept.is_empty() {
            return Err(UnderlayError::Empty { file, what: "row without missing entries" });
        }
        let entries = kept.iter().flat_map(|&from| kept.iter().map(move |&to| (from, to)));
        let entries = entries.map(|(from, to)| self.get(from, to)).collect();
        Ok(Self { parameters: self.parameters, rows: kept.len() as u32, entries, origins: kept })
    }
}

impl LatencyUnit {
    /// Units of 100 ns in one of these.
    fn scale(self) -> f64 {
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<LatencyMatrix, UnderlayError> {
        Matrix::new("m.txt", MatrixKind::OneWay).parse(text.as_bytes())
    }

    fn problem(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn separators_comments_and_line_ends() {
        let expected = vec![0, 10_000, 25_000, 0];
        for text in ["0 1\n2.5 0\n", "# two\n0\t1\t\r\n2.5\t0\t\r\n", "0,1,\n\n2.5, 0 # end", "0;1\n2.5;0;"] {
            assert_eq!(parse(text).unwrap().entries, expected, "{text:?}");
        }
    }

    #[test]
    fn round_trips_are_halved_and_asymmetry_is_kept() {
        let mut matrix = Matrix::new("m.txt", MatrixKind::Rtt);
        assert_eq!(matrix.parse(b"0 1\n3 0").unwrap().entries, [0, 5_000, 15_000, 0]);
        matrix.unit = LatencyUnit::Seconds;
        assert_eq!(matrix.parse(b"0 1\n3 0").unwrap().entries, [0, 5_000_000, 15_000_000, 0]);
        matrix.unit = LatencyUnit::Microseconds;
        assert_eq!(matrix.parse(b"0 100\n30 0").unwrap().entries, [0, 500, 150, 0]);
    }

    #[test]
    fn errors_name_row_column_line_and_cure() {
        assert_eq!(
            problem("# x\n0 1\n2 zero"),
            "m.txt, row 2, column 2 (line 3): \"zero\" is no number; write a latency in the unit that `unit` states, or say missing_marker"
        );
        assert!(
            problem("0 1 2\n1 0 1\n").contains("row 3, column 1 (line 2): there are 2 rows of 3 entries; ")
        );
        assert!(
            problem("0 1\n1\n").contains("row 2, column 2 (line 2): the row has 1 entry, the first has 2")
        );
        assert!(problem("0 1\n1 0 4\n").contains("row 2, column 3 (line 2): the row has 3 entries"));
        assert!(
            problem("0 1\n1 0\n1 1")
                .contains("row 3, column 1 (line 3): there are more rows than the 2 columns")
        );
        assert!(problem("0 NaN\n1 0").contains("row 1, column 2 (line 1): the entry is missing"));
        assert!(problem("0 1\n-1 0").contains("row 2, column 1 (line 2): -1 is negative"));
        assert!(problem("0 inf\n1 0").contains("is too long"));
        assert!(problem("0 430000\n1 0").contains("is too long"));
        assert!(problem("0,,1\n").contains("\"\" is no number"));
        assert!(problem("# nothing\n").contains("holds no row"));
    }

    #[test]
    fn missing_entries_drop_hosts() {
        let mut matrix = Matrix::new("m.txt", MatrixKind::OneWay);
        matrix.missing = Missing::DropHosts;
        matrix.missing_marker = Some("-1".to_owned());
        // Row 1 misses two entries, rows 0 and 3 one each of them: dropping row 1 is enough.
        let text = b"0 -1 1 2\n3 0 4 5\n6 7 0 8\n9 NaN 10 0";
        let read = matrix.parse(text).unwrap();
        assert_eq!((read.rows, read.origins()), (3, &[0, 2, 3][..]));
        assert_eq!(read.entries, [0, 1, 2, 6, 0, 8, 9, 10, 0].map(|ms| ms * 10_000));
        matrix.zero_is_missing = true;
        assert_eq!(matrix.parse(b"0 0\n1 0").unwrap().rows, 1);
        matrix.zero_is_missing = false;
        assert_eq!(matrix.parse(b"0 0\n1 0").unwrap().entries, [0, 0, 10_000, 0]);
        assert!(matrix.parse(b"0 -2\n1 0").unwrap_err().to_string().contains("negative"));
    }

    #[test]
    fn sharing_needs_both_parameters() {
        let matrix = Matrix { hosts_per_row: Some(2), ..Matrix::new("m", MatrixKind::Rtt) };
        assert!(matrix.parse(b"0").unwrap_err().to_string().contains("given together"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), drop: bool) {
            let mut matrix = Matrix::new("m", MatrixKind::Rtt);
            matrix.missing = if drop { Missing::DropHosts } else { Missing::Error };
            let _ = matrix.parse(&bytes);
        }

        #[test]
        fn any_text_like_a_matrix_is_read_or_refused(text in "([0-9.eE+-]{1,9}[ ,;\t\n]|NaN |inf |\n|#){0,40}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_is_written_is_read(values in prop::collection::vec(0u32..4_000_000, 9)) {
            let text: String = values.chunks(3)
                .map(|row| row.iter().map(|value| format!("{}\t", f64::from(*value) / 10.0)).collect::<String>() + "\n")
                .collect();
            let entries = parse(&text).unwrap().entries;
            for (index, (entry, value)) in entries.into_iter().zip(values).enumerate() {
                prop_assert_eq!(entry, if index % 4 == 0 { 0 } else { value * 1000 });
            }
        }
    }
}
