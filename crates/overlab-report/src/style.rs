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

/// The palette of Okabe and Ito (2008), darkest first so that neighbours differ in grey too, and each as much darker as
/// lines on paper need (four times as light paper, as WCAG 2 measures it); its yellow is left out.
const PALETTE: [Colour; 7] = [
    Colour(0, 114, 178),
    Colour(194, 82, 0),
    Colour(0, 138, 101),
    Colour(0, 0, 0),
    Colour(176, 87, 140),
    Colour(168, 111, 0),
    Colour(49, 129, 178),
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

impl Look {
    /// The place of its colour among those of overlays, as the page's style sheet numbers them.
    pub(crate) fn turn(&self) -> usize {
        PALETTE.iter().position(|colour| *colour == self.colour).unwrap_or(0)
    }
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

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(Colour(red, green, blue): Colour) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(left: Colour, right: Colour) -> f64 {
        let (left, right) = (luminance(left) + 0.05, luminance(right) + 0.05);
        left.max(right) / left.min(right)
    }

    /// The colours of one scheme of the style sheet, by name.
    fn sheet(scheme: &str) -> Vec<(String, Colour)> {
        let css = include_str!("page/page.css");
        let rest = &css[css.find(scheme).unwrap()..];
        let block = &rest[rest.find('{').unwrap() + 1..rest.find('}').unwrap()];
        let declarations = block.split(';').filter_map(|part| part.trim().split_once(": #"));
        let part = |hex: &str, at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        declarations
            .map(|(name, hex)| (name.to_owned(), Colour(part(hex, 0), part(hex, 2), part(hex, 4))))
            .collect()
    }

    #[test]
    fn colours_stand_out_from_the_paper_in_both_schemes() {
        for (index, colour) in PALETTE.iter().enumerate() {
            assert!(contrast(*colour, PAPER) >= 4.0, "{index}: {}", contrast(*colour, PAPER));
        }
        for scheme in [":root {", ":root[data-scheme=\"dark\"] {"] {
            let colours = sheet(scheme);
            let of = |name: &str| colours.iter().find(|colour| colour.0 == name).unwrap().1;
            let paper = of("--paper");
            for name in ["--ink", "--soft", "--link", "--alarm"] {
                assert!(contrast(of(name), paper) >= 4.5, "{scheme} {name}: {}", contrast(of(name), paper));
                assert!(contrast(of(name), of("--shade")) >= 4.5, "{scheme} {name} on shade");
            }
            assert!(contrast(of("--alarm"), of("--alarm-shade")) >= 4.5);
            for index in 0..PALETTE.len() {
                let name = format!("--look-{index}");
                assert!(contrast(of(&name), paper) >= 4.0, "{scheme} {name}: {}", contrast(of(&name), paper));
            }
        }
        let light = sheet(":root {");
        for (index, colour) in PALETTE.iter().enumerate() {
            let same = light.iter().find(|named| named.0 == format!("--look-{index}")).unwrap().1;
            assert_eq!(same, *colour, "{index}");
        }
        // The system's wish and the switch lead to the same colours.
        assert_eq!(sheet(":root:not([data-scheme=\"light\"]) {"), sheet(":root[data-scheme=\"dark\"] {"));
    }

    #[test]
    fn lighter_ends_at_white() {
        assert_eq!(Colour(0, 100, 255).lighter(1.0), PAPER);
        assert_eq!(Colour(0, 100, 255).lighter(0.0).css(), "#0064ff");
    }
}
