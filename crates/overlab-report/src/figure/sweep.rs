//! The headline metrics against what was swept: four panels, one curve an overlay.

use super::Figure;
use super::traffic::TRAFFIC;
use crate::canvas::{Anchor, Stroke};
use crate::chart::{Across, Chart, Level, Mark, Series};
use crate::panel::{Panel, Sample, TICKS_BELOW, TITLE_BELOW, label_at, room_for};
use crate::results::{Parameters, Results, replication_range_note};
use crate::scale::{Scale, Tick};
use crate::sheet::{Key, Sheet};
use crate::style::{CURVE, LABEL, MARGIN, WIDTH, look};
use overlab_schema::{SummaryPoint, TimeSeries};
use overlab_time::{Rate, Span, parse_bytes};
use serde_json::Value;

/// Metric, title of its axis, and whether it is a share.
const PANELS: [(&str, &str, bool); 4] = [
    ("lookup.success_ratio", "success ratio", true),
    ("lookup.latency_ms", "mean latency (ms)", false),
    ("lookup.hops", "mean hops", false),
    (TRAFFIC, "traffic (B/s per peer)", false),
];
/// The same for a static analysis, which has neither time nor traffic.
const STATIC_PANELS: [(&str, &str, bool); 4] = [
    ("static.failed_ratio", "failed paths (share)", true),
    ("static.reachable_ratio", "reachable (share)", true),
    ("static.hops", "mean hops", false),
    ("static.dead_entries", "dead entries met a path", false),
];
const HEIGHT: f64 = 205.0;
/// About so many labels at a vertical axis.
const TICKS: usize = 4;

/// One curve: an overlay at fixed values of all other swept parameters.
struct Curve<'a> {
    label: String,
    points: Vec<(f64, &'a SummaryPoint)>,
}

/// The values of the horizontal axis with their texts, in their order.
struct Axis {
    path: String,
    values: Vec<(f64, String)>,
    scale: Scale,
    logarithmic: bool,
}

pub(crate) fn sweep(results: &Results) -> Figure {
    let Some(axis) = axis(results) else {
        let mut sheet = Sheet::new("sweep", &results.summary.scenario, "Sweep");
        sheet.no_data("nothing was swept");
        return sheet.finish(&[]);
    };
    let heading = format!("Headline metrics against {}", axis.path);
    let mut sheet = Sheet::new("sweep", &results.summary.scenario, &heading);
    let curves = curves(results, &axis);
    let legend: Vec<(Key, &str)> = curves
        .iter()
        .enumerate()
        .map(|(index, curve)| (Key::Curve(look(index)), curve.label.as_str()))
        .collect();
    sheet.legend(&legend);

    let half = (WIDTH - 2.0 * MARGIN - 18.0) / 2.0;
    let top = sheet.bottom + 6.0;
    let below = TICKS_BELOW + TITLE_BELOW + 8.0;
    let panels = if super::static_routing::is_static(results) { STATIC_PANELS } else { PANELS };
    let drawn = panels.map(|(metric, _, share)| Samples::new(&curves, metric, share));
    for (place, (samples, (_, title, _))) in drawn.iter().zip(panels).enumerate() {
        // Panels of one column start at one line.
        let room = samples.room().max(drawn[(place + 2) % 4].room());
        let left = MARGIN + (place % 2) as f64 * (half + 18.0);
        let top = top + (place / 2) as f64 * (HEIGHT + below);
        let panel = Panel {
            left: left + room,
            top,
            right: left + half - 12.0,
            bottom: top + HEIGHT,
            x: axis.scale,
            y: samples.scale,
        };
        draw(&mut sheet, samples, &axis, title, &panel);
    }
    sheet.bottom = top + 2.0 * (HEIGHT + below);
    let note = replication_range_note(results.replication_range(), "whiskers");
    sheet.finish(&[note]).with_chart(chart(&axis, &curves, &drawn))
}

