//! What conditions compute with: numbers with their dimension, texts, and truth.

use crate::misfit::describe;
use overlab_time::{Rate, Span, parse_bytes};
use serde_json::Value;
use std::fmt;

/// A value in a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Quantity {
    /// An amount, in seconds and bytes to these powers: a duration is in (1, 0), a size in (0, 1), a rate in (-1, 0).
    Amount(f64, (i32, i32)),
    Text(String),
    Truth(bool),
}

impl Quantity {
    /// What a value of a scenario is.
    pub(crate) fn of(value: &Value) -> Result<Self, String> {
        match value {
            Value::Number(number) => Ok(Self::Amount(number.as_f64().unwrap_or(f64::INFINITY), (0, 0))),
            Value::Bool(truth) => Ok(Self::Truth(*truth)),
            Value::String(text) => Ok(Self::of_text(text)),
            other => Err(format!("is {}, which cannot be compared: name a value in it", describe(other))),
        }
    }

    /// What a text of a scenario is: a quantity with its unit, or a word.
    pub(crate) fn of_text(text: &str) -> Self {
        let span = || text.parse::<Span>().ok().map(|span| (span.as_seconds(), (1, 0)));
        let size = || parse_bytes(text).ok().map(|bytes| (bytes as f64, (0, 1)));
        let rate = || text.parse::<Rate>().ok().map(|rate| (rate.per_second(), (-1, 0)));
        match span().or_else(size).or_else(rate) {
            Some((amount, dimension)) => Self::Amount(amount, dimension),
            None => Self::Text(text.to_owned()),
        }
    }

    /// What kind of thing it is, in words.
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::Amount(_, (0, 0)) => "a number".to_owned(),
            Self::Amount(_, (1, 0)) => "a duration".to_owned(),
            Self::Amount(_, (0, 1)) => "a size".to_owned(),
            Self::Amount(_, (-1, 0)) => "a rate".to_owned(),
            Self::Amount(_, (-1, 1)) => "a bandwidth".to_owned(),
            Self::Amount(_, (time, bytes)) => format!("in s^{time} B^{bytes}"),
            Self::Text(_) => "a text".to_owned(),
            Self::Truth(_) => "true or false".to_owned(),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amount(amount, (0, 0)) => write!(f, "{amount}"),
            Self::Amount(amount, (1, 0)) => write!(f, "{amount}s"),
            Self::Amount(amount, (0, 1)) => write!(f, "{amount}B"),
            Self::Amount(amount, (-1, 0)) => write!(f, "{amount}/s"),
            Self::Amount(amount, _) => write!(f, "{amount} ({})", self.kind()),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Truth(truth) => write!(f, "{truth}"),
        }
    }
}
