//! The underlay: nodes by kind and links, on a grid of degrees where it has a place on the globe.

use super::Figure;
use crate::canvas::{Point, Stroke};
use crate::number::fixed;
use crate::panel::{Panel, TICKS_BELOW, room_for};
use crate::scale::{Scale, Tick};
use crate::sheet::{Key, Sheet};
use crate::style::{Colour, MARGIN, WIDTH};
use overlab_schema::{NodeKind, UnderlayPicture};

/// More nodes or links than this only blacken the paper: evenly chosen ones are drawn.
const MOST_NODES: usize = 20_000;
const MOST_LINKS: usize = 60_000;
const LINK: Colour = Colour(150, 160, 170);

/// How a kind of node is drawn: colour and name, large ones last so that they lie on top.
const KINDS: [(NodeKind, Colour, &str); 4] = [
    (NodeKind::Host, Colour(0, 158, 115), "host"),
    (NodeKind::Stub, Colour(86, 180, 233), "stub router"),
    (NodeKind::Router, Colour(0, 114, 178), "router"),
    (NodeKind::Transit, Colour(213, 94, 0), "transit router"),
];

/// Draws the underlay, with its counts in the caption.
pub fn underlay_picture(picture: &UnderlayPicture) -> Figure {
    let heading = format!("Underlay: {} (first replication)", picture.model);
    let mut sheet = Sheet::new("underlay", "", &heading);
    let shown = evenly(picture.nodes.len(), MOST_NODES);
    let finite = |index: &usize| picture.nodes[*index].x.is_finite() && picture.nodes[*index].y.is_finite();
    let nodes: Vec<usize> = if picture.edges.is_empty() { shown } else { (0..picture.nodes.len()).collect() };
    let nodes: Vec<usize> = nodes.into_iter().filter(finite).collect();
    if nodes.is_empty() {
        sheet.no_data("this model has no places to draw");
        return sheet.finish(&[counts(picture)]);
    }
    let legend: Vec<(Key, &str)> = KINDS
        .into_iter()
        .rev()
        .filter(|(kind, ..)| nodes.iter().any(|index| picture.nodes[*index].kind == *kind))
        .map(|(kind, colour, name)| (Key::Dot(colour, radius(kind, nodes.len()).max(3.0)), name))
        .chain((!picture.edges.is_empty()).then_some((Key::Line(LINK, 1.5), "link")))
        .collect();
    sheet.legend(&legend);

    let panel = frame(picture, &nodes, &mut sheet);
    let at = |index: u32| {
        let node = picture.nodes.get(index as usize)?;
        (node.x.is_finite() && node.y.is_finite()).then(|| panel.at(node.x, node.y))
    };
    let mut links: Vec<Vec<Point>> = Vec::new();
    for index in evenly(picture.edges.len(), MOST_LINKS) {
        let (from, to) = picture.edges[index];
        let (Some(a), Some(b)) = (at(from), at(to)) else { continue };
        links.extend(around_the_globe(picture, (from, to), (a, b), &panel));
    }
    let thin = if picture.edges.len() > 3000 { 0.5 } else { 0.9 };
    sheet.canvas.lines(links, Stroke::solid(LINK, thin));
    for (kind, colour, _) in KINDS {
        let of_kind = nodes.iter().map(|index| picture.nodes[*index]).filter(|node| node.kind == kind);
        let centres = of_kind.map(|node| panel.at(node.x, node.y)).collect();
        sheet.canvas.dots(centres, radius(kind, nodes.len()), colour);
    }
    sheet.bottom = panel.bottom + if picture.geographic { TICKS_BELOW + 8.0 } else { 8.0 };
    let thinned = if nodes.len() < picture.nodes.len() {
        format!("{} of {} nodes drawn", fixed(nodes.len() as f64, 0), fixed(picture.nodes.len() as f64, 0))
    } else {
        String::new()
    };
    sheet.finish(&[counts(picture), thinned])
}

/// What the caption counts: the statistics where they say, else what is drawn.
fn counts(picture: &UnderlayPicture) -> String {
    let counted = |name: &str| picture.statistics.get(name).copied().flatten();
    let routers = picture.nodes.iter().filter(|node| node.kind != NodeKind::Host).count();
    let hosts = picture.nodes.len() - routers;
    let figures = [
        ("routers", counted("routers").or((routers > 0).then_some(routers as f64))),
        ("links", counted("links").or((!picture.edges.is_empty()).then_some(picture.edges.len() as f64))),
        ("hosts", counted("hosts").or((hosts > 0).then_some(hosts as f64))),
    ];
    let text = figures.into_iter().filter_map(|(name, count)| {
        let name = if count == Some(1.0) { name.trim_end_matches('s') } else { name };
        Some(format!("{} {name}", fixed(count?, 0)))
    });
    text.collect::<Vec<_>>().join(", ")
}

/// Indices from 0 to `count`, at most `most` of them, evenly spread.
fn evenly(count: usize, most: usize) -> Vec<usize> {
    let drawn = count.min(most);
    (0..drawn).map(|index| index * count / drawn.max(1)).collect()
}

