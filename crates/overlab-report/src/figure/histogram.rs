//! How many hops lookups took: bars side by side, or curves where bars would be too thin.

use super::{Figure, Scene};
use crate::canvas::Stroke;
use crate::chart::{Across, Chart, Level, Mark, Series};
use crate::number::rough;
use crate::panel::{Panel, Sample, TICKS_BELOW, TITLE_BELOW, room_for};
use crate::results::replication_note;
use crate::scale::Scale;
use crate::sheet::{Key, Sheet};
use crate::style::{INK, MARGIN, WIDTH, look};
use overlab_schema::HopShare;

/// Shares below this at the end of the tail would be invisible and are not drawn.
const VISIBLE: f64 = 5e-4;
/// The narrowest bar, in user units, that still shows its hatch.
const NARROWEST: f64 = 4.5;

pub(crate) fn hop_histogram(scene: &Scene<'_>) -> Figure {
    let heading = scene.heading("Hops of lookups: share of answered lookups by path length");
    let mut sheet = Sheet::new(&scene.name("hop-histogram"), scene.title(), &heading);
    let overlays = scene.results.overlays();
    let groups: Vec<(usize, &str, &[HopShare])> = overlays
        .iter()
        .enumerate()
        .filter_map(|(index, overlay)| {
            let mut points = scene.results.distributions.points.iter();
            let point =
                points.find(|point| point.overlay == **overlay && point.parameters == *scene.parameters)?;
            (!point.hops.is_empty()).then_some((index, *overlay, point.hops.as_slice()))
        })
        .collect();
    if groups.is_empty() {
        sheet.no_data("no lookup was answered");
        return sheet.finish(&[]);
    }
    let shares = || groups.iter().flat_map(|group| group.2);
    let seen = |share: &&HopShare| share.share >= VISIBLE;
    let last = shares().filter(seen).map(|share| share.hops).max().unwrap_or(0);
    let first = shares().filter(seen).map(|share| share.hops).min().unwrap_or(0).min(1);

    let x = Scale::linear(f64::from(first) - 0.5, f64::from(last) + 0.5);
    let y =
        Scale::around(shares().map(|share| share.hi.unwrap_or(share.share).max(share.share).min(1.0)), true);
    let y_ticks = y.ticks(5);
    let left = MARGIN + room_for(&y_ticks, true);
    let right = WIDTH - MARGIN - 6.0;
    let slot = (right - left) / f64::from(last - first + 1);
    let wide = slot * 0.82 / groups.len() as f64;
    let bars = wide >= NARROWEST;
    let key = |index: usize| if bars { Key::Bar(look(index)) } else { Key::Curve(look(index)) };
    let legend: Vec<(Key, &str)> = groups.iter().map(|(index, label, _)| (key(*index), *label)).collect();
    sheet.legend(&legend);

    let top = sheet.bottom + 4.0;
    let panel = Panel { left, top, right, bottom: top + 320.0, x, y };
    panel.vertical_axis(&mut sheet.canvas, &y_ticks, "share of lookups");
    panel.horizontal_axis(
        &mut sheet.canvas,
        &panel.x.whole_ticks(24),
        true,
        "hops (edges on the path to the owner)",
    );
    panel.frame(&mut sheet.canvas);
    for (place, (index, _, shares)) in groups.iter().enumerate() {
        if bars {
            draw_bars(&panel, &mut sheet, shares, (*index, place, groups.len()), wide.min(46.0), last);
        } else {
            draw_curve(&panel, &mut sheet, shares, (*index, place, groups.len()), last);
        }
    }
    sheet.bottom = panel.bottom + TICKS_BELOW + TITLE_BELOW + 4.0;
    let beyond: f64 = groups
        .iter()
        .map(|group| group.2.iter().filter(|share| share.hops > last).map(|share| share.share).sum::<f64>())
        .fold(0.0, f64::max);
    let beyond = if beyond > 0.0 {
        format!("not drawn: above {last} hops (at most {} %)", rough(beyond * 100.0))
    } else {
        String::new()
    };
    sheet
        .finish(&[replication_note(scene.replications(), if bars { "whiskers" } else { "bands" }), beyond])
        .with_chart(chart(&groups, last, bars))
}

/// The shares up to `last` hops as samples.
fn samples(shares: &[HopShare], last: u32) -> Vec<Sample> {
    let shown = shares.iter().filter(|share| share.hops <= last);
    shown
        .map(|share| Sample { x: f64::from(share.hops), y: share.share, band: share.lo.zip(share.hi) })
        .collect()
}

/// The same in numbers.
fn chart(groups: &[(usize, &str, &[HopShare])], last: u32, bars: bool) -> Chart {
    let series = groups.iter().map(|(index, label, shares)| Series {
        label: (*label).to_owned(),
        overlay: *index,
        panel: 0,
        parts: vec![samples(shares, last)],
    });
    let across = Across { title: "hops (edges on the path to the owner)".to_owned(), ..Across::default() };
    let level = Level { title: "share of lookups".to_owned(), height: 320.0, share: false, zero: true };
    let mark = if bars { Mark::Bar } else { Mark::Line };
    Chart::new(mark, &across, &[level], &series.collect::<Vec<_>>())
}

fn draw_bars(
    panel: &Panel,
    sheet: &mut Sheet,
    shares: &[HopShare],
    (index, place, places): (usize, usize, usize),
    wide: f64,
    last: u32,
) {
    for share in shares.iter().filter(|share| share.hops <= last) {
        let (middle, top) = panel.at(f64::from(share.hops), share.share);
        let left = middle + (place as f64 - places as f64 / 2.0) * wide;
        let gap = (wide * 0.06).min(1.5);
        sheet.canvas.bar((left + gap, top), (left + wide - gap, panel.bottom), look(index));
        if let (Some(low), Some(high)) = (share.lo, share.hi)
            && high > low
        {
            let x = left + wide / 2.0;
            let (low, high) = (panel.at(0.0, low).1, panel.at(0.0, high).1);
            sheet.canvas.whisker((x, low), (x, high), (wide * 0.28).min(5.0), Stroke::solid(INK, 1.3));
        }
    }
}

fn draw_curve(
    panel: &Panel,
    sheet: &mut Sheet,
    shares: &[HopShare],
    (index, place, places): (usize, usize, usize),
    last: u32,
) {
    let samples = samples(shares, last);
    panel.band(&mut sheet.canvas, &samples, look(index));
    panel.curve(&mut sheet.canvas, &samples, look(index));
    panel.markers(&mut sheet.canvas, &samples, look(index), (place, places));
}
