//! The driver of the key-routing service: from an algorithm that names candidates to a peer that looks keys up.
//!
//! [`KeyRoutingNode`] is the [`Program`] that the world runs. It performs what the algorithm asks for, answers the
//! requests of other peers out of the algorithm's tables, and walks lookups to their owner, iteratively or recursively.
//!
//! # Iterative lookups
//! The origin keeps the list of all candidates that it has heard of and asks the best, up to the style's parallelism at
//! once. Under [`Termination::Claim`] a peer ends the lookup that says it is responsible, or that was named as the
//! owner ([`Space::is_last_edge`]) and cannot tell, or that was named and denies it but names only peers that this lookup
//! found dead. A candidate is asked only if it ranks no worse than the best that answered; when there is none and
//! nothing is under way, the best that answered is asked again, without those found dead, of which it is told (Stoica et al.,
//! IEEE/ACM ToN 11(1), 2003). Every request names the peers found dead so far, so none is probed twice. Under
//! [`Termination::Convergence`] the best `siblings` known that are not dead must have answered, the origin among them; no
//! request names dead peers, as Kademlia's does not.
//!
//! Hops are the edges from the origin to the owner along the namings that led there; a timeout is not an edge. Hops to the
//! predecessor end where the first of the owner's chain of last edges begins; where the owner was not named by one
//! (it claimed the key without having been named, or the origin is the owner) there are none. Timeouts to the
//! predecessor leave out the peers that had been named as owners. A lookup of the workload whose deadline has passed
//! is dropped without a report; one of the algorithm's own fails after [`PATIENCE`] timeouts.
//!
//! # Recursive lookups
//! Every peer hands the request on to the best contact it knows; the owner answers the origin, directly or along the way back.
//! With acknowledgements a hop that says nothing is reported unreachable and routed round. An algorithm's own
//! lookups stay iterative where they collect siblings, whatever the mode.
//!
//! # Who is a member
//! Until the algorithm calls [`Context::joined`] its peer is no owner: it never claims a key, its own lookups do not
//! consider it, and it refuses requests of others' lookups, whose origins then pass it over as if it had not been
//! named. Its own lookups start from its tables or, where they name nobody, from the bootstrap contacts.

mod effects;
mod iterative;
mod lookup;
mod message;
mod recursive;
mod serving;

pub use message::Envelope;

use crate::rpc::Rpc;
use lookup::{Goal, Lookup};
use message::{Body, Purpose, Travel};
use overlab_peer::{
    Action, Audit, CallPolicy, Cause, Contact, Context, Converged, Effect, Host, Key, KeyRouting, KeyTable,
    LiveKeys, Lookout, LookupReport, LookupRequest, LookupStyle, Operation, Program, Responsibility,
    prefetch,
};
#[cfg(doc)]
use overlab_peer::{Space, Termination};
use std::fmt;

/// After how many call timeouts a lookup of the algorithm's own is given up.
pub const PATIENCE: u64 = 20;

/// What all peers of an overlay share.
#[derive(Clone, Debug)]
pub struct KeyRoutingSetup<P> {
    /// The algorithm's parameters.
    pub parameters: P,
    /// How lookups are done. A parallelism or redundancy of 0 counts as 1.
    pub style: LookupStyle,
    /// Timeout and repetitions of every call: the algorithm's, a lookup's request, a recursive hop.
    pub calls: CallPolicy,
}

impl<P> KeyRoutingSetup<P> {
    /// The style that the algorithm prefers, and the default call policy.
    pub fn new<A: KeyRouting<Parameters = P>>(parameters: P) -> Self {
        let style = A::style(&parameters);
        Self { parameters, style, calls: CallPolicy::default() }
    }
}

/// What a peer is woken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer<T> {
    /// A timer of the algorithm.
    Algorithm(T),
    /// Calls may have run out of time.
    Calls,
}

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    Algorithm,
    /// The answer to a request of this lookup.
    Find(u32),
    /// The acknowledgement of a recursive hop.
    Route,
}

/// A peer of a key-routing overlay. What it passes lookups on by comes first, for the memory's sake.
#[repr(C)]
pub struct KeyRoutingNode<A: KeyRouting> {
    joined: bool,
    algorithm: A,
    rare: Option<Box<Rare<A>>>,
    #[expect(clippy::vec_box, reason = "a peer keeps the list's room for ever, but shares the lookups' own")]
    lookups: Vec<Box<Lookup<A::Route>>>,
    calls: Rpc<Waiting>,
}

