//! The text of a latency matrix: rows, cells, and what is wrong with them.

use super::{MISSING, Matrix, MatrixKind, Missing, WIDEST};
use crate::error::UnderlayError;

pub(super) struct Reader<'a> {
    parameters: &'a Matrix,
    file: &'a str,
    /// Units of 100 ns one way for an entry of 1.
    scale: f64,
}

/// A cell's place, from 0.
#[derive(Clone, Copy)]
struct Cell {
    row: usize,
    column: usize,
    line: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(parameters: &'a Matrix, file: &'a str) -> Self {
        let half = if parameters.kind == MatrixKind::Rtt { 0.5 } else { 1.0 };
        Self { parameters, file, scale: parameters.unit.scale() * half }
    }

    fn error(&self, cell: Cell, problem: String, cure: &'static str) -> UnderlayError {
        let Cell { row, column, line } = cell;
        let [row, column, line] = [row, column, line].map(|n| n as u32 + 1);
        UnderlayError::Matrix { file: self.file.to_owned(), row, column, line, problem, cure }
    }

    /// The number of rows and the entries, row by row; missing ones are marked where they are allowed.
    pub(super) fn read(&self, text: &str) -> Result<(u32, Vec<u32>), UnderlayError> {
        const SQUARE: &str = "the matrix must be square, one row a line: perhaps the file is cut off";
        let mut entries = Vec::new();
        let (mut rows, mut columns) = (0, 0);
        let mut last_line = 0;
        for (line, content) in text.lines().enumerate() {
            let content = content.split('#').next().unwrap_or_default().trim();
            if content.is_empty() {
                continue;
            }
            let place = |column| Cell { row: rows, column, line };
            if rows > 0 && rows == columns {
                return Err(self.error(
                    place(0),
                    format!("there are more rows than the {columns} columns"),
                    SQUARE,
                ));
            }
            let mut width = 0;
            for cell in cells(content) {
                if (rows > 0 && width == columns) || width == WIDEST {
                    break;
                }
                entries.push(self.entry(cell, place(width))?);
                width += 1;
            }
            if rows == 0 {
                columns = width;
            }
            let width = cells(content).count();
            if width > WIDEST {
                let problem = format!("the row has {width} entries, more than the {WIDEST} that are kept");
                return Err(self.error(place(WIDEST), problem, "give a smaller matrix"));
            }
            if width != columns {
                let noun = if width == 1 { "entry" } else { "entries" };
                let problem = format!("the row has {width} {noun}, the first has {columns}");
                return Err(self.error(place(width.min(columns)), problem, SQUARE));
            }
            rows += 1;
            last_line = line;
        }
        if rows == 0 {
            return Err(UnderlayError::Empty { file: self.file.to_owned(), what: "row of numbers" });
        }
        if rows < columns {
            let place = Cell { row: rows, column: 0, line: last_line };
            return Err(self.error(place, format!("there are {rows} rows of {columns} entries"), SQUARE));
        }
        Ok((rows as u32, entries))
    }

    /// One entry in units of 100 ns.
    fn entry(&self, text: &str, cell: Cell) -> Result<u32, UnderlayError> {
        const NUMBER: &str = "write a latency in the unit that `unit` states, or say missing_marker";
        const ABSENT: &str = "complete the matrix, or say missing: \"drop_hosts\"";
        let missing = || match self.parameters.missing {
            _ if cell.row == cell.column => Ok(0),
            Missing::Error => Err(self.error(cell, "the entry is missing".to_owned(), ABSENT)),
            Missing::DropHosts => Ok(MISSING),
        };
        if self.parameters.missing_marker.as_deref() == Some(text) {
            return missing();
        }
        let value: f64 =
            text.parse().map_err(|_| self.error(cell, format!("{text:?} is no number"), NUMBER))?;
        if value.is_nan() {
            return missing();
        }
        if value < 0.0 {
            let cure =
                "latencies are at least 0; if it stands for a missing entry, say missing_marker: \"-1\"";
            return Err(self.error(cell, format!("{value} is negative"), cure));
        }
        let scaled = libm::rint(value * self.scale);
        if scaled >= f64::from(MISSING) {
            let cure = "one way a latency is at most 429s: check `unit`";
            return Err(self.error(cell, format!("{value} is too long"), cure));
        }
        if cell.row == cell.column {
            return Ok(0);
        }
        if value == 0.0 && self.parameters.zero_is_missing { missing() } else { Ok(scaled as u32) }
    }
}

/// The cells of a line that is not blank: split at commas or semicolons where it has one (a last one ends the
/// row), else at blanks.
fn cells(line: &str) -> Box<dyn Iterator<Item = &str> + '_> {
    match line.find([',', ';']) {
        None => Box::new(line.split_whitespace()),
        Some(place) => {
            let separator = if line[place..].starts_with(',') { ',' } else { ';' };
            Box::new(line.strip_suffix(separator).unwrap_or(line).split(separator).map(str::trim))
        }
    }
}
