//! Canvas to PNG bytes through the bitmap backend of plotters.
//!
//! Everything is drawn at twice the size asked for and averaged down, which smooths every edge alike.

use crate::canvas::{Anchor, Point, Shape, Stroke, Text};
use crate::figure::Figure;
use crate::font;
use crate::style::Colour;
use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, RGBAColor, TextStyle};

/// Pixels a user unit in the file.
pub(crate) const SCALE: usize = 2;
/// Pixels drawn for each pixel of the file, in each direction.
const SMOOTH: usize = 2;

/// The figure as the bytes of a PNG file of [`SCALE`] pixels a user unit.
pub(crate) fn png(figure: &Figure) -> Vec<u8> {
    let size = |length: f64| (length * SCALE as f64).round() as usize;
    let (width, height) = (size(figure.width()), size(figure.height()));
    let (wide, high) = (width * SMOOTH, height * SMOOTH);
    // White paper.
    let mut large = vec![255; wide * high * 3];
    {
        let backend = BitMapBackend::with_buffer(&mut large, (wide as u32, high as u32));
        let mut pixels = Pixels { backend, scale: (SCALE * SMOOTH) as f64 };
        for shape in figure.shapes() {
            pixels.draw(shape);
        }
    }
    encode(&average(&large, width, height), width, height)
}

/// Averages squares of [`SMOOTH`] by [`SMOOTH`] pixels.
fn average(large: &[u8], width: usize, height: usize) -> Vec<u8> {
    let row = width * SMOOTH * 3;
    let mut small = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for part in 0..3 {
                let first = y * SMOOTH * row + x * SMOOTH * 3 + part;
                let sum: usize = (0..SMOOTH * SMOOTH)
                    .map(|index| usize::from(large[first + index / SMOOTH * row + index % SMOOTH * 3]))
                    .sum();
                small.push((sum / (SMOOTH * SMOOTH)) as u8);
            }
        }
    }
    small
}

fn encode(pixels: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Best);
    encoder.set_filter(png::FilterType::Up);
    let mut writer = encoder.write_header().expect("a figure has a size above zero");
    writer.write_image_data(pixels).expect("the buffer is as large as the header says");
    writer.finish().expect("writing to memory does not fail");
    bytes
}

/// The bitmap, and how many of its pixels a user unit is.
struct Pixels<'a> {
    backend: BitMapBackend<'a>,
    scale: f64,
}

