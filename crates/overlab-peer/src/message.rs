//! Messages: what the simulator must know of them.

use crate::glance::Glance;
use crate::identity::PeerId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What can travel between the processes that run one simulation: whatever derives `Serialize` and `Deserialize`.
pub trait Portable: Serialize + DeserializeOwned {}

impl<T: Serialize + DeserializeOwned> Portable for T {}

/// What an algorithm's own message tells of its size.
///
/// A message derives `Clone`, `Serialize` and `Deserialize`, so that it can reach a peer which another process simulates; a
/// crate that depends on `overlab` alone adds `#[serde(crate = "overlab::serde")]`.
pub trait Message: Clone + Portable + Send + 'static {
    /// Contacts (identifier and address) that it carries.
    fn contacts(&self) -> usize {
        0
    }

    /// Bytes beside header and contacts.
    fn extra_bytes(&self) -> usize {
        0
    }
}

impl Message for () {}

/// Why a message was sent; traffic is reported by these classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Traffic {
    /// Keeping tables right.
    Maintenance,
    /// A lookup that the workload asked for.
    Lookup,
    /// Sent by a peer whose join is not complete.
    Join,
    /// Payload of a service above routing.
    Application,
}

impl Traffic {
    /// All classes in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Maintenance, Self::Lookup, Self::Join, Self::Application];

    /// The class's name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            Self::Lookup => "lookup",
            Self::Join => "join",
            Self::Application => "application",
        }
    }
}

/// One request of the workload: who asked, and its running number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Operation {
    /// The peer that asked.
    pub origin: PeerId,
    /// The request's number at that peer; never used twice.
    pub number: u32,
}

/// Why a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Cause {
    /// A table entry led to a peer that was gone, and no way was found round it in time.
    StaleEntry,
    /// A message was lost or an answer came too late.
    Timeout,
    /// An answer came, from a peer that never was the owner, although the owner could be reached.
    WrongOwner,
    /// A fault of the underlay cut the way: to a peer that was asked, or between the origin and the owner so that another answered.
    Partition,
    /// The other host accepts no message from there.
    UnreachableHost,
    /// A hostile peer had a hand in it.
    Adversary,
    /// A queue was full.
    Overload,
    /// The peer that asked left before it was answered.
    OriginLeft,
}

impl Cause {
    /// All causes in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::StaleEntry,
        Self::Timeout,
        Self::WrongOwner,
        Self::Partition,
        Self::UnreachableHost,
        Self::Adversary,
        Self::Overload,
        Self::OriginLeft,
    ];

    /// The cause's name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::StaleEntry => "stale_entry",
            Self::Timeout => "timeout",
            Self::WrongOwner => "wrong_owner",
            Self::Partition => "partition",
            Self::UnreachableHost => "unreachable_host",
            Self::Adversary => "adversary",
            Self::Overload => "overload",
            Self::OriginLeft => "origin_left",
        }
    }
}

/// Sizes on the wire, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireSizes {
    /// Every message's header.
    pub header: u32,
    /// A contact: identifier and address.
    pub contact: u32,
    /// A key.
    pub key: u32,
}

impl WireSizes {
    /// UDP over IPv4 (28), a 160-bit identifier (20), and an IPv4 address with a port (6).
    pub const DEFAULT: Self = Self { header: 28, contact: 26, key: 20 };
    /// The accounting of Li et al. (IPTPS 2004): 20 bytes of header, 4 for every node address, keys included in the header.
    pub const P2PSIM: Self = Self { header: 20, contact: 4, key: 0 };
}

/// What the world must know of a program's message.
pub trait Packet: Portable + Send + 'static {
    /// Its size on the wire in bytes.
    fn bytes(&self, sizes: &WireSizes) -> u32;

    /// Why it was sent.
    fn traffic(&self) -> Traffic;

    /// The request of the workload that it serves, if any.
    fn operation(&self) -> Option<Operation>;

    /// What it is, for those who explain a run; never asked for while nobody does.
    fn glance(&self) -> Glance {
        Glance { kind: "message", ..Glance::default() }
    }
}
