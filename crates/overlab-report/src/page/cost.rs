//! What a sweep gets for its cost: which parameters matter, and which combinations nobody beats.

use super::markup::{Cell, Table, details, number, numbers, texts};
use crate::number::{interval, short};
use crate::results::{Results, point_name};
use crate::svg::escape;
use overlab_schema::{CostMeasure, TimeSeries};

pub(crate) fn section(results: &Results) -> String {
    let study = &results.cost;
    if study.settings.is_empty() {
        return String::new();
    }
    let mut out: String =
        study.notes.iter().map(|note| format!("<p class=\"note\">{}</p>\n", escape(note))).collect();
    for setting in &study.settings {
        let mut content = String::new();
        for measure in &setting.measures {
            content.push_str(&sensitivity(measure));
            content.push_str(&hull(measure, &study.cost_unit));
        }
        if study.settings.len() > 1 && !content.is_empty() {
            let name = point_name(&setting.parameters);
            out.push_str(&details(if name.is_empty() { "All points" } else { &name }, &content, false));
        } else {
            out.push_str(&content);
        }
    }
    out
}

/// The name of a measure, which is drawn so that lower is better.
fn name(measure: &CostMeasure) -> String {
    if measure.complement { format!("1 − {}", measure.metric) } else { measure.metric.clone() }
}

fn sensitivity(measure: &CostMeasure) -> String {
    if measure.curves.iter().all(|curve| curve.sensitivity.is_empty()) {
        return String::new();
    }
    let mut columns = texts(["Overlay", "Parameter"]);
    columns.extend(numbers(["Values"]));
    columns.extend(texts(["Best single value"]));
    columns.extend(numbers(["Loss of the hull", "Share", "Of the variance", "Of that of the cost"]));
    let caption = format!("{}: what is lost by fixing a parameter at its best single value", name(measure));
    let mut table = Table::new(&caption, &columns);
    let percent = |share: Option<f64>| number(share, |share| format!("{} %", short(share * 100.0)));
    for curve in &measure.curves {
        for parameter in &curve.sensitivity {
            let loss = interval(Some(parameter.hull_loss), parameter.hull_loss_ci95);
            table.row(&[
                Cell::Head(curve.overlay.clone()),
                Cell::Long(parameter.path.clone()),
                Cell::Number(parameter.levels.to_string(), f64::from(parameter.levels)),
                Cell::Text(TimeSeries::sweep_text(&parameter.best)),
                Cell::Number(loss, parameter.hull_loss),
                percent(parameter.hull_loss_share),
                percent(parameter.variance_share),
                percent(parameter.cost_variance_share),
            ]);
        }
    }
    table.finish()
}

fn hull(measure: &CostMeasure, cost_unit: &str) -> String {
    let mut columns = texts(["Overlay", "Parameters"]);
    columns.extend(numbers(["n".to_owned(), format!("Cost ({cost_unit})"), name(measure)]));
    columns.extend(texts(["Corner of the hull"]));
    let caption = format!("{}: combinations that no other of the same overlay beats in both", name(measure));
    let mut table = Table::new(&caption, &columns);
    for curve in &measure.curves {
        for point in curve.points.iter().filter(|point| point.pareto) {
            table.row(&[
                Cell::Head(curve.overlay.clone()),
                Cell::Text(point_name(&point.parameters)),
                Cell::Number(point.n.to_string(), f64::from(point.n)),
                Cell::Number(interval(Some(point.cost), point.cost_ci95), point.cost),
                Cell::Number(interval(Some(point.value), point.value_ci95), point.value),
                Cell::Text(if point.hull { "yes" } else { "no" }.to_owned()),
            ]);
        }
    }
    table.finish()
}
