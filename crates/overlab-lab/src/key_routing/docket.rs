//! The lookups of a contiguous range of peers: judged by themselves, whoever judges the others at the same time.

use super::ownership::{Ownership, Question, Verdict};
use super::pending::{Pending, PendingLookups};
use super::rows::LookupRow;
use super::tally::{BinTally, Tally};
use crate::calendar::Calendar;
use crate::replay::{Played, Sampling};
use crate::watch::Turn;
use overlab_peer::{
    Cause, Contact, LookupOutcome, LookupReport, LookupRequest, Operation, PeerId, Program, Space,
};
use overlab_time::{Span, Time};
use overlab_world::{Log, Logged, Map, Record, Roster};
use std::collections::BTreeMap;
use std::ops::Range;

/// Where a record stands in the log: by time, then by peer, then by the requests of its range that came before.
type Place = (Time, PeerId, usize);

/// What all dockets read while they judge what happened until `now`.
#[derive(Debug)]
pub(super) struct Session<'a, S> {
    pub(super) now: Time,
    pub(super) calendar: &'a Calendar,
    /// How long after its deadline a report may still come, of an answer that came in time.
    pub(super) grace: Span,
    pub(super) ownership: &'a Ownership<S>,
    pub(super) roster: &'a Roster,
    pub(super) map: Map<'a>,
    /// The turns of the membership since the last look, and how many there had been before.
    pub(super) turns: Vec<Place>,
    pub(super) turns_before: u64,
    /// What lookups met, by lookup, then in the order of the log.
    pub(super) troubles: Vec<(Operation, Place, Cause)>,
}

