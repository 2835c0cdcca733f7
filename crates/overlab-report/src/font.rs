//! The embedded font: measuring, shortening and wrapping text without any font of the system.
//!
//! Both files are subsets of DejaVu Sans 2.37; `assets/LICENCE-DejaVu.txt` has the licence and how they were cut.

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use std::sync::Once;

/// The name under which plotters knows the font.
pub(crate) const FAMILY: &str = "overlab";
/// What SVG asks for: the same font where it is installed, and Verdana, which has nearly its widths, elsewhere.
pub(crate) const CSS_FAMILY: &str = "DejaVu Sans, Verdana, Geneva, sans-serif";
/// Ascent less descent of the font in em: what plotters calls the size of a font.
pub(crate) const LINE: f64 = (1901.0 + 483.0) / 2048.0;

static NORMAL: &[u8] = include_bytes!("../assets/DejaVuSans-subset.ttf");
static BOLD: &[u8] = include_bytes!("../assets/DejaVuSans-Bold-subset.ttf");
static REGISTER: Once = Once::new();

/// The font at `size` pixels an em.
pub(crate) fn font(size: f64, bold: bool) -> FontDesc<'static> {
    REGISTER.call_once(|| {
        for (style, bytes) in [(FontStyle::Normal, NORMAL), (FontStyle::Bold, BOLD)] {
            assert!(register_font(FAMILY, style, bytes).is_ok(), "the embedded font is whole");
        }
    });
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    FontDesc::new(FontFamily::Name(FAMILY), size * LINE, style)
}

/// The width of `text` at `size` pixels an em, in the same pixels.
pub(crate) fn width(text: &str, size: f64, bold: bool) -> f64 {
    // The layout counts whole pixels, so a large size is measured and scaled down.
    const MEASURED: f64 = 1000.0;
    let ((left, _), (right, _)) =
        font(MEASURED, bold).layout_box(text).expect("a registered font measures any text");
    f64::from(right - left) * size / MEASURED
}

/// `text`, or as much of its start and end as fits into `room` with an ellipsis between them.
///
/// Both ends stay because labels of one scenario often differ in their last words only.
pub(crate) fn shorten(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let cut = |keep: usize| -> String {
        let head = keep.div_ceil(2);
        let mut short: String = characters[..head].iter().collect();
        short.push('…');
        short.extend(&characters[characters.len() - (keep - head)..]);
        short
    };
    let (mut fits, mut fails) = (0, characters.len());
    while fails - fits > 1 {
        let middle = usize::midpoint(fits, fails);
        if width(&cut(middle), size, bold) <= room {
            fits = middle;
        } else {
            fails = middle;
        }
    }
    cut(fits)
}

/// Breaks `text` at spaces (not at those that join groups of digits) into lines of at most `room`; a word longer than that is shortened.
pub(crate) fn wrap(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_ascii_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match (lines.last_mut(), longer) {
            (Some(line), Some(longer)) if width(&longer, size, false) <= room => *line = longer,
            _ => lines.push(shorten(word, size, false, room)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_the_fonts_own() {
        // The advance of "0" is 1303 of 2048 units in the font's hmtx table.
        let width = width("0000000000", 20.0, false);
        assert!((width - 10.0 * 20.0 * 1303.0 / 2048.0).abs() < 0.1, "{width}");
    }

    #[test]
    fn what_is_shortened_fits_and_keeps_both_ends() {
        let text = "Kademlia k=20 alpha=3 refresh=1h";
        let short = shorten(text, 14.0, false, 100.0);
        assert!(width(&short, 14.0, false) <= 100.0, "{short}");
        assert!(short.starts_with("Kad") && short.ends_with("1h") && short.contains('…'), "{short}");
        assert_eq!(shorten(text, 14.0, false, 1e4), text);
        assert_eq!(shorten("long", 14.0, false, 0.0), "…");
    }

    #[test]
    fn wrapped_lines_fit_and_lose_no_word() {
        let text = "mean of 10 replications; bands are 95 % confidence intervals";
        let lines = wrap(text, 13.0, 150.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| width(line, 13.0, false) <= 150.0));
        assert_eq!(lines.join(" "), text);
        assert!(wrap(" ", 13.0, 100.0).is_empty());
    }
}
