//! A Chord that makes a common mistake, as a negative control.

use overlab_algorithms::key_routing::chord::{Chord, ChordMessage, ChordParameters, ChordTimer};
use overlab_peer::{
    About, Audit, Candidates, Contact, Context, Converged, Effect, Key, KeyRouting, LiveKeys, Lookout,
    LookupStyle, Protocol, Responsibility,
};
use overlab_time::Span;

/// Chord, but any peer whose successor list covers a key names the first at or after the key as its owner, however old the
/// list is, and whoever is named accepts.
#[derive(Debug)]
pub(crate) struct TrustingChord(Chord);

type Outer<'a> = Context<'a, TrustingChord>;

fn lookout<'a>(outer: &Lookout<'a, TrustingChord>) -> Lookout<'a, Chord> {
    Lookout { now: outer.now, me: outer.me, key: outer.key, keys: outer.keys, parameters: outer.parameters }
}

/// Lets the real Chord act and passes on what it asks for.
fn with<R>(context: &mut Outer<'_>, act: impl FnOnce(&mut Context<'_, Chord>) -> R) -> R {
    let mut effects = Vec::new();
    let parameters = context.parameters();
    let result = act(&mut context.inner(parameters, &mut effects));
    for effect in effects {
        match effect {
            Effect::Send { to, message } => context.send(to, message),
            Effect::Call { to, message } => context.call(to, message),
            Effect::Reply { message } => context.reply(message),
            Effect::Wake { after, timer } => context.wake_after(after, timer),
            Effect::Lookup { key } => context.lookup(key),
            Effect::Joined => context.joined(),
        }
    }
    result
}

impl Protocol for TrustingChord {
    type Parameters = ChordParameters;
    type Message = ChordMessage;
    type Timer = ChordTimer;

    const ABOUT: About = About { name: "trusting_chord", title: "Trusting Chord", ..Chord::ABOUT };

    fn new(context: &mut Outer<'_>) -> Self {
        Self(with(context, Chord::new))
    }

    fn join(&mut self, bootstrap: &[Contact], context: &mut Outer<'_>) {
        with(context, |context| self.0.join(bootstrap, context));
    }

    fn receive(&mut self, from: Contact, message: ChordMessage, context: &mut Outer<'_>) {
        with(context, |context| self.0.receive(from, message, context));
    }

    fn wake(&mut self, timer: ChordTimer, context: &mut Outer<'_>) {
        with(context, |context| self.0.wake(timer, context));
    }

    fn unreachable(&mut self, contact: Contact, context: &mut Outer<'_>) {
        with(context, |context| self.0.unreachable(contact, context));
    }

    fn observed(&mut self, contact: Contact, round_trip: Option<Span>, context: &mut Outer<'_>) {
        with(context, |context| self.0.observed(contact, round_trip, context));
    }

    fn leave(&mut self, context: &mut Outer<'_>) {
        with(context, |context| self.0.leave(context));
    }
}

impl KeyRouting for TrustingChord {
    type Space = <Chord as KeyRouting>::Space;
    type Route = ();

    fn closest(&self, key: Key, route: &mut (), context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let here = context.key();
        let distance = |contact: &Contact| here.clockwise(context.key_of(*contact));
        let mut contacts = Vec::new();
        self.0.contacts(&mut contacts);
        contacts.retain(|contact| *contact != context.me);
        contacts.sort_unstable_by_key(distance);
        // The nearest up the ring are the successor list, and fingers that stand among it.
        contacts.truncate(context.parameters.successors);
        let wanted = here.clockwise(key);
        for contact in contacts.iter().filter(|contact| distance(contact) >= wanted) {
            if !out.push(*contact) {
                return;
            }
        }
        if out.is_empty() {
            self.0.closest(key, route, &lookout(context), out);
        }
    }

    fn responsible(&self, key: Key, route: &(), context: &Lookout<'_, Self>) -> Responsibility {
        match self.0.responsible(key, route, &lookout(context)) {
            Responsibility::Yes => Responsibility::Yes,
            // Whoever named it is believed.
            Responsibility::No | Responsibility::Unknown => Responsibility::Unknown,
        }
    }

    fn found(&mut self, key: Key, closest: &[Contact], context: &mut Outer<'_>) {
        with(context, |context| self.0.found(key, closest, context));
    }

    fn style(parameters: &ChordParameters) -> LookupStyle {
        Chord::style(parameters)
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        self.0.contacts(out);
    }

    fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}

impl Converged for TrustingChord {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Outer<'_>) {
        with(context, |context| self.0.converge(live, context));
    }

    fn audit(&self, live: &LiveKeys<'_>, context: &Lookout<'_, Self>, audit: &mut Audit) {
        self.0.audit(live, &lookout(context), audit);
    }
}
