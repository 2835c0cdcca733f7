//! Failed paths of a static analysis against the share of peers removed, one curve an overlay; dashed where a closed form is
//! known.

use super::Figure;
use crate::canvas::Stroke;
use crate::panel::{Panel, Sample, TICKS_BELOW, TITLE_BELOW, room_for};
use crate::results::{Results, replication_note};
use crate::scale::{Scale, Tick};
use crate::sheet::{Key, Sheet};
use crate::style::{CURVE, GREY, MARGIN, WIDTH, look};
use overlab_schema::{SummaryPoint, TimeSeries};

const FAILED: &str = "static.failed_ratio";
const EXPECTED: &str = "static.failed_ratio_expected";
/// The path whose values stand on the horizontal axis.
const REMOVED: &str = "workload.static_key_routing.removed";
const HEIGHT: f64 = 380.0;

/// Whether results are of a static analysis.
pub(crate) fn is_static(results: &Results) -> bool {
    results.summary.points.iter().any(|point| point.metrics.contains_key(FAILED))
}

/// One curve: an overlay at fixed values of whatever else was swept.
struct Curve<'a> {
    label: String,
    points: Vec<(f64, &'a SummaryPoint)>,
}

/// The figure, where the share removed was swept.
pub(crate) fn static_routing(results: &Results) -> Option<Figure> {
    let curves = curves(results);
    let mut removed: Vec<f64> = curves.iter().flat_map(|curve| &curve.points).map(|point| point.0).collect();
    removed.sort_unstable_by(f64::total_cmp);
    removed.dedup();
    if removed.len() < 2 {
        return None;
    }
    let heading = "Static resilience: paths that fail when peers are removed and nothing is repaired";
    let mut sheet = Sheet::new("static-resilience", &results.summary.scenario, heading);
    let closed =
        curves.iter().flat_map(|curve| &curve.points).any(|(_, point)| mean(point, EXPECTED).is_some());
    let mut legend: Vec<(Key, &str)> = curves
        .iter()
        .enumerate()
        .map(|(index, curve)| (Key::Curve(look(index)), curve.label.as_str()))
        .collect();
    if closed {
        legend.push((Key::Line(GREY, 1.4), "closed form"));
    }
    sheet.legend(&legend);

    let samples: Vec<Vec<Sample>> = curves.iter().map(|curve| samples(curve, FAILED)).collect();
    let expected: Vec<Vec<Sample>> = curves.iter().map(|curve| samples_of_law(curve)).collect();
    let ends = samples.iter().chain(&expected).flatten().flat_map(|sample| {
        let (low, high) = sample.band.unwrap_or((sample.y, sample.y));
        [sample.y, low, high]
    });
    let y = Scale::around(ends, true);
    let top = sheet.bottom + 6.0;
    let air = (removed[removed.len() - 1] - removed[0]) * 0.04;
    let panel = Panel {
        left: MARGIN + room_for(&y.ticks(6), true),
        top,
        right: WIDTH - MARGIN - 6.0,
        bottom: top + HEIGHT,
        x: Scale::linear(removed[0] - air, removed[removed.len() - 1] + air),
        y,
    };
    panel.vertical_axis(&mut sheet.canvas, &y.ticks(6), "failed paths (%)");
    let ticks: Vec<Tick> = removed
        .iter()
        .map(|value| Tick { value: *value, label: Some(TimeSeries::sweep_text(&(*value).into())) })
        .collect();
    panel.horizontal_axis(&mut sheet.canvas, &ticks, true, "share of peers removed");
    panel.frame(&mut sheet.canvas);
    for law in &expected {
        let points = law.iter().map(|sample| panel.at(sample.x, sample.y)).collect();
        sheet.canvas.line(points, Stroke { colour: GREY, width: 1.4, dash: &[3.0, 3.0] });
    }
    for (index, samples) in samples.iter().enumerate() {
        let look = look(index);
        panel.curve(&mut sheet.canvas, samples, look);
        for sample in samples {
            if let Some((low, high)) = sample.band.filter(|(low, high)| high > low) {
                let (low, high) = (panel.at(sample.x, low), panel.at(sample.x, high));
                sheet.canvas.whisker(low, high, 4.0, Stroke::solid(look.colour, CURVE * 0.6));
            }
            sheet.canvas.marker(panel.at(sample.x, sample.y), look, 7.5);
        }
    }
    sheet.bottom = panel.bottom + TICKS_BELOW + TITLE_BELOW;
    let replications = results.points().iter().map(|point| results.replications(point)).max().unwrap_or(0);
    let pairs = mean(curves[0].points[0].1, "static.pairs");
    let pairs = pairs.map_or_else(String::new, |pairs| format!("{pairs:.0} pairs of survivors in each"));
    Some(sheet.finish(&[replication_note(replications, "whiskers"), pairs]))
}

fn mean(point: &SummaryPoint, metric: &str) -> Option<f64> {
    point.metrics.get(metric)?.mean
}

fn curves(results: &Results) -> Vec<Curve<'_>> {
    let mut curves: Vec<Curve<'_>> = Vec::new();
    for point in &results.summary.points {
        let Some(x) = point.parameters.get(REMOVED).and_then(serde_json::Value::as_f64) else { continue };
        let mut label = point.overlay.clone();
        for (path, value) in point.parameters.iter().filter(|(path, _)| *path != REMOVED) {
            let last = path.rsplit('.').next().unwrap_or(path);
            label.push_str(&format!(", {last} = {}", TimeSeries::sweep_text(value)));
        }
        match curves.iter_mut().find(|curve| curve.label == label) {
            Some(curve) => curve.points.push((x, point)),
            None => curves.push(Curve { label, points: vec![(x, point)] }),
        }
    }
    for curve in &mut curves {
        curve.points.sort_by(|left, right| left.0.total_cmp(&right.0));
    }
    curves
}

/// In per cent, with the interval cut to what a share can be.
fn samples(curve: &Curve<'_>, metric: &str) -> Vec<Sample> {
    let percent = |share: f64| 100.0 * share.clamp(0.0, 1.0);
    let sample = |(x, point): &(f64, &SummaryPoint)| {
        let metric = point.metrics.get(metric)?;
        let band = metric.ci95.map(|[low, high]| (percent(low), percent(high)));
        Some(Sample { x: *x, y: percent(metric.mean?), band })
    };
    curve.points.iter().filter_map(sample).collect()
}

/// The closed form, which has no interval.
fn samples_of_law(curve: &Curve<'_>) -> Vec<Sample> {
    let mut law = samples(curve, EXPECTED);
    law.iter_mut().for_each(|sample| sample.band = None);
    law
}
