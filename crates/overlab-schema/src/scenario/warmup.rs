//! The period before measuring: so long, or as long as the start of a pilot lasts.

use overlab_time::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// The period before measuring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warmup {
    /// So long.
    Fixed(Span),
    /// As long as MSER-5 (White, 1997) finds the start of pilot runs to last.
    Detected(Detected),
}

/// How the end of the start is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Detected {
    /// The length of a pilot; its start must end within the first half. By default four times what a warm-up is by default, and
    /// the measured period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Span>,
    /// Pilots that the series are the means of, from 1 to 100.
    #[schemars(range(min = 1, max = 100))]
    pub pilots: u32,
    /// The metrics whose series are looked at. Ratios near 1 say little: few failures make the series look steady wherever
    /// none happened.
    #[schemars(length(min = 1))]
    pub metrics: Vec<String>,
}

impl Default for Detected {
    fn default() -> Self {
        let metrics = ["lookup.latency_ms", "lookup.hops", "traffic.bytes_per_peer_per_s"];
        Self { within: None, pilots: 3, metrics: metrics.map(str::to_owned).to_vec() }
    }
}

impl Warmup {
    /// How long it is, as far as that is known: one that is detected may take the first half of its pilots.
    pub fn longest(&self) -> Span {
        match self {
            Self::Fixed(span) => *span,
            Self::Detected(detected) => Span(detected.within.map_or(0, |within| within.0 / 2)),
        }
    }

    /// How it is looked for, where it is not fixed.
    pub fn detected(&self) -> Option<&Detected> {
        match self {
            Self::Fixed(_) => None,
            Self::Detected(detected) => Some(detected),
        }
    }
}

impl Serialize for Warmup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fixed(span) => span.serialize(serializer),
            Self::Detected(detected) => serializer.collect_map([("detected", detected)]),
        }
    }
}

impl<'de> Deserialize<'de> for Warmup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Choice {
            detected: Detected,
        }

        struct SpanOrDetected;

        impl<'de> Visitor<'de> for SpanOrDetected {
            type Value = Warmup;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration such as \"2h\", \"detected\", or an object with \"detected\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Warmup, E> {
                match text {
                    "detected" => Ok(Warmup::Detected(Detected::default())),
                    _ => text.parse().map(Warmup::Fixed).map_err(E::custom),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Warmup, A::Error> {
                let choice = Choice::deserialize(MapAccessDeserializer::new(entries))?;
                Ok(Warmup::Detected(choice.detected))
            }
        }

        deserializer.deserialize_any(SpanOrDetected)
    }
}

impl JsonSchema for Warmup {
    fn schema_name() -> Cow<'static, str> {
        "Warmup".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let detected = generator.subschema_for::<Detected>();
        json_schema!({
            "description": "The period before measuring: a duration, or detected by MSER-5 on pilot runs, the same for all overlays and replications of a point.",
            "oneOf": [
                Span::json_schema(generator),
                { "const": "detected", "description": "As long as the start of pilot runs lasts." },
                {
                    "type": "object",
                    "description": "The same, with how it is looked for.",
                    "properties": { "detected": detected },
                    "required": ["detected"],
                    "additionalProperties": false
                }
            ]
        })
    }
}