/// What few peers need at any time.
struct Rare<A: KeyRouting> {
    /// Contacts to start from until the peer is a member.
    bootstrap: Vec<Contact>,
    /// Messages that may have to be repeated, by their calls' numbers.
    repeatable: Vec<(u32, Envelope<A>)>,
    /// Recursive hops not acknowledged yet.
    hops: Vec<Hop<A::Route>>,
}

/// A step of a recursive lookup; kept until the next hop has it, where that must acknowledge.
struct Hop<R> {
    /// The call that the acknowledgement answers.
    id: u32,
    /// How often the step may be repeated.
    retries: u16,
    /// The next hop.
    next: Contact,
    /// Whether the edge to it names it as the owner.
    last: bool,
    /// The lookup's state as it leaves.
    route: R,
    /// Hops tried from here in vain.
    dead: Vec<Contact>,
    /// The lookup as it arrived here.
    travel: Travel<R>,
    purpose: Purpose,
}

/// Buffers that the peers of a shard use in turn.
pub struct Scratch<A: KeyRouting> {
    effects: Vec<Effect<A>>,
    batch: Vec<Effect<A>>,
    contacts: Vec<Contact>,
    excluded: Vec<Contact>,
    #[expect(clippy::vec_box, reason = "the boxes move to peers and come back")]
    spare: Vec<Box<Lookup<A::Route>>>,
}

impl<A: KeyRouting> Default for Scratch<A> {
    fn default() -> Self {
        Self {
            effects: Vec::new(),
            batch: Vec::new(),
            contacts: Vec::new(),
            excluded: Vec::new(),
            spare: Vec::new(),
        }
    }
}

impl<A: KeyRouting> fmt::Debug for Scratch<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").field("spare", &self.spare.len()).finish_non_exhaustive()
    }
}

impl<A: KeyRouting> fmt::Debug for KeyRoutingNode<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRoutingNode")
            .field("joined", &self.joined)
            .field("lookups", &self.lookups.len())
            .finish_non_exhaustive()
    }
}

type Setup<A> = KeyRoutingSetup<<A as overlab_peer::Protocol>::Parameters>;

impl<A: Converged> KeyRoutingNode<A> {
    /// The algorithm and its state.
    pub fn algorithm(&self) -> &A {
        &self.algorithm
    }

    /// The algorithm and its state, for tests that set tables up by hand.
    pub fn algorithm_mut(&mut self) -> &mut A {
        &mut self.algorithm
    }

    /// Whether it is a member.
    pub fn is_joined(&self) -> bool {
        self.joined
    }

    /// How many lookups it has under way.
    pub fn lookups_under_way(&self) -> usize {
        self.lookups.len()
    }

    /// How many of its calls wait for a reply.
    pub fn calls_under_way(&self) -> usize {
        self.calls.outstanding()
    }

    fn rare(&mut self) -> &mut Rare<A> {
        let empty = || Rare { bootstrap: Vec::new(), repeatable: Vec::new(), hops: Vec::new() };
        self.rare.get_or_insert_with(|| Box::new(empty()))
    }

    /// Why this peer sends a message of its own accord.
    fn own_purpose(&self) -> Purpose {
        if self.joined { Purpose::Maintenance } else { Purpose::Join }
    }

    /// Why this peer sends a message of a lookup.
    fn purpose_of(&self, goal: Goal, me: Contact) -> Purpose {
        match goal {
            Goal::Own => self.own_purpose(),
            Goal::Request { number } => Purpose::Lookup(Operation { origin: me.peer, number }),
        }
    }

    /// The algorithm's word, which only members may give.
    fn responsible(
        &self,
        key: Key,
        route: &A::Route,
        setup: &Setup<A>,
        host: &Host<'_, Self>,
    ) -> Responsibility {
        if self.joined {
            self.algorithm.responsible(key, route, &lookout(setup, host))
        } else {
            Responsibility::No
        }
    }

    fn observed(
        &mut self,
        contact: Contact,
        round_trip: Option<overlab_time::Span>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        self.algorithm.observed(contact, round_trip, &mut context(setup, host));
    }

