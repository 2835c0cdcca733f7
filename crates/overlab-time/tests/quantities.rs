//! The text of quantities: what is read, what is refused, and that both ways agree.

use overlab_time::{Interval, Rate, Span, parse_bytes, parse_probability};
use proptest::prelude::*;
use proptest::string::string_regex;

#[test]
fn spans_are_read_with_their_units() {
    for (text, span) in [
        ("20s", Span::from_secs(20)),
        ("1h30min", Span::from_minutes(90)),
        ("1 h 30 min", Span::from_minutes(90)),
        ("\t1h\n30 min ", Span::from_minutes(90)),
        (" 1.5 ms ", Span::from_micros(1500)),
        ("2us", Span::from_micros(2)),
        ("2µs", Span::from_micros(2)),
        ("0s", Span::ZERO),
        ("0.000000001s", Span(1)),
        ("36500d", Span::from_hours(36_500 * 24)),
    ] {
        assert_eq!(text.parse(), Ok(span), "{text:?}");
    }
}

#[test]
fn what_is_not_a_span_is_refused_with_a_cure() {
    for text in [
        "",
        " ",
        "20",
        "1h30",
        "s",
        "-5s",
        "1h-30min",
        "+5s",
        "1..5s",
        "1.2.3s",
        ".5s",
        "5.s",
        "5 m",
        "5M",
        "5S",
        "20sec",
        "1e9s",
        "1,5s",
        "1h, 30min",
        "٣s",
        "5٣s",
        "３s",
        "5 s!",
        "inf",
        "nans",
        "99999999999999999999999999999s",
    ] {
        let error = text.parse::<Span>().expect_err(text).to_string();
        assert!(error.contains(" is not a duration: "), "{error}");
    }
    assert!("-5s".parse::<Span>().unwrap_err().to_string().contains("negative"));
    for text in ["36500d1ns", "40000d", "9999999999999999999d"] {
        assert!(text.parse::<Span>().unwrap_err().to_string().contains("36500d"), "{text}");
    }
}

#[test]
fn intervals_may_be_never_but_not_zero() {
    assert_eq!("20s".parse(), Ok(Interval::Every(Span::from_secs(20))));
    assert_eq!(" never ".parse(), Ok(Interval::Never));
    // Half a nanosecond rounds down to nothing.
    for text in ["0s", "0.5ns", "Never", ""] {
        assert!(text.parse::<Interval>().is_err(), "{text}");
    }
}

#[test]
fn rates_are_read() {
    for (text, per_second, gap) in [
        ("1/min", 1.0 / 60.0, Some(Span::from_minutes(1))),
        ("2/10s", 0.2, Some(Span::from_secs(5))),
        (" 0.5 / s ", 0.5, Some(Span::from_secs(2))),
        ("0/h", 0.0, None),
        ("3/1h30min", 3.0 / 5400.0, Some(Span::from_minutes(30))),
    ] {
        let rate: Rate = text.parse().expect(text);
        assert_eq!((rate.per_second(), rate.mean_gap()), (per_second, gap), "{text}");
    }
    assert_eq!("1/1min".parse::<Rate>().unwrap().to_string(), "1/min");
    assert_eq!("60/1h30min".parse::<Rate>().unwrap().to_string(), "60/1h30min");
}

#[test]
fn what_is_not_a_rate_is_refused() {
    for text in [
        "",
        "1",
        "/s",
        "1/",
        "1/0s",
        "1/m",
        "1//s",
        "-1/s",
        "-0/s",
        "+1/s",
        "nan/s",
        "inf/s",
        "1e3/s",
        ".5/s",
        "1./s",
        "1/-5s",
        "٣/s",
        "2000000000/s",
        "2/ns",
    ] {
        assert!(text.parse::<Rate>().is_err(), "{text}");
    }
    // So long a count is infinite as a float.
    assert!(format!("{}/s", "9".repeat(400)).parse::<Rate>().is_err());
}

#[test]
fn sizes_and_probabilities_are_read() {
    assert_eq!(parse_bytes("28B"), Ok(28));
    assert_eq!(parse_bytes("1.5kB"), Ok(1500));
    assert_eq!(parse_bytes(" 1 MiB "), Ok(1 << 20));
    for text in ["", "1.5", "B", "-1B", "+5B", "1.+5kB", "1e3B", "5b", "٣B", "99999999999999999999GiB"] {
        assert!(parse_bytes(text).is_err(), "{text}");
    }
    assert_eq!(parse_probability(1.0), Ok(1.0));
    for value in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert!(parse_probability(value).is_err(), "{value}");
    }
}

/// Texts that the pattern in the schema of `T` admits, with few enough digits to be plausible.
fn admitted<T: schemars::JsonSchema>() -> impl Strategy<Value = String> {
    let schema = serde_json::to_value(schemars::schema_for!(T)).unwrap();
    let pattern = schema["pattern"].as_str().expect("the schema has a pattern");
    let inner = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).expect("it is anchored");
    let bounded = inner.replace("[0-9]+", "[0-9]{1,4}").replace(")+", "){1,3}").replace("\\s*", "\\s{0,2}");
    string_regex(&bounded).expect("it is a regular expression")
}

proptest! {
    #[test]
    fn a_span_survives_its_text(nanoseconds in 0..=Span::from_hours(36_500 * 24).0) {
        prop_assert_eq!(Span(nanoseconds).to_string().parse(), Ok(Span(nanoseconds)));
    }

    #[test]
    fn a_span_survives_json(nanoseconds in 0..=Span::from_hours(36_500 * 24).0) {
        let text = serde_json::to_string(&Span(nanoseconds)).unwrap();
        prop_assert_eq!(serde_json::from_str::<Span>(&text).unwrap(), Span(nanoseconds));
    }

    #[test]
    fn a_rate_survives_its_text(
        per_second in 0.0..1e9,
        small in 0.0..1e-6,
        per in 1..=Span::from_hours(36_500 * 24).0,
    ) {
        for count in [per_second, small] {
            for per in [Span(per), Span::from_secs(1), Span::from_hours(1), Span::from_micros(1)] {
                let rate = Rate::new(count * per.as_seconds(), per);
                prop_assert_eq!(rate.to_string().parse(), Ok(rate));
                let json = serde_json::to_string(&rate).unwrap();
                prop_assert_eq!(serde_json::from_str::<Rate>(&json).unwrap(), rate);
            }
        }
    }

    #[test]
    fn what_the_schema_admits_is_read(span in admitted::<Span>(), interval in admitted::<Interval>()) {
        prop_assert!(span.parse::<Span>().is_ok(), "{:?}", span);
        // The pattern cannot tell zero from the rest.
        let zero = interval.parse() == Ok(Span::ZERO);
        prop_assert!(zero || interval.parse::<Interval>().is_ok(), "{:?}", interval);
    }

    #[test]
    fn rates_that_the_schema_admits_are_read(rate in admitted::<Rate>()) {
        if let Err(error) = rate.parse::<Rate>() {
            let error = error.to_string();
            prop_assert!(error.contains("longer than zero") || error.contains("plausible"), "{}", error);
        }
    }

    #[test]
    fn no_text_panics(text in ".*", near in "[-+0-9. µa-z/]{0,40}") {
        for text in [text, near] {
            let _ = text.parse::<Span>();
            let _ = text.parse::<Interval>();
            let _ = text.parse::<Rate>();
            let _ = parse_bytes(&text);
        }
    }
}
