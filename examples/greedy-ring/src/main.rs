//! A key-routing algorithm of one's own, with the whole command line: `cargo run --release -p greedy-ring -- list`.
//!
//! The greedy ring: peers stand on a ring and know their next few successors and some *long links* to peers
//! further on, drawn so that every doubling of the distance is equally likely (Manku, Bawa, Raghavan, "Symphony:
//! distributed hashing in a small world", USITS 2003; Kleinberg 2000). A lookup goes to whoever it knows that is nearest
//! before the key. Unlike Chord's fingers, long links need not be any particular peers: the oldest is replaced
//! by a new draw every so often.

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
        /// Time between two rounds of maintenance, or "never"; each asks both neighbours and redraws a long link.
        interval: Interval = Interval::Every(Span::from_secs(20)),
    }
}

impl Parameters for GreedyRingParameters {
    fn check(&self) -> Result<(), ParameterError> {
        ParameterError::unless(self.successors > 0, "successors", "must be at least 1")
    }

    fn longest_period(&self) -> Span {
        self.interval.span().unwrap_or(Span::ZERO) * self.long_links.max(1) as u64
    }
}

/// What a peer knows.
#[derive(Debug, Default)]
pub struct GreedyRing {
    joined: bool,
    predecessor: Option<Contact>,
    /// The next peers up the ring, nearest first.
    successors: Vec<Contact>,
    /// Oldest first.
    long_links: Vec<Contact>,
}

/// What peers say to each other; looking keys up is the framework's affair.
#[derive(Clone, Debug)]
pub enum RingMessage {
    /// "I take you for my successor: who stands around you?"
    Ask,
    /// The answer, from before the question made its sender the predecessor.
    Neighbours {
        /// Who stood before.
        predecessor: Option<Contact>,
        /// Who comes after.
        successors: Vec<Contact>,
    },
    /// "Are you still there?"
    Ping,
    /// "Yes."
    Pong,
}

impl Message for RingMessage {
    fn contacts(&self) -> usize {
        match self {
            Self::Neighbours { predecessor, successors } => predecessor.iter().len() + successors.len(),
            Self::Ask | Self::Ping | Self::Pong => 0,
        }
    }
}

impl Protocol for GreedyRing {
    type Parameters = GreedyRingParameters;
    type Message = RingMessage;
    type Timer = ();

    const ABOUT: About = About {
        name: "greedy_ring",
        title: "Greedy ring",
        summary: "A ring with random long links, as in a small world; lookups go greedily towards the key.",
        reference: "Manku, Bawa, Raghavan, USITS 2003",
    };

    fn new(_context: &mut Context<'_, Self>) -> Self {
        Self::default()
    }

    fn join(&mut self, bootstrap: &[Contact], context: &mut Context<'_, Self>) {
        // Whoever owns this peer's key now is to be its successor. The very first peer has nobody to ask.
        *self = Self::default();
        if bootstrap.is_empty() { self.complete(context) } else { context.lookup(context.key()) }
    }

    fn receive(&mut self, from: Contact, message: RingMessage, context: &mut Context<'_, Self>) {
        match message {
            // A peer that is no member yet has nothing to say.
            RingMessage::Ask | RingMessage::Ping if !self.joined => {}
            RingMessage::Ask => self.asked(from, context),
            RingMessage::Neighbours { predecessor, successors } => {
                self.answered(from, predecessor, successors, context);
            }
            RingMessage::Ping => context.reply(RingMessage::Pong),
            RingMessage::Pong => {}
        }
    }

    /// A round of maintenance.
    fn wake(&mut self, (): (), context: &mut Context<'_, Self>) {
        context.wake_again(context.parameters().interval, ());
        if let Some(next) = self.successors.first() {
            context.call(*next, RingMessage::Ask);
        }
        if let Some(before) = self.predecessor {
            context.call(before, RingMessage::Ping);
        }
        self.redraw(context);
    }

    fn unreachable(&mut self, contact: Contact, context: &mut Context<'_, Self>) {
        let was_next = self.successors.first() == Some(&contact);
        self.predecessor = self.predecessor.filter(|old| *old != contact);
        self.successors.retain(|old| *old != contact);
        self.long_links.retain(|old| *old != contact);
        if self.successors.is_empty() {
            // All successors are gone at once: the nearest of all others is a way back into the ring.
            let distance = |other: &Contact| context.key().clockwise(context.key_of(*other));
            self.successors
                .extend(self.long_links.iter().copied().chain(self.predecessor).min_by_key(distance));
        }
        if let (true, Some(next)) = (was_next, self.successors.first()) {
            context.call(*next, RingMessage::Ask);
        }
    }
}

