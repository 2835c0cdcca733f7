//! Performance against cost: the points of a sweep and the hull of each overlay (Li et al. 2005).

use super::Figure;
use crate::canvas::{Anchor, Stroke};
use crate::panel::{Panel, TICKS_BELOW, TITLE_BELOW, room_for};
use crate::results::{point_name, replication_note};
use crate::scale::Scale;
use crate::sheet::{Key, Sheet};
use crate::style::{CURVE, GREY, INK, LABEL, Look, MARGIN, NOTE, WIDTH, look};
use overlab_schema::{CostCurve, CostMeasure, CostPoint, CostSetting, CostStudy};

const HEIGHT: f64 = 330.0;
/// About so many labels at a vertical axis.
const TICKS: usize = 6;
/// Of more worlds, the first are drawn.
const MOST: usize = 6;
/// Costs so many times apart ask for a logarithmic axis.
const WIDE: f64 = 30.0;

/// One chart a world: cost to the right, each measure of performance upwards, all points with their intervals and
/// the lower left hull of each overlay. They are called `cost-performance`, with a number from the second world on;
/// `budget` is marked where there is one.
pub fn cost_figures(study: &CostStudy, budget: Option<f64>) -> Vec<Figure> {
    let settings = study.settings.iter().take(MOST).enumerate();
    settings.map(|(at, setting)| figure(study, at, setting, budget)).collect()
}

fn figure(study: &CostStudy, at: usize, setting: &CostSetting, budget: Option<f64>) -> Figure {
    let name =
        if at == 0 { "cost-performance".to_owned() } else { format!("cost-performance-world-{}", at + 1) };
    let mut heading = "Performance against cost: nearer to the lower left is better".to_owned();
    if !setting.parameters.is_empty() {
        heading.push_str(&format!(", at {}", point_name(&setting.parameters)));
    }
    let mut sheet = Sheet::new(&name, &study.scenario, &heading);
    let mut overlays: Vec<&str> = Vec::new();
    for curve in setting.measures.iter().flat_map(|measure| &measure.curves) {
        if !overlays.contains(&curve.overlay.as_str()) {
            overlays.push(&curve.overlay);
        }
    }
    let legend: Vec<(Key, &str)> =
        overlays.iter().enumerate().map(|(at, overlay)| (Key::Curve(look(at)), *overlay)).collect();
    sheet.legend(&legend);
    let points =
        || setting.measures.iter().flat_map(|measure| &measure.curves).flat_map(|curve| &curve.points);
    if points().next().is_none() {
        sheet.no_data("no point has a cost");
        return sheet.finish(&[]);
    }
    let ends = points().flat_map(|point| {
        let [low, high] = point.cost_ci95.unwrap_or([point.cost; 2]);
        [low, point.cost, high]
    });
    let ends: Vec<f64> = ends.chain(budget).collect();
    let x = horizontal(&ends);
    // Panels below each other start at one line.
    let room = setting.measures.iter().map(|measure| room_for(&vertical(measure).ticks(TICKS), true));
    let left = MARGIN + room.fold(0.0, f64::max);
    for measure in &setting.measures {
        draw(&mut sheet, study, measure, &overlays, (left, x, budget));
    }
    let replications = points().map(|point| point.n).min().unwrap_or(0);
    let more = study.settings.len().saturating_sub(MOST);
    let left_out =
        if more > 0 && at == 0 { format!("{more} more worlds are not drawn") } else { String::new() };
    sheet.finish(&[
        replication_note(replications, "whiskers"),
        "lines: lower left convex hull of the means; faint: points off the hull".to_owned(),
        left_out,
    ])
}

fn horizontal(ends: &[f64]) -> Scale {
    let positive = ends.iter().copied().filter(|cost| *cost > 0.0);
    let (low, high) = positive
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), cost| (low.min(cost), high.max(cost)));
    if high > WIDE * low {
        Scale::logarithmic(low * 0.85, high * 1.15)
    } else {
        Scale::around([0.0, high], true)
    }
}

