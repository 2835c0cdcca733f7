//! What happens at a peer, written down: as lines of JSON, and as a trace that Perfetto opens.

mod chrome;

pub use chrome::ChromeTrace;

use crate::again::{
    Again, AgainError, Arrival, Detail, Hearing, Occurrence, Passing, Period, Sending, Way, What, Wish,
};
use overlab_peer::{Contact, PeerId};
use overlab_time::Time;
use serde_json::{Map, Value, json};

/// Tells `sink` of all that one peer of a run does or is told in a period, and of what others send it and get from it.
///
/// # Errors
/// Where the run is interrupted or cannot be set up.
pub fn trace(
    again: &Again<'_>,
    peer: PeerId,
    period: Period,
    sink: &mut dyn FnMut(Occurrence),
) -> Result<(), AgainError> {
    let hearing = Hearing::Peer(peer);
    again.hear(Wish { hearing: &hearing, period, detail: Detail::Everything, sink })?;
    Ok(())
}

/// An occurrence as one JSON object; times are seconds, `measured` is when the measured period begins, which they count from.
pub fn occurrence_json(occurrence: &Occurrence, measured: Time) -> Value {
    let at = |time: Time| seconds(time, measured);
    let mut line = Map::new();
    let mut put = |name: &str, value: Value| {
        line.insert(name.to_owned(), value);
    };
    put("at_s", at(occurrence.time));
    put("peer", json!(occurrence.peer.peer.0));
    put("identity", json!(occurrence.peer.identity));
    match &occurrence.what {
        What::Message(arrival) => {
            put("event", json!("message"));
            put("arrival", arrival_json(arrival));
            put("outcome", json!(outcome(occurrence, arrival)));
        }
        What::Timer(name) => {
            put("event", json!("timer"));
            put("timer", json!(name));
            put("outcome", json!(handled(occurrence)));
        }
        What::Change => put("event", json!("change")),
        What::Other => put("event", json!("other")),
    }
    if !occurrence.turns.is_empty() {
        put("turns", occurrence.turns.iter().map(|turn| turn.name()).collect());
    }
    if !occurrence.issued.is_empty() {
        put("issued", occurrence.issued.iter().map(|issue| json!(issue.operation.number)).collect());
    }
    if !occurrence.reports.is_empty() {
        put("reports", occurrence.reports.iter().map(|report| report.content.clone()).collect());
    }
    if !occurrence.troubles.is_empty() {
        let told = occurrence.troubles.iter().map(|(operation, cause)| {
            json!({ "origin": operation.origin.0, "number": operation.number, "cause": cause.name() })
        });
        put("troubles", told.collect());
    }
    if !occurrence.sent.is_empty() {
        put("sent", occurrence.sent.iter().map(|sending| sending_json(sending, measured)).collect());
    }
    if !occurrence.wakes.is_empty() {
        let wakes = occurrence.wakes.iter().map(|(due, what)| json!({ "at_s": at(*due), "timer": what }));
        put("wakes", wakes.collect());
    }
    Value::Object(line)
}

/// What came of a message, in a word or two.
fn outcome(occurrence: &Occurrence, arrival: &Arrival) -> String {
    match (arrival.refused, arrival.held) {
        (Some(loss), _) => format!("lost: {}", loss.name()),
        (None, Some(_)) => "waits at the link".to_owned(),
        (None, None) => handled(occurrence).to_owned(),
    }
}

fn handled(occurrence: &Occurrence) -> &'static str {
    use overlab_engine::Handled;
    match occurrence.handled {
        Handled::Delivered => "delivered",
        Handled::Fired => "fired",
        Handled::Dropped => "nobody there",
        Handled::Stale => "stale",
        Handled::Internal => "internal",
    }
}

fn arrival_json(arrival: &Arrival) -> Value {
    let mut told = Map::new();
    let mut put = |name: &str, value: Value| {
        told.insert(name.to_owned(), value);
    };
    put("from", contact(arrival.from));
    put("kind", json!(arrival.glance.kind));
    put("bytes", json!(arrival.bytes));
    if let Some(number) = arrival.message {
        put("message", json!(number));
    }
    if let Some(operation) = arrival.operation {
        put("lookup", json!(format!("{}-{}", operation.origin.0, operation.number)));
    }
    if let Some(held) = arrival.held {
        put("held", passing(held));
    }
    if let Some(content) = &arrival.content {
        put("content", content.clone());
    }
    Value::Object(told)
}

fn sending_json(sending: &Sending, measured: Time) -> Value {
    let mut told = Map::new();
    let mut put = |name: &str, value: Value| {
        told.insert(name.to_owned(), value);
    };
    put("message", json!(sending.number));
    put("to", contact(sending.to));
    put("kind", json!(sending.glance.kind));
    put("bytes", json!(sending.bytes));
    if let Some(operation) = sending.operation {
        put("lookup", json!(format!("{}-{}", operation.origin.0, operation.number)));
    }
    if let Some(entry) = &sending.entry {
        put("entry", json!(entry));
    }
    match sending.way {
        Way::Lost(loss) => put("lost", json!(loss.name())),
        Way::Comes { at, legs } => {
            put("comes_s", seconds(at, measured));
            put("propagation_ms", json!(legs.propagation.0 as f64 / 1e6));
            if legs.up != Passing::default() {
                put("up", passing(legs.up));
            }
            if legs.between.0 > 0 {
                put("between_ms", json!(legs.between.0 as f64 / 1e6));
            }
        }
    }
    Value::Object(told)
}

fn passing(passing: Passing) -> Value {
    json!({
        "queued_ms": passing.queued.0 as f64 / 1e6,
        "transmission_ms": passing.transmission.0 as f64 / 1e6,
    })
}

fn contact(contact: Contact) -> Value {
    json!({ "peer": contact.peer.0, "identity": contact.identity })
}

/// Seconds since the start of the measured period.
fn seconds(time: Time, measured: Time) -> Value {
    json!((i128::from(time.0) - i128::from(measured.0)) as f64 / 1e9)
}
