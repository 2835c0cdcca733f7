//! What lies under the sampled peers: a map of the Earth, or the plane of the underlay's picture.

use crate::canvas::{Canvas, Point, Stroke};
use crate::figure::underlay::Globe;
use crate::panel::Panel;
use crate::results::Results;
use crate::scale::Scale;
use crate::style::{Colour, MARGIN, WIDTH};
use crate::world::Place;

/// More links than this would hide the peers.
const MOST_LINKS: usize = 1_500;
const LINK: Colour = Colour(205, 211, 218);
/// The height of a plane that is as high as wide.
const HEIGHT: f64 = 520.0;

/// A drawn ground and where places lie on it.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) canvas: Canvas,
    /// The first free height under it.
    pub(crate) bottom: f64,
    map: Map,
}

#[derive(Debug)]
enum Map {
    Globe(Globe),
    Plane(Panel),
}

impl Ground {
    /// Where a recorded place is drawn; nothing where it is not on the map.
    pub(crate) fn at(&self, (x, y): (f64, f64)) -> Option<Point> {
        if !x.is_finite() || !y.is_finite() {
            return None;
        }
        match &self.map {
            Map::Globe(globe) => globe.at((x, y.clamp(-90.0, 90.0))),
            Map::Plane(panel) => Some(panel.at(x, y)),
        }
    }
}

/// The ground of the recorded runs with its upper edge at `top`; nothing where no sampled peer has a place.
pub(crate) fn ground(results: &Results, top: f64) -> Option<Ground> {
    let runs = || results.replay.points.iter().map(|point| &point.run);
    let geographic = runs().next()?.geographic;
    let places: Vec<Place> = runs()
        .filter(|run| run.geographic == geographic)
        .flat_map(|run| {
            let answers = run.lookups.iter().filter_map(|lookup| lookup.answer.as_ref()?.place);
            run.peers.iter().filter_map(|peer| peer.place).chain(answers)
        })
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .map(|(x, y)| if geographic { (x, y.clamp(-90.0, 90.0)) } else { (x, y) })
        .collect();
    if places.is_empty() {
        return None;
    }
    let mut canvas = Canvas::default();
    if geographic {
        let globe = Globe::new(&places, top);
        globe.draw(&mut canvas);
        return Some(Ground { canvas, bottom: globe.bottom(), map: Map::Globe(globe) });
    }
    let reach = |of: fn(&Place) -> f64| {
        let values = || places.iter().map(of);
        (values().fold(0.0, f64::min), values().fold(0.2, f64::max))
    };
    let (x, y) = (reach(|place| place.0), reach(|place| place.1));
    let air = 0.03;
    let (x, y) = ((x.0 - air, x.1 + air), (y.0 - air, y.1 + air));
    let unit = (HEIGHT / (y.1 - y.0)).min((WIDTH - 2.0 * MARGIN) / (x.1 - x.0));
    let (wide, high) = ((x.1 - x.0) * unit, (y.1 - y.0) * unit);
    let left = (WIDTH - wide) / 2.0;
    let panel = Panel {
        left,
        top,
        right: left + wide,
        bottom: top + high,
        x: Scale::linear(x.0, x.1),
        y: Scale::linear(y.0, y.1),
    };
    let picture = &results.underlay;
    if !picture.geographic {
        let at = |index: u32| {
            let node = picture.nodes.get(index as usize)?;
            (node.x.is_finite() && node.y.is_finite()).then(|| panel.at(node.x, node.y))
        };
        let drawn = picture.edges.len().min(MOST_LINKS);
        let links = (0..drawn).map(|index| picture.edges[index * picture.edges.len() / drawn.max(1)]);
        let links = links.filter_map(|(from, to)| Some(vec![at(from)?, at(to)?])).collect();
        canvas.lines(links, Stroke::solid(LINK, 0.7));
    }
    panel.frame(&mut canvas);
    Some(Ground { canvas, bottom: panel.bottom + 10.0, map: Map::Plane(panel) })
}
