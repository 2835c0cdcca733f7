//! Published figures against what was found: one row a claim, drawn on the scale of its own tolerance.

use super::Figure;
use crate::canvas::{Anchor, Stroke};
use crate::font;
use crate::results::Results;
use crate::sheet::Sheet;
use crate::style::{Colour, GREY, GRID, INK, MARGIN, NOTE, WIDTH, look};
use overlab_schema::{ClaimVerdict, Verdict};

const ROW: f64 = 21.0;
/// Where the accepted range begins and ends, and how far beyond it values are told apart, in user units.
const RANGE: (f64, f64) = (560.0, 720.0);
const BEYOND: f64 = 66.0;
/// The colour of what was not reproduced.
const FAILED: Colour = Colour(213, 94, 0);

/// The figure, where anything was published and run.
pub(crate) fn reproduction(results: &Results) -> Option<Figure> {
    let reproduction = results.reproduction.as_ref()?;
    let tried: Vec<&ClaimVerdict> =
        reproduction.claims.iter().filter(|claim| claim.verdict != Verdict::NotRun).collect();
    if tried.is_empty() {
        return None;
    }
    let heading = format!("Published figures and what was found ({})", reproduction.source);
    let mut sheet = Sheet::new("reproduction", &results.summary.scenario, &heading);
    let top = sheet.bottom + 4.0;
    let bottom = top + ROW * tried.len() as f64 + 6.0;
    let corners = vec![(RANGE.0, top), (RANGE.1, top), (RANGE.1, bottom), (RANGE.0, bottom)];
    sheet.canvas.area(corners, GRID, 0.6);
    for (index, claim) in tried.iter().enumerate() {
        row(&mut sheet, claim, top + ROW * (index as f64 + 0.5) + 3.0);
    }
    sheet.bottom = bottom + 4.0;
    let n = |of: fn(u32, u32) -> u32| tried.iter().map(|claim| claim.n).reduce(of).unwrap_or(0);
    let (least, most) = (n(u32::min), n(u32::max));
    let n = if least == most { format!("n = {most}") } else { format!("n = {least} to {most}") };
    Some(sheet.finish(&[
        format!("{n} replications, whiskers: 95 % confidence"),
        "shaded: the range in which a claim counts as reproduced, each row on a scale of its own; line: the published value"
            .to_owned(),
    ]))
}

fn row(sheet: &mut Sheet, claim: &ClaimVerdict, middle: f64) {
    let text = font::shorten(&claim.claim, NOTE, false, RANGE.0 - BEYOND - MARGIN - 16.0);
    sheet.text((MARGIN, middle + 4.5), &text, NOTE, Anchor::Start, INK, false);
    let place = |value: f64| place(claim, value);
    if let Some(expected) = claim.expected {
        let x = place(expected);
        let half = ROW / 2.0 - 3.0;
        sheet.canvas.line(vec![(x, middle - half), (x, middle + half)], Stroke::solid(GREY, 1.4));
    }
    let mut colour = look(0);
    if claim.verdict.fails() {
        colour.colour = FAILED;
        sheet.text((WIDTH - MARGIN, middle + 4.5), "fails", NOTE, Anchor::End, FAILED, true);
    }
    let Some(found) = claim.found else { return };
    if let Some([low, high]) = claim.ci95.filter(|[low, high]| high > low) {
        let ends = ((place(low), middle), (place(high), middle));
        sheet.canvas.line(vec![ends.0, ends.1], Stroke::solid(colour.colour, 1.6));
    }
    sheet.canvas.marker((place(found), middle), colour, 7.5);
}

/// Where a value stands, cut to the room beyond the accepted range. A range that is open at one end is as wide as its bound is
/// large.
fn place(claim: &ClaimVerdict, value: f64) -> f64 {
    let (low, high) = match claim.accepted {
        [Some(low), Some(high)] => (low, high),
        [Some(low), None] => (low, low + low.abs().max(value.abs()).max(1e-9)),
        [None, Some(high)] => (high - high.abs().max(value.abs()).max(1e-9), high),
        [None, None] => return f64::midpoint(RANGE.0, RANGE.1),
    };
    let width = if high > low { high - low } else { low.abs().max(1.0) };
    let share = if high > low { (value - low) / width } else { 0.5 + (value - low) / width };
    (RANGE.0 + share * (RANGE.1 - RANGE.0)).clamp(RANGE.0 - BEYOND, RANGE.1 + BEYOND)
}
