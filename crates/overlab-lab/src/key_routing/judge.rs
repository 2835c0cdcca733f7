//! The judge of lookups.
//!
//! A lookup belongs to the instant of its issue. It is answered if its origin holds the answer by the deadline, and
//! correct if the answer was the key's owner at some instant between issue and answer. One whose origin left is a class
//! of its own; every failure has a cause.

use super::ownership::{Ownership, Verdict};
use super::rows::{self, LookupRow};
use super::tally::{BinTally, Tally};
use crate::calendar::Calendar;
use crate::metric::Metrics;
use crate::outcome::{LATENCY_QUANTILES, RunOutcome};
use crate::sample::Sample;
use crate::service::Judge;
use crate::statistics::quantile;
use overlab_peer::{
    Audit, Cause, Contact, Key, LookupOutcome, LookupReport, LookupRequest, Operation, PeerId, Program, Space,
};
use overlab_time::{Span, Time};
use overlab_world::{Logged, Record, Roster, View};
use std::collections::BTreeMap;
use std::ops::Range;

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

/// At most about so many peers' tables are looked at for each sample; fewer peers are all looked at.
const AUDITED: usize = 2_000;

/// Judges the lookups of one run under the ownership rule `S`.
#[derive(Debug)]
pub(crate) struct LookupJudge<S> {
    calendar: Calendar,
    /// How long after its deadline a report may still come, of an answer that came in time.
    grace: Span,
    pending: BTreeMap<(PeerId, u32), Pending>,
    ownership: Ownership<S>,
    /// Looks at the tables, by time.
    audits: Vec<(Time, Audit)>,
    phases: Vec<Tally>,
    bins: Vec<BinTally>,
    /// One row a lookup of the measured period, where asked for.
    rows: Option<Vec<LookupRow>>,
}

impl<S: Space> LookupJudge<S> {
    pub(crate) fn new(calendar: Calendar, grace: Span, rows: bool) -> Self {
        Self {
            grace,
            pending: BTreeMap::new(),
            ownership: Ownership::new(),
            audits: Vec::new(),
            phases: vec![Tally::default(); calendar.phases.len()],
            bins: vec![BinTally::default(); calendar.bin_count()],
            rows: rows.then(Vec::new),
            calendar,
        }
    }

    /// The lookups of consecutive phases together.
    fn tally(&self, phases: Range<usize>) -> Tally {
        let mut all = Tally::default();
        for tally in &self.phases[phases] {
            all.merge(tally);
        }
        all
    }

    /// What the looks at the tables found after `from`, until `to`: the look at the start shows the tables before
    /// whatever opens the period.
    fn tables(&self, from: Time, to: Time, out: &mut Metrics) {
        let mut audit = Audit::default();
        for (_, look) in self.audits.iter().filter(|look| look.0 > from && look.0 <= to) {
            audit.merge(look);
        }
        out.put("state.contacts_per_peer", Sample::ratio(audit.contacts, audit.peers));
        out.put("table.stale_ratio", Sample::ratio(audit.stale, audit.contacts));
        out.put("table.missing_ratio", Sample::ratio(audit.missing, audit.expected));
        out.put("ring.successor_wrong_ratio", Sample::ratio(audit.successors_wrong, audit.successors));
        out.put("ring.successor_dead_ratio", Sample::ratio(audit.successors_dead, audit.successors));
    }

    fn trouble(&mut self, time: Time, operation: Operation, cause: Cause) {
        if let Some(pending) = self.pending.get_mut(&(operation.origin, operation.number))
            && pending.trouble != Some(Cause::Adversary)
            && time <= pending.deadline
        {
            // What happens after the deadline is not what it failed of.
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

impl<S, P> Judge<P> for LookupJudge<S>
where
    S: Space,
    P: Program<Request = LookupRequest, Report = LookupReport, Audit = Audit>,
{
    const VULNERABLE: &'static [(&'static str, bool)] =
        &[("lookup.success_ratio", true), ("lookup.correct_ratio", true), ("lookup.latency_ms", false)];

    fn note(&mut self, logged: &Logged<P>, roster: &Roster, view: &View<'_, P>) {
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
            Record::Trouble { operation, cause } => self.trouble(time, operation, cause),
        }
    }

    /// Fails what is overdue at `now` and forgets what no lookup can need any more.
    fn settle(&mut self, now: Time) {
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

    fn look(&mut self, now: Time, roster: &Roster, view: &View<'_, P>) {
        self.audits.push((now, view.audit(roster, AUDITED)));
    }

    fn phases(&self, phases: Range<usize>, out: &mut Metrics) {
        self.tally(phases.clone()).metrics(out);
        let phases = &self.calendar.phases[phases];
        if let (Some(first), Some(last)) = (phases.first(), phases.last()) {
            self.tables(first.from, last.to, out);
        }
    }

    fn bins(&self, bins: Range<usize>, out: &mut Metrics) {
        if bins.is_empty() {
            return;
        }
        let mut all = BinTally::default();
        for tally in &self.bins[bins.clone()] {
            all.merge(tally);
        }
        all.metrics(out);
        self.tables(self.calendar.bins[bins.start], self.calendar.bins[bins.end], out);
    }

    fn finish(&self, outcome: &mut RunOutcome) {
        let all = self.tally(0..self.phases.len());
        outcome.hops.clone_from(all.hops.counts());
        let sorted = all.latency.sorted();
        if !sorted.is_empty() {
            let at = |n: usize| quantile(&sorted, n as f64 / LATENCY_QUANTILES as f64);
            outcome.latency_quantiles =
                (0..=LATENCY_QUANTILES).filter_map(at).map(|nanoseconds| nanoseconds as f64 / 1e6).collect();
        }
        outcome.lookups = self.rows.as_ref().map(|rows| rows::csv(rows, &self.calendar));
    }
}
