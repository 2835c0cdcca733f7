//! Recursive and semi-recursive lookups: the request is handed on from peer to peer.

use super::effects::retries;
use super::lookup::{Lookup, STEPS_BACK};
use super::message::{Answer, Body, Counts, Envelope, Purpose, Travel};
use super::{Hop, KeyRoutingNode, Setup, Waiting, lookout, note_trouble};
use crate::rpc::Call;
use overlab_peer::{
    Adversary, Candidates, Cause, Contact, Converged, Host, Key, KeyRouting, LookupMode, LookupOutcome,
    Responsibility, Space,
};

/// What a peer does with a recursive lookup.
#[derive(Clone, Copy)]
enum Decision {
    /// It is the owner.
    Answer,
    /// The next hop, and whether it is named as the owner.
    Hand { next: Contact, last: bool },
    /// Nobody is left to hand it to.
    GiveUp(Cause),
}

impl<A: Converged> KeyRoutingNode<A> {
    /// Starts a recursive lookup over as many distinct first hops as the style asks for.
    pub(super) fn set_out(
        &mut self,
        mut lookup: Box<Lookup<A::Route>>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        let mut route = A::Route::default();
        if self.responsible(lookup.key, &route, setup, host) == Responsibility::Yes {
            let outcome = lookup.answer_of(0);
            return self.finish(lookup, outcome, setup, host);
        }
        let mut hops = host.pool.take();
        let excluded = if lookup.member { &[][..] } else { &[lookup.me][..] };
        let limit = setup.style.parallelism.max(1);
        let owners =
            self.name_locally(lookup.key, &mut route, excluded, limit, false, &mut hops, setup, host);
        hops.truncate(limit);
        if hops.is_empty() {
            host.pool.give(hops);
            return self.finish(lookup, LookupOutcome::Exhausted, setup, host);
        }
        let purpose = self.purpose_of(lookup.goal, host.me);
        let travel = |lookup: &Lookup<A::Route>| Travel {
            key: lookup.key,
            origin: lookup.me,
            number: lookup.id,
            deadline: lookup.deadline,
            id: 0,
            counts: Counts::default(),
            last: false,
            steps_back: 0,
            joining: !lookup.member,
            returning: setup.style.mode == LookupMode::Recursive,
            route: A::Route::default(),
            path: Vec::new(),
        };
        lookup.in_flight = hops.len() as u16;
        // The winner tells its own messages; of the others the first is known.
        lookup.messages = hops.len() as u32 - 1;
        for &next in &hops {
            let last = owners && names_owner::<A>(next, lookup.key, host);
            let mut travel = travel(&lookup);
            if setup.style.acknowledge {
                let (retries, dead) = (retries(setup), Vec::new());
                self.hand_on(Hop { id: 0, retries, next, last, route, dead, travel, purpose }, setup, host);
            } else {
                pass_on(&Step { next, last, route }, &mut travel, host);
                host.send(next, Envelope { purpose, body: Body::Route(travel) });
            }
        }
        host.pool.give(hops);
        self.lookups.push(lookup);
    }

    /// Handles a recursive lookup that arrives. Where it only has to be passed on, says to whom: it is as it shall leave then.
    #[inline]
    pub(super) fn take_route(
        &mut self,
        from: Contact,
        purpose: Purpose,
        travel: &mut Travel<A::Route>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) -> Option<Contact> {
        let hostile = host.adversary.is_some() && travel.origin != host.me;
        let silent = hostile && host.adversary == Some(Adversary::Drop);
        if silent {
            note_trouble(purpose, Cause::Adversary, host);
        } else if !self.joined {
            note_trouble(purpose, Cause::StaleEntry, host);
        }
        if silent || !self.joined {
            host.pool.give(travel.take().path);
            return None;
        }
        if travel.id != 0 {
            host.send(from, Envelope { purpose, body: Body::Ack { id: travel.id } });
            travel.counts.messages = travel.counts.messages.saturating_add(1);
        }
        if hostile {
            note_trouble(purpose, Cause::Adversary, host);
        }
        if travel.deadline < host.now {
            host.pool.give(travel.take().path);
            return None;
        }
        let mut route = travel.route;
        match self.decide(travel, &[], &mut route, setup, host) {
            Decision::Hand { next, last } if !setup.style.acknowledge => {
                pass_on(&Step { next, last, route }, travel, host);
                Some(next)
            }
            decision => {
                self.carry_through(decision, travel.take(), route, purpose, Vec::new(), setup, host);
                None
            }
        }
    }

