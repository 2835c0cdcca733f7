//! Random streams: one for every purpose and owner, none shared.

use rand::{Rng, SeedableRng, TryRng};
use rand_pcg::Pcg64Mcg;
use std::convert::Infallible;

/// What a stream's draws are for.
///
/// Streams of the world (churn, placement, faults, workload) contain neither overlay nor incarnation, so
/// every overlay of a scenario meets the same world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// An algorithm's own choices, per peer and incarnation.
    Algorithm = 1,
    /// Session and downtime lengths, per peer and transition.
    Churn = 2,
    /// Where hosts stand, per host.
    Placement = 3,
    /// Faults and attacks on a timeline, per event.
    Fault = 4,
    /// When and what is asked, per peer and request.
    Workload = 5,
    /// The underlay's construction.
    Underlay = 6,
    /// Loss and jitter, per source and message.
    Transmission = 7,
    /// The keys of peers.
    Keys = 8,
    /// Tables of peers that start converged, per peer.
    Converged = 9,
    /// Bootstrap contacts, per peer and incarnation.
    Bootstrap = 10,
    /// Anything a test or an example needs.
    Example = 11,
    /// Who is gone in a static analysis, per peer.
    Removal = 12,
}

/// Stafford's variant 13 of the 64-bit finalizer: a bijection in which every input bit moves every output bit.
pub const fn mix64(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The root of all random streams of one replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeds {
    root: u64,
}

impl Seeds {
    /// The streams of replication `replication` under the scenario's `seed`.
    pub const fn new(seed: u64, replication: u64) -> Self {
        Self {
            root: mix64(
                mix64(seed ^ 0x9e37_79b9_7f4a_7c15) ^ replication.wrapping_mul(0xd1b5_4a32_d192_ed03),
            ),
        }
    }

    /// The stream for `purpose` of `owner` (a peer, host or event) in its `turn` (incarnation, transition or request).
    ///
    /// Streams of one purpose and turn never coincide; any other two do with probability 2^-64.
    pub fn stream(self, purpose: Purpose, owner: u64, turn: u64) -> Stream {
        let high = self.hash(purpose, owner, turn);
        let low = mix64(high ^ self.root.rotate_left(32));
        Stream::from_state(high, low)
    }

    /// A hash of the same four values, for things that need one number rather than a stream.
    pub const fn hash(self, purpose: Purpose, owner: u64, turn: u64) -> u64 {
        let x = mix64(self.root ^ (purpose as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let x = mix64(x ^ owner.wrapping_mul(0xd1b5_4a32_d192_ed03));
        mix64(x ^ turn.wrapping_mul(0x8bb8_4b93_962e_acc9))
    }
}

/// A random stream of 16 bytes (PCG, multiplicative congruential, 128-bit state).
///
/// It implements [`rand::Rng`], so everything in `rand` can draw from it; what a result depends on should
/// use the methods here, whose values are pinned by tests and never change with a version of `rand`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    generator: Pcg64Mcg,
}

impl Stream {
    fn from_state(high: u64, low: u64) -> Self {
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&low.to_le_bytes());
        seed[8..].copy_from_slice(&high.to_le_bytes());
        Self { generator: Pcg64Mcg::from_seed(seed) }
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Uniform in `0..bound`, without bias (Lemire, ACM TOMACS 29(1), 2019).
    ///
    /// # Panics
    /// If `bound` is zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "a draw below zero");
        let mut product = u128::from(self.bits()) * u128::from(bound);
        if (product as u64) < bound {
            let threshold = bound.wrapping_neg() % bound;
            while (product as u64) < threshold {
                product = u128::from(self.bits()) * u128::from(bound);
            }
        }
        (product >> 64) as u64
    }

    /// Uniform index of a slice of `length` items.
    ///
    /// # Panics
    /// If `length` is zero.
    pub fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in (0, 1], a multiple of 2^-53: safe to take the logarithm of.
    pub fn unit_open(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// True with `probability`.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -libm::log(self.unit_open())
    }

    /// Standard normal (polar method, one of the pair).
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * libm::sqrt(-2.0 * libm::log(square) / square);
            }
        }
    }

    /// Puts `items` into random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.index(last + 1));
        }
    }
}

