//! The underlay: nodes by kind and links, on a map where it has a place on the globe.

mod faults;
mod globe;
mod ground;
mod load;

pub use faults::underlay_faults;
pub use load::underlay_load;

use super::Figure;
use crate::canvas::{Point, Stroke};
use crate::number::fixed;
use crate::panel::Panel;
use crate::scale::{Scale, Tick};
use crate::sheet::{Key, Sheet};
use crate::style::{Colour, MARGIN, WIDTH};
use crate::world::Place;
pub(super) use globe::Globe;
use overlab_schema::{NodeKind, PictureNode, UnderlayPicture};
use std::collections::BTreeMap;

/// More nodes or links than this only blacken the paper: evenly chosen ones are drawn.
const MOST_NODES: usize = 20_000;
const MOST_LINKS: usize = 60_000;
/// More nodes or links than this on a map are drawn by place.
const CROWD: usize = 1_500;
/// The most lines on a map.
const MOST_ARCS: usize = 5_000;
/// A square of a map: column and row.
type Cell = (i32, i32);
/// Links between the same two cells: whether one is of the core, how many they are, and where one of them ends.
type Bundle = (bool, u32, [Place; 2]);
/// Links between routers that carry the traffic of others.
const CORE: Colour = Colour(105, 118, 134);
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

    let notes = if picture.geographic {
        on_the_globe(picture, &nodes, &mut sheet)
    } else {
        on_a_plane(picture, &nodes, &mut sheet);
        Vec::new()
    };
    let thinned = if nodes.len() < picture.nodes.len() {
        format!("{} of {} nodes drawn", fixed(nodes.len() as f64, 0), fixed(picture.nodes.len() as f64, 0))
    } else {
        String::new()
    };
    let mut caption = vec![counts(picture), thinned];
    caption.extend(notes);
    sheet.finish(&caption)
}

fn on_a_plane(picture: &UnderlayPicture, nodes: &[usize], sheet: &mut Sheet) {
    let panel = frame(picture, nodes, sheet);
    let at = |index: u32| {
        let node = picture.nodes.get(index as usize)?;
        (node.x.is_finite() && node.y.is_finite()).then(|| panel.at(node.x, node.y))
    };
    let links = evenly(picture.edges.len(), MOST_LINKS).into_iter().filter_map(|index| {
        let (from, to) = picture.edges[index];
        Some(vec![at(from)?, at(to)?])
    });
    let thin = if picture.edges.len() > 3000 { 0.5 } else { 0.9 };
    let links = links.collect();
    sheet.canvas.lines(links, Stroke::solid(LINK, thin));
    for (kind, colour, _) in KINDS {
        let of_kind = nodes.iter().map(|index| picture.nodes[*index]).filter(|node| node.kind == kind);
        let centres = of_kind.map(|node| panel.at(node.x, node.y)).collect();
        sheet.canvas.dots(centres, radius(kind, nodes.len()), colour);
    }
    sheet.bottom = panel.bottom + 8.0;
}

/// Draws on a map; what would lie on top of each other becomes one dot or line, and the caption says so.
fn on_the_globe(picture: &UnderlayPicture, nodes: &[usize], sheet: &mut Sheet) -> Vec<String> {
    let places: Vec<Place> = nodes.iter().map(|&index| place(&picture.nodes[index])).collect();
    let globe = Globe::new(&places, sheet.bottom + 4.0);
    globe.draw(&mut sheet.canvas);
    let mut notes = draw_links(picture, &globe, sheet);
    let mut dots: BTreeMap<NodeKind, BTreeMap<Cell, (Point, u32)>> = BTreeMap::new();
    let size = if nodes.len() > CROWD { 3.0 } else { 0.01 };
    for (&index, &place) in nodes.iter().zip(&places) {
        let Some(point) = globe.at(place) else { continue };
        let cells = dots.entry(picture.nodes[index].kind).or_default();
        cells.entry(Globe::cell(point, size)).or_insert((point, 0)).1 += 1;
    }
    let drawn: usize = dots.values().map(BTreeMap::len).sum();
    let widest = if nodes.len() > MOST_NODES {
        0.9
    } else if globe.width() < 300.0 {
        2.0
    } else {
        3.0
    };
    let small = radius(NodeKind::Stub, drawn).min(widest);
    for (kind, colour, _) in KINDS {
        let Some(cells) = dots.get(&kind) else { continue };
        let basis = if kind == NodeKind::Transit { small * 1.35 } else { small };
        // A dot's area grows with the logarithm of what it stands for.
        for class in 0..5_u32 {
            let of_class = cells.values().filter(|(_, count)| count.ilog(4).min(4) == class);
            let centres = of_class.map(|(point, _)| *point).collect();
            sheet.canvas.dots(centres, basis * (1.0 + 0.45 * f64::from(class)).sqrt(), colour);
        }
    }
    if drawn < nodes.len() {
        notes.push("larger dots stand for more nodes at one place".to_owned());
    }
    sheet.bottom = globe.bottom();
    notes
}

