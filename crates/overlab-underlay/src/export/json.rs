//! JSON in the node-link form that networkx reads with `node_link_graph(data, edges="edges")`.

use super::{Cell, Export, Sheet};
use std::fmt::Write as _;

impl Export<'_> {
    /// The text of a JSON file; what is absent is left out.
    pub fn json(&self) -> String {
        let name = string(&self.name);
        let directed = self.directed;
        let mut text = format!(
            "{{\n  \"directed\": {directed},\n  \"multigraph\": false,\n  \"graph\": {{\"name\": {name}}},\n"
        );
        text.push_str("  \"nodes\": ");
        rows(&mut text, &self.nodes);
        text.push_str(",\n  \"edges\": ");
        rows(&mut text, &self.links);
        text.push_str("\n}\n");
        text
    }
}

fn rows(text: &mut String, sheet: &Sheet) {
    text.push('[');
    for (number, row) in sheet.rows.iter().enumerate() {
        text.push_str(if number == 0 { "\n    {" } else { ",\n    {" });
        let present = sheet.columns.iter().zip(row).filter(|(_, cell)| **cell != Cell::Absent);
        for (place, ((name, _), cell)) in present.enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            let value = match cell {
                Cell::Absent => continue,
                Cell::Text(field) => string(field),
                Cell::Short(field) => string(field),
                Cell::Whole(number) => number.to_string(),
                Cell::Number(digits) => digits.clone(),
            };
            write!(text, "{comma}\"{name}\": {value}").expect("a string takes all text");
        }
        text.push('}');
    }
    text.push_str(if sheet.rows.is_empty() { "]" } else { "\n  ]" });
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
