//! From values to places on an axis, and the ticks between.

use crate::number::{magnitude, short, tick_labels};

/// A labelled place on an axis; minor ticks have no label.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) value: f64,
    pub(crate) label: Option<String>,
}

/// How values lie along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Scale {
    /// Even steps from `low` to `high`; an empty or impossible range becomes one of width 1.
    pub(crate) fn linear(low: f64, high: f64) -> Self {
        if low < high && low.is_finite() && high.is_finite() {
            return Self { low, high, logarithmic: false };
        }
        let low = if low.is_finite() { low } else { 0.0 };
        Self { low, high: low + low.abs().max(1.0), logarithmic: false }
    }

    /// Even factors from `low` to `high`, both above zero; else a linear one.
    pub(crate) fn logarithmic(low: f64, high: f64) -> Self {
        if low > 0.0 && low < high && high.is_finite() {
            Self { low, high, logarithmic: true }
        } else {
            Self::linear(low, high)
        }
    }

    /// A linear scale that holds all `values` and some air, with ends on ticks. With `zero` it starts there.
    pub(crate) fn around(values: impl IntoIterator<Item = f64>, zero: bool) -> Self {
        let (mut low, mut high) = values
            .into_iter()
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            return Self::linear(0.0, 1.0);
        }
        if zero {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if high - low <= high.abs().max(low.abs()) * 1e-6 {
            // A flat curve goes through the middle of a tenth of its value, or starts at zero.
            let air = if low == 0.0 { 0.5 } else { low.abs() * 0.05 };
            (low, high) = (if zero || low == 0.0 { low } else { low - air }, high + air);
        }
        let step = nice_step((high - low) / 5.0);
        let floor = ((low - step * 0.02) / step).floor() * step;
        Self::linear(
            if zero && low >= 0.0 { 0.0 } else { floor },
            ((high + step * 0.02) / step).ceil() * step,
        )
    }

    /// A scale for shares: within 0 and 1, at least `span` high, with a little air so that a curve at 0 or 1 shows.
    pub(crate) fn shares(values: impl IntoIterator<Item = f64>, span: f64) -> Self {
        let (low, high) = values
            .into_iter()
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            return Self::linear(0.0, 1.04);
        }
        let (mut low, mut high) = (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0));
        if high - low < span {
            high = (high + span / 2.0).min(1.0).max(low.min(1.0 - span) + span);
            low = (high - span).max(0.0);
        }
        let step = nice_step((high - low) / 4.0);
        low = ((low / step).floor() * step).max(0.0);
        high = ((high / step).ceil() * step).min(1.0);
        Self::linear(low - (high - low) * 0.04, high + (high - low) * 0.04)
    }

    /// The share of the axis at which `value` lies, cut to the axis.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            if value <= 0.0 { 0.0 } else { (value / self.low).ln() / (self.high / self.low).ln() }
        } else {
            (value - self.low) / (self.high - self.low)
        };
        share.clamp(0.0, 1.0)
    }

    /// The value at the start of the axis.
    pub(crate) fn low(&self) -> f64 {
        self.low
    }

    /// Ticks on round values, about `count` of them labelled.
    pub(crate) fn ticks(&self, count: usize) -> Vec<Tick> {
        if self.logarithmic { self.logarithmic_ticks(count) } else { self.linear_ticks(count) }
    }

    /// Ticks for whole numbers only.
    pub(crate) fn whole_ticks(&self, count: usize) -> Vec<Tick> {
        let step = nice_step((self.high - self.low) / count.max(1) as f64).max(1.0).round();
        self.stepped(step)
    }

    fn linear_ticks(&self, count: usize) -> Vec<Tick> {
        self.stepped(nice_step((self.high - self.low) / count.max(1) as f64))
    }

    fn stepped(&self, step: f64) -> Vec<Tick> {
        let slack = step * 1e-6;
        let first = ((self.low - slack) / step).ceil() as i64;
        let last = ((self.high + slack) / step).floor() as i64;
        let values: Vec<f64> = (first..=last.min(first + 200)).map(|index| index as f64 * step).collect();
        let labels = tick_labels(&values, step);
        values.into_iter().zip(labels).map(|(value, label)| Tick { value, label: Some(label) }).collect()
    }

    /// Powers of ten, with labels at 2 and 5 times them where the axis is short, and minor ticks between.
    fn logarithmic_ticks(&self, count: usize) -> Vec<Tick> {
        let decades = (self.high / self.low).log10();
        if decades < 0.7 {
            return self.linear_ticks(count);
        }
        let labelled: &[u32] = if decades < 1.6 {
            &[1, 2, 3, 5]
        } else if decades < 3.2 {
            &[1, 2, 5]
        } else {
            &[1]
        };
        let every = (decades / count.max(1) as f64).ceil().max(1.0) as i32;
        let mut ticks = Vec::new();
        for power in magnitude(self.low)..=magnitude(self.high) {
            for digit in 1..10u32 {
                let value = f64::from(digit) * 10f64.powi(power);
                if value < self.low * (1.0 - 1e-9) || value > self.high * (1.0 + 1e-9) {
                    continue;
                }
                let label = labelled.contains(&digit) && power % every == 0;
                ticks.push(Tick { value, label: label.then(|| compact(value)) });
            }
        }
        ticks
    }
}

/// A round value of a logarithmic axis.
fn compact(value: f64) -> String {
    if value >= 1e4 { tick_labels(&[value], value).concat() } else { short(value) }
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `step`.
fn nice_step(step: f64) -> f64 {
    let unit = 10f64.powi(magnitude(step));
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * unit)
        .find(|nice| *nice >= step * (1.0 - 1e-9))
        .unwrap_or(10.0 * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().filter_map(|tick| tick.label.as_deref()).collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(labels(&Scale::linear(0.0, 1.0).ticks(5)), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&Scale::linear(-3.0, 3.0).whole_ticks(20)), ["−3", "−2", "−1", "0", "1", "2", "3"]);
    }

    #[test]
    fn logarithmic_ticks_are_labelled_at_powers() {
        assert_eq!(labels(&Scale::logarithmic(1.0, 1e4).ticks(8)), ["1", "10", "100", "1000", "10k"]);
        assert_eq!(
            labels(&Scale::logarithmic(20.0, 500.0).ticks(8)),
            ["20", "30", "50", "100", "200", "300", "500"]
        );
        assert!((Scale::logarithmic(1.0, 100.0).at(10.0) - 0.5).abs() < 1e-12);
        assert_eq!(Scale::logarithmic(1.0, 100.0).at(0.0), 0.0);
    }

    #[test]
    fn flat_and_empty_data_have_a_scale() {
        let flat = Scale::shares([1.0, 1.0], 0.1);
        assert!(flat.low() < 0.91 && flat.low() > 0.88 && flat.high > 1.0 && flat.high < 1.01, "{flat:?}");
        assert!(Scale::shares([0.0], 0.1).high > 0.1);
        for scale in [Scale::around([5.0], false), Scale::around([0.0], true), Scale::around([], true)] {
            assert!(scale.low < scale.high && !scale.ticks(5).is_empty(), "{scale:?}");
        }
        assert!(Scale::linear(f64::NAN, f64::NAN).at(0.5).is_finite());
    }

    #[test]
    fn scales_hold_their_values() {
        for values in [[0.123, 0.456], [-5.0, 17.0], [1e-9, 3e-9], [1e12, 1.5e12]] {
            let scale = Scale::around(values, false);
            assert!(scale.low() <= values[0] && scale.high >= values[1], "{scale:?} {values:?}");
            assert!(scale.ticks(5).len() >= 3, "{scale:?}");
        }
    }
}
