//! The outlines of land, lakes and countries: Natural Earth 1:110m, public domain (see `LICENCE-outline.md`).

use super::Place;

const TEXT: &str = include_str!("outline.txt");
/// Units a degree.
const UNITS: f64 = 50.0;

/// What an outline is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A ring around land.
    Land,
    /// A ring around a lake within land.
    Water,
    /// A line between two countries.
    Border,
}

/// All outlines, those of land first.
#[derive(Debug)]
pub(crate) struct Outline(Vec<(Part, Vec<Place>)>);

impl Outline {
    pub(crate) fn of_the_world() -> Self {
        let mut all: Vec<_> = TEXT.lines().filter_map(line).collect();
        all.sort_by_key(|(part, _)| match part {
            Part::Land => 0,
            Part::Water => 1,
            Part::Border => 2,
        });
        Self(all)
    }

    pub(crate) fn parts(&self) -> impl Iterator<Item = (Part, &[Place])> {
        self.0.iter().map(|(part, places)| (*part, places.as_slice()))
    }
}

fn line(line: &str) -> Option<(Part, Vec<Place>)> {
    let (word, letters) = line.split_once(' ')?;
    let part = match word {
        "land" => Part::Land,
        "water" => Part::Water,
        _ => Part::Border,
    };
    let mut differences = Vec::new();
    let (mut number, mut shift) = (0_i64, 0);
    for letter in letters.bytes() {
        let bits = i64::from(letter) - 63;
        number |= (bits & 0x1f) << shift;
        shift += 5;
        if bits < 0x20 {
            // The lowest bit is the sign.
            differences.push(if number & 1 == 1 { !(number >> 1) } else { number >> 1 });
            (number, shift) = (0, 0);
        }
    }
    let (mut x, mut y) = (0, 0);
    let places = differences.chunks_exact(2).map(|step| {
        (x, y) = (x + step[0], y + step[1]);
        (x as f64 / UNITS, y as f64 / UNITS)
    });
    Some((part, places.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a point lies within a ring, by the crossings of a line to the east.
    fn holds(ring: &[Place], (x, y): Place) -> bool {
        let edges = ring.iter().zip(ring.iter().cycle().skip(1));
        let crossed =
            edges.filter(|(a, b)| (a.1 > y) != (b.1 > y) && x < a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0));
        crossed.count() % 2 == 1
    }

    #[test]
    fn towns_are_on_land_and_oceans_are_not() {
        let outline = Outline::of_the_world();
        let within = |place, of| outline.parts().any(|(part, ring)| part == of && holds(ring, place));
        for town in [(2.35, 48.86), (-98.0, 39.0), (133.0, -25.0), (37.6, 55.75), (25.0, 0.5)] {
            assert!(within(town, Part::Land), "{town:?}");
        }
        for sea in [(-40.0, 30.0), (-150.0, 0.0), (80.0, -30.0), (5.0, 57.0)] {
            assert!(!within(sea, Part::Land), "{sea:?}");
        }
        assert!(within((51.0, 41.0), Part::Water), "the Caspian Sea");
        assert!(outline.parts().filter(|(part, _)| *part == Part::Border).count() > 200);
        let mut all = outline.parts().flat_map(|(_, places)| places);
        assert!(all.all(|(x, y)| x.abs() <= 180.0 && y.abs() <= 90.0));
    }
}
