//! The tables that a run ends with: every metric of every overlay, with its interval.

mod number;

use super::table::Table;
pub(super) use number::{figure, interval};
use overlab_lab::METRICS;
use overlab_schema::{Metric, Stopped, Summary, SummaryPoint, TimeSeries};
use std::collections::BTreeMap;

/// The widest that tables should be, in characters.
pub(super) const WIDTH: usize = 100;

/// All tables of a summary: one row a metric where there is one point; else one row a point and overlay.
pub(super) fn tables(summary: &Summary) -> String {
    let swept = summary.points.iter().any(|point| point.parameters != summary.points[0].parameters);
    let counts = || summary.points.iter().map(|point| point.replications);
    let (fewest, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let precise = summary.points.iter().any(|point| point.precision.is_some());
    let replications = if precise && fewest < most {
        format!("{fewest} to {most} replications")
    } else {
        super::validate::counted(u64::from(fewest), "replication")
    };
    let mut text = format!(
        "{}: seed {}, {replications}; mean ± half of the 95 % interval over replications\n",
        summary.scenario, summary.seed,
    );
    text.push_str(&detected(&summary.points));
    text.push_str(&precision(&summary.points));
    text.push('\n');
    if swept {
        text.push_str(&points(summary));
    } else {
        for overlays in columns(&summary.points) {
            text.push_str(&metrics(overlays));
            text.push('\n');
            text.push_str(&effects(overlays));
        }
    }
    if all_metrics(&summary.points).any(|(_, metric)| metric.stationary == Some(false)) {
        text.push_str("* not stationary: the two halves of the measured period differ\n\n");
    }
    text
}

/// The warm-up, where it was detected.
fn detected(points: &[SummaryPoint]) -> String {
    let found =
        || points.iter().filter(|point| !point.detected.is_empty()).filter_map(|point| point.warmup_s);
    let (Some(shortest), Some(longest)) = (found().reduce(f64::min), found().reduce(f64::max)) else {
        return String::new();
    };
    let range = if shortest < longest {
        format!("{} to {}", figure(shortest), figure(longest))
    } else {
        figure(longest)
    };
    format!("warm-up: {range} s, detected by MSER-5\n")
}

/// How precise it is and why it ended, where a precision was asked for.
fn precision(points: &[SummaryPoint]) -> String {
    let reached: Vec<_> = points.iter().filter_map(|point| point.precision.as_ref()).collect();
    let Some(first) = reached.first() else { return String::new() };
    let widest = |metric: &String| {
        reached.iter().filter_map(|reached| *reached.relative_width.get(metric)?).reduce(f64::max)
    };
    let widths: Vec<String> = first
        .relative_width
        .keys()
        .map(|metric| format!("{metric} {}", widest(metric).map_or_else(|| "-".to_owned(), figure)))
        .collect();
    let ceiling = reached.iter().filter(|reached| reached.stopped == Stopped::Ceiling).count();
    let ended = match ceiling {
        0 => String::new(),
        some => format!("; {some} of {} ended at the ceiling, not precise", reached.len()),
    };
    format!("widest interval relative to its value: {}{ended}\n", widths.join(", "))
}

fn all_metrics(points: &[SummaryPoint]) -> impl Iterator<Item = (&String, &Metric)> {
    points.iter().flat_map(|point| &point.metrics)
}

/// Overlays in groups that fit beside each other.
fn columns(points: &[SummaryPoint]) -> Vec<&[SummaryPoint]> {
    const NAMES: usize = 42 + 2 + 5 + 2 + 3;
    let widest = points.iter().map(|point| point.overlay.chars().count().max(15) + 2).max().unwrap_or(1);
    points.chunks(((WIDTH - NAMES) / widest).max(2)).collect()
}

/// The names of all metrics of these points in the order of the catalogue: headlines, then the others.
fn names(points: &[SummaryPoint]) -> (Vec<String>, Vec<String>) {
    let mut names: Vec<String> = all_metrics(points).map(|(name, _)| name.clone()).collect();
    names.sort_by_key(|name| (rank(name), name.clone()));
    names.dedup();
    names.into_iter().partition(|name| overlab_lab::metric(name).is_some_and(|entry| entry.headline))
}

/// A metric's place in the catalogue.
fn rank(name: &str) -> usize {
    let entry = overlab_lab::metric(name);
    METRICS.iter().position(|other| Some(other) == entry).unwrap_or(METRICS.len())
}

/// One row a metric, one column an overlay.
fn metrics(overlays: &[SummaryPoint]) -> String {
    let mut table = Table::new(&format!("ll{}r", "r".repeat(overlays.len())));
    let labels = overlays.iter().map(|point| point.overlay.clone());
    table.row(["metric".to_owned(), "unit".to_owned()].into_iter().chain(labels).chain(["n".to_owned()]));
    let (headlines, others) = names(overlays);
    for name in &headlines {
        table.row(metric(name, overlays));
    }
    if !headlines.is_empty() && !others.is_empty() {
        table.gap();
    }
    for name in &others {
        table.row(metric(name, overlays));
    }
    table.text()
}

fn metric(name: &str, overlays: &[SummaryPoint]) -> Vec<String> {
    let found: Vec<Option<&Metric>> = overlays.iter().map(|point| point.metrics.get(name)).collect();
    let unit = found.iter().flatten().map(|metric| metric.unit.as_str()).next().unwrap_or_default();
    let mut counts: Vec<String> = found.iter().flatten().map(|metric| metric.n.to_string()).collect();
    counts.dedup();
    let cells = found.iter().map(|metric| metric.map_or_else(|| "-".to_owned(), interval));
    [name.to_owned(), unit_text(unit)].into_iter().chain(cells).chain([counts.join("/")]).collect()
}

/// Ratios and counts have no unit to show.
fn unit_text(unit: &str) -> String {
    if unit == "1" { String::new() } else { unit.to_owned() }
}

/// What the events of the timeline did to the headlines.
fn effects(overlays: &[SummaryPoint]) -> String {
    let mut text = String::new();
    let events = overlays.first().map_or(0, |point| point.event_effects.len());
    for event in 0..events {
        let here: Vec<_> = overlays.iter().filter_map(|point| point.event_effects.get(event)).collect();
        let mut table = Table::new(&format!("ll{}", "r".repeat(overlays.len())));
        let labels = overlays.iter().map(|point| point.overlay.clone());
        table.row([format!("effect of \"{}\"", here[0].event), "unit".to_owned()].into_iter().chain(labels));
        let mut names: Vec<&String> = here.iter().flat_map(|effects| effects.effects.keys()).collect();
        names.sort_by_key(|name| (rank(name), *name));
        names.dedup();
        for name in names {
            let found: Vec<_> = here.iter().map(|effects| effects.effects.get(name)).collect();
            let depth = |of: &overlab_schema::Effect| of.depth.clone();
            let recovery = |of: &overlab_schema::Effect| of.recovery_s.clone();
            let lost = |of: &overlab_schema::Effect| of.lost.clone();
            let unit = found.iter().flatten().map(|of| of.depth.unit.as_str()).next().unwrap_or_default();
            let mut row = |what: &str, unit: String, part: &dyn Fn(&overlab_schema::Effect) -> Metric| {
                let cells: Vec<String> = found
                    .iter()
                    .map(|effect| effect.map_or_else(|| "-".to_owned(), |effect| interval(&part(effect))))
                    .collect();
                table.row([format!("  {name}, {what}"), unit].into_iter().chain(cells));
            };
            row("depth", unit_text(unit), &depth);
            row("recovery", "s".to_owned(), &recovery);
            row("lost", format!("{} s", unit_text(unit)).trim_start().to_owned(), &lost);
        }
        text.push_str(&table.text());
        text.push('\n');
    }
    text
}

/// One row a point and overlay, one column a headline.
fn points(summary: &Summary) -> String {
    let (headlines, _) = names(&summary.points);
    let paths: Vec<&String> =
        summary.points.first().map_or_else(Vec::new, |point| point.parameters.keys().collect());
    let mut table = Table::new(&format!("{}l{}", "l".repeat(paths.len()), "r".repeat(headlines.len())));
    // Names are long: service, quantity and unit stand below each other.
    let split = |name: &String| {
        name.split_once('.').map_or((String::new(), name.clone()), |(a, b)| (a.to_owned(), b.to_owned()))
    };
    let unit =
        |name: &String| overlab_lab::metric(name).map_or_else(String::new, |entry| unit_text(entry.unit));
    let blank = || paths.iter().map(|_| String::new()).chain([String::new()]);
    table.row(blank().chain(headlines.iter().map(|name| split(name).0)));
    let sweep = paths.iter().map(|path| short_path(path));
    table.row(sweep.chain(["overlay".to_owned()]).chain(headlines.iter().map(|name| split(name).1)));
    table.row(blank().chain(headlines.iter().map(unit)));
    let mut last: Option<&BTreeMap<_, _>> = None;
    for point in &summary.points {
        // A value that stands in the row above already is not said again.
        let repeated = last == Some(&point.parameters);
        let values = point
            .parameters
            .values()
            .map(|value| if repeated { String::new() } else { TimeSeries::sweep_text(value) });
        let cells =
            headlines.iter().map(|name| point.metrics.get(name).map_or_else(|| "-".to_owned(), interval));
        table.row(values.chain([point.overlay.clone()]).chain(cells));
        last = Some(&point.parameters);
    }
    let mut text = table.text();
    text.push('\n');
    for path in paths.iter().filter(|path| short_path(path) != ***path) {
        text.push_str(&format!("{} is {path}\n", short_path(path)));
    }
    if !summary.events.is_empty() {
        let events: Vec<String> = summary
            .events
            .iter()
            .map(|event| format!("{} at {} s", event.name, figure(event.at_s)))
            .collect();
        text.push_str(&format!("events: {}\n", events.join(", ")));
    }
    text.push_str("all metrics of all points are in summary.json\n\n");
    text
}

/// The last key of a path.
fn short_path(path: &str) -> String {
    path.rsplit('.').next().unwrap_or(path).to_owned()
}
