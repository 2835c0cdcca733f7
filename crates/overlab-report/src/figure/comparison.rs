//! Differences between overlays with their intervals: one panel a metric, one row a comparison.

use super::Figure;
use crate::canvas::{Anchor, Canvas, Stroke};
use crate::font;
use crate::number::short;
use crate::panel::{Panel, TICKS_BELOW, TITLE_BELOW, label_at};
use crate::scale::{Scale, Tick};
use crate::sheet::{Key, Sheet};
use crate::style::{Colour, GREY, GRID, INK, LABEL, MARGIN, NOTE, TICK, WIDTH};
use overlab_schema::{Comparison, ComparisonOutcome, ComparisonRow, TimeSeries};

/// Of more comparisons, the first are drawn.
const MOST: usize = 60;
/// The height of a row.
const ROW: f64 = 24.0;
/// The most that names at the left take.
const NAMES: f64 = 300.0;
/// What p-values at the right take.
const VALUES: f64 = 92.0;

const BETTER: Colour = Colour(0, 114, 178);
const WORSE: Colour = Colour(213, 94, 0);

/// What a panel's axis counts in.
#[derive(Clone, Copy, PartialEq)]
enum Measure {
    /// Hundredths of the reference's mean.
    Percent,
    /// Hundredths of all.
    Points,
    /// The metric's unit.
    Unit,
}

/// The chart of a comparison, as `comparison`; every comparison has its interval.
pub fn comparison_figure(comparison: &Comparison) -> Figure {
    let mut scenarios: Vec<&str> = comparison.folders.iter().map(|folder| folder.scenario.as_str()).collect();
    scenarios.dedup();
    let heading =
        "Differences with 95 % intervals: left of zero is less than the overlay it is compared with";
    let mut sheet = Sheet::new("comparison", &scenarios.join(", "), heading);
    sheet.legend(&[
        (Key::Dot(BETTER, 4.5), "better"),
        (Key::Dot(WORSE, 4.5), "worse"),
        (Key::Dot(INK, 4.5), "different"),
        (Key::Dot(GREY.lighter(0.35), 4.5), "no difference shown"),
    ]);
    let rows = &comparison.rows[..comparison.rows.len().min(MOST)];
    let names: Vec<String> = rows.iter().map(|row| name(comparison, row)).collect();
    let widest = names.iter().map(|name| font::width(name, TICK, false)).fold(0.0, f64::max).min(NAMES);
    let mut at = 0;
    for rows in rows.chunk_by(|left, right| left.metric == right.metric) {
        draw(&mut sheet, rows, &names[at..at + rows.len()], MARGIN + widest + 12.0);
        at += rows.len();
    }
    if rows.is_empty() {
        sheet.no_data("nothing was compared");
    }
    let counts: Vec<u32> = comparison.rows.iter().map(|row| row.n).collect();
    let (least, most) = (counts.iter().min().unwrap_or(&0), counts.iter().max().unwrap_or(&0));
    let n = if least == most { format!("n = {least}") } else { format!("n = {least} to {most}") };
    let left_out = match comparison.rows.len() - rows.len() {
        0 => String::new(),
        more => {
            format!("{more} more comparisons are in {}", <Comparison as overlab_schema::ResultFile>::FILE)
        }
    };
    let paired = if comparison.rows.iter().all(|row| row.paired) {
        "paired replications"
    } else if comparison.rows.iter().any(|row| row.paired) {
        "paired replications, where the worlds are the same"
    } else {
        "replications of independent samples"
    };
    let family = format!("p-values are corrected for all {} comparisons (Holm)", comparison.family);
    sheet.finish(&[format!("{n} {paired}"), "whiskers: 95 % confidence".to_owned(), family, left_out])
}

fn name(comparison: &Comparison, row: &ComparisonRow) -> String {
    let side = |side: &overlab_schema::ComparisonSide| {
        if row.subject.folder == row.reference.folder {
            return side.overlay.clone();
        }
        let folder = comparison.folders.get(side.folder as usize).map_or("", |folder| folder.folder.as_str());
        format!("{} ({folder})", side.overlay)
    };
    let mut name = format!("{} against {}", side(&row.subject), side(&row.reference));
    for (path, value) in &row.parameters {
        let last = path.rsplit('.').next().unwrap_or(path);
        name.push_str(&format!(", {last} = {}", TimeSeries::sweep_text(value)));
    }
    if let Some(phase) = &row.phase {
        name.push_str(&format!(", {phase}"));
    }
    name
}

