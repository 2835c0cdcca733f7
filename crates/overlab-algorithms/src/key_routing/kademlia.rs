//! Kademlia: buckets of contacts by XOR distance, filled by listening.
//!
//! # Idea
//! The distance of two keys is their XOR. For every length of a common prefix a peer keeps a *bucket* of up to k peers
//! that share exactly so many leading bits with it. A lookup asks the closest peers it knows for the closest they know,
//! alpha at a time, until the k closest have answered. As XOR is symmetric, a peer hears from the very peers that its
//! buckets want, so that tables keep themselves right with the traffic of lookups; those who have been there for long
//! stay, since they are the likeliest to go on.
//!
//! ```text
//!            .                      bucket 0: the other half of all peers, k of them
//!          /   \
//!         .     [bucket 0]
//!        / \
//!       .   [bucket 1]
//!      / \
//!    me   [bucket 2]                everyone there is
//! ```
//!
//! # State per peer
//! 120 bytes; on the heap eight bytes for each of up to k (log2 N - log2 k) + 2 k contacts and for each bucket, all in two
//! pieces. A million peers with k = 20 hold about 20 buckets with 330 contacts, 2.8 KB. Replacement caches come on use, in
//! two pieces more: up to `replacement_cache` contacts a bucket.
//!
//! # Messages
//! [`KademliaMessage`]: `Ping` and `Pong`, and those only where `eviction` is "ping"; beside them lookups, the peer's own
//! ones included.
//!
//! # Cost
//! One hop resolves 1 + E(k) bits of log2 N, E(k) = sum over i of 1 - (1 - 2^-i)^k, about log2 k + 1/3 (4.7 for k = 20). A
//! lookup asks at least k peers before it is sure. A refresh is one lookup a bucket and `refresh_interval`; a join is one
//! lookup and a refresh of all buckets.
//!
//! # Parameters
//! [`KademliaParameters`].
//!
//! # Departures from the paper
//! * A bucket counts as looked up when one of its peers answers a request: a lookup of a key in its range asks there
//!   first. The paper counts lookups, which the algorithm does not see when others drive them.
//! * A contact that went stale leaves its bucket; while nobody takes its place it is remembered apart, and named only by a
//!   peer that knows nobody else (the paper flags it in its bucket). That serves the stated end, that a peer whose own
//!   connection fails for a while keeps a way back, and holds dead contacts out of answers.
//! * `stale_after` is 1 by default, as in section 2.2. Section 4.1 has five, and locks silent contacts for growing times,
//!   against lost messages; repeated requests are the driver's business here.
//! * No accelerated lookups (b > 1) and no storage of values.
//!
//! # Reference
//! Maymounkov, Mazières: "Kademlia: a peer-to-peer information system based on the XOR metric", IPTPS 2002.
//!
//! # Example
//! ```
//! use overlab_algorithms::key_routing::kademlia::{Eviction, KademliaParameters};
//! use overlab_peer::Parameters;
//!
//! // Section 2.2 to the letter: the oldest contact is pinged before a new one is turned away.
//! let parameters = KademliaParameters { eviction: Eviction::Ping, ..KademliaParameters::default() };
//! assert!(parameters.check().is_ok());
//! assert_eq!((parameters.k, parameters.alpha), (20, 3));
//! ```

mod converged;
mod lists;
mod nearest;
mod parameters;
mod routing;
mod table;

pub use parameters::{Eviction, KademliaParameters};

use overlab_peer::{About, Contact, Context, Key, Message, Protocol};
use overlab_time::{Interval, Span, Time};
use serde::{Deserialize, Serialize};
use table::{Seen, Table};

/// A Kademlia peer.
#[derive(Debug)]
pub struct Kademlia {
    table: Table,
    /// Contacts that did not answer lately, and how often in a row; those in buckets only.
    failures: Vec<(Contact, u8)>,
    /// Contacts that went stale without anyone taking their place, latest last: the way back after an outage.
    lost: Vec<Contact>,
    joined: bool,
}

const _: () = assert!(size_of::<Kademlia>() == 120, "the module's text says so");

/// A message between Kademlia peers beside lookups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KademliaMessage {
    /// Are you there (answered by [`Self::Pong`])?
    Ping,
    /// Yes.
    Pong,
}

impl Message for KademliaMessage {}

/// What a Kademlia peer wakes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KademliaTimer {
    /// A bucket may be due for a refresh.
    Refresh,
}

type KademliaContext<'a> = Context<'a, Kademlia>;

impl Protocol for Kademlia {
    type Parameters = KademliaParameters;
    type Message = KademliaMessage;
    type Timer = KademliaTimer;

