//! Google's Trace Event Format, which Perfetto and chrome://tracing open.
//!
//! Every peer is a process with one thread. What a peer handles is a complete event (`X`): it takes no simulated time, so it is
//! drawn a microsecond wide, or less where something else follows sooner. A message is a flow (`s`, `f`) from the event that
//! sent it to the one that got it, and beside that an asynchronous slice (`b`, `e`) as long as it is under way.
//! Instants (`i`) are turns of a peer's life and lost messages.

use super::{occurrence_json, outcome};
use crate::again::{Occurrence, Sending, Way, What};
use overlab_time::Time;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A trace that is being collected.
#[derive(Debug)]
pub struct ChromeTrace {
    name: String,
    measured: Time,
    occurrences: Vec<Occurrence>,
}

/// How wide an event is drawn at most, in nanoseconds.
const WIDTH: u64 = 1_000;

impl ChromeTrace {
    /// An empty trace of a run of that name; `measured` is when the measured period begins.
    pub fn new(name: &str, measured: Time) -> Self {
        Self { name: name.to_owned(), measured, occurrences: Vec::new() }
    }

    /// Adds an occurrence, not before the last that was added.
    pub fn add(&mut self, occurrence: Occurrence) {
        self.occurrences.push(occurrence);
    }

    /// The whole trace as a JSON object. Instants are microseconds since the start of the run.
    pub fn to_json(&self) -> Value {
        let arrived: BTreeSet<u64> = self.occurrences.iter().filter_map(arrives).collect();
        let mut next: BTreeMap<u32, u64> = BTreeMap::new();
        let mut events: Vec<Vec<Value>> = Vec::new();
        // From the end on, so that each knows what follows at its peer.
        for occurrence in self.occurrences.iter().rev() {
            let (peer, now) = (occurrence.peer.peer.0, occurrence.time.0);
            let room = next.insert(peer, now).map_or(WIDTH, |next| next - now);
            events.push(self.events(occurrence, room.min(WIDTH), &arrived));
        }
        let names = next.keys().flat_map(|peer| {
            let process = json!({
                "name": "process_name", "ph": "M", "pid": peer, "tid": 0, "args": { "name": format!("peer {peer}") },
            });
            let thread = json!({
                "name": "thread_name", "ph": "M", "pid": peer, "tid": 0, "args": { "name": "events" },
            });
            [process, thread]
        });
        let all: Vec<Value> = names.chain(events.into_iter().rev().flatten()).collect();
        json!({
            "displayTimeUnit": "ns",
            "otherData": {
                "run": self.name,
                "measured_period_begins_us": micros(self.measured.0),
            },
            "traceEvents": all,
        })
    }

    fn events(&self, occurrence: &Occurrence, width: u64, arrived: &BTreeSet<u64>) -> Vec<Value> {
        let (pid, ts) = (occurrence.peer.peer.0, micros(occurrence.time.0));
        let mut events = vec![json!({
            "name": name(occurrence), "cat": "event", "ph": "X", "ts": ts, "dur": micros(width), "pid": pid, "tid": 0,
            "args": occurrence_json(occurrence, self.measured),
        })];
        if let Some(message) = arrives(occurrence) {
            events.push(json!({
                "name": "message", "cat": "flow", "ph": "f", "bp": "e", "id": message, "ts": ts, "pid": pid, "tid": 0,
            }));
        }
        for turn in &occurrence.turns {
            events.push(json!({
                "name": turn.name(), "cat": "life", "ph": "i", "s": "p", "ts": ts, "pid": pid, "tid": 0,
            }));
        }
        for sending in &occurrence.sent {
            events.extend(departure(sending, (pid, &ts), arrived));
        }
        events
    }
}

fn departure(sending: &Sending, (pid, ts): (u32, &Value), arrived: &BTreeSet<u64>) -> Vec<Value> {
    let (kind, to, id) = (sending.glance.kind, sending.to.peer.0, sending.number);
    match sending.way {
        Way::Lost(loss) => vec![json!({
            "name": format!("{kind} to {to} lost: {}", loss.name()), "cat": "loss", "ph": "i", "s": "t",
            "ts": ts, "pid": pid, "tid": 0,
        })],
        Way::Comes { at, .. } => {
            let name = format!("{kind} to {to}");
            let end = micros(at.0);
            let mut events = vec![
                json!({ "name": name, "cat": "under way", "ph": "b", "id": id, "ts": ts, "pid": pid, "tid": 0 }),
                json!({ "name": name, "cat": "under way", "ph": "e", "id": id, "ts": end, "pid": pid, "tid": 0 }),
            ];
            if arrived.contains(&id) {
                events.push(json!({
                    "name": "message", "cat": "flow", "ph": "s", "id": id, "ts": ts, "pid": pid, "tid": 0,
                }));
            }
            events
        }
    }
}

/// The number of the message that an occurrence is the end of: not its coming to a link where it has to wait.
fn arrives(occurrence: &Occurrence) -> Option<u64> {
    match &occurrence.what {
        What::Message(arrival) if arrival.held.is_none() || arrival.refused.is_some() => arrival.message,
        _ => None,
    }
}

fn name(occurrence: &Occurrence) -> String {
    match &occurrence.what {
        What::Message(arrival) => {
            let (kind, from) = (arrival.glance.kind, arrival.from.peer.0);
            match outcome(occurrence, arrival).as_str() {
                "delivered" => format!("{kind} from {from}"),
                other => format!("{kind} from {from}: {other}"),
            }
        }
        What::Timer(timer) => format!("timer {timer}"),
        What::Change => "change".to_owned(),
        What::Other => "event".to_owned(),
    }
}

/// Microseconds, exact to the nanosecond.
fn micros(nanoseconds: u64) -> Value {
    json!(nanoseconds as f64 / 1e3)
}
