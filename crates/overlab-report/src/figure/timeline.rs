//! What figures over time share: panels above each other on one time axis, with the events of the timeline.

use super::Scene;
use crate::canvas::{Anchor, Stroke};
use crate::chart::{Across, Chart, Level, Mark, Series};
use crate::font;
use crate::number::{duration, fixed, time_unit};
use crate::panel::{Panel, Sample, TICKS_BELOW, TITLE_BELOW, room_for};
use crate::scale::Scale;
use crate::series::{Moment, unbroken};
use crate::sheet::{Key, Sheet};
use crate::style::{GREY, MARGIN, NOTE, WIDTH, look};
use overlab_schema::EventMark;

/// One panel of a figure over time.
pub(crate) struct Strip {
    /// The metric drawn in it.
    pub(crate) metric: &'static str,
    /// The title of its vertical axis, unit and all.
    pub(crate) title: &'static str,
    pub(crate) height: f64,
    pub(crate) range: Range,
}

/// How a strip finds its vertical scale.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Range {
    /// Shares between 0 and 1, cut there.
    Shares,
    /// From zero.
    Zero,
    /// Around the values.
    Around,
}

/// The height of a row of event names.
const PITCH: f64 = NOTE + 4.0;
const EVENT_DASH: &[f64] = &[4.0, 3.0];
/// Rows of event names above the panels; with more, events are numbered.
const EVENT_ROWS: usize = 3;
/// Events whose names fit into a caption.
const NAMED_EVENTS: usize = 12;

/// Draws the strips and returns sentences for the caption and the numbers behind them; nothing is drawn where no strip has
/// data.
pub(crate) fn strips(scene: &Scene<'_>, sheet: &mut Sheet, strips: &[Strip]) -> Option<(Vec<String>, Chart)> {
    let overlays = scene.results.overlays();
    let strips: Vec<&Strip> = strips
        .iter()
        .filter(|strip| overlays.iter().any(|overlay| !scene.averages.of(strip.metric, overlay).is_empty()))
        .collect();
    if strips.is_empty() {
        return None;
    }
    let legend: Vec<(Key, &str)> =
        overlays.iter().enumerate().map(|(index, label)| (Key::Curve(look(index)), *label)).collect();
    sheet.legend(&legend);

    let interval = scene.averages.interval();
    let end = last_time(scene, &overlays, &strips).max(scene.results.summary.measure_s);
    let (unit, length) = time_unit(end);
    let x = Scale::linear(0.0, end / length);
    let scales: Vec<Scale> = strips.iter().map(|strip| vertical(scene, strip, &overlays)).collect();
    let rooms =
        scales.iter().zip(&strips).map(|(scale, strip)| room_for(&scale.ticks(tick_count(strip)), true));
    let left = MARGIN + rooms.fold(0.0, f64::max);
    let right = WIDTH - MARGIN - 14.0;

    let mut notes = Vec::new();
    let first = Panel { left, top: 0.0, right, bottom: 1.0, x, y: scales[0] };
    let marks = event_names(scene, sheet, &first, length, &mut notes);
    let mut top = sheet.bottom + 4.0;
    let mut missing = false;
    let mut series = Vec::new();
    for (index, (strip, y)) in strips.iter().zip(scales).enumerate() {
        let last = index + 1 == strips.len();
        let panel = Panel { left, top, right, bottom: top + strip.height, x, y };
        panel.vertical_axis(&mut sheet.canvas, &y.ticks(tick_count(strip)), strip.title);
        let title = format!("time since the start of the measured period ({unit})");
        panel.horizontal_axis(&mut sheet.canvas, &x.ticks(10), last, &title);
        panel.frame(&mut sheet.canvas);
        for at in &marks {
            let line = vec![(*at, panel.top), (*at, panel.bottom)];
            sheet.canvas.line(line, Stroke { colour: GREY, width: 1.4, dash: EVENT_DASH });
        }
        for (overlay, label) in overlays.iter().enumerate() {
            missing |= unbroken(scene.averages.of(strip.metric, label), interval).len() > 1;
            let parts = parts(scene, strip, label, (interval, length));
            series.push(Series { label: (*label).to_owned(), overlay, panel: index, parts });
        }
        draw_curves(sheet, &panel, &series[series.len() - overlays.len()..]);
        top = panel.bottom + if last { 0.0 } else { 14.0 };
    }
    sheet.bottom = top + TICKS_BELOW + TITLE_BELOW + 4.0;
    if missing {
        notes.push("gaps: sample intervals without a value".to_owned());
    }
    let across = Across {
        title: format!("time since the start of the measured period ({unit})"),
        ends: Some((0.0, end / length)),
        ..Across::default()
    };
    let levels: Vec<Level> = strips.iter().map(|strip| strip.level()).collect();
    let events = &scene.results.summary.events;
    let events: Vec<(f64, String)> =
        events.iter().map(|event| (event.at_s / length, event.name.clone())).collect();
    Some((notes, Chart::new(Mark::Line, &across, &levels, &series).with_events(&events)))
}

