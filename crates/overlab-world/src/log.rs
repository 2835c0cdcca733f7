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
    pub(crate) fn order(&self) -> (Time, PeerId) {
        (self.time, self.contact.peer)
    }
}
