//! The course of the measured period: what happened when, the metrics between, and what each event did.

use super::markup::{Cell, Table, details, numbers, texts};
use super::verdict::{HEADLINE, cell};
use crate::number::duration;
use crate::results::{Results, point_name};
use overlab_schema::{EventMark, Metric, SummaryPoint};
use std::collections::BTreeSet;

pub(crate) fn section(results: &Results) -> String {
    let mut out = events(&results.summary.events);
    let points = results.points();
    for parameters in &points {
        let here: Vec<&SummaryPoint> =
            results.summary.points.iter().filter(|point| point.parameters == **parameters).collect();
        let content = phases(&here) + &effects(&here);
        if points.len() > 1 && !content.is_empty() {
            out.push_str(&details(&point_name(parameters), &content, false));
        } else {
            out.push_str(&content);
        }
    }
    out
}

fn events(events: &[EventMark]) -> String {
    if events.is_empty() {
        return "<p>Nothing was planned on the timeline.</p>\n".to_owned();
    }
    let mut columns = texts(["Event"]);
    columns.extend(numbers(["Time since the start of the measured period"]));
    let mut table = Table::new("Events", &columns);
    for event in events {
        table.row(&[Cell::Head(event.name.clone()), Cell::Number(duration(event.at_s), event.at_s)]);
    }
    table.finish()
}

/// One row a phase and overlay, overlays innermost so that they compare.
fn phases(points: &[&SummaryPoint]) -> String {
    let count = points.iter().map(|point| point.phases.len()).max().unwrap_or(0);
    if count == 0 {
        return String::new();
    }
    let mut columns = texts(["Phase", "From", "To", "Overlay"]);
    columns.extend(numbers(HEADLINE.map(|(_, name)| name)));
    let mut table =
        Table::new("Headline metrics by phase (mean ± half the 95 % confidence interval)", &columns);
    for index in 0..count {
        for point in points {
            let Some(phase) = point.phases.get(index) else { continue };
            let mut cells = vec![
                Cell::Head(phase.name.clone()),
                Cell::Text(duration(phase.from_s)),
                Cell::Text(duration(phase.to_s)),
                Cell::Text(point.overlay.clone()),
            ];
            cells.extend(HEADLINE.map(|(name, _)| cell(phase.metrics.get(name))));
            table.row(&cells);
        }
    }
    let mut out = table.finish();
    out.push_str(&details("All metrics by phase", &all_metrics(points, count), false));
    out
}

fn all_metrics(points: &[&SummaryPoint], count: usize) -> String {
    let mut out = String::new();
    for index in 0..count {
        let here: Vec<_> =
            points.iter().filter_map(|point| Some((point, point.phases.get(index)?))).collect();
        let Some((_, first)) = here.first() else { continue };
        let names: BTreeSet<(&str, &str)> = here
            .iter()
            .flat_map(|(_, phase)| phase.metrics.iter())
            .map(|(name, metric)| (name.as_str(), metric.unit.as_str()))
            .collect();
        let mut columns = texts(["Metric", "Unit"]);
        columns.extend(numbers(here.iter().map(|(point, _)| point.overlay.clone())));
        let mut table = Table::new(&first.name, &columns);
        for (name, unit) in names {
            let mut cells = vec![Cell::Head(name.to_owned()), Cell::Text(unit.to_owned())];
            cells.extend(here.iter().map(|(_, phase)| cell(phase.metrics.get(name))));
            table.row(&cells);
        }
        out.push_str(&table.finish());
    }
    out
}

fn effects(points: &[&SummaryPoint]) -> String {
    if points.iter().all(|point| point.event_effects.iter().all(|event| event.effects.is_empty())) {
        return String::new();
    }
    let mut columns = texts(["Event", "Overlay", "Metric"]);
    columns.extend(numbers(["Depth", "Recovery", "Lost"]));
    let caption = "What each event did: the largest distance from the mean before it, the time until the metric is \
                   back within its interval, and the integral of what was lost";
    let mut table = Table::new(caption, &columns);
    let count = points.iter().map(|point| point.event_effects.len()).max().unwrap_or(0);
    for index in 0..count {
        for point in points {
            let Some(event) = point.event_effects.get(index) else { continue };
            for (metric, effect) in &event.effects {
                let mut cells = vec![
                    Cell::Head(event.event.clone()),
                    Cell::Text(point.overlay.clone()),
                    Cell::Text(metric.clone()),
                ];
                cells.extend([&effect.depth, &effect.recovery_s, &effect.lost].map(with_unit));
                table.row(&cells);
            }
        }
    }
    table.finish()
}

/// A figure with its unit, for a column of different units.
fn with_unit(metric: &Metric) -> Cell {
    match cell(Some(metric)) {
        Cell::Number(text, value) if !metric.unit.is_empty() && metric.unit != "1" => {
            Cell::Number(format!("{text} {}", metric.unit), value)
        }
        other => other,
    }
}
