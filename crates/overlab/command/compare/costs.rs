//! What a sweep costs and gets, as tables: the corners of the hulls, and what each parameter is worth.

use super::super::table::{Table, wrapped};
use super::super::tables::{WIDTH, figure};
use super::spread;
use overlab_schema::{CostCurve, CostMeasure, CostStudy, Sensitivity, TimeSeries};

/// Everything in a study, for people.
pub(super) fn text(study: &CostStudy) -> String {
    let mut text = format!("performance against cost ({}, {})\n", study.cost, study.cost_unit);
    for setting in &study.settings {
        for (path, value) in &setting.parameters {
            text.push_str(&format!("  at {path} = {}\n", TimeSeries::sweep_text(value)));
        }
        for measure in &setting.measures {
            text.push('\n');
            text.push_str(&corners(measure));
            text.push_str(&sensitivities(measure));
        }
    }
    text.push('\n');
    for note in &study.notes {
        let lines = wrapped(note, "  ", WIDTH);
        text.push_str(&format!("- {}", &lines[2..]));
    }
    text
}

/// What a measure is called: all are drawn so that lower is better.
fn title(measure: &CostMeasure) -> String {
    let less = if measure.complement { "1 - " } else { "" };
    let unit = if measure.unit == "1" { String::new() } else { format!(" ({})", measure.unit) };
    format!("{less}{}{unit}", measure.metric)
}

/// The corners of the hulls with their parameters.
fn corners(measure: &CostMeasure) -> String {
    let mut table = Table::new("lrrrl");
    table.row(["hull", "cost", &title(measure), "n", "parameters"]);
    for curve in &measure.curves {
        for point in curve.points.iter().filter(|point| point.hull) {
            let values: Vec<String> = point
                .parameters
                .iter()
                .map(|(path, value)| format!("{} = {}", last(path), TimeSeries::sweep_text(value)))
                .collect();
            table.row([
                format!("  {}", curve.overlay),
                spread(point.cost, point.cost_ci95),
                spread(point.value, point.value_ci95),
                point.n.to_string(),
                values.join(", "),
            ]);
        }
    }
    table.text()
}

/// What each parameter is worth, what matters most first.
fn sensitivities(measure: &CostMeasure) -> String {
    let all: Vec<(&CostCurve, &Sensitivity)> = measure
        .curves
        .iter()
        .flat_map(|curve| curve.sensitivity.iter().map(move |parameter| (curve, parameter)))
        .collect();
    if all.is_empty() {
        return String::new();
    }
    let mut table = Table::new("llrrrrr");
    table.row(["parameter", "", "best", "hull loss", "of hull", "variance", "of cost"]);
    for (curve, parameter) in all {
        let percent = |share: Option<f64>| {
            share.map_or_else(
                || "-".to_owned(),
                |share| format!("{} %", figure((share * 1000.0).round() / 10.0)),
            )
        };
        let loss = match parameter.hull_loss_ci95 {
            Some([low, high]) => {
                format!("{} ({} to {})", figure(parameter.hull_loss), figure(low), figure(high))
            }
            None => format!("{} (-)", figure(parameter.hull_loss)),
        };
        table.row([
            format!("  {}", curve.overlay),
            last(&parameter.path).to_owned(),
            TimeSeries::sweep_text(&parameter.best),
            loss,
            percent(parameter.hull_loss_share),
            percent(parameter.variance_share),
            percent(parameter.cost_variance_share),
        ]);
    }
    table.text()
}

/// The last key of a path.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
