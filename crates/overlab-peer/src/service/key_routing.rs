//! Key routing: find the live peer responsible for a key.
//!
//! The algorithm says which of its contacts are closest to a key and whether it is responsible itself; walking
//! there (iteratively or recursively, in parallel, with timeouts and retries) is the driver's work, done once for
//! all algorithms in `overlab-toolkit`.

use crate::context::Context;
use crate::directory::LiveKeys;
use crate::identity::Contact;
use crate::key::{Key, KeyTable};
use crate::message::Portable;
use crate::protocol::Protocol;
use crate::space::Space;
use overlab_time::{Span, Time};
use serde::{Deserialize, Serialize};

/// A distributed hash table's routing.
pub trait KeyRouting: Protocol {
    /// The ownership rule, by which answers are judged.
    type Space: Space;
    /// State that a lookup carries from hop to hop (Koorde's imaginary node, a disjoint path's number); `()` for most.
    type Route: Copy + Default + Portable + Send + 'static;

    /// Names this peer's contacts for `key`, best first, until `out` is full. Only contacts that bring the lookup
    /// on; a peer that believes itself the key's predecessor names the owner and its stand-ins. `route` is the
    /// lookup's state as it arrived, changed to what it shall be when it leaves.
    fn closest(
        &self,
        key: Key,
        route: &mut Self::Route,
        context: &Lookout<'_, Self>,
        out: &mut Candidates<'_>,
    );

    /// Whether this peer is responsible for `key`, as far as it knows.
    fn responsible(&self, key: Key, route: &Self::Route, context: &Lookout<'_, Self>) -> Responsibility;

    /// Gets the answer to a lookup of its own: the owner first, then the other closest that answered, if the
    /// procedure collects them. `closest` is empty where the lookup failed.
    fn found(&mut self, _key: Key, _closest: &[Contact], _context: &mut Context<'_, Self>) {}

    /// How its lookups are done unless the scenario says otherwise.
    fn style(_parameters: &Self::Parameters) -> LookupStyle {
        LookupStyle::default()
    }

    /// All contacts in its tables, each once: the neighbour set.
    fn contacts(&self, out: &mut Vec<Contact>);

    /// Those of its contacts that it holds only because they stand next to it (a successor list, a leaf set), apart from its
    /// routing table: studies of static resilience may leave them out. By default there are none.
    fn sequential(&self, out: &mut Vec<Contact>) {
        out.clear();
    }

    /// Which entry of its tables `contact` is, in the words of its paper ("finger 17", "bucket 5"), for those who explain a
    /// run: where it is several, the one that routing would use first. By default a contact is a contact.
    fn entry(&self, contact: Contact, _context: &Lookout<'_, Self>) -> Option<String> {
        let mut contacts = Vec::new();
        self.contacts(&mut contacts);
        contacts.contains(&contact).then(|| "contact".to_owned())
    }

    /// Bytes it holds on the heap, beside its own size; by default, those of its contacts.
    fn heap_bytes(&self) -> usize {
        let mut contacts = Vec::new();
        self.contacts(&mut contacts);
        size_of_val(contacts.as_slice())
    }
}

/// What [`KeyRouting::closest`] and [`KeyRouting::responsible`] may see: no stream, no effects.
#[derive(Debug)]
pub struct Lookout<'a, A: KeyRouting> {
    /// The simulated time.
    pub now: Time,
    /// This peer.
    pub me: Contact,
    /// This peer's key.
    pub key: Key,
    /// All keys.
    pub keys: &'a KeyTable,
    /// The algorithm's parameters.
    pub parameters: &'a A::Parameters,
}

impl<A: KeyRouting> Lookout<'_, A> {
    /// This peer's key.
    #[inline]
    pub fn key(&self) -> Key {
        self.key
    }

    /// The key of a contact.
    pub fn key_of(&self, contact: Contact) -> Key {
        self.keys.key(contact)
    }
}

/// Tables built from the live set, and their comparison with it: the only trait through which peer code sees one.
pub trait Converged: KeyRouting {
    /// Fills the tables as long-run maintenance would have, and starts the periodic timers.
    fn converge(&mut self, live: &LiveKeys<'_>, context: &mut Context<'_, Self>);

    /// Compares the tables with what [`Self::converge`] would demand of them now: counts into `audit.expected` and
    /// `audit.missing`, and successor pointers where there are any. Never changes the run.
    /// By default nothing is compared.
    fn audit(&self, _live: &LiveKeys<'_>, _context: &Lookout<'_, Self>, _audit: &mut Audit) {}
}

/// An algorithm's word on its own responsibility.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Responsibility {
    /// It owns the key, as far as it knows.
    Yes,
    /// Somebody else does.
    No,
    /// It cannot tell; whoever named it as the owner is believed.
    Unknown,
}

/// Collects the contacts that an algorithm names, up to a limit, leaving out those that a lookup found dead.
#[derive(Debug)]
pub struct Candidates<'a> {
    list: &'a mut Vec<Contact>,
    excluded: &'a [Contact],
    limit: usize,
    named_owner: bool,
}

impl<'a> Candidates<'a> {
    /// Collects into `list`, which is cleared, at most `limit` contacts that are not in `excluded`.
    pub fn new(list: &'a mut Vec<Contact>, excluded: &'a [Contact], limit: usize) -> Self {
        list.clear();
        Self { list, excluded, limit, named_owner: false }
    }

    /// Notes whether this peer is asked because another named it as the key's owner ([`Space::is_last_edge`]).
    #[must_use]
    pub fn with_named_owner(mut self, named_owner: bool) -> Self {
        self.named_owner = named_owner;
        self
    }

