//! Matrices with names: a table with a header row and a header column, a nested JSON object, a ModelNet file.

use super::Square;
use super::measure::Measure;
use super::pairs::Pairs;
use crate::delimited::Table;
use crate::error::UnderlayError;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};
use std::cell::RefCell;
use std::fmt;

/// A table whose header names the columns and whose first field of a record the row; an empty field is missing.
pub(super) fn table(file: &str, text: &str, measure: &Measure<'_>) -> Result<Square, UnderlayError> {
    const SQUARE: &str = "rows and columns have the same names, each once";
    let table = Table::read(file, text)?;
    let mut pairs = Pairs::default();
    let names = &table.header()[1..];
    let first = &table.records[0].line;
    for name in names {
        if name.is_empty() || pairs.knows(name) {
            let problem = format!("the header has {name:?} where a new name should be");
            return Err(first.wrong(first.content, problem, SQUARE));
        }
        pairs.place(name);
    }
    let mut rows = vec![false; names.len()];
    for record in &table.records {
        let name = &record.fields[0];
        if !pairs.knows(name) {
            return Err(record.wrong("1", &format!("no column is called {name:?}"), SQUARE));
        }
        let from = pairs.place(name);
        if std::mem::replace(&mut rows[from as usize], true) {
            return Err(record.wrong("1", &format!("there was a row {name:?} before"), SQUARE));
        }
        for (to, field) in record.fields[1..].iter().enumerate() {
            let latency = if field.is_empty() { Ok(None) } else { measure.read(field) };
            let latency = latency.map_err(|(problem, cure)| record.wrong(&names[to], &problem, cure))?;
            pairs.list(from, to as u32, latency, record.line.number);
        }
    }
    if let Some(row) = rows.iter().position(|there| !there) {
        let last = &table.records[table.records.len() - 1];
        return Err(last.wrong("1", &format!("there is no row {:?} up to here", names[row]), SQUARE));
    }
    pairs.square(file, false)
}

/// `{ "a": { "b": 12.5 } }`, perhaps within `{ "data": ... }`, as cloudping.co has it; `null` is missing.
pub(super) fn json(file: &str, text: &str, measure: &Measure<'_>) -> Result<Square, UnderlayError> {
    let pairs = RefCell::new(Pairs::default());
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Outer { pairs: &pairs, measure }.deserialize(&mut reader).and_then(|()| reader.end());
    read.map_err(|error| {
        let (line, column) = (error.line() as u32, error.column() as u32);
        let place = format!(" at line {line} column {column}");
        let problem = error.to_string();
        let problem = problem.strip_suffix(&place).unwrap_or(&problem).to_owned();
        let cure = "a matrix in JSON is an object of objects of numbers: from, to, latency";
        UnderlayError::Syntax { file: file.to_owned(), line, column, problem, cure }
    })?;
    let square = pairs.into_inner().square(file, false)?;
    // The order of keys means nothing.
    Ok(square.sorted())
}

/// The object of rows, or one whose only key `data` holds it.
struct Outer<'a> {
    pairs: &'a RefCell<Pairs>,
    measure: &'a Measure<'a>,
}

/// What one key holds: a row of numbers, or under `data` all rows.
struct Row<'a> {
    outer: &'a Outer<'a>,
    name: String,
}

/// One number.
struct Cell<'a> {
    row: &'a Row<'a>,
    to: String,
}

impl<'de> DeserializeSeed<'de> for Outer<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Outer<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of rows")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(Row { outer: &self, name })?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of latencies under {:?}", self.name)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(to) = map.next_key::<String>()? {
            if self.name == "data" {
                map.next_value_seed(Row { outer: self.outer, name: to })?;
            } else {
                map.next_value_seed(Cell { row: &self, to })?;
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Cell<'_> {
    fn put<E: Error>(&self, value: Option<f64>) -> Result<(), E> {
        let outer = self.row.outer;
        let latency = value.map_or(Ok(None), |value| outer.measure.number(value));
        let latency = latency.map_err(|(problem, _)| {
            E::custom(format!("from {:?} to {:?}: {problem}", self.row.name, self.to))
        })?;
        let mut pairs = outer.pairs.borrow_mut();
        let (from, to) = (pairs.place(&self.row.name), pairs.place(&self.to));
        // The place is that of the pair: lines are not to be had here.
        pairs.list(from, to, latency, 1);
        Ok(())
    }
}

impl<'de> Visitor<'de> for Cell<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a latency from {:?} to {:?}", self.row.name, self.to)
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.put(Some(value))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.put(Some(value as f64))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.put(Some(value as f64))
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.put(None)
    }
}

/// A ModelNet topology in XML as a matrix: the delays of its edges, each in its own direction. Vertices that only edges
/// name count too, since published files leave some undeclared; loops are left out.
pub(super) fn model_net(file: &str, text: &str, measure: &Measure<'_>) -> Result<Square, UnderlayError> {
    const EDGE: &str = "an edge of ModelNet has int_src, int_dst and int_delayms";
    let syntax = |line, column, problem, cure| UnderlayError::Syntax {
        file: file.to_owned(),
        line,
        column,
        problem,
        cure,
    };
    let document = roxmltree::Document::parse(text).map_err(|error| {
        let place = error.pos();
        syntax(
            place.row,
            place.col,
            error.to_string(),
            "the file must be well-formed XML: perhaps it is cut off",
        )
    })?;
    let mut pairs = Pairs::default();
    let (mut counted, mut line) = (0, 1);
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        // Counted on from element to element: asking the document each time would take the square of its size.
        let start = element.range().start;
        line += text.as_bytes()[counted..start].iter().filter(|&&byte| byte == b'\n').count() as u32;
        counted = start;
        let wrong = |problem, cure| {
            let place = document.text_pos_at(start);
            syntax(place.row, place.col, problem, cure)
        };
        let attribute = |name: &str| {
            element.attribute(name).ok_or_else(|| wrong(format!("there is no {name} here"), EDGE))
        };
        match element.tag_name().name() {
            "vertex" => {
                if let Some(name) = element.attribute("int_idx") {
                    pairs.place(name);
                }
            }
            "edge" => {
                let (from, to) = (attribute("int_src")?, attribute("int_dst")?);
                let delay = attribute("int_delayms")?;
                let latency = measure.read(delay).map_err(|(problem, cure)| wrong(problem, cure))?;
                if from != to {
                    let (from, to) = (pairs.place(from), pairs.place(to));
                    pairs.list(from, to, latency, line);
                }
            }
            _ => {}
        }
    }
    pairs.square(file, false)
}
