//! Tables as text: a header with the names of the columns, then a record a line.

use crate::error::UnderlayError;
use crate::matrix::{Line, Lines};

/// A table with a header.
pub(crate) struct Table<'a> {
    file: &'a str,
    header: Vec<String>,
    pub(crate) records: Vec<Record<'a>>,
}

/// One record, as many fields as the header has.
pub(crate) struct Record<'a> {
    pub(crate) line: Line<'a>,
    pub(crate) fields: Vec<String>,
}

impl<'a> Table<'a> {
    /// Reads a table separated by commas, semicolons or tabs, whichever its first line has first.
    pub(crate) fn read(file: &'a str, text: &'a str) -> Result<Self, UnderlayError> {
        Self::read_headless(file, text, &[])
    }

    /// The same, where the header may be absent: the first columns have `names` if the first line has numbers there.
    pub(crate) fn read_headless(file: &'a str, text: &'a str, names: &[&str]) -> Result<Self, UnderlayError> {
        let lines = Lines { file, text };
        let mut lines = lines.iter();
        let Some(first) = lines.next() else {
            return Err(UnderlayError::Empty { file: file.to_owned(), what: "header and no record" });
        };
        let separator = first.content.chars().find(|letter| [',', ';', '\t'].contains(letter)).unwrap_or(',');
        let mut header = fields(&first, separator)?;
        let mut records = Vec::new();
        let is_number = |field: &String| field.parse::<f64>().is_ok();
        if !names.is_empty() && header.len() >= names.len() && header[..names.len()].iter().all(is_number) {
            let named = names.iter().map(|&name| name.to_owned()).chain(std::iter::repeat(String::new()));
            let named = named.take(header.len()).collect();
            records.push(Record { line: first, fields: std::mem::replace(&mut header, named) });
        }
        for line in lines {
            let fields = fields(&line, separator)?;
            if fields.len() != header.len() {
                let problem = format!("the record has {} fields, the header {}", fields.len(), header.len());
                let cure = "every record has a field for each column: perhaps the file is cut off";
                return Err(line.wrong(line.content, problem, cure));
            }
            records.push(Record { line, fields });
        }
        if records.is_empty() {
            return Err(UnderlayError::Empty { file: file.to_owned(), what: "record under its header" });
        }
        Ok(Self { file, header, records })
    }

    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// The number of the column called `name`, for the parameter that names it.
    pub(crate) fn column(&self, parameter: &'static str, name: &str) -> Result<usize, UnderlayError> {
        self.find(&[name]).ok_or_else(|| UnderlayError::Column {
            file: self.file.to_owned(),
            parameter,
            column: name.to_owned(),
            columns: self.header.join(", "),
        })
    }

    /// The number of the first column with one of `names`, whatever their case.
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        self.header.iter().position(|column| names.iter().any(|name| column.eq_ignore_ascii_case(name)))
    }
}

impl Record<'_> {
    /// An error at a field.
    pub(crate) fn wrong(&self, column: &str, problem: &str, cure: &'static str) -> UnderlayError {
        self.line.wrong(self.line.content, format!("column {column}: {problem}"), cure)
    }

    /// A finite number within `range`.
    pub(crate) fn number(
        &self,
        column: usize,
        name: &str,
        range: std::ops::RangeInclusive<f64>,
        cure: &'static str,
    ) -> Result<f64, UnderlayError> {
        let text = &self.fields[column];
        let number = text.parse::<f64>().ok();
        number
            .filter(|number| range.contains(number))
            .ok_or_else(|| self.wrong(name, &format!("{text:?} is not a number it can be"), cure))
    }
}

/// The fields of a line; one in double quotes may hold separators, and quotes doubled.
fn fields(line: &Line<'_>, separator: char) -> Result<Vec<String>, UnderlayError> {
    let mut fields = Vec::new();
    let mut rest = line.content;
    loop {
        let trimmed = rest.trim_start_matches(' ');
        let Some(quoted) = trimmed.strip_prefix('"') else {
            let end = rest.find(separator).unwrap_or(rest.len());
            fields.push(rest[..end].trim().to_owned());
            if end == rest.len() {
                return Ok(fields);
            }
            rest = &rest[end + separator.len_utf8()..];
            continue;
        };
        let (mut field, mut after) = (String::new(), quoted);
        loop {
            let Some(end) = after.find('"') else {
                let problem = "the quote is not closed".to_owned();
                return Err(line.wrong(trimmed, problem, "end the field with a double quote on its line"));
            };
            field.push_str(&after[..end]);
            after = &after[end + 1..];
            let Some(doubled) = after.strip_prefix('"') else { break };
            field.push('"');
            after = doubled;
        }
        fields.push(field);
        let left = after.trim_start_matches(' ');
        if left.is_empty() {
            return Ok(fields);
        }
        let Some(next) = left.strip_prefix(separator) else {
            let problem = "something follows a quoted field".to_owned();
            return Err(line.wrong(left, problem, "put quotes around whole fields only"));
        };
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_separators_and_blank_lines() {
        let text = "name;lat\r\n\r\n\"a;b\" ; 1\n\"say \"\"x\"\"\";2\n;3\n";
        let table = Table::read("t.csv", text).unwrap();
        let fields: Vec<_> = table.records.iter().map(|record| record.fields.join("|")).collect();
        assert_eq!(fields, ["a;b|1", "say \"x\"|2", "|3"]);
        assert_eq!((table.find(&["LAT"]), table.find(&["longitude"])), (Some(1), None));
    }

    #[test]
    fn errors_name_line_and_column() {
        let problem = |text| Table::read("t.csv", text).err().unwrap().to_string();
        assert!(problem("a,b\n1\n").starts_with("t.csv, line 2, column 1: the record has 1 fields"));
        assert!(problem("a,b\n1,\"x\n").starts_with("t.csv, line 2, column 3: the quote is not closed"));
        assert!(problem("a,b\n\"x\"y,1\n").starts_with("t.csv, line 2, column 4: something follows"));
        assert!(problem("").contains("holds no header"));
        assert!(problem("a,b\n").contains("holds no record"));
    }
}
