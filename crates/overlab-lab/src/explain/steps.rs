//! The messages of one lookup, out of all that was heard.

use super::explanation::{Fate, Parts, Step};
use crate::again::{Legs, Life, Occurrence, Passing, Sending, Way, What};
use overlab_engine::Handled;
use overlab_peer::{Contact, Operation};
use overlab_time::{Span, Time};
use std::collections::BTreeMap;

/// A message of a lookup with what its explanation needs beside what it says.
pub(super) struct Message<'a> {
    pub(super) sending: &'a Sending,
    pub(super) sent: Time,
    /// The occurrence that sent it, by its place among those heard.
    pub(super) sent_in: usize,
    /// When it was handled, and the occurrence.
    pub(super) handled: Option<(Time, usize)>,
    pub(super) fate: Fate,
    down: Passing,
    /// Whether its answer was not there in time.
    pub(super) timed_out: bool,
    pub(super) critical: bool,
}

/// All messages of `operation`, in the order in which they were sent; `timeout` is that of a call, and all was heard until
/// `until`.
pub(super) fn messages<'a>(
    heard: &'a [Occurrence],
    operation: Operation,
    timeout: Span,
    until: Time,
) -> Vec<Message<'a>> {
    let mut all: Vec<Message<'a>> = Vec::new();
    let mut places: BTreeMap<u64, usize> = BTreeMap::new();
    for (at, occurrence) in heard.iter().enumerate() {
        if let What::Message(arrival) = &occurrence.what
            && let Some(message) = arrival.message.and_then(|number| places.get(&number))
        {
            let message = &mut all[*message];
            if let Some(held) = arrival.held {
                message.down = held;
            }
            if let Some(fate) = fate(occurrence, arrival.refused, message.sending.to) {
                message.fate = fate;
                message.handled = Some((occurrence.time, at));
            }
        }
        for sending in occurrence.sent.iter().filter(|sending| sending.operation == Some(operation)) {
            places.insert(sending.number, all.len());
            all.push(Message {
                sending,
                sent: occurrence.time,
                sent_in: at,
                handled: None,
                fate: match sending.way {
                    Way::Lost(loss) => Fate::Lost(loss.name()),
                    Way::Comes { .. } => Fate::UnderWay,
                },
                down: Passing::default(),
                timed_out: false,
                critical: false,
            });
        }
    }
    for at in 0..all.len() {
        all[at].timed_out = is_unanswered(&all, at, timeout, until);
    }
    all
}

/// What came of a message that came to its receiver's host; nothing while it waits at the link.
fn fate(occurrence: &Occurrence, refused: Option<overlab_underlay::Loss>, to: Contact) -> Option<Fate> {
    match (occurrence.handled, refused) {
        (_, Some(loss)) => Some(Fate::Lost(loss.name())),
        (Handled::Internal, None) => None,
        (Handled::Dropped, None) => Some(Fate::Nobody),
        (_, None) if occurrence.peer != to => Some(Fate::Stranger),
        (_, None) => Some(Fate::Delivered),
    }
}

/// Whether a request went unanswered until its time was over, whether its sender still waited then or not.
fn is_unanswered(all: &[Message<'_>], at: usize, timeout: Span, until: Time) -> bool {
    let request = &all[at];
    let Some(id) = request.sending.glance.opens else { return false };
    let over = request.sent + timeout;
    let answered = all.iter().any(|reply| {
        reply.sending.glance.answers == Some(id)
            && reply.sending.to.peer == request.sending.from.peer
            && matches!(reply.fate, Fate::Delivered | Fate::Stranger)
            && reply.handled.is_some_and(|(time, _)| time <= over)
    });
    !answered && over <= until
}

impl Message<'_> {
    /// What its way took; nothing where it never arrived.
    pub(super) fn parts(&self) -> Parts {
        match self.sending.way {
            Way::Lost(_) => Parts::default(),
            Way::Comes { legs: Legs { up, propagation, between }, .. } => Parts {
                propagation_ns: propagation.0,
                transmission_ns: up.transmission.0 + self.down.transmission.0,
                access_queues_ns: up.queued.0 + self.down.queued.0,
                core_queues_ns: between.0,
                ..Parts::default()
            },
        }
    }

    /// Who named its receiver, and as which entry of its tables: for a request of the origin itself a peer that answered
    /// before, else whoever sent it.
    fn informant(&self, all: &[Message<'_>]) -> (u32, Option<String>) {
        let (from, to) = (self.sending.from, self.sending.to);
        let named = |reply: &Message<'_>| {
            let at = reply.sending.glance.names.iter().position(|name| *name == to)?;
            Some((reply.sending.from.peer.0, reply.sending.named.get(at).cloned().flatten()))
        };
        let came = |reply: &&Message<'_>| {
            reply.sending.to == from && reply.handled.is_some_and(|(_, at)| at <= self.sent_in)
        };
        // The answer that made its sender ask, where that names the receiver; else the first that did.
        let made = all
            .iter()
            .filter(came)
            .find(|reply| reply.handled.is_some_and(|(_, at)| at == self.sent_in) && named(reply).is_some());
        // Where a request is repeated, the first was sent for the entry's sake.
        let first = |other: &&Message<'_>| {
            let Sending { from: sender, to: receiver, glance, .. } = other.sending;
            (sender, receiver, glance.opens) == (&from, &to, self.sending.glance.opens)
        };
        let first = self.sending.glance.opens.and_then(|_| all.iter().find(first)).unwrap_or(self);
        let its_own = (from.peer.0, first.sending.entry.clone());
        match made.or_else(|| all.iter().filter(came).find(|reply| named(reply).is_some())) {
            Some(reply) if self.sending.glance.kind == "find" => named(reply).unwrap_or(its_own),
            _ => its_own,
        }
    }

    /// What is said of it.
    pub(super) fn step(&self, all: &[Message<'_>], lives: &Life) -> Step {
        let Sending { from, to, bytes, glance, way, .. } = self.sending;
        let is_request = matches!(glance.kind, "find" | "route");
        let (named_by, entry) = if is_request { self.informant(all) } else { (from.peer.0, None) };
        let comes = match way {
            Way::Comes { at, .. } => Some(*at),
            Way::Lost(_) => None,
        };
        // It may have gone while the message waited at its link.
        let came = self.handled.map(|(time, _)| time).or(comes);
        let gone = came.and_then(|at| Some(at.since(lives.gone_since(*to, at)?)));
        Step {
            sent_ns: self.sent.0,
            kind: glance.kind,
            from: from.peer.0,
            to: to.peer.0,
            bytes: *bytes,
            named_by: is_request.then_some(named_by),
            entry,
            parts: self.parts(),
            received_ns: self.handled.map(|(time, _)| time.0),
            fate: self.fate.clone(),
            gone_for_ns: gone.map(|gone| gone.0),
            timed_out: self.timed_out,
            critical: self.critical,
        }
    }
}
