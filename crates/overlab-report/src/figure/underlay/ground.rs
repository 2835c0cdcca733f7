//! What maps of load and of faults lie on: the network in pale colours, and where its nodes and links are on the page.

use super::{Globe, MOST_ARCS, MOST_LINKS, MOST_NODES, evenly, frame, place};
use crate::canvas::{Point, Stroke};
use crate::panel::Panel;
use crate::sheet::Sheet;
use crate::style::Colour;
use crate::world::Place;
use overlab_schema::{PictureDisc, UnderlayPicture};
use std::collections::BTreeSet;

/// Links of which nothing is said.
pub(super) const PALE_LINK: Colour = Colour(208, 212, 217);
/// Nodes of which nothing is said.
pub(super) const PALE_NODE: Colour = Colour(160, 166, 173);
/// The mean radius of the Earth.
const EARTH_KM: f64 = 6371.0;

/// A map or a plane with places on the page.
pub(super) struct Ground<'a> {
    picture: &'a UnderlayPicture,
    lies: Lies,
}

enum Lies {
    OnGlobe(Globe),
    OnPlane(Panel),
}

impl<'a> Ground<'a> {
    /// Draws land or a frame; nothing where no node has a place.
    pub(super) fn new(picture: &'a UnderlayPicture, sheet: &mut Sheet) -> Option<Self> {
        let finite =
            |index: &usize| picture.nodes[*index].x.is_finite() && picture.nodes[*index].y.is_finite();
        let nodes: Vec<usize> = (0..picture.nodes.len()).filter(finite).collect();
        if nodes.is_empty() {
            return None;
        }
        let lies = if picture.geographic {
            let places: Vec<Place> = nodes.iter().map(|&index| place(&picture.nodes[index])).collect();
            let globe = Globe::new(&places, sheet.bottom + 4.0);
            globe.draw(&mut sheet.canvas);
            Lies::OnGlobe(globe)
        } else {
            Lies::OnPlane(frame(picture, &nodes, sheet))
        };
        Some(Self { picture, lies })
    }

    /// The first free height below.
    pub(super) fn bottom(&self) -> f64 {
        match &self.lies {
            Lies::OnGlobe(globe) => globe.bottom(),
            Lies::OnPlane(panel) => panel.bottom + 8.0,
        }
    }

    /// Where a node is on the page.
    pub(super) fn node(&self, index: u32) -> Option<Point> {
        let node = self.picture.nodes.get(index as usize)?;
        if !(node.x.is_finite() && node.y.is_finite()) {
            return None;
        }
        match &self.lies {
            Lies::OnGlobe(globe) => globe.at(place(node)),
            Lies::OnPlane(panel) => Some(panel.at(node.x, node.y)),
        }
    }

    /// A link's line on the page, in several parts where it leaves the map at one side and returns at the other.
    pub(super) fn link(&self, index: u32) -> Vec<Vec<Point>> {
        let Some(&(from, to)) = self.picture.edges.get(index as usize) else { return Vec::new() };
        let (Some(a), Some(b)) = (self.node(from), self.node(to)) else { return Vec::new() };
        match &self.lies {
            Lies::OnGlobe(globe) => {
                globe.link(place(&self.picture.nodes[from as usize]), place(&self.picture.nodes[to as usize]))
            }
            Lies::OnPlane(_) => vec![vec![a, b]],
        }
    }

    /// The edge of a disc on the globe; nothing on a plane.
    pub(super) fn disc(&self, disc: &PictureDisc) -> Vec<Vec<Point>> {
        match &self.lies {
            Lies::OnGlobe(globe) => globe.curve(&ring(disc)),
            Lies::OnPlane(_) => Vec::new(),
        }
    }

    /// Links that are not among `others`, in a pale colour: evenly chosen ones where they are too many.
    pub(super) fn pale_links(&self, sheet: &mut Sheet, others: &BTreeSet<u32>) {
        let most = if self.picture.geographic { MOST_ARCS / 2 } else { MOST_LINKS / 2 };
        let pale: Vec<u32> =
            (0..self.picture.edges.len() as u32).filter(|link| !others.contains(link)).collect();
        let lines = evenly(pale.len(), most).into_iter().flat_map(|at| self.link(pale[at])).collect();
        sheet.canvas.lines(lines, Stroke::solid(PALE_LINK, 0.5));
    }

    /// All nodes as small dots in a pale colour.
    pub(super) fn pale_nodes(&self, sheet: &mut Sheet) {
        let shown = evenly(self.picture.nodes.len(), MOST_NODES);
        let centres = shown.into_iter().filter_map(|index| self.node(index as u32)).collect();
        sheet.canvas.dots(centres, self.dot(), PALE_NODE);
    }

    /// The radius of a node's dot.
    pub(super) fn dot(&self) -> f64 {
        match self.picture.nodes.len() {
            0..=300 => 2.4,
            301..=3_000 => 1.5,
            _ => 0.9,
        }
    }
}

/// Points around a disc, by the formula of the great circle from its centre into all directions.
fn ring(disc: &PictureDisc) -> Vec<Place> {
    let (latitude, longitude) = (disc.latitude.to_radians(), disc.longitude.to_radians());
    let angle = disc.radius_km / EARTH_KM;
    let place = |step: u32| {
        let bearing = f64::from(step).to_radians() * 3.0;
        let sine = latitude.sin() * angle.cos() + latitude.cos() * angle.sin() * bearing.cos();
        let there = sine.clamp(-1.0, 1.0).asin();
        let east =
            (bearing.sin() * angle.sin() * latitude.cos()).atan2(angle.cos() - latitude.sin() * there.sin());
        ((longitude + east).to_degrees(), there.to_degrees())
    };
    (0..=120).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_of_a_quarter_of_the_earth_is_a_great_circle() {
        let quarter = std::f64::consts::FRAC_PI_2 * EARTH_KM;
        let equator = ring(&PictureDisc { longitude: 10.0, latitude: 90.0, radius_km: quarter });
        assert!(equator.iter().all(|(_, latitude)| latitude.abs() < 1e-9));
        // A tenth of a radian to the north and to the east of a place on the equator.
        let small = ring(&PictureDisc { longitude: 10.0, latitude: 0.0, radius_km: EARTH_KM * 0.1 });
        let degrees = 0.1f64.to_degrees();
        assert!((small[0].1 - degrees).abs() < 1e-9 && (small[30].0 - 10.0 - degrees).abs() < 1e-9);
    }
}
