//! Distributions of an underlay: latencies between hosts, violated triangles, degrees of routers.

use super::Figure;
use crate::canvas::{Anchor, Stroke};
use crate::panel::{Panel, Sample, TICKS_BELOW, TITLE_BELOW, label_at, room_for};
use crate::scale::Scale;
use crate::sheet::Sheet;
use crate::style::{GREY, MARGIN, NOTE, WIDTH, look};
use overlab_schema::UnderlayPicture;

/// A largest latency this many times the fifth percentile asks for a logarithmic axis.
const WIDE: f64 = 40.0;

/// The distributions that an underlay has, as `underlay-latency`, `underlay-triangles` and `underlay-degrees`.
pub fn underlay_distributions(picture: &UnderlayPicture) -> Vec<Figure> {
    [latency(picture), triangles(picture), degrees(picture)].into_iter().flatten().collect()
}

/// One curve: its points, scales and words.
struct Curve<'a> {
    name: &'a str,
    heading: String,
    points: &'a [(f64, f64)],
    x: Scale,
    y: Scale,
    x_title: &'a str,
    y_title: &'a str,
    /// Values of x to mark, and what to call them.
    marks: Vec<(f64, String)>,
    dots: bool,
    caption: [String; 2],
}

impl Curve<'_> {
    fn draw(self) -> Figure {
        let mut sheet = Sheet::new(self.name, "", &self.heading);
        let y_ticks = self.y.ticks(6);
        let top = sheet.bottom + 4.0;
        let left = MARGIN + room_for(&y_ticks, true);
        let panel =
            Panel { left, top, right: WIDTH - MARGIN - 14.0, bottom: top + 340.0, x: self.x, y: self.y };
        panel.horizontal_axis(&mut sheet.canvas, &panel.x.ticks(9), true, self.x_title);
        panel.vertical_axis(&mut sheet.canvas, &y_ticks, self.y_title);
        panel.frame(&mut sheet.canvas);
        // Names stand at the foot of their lines, one above the other so that near ones do not touch.
        for (turn, (value, name)) in self.marks.iter().enumerate() {
            let x = panel.at(*value, panel.y.low()).0;
            let dashed = Stroke { colour: GREY, width: 1.2, dash: &[5.0, 4.0] };
            sheet.canvas.line(vec![(x, panel.top), (x, panel.bottom)], dashed);
            let y = panel.bottom - 8.0 - (NOTE + 5.0) * turn as f64;
            let (at, anchor) = if x > panel.right - 220.0 {
                ((x - 5.0, y), Anchor::End)
            } else {
                ((x + 5.0, y), Anchor::Start)
            };
            label_at(&mut sheet.canvas, at, name, NOTE, anchor);
        }
        let curve = look(0);
        if self.dots {
            let centres = self.points.iter().map(|&(x, y)| panel.at(x, y)).collect();
            sheet.canvas.dots(centres, 2.6, curve.colour);
        } else {
            let samples: Vec<Sample> =
                self.points.iter().map(|&(x, y)| Sample { x, y, band: None }).collect();
            panel.curve(&mut sheet.canvas, &samples, curve);
        }
        sheet.bottom = panel.bottom + TICKS_BELOW + TITLE_BELOW + 4.0;
        let mut caption = vec!["first replication (n = 1): no interval".to_owned()];
        caption.extend(self.caption);
        sheet.finish(&caption)
    }
}

