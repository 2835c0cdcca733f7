//! Overlays: an algorithm with its parameters, and how it looks things up.

use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One overlay of the comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Its name in tables and pictures, unique in a scenario; by default the algorithm's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The algorithm and its parameters.
    pub algorithm: Algorithm,
    /// How lookups are done, where that is not left to the algorithm.
    #[serde(default)]
    pub lookup: Lookup,
    /// How requests are repeated and given up.
    #[serde(default)]
    pub rpc: Rpc,
}

impl Overlay {
    /// Its name in tables and pictures.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.algorithm.name)
    }
}

/// An algorithm by name with its raw parameters: `{ "chord": { "successors": 8 } }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Algorithm {
    /// Its name in the registry.
    pub name: String,
    /// Its parameters as the file has them; the registry entry says what they mean.
    pub parameters: Map<String, Value>,
}

impl Serialize for Algorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(&self.name, &self.parameters)])
    }
}

impl<'de> Deserialize<'de> for Algorithm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = BTreeMap::<String, Map<String, Value>>::deserialize(deserializer)?;
        let count = entries.len();
        let mut entries = entries.into_iter();
        match (entries.next(), entries.next()) {
            (Some((name, parameters)), None) => Ok(Self { name, parameters }),
            _ => Err(D::Error::invalid_length(count, &"map with a single key")),
        }
    }
}

impl JsonSchema for Algorithm {
    fn schema_name() -> Cow<'static, str> {
        "Algorithm".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = BTreeMap::<String, Map<String, Value>>::json_schema(generator);
        schema.insert("minProperties".to_owned(), 1.into());
        schema.insert("maxProperties".to_owned(), 1.into());
        schema.insert(
            "description".to_owned(),
            "An algorithm by name with its parameters; `overlab describe NAME` lists them.".into(),
        );
        schema
    }
}

/// How lookups are done; what is absent is left to the algorithm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lookup {
    /// Who walks: the origin, or the peers on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<LookupMode>,
    /// How many requests an iterative lookup has on the way at once (alpha).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallelism: Option<u32>,
    /// How many contacts a reply carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redundancy: Option<u32>,
    /// Whether each hop of a recursive lookup is acknowledged, so that a dead next hop is noticed and passed by.
    pub acknowledge: bool,
}

impl Default for Lookup {
    fn default() -> Self {
        Self { mode: None, parallelism: None, redundancy: None, acknowledge: true }
    }
}

/// Who walks in a lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LookupMode {
    /// The origin asks one peer after another.
    Iterative,
    /// Each peer passes the request on; the answer takes the same way back.
    Recursive,
    /// Each peer passes the request on; the owner answers the origin directly.
    SemiRecursive,
}

/// How requests are repeated and given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Rpc {
    /// How long a request waits for its reply.
    pub timeout: Span,
    /// How often it is sent again before its peer counts as unreachable.
    pub retries: u32,
}

impl Default for Rpc {
    fn default() -> Self {
        Self { timeout: Span::from_millis(500), retries: 0 }
    }
}

/// Peers that do not play by the rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adversary {
    /// Their share of all identities, between 0 and 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub fraction: f64,
    /// What they do with lookups that reach them.
    pub behaviour: Behaviour,
}

/// What an adversary does with lookups that reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// It stays silent.
    Drop,
    /// It names adversaries as the next hops and as owners.
    Misroute,
}
