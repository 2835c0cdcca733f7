//! Time does not drift, collapse or wrap (V72 of the validation plan).

use overlab_time::{Span, Time};
use proptest::prelude::*;

#[test]
fn a_thousand_million_steps_are_exact() {
    const STEPS: u64 = 1_000_000_000;
    // Ten years altogether; floating-point seconds are then 6e-8 s apart.
    let step = Span(315_576_001);
    let mut now = Time::ZERO;
    for _ in 0..STEPS {
        let next = now + step;
        assert!(next > now, "{now:?} collapsed");
        now = next;
    }
    assert_eq!(now, Time(315_576_001 * STEPS));
    assert_eq!(now.since(Time::ZERO), step * STEPS);
}

#[test]
fn floating_point_seconds_do_collapse() {
    // After 0.3 years two instants a nanosecond apart are one and the same as seconds: why time is an integer.
    let (early, late) = (Time(10_000_000_000_000_000), Time(10_000_000_000_000_001));
    assert!(early < late);
    assert_eq!(early.as_seconds(), late.as_seconds());
}

#[test]
fn what_is_too_long_saturates() {
    assert_eq!(Time::NEVER + Span(1), Time::NEVER);
    assert_eq!(Time(5) + Span::MAX, Time::NEVER);
    assert_eq!(Span::MAX + Span::MAX, Span::MAX);
    assert_eq!(Span::from_hours(u64::MAX), Span::MAX);
    assert_eq!(Span::from_minutes(u64::MAX), Span::MAX);
    assert_eq!(Span::from_secs(u64::MAX / 1000), Span::MAX);
    assert_eq!(Span::from_millis(u64::MAX), Span::MAX);
    assert_eq!(Span::from_micros(u64::MAX), Span::MAX);
    for (seconds, span) in [
        (f64::NAN, Span::ZERO),
        (-1.0, Span::ZERO),
        (f64::NEG_INFINITY, Span::ZERO),
        (1e300, Span::MAX),
        (f64::INFINITY, Span::MAX),
    ] {
        assert_eq!(Span::from_seconds_f64(seconds), span, "{seconds}");
        assert_eq!(Span::from_secs(1).scale(seconds), span, "{seconds}");
    }
    assert_eq!(Time(3).since(Time(5)), Span::ZERO);
}

proptest! {
    #[test]
    fn sums_are_exact(start in 0..u64::MAX / 2, first in 0..u64::MAX / 4, second in 0..u64::MAX / 4) {
        let split = Time(start) + Span(first) + Span(second);
        prop_assert_eq!(split, Time(start) + (Span(first) + Span(second)));
        prop_assert_eq!(split - Time(start), Span(first + second));
    }

    #[test]
    fn distinct_delays_keep_events_distinct(start in 0..u64::MAX / 2, delay in 0..u64::MAX / 4, gap in 1..1000u64) {
        prop_assert!(Time(start) + Span(delay) < Time(start) + Span(delay + gap));
    }
}
