//! Paths through converged tables without messages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Static analysis: the tables of all peers are built once, some peers are removed, and paths are walked from table to table without messages, maintenance or time. It takes the place of a simulation; nothing that has to do with time may stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StaticKeyRouting {
    /// The probability, from 0 to below 1, with which each peer is removed after the tables are built: the same peers for all overlays, and those removed at a smaller value are among those removed at a larger one.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub removed: f64,
    /// Between how many ordered pairs of survivors paths are walked.
    #[serde(default)]
    pub pairs: Pairs,
    /// What a path leads to.
    #[serde(default)]
    pub to: Target,
    /// Whether paths may use neighbours that a peer knows only because they stand next to it (successor lists, leaf sets) besides its routing table.
    #[serde(default = "yes")]
    pub sequential_neighbours: bool,
    /// How many random keys are dealt out to their owners, for static.load and static.lost_keys_ratio; with 0 those are left out.
    #[serde(default)]
    pub keys: u64,
}

fn yes() -> bool {
    true
}

/// Between how many pairs paths are walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pairs {
    /// So many, drawn at random.
    Sampled(u64),
    /// Every survivor to every other.
    All,
}

impl Default for Pairs {
    fn default() -> Self {
        Self::Sampled(20_000)
    }
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A surviving peer, by its own key.
    #[default]
    Peers,
    /// The survivor that owns a random key.
    Keys,
}
