//! One pair of axes: frame, grid, ticks, titles, and curves with their bands.

use crate::canvas::{Anchor, Canvas, Point, Stroke, Text};
use crate::font;
use crate::scale::{Scale, Tick};
use crate::style::{BAND, CURVE, GRID, INK, LABEL, Look, TICK};

/// A value with its band, in data units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) band: Option<(f64, f64)>,
}

/// A rectangle with a horizontal and a vertical scale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panel {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

/// The height under a panel that tick labels take.
pub(crate) const TICKS_BELOW: f64 = TICK + 9.0;
/// The height under the tick labels that the axis title takes.
pub(crate) const TITLE_BELOW: f64 = LABEL + 8.0;

/// The room at the left of a panel for the labels of `ticks` and, with `titled`, the axis title.
pub(crate) fn room_for(ticks: &[Tick], titled: bool) -> f64 {
    let labels = ticks.iter().filter_map(|tick| tick.label.as_deref());
    let widest = labels.map(|label| font::width(label, TICK, false)).fold(0.0, f64::max);
    widest + 10.0 + if titled { LABEL + 8.0 } else { 0.0 }
}

impl Panel {
    /// The place of a value, cut to the panel.
    pub(crate) fn at(&self, x: f64, y: f64) -> Point {
        (
            self.left + self.x.at(x) * (self.right - self.left),
            self.bottom - self.y.at(y) * (self.bottom - self.top),
        )
    }

    /// Grid lines and labels of the vertical axis, with its title at the left of them.
    pub(crate) fn vertical_axis(&self, canvas: &mut Canvas, ticks: &[Tick], title: &str) {
        let middle = f64::midpoint(self.top, self.bottom);
        let grid = ticks.iter().map(|tick| self.at(self.x.low(), tick.value).1);
        canvas.lines(grid.map(|y| vec![(self.left, y), (self.right, y)]).collect(), Stroke::solid(GRID, 1.0));
        for tick in ticks {
            if let Some(label) = &tick.label {
                let y = self.at(self.x.low(), tick.value).1;
                label_at(canvas, (self.left - 7.0, y + TICK * 0.36), label, TICK, Anchor::End);
            }
        }
        let x = self.left - room_for(ticks, true) + LABEL;
        let title = font::shorten(title, LABEL, false, self.bottom - self.top + 40.0);
        let place = Text {
            at: (x, middle),
            text: title,
            size: LABEL,
            bold: false,
            anchor: Anchor::Middle,
            upwards: true,
            colour: INK,
        };
        canvas.text(place);
    }

    /// Grid lines of the horizontal axis and, with `labelled`, what stands under it.
    ///
    /// Labels that would touch the one before are left out.
    pub(crate) fn horizontal_axis(&self, canvas: &mut Canvas, ticks: &[Tick], labelled: bool, title: &str) {
        let grid = ticks.iter().map(|tick| self.at(tick.value, self.y.low()).0);
        canvas.lines(grid.map(|x| vec![(x, self.top), (x, self.bottom)]).collect(), Stroke::solid(GRID, 1.0));
        if !labelled {
            return;
        }
        let mut free = f64::NEG_INFINITY;
        for tick in ticks {
            let Some(label) = &tick.label else { continue };
            let x = self.at(tick.value, self.y.low()).0;
            let half = font::width(label, TICK, false) / 2.0;
            if x - half < free {
                continue;
            }
            free = x + half + 8.0;
            label_at(canvas, (x, self.bottom + TICK + 5.0), label, TICK, Anchor::Middle);
        }
        let middle = f64::midpoint(self.left, self.right);
        let title = font::shorten(title, LABEL, false, self.right - self.left + 60.0);
        label_at(canvas, (middle, self.bottom + TICKS_BELOW + LABEL + 1.0), &title, LABEL, Anchor::Middle);
    }

    /// The frame: after the grid and before the curves.
    pub(crate) fn frame(&self, canvas: &mut Canvas) {
        canvas.outline((self.left, self.top), (self.right, self.bottom), Stroke::solid(INK, 1.2));
    }

    /// A curve through samples that lie without a gap.
    pub(crate) fn curve(&self, canvas: &mut Canvas, samples: &[Sample], look: Look) {
        let points: Vec<Point> = samples.iter().map(|sample| self.at(sample.x, sample.y)).collect();
        if let [alone] = points.as_slice() {
            canvas.dots(vec![*alone], CURVE, look.colour);
        }
        canvas.line(points, Stroke { colour: look.colour, width: CURVE, dash: look.dash });
    }

    /// The band of samples that lie without a gap; where some have none, it is left out there.
    pub(crate) fn band(&self, canvas: &mut Canvas, samples: &[Sample], look: Look) {
        for part in samples.split(|sample| sample.band.is_none()) {
            let side = |sample: &Sample, upper: bool| {
                let (low, high) = sample.band.expect("split at samples without a band");
                self.at(sample.x, if upper { high } else { low })
            };
            let there = part.iter().map(|sample| side(sample, true));
            let back = part.iter().rev().map(|sample| side(sample, false));
            canvas.area(there.chain(back).collect(), look.colour, BAND);
        }
    }

    /// Markers on a curve, about `spacing` apart and shifted by `turn` of `turns` so that curves on top of each
    /// other show all of theirs.
    pub(crate) fn markers(
        &self,
        canvas: &mut Canvas,
        samples: &[Sample],
        look: Look,
        (turn, turns): (usize, usize),
    ) {
        let spacing = (70.0f64).max(22.0 * turns as f64);
        let mut next = self.left + spacing * (turn as f64 + 0.5) / turns.max(1) as f64;
        for sample in samples {
            let place = self.at(sample.x, sample.y);
            if place.0 >= next {
                canvas.marker(place, look, 7.5);
                next += spacing * ((place.0 - next) / spacing + 1.0).floor();
            }
        }
    }
}

/// A line of ink.
pub(crate) fn label_at(canvas: &mut Canvas, at: Point, text: &str, size: f64, anchor: Anchor) {
    let text = text.to_owned();
    canvas.text(Text { at, text, size, bold: false, anchor, upwards: false, colour: INK });
}
