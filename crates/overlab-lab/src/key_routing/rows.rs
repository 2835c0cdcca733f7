//! `lookups.csv`: one row a lookup of the measured period.

use crate::calendar::Calendar;
use overlab_peer::{Cause, Contact, Key};
use overlab_time::{Span, Time};
use std::fmt::Write as _;

/// What a run's own columns are, after overlay, sweep values and replication.
pub(crate) const COLUMNS: [&str; 12] = [
    "origin",
    "number",
    "key",
    "issued_s",
    "joined",
    "timeouts",
    "messages",
    "answer",
    "latency_ms",
    "hops",
    "correct",
    "cause",
];

/// How one lookup ended.
#[derive(Clone, Debug)]
pub(crate) struct LookupRow {
    pub(crate) origin: Contact,
    pub(crate) number: u32,
    pub(crate) key: Key,
    pub(crate) issued: Time,
    pub(crate) joined: bool,
    /// The answer, its latency, and whether it was right.
    pub(crate) answer: Option<(Contact, Span, bool)>,
    pub(crate) hops: Option<u32>,
    pub(crate) timeouts: u32,
    pub(crate) messages: u32,
    pub(crate) cause: Option<Cause>,
}

/// The rows, by issue.
pub(super) fn csv<'a>(rows: impl Iterator<Item = &'a LookupRow>, calendar: &Calendar) -> String {
    let mut rows: Vec<&LookupRow> = rows.collect();
    rows.sort_by_key(|row| (row.issued, row.origin, row.number));
    let mut text = String::new();
    for row in rows {
        let (answer, latency, correct) = match row.answer {
            Some((owner, latency, correct)) => {
                (owner.peer.0.to_string(), latency.as_millis_f64().to_string(), correct.to_string())
            }
            None => (String::new(), String::new(), "false".to_owned()),
        };
        let hops = row.hops.map_or_else(String::new, |hops| hops.to_string());
        let cause = row.cause.map_or("", Cause::name);
        writeln!(
            text,
            "{},{},{},{},{},{},{},{answer},{latency},{hops},{correct},{cause}",
            row.origin.peer.0,
            row.number,
            row.key,
            row.issued.since(calendar.from).as_seconds(),
            row.joined,
            row.timeouts,
            row.messages,
        )
        .expect("writing to a string cannot fail");
    }
    text
}
