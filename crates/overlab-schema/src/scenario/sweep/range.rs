//! Ranges of a sweep: evenly or geometrically spaced values between two ends.

use overlab_time::{Rate, Span, parse_bytes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// More values than a sweep may have points.
const MOST_STEPS: u32 = 100_000;

/// The largest whole number up to which every one has a place of its own between two others.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Values from one end to the other: `{ "from": "15min", "to": "4h", "steps": 5, "scale": "log" }`.
///
/// Both ends are among the values, just as they are written. What lies between is rounded: between two whole numbers to whole
/// numbers (halves away from zero), sizes to whole bytes, anything else to six significant digits. Quantities have the unit of
/// the first end, or of the last where the first is zero or has several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The first value: a number, or a duration, size or rate with its unit. Between 0 and 1 lie whole numbers only; between
    /// 0.0 and 1.0 lie fractions.
    #[schemars(extend("type" = ["number", "string"]))]
    pub from: Value,
    /// The last value, of the same kind as the first.
    #[schemars(extend("type" = ["number", "string"]))]
    pub to: Value,
    /// How many values there are, both ends included.
    #[schemars(range(min = 2, max = 100_000))]
    pub steps: u32,
    /// Whether the differences between neighbours are equal, or their ratios.
    #[serde(default)]
    pub scale: Scale,
}

/// How the values of a range are spaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Equal differences.
    #[default]
    Linear,
    /// Equal ratios; both ends are above zero.
    Log,
}

/// What a range is of, and how a value between its ends is written.
enum Kind {
    Whole,
    Number,
    /// Bytes, in whole numbers.
    Size,
    /// A number before this unit.
    Quantity(String),
}

impl Range {
    /// All values, in their order.
    ///
    /// # Errors
    /// The key that is wrong, and what is wrong with it.
    pub fn values(&self) -> Result<Vec<Value>, (&'static str, String)> {
        if !(2..=MOST_STEPS).contains(&self.steps) {
            let message =
                format!("is {}, but must be between 2 and {MOST_STEPS}: both ends are counted", self.steps);
            return Err(("steps", message));
        }
        let (kind, from, to) = self.ends()?;
        if self.scale == Scale::Log && (from <= 0.0 || to <= 0.0) {
            let key = if from <= 0.0 { "from" } else { "to" };
            return Err((key, "must be above zero where the scale is \"log\"".to_owned()));
        }
        let last = self.steps - 1;
        let between = |step: u32| {
            let share = f64::from(step) / f64::from(last);
            let value = match self.scale {
                Scale::Linear => from + (to - from) * share,
                Scale::Log => from * libm::pow(to / from, share),
            };
            kind.write(value)
        };
        let values: Vec<Value> = (0..self.steps)
            .map(|step| match step {
                0 => self.from.clone(),
                step if step == last => self.to.clone(),
                step => between(step),
            })
            .collect();
        match values.windows(2).position(|pair| pair[0] == pair[1]) {
            Some(at) => {
                let fractions = match kind {
                    Kind::Whole => "; where fractions are meant, write the ends with a point, such as 1.0",
                    _ => "",
                };
                let message = format!(
                    "is {}, but values {} and {} would then both be {}: take fewer{fractions}",
                    self.steps,
                    at + 1,
                    at + 2,
                    values[at]
                );
                Err(("steps", message))
            }
            None => Ok(values),
        }
    }

