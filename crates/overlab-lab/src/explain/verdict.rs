//! What the judge said of a lookup, as its row of `lookups.csv` has it.

use super::LookupId;
use crate::key_routing::COLUMNS;
use crate::outcome::RunOutcome;
use crate::store::RunPlace;
use overlab_peer::{Cause, Operation, PeerId};

/// What the judge said of a lookup of the measured period.
#[derive(Clone, Debug, PartialEq)]
pub struct LookupVerdict {
    /// Its name.
    pub id: LookupId,
    /// The key that was looked up.
    pub key: String,
    /// When, in seconds since the start of the measured period.
    pub issued_s: f64,
    /// The peer that answered in time, if one did.
    pub answer: Option<u32>,
    /// How long that took, in milliseconds.
    pub latency_ms: Option<f64>,
    /// Edges from the origin to the owner.
    pub hops: Option<u32>,
    /// Requests that were not answered in time.
    pub timeouts: u32,
    /// Messages sent.
    pub messages: u32,
    /// Whether the answer was right.
    pub correct: bool,
    /// Why it failed, if it did.
    pub cause: Option<String>,
}

/// By which measure a lookup is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worse {
    /// The time to a right answer or a wrong one.
    Latency,
    /// Hops to the answer.
    Hops,
    /// Requests that were not answered in time.
    Timeouts,
    /// Messages.
    Messages,
    /// Lookups that got no right answer, the first issued first; but for those whose origins left, which no ratio counts.
    Failures,
}

impl Worse {
    /// How bad a lookup is by this measure; nothing where it has no part in it.
    fn of(self, verdict: &LookupVerdict) -> Option<f64> {
        match self {
            Self::Latency => verdict.latency_ms,
            Self::Hops => verdict.hops.map(f64::from),
            Self::Timeouts => Some(f64::from(verdict.timeouts)),
            Self::Messages => Some(f64::from(verdict.messages)),
            Self::Failures => {
                let left = verdict.cause.as_deref() == Some(Cause::OriginLeft.name());
                (!verdict.correct && !left).then_some(-verdict.issued_s)
            }
        }
    }

    /// The worst `most` lookups of `all`, the worst first; of equally bad ones those with the smaller name.
    pub fn worst(self, all: Vec<LookupVerdict>, most: usize) -> Vec<LookupVerdict> {
        let mut measured: Vec<(f64, LookupVerdict)> =
            all.into_iter().filter_map(|verdict| Some((self.of(&verdict)?, verdict))).collect();
        measured.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.id.cmp(&b.1.id)));
        measured.truncate(most);
        measured.into_iter().map(|(_, verdict)| verdict).collect()
    }
}

/// What the judge said of all lookups of a run whose plan asked for them.
pub(super) fn verdicts(place: RunPlace, outcome: &RunOutcome) -> Vec<LookupVerdict> {
    let rows = outcome.lookups.iter().flat_map(|rows| rows.lines());
    rows.filter_map(|row| verdict(place, row)).collect()
}

fn verdict(place: RunPlace, row: &str) -> Option<LookupVerdict> {
    let fields: Vec<&str> = row.split(',').collect();
    let field = |name: &str| {
        let at = COLUMNS.iter().position(|column| *column == name)?;
        fields.get(at).copied().filter(|text| !text.is_empty())
    };
    let number = |name: &str| field(name)?.parse::<u32>().ok();
    Some(LookupVerdict {
        id: LookupId {
            place,
            operation: Operation { origin: PeerId(number("origin")?), number: number("number")? },
        },
        key: field("key")?.to_owned(),
        issued_s: field("issued_s")?.parse().ok()?,
        answer: number("answer"),
        latency_ms: field("latency_ms").and_then(|text| text.parse().ok()),
        hops: number("hops"),
        timeouts: number("timeouts")?,
        messages: number("messages")?,
        correct: field("correct") == Some("true"),
        cause: field("cause").map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: RunPlace = RunPlace { point: 0, overlay: 1, replication: 2 };

    #[test]
    fn rows_are_read_as_they_are_written() {
        let answered = verdict(PLACE, "7,3,00ff,12.5,true,2,9,44,812.25,5,true,").unwrap();
        assert_eq!(answered.id.to_string(), "0-1-2-7-3");
        assert_eq!((answered.answer, answered.latency_ms, answered.hops), (Some(44), Some(812.25), Some(5)));
        assert_eq!((answered.timeouts, answered.messages, answered.correct), (2, 9, true));
        assert_eq!((answered.key.as_str(), answered.cause.as_deref()), ("00ff", None));
        let failed = verdict(PLACE, "7,4,00ff,13,true,2,9,,,,false,stale_entry").unwrap();
        assert_eq!((failed.answer, failed.hops, failed.correct), (None, None, false));
        assert_eq!(failed.cause.as_deref(), Some("stale_entry"));
    }

    #[test]
    fn the_worst_come_first_and_ties_do_not_depend_on_order() {
        let row = |peer: u32, latency: &str, timeouts: u32, correct: bool, issued: u32| {
            verdict(PLACE, &format!("{peer},0,00ff,{issued},true,{timeouts},9,44,{latency},5,{correct},"))
                .unwrap()
        };
        let all = vec![
            row(1, "10", 0, true, 9),
            row(3, "30", 1, false, 8),
            row(2, "30", 2, true, 7),
            row(4, "", 3, false, 6),
        ];
        let peers = |worse: Worse, most| -> Vec<u32> {
            worse.worst(all.clone(), most).iter().map(|verdict| verdict.id.operation.origin.0).collect()
        };
        assert_eq!(peers(Worse::Latency, 2), [2, 3]);
        assert_eq!(peers(Worse::Latency, 9), [2, 3, 1], "one without an answer has no latency");
        assert_eq!(peers(Worse::Timeouts, 3), [4, 2, 3]);
        assert_eq!(peers(Worse::Failures, 9), [4, 3], "in the order of their issue");
    }
}
