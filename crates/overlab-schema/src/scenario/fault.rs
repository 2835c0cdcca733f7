//! What of the network fails at a moment of the timeline, and which hosts or routers that concerns.

use super::distance::Distance;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// A fault of the underlay. Links, routers, autonomous systems, cables and regions by country or autonomous system need a
/// router graph that knows them; hosts, partitions and borders work on every underlay that knows what they select by.
///
/// What a fault of links or routers breaks is lost until routing has found out and found other paths (see `faults`); what
/// hosts, partitions and borders stop, no routing can mend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fail {
    /// The link between two routers.
    Link([RouterName; 2]),
    /// A router and all its links.
    Router(RouterName),
    /// All routers of an autonomous system, by its number.
    AutonomousSystem(u32),
    /// The access links of hosts: their peers stay up, cut off from all others.
    Hosts(Selection),
    /// All routers in a region, and the access links of all hosts in it: by disc, countries or autonomous systems.
    Region(Selection),
    /// All links that run through a submarine cable, by its name.
    Cable(String),
    /// The hosts fall into parts between which nothing passes; within a part all stays as it is.
    Partition {
        /// The hosts of each part; those that no part names are one part more, and a host that several name is of the first.
        parts: Vec<Selection>,
    },
    /// A border drops messages between the hosts around which it runs and all others.
    Border {
        /// The hosts inside.
        around: Selection,
        /// The probability that a message across the border is dropped.
        #[serde(default = "one")]
        #[schemars(range(min = 0.0, max = 1.0))]
        drop: f64,
        /// Which messages the border looks at.
        #[serde(default)]
        direction: Direction,
    },
}

fn one() -> f64 {
    1.0
}

/// Which messages a border drops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Those that enter and those that leave.
    #[default]
    Both,
    /// Those that enter.
    Inward,
    /// Those that leave.
    Outward,
}

/// Some of the hosts, or of the routers where a region is meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Selection {
    /// Those in some countries, by their two letters (ISO 3166-1).
    Countries(Vec<String>),
    /// Those in some autonomous systems, by number.
    AutonomousSystems(Vec<u32>),
    /// Those in a disc on the globe.
    Disc {
        /// Of its centre, in degrees north.
        #[schemars(range(min = -90.0, max = 90.0))]
        latitude: f64,
        /// Of its centre, in degrees east.
        #[schemars(range(min = -180.0, max = 180.0))]
        longitude: f64,
        /// Along the surface.
        radius: Distance,
    },
    /// The half of all hosts that lie furthest to one side: on a globe west begins at the date line.
    Half(Side),
    /// Hosts drawn at random, as a share of all between 0 and 1.
    Fraction(f64),
    /// So many hosts, drawn at random; all where there are fewer.
    Count(u64),
}

/// A side of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Low longitudes; the left of a plane.
    West,
    /// High longitudes; the right of a plane.
    East,
    /// Low latitudes; the bottom of a plane.
    South,
    /// High latitudes; the top of a plane.
    North,
}

impl Fail {
    /// What fails, in a few words that fit into a table.
    pub fn name(&self) -> String {
        self.words().chars().take(80).collect()
    }

    fn words(&self) -> String {
        match self {
            Self::Link([a, b]) => format!("fail link {a} - {b}"),
            Self::Router(router) => format!("fail router {router}"),
            Self::AutonomousSystem(number) => format!("fail AS {number}"),
            Self::Hosts(selection) => format!("fail hosts {selection}"),
            Self::Region(selection) => format!("fail region {selection}"),
            Self::Cable(cable) => format!("fail cable {cable}"),
            Self::Partition { parts } if parts.len() > 3 => format!("partition in {} and more", parts.len()),
            Self::Partition { parts } => {
                let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
                format!("partition {}", parts.join(" | "))
            }
            Self::Border { around, drop, .. } if *drop < 1.0 => {
                format!("border around {around}, {} %", super::timeline::per_cent(*drop))
            }
            Self::Border { around, .. } => format!("border around {around}"),
        }
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let few = |names: Vec<String>| match names.len() {
            0..=4 => names.join(" "),
            more => format!("{} and {} more", names[..3].join(" "), more - 3),
        };
        match self {
            Self::Countries(countries) => f.write_str(&few(countries.clone())),
            Self::AutonomousSystems(numbers) => {
                write!(f, "AS {}", few(numbers.iter().map(ToString::to_string).collect()))
            }
            Self::Disc { latitude, longitude, radius } => write!(f, "{radius} around {latitude} {longitude}"),
            Self::Half(side) => f.write_str(match side {
                Side::West => "west",
                Side::East => "east",
                Side::South => "south",
                Side::North => "north",
            }),
            Self::Fraction(fraction) => write!(f, "{} %", super::timeline::per_cent(*fraction)),
            Self::Count(count) => write!(f, "{count}"),
        }
    }
}

/// A router by its number, from 0 in the order of generation or of the file, or by its label in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouterName {
    /// Its number.
    Number(u32),
    /// Its label.
    Label(String),
}

impl fmt::Display for RouterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Label(label) => f.write_str(label),
        }
    }
}

impl Serialize for RouterName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_u32(*number),
            Self::Label(label) => serializer.serialize_str(label),
        }
    }
}

impl<'de> Deserialize<'de> for RouterName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrLabel;

        impl Visitor<'_> for NumberOrLabel {
            type Value = RouterName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a router: its number, or its label as text")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<RouterName, E> {
                let number = u32::try_from(number);
                number.map(RouterName::Number).map_err(|_| E::custom("no router has so large a number"))
            }

            fn visit_str<E: serde::de::Error>(self, label: &str) -> Result<RouterName, E> {
                if label.trim().is_empty() {
                    return Err(E::custom("a label must not be empty: write a label or a number"));
                }
                Ok(RouterName::Label(label.to_owned()))
            }
        }

        deserializer.deserialize_any(NumberOrLabel).map_err(D::Error::custom)
    }
}

impl JsonSchema for RouterName {
    fn schema_name() -> Cow<'static, str> {
        "RouterName".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["integer", "string"],
            "minimum": 0,
            "description": "A router: its number from 0, or its label in the file."
        })
    }
}
