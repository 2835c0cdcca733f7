//! Iterative lookups: the origin asks peer after peer itself.

use super::lookup::{Goal, Lookup, Next, Start};
use super::message::{Body, Envelope, Find, Found};
use super::{KeyRoutingNode, Setup, Waiting, context, lookout};
use overlab_peer::{
    Candidates, Contact, Converged, Host, Key, LookupMode, LookupOutcome, LookupReport, Responsibility,
    Termination,
};
use overlab_time::Time;

/// Room for so many lookups stays with a peer: more are under way only when it joins or refreshes its tables.
const LOOKUPS_KEPT: usize = 4;

impl<A: Converged> KeyRoutingNode<A> {
    /// Starts a lookup.
    pub(super) fn look_up(
        &mut self,
        goal: Goal,
        key: Key,
        deadline: Time,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        self.drop_expired(setup, host);
        if deadline < host.now {
            if goal == Goal::Own {
                self.algorithm.found(key, &[], &mut context(setup, host));
            }
            return;
        }
        let said = self.responsible(key, &A::Route::default(), setup, host);
        let mut lookup = host.scratch.spare.pop().unwrap_or_default();
        let start = Start {
            id: host.next_call(),
            key,
            goal,
            deadline,
            me: host.me,
            member: self.joined,
            said,
            now: host.now,
        };
        lookup.begin::<A::Space>(start, host.keys);
        let collects = matches!(setup.style.termination, Termination::Convergence { .. });
        if setup.style.mode != LookupMode::Iterative && !(collects && goal == Goal::Own) {
            self.set_out(lookup, setup, host);
            return;
        }
        if collects || said != Responsibility::Yes {
            self.ask_myself(&mut lookup, setup, host);
        }
        self.drive(lookup, setup, host);
    }

    /// Lets the origin's own tables name candidates.
    fn ask_myself(&mut self, lookup: &mut Lookup<A::Route>, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        let mut route = A::Route::default();
        let said = self.responsible(lookup.key, &route, setup, host);
        let mut named = std::mem::take(&mut host.scratch.contacts);
        let mut excluded = std::mem::take(&mut host.scratch.excluded);
        excluded.clear();
        if claims(setup) {
            lookup.excluded(&mut excluded);
        }
        let limit = setup.style.redundancy.max(setup.style.parallelism).max(1);
        let me = lookup.position::<A::Space>(host.me, host.keys).expect("the origin is a candidate");
        let named_owner = lookup.candidates[me].last;
        let from_tables =
            self.name_locally(lookup.key, &mut route, &excluded, limit, named_owner, &mut named, setup, host);
        lookup.asked(me);
        lookup.answered(me, said, host.now);
        lookup.learn::<A::Space>(me, &named, route, from_tables, host.now, host.keys);
        host.scratch.contacts = named;
        host.scratch.excluded = excluded;
    }

    /// The contacts that this peer starts a lookup of its own from: its tables' or, where they name nobody and it is no
    /// member yet, its bootstrap contacts. Says whether they are the tables'.
    #[expect(clippy::too_many_arguments, reason = "the parts of one question")]
    pub(super) fn name_locally(
        &self,
        key: Key,
        route: &mut A::Route,
        excluded: &[Contact],
        limit: usize,
        named_owner: bool,
        named: &mut Vec<Contact>,
        setup: &Setup<A>,
        host: &Host<'_, Self>,
    ) -> bool {
        self.algorithm.closest(
            key,
            route,
            &lookout(setup, host),
            &mut Candidates::new(named, excluded, limit).with_named_owner(named_owner),
        );
        if !named.is_empty() || self.joined {
            return true;
        }
        let bootstrap = self.rare.as_ref().map_or(&[][..], |rare| &rare.bootstrap);
        named.extend(bootstrap.iter().filter(|contact| !excluded.contains(contact)));
        false
    }

