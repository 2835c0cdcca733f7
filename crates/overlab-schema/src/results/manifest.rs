//! `manifest.json`: everything about a run that another machine or another day would change.

use super::ResultFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The content of `manifest.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the program.
    pub version: String,
    /// The revision of its source, where it was built from a checkout.
    pub revision: Option<String>,
    /// The command line, word by word.
    pub command: Vec<String>,
    /// The machine.
    pub machine: Machine,
    /// Threads used.
    pub threads: u32,
    /// When the run began, as RFC 3339 in UTC.
    pub started: String,
    /// Seconds of wall time of the session that wrote this, set-up included; runs that were finished before it cost it
    /// nothing.
    pub wall_s: f64,
    /// Messages delivered to live peers and live timers fired, in that session.
    pub events: u64,
    /// Events a second of wall time.
    pub events_per_s: f64,
    /// Messages sent in that session.
    pub messages: u64,
    /// Messages a second of wall time.
    pub messages_per_s: f64,
    /// The largest resident memory of the process during any run; absent where the system does not tell.
    pub peak_rss_bytes: Option<u64>,
    /// All that is held for peers at its largest (state, hosts, pending events, the roster of members, the log of an
    /// epoch), divided by the pool of peers.
    pub bytes_per_peer: Option<f64>,
    /// The files that the scenario read.
    pub inputs: Vec<InputFile>,
    /// The same figures for each overlay and sweep point.
    pub runs: Vec<ManifestRun>,
}

impl ResultFile for Manifest {
    const FORMAT: &'static str = "overlab.manifest/1";
    const FILE: &'static str = "manifest.json";
}

/// What a run ran on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The operating system, such as "linux".
    pub system: String,
    /// The instruction set, such as "x86_64".
    pub architecture: String,
    /// The processor's name, where the system tells.
    pub processor: Option<String>,
    /// Processors that the program may use.
    pub cores: u32,
    /// Memory in bytes, where the system tells.
    pub memory_bytes: Option<u64>,
}

/// A file that a scenario read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Its name without folders.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its BLAKE3 hash in hexadecimal.
    pub blake3: String,
}

/// The cost of one overlay at one sweep point, all replications together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ManifestRun {
    /// The overlay's label.
    pub overlay: String,
    /// The sweep's values at this point by path.
    pub parameters: BTreeMap<String, Value>,
    /// Replications run.
    pub replications: u32,
    /// The digest of each replication's trace: what `explain`, `trace` and `diff-runs` hold runs to that they have again.
    #[serde(default)]
    pub digests: BTreeMap<u32, String>,
    /// Seconds of wall time, summed over replications.
    pub wall_s: f64,
    /// Messages delivered to live peers and live timers fired.
    pub events: u64,
    /// Events a second of wall time.
    pub events_per_s: f64,
    /// Messages sent.
    pub messages: u64,
    /// Messages a second of wall time.
    pub messages_per_s: f64,
    /// The largest resident memory of the process during one of these runs; where runs go side by side, and where the
    /// system cannot forget earlier runs, until the end of one.
    pub peak_rss_bytes: Option<u64>,
    /// All that is held for peers at its largest (state, hosts, pending events, the roster of members, the log of an
    /// epoch), divided by the pool of peers.
    pub bytes_per_peer: Option<f64>,
}
