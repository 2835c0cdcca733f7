//! A population of alternating sessions and downtimes that starts stationary has no transient (V65 of the
//! validation plan): its size and its departures are flat from the first second.

use overlab_time::{Law, Purpose, Seeds, Span, Stream, Time};

const PEERS: u64 = 10_000;
const REPLICATIONS: u64 = 40;
const PERIOD: Span = Span::from_minutes(10);
const PERIODS: usize = 24;

/// What one replication shows: peers up at the start of every period, and departures in it.
struct Observed {
    up: [f64; PERIODS],
    departures: [f64; PERIODS],
}

/// Where the lengths in progress at the start come from.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    Residual,
    Fresh,
}

fn observe(up: &Law, down: &Law, start: Start, replication: u64) -> Observed {
    let seeds = Seeds::new(65, replication);
    let availability = up.mean().as_seconds() / (up.mean() + down.mean()).as_seconds();
    let mut observed = Observed { up: [0.0; PERIODS], departures: [0.0; PERIODS] };
    for peer in 0..PEERS {
        follow(up, down, start, availability, &mut seeds.stream(Purpose::Churn, peer, 0), &mut observed);
    }
    observed
}

/// Adds the whole life of one peer to what is observed.
fn follow(
    up: &Law,
    down: &Law,
    start: Start,
    availability: f64,
    stream: &mut Stream,
    observed: &mut Observed,
) {
    let mut is_up = stream.chance(availability);
    let law = |is_up: bool| if is_up { up } else { down };
    let mut left = match start {
        Start::Residual => law(is_up).sample_residual(stream),
        Start::Fresh => law(is_up).sample(stream),
    };
    let mut now = Time::ZERO;
    let mut period = 0;
    loop {
        let end = now + left;
        while period < PERIODS && Time::ZERO + PERIOD * period as u64 <= end {
            observed.up[period] += f64::from(u8::from(is_up));
            period += 1;
        }
        let ended_in = (end.0 / PERIOD.0) as usize;
        if ended_in >= PERIODS {
            return;
        }
        if is_up {
            observed.departures[ended_in] += 1.0;
        }
        is_up = !is_up;
        now = end;
        left = law(is_up).sample(stream);
    }
}

/// Mean and standard error of one number a replication.
fn estimate(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// How many standard errors the mean of `values` is from `expected`.
///
/// Where nothing varies, rounding must not pass for a deviation.
fn deviation(values: &[f64], expected: f64) -> f64 {
    let (mean, error) = estimate(values);
    (mean - expected) / error.max(1e-9)
}

/// The least-squares slope a period.
fn slope(series: &[f64; PERIODS]) -> f64 {
    let middle = (PERIODS - 1) as f64 / 2.0;
    let (above, below) = series.iter().enumerate().fold((0.0, 0.0), |(above, below), (i, y)| {
        let x = i as f64 - middle;
        (above + x * y, below + x * x)
    });
    above / below
}

fn replicate<T>(runs: &[Observed], number: impl Fn(&Observed) -> T) -> Vec<T> {
    runs.iter().map(number).collect()
}

fn run(up: &Law, down: &Law, start: Start) -> Vec<Observed> {
    (0..REPLICATIONS).map(|replication| observe(up, down, start, replication)).collect()
}

fn pairs() -> [(Law, Law); 5] {
    let (hour, half) = (Span::from_hours(1), Span::from_minutes(30));
    [
        (Law::exponential(hour), Law::exponential(half)),
        (Law::weibull(0.6, hour).unwrap(), Law::exponential(half)),
        (Law::pareto(1.5, hour).unwrap(), Law::lognormal(2.0, half).unwrap()),
        (Law::lognormal(1.0, hour).unwrap(), Law::weibull(0.34, half).unwrap()),
        (Law::weibull(2.0, hour).unwrap(), Law::constant(half)),
    ]
}

#[test]
fn a_stationary_start_has_no_transient() {
    for (up, down) in pairs() {
        let runs = run(&up, &down, Start::Residual);
        let cycle = (up.mean() + down.mean()).as_seconds();
        let size = PEERS as f64 * up.mean().as_seconds() / cycle;
        let leaving = PEERS as f64 * PERIOD.as_seconds() / cycle;
        let within = |what: &str, values: &[f64], expected: f64| {
            let errors = deviation(values, expected);
            assert!(
                errors.abs() < 3.0,
                "{up} and {down}: {what} is {errors} standard errors from {expected}"
            );
        };
        within("slope of the population", &replicate(&runs, |run| slope(&run.up)), 0.0);
        within("slope of departures", &replicate(&runs, |run| slope(&run.departures)), 0.0);
        // A transient shorter than the slope can see would be in the first period.
        within("population at the start", &replicate(&runs, |run| run.up[0]), size);
        within("departures in the first period", &replicate(&runs, |run| run.departures[0]), leaving);
        let average = |series: &[f64; PERIODS]| series.iter().sum::<f64>() / PERIODS as f64;
        within("availability", &replicate(&runs, |run| average(&run.up)), size);
        within("departures", &replicate(&runs, |run| average(&run.departures)), leaving);
        // Little: the population is the rate of departures times the mean session.
        let (population, _) = estimate(&replicate(&runs, |run| average(&run.up)));
        let (departures, _) = estimate(&replicate(&runs, |run| average(&run.departures)));
        let little = departures / PERIOD.as_seconds() * up.mean().as_seconds();
        assert!((population / little - 1.0).abs() < 0.02, "{up} and {down}: {population}, not {little}");
    }
}

#[test]
fn a_fresh_start_has_one() {
    // The control: except where nothing remembers, fresh lengths at the start must be seen as a transient.
    for (up, down) in pairs() {
        let runs = run(&up, &down, Start::Fresh);
        let leaving = PEERS as f64 * PERIOD.as_seconds() / (up.mean() + down.mean()).as_seconds();
        let errors = deviation(&replicate(&runs, |run| run.departures[0]), leaving).abs();
        if up.name() == "exponential" {
            assert!(errors < 3.0, "{up} and {down}: {errors}");
        } else {
            assert!(errors > 10.0, "{up} and {down}: a fresh start passes for a stationary one: {errors}");
        }
    }
}
