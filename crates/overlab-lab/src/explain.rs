//! Lookups explained hop by hop, from the very run that they belong to.
//!
//! A run is had again twice ([`Again`]): once as it was, for the judge's verdict on every lookup and for the digest, and once
//! with a listener for the few that are to be explained. Out of what was heard, the messages of a lookup are put together
//! ([`steps`]) and its critical path is found ([`path`]).

mod explanation;
mod id;
mod path;
mod steps;
mod verdict;

pub use explanation::{Explanation, Fate, Leg, LegKind, Parts, Step, Trouble};
pub use id::{LookupId, NoLookupId};
pub use verdict::{LookupVerdict, Worse};

use crate::again::{Again, AgainError, Detail, Hearing, Life, Occurrence, Period, Wish};
use crate::outcome::RunOutcome;
use overlab_peer::Operation;
use overlab_time::Time;
use path::Track;

/// What the judge says of every lookup of the measured period of a run; the run's plan must ask for lookups.
pub fn verdicts(again: &Again<'_>, outcome: &RunOutcome) -> Vec<LookupVerdict> {
    verdict::verdicts(again.place, outcome)
}

/// Explains lookups of a run, in their order; those that the run has not are left out.
///
/// # Errors
/// Where the run is interrupted or cannot be set up.
pub fn explain(again: &Again<'_>, lookups: &[LookupVerdict]) -> Result<Vec<Explanation>, AgainError> {
    let mut operations: Vec<Operation> = lookups.iter().map(|verdict| verdict.id.operation).collect();
    operations.sort_unstable();
    if again.plan.scenario.is_static() {
        return Err(AgainError::Static);
    }
    let calendar = &again.plan.calendar;
    let from = calendar.from;
    let seconds = |s: f64| (s * 1e9) as u64;
    let issued = |verdict: &LookupVerdict| from.0 + seconds(verdict.issued_s);
    let first = lookups.iter().map(issued).min().unwrap_or(0);
    let last = lookups.iter().map(issued).max().unwrap_or(0);
    // What is known in seconds may be some nanoseconds off; and a report may come as long after the issue as a run drains.
    let period = Period {
        from: Time(first.saturating_sub(1_000)),
        to: Time(last.saturating_add(1_001)) + calendar.end.since(calendar.to),
    };
    let mut heard: Vec<Occurrence> = Vec::new();
    let hearing = Hearing::Requests(operations);
    let left = again.hear(Wish {
        hearing: &hearing,
        period,
        detail: Detail::Entries,
        sink: &mut |occurrence| heard.push(occurrence),
    })?;
    let mut all = Vec::new();
    for verdict in lookups {
        all.extend(explanation(again, verdict, (&heard, period.to), &left.lives));
    }
    Ok(all)
}

fn explanation(
    again: &Again<'_>,
    verdict: &LookupVerdict,
    (heard, until): (&[Occurrence], Time),
    lives: &Life,
) -> Option<Explanation> {
    let operation = verdict.id.operation;
    let mine = |occurrence: &&Occurrence| concerns(occurrence, operation);
    let heard: Vec<Occurrence> = heard.iter().filter(mine).cloned().collect();
    let issue = |occurrence: &Occurrence| {
        occurrence.issued.iter().find(|issue| issue.operation == operation).copied()
    };
    let issues = |at: &Occurrence| Some((at.time, at.peer, issue(at)?));
    let (issued, origin, issue) = heard.iter().find_map(issues)?;
    let timeout = again.plan.scenario.overlays[again.place.overlay].rpc.timeout;
    let mut messages = steps::messages(&heard, operation, timeout, until);
    let reports = heard.iter().flat_map(|occurrence| &occurrence.reports);
    let report = reports.filter(|report| report.operation == operation).find_map(|report| report.lookup);
    let deadline = issue.lookup.map_or(Time::NEVER, |request| request.deadline);
    let left = lives.leaves(origin, issued, deadline);
    let track = Track { heard: &heard, operation, messages: &messages, timeout, issued, deadline, left };
    let end = track.end(report.as_ref());
    let path = track.path(end);
    let parts = track.parts(&path);
    for step in path.iter().filter_map(|leg| leg.step) {
        messages[step].critical = true;
    }
    let troubles = heard.iter().flat_map(|occurrence| {
        let mine = occurrence.troubles.iter().filter(|trouble| trouble.0 == operation);
        mine.map(|(_, cause)| Trouble {
            at_ns: occurrence.time.0,
            peer: occurrence.peer.peer.0,
            cause: cause.name(),
        })
    });
    let explanation = Explanation {
        lookup: verdict.id.to_string(),
        overlay: again.label.to_owned(),
        origin: operation.origin.0,
        key: String::new(),
        issued_ns: issued.0,
        deadline_ns: deadline.0,
        ended_ns: end.0.0,
        answer: None,
        correct: false,
        cause: None,
        hops: None,
        timeouts: 0,
        messages: 0,
        parts,
        path,
        troubles: troubles.collect(),
        steps: messages.iter().map(|message| message.step(&messages, lives)).collect(),
    };
    Some(explanation.judged(verdict))
}

/// Whether an occurrence has to do with a lookup.
fn concerns(occurrence: &Occurrence, operation: Operation) -> bool {
    use crate::again::What;
    let arrives = matches!(&occurrence.what, What::Message(arrival) if arrival.operation == Some(operation));
    arrives
        || occurrence.sent.iter().any(|sending| sending.operation == Some(operation))
        || occurrence.issued.iter().any(|issue| issue.operation == operation)
        || occurrence.reports.iter().any(|report| report.operation == operation)
        || occurrence.troubles.iter().any(|trouble| trouble.0 == operation)
}