impl Pixels<'_> {
    fn place(&self, (x, y): Point) -> (i32, i32) {
        ((x * self.scale).round() as i32, (y * self.scale).round() as i32)
    }

    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Lines { parts, stroke } => {
                for part in parts {
                    for piece in dashed(part, stroke.dash) {
                        self.stroke(&piece, stroke);
                    }
                }
            }
            Shape::Area { points, colour, opacity } => self.fill(points, *colour, *opacity),
            Shape::Dots { centres, radius, colour } => {
                for centre in centres {
                    self.disc(*centre, *radius, *colour);
                }
            }
            Shape::Text(text) => self.text(text),
        }
    }

    /// Each piece as a quadrilateral with discs at the joints: the backend's own thick lines spike at turns.
    fn stroke(&mut self, points: &[Point], stroke: &Stroke) {
        let half = stroke.width / 2.0;
        for pair in points.windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            let (dx, dy) = (to_x - x, to_y - y);
            let length = dx.hypot(dy);
            if length > 0.0 {
                let (side, up) = (-dy / length * half, dx / length * half);
                let corners = [
                    (x + side, y + up),
                    (to_x + side, to_y + up),
                    (to_x - side, to_y - up),
                    (x - side, y - up),
                ];
                self.fill(&corners, stroke.colour, 1.0);
            }
        }
        if stroke.width >= 1.5 && points.len() > 2 {
            for joint in &points[1..points.len() - 1] {
                self.disc(*joint, half, stroke.colour);
            }
        }
    }

    fn disc(&mut self, centre: Point, radius: f64, colour: Colour) {
        let radius = (radius * self.scale).round() as u32;
        let centre = self.place(centre);
        self.backend
            .draw_circle(centre, radius, &ink(colour, 1.0).filled(), true)
            .expect("drawing to memory does not fail");
    }

    /// Fills row by row between the crossings of the outline with the middle of the row, even-odd.
    ///
    /// The backend's own polygons tint the pixels of their edges twice, which shows where they are translucent.
    fn fill(&mut self, points: &[Point], colour: Colour, opacity: f64) {
        let points: Vec<Point> = points.iter().map(|(x, y)| (x * self.scale, y * self.scale)).collect();
        let low = points.iter().map(|point| point.1).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(|point| point.1).fold(f64::NEG_INFINITY, f64::max);
        let (width, height) = self.backend.get_size();
        let ink = ink(colour, opacity).to_backend_color();
        let mut crossings = Vec::new();
        for row in
            (low - 0.5).ceil().max(0.0) as i32..=((high - 0.5).floor().min(f64::from(height) - 1.0) as i32)
        {
            let middle = f64::from(row) + 0.5;
            crossings.clear();
            for (index, from) in points.iter().enumerate() {
                let to = points[(index + 1) % points.len()];
                if (from.1 <= middle) != (to.1 <= middle) {
                    crossings.push(from.0 + (middle - from.1) / (to.1 - from.1) * (to.0 - from.0));
                }
            }
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let from = (pair[0] - 0.5).ceil().max(0.0) as i32;
                let to = ((pair[1] - 0.5).ceil() as i32 - 1).min(width as i32 - 1);
                // The backend's rectangles leave out what is one pixel high.
                for column in from..=to {
                    self.backend.draw_pixel((column, row), ink).expect("drawing to memory does not fail");
                }
            }
        }
    }

    fn text(&mut self, text: &Text) {
        let size = text.size * self.scale;
        let length = font::width(&text.text, size, text.bold);
        let shift = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => length / 2.0,
            Anchor::End => length,
        };
        // Plotters puts the baseline half a font's height below the top of the text.
        let rise = (size * font::LINE).floor() / 2.0;
        let (x, y) = (text.at.0 * self.scale, text.at.1 * self.scale);
        let (transform, corner) = if text.upwards {
            (FontTransform::Rotate270, (x - rise, y + shift))
        } else {
            (FontTransform::None, (x - shift, y - rise))
        };
        let colour = ink(text.colour, 1.0);
        let style = TextStyle::from(font::font(size, text.bold).transform(transform))
            .color(&colour)
            .pos(Pos::new(HPos::Left, VPos::Top));
        let corner = (corner.0.round() as i32, corner.1.round() as i32);
        self.backend.draw_text(&text.text, &style, corner).expect("a registered font draws any text");
    }
}

fn ink(colour: Colour, opacity: f64) -> RGBAColor {
    RGBAColor(colour.0, colour.1, colour.2, opacity)
}

/// The parts of a line that carry ink.
fn dashed(points: &[Point], dash: &[f64]) -> Vec<Vec<Point>> {
    if dash.is_empty() {
        return vec![points.to_vec()];
    }
    let (mut pieces, mut piece) = (Vec::new(), vec![points[0]]);
    let (mut turn, mut left) = (0, dash[0]);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = dx.hypot(dy);
            if length <= left {
                left -= length;
                piece.push(to);
                break;
            }
            from = (from.0 + dx / length * left, from.1 + dy / length * left);
            piece.push(from);
            if turn % 2 == 0 {
                pieces.push(std::mem::take(&mut piece));
            }
            piece = vec![from];
            turn = (turn + 1) % dash.len();
            left = dash[turn];
        }
    }
    if turn % 2 == 0 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_run_on_around_corners() {
        let pieces = dashed(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)], &[8.0, 4.0]);
        assert_eq!(pieces, [vec![(0.0, 0.0), (8.0, 0.0)], vec![(10.0, 2.0), (10.0, 10.0)]]);
        assert_eq!(dashed(&[(0.0, 0.0), (1.0, 0.0)], &[]), [vec![(0.0, 0.0), (1.0, 0.0)]]);
    }

    #[test]
    fn averaging_keeps_flat_colours() {
        let large = vec![77; 4 * 4 * 3];
        assert_eq!(average(&large, 2, 2), vec![77; 2 * 2 * 3]);
    }
}