    /// Whether this peer is asked because another named it as the key's owner: one that is not names whom it takes
    /// for the owner (on a ring a step back, its predecessor) rather than a way round.
    pub fn named_owner(&self) -> bool {
        self.named_owner
    }

    /// Names the next best contact; returns whether more are wanted.
    pub fn push(&mut self, contact: Contact) -> bool {
        if !self.is_full() && !self.excluded.contains(&contact) && !self.list.contains(&contact) {
            self.list.push(contact);
        }
        !self.is_full()
    }

    /// Names contacts, best first, none of which was named before: they are not searched for among those that were.
    pub fn extend_new(&mut self, contacts: impl Iterator<Item = Contact>) {
        let (before, room) = (self.list.len(), self.room());
        if self.excluded.is_empty() {
            self.list.extend(contacts.take(room));
        } else {
            self.list.extend(contacts.filter(|contact| !self.excluded.contains(contact)).take(room));
        }
        debug_assert!(
            (before..self.list.len()).all(|at| !self.list[..at].contains(&self.list[at])),
            "a contact was named twice"
        );
    }

    /// Whether `contact` would be taken: it is neither excluded nor named already.
    pub fn admits(&self, contact: Contact) -> bool {
        !self.excluded.contains(&contact) && !self.list.contains(&contact)
    }

    /// Whether the limit is reached.
    pub fn is_full(&self) -> bool {
        self.list.len() >= self.limit
    }

    /// How many were taken.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing was taken yet.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many more are wanted.
    pub fn room(&self) -> usize {
        self.limit.saturating_sub(self.list.len())
    }
}

/// How lookups travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupMode {
    /// The origin asks peer after peer itself.
    Iterative,
    /// The request is handed on from peer to peer and the answer comes back the same way.
    Recursive,
    /// The request is handed on from peer to peer and the owner answers the origin directly.
    SemiRecursive,
}

/// When an iterative lookup is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Termination {
    /// When a peer says that it is responsible.
    Claim,
    /// When this many of the closest known peers have answered; the closest of them is the owner.
    Convergence {
        /// How many (Kademlia's k).
        siblings: usize,
    },
}

/// How an algorithm's lookups are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookupStyle {
    /// How they travel.
    pub mode: LookupMode,
    /// Requests in flight at once (alpha); for recursive lookups the number of routes started.
    pub parallelism: usize,
    /// Contacts that a peer names in a reply.
    pub redundancy: usize,
    /// When an iterative one is over.
    pub termination: Termination,
    /// Whether a recursive one is acknowledged hop by hop, so that a dead hop is routed around.
    pub acknowledge: bool,
}

impl Default for LookupStyle {
    /// The origin asks one peer after another until one says that it is responsible.
    fn default() -> Self {
        Self {
            mode: LookupMode::Iterative,
            parallelism: 1,
            redundancy: 1,
            termination: Termination::Claim,
            acknowledge: true,
        }
    }
}

/// What the workload asks: look `key` up, in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupRequest {
    /// The key.
    pub key: Key,
    /// The instant after which an answer is worth nothing.
    pub deadline: Time,
}

/// What the peer that asked tells the judge when a lookup ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupReport {
    /// The request's number at this peer.
    pub number: u32,
    /// How it ended.
    pub outcome: LookupOutcome,
    /// Requests that were not answered in time.
    pub timeouts: u32,
    /// Of those, the ones before the key's predecessor was reached (where the space has one).
    pub timeouts_to_predecessor: u32,
    /// Messages sent on its behalf, by anyone, as far as known.
    pub messages: u32,
}

/// How a lookup ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LookupOutcome {
    /// The origin holds a reply of the peer that it takes for the owner.
    Answered {
        /// That peer.
        owner: Contact,
        /// When its reply arrived; the report itself may come later, when the procedure is sure.
        answered: Time,
        /// Edges on the way to it.
        hops: u32,
        /// Edges on the way to the key's predecessor, where the space has one and the way led there.
        hops_to_predecessor: Option<u32>,
    },
    /// Nobody was left to ask.
    Exhausted,
}

/// What a look at a peer's tables found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// Peers looked at.
    pub peers: u64,
    /// Contacts in the tables.
    pub contacts: u64,
    /// Of those, the ones that are not live (or live as another identity).
    pub stale: u64,
    /// Entries that should be there.
    pub expected: u64,
    /// Of those, the ones that are not.
    pub missing: u64,
    /// Successor pointers looked at.
    pub successors: u64,
    /// Of those, the ones that are not the live successor.
    pub successors_wrong: u64,
    /// Of those, the ones that point at a peer that is not live.
    pub successors_dead: u64,
}

impl Audit {
    /// Adds the counts of another look.
    pub fn merge(&mut self, other: &Self) {
        self.peers += other.peers;
        self.contacts += other.contacts;
        self.stale += other.stale;
        self.expected += other.expected;
        self.missing += other.missing;
        self.successors += other.successors;
        self.successors_wrong += other.successors_wrong;
        self.successors_dead += other.successors_dead;
    }
}

/// A time within which an unanswered call is given up, and how often it is repeated before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallPolicy {
    /// How long an answer is waited for.
    pub timeout: Span,
    /// How often a call is repeated before its receiver is called unreachable.
    pub retries: u32,
}

impl Default for CallPolicy {
    fn default() -> Self {
        Self { timeout: Span::from_millis(500), retries: 0 }
    }
}