    /// Answers a lookup, hands it on, or gives it up. `dead` are the hops tried from here in vain.
    fn proceed(
        &mut self,
        travel: Travel<A::Route>,
        purpose: Purpose,
        dead: Vec<Contact>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        let mut route = travel.route;
        let decision = self.decide(&travel, &dead, &mut route, setup, host);
        self.carry_through(decision, travel, route, purpose, dead, setup, host);
    }

    #[expect(clippy::too_many_arguments, reason = "a lookup, what to do with it, and those who do it")]
    fn carry_through(
        &mut self,
        decision: Decision,
        mut travel: Travel<A::Route>,
        route: A::Route,
        purpose: Purpose,
        dead: Vec<Contact>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        match decision {
            Decision::Answer => {
                host.pool.give(dead);
                self.answer(travel, purpose, setup, host);
            }
            Decision::Hand { next, last } if !setup.style.acknowledge => {
                host.pool.give(dead);
                pass_on(&Step { next, last, route }, &mut travel, host);
                host.send(next, Envelope { purpose, body: Body::Route(travel) });
            }
            Decision::Hand { next, last } => {
                let retries = retries(setup);
                self.hand_on(Hop { id: 0, retries, next, last, route, dead, travel, purpose }, setup, host);
            }
            Decision::GiveUp(cause) => {
                host.pool.give(dead);
                note_trouble(purpose, cause, host);
                self.lose(travel, setup, host);
            }
        }
    }

    #[inline]
    fn decide(
        &mut self,
        travel: &Travel<A::Route>,
        dead: &[Contact],
        route: &mut A::Route,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) -> Decision {
        let own = travel.origin == host.me;
        let hostile = host.adversary.is_some() && !own;
        let said = if hostile {
            Responsibility::No
        } else if own && travel.joining {
            // Where it began it stays a stranger, even if it became a member meanwhile.
            Responsibility::No
        } else {
            self.responsible(travel.key, &travel.route, setup, host)
        };
        if said == Responsibility::Yes || (said == Responsibility::Unknown && travel.last) {
            return Decision::Answer;
        }
        if travel.counts.hops == u8::MAX {
            return Decision::GiveUp(Cause::Timeout);
        }
        let key = if hostile { Key(host.stream.bits()) } else { travel.key };
        let from_tables = if own || travel.joining || !dead.is_empty() {
            self.name_with_care(travel, key, dead, route, setup, host)
        } else {
            let lookout = lookout(setup, host);
            let mut out = Candidates::new(&mut host.scratch.contacts, &[], 1).with_named_owner(travel.last);
            self.algorithm.closest(key, route, &lookout, &mut out);
            true
        };
        let next = host.scratch.contacts.first().copied();
        let rank = |contact| A::Space::rank(host.keys.key(contact), travel.key, false);
        match next {
            None if travel.last && !hostile => Decision::Answer,
            None => Decision::GiveUp(Cause::StaleEntry),
            // Everybody nearer is dead: handing it further away would only send it back here.
            Some(next)
                if !A::Space::HAS_PREDECESSOR
                    && !dead.is_empty()
                    && !hostile
                    && self.joined
                    && rank(next) > rank(host.me) =>
            {
                Decision::Answer
            }
            Some(next) => {
                let last =
                    from_tables && travel.steps_back < STEPS_BACK && names_owner::<A>(next, travel.key, host);
                Decision::Hand { next, last }
            }
        }
    }

    /// Names the next hop into the shard's list where somebody must not be it: those who are `dead`, an origin that is no
    /// member, those whom this peer has asked already. Says whether the tables named it.
    #[inline(never)]
    fn name_with_care(
        &self,
        travel: &Travel<A::Route>,
        key: Key,
        dead: &[Contact],
        route: &mut A::Route,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) -> bool {
        let own = travel.origin == host.me;
        let mut excluded = std::mem::take(&mut host.scratch.excluded);
        excluded.clear();
        excluded.extend_from_slice(dead);
        if travel.joining {
            excluded.push(travel.origin);
        }
        if own && let Some(rare) = &self.rare {
            let parallel = |hop: &&Hop<_>| hop.travel.number == travel.number && hop.travel.origin == host.me;
            excluded.extend(rare.hops.iter().filter(parallel).map(|hop| hop.next));
        }
        let mut named = std::mem::take(&mut host.scratch.contacts);
        let from_tables = if own {
            self.name_locally(key, route, &excluded, 1, travel.last, &mut named, setup, host)
        } else {
            let mut out = Candidates::new(&mut named, &excluded, 1).with_named_owner(travel.last);
            self.algorithm.closest(key, route, &lookout(setup, host), &mut out);
            true
        };
        host.scratch.excluded = excluded;
        host.scratch.contacts = named;
        from_tables
    }

