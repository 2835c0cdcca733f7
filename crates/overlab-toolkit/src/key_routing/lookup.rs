//! What the origin of a lookup knows, and what it should do next: no messages, no clock.

use overlab_peer::{Contact, Key, KeyTable, Responsibility, Space, Termination};
use overlab_time::Time;
use std::cmp::Reverse;
use std::ops::Range;

/// A chain of peers that each deny to be the owner and name another is believed so many steps far. It is as long as
/// the number of peers that joined between two neighbours on a ring since they last spoke; only lies make it longer.
pub(super) const STEPS_BACK: u8 = 8;

/// Who asked for a lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// The algorithm itself.
    Own,
    /// The workload.
    Request { number: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Fresh,
    Asked,
    Answered,
    /// It did not answer in time.
    Dead,
    /// It answered that it is not a member, or as somebody else.
    Absent,
}

/// A peer that a lookup knows of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<R> {
    pub(super) contact: Contact,
    rank: u64,
    /// When it answered last.
    pub(super) answered: Time,
    /// The lookup's state as its informant left it.
    pub(super) route: R,
    /// Edges from the origin.
    pub(super) depth: u8,
    /// Edges before the first of the chain of edges that named owners and led here; where `last` holds.
    pub(super) to_predecessor: u8,
    steps_back: u8,
    /// Its place in the list that named it.
    place: u8,
    /// Peers known to be gone when it was asked last.
    gone_when_asked: u16,
    pub(super) state: State,
    /// Whether its informant named it as the owner.
    pub(super) last: bool,
    /// Whether it answered at all.
    pub(super) heard: bool,
    said: Responsibility,
    /// Whether its last answer named nobody that might live.
    alone: bool,
    /// Whether its last answer named nobody new.
    exhausted: bool,
}

/// What a lookup should do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Ask this candidate.
    Ask(usize),
    /// Ask this one again, and tell it who was found dead.
    AskAgain(usize),
    /// Wait for replies.
    Wait,
    /// It is over: this candidate is the owner.
    Owner(usize),
    /// It is over: nobody is left to ask.
    Exhausted,
}

/// A lookup under way, kept by its origin.
#[derive(Debug)]
pub(super) struct Lookup<R> {
    pub(super) id: u32,
    pub(super) key: Key,
    pub(super) goal: Goal,
    pub(super) deadline: Time,
    pub(super) me: Contact,
    /// Whether the origin was a member when it began: only then it may turn out to be the owner.
    pub(super) member: bool,
    pub(super) timeouts: u32,
    pub(super) timeouts_to_predecessor: u32,
    pub(super) messages: u32,
    /// Requests (or routes) under way.
    pub(super) in_flight: u16,
    gone: u16,
    /// Best first: named owners before all others, then by rank, then the later named.
    pub(super) candidates: Vec<Candidate<R>>,
    /// How many candidates, at the front, are named owners.
    owners: usize,
}

impl<R: Copy> Candidate<R> {
    /// The order among candidates of one rank, of which both or neither are named owners.
    fn order(&self) -> (Reverse<u8>, u8) {
        (Reverse(self.depth), self.place)
    }

    fn is_gone(&self) -> bool {
        matches!(self.state, State::Dead | State::Absent)
    }
}

impl<R: Copy + Default> Default for Lookup<R> {
    fn default() -> Self {
        Self {
            id: 0,
            key: Key(0),
            goal: Goal::Own,
            deadline: Time::ZERO,
            me: Contact::first(0),
            member: false,
            timeouts: 0,
            timeouts_to_predecessor: 0,
            messages: 0,
            in_flight: 0,
            gone: 0,
            candidates: Vec::new(),
            owners: 0,
        }
    }
}

impl<R: Copy + Default> Lookup<R> {
    /// Starts anew, keeping nothing but the candidates' room. The origin is the first candidate, as one that answered.
    pub(super) fn begin<S: Space>(&mut self, start: Start, keys: &KeyTable) {
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.clear();
        *self = Self {
            id: start.id,
            key: start.key,
            goal: start.goal,
            deadline: start.deadline,
            me: start.me,
            member: start.member,
            candidates,
            ..Self::default()
        };
        let origin = Candidate {
            contact: start.me,
            rank: S::rank(keys.key(start.me), start.key, false),
            answered: start.now,
            route: R::default(),
            depth: 0,
            to_predecessor: 0,
            steps_back: 0,
            place: 0,
            gone_when_asked: 0,
            state: State::Answered,
            last: false,
            heard: true,
            said: start.said,
            alone: false,
            exhausted: false,
        };
        self.insert(origin, 0);
    }

