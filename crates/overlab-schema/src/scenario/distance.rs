//! Distances on the globe as text with a unit.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::borrow::Cow;
use std::fmt;

/// A distance in kilometres, as text a number with a unit: `"500km"`, `"800m"`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Distance {
    kilometres: f64,
}

/// Half the circumference of the Earth: nothing on it is further away.
const FURTHEST: f64 = 20_037.6;

impl Distance {
    /// In kilometres.
    pub fn kilometres(self) -> f64 {
        self.kilometres
    }

    fn parse(text: &str) -> Option<Self> {
        let trimmed = text.trim();
        let (number, unit) = trimmed.split_at(trimmed.find(|c: char| c.is_alphabetic())?);
        let number = number.trim();
        let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = number.parse().ok().filter(|_| plain)?;
        let kilometres = match unit {
            "km" => number,
            "m" => number / 1000.0,
            _ => return None,
        };
        (kilometres > 0.0 && kilometres <= FURTHEST).then_some(Self { kilometres })
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}km", self.kilometres)
    }
}

impl Serialize for Distance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Distance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            let expected = "a distance: write a number and a unit (m, km) up to 20037km, such as \"500km\"";
            D::Error::custom(format!("{:?} is not {expected}", crate::nearest::shorten(&text)))
        })
    }
}

impl JsonSchema for Distance {
    fn schema_name() -> Cow<'static, str> {
        "Distance".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A distance: a number and a unit of m or km, such as \"500km\".",
            "pattern": "^\\s*[0-9]+(\\.[0-9]+)?\\s*(m|km)\\s*$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_the_same_and_nonsense_is_refused() {
        for text in ["500km", "0.8km", "20037km", "1234.5km"] {
            assert_eq!(Distance::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Distance::parse(" 800 m").unwrap().to_string(), "0.8km");
        for text in ["", "500", "km", "-1km", "0km", "1e3km", "NaNkm", "20038km", "5 miles", "inf km"] {
            assert_eq!(Distance::parse(text), None, "{text}");
        }
    }
}