    /// Handles a message that goes nowhere else.
    #[inline(never)]
    fn take_body(
        &mut self,
        from: Contact,
        purpose: Purpose,
        body: Body<A::Message, A::Route>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        let mut open_call = None;
        match body {
            Body::Tell(message) => {
                self.algorithm.receive(from, message, &mut context(setup, host));
                self.observed(from, None, setup, host);
            }
            Body::Call { id, message } => {
                open_call = Some((from, id, purpose));
                self.algorithm.receive(from, message, &mut context(setup, host));
                self.observed(from, None, setup, host);
            }
            Body::Reply { id, message } => {
                if self.close_call(id, from, setup, host).is_some() {
                    self.algorithm.receive(from, message, &mut context(setup, host));
                }
            }
            Body::Find(find) => self.serve(from, purpose, find, setup, host),
            Body::Found(found) => self.take_found(from, found, setup, host),
            Body::Route(_) => unreachable!("a route goes on or ends elsewhere"),
            Body::Ack { id } => self.take_ack(from, id, setup, host),
            Body::Answer(answer) => self.take_answer(from, purpose, answer, setup, host),
        }
        self.settle(open_call, setup, host);
    }

    fn unreachable(&mut self, contact: Contact, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        self.algorithm.unreachable(contact, &mut context(setup, host));
    }
}

/// The algorithm's context over the host's parts.
fn context<'a, A: Converged>(
    setup: &'a Setup<A>,
    host: &'a mut Host<'_, KeyRoutingNode<A>>,
) -> Context<'a, A> {
    Context::new(
        host.now,
        host.me,
        host.keys,
        &setup.parameters,
        host.stream,
        host.pool,
        &mut host.scratch.effects,
    )
}

fn lookout<'a, A: Converged>(setup: &'a Setup<A>, host: &Host<'a, KeyRoutingNode<A>>) -> Lookout<'a, A> {
    Lookout { now: host.now, me: host.me, key: host.key, keys: host.keys, parameters: &setup.parameters }
}

impl<A: Converged> Program for KeyRoutingNode<A> {
    type Setup = Setup<A>;
    type Message = Envelope<A>;
    type Timer = Timer<A::Timer>;
    type Request = LookupRequest;
    type Report = LookupReport;
    type Audit = Audit;
    type Scratch = Scratch<A>;

    fn new(setup: &Self::Setup, host: &mut Host<'_, Self>) -> Self {
        let algorithm = A::new(&mut context(setup, host));
        let mut node = Self { algorithm, joined: false, calls: Rpc::new(), lookups: Vec::new(), rare: None };
        node.settle(None, setup, host);
        node
    }

    fn start(&mut self, setup: &Self::Setup, bootstrap: &[Contact], host: &mut Host<'_, Self>) {
        if !self.joined {
            let known = &mut self.rare().bootstrap;
            known.clear();
            known.extend(bootstrap.iter().filter(|contact| **contact != host.me));
        }
        self.algorithm.join(bootstrap, &mut context(setup, host));
        self.settle(None, setup, host);
    }

    fn converge(&mut self, setup: &Self::Setup, live: &LiveKeys<'_>, host: &mut Host<'_, Self>) {
        self.joined = true;
        self.algorithm.converge(live, &mut context(setup, host));
        self.settle(None, setup, host);
    }

    fn resume(&mut self, _setup: &Self::Setup, host: &mut Host<'_, Self>) {
        self.joined = false;
        self.calls.forget();
        self.rare = None;
        while let Some(lookup) = self.lookups.pop() {
            host.scratch.spare.push(lookup);
        }
    }

    fn receive(
        &mut self,
        setup: &Self::Setup,
        from: Contact,
        message: &mut Self::Message,
        host: &mut Host<'_, Self>,
    ) -> Option<Contact> {
        let Body::Route(travel) = &mut message.body else {
            // What stays behind is the smallest there is.
            let body = std::mem::replace(&mut message.body, Body::Ack { id: 0 });
            self.take_body(from, message.purpose, body, setup, host);
            return None;
        };
        let next = self.take_route(from, message.purpose, travel, setup, host);
        self.observed(from, None, setup, host);
        self.settle(None, setup, host);
        next
    }

