//! The map under an underlay with places on Earth: land, borders, degrees, and where a place or a link is drawn on it.

use super::{Cell, degrees};
use crate::canvas::{Anchor, Canvas, Point, Stroke};
use crate::font;
use crate::panel::{TICKS_BELOW, label_at};
use crate::scale::Tick;
use crate::style::{Colour, GREY, GRID, MARGIN, PAPER, TICK, WIDTH};
use crate::world::clip::Rectangle;
use crate::world::{Outline, Part, Place, Projection, great_circle};

const LAND: Colour = Colour(236, 233, 226);
const BORDER: Colour = Colour(205, 200, 190);
/// The room at the left for latitudes.
const LABELS: f64 = 48.0;
/// The most a map is high.
const HIGH: f64 = 600.0;
/// A wider stretch of longitudes or latitudes is drawn on a map of the world.
const REGION: f64 = 100.0;
/// The longitude in the middle of a map of the world: its cut runs through the Bering Strait.
const MIDDLE: f64 = 11.0;

/// A map: where it lies on the page, and what of the Earth it shows.
#[derive(Debug)]
pub(in crate::figure) struct Globe {
    projection: Projection,
    /// Longitudes (not wrapped) and latitudes that may be drawn.
    window: Rectangle,
    /// What of the projection's plane is shown.
    paper: Rectangle,
    /// User units a radius of the Earth.
    unit: f64,
    left: f64,
    top: f64,
}

impl Globe {
    /// A map of all `places`: of their region, or of the world where they are far apart. `top` is its upper edge.
    pub(in crate::figure) fn new(places: &[Place], top: f64) -> Self {
        let latitudes = range(places.iter().map(|place| place.1));
        let (west, span) = stretch(places);
        let middle = (west + span / 2.0, f64::midpoint(latitudes.0, latitudes.1));
        let region = span <= REGION && latitudes.1 - latitudes.0 <= 70.0 && middle.1.abs() < 75.0;
        let (projection, window, paper);
        if region {
            projection = Projection::Azimuthal(middle);
            window = Rectangle { low: (middle.0 - 100.0, -90.0), high: (middle.0 + 100.0, 90.0) };
            let near = |longitude: f64| middle.0 + wrapped(longitude - middle.0);
            let points: Vec<Point> =
                places.iter().map(|place| projection.at((near(place.0), place.1))).collect();
            let (x, y) =
                (range(points.iter().map(|point| point.0)), range(points.iter().map(|point| point.1)));
            let air = ((x.1 - x.0).max(y.1 - y.0) * 0.06).max(0.012);
            // No strip so flat or narrow that no land is known again.
            let half = |(low, high): (f64, f64), other: (f64, f64)| {
                ((high - low) / 2.0 + air).max(((other.1 - other.0) / 2.0 + air) * 0.5)
            };
            let (half_x, half_y) = (half(x, y), half(y, x));
            let (x, y) = (f64::midpoint(x.0, x.1), f64::midpoint(y.0, y.1));
            paper = Rectangle { low: (x - half_x, y - half_y), high: (x + half_x, y + half_y) };
        } else {
            projection = Projection::EqualEarth(MIDDLE);
            let (south, north) =
                ((latitudes.0 - 3.0).clamp(-90.0, -57.0), (latitudes.1 + 3.0).clamp(80.0, 90.0));
            window = Rectangle { low: (MIDDLE - 180.0, south), high: (MIDDLE + 180.0, north) };
            let right = projection.at((MIDDLE + 180.0, 0.0)).0;
            let (low, high) = (projection.at((MIDDLE, south)).1, projection.at((MIDDLE, north)).1);
            paper = Rectangle { low: (-right, low), high: (right, high) };
        }
        let (wide, high) = (paper.high.0 - paper.low.0, paper.high.1 - paper.low.1);
        let room = WIDTH - 2.0 * MARGIN - LABELS - 6.0;
        let unit = (room / wide).min(HIGH / high);
        let left = MARGIN + LABELS + (room - wide * unit) / 2.0;
        Self { projection, window, paper, unit, left, top }
    }

    fn right(&self) -> f64 {
        self.left + (self.paper.high.0 - self.paper.low.0) * self.unit
    }

    fn lower(&self) -> f64 {
        self.top + (self.paper.high.1 - self.paper.low.1) * self.unit
    }

    /// The first free height under the map and its degrees.
    pub(in crate::figure) fn bottom(&self) -> f64 {
        self.lower() + TICKS_BELOW + 8.0
    }

