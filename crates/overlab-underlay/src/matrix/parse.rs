//! The text of a latency matrix: rows, cells, and what is wrong with them.

use super::measure::Measure;
use super::{MISSING, WIDEST};
use crate::error::UnderlayError;

pub(super) struct Reader<'a> {
    pub(super) file: &'a str,
    pub(super) measure: Measure<'a>,
    /// Whether missing entries may be.
    pub(super) gaps: bool,
}

/// A cell's place, from 0.
#[derive(Clone, Copy)]
struct Cell {
    row: usize,
    column: usize,
    line: usize,
}

impl Reader<'_> {
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
        const ABSENT: &str = "complete the matrix, or say missing: \"drop_hosts\"";
        match self.measure.read(text).map_err(|(problem, cure)| self.error(cell, problem, cure))? {
            _ if cell.row == cell.column => Ok(0),
            Some(latency) => Ok(latency),
            None if self.gaps => Ok(MISSING),
            None => Err(self.error(cell, "the entry is missing".to_owned(), ABSENT)),
        }
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
