//! What an overlay costs: bytes a peer and second by class, one stacked bar an overlay.

use super::{Figure, Scene};
use crate::canvas::{Anchor, Stroke};
use crate::font;
use crate::number::{interval, short};
use crate::panel::{Panel, TICKS_BELOW, TITLE_BELOW, label_at};
use crate::results::replication_note;
use crate::scale::Scale;
use crate::sheet::{Key, Sheet};
use crate::style::{Colour, Hatch, INK, LABEL, Look, MARGIN, Marker, NOTE, WIDTH, look};
use overlab_schema::{Metric, SummaryPoint};

/// The total; its parts have a point and the class after it.
pub(crate) const TRAFFIC: &str = "traffic.bytes_per_peer_per_s";

/// The classes in the order of the stack.
const CLASSES: [&str; 4] = ["maintenance", "lookup", "join", "application"];
const ROW: f64 = 58.0;

/// Colours of the classes: those of the overlays from the fifth on, so that none is taken for an overlay.
fn class_look(index: usize) -> Look {
    let hatch = [Hatch::None, Hatch::Rising, Hatch::Falling, Hatch::Crossed][index];
    let colour = [Colour(68, 68, 68), Colour(0, 114, 178), Colour(230, 159, 0), Colour(0, 158, 115)][index];
    Look { colour, dash: &[], marker: Marker::Circle, hatch }
}

/// The bar of an overlay: its place, label, parts by class and total.
struct Bar<'a> {
    label: &'a str,
    parts: [f64; CLASSES.len()],
    total: Option<&'a Metric>,
}

impl Bar<'_> {
    fn end(&self) -> f64 {
        let stacked: f64 = self.parts.iter().sum();
        self.total.and_then(|total| total.mean).unwrap_or(stacked).max(stacked)
    }

    fn reach(&self) -> f64 {
        let whisker = self.total.and_then(|total| total.ci95).map_or(0.0, |[_, high]| high);
        self.end().max(whisker)
    }
}

fn bar<'a>(point: &'a SummaryPoint) -> Option<Bar<'a>> {
    let mean =
        |name: &str| point.metrics.get(name).and_then(|metric| metric.mean).filter(|mean| mean.is_finite());
    let parts = CLASSES.map(|class| mean(&format!("{TRAFFIC}.{class}")).unwrap_or(0.0).max(0.0));
    let total = point.metrics.get(TRAFFIC).filter(|metric| metric.mean.is_some());
    (total.is_some() || parts.iter().any(|part| *part > 0.0)).then_some(Bar {
        label: &point.overlay,
        parts,
        total,
    })
}

pub(crate) fn traffic(scene: &Scene<'_>) -> Figure {
    let heading = scene.heading("Traffic: bytes sent per live peer and second, by class");
    let mut sheet = Sheet::new(&scene.name("traffic"), scene.title(), &heading);
    let points = scene.results.summary.points.iter().filter(|point| point.parameters == *scene.parameters);
    let bars: Vec<Bar<'_>> = points.filter_map(bar).collect();
    if bars.is_empty() {
        sheet.no_data("no traffic was counted");
        return sheet.finish(&[]);
    }
    let split = bars.iter().any(|bar| bar.parts.iter().any(|part| *part > 0.0));
    if split {
        let legend: Vec<(Key, &str)> =
            CLASSES.iter().enumerate().map(|(index, class)| (Key::Bar(class_look(index)), *class)).collect();
        sheet.legend(&legend);
    }
    let room = bars.iter().map(|bar| font::width(bar.label, LABEL, false)).fold(0.0, f64::max).min(250.0);
    let texts: Vec<String> = bars.iter().map(figure_text).collect();
    let beyond = texts.iter().map(|text| font::width(text, NOTE, false)).fold(0.0, f64::max) + 14.0;
    let (left, right) = (MARGIN + room + 10.0, WIDTH - MARGIN - 14.0);
    let longest = bars.iter().map(Bar::reach).fold(0.0, f64::max);
    // The figure of the longest bar stands at its end, within the frame.
    let x = Scale::linear(
        0.0,
        if longest > 0.0 { longest * (right - left) / (right - left - beyond).max(120.0) } else { 1.0 },
    );
    let top = sheet.bottom + 4.0;
    let panel = Panel {
        left,
        top,
        right,
        bottom: top + ROW * bars.len() as f64 + 10.0,
        x,
        y: Scale::linear(0.0, 1.0),
    };
    panel.horizontal_axis(&mut sheet.canvas, &x.ticks(7), true, "traffic (bytes per peer per second, B/s)");
    panel.frame(&mut sheet.canvas);
    for (row, (bar, text)) in bars.iter().zip(&texts).enumerate() {
        let middle = top + 5.0 + ROW * (row as f64 + 0.5);
        draw(&mut sheet, &panel, bar, text, middle, (split, row));
        bar_label(&mut sheet, bar.label, (left - 8.0, middle), room);
    }
    sheet.bottom = panel.bottom + TICKS_BELOW + TITLE_BELOW + 4.0;
    sheet.finish(&[replication_note(scene.replications(), "whiskers of the total")])
}

/// A label at the left of its bar; a long one takes up to three lines of smaller text.
fn bar_label(sheet: &mut Sheet, label: &str, (right, middle): (f64, f64), room: f64) {
    let (mut lines, mut size) = (vec![label.to_owned()], LABEL);
    if font::width(label, LABEL, false) > room + 0.5 {
        size = NOTE;
        lines = font::wrap(label, size, room);
        if lines.len() > 3 {
            let rest = lines.split_off(2).join(" ");
            lines.push(font::shorten(&rest, size, false, room));
        }
    }
    let pitch = size + 3.0;
    let first = middle + size * 0.36 - pitch * (lines.len() - 1) as f64 / 2.0;
    for (index, line) in lines.iter().enumerate() {
        label_at(&mut sheet.canvas, (right, first + pitch * index as f64), line, size, Anchor::End);
    }
}

fn figure_text(bar: &Bar<'_>) -> String {
    bar.total.map_or_else(|| short(bar.end()), |total| interval(total.mean, total.ci95))
}

fn draw(
    sheet: &mut Sheet,
    panel: &Panel,
    bar: &Bar<'_>,
    text: &str,
    middle: f64,
    (split, row): (bool, usize),
) {
    let (upper, lower) = (middle - 17.0, middle + 17.0);
    let at = |value: f64| panel.at(value, 0.0).0;
    if split {
        let mut from = 0.0;
        for (index, part) in bar.parts.iter().enumerate() {
            sheet.canvas.bar((at(from), upper), (at(from + part), lower), class_look(index));
            from += part;
        }
    } else {
        sheet.canvas.bar((panel.left, upper), (at(bar.end()), lower), look(row));
    }
    if let Some([low, high]) = bar.total.and_then(|total| total.ci95)
        && high > low
    {
        sheet.canvas.whisker((at(low), middle), (at(high), middle), 7.0, Stroke::solid(INK, 1.6));
    }
    sheet.text((at(bar.reach()) + 9.0, middle + NOTE * 0.36), text, NOTE, Anchor::Start, INK, false);
}