    /// The candidates that are named owners, or the others.
    fn class(&self, last: bool) -> Range<usize> {
        if last { 0..self.owners } else { self.owners..self.candidates.len() }
    }

    /// The candidates of a class that have a rank; where there are none, an empty range at the place of one. The search is
    /// short where that place is just behind `near`.
    fn ranked(&self, last: bool, rank: u64, near: usize) -> Range<usize> {
        let Range { start, end } = self.class(last);
        let is_behind =
            (start..end).contains(&near) && (near == start || self.candidates[near - 1].rank < rank);
        let start = if is_behind {
            near + self.candidates[near..end].iter().take_while(|other| other.rank < rank).count()
        } else {
            start + self.candidates[start..end].partition_point(|other| other.rank < rank)
        };
        let count = self.candidates[start..end].iter().take_while(|other| other.rank == rank).count();
        start..start + count
    }

    /// Where `contact`, whose key is `key`, stands among the candidates.
    fn position_near<S: Space>(&self, contact: Contact, key: Key, near: usize) -> Option<usize> {
        let in_class = |last: bool| {
            let mut ranked = self.ranked(last, S::rank(key, self.key, last), near);
            ranked.find(|at| self.candidates[*at].contact == contact)
        };
        in_class(false).or_else(|| if S::HAS_PREDECESSOR { in_class(true) } else { None })
    }

    /// Where `contact` stands among the candidates.
    pub(super) fn position<S: Space>(&self, contact: Contact, keys: &KeyTable) -> Option<usize> {
        // Nothing is known of where it may be: `near` is no place.
        self.position_near::<S>(contact, keys.key(contact), usize::MAX)
    }

    /// Takes in the contacts that the candidate at `informant` named, with the lookup's state as it left it. `owners`
    /// is false for contacts that no table named, which are never taken for owners.
    pub(super) fn learn<S: Space>(
        &mut self,
        informant: usize,
        named: &[Contact],
        route: R,
        owners: bool,
        now: Time,
        keys: &KeyTable,
    ) {
        let from = self.candidates[informant];
        let (from_key, depth) = (keys.key(from.contact), from.depth.saturating_add(1));
        let (mut anyone_new, mut anyone_alive) = (false, false);
        // Whom an informant names in a row mostly stand in a row here too, but for the informant.
        let mut next = 0;
        for (place, &contact) in named.iter().enumerate() {
            if !self.member && contact == self.me {
                continue;
            }
            // An edge from the key itself passes nothing: its peer is the owner.
            let passes = S::HAS_PREDECESSOR
                && owners
                && from_key != self.key
                && S::is_last_edge(from_key, self.key, keys.key(contact));
            let last = passes && from.steps_back < STEPS_BACK;
            let known = match &self.candidates[next..] {
                [here, ..] if here.contact == contact => Some(next),
                [_, behind, ..] if behind.contact == contact => Some(next + 1),
                _ => self.position_near::<S>(contact, keys.key(contact), next),
            };
            let mut named_at_last = false;
            if let Some(at) = known {
                let known = &self.candidates[at];
                let gone = known.is_gone();
                anyone_alive |= !gone;
                named_at_last = last && !known.last;
                let shorter = last == known.last && depth < known.depth && known.state == State::Fresh;
                if gone || !(named_at_last || shorter) {
                    next = at + 1;
                    continue;
                }
            } else {
                anyone_new = true;
                anyone_alive = true;
            }
            let mut candidate = Candidate {
                contact,
                rank: S::rank(keys.key(contact), self.key, last),
                answered: Time::ZERO,
                route,
                depth,
                to_predecessor: if from.last { from.to_predecessor } else { from.depth },
                steps_back: if passes { (from.steps_back + 1).min(STEPS_BACK) } else { 0 },
                place: place.min(255) as u8,
                gone_when_asked: 0,
                state: State::Fresh,
                last,
                heard: false,
                said: Responsibility::No,
                alone: false,
                exhausted: false,
            };
            if let Some(at) = known {
                let known = self.take_out(at);
                // It denied without knowing that it would be taken for the owner, and named a way round: asked as the
                // owner it claims the key, or names whom it accuses.
                let denied = known.state == State::Answered && known.said == Responsibility::No;
                candidate = Candidate {
                    route: if known.state == State::Fresh { route } else { known.route },
                    // Where it answered before, only this naming makes it the owner.
                    answered: if known.heard { now } else { known.answered },
                    gone_when_asked: known.gone_when_asked,
                    state: if named_at_last && denied { State::Fresh } else { known.state },
                    heard: known.heard,
                    said: known.said,
                    alone: known.alone,
                    exhausted: known.exhausted,
                    ..candidate
                };
            }
            next = self.insert(candidate, next) + 1;
        }
        // Those who came in before it have moved it back.
        let informant = self.position_near::<S>(from.contact, from_key, informant);
        let informant = informant.expect("an informant stays a candidate");
        self.candidates[informant].alone = !anyone_alive;
        self.candidates[informant].exhausted = !anyone_new;
    }

