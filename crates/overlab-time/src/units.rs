//! Quantities as text: durations, rates, bandwidths, sizes, probabilities.

mod bandwidth;

pub use bandwidth::Bandwidth;

use crate::time::Span;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A text that is not the quantity it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct UnitError {
    text: String,
    expected: String,
}

impl UnitError {
    pub(crate) fn new(text: &str, expected: impl Into<String>) -> Self {
        Self { text: text.to_owned(), expected: expected.into() }
    }
}

/// Units of time, longest first, in nanoseconds.
const TIME_UNITS: [(&str, u64); 8] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
];

/// The longest duration a file may state: anything longer is a slip of the pen, and far below what overflows.
const LONGEST: Span = Span(100 * 365 * 86_400_000_000_000);

/// Splits `text` into number and unit pairs and sums them up in nanoseconds.
pub(crate) fn parse_span(text: &str) -> Result<Span, UnitError> {
    let wrong = || {
        UnitError::new(
            text,
            "a duration: write a number and a unit (ns, us, ms, s, min, h, d), such as \"20s\" or \"1h30min\"",
        )
    };
    let mut rest = text.trim();
    if rest.starts_with('-') {
        return Err(UnitError::new(text, "a duration: it must not be negative"));
    }
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut total = 0u128;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
        let (number, tail) = rest.split_at(digits);
        let tail = tail.trim_start();
        let letters = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(letters);
        let scale = TIME_UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?.1;
        total += decimal(number, u128::from(scale)).ok_or_else(wrong)?;
        if total > u128::from(LONGEST.0) {
            return Err(UnitError::new(text, "a plausible duration: the longest allowed is 36500d"));
        }
        rest = tail.trim_start();
    }
    Ok(Span(total as u64))
}

/// `number` times `scale`, exactly, rounded down; nothing floating enters, so no platform can differ.
fn decimal(number: &str, scale: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    // Parsing an integer would let a plus sign pass.
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || !digits(whole)
        || !digits(fraction)
        || whole.len() > 20
        || fraction.len() > 15
        || (number.contains('.') && fraction.is_empty())
    {
        return None;
    }
    let whole: u128 = whole.parse().ok()?;
    let part: u128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    Some(whole * scale + part * scale / 10u128.pow(fraction.len() as u32))
}

/// The shortest text that parses back to the same span: whole numbers of descending units.
pub(crate) fn format_span(span: Span) -> String {
    if span.0 == 0 {
        return "0s".to_owned();
    }
    let mut left = span.0;
    let mut text = String::new();
    for (name, scale) in TIME_UNITS {
        let count = left / scale;
        if count > 0 && name != "µs" {
            text.push_str(&format!("{count}{name}"));
            left -= count * scale;
        }
    }
    text
}

/// Happenings per second.
///
/// As text a number, a slash and a unit of time: `"1/min"`, `"0.5/s"`, `"6/h"`, `"2/10s"`.
///
/// ```
/// use overlab_time::{Rate, Span};
///
/// let rate: Rate = "2/10s".parse()?;
/// assert_eq!(rate.per_second(), 0.2);
/// assert_eq!(rate.mean_gap(), Some(Span::from_secs(5)));
/// # Ok::<(), overlab_time::UnitError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    count: f64,
    per: Span,
}

impl Rate {
    /// `count` happenings in every `per`: the count zero or more and finite, `per` longer than zero.
    pub fn new(count: f64, per: Span) -> Self {
        Self { count, per }
    }

    /// Happenings per second.
    pub fn per_second(self) -> f64 {
        self.count / self.per.as_seconds()
    }

    /// The mean time between two happenings, [`Span::MAX`] at most; nothing for a rate of zero.
    pub fn mean_gap(self) -> Option<Span> {
        (self.count > 0.0).then(|| self.per.scale(1.0 / self.count))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = self.per.to_string();
        // One unit is written by its name alone: "1/min", not "1/1min".
        let unit =
            TIME_UNITS.iter().find(|(_, scale)| *scale == self.per.0).map_or(per.as_str(), |(name, _)| name);
        write!(f, "{}/{unit}", self.count)
    }
}

impl FromStr for Rate {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Self, UnitError> {
        let wrong = || {
            UnitError::new(text, "a rate: write a number, a slash and a time, such as \"1/min\" or \"0.5/s\"")
        };
        let (count, per) = text.trim().split_once('/').ok_or_else(wrong)?;
        let count = count.trim();
        if count.starts_with('-') {
            return Err(UnitError::new(text, "a rate: it must be zero or more"));
        }
        // Only plain decimals, as in every other quantity: an exponent, a sign or "inf" is a slip.
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !count.split_once('.').map_or_else(|| plain(count), |(whole, rest)| plain(whole) && plain(rest)) {
            return Err(wrong());
        }
        let count: f64 = count.parse().map_err(|_| wrong())?;
        let per = per.trim();
        let per = match TIME_UNITS.iter().find(|(name, _)| *name == per) {
            Some((_, scale)) => Span(*scale),
            None => parse_span(per).map_err(|_| wrong())?,
        };
        if per == Span::ZERO {
            return Err(UnitError::new(text, "a rate: the time after the slash must be longer than zero"));
        }
        if count / per.as_seconds() > 1e9 {
            return Err(UnitError::new(text, "a plausible rate: the highest allowed is 1000000000/s"));
        }
        Ok(Self { count, per })
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Rate {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A rate: a number, a slash and a time, such as \"1/min\", \"0.5/s\" or \"2/10s\".",
            "pattern": "^\\s*[0-9]+(\\.[0-9]+)?\\s*/\\s*((ns|us|µs|ms|s|min|h|d)|([0-9]+(\\.[0-9]+)?\\s*(ns|us|µs|ms|s|min|h|d)\\s*)+)\\s*$"
        })
    }
}

/// Reads a size such as `"28B"`, `"1.5kB"` or `"1MiB"` as bytes.
///
/// # Errors
/// Where the text is not a number with a unit of B, kB, MB, GB, KiB, MiB or GiB.
pub fn parse_bytes(text: &str) -> Result<u64, UnitError> {
    const UNITS: [(&str, u64); 7] = [
        ("B", 1),
        ("kB", 1000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
    ];
    let wrong = || {
        UnitError::new(
            text,
            "a size: write a number and a unit (B, kB, MB, GB, KiB, MiB, GiB), such as \"28B\"",
        )
    };
    let trimmed = text.trim();
    let split = trimmed.find(|c: char| c.is_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = trimmed.split_at(split);
    let scale = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?.1;
    decimal(number.trim_end(), u128::from(scale)).and_then(|n| u64::try_from(n).ok()).ok_or_else(wrong)
}

/// Checks that `value` is a probability.
///
/// # Errors
/// Where it is not in 0..=1.
pub fn parse_probability(value: f64) -> Result<f64, UnitError> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(UnitError::new(&value.to_string(), "a probability: it must lie between 0 and 1"))
    }
}