    fn on_page(&self, (x, y): Point) -> Point {
        (self.left + (x - self.paper.low.0) * self.unit, self.lower() - (y - self.paper.low.1) * self.unit)
    }

    /// Where a place is drawn; nothing where it is not on the map.
    pub(in crate::figure) fn at(&self, (longitude, latitude): Place) -> Option<Point> {
        let near = self.projection.middle() + wrapped(longitude - self.projection.middle());
        let point = self.projection.at((near, latitude));
        // The outermost places lie on the edge but for the last bit.
        let near = Rectangle {
            low: (self.paper.low.0 - 1e-9, self.paper.low.1 - 1e-9),
            high: (self.paper.high.0 + 1e-9, self.paper.high.1 + 1e-9),
        };
        near.holds(point).then(|| self.on_page(point))
    }

    /// A link along the great circle: in two parts where it leaves the map at one side and returns at the other.
    pub(super) fn link(&self, from: Place, to: Place) -> Vec<Vec<Point>> {
        self.trace(&great_circle(from, to))
    }

    /// A line through places that are near each other.
    pub(super) fn curve(&self, places: &[Place]) -> Vec<Vec<Point>> {
        self.trace(places)
    }

    fn trace(&self, places: &[Place]) -> Vec<Vec<Point>> {
        let Some(&(first, _)) = places.first() else { return Vec::new() };
        let mut longitude = self.projection.middle() + wrapped(first - self.projection.middle());
        let unwrapped = places.iter().map(|place| {
            longitude += wrapped(place.0 - longitude);
            (longitude, place.1)
        });
        let unwrapped: Vec<Place> = unwrapped.collect();
        let mut drawn = Vec::new();
        for shift in [-360.0, 0.0, 360.0] {
            let shifted: Vec<Place> = unwrapped.iter().map(|place| (place.0 + shift, place.1)).collect();
            for part in self.window.line(&shifted) {
                let plane: Vec<Point> = part.into_iter().map(|place| self.projection.at(place)).collect();
                let parts = self.paper.line(&plane).into_iter();
                drawn.extend(parts.map(|part| part.into_iter().map(|point| self.on_page(point)).collect()));
            }
        }
        drawn
    }

    /// Draws land, borders and degrees.
    pub(in crate::figure) fn draw(&self, canvas: &mut Canvas) {
        let outline = Outline::of_the_world();
        let mut borders = Vec::new();
        for (part, places) in outline.parts() {
            match part {
                Part::Land => self.area(canvas, places, LAND),
                Part::Water => self.area(canvas, places, PAPER),
                Part::Border => borders.extend(self.trace(places)),
            }
        }
        canvas.lines(borders, Stroke::solid(BORDER, 0.7));
        self.graticule(canvas);
        let ring = match self.projection {
            Projection::EqualEarth(_) => {
                let Rectangle { low, high } = self.window;
                dense(&[low, (high.0, low.1), high, (low.0, high.1)])
                    .into_iter()
                    .map(|place| self.projection.at(place))
                    .collect()
            }
            Projection::Azimuthal(_) => {
                let Rectangle { low, high } = self.paper;
                vec![low, (high.0, low.1), high, (low.0, high.1)]
            }
        };
        let mut ring: Vec<Point> = ring.into_iter().map(|point| self.on_page(point)).collect();
        ring.extend(ring.first().copied());
        canvas.line(ring, Stroke::solid(GREY, 1.0));
    }

    fn area(&self, canvas: &mut Canvas, ring: &[Place], colour: Colour) {
        let ring = unwrapped(ring);
        for shift in [-360.0, 0.0, 360.0] {
            let shifted: Vec<Place> = ring.iter().map(|place| (place.0 + shift, place.1)).collect();
            let seen = dense(&self.window.ring(&shifted));
            let plane: Vec<Point> = seen.into_iter().map(|place| self.projection.at(place)).collect();
            let shown = self.paper.ring(&plane).into_iter().map(|point| self.on_page(point)).collect();
            canvas.area(shown, colour, 1.0);
        }
    }

