//! One number of a file of latencies: its unit, its direction, and what stands for none.

use super::{LatencyUnit, MISSING, MatrixKind};

/// How a file's numbers are to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure<'a> {
    /// Units of 100 ns one way for an entry of 1.
    scale: f64,
    marker: Option<&'a str>,
    zero_is_missing: bool,
}

/// What is wrong with a number, and the cure.
pub(crate) type Wrong = (String, &'static str);

impl<'a> Measure<'a> {
    pub(crate) fn new(
        kind: MatrixKind,
        unit: LatencyUnit,
        marker: Option<&'a str>,
        zero_is_missing: bool,
    ) -> Self {
        let half = if kind == MatrixKind::Rtt { 0.5 } else { 1.0 };
        Self { scale: unit.scale() * half, marker, zero_is_missing }
    }

    /// A text in units of 100 ns one way; nothing where it stands for no measurement.
    pub(crate) fn read(&self, text: &str) -> Result<Option<u32>, Wrong> {
        const NUMBER: &str = "write a latency in the unit that `unit` states, or say missing_marker";
        if self.marker == Some(text) {
            return Ok(None);
        }
        let value = text.parse().map_err(|_| (format!("{text:?} is no number"), NUMBER))?;
        self.number(value)
    }

    /// The same for a number.
    pub(crate) fn number(&self, value: f64) -> Result<Option<u32>, Wrong> {
        if value.is_nan() {
            return Ok(None);
        }
        if value < 0.0 {
            let cure =
                "latencies are at least 0; if it stands for a missing entry, say missing_marker: \"-1\"";
            return Err((format!("{value} is negative"), cure));
        }
        let scaled = libm::rint(value * self.scale);
        if scaled >= f64::from(MISSING - 1) {
            return Err((format!("{value} is too long"), "one way a latency is at most 429s: check `unit`"));
        }
        Ok((value != 0.0 || !self.zero_is_missing).then_some(scaled as u32))
    }
}
