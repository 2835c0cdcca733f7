//! An algorithm that says what a test tells it to say, and writes down what it is told.

use overlab_peer::{
    About, Audit, Candidates, Contact, Context, Converged, Key, KeyRouting, LiveKeys, Lookout, LookupMode,
    LookupStyle, Message, Parameters, Protocol, Responsibility, Space, Termination,
};
use overlab_time::Span;
use overlab_toolkit::harness::Harness;
use overlab_toolkit::key_routing::KeyRoutingSetup;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Nothing {}

impl Parameters for Nothing {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    Observed(Contact, Option<Span>),
    Unreachable(Contact),
    Received(u32),
    Found(Key, Option<Contact>, usize),
}

#[derive(Debug)]
pub(crate) struct Scripted<S> {
    pub(crate) names: Vec<Contact>,
    pub(crate) says: Responsibility,
    pub(crate) notes: Vec<Note>,
    asked_as_owner: AtomicBool,
    route_seen: AtomicU8,
    space: PhantomData<S>,
}

/// Messages below 100 are questions.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Number(pub(crate) u32);

impl Message for Number {
    fn contacts(&self) -> usize {
        2
    }
}

/// What to do when woken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    Call(Contact, u32),
    Tell(Contact, u32),
    Lookup(Key),
}

impl<S: Space> Scripted<S> {
    pub(crate) fn count(&self, note: Note) -> usize {
        self.notes.iter().filter(|other| **other == note).count()
    }

    /// Whether it was last asked as one that had been named as the owner.
    pub(crate) fn asked_as_owner(&self) -> bool {
        self.asked_as_owner.load(Ordering::Relaxed)
    }

    /// The route that came with the last question.
    pub(crate) fn route_seen(&self) -> u8 {
        self.route_seen.load(Ordering::Relaxed)
    }
}

impl<S: Space> Protocol for Scripted<S> {
    type Parameters = Nothing;
    type Message = Number;
    type Timer = Act;
    const ABOUT: About = About {
        name: "scripted",
        title: "Scripted",
        summary: "Says what it is told.",
        reference: "None.",
        bibtex: "",
    };

    fn new(_context: &mut Context<'_, Self>) -> Self {
        Self {
            names: Vec::new(),
            says: Responsibility::No,
            notes: Vec::new(),
            asked_as_owner: AtomicBool::new(false),
            route_seen: AtomicU8::new(0),
            space: PhantomData,
        }
    }

    fn join(&mut self, bootstrap: &[Contact], context: &mut Context<'_, Self>) {
        if bootstrap.is_empty() {
            context.joined();
        } else {
            let key = context.key();
            context.lookup(key);
        }
    }

    fn receive(&mut self, _from: Contact, message: Number, context: &mut Context<'_, Self>) {
        self.notes.push(Note::Received(message.0));
        if message.0 < 100 {
            context.reply(Number(message.0 + 100));
            context.reply(Number(999));
        }
    }

    fn wake(&mut self, timer: Act, context: &mut Context<'_, Self>) {
        match timer {
            Act::Call(to, number) => context.call(to, Number(number)),
            Act::Tell(to, number) => context.send(to, Number(number)),
            Act::Lookup(key) => context.lookup(key),
        }
    }

    fn unreachable(&mut self, contact: Contact, _context: &mut Context<'_, Self>) {
        self.notes.push(Note::Unreachable(contact));
    }

    fn observed(&mut self, contact: Contact, round_trip: Option<Span>, _context: &mut Context<'_, Self>) {
        self.notes.push(Note::Observed(contact, round_trip));
    }
}

impl<S: Space> KeyRouting for Scripted<S> {
    type Space = S;
    type Route = u8;

    fn closest(&self, _key: Key, route: &mut u8, _: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        self.asked_as_owner.store(out.named_owner(), Ordering::Relaxed);
        self.route_seen.store(*route, Ordering::Relaxed);
        *route += 1;
        for contact in &self.names {
            out.push(*contact);
        }
    }

    fn responsible(&self, _key: Key, _route: &u8, _: &Lookout<'_, Self>) -> Responsibility {
        self.says
    }

    fn found(&mut self, key: Key, closest: &[Contact], context: &mut Context<'_, Self>) {
        self.notes.push(Note::Found(key, closest.first().copied(), closest.len()));
        if key == context.key() {
            context.joined();
        }
    }

    fn style(_: &Nothing) -> LookupStyle {
        LookupStyle {
            mode: LookupMode::Iterative,
            parallelism: 1,
            redundancy: 1,
            termination: Termination::Claim,
            acknowledge: true,
        }
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        out.extend_from_slice(&self.names);
    }

    fn heap_bytes(&self) -> usize {
        self.names.capacity() * size_of::<Contact>()
    }
}

impl<S: Space> Converged for Scripted<S> {
    fn converge(&mut self, _: &LiveKeys<'_>, _: &mut Context<'_, Self>) {}
    fn audit(&self, _: &LiveKeys<'_>, _: &Lookout<'_, Self>, _: &mut Audit) {}
}

/// A world in which peer `i` has the key `keys[i]`; everybody is a member, knows nobody and claims nothing.
pub(crate) fn world<S: Space>(
    keys: &[u64],
    change: impl FnOnce(&mut KeyRoutingSetup<Nothing>),
) -> Harness<Scripted<S>> {
    let mut setup = KeyRoutingSetup::new::<Scripted<S>>(Nothing {});
    change(&mut setup);
    let keys: Vec<Key> = keys.iter().map(|key| Key(*key)).collect();
    let mut world = Harness::with_keys(setup, &keys, 1);
    world.converge();
    world
}

/// Scripts what a peer names and says.
pub(crate) fn script<S: Space>(
    world: &mut Harness<Scripted<S>>,
    peer: usize,
    says: Responsibility,
    names: &[u32],
) {
    let algorithm = world.algorithm_mut(peer).unwrap();
    algorithm.says = says;
    algorithm.names = names.iter().map(|name| Contact::first(*name)).collect();
}
