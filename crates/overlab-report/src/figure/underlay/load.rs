//! How full the links between routers are, by colour.

use super::ground::{Ground, PALE_LINK};
use crate::canvas::Stroke;
use crate::figure::Figure;
use crate::number::fixed;
use crate::sheet::{Key, Sheet};
use crate::style::Colour;
use overlab_schema::{PictureLoad, UnderlayPicture};
use std::collections::BTreeSet;

/// Up to which share of the capacity a colour stands, the colour, and how wide its lines are: from pale to dark in steps that
/// stay apart without colour too.
const CLASSES: [(f64, Colour, f64, &str); 5] = [
    (0.25, Colour(150, 190, 220), 0.7, "below 25 %"),
    (0.50, Colour(86, 150, 200), 1.1, "25 to 50 %"),
    (0.75, Colour(246, 178, 60), 1.7, "50 to 75 %"),
    (0.90, Colour(225, 92, 30), 2.4, "75 to 90 %"),
    (f64::INFINITY, Colour(150, 10, 40), 3.2, "90 % and more"),
];
/// The most lines in colour: the fullest links.
const MOST_LINES: usize = 3_000;

/// A map of the load of links for every overlay, or for the background alone.
pub fn underlay_load(picture: &UnderlayPicture) -> Vec<Figure> {
    let numbered = picture.load.iter().zip(1..);
    numbered.filter_map(|(load, number)| one(picture, load, number)).collect()
}

fn one(picture: &UnderlayPicture, load: &PictureLoad, number: usize) -> Option<Figure> {
    let mut links: Vec<(u32, f64)> = load
        .links
        .iter()
        .copied()
        .filter(|(link, used)| (*link as usize) < picture.edges.len() && used.is_finite())
        .collect();
    if links.is_empty() {
        return None;
    }
    let name = if number == 1 { "underlay-load".to_owned() } else { format!("underlay-load-{number}") };
    let whose = if load.overlay.is_empty() {
        "the background alone".to_owned()
    } else {
        format!("{} and the background", load.overlay)
    };
    let heading = format!("Load of links between routers: {whose} (first replication)");
    let mut sheet = Sheet::new(&name, "", &heading);
    let of = |used: f64| CLASSES.iter().position(|class| used < class.0).unwrap_or(CLASSES.len() - 1);
    let mut counts = [0usize; CLASSES.len()];
    links.iter().for_each(|link| counts[of(link.1)] += 1);
    let limited: BTreeSet<u32> = links.iter().map(|link| link.0).collect();
    let labels: Vec<String> = CLASSES
        .iter()
        .zip(counts)
        .map(|(class, count)| format!("{}: {}", class.3, fixed(count as f64, 0)))
        .collect();
    let mut legend: Vec<(Key, &str)> = CLASSES
        .iter()
        .zip(&labels)
        .map(|(class, label)| (Key::Line(class.1, class.2.max(1.5)), &label[..]))
        .collect();
    if limited.len() < picture.edges.len() {
        legend.push((Key::Line(PALE_LINK, 1.5), "no capacity"));
    }
    sheet.legend(&legend);
    let ground = Ground::new(picture, &mut sheet)?;
    ground.pale_links(&mut sheet, &limited);
    ground.pale_nodes(&mut sheet);
    // The fullest lie on top; where they are too many for a picture, the emptiest are left out.
    links.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let left_out = links.len().saturating_sub(MOST_LINES);
    for together in links[left_out..].chunk_by(|a, b| of(a.1) == of(b.1)) {
        let (_, colour, width, _) = CLASSES[of(together[0].1)];
        let lines = together.iter().flat_map(|link| ground.link(link.0)).collect();
        sheet.canvas.lines(lines, Stroke::solid(colour, width));
    }
    sheet.bottom = ground.bottom();
    let mean = links.iter().map(|link| link.1).sum::<f64>() / links.len() as f64;
    let fullest = links.last().map_or(0.0, |link| link.1);
    let mut caption = vec![
        "share of a link's capacity that was used, of its fuller direction: the mean over the measured period, n = 1".to_owned(),
        format!(
            "{} with a capacity, {} % used on average, the fullest {} %",
            if links.len() == 1 { "1 link".to_owned() } else { format!("{} links", fixed(links.len() as f64, 0)) },
            fixed(mean * 100.0, 1),
            fixed(fullest * 100.0, 1)
        ),
    ];
    if left_out > 0 {
        caption.push(format!("the {} emptiest links are not drawn", fixed(left_out as f64, 0)));
    }
    Some(sheet.finish(&caption))
}