/// A positive number with as many decimals as help.
fn digits(value: f64) -> String {
    let decimals = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.decimals$}");
    if decimals == 0 { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

/// The value at a share of a distribution with ascending shares.
fn at(points: &[(f64, f64)], share: f64) -> f64 {
    let place = points.partition_point(|point| point.1 < share - 1e-12).min(points.len() - 1);
    points[place].0
}

fn latency(picture: &UnderlayPicture) -> Option<Figure> {
    let points = picture.curves.latency_ms.as_slice();
    let (first, last) = (points.first()?.0, points.last()?.0);
    let low = at(points, 0.01).max(first);
    let logarithmic = low > 0.0 && last > WIDE * at(points, 0.05).max(1e-9);
    let x = if logarithmic {
        Scale::logarithmic(low.max(last * 1e-4) * 0.9, last * 1.05)
    } else {
        Scale::around([0.0, last], true)
    };
    let mark = |share: f64, name: &str| {
        let value = at(points, share);
        (value, format!("{name}: {} ms", digits(value)))
    };
    let counted = picture.statistics.get("latency_pairs").copied().flatten();
    let pairs = counted.map(|pairs| format!("{} ordered pairs of hosts", crate::number::fixed(pairs, 0)));
    let curve = Curve {
        name: "underlay-latency",
        heading: format!(
            "Underlay {}: one-way latency between hosts, share of pairs with at most so much",
            picture.model
        ),
        points,
        x,
        y: Scale::linear(0.0, 1.03),
        x_title: if logarithmic { "one-way latency (ms, logarithmic)" } else { "one-way latency (ms)" },
        y_title: "share of pairs",
        marks: vec![mark(0.05, "5 %"), mark(0.5, "median"), mark(0.95, "95 %"), mark(0.99, "99 %")],
        dots: false,
        caption: [pairs.unwrap_or_default(), String::new()],
    };
    Some(curve.draw())
}

fn triangles(picture: &UnderlayPicture) -> Option<Figure> {
    let points = picture.curves.triangles.as_slice();
    let last = points.last()?.0;
    // A few wild triples would press all others against the axis.
    let most = at(points, 0.995).clamp(1.2, 5.0);
    let within = points.partition_point(|point| point.0 <= most);
    let statistic = |name: &str| picture.statistics.get(name).copied().flatten();
    let share = statistic("triangle_violation_ratio");
    let violated =
        share.map(|share| format!("{} % of triples violate the triangle inequality", digits(share * 100.0)));
    let beyond = if within < points.len() {
        format!("not drawn: the share above {}, up to {}", digits(most), digits(last))
    } else {
        String::new()
    };
    let curve = Curve {
        name: "underlay-triangles",
        heading: format!(
            "Underlay {}: longest side of a triple of hosts over the way around by the third, share of triples with at most so much",
            picture.model
        ),
        points: &points[..within],
        x: Scale::linear(0.0, most * 1.02),
        y: Scale::linear(0.0, 1.03),
        x_title: "longest side / sum of the two others (round trips)",
        y_title: "share of triples",
        marks: vec![(1.0, "right of here the detour is faster".to_owned())],
        dots: false,
        caption: [violated.unwrap_or_default(), beyond],
    };
    Some(curve.draw())
}

fn degrees(picture: &UnderlayPicture) -> Option<Figure> {
    let points: Vec<(f64, f64)> = picture
        .curves
        .degrees
        .iter()
        .filter(|point| point.0 > 0)
        .map(|&(degree, share)| (f64::from(degree), share))
        .collect();
    let (last, least) = (points.last()?.0, points.last()?.1);
    let statistic = |name: &str| picture.statistics.get(name).copied().flatten();
    let law = statistic("degree.exponent").map(|exponent| {
        let from = statistic("degree.exponent_from")
            .map_or_else(String::new, |from| format!(" from degree {}", digits(from)));
        format!(
            "fitted power law of the degrees: exponent {}{from} (the slope here is one less)",
            digits(exponent)
        )
    });
    let curve = Curve {
        name: "underlay-degrees",
        heading: format!(
            "Underlay {}: links of routers, share of routers with at least so many",
            picture.model
        ),
        points: &points,
        x: Scale::logarithmic(0.9, (last * 1.15).max(10.0)),
        y: Scale::logarithmic((least * 0.7).min(0.5), 1.3),
        x_title: "links of a router (logarithmic)",
        y_title: "share of routers (logarithmic)",
        marks: Vec::new(),
        dots: true,
        caption: [law.unwrap_or_default(), String::new()],
    };
    Some(curve.draw())
}
