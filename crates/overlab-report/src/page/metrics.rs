//! All metrics of all overlays: side by side, and one by one with their percentiles.

use super::markup::{Cell, Table, details, number, numbers, texts};
use super::verdict::{DRIFTING_NOTE, cell, drifting};
use crate::number::short;
use crate::results::{Results, point_name};
use overlab_schema::{Metric, SummaryPoint};
use std::collections::BTreeMap;

/// Up to this many points the comparison stands open.
const OPEN: usize = 4;

pub(crate) fn section(results: &Results) -> String {
    let points = results.points();
    let mut out = String::new();
    for parameters in &points {
        let here: Vec<&SummaryPoint> =
            results.summary.points.iter().filter(|point| point.parameters == **parameters).collect();
        let mut content = comparison(&here);
        for point in here {
            let name = format!("{} ({}): n, percentiles and stationarity", point.overlay, point.algorithm);
            content.push_str(&details(&name, &one_by_one(&point.metrics), false));
        }
        if points.len() > 1 {
            out.push_str(&details(&point_name(parameters), &content, points.len() <= OPEN));
        } else {
            out.push_str(&content);
        }
    }
    let all = results.summary.points.iter().flat_map(|point| point.metrics.values());
    if drifting(all) {
        out.push_str(DRIFTING_NOTE);
    }
    out
}

fn comparison(points: &[&SummaryPoint]) -> String {
    let units: BTreeMap<&str, &str> = points
        .iter()
        .flat_map(|point| point.metrics.iter())
        .map(|(name, metric)| (name.as_str(), metric.unit.as_str()))
        .collect();
    if units.is_empty() {
        return "<p>No metric was recorded.</p>\n".to_owned();
    }
    let mut columns = texts(["Metric", "Unit"]);
    columns.extend(numbers(points.iter().map(|point| point.overlay.clone())));
    let mut table = Table::new("Mean over replications ± half the 95 % confidence interval", &columns);
    for (name, unit) in units {
        let mut cells = vec![Cell::Head(name.to_owned()), Cell::Text(unit.to_owned())];
        cells.extend(points.iter().map(|point| cell(point.metrics.get(name))));
        table.row(&cells);
    }
    table.finish()
}

fn one_by_one(metrics: &BTreeMap<String, Metric>) -> String {
    let mut columns = texts(["Metric", "Unit"]);
    columns.extend(numbers(["n", "Mean", "Min", "p50", "p90", "p95", "p99", "Max"]));
    columns.extend(texts(["Stationary"]));
    let mut table = Table::new("Percentiles are over all operations of all replications pooled", &columns);
    for (name, metric) in metrics {
        let mut cells = vec![
            Cell::Head(name.clone()),
            Cell::Text(metric.unit.clone()),
            Cell::Number(metric.n.to_string(), f64::from(metric.n)),
        ];
        cells.push(cell(Some(metric)));
        let pooled = [metric.min, metric.p50, metric.p90, metric.p95, metric.p99, metric.max];
        cells.extend(pooled.map(|value| number(value, short)));
        let verdict = match metric.stationary {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not judged",
        };
        cells.push(Cell::Text(verdict.to_owned()));
        table.row(&cells);
    }
    table.finish()
}
