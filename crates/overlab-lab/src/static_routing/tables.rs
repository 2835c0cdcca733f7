//! What is walked: the tables of all peers.

use super::survivors::Survivors;
use overlab_peer::{Contact, Key};

/// Where a path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Goal {
    /// The key that is asked for.
    pub(super) key: Key,
    /// The surviving peer that owns it; nobody where only the peers themselves can tell.
    pub(super) owner: Option<u32>,
}

/// What one walk came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Walk {
    /// Whether it ended where it should.
    pub(super) arrived: bool,
    /// Edges on the way.
    pub(super) hops: u32,
    /// Edges on the way to the key's predecessor, where the space has one.
    pub(super) hops_to_predecessor: Option<u32>,
    /// Entries that were tried and led to nobody.
    pub(super) dead: u32,
    /// Of those, the ones before the key's predecessor was reached.
    pub(super) dead_to_predecessor: u32,
    /// Live entries of the first peer that would have brought the path on.
    pub(super) next_hops: u32,
}

/// Lists that walks use in turn.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The peers on the way, the first included.
    pub(super) path: Vec<u32>,
    /// Contacts named.
    pub(super) named: Vec<Contact>,
    /// Contacts not to be named, those found dead first.
    pub(super) excluded: Vec<Contact>,
    /// Contacts of a peer.
    pub(super) contacts: Vec<Contact>,
    /// Numbers of nodes.
    pub(super) nodes: Vec<u32>,
}

/// A longer walk is one without end: no table of so few entries is converged.
pub(super) const LONGEST: u32 = 4096;

/// The tables of all peers, whoever of them is left.
pub(super) trait Tables: Sync {
    /// The way to a surviving peer.
    fn goal_of_peer(&self, peer: u32) -> Goal;

    /// The way to whoever owns a key among the survivors.
    fn goal_of_key(&self, key: Key, survivors: &Survivors) -> Goal;

    /// Walks from a survivor to a goal.
    fn walk(&self, from: u32, goal: Goal, survivors: &Survivors, scratch: &mut Scratch) -> Walk;

    /// The peers that a peer may turn to, into `scratch.nodes`.
    fn entries(&self, peer: u32, scratch: &mut Scratch);

    /// Contacts in all tables of a peer, whether they may be used or not, into `scratch.nodes`.
    fn contacts(&self, peer: u32, scratch: &mut Scratch);

    /// The owner of a key among all peers, and among the survivors.
    fn owners(&self, key: Key) -> [Option<u32>; 2];

    /// The share of pairs without a path by closed form.
    fn failed_ratio(&self, removed: f64) -> Option<f64>;

    /// Bytes held for all tables.
    fn bytes(&self) -> u64;
}
