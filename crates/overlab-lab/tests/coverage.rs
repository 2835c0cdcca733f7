//! Intervals cover the truth as often as they say, in 10,000 synthetic experiments on each of several distributions.
//!
//! What is required of 95 % intervals: Student's t on normal data within one point of it, all others never below 94 % from 20
//! replications on. The standard error of a share of 0.95 over 10,000 experiments is 0.0022.

use overlab_lab::{Estimate, quantile_interval, share_interval, skewed_interval};
use overlab_time::{Purpose, Seeds, Stream};

const EXPERIMENTS: usize = 10_000;
const CONFIDENCE: f64 = 0.95;
const LEAST: f64 = 0.94;

fn stream(owner: u64) -> Stream {
    Seeds::new(1, 0).stream(Purpose::Example, owner, 0)
}

/// The share of experiments whose interval holds the truth.
fn covered(truth: f64, mut experiment: impl FnMut() -> [f64; 2]) -> f64 {
    let holds = |[low, high]: [f64; 2]| low <= truth && truth <= high;
    (0..EXPERIMENTS).filter(|_| holds(experiment())).count() as f64 / EXPERIMENTS as f64
}

#[derive(Clone, Copy, Debug)]
enum Distribution {
    Normal,
    Exponential,
    Lognormal,
}

impl Distribution {
    const ALL: [Self; 3] = [Self::Normal, Self::Exponential, Self::Lognormal];

    fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Normal => 10.0 + 2.0 * stream.normal(),
            Self::Exponential => stream.exponential(),
            Self::Lognormal => libm::exp(stream.normal()),
        }
    }

    /// The quantile that a standard normal has at `z` and an exponential exceeds with probability `tail`.
    fn quantile(self, z: f64, tail: f64) -> f64 {
        match self {
            Self::Normal => 10.0 + 2.0 * z,
            Self::Exponential => -libm::log(tail),
            Self::Lognormal => libm::exp(z),
        }
    }
}

#[test]
fn student_s_t_on_normal_data() {
    let mut stream = stream(1);
    for n in [2, 3, 5, 10, 20, 100] {
        let share = covered(10.0, || {
            let values: Vec<f64> = (0..n).map(|_| Distribution::Normal.draw(&mut stream)).collect();
            Estimate::of(&values).unwrap().interval().unwrap()
        });
        assert!((share - CONFIDENCE).abs() < 0.01, "n {n}: {share}");
    }
}

/// Single values: the number of them that a percentile needs is the smallest here, and twenty for the median.
#[test]
fn percentiles_over_replications() {
    let quantiles =
        [(20, 0.5, 0.0), (36, 0.9, 1.281_551_566), (72, 0.95, 1.644_853_627), (368, 0.99, 2.326_347_874)];
    let mut stream = stream(2);
    for distribution in Distribution::ALL {
        for (fewest, q, z) in quantiles {
            for n in [fewest, 2 * fewest + 1] {
                let share = covered(distribution.quantile(z, 1.0 - q), || {
                    let mut values: Vec<f64> = (0..n).map(|_| distribution.draw(&mut stream)).collect();
                    values.sort_unstable_by(f64::total_cmp);
                    quantile_interval(&values, q, CONFIDENCE).unwrap()
                });
                assert!(share >= LEAST, "{distribution:?}, n {n}, q {q}: {share}");
            }
        }
    }
}

