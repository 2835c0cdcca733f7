//! How often each point is run: so many times, or until what is measured is precise enough.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{MapAccess, Unexpected, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// How often each point is run with everything redrawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Replications {
    /// So many times.
    Count(u32),
    /// As often as precision needs, within bounds.
    Until(UntilPrecise),
}

/// Replications are added until all of some metrics are precise, for every overlay at the point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UntilPrecise {
    /// What is precise enough.
    pub until: Precision,
    /// Replications that are run in any case, at least 2: from few of them nobody can tell how precise they are.
    #[serde(default = "ten")]
    #[schemars(range(min = 2, max = 100_000))]
    pub at_least: u32,
    /// Replications after which it ends with what there is, and a warning.
    #[serde(default = "hundred")]
    #[schemars(range(min = 2, max = 100_000))]
    pub at_most: u32,
}

/// How narrow the 95 % intervals of which metrics must be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Precision {
    /// The whole width of the interval, from its lower to its upper end, over what it is the interval of; above 0, at most 2.
    #[schemars(range(min = 0.0, max = 2.0))]
    pub relative_width: f64,
    /// Names of metrics; with ".p50", ".p90", ".p95" or ".p99" at the end a percentile instead of the mean.
    #[schemars(length(min = 1))]
    pub metrics: Vec<String>,
}

fn ten() -> u32 {
    10
}

fn hundred() -> u32 {
    100
}

impl Replications {
    /// The fewest times that a point is run.
    pub fn at_least(&self) -> u32 {
        match self {
            Self::Count(count) => *count,
            Self::Until(precise) => precise.at_least,
        }
    }

    /// The most times that a point is run.
    pub fn at_most(&self) -> u32 {
        match self {
            Self::Count(count) => *count,
            Self::Until(precise) => precise.at_most,
        }
    }

    /// What ends them, where that is not their number alone.
    pub fn until(&self) -> Option<&UntilPrecise> {
        match self {
            Self::Count(_) => None,
            Self::Until(precise) => Some(precise),
        }
    }
}

impl Default for Replications {
    fn default() -> Self {
        Self::Count(10)
    }
}

/// The number, or the range where there is one: "10", "10 to 100".
impl fmt::Display for Replications {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Until(precise) => write!(f, "{} to {}", precise.at_least, precise.at_most),
        }
    }
}

impl Serialize for Replications {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u32(*count),
            Self::Until(precise) => precise.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Replications {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrUntil;

        impl<'de> Visitor<'de> for NumberOrUntil {
            type Value = Replications;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number between 1 and 100000, or an object with \"until\"")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Replications, E> {
                let wrong = || E::invalid_value(Unexpected::Unsigned(number), &self);
                u32::try_from(number).map(Replications::Count).map_err(|_| wrong())
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Replications, A::Error> {
                UntilPrecise::deserialize(MapAccessDeserializer::new(entries)).map(Replications::Until)
            }
        }

        deserializer.deserialize_any(NumberOrUntil)
    }
}

impl JsonSchema for Replications {
    fn schema_name() -> Cow<'static, str> {
        "Replications".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        // What is said of numbers and of objects holds for each by itself.
        let mut schema = UntilPrecise::json_schema(generator);
        for (key, value) in [
            ("type", serde_json::json!(["integer", "object"])),
            ("minimum", 1.into()),
            ("maximum", 100_000.into()),
            (
                "description",
                "How often each point is run with everything redrawn: a number, or an object for as often as it takes until \
                 the intervals of metrics are narrow enough, the same number for all overlays of a point."
                    .into(),
            ),
        ] {
            schema.insert(key.to_owned(), value);
        }
        schema
    }
}