    /// Does what the lookup needs next, until it waits or is over.
    fn drive(&mut self, mut lookup: Box<Lookup<A::Route>>, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        let parallelism = setup.style.parallelism.max(1);
        loop {
            match lookup.next(setup.style.termination, parallelism) {
                Next::Ask(at) | Next::AskAgain(at) if lookup.candidates[at].contact == host.me => {
                    self.ask_myself(&mut lookup, setup, host);
                }
                next @ (Next::Ask(at) | Next::AskAgain(at)) => {
                    self.ask(&mut lookup, at, matches!(next, Next::AskAgain(_)), setup, host);
                    if usize::from(lookup.in_flight) >= parallelism {
                        // No more can be asked, and the one that was is waited for.
                        self.lookups.push(lookup);
                        return;
                    }
                }
                Next::Wait => {
                    self.lookups.push(lookup);
                    return;
                }
                Next::Owner(at) => {
                    let outcome = lookup.answer_of(at);
                    return self.finish(lookup, outcome, setup, host);
                }
                Next::Exhausted => return self.finish(lookup, LookupOutcome::Exhausted, setup, host),
            }
        }
    }

    /// Sends a request to a candidate.
    fn ask(
        &mut self,
        lookup: &mut Lookup<A::Route>,
        at: usize,
        again: bool,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        let (mut exclude, mut told) = (Vec::new(), 0);
        if claims(setup) && lookup.excludes() {
            exclude = host.pool.take();
            let dead = lookup.excluded(&mut exclude);
            told = if again { dead } else { 0 };
        }
        lookup.asked(at);
        lookup.in_flight += 1;
        lookup.messages += 1;
        let candidate = &lookup.candidates[at];
        let (to, id) = (candidate.contact, host.next_call());
        let find = Find {
            id,
            key: lookup.key,
            count: setup.style.redundancy.clamp(1, usize::from(u16::MAX)) as u16,
            exclude,
            told: told.min(usize::from(u16::MAX)) as u16,
            named_owner: candidate.last,
            route: candidate.route,
        };
        let envelope = Envelope { purpose: self.purpose_of(lookup.goal, host.me), body: Body::Find(find) };
        self.call(id, to, Waiting::Find(lookup.id), envelope, setup, host);
    }

    /// Takes a lookup that is still worth something out of the list.
    pub(super) fn take_lookup(
        &mut self,
        id: u32,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) -> Option<Box<Lookup<A::Route>>> {
        let at = self.lookups.iter().position(|lookup| lookup.id == id)?;
        let lookup = self.lookups.swap_remove(at);
        if lookup.deadline < host.now {
            self.give_up(lookup, setup, host);
            return None;
        }
        Some(lookup)
    }

    /// Handles the answer to a request.
    pub(super) fn take_found(
        &mut self,
        from: Contact,
        found: Found<A::Route>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        let call = self.close_call(found.id, from, setup, host);
        if let Some(Waiting::Find(id)) = call.map(|call| call.what)
            && let Some(mut lookup) = self.take_lookup(id, setup, host)
        {
            lookup.in_flight -= 1;
            lookup.messages += 1;
            let at = lookup.position::<A::Space>(from, host.keys).expect("only candidates are asked");
            match found.said {
                None => lookup.absent(at),
                Some(said) => {
                    lookup.answered(at, said, host.now);
                    lookup.learn::<A::Space>(at, &found.contacts, found.route, true, host.now, host.keys);
                }
            }
            self.drive(lookup, setup, host);
        }
        host.pool.give(found.contacts);
    }

    /// Handles the silence of a peer that a lookup asked.
    pub(super) fn find_timed_out(
        &mut self,
        id: u32,
        to: Contact,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        if let Some(mut lookup) = self.take_lookup(id, setup, host) {
            lookup.in_flight -= 1;
            let at = lookup.position::<A::Space>(to, host.keys).expect("only candidates are asked");
            lookup.timed_out(at);
            self.drive(lookup, setup, host);
        }
    }