impl GreedyRing {
    /// Takes part from now on.
    fn complete(&mut self, context: &mut Context<'_, Self>) {
        self.joined = true;
        context.joined();
        context.wake_every(context.parameters().interval, ());
        for _ in 0..context.parameters().long_links {
            self.redraw(context);
        }
    }

    /// `from` takes this peer for its successor, and is its predecessor if nobody stands between them.
    fn asked(&mut self, from: Contact, context: &mut Context<'_, Self>) {
        let successors = self.successors.clone();
        context.reply(RingMessage::Neighbours { predecessor: self.predecessor, successors });
        let nearer = |old| context.key_of(from).in_open(context.key_of(old), context.key());
        if self.predecessor.is_none_or(nearer) {
            self.predecessor = Some(from);
        }
        if self.successors.is_empty() {
            self.successors.push(from);
        }
    }

    /// `from` is alive and told who stands around it.
    fn answered(
        &mut self,
        from: Contact,
        predecessor: Option<Contact>,
        mut successors: Vec<Contact>,
        context: &mut Context<'_, Self>,
    ) {
        let (me, here, there) = (context.me(), context.key(), context.key_of(from));
        if self.successors.first().is_some_and(|next| !there.in_open_closed(here, context.key_of(*next))) {
            return; // Too late: a nearer successor was found meanwhile.
        }
        // What comes after it comes after this peer, too, up to where the ring closes.
        successors.insert(0, from);
        let closes = successors.iter().position(|contact| *contact == me).unwrap_or(usize::MAX);
        successors.truncate(closes.min(context.parameters().successors));
        self.successors = successors;
        match predecessor.filter(|between| context.key_of(*between).in_open(here, there)) {
            Some(between) => context.call(between, RingMessage::Ask),
            None if self.joined => {}
            None => {
                self.predecessor = predecessor.filter(|before| *before != me);
                self.complete(context);
            }
        }
    }

    /// Looks for a new long link; [`KeyRouting::found`] takes it.
    fn redraw(&self, context: &mut Context<'_, Self>) {
        if let Some(key) = self.far_key(context) {
            context.lookup(key);
        }
    }

    /// A random key beyond the successor, every doubling of the distance equally likely.
    fn far_key(&self, context: &mut Context<'_, Self>) -> Option<Key> {
        let next = context.key_of(*self.successors.first()?);
        let nearest = context.key().clockwise(next).ilog2();
        let bit = nearest + context.random().below(u64::from(Key::BITS - nearest)) as u32;
        let distance = (1 << bit) + context.random().below(1 << bit);
        Some(context.key().plus(distance))
    }
}

impl KeyRouting for GreedyRing {
    type Space = RingSuccessor;
    type Route = ();

    fn closest(&self, key: Key, _route: &mut (), context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        if out.named_owner() {
            // Somebody took this peer for the owner; it is not, so its predecessor is a step nearer.
            if let Some(before) = self.predecessor {
                out.push(before);
            }
            return;
        }
        let distance = |contact: &Contact| context.key().clockwise(context.key_of(*contact));
        let before_key = |contact: &Contact| distance(contact) < context.key().clockwise(key);
        let known = self.successors.iter().chain(&self.long_links).copied();
        let mut way: Vec<Contact> =
            known.filter(|contact| before_key(contact) && out.admits(*contact)).collect();
        way.sort_unstable_by_key(|contact| Reverse(distance(contact)));
        if way.is_empty() {
            // Nobody known stands between here and the key: the next peer owns it, the others stand in.
            way.clone_from(&self.successors);
        }
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
        let Some(owner) = closest.iter().copied().find(|contact| *contact != context.me()) else { return };
        if !self.joined && key == context.key() {
            context.call(owner, RingMessage::Ask);
        } else if self.joined && !self.long_links.contains(&owner) && !self.successors.contains(&owner) {
            self.long_links.push(owner);
            let surplus = self.long_links.len().saturating_sub(context.parameters().long_links);
            self.long_links.drain(..surplus);
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.clear();
        out.extend(self.successors.iter().chain(&self.long_links).copied().chain(self.predecessor));
        out.sort_unstable();
        out.dedup();
    }
}

impl Converged for GreedyRing {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        let (here, others) = (context.key(), live.len() - 1);
        let first = live.rank(here.plus(1));
        let successors = context.parameters().successors.min(others);
        self.joined = true;
        self.successors = (0..successors).map(|step| live.around(first, step).1).collect();
        self.predecessor = live.predecessor(here).map(|(_, contact)| contact).filter(|_| others > 0);
        for _ in 0..context.parameters().long_links {
            let link = self.far_key(context).and_then(|key| live.successor(key)).map(|(_, contact)| contact);
            self.long_links
                .extend(link.filter(|link| *link != context.me() && !self.long_links.contains(link)));
        }
        context.wake_every(context.parameters().interval, ());
    }
}