fn radius(kind: NodeKind, count: usize) -> f64 {
    let basis: f64 = if count > 4000 {
        1.3
    } else if count > 600 {
        1.9
    } else {
        3.0
    };
    if kind == NodeKind::Transit { basis * 1.9 } else { basis }
}

/// The frame around all nodes: with degrees for the globe, plain for a plane; both keep proportions.
fn frame(picture: &UnderlayPicture, nodes: &[usize], sheet: &mut Sheet) -> Panel {
    let range = |of: fn(&overlab_schema::PictureNode) -> f64| {
        let values = nodes.iter().map(|index| of(&picture.nodes[*index]));
        values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (x, y) = (range(|node| node.x), range(|node| node.y));
    let (x, y) = if picture.geographic {
        (padded(x, 1.0, Some((-180.0, 180.0))), padded(y, 1.0, Some((-90.0, 90.0))))
    } else {
        (padded(x, 1e-3, None), padded(y, 1e-3, None))
    };
    let labels: Vec<Tick> = if picture.geographic { degrees(y, "N", "S", 5) } else { Vec::new() };
    let room = if picture.geographic { room_for(&labels, false) } else { 0.0 };
    let (wide, high) = (WIDTH - 2.0 * MARGIN - room - 14.0, 560.0f64);
    // A degree of longitude shrinks with latitude: the plate carrée is true at the middle of the picture.
    let squeeze = if picture.geographic { f64::midpoint(y.0, y.1).to_radians().cos().max(0.2) } else { 1.0 };
    let (span_x, span_y) = ((x.1 - x.0) * squeeze, y.1 - y.0);
    let unit = (wide / span_x).min(high / span_y);
    let (wide_used, high_used) = ((span_x * unit).max(160.0), (span_y * unit).max(160.0));
    let left = MARGIN + room + (wide - wide_used) / 2.0;
    let top = sheet.bottom + 4.0;
    let panel = Panel {
        left,
        top,
        right: left + wide_used,
        bottom: top + high_used,
        x: Scale::linear(x.0, x.1),
        y: Scale::linear(y.0, y.1),
    };
    if picture.geographic {
        let across = (wide_used / 85.0).max(2.0) as usize;
        panel.horizontal_axis(&mut sheet.canvas, &degrees(x, "E", "W", across), true, "");
        panel.vertical_axis(&mut sheet.canvas, &labels, "");
    }
    panel.frame(&mut sheet.canvas);
    panel
}

/// A range with some air on both sides, within `bounds`.
fn padded((low, high): (f64, f64), least: f64, bounds: Option<(f64, f64)>) -> (f64, f64) {
    let air = ((high - low) * 0.04).max(least);
    let (lowest, highest) = bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    ((low - air).max(lowest), (high + air).min(highest).max((low - air).max(lowest) + least))
}

/// Ticks on round degrees, with the hemisphere after them.
fn degrees((low, high): (f64, f64), positive: &str, negative: &str, count: usize) -> Vec<Tick> {
    let steps = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 45.0, 60.0];
    let wanted = (high - low) / count.max(1) as f64;
    let step = steps.into_iter().find(|step| *step >= wanted).unwrap_or(60.0);
    let decimals = usize::from(step < 1.0);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last)
        .map(|index| {
            let value = index as f64 * step;
            let hemisphere = match index {
                0 => "",
                1.. => positive,
                _ => negative,
            };
            Tick { value, label: Some(format!("{:.decimals$}°{hemisphere}", value.abs())) }
        })
        .collect()
}

/// A link as it is drawn: one that is shorter across the date line leaves the map at one edge and returns at
/// the other, where the map reaches both.
fn around_the_globe(
    picture: &UnderlayPicture,
    (from, to): (u32, u32),
    (a, b): (Point, Point),
    panel: &Panel,
) -> Vec<Vec<Point>> {
    let (west, east) = (picture.nodes[from as usize].x, picture.nodes[to as usize].x);
    if !picture.geographic || (west - east).abs() <= 180.0 {
        return vec![vec![a, b]];
    }
    let ((a, west), (b, east)) = if west < east { ((a, west), (b, east)) } else { ((b, east), (a, west)) };
    let (left, right) = (west + 180.0, 180.0 - east);
    let middle = a.1 + (b.1 - a.1) * left / (left + right).max(1e-9);
    vec![vec![a, (panel.left, middle)], vec![b, (panel.right, middle)]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_name_their_hemisphere() {
        let labels: Vec<_> =
            degrees((-35.0, 70.0), "N", "S", 4).into_iter().filter_map(|tick| tick.label).collect();
        assert_eq!(labels, ["30°S", "0°", "30°N", "60°N"]);
        assert!(!degrees((51.0, 51.2), "N", "S", 3).is_empty());
    }

    #[test]
    fn the_chosen_are_spread_evenly() {
        assert_eq!(evenly(10, 5), [0, 2, 4, 6, 8]);
        assert_eq!(evenly(3, 5), [0, 1, 2]);
        assert!(evenly(0, 5).is_empty());
    }
}