    /// Puts a candidate into its place, which is found soon if it is just behind `near`; returns it.
    fn insert(&mut self, candidate: Candidate<R>, near: usize) -> usize {
        let ranked = self.ranked(candidate.last, candidate.rank, near);
        let run = &self.candidates[ranked.clone()];
        let at = ranked.start + run.partition_point(|other| other.order() <= candidate.order());
        self.owners += usize::from(candidate.last);
        self.candidates.insert(at, candidate);
        at
    }

    /// Takes the candidate at `at` out of its place.
    fn take_out(&mut self, at: usize) -> Candidate<R> {
        let candidate = self.candidates.remove(at);
        self.owners -= usize::from(candidate.last);
        candidate
    }

    /// Notes that the candidate at `at` is being asked.
    pub(super) fn asked(&mut self, at: usize) {
        let gone = self.gone;
        let candidate = &mut self.candidates[at];
        candidate.state = State::Asked;
        candidate.gone_when_asked = gone;
    }

    /// Notes the answer of the candidate at `at`; [`Self::learn`] follows.
    pub(super) fn answered(&mut self, at: usize, said: Responsibility, now: Time) {
        let candidate = &mut self.candidates[at];
        candidate.state = State::Answered;
        candidate.heard = true;
        candidate.said = said;
        candidate.answered = now;
    }

    /// Notes that the candidate at `at` did not answer in time.
    pub(super) fn timed_out(&mut self, at: usize) {
        let candidate = &mut self.candidates[at];
        candidate.state = State::Dead;
        let last = candidate.last;
        self.gone += 1;
        self.timeouts += 1;
        if !last {
            self.timeouts_to_predecessor += 1;
        }
    }

    /// Notes that the candidate at `at` is no member, or not who it was.
    pub(super) fn absent(&mut self, at: usize) {
        self.candidates[at].state = State::Absent;
        self.gone += 1;
    }

    /// Appends the candidates that shall not be named again: those found dead, whose number is returned, then the others.
    pub(super) fn excluded(&self, out: &mut Vec<Contact>) -> usize {
        let in_state = |state| self.candidates.iter().filter(move |c| c.state == state).map(|c| c.contact);
        out.extend(in_state(State::Dead));
        let dead = out.len();
        out.extend(in_state(State::Absent));
        if !self.member {
            out.push(self.me);
        }
        dead
    }

    /// Whether anybody is to be excluded.
    pub(super) fn excludes(&self) -> bool {
        self.gone > 0 || !self.member
    }

    /// What to do next.
    pub(super) fn next(&self, termination: Termination, parallelism: usize) -> Next {
        match termination {
            Termination::Claim => self.next_by_claim(parallelism),
            Termination::Convergence { siblings } => self.next_by_convergence(siblings, parallelism),
        }
    }

