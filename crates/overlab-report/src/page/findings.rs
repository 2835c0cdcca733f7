//! What the results say, in sentences.

use crate::number::{interval, plus_minus, short};
use crate::results::Results;
use crate::svg::escape;
use overlab_schema::{Metric, SummaryPoint};

/// Metric, what stands before its figure, and what stands after it; ratios are told in percent.
const TOLD: [(&str, &str, &str); 4] = [
    ("lookup.correct_ratio", "", " of lookups were answered by the owner"),
    ("lookup.latency_ms", "they took ", " ms on average"),
    ("lookup.hops", "", " hops"),
    ("traffic.bytes_per_peer_per_s", "at a price of ", " B/s per peer"),
];

/// The findings of the folder, and one sentence an overlay.
pub(crate) fn section(results: &Results) -> String {
    let mut sentences: Vec<String> = results.methods.findings.iter().map(|finding| escape(finding)).collect();
    sentences.extend(results.overlays().into_iter().filter_map(|label| {
        let points: Vec<&SummaryPoint> =
            results.summary.points.iter().filter(|point| point.overlay == label).collect();
        let told = match points.as_slice() {
            [only] => at_one_point(only),
            several => over_points(several),
        };
        (!told.is_empty()).then(|| format!("<b>{}</b>: {}.", escape(label), escape(&told)))
    }));
    if sentences.is_empty() {
        return String::new();
    }
    let items: String = sentences.iter().map(|sentence| format!("<li>{sentence}</li>\n")).collect();
    format!("<ul class=\"findings\">\n{items}</ul>\n")
}

/// "98.2 ± 0.4 % of lookups were answered by the owner, they took 312 ± 8 ms on average … (n = 10)".
fn at_one_point(point: &SummaryPoint) -> String {
    let told = TOLD.iter().filter_map(|(name, before, after)| {
        let metric = point.metrics.get(*name)?;
        metric.mean?;
        Some(format!("{before}{}{after}", figure(metric)))
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return String::new();
    }
    format!("{} (n = {}, ±: 95 % confidence)", told.join(", "), point.replications)
}

/// The range over a sweep: the means alone, since the interval of each is in the table.
fn over_points(points: &[&SummaryPoint]) -> String {
    let told = TOLD.iter().filter_map(|(name, before, after)| {
        let metrics = points.iter().filter_map(|point| point.metrics.get(*name));
        let mut means: Vec<f64> =
            metrics.filter_map(|metric| metric.mean).filter(|mean| mean.is_finite()).collect();
        means.sort_by(f64::total_cmp);
        let (low, high) = (*means.first()?, *means.last()?);
        let (factor, unit) = if name.ends_with("_ratio") { (100.0, " %") } else { (1.0, "") };
        let (low, high) = (short(low * factor), short(high * factor));
        let range = if low == high { low } else { format!("{low} to {high}") };
        Some(format!("{before}{range}{unit}{after}"))
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return String::new();
    }
    format!("{} over the {} points of the sweep (means; intervals below)", told.join(", "), points.len())
}

fn figure(metric: &Metric) -> String {
    if metric.unit != "1" || metric.mean.is_some_and(|mean| mean > 1.0) {
        return interval(metric.mean, metric.ci95);
    }
    let mean = metric.mean.unwrap_or(f64::NAN) * 100.0;
    match metric.ci95 {
        Some([low, high]) => format!("{} %", plus_minus(mean, (high - low) * 50.0)),
        None => format!("{} %", short(mean)),
    }
}
