//! The figures of the standard suite as JSON.

use super::Measured;
use overlab_lab::{FIGURES, StandardRow};
use overlab_schema::Metric;
use serde_json::{Map, Value, json};

/// All parts, sizes and algorithms. What is under `machine` is of this machine and this day; all else is the same
/// wherever the suite is run.
pub(super) fn json(seed: u64, parts: &[Measured]) -> String {
    let part = |measured: &Measured| {
        json!({
            "part": measured.part.name,
            "scenario": measured.scenario,
            "setting": measured.part.setting,
            "replications": measured.replications,
            "results": measured.rows.iter().map(row).collect::<Vec<_>>(),
        })
    };
    let all = json!({
        "format": "overlab.bench/1",
        "seed": seed,
        "parts": parts.iter().map(part).collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

fn row(row: &StandardRow) -> Value {
    let figures = |of_machine: bool| {
        let all = FIGURES.iter().zip(&row.figures).filter(|(figure, _)| figure.of_machine == of_machine);
        all.map(|(figure, metric)| (figure.name.to_owned(), value(metric))).collect::<Map<_, _>>()
    };
    json!({
        "peers": row.peers,
        "algorithm": row.algorithm,
        "digest": row.digest,
        "figures": figures(false),
        "machine": figures(true),
    })
}

fn value(metric: &Metric) -> Value {
    json!({
        "unit": metric.unit,
        "n": metric.n,
        "mean": metric.mean,
        "ci95": metric.ci95,
        "stationary": metric.stationary,
    })
}