    fn graticule(&self, canvas: &mut Canvas) {
        let world = matches!(self.projection, Projection::EqualEarth(_));
        // About so many degrees a map is wide and high.
        let degrees_wide = |radii: f64| radii.to_degrees();
        let (wide, high) = (self.paper.high.0 - self.paper.low.0, self.paper.high.1 - self.paper.low.1);
        let squeeze = match self.projection {
            Projection::Azimuthal((_, latitude)) => latitude.to_radians().cos().max(0.2),
            Projection::EqualEarth(_) => 1.0,
        };
        let counts = if world { (12, 6) } else { (7, 6) };
        let step_x = degrees_wide(wide) / squeeze;
        let meridians = if world {
            // Every second one is named: names of all would touch at the narrow foot of the map.
            let named = |tick: Tick| Tick { label: tick.label.filter(|_| tick.value % 60.0 == 0.0), ..tick };
            degrees((-180.0, 179.0), "E", "W", counts.0).into_iter().map(named).collect()
        } else {
            let half = (step_x * 0.9).min(90.0);
            let middle = self.projection.middle();
            wrapped_labels(degrees(
                (middle - half, middle + half),
                "E",
                "W",
                (counts.0 as f64 * 1.8) as usize,
            ))
        };
        let parallels = match self.projection {
            Projection::EqualEarth(_) => degrees((self.window.low.1, self.window.high.1), "N", "S", 5),
            Projection::Azimuthal((_, latitude)) => {
                let half = degrees_wide(high) * 0.9;
                let ends = ((latitude - half).max(-89.0), (latitude + half).min(89.0));
                degrees(ends, "N", "S", (counts.1 as f64 * 1.8) as usize)
            }
        };
        let mut lines = Vec::new();
        let mut marks: Vec<(Point, &str)> = Vec::new();
        for tick in &meridians {
            let ends = if world { (self.window.low.1, self.window.high.1) } else { (-89.0, 89.0) };
            let parts = self.trace(&dense_line((tick.value, ends.0), (tick.value, ends.1)));
            let on_edge = |point: &&Point| (point.1 - self.lower()).abs() < 0.5;
            let mark = parts.iter().flatten().find(on_edge).copied();
            marks.extend(mark.zip(tick.label.as_deref()));
            lines.extend(parts);
        }
        marks.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
        let mut free = f64::NEG_INFINITY;
        for ((x, _), label) in marks {
            let half = font::width(label, TICK, false) / 2.0;
            if x - half >= free && x + half <= WIDTH - 4.0 {
                free = x + half + 10.0;
                label_at(canvas, (x, self.lower() + TICK + 5.0), label, TICK, Anchor::Middle);
            }
        }
        for tick in &parallels {
            let (low, high) = (self.window.low.0, self.window.high.0);
            let parts = self.trace(&dense_line((low, tick.value), (high - 1e-6, tick.value)));
            let leftmost = parts.iter().flatten().copied().min_by(|a, b| a.0.total_cmp(&b.0));
            let shown = leftmost.filter(|point| world || point.0 - self.left < 0.5);
            if let (Some((x, y)), Some(label)) = (shown, &tick.label) {
                label_at(canvas, (x - 7.0, y + TICK * 0.36), label, TICK, Anchor::End);
            }
            lines.extend(parts);
        }
        canvas.lines(lines, Stroke::solid(GRID, 0.8));
    }

    /// The place's cell in a grid of `size` user units, for what would be drawn on top of each other.
    pub(super) fn cell((x, y): Point, size: f64) -> Cell {
        ((x / size).floor() as i32, (y / size).floor() as i32)
    }

    /// How wide the map is.
    pub(super) fn width(&self) -> f64 {
        self.right() - self.left
    }
}

/// A difference of longitudes between -180 and 180.
fn wrapped(degrees: f64) -> f64 {
    degrees - 360.0 * (degrees / 360.0).round()
}

/// Labels of longitudes beyond the date line count from the other side.
fn wrapped_labels(ticks: Vec<Tick>) -> Vec<Tick> {
    let relabel = |tick: Tick| {
        if tick.value.abs() <= 180.0 {
            return tick;
        }
        let value = wrapped(tick.value);
        let side = if value < 0.0 { "W" } else { "E" };
        let digits = if value.fract() == 0.0 { 0 } else { 1 };
        Tick { value: tick.value, label: Some(format!("{:.digits$}°{side}", value.abs())) }
    };
    ticks.into_iter().map(relabel).collect()
}