impl TryRng for Stream {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.generator.try_fill_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // Computed by a second implementation in another language.
    const GOLDEN_BITS: [u64; 3] = [0x3744_8e06_0aee_6008, 0xb05c_2610_ebaa_bb37, 0x1fd3_38f2_b4f4_9c40];
    const GOLDEN_BELOW: u64 = 611;
    const GOLDEN_UNIT: u64 = 0x3fc6_ee2f_3ac3_a760;
    const GOLDEN_EXPONENTIAL: u64 = 0x3fcd_f012_fda2_4477;
    const GOLDEN_NORMAL: u64 = 0x3fdd_c7ec_95ba_c301;

    #[test]
    fn golden_values_pin_the_streams() {
        let mut stream = Seeds::new(1, 0).stream(Purpose::Algorithm, 0, 0);
        let drawn: Vec<u64> = (0..3).map(|_| stream.bits()).collect();
        assert_eq!(drawn, GOLDEN_BITS);
        assert_eq!(stream.below(1000), GOLDEN_BELOW);
        assert_eq!(stream.unit().to_bits(), GOLDEN_UNIT);
        assert_eq!(stream.exponential().to_bits(), GOLDEN_EXPONENTIAL);
        assert_eq!(stream.normal().to_bits(), GOLDEN_NORMAL);
    }

    #[test]
    fn every_coordinate_of_a_stream_matters() {
        let first = |seed, replication, purpose, owner, turn| {
            Seeds::new(seed, replication).stream(purpose, owner, turn).bits()
        };
        let all = [
            first(1, 0, Purpose::Churn, 5, 0),
            first(2, 0, Purpose::Churn, 5, 0),
            first(1, 1, Purpose::Churn, 5, 0),
            first(1, 0, Purpose::Workload, 5, 0),
            first(1, 0, Purpose::Churn, 6, 0),
            first(1, 0, Purpose::Churn, 5, 1),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all.iter().skip(i + 1).all(|b| a != b), "{i}");
        }
    }

    #[test]
    fn draws_are_uniform() {
        let mut stream = Seeds::new(3, 0).stream(Purpose::Example, 0, 0);
        let mut counts = [0u32; 10];
        for _ in 0..100_000 {
            counts[stream.below(10) as usize] += 1;
        }
        // Chi-squared with 9 degrees of freedom: 33.7 is exceeded once in 10,000 times.
        let chi: f64 = counts.iter().map(|&n| (f64::from(n) - 1e4).powi(2) / 1e4).sum();
        assert!(chi < 33.7, "{chi}");
    }

    #[test]
    fn large_bounds_are_unbiased() {
        // Without rejection one remainder of three would come up half the time.
        let mut stream = Seeds::new(4, 0).stream(Purpose::Example, 0, 0);
        let mut counts = [0u32; 3];
        for _ in 0..90_000 {
            counts[(stream.below(3 << 62) % 3) as usize] += 1;
        }
        // Chi-squared with 2 degrees of freedom: 18.4 is exceeded once in 10,000 times.
        let chi: f64 = counts.iter().map(|&n| (f64::from(n) - 3e4).powi(2) / 3e4).sum();
        assert!(chi < 18.4, "{chi}");
    }

    #[test]
    fn normals_have_their_moments() {
        let mut stream = Seeds::new(5, 0).stream(Purpose::Example, 0, 0);
        let drawn: Vec<f64> = (0..1_000_000).map(|_| stream.normal()).collect();
        // E[x^p], and the variance of x^p, E[x^2p] - E[x^p]^2.
        for (power, moment, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let got = drawn.iter().map(|x| x.powi(power)).sum::<f64>() / 1e6;
            let error = f64::sqrt(variance / 1e6);
            assert!((got - moment).abs() < 4.0 * error, "moment {power}: {got}, not {moment}");
        }
    }

    proptest! {
        #[test]
        fn below_stays_below(seed: u64, bound in 1u64..) {
            prop_assert!(Seeds::new(seed, 0).stream(Purpose::Example, 0, 0).below(bound) < bound);
        }

        #[test]
        fn a_shuffle_loses_nothing(seed: u64, length in 0usize..50) {
            let mut items: Vec<usize> = (0..length).collect();
            Seeds::new(seed, 0).stream(Purpose::Example, 0, 0).shuffle(&mut items);
            items.sort_unstable();
            prop_assert_eq!(items, (0..length).collect::<Vec<_>>());
        }
    }
}
