//! Colours, dashes, markers, hatches and sizes: what makes overlays tell apart, on screen, in print and in grey.

/// A colour as red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Colour {
    /// The colour as CSS has it.
    pub(crate) fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The colour moved towards white by `share`, between 0 and 1.
    pub(crate) fn lighter(self, share: f64) -> Self {
        let mix = |part: u8| (f64::from(part) + (255.0 - f64::from(part)) * share).round() as u8;
        Self(mix(self.0), mix(self.1), mix(self.2))
    }
}

/// Text and frames.
pub(crate) const INK: Colour = Colour(26, 26, 26);
/// Captions and marks of events.
pub(crate) const GREY: Colour = Colour(95, 95, 95);
/// Grid lines.
pub(crate) const GRID: Colour = Colour(222, 222, 222);
/// Paper.
pub(crate) const PAPER: Colour = Colour(255, 255, 255);

/// The width of every figure in user units (pixels at scale 1).
pub(crate) const WIDTH: f64 = 820.0;
/// What stays free around a figure; the last tick label needs its half width at the right.
pub(crate) const MARGIN: f64 = 18.0;
/// The size of titles.
pub(crate) const TITLE: f64 = 19.0;
/// The size of the second line of a title.
pub(crate) const SUBTITLE: f64 = 15.0;
/// The size of axis titles and legends.
pub(crate) const LABEL: f64 = 15.0;
/// The size of tick labels.
pub(crate) const TICK: f64 = 14.0;
/// The size of captions and event names.
pub(crate) const NOTE: f64 = 13.0;
/// The width of a curve.
pub(crate) const CURVE: f64 = 2.2;
/// How much of a confidence band is ink.
pub(crate) const BAND: f64 = 0.18;

/// The palette of Okabe and Ito (2008), darkest first so that neighbours differ in grey too; its yellow is too
/// light for lines on paper and left out.
const PALETTE: [Colour; 7] = [
    Colour(0, 114, 178),
    Colour(213, 94, 0),
    Colour(0, 158, 115),
    Colour(0, 0, 0),
    Colour(204, 121, 167),
    Colour(230, 159, 0),
    Colour(86, 180, 233),
];

/// Lengths of ink and gap by turns; empty is solid.
const DASHES: [&[f64]; 6] =
    [&[], &[9.0, 4.0], &[2.5, 3.0], &[11.0, 3.5, 2.5, 3.5], &[15.0, 5.0], &[6.0, 3.0, 2.0, 3.0, 2.0, 3.0]];

const MARKERS: [Marker; 6] =
    [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Diamond, Marker::Cross, Marker::Plus];

const HATCHES: [Hatch; 6] =
    [Hatch::None, Hatch::Rising, Hatch::Falling, Hatch::Level, Hatch::Upright, Hatch::Crossed];

/// The shape that marks single values of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Plus,
}

/// The lines over the filling of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hatch {
    None,
    Rising,
    Falling,
    Level,
    Upright,
    Crossed,
}

/// How one overlay, or one class of traffic, is drawn wherever it appears.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) colour: Colour,
    pub(crate) dash: &'static [f64],
    pub(crate) marker: Marker,
    pub(crate) hatch: Hatch,
}

/// The look of the `index`th overlay; the first 42 differ in colour or dash.
pub(crate) fn look(index: usize) -> Look {
    let turn = index / PALETTE.len();
    Look {
        colour: PALETTE[index % PALETTE.len()],
        dash: DASHES[(index % PALETTE.len() + turn) % DASHES.len()],
        marker: MARKERS[(index % PALETTE.len() + turn) % MARKERS.len()],
        hatch: HATCHES[(index % PALETTE.len() + turn) % HATCHES.len()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_two_overlays_differ_in_colour_or_dash() {
        for left in 0..42 {
            for right in 0..left {
                let (a, b) = (look(left), look(right));
                assert!(a.colour != b.colour || a.dash != b.dash, "{left} and {right} look the same");
            }
        }
    }

    #[test]
    fn lighter_ends_at_white() {
        assert_eq!(Colour(0, 100, 255).lighter(1.0), PAPER);
        assert_eq!(Colour(0, 100, 255).lighter(0.0).css(), "#0064ff");
    }
}
