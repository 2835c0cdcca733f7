//! Instants and lengths of simulated time, in whole nanoseconds.

use crate::units::{UnitError, format_span, parse_span};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::borrow::Cow;
use std::fmt;
use std::ops::{Add, AddAssign, Div, Mul, Sub};
use std::str::FromStr;

/// An instant of simulated time: nanoseconds since the start of the run.
///
/// Adding a span is exact up to [`Time::NEVER`], about 584 years, where it saturates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Time(pub u64);

/// A length of simulated time in nanoseconds.
///
/// As text it is a number and a unit, or several of them: `"200ms"`, `"1h30min"`, `"2d"`. Its arithmetic
/// saturates at [`Span::MAX`] and [`Span::ZERO`]; division by zero panics.
///
/// ```
/// use overlab_time::Span;
///
/// let span: Span = "1 h 30 min".parse()?;
/// assert_eq!(span, Span::from_minutes(90));
/// assert_eq!((span / 4).to_string(), "22min30s");
/// let error = "5 m".parse::<Span>().unwrap_err();
/// assert!(error.to_string().starts_with("\"5 m\" is not a duration"));
/// # Ok::<(), overlab_time::UnitError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

impl Time {
    /// The start of the run.
    pub const ZERO: Self = Self(0);
    /// Later than anything a run can reach.
    pub const NEVER: Self = Self(u64::MAX);

    /// The length of time from `earlier` to this instant; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Seconds since the start of the run, for output only.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest span there is (about 584 years).
    pub const MAX: Self = Self(u64::MAX);

    /// A span of whole microseconds; [`Span::MAX`] where it does not fit.
    pub const fn from_micros(n: u64) -> Self {
        Self(n.saturating_mul(1_000))
    }

    /// A span of whole milliseconds; [`Span::MAX`] where it does not fit.
    pub const fn from_millis(n: u64) -> Self {
        Self(n.saturating_mul(1_000_000))
    }

    /// A span of whole seconds; [`Span::MAX`] where it does not fit.
    pub const fn from_secs(n: u64) -> Self {
        Self(n.saturating_mul(1_000_000_000))
    }

    /// A span of whole minutes; [`Span::MAX`] where it does not fit.
    pub const fn from_minutes(n: u64) -> Self {
        Self::from_secs(n.saturating_mul(60))
    }

    /// A span of whole hours; [`Span::MAX`] where it does not fit.
    pub const fn from_hours(n: u64) -> Self {
        Self::from_secs(n.saturating_mul(3600))
    }

    /// A span of `seconds`, rounded to the nearest nanosecond; negative and NaN become zero,
    /// what is too long becomes [`Span::MAX`].
    pub fn from_seconds_f64(seconds: f64) -> Self {
        // A cast from f64 saturates and maps NaN to zero.
        Self(libm::rint(seconds * 1e9) as u64)
    }

    /// This span in seconds.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// This span in milliseconds.
    pub fn as_millis_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// This span scaled by `factor`, rounded to the nearest nanosecond, within the precision of an `f64` (spans beyond
    /// 104 days lose their last nanoseconds); limits as for [`Span::from_seconds_f64`].
    pub fn scale(self, factor: f64) -> Self {
        Self(libm::rint(self.0 as f64 * factor) as u64)
    }

    /// The difference, or zero where `other` is longer.
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The sum, or [`Span::MAX`] where it does not fit.
    pub fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Add<Span> for Time {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Time> for Time {
    type Output = Span;
    fn sub(self, earlier: Time) -> Span {
        debug_assert!(self >= earlier, "{self:?} is before {earlier:?}");
        self.since(earlier)
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

impl Mul<u64> for Span {
    type Output = Self;
    fn mul(self, n: u64) -> Self {
        Self(self.0.saturating_mul(n))
    }
}

impl Div<u64> for Span {
    type Output = Self;
    fn div(self, n: u64) -> Self {
        Self(self.0 / n)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Span(self.0).fmt(f)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_span(*self))
    }
}

impl FromStr for Span {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Self, UnitError> {
        parse_span(text)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Formats that nobody reads, such as messages between processes, take the number.
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return u64::deserialize(deserializer).map(Self);
        }
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A duration: numbers with units ns, us, ms, s, min, h, d, such as \"200ms\" or \"1h30min\".",
            "pattern": "^\\s*([0-9]+(\\.[0-9]+)?\\s*(ns|us|µs|ms|s|min|h|d)\\s*)+$"
        })
    }
}

/// A period of something done again and again, or `"never"`.
///
/// ```
/// use overlab_time::{Interval, Span};
///
/// assert_eq!("20s".parse(), Ok(Interval::Every(Span::from_secs(20))));
/// assert_eq!("never".parse(), Ok(Interval::Never));
/// assert!("0s".parse::<Interval>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Once in every such span.
    Every(Span),
    /// Not at all.
    Never,
}

impl Interval {
    /// The period, where there is one.
    pub fn span(self) -> Option<Span> {
        match self {
            Self::Every(span) => Some(span),
            Self::Never => None,
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(span) => span.fmt(f),
            Self::Never => f.write_str("never"),
        }
    }
}

impl FromStr for Interval {
    type Err = UnitError;
    fn from_str(text: &str) -> Result<Self, UnitError> {
        if text.trim() == "never" {
            return Ok(Self::Never);
        }
        let span: Span = text.parse()?;
        if span == Span::ZERO {
            return Err(UnitError::new(text, "an interval longer than zero, or \"never\""));
        }
        Ok(Self::Every(span))
    }
}

impl Serialize for Interval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Interval {
    fn schema_name() -> Cow<'static, str> {
        "Interval".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A period such as \"20s\", or \"never\".",
            "pattern": "^\\s*(never|([0-9]+(\\.[0-9]+)?\\s*(ns|us|µs|ms|s|min|h|d)\\s*)+)$"
        })
    }
}
