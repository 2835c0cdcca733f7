//! A key-routing algorithm of one's own, with the whole command line: `cargo run --release -p greedy-ring -- list`.
//!
//! The greedy ring: a peer knows its nearest neighbours on both sides of the ring and one peer at each doubling of
//! the distance, whoever it happened to hear of. It has no messages of its own: lookups are all its maintenance.

use overlab::prelude::*;

fn main() -> std::process::ExitCode {
    overlab::run(Registry::built_in().with(entry!(GreedyRing)))
}

overlab::parameters! {
    /// Parameters of the greedy ring.
    pub struct GreedyRingParameters {
        /// Neighbours that a peer keeps on either side.
        neighbours: usize = 6,
        /// Time between two rounds of maintenance, or "never"; each looks for one neighbour and one peer far away.
        interval: Interval = Interval::Every(Span::from_secs(10)),
    }
}

impl Parameters for GreedyRingParameters {
    fn check(&self) -> Result<(), ParameterError> {
        ParameterError::unless(self.neighbours > 0, "neighbours", "must be at least 1")
    }
}

/// What a peer knows: others in the order in which they stand on the ring after it, so that the first is its
/// successor and the last its predecessor.
#[derive(Debug, Default)]
pub struct GreedyRing {
    contacts: Vec<Contact>,
    round: usize,
}

impl GreedyRing {
    fn learn(&mut self, contact: Contact, context: &Context<'_, Self>) {
        let distance = |other: &Contact| context.key().clockwise(context.key_of(*other));
        if let Err(at) = self.contacts.binary_search_by_key(&distance(&contact), distance) {
            self.contacts.insert(at, contact);
        }
        // Between the neighbours, one peer at each doubling of the distance is enough.
        let keep = context.parameters().neighbours;
        let doubling = |at: usize| distance(&self.contacts[at]).ilog2();
        let mut between = keep..self.contacts.len().saturating_sub(keep + 1);
        if let Some(at) = between.find(|at| doubling(*at) == doubling(at + 1)) {
            self.contacts.remove(at);
        }
    }

    fn take_part(&mut self, context: &mut Context<'_, Self>) {
        context.joined();
        context.wake_every(context.parameters().interval, ());
    }
}

impl Protocol for GreedyRing {
    type Parameters = GreedyRingParameters;
    type Message = ();
    type Timer = ();

    const ABOUT: About = About {
        name: "greedy_ring",
        title: "Greedy ring",
        summary: "A ring whose peers keep whoever they hear of at each doubling of the distance.",
        reference: "the tutorial of Overlab",
        bibtex: "",
    };

    fn new(_context: &mut Context<'_, Self>) -> Self {
        Self::default()
    }

    fn join(&mut self, bootstrap: &[Contact], context: &mut Context<'_, Self>) {
        // Whoever owns this peer's key now is to be its successor. The very first peer has nobody to ask.
        if bootstrap.is_empty() { self.take_part(context) } else { context.lookup(context.key()) }
    }

    fn receive(&mut self, _from: Contact, (): (), _context: &mut Context<'_, Self>) {}

    fn wake(&mut self, (): (), context: &mut Context<'_, Self>) {
        context.wake_again(context.parameters().interval, ());
        // Who comes after me, after my successor, after the one after that?
        self.round = (self.round + 1) % context.parameters().neighbours;
        let before = self.round.checked_sub(1).and_then(|at| self.contacts.get(at)).copied();
        context.lookup(context.key_of(before.unwrap_or(context.me())).plus(1));
        // And who is far away? Every doubling of the distance is as likely.
        let distance = 1 << context.random().below(u64::from(Key::BITS));
        context.lookup(context.key().plus(distance));
    }

    fn observed(&mut self, contact: Contact, _round_trip: Option<Span>, context: &mut Context<'_, Self>) {
        self.learn(contact, context);
    }

    fn unreachable(&mut self, contact: Contact, _context: &mut Context<'_, Self>) {
        self.contacts.retain(|known| *known != contact);
    }
}

impl KeyRouting for GreedyRing {
    type Space = RingSuccessor;
    type Route = ();

    fn closest(&self, key: Key, _route: &mut (), context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        if out.named_owner() {
            // It was taken for the owner and is not: its predecessor stands nearer to the key.
            self.contacts.last().map(|predecessor| out.push(*predecessor));
            return;
        }
        let before = |contact: &Contact| context.key_of(*contact).in_open(context.key(), key);
        let (way, beyond) = self.contacts.split_at(self.contacts.partition_point(before));
        way.iter().rev().for_each(|contact| _ = out.push(*contact));
        if out.is_empty() {
            // Nobody known stands between here and the key: the next one owns it, the others stand in.
            beyond.iter().for_each(|contact| _ = out.push(*contact));
        }
    }

    fn responsible(&self, key: Key, _route: &(), context: &Lookout<'_, Self>) -> Responsibility {
        match self.contacts.last() {
            Some(before) if !key.in_open_closed(context.key_of(*before), context.key()) => Responsibility::No,
            _ => Responsibility::Yes,
        }
    }

    fn found(&mut self, key: Key, closest: &[Contact], context: &mut Context<'_, Self>) {
        if key == context.key() && !closest.is_empty() {
            self.take_part(context);
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.extend_from_slice(&self.contacts);
    }
}

impl Converged for GreedyRing {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        let here = live.rank(context.key());
        let near = context.parameters().neighbours.min(live.len() - 1);
        let far = (0..Key::BITS).map(|bit| live.rank(context.key().plus(1 << bit)));
        for rank in (1..=near).flat_map(|n| [here + n, here + live.len() - n]).chain(far) {
            let contact = live.around(rank, 0).1;
            if contact != context.me() {
                self.learn(contact, context);
            }
        }
        self.take_part(context);
    }

    fn audit(&self, live: &LiveKeys<'_>, context: &Lookout<'_, Self>, audit: &mut Audit) {
        let next = live.around(live.rank(context.key().plus(1)), 0).1;
        audit.expected += 1;
        audit.missing += u64::from(self.contacts.first() != Some(&next));
    }
}
