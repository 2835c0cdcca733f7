//! Numbers as people read them: as many digits as they are worth, units scaled, means beside their intervals.

/// `value` with `decimals` decimals; no minus before zero, and a true minus sign before the others.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| byte == b'0' || byte == b'.') => rest.to_owned(),
        Some(rest) => format!("−{}", grouped(rest)),
        None => grouped(&text),
    }
}

/// Thin groups of three digits from five digits on: 12 345.
fn grouped(text: &str) -> String {
    let (whole, fraction) =
        text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && whole.len() > 4 && (whole.len() - index) % 3 == 0 {
            out.push('\u{a0}');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Four significant digits at most.
pub(crate) fn short(value: f64) -> String {
    significant(value, 4)
}

/// Two significant digits at most: for what is only roughly of interest.
pub(crate) fn rough(value: f64) -> String {
    // Rounded first, so that large numbers end in zeros too.
    significant(format!("{value:.1e}").parse().unwrap_or(value), 2)
}

/// At most so many significant digits; a power of ten where the number is tiny or huge.
fn significant(value: f64, digits: i32) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if size == 0.0 {
        "0".to_owned()
    } else if !(1e-4..1e9).contains(&size) {
        power(value, 3)
    } else {
        trimmed(&fixed(value, (digits - 1 - magnitude(size)).clamp(0, 8) as usize))
    }
}

/// `value` to `digits` significant digits, as a number from 1 to 10 and a power of ten.
fn power(value: f64, digits: usize) -> String {
    let text = format!("{:.*e}", digits - 1, value.abs());
    let (number, exponent) = text.split_once('e').expect("the exponential format has an exponent");
    let sign = if value < 0.0 { "−" } else { "" };
    let exponent: String = exponent.chars().map(superscript).collect();
    match trimmed(number).as_str() {
        "1" => format!("{sign}10{exponent}"),
        number => format!("{sign}{number}×10{exponent}"),
    }
}

fn superscript(digit: char) -> char {
    match digit {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        _ => char::from_u32(u32::from('⁰') + digit.to_digit(10).unwrap_or(0))
            .expect("superscripts are consecutive"),
    }
}

/// Without the zeros at the end of a fraction.
fn trimmed(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

/// The power of ten of the first digit.
pub(crate) fn magnitude(size: f64) -> i32 {
    // The exponential format rounds exactly, where a logarithm may miss a power of ten by a hair.
    format!("{size:e}").split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

/// A mean and the half width of its interval, both to the second digit of the half width.
pub(crate) fn plus_minus(mean: f64, half: f64) -> String {
    if !half.is_finite() || !mean.is_finite() {
        return short(mean);
    }
    if half == 0.0 {
        return format!("{} ± 0", short(mean));
    }
    let largest = half.max(mean.abs());
    if !(1e-4..1e9).contains(&largest) || half < largest * 1e-9 {
        return format!("{} ± {}", power_or_short(mean), power(half, 2));
    }
    let decimals = (1 - magnitude(half)).clamp(0, 10) as usize;
    format!("{} ± {}", fixed(mean, decimals), fixed(half, decimals))
}

fn power_or_short(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { power(value, 4) }
}

/// A mean and its interval, where there is one.
pub(crate) fn interval(mean: Option<f64>, ci95: Option<[f64; 2]>) -> String {
    match (mean, ci95) {
        (None, _) => "–".to_owned(),
        (Some(mean), None) => short(mean),
        (Some(mean), Some([low, high])) => plus_minus(mean, (high - low) / 2.0),
    }
}

/// Labels for ticks `step` apart, none longer than it must be; thousands and millions get a suffix.
pub(crate) fn tick_labels(values: &[f64], step: f64) -> Vec<String> {
    let largest = values.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
    if step > 0.0 && largest < 1e-3 {
        return values.iter().map(|value| power_or_zero(*value, step)).collect();
    }
    let (divisor, suffix) = match largest {
        size if size >= 1e9 => (1e9, "G"),
        size if size >= 1e6 => (1e6, "M"),
        size if size >= 1e4 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let decimals = decimals_of(step / divisor);
    values
        .iter()
        .map(|value| {
            let suffix = if *value == 0.0 { "" } else { suffix };
            format!("{}{suffix}", trimmed_zero(&fixed(value / divisor, decimals)))
        })
        .collect()
}

fn power_or_zero(value: f64, step: f64) -> String {
    if value.abs() < step / 2.0 { "0".to_owned() } else { power(value, 2) }
}

fn trimmed_zero(text: &str) -> String {
    if text.bytes().all(|byte| byte == b'0' || byte == b'.') { "0".to_owned() } else { text.to_owned() }
}

/// The decimals that a step of 1, 2, 2.5 or 5 times a power of ten needs.
fn decimals_of(step: f64) -> usize {
    (0..12)
        .find(|decimals| {
            let scaled = step * 10f64.powi(*decimals);
            (scaled - scaled.round()).abs() < 1e-6 * scaled
        })
        .unwrap_or(12) as usize
}

/// The unit of time that keeps `seconds` between about 2 and 200: its name and its length in seconds.
pub(crate) fn time_unit(seconds: f64) -> (&'static str, f64) {
    match seconds {
        long if long >= 4.0 * 86_400.0 => ("d", 86_400.0),
        long if long >= 4.0 * 3_600.0 => ("h", 3_600.0),
        long if long >= 240.0 => ("min", 60.0),
        _ => ("s", 1.0),
    }
}

/// A duration in the unit that fits it.
pub(crate) fn duration(seconds: f64) -> String {
    if seconds.abs() < 1.0 && seconds != 0.0 {
        return format!("{}\u{a0}ms", short(seconds * 1e3));
    }
    let (unit, length) = time_unit(seconds);
    format!("{}\u{a0}{unit}", short(seconds / length))
}

/// A number of bytes in binary units.
pub(crate) fn bytes(count: f64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut scaled = count;
    let mut index = 0;
    while scaled >= 1024.0 && index + 1 < units.len() {
        scaled /= 1024.0;
        index += 1;
    }
    format!("{}\u{a0}{}", short(scaled), units[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_and_powers() {
        let texts = [0.0, 1.0, 0.99876, 1234.56, 123456.0, 2.5e-7, -3e12, 0.00012].map(short);
        assert_eq!(texts, ["0", "1", "0.9988", "1235", "123\u{a0}456", "2.5×10⁻⁷", "−3×10¹²", "0.00012"]);
        assert_eq!(short(f64::NAN), "–");
        assert_eq!([376_801.0, 0.033_03, 3.768].map(rough), ["380\u{a0}000", "0.033", "3.8"]);
    }

    #[test]
    fn means_have_the_digits_of_their_intervals() {
        assert_eq!(plus_minus(123.456, 1.234), "123.5 ± 1.2");
        assert_eq!(plus_minus(0.98765, 0.0123), "0.988 ± 0.012");
        assert_eq!(plus_minus(1.0, 0.0), "1 ± 0");
        assert_eq!(plus_minus(54321.0, 321.0), "54\u{a0}321 ± 321");
        assert_eq!(plus_minus(2e-9, 1e-10), "2×10⁻⁹ ± 10⁻¹⁰");
        assert_eq!(interval(None, None), "–");
        assert_eq!(interval(Some(2.0), Some([1.0, 3.0])), "2.0 ± 1.0");
    }

    #[test]
    fn tick_labels_share_decimals_and_suffix() {
        assert_eq!(tick_labels(&[0.0, 0.25, 0.5], 0.25), ["0", "0.25", "0.50"]);
        assert_eq!(tick_labels(&[0.0, 50_000.0, 100_000.0], 50_000.0), ["0", "50k", "100k"]);
        assert_eq!(tick_labels(&[0.0, 2e-6], 2e-6), ["0", "2×10⁻⁶"]);
        assert_eq!(tick_labels(&[0.995, 1.0], 0.005), ["0.995", "1.000"]);
    }

    #[test]
    fn times_and_sizes_scale() {
        assert_eq!(
            (duration(0.25), duration(90.0), duration(3600.0)),
            ("250\u{a0}ms".into(), "90\u{a0}s".into(), "60\u{a0}min".into())
        );
        assert_eq!((bytes(512.0), bytes(1536.0)), ("512\u{a0}B".into(), "1.5\u{a0}KiB".into()));
    }
}
