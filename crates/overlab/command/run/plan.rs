//! What a run will cost, as a table.

use crate::command::progress::duration;
use crate::command::table::Table;
use crate::command::tables::figure;
use overlab_lab::{Experiment, Forecast, RunForecast};
use overlab_schema::TimeSeries;

/// The whole of `--plan`.
pub(super) fn text(experiment: &Experiment, forecast: &Forecast) -> String {
    let axes: Vec<&str> = experiment.scenario.sweep.axes.iter().map(|axis| axis.path.as_str()).collect();
    let mut table = Table::new(&format!("{}lrrrrrr", "l".repeat(axes.len())));
    let heads = ["overlay", "peers", "runs", "memory", "events", "messages", "time"];
    table.row(axes.iter().copied().chain(heads));
    for run in &forecast.runs {
        table.row(row(experiment, run));
    }
    let memory = forecast.available.map_or_else(String::new, |available| {
        let fits = if forecast.fits().is_ok() { "" } else { ": too little" };
        format!(", {} to be had{fits}", bytes(available as f64))
    });
    let open = forecast.runs.iter().any(|run| run.at_least < run.replications);
    let most = if open { ", if precision takes the most replications" } else { "" };
    format!(
        "{}: what a run will cost, carried over from small pilots\n\n{}\nin all{most}: {} events, {} messages, about {}\nmemory \
         at once: {}{memory}\ntimes are those of one thread, the last shared by threads where runs go side by side\n",
        experiment.scenario.name,
        table.text(),
        count(forecast.events()),
        count(forecast.messages()),
        duration(forecast.wall_s),
        bytes(forecast.bytes),
    )
}

fn row(experiment: &Experiment, run: &RunForecast) -> Vec<String> {
    let point = &experiment.points[run.point];
    let swept = point.parameters.iter().map(|(_, value)| TimeSeries::sweep_text(value));
    let label = point.scenario.overlays[run.overlay].label().to_owned();
    swept
        .chain([
            label,
            run.peers.to_string(),
            number(run),
            bytes(run.bytes),
            count(run.events),
            count(run.messages),
            duration(run.wall_s),
        ])
        .collect()
}

/// How often something is run: a number, or from where to where.
fn number(run: &RunForecast) -> String {
    if run.at_least == run.replications {
        run.replications.to_string()
    } else {
        format!("{}-{}", run.at_least, run.replications)
    }
}

/// The line before a large run.
pub(super) fn line(name: &str, forecast: &Forecast) -> String {
    format!(
        "{name}: about {} of memory, {} events, {}",
        bytes(forecast.bytes),
        count(forecast.events()),
        duration(forecast.wall_s)
    )
}

/// Bytes with two digits: an estimate has no more.
fn bytes(bytes: f64) -> String {
    let (value, unit) = match bytes {
        0.0..1e9 => (bytes / 1e6, "MB"),
        _ => (bytes / 1e9, "GB"),
    };
    format!("{} {unit}", two_digits(value))
}

/// A count with two digits.
fn count(count: f64) -> String {
    match count {
        0.0..1e6 => two_digits(count),
        1e6..1e9 => format!("{} million", two_digits(count / 1e6)),
        _ => format!("{} billion", two_digits(count / 1e9)),
    }
}

fn two_digits(value: f64) -> String {
    let grain = 10f64.powi(value.abs().max(1e-9).log10().floor() as i32 - 1);
    figure((value / grain).round() * grain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_have_two_digits() {
        assert_eq!(
            [0.0, 1234.0, 87_654_321.0, 2.34e9].map(count),
            ["0", "1200", "88 million", "2.3 billion"]
        );
        assert_eq!([0.0, 24_600_000.0, 994e6, 12.34e9].map(bytes), ["0 MB", "25 MB", "990 MB", "12 GB"]);
    }
}
