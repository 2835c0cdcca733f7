//! Doing what the algorithm asks for, and calls: their replies and their timeouts.

use super::lookup::Goal;
use super::message::{Body, Envelope, Purpose};
use super::{KeyRoutingNode, PATIENCE, Setup, Timer, Waiting};
use crate::rpc::Call;
use overlab_peer::{Action, Contact, Converged, Effect, Host};

/// A call being handled: who asked, its number, and why.
pub(super) type OpenCall = (Contact, u32, Purpose);

/// No sane algorithm reacts to its own lookups' local answers with new ones so often in one instant.
const ROUNDS: usize = 10_000;

impl<A: Converged> KeyRoutingNode<A> {
    /// Performs what the handlers asked for, and what the handlers that this calls ask for, until nothing is left.
    ///
    /// The handlers only append to a list, so this neither recurses nor, once the lists have their size, allocates.
    pub(super) fn settle(
        &mut self,
        mut open_call: Option<OpenCall>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        if host.scratch.effects.is_empty() {
            return;
        }
        let mut batch = std::mem::take(&mut host.scratch.batch);
        for round in 0.. {
            assert!(round < ROUNDS, "{} asks for lookups without end in one instant", A::ABOUT.name);
            std::mem::swap(&mut batch, &mut host.scratch.effects);
            if batch.is_empty() {
                break;
            }
            for effect in batch.drain(..) {
                self.perform(effect, &mut open_call, setup, host);
            }
        }
        host.scratch.batch = batch;
    }

    fn perform(
        &mut self,
        effect: Effect<A>,
        open_call: &mut Option<OpenCall>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        match effect {
            Effect::Send { to, message } => {
                let purpose = self.own_purpose();
                host.send(to, Envelope { purpose, body: Body::Tell(message) });
            }
            Effect::Call { to, message } => {
                let id = host.next_call();
                let envelope = Envelope { purpose: self.own_purpose(), body: Body::Call { id, message } };
                self.call(id, to, Waiting::Algorithm, envelope, setup, host);
            }
            Effect::Reply { message } => {
                if let Some((to, id, purpose)) = open_call.take() {
                    host.send(to, Envelope { purpose, body: Body::Reply { id, message } });
                }
            }
            Effect::Wake { after, timer } => host.wake_after(after, Timer::Algorithm(timer)),
            Effect::Lookup { key } => {
                let deadline = host.now + setup.calls.timeout * PATIENCE;
                self.look_up(Goal::Own, key, deadline, setup, host);
            }
            Effect::Joined => {
                if !self.joined {
                    self.joined = true;
                    if let Some(rare) = &mut self.rare {
                        rare.bootstrap = Vec::new();
                        if rare.repeatable.is_empty() && rare.hops.is_empty() {
                            self.rare = None;
                        }
                    }
                    host.actions.push(Action::Joined);
                }
            }
        }
    }

    /// Sends a message that wants a reply.
    pub(super) fn call(
        &mut self,
        id: u32,
        to: Contact,
        what: Waiting,
        envelope: Envelope<A>,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) {
        let retries = retries(setup);
        if retries > 0 {
            self.rare().repeatable.push((id, envelope.clone()));
        }
        self.note_call(Call { id, to, sent: host.now, retries, what }, setup, host);
        host.send(to, envelope);
    }

    /// Lets a call wait for its reply.
    pub(super) fn note_call(&mut self, call: Call<Waiting>, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        if let Some(at) = self.calls.sent(call, &setup.calls) {
            host.wake_at(at, Timer::Calls);
        }
    }

    /// Takes the call that a reply from `from` belongs to, and tells the algorithm of it. Nothing where no call waits, or
    /// where somebody else than was called has answered: then the one called is gone from that address.
    pub(super) fn close_call(
        &mut self,
        id: u32,
        from: Contact,
        setup: &Setup<A>,
        host: &mut Host<'_, Self>,
    ) -> Option<Call<Waiting>> {
        let call = self.calls.answered(id)?;
        self.forget_message(id);
        if call.to == from {
            self.observed(from, Some(call.round_trip(host.now)), setup, host);
            return Some(call);
        }
        self.observed(from, None, setup, host);
        self.unreachable(call.to, setup, host);
        match call.what {
            Waiting::Algorithm => {}
            Waiting::Find(lookup) => self.find_misdirected(lookup, call.to, setup, host),
            Waiting::Route => self.hop_failed(call, setup, host),
        }
        None
    }

    /// Repeats a call whose time is over, or gives it up.
    pub(super) fn call_expired(&mut self, call: Call<Waiting>, setup: &Setup<A>, host: &mut Host<'_, Self>) {
        let envelope = self.forget_message(call.id);
        if call.retries > 0 {
            let wanted = match call.what {
                Waiting::Algorithm => true,
                Waiting::Find(lookup) => self.count_repetition(lookup, host.now),
                Waiting::Route => return self.repeat_hop(call, setup, host),
            };
            // A request whose lookup is over is not repeated, and its receiver not judged by half the attempts.
            if wanted && let Some(envelope) = envelope {
                self.rare().repeatable.push((call.id, envelope.clone()));
                self.note_call(Call { sent: host.now, retries: call.retries - 1, ..call }, setup, host);
                host.send(call.to, envelope);
            }
            return;
        }
        self.unreachable(call.to, setup, host);
        match call.what {
            Waiting::Algorithm => {}
            Waiting::Find(lookup) => self.find_timed_out(lookup, call.to, setup, host),
            Waiting::Route => self.hop_failed(call, setup, host),
        }
    }

    /// Takes back the copy of a message that was kept to be repeated.
    fn forget_message(&mut self, id: u32) -> Option<Envelope<A>> {
        let repeatable = &mut self.rare.as_mut()?.repeatable;
        let at = repeatable.iter().position(|(kept, _)| *kept == id)?;
        Some(repeatable.swap_remove(at).1)
    }
}

/// How often a call may be repeated, as a call stores it.
pub(super) fn retries<P>(setup: &super::KeyRoutingSetup<P>) -> u16 {
    setup.calls.retries.min(u32::from(u16::MAX)) as u16
}
