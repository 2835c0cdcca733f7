//! A wrapper that makes some peers of any algorithm lead lookups astray: adversaries as algorithms.

use overlab_peer::{
    About, Audit, Candidates, Contact, Context, Converged, Effect, Key, KeyRouting, LiveKeys, Lookout,
    LookupStyle, Protocol, Responsibility,
};
use overlab_time::{Span, mix64};

/// `A`, of whose peers about `PERCENT` in a hundred answer with the contacts for another key than was asked.
#[derive(Debug)]
pub(crate) struct Misrouting<A, const PERCENT: u64>(A);

fn hostile(peer: Contact, percent: u64) -> bool {
    mix64(u64::from(peer.peer.0)) % 100 < percent
}

fn lookout<'a, A: KeyRouting, const PERCENT: u64>(
    outer: &Lookout<'a, Misrouting<A, PERCENT>>,
) -> Lookout<'a, A> {
    Lookout { now: outer.now, me: outer.me, key: outer.key, keys: outer.keys, parameters: outer.parameters }
}

impl<A: KeyRouting, const PERCENT: u64> Misrouting<A, PERCENT> {
    /// Lets the wrapped algorithm act and passes on what it asks for.
    fn with<R>(context: &mut Context<'_, Self>, act: impl FnOnce(&mut Context<'_, A>) -> R) -> R {
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
}

impl<A: KeyRouting, const PERCENT: u64> Protocol for Misrouting<A, PERCENT> {
    type Parameters = A::Parameters;
    type Message = A::Message;
    type Timer = A::Timer;

    const ABOUT: About = A::ABOUT;

    fn new(context: &mut Context<'_, Self>) -> Self {
        Self(Self::with(context, A::new))
    }

    fn join(&mut self, bootstrap: &[Contact], context: &mut Context<'_, Self>) {
        Self::with(context, |context| self.0.join(bootstrap, context));
    }

    fn receive(&mut self, from: Contact, message: A::Message, context: &mut Context<'_, Self>) {
        Self::with(context, |context| self.0.receive(from, message, context));
    }

    fn wake(&mut self, timer: A::Timer, context: &mut Context<'_, Self>) {
        Self::with(context, |context| self.0.wake(timer, context));
    }

    fn unreachable(&mut self, contact: Contact, context: &mut Context<'_, Self>) {
        Self::with(context, |context| self.0.unreachable(contact, context));
    }

    fn observed(&mut self, contact: Contact, round_trip: Option<Span>, context: &mut Context<'_, Self>) {
        Self::with(context, |context| self.0.observed(contact, round_trip, context));
    }

    fn leave(&mut self, context: &mut Context<'_, Self>) {
        Self::with(context, |context| self.0.leave(context));
    }
}

impl<A: KeyRouting, const PERCENT: u64> KeyRouting for Misrouting<A, PERCENT> {
    type Space = A::Space;
    type Route = A::Route;

    fn closest(&self, key: Key, route: &mut A::Route, context: &Lookout<'_, Self>, out: &mut Candidates<'_>) {
        let key = if hostile(context.me, PERCENT) { Key(mix64(key.0)) } else { key };
        self.0.closest(key, route, &lookout(context), out);
    }

    fn responsible(&self, key: Key, route: &A::Route, context: &Lookout<'_, Self>) -> Responsibility {
        self.0.responsible(key, route, &lookout(context))
    }

    fn found(&mut self, key: Key, closest: &[Contact], context: &mut Context<'_, Self>) {
        Self::with(context, |context| self.0.found(key, closest, context));
    }

    fn style(parameters: &A::Parameters) -> LookupStyle {
        A::style(parameters)
    }

    fn contacts(&self, out: &mut Vec<Contact>) {
        self.0.contacts(out);
    }

    fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}

impl<A: Converged, const PERCENT: u64> Converged for Misrouting<A, PERCENT> {
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>) {
        Self::with(context, |context| self.0.converge(live, context));
    }

    fn audit(&self, live: &LiveKeys<'_>, context: &Lookout<'_, Self>, audit: &mut Audit) {
        self.0.audit(live, &lookout(context), audit);
    }
}