impl<'a, S: Space> Session<'a, S> {
    /// Notes the turns of the membership in `ownership`, which it is to be read from.
    pub(super) fn turns<P: Program>(
        turns: &[Turn<'_, P>],
        ownership: &mut Ownership<S>,
        map: Map<'_>,
    ) -> (Vec<Place>, u64) {
        let before = ownership.count();
        let mut places = Vec::new();
        for (at, logged) in turns {
            let joined = match logged.record {
                Record::Joined => true,
                Record::Down { joined: true } => false,
                _ => continue,
            };
            ownership.note(logged.time, logged.contact, joined, map.keys);
            places.push((logged.time, logged.contact.peer, *at));
        }
        (places, before)
    }

    /// What lookups met in `turns`.
    pub(super) fn troubles<P: Program>(turns: &[Turn<'_, P>]) -> Vec<(Operation, Place, Cause)> {
        let mut troubles: Vec<(Operation, Place, Cause)> = turns
            .iter()
            .filter_map(|(at, logged)| match logged.record {
                Record::Trouble { operation, cause } => {
                    Some((operation, (logged.time, logged.contact.peer, *at), cause))
                }
                _ => None,
            })
            .collect();
        troubles.sort_by_key(|trouble| (trouble.0.origin, trouble.0.number));
        troubles
    }

    /// How many turns of the membership there had been at a request, the `at`-th of its range.
    fn turns_until(&self, request: Place) -> u64 {
        self.turns_before + self.turns.partition_point(|turn| *turn <= request) as u64
    }

    /// Whether faults kept the origin of a lookup from the key's owner when the answer was told.
    fn cut_off(&self, origin: PeerId, question: &Question) -> bool {
        let owner = self.ownership.owner(question.key, question.told, self.roster);
        owner.is_some_and(|owner| self.map.are_cut_off(self.map.host(origin), self.map.host(owner.peer)))
    }

    /// What the lookups of `peers` met.
    fn troubles_of(&self, peers: Range<u32>) -> &[(Operation, Place, Cause)] {
        let place = |peer: u32| self.troubles.partition_point(|trouble| trouble.0.origin.0 < peer);
        &self.troubles[place(peers.start)..place(peers.end)]
    }

    /// Adds to a lookup what it met before `end`.
    fn meet(&self, pending: &mut Pending, end: Place) {
        if self.troubles.is_empty() {
            return;
        }
        let mine = |origin: PeerId, number: u32| (origin, number).cmp(&(pending.origin.peer, pending.number));
        let first = self.troubles.partition_point(|t| mine(t.0.origin, t.0.number).is_lt());
        let length = self.troubles[first..].partition_point(|t| mine(t.0.origin, t.0.number).is_eq());
        for (_, place, cause) in &self.troubles[first..first + length] {
            if *place <= end {
                pending.meet(place.0, *cause);
            }
        }
    }
}

/// The lookups of a contiguous range of peers.
#[derive(Debug)]
pub(super) struct Docket {
    peers: Range<u32>,
    pending: PendingLookups,
    /// By phase.
    pub(super) tallies: Vec<Tally>,
    /// By bin, as far as there is anything in it.
    pub(super) bins: BTreeMap<usize, BinTally>,
    /// One row a lookup of the measured period, where asked for.
    pub(super) rows: Option<Vec<LookupRow>>,
    sampling: Sampling,
    /// Those that are recorded for playing the run back.
    pub(super) played: Vec<Played>,
}

impl Docket {
    /// Nothing yet, of the peers in `range`.
    pub(super) fn new(range: Range<u32>, phases: usize, rows: bool, sampling: Sampling) -> Self {
        Self {
            pending: PendingLookups::new(&range),
            peers: range,
            tallies: vec![Tally::default(); phases],
            bins: BTreeMap::new(),
            rows: rows.then(Vec::new),
            sampling,
            played: Vec::new(),
        }
    }

    /// Bytes held for peers and their pending lookups.
    pub(super) fn bytes(&self) -> usize {
        self.pending.bytes()
    }

    /// Judges what `log` says, and what is overdue. Returns when the oldest lookup was issued that is still pending.
    pub(super) fn judge<S, P>(&mut self, log: &Log<P>, session: &Session<'_, S>) -> Time
    where
        S: Space,
        P: Program<Request = LookupRequest, Report = LookupReport>,
    {
        let mut turns = log.turns.iter().peekable();
        for (at, logged) in log.requests.iter().enumerate() {
            while let Some((_, turn)) = turns.next_if(|turn| turn.0 <= at) {
                self.turn(turn, session);
            }
            let (time, contact) = (logged.time, logged.contact);
            let place = (time, contact.peer, at);
            match logged.record {
                Record::Issued { number, request, joined } => self.pending.insert(Pending {
                    origin: contact,
                    number,
                    key: request.key,
                    issued: (time, session.turns_until(place)),
                    deadline: request.deadline,
                    joined,
                    trouble: None,
                }),
                Record::Reported(ref report) => self.reported(place, report, session),
                _ => {}
            }
        }
        turns.for_each(|(_, turn)| self.turn(turn, session));
        for (operation, place, cause) in session.troubles_of(self.peers.clone()) {
            if let Some(pending) = self.pending.get_mut(operation.origin, operation.number) {
                pending.meet(place.0, *cause);
            }
        }
        self.settle(session)
    }

    /// Fails what is overdue.
    fn settle<S: Space>(&mut self, session: &Session<'_, S>) -> Time {
        let (mut overdue, mut oldest) = (Vec::new(), session.now);
        for pending in self.pending.iter() {
            if pending.deadline + session.grace < session.now {
                overdue.push((pending.origin.peer, pending.number));
            } else {
                oldest = oldest.min(pending.issued.0);
            }
        }
        for (peer, number) in overdue {
            let pending = self.pending.remove(peer, |pending| pending.number == number);
            let pending = pending.expect("it was just seen");
            let cause = pending.trouble.unwrap_or(Cause::Timeout);
            self.fail(pending, cause, (0, 0), session.calendar);
        }
        oldest
    }

    /// Takes note of an origin that left.
    fn turn<S: Space, P: Program>(&mut self, logged: &Logged<P>, session: &Session<'_, S>) {
        let (now, origin) = (logged.time, logged.contact.peer);
        let Record::Down { .. } = logged.record else { return };
        while let Some(mut pending) = self.pending.remove(origin, |_| true) {
            if now > pending.deadline {
                // It had failed before its origin left.
                session.meet(&mut pending, (now, origin, usize::MAX));
                let cause = pending.trouble.unwrap_or(Cause::Timeout);
                self.fail(pending, cause, (0, 0), session.calendar);
                continue;
            }
            let Some(phase) = session.calendar.phase(pending.issued.0) else { continue };
            if pending.joined {
                self.tallies[phase].origin_left += 1;
            } else {
                self.tallies[phase].not_joined += 1;
            }
            self.row(&pending, None, (None, 0, 0), Some(Cause::OriginLeft));
        }
    }

    fn reported<S: Space>(&mut self, place: Place, report: &LookupReport, session: &Session<'_, S>) {
        let LookupReport { number, outcome, timeouts, timeouts_to_predecessor, messages } = *report;
        let (now, peer, _) = place;
        let Some(mut pending) = self.pending.remove(peer, |pending| pending.number == number) else { return };
        session.meet(&mut pending, place);
        let calendar = session.calendar;
        let LookupOutcome::Answered { owner, answered, hops, hops_to_predecessor } = outcome else {
            let cause = pending.trouble.unwrap_or(Cause::StaleEntry);
            self.fail(pending, cause, (timeouts, messages), calendar);
            return;
        };
        if answered > pending.deadline {
            let cause = pending.trouble.unwrap_or(Cause::Timeout);
            self.fail(pending, cause, (timeouts, messages), calendar);
            return;
        }
        let issued = pending.issued.0;
        let (Some(phase), Some(bin)) = (calendar.phase(issued), calendar.bin(issued)) else { return };
        let question = Question {
            key: pending.key,
            answer: owner,
            issued: pending.issued,
            answered,
            told: session.turns_until(place),
        };
        let verdict: Verdict = session.ownership.judge(&question, session.roster, session.map.keys);
        let latency = answered.since(issued);
        let wrong = (!verdict.ever).then(|| match pending.trouble {
            Some(Cause::Adversary) => Cause::Adversary,
            // Nobody on this side of a cut could have named an owner on the other.
            _ if session.cut_off(peer, &question) => Cause::Partition,
            _ => Cause::WrongOwner,
        });
        let answer = Some((owner, latency, verdict.ever));
        self.row(&pending, answer, (Some(hops), timeouts, messages), wrong);
        let tally = &mut self.tallies[phase];
        if !pending.joined {
            tally.not_joined += 1;
            return;
        }
        tally.issued += 1;
        tally.answered += 1;
        tally.correct += u64::from(verdict.ever);
        tally.correct_at_issue += u64::from(verdict.at_issue || (S::SELF_DECLARED && verdict.ever));
        tally.correct_at_answer += u64::from(verdict.at_answer);
        if let Some(cause) = wrong {
            tally.failed[cause as usize] += 1;
        }
        tally.latency.add(latency.0);
        tally.penalised.add(if verdict.ever { latency.0 } else { pending.deadline.since(issued).0 });
        // A procedure that was not sure by the deadline ended there.
        tally.termination.add(now.min(pending.deadline).since(issued).0);
        tally.hops.add(hops);
        if let Some(hops) = hops_to_predecessor {
            tally.hops_to_predecessor.add(hops);
            tally.timeouts_to_predecessor.add(timeouts_to_predecessor);
        }
        tally.timeouts.add(timeouts);
        tally.messages.add(messages);
        if verdict.ever && owner.peer != peer {
            let map = session.map;
            let (here, there) = (map.host(peer), map.host(owner.peer));
            // The origin holds the owner's reply at the end, so the direct way goes there and back too.
            let direct = (map.latency(here, there) + map.latency(there, here)).0;
            tally.stretch(latency.0, direct);
        }
        let bin = self.bins.entry(bin).or_default();
        bin.issued += 1;
        bin.answered += 1;
        bin.correct += u64::from(verdict.ever);
        bin.latency += u128::from(latency.0);
        bin.hops += u64::from(hops);
    }

    fn fail(
        &mut self,
        pending: Pending,
        cause: Cause,
        (timeouts, messages): (u32, u32),
        calendar: &Calendar,
    ) {
        let issued = pending.issued.0;
        let (Some(phase), Some(bin)) = (calendar.phase(issued), calendar.bin(issued)) else { return };
        self.row(&pending, None, (None, timeouts, messages), Some(cause));
        let tally = &mut self.tallies[phase];
        if !pending.joined {
            tally.not_joined += 1;
            return;
        }
        tally.issued += 1;
        tally.failed[cause as usize] += 1;
        tally.penalised.add(pending.deadline.since(issued).0);
        self.bins.entry(bin).or_default().issued += 1;
    }

    /// Keeps a lookup of the measured period.
    fn row(
        &mut self,
        pending: &Pending,
        answer: Option<(Contact, Span, bool)>,
        (hops, timeouts, messages): (Option<u32>, u32, u32),
        cause: Option<Cause>,
    ) {
        if self.sampling.takes(pending.origin.peer, pending.number) {
            self.played.push(Played {
                origin: pending.origin,
                number: pending.number,
                key: pending.key,
                issued: pending.issued.0,
                answer: answer.map(|(owner, latency, _)| (owner, latency)),
                hops,
                timeouts,
                outcome: cause.map_or("correct", Cause::name),
            });
        }
        if let Some(rows) = &mut self.rows {
            rows.push(LookupRow {
                origin: pending.origin,
                number: pending.number,
                key: pending.key,
                issued: pending.issued.0,
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