/// Operations: a replication has some number of them and gives the percentile of its own. What is covered is the mean of
/// that, which for few operations is not the percentile of them all.
#[test]
fn percentiles_within_replications() {
    let ranks = |m: usize| [0.5, 0.9, 0.95, 0.99].map(|q| libm::ceil(q * m as f64) as usize - 1);
    let mut stream = stream(3);
    for distribution in Distribution::ALL {
        for m in [30, 100] {
            let mut percentiles = || {
                let mut values: Vec<f64> = (0..m).map(|_| distribution.draw(&mut stream)).collect();
                values.sort_unstable_by(f64::total_cmp);
                ranks(m).map(|rank| values[rank])
            };
            // So many that the mean is known a hundred times better than from an experiment.
            let many = 200_000;
            let mut truth = [0.0; 4];
            for _ in 0..many {
                truth.iter_mut().zip(percentiles()).for_each(|(sum, value)| *sum += value / f64::from(many));
            }
            let mut held = [0; 4];
            for _ in 0..EXPERIMENTS {
                let replications: Vec<[f64; 4]> = (0..20).map(|_| percentiles()).collect();
                for at in 0..4 {
                    let values: Vec<f64> = replications.iter().map(|values| values[at]).collect();
                    let [low, high] = skewed_interval(&values, CONFIDENCE).unwrap();
                    held[at] += usize::from(low <= truth[at] && truth[at] <= high);
                }
            }
            let shares = held.map(|held| held as f64 / EXPERIMENTS as f64);
            // The 99th percentile of 30 is their maximum, which is no percentile of theirs.
            let percentiles = if m < 100 { &shares[..3] } else { &shares[..] };
            assert!(percentiles.iter().all(|share| *share >= LEAST), "{distribution:?}, m {m}: {shares:?}");
        }
    }
}

/// How many things each replication counts.
#[derive(Clone, Copy, Debug)]
enum Wholes {
    /// About as many, as lookups are.
    Alike,
    /// From 1 to 1,000.
    Spread,
    /// One to three, as faults are.
    Few,
    /// Two or a thousand.
    Torn,
}

impl Wholes {
    fn draw(self, stream: &mut Stream) -> u64 {
        match self {
            Self::Alike => (300.0 + 17.0 * stream.normal()) as u64,
            Self::Spread => 1 + stream.below(1_000),
            Self::Few => 1 + stream.below(3),
            Self::Torn => [2, 1_000][stream.index(2)],
        }
    }
}

/// How many of `whole` things have a property that each has with `probability`: the gaps between them are geometric.
fn binomial(whole: u64, probability: f64, stream: &mut Stream) -> u64 {
    if probability > 0.5 {
        return whole - binomial(whole, 1.0 - probability, stream);
    }
    if probability == 0.5 {
        let (words, rest) = (whole / 64, whole % 64);
        let ones: u32 = (0..words).map(|_| stream.bits().count_ones()).sum();
        return u64::from(ones + (stream.bits() & ((1 << rest) - 1)).count_ones());
    }
    let (mut at, mut count) = (0.0, 0);
    loop {
        at += libm::floor(libm::log(stream.unit_open()) / libm::log1p(-probability)) + 1.0;
        if at > whole as f64 {
            return count;
        }
        count += 1;
    }
}

/// The shares of 20 replications or more, each thing with `probability` times something between `1 - vary` and `1 + vary`
/// that its replication draws.
fn shares(
    (n, wholes): (usize, Wholes),
    (probability, vary): (f64, f64),
    stream: &mut Stream,
) -> Vec<(f64, u64)> {
    (0..n)
        .map(|_| {
            let whole = wholes.draw(stream);
            let own = probability * (1.0 + vary * (2.0 * stream.unit() - 1.0));
            (binomial(whole, own, stream) as f64 / whole as f64, whole)
        })
        .collect()
}

#[test]
fn shares_of_independent_things() {
    let mut stream = stream(4);
    for wholes in [Wholes::Alike, Wholes::Spread, Wholes::Few, Wholes::Torn] {
        for probability in [0.001, 0.02, 0.5, 0.98, 0.999] {
            for n in [20, 40] {
                let share = covered(probability, || {
                    share_interval(&shares((n, wholes), (probability, 0.0), &mut stream), CONFIDENCE).unwrap()
                });
                assert!(share >= LEAST, "{wholes:?}, p {probability}, n {n}: {share}");
            }
        }
    }
}

/// Failures of one replication have a cause in common, such as a bad moment or a bad network.
#[test]
fn shares_that_differ_between_replications() {
    let mut stream = stream(5);
    for wholes in [Wholes::Alike, Wholes::Spread] {
        for probability in [0.01, 0.1, 0.5] {
            let share = covered(probability, || {
                share_interval(&shares((20, wholes), (probability, 0.8), &mut stream), CONFIDENCE).unwrap()
            });
            assert!(share >= LEAST, "{wholes:?}, p {probability}: {share}");
        }
    }
}
