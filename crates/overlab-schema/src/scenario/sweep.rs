//! The values of a sweep by path, in the order of the file.

use schemars::JsonSchema;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Values to try, by path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// The first varies slowest.
    pub axes: Vec<Axis>,
}

/// One path and the values it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The path as it is spelled in the file.
    pub path: String,
    /// The values in their order.
    pub values: Vec<Value>,
}

impl Serialize for Sweep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.axes.iter().map(|axis| (&axis.path, &axis.values)))
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
                let mut axes = Vec::new();
                while let Some((path, values)) = entries.next_entry()? {
                    axes.push(Axis { path, values });
                }
                Ok(Sweep { axes })
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

impl JsonSchema for Sweep {
    fn schema_name() -> Cow<'static, str> {
        "Sweep".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = BTreeMap::<String, Vec<Value>>::json_schema(generator);
        schema.insert(
            "description".to_owned(),
            "From paths such as \"peers.count\" or \"overlays[0].algorithm.chord.successors\" to lists of values.".into(),
        );
        schema
    }
}