fn place(node: &PictureNode) -> Place {
    (node.x, node.y.clamp(-90.0, 90.0))
}

/// Draws links along great circles: those between networks that carry others' traffic last, so that they lie on top.
fn draw_links(picture: &UnderlayPicture, globe: &Globe, sheet: &mut Sheet) -> Vec<String> {
    let node = |index: u32| {
        let node = picture.nodes.get(index as usize)?;
        Some((node, globe.at(place(node)).filter(|_| node.x.is_finite() && node.y.is_finite())?))
    };
    // Links between the same two places are one line; its weight is how many they are.
    let mut lines: BTreeMap<[Cell; 2], Bundle> = BTreeMap::new();
    let size = if picture.edges.len() > CROWD { 3.0 } else { 0.01 };
    for &(from, to) in &picture.edges {
        let (Some((a, at_a)), Some((b, at_b))) = (node(from), node(to)) else { continue };
        let (mut cells, mut ends) =
            ([Globe::cell(at_a, size), Globe::cell(at_b, size)], [place(a), place(b)]);
        if cells[0] > cells[1] {
            cells.swap(0, 1);
            ends.swap(0, 1);
        }
        let core = a.kind == NodeKind::Transit && b.kind == NodeKind::Transit;
        let line = lines.entry(cells).or_insert((false, 0, ends));
        line.0 |= core;
        line.1 += 1;
    }
    let all = lines.len();
    let mut lines: Vec<_> = lines.into_values().collect();
    // The heaviest first, those of the core before others; the order of places settles ties.
    lines.sort_by_key(|line| std::cmp::Reverse((line.0, line.1)));
    lines.truncate(MOST_ARCS);
    let thin = if lines.len() > 1500 { 0.45 } else { 0.9 };
    let some_core = lines.iter().any(|line| line.0);
    for core in [false, true] {
        let arcs = lines.iter().filter(|line| line.0 == core);
        let arcs = arcs.flat_map(|line| globe.link(line.2[0], line.2[1])).collect();
        let colour = if core && some_core { CORE } else { LINK };
        sheet.canvas.lines(arcs, Stroke::solid(colour, thin));
    }
    if all > MOST_ARCS {
        let (drawn, all) = (fixed(MOST_ARCS as f64, 0), fixed(all as f64, 0));
        return vec![format!(
            "drawn are the {drawn} of {all} connections between places with the most links, those between transit routers first"
        )];
    }
    Vec::new()
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

/// The frame around all nodes of a plane, which keeps proportions.
fn frame(picture: &UnderlayPicture, nodes: &[usize], sheet: &mut Sheet) -> Panel {
    let range = |of: fn(&overlab_schema::PictureNode) -> f64| {
        let values = nodes.iter().map(|index| of(&picture.nodes[*index]));
        values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (x, y) = (range(|node| node.x), range(|node| node.y));
    let (x, y) = (padded(x), padded(y));
    let (wide, high) = (WIDTH - 2.0 * MARGIN - 14.0, 560.0f64);
    let (span_x, span_y) = (x.1 - x.0, y.1 - y.0);
    let unit = (wide / span_x).min(high / span_y);
    let (wide_used, high_used) = ((span_x * unit).max(160.0), (span_y * unit).max(160.0));
    let left = MARGIN + (wide - wide_used) / 2.0;
    let top = sheet.bottom + 4.0;
    let panel = Panel {
        left,
        top,
        right: left + wide_used,
        bottom: top + high_used,
        x: Scale::linear(x.0, x.1),
        y: Scale::linear(y.0, y.1),
    };
    panel.frame(&mut sheet.canvas);
    panel
}

/// A range with some air on both sides.
fn padded((low, high): (f64, f64)) -> (f64, f64) {
    let air = ((high - low) * 0.04).max(1e-3);
    (low - air, high + air)
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
                // The date line is neither east nor west.
                _ if value.abs() == 180.0 => "",
                1.. => positive,
                _ => negative,
            };
            Tick { value, label: Some(format!("{:.decimals$}°{hemisphere}", value.abs())) }
        })
        .collect()
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