    /// The two ends as numbers of the same kind.
    fn ends(&self) -> Result<(Kind, f64, f64), (&'static str, String)> {
        let is_whole = |value: &Value| value.is_u64() || value.is_i64();
        match (&self.from, &self.to) {
            (Value::Number(a), Value::Number(b)) => {
                let number = |number: &serde_json::Number| number.as_f64().unwrap_or(f64::INFINITY);
                let (from, to) = (number(a), number(b));
                for (key, end) in [("from", from), ("to", to)] {
                    if end.abs() > LARGEST_WHOLE {
                        return Err((key, format!("must not be beyond {LARGEST_WHOLE:.0}")));
                    }
                }
                let whole = is_whole(&self.from) && is_whole(&self.to);
                Ok((if whole { Kind::Whole } else { Kind::Number }, from, to))
            }
            (Value::String(a), Value::String(b)) => {
                let from = Quantity::read(a).ok_or_else(|| ("from", Quantity::expected(&self.from)))?;
                let to = Quantity::read(b).ok_or_else(|| ("to", Quantity::expected(&self.to)))?;
                if from.dimension != to.dimension {
                    return Err((
                        "to",
                        format!("is {}, but the range begins with {}", to.dimension, from.dimension),
                    ));
                }
                Ok(Quantity::between(&from, &to))
            }
            (Value::Number(_), other) => Err((
                "to",
                format!("is {}, but the range begins with a number", crate::misfit::describe(other)),
            )),
            (Value::String(_), other) => Err((
                "to",
                format!(
                    "is {}, but the range begins with a text: write a unit too",
                    crate::misfit::describe(other)
                ),
            )),
            (other, _) => Err(("from", Quantity::expected(other))),
        }
    }
}

impl Kind {
    fn write(&self, value: f64) -> Value {
        match self {
            // At most 2^53 away from zero.
            Self::Whole => Value::from(libm::round(value) as i64),
            Self::Number => Value::from(six_digits(value)),
            Self::Size => Value::from(format!("{}B", libm::round(value) as u64)),
            Self::Quantity(unit) => Value::from(format!("{}{unit}", six_digits(value))),
        }
    }
}

/// A number with six significant digits: what is left out nobody reads off a figure.
fn six_digits(value: f64) -> f64 {
    // Printing and reading is exact decimal rounding on every machine.
    format!("{value:.5e}").parse().expect("a printed number is a number")
}

/// A quantity with its unit, as scenarios have them.
struct Quantity {
    dimension: &'static str,
    /// In seconds, bytes or happenings a second.
    amount: f64,
    /// The number before the unit and the unit, where the text is no more than these.
    spelled: Option<(f64, String)>,
}

impl Quantity {
    fn read(text: &str) -> Option<Self> {
        let span = || text.parse::<Span>().ok().map(|span| ("a duration", span.as_seconds()));
        let size = || parse_bytes(text).ok().map(|bytes| ("a size", bytes as f64));
        let rate = || text.parse::<Rate>().ok().map(|rate| ("a rate", rate.per_second()));
        let (dimension, amount) = span().or_else(size).or_else(rate)?;
        let text = text.trim();
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = text[..text.len() - unit.len()].parse().ok();
        let unit = unit.trim_start();
        let plain = unit.starts_with('/') || unit.chars().all(char::is_alphabetic);
        let spelled = number.filter(|_| plain).map(|number: f64| (number, unit.to_owned()));
        Some(Self { dimension, amount, spelled })
    }

    fn expected(value: &Value) -> String {
        format!(
            "is {}, but a range is between numbers, durations (\"20s\"), sizes (\"64KiB\") or rates (\"1/min\"); anything else is \
             swept by a list",
            crate::misfit::describe(value)
        )
    }

