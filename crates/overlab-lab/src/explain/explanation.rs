//! What is said of a lookup that is explained. Times are nanoseconds; instants count from the start of the run.

use super::LookupVerdict;
use serde::Serialize;

/// A lookup, hop by hop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// Its name.
    pub lookup: String,
    /// The label of the overlay.
    pub overlay: String,
    /// The peer that asked.
    pub origin: u32,
    /// The key that was looked up, in hexadecimal.
    pub key: String,
    /// When it was issued.
    pub issued_ns: u64,
    /// The instant after which an answer is worth nothing.
    pub deadline_ns: u64,
    /// When the answer was there that counts; where none was in time, when the lookup was given up or its origin left, or its
    /// deadline.
    pub ended_ns: u64,
    /// The peer that answered, if one did in time.
    pub answer: Option<u32>,
    /// Whether the answer was right.
    pub correct: bool,
    /// Why it failed, if it did.
    pub cause: Option<String>,
    /// Edges from the origin to the owner.
    pub hops: Option<u32>,
    /// Requests that were not answered in time.
    pub timeouts: u32,
    /// Messages sent on its behalf, as far as its origin knows.
    pub messages: u32,
    /// What the time from issue to end went into: the parts sum to it.
    pub parts: Parts,
    /// What it waited for, in order and without gaps: the critical path from issue to end.
    pub path: Vec<Leg>,
    /// All messages, in the order in which they were sent.
    pub steps: Vec<Step>,
    /// What else it met, in order.
    pub troubles: Vec<Trouble>,
}

impl Explanation {
    /// From issue to end.
    pub fn latency_ns(&self) -> u64 {
        self.ended_ns - self.issued_ns
    }

    pub(super) fn judged(self, verdict: &LookupVerdict) -> Self {
        Self {
            key: verdict.key.clone(),
            answer: verdict.answer,
            correct: verdict.correct,
            cause: verdict.cause.clone(),
            hops: verdict.hops,
            timeouts: verdict.timeouts,
            messages: verdict.messages,
            ..self
        }
    }
}

/// What the time of a lookup went into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// On the way, jitter included.
    pub propagation_ns: u64,
    /// Being put on access links.
    pub transmission_ns: u64,
    /// In queues of access links.
    pub access_queues_ns: u64,
    /// In queues between routers.
    pub core_queues_ns: u64,
    /// Waiting for peers that did not answer.
    pub timeouts_ns: u64,
    /// Waiting for nothing that was under way: until the deadline, when all had failed.
    pub idle_ns: u64,
}

impl Parts {
    /// All together.
    pub fn total_ns(&self) -> u64 {
        self.propagation_ns
            + self.transmission_ns
            + self.access_queues_ns
            + self.core_queues_ns
            + self.timeouts_ns
            + self.idle_ns
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.propagation_ns += other.propagation_ns;
        self.transmission_ns += other.transmission_ns;
        self.access_queues_ns += other.access_queues_ns;
        self.core_queues_ns += other.core_queues_ns;
        self.timeouts_ns += other.timeouts_ns;
        self.idle_ns += other.idle_ns;
    }
}

/// A stretch of the critical path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leg {
    /// When it begins.
    pub from_ns: u64,
    /// When it ends, and the next begins.
    pub to_ns: u64,
    /// What it is.
    pub kind: LegKind,
    /// The message that is under way, or that is not answered: its place among the steps.
    pub step: Option<usize>,
}

/// What a stretch of the critical path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LegKind {
    /// A message is under way.
    Message,
    /// Nobody answers a request, until its time is over.
    Timeout,
    /// Nothing is under way that would matter.
    Idle,
}

/// A message of a lookup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// When it was sent.
    pub sent_ns: u64,
    /// What it is, such as "find".
    pub kind: &'static str,
    /// Who sent it.
    pub from: u32,
    /// Whom it was meant for.
    pub to: u32,
    /// Its size.
    pub bytes: u32,
    /// Who named the receiver for this step: the peer that looked into its tables.
    pub named_by: Option<u32>,
    /// Which entry of that peer's tables the receiver is.
    pub entry: Option<String>,
    /// What its way took; nothing where it was lost.
    pub parts: Parts,
    /// When the receiver got it; nothing where nobody did.
    pub received_ns: Option<u64>,
    /// What came of it.
    pub fate: Fate,
    /// For how long the receiver had been gone when it came, by the exact log.
    pub gone_for_ns: Option<u64>,
    /// Whether its sender gave up waiting for the answer.
    pub timed_out: bool,
    /// Whether it is on the critical path.
    pub critical: bool,
}

/// What came of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The receiver got it.
    Delivered,
    /// Somebody else lives at the receiver's address by now, and got it.
    Stranger,
    /// Nobody was up at the receiver's address.
    Nobody,
    /// It was lost on the way, or not let in: why.
    Lost(&'static str),
    /// It was under way when the run ended.
    UnderWay,
}

/// Something that a lookup met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// When.
    pub at_ns: u64,
    /// Where.
    pub peer: u32,
    /// What.
    pub cause: &'static str,
}
