//! Drawing from a law, and from its equilibrium residual.

use super::{Law, Shape};
use crate::random::Stream;
use crate::time::Span;

impl Law {
    /// Draws one span, rounded to the nearest nanosecond: it may be zero, and what heavy tails draw beyond
    /// [`Span::MAX`] is [`Span::MAX`].
    pub fn sample(&self, stream: &mut Stream) -> Span {
        Span::from_seconds_f64(match self.shape {
            Shape::Constant => self.mean,
            Shape::Exponential => self.mean * stream.exponential(),
            Shape::Weibull { shape, scale } => scale * libm::pow(stream.exponential(), 1.0 / shape),
            Shape::Pareto { alpha, beta } => beta * libm::expm1(stream.exponential() / alpha),
            Shape::Lognormal { mu, sigma } => libm::exp(mu + sigma * stream.normal()),
        })
    }

    /// Draws the time left of an interval that is seen at a random instant of a stationary process:
    /// as [`Law::sample`], it may be zero and saturates.
    pub fn sample_residual(&self, stream: &mut Stream) -> Span {
        Span::from_seconds_f64(match self.shape {
            Shape::Constant => self.mean * stream.unit(),
            // Memoryless: what is left looks like a new one.
            Shape::Exponential => self.mean * stream.exponential(),
            // Length bias turns the exponential under the power into a Gamma of shape 1 + 1/k.
            Shape::Weibull { shape, scale } => {
                stream.unit() * scale * libm::pow(gamma(1.0 + 1.0 / shape, stream), 1.0 / shape)
            }
            // The integrated tail of a Lomax law is a Lomax law of one exponent less.
            Shape::Pareto { alpha, beta } => beta * libm::expm1(stream.exponential() / (alpha - 1.0)),
            // Length bias moves mu by sigma squared.
            Shape::Lognormal { mu, sigma } => {
                stream.unit() * libm::exp(mu + sigma * sigma + sigma * stream.normal())
            }
        })
    }
}

/// A Gamma variate of `shape` at least 1 and scale 1 (Marsaglia and Tsang, ACM TOMS 26(3), 2000).
fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / libm::sqrt(9.0 * d);
    loop {
        let x = stream.normal();
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        if libm::log(stream.unit_open()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Seeds};

    /// A sample and a residual in nanoseconds of every law with a mean of one hour, computed by a second
    /// implementation in another language.
    const GOLDEN: [(&str, u64, u64); 5] = [
        ("constant(mean 1h)", 3_600_000_000_000, 296_854_246_300),
        ("exponential(mean 1h)", 11_652_054_285_627, 1_588_794_764_377),
        ("weibull(shape 0.6, mean 1h)", 1_871_659_196_639, 349_151_518_977),
        ("pareto(alpha 1.5, mean 1h)", 8_273_082_148_743, 8_172_303_735_528),
        ("lognormal(sigma 2, mean 1h)", 36_534_028_912, 265_229_857_249_128),
    ];

    fn stream(owner: u64, turn: u64) -> Stream {
        Seeds::new(1, 0).stream(Purpose::Example, owner, turn)
    }

    fn all(mean: Span) -> [Law; 5] {
        [
            Law::constant(mean),
            Law::exponential(mean),
            Law::weibull(0.6, mean).unwrap(),
            Law::pareto(1.5, mean).unwrap(),
            Law::lognormal(2.0, mean).unwrap(),
        ]
    }

    #[test]
    fn golden_values_pin_the_laws() {
        for (owner, (law, golden)) in (0..).zip(all(Span::from_hours(1)).into_iter().zip(GOLDEN)) {
            let sample = law.sample(&mut stream(owner, 0)).0;
            let residual = law.sample_residual(&mut stream(owner, 1)).0;
            assert_eq!((law.to_string().as_str(), sample, residual), golden);
        }
    }

    #[test]
    fn samples_beyond_all_time_saturate() {
        // Nine in ten residuals of an alpha this close to 1 are beyond the range of an f64.
        let law = Law::pareto(1.0001, Span::MAX).unwrap();
        let mut stream = stream(0, 0);
        let saturated = (0..1000).filter(|_| law.sample_residual(&mut stream) == Span::MAX).count();
        assert!(saturated > 900, "{saturated}");

        for law in [
            Law::pareto(1.0 + f64::EPSILON, Span(1)).unwrap(),
            Law::weibull(0.1, Span::MAX).unwrap(),
            Law::lognormal(10.0, Span::MAX).unwrap(),
            Law::exponential(Span::MAX),
            Law::constant(Span::MAX),
        ] {
            let drawn: Vec<Span> =
                (0..1000).flat_map(|_| [law.sample(&mut stream), law.sample_residual(&mut stream)]).collect();
            assert!(drawn.contains(&Span::MAX), "{law}: none of the draws saturated");
        }
    }

    #[test]
    fn a_law_of_zero_draws_zero() {
        for law in [Law::constant(Span::ZERO), Law::exponential(Span::ZERO)] {
            assert_eq!(law.sample(&mut stream(0, 0)), Span::ZERO);
            assert_eq!(law.sample_residual(&mut stream(0, 0)), Span::ZERO);
        }
    }

    #[test]
    fn gamma_variates_have_their_moments() {
        for shape in [1.0, 1.5, 3.0, 11.0] {
            let mut stream = stream(1, 0);
            let drawn: Vec<f64> = (0..1_000_000).map(|_| gamma(shape, &mut stream)).collect();
            let mean = drawn.iter().sum::<f64>() / 1e6;
            let variance = drawn.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e6;
            // Mean and variance are both the shape; the fourth central moment is 3 shape^2 + 6 shape.
            assert!((mean - shape).abs() < 4.0 * (shape / 1e6).sqrt(), "{shape}: mean {mean}");
            let error = ((2.0 * shape * shape + 6.0 * shape) / 1e6).sqrt();
            assert!((variance - shape).abs() < 4.0 * error, "{shape}: variance {variance}");
        }
    }
}