    /// Two ends in the unit of the first, or of the second where the first is zero.
    fn between(from: &Self, to: &Self) -> (Kind, f64, f64) {
        if from.dimension == "a size" {
            return (Kind::Size, from.amount, to.amount);
        }
        let unit = |end: &Self| {
            let (number, unit) = end.spelled.as_ref().filter(|(number, _)| *number > 0.0)?;
            Some((end.amount / number, unit.clone()))
        };
        let seconds = if from.dimension == "a rate" { "/s" } else { "s" };
        let (size, unit) = unit(from).or_else(|| unit(to)).unwrap_or((1.0, seconds.to_owned()));
        (Kind::Quantity(unit), from.amount / size, to.amount / size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values(range: Value) -> Result<Vec<Value>, String> {
        let range: Range = serde_json::from_value(range).unwrap();
        range.values().map_err(|(key, message)| format!("{key} {message}"))
    }

    fn given(range: Value) -> Value {
        Value::Array(values(range).unwrap())
    }

    #[test]
    fn both_ends_are_as_written_and_what_lies_between_is_rounded() {
        for (range, expected) in [
            (json!({ "from": 1, "to": 10, "steps": 4 }), json!([1, 4, 7, 10])),
            // 3.25, 5.5 and 7.75: halves go away from zero.
            (json!({ "from": 1, "to": 10, "steps": 5 }), json!([1, 3, 6, 8, 10])),
            (
                json!({ "from": 1024, "to": 16384, "steps": 5, "scale": "log" }),
                json!([1024, 2048, 4096, 8192, 16384]),
            ),
            (json!({ "from": 100, "to": 10000, "steps": 4, "scale": "log" }), json!([100, 464, 2154, 10000])),
            (json!({ "from": 3, "to": -3, "steps": 3 }), json!([3, 0, -3])),
            (json!({ "from": 0.0, "to": 1, "steps": 4 }), json!([0.0, 0.333333, 0.666667, 1])),
            (json!({ "from": 0.1, "to": 0.4, "steps": 4 }), json!([0.1, 0.2, 0.3, 0.4])),
            (json!({ "from": 0.001, "to": 1.0, "steps": 4, "scale": "log" }), json!([0.001, 0.01, 0.1, 1.0])),
            (
                json!({ "from": "15min", "to": "4h", "steps": 3, "scale": "log" }),
                json!(["15min", "60min", "4h"]),
            ),
            (json!({ "from": "0s", "to": "1min", "steps": 3 }), json!(["0s", "0.5min", "1min"])),
            (json!({ "from": "1h30min", "to": "30min", "steps": 3 }), json!(["1h30min", "60min", "30min"])),
            (json!({ "from": "1/min", "to": "3/min", "steps": 3 }), json!(["1/min", "2/min", "3/min"])),
            (json!({ "from": "1/min", "to": "1/s", "steps": 2 }), json!(["1/min", "1/s"])),
            (
                json!({ "from": "6/h", "to": "10/min", "steps": 3, "scale": "log" }),
                json!(["6/h", "60/h", "10/min"]),
            ),
            (
                json!({ "from": "1KiB", "to": "1MiB", "steps": 3, "scale": "log" }),
                json!(["1KiB", "32768B", "1MiB"]),
            ),
            (json!({ "from": "1B", "to": "4B", "steps": 3 }), json!(["1B", "3B", "4B"])),
        ] {
            assert_eq!(given(range.clone()), expected, "{range}");
        }
    }

    #[test]
    fn what_cannot_be_spaced_is_refused_by_its_key() {
        for (range, start) in [
            (json!({ "from": 1, "to": 10, "steps": 1 }), "steps is 1, but must be between 2 and 100000"),
            (json!({ "from": 1, "to": 10, "steps": 100001 }), "steps is 100001"),
            (
                json!({ "from": 0, "to": 1, "steps": 5 }),
                "steps is 5, but values 1 and 2 would then both be 0: take fewer; where",
            ),
            (
                json!({ "from": 7.0, "to": 7.0, "steps": 2 }),
                "steps is 2, but values 1 and 2 would then both be 7.0: take fewer",
            ),
            (json!({ "from": 0, "to": 8, "steps": 3, "scale": "log" }), "from must be above zero"),
            (json!({ "from": "1s", "to": "0s", "steps": 3, "scale": "log" }), "to must be above zero"),
            (
                json!({ "from": "1s", "to": "1kB", "steps": 3 }),
                "to is a size, but the range begins with a duration",
            ),
            (
                json!({ "from": 1, "to": "1s", "steps": 3 }),
                "to is the text \"1s\", but the range begins with a number",
            ),
            (
                json!({ "from": "1s", "to": 2, "steps": 3 }),
                "to is the number 2, but the range begins with a text",
            ),
            (
                json!({ "from": "chord", "to": "kademlia", "steps": 3 }),
                "from is the text \"chord\", but a range is between",
            ),
            (json!({ "from": true, "to": false, "steps": 2 }), "from is true, but a range is between"),
            (json!({ "from": 0, "to": 1e300, "steps": 3 }), "to must not be beyond 9007199254740992"),
        ] {
            let error = values(range.clone()).unwrap_err();
            assert!(error.starts_with(start), "{range}: {error}");
        }
    }
}
