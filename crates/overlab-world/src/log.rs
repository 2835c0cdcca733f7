//! The exact log: everything that a judge must know, with its instant.

use overlab_peer::{Cause, Contact, Operation, PeerId, Program};
use overlab_time::Time;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What happened at a peer.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub enum Record<P: Program> {
    /// It came up and began to join.
    Up,
    /// Its join is complete.
    Joined,
    /// It went down.
    Down {
        /// Whether it had joined.
        joined: bool,
    },
    /// The workload asked it something.
    Issued {
        /// The request's number at this peer.
        number: u32,
        /// What was asked.
        request: P::Request,
        /// Whether its join was complete.
        joined: bool,
    },
    /// It told the judge something.
    Reported(P::Report),
    /// A request, its own or another's, met trouble here.
    Trouble {
        /// The request.
        operation: Operation,
        /// What happened.
        cause: Cause,
    },
}

impl<P: Program> fmt::Debug for Record<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Up => f.write_str("Up"),
            Self::Joined => f.write_str("Joined"),
            Self::Down { joined } => f.debug_struct("Down").field("joined", joined).finish(),
            Self::Issued { number, .. } => {
                f.debug_struct("Issued").field("number", number).finish_non_exhaustive()
            }
            Self::Reported(_) => f.write_str("Reported"),
            Self::Trouble { operation, cause } => {
                f.debug_struct("Trouble").field("operation", operation).field("cause", cause).finish()
            }
        }
    }
}

/// A record with its place in the log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Logged<P: Program> {
    /// When it happened.
    pub time: Time,
    /// Where, and as which identity.
    pub contact: Contact,
    /// What happened.
    pub record: Record<P>,
}

impl<P: Program> Logged<P> {
    /// The order of the log: by time, then by peer; a peer's own records stay in the order in which they came.
    pub fn order(&self) -> (Time, PeerId) {
        (self.time, self.contact.peer)
    }
}

/// What happened at a contiguous range of peers since the last look: each peer's records in their order, those of
/// different peers as they came.
///
/// Requests, of which there are many and which concern one peer alone, are kept apart from what others must know of.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Log<P: Program> {
    /// [`Record::Issued`] and [`Record::Reported`].
    pub requests: Vec<Logged<P>>,
    /// Everything else, with the number of requests that were noted before it.
    pub turns: Vec<(usize, Logged<P>)>,
}

impl<P: Program> Log<P> {
    #[inline]
    pub(crate) fn note(&mut self, logged: Logged<P>) {
        match logged.record {
            Record::Issued { .. } | Record::Reported(_) => self.requests.push(logged),
            _ => self.turns.push((self.requests.len(), logged)),
        }
    }

    /// Empties all of `logs` into one list, in the order of the log: for observers of small worlds.
    pub fn in_order(logs: &mut [Self]) -> Vec<Logged<P>> {
        let mut all = Vec::new();
        for log in logs {
            let mut turns = log.turns.drain(..).peekable();
            for (at, request) in log.requests.drain(..).enumerate() {
                while let Some((_, turn)) = turns.next_if(|turn| turn.0 <= at) {
                    all.push(turn);
                }
                all.push(request);
            }
            all.extend(turns.map(|turn| turn.1));
        }
        // A peer's own records keep their order, so the result does not depend on the shards.
        all.sort_by_key(Logged::order);
        all
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.requests.capacity() * size_of::<Logged<P>>()
            + self.turns.capacity() * size_of::<(usize, Logged<P>)>()
    }

    /// Forgets everything, but keeps the room for as much again.
    pub(crate) fn clear(&mut self) {
        self.requests.clear();
        self.turns.clear();
    }
}

impl<P: Program> Default for Log<P> {
    fn default() -> Self {
        Self { requests: Vec::new(), turns: Vec::new() }
    }
}

impl<P: Program> fmt::Debug for Log<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("requests", &self.requests.len())
            .field("turns", &self.turns.len())
            .finish()
    }
}
