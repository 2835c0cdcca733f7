//! The judge of lookups: design, "How a lookup is judged".

use super::ownership::{Ownership, Verdict};
use super::tally::{BinTally, Tally};
use crate::calendar::Calendar;
use overlab_peer::{
    Cause, Contact, Key, LookupOutcome, LookupReport, LookupRequest, Operation, PeerId, Program, Space,
};
use overlab_time::{Span, Time};
use overlab_world::{Logged, Record, Roster, View};
use std::collections::BTreeMap;

/// A lookup that was issued and not yet judged.
#[derive(Clone, Copy, Debug)]
struct Pending {
    origin: Contact,
    key: Key,
    issued: Time,
    deadline: Time,
    joined: bool,
    owner_at_issue: Option<Contact>,
    trouble: Option<Cause>,
}

/// How one lookup ended, for `lookups.csv`.
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

/// Judges the lookups of one run under the ownership rule `S`.
#[derive(Debug)]
pub(crate) struct Judge<S> {
    calendar: Calendar,
    /// How long after its deadline a report may still come, of an answer that came in time.
    grace: Span,
    pending: BTreeMap<(PeerId, u32), Pending>,
    ownership: Ownership<S>,
    pub(crate) phases: Vec<Tally>,
    pub(crate) bins: Vec<BinTally>,
    /// One row a lookup of the measured period, where asked for.
    pub(crate) rows: Option<Vec<LookupRow>>,
}

impl<S: Space> Judge<S> {
    pub(crate) fn new(calendar: Calendar, grace: Span, rows: bool) -> Self {
        Self {
            grace,
            pending: BTreeMap::new(),
            ownership: Ownership::new(),
            phases: vec![Tally::default(); calendar.phases.len()],
            bins: vec![BinTally::default(); calendar.bin_count()],
            rows: rows.then(Vec::new),
            calendar,
        }
    }