    /// Hands a lookup to the next hop, and keeps a copy until that has acknowledged it.
    fn hand_on(&mut self, mut hop: Hop<A::Route>, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        let Hop { next, last, route, purpose, .. } = hop;
        let travel = &mut hop.travel;
        travel.counts.messages = travel.counts.messages.saturating_add(1);
        hop.id = host.next_call();
        let mut path = Vec::new();
        if travel.returning {
            path = host.pool.take();
            path.extend_from_slice(&travel.path);
            path.push(host.me);
        }
        let mut outgoing = Travel { id: hop.id, path, ..*travel };
        outgoing.step(&Step { next, last, route }, names_owner::<A>(next, travel.key, host));
        let call = Call { id: hop.id, to: next, sent: host.now, retries: hop.retries, what: Waiting::Route };
        self.note_call(call, setup, host);
        self.rare().hops.push(hop);
        host.send(next, Envelope { purpose, body: Body::Route(outgoing) });
    }

    /// The next hop has it: forget it.
    pub(super) fn take_ack(&mut self, from: Contact, id: u32, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        if self.close_call(id, from, setup, host).is_some()
            && let Some(hop) = self.take_hop(id)
        {
            recycle(hop, host);
        }
    }

    /// The next hop said nothing, however often it was asked (or is somebody else by now): try another.
    pub(super) fn hop_failed(&mut self, call: Call<Waiting>, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        let Some(mut hop) = self.take_hop(call.id) else { return };
        let counts = &mut hop.travel.counts;
        counts.timeouts = counts.timeouts.saturating_add(1);
        if !hop.last {
            counts.timeouts_to_predecessor = counts.timeouts_to_predecessor.saturating_add(1);
        }
        if !self.is_wanted(&hop.travel, host) {
            return recycle(hop, host);
        }
        if hop.dead.capacity() == 0 {
            hop.dead = host.pool.take();
        }
        hop.dead.push(hop.next);
        self.proceed(hop.travel, hop.purpose, hop.dead, setup, host);
    }

    /// Sends a lookup to a silent next hop once more.
    pub(super) fn repeat_hop(&mut self, call: Call<Waiting>, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        let Some(mut hop) = self.take_hop(call.id) else { return };
        if !self.is_wanted(&hop.travel, host) {
            return recycle(hop, host);
        }
        hop.retries = call.retries - 1;
        self.hand_on(hop, setup, host);
    }

    /// Whether a lookup is still worth handing on: elsewhere than at its origin nobody knows better.
    fn is_wanted(&self, travel: &Travel<A::Route>, host: &Host<'_, Self>) -> bool {
        let here = |lookup: &Lookup<A::Route>| lookup.id == travel.number && lookup.deadline >= host.now;
        travel.deadline >= host.now
            && (travel.origin != host.me || self.lookups.iter().any(|lookup| here(lookup)))
    }

    fn take_hop(&mut self, id: u32) -> Option<Hop<A::Route>> {
        let hops = &mut self.rare.as_mut()?.hops;
        let at = hops.iter().position(|hop| hop.id == id)?;
        Some(hops.swap_remove(at))
    }

    /// Tells the origin, as the owner.
    fn answer(
        &mut self,
        travel: Travel<A::Route>,
        purpose: Purpose,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        let Travel { number, origin, counts, last, path, returning, .. } = travel;
        let answer = Answer { number, owner: host.me, counts, last, path };
        if origin == host.me {
            self.conclude(answer, setup, host);
        } else if returning {
            self.send_back(answer, purpose, setup, host);
        } else {
            send_answer(origin, answer, purpose, host);
        }
    }

    /// Handles an answer that arrives, at its origin or on the way there.
    pub(super) fn take_answer(
        &mut self,
        from: Contact,
        purpose: Purpose,
        answer: Answer,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        self.observed(from, None, setup, host);
        self.send_back(answer, purpose, setup, host);
    }