    fn next_by_claim(&self, parallelism: usize) -> Next {
        if let Some(owner) = self.accepted() {
            return Next::Owner(owner);
        }
        if usize::from(self.in_flight) < parallelism
            && let Some(at) = self.progress()
        {
            return Next::Ask(at);
        }
        if self.in_flight > 0 {
            return Next::Wait;
        }
        // Nobody nearer is known: whoever is nearest may know others now that some are known to be gone.
        let again =
            |c: &Candidate<R>| c.state == State::Answered && !c.exhausted && c.gone_when_asked < self.gone;
        if let Some(at) = self.candidates.iter().position(again) {
            return Next::AskAgain(at);
        }
        self.candidates.iter().position(|c| c.state == State::Fresh).map_or(Next::Exhausted, Next::Ask)
    }

    /// The candidate that is the owner by its own word, or by that of its informant where it cannot tell or accuses
    /// only peers that are gone, once all better ones are gone.
    fn accepted(&self) -> Option<usize> {
        if let Some(claims) = self.candidates.iter().position(|c| c.heard && c.said == Responsibility::Yes) {
            return Some(claims);
        }
        for (at, candidate) in self.candidates.iter().enumerate().take_while(|(_, c)| c.last) {
            match candidate.state {
                State::Dead | State::Absent => {}
                State::Fresh | State::Asked => return None,
                State::Answered => {
                    // One that denies and names somebody alive proves the worse ones wrong.
                    let believed = candidate.said == Responsibility::Unknown || candidate.alone;
                    return believed.then_some(at);
                }
            }
        }
        None
    }

    /// The best candidate not asked yet, if it is no worse than the best of its kind that answered.
    fn progress(&self) -> Option<usize> {
        let mut bounds = [None; 2];
        for (at, candidate) in self.candidates.iter().enumerate() {
            let bound = &mut bounds[usize::from(candidate.last)];
            if candidate.state == State::Fresh && bound.is_none_or(|bound| candidate.rank <= bound) {
                return Some(at);
            }
            let counts = candidate.heard && !candidate.is_gone() && self.may_own(candidate);
            if counts && bound.is_none() {
                *bound = Some(candidate.rank);
            }
        }
        None
    }

    fn next_by_convergence(&self, siblings: usize, parallelism: usize) -> Next {
        let (mut waiting, room) = (false, usize::from(self.in_flight) < parallelism);
        let nearest = self.candidates.iter().enumerate().filter(|(_, c)| !c.is_gone() && self.may_own(c));
        for (at, candidate) in nearest.take(siblings) {
            match candidate.state {
                State::Fresh | State::Asked if !room => return Next::Wait,
                State::Fresh => return Next::Ask(at),
                State::Asked => waiting = true,
                State::Answered | State::Dead | State::Absent => {}
            }
        }
        if waiting {
            return Next::Wait;
        }
        self.siblings().next().map_or(Next::Exhausted, Next::Owner)
    }

    /// The candidates that answered and may own the key, best first.
    pub(super) fn siblings(&self) -> impl Iterator<Item = usize> {
        let answered = |c: &Candidate<R>| c.state == State::Answered && self.may_own(c);
        self.candidates.iter().enumerate().filter(move |(_, c)| answered(c)).map(|(at, _)| at)
    }

    /// The best candidate that had answered by the deadline. The origin itself is an answer only where it knows of
    /// nobody better.
    pub(super) fn best_in_time(&self) -> Option<usize> {
        let answered = |candidate: &Candidate<R>| {
            candidate.heard
                && candidate.state == State::Answered
                && candidate.answered <= self.deadline
                && self.may_own(candidate)
        };
        let at = self.candidates.iter().position(answered)?;
        let better = self.candidates[..at].iter().any(|candidate| !candidate.is_gone());
        (self.candidates[at].contact != self.me || !better).then_some(at)
    }

    /// Bytes held on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.candidates.capacity() * size_of::<Candidate<R>>()
    }

    fn may_own(&self, candidate: &Candidate<R>) -> bool {
        self.member || candidate.contact != self.me
    }
}

/// How a lookup begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) id: u32,
    pub(super) key: Key,
    pub(super) goal: Goal,
    pub(super) deadline: Time,
    pub(super) me: Contact,
    pub(super) member: bool,
    /// The origin's own word.
    pub(super) said: Responsibility,
    pub(super) now: Time,
}
