//! What of a polygon or a line lies within a rectangle.

type Point = (f64, f64);

/// A rectangle by its lower left and upper right corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) low: Point,
    pub(crate) high: Point,
}

impl Rectangle {
    pub(crate) fn holds(self, (x, y): Point) -> bool {
        (self.low.0..=self.high.0).contains(&x) && (self.low.1..=self.high.1).contains(&y)
    }

    /// The part of a ring within the rectangle (Sutherland and Hodgman, 1974): parts hang together along its edges.
    pub(crate) fn ring(self, ring: &[Point]) -> Vec<Point> {
        // How far a point is inside each edge, and how to meet the edge.
        let edges: [&dyn Fn(Point) -> f64; 4] = [
            &|point| point.0 - self.low.0,
            &|point| self.high.0 - point.0,
            &|point| point.1 - self.low.1,
            &|point| self.high.1 - point.1,
        ];
        let mut kept = ring.to_vec();
        for inside in edges {
            let mut next = Vec::with_capacity(kept.len());
            for (place, &to) in kept.iter().enumerate() {
                let from = kept[(place + kept.len() - 1) % kept.len()];
                let (before, after) = (inside(from), inside(to));
                if (before < 0.0) != (after < 0.0) {
                    next.push(between(from, to, before / (before - after)));
                }
                if after >= 0.0 {
                    next.push(to);
                }
            }
            kept = next;
        }
        kept
    }

    /// The parts of a line within the rectangle.
    pub(crate) fn line(self, line: &[Point]) -> Vec<Vec<Point>> {
        let mut parts: Vec<Vec<Point>> = Vec::new();
        for pair in line.windows(2) {
            let Some((from, to)) = self.segment(pair[0], pair[1]) else { continue };
            match parts.last_mut() {
                Some(part) if part.last() == Some(&from) => part.push(to),
                _ => parts.push(vec![from, to]),
            }
        }
        parts
    }

    /// The part of a segment within the rectangle (Liang and Barsky, 1984).
    fn segment(self, from: Point, to: Point) -> Option<(Point, Point)> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let (mut start, mut end) = (0.0f64, 1.0f64);
        let edges = [
            (-dx, from.0 - self.low.0),
            (dx, self.high.0 - from.0),
            (-dy, from.1 - self.low.1),
            (dy, self.high.1 - from.1),
        ];
        for (step, room) in edges {
            if step == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if step < 0.0 {
                start = start.max(room / step);
            } else {
                end = end.min(room / step);
            }
        }
        let at = |share: f64| {
            if share == 0.0 {
                from
            } else if share == 1.0 {
                to
            } else {
                between(from, to, share)
            }
        };
        (start <= end).then(|| (at(start), at(end)))
    }
}

fn between(from: Point, to: Point, share: f64) -> Point {
    (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Rectangle = Rectangle { low: (0.0, 0.0), high: (1.0, 1.0) };

    #[test]
    fn rings_are_cut_at_the_edges() {
        let cut = UNIT.ring(&[(-1.0, 0.5), (0.5, 0.5), (0.5, 2.0), (-1.0, 2.0)]);
        let area = |ring: &[Point]| {
            let edges = ring.iter().zip(ring.iter().cycle().skip(1));
            edges.map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>().abs() / 2.0
        };
        assert_eq!(area(&cut), 0.25);
        assert!(UNIT.ring(&[(2.0, 2.0), (3.0, 2.0), (3.0, 3.0)]).is_empty());
        assert_eq!(area(&UNIT.ring(&[(-1.0, -1.0), (2.0, -1.0), (2.0, 2.0), (-1.0, 2.0)])), 1.0);
    }

    #[test]
    fn lines_come_in_parts() {
        let parts = UNIT.line(&[(0.5, 0.5), (0.5, 2.0), (0.75, 2.0), (0.75, 0.5), (0.8, 0.5)]);
        assert_eq!(parts, [vec![(0.5, 0.5), (0.5, 1.0)], vec![(0.75, 1.0), (0.75, 0.5), (0.8, 0.5)]]);
        assert!(UNIT.holds((0.5, 1.0)) && !UNIT.holds((0.5, 1.1)));
    }
}
