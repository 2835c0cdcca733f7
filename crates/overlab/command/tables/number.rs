//! Numbers in tables: as many digits as the interval leaves.

use overlab_schema::Metric;

/// The mean with half of its interval: two digits of the half, and as many of the mean.
pub(in crate::command) fn interval(metric: &Metric) -> String {
    let Some(mean) = metric.mean else { return "-".to_owned() };
    let mark = if metric.stationary == Some(false) { "*" } else { "" };
    match metric.ci95.map(|[low, high]| (high - low) / 2.0) {
        Some(half) if half > 0.0 && half.is_finite() => {
            let decimals = decimals(half, 2);
            format!("{mean:.decimals$} ± {half:.decimals$}{mark}")
        }
        Some(_) => format!("{} ± 0{mark}", figure(mean)),
        // Too few replications for an interval.
        None => format!("{} ± -{mark}", figure(mean)),
    }
}

/// A number that nothing is known about: four digits, zeros at the end left out.
pub(in crate::command) fn figure(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let text = format!("{value:.*}", decimals(value, 4));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The decimals that show `digits` digits of a number.
fn decimals(value: f64, digits: i32) -> usize {
    // Exact powers of ten must not depend on how a logarithm is rounded: the printed exponent is exact.
    let exponent: i32 = format!("{:e}", value.abs())
        .split_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0);
    (digits - 1 - exponent).clamp(0, 9) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(mean: f64, half: Option<f64>, stationary: Option<bool>) -> Metric {
        Metric {
            mean: Some(mean),
            ci95: half.map(|half| [mean - half, mean + half]),
            stationary,
            ..Metric::default()
        }
    }

    #[test]
    fn the_interval_rules_the_digits() {
        assert_eq!(interval(&metric(0.98765, Some(0.00123), None)), "0.9877 ± 0.0012");
        assert_eq!(interval(&metric(123_456.7, Some(1234.0), Some(true))), "123457 ± 1234");
        assert_eq!(interval(&metric(4.0, Some(0.0), None)), "4 ± 0");
        assert_eq!(interval(&metric(4.56789, None, Some(false))), "4.568 ± -*");
        assert_eq!(interval(&Metric::default()), "-");
    }

    #[test]
    fn figures_have_four_digits() {
        let figures = [0.0, 1.0, 0.001_234_56, 600.0, 12_345.6, 1.0e-12].map(figure);
        assert_eq!(figures, ["0", "1", "0.001235", "600", "12346", "0"]);
    }
}
