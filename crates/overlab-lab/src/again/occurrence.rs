//! What a run that is heard tells: occurrences, free of any algorithm's types.

use overlab_engine::Handled;
use overlab_peer::{Cause, Contact, Glance, LookupReport, LookupRequest, Operation, PeerId};
use overlab_time::{Span, Time};
use overlab_underlay::Loss;
use serde_json::Value;

/// Something that was handled at a peer in one go, and all that it led to.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// Its number among all of the run, in the order of (time, host).
    pub number: u64,
    /// When it happened.
    pub time: Time,
    /// Where, and as which identity.
    pub peer: Contact,
    /// What happened.
    pub what: What,
    /// What came of it.
    pub handled: Handled,
    /// Messages sent.
    pub sent: Vec<Sending>,
    /// Timers set: when they are due, and what for.
    pub wakes: Vec<(Time, String)>,
    /// Turns of the peer's life.
    pub turns: Vec<Turn>,
    /// Requests of the workload that were issued.
    pub issued: Vec<Issue>,
    /// What the peer told the judge of its requests.
    pub reports: Vec<Report>,
    /// What requests met here.
    pub troubles: Vec<(Operation, Cause)>,
}

/// What happened at a peer.
#[derive(Clone, Debug)]
pub enum What {
    /// A message came.
    Message(Arrival),
    /// A timer fired: what for.
    Timer(String),
    /// The whole world changed.
    Change,
    /// Something that is of no interest by itself, but led to something that is.
    Other,
}

/// A message that came to a host.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Its number, as [`Sending::number`] has it; nothing where it was sent before anybody listened.
    pub message: Option<u64>,
    /// Who sent it.
    pub from: Contact,
    /// Its size in bytes.
    pub bytes: u32,
    /// The request that it serves, if any.
    pub operation: Option<Operation>,
    /// What it is.
    pub glance: Glance,
    /// All that it says, where asked for.
    pub content: Option<Value>,
    /// How long it is held up at the link of its receiver, where this is its coming to that link.
    pub held: Option<Passing>,
    /// Why it is turned away at the door, if it is.
    pub refused: Option<Loss>,
}

/// A message that was sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// Its number among all messages that were heard.
    pub number: u64,
    /// Who sent it.
    pub from: Contact,
    /// Whom it is meant for.
    pub to: Contact,
    /// Its size in bytes.
    pub bytes: u32,
    /// The request that it serves, if any.
    pub operation: Option<Operation>,
    /// What it is.
    pub glance: Glance,
    /// Which entry of its sender's tables the receiver is.
    pub entry: Option<String>,
    /// Which entries of its sender's tables those are whom it names, in the order of the glance.
    pub named: Vec<Option<String>>,
    /// How it goes.
    pub way: Way,
}

/// How a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It comes to the receiver's host.
    Comes {
        /// When.
        at: Time,
        /// What it took: the parts sum to the time until then.
        legs: Legs,
    },
    /// It never arrives.
    Lost(Loss),
}

/// What the way from a peer to the host of another took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Legs {
    /// At the access link of its sender.
    pub up: Passing,
    /// On the way: propagation, with jitter where there is any, raised to the lookahead where it was less.
    pub propagation: Span,
    /// In queues between routers.
    pub between: Span,
}

impl Legs {
    /// All together.
    pub fn total(&self) -> Span {
        self.up.total() + self.propagation + self.between
    }
}

/// How a message passes an access link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passing {
    /// Until the link is free for it.
    pub queued: Span,
    /// Until it is on the link as a whole.
    pub transmission: Span,
}

impl Passing {
    /// Both together.
    pub fn total(&self) -> Span {
        self.queued + self.transmission
    }
}

/// A turn in the life of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// It came up.
    Up,
    /// Its join is complete.
    Joined,
    /// It went down.
    Down,
}

impl Turn {
    /// Its name in traces.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Joined => "joined",
            Self::Down => "down",
        }
    }
}

/// A request of the workload.
#[derive(Clone, Copy, Debug)]
pub struct Issue {
    /// Which.
    pub operation: Operation,
    /// What it asks, where it is a lookup that is listened for.
    pub lookup: Option<LookupRequest>,
}

/// What a peer told the judge.
#[derive(Clone, Debug)]
pub struct Report {
    /// The request.
    pub operation: Operation,
    /// How a lookup ended; nothing where the request was another.
    pub lookup: Option<LookupReport>,
    /// The report as it stands.
    pub content: Value,
}

/// How much is told of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// What happened, and what was sent when to whom.
    Outline,
    /// Also which entries of tables receivers and those named are.
    Entries,
    /// Also the names of timers, and all that messages say.
    Everything,
}

/// What of a run is heard.
#[derive(Clone, Debug)]
pub enum Hearing {
    /// All that concerns these requests, which must be sorted.
    Requests(Vec<Operation>),
    /// All that one peer does or is told.
    Peer(PeerId),
    /// Everything.
    Everything,
}
