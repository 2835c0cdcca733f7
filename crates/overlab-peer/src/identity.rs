//! Who a peer is.

use serde::{Deserialize, Serialize};

/// A peer's address: a dense index into the run's pool of peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PeerId(pub u32);

impl PeerId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What one peer stores of another: its address and which of the identities that lived there.
///
/// Eight bytes; the key is looked up in the [`crate::KeyTable`]. A message to a contact reaches whoever is up
/// at its address, of whatever identity, and nobody where the address is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Contact {
    /// The address.
    pub peer: PeerId,
    /// 0 for the first identity at that address; it grows only under `identity: fresh`.
    pub identity: u32,
}

impl Contact {
    /// The first identity at an address.
    pub const fn first(peer: u32) -> Self {
        Self { peer: PeerId(peer), identity: 0 }
    }
}

const _: () = assert!(size_of::<Contact>() == 8);
