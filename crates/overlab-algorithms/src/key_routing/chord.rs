//! Chord: a ring of successors with fingers that halve the distance.
//!
//! # Idea
//! Peers stand on a ring of 2^64 keys; the first peer at or after a key, its successor, owns it. Every peer keeps its
//! next r successors, so that the ring survives failures, and for every power of two a *finger*, the successor of its
//! own key plus 2^i, so that a hop covers at least half of what is left of the way. A lookup goes to the key's
//! predecessor, which names its own successor as the owner.
//!
//! ```text
//!        n --------finger------> x ---finger--> p | key | owner
//!        |-------- > 1/2 --------|---- > 1/2 ---|
//! ```
//!
//! # State per peer
//! 80 bytes; on the heap eight bytes for each of r successors and of about log2 N fingers. Fingers that are the successor
//! are not stored: 64 + 160 bytes for r = 8 and a million peers.
//!
//! # Messages
//! [`ChordMessage`]: `Stabilize` and `Neighbours`, `Notify`, `Ping` and `Pong`, `Leave`, and `Fingers` and `Table` once
//! after a join; beside them lookups, the peer's own ones included.
//!
//! # Cost
//! Half of log2 N hops to the key's predecessor and one to the owner; about (log2 r)/2 fewer where lookups are routed
//! through the successor list. Three messages a round of `stabilize`, two a check of the predecessor, one lookup a round of
//! `fix_fingers`. O(log^2 N) messages for a join until all tables are right.
//!
//! # Parameters
//! [`ChordParameters`].
//!
//! # Departures from the paper
//! * Fingers that start no further away than the successor are known and neither stored nor looked up by `fix_fingers`.
//! * A peer found between itself and its successor is asked for its own neighbours at once, and becomes the successor
//!   when it answers (the paper takes the successor's word and may take a dead peer). So one round of `stabilize` gets
//!   past any number of new peers. This is the rule of Zave, "Reasoning about identifier spaces: how to make Chord
//!   correct", IEEE TSE 43(12), 2017.
//! * Where the successor fails, the round goes on with the next of the list at once; the paper's "first live entry" cannot
//!   be known otherwise.
//! * A peer that is notified in vain, because its predecessor is nearer, checks at once that this predecessor is alive; a
//!   peer that finds a contact dead between itself and its successor notifies the successor, which thus gets rid of it.
//! * A joining peer takes its successor's predecessor for its own until it is notified (SIGCOMM 2001, section 4.4: a new
//!   peer may ask for "its predecessor"). Without one it could not tell which keys are its own. It may copy the fingers,
//!   too.
//! * The join is complete when the successor names the new peer as its predecessor. From then on a lookup finds it: the
//!   old predecessor still names the successor as the owner, which knows better and names the new peer (one step back).
//!   Before, no lookup could.
//! * A contact out of reach leaves all tables at once. A peer whose successors have all failed goes on with its nearest
//!   finger, then with its predecessor; if it has none, it takes itself for alone, as the paper's first peer does.
//!
//! # Reference
//! Stoica, Morris, Liben-Nowell, Karger, Kaashoek, Dabek, Balakrishnan: "Chord: a scalable peer-to-peer lookup protocol for
//! Internet applications", IEEE/ACM Transactions on Networking 11(1), 2003; SIGCOMM 2001.
//!
//! # Example
//! ```
//! use overlab_algorithms::key_routing::chord::ChordParameters;
//! use overlab_peer::Parameters;
//! use overlab_time::Interval;
//!
//! // Static tables for studies of resilience, as in the paper's Table II.
//! let parameters = ChordParameters {
//!     successors: 20,
//!     stabilize_interval: Interval::Never,
//!     fix_fingers_interval: Interval::Never,
//!     check_predecessor_interval: Interval::Never,
//!     forget_unreachable: false,
//!     ..ChordParameters::default()
//! };
//! assert!(parameters.check().is_ok());
//! ```

mod converged;
mod fingers;
mod maintenance;
mod message;
mod parameters;
mod routing;
mod successors;

pub use message::{ChordMessage, ChordTimer};
pub use parameters::{ChordParameters, IntervalLaw, Refresh};

use fingers::Fingers;
use overlab_peer::{About, Contact, Context, Protocol, prefetch};
use overlab_time::Interval;
use successors::Successors;

/// A Chord peer.
#[derive(Debug)]
pub struct Chord {
    predecessor: Option<Contact>,
    successors: Successors,
    fingers: Fingers,
    /// What the next round of `fix_fingers` refreshes: a bit, or 64 and more for a place in the successor list.
    next: u16,
    joined: bool,
    /// Whether the fingers ascend: out of date, one may lie beyond the next.
    fingers_ascend: bool,
}

const _: () = assert!(size_of::<Chord>() == 80, "the module's text says so");

type ChordContext<'a> = Context<'a, Chord>;

impl Protocol for Chord {
    type Parameters = ChordParameters;
    type Message = ChordMessage;
    type Timer = ChordTimer;