    /// Takes note of a record; the roster has it already.
    pub(crate) fn note<P>(&mut self, logged: &Logged<P>, roster: &Roster, view: &View<'_, P>)
    where
        P: Program<Request = LookupRequest, Report = LookupReport>,
    {
        let (time, contact) = (logged.time, logged.contact);
        match logged.record {
            Record::Up => {}
            Record::Joined => self.ownership.note(time, contact, true, view.keys),
            Record::Down { joined } => {
                if joined {
                    self.ownership.note(time, contact, false, view.keys);
                }
                self.origin_left(time, contact);
            }
            Record::Issued { number, request, joined } => {
                let owner_at_issue =
                    S::owner(roster.by_key(), request.key).map(|owner: (Key, Contact)| owner.1);
                let pending = Pending {
                    origin: contact,
                    key: request.key,
                    issued: time,
                    deadline: request.deadline,
                    joined,
                    owner_at_issue,
                    trouble: None,
                };
                self.pending.insert((contact.peer, number), pending);
            }
            Record::Reported(report) => self.reported(time, contact.peer, report, roster, view),
            Record::Trouble { operation, cause } => self.trouble(operation, cause),
        }
    }

    /// Fails what is overdue at `now` and forgets what no lookup can need any more.
    pub(crate) fn settle(&mut self, now: Time) {
        let (mut overdue, mut oldest) = (Vec::new(), now);
        for (place, pending) in &self.pending {
            if pending.deadline + self.grace < now {
                overdue.push(*place);
            } else {
                oldest = oldest.min(pending.issued);
            }
        }
        for place in overdue {
            let pending = self.pending.remove(&place).expect("it was just seen");
            let cause = pending.trouble.unwrap_or(Cause::Timeout);
            self.fail(place.1, pending, cause, 0, 0);
        }
        self.ownership.forget_before(oldest);
    }

    fn trouble(&mut self, operation: Operation, cause: Cause) {
        if let Some(pending) = self.pending.get_mut(&(operation.origin, operation.number))
            && pending.trouble != Some(Cause::Adversary)
        {
            // What an adversary did outweighs whatever else happened; else the last trouble counts.
            pending.trouble = Some(cause);
        }
    }

    fn origin_left(&mut self, now: Time, origin: Contact) {
        let places: Vec<_> =
            self.pending.range((origin.peer, 0)..=(origin.peer, u32::MAX)).map(|(place, _)| *place).collect();
        for place in places {
            let pending = self.pending.remove(&place).expect("it was just seen");
            if now > pending.deadline {
                // It had failed before its origin left.
                self.fail(place.1, pending, pending.trouble.unwrap_or(Cause::Timeout), 0, 0);
                continue;
            }
            let Some(phase) = self.calendar.phase(pending.issued) else { continue };
            if pending.joined {
                self.phases[phase].origin_left += 1;
            } else {
                self.phases[phase].not_joined += 1;
            }
            self.row(place.1, pending, None, (None, 0, 0), Some(Cause::OriginLeft));
        }
    }

    fn reported<P>(
        &mut self,
        now: Time,
        peer: PeerId,
        report: LookupReport,
        roster: &Roster,
        view: &View<'_, P>,
    ) where
        P: Program<Request = LookupRequest, Report = LookupReport>,
    {
        let LookupReport { number, outcome, timeouts, timeouts_to_predecessor, messages } = report;
        let Some(pending) = self.pending.remove(&(peer, number)) else { return };
        let LookupOutcome::Answered { owner, answered, hops, hops_to_predecessor } = outcome else {
            let cause = pending.trouble.unwrap_or(Cause::StaleEntry);
            self.fail(number, pending, cause, timeouts, messages);
            return;
        };
        if answered > pending.deadline {
            self.fail(number, pending, pending.trouble.unwrap_or(Cause::Timeout), timeouts, messages);
            return;
        }
        let verdict: Verdict =
            self.ownership.judge(owner, pending.key, pending.issued, answered, roster, view.keys);
        let latency = answered.since(pending.issued);
        let wrong = (!verdict.ever).then_some(match pending.trouble {
            Some(Cause::Adversary) => Cause::Adversary,
            _ => Cause::WrongOwner,
        });
        let (Some(phase), Some(bin)) =
            (self.calendar.phase(pending.issued), self.calendar.bin(pending.issued))
        else {
            return;
        };
        self.row(
            number,
            pending,
            Some((owner, latency, verdict.ever)),
            (Some(hops), timeouts, messages),
            wrong,
        );
        let tally = &mut self.phases[phase];
        if !pending.joined {
            tally.not_joined += 1;
            return;
        }
        tally.issued += 1;
        tally.answered += 1;
        tally.correct += u64::from(verdict.ever);
        tally.correct_at_issue +=
            u64::from(pending.owner_at_issue == Some(owner) || (S::SELF_DECLARED && verdict.ever));
        tally.correct_at_answer += u64::from(verdict.at_answer);
        if let Some(cause) = wrong {
            tally.failed[cause as usize] += 1;
        }
        tally.latency.add(latency.0);
        tally.penalised.add(if verdict.ever { latency.0 } else { pending.deadline.since(pending.issued).0 });
        // A procedure that was not sure by the deadline ended there.
        tally.termination.add(now.min(pending.deadline).since(pending.issued).0);
        tally.hops.add(hops);
        if let Some(hops) = hops_to_predecessor {
            tally.hops_to_predecessor.add(hops);
            tally.timeouts_to_predecessor.add(timeouts_to_predecessor);
        }
        tally.timeouts.add(timeouts);
        tally.messages.add(messages);
        if verdict.ever && owner.peer != peer {
            let (here, there) = (view.host(peer), view.host(owner.peer));
            // The origin holds the owner's reply at the end, so the direct way goes there and back too.
            let direct = (view.latency(here, there) + view.latency(there, here)).0;
            if let Some(ratio) = (u128::from(latency.0) * 1_000_000).checked_div(u128::from(direct)) {
                tally.stretch.add(u64::try_from(ratio).unwrap_or(u64::MAX));
                tally.stretched += u128::from(latency.0);
                tally.direct += u128::from(direct);
            }
        }
        let bin = &mut self.bins[bin];
        bin.issued += 1;
        bin.answered += 1;
        bin.correct += u64::from(verdict.ever);
        bin.latency += u128::from(latency.0);
        bin.hops += u64::from(hops);
    }

    fn fail(&mut self, number: u32, pending: Pending, cause: Cause, timeouts: u32, messages: u32) {
        let (Some(phase), Some(bin)) =
            (self.calendar.phase(pending.issued), self.calendar.bin(pending.issued))
        else {
            return;
        };
        self.row(number, pending, None, (None, timeouts, messages), Some(cause));
        let tally = &mut self.phases[phase];
        if !pending.joined {
            tally.not_joined += 1;
            return;
        }
        tally.issued += 1;
        tally.failed[cause as usize] += 1;
        tally.penalised.add(pending.deadline.since(pending.issued).0);
        self.bins[bin].issued += 1;
    }

    fn row(
        &mut self,
        number: u32,
        pending: Pending,
        answer: Option<(Contact, Span, bool)>,
        (hops, timeouts, messages): (Option<u32>, u32, u32),
        cause: Option<Cause>,
    ) {
        if let Some(rows) = &mut self.rows
            && self.calendar.phase(pending.issued).is_some()
        {
            rows.push(LookupRow {
                origin: pending.origin,
                number,
                key: pending.key,
                issued: pending.issued,
                joined: pending.joined,
                answer,
                hops,
                timeouts,
                messages,
                cause,
            });
        }
    }
}