/// The same in numbers, panels above each other.
fn chart(axis: &Axis, curves: &[Curve<'_>], drawn: &[Samples]) -> Chart {
    let mut series = Vec::new();
    for (panel, samples) in drawn.iter().enumerate() {
        for (overlay, (curve, samples)) in curves.iter().zip(&samples.curves).enumerate() {
            let parts = samples.split(Option::is_none).map(|part| part.iter().copied().flatten().collect());
            series.push(Series { label: curve.label.clone(), overlay, panel, parts: parts.collect() });
        }
    }
    let levels =
        PANELS.map(|(_, title, share)| Level { title: title.to_owned(), height: 170.0, share, zero: !share });
    let positive = axis.values.first().is_some_and(|value| value.0 > 0.0);
    let across = Across {
        title: axis.path.clone(),
        logarithmic: axis.logarithmic,
        bends: positive,
        ticks: axis.values.clone(),
        ..Across::default()
    };
    Chart::new(Mark::Whisker, &across, &levels, &series)
}

/// What one panel shows: for each curve a sample at each value, or none where the metric is absent.
struct Samples {
    curves: Vec<Vec<Option<Sample>>>,
    scale: Scale,
}

impl Samples {
    fn new(curves: &[Curve<'_>], metric: &str, share: bool) -> Self {
        let of = |curve: &Curve<'_>| -> Vec<Option<Sample>> {
            curve.points.iter().map(|(x, point)| sample(*x, point, metric, share)).collect()
        };
        let curves: Vec<_> = curves.iter().map(of).collect();
        let ends = curves.iter().flatten().flatten().flat_map(|sample| {
            let (low, high) = sample.band.unwrap_or((sample.y, sample.y));
            [sample.y, low, high]
        });
        let scale = if share { Scale::shares(ends, 0.1) } else { Scale::around(ends, true) };
        Self { curves, scale }
    }

    fn room(&self) -> f64 {
        room_for(&self.scale.ticks(TICKS), true)
    }
}

fn draw(sheet: &mut Sheet, samples: &Samples, axis: &Axis, title: &str, panel: &Panel) {
    panel.vertical_axis(&mut sheet.canvas, &samples.scale.ticks(TICKS), title);
    let ticks: Vec<Tick> =
        axis.values.iter().map(|(value, text)| Tick { value: *value, label: Some(text.clone()) }).collect();
    panel.horizontal_axis(&mut sheet.canvas, &ticks, true, &axis.path);
    panel.frame(&mut sheet.canvas);
    if samples.curves.iter().flatten().all(Option::is_none) {
        let middle = (f64::midpoint(panel.left, panel.right), f64::midpoint(panel.top, panel.bottom));
        label_at(&mut sheet.canvas, middle, "no data", LABEL, Anchor::Middle);
    }
    for (index, samples) in samples.curves.iter().enumerate() {
        let look = look(index);
        for part in samples.split(Option::is_none) {
            let part: Vec<Sample> = part.iter().copied().flatten().collect();
            panel.curve(&mut sheet.canvas, &part, look);
        }
        for sample in samples.iter().flatten() {
            if let Some((low, high)) = sample.band
                && high > low
            {
                let (low, high) = (panel.at(sample.x, low), panel.at(sample.x, high));
                sheet.canvas.whisker(low, high, 4.0, Stroke::solid(look.colour, CURVE * 0.6));
            }
            sheet.canvas.marker(panel.at(sample.x, sample.y), look, 7.5);
        }
    }
}

fn sample(x: f64, point: &SummaryPoint, metric: &str, share: bool) -> Option<Sample> {
    let metric = point.metrics.get(metric)?;
    let cut = |value: f64| if share { value.clamp(0.0, 1.0) } else { value };
    Some(Sample { x, y: metric.mean?, band: metric.ci95.map(|[low, high]| (cut(low), cut(high))) })
}

/// The first swept parameter whose values are numbers or quantities, else the first one, evenly spaced.
fn axis(results: &Results) -> Option<Axis> {
    let points = results.points();
    let named: Vec<String> = match results.series.sweep.as_slice() {
        [] => points.first()?.keys().cloned().collect(),
        paths => paths.to_vec(),
    };
    let values = |path: &String| -> Vec<&Value> {
        let mut values: Vec<&Value> = Vec::new();
        for value in points.iter().filter_map(|point| point.get(path)) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    };
    let swept: Vec<&String> = named.iter().filter(|path| values(path).len() > 1).collect();
    let numeric = swept.iter().find(|path| values(path).into_iter().all(|value| quantity(value).is_some()));
    let path = numeric.or(swept.first())?;
    let mut places: Vec<(f64, String)> = values(path)
        .into_iter()
        .enumerate()
        .map(|(index, value)| {
            let place = if numeric.is_some() { quantity(value).unwrap_or(0.0) } else { index as f64 };
            (place, TimeSeries::sweep_text(value))
        })
        .collect();
    places.sort_by(|left, right| left.0.total_cmp(&right.0));
    let (scale, logarithmic) = axis_scale(&places);
    Some(Axis { path: (*path).clone(), values: places, scale, logarithmic })
}

/// With even factors between the values where they are nearer to those than to even steps.
fn axis_scale(places: &[(f64, String)]) -> (Scale, bool) {
    let (low, high) = (places[0].0, places[places.len() - 1].0);
    let even = Scale::linear(low, high);
    let factors = Scale::logarithmic(low, high);
    // How far the values lie from an even spread along the axis.
    let unevenness = |scale: &Scale| -> f64 {
        let last = (places.len() - 1) as f64;
        places
            .iter()
            .enumerate()
            .map(|(index, (value, _))| (scale.at(*value) - index as f64 / last).abs())
            .sum()
    };
    if low > 0.0 && high >= 4.0 * low && unevenness(&factors) < unevenness(&even) {
        let air = (high / low).powf(0.05);
        (Scale::logarithmic(low / air, high * air), true)
    } else {
        let air = (high - low) * 0.05;
        (Scale::linear(low - air, high + air), false)
    }
}

/// A number, or the size of a quantity with a unit: seconds, happenings a second, bytes.
fn quantity(value: &Value) -> Option<f64> {
    if let Some(number) = value.as_f64() {
        return Some(number);
    }
    let text = value.as_str()?;
    let plain = text.parse::<f64>().ok().filter(|number| number.is_finite());
    plain
        .or_else(|| text.parse::<Span>().ok().map(Span::as_seconds))
        .or_else(|| text.parse::<Rate>().ok().map(Rate::per_second))
        .or_else(|| parse_bytes(text).ok().map(|bytes| bytes as f64))
}

fn curves<'a>(results: &'a Results, axis: &Axis) -> Vec<Curve<'a>> {
    let mut curves: Vec<Curve<'a>> = Vec::new();
    for point in &results.summary.points {
        let Some(value) = point.parameters.get(&axis.path) else { continue };
        let text = TimeSeries::sweep_text(value);
        let Some((x, _)) = axis.values.iter().find(|(_, known)| *known == text) else { continue };
        let mut others: Parameters = point.parameters.clone();
        others.remove(&axis.path);
        let mut label = point.overlay.clone();
        for (path, value) in &others {
            label.push_str(&format!(", {} = {}", last_part(path), TimeSeries::sweep_text(value)));
        }
        match curves.iter_mut().find(|curve| curve.label == label) {
            Some(curve) => curve.points.push((*x, point)),
            None => curves.push(Curve { label, points: vec![(*x, point)] }),
        }
    }
    for curve in &mut curves {
        curve.points.sort_by(|left, right| left.0.total_cmp(&right.0));
    }
    curves
}

/// The last key of a path: a legend has no room for the whole.
fn last_part(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quantities_are_numbers() {
        let values = [json!(3), json!("0.5"), json!("15min"), json!("6/min"), json!("flooding")];
        assert_eq!(values.each_ref().map(quantity), [Some(3.0), Some(0.5), Some(900.0), Some(0.1), None]);
    }

    #[test]
    fn doubling_values_get_a_logarithmic_axis() {
        let places = |values: &[f64]| values.iter().map(|value| (*value, String::new())).collect::<Vec<_>>();
        let middle = axis_scale(&places(&[1.0, 10.0, 100.0])).0.at(10.0);
        assert!((middle - 0.5).abs() < 1e-9);
        let middle = axis_scale(&places(&[0.0, 0.1, 0.2])).0.at(0.1);
        assert!((middle - 0.5).abs() < 1e-9);
        let middle = axis_scale(&places(&[10.0, 20.0, 30.0, 40.0, 50.0])).0.at(30.0);
        assert!((middle - 0.5).abs() < 1e-9);
    }
}
