//! A key-routing algorithm of one's own, with the whole command line: `cargo run --release -p greedy-ring -- list`.
//!
//! The greedy ring: peers stand on a ring, where the first at or after a key owns it, and know their next few
//! successors and some *long links* to peers further on, drawn so that every doubling of the distance is equally likely
//! (Manku, Bawa, Raghavan, "Symphony: distributed hashing in a small world", USITS 2003). A lookup goes to
//! the nearest peer before the key, again and again.
//!
//! It needs no messages of its own. The framework walks lookups for it, too, and three kinds of them keep all
//! tables right: of a peer's own key to join, of the keys right behind the successors to renew the list of
//! successors, of random far keys to renew the long links. A peer's predecessor is whoever before it asks it most closely.

use overlab::prelude::*;
use std::cmp::Reverse;

fn main() -> std::process::ExitCode {
    overlab::run(Registry::built_in().with(entry!(GreedyRing)))
}

overlab::parameters! {
    /// Parameters of the greedy ring.
    pub struct GreedyRingParameters {
        /// Successors that a peer keeps, at least 1.
        successors: usize = 8,
        /// Long links that a peer keeps.
        long_links: usize = 8,
        /// Time between two rounds of maintenance, or "never". A round renews the successor, another of the list, and a long link.
        interval: Interval = Interval::Every(Span::from_secs(20)),
    }
}

impl Parameters for GreedyRingParameters {
    fn check(&self) -> Result<(), ParameterError> {
        ParameterError::unless(self.successors > 0, "successors", "must be at least 1")
    }

    fn longest_period(&self) -> Span {
        self.interval.span().unwrap_or(Span::ZERO) * self.long_links.max(self.successors) as u64
    }
}

/// What a peer knows.
#[derive(Debug, Default)]
pub struct GreedyRing {
    joined: bool,
    predecessor: Option<Contact>,
    /// The nearest before this peer that was heard of in the present round, and in the last.
    heard: [Option<Contact>; 2],
    /// The next peers up the ring, nearest first.
    successors: Vec<Contact>,
    /// Which of them is renewed next.
    renewed: usize,
    /// Oldest first.
    long_links: Vec<Contact>,
}

impl Protocol for GreedyRing {
    type Parameters = GreedyRingParameters;
    type Message = ();
    type Timer = ();

    const ABOUT: About = About {
        name: "greedy_ring",
        title: "Greedy ring",
        summary: "A ring with random long links, as in a small world; lookups go greedily towards the key.",
        reference: "after Manku, Bawa, Raghavan, USITS 2003",
    };

    fn new(_context: &mut Context<'_, Self>) -> Self {
        Self::default()
    }

    /// Whoever owns this peer's key now is to be its successor. The very first peer has nobody to ask.
    fn join(&mut self, bootstrap: &[Contact], context: &mut Context<'_, Self>) {
        *self = Self::default();
        if bootstrap.is_empty() { self.complete(context) } else { context.lookup(context.key()) }
    }

    fn receive(&mut self, _from: Contact, (): (), _context: &mut Context<'_, Self>) {}

    /// A round of maintenance.
    fn wake(&mut self, (): (), context: &mut Context<'_, Self>) {
        context.wake_again(context.parameters().interval, ());
        // The predecessor asks in every round: who was nearest in two of them is the one.
        let [present, last] = self.heard;
        self.predecessor = present.zip(last).map(|(a, b)| nearest_before(context, a, b));
        self.heard = [None, present];
        self.renewed = (self.renewed + 1) % self.successors.len().max(1);
        context.lookup(context.key().plus(1));
        if let Some(next) = self.successors.get(self.renewed) {
            context.lookup(context.key_of(*next).plus(1));
        }
        let far = self.far_key(context);
        context.lookup(far);
    }

    fn observed(&mut self, contact: Contact, _round_trip: Option<Span>, context: &mut Context<'_, Self>) {
        let heard = self.heard[0].map_or(contact, |other| nearest_before(context, contact, other));
        self.heard[0] = Some(heard);
        self.predecessor = self.predecessor.map(|other| nearest_before(context, contact, other));
    }

    fn unreachable(&mut self, contact: Contact, context: &mut Context<'_, Self>) {
        for known in [&mut self.successors, &mut self.long_links] {
            known.retain(|other| *other != contact);
        }
        for known in self.heard.iter_mut().chain([&mut self.predecessor]) {
            *known = known.filter(|other| *other != contact);
        }
        if self.successors.is_empty() {
            // All are gone at once: the nearest of the others leads back into the ring.
            let others = self.long_links.iter().copied().chain(self.predecessor);
            self.successors
                .extend(others.min_by_key(|other| context.key().clockwise(context.key_of(*other))));
        }
    }
}

/// Which of two peers stands closer before this one on the ring.
fn nearest_before(context: &Context<'_, GreedyRing>, a: Contact, b: Contact) -> Contact {
    let gap = |contact: Contact| context.key_of(contact).clockwise(context.key());
    if gap(a) <= gap(b) { a } else { b }
}

impl GreedyRing {
    /// Takes part from now on.
    fn complete(&mut self, context: &mut Context<'_, Self>) {
        self.joined = true;
        context.joined();
        context.wake_every(context.parameters().interval, ());
        for _ in 0..context.parameters().long_links {
            let far = self.far_key(context);
            context.lookup(far);
        }
    }