    fn wake(&mut self, setup: &Self::Setup, timer: Self::Timer, host: &mut Host<'_, Self>) {
        match timer {
            Timer::Algorithm(timer) => self.algorithm.wake(timer, &mut context(setup, host)),
            Timer::Calls => {
                while let Some(call) = self.calls.expired(host.now, &setup.calls) {
                    self.call_expired(call, setup, host);
                }
                self.drop_expired(setup, host);
                if let Some(at) = self.calls.rearm(&setup.calls) {
                    host.wake_at(at, Timer::Calls);
                }
            }
        }
        self.settle(None, setup, host);
    }

    fn request(
        &mut self,
        setup: &Self::Setup,
        number: u32,
        request: Self::Request,
        host: &mut Host<'_, Self>,
    ) {
        self.look_up(Goal::Request { number }, request.key, request.deadline, setup, host);
        self.settle(None, setup, host);
    }

    fn leave(&mut self, setup: &Self::Setup, host: &mut Host<'_, Self>) {
        self.algorithm.leave(&mut context(setup, host));
        self.settle(None, setup, host);
    }

    fn audit(
        &self,
        setup: &Self::Setup,
        me: Contact,
        keys: &KeyTable,
        live: &LiveKeys<'_>,
        is_up: &dyn Fn(Contact) -> bool,
        audit: &mut Audit,
    ) {
        audit.peers += 1;
        let mut contacts = Vec::new();
        self.algorithm.contacts(&mut contacts);
        audit.contacts += contacts.len() as u64;
        audit.stale += contacts.iter().filter(|contact| !is_up(**contact)).count() as u64;
        // The oracle is timeless: what algorithms compare tables with does not depend on the instant.
        let now = overlab_time::Time::ZERO;
        let lookout = Lookout { now, me, key: keys.key(me), keys, parameters: &setup.parameters };
        self.algorithm.audit(live, &lookout, audit);
    }

    #[inline]
    fn prefetch(&self, message: Option<&Self::Message>) {
        match message.map(|message| &message.body) {
            Some(Body::Answer(_)) => prefetch(&self.lookups),
            Some(Body::Route(_) | Body::Find(_) | Body::Tell(_) | Body::Call { .. }) => {
                self.algorithm.prefetch();
            }
            Some(Body::Reply { .. } | Body::Found(_) | Body::Ack { .. }) | None => {
                self.algorithm.prefetch();
                self.calls.prefetch();
                prefetch(&self.lookups);
            }
        }
    }

    fn entry(&self, setup: &Self::Setup, me: Contact, keys: &KeyTable, contact: Contact) -> Option<String> {
        // Tables do not change with the instant.
        let now = overlab_time::Time::ZERO;
        let lookout = Lookout { now, me, key: keys.key(me), keys, parameters: &setup.parameters };
        let bootstrap = |rare: &Rare<A>| rare.bootstrap.contains(&contact);
        let introduced = || self.rare.as_deref().is_some_and(bootstrap).then(|| "introduction".to_owned());
        self.algorithm.entry(contact, &lookout).or_else(introduced)
    }

    fn merge_audits(sum: &mut Audit, other: Audit) {
        sum.merge(&other);
    }

    fn heap_bytes(&self) -> usize {
        let lookups = self.lookups.iter().map(|lookup| size_of::<Lookup<A::Route>>() + lookup.heap_bytes());
        self.algorithm.heap_bytes()
            + self.calls.heap_bytes()
            + self.lookups.capacity() * size_of::<usize>()
            + lookups.sum::<usize>()
            + self.rare.as_ref().map_or(0, |rare| rare.bytes())
    }
}

impl<A: KeyRouting> Rare<A> {
    fn bytes(&self) -> usize {
        let list = |list: &Vec<Contact>| list.capacity() * size_of::<Contact>();
        size_of::<Self>()
            + list(&self.bootstrap)
            + self.repeatable.capacity() * size_of::<(u32, Envelope<A>)>()
            + self.hops.capacity() * size_of::<Hop<A::Route>>()
            + self.hops.iter().map(|kept| list(&kept.dead) + list(&kept.travel.path)).sum::<usize>()
    }
}

/// The lookup of the workload that `purpose` serves, if any, met trouble here.
fn note_trouble<A: Converged>(purpose: Purpose, cause: Cause, host: &mut Host<'_, KeyRoutingNode<A>>) {
    if let Purpose::Lookup(operation) = purpose {
        host.actions.push(Action::Trouble { operation, cause });
    }
}
