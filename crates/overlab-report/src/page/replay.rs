//! The sample that a script plays back: its numbers, and the map under them.

use crate::canvas::Point;
use crate::figure::{Figure, ground};
use crate::results::Results;
use crate::style::WIDTH;
use overlab_schema::{ReplayPeer, ReplayPoint};
use serde_json::{Value, json};

/// Steps of the slider over the measured period.
const STEPS: u32 = 240;

/// The still of the sample, what scripts need besides, and the numbers they play back; empty and none where nothing was
/// recorded.
pub(crate) fn section(results: &Results, still: &str) -> (String, Option<Value>) {
    if results.replay.points.is_empty() {
        return (String::new(), None);
    }
    let map = ground(results, 8.0);
    let mut content = String::from(
        "<p class=\"only-live\">Choose an instant: filled dots are peers that are up, lines are lookups.</p>\n",
    );
    content.push_str(still);
    if let Some(map) = &map {
        let canvas = map.canvas.clone();
        let figure = Figure::new(
            "replay-ground".to_owned(),
            "Places of the sampled peers".to_owned(),
            String::new(),
            (WIDTH, map.bottom.ceil()),
            canvas,
        );
        let svg = figure.svg().replacen("<svg ", "<svg class=\"ground\" ", 1);
        content.push_str(&format!("<div class=\"ground-store\" hidden>\n{svg}</div>\n"));
    }
    if results.replay.left_out > 0 {
        content.push_str(&format!(
            "<p class=\"note\">{} more runs are not recorded, so that this page stays small.</p>\n",
            results.replay.left_out
        ));
    }
    let at = |place: Option<(f64, f64)>| map.as_ref().zip(place).and_then(|(map, place)| map.at(place));
    let runs = results.replay.points.iter().map(|point| run(point, &at));
    let events = results.summary.events.iter().map(|event| json!([event.at_s, event.name]));
    let record = json!({
        "measure": results.summary.measure_s,
        "steps": STEPS,
        "events": events.collect::<Vec<_>>(),
        "runs": runs.collect::<Vec<_>>(),
    });
    (format!("<div id=\"stage\">\n{content}</div>\n"), Some(record))
}

fn run(point: &ReplayPoint, at: &dyn Fn(Option<(f64, f64)>) -> Option<Point>) -> Value {
    let tenths = |value: f64| (value * 10.0).round() / 10.0;
    let place = |place| {
        let (x, y) = at(place).map_or((None, None), |(x, y)| (Some(tenths(x)), Some(tenths(y))));
        [x, y]
    };
    let peer = |peer: &ReplayPeer| {
        let [x, y] = place(peer.place);
        let sessions = peer.sessions.iter();
        let sessions =
            sessions.map(|session| json!([session.up_s, session.joined_s, session.down_s, session.key]));
        json!([peer.peer, x, y, sessions.collect::<Vec<_>>()])
    };
    let lookups = point.run.lookups.iter().map(|lookup| {
        let [x, y] = place(lookup.answer.as_ref().and_then(|answer| answer.place));
        let key = lookup.answer.as_ref().map(|answer| answer.key);
        json!([
            lookup.origin,
            lookup.issued_s,
            lookup.key,
            lookup.latency_ms,
            lookup.hops,
            key,
            x,
            y,
            lookup.outcome
        ])
    });
    json!({
        "name": crate::figure::run_name(point),
        "pool": point.run.pool,
        "peers": point.run.peers.iter().map(peer).collect::<Vec<_>>(),
        "lookups": lookups.collect::<Vec<_>>(),
    })
}
