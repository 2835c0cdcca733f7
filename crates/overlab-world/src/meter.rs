//! Counters that merge exactly, in any order.

use overlab_peer::Traffic;
use overlab_time::Span;
use overlab_underlay::Loss;
use serde::{Deserialize, Serialize};

/// Messages and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Messages.
    pub messages: u64,
    /// Bytes on the wire, headers included.
    pub bytes: u64,
}

impl Flow {
    pub(crate) fn add(&mut self, bytes: u32) {
        self.messages += 1;
        self.bytes += u64::from(bytes);
    }

    fn merge(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
    }

    /// What came since an earlier reading.
    pub fn since(self, earlier: Self) -> Self {
        Self { messages: self.messages - earlier.messages, bytes: self.bytes - earlier.bytes }
    }
}

/// Waiting in queues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// Messages that passed a queue, whether they had to wait or not.
    pub messages: u64,
    /// Nanoseconds that they waited, all together.
    pub nanoseconds: u64,
}

impl Waits {
    pub(crate) fn add(&mut self, wait: Span) {
        self.messages += 1;
        self.nanoseconds += wait.0;
    }

    fn merge(&mut self, other: Self) {
        self.messages += other.messages;
        self.nanoseconds += other.nanoseconds;
    }

    /// What came since an earlier reading.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            messages: self.messages - earlier.messages,
            nanoseconds: self.nanoseconds - earlier.nanoseconds,
        }
    }
}

/// Running counts of one shard, or of all together. They only grow: a period is the difference of two readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// What was sent, by class of traffic.
    pub sent: [Flow; Traffic::ALL.len()],
    /// What was delivered to live peers, by class of traffic.
    pub received: [Flow; Traffic::ALL.len()],
    /// Messages lost on the way, by cause.
    pub lost: [u64; Loss::ALL.len()],
    /// Bytes of the messages that were lost on the way.
    pub lost_bytes: u64,
    /// Waiting at access links with a rate, up and down counted apart; the transmission is no part of it.
    pub access_waits: Waits,
    /// Waiting at the links between routers, all links of a path together.
    pub path_waits: Waits,
    /// Messages that reached an address where nobody was up.
    pub dead: u64,
    /// Messages whose latency was raised to the lookahead.
    pub raised: u64,
}

impl Meter {
    /// Adds another shard's counts.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.sent.iter_mut().zip(other.sent) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.received.iter_mut().zip(other.received) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.lost.iter_mut().zip(other.lost) {
            *mine += theirs;
        }
        self.lost_bytes += other.lost_bytes;
        self.access_waits.merge(other.access_waits);
        self.path_waits.merge(other.path_waits);
        self.dead += other.dead;
        self.raised += other.raised;
    }

    pub(crate) fn lose(&mut self, loss: Loss, bytes: u32) {
        self.lost[loss as usize] += 1;
        self.lost_bytes += u64::from(bytes);
    }

    /// Messages lost on the way, whatever the cause.
    pub fn total_lost(&self) -> u64 {
        self.lost.iter().sum()
    }

    /// Everything sent.
    pub fn total_sent(&self) -> Flow {
        self.sent.iter().fold(Flow::default(), |mut sum, flow| {
            sum.merge(*flow);
            sum
        })
    }
}
