//! Comma-separated values as RFC 4180 has them: a line of names, then a line a row; what is absent is empty.

use super::{Cell, Export, Sheet};
use std::fmt::Write as _;

impl Export<'_> {
    /// The nodes and the links, each as the text of a file.
    pub fn csv(&self) -> [String; 2] {
        [&self.nodes, &self.links].map(text)
    }
}

fn text(sheet: &Sheet) -> String {
    let names: Vec<&str> = sheet.columns.iter().map(|column| column.0).collect();
    let mut text = names.join(",");
    text.push('\n');
    for row in &sheet.rows {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            match cell {
                Cell::Absent => Ok(()),
                Cell::Text(field) => quoted(&mut text, field),
                Cell::Short(field) => quoted(&mut text, field),
                Cell::Whole(number) => write!(text, "{number}"),
                Cell::Number(digits) => text.write_str(digits),
            }
            .expect("a string takes all text");
        }
        text.push('\n');
    }
    text
}

fn quoted(text: &mut String, field: &str) -> std::fmt::Result {
    if field.contains([',', '"', '\n', '\r']) {
        write!(text, "\"{}\"", field.replace('"', "\"\""))
    } else {
        text.write_str(field)
    }
}
