//! What an overlay costs: bytes a peer and second in all and by class, each a bar with its interval.

use super::{Figure, Scene};
use crate::canvas::{Anchor, Stroke};
use crate::chart::{Across, Chart, Level, Mark, Series};
use crate::font;
use crate::number::interval;
use crate::panel::{Panel, Sample, TICKS_BELOW, TITLE_BELOW, label_at};
use crate::results::replication_note;
use crate::scale::Scale;
use crate::sheet::{Key, Sheet};
use crate::style::{Colour, GRID, Hatch, INK, LABEL, Look, MARGIN, Marker, NOTE, WIDTH};
use overlab_schema::{Metric, SummaryPoint};

/// The total; its parts have a point and the class after it.
pub(crate) const TRAFFIC: &str = "traffic.bytes_per_peer_per_s";

/// What bars stand for, by overlay from the top: the whole, and its classes.
const ROWS: [&str; 5] = ["in all", "maintenance", "lookup", "join", "application"];
/// The height of a bar and of what is free around the bars of an overlay.
const ROW: f64 = 19.0;
const AIR: f64 = 14.0;

/// Greys and colours of the classes, with hatches of their own.
fn row_look(index: usize) -> Look {
    let hatch = [Hatch::None, Hatch::None, Hatch::Rising, Hatch::Falling, Hatch::Crossed][index];
    let colour = [
        Colour(40, 40, 40),
        Colour(125, 125, 125),
        Colour(0, 114, 178),
        Colour(168, 111, 0),
        Colour(0, 138, 101),
    ][index];
    Look { colour, dash: &[], marker: Marker::Circle, hatch }
}

/// The bars of an overlay: its place among the overlays, its label, and what is known of the whole and each class.
struct Group<'a> {
    overlay: usize,
    label: &'a str,
    rows: [Option<&'a Metric>; ROWS.len()],
}

impl Group<'_> {
    fn reach(&self) -> f64 {
        let ends = self.rows.iter().flatten().map(|metric| {
            let high = metric.ci95.map_or(0.0, |[_, high]| high);
            metric.mean.unwrap_or(0.0).max(high)
        });
        ends.fold(0.0, f64::max)
    }
}

fn group(overlay: usize, point: &SummaryPoint) -> Option<Group<'_>> {
    let known = |name: &str| {
        point
            .metrics
            .get(name)
            .filter(|metric| metric.mean.is_some_and(|mean| mean.is_finite() && mean >= 0.0))
    };
    let mut rows = [None; ROWS.len()];
    rows[0] = known(TRAFFIC);
    for (row, class) in ROWS.iter().enumerate().skip(1) {
        rows[row] = known(&format!("{TRAFFIC}.{class}"));
    }
    rows.iter().any(Option::is_some).then_some(Group { overlay, label: &point.overlay, rows })
}

