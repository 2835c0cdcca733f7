//! The judge of lookups.
//!
//! A lookup belongs to the instant of its issue. It is answered if its origin holds the answer by the deadline, and
//! correct if the answer was the key's owner at some instant between issue and answer. One whose origin left is a class
//! of its own; every failure has a cause.
//!
//! Lookups are judged range by range of their origins ([`super::docket`]), on several threads where there are any: what
//! one range needs to know of the others, the turns of the membership and the troubles that lookups met elsewhere, is put
//! in order first. Sums and multisets are the same whatever the ranges.

use super::docket::{Docket, Session};
use super::ownership::Ownership;
use super::rows;
use super::tally::{BinTally, Tally};
use crate::calendar::Calendar;
use crate::metric::Metrics;
use crate::outcome::{LATENCY_QUANTILES, RunOutcome};
use crate::replay::{Played, Sampling};
use crate::sample::Sample;
use crate::service::Judge;
use crate::watch::Turn;
use overlab_peer::{Audit, LookupReport, LookupRequest, Program, Space};
use overlab_time::{Span, Time};
use overlab_world::{Log, Roster, Team, View};
use std::ops::Range;

/// At most about so many peers' tables are looked at for each sample; fewer peers are all looked at.
const AUDITED: usize = 2_000;

/// Fewer records than this are judged sooner by one thread than others are awake.
const WORTH_THREADS: usize = 4_000;

/// Judges the lookups of one run under the ownership rule `S`.
#[derive(Debug)]
pub(crate) struct LookupJudge<S> {
    calendar: Calendar,
    /// How long after its deadline a report may still come, of an answer that came in time.
    grace: Span,
    ownership: Ownership<S>,
    /// Looks at the tables, by time.
    audits: Vec<(Time, Audit)>,
    /// One a range of peers.
    dockets: Vec<Docket>,
    /// What dockets would otherwise keep one by one, by phase.
    phases: Vec<Tally>,
    /// Whether every lookup of the measured period is kept.
    rows: bool,
    /// Which are kept for playing the run back.
    sampling: Sampling,
}

impl<S: Space> LookupJudge<S> {
    pub(crate) fn new(calendar: Calendar, grace: Span, rows: bool, sampling: Sampling) -> Self {
        Self {
            sampling,
            grace,
            ownership: Ownership::new(),
            audits: Vec::new(),
            dockets: Vec::new(),
            phases: vec![Tally::default(); calendar.phases.len()],
            rows,
            calendar,
        }
    }

    /// The lookups of consecutive phases together.
    fn tally(&self, phases: Range<usize>) -> Tally {
        let mut all = Tally::default();
        for phase in phases {
            all.merge(&self.phases[phase]);
            self.dockets.iter().for_each(|docket| all.merge(&docket.tallies[phase]));
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
        out.put("state.contacts_per_peer", Sample::each(audit.contacts, audit.peers));
        out.put("table.stale_ratio", Sample::ratio(audit.stale, audit.contacts));
        out.put("table.missing_ratio", Sample::ratio(audit.missing, audit.expected));
        out.put("ring.successor_wrong_ratio", Sample::ratio(audit.successors_wrong, audit.successors));
        out.put("ring.successor_dead_ratio", Sample::ratio(audit.successors_dead, audit.successors));
    }
}

impl<S, P> Judge<P> for LookupJudge<S>
where
    S: Space,
    P: Program<Request = LookupRequest, Report = LookupReport, Audit = Audit>,
{
    const VULNERABLE: &'static [(&'static str, bool)] =
        &[("lookup.success_ratio", true), ("lookup.correct_ratio", true), ("lookup.latency_ms", false)];

    fn note(
        &mut self,
        now: Time,
        turns: &[Turn<'_, P>],
        logs: &[Log<P>],
        roster: &Roster,
        view: &View<'_, P>,
    ) {
        if self.dockets.is_empty() {
            let phases = self.calendar.phases.len();
            self.dockets
                .extend(view.ranges().map(|range| Docket::new(range, phases, self.rows, self.sampling)));
        }
        let (places, turns_before) = Session::turns(turns, &mut self.ownership, view.map());
        let session = Session {
            now,
            calendar: &self.calendar,
            grace: self.grace,
            ownership: &self.ownership,
            roster,
            map: view.map(),
            turns: places,
            turns_before,
            troubles: Session::<S>::troubles(turns),
        };
        let records: usize = logs.iter().map(|log| log.requests.len()).sum();
        let alone = Team::alone();
        let team = if records < WORTH_THREADS { &alone } else { view.team() };
        let oldest = team.each(&mut self.dockets, |at, docket| docket.judge(&logs[at], &session));
        for docket in &mut self.dockets {
            for (phase, part) in self.phases.iter_mut().zip(&mut docket.tallies) {
                phase.gather(part);
            }
        }
        self.ownership.forget_before(oldest.into_iter().min().unwrap_or(now));
    }

    fn bytes(&self) -> usize {
        self.dockets.iter().map(Docket::bytes).sum()
    }

    fn look(&mut self, now: Time, roster: &mut Roster, view: &View<'_, P>) {
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
        for (_, tally) in self.dockets.iter().flat_map(|docket| docket.bins.range(bins.clone())) {
            all.merge(tally);
        }
        all.metrics(out);
        self.tables(self.calendar.bins[bins.start], self.calendar.bins[bins.end], out);
    }

    fn played(&self) -> Vec<Played> {
        self.dockets.iter().flat_map(|docket| &docket.played).cloned().collect()
    }

    fn finish(&self, outcome: &mut RunOutcome) {
        let all = self.tally(0..self.phases.len());
        outcome.hops = all.hops.counts();
        let shares: Vec<f64> = (0..=LATENCY_QUANTILES).map(|n| n as f64 / LATENCY_QUANTILES as f64).collect();
        let quantiles = all.latency.quantiles(&shares);
        outcome.latency_quantiles =
            quantiles.into_iter().map(|nanoseconds| nanoseconds as f64 / 1e6).collect();
        outcome.lookups = self.rows.then(|| {
            let rows = self.dockets.iter().flat_map(|docket| &docket.rows).flatten();
            rows::csv(rows, &self.calendar)
        });
    }
}
