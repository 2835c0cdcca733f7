//! How many lookups were answered, and answered rightly, as time goes by, over the population that was alive.

use super::timeline::{Range, Strip, strips};
use super::{Figure, Scene};
use crate::results::replication_note;
use crate::sheet::Sheet;

const STRIPS: [Strip; 3] = [
    Strip { metric: "lookup.success_ratio", title: "success ratio", height: 190.0, range: Range::Shares },
    Strip { metric: "lookup.correct_ratio", title: "correct ratio", height: 190.0, range: Range::Shares },
    Strip { metric: "peers.live", title: "live peers", height: 100.0, range: Range::Around },
];

pub(crate) fn success_over_time(scene: &Scene<'_>) -> Figure {
    let heading =
        scene.heading("Success over time: lookups answered in time (success) and by the owner (correct)");
    let mut sheet = Sheet::new(&scene.name("success-over-time"), scene.title(), &heading);
    match strips(scene, &mut sheet, &STRIPS) {
        Some((mut notes, chart)) => {
            notes.insert(0, replication_note(scene.replications(), "bands"));
            sheet.finish(&notes).with_chart(chart)
        }
        None => {
            sheet.no_data("no lookup was issued in the measured period");
            sheet.finish(&[])
        }
    }
}