pub(crate) fn traffic(scene: &Scene<'_>) -> Figure {
    let heading = scene.heading("Traffic: bytes sent per live peer and second, in all and by class");
    let mut sheet = Sheet::new(&scene.name("traffic"), scene.title(), &heading);
    let overlays = scene.results.overlays();
    let points = scene.results.summary.points.iter().filter(|point| point.parameters == *scene.parameters);
    let groups: Vec<Group<'_>> = points
        .filter_map(|point| group(overlays.iter().position(|label| *label == point.overlay)?, point))
        .collect();
    if groups.is_empty() {
        sheet.no_data("no traffic was counted");
        return sheet.finish(&[]);
    }
    // Rows that say something of some overlay.
    let shown: Vec<usize> = (0..ROWS.len())
        .filter(|row| groups.iter().any(|group| group.rows[*row].and_then(|metric| metric.mean) > Some(0.0)))
        .collect();
    let shown = if shown.is_empty() { vec![0] } else { shown };
    let legend: Vec<(Key, &str)> = shown.iter().map(|row| (Key::Bar(row_look(*row)), ROWS[*row])).collect();
    sheet.legend(&legend);
    let room =
        groups.iter().map(|group| font::width(group.label, LABEL, false)).fold(0.0, f64::max).min(250.0);
    let beyond = groups
        .iter()
        .flat_map(|group| group.rows.iter().flatten())
        .map(|metric| font::width(&interval(metric.mean, metric.ci95), NOTE, false))
        .fold(0.0, f64::max)
        + 16.0;
    let reach = groups.iter().map(Group::reach).fold(0.0, f64::max);
    let left = MARGIN + room + 12.0;
    let right = WIDTH - MARGIN - 14.0;
    let top = sheet.bottom + 4.0;
    // Figures stand at the right of their bars and must stay inside.
    let x = Scale::around([0.0, reach * (right - left) / (right - left - beyond).max(60.0)], true);
    let high = ROW * shown.len() as f64 + AIR;
    let panel =
        Panel { left, top, right, bottom: top + high * groups.len() as f64, x, y: Scale::linear(0.0, 1.0) };
    panel.horizontal_axis(&mut sheet.canvas, &x.ticks(7), true, "traffic (bytes per peer per second, B/s)");
    panel.frame(&mut sheet.canvas);
    for (place, group) in groups.iter().enumerate() {
        let upper = top + high * place as f64;
        if place > 0 {
            sheet.canvas.line(vec![(left, upper), (right, upper)], Stroke::solid(GRID, 1.2));
        }
        for (at, row) in shown.iter().enumerate() {
            let middle = upper + AIR / 2.0 + ROW * (at as f64 + 0.5);
            draw(&mut sheet, &panel, group.rows[*row], middle, *row);
        }
        bar_label(&mut sheet, group.label, (left - 8.0, upper + high / 2.0), room);
    }
    sheet.bottom = panel.bottom + TICKS_BELOW + TITLE_BELOW + 4.0;
    sheet.finish(&[replication_note(scene.replications(), "whiskers")]).with_chart(chart(&groups, &shown))
}

/// The same in numbers: one place on the horizontal axis for each row, overlays side by side.
fn chart(groups: &[Group<'_>], shown: &[usize]) -> Chart {
    let series = groups.iter().map(|group| {
        let samples = shown.iter().enumerate().filter_map(|(place, row)| {
            let metric = group.rows[*row]?;
            let band = metric.ci95.map(|[low, high]| (low, high));
            Some(Sample { x: place as f64, y: metric.mean?, band })
        });
        let parts = vec![samples.collect()];
        Series { label: group.label.to_owned(), overlay: group.overlay, panel: 0, parts }
    });
    let names = shown.iter().map(|row| ROWS[*row].to_owned()).collect();
    let across = Across { title: "class of traffic".to_owned(), names, ..Across::default() };
    let level = Level {
        title: "bytes per peer per second (B/s)".to_owned(),
        height: 300.0,
        share: false,
        zero: true,
    };
    Chart::new(Mark::Bar, &across, &[level], &series.collect::<Vec<_>>())
}

/// A label at the left of its bars; a long one takes up to three lines of smaller text.
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

fn draw(sheet: &mut Sheet, panel: &Panel, metric: Option<&Metric>, middle: f64, row: usize) {
    let Some(metric) = metric else { return };
    let mean = metric.mean.unwrap_or(0.0);
    let at = |value: f64| panel.at(value, 0.0).0;
    sheet.canvas.bar((panel.left, middle - 7.5), (at(mean), middle + 7.5), row_look(row));
    let mut end = mean;
    if let Some([low, high]) = metric.ci95 {
        end = end.max(high);
        if high > low {
            // White under it, or it would vanish on a dark bar.
            for stroke in [Stroke::solid(crate::style::PAPER, 3.4), Stroke::solid(INK, 1.5)] {
                sheet.canvas.whisker((at(low), middle), (at(high), middle), 5.0, stroke);
            }
        }
    }
    let text = interval(metric.mean, metric.ci95);
    sheet.text((at(end) + 9.0, middle + NOTE * 0.36), &text, NOTE, Anchor::Start, INK, false);
}
