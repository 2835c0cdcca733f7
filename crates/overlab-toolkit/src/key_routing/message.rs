//! What travels between peers that route keys.

use overlab_peer::{
    Contact, Glance, Key, KeyRouting, Message, Operation, Packet, Responsibility, Traffic, WireSizes,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A message of the driver: an algorithm's own, or one of the driver's lookups.
///
/// Size on the wire: the header, every contact and key that it carries, the algorithm's own extra bytes, the lookup's
/// route state as large as it is in memory, and the small fields: 4 bytes for a call's number, 2 for counts and flags
/// of a request, 1 for the claim in a reply, 4 for a lookup's number and 1 for its hop limit. Where the key is part of the
/// header (a key size of 0), so are the small fields. What serves measurement alone (counters) is free.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Envelope<A: KeyRouting> {
    pub(super) purpose: Purpose,
    pub(super) body: Body<A::Message, A::Route>,
}

/// On whose behalf a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Purpose {
    Maintenance,
    Join,
    Lookup(Operation),
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Body<M, R> {
    /// An algorithm's message that expects nothing.
    Tell(M),
    Call {
        id: u32,
        message: M,
    },
    Reply {
        id: u32,
        message: M,
    },
    Find(Find<R>),
    Found(Found<R>),
    Route(Travel<R>),
    /// "I have it": the previous hop may forget it.
    Ack {
        id: u32,
    },
    Answer(Answer),
}

/// A step of an iterative lookup: whom do you know for this key?
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Find<R> {
    pub(super) id: u32,
    pub(super) key: Key,
    pub(super) count: u16,
    /// Not to be named: found dead by this lookup, or not there for other reasons.
    pub(super) exclude: Vec<Contact>,
    /// So many at the front of `exclude` were named by the receiver's like and found dead: it is told of them.
    pub(super) told: u16,
    pub(super) named_owner: bool,
    pub(super) route: R,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Found<R> {
    pub(super) id: u32,
    /// Nothing where the peer is not a member yet.
    pub(super) said: Option<Responsibility>,
    pub(super) contacts: Vec<Contact>,
    pub(super) route: R,
}

/// A recursive lookup on its way.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Travel<R> {
    pub(super) key: Key,
    pub(super) origin: Contact,
    /// The lookup's number at its origin.
    pub(super) number: u32,
    /// From then on the answer is worth nothing, and nobody hands the lookup on.
    pub(super) deadline: overlab_time::Time,
    /// The number by which this hop is acknowledged; 0 where it is not.
    pub(super) id: u32,
    pub(super) counts: Counts,
    /// Whether the last edge named its end as the owner, and how many such edges in a row led here.
    pub(super) last: bool,
    pub(super) steps_back: u8,
    /// Whether the origin is not a member, so that nobody may name it.
    pub(super) joining: bool,
    /// Whether the answer goes back the way it came.
    pub(super) returning: bool,
    pub(super) route: R,
    /// The way back, the origin first; empty unless `returning`.
    pub(super) path: Vec<Contact>,
}

/// What a recursive lookup counts on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    pub(super) hops: u8,
    /// Edges before the first of those that named an owner, where `Travel::last` holds.
    pub(super) to_predecessor: u8,
    pub(super) timeouts: u16,
    pub(super) timeouts_to_predecessor: u16,
    pub(super) messages: u16,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) number: u32,
    pub(super) owner: Contact,
    pub(super) counts: Counts,
    /// Whether the owner was named as such.
    pub(super) last: bool,
    pub(super) path: Vec<Contact>,
}

impl<A: KeyRouting> Clone for Envelope<A> {
    fn clone(&self) -> Self {
        Self { purpose: self.purpose, body: self.body.clone() }
    }
}

impl<A: KeyRouting> fmt::Debug for Envelope<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.body {
            Body::Tell(_) => "Tell",
            Body::Call { .. } => "Call",
            Body::Reply { .. } => "Reply",
            Body::Find(_) => "Find",
            Body::Found(_) => "Found",
            Body::Route(_) => "Route",
            Body::Ack { .. } => "Ack",
            Body::Answer(_) => "Answer",
        };
        f.debug_struct(name).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

impl<A: KeyRouting> Packet for Envelope<A> {
    fn bytes(&self, sizes: &WireSizes) -> u32 {
        let route = size_of::<A::Route>();
        let (keys, contacts, extra, small) = match &self.body {
            Body::Tell(message) => (0, message.contacts(), message.extra_bytes(), 0),
            Body::Call { message, .. } | Body::Reply { message, .. } => {
                (0, message.contacts(), message.extra_bytes(), 4)
            }
            Body::Find(find) => (1, find.exclude.len(), route, 4 + 2),
            Body::Found(found) => (0, found.contacts.len(), route, 4 + 1),
            Body::Route(travel) => (1, 1 + travel.path.len(), route, 4 + 2 + 4 + 1 + 8),
            Body::Ack { .. } => (0, 0, 0, 4),
            Body::Answer(answer) => (0, 1 + answer.path.len(), 0, 4),
        };
        let small = if sizes.key == 0 { 0 } else { small };
        sizes.header + keys * sizes.key + contacts as u32 * sizes.contact + extra as u32 + small
    }

    fn traffic(&self) -> Traffic {
        match self.purpose {
            Purpose::Maintenance => Traffic::Maintenance,
            Purpose::Join => Traffic::Join,
            Purpose::Lookup(_) => Traffic::Lookup,
        }
    }

    fn operation(&self) -> Option<Operation> {
        match self.purpose {
            Purpose::Lookup(operation) => Some(operation),
            Purpose::Maintenance | Purpose::Join => None,
        }
    }

    fn glance(&self) -> Glance {
        let of = |kind| Glance { kind, ..Glance::default() };
        match &self.body {
            Body::Tell(_) => of("tell"),
            Body::Call { id, .. } => Glance { opens: Some(*id), ..of("call") },
            Body::Reply { id, .. } => Glance { answers: Some(*id), ..of("reply") },
            Body::Find(find) => Glance { opens: Some(find.id), ..of("find") },
            Body::Found(found) => Glance {
                answers: Some(found.id),
                names: found.contacts.clone(),
                refuses: found.said.is_none(),
                said: found.said,
                ..of("found")
            },
            Body::Route(travel) => Glance { opens: Some(travel.id).filter(|id| *id != 0), ..of("route") },
            Body::Ack { id } => Glance { answers: Some(*id), ..of("ack") },
            Body::Answer(answer) => Glance { owner: Some(answer.owner), ..of("answer") },
        }
    }
}
