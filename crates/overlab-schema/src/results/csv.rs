//! Comma-separated values as RFC 4180 has them: quotes where a field needs them, one record a line.

/// Appends one record and its newline to `out`; a field with a comma, quote or line break is quoted.
pub fn write_csv_record<'a>(out: &mut String, fields: impl IntoIterator<Item = &'a str>) {
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        if field.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(field);
        }
    }
    out.push('\n');
}

/// Reads records one by one: each item is the line it starts at (from 1) and its fields.
///
/// Both line endings are read; blank lines are skipped. A quote that is never closed ends the record.
#[derive(Clone, Debug)]
pub struct CsvReader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> CsvReader<'a> {
    /// Reads from the start of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { rest: text, line: 1 }
    }

    /// Takes one field and tells whether it ends its record.
    fn field(&mut self) -> (String, bool) {
        let mut field = String::new();
        let mut quoted = false;
        let mut characters = self.rest.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' if quoted && characters.peek().is_some_and(|(_, next)| *next == '"') => {
                    field.push('"');
                    characters.next();
                }
                '"' if quoted || field.is_empty() => quoted = !quoted,
                ',' if !quoted => {
                    self.rest = &self.rest[at + 1..];
                    return (field, false);
                }
                '\r' if !quoted && characters.peek().is_some_and(|(_, next)| *next == '\n') => {}
                '\n' => {
                    self.line += 1;
                    if quoted {
                        field.push('\n');
                    } else {
                        self.rest = &self.rest[at + 1..];
                        return (field, true);
                    }
                }
                _ => field.push(character),
            }
        }
        self.rest = "";
        (field, true)
    }
}

impl Iterator for CsvReader<'_> {
    type Item = (usize, Vec<String>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let line = self.line;
            let mut fields = Vec::new();
            loop {
                let (field, last) = self.field();
                fields.push(field);
                if last {
                    break;
                }
            }
            if fields != [""] {
                return Some((line, fields));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_and_line_endings_are_read() {
        let records: Vec<_> = CsvReader::new("a,\"b,\"\"c\nd\"\r\n\r\n1,\n").collect();
        assert_eq!(
            records,
            [(1, vec!["a".to_owned(), "b,\"c\nd".to_owned()]), (4, vec!["1".to_owned(), String::new()])]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(fields in prop::collection::vec("[a\",\n ]{0,6}", 2..5)) {
            let mut text = String::new();
            write_csv_record(&mut text, fields.iter().map(String::as_str));
            let read: Vec<_> = CsvReader::new(&text).collect();
            prop_assert_eq!(read, vec![(1, fields)]);
        }

        #[test]
        fn no_text_panics(text in "[a\",\r\né]{0,40}") {
            let _ = CsvReader::new(&text).count();
        }
    }
}
