//! What happens to single messages on the way: loss and jitter.

use crate::error::{UnderlayError, check};
use overlab_time::{Law, Span, Stream};

/// Independent loss and delay of single messages between different hosts. The default does nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Impairments {
    /// The probability that a message is lost, 0 to 1.
    pub loss: f64,
    /// A random delay added to every message that is not lost.
    pub jitter: Option<Jitter>,
}

/// A random delay of at least zero and at most `bound`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jitter {
    /// How the delay is distributed.
    pub law: JitterLaw,
    /// The longest delay; for a [`Law`] longer draws are drawn again (truncation), so the mean shrinks a
    /// little.
    pub bound: Span,
}

/// The distribution of [`Jitter`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum JitterLaw {
    /// Uniform between zero and the bound.
    Uniform,
    /// This law, truncated at the bound: at least half of its draws must lie below.
    Law(Law),
}

impl Jitter {
    /// Exponential with `mean`, truncated at ten means (beyond which 0.005 % of the draws would lie).
    pub fn exponential(mean: Span) -> Self {
        Self { law: JitterLaw::Law(Law::exponential(mean)), bound: mean * 10 }
    }

    /// Uniform between zero and `bound`.
    pub fn uniform(bound: Span) -> Self {
        Self { law: JitterLaw::Uniform, bound }
    }

    /// Draws one delay.
    #[inline]
    pub(crate) fn sample(&self, stream: &mut Stream) -> Span {
        match self.law {
            JitterLaw::Uniform => Span(stream.below(self.bound.0.saturating_add(1))),
            JitterLaw::Law(law) => loop {
                // Ends with probability at least 1/2 a turn: `check` refuses bounds below the median.
                let delay = law.sample(stream);
                if delay <= self.bound {
                    return delay;
                }
            },
        }
    }
}

impl Impairments {
    /// Refuses what makes no sense.
    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        check((0.0..=1.0).contains(&self.loss), "loss", "a probability between 0 and 1", self.loss)?;
        let Some(jitter) = self.jitter else { return Ok(()) };
        let bounded = Span::ZERO < jitter.bound && jitter.bound <= Span::from_secs(3600);
        check(bounded, "jitter.bound", "longer than zero and at most 1h", jitter.bound)?;
        match jitter.law {
            JitterLaw::Uniform => Ok(()),
            JitterLaw::Law(law) => check(
                law.cumulative(jitter.bound.as_seconds()) >= 0.5,
                "jitter.bound",
                "at least the median of jitter.law: raise it",
                jitter.bound,
            ),
        }
    }

    /// Whether messages need random numbers.
    pub(crate) fn is_random(&self) -> bool {
        self.loss > 0.0 || self.jitter.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_time::{Purpose, Seeds};

    #[test]
    fn jitter_stays_within_its_bound_and_has_its_mean() {
        let mean = Span::from_millis(10);
        let cases = [
            // A truncated exponential with b means: mean * (1 - b / (e^b - 1)).
            (Jitter { law: JitterLaw::Law(Law::exponential(mean)), bound: mean * 2 }, 1.0 - 2.0 / 6.389_056),
            (Jitter::exponential(mean), 1.0 - 10.0 / 22_025.5),
            (Jitter::uniform(mean), 0.5),
        ];
        for (jitter, expected) in cases {
            let mut stream = Seeds::new(1, 0).stream(Purpose::Example, 0, 0);
            let mut sum = 0;
            for _ in 0..100_000 {
                let delay = jitter.sample(&mut stream);
                assert!(delay <= jitter.bound);
                sum += delay.0;
            }
            let measured = sum as f64 / 1e5 / mean.0 as f64;
            // The standard error is below 1/316 of the mean.
            assert!((measured - expected).abs() < 0.015, "{measured} is not {expected}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let lossy = |loss| Impairments { loss, jitter: None }.check();
        assert!(lossy(0.0).is_ok() && lossy(1.0).is_ok());
        assert!(lossy(-0.1).is_err() && lossy(1.1).is_err() && lossy(f64::NAN).is_err());
        let jitter = |law, bound| Impairments { loss: 0.0, jitter: Some(Jitter { law, bound }) }.check();
        let law = JitterLaw::Law(Law::exponential(Span::from_secs(1)));
        assert!(jitter(law, Span::from_millis(100)).unwrap_err().to_string().contains("median"));
        assert!(jitter(law, Span::from_secs(1)).is_ok());
        assert!(jitter(JitterLaw::Uniform, Span::ZERO).is_err());
    }
}