    /// Handles an answer by somebody else than was asked.
    pub(super) fn find_misdirected(
        &mut self,
        id: u32,
        to: Contact,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        if let Some(mut lookup) = self.take_lookup(id, setup, host) {
            lookup.in_flight -= 1;
            lookup.messages += 1;
            let at = lookup.position::<A::Space>(to, host.keys).expect("only candidates are asked");
            lookup.absent(at);
            self.drive(lookup, setup, host);
        }
    }

    /// Counts a repeated request; says whether its lookup still wants an answer.
    pub(super) fn count_repetition(&mut self, id: u32, now: Time) -> bool {
        let lookup = self.lookups.iter_mut().find(|lookup| lookup.id == id && lookup.deadline >= now);
        lookup.is_some_and(|lookup| {
            lookup.messages += 1;
            true
        })
    }

    /// Ends a lookup: reports it, or tells the algorithm.
    pub(super) fn finish(
        &mut self,
        lookup: Box<Lookup<A::Route>>,
        outcome: LookupOutcome,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        match lookup.goal {
            Goal::Request { number } => host.report(LookupReport {
                number,
                outcome,
                timeouts: lookup.timeouts,
                timeouts_to_predecessor: lookup.timeouts_to_predecessor,
                messages: lookup.messages,
            }),
            Goal::Own => {
                let mut closest = std::mem::take(&mut host.scratch.contacts);
                closest.clear();
                if let LookupOutcome::Answered { owner, .. } = outcome {
                    closest.push(owner);
                    if let Termination::Convergence { siblings } = setup.style.termination {
                        let others = lookup.siblings().map(|at| lookup.candidates[at].contact);
                        let others = others.filter(|other| *other != owner);
                        closest.extend(others.take(siblings.saturating_sub(1)));
                    }
                }
                self.algorithm.found(lookup.key, &closest, &mut context(setup, host));
                host.scratch.contacts = closest;
            }
        }
        self.put_away(lookup, host);
    }

    /// Gives a lookup that is over to the shard's spare ones, and the list's room back that a burst of them took.
    fn put_away(&mut self, lookup: Box<Lookup<A::Route>>, host: &mut Host<'_, Self>) {
        host.scratch.spare.push(lookup);
        if self.lookups.is_empty() && self.lookups.capacity() > LOOKUPS_KEPT {
            self.lookups = Vec::new();
        }
    }

    /// Ends a lookup whose deadline has passed: one that converges answers with the best it had by then, any other is
    /// dropped.
    pub(super) fn give_up(
        &mut self,
        lookup: Box<Lookup<A::Route>>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        if lookup.goal != Goal::Own
            && !claims(setup)
            && let Some(at) = lookup.best_in_time()
        {
            let outcome = lookup.answer_of(at);
            return self.finish(lookup, outcome, setup, host);
        }
        if lookup.goal == Goal::Own {
            self.algorithm.found(lookup.key, &[], &mut context(setup, host));
        }
        self.put_away(lookup, host);
    }

    /// Drops all lookups whose deadlines have passed: no timer watches them, so others' starts and any timeout do.
    pub(super) fn drop_expired(&mut self, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        while let Some(at) = self.lookups.iter().position(|lookup| lookup.deadline < host.now) {
            let lookup = self.lookups.swap_remove(at);
            self.give_up(lookup, setup, host);
        }
    }
}

/// Whether lookups end by claims: only then do requests name the dead.
fn claims<P>(setup: &super::KeyRoutingSetup<P>) -> bool {
    setup.style.termination == Termination::Claim
}

impl<R> Lookup<R> {
    /// What is reported where the candidate at `at` is the owner.
    pub(super) fn answer_of(&self, at: usize) -> LookupOutcome {
        let owner = &self.candidates[at];
        LookupOutcome::Answered {
            owner: owner.contact,
            answered: owner.answered,
            hops: u32::from(owner.depth),
            hops_to_predecessor: owner.last.then_some(u32::from(owner.to_predecessor)),
        }
    }
}