    fn send_back(
        &mut self,
        mut answer: Answer,
        purpose: Purpose,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        match answer.path.pop() {
            Some(previous) => send_answer(previous, answer, purpose, host),
            None => self.conclude(answer, setup, host),
        }
    }

    /// Ends the lookup that an answer belongs to, unless it is over.
    fn conclude(&mut self, answer: Answer, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        let Answer { number, owner, counts, last, path } = answer;
        if let Some(mut lookup) = self.take_lookup(number, setup, host) {
            lookup.count(counts);
            let outcome = LookupOutcome::Answered {
                owner,
                answered: host.now,
                hops: u32::from(counts.hops),
                hops_to_predecessor: last.then_some(u32::from(counts.to_predecessor)),
            };
            self.finish(lookup, outcome, setup, host);
        }
        host.pool.give(path);
    }

    /// Ends a lookup's route that led nowhere; where it leads nowhere from the origin itself, the lookup may be over.
    fn lose(&mut self, travel: Travel<A::Route>, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        if travel.origin == host.me
            && let Some(mut lookup) = self.take_lookup(travel.number, setup, host)
        {
            lookup.in_flight -= 1;
            lookup.count(travel.counts);
            if lookup.in_flight == 0 {
                self.finish(lookup, LookupOutcome::Exhausted, setup, host);
            } else {
                self.lookups.push(lookup);
            }
        }
        host.pool.give(travel.path);
    }
}

impl<R> Lookup<R> {
    fn count(&mut self, counts: Counts) {
        self.timeouts += u32::from(counts.timeouts);
        self.timeouts_to_predecessor += u32::from(counts.timeouts_to_predecessor);
        self.messages += u32::from(counts.messages);
    }
}

/// An edge that a lookup takes.
struct Step<R> {
    next: Contact,
    /// Whether the edge names its end as the owner, and is believed.
    last: bool,
    /// The lookup's state as it leaves.
    route: R,
}

impl<R: Copy> Travel<R> {
    /// All of it; what is left here has no way back.
    fn take(&mut self) -> Self {
        Self { path: std::mem::take(&mut self.path), ..*self }
    }

    /// Takes a step; `names_owner` says whether its edge names the owner, believed or not.
    fn step(&mut self, step: &Step<R>, names_owner: bool) {
        if !self.last {
            self.counts.to_predecessor = self.counts.hops;
        }
        self.counts.hops += 1;
        // Where the chain of denials is too long the edge is not believed, but remains part of it.
        let passes = step.last || (self.steps_back == STEPS_BACK && names_owner);
        self.steps_back = if passes { (self.steps_back + 1).min(STEPS_BACK) } else { 0 };
        self.last = step.last;
        self.route = step.route;
    }
}

/// Makes a lookup ready for the next hop, which acknowledges nothing: the usual way, without a copy.
#[inline]
fn pass_on<A: Converged>(
    step: &Step<A::Route>,
    travel: &mut Travel<A::Route>,
    host: &mut Host<'_, KeyRoutingNode<A>>,
) {
    travel.counts.messages = travel.counts.messages.saturating_add(1);
    if travel.returning {
        if travel.path.capacity() == 0 {
            travel.path = host.pool.take();
        }
        travel.path.push(host.me);
    }
    let chain_is_full = travel.steps_back == STEPS_BACK;
    travel.step(step, chain_is_full && names_owner::<A>(step.next, travel.key, host));
}

/// Whether the edge from here to `next` names it as the owner of `key`. Where the key is this peer's own, none does.
fn names_owner<A: Converged>(next: Contact, key: Key, host: &Host<'_, KeyRoutingNode<A>>) -> bool {
    let here = host.key;
    here != key && <A as KeyRouting>::Space::is_last_edge(here, key, host.keys.key(next))
}

fn send_answer<A: Converged>(
    to: Contact,
    mut answer: Answer,
    purpose: Purpose,
    host: &mut Host<'_, KeyRoutingNode<A>>,
) {
    answer.counts.messages = answer.counts.messages.saturating_add(1);
    host.send(to, Envelope { purpose, body: Body::Answer(answer) });
}

fn recycle<A: Converged>(hop: Hop<A::Route>, host: &mut Host<'_, KeyRoutingNode<A>>) {
    host.pool.give(hop.travel.path);
    host.pool.give(hop.dead);
}
