//! The distribution of lookup latency: the share of lookups that took at most so long, one curve an overlay.

use super::{Figure, Scene};
use crate::chart::{Across, Chart, Level, Mark, Series};
use crate::number::rough;
use crate::panel::{Panel, Sample, TICKS_BELOW, TITLE_BELOW, room_for};
use crate::results::replication_note;
use crate::scale::Scale;
use crate::sheet::{Key, Sheet};
use crate::style::{BAND, MARGIN, WIDTH, look};
use overlab_schema::QuantileBand;

/// A largest latency this many times the lower percentiles asks for a logarithmic axis.
const WIDE: f64 = 25.0;

pub(crate) fn latency_cdf(scene: &Scene<'_>) -> Figure {
    let heading = scene.heading("Lookup latency: share of answered lookups that took at most so long");
    let mut sheet = Sheet::new(&scene.name("latency-cdf"), scene.title(), &heading);
    let overlays = scene.results.overlays();
    let curves: Vec<(usize, &str, &[QuantileBand])> = overlays
        .iter()
        .enumerate()
        .filter_map(|(index, overlay)| {
            let mut points = scene.results.distributions.points.iter();
            let point =
                points.find(|point| point.overlay == **overlay && point.parameters == *scene.parameters)?;
            (!point.latency_ms.is_empty()).then_some((index, *overlay, point.latency_ms.as_slice()))
        })
        .collect();
    if curves.is_empty() {
        sheet.no_data("no lookup was answered");
        return sheet.finish(&[]);
    }
    let legend: Vec<(Key, &str)> =
        curves.iter().map(|(index, label, _)| (Key::Curve(look(*index)), *label)).collect();
    sheet.legend(&legend);

    // Air above 1, so that no curve hides behind the frame.
    let y = Scale::linear(0.0, 1.03);
    let y_ticks = y.ticks(6);
    let (x, logarithmic) = latency_scale(curves.iter().flat_map(|curve| curve.2));
    let top = sheet.bottom + 4.0;
    let panel = Panel {
        left: MARGIN + room_for(&y_ticks, true),
        top,
        right: WIDTH - MARGIN - 14.0,
        bottom: top + 340.0,
        x,
        y,
    };
    let title = if logarithmic { "latency (ms, logarithmic)" } else { "latency (ms)" };
    panel.horizontal_axis(&mut sheet.canvas, &panel.x.ticks(9), true, title);
    panel.vertical_axis(&mut sheet.canvas, &y_ticks, "share of lookups");
    panel.frame(&mut sheet.canvas);
    for (index, _, points) in &curves {
        // The band is over the latency at each share, so it lies beside the curve, not above and below.
        let bands = points.iter().filter_map(|point| Some((point.quantile, point.lo?, point.hi?)));
        let bands: Vec<_> = bands.collect();
        let there = bands.iter().map(|(quantile, low, _)| panel.at(*low, *quantile));
        let back = bands.iter().rev().map(|(quantile, _, high)| panel.at(*high, *quantile));
        sheet.canvas.area(there.chain(back).collect(), look(*index).colour, BAND);
    }
    for (turn, (index, _, points)) in curves.iter().enumerate() {
        let samples: Vec<Sample> =
            points.iter().map(|point| Sample { x: point.value, y: point.quantile, band: None }).collect();
        panel.curve(&mut sheet.canvas, &samples, look(*index));
        markers_by_share(&panel, &mut sheet, points, *index, (turn, curves.len()));
    }
    sheet.bottom = panel.bottom + TICKS_BELOW + TITLE_BELOW + 4.0;
    let cut = curves.iter().flat_map(|curve| curve.2).any(|point| point.value < panel.x.low());
    let cut = if cut {
        format!("latencies below {} ms are drawn at the left edge", rough(panel.x.low()))
    } else {
        String::new()
    };
    sheet
        .finish(&[replication_note(scene.replications(), "bands"), cut])
        .with_chart(chart(&curves, logarithmic))
}

/// The same in numbers; bands are along the axis of latency.
fn chart(curves: &[(usize, &str, &[QuantileBand])], logarithmic: bool) -> Chart {
    let series = curves.iter().map(|(index, label, points)| Series {
        label: (*label).to_owned(),
        overlay: *index,
        panel: 0,
        parts: vec![
            points
                .iter()
                .map(|point| Sample { x: point.value, y: point.quantile, band: point.lo.zip(point.hi) })
                .collect(),
        ],
    });
    let across = Across { title: "latency (ms)".to_owned(), logarithmic, bends: true, ..Across::default() };
    let level = Level { title: "share of lookups".to_owned(), height: 340.0, share: true, zero: true };
    Chart::new(Mark::LineAcross, &across, &[level], &series.collect::<Vec<_>>())
}

/// Markers at even shares, shifted by the curve's turn: a steep curve gets as many as a flat one.
fn markers_by_share(
    panel: &Panel,
    sheet: &mut Sheet,
    points: &[QuantileBand],
    index: usize,
    (turn, turns): (usize, usize),
) {
    for step in 0..6 {
        let share = (f64::from(step) + (turn as f64 + 0.5) / turns as f64) / 6.0;
        let next = points.partition_point(|point| point.quantile < share);
        if next == 0 || next == points.len() {
            continue;
        }
        let (before, after) = (&points[next - 1], &points[next]);
        let part = (share - before.quantile) / (after.quantile - before.quantile);
        let (from, to) = (panel.at(before.value, before.quantile), panel.at(after.value, after.quantile));
        let place = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
        sheet.canvas.marker(place, look(index), 7.5);
    }
}

/// From zero in even steps, or in even factors from about the first percentile where the range is wide.
fn latency_scale<'a>(points: impl Iterator<Item = &'a QuantileBand> + Clone) -> (Scale, bool) {
    let largest =
        points.clone().map(|point| point.hi.unwrap_or(point.value).max(point.value)).fold(0.0, f64::max);
    let positive = points.filter(|point| point.value > 0.0 && point.quantile >= 0.01);
    let smallest = positive.map(|point| point.value).fold(f64::INFINITY, f64::min);
    if smallest.is_finite() && largest > WIDE * smallest {
        // More than four decades would leave no room for what matters.
        return (Scale::logarithmic(smallest.max(largest * 1e-4) * 0.9, largest * 1.05), true);
    }
    (Scale::around([0.0, largest], true), false)
}