    const ABOUT: About = About {
        name: "kademlia",
        title: "Kademlia",
        summary: "Buckets of contacts by XOR distance, kept right by the traffic of parallel lookups.",
        reference: "Maymounkov and Mazières, IPTPS 2002",
        bibtex: r"@inproceedings{maymounkov2002kademlia,
  author    = {Maymounkov, Petar and Mazi{\`e}res, David},
  title     = {Kademlia: A Peer-to-Peer Information System Based on the {XOR} Metric},
  booktitle = {Peer-to-Peer Systems: First International Workshop (IPTPS 2002)},
  series    = {Lecture Notes in Computer Science},
  volume    = {2429},
  pages     = {53--65},
  publisher = {Springer},
  year      = {2002},
  doi       = {10.1007/3-540-45748-8_5}
}",
    };

    fn new(_context: &mut KademliaContext<'_>) -> Self {
        Self { table: Table::default(), failures: Vec::new(), lost: Vec::new(), joined: false }
    }

    fn join(&mut self, bootstrap: &[Contact], context: &mut KademliaContext<'_>) {
        self.joined = false;
        for contact in bootstrap {
            self.insert(*contact, false, context);
        }
        if bootstrap.is_empty() && self.table.is_empty() {
            self.complete(context);
        } else {
            context.lookup(context.key());
        }
    }

    fn receive(&mut self, _from: Contact, message: KademliaMessage, context: &mut KademliaContext<'_>) {
        match message {
            KademliaMessage::Ping => context.reply(KademliaMessage::Pong),
            KademliaMessage::Pong => {}
        }
    }

    fn wake(&mut self, timer: KademliaTimer, context: &mut KademliaContext<'_>) {
        match timer {
            KademliaTimer::Refresh => self.refresh_due(context),
        }
    }

    fn unreachable(&mut self, contact: Contact, context: &mut KademliaContext<'_>) {
        let parameters = context.parameters();
        let here = context.key();
        let key = context.key_of(contact);
        self.table.ping_over(here, key, contact);
        if !self.table.contains(here, key, contact) {
            return;
        }
        if self.failed(contact, parameters) >= parameters.stale_after {
            self.failures.retain(|(other, _)| *other != contact);
            let replaced = self.table.remove(here, key, contact);
            if !replaced {
                if self.lost.len() >= parameters.k {
                    self.lost.remove(0);
                }
                self.lost.push(contact);
            }
        }
    }

    fn observed(&mut self, contact: Contact, round_trip: Option<Span>, context: &mut KademliaContext<'_>) {
        if contact == context.me() {
            return;
        }
        if !self.failures.is_empty() {
            self.failures.retain(|(other, _)| *other != contact);
        }
        if !self.lost.is_empty() {
            self.lost.retain(|other| *other != contact);
        }
        self.insert(contact, round_trip.is_some(), context);
    }
}

/// Whole seconds since the start of the run, rounded up: refreshes need no finer clock.
fn seconds(time: Time) -> u32 {
    u32::try_from(time.0.div_ceil(1_000_000_000)).unwrap_or(u32::MAX)
}

/// When a bucket that is looked up at `now` is due for a refresh.
fn due(now: Time, interval: Interval) -> u32 {
    interval.span().map_or(u32::MAX, |span| seconds(now + span))
}

impl Kademlia {
    /// Takes part from now on.
    fn complete(&mut self, context: &mut KademliaContext<'_>) {
        self.joined = true;
        context.joined();
        self.arm(context);
    }

    /// Counts a request that `contact` left unanswered; returns how many in a row those are now.
    fn failed(&mut self, contact: Contact, parameters: &KademliaParameters) -> usize {
        if parameters.stale_after == 1 {
            return 1;
        }
        if let Some((_, failures)) = self.failures.iter_mut().find(|(other, _)| *other == contact) {
            *failures += 1;
            return usize::from(*failures);
        }
        self.failures.push((contact, 1));
        1
    }

    /// Puts a contact that was heard of into its bucket.
    fn insert(&mut self, contact: Contact, answered: bool, context: &mut KademliaContext<'_>) {
        if contact == context.me() {
            return;
        }
        let parameters = context.parameters();
        let due = due(context.now(), parameters.refresh_interval);
        let seen = Seen { contact, key: context.key_of(contact), answered, due };
        let asked = self.table.seen(context.key(), seen, parameters);
        if let Some(oldest) = asked {
            context.call(oldest, KademliaMessage::Ping);
        }
    }

    /// Looks up a random key in the range of the bucket `index`.
    fn refresh(index: u32, context: &mut KademliaContext<'_>) {
        let flipped = 1 << (Key::BITS - 1 - index);
        let below = context.random().bits() & (flipped - 1);
        context.lookup(Key((context.key().0 ^ flipped) & !(flipped - 1) | below));
    }

    /// Refreshes the buckets that nothing was heard of for `refresh_interval`.
    fn refresh_due(&mut self, context: &mut KademliaContext<'_>) {
        let now = seconds(context.now());
        let next = due(context.now(), context.parameters().refresh_interval);
        while let Some(index) = self.table.take_due(now, next) {
            Self::refresh(index, context);
            if Some(index) == self.table.deepest() {
                // Ranges that have lost everyone have no bucket to remind of them: they go with the deepest one.
                for gap in (0..index).filter(|gap| !self.table.has(*gap)) {
                    Self::refresh(gap, context);
                }
            }
        }
        self.arm(context);
    }

    /// Wakes when the next bucket may be due.
    fn arm(&mut self, context: &mut KademliaContext<'_>) {
        if let Interval::Every(interval) = context.parameters().refresh_interval {
            let after = self
                .table
                .next_due()
                .map_or(interval, |due| Time(u64::from(due) * 1_000_000_000).since(context.now()));
            context.wake_after(after.max(Span::from_secs(1)), KademliaTimer::Refresh);
        }
    }
}