/// The vertical axis of a measure: shares of failure start at zero.
fn vertical(measure: &CostMeasure) -> Scale {
    let ends = measure.curves.iter().flat_map(|curve| &curve.points).flat_map(|point| {
        let [low, high] = point.value_ci95.unwrap_or([point.value; 2]);
        [low.max(0.0), point.value, high]
    });
    Scale::around(ends, measure.complement)
}

fn draw(
    sheet: &mut Sheet,
    study: &CostStudy,
    measure: &CostMeasure,
    overlays: &[&str],
    (left, x, budget): (f64, Scale, Option<f64>),
) {
    let y = vertical(measure);
    let ticks = y.ticks(TICKS);
    let top = sheet.bottom + 6.0;
    let panel = Panel { left, top, right: WIDTH - MARGIN - 14.0, bottom: top + HEIGHT, x, y };
    panel.vertical_axis(&mut sheet.canvas, &ticks, &title(measure));
    panel.horizontal_axis(
        &mut sheet.canvas,
        &x.ticks(8),
        true,
        &format!("{} ({})", study.cost, study.cost_unit),
    );
    panel.frame(&mut sheet.canvas);
    if let Some(budget) = budget {
        let at = panel.at(budget, y.low()).0;
        let dashed = Stroke { colour: GREY, width: 1.4, dash: &[5.0, 4.0] };
        sheet.canvas.line(vec![(at, panel.top), (at, panel.bottom)], dashed);
        let (place, anchor) =
            if at > panel.right - 90.0 { (at - 5.0, Anchor::End) } else { (at + 5.0, Anchor::Start) };
        sheet.text((place, panel.top + NOTE + 3.0), "budget", NOTE, anchor, INK, false);
    }
    for curve in &measure.curves {
        let look = look(overlays.iter().position(|overlay| *overlay == curve.overlay).unwrap_or(0));
        draw_curve(sheet, &panel, curve, look);
    }
    sheet.bottom = panel.bottom + TICKS_BELOW + TITLE_BELOW + LABEL - 4.0;
}

fn title(measure: &CostMeasure) -> String {
    let unit = if measure.unit == "1" { String::new() } else { format!(" ({})", measure.unit) };
    let less = if measure.complement { "1 − " } else { "" };
    format!("{less}{}{unit}", measure.metric)
}

fn draw_curve(sheet: &mut Sheet, panel: &Panel, curve: &CostCurve, look: Look) {
    let faint = Look { colour: look.colour.lighter(0.62), ..look };
    let (corners, others): (Vec<&CostPoint>, Vec<&CostPoint>) =
        curve.points.iter().partition(|point| point.hull);
    for point in others {
        whiskers(sheet, panel, point, faint, 1.0);
        sheet.canvas.marker(panel.at(point.cost, point.value), faint, 5.5);
    }
    // Straight lines bend on a logarithmic axis, so they are drawn in pieces.
    const PIECES: u32 = 24;
    let mut line = Vec::new();
    for pair in corners.windows(2) {
        for piece in 0..=PIECES {
            let share = f64::from(piece) / f64::from(PIECES);
            let between = |from: f64, to: f64| from + share * (to - from);
            line.push(panel.at(between(pair[0].cost, pair[1].cost), between(pair[0].value, pair[1].value)));
        }
    }
    sheet.canvas.line(line, Stroke { colour: look.colour, width: CURVE, dash: look.dash });
    for point in corners {
        whiskers(sheet, panel, point, look, CURVE * 0.6);
        sheet.canvas.marker(panel.at(point.cost, point.value), look, 8.0);
    }
}

/// The intervals of a point in both directions.
fn whiskers(sheet: &mut Sheet, panel: &Panel, point: &CostPoint, look: Look, width: f64) {
    let stroke = Stroke::solid(look.colour, width);
    if let Some([low, high]) = point.cost_ci95 {
        sheet.canvas.whisker(panel.at(low, point.value), panel.at(high, point.value), 3.0, stroke);
    }
    if let Some([low, high]) = point.value_ci95 {
        sheet.canvas.whisker(panel.at(point.cost, low), panel.at(point.cost, high), 3.0, stroke);
    }
}