/// A ring whose longitudes go on beyond the date line; one around a pole is led along that pole.
fn unwrapped(ring: &[Place]) -> Vec<Place> {
    let Some(&first) = ring.first() else { return Vec::new() };
    let mut longitude = first.0;
    let mut whole: Vec<Place> = Vec::with_capacity(ring.len() + 3);
    for &(next, latitude) in ring {
        longitude += wrapped(next - longitude);
        whole.push((longitude, latitude));
    }
    let end = longitude + wrapped(first.0 - longitude);
    if (end - first.0).abs() > 180.0 {
        let pole = 90f64.copysign(first.1);
        whole.extend([(end, first.1), (end, pole), (first.0, pole)]);
    }
    whole
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

/// The shortest stretch of longitudes that holds all places: its western end and its length.
fn stretch(places: &[Place]) -> (f64, f64) {
    let mut sorted: Vec<f64> = places.iter().map(|place| place.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else { return (0.0, 0.0) };
    let around = (first + 360.0 - last, first);
    let gaps = sorted.windows(2).map(|pair| (pair[1] - pair[0], pair[1]));
    let (gap, west) = gaps.fold(around, |widest, gap| if gap.0 > widest.0 { gap } else { widest });
    (west, (360.0 - gap).max(0.0))
}

/// A ring with points so close that its edges bend as the projection does.
fn dense(ring: &[Place]) -> Vec<Place> {
    let edges = ring.iter().zip(ring.iter().cycle().skip(1));
    edges.flat_map(|(&a, &b)| dense_line(a, b).into_iter().skip(1)).collect()
}

/// A line of degrees with points at most 3 degrees apart.
fn dense_line(a: Place, b: Place) -> Vec<Place> {
    let steps = ((b.0 - a.0).abs().max((b.1 - a.1).abs()) / 3.0).ceil().max(1.0) as usize;
    let at = |step: usize| {
        let share = step as f64 / steps as f64;
        (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
    };
    (0..=steps).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_know_the_date_line() {
        assert_eq!(stretch(&[(170.0, 0.0), (-170.0, 0.0), (175.0, 0.0)]), (170.0, 20.0));
        assert_eq!(stretch(&[(-120.0, 0.0), (20.0, 0.0), (100.0, 0.0)]), (-120.0, 220.0));
        let pacific = Globe::new(&[(170.0, -20.0), (-170.0, -10.0)], 50.0);
        let (a, b) = (pacific.at((170.0, -20.0)).unwrap(), pacific.at((-170.0, -10.0)).unwrap());
        assert!(a.0 < b.0 && a.1 > b.1, "{a:?} {b:?}");
        assert_eq!(pacific.link((170.0, -20.0), (-170.0, -10.0)).len(), 1);
    }

    #[test]
    fn rings_across_the_date_line_stay_whole() {
        let island = unwrapped(&[(179.0, 1.0), (-179.0, 1.0), (-179.0, -1.0), (179.0, -1.0)]);
        assert_eq!(island, [(179.0, 1.0), (181.0, 1.0), (181.0, -1.0), (179.0, -1.0)]);
        let around = unwrapped(&[(-180.0, -80.0), (-60.0, -70.0), (60.0, -75.0)]);
        assert_eq!(around[3..], [(180.0, -80.0), (180.0, -90.0), (-180.0, -90.0)]);
        // No land is as wide as the map but for Antarctica.
        for (part, ring) in Outline::of_the_world().parts().filter(|(part, _)| *part == Part::Land) {
            let (west, east) = range(unwrapped(ring).iter().map(|place| place.0));
            assert!(
                east - west < 300.0 || ring.iter().all(|place| place.1 < -60.0),
                "{part:?} {west} {east}"
            );
        }
    }

    #[test]
    fn links_over_the_cut_come_in_two_parts() {
        let world = Globe::new(&[(170.0, 50.0), (-100.0, 40.0), (0.0, -30.0)], 50.0);
        assert!(matches!(world.projection, Projection::EqualEarth(_)));
        let parts = world.link((170.0, 50.0), (-100.0, 40.0));
        assert_eq!(parts.len(), 2, "{parts:?}");
        // No part runs across the map.
        for part in parts {
            assert!(part.windows(2).all(|pair| (pair[0].0 - pair[1].0).abs() < 40.0), "{part:?}");
        }
        assert_eq!(world.link((0.0, 50.0), (30.0, 40.0)).len(), 1);
    }

    #[test]
    fn all_is_within_the_map() {
        for places in [vec![(8.0, 50.0), (12.0, 48.0)], vec![(-120.0, 35.0), (140.0, 50.0)], vec![(7.0, 7.0)]]
        {
            let globe = Globe::new(&places, 50.0);
            assert!(places.iter().all(|&place| globe.at(place).is_some()), "{globe:?}");
            let mut canvas = Canvas::default();
            globe.draw(&mut canvas);
            for shape in &canvas.shapes {
                let crate::canvas::Shape::Area { points, .. } = shape else { continue };
                let within = |point: &Point| {
                    (globe.left - 0.1..=globe.right() + 0.1).contains(&point.0)
                        && (globe.top - 0.1..=globe.lower() + 0.1).contains(&point.1)
                };
                assert!(points.iter().all(within), "{points:?}");
            }
        }
    }
}
