//! The critical path of a lookup: what it waited for from its issue to its end, found by going back from the end.

use super::explanation::{Fate, Leg, LegKind, Parts};
use super::steps::Message;
use crate::again::{Occurrence, What};
use overlab_peer::{Contact, LookupOutcome, LookupReport, Operation, PeerId};
use overlab_time::{Span, Time};

/// A lookup among what was heard.
pub(super) struct Track<'a> {
    pub(super) heard: &'a [Occurrence],
    pub(super) operation: Operation,
    pub(super) messages: &'a [Message<'a>],
    /// How long an answer to a call is waited for.
    pub(super) timeout: Span,
    pub(super) issued: Time,
    pub(super) deadline: Time,
    /// When its origin went down, if it did before the deadline.
    pub(super) left: Option<Time>,
}

impl Track<'_> {
    /// When the lookup ended and the place of the occurrence that ended it: that brought the answer, or the last of its
    /// origin that had to do with it.
    pub(super) fn end(&self, report: Option<&LookupReport>) -> (Time, Option<usize>) {
        let origin = self.operation.origin;
        let outcome = report.map(|report| report.outcome);
        if let Some(LookupOutcome::Answered { owner, answered, .. }) = outcome
            && answered <= self.deadline
        {
            return (answered, self.brought(origin, owner, answered));
        }
        let ended = self
            .heard
            .iter()
            .find(|occurrence| occurrence.reports.iter().any(|report| report.operation == self.operation));
        let latest = self.left.unwrap_or(self.deadline);
        let ended = ended.map_or(latest, |occurrence| occurrence.time.min(latest));
        (ended, self.last(origin, ended))
    }

    /// The occurrence at the origin that brought the answer of `owner`.
    fn brought(&self, origin: PeerId, owner: Contact, at: Time) -> Option<usize> {
        let arrivals = |from: Option<Contact>| {
            self.messages.iter().find_map(|message| {
                let (time, place) = message.handled?;
                let fits = time == at
                    && message.sending.to.peer == origin
                    && message.fate == Fate::Delivered
                    && from.is_none_or(|from| message.sending.from == from);
                fits.then_some(place)
            })
        };
        arrivals(Some(owner)).or_else(|| arrivals(None)).or_else(|| self.last(origin, at))
    }

    /// The last occurrence at `peer` until `until` that has to do with the lookup.
    fn last(&self, peer: PeerId, until: Time) -> Option<usize> {
        let end = self.heard.partition_point(|occurrence| occurrence.time <= until);
        (0..end).rev().find(|at| self.heard[*at].peer.peer == peer && self.concerns(*at))
    }

    /// Whether an occurrence has to do with the lookup.
    fn concerns(&self, at: usize) -> bool {
        let occurrence = &self.heard[at];
        let mine = |operation: &Operation| *operation == self.operation;
        occurrence.issued.iter().any(|issue| mine(&issue.operation))
            || occurrence.reports.iter().any(|report| mine(&report.operation))
            || self
                .messages
                .iter()
                .any(|message| message.sent_in == at || message.handled.is_some_and(|(_, place)| place == at))
    }

    /// The critical path to the end, from the issue on.
    pub(super) fn path(&self, (ended, last): (Time, Option<usize>)) -> Vec<Leg> {
        let mut path = Vec::new();
        let Some(mut at) = last else {
            path.push(idle(self.issued, ended));
            return path;
        };
        let mut time = self.heard[at].time;
        if time < ended {
            path.push(idle(time, ended));
        }
        while !self.issues(at) {
            let leg = self.before(at).unwrap_or_else(|| self.idle_before(at));
            (time, at) = (leg.0, leg.1);
            path.push(leg.2);
            if path.len() > self.heard.len() + self.messages.len() + 1 {
                // Occurrences follow one another in time: this cannot go on for ever.
                break;
            }
        }
        if time > self.issued {
            path.push(idle(self.issued, time));
        }
        path.retain(|leg| leg.to_ns > leg.from_ns || leg.step.is_some());
        path.reverse();
        path
    }

    fn issues(&self, at: usize) -> bool {
        self.heard[at].issued.iter().any(|issue| issue.operation == self.operation)
    }

    /// What the occurrence at `at` waited for: since when, which occurrence began that, and the leg.
    fn before(&self, at: usize) -> Option<(Time, usize, Leg)> {
        let occurrence = &self.heard[at];
        let leg = |place: usize, kind| {
            let message = &self.messages[place];
            let (from_ns, to_ns) = (message.sent.0, occurrence.time.0);
            (message.sent, message.sent_in, Leg { from_ns, to_ns, kind, step: Some(place) })
        };
        if matches!(occurrence.what, What::Message(_)) {
            let came = |message: &Message<'_>| message.handled.is_some_and(|(_, place)| place == at);
            return self.messages.iter().position(came).map(|place| leg(place, LegKind::Message));
        }
        let over = |message: &Message<'_>| {
            message.timed_out
                && message.sending.from.peer == occurrence.peer.peer
                && message.sent + self.timeout == occurrence.time
        };
        self.messages.iter().position(over).map(|place| leg(place, LegKind::Timeout))
    }

    /// Where nothing says what an occurrence waited for: whatever its peer did last for the lookup.
    fn idle_before(&self, at: usize) -> (Time, usize, Leg) {
        let (time, peer) = (self.heard[at].time, self.heard[at].peer.peer);
        let earlier =
            (0..at).rev().find(|earlier| self.heard[*earlier].peer.peer == peer && self.concerns(*earlier));
        let issue = (0..self.heard.len()).find(|place| self.issues(*place));
        let place = earlier.or(issue).unwrap_or(at);
        let since = self.heard[place].time.min(time);
        (since, place, idle(since, time))
    }

    /// What the time of a path went into.
    pub(super) fn parts(&self, path: &[Leg]) -> Parts {
        let mut parts = Parts::default();
        for leg in path {
            let length = leg.to_ns - leg.from_ns;
            match (leg.kind, leg.step) {
                (LegKind::Message, Some(step)) => parts.add(&self.messages[step].parts()),
                (LegKind::Timeout, _) => parts.timeouts_ns += length,
                _ => parts.idle_ns += length,
            }
        }
        parts
    }
}

fn idle(from: Time, to: Time) -> Leg {
    Leg { from_ns: from.0, to_ns: to.0, kind: LegKind::Idle, step: None }
}
