//! `replay.json`: a sample of peers and lookups over time, for playing a run back.

use super::ResultFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The content of `replay.json`: the first replication of every overlay and sweep point, as far as the file stays small.
///
/// A function of scenario, seed and version, like the summary. Times are in seconds since the start of the measured period,
/// rounded to milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// One entry an overlay and sweep point, in the order of `summary.json`.
    pub points: Vec<ReplayPoint>,
    /// How many more there would have been, had there been room.
    pub left_out: u32,
}

impl ResultFile for Replay {
    const FORMAT: &'static str = "overlab.replay/1";
    const FILE: &'static str = "replay.json";
    // Thousands of small numbers, a line each, would help nobody.
    const INDENTED: bool = false;
}

/// The sample of one overlay at one sweep point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplayPoint {
    /// The overlay's label.
    pub overlay: String,
    /// The sweep's values at this point by path.
    pub parameters: BTreeMap<String, Value>,
    /// What was recorded.
    pub run: ReplayRun,
}

/// What was recorded of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplayRun {
    /// How many peers there were, up or not, of which these are an even sample by address.
    pub pool: u32,
    /// Whether places are degrees of longitude (east) and latitude (north); else they lie in 0..=1, as in `underlay.json`.
    pub geographic: bool,
    /// The sampled peers by address.
    pub peers: Vec<ReplayPeer>,
    /// A sample of the lookups that they issued in the measured period, by time.
    pub lookups: Vec<ReplayLookup>,
}

/// A sampled peer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplayPeer {
    /// Its address.
    pub peer: u32,
    /// Where its host is; absent where the underlay has no places.
    pub place: Option<(f64, f64)>,
    /// When it was up, as far as that touches the measured period.
    pub sessions: Vec<ReplaySession>,
}

/// A peer's time between coming up and going down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplaySession {
    /// When it came up; negative before the measured period.
    pub up_s: f64,
    /// When its join was complete; absent where it never was.
    pub joined_s: Option<f64>,
    /// When it went down; absent where it stayed until the end.
    pub down_s: Option<f64>,
    /// Its key as a share of the key space, from 0 up to 1.
    pub key: f64,
}

/// A lookup of a sampled peer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplayLookup {
    /// The address of the peer that asked.
    pub origin: u32,
    /// The request's number at that peer.
    pub number: u32,
    /// The key that was asked for, as a share of the key space.
    pub key: f64,
    /// When it was issued.
    pub issued_s: f64,
    /// How long it took; absent where it was not answered in time.
    pub latency_ms: Option<f64>,
    /// Edges on the path to the owner; absent where it was not answered in time.
    pub hops: Option<u32>,
    /// Timeouts on the way.
    pub timeouts: u32,
    /// The peer that was the answer; absent where it was not answered in time.
    pub answer: Option<ReplayAnswer>,
    /// "correct", or the cause of its failure as in `lookup.failures.*`.
    pub outcome: String,
}

/// The peer that answered a lookup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplayAnswer {
    /// Its address.
    pub peer: u32,
    /// Its key as a share of the key space.
    pub key: f64,
    /// Where its host is; absent where the underlay has no places.
    pub place: Option<(f64, f64)>,
}
