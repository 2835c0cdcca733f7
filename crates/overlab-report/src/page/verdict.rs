//! The table on top: one row an overlay and sweep point, the headline metrics side by side.

use super::findings;
use super::markup::{Cell, Table, number, numbers, texts};
use crate::number::{interval, short};
use crate::results::Results;
use overlab_schema::{Metric, SummaryPoint, TimeSeries};
use std::collections::BTreeSet;

/// The mark of a figure whose two halves of the measured period disagree.
pub(crate) const DRIFTING: &str = "†";
/// What the mark means.
pub(crate) const DRIFTING_NOTE: &str = "<p class=\"note\"><sup class=\"mark\">†</sup> not stationary: the two halves of the measured period \
     disagree, so the figure depends on when it is measured.</p>\n";

/// Metric and column; the median of the latency stands after its mean.
pub(crate) const HEADLINE: [(&str, &str); 5] = [
    ("lookup.success_ratio", "Success ratio"),
    ("lookup.correct_ratio", "Correct ratio"),
    ("lookup.latency_ms", "Latency, mean (ms)"),
    ("lookup.hops", "Hops, mean"),
    ("traffic.bytes_per_peer_per_s", "Traffic (B/s per peer)"),
];

pub(crate) fn section(results: &Results) -> String {
    let points = results.points();
    let paths: Vec<&String> =
        points.iter().flat_map(|point| point.keys()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut columns = texts(["Overlay"]);
    columns.extend(paths.iter().map(|path| ((*path).clone(), false)));
    columns.extend(numbers(["n"]));
    for (metric, name) in HEADLINE {
        columns.extend(numbers([name]));
        if metric == "lookup.latency_ms" {
            columns.extend(numbers(["Latency, median (ms)"]));
        }
    }
    let mut table =
        Table::new("Mean over n replications ± half the 95 % confidence interval (Student t)", &columns);
    for point in &results.summary.points {
        let mut cells = vec![Cell::Head(point.overlay.clone())];
        let value =
            |path: &String| point.parameters.get(path).map(TimeSeries::sweep_text).unwrap_or_default();
        cells.extend(paths.iter().map(|path| Cell::Text(value(path))));
        cells.push(Cell::Number(point.replications.to_string(), f64::from(point.replications)));
        for (name, _) in HEADLINE {
            let metric = point.metrics.get(name);
            cells.push(cell(metric));
            if name == "lookup.latency_ms" {
                cells.push(median(results, point, metric));
            }
        }
        table.row(&cells);
    }
    let mut out = findings::section(results) + &table.finish();
    if drifting(
        results
            .summary
            .points
            .iter()
            .flat_map(|point| HEADLINE.iter().filter_map(|(name, _)| point.metrics.get(*name))),
    ) {
        out.push_str(DRIFTING_NOTE);
    }
    out
}

/// Whether any of the metrics is marked.
pub(crate) fn drifting<'a>(mut metrics: impl Iterator<Item = &'a Metric>) -> bool {
    metrics.any(|metric| metric.stationary == Some(false))
}

/// A mean with its interval, marked where it is not stationary.
pub(crate) fn cell(metric: Option<&Metric>) -> Cell {
    let text = metric.map_or_else(|| "–".to_owned(), |metric| interval(metric.mean, metric.ci95));
    match metric.and_then(|metric| metric.mean).filter(|mean| mean.is_finite()) {
        None => Cell::Figure(text),
        Some(mean) if drifting(metric.into_iter()) => Cell::Marked(text, mean, DRIFTING),
        Some(mean) => Cell::Number(text, mean),
    }
}

/// The mean over replications of the median with its interval, or the median of the pooled operations.
fn median(results: &Results, point: &SummaryPoint, metric: Option<&Metric>) -> Cell {
    let mut points = results.distributions.points.iter();
    let same = points.find(|other| other.overlay == point.overlay && other.parameters == point.parameters);
    match same.and_then(|same| same.latency_ms.iter().find(|band| (band.quantile - 0.5).abs() < 1e-9)) {
        Some(band) => {
            let ends = band.lo.zip(band.hi).map(|(low, high)| [low, high]);
            Cell::Number(interval(Some(band.value), ends), band.value)
        }
        None => number(metric.and_then(|metric| metric.p50), short),
    }
}
