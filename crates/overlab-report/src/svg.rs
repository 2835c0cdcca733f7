//! Canvas to SVG text: one element a shape, coordinates to a hundredth of a pixel.
//!
//! Not the SVG backend of plotters, whose coordinates are whole pixels and whose lines have no dashes.

use crate::canvas::{Anchor, Point, Shape, Stroke, Text};
use crate::figure::Figure;
use crate::font::CSS_FAMILY;
use crate::style::PAPER;
use std::fmt::Write;

/// `text` with the five characters of markup replaced and those that XML forbids left out; good for text and
/// attributes of XML and HTML alike.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(character),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(character),
        }
    }
    out
}

/// The whole figure as an `svg` element with a title for those who do not see it.
pub(crate) fn svg(figure: &Figure) -> String {
    let (width, height) = (number(figure.width()), number(figure.height()));
    let name = escape(figure.name());
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"{CSS_FAMILY}\" role=\"img\" aria-labelledby=\"{name}-title {name}-text\">\n\
         <title id=\"{name}-title\">{}</title>\n<desc id=\"{name}-text\">{}</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        escape(figure.heading()),
        escape(figure.caption()),
        PAPER.css()
    );
    for shape in figure.shapes() {
        append(&mut out, shape);
    }
    out.push_str("</svg>\n");
    out
}

fn append(out: &mut String, shape: &Shape) {
    match shape {
        Shape::Lines { parts, stroke } => {
            let mut path = String::new();
            for part in parts {
                trace(&mut path, part);
            }
            put(out, format_args!("<path d=\"{path}\" {}/>\n", attributes(stroke)));
        }
        Shape::Area { points, colour, opacity } => {
            let mut path = String::new();
            trace(&mut path, points);
            let opacity = if *opacity < 1.0 {
                format!(" fill-opacity=\"{}\"", number(*opacity))
            } else {
                String::new()
            };
            put(out, format_args!("<path d=\"{path}z\" fill=\"{}\"{opacity}/>\n", colour.css()));
        }
        Shape::Dots { centres, radius, colour } => {
            // Lines of no length with round caps: far shorter than one circle element each.
            let mut path = String::new();
            for (x, y) in centres {
                put(&mut path, format_args!("M{} {}h0", number(*x), number(*y)));
            }
            put(
                out,
                format_args!(
                    "<path d=\"{path}\" stroke=\"{}\" stroke-width=\"{}\" stroke-linecap=\"round\"/>\n",
                    colour.css(),
                    number(2.0 * radius)
                ),
            );
        }
        Shape::Text(text) => append_text(out, text),
    }
}

fn append_text(out: &mut String, text: &Text) {
    let (x, y) = (number(text.at.0), number(text.at.1));
    let anchor = match text.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let bold = if text.bold { " font-weight=\"bold\"" } else { "" };
    let turn = if text.upwards { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
    put(
        out,
        format_args!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\"{anchor}{bold}{turn} fill=\"{}\">{}</text>\n",
            number(text.size),
            text.colour.css(),
            escape(&text.text)
        ),
    );
}

fn attributes(stroke: &Stroke) -> String {
    let dash: Vec<String> = stroke.dash.iter().copied().map(number).collect();
    let dash =
        if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", dash.join(" ")) };
    format!(
        "fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}",
        stroke.colour.css(),
        number(stroke.width)
    )
}

fn trace(path: &mut String, points: &[Point]) {
    for (index, (x, y)) in points.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        put(path, format_args!("{command}{} {}", number(*x), number(*y)));
    }
}

/// At most two decimals, none that are zero.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn put(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    out.write_fmt(arguments).expect("writing to a string does not fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [0.0, -0.001, 1.5, 12.345, 100.0].map(number),
            ["0", "0", "1.5", "12.35", "100"].map(str::to_owned)
        );
    }

    #[test]
    fn markup_and_control_characters_do_not_pass() {
        assert_eq!(escape("<a b='c'>&\"\u{0}\u{b}\t"), "&lt;a b=&#39;c&#39;&gt;&amp;&quot;\t");
    }
}
