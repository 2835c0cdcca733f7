//! The page of one figure: title, legend and caption around what is drawn; its height follows from its content.

use crate::canvas::{Anchor, Canvas, Point, Stroke, Text};
use crate::figure::Figure;
use crate::font;
use crate::style::{CURVE, Colour, GREY, INK, LABEL, Look, MARGIN, NOTE, SUBTITLE, TITLE, WIDTH};

/// What stands before a label in the legend.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    /// A piece of a curve with its marker.
    Curve(Look),
    /// A piece of a bar.
    Bar(Look),
    /// A dot.
    Dot(Colour, f64),
    /// A solid line.
    Line(Colour, f64),
}

/// A figure in the making.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) canvas: Canvas,
    /// The first free height under what is drawn.
    pub(crate) bottom: f64,
    name: String,
    heading: String,
}

impl Key {
    fn width(self) -> f64 {
        match self {
            Self::Curve(_) => 38.0,
            Self::Bar(_) | Self::Line(..) => 30.0,
            Self::Dot(..) => 10.0,
        }
    }
}

impl Sheet {
    /// Starts a figure: `name` is its file's, `heading` says what it shows, `title` is the scenario's name.
    pub(crate) fn new(name: &str, title: &str, heading: &str) -> Self {
        let mut sheet = Self {
            canvas: Canvas::default(),
            bottom: MARGIN,
            name: name.to_owned(),
            heading: heading.to_owned(),
        };
        let room = WIDTH - 2.0 * MARGIN;
        if !title.is_empty() {
            sheet.bottom += TITLE;
            let title = font::shorten(title, TITLE, true, room);
            sheet.text((MARGIN, sheet.bottom - 3.0), &title, TITLE, Anchor::Start, INK, true);
            sheet.bottom += 5.0;
        }
        for line in font::wrap(heading, SUBTITLE, room) {
            sheet.bottom += SUBTITLE + 3.0;
            sheet.text((MARGIN, sheet.bottom - 3.0), &line, SUBTITLE, Anchor::Start, INK, false);
        }
        sheet.bottom += 8.0;
        sheet
    }

    /// Writes a line of upright text.
    pub(crate) fn text(
        &mut self,
        at: Point,
        text: &str,
        size: f64,
        anchor: Anchor,
        colour: Colour,
        bold: bool,
    ) {
        let text = text.to_owned();
        self.canvas.text(Text { at, text, size, bold, anchor, upwards: false, colour });
    }

    /// The legend: rows of keys and labels, as many a row as fit; long labels are shortened.
    pub(crate) fn legend(&mut self, entries: &[(Key, &str)]) {
        const ROW: f64 = LABEL + 8.0;
        let room = WIDTH - 2.0 * MARGIN;
        let mut left = MARGIN;
        self.bottom += ROW;
        for (key, label) in entries {
            let before = key.width() + 8.0;
            let label = font::shorten(label, LABEL, false, room - before);
            let wide = before + font::width(&label, LABEL, false);
            if left > MARGIN && left + wide > WIDTH - MARGIN {
                left = MARGIN;
                self.bottom += ROW;
            }
            self.key(*key, (left, self.bottom - 11.0));
            self.text((left + before, self.bottom - 6.0), &label, LABEL, Anchor::Start, INK, false);
            left += wide + 24.0;
        }
        self.bottom += 6.0;
    }

    fn key(&mut self, key: Key, (left, middle): Point) {
        let right = left + key.width();
        let ends = vec![(left, middle), (right, middle)];
        match key {
            Key::Curve(look) => {
                self.canvas.line(ends, Stroke { colour: look.colour, width: CURVE, dash: look.dash });
                self.canvas.marker((f64::midpoint(left, right), middle), look, 7.5);
            }
            Key::Bar(look) => self.canvas.bar((left, middle - 7.5), (right, middle + 7.5), look),
            Key::Dot(colour, radius) => {
                self.canvas.dots(vec![(f64::midpoint(left, right), middle)], radius, colour);
            }
            Key::Line(colour, width) => self.canvas.line(ends, Stroke::solid(colour, width)),
        }
    }

    /// "no data" in a frame: what a figure shows that has nothing to show.
    pub(crate) fn no_data(&mut self, why: &str) {
        let (top, bottom) = (self.bottom, self.bottom + 200.0);
        self.canvas.outline((MARGIN, top), (WIDTH - MARGIN, bottom), Stroke::solid(GREY, 1.0));
        self.text((WIDTH / 2.0, top + 98.0), "no data", TITLE, Anchor::Middle, GREY, true);
        self.text((WIDTH / 2.0, top + 122.0), why, NOTE, Anchor::Middle, GREY, false);
        self.bottom = bottom + 10.0;
    }

    /// Ends the figure with its caption.
    pub(crate) fn finish(mut self, caption: &[String]) -> Figure {
        let sentences: Vec<&str> =
            caption.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        let caption = sentences.join("; ");
        for line in font::wrap(&caption, NOTE, WIDTH - 2.0 * MARGIN) {
            self.bottom += NOTE + 4.0;
            self.text((MARGIN, self.bottom - 3.0), &line, NOTE, Anchor::Start, GREY, false);
        }
        let height = (self.bottom + 12.0).ceil();
        Figure::new(self.name, self.heading, caption, (WIDTH, height), self.canvas)
    }
}