fn draw(sheet: &mut Sheet, rows: &[ComparisonRow], names: &[String], left: f64) {
    let first = &rows[0];
    let measure = if Comparison::is_share(&first.metric) {
        Measure::Points
    } else if rows.iter().all(|row| row.ratio_ci95.is_some()) {
        Measure::Percent
    } else {
        Measure::Unit
    };
    let values: Vec<[f64; 3]> = rows.iter().map(|row| placed(row, measure)).collect();
    let x = Scale::around(values.iter().flatten().copied().chain([0.0]), false);
    sheet.bottom += LABEL + 12.0;
    let better = first.better.as_ref().map_or_else(String::new, |better| format!(", {better} is better"));
    let title = format!("{}{better}", first.metric);
    sheet.text((MARGIN, sheet.bottom - 4.0), &title, LABEL, Anchor::Start, INK, true);
    let top = sheet.bottom + 2.0;
    let bottom = top + ROW * rows.len() as f64 + 6.0;
    let right = WIDTH - MARGIN - VALUES;
    let panel = Panel { left, top, right, bottom, x, y: Scale::linear(0.0, rows.len() as f64) };
    let axis = match measure {
        Measure::Percent => "difference (% of the mean compared with)".to_owned(),
        Measure::Points => "difference (points of a hundred)".to_owned(),
        Measure::Unit if first.unit == "1" => "difference".to_owned(),
        Measure::Unit => format!("difference ({})", first.unit),
    };
    let ticks: Vec<Tick> = x.ticks(6);
    panel.horizontal_axis(&mut sheet.canvas, &ticks, true, &axis);
    panel.frame(&mut sheet.canvas);
    let zero = panel.at(0.0, 0.0).0;
    sheet.canvas.line(vec![(zero, top), (zero, bottom)], Stroke::solid(GREY, 1.4));
    for (at, ((row, name), values)) in rows.iter().zip(names).zip(values).enumerate() {
        let y = top + 3.0 + ROW * (at as f64 + 0.5);
        if at > 0 {
            let edge = y - ROW / 2.0;
            sheet.canvas.line(vec![(left, edge), (right, edge)], Stroke::solid(GRID, 0.7));
        }
        comparison(&mut sheet.canvas, row, values.map(|value| panel.at(value, 0.0).0), y);
        let name = font::shorten(name, TICK, false, left - MARGIN - 10.0);
        label_at(&mut sheet.canvas, (left - 8.0, y + TICK * 0.36), &name, TICK, Anchor::End);
        label_at(&mut sheet.canvas, (right + 8.0, y + NOTE * 0.36), &p_text(row), NOTE, Anchor::Start);
    }
    sheet.bottom = bottom + TICKS_BELOW + TITLE_BELOW + 4.0;
}

fn comparison(canvas: &mut Canvas, row: &ComparisonRow, [low, at, high]: [f64; 3], y: f64) {
    let colour = match row.outcome {
        ComparisonOutcome::Better => BETTER,
        ComparisonOutcome::Worse => WORSE,
        ComparisonOutcome::Higher | ComparisonOutcome::Lower => INK,
        ComparisonOutcome::NotShown | ComparisonOutcome::Same => GREY.lighter(0.35),
    };
    canvas.whisker((low, y), (high, y), 4.0, Stroke::solid(colour, 2.0));
    canvas.dots(vec![(at, y)], 4.5, colour);
}

/// The ends of the interval and the difference between them, as the axis counts.
fn placed(row: &ComparisonRow, measure: Measure) -> [f64; 3] {
    let [low, high] = row.difference_ci95;
    match (measure, row.ratio, row.ratio_ci95) {
        (Measure::Percent, Some(ratio), Some([low, high])) => {
            [low, ratio, high].map(|ratio| 100.0 * (ratio - 1.0))
        }
        (Measure::Points, ..) => [low, row.difference, high].map(|share| 100.0 * share),
        _ => [low, row.difference, high],
    }
}

fn p_text(row: &ComparisonRow) -> String {
    match row.p_holm {
        _ if row.outcome == ComparisonOutcome::Same => "the same".to_owned(),
        p if p < 0.001 => "p < 0.001".to_owned(),
        p if p >= 0.1 => format!("p = {p:.2}"),
        p => format!("p = {}", short((p * 1000.0).round() / 1000.0)),
    }
}
