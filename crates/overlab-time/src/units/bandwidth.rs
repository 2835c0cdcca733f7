//! How much a link carries.

use super::UnitError;
use crate::time::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Units of bandwidth, largest first, in bits per second.
const UNITS: [(&str, u64); 5] =
    [("Tbps", 1_000_000_000_000), ("Gbps", 1_000_000_000), ("Mbps", 1_000_000), ("kbps", 1_000), ("bps", 1)];

/// Bits per second; decimal units, as in all of networking.
///
/// As text a number and a unit: `"10Mbps"`, `"1.5Gbps"`, `"56kbps"`.
///
/// ```
/// use overlab_time::{Bandwidth, Span};
///
/// let link: Bandwidth = "10Mbps".parse()?;
/// assert_eq!(link.transmission(1250), Span::from_millis(1));
/// assert_eq!(link.to_string(), "10Mbps");
/// # Ok::<(), overlab_time::UnitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bandwidth(u64);

impl Bandwidth {
    /// `bits` per second, at least 1 and at most 10^15.
    ///
    /// # Errors
    /// Where it is not in that range.
    pub fn new(bits: u64) -> Result<Self, UnitError> {
        if (1..=1_000_000_000_000_000).contains(&bits) {
            Ok(Self(bits))
        } else {
            Err(UnitError::new(
                &format!("{bits}bps"),
                "a plausible bandwidth: it must be between 1bps and 1000Tbps",
            ))
        }
    }

    /// Bits per second.
    pub fn bits_per_second(self) -> u64 {
        self.0
    }

    /// How long `bytes` bytes take to be put on the link, rounded up to a nanosecond.
    #[inline]
    pub fn transmission(self, bytes: u32) -> Span {
        // At most 2^32 * 8 * 10^9, which is above u64: the product needs 66 bits.
        let bits = u128::from(bytes) * 8 * 1_000_000_000;
        Span(u64::try_from(bits.div_ceil(u128::from(self.0))).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Bandwidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, scale) =
            UNITS.iter().find(|(_, scale)| self.0 >= *scale).unwrap_or(&UNITS[UNITS.len() - 1]);
        let (whole, rest) = (self.0 / scale, self.0 % scale);
        if rest == 0 {
            return write!(f, "{whole}{name}");
        }
        let digits = scale.ilog10() as usize;
        let decimals = format!("{rest:0digits$}");
        write!(f, "{whole}.{}{name}", decimals.trim_end_matches('0'))
    }
}

impl FromStr for Bandwidth {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Self, UnitError> {
        let wrong = || {
            UnitError::new(
                text,
                "a bandwidth: write a number and a unit (bps, kbps, Mbps, Gbps, Tbps), such as \"10Mbps\"",
            )
        };
        let trimmed = text.trim();
        let split = trimmed.find(|c: char| c.is_alphabetic()).ok_or_else(wrong)?;
        let (number, unit) = trimmed.split_at(split);
        let scale = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?.1;
        let bits = super::decimal(number.trim_end(), u128::from(scale)).ok_or_else(wrong)?;
        Self::new(u64::try_from(bits).map_err(|_| wrong())?)
    }
}

impl Serialize for Bandwidth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bandwidth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Bandwidth {
    fn schema_name() -> Cow<'static, str> {
        "Bandwidth".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A bandwidth: a number and a unit, such as \"56kbps\", \"10Mbps\" or \"1.5Gbps\".",
            "pattern": "^\\s*[0-9]+(\\.[0-9]+)?\\s*(bps|kbps|Mbps|Gbps|Tbps)\\s*$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(bits in 1u64..=1_000_000_000_000_000) {
            let bandwidth = Bandwidth::new(bits).unwrap();
            prop_assert_eq!(bandwidth.to_string().parse::<Bandwidth>().unwrap(), bandwidth);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "10", "Mbps", "-1Mbps", "0bps", "10 MB", "1e9bps", "1001Tbps", "0.5bps"] {
            assert!(text.parse::<Bandwidth>().is_err(), "{text}");
        }
        assert_eq!(Bandwidth::new(1).unwrap().transmission(u32::MAX), Span(u64::MAX));
    }
}
