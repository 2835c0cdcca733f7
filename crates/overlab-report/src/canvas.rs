//! A list of shapes in user units: what a figure is, before it becomes SVG or pixels.

use crate::style::{Colour, Hatch, Look, Marker, PAPER};

/// A place in user units: to the right and downwards.
pub(crate) type Point = (f64, f64);

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stroke {
    pub(crate) colour: Colour,
    pub(crate) width: f64,
    /// Lengths of ink and gap by turns; empty is solid.
    pub(crate) dash: &'static [f64],
}

impl Stroke {
    /// A solid line.
    pub(crate) fn solid(colour: Colour, width: f64) -> Self {
        Self { colour, width, dash: &[] }
    }
}

/// Which end of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// The anchor's place on the baseline.
    pub(crate) at: Point,
    pub(crate) text: String,
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) anchor: Anchor,
    /// Whether it reads upwards instead of to the right.
    pub(crate) upwards: bool,
    pub(crate) colour: Colour,
}

/// One thing on the canvas.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// Lines through the points of each part.
    Lines { parts: Vec<Vec<Point>>, stroke: Stroke },
    /// A filled polygon.
    Area { points: Vec<Point>, colour: Colour, opacity: f64 },
    /// Filled circles.
    Dots { centres: Vec<Point>, radius: f64, colour: Colour },
    /// A line of text.
    Text(Text),
}

/// What is drawn so far, later shapes over earlier ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Canvas {
    pub(crate) shapes: Vec<Shape>,
}

impl Canvas {
    /// A line through `points`; fewer than two points draw nothing.
    pub(crate) fn line(&mut self, points: Vec<Point>, stroke: Stroke) {
        if points.len() > 1 {
            self.lines(vec![points], stroke);
        }
    }

    /// Lines of one stroke.
    pub(crate) fn lines(&mut self, parts: Vec<Vec<Point>>, stroke: Stroke) {
        if !parts.is_empty() {
            self.shapes.push(Shape::Lines { parts, stroke });
        }
    }

    /// A filled polygon; opacity from 0 to 1.
    pub(crate) fn area(&mut self, points: Vec<Point>, colour: Colour, opacity: f64) {
        if points.len() > 2 {
            self.shapes.push(Shape::Area { points, colour, opacity });
        }
    }

    /// Filled circles.
    pub(crate) fn dots(&mut self, centres: Vec<Point>, radius: f64, colour: Colour) {
        if !centres.is_empty() {
            self.shapes.push(Shape::Dots { centres, radius, colour });
        }
    }

    /// A line of text; an empty one draws nothing.
    pub(crate) fn text(&mut self, text: Text) {
        if !text.text.is_empty() {
            self.shapes.push(Shape::Text(text));
        }
    }

    /// A rectangle's outline.
    pub(crate) fn outline(&mut self, (left, top): Point, (right, bottom): Point, stroke: Stroke) {
        let corners = vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        self.line(corners, stroke);
    }

    /// A whisker between two values with caps of half length `cap` at its ends.
    pub(crate) fn whisker(&mut self, from: Point, to: Point, cap: f64, stroke: Stroke) {
        let upright = from.0 == to.0;
        let bar = |(x, y): Point| {
            if upright { vec![(x - cap, y), (x + cap, y)] } else { vec![(x, y - cap), (x, y + cap)] }
        };
        self.lines(vec![vec![from, to], bar(from), bar(to)], stroke);
    }

    /// A marker of about `size` across.
    pub(crate) fn marker(&mut self, (x, y): Point, look: Look, size: f64) {
        let r = size / 2.0;
        let stroke = Stroke::solid(look.colour, 1.6);
        let mut filled = |points: Vec<Point>| {
            let mut outline = points.clone();
            outline.push(points[0]);
            self.area(points, PAPER, 1.0);
            self.line(outline, stroke);
        };
        match look.marker {
            Marker::Circle => self.dots(vec![(x, y)], r, look.colour),
            Marker::Square => filled(vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]),
            Marker::Triangle => filled(vec![(x, y - 1.2 * r), (x + 1.2 * r, y + r), (x - 1.2 * r, y + r)]),
            Marker::Diamond => {
                filled(vec![(x, y - 1.3 * r), (x + 1.3 * r, y), (x, y + 1.3 * r), (x - 1.3 * r, y)]);
            }
            Marker::Cross => {
                let parts = vec![vec![(x - r, y - r), (x + r, y + r)], vec![(x - r, y + r), (x + r, y - r)]];
                self.lines(parts, Stroke::solid(look.colour, 2.0));
            }
            Marker::Plus => {
                let parts = vec![vec![(x - r, y), (x + r, y)], vec![(x, y - r), (x, y + r)]];
                self.lines(parts, Stroke::solid(look.colour, 2.0));
            }
        }
    }

    /// A bar filled in a light shade, hatched and outlined.
    pub(crate) fn bar(&mut self, (left, top): Point, (right, bottom): Point, look: Look) {
        if right - left <= 0.0 || bottom - top <= 0.0 {
            return;
        }
        let shade = look.colour.lighter(if look.hatch == Hatch::None { 0.12 } else { 0.55 });
        self.area(vec![(left, top), (right, top), (right, bottom), (left, bottom)], shade, 1.0);
        let stroke = Stroke::solid(look.colour, 1.1);
        self.lines(hatching(look.hatch, (left, top), (right, bottom)), stroke);
        self.outline((left, top), (right, bottom), stroke);
    }
}

/// The lines of a hatch within a rectangle, anchored to the page so that neighbouring bars match.
fn hatching(hatch: Hatch, (left, top): Point, (right, bottom): Point) -> Vec<Vec<Point>> {
    const STEP: f64 = 6.0;
    let steps = |from: f64, to: f64| {
        ((from / STEP).ceil() as i64..=(to / STEP).floor() as i64).map(|k| k as f64 * STEP)
    };
    // Rising lines keep x + y, falling ones x - y; each is cut at the rectangle's edges.
    let slanted = |sign: f64| -> Vec<Vec<Point>> {
        let sums = if sign > 0.0 { (left + top, right + bottom) } else { (left - bottom, right - top) };
        steps(sums.0, sums.1)
            .filter_map(|sum| {
                let (from, to) = if sign > 0.0 {
                    (left.max(sum - bottom), right.min(sum - top))
                } else {
                    (left.max(sum + top), right.min(sum + bottom))
                };
                (to > from).then(|| vec![(from, (sum - from) * sign), (to, (sum - to) * sign)])
            })
            .collect()
    };
    match hatch {
        Hatch::None => Vec::new(),
        Hatch::Rising => slanted(1.0),
        Hatch::Falling => slanted(-1.0),
        Hatch::Crossed => slanted(1.0).into_iter().chain(slanted(-1.0)).collect(),
        Hatch::Level => steps(top, bottom).map(|y| vec![(left, y), (right, y)]).collect(),
        Hatch::Upright => steps(left, right).map(|x| vec![(x, top), (x, bottom)]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_within_its_bar() {
        let (from, to) = ((13.0, 7.0), (31.0, 95.0));
        for hatch in [Hatch::Rising, Hatch::Falling, Hatch::Level, Hatch::Upright, Hatch::Crossed] {
            let lines = hatching(hatch, from, to);
            assert!(!lines.is_empty(), "{hatch:?}");
            for (x, y) in lines.into_iter().flatten() {
                assert!((13.0..=31.0).contains(&x) && (7.0..=95.0).contains(&y), "{hatch:?}: {x} {y}");
            }
        }
    }
}