    /// A random key beyond the successor, every doubling of the distance equally likely.
    fn far_key(&self, context: &mut Context<'_, Self>) -> Key {
        let next =
            self.successors.first().map_or(u64::MAX, |next| context.key().clockwise(context.key_of(*next)));
        let bit = context.random().below(u64::from(Key::BITS - next.ilog2())) as u32 + next.ilog2();
        context.key().plus((1 << bit) + context.random().below(1 << bit))
    }
}

impl KeyRouting for GreedyRing {
    type Space = RingSuccessor;
    type Route = ();

    fn closest(&self, key: Key, _route: &mut (), context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let distance = |contact: &Contact| context.key().clockwise(context.key_of(*contact));
        let before_key = |contact: &Contact| distance(contact) < context.key().clockwise(key);
        let known = || self.successors.iter().chain(&self.long_links).copied();
        let mut way: Vec<Contact> = if out.named_owner() {
            // Somebody took this peer for the owner; where it is not, its predecessor is one step nearer.
            self.predecessor.into_iter().collect()
        } else if known().any(|contact| before_key(&contact) && out.admits(contact)) {
            known().filter(before_key).collect()
        } else {
            // Nobody stands between here and the key: the next peer owns it, the others stand in.
            self.successors.iter().rev().copied().collect()
        };
        way.sort_by_key(|contact| Reverse(distance(contact)));
        for contact in way {
            out.push(contact);
        }
    }

    fn responsible(&self, key: Key, _route: &(), context: &Lookout<'_, Self>) -> Responsibility {
        match self.predecessor {
            Some(before) if key.in_open_closed(context.key_of(before), context.key()) => Responsibility::Yes,
            Some(_) => Responsibility::No,
            None if self.successors.is_empty() => Responsibility::Yes,
            None => Responsibility::Unknown,
        }
    }

    fn found(&mut self, key: Key, closest: &[Contact], context: &mut Context<'_, Self>) {
        let Some(owner) = closest.iter().copied().find(|owner| *owner != context.me()) else { return };
        let distance = |contact: &Contact| context.key().clockwise(context.key_of(*contact));
        let start = context.key().clockwise(key);
        if start <= 1 || self.successors.iter().any(|before| distance(before) + 1 == start) {
            // Nobody stands between a key and its owner.
            self.successors.retain(|other| distance(other) < start || distance(other) > distance(&owner));
            self.successors.push(owner);
            self.successors.sort_by_key(distance);
            self.successors.truncate(context.parameters().successors);
        } else if !self.long_links.contains(&owner) {
            self.long_links.push(owner);
            let surplus = self.long_links.len().saturating_sub(context.parameters().long_links);
            self.long_links.drain(..surplus);
        }
        if !self.joined {
            self.complete(context);
        }
    }

    fn style(_parameters: &GreedyRingParameters) -> LookupStyle {
        LookupStyle {
            mode: LookupMode::Iterative,
            parallelism: 1,
            redundancy: 1,
            termination: Termination::Claim,
            acknowledge: true,
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
        out.extend(self.successors.iter().chain(&self.long_links).copied().chain(self.predecessor));
        out.sort_unstable();
        out.dedup();
    }

    fn heap_bytes(&self) -> usize {
        (self.successors.capacity() + self.long_links.capacity()) * size_of::<Contact>()
    }
}

impl Converged for GreedyRing {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        let first = live.rank(context.key().plus(1));
        let successors = context.parameters().successors.min(live.len() - 1);
        self.successors = (0..successors).map(|step| live.around(first, step).1).collect();
        self.predecessor = live.predecessor(context.key()).map(|(_, contact)| contact);
        self.heard[0] = self.predecessor;
        self.joined = true;
        for _ in 0..context.parameters().long_links {
            let owner = live.successor(self.far_key(context)).map(|(_, contact)| contact);
            self.long_links
                .extend(owner.filter(|owner| *owner != context.me() && !self.long_links.contains(owner)));
        }
        context.wake_every(context.parameters().interval, ());
    }

    /// Long links are drawn at random: the one entry that can be wrong is the successor.
    fn audit(&self, live: &LiveKeys<'_>, context: &Lookout<'_, Self>, audit: &mut Audit) {
        let Some(&next) = self.successors.first() else { return };
        let right = live.successor(context.key().plus(1)).is_some_and(|(_, contact)| contact == next);
        let alive = live.contains(context.key_of(next), next);
        audit.expected += 1;
        audit.missing += u64::from(!right);
        audit.successors += 1;
        audit.successors_wrong += u64::from(!right);
        audit.successors_dead += u64::from(!alive);
    }
}
