//! The values of a sweep by path, in the order of the file.

mod range;

pub use range::{Range, Scale};

use schemars::{JsonSchema, json_schema};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// Values to try, by path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// The first varies slowest.
    pub axes: Vec<Axis>,
    /// Groups of paths that take their values together, the first value of one with the first of the others.
    pub zip: Vec<Vec<String>>,
    /// Conditions that every point meets.
    pub conditions: Vec<String>,
}

/// One path and the values it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The path as it is spelled in the file.
    pub path: String,
    /// The values in their order.
    pub values: Vec<Value>,
}

impl Sweep {
    /// The key of groups of paths: no path of a scenario begins like it.
    pub const ZIP: &'static str = "$zip";
    /// The key of conditions.
    pub const WHERE: &'static str = "$where";
}

impl Serialize for Sweep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for axis in &self.axes {
            map.serialize_entry(&axis.path, &axis.values)?;
        }
        if !self.zip.is_empty() {
            map.serialize_entry(Self::ZIP, &self.zip)?;
        }
        if !self.conditions.is_empty() {
            map.serialize_entry(Self::WHERE, &self.conditions)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Sweep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Sweep;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Sweep, A::Error> {
                let mut sweep = Sweep::default();
                while let Some(key) = entries.next_key::<String>()? {
                    match key.as_str() {
                        Sweep::ZIP => sweep.zip = entries.next_value()?,
                        Sweep::WHERE => sweep.conditions = entries.next_value()?,
                        _ => {
                            let values = values(entries.next_value()?).map_err(A::Error::custom)?;
                            sweep.axes.push(Axis { path: key, values });
                        }
                    }
                }
                Ok(sweep)
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// The values of a list or a range.
fn values(value: Value) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(values) => Ok(values),
        range => {
            let range: Range = crate::misfit::fit(&range).map_err(|misfit| misfit.message)?;
            range.values().map_err(|(key, message)| format!("{key}: {message}"))
        }
    }
}

impl JsonSchema for Sweep {
    fn schema_name() -> Cow<'static, str> {
        "Sweep".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let range = generator.subschema_for::<Range>();
        json_schema!({
            "description": "From paths such as \"peers.count\" or \"overlays[0].algorithm.chord.successors\" to lists of values or to ranges.",
            "type": "object",
            "patternProperties": {
                "^\\$zip$": {
                    "description": "Groups of swept paths that take their values together instead of being crossed; those of a group have equally many.",
                    "type": "array",
                    "items": { "type": "array", "minItems": 2, "items": { "type": "string" } }
                },
                "^\\$where$": {
                    "description": "Conditions that every point meets, such as \"overlays[0].algorithm.chord.successors <= 2 * log2(peers.count)\".",
                    "type": "array",
                    "items": { "type": "string" }
                },
                "^[^$]": { "anyOf": [{ "type": "array", "minItems": 1 }, range] }
            },
            "additionalProperties": false
        })
    }
}