impl Strip {
    fn level(&self) -> Level {
        Level {
            title: self.title.to_owned(),
            height: self.height,
            share: self.range == Range::Shares,
            zero: self.range == Range::Zero,
        }
    }
}

fn tick_count(strip: &Strip) -> usize {
    if strip.height < 120.0 { 3 } else { 5 }
}

fn last_time(scene: &Scene<'_>, overlays: &[&str], strips: &[&Strip]) -> f64 {
    let ends = overlays.iter().flat_map(|overlay| {
        strips.iter().filter_map(|strip| Some(scene.averages.of(strip.metric, overlay).last()?.time_s))
    });
    ends.fold(0.0, f64::max)
}

fn vertical(scene: &Scene<'_>, strip: &Strip, overlays: &[&str]) -> Scale {
    let moments = || overlays.iter().flat_map(|overlay| scene.averages.of(strip.metric, overlay));
    let values = moments().map(|moment| moment.mean);
    // A wild interval of a single moment must not flatten the curves: bands count up to twice their spread.
    let (low, high) = values
        .clone()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let slack = (high - low).max(high.abs() * 0.05);
    let ends = moments()
        .filter_map(|moment| moment.band)
        .flat_map(|(a, b)| [a.max(low - slack), b.min(high + slack)]);
    let values = values.chain(ends);
    match strip.range {
        Range::Shares => Scale::shares(values, 0.1),
        Range::Zero => Scale::around(values, true),
        Range::Around => Scale::around(values, false),
    }
}

/// The parts of an overlay's curve between gaps and events: what was measured on both sides of an event is not joined.
fn parts(
    scene: &Scene<'_>,
    strip: &Strip,
    overlay: &str,
    (interval, length): (f64, f64),
) -> Vec<Vec<Sample>> {
    let cut = |value: f64| if strip.range == Range::Shares { value.clamp(0.0, 1.0) } else { value };
    // A sample stands for the interval before it, so it is drawn in the middle of that.
    let middle = |moment: &Moment| moment.time_s - interval.min(moment.time_s) / 2.0;
    let sample = |moment: &Moment| Sample {
        x: middle(moment) / length,
        y: moment.mean,
        band: moment.band.map(|(low, high)| (cut(low), cut(high))),
    };
    let events = &scene.results.summary.events;
    let apart = |left: &Moment, right: &Moment| {
        events.iter().any(|event| middle(left) < event.at_s && event.at_s <= middle(right))
    };
    unbroken(scene.averages.of(strip.metric, overlay), interval)
        .into_iter()
        .flat_map(|part| part.chunk_by(|left, right| !apart(left, right)))
        .map(|part| part.iter().map(sample).collect())
        .collect()
}

/// Draws all overlays of one strip, bands under all curves.
fn draw_curves(sheet: &mut Sheet, panel: &Panel, series: &[Series]) {
    for one in series {
        for part in &one.parts {
            panel.band(&mut sheet.canvas, part, look(one.overlay));
        }
    }
    for one in series {
        let look = look(one.overlay);
        for part in &one.parts {
            panel.curve(&mut sheet.canvas, part, look);
        }
        panel.markers(&mut sheet.canvas, &one.parts.concat(), look, (one.overlay, series.len()));
    }
}

