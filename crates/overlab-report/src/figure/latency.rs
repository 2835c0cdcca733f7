//! How long lookups took as time goes by.

use super::timeline::{Range, Strip, strips};
use super::{Figure, Scene};
use crate::results::replication_note;
use crate::sheet::Sheet;

const STRIPS: [Strip; 1] =
    [Strip { metric: "lookup.latency_ms", title: "mean latency (ms)", height: 320.0, range: Range::Zero }];

pub(crate) fn latency_over_time(scene: &Scene<'_>) -> Figure {
    let heading = scene.heading("Lookup latency over time: mean of the lookups answered in each interval");
    let mut sheet = Sheet::new(&scene.name("latency-over-time"), scene.title(), &heading);
    match strips(scene, &mut sheet, &STRIPS) {
        Some((mut notes, chart)) => {
            notes.insert(0, replication_note(scene.replications(), "bands"));
            sheet.finish(&notes).with_chart(chart)
        }
        None => {
            sheet.no_data("no lookup was answered in the measured period");
            sheet.finish(&[])
        }
    }
}
