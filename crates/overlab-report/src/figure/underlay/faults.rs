//! What fails: dead links and routers, hosts that are cut off, parts and borders, and discs on the globe.

use super::evenly;
use super::ground::{Ground, PALE_LINK, PALE_NODE};
use crate::canvas::{Point, Stroke};
use crate::figure::Figure;
use crate::number::fixed;
use crate::sheet::{Key, Sheet};
use crate::style::{Colour, GREY, PAPER};
use overlab_schema::{PictureFault, UnderlayPicture};
use std::collections::BTreeSet;

/// The colours of faults, and after them those of the parts of partitions: Okabe and Ito's, told apart by the colour-blind.
const COLOURS: [Colour; 7] = [
    Colour(213, 94, 0),
    Colour(0, 114, 178),
    Colour(0, 158, 115),
    Colour(204, 121, 167),
    Colour(230, 159, 0),
    Colour(86, 180, 233),
    Colour(26, 26, 26),
];
/// The most links drawn of one fault: evenly chosen ones.
const MOST_LINES: usize = 2_000;
/// So many faults have an entry in the legend; others are drawn alike.
const NAMED: usize = 6;

/// A map of all that fails in a run; nothing where nothing does.
pub fn underlay_faults(picture: &UnderlayPicture) -> Option<Figure> {
    if picture.down.is_empty() {
        return None;
    }
    let mut sheet = Sheet::new("underlay-faults", "", "What fails in the underlay (first replication)");
    let entries = entries(picture);
    let legend: Vec<(Key, &str)> = entries.iter().map(|(key, label)| (*key, &label[..])).collect();
    sheet.legend(&legend);
    let ground = Ground::new(picture, &mut sheet)?;
    let dead: BTreeSet<u32> = picture.down.iter().flat_map(|fault| &fault.links).copied().collect();
    ground.pale_links(&mut sheet, &dead);
    ground.pale_nodes(&mut sheet);
    let mut parts = 0;
    for (number, fault) in picture.down.iter().enumerate() {
        draw(fault, number, &mut parts, &ground, &mut sheet);
    }
    sheet.bottom = ground.bottom();
    Some(sheet.finish(&caption(picture)))
}

fn colour(number: usize) -> Colour {
    if number < NAMED { COLOURS[number] } else { GREY }
}

fn draw(fault: &PictureFault, number: usize, parts: &mut usize, ground: &Ground<'_>, sheet: &mut Sheet) {
    let colour = colour(number);
    let dot = ground.dot();
    for part in &fault.parts {
        let centres = points(ground, part);
        sheet.canvas.dots(centres, dot * 1.7, part_colour(fault, number, *parts));
        *parts += 1;
    }
    let shown = evenly(fault.links.len(), MOST_LINES).into_iter().map(|at| fault.links[at]);
    let lines: Vec<Vec<Point>> = shown.flat_map(|link| ground.link(link)).collect();
    let width = if lines.len() > 300 { 1.2 } else { 2.4 };
    sheet.canvas.lines(lines, Stroke::solid(colour, width));
    // Dead routers are crosses, hosts that are cut off rings.
    let reach = dot * 1.5 + 1.0;
    let crosses = points(ground, &fault.routers).into_iter().flat_map(|(x, y)| {
        [
            vec![(x - reach, y - reach), (x + reach, y + reach)],
            vec![(x - reach, y + reach), (x + reach, y - reach)],
        ]
    });
    sheet.canvas.lines(crosses.collect(), Stroke::solid(colour, 1.6));
    let rings = points(ground, &fault.cut_off);
    sheet.canvas.dots(rings.clone(), dot * 1.2 + 1.8, colour);
    sheet.canvas.dots(rings, dot * 1.2 + 0.6, PAPER);
    if let Some(disc) = &fault.disc {
        sheet.canvas.lines(ground.disc(disc), Stroke { colour, width: 1.6, dash: &[6.0, 3.0] });
    }
}

fn points(ground: &Ground<'_>, nodes: &[u32]) -> Vec<Point> {
    nodes.iter().filter_map(|node| ground.node(*node)).collect()
}

/// Parts of a partition have colours of their own, what is inside a border that of the border.
fn part_colour(fault: &PictureFault, number: usize, part: usize) -> Colour {
    if fault.parts.len() > 1 {
        COLOURS[part % COLOURS.len()].lighter(0.25)
    } else {
        colour(number).lighter(0.25)
    }
}

/// The legend: one entry a fault, as it is drawn.
fn entries(picture: &UnderlayPicture) -> Vec<(Key, String)> {
    let mut entries = Vec::new();
    let mut parts = 0;
    for (number, fault) in picture.down.iter().enumerate().take(NAMED) {
        let key = if fault.links.is_empty() {
            Key::Dot(colour(number), 4.0)
        } else {
            Key::Line(colour(number), 2.4)
        };
        if fault.parts.len() > 1 {
            for (part, nodes) in fault.parts.iter().enumerate() {
                let key = Key::Dot(part_colour(fault, number, parts), 4.0);
                parts += 1;
                if !nodes.is_empty() {
                    entries.push((key, format!("{}, part {}", when(fault), part + 1)));
                }
            }
        } else {
            parts += fault.parts.len();
            entries.push((key, when(fault)));
        }
    }
    if picture.down.len() > NAMED {
        entries.push((Key::Line(GREY, 2.4), format!("{} more", picture.down.len() - NAMED)));
    }
    entries.push((Key::Dot(PALE_NODE, 3.0), "not concerned".to_owned()));
    if !picture.edges.is_empty() {
        entries.push((Key::Line(PALE_LINK, 1.5), "link".to_owned()));
    }
    entries
}

/// A fault's name and time.
fn when(fault: &PictureFault) -> String {
    let from = time(fault.from_s);
    match fault.to_s {
        Some(to) => format!("{} ({from} to {})", fault.name, time(to)),
        None => format!("{} (from {from})", fault.name),
    }
}

/// Seconds in the unit that a person would take.
fn time(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{} s", fixed(seconds, 0)),
        120.0..7200.0 => format!("{} min", fixed(seconds / 60.0, 0)),
        _ => format!("{} h", fixed(seconds / 3600.0, 1)),
    }
}

fn caption(picture: &UnderlayPicture) -> Vec<String> {
    let count = |of: fn(&PictureFault) -> usize, one: &str, more: &str| {
        let sum: usize = picture.down.iter().map(of).sum();
        (sum > 0).then(|| format!("{} {}", fixed(sum as f64, 0), if sum == 1 { one } else { more }))
    };
    let counts = [
        count(|fault| fault.links.len(), "dead link", "dead links"),
        count(|fault| fault.routers.len(), "dead router (cross)", "dead routers (crosses)"),
        count(
            |fault| fault.cut_off.len(),
            "place with hosts cut off (ring)",
            "places with hosts cut off (rings)",
        ),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let borders = picture.down.iter().any(|fault| fault.parts.len() == 1);
    vec![
        "times count from the start of the measured period".to_owned(),
        counts.join(", "),
        if borders { "dots in a border's colour are the places inside it".to_owned() } else { String::new() },
    ]
}
