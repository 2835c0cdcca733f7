//! GraphML with typed keys, as networkx, Gephi, yEd and [`crate::Import`] read it.

use super::{Cell, Content, Export, Sheet};
use std::fmt::Write as _;

impl Export<'_> {
    /// The text of a GraphML file.
    pub fn graphml(&self) -> String {
        let mut text = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
        );
        keys(&mut text, "node", &self.nodes, 1);
        keys(&mut text, "edge", &self.links, 2);
        let direction = if self.directed { "directed" } else { "undirected" };
        let mut name = String::new();
        escape(&mut name, &self.name);
        text.push_str(&format!("  <graph id=\"{name}\" edgedefault=\"{direction}\">\n"));
        elements(&mut text, "node", &self.nodes, 1);
        elements(&mut text, "edge", &self.links, 2);
        text.push_str("  </graph>\n</graphml>\n");
        text
    }
}

/// Declares the columns after the first `ids`.
fn keys(text: &mut String, element: &str, sheet: &Sheet, ids: usize) {
    for (name, content) in &sheet.columns[ids..] {
        let content = match content {
            Content::Text => "string",
            Content::Whole => "long",
            Content::Number => "double",
        };
        let key = format!("id=\"{name}\" for=\"{element}\" attr.name=\"{name}\" attr.type=\"{content}\"");
        text.push_str(&format!("  <key {key}/>\n"));
    }
}

fn elements(text: &mut String, element: &str, sheet: &Sheet, ids: usize) {
    let names: &[&str] = if ids == 1 { &["id"] } else { &["source", "target"] };
    for row in &sheet.rows {
        let (ends, values) = row.split_at(ids);
        text.push_str(&format!("    <{element}"));
        for (name, end) in names.iter().zip(ends) {
            text.push_str(&format!(" {name}=\""));
            cell(text, end);
            text.push('"');
        }
        text.push('>');
        for ((key, _), value) in sheet.columns[ids..].iter().zip(values) {
            if *value != Cell::Absent {
                text.push_str(&format!("<data key=\"{key}\">"));
                cell(text, value);
                text.push_str("</data>");
            }
        }
        text.push_str(&format!("</{element}>\n"));
    }
}

fn cell(text: &mut String, cell: &Cell) {
    match cell {
        Cell::Absent => {}
        Cell::Text(field) => escape(text, field),
        Cell::Short(field) => escape(text, field),
        Cell::Whole(number) => write!(text, "{number}").expect("a string takes all text"),
        Cell::Number(digits) => text.push_str(digits),
    }
}

/// Characters that XML gives a meaning become references; control characters, which it cannot hold, are left out.
fn escape(text: &mut String, field: &str) {
    for character in field.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\t' | '\n' | '\r' => write!(text, "&#{};", character as u32).expect("a string takes all text"),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control.is_ascii_control() => {}
            other => text.push(other),
        }
    }
}
