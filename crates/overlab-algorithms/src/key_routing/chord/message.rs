//! What Chord peers say to each other beside lookups.

use overlab_peer::{Contact, Message};
use serde::{Deserialize, Serialize};

/// A message between Chord peers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChordMessage {
    /// Asks for predecessor and successor list (answered by [`Self::Neighbours`]).
    Stabilize,
    /// The sender's place on the ring.
    Neighbours {
        /// Its predecessor, if known.
        predecessor: Option<Contact>,
        /// Its successor list, nearest first.
        successors: Vec<Contact>,
    },
    /// The sender believes itself the receiver's predecessor.
    Notify,
    /// Are you there (answered by [`Self::Pong`])?
    Ping,
    /// Yes.
    Pong,
    /// Asks for all fingers (answered by [`Self::Table`]).
    Fingers,
    /// The sender's successors and fingers, each once, by ascending distance from it.
    Table {
        /// The contacts.
        contacts: Vec<Contact>,
    },
    /// The sender leaves for good; told to its predecessor and its successor.
    Leave {
        /// Its predecessor, if known.
        predecessor: Option<Contact>,
        /// Its successor list, nearest first.
        successors: Vec<Contact>,
    },
}

impl Message for ChordMessage {
    fn contacts(&self) -> usize {
        match self {
            Self::Neighbours { predecessor, successors } | Self::Leave { predecessor, successors } => {
                usize::from(predecessor.is_some()) + successors.len()
            }
            Self::Table { contacts } => contacts.len(),
            Self::Stabilize | Self::Notify | Self::Ping | Self::Pong | Self::Fingers => 0,
        }
    }
}

/// What a Chord peer wakes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChordTimer {
    /// A round of `stabilize`.
    Stabilize,
    /// A round of `fix_fingers`.
    FixFingers,
    /// A check that the predecessor is alive.
    CheckPredecessor,
}