    const ABOUT: About = About {
        name: "chord",
        title: "Chord",
        summary: "A ring of successors with fingers that halve the distance to a key.",
        reference: "Stoica et al., IEEE/ACM Transactions on Networking 11(1), 2003",
        bibtex: r"@article{stoica2003chord,
  author  = {Stoica, Ion and Morris, Robert and Liben-Nowell, David and Karger, David R. and Kaashoek, M. Frans and Dabek, Frank and Balakrishnan, Hari},
  title   = {Chord: A Scalable Peer-to-Peer Lookup Protocol for Internet Applications},
  journal = {IEEE/ACM Transactions on Networking},
  volume  = {11},
  number  = {1},
  pages   = {17--32},
  year    = {2003},
  doi     = {10.1109/TNET.2002.808407}
}",
    };

    fn new(_context: &mut ChordContext<'_>) -> Self {
        Self {
            predecessor: None,
            successors: Successors::default(),
            fingers: Fingers::default(),
            next: 0,
            joined: false,
            fingers_ascend: true,
        }
    }

    fn join(&mut self, bootstrap: &[Contact], context: &mut ChordContext<'_>) {
        // Whoever comes back has been forgotten by its neighbours: its old tables are good for finding its new place,
        // if the first attempt succeeds, and for nothing else.
        self.predecessor = None;
        if !self.joined {
            self.successors.clear();
            self.fingers.clear();
            self.fingers_ascend = true;
        }
        self.joined = false;
        if bootstrap.is_empty() && self.successors.is_empty() {
            self.complete(context);
        } else {
            context.lookup(context.key());
        }
    }

    fn receive(&mut self, from: Contact, message: ChordMessage, context: &mut ChordContext<'_>) {
        match message {
            ChordMessage::Stabilize => {
                // A peer that came back with empty tables is no member yet: its silence says so.
                if self.joined || !self.successors.is_empty() {
                    let predecessor = self.predecessor;
                    let successors = self.successor_list(context);
                    context.reply(ChordMessage::Neighbours { predecessor, successors });
                }
            }
            ChordMessage::Neighbours { predecessor, successors } => {
                self.stabilized(from, predecessor, &successors, context);
                context.recycle(successors);
            }
            ChordMessage::Notify => self.notified(from, context),
            ChordMessage::Ping => context.reply(ChordMessage::Pong),
            ChordMessage::Pong => {}
            ChordMessage::Fingers => {
                let contacts = self.table(context);
                context.reply(ChordMessage::Table { contacts });
            }
            ChordMessage::Table { contacts } => {
                self.guess_fingers(&contacts, context);
                context.recycle(contacts);
            }
            ChordMessage::Leave { predecessor, successors } => {
                self.left(from, predecessor, &successors, context);
                context.recycle(successors);
            }
        }
    }

    fn wake(&mut self, timer: ChordTimer, context: &mut ChordContext<'_>) {
        if let Interval::Every(mean) = interval(timer, context.parameters()) {
            let after = context.parameters().interval_law.sample(mean, context.random());
            context.wake_after(after, timer);
        }
        match timer {
            ChordTimer::Stabilize => self.stabilize(context),
            ChordTimer::FixFingers => self.fix_fingers(context),
            ChordTimer::CheckPredecessor => self.check_predecessor(context),
        }
    }

    fn unreachable(&mut self, contact: Contact, context: &mut ChordContext<'_>) {
        if !context.parameters().forget_unreachable {
            return;
        }
        if self.predecessor == Some(contact) {
            self.predecessor = None;
        }
        let was_successor = self.successors.first() == Some(contact);
        self.forget(contact, context);
        let Some(successor) = self.successors.first() else { return };
        let repairs = context.parameters().stabilize_interval != Interval::Never;
        if was_successor {
            if repairs || !self.joined {
                context.call(successor, ChordMessage::Stabilize);
            }
        } else if context.key_of(contact).in_open(context.key(), context.key_of(successor)) {
            // Only the successor can have named it, and still believes in it.
            if repairs || !self.joined {
                context.send(successor, ChordMessage::Notify);
            }
            if !self.joined {
                context.call(successor, ChordMessage::Stabilize);
            }
        }
    }

    #[inline]
    fn prefetch(&self) {
        prefetch(self.successors.as_slice());
        prefetch(self.fingers.contacts());
    }

    fn leave(&mut self, context: &mut ChordContext<'_>) {
        let predecessor = self.predecessor;
        for neighbour in [self.successors.first(), predecessor].into_iter().flatten() {
            let successors = self.successor_list(context);
            context.send(neighbour, ChordMessage::Leave { predecessor, successors });
        }
    }
}

/// The interval that rules a timer.
fn interval(timer: ChordTimer, parameters: &ChordParameters) -> Interval {
    match timer {
        ChordTimer::Stabilize => parameters.stabilize_interval,
        ChordTimer::FixFingers => parameters.fix_fingers_interval,
        ChordTimer::CheckPredecessor => parameters.check_predecessor_interval,
    }
}