/// Writes the names of the events above the panels and returns where their lines go.
fn event_names(
    scene: &Scene<'_>,
    sheet: &mut Sheet,
    panel: &Panel,
    length: f64,
    notes: &mut Vec<String>,
) -> Vec<f64> {
    let mut events: Vec<&EventMark> = scene.results.summary.events.iter().collect();
    events.sort_by(|left, right| left.at_s.total_cmp(&right.at_s));
    let marks: Vec<f64> = events.iter().map(|event| panel.at(event.at_s / length, 0.0).0).collect();
    let labels: Vec<String> =
        events.iter().map(|event| font::shorten(&event.name, NOTE, false, 240.0)).collect();
    let rows = rows_of(&labels, &marks, panel);
    if rows.iter().any(|row| *row >= EVENT_ROWS) {
        notes.push(numbered(sheet, &events, &marks));
        return marks;
    }
    let count = rows.iter().max().map_or(0, |row| row + 1);
    sheet.bottom += count as f64 * PITCH;
    for ((label, mark), row) in labels.iter().zip(&marks).zip(rows) {
        let y = sheet.bottom - row as f64 * PITCH;
        let leader = vec![(*mark, y - NOTE + 2.0), (*mark, sheet.bottom + 4.0)];
        sheet.canvas.line(leader, Stroke::solid(GREY, 1.0));
        let (from, _) = extent(label, *mark, panel);
        sheet.text((from, y), label, NOTE, Anchor::Start, GREY, false);
    }
    marks
}

/// Writes numbers above the lines, without those that would touch the one before, and returns what they mean.
fn numbered(sheet: &mut Sheet, events: &[&EventMark], marks: &[f64]) -> String {
    sheet.bottom += PITCH;
    let mut free = f64::NEG_INFINITY;
    for (index, mark) in marks.iter().enumerate() {
        let number = (index + 1).to_string();
        let half = font::width(&number, NOTE, false) / 2.0;
        if mark - half > free {
            free = mark + half + 2.0;
            sheet.text((*mark, sheet.bottom), &number, NOTE, Anchor::Middle, GREY, false);
        }
    }
    let named = events.iter().take(NAMED_EVENTS).enumerate();
    let named =
        named.map(|(index, event)| format!("({}) {} at {}", index + 1, event.name, duration(event.at_s)));
    let mut list: Vec<String> = named.collect();
    if events.len() > NAMED_EVENTS {
        list.push(format!("and {} more", fixed((events.len() - NAMED_EVENTS) as f64, 0)));
    }
    format!("events: {}", list.join(", "))
}

/// Where a label lies: at the right of its line, or at the left where it would leave the panel.
fn extent(label: &str, mark: f64, panel: &Panel) -> (f64, f64) {
    let width = font::width(label, NOTE, false);
    if mark + 4.0 + width > panel.right + 10.0 {
        (mark - 4.0 - width, mark - 4.0)
    } else {
        (mark + 4.0, mark + 4.0 + width)
    }
}

/// The row of each label, from the lowest up, so that it touches neither another label nor the line down from a
/// higher one.
fn rows_of(labels: &[String], marks: &[f64], panel: &Panel) -> Vec<usize> {
    // Where the labels and lines at the right of what is placed begin, by row.
    let mut free = vec![f64::INFINITY; labels.len() + 1];
    let mut rows = vec![0; labels.len()];
    for index in (0..labels.len()).rev() {
        let (from, to) = extent(&labels[index], marks[index], panel);
        let row = free.iter().position(|next| to + 6.0 < *next).unwrap_or(labels.len());
        rows[index] = row;
        free[row] = free[row].min(from);
        for lower in &mut free[..row] {
            *lower = lower.min(marks[index]);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_events_climb_where_they_would_touch() {
        let scale = Scale::linear(0.0, 1.0);
        let panel = Panel { left: 0.0, top: 0.0, right: 800.0, bottom: 100.0, x: scale, y: scale };
        let labels = ["a crash of many peers", "heal", "rejoin"].map(str::to_owned);
        assert_eq!(rows_of(&labels, &[100.0, 120.0, 700.0], &panel), [1, 0, 0]);
        assert_eq!(rows_of(&labels, &[100.0, 400.0, 790.0], &panel), [0, 0, 0]);
        assert!(extent("rejoin", 790.0, &panel).1 < 790.0);
    }
}
