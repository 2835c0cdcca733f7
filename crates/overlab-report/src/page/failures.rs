//! Why lookups failed: the metrics of failure, one row a cause.

use super::markup::{Cell, Table, numbers, texts};
use super::verdict::cell;
use crate::results::{Results, point_name};
use overlab_schema::SummaryPoint;
use std::collections::BTreeMap;

/// What the metrics of failure begin with; the cause follows.
const PREFIX: &str = "lookup.failure";

pub(crate) fn section(results: &Results) -> String {
    let points = results.points();
    let mut out = String::new();
    for parameters in &points {
        let here: Vec<&SummaryPoint> =
            results.summary.points.iter().filter(|point| point.parameters == **parameters).collect();
        let causes: BTreeMap<&str, &str> = here
            .iter()
            .flat_map(|point| point.metrics.iter())
            .filter(|(name, _)| name.starts_with(PREFIX))
            .map(|(name, metric)| (name.as_str(), metric.unit.as_str()))
            .collect();
        if causes.is_empty() {
            continue;
        }
        let caption =
            if points.len() > 1 { format!("Causes at {}", point_name(parameters)) } else { String::new() };
        let mut columns = texts(["Cause", "Unit"]);
        columns.extend(numbers(here.iter().map(|point| point.overlay.clone())));
        let mut table = Table::new(&caption, &columns);
        for (name, unit) in causes {
            let mut cells = vec![Cell::Head(cause(name)), Cell::Text(unit.to_owned())];
            cells.extend(here.iter().map(|point| cell(point.metrics.get(name))));
            table.row(&cells);
        }
        out.push_str(&table.finish());
    }
    out
}

/// The cause in words: `lookup.failures.stale_entry` is "stale entry".
fn cause(name: &str) -> String {
    let rest = name.strip_prefix(PREFIX).unwrap_or(name);
    let rest = rest.strip_prefix("s").unwrap_or(rest).trim_start_matches(['.', '_']);
    if rest.is_empty() { "all causes".to_owned() } else { rest.replace('_', " ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_words() {
        let names = ["lookup.failures.stale_entry", "lookup.failure.timeout", "lookup.failures"];
        assert_eq!(names.map(cause), ["stale entry", "timeout", "all causes"]);
    }
}
