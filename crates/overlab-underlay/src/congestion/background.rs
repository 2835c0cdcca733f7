//! The traffic of everybody else on a link: by time of day, in bursts, and the part of it that yields.

use crate::error::{UnderlayError, check};
use overlab_time::{Law, Purpose, Seeds, Span, Stream, Time};

/// Nanoseconds of a day.
const DAY: f64 = 86_400e9;

/// What others send over a link, as shares of its capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Background {
    /// The mean over a day, bursts aside; at least 0, and above 1 on a link that is always overloaded.
    pub share: f64,
    /// Which part of it yields, 0 to 1: as much of it stays as fits beside everything else. Transfers that are controlled by
    /// loss (TCP) do so; constant streams do not.
    pub elastic: f64,
    /// How it varies with the time of day; nothing where it does not.
    pub diurnal: Option<Diurnal>,
    /// What comes on top now and then; it does not yield.
    pub bursts: Option<Bursts>,
}

/// A sinusoid over the day: the first and by far the strongest component of traffic between the points of presence of
/// backbones (Lakhina, Papagiannaki, Crovella, Diot, Kolaczyk, Taft, "Structural Analysis of Network Traffic Flows",
/// SIGMETRICS 2004).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diurnal {
    /// By which part of the mean the peak lies above it and the trough below, 0 to 1.
    pub amplitude: f64,
    /// The local time of the peak, since midnight.
    pub peak: Span,
    /// The time at Greenwich when the run begins, since midnight.
    pub start: Span,
}

/// An on/off process of its own on each direction of a link, in equilibrium from the start. Heavy-tailed periods make the sum
/// of many such sources self-similar (Willinger, Taqqu, Sherman, Wilson, IEEE/ACM Transactions on Networking 5(1), 1997).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bursts {
    /// What a burst adds, as a share of the capacity.
    pub share: f64,
    /// How long bursts last.
    pub on: Law,
    /// How long the pauses between them last.
    pub off: Law,
}

impl Background {
    pub(crate) fn check(&self) -> Result<(), UnderlayError> {
        let share = "between 0 and 100";
        let holds = (0.0..=100.0).contains(&self.share);
        check(holds, "congestion.background.share", share, self.share)?;
        let holds = (0.0..=1.0).contains(&self.elastic);
        check(holds, "congestion.background.elastic", "between 0 and 1", self.elastic)?;
        if let Some(Diurnal { amplitude, .. }) = self.diurnal {
            let holds = (0.0..=1.0).contains(&amplitude);
            check(holds, "congestion.background.diurnal.amplitude", "between 0 and 1", amplitude)?;
        }
        if let Some(Bursts { share: burst, .. }) = self.bursts {
            let holds = (0.0..=100.0).contains(&burst);
            check(holds, "congestion.background.bursts.share", share, burst)?;
        }
        Ok(())
    }

    /// What is there, bursts aside, where the sun says `longitude` in degrees east.
    pub(crate) fn mean(&self, now: Time, longitude: f64) -> f64 {
        let Some(Diurnal { amplitude, peak, start }) = self.diurnal else { return self.share };
        let local = (now.0 as f64 + start.0 as f64 - peak.0 as f64) / DAY + longitude / 360.0;
        self.share * (1.0 + amplitude * libm::cos(std::f64::consts::TAU * local))
    }
}

/// One on/off process, read forward in time.
#[derive(Clone, Debug)]
pub(crate) struct OnOff {
    bursts: Bursts,
    stream: Stream,
    on: bool,
    /// When the present period ends.
    until: Time,
    /// Up to where it was read.
    read: Time,
}

impl OnOff {
    /// The process of one direction of a link.
    pub(crate) fn new(bursts: Bursts, link: u32, seeds: Seeds) -> Self {
        let mut stream = seeds.stream(Purpose::Underlay, (1 << 32) + u64::from(link), 0);
        let (on_mean, off_mean) = (bursts.on.mean().as_seconds(), bursts.off.mean().as_seconds());
        let on = stream.unit() * (on_mean + off_mean) < on_mean;
        let law = if on { bursts.on } else { bursts.off };
        let until = Time::ZERO + law.sample_residual(&mut stream);
        Self { bursts, stream, on, until, read: Time::ZERO }
    }

    /// The mean share of the capacity that bursts take from where it was read up to `to`.
    pub(crate) fn read(&mut self, to: Time) -> f64 {
        let (from, mut lit) = (self.read, 0);
        while self.read < to {
            let end = self.until.min(to);
            if self.on {
                lit += end.since(self.read).0;
            }
            self.read = end;
            if self.until <= to {
                self.on = !self.on;
                let law = if self.on { self.bursts.on } else { self.bursts.off };
                // A period of nothing would never let time pass.
                let length = law.sample(&mut self.stream).max(Span(1));
                self.until += length;
            }
        }
        if from < to { self.bursts.share * (lit as f64 / to.since(from).0 as f64) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hours: u64) -> Time {
        Time::ZERO + Span::from_hours(hours)
    }

    #[test]
    fn the_day_goes_round_by_local_time() {
        let diurnal = Diurnal { amplitude: 0.4, peak: Span::from_hours(21), start: Span::from_hours(12) };
        let background = Background { share: 0.5, diurnal: Some(diurnal), ..Background::default() };
        // It is 12:00 at Greenwich when the run begins, 21:00 nine hours later there and at once at 135 degrees east.
        assert!((background.mean(hour(9), 0.0) - 0.7).abs() < 1e-12);
        assert!((background.mean(hour(0), 135.0) - 0.7).abs() < 1e-12);
        assert!((background.mean(hour(21), 0.0) - 0.3).abs() < 1e-12);
        assert!((background.mean(hour(3), 0.0) - 0.5).abs() < 1e-12);
        assert!((background.mean(hour(33), 0.0) - 0.7).abs() < 1e-12);
    }

    #[test]
    fn bursts_take_their_share_however_often_they_are_read() {
        let bursts = Bursts {
            share: 0.5,
            on: Law::exponential(Span::from_secs(2)),
            off: Law::exponential(Span::from_secs(6)),
        };
        let seeds = Seeds::new(3, 0);
        let (mut coarse, mut fine) = (OnOff::new(bursts, 9, seeds), OnOff::new(bursts, 9, seeds));
        let mut sum = 0.0;
        for step in 1..=20_000u64 {
            let long = coarse.read(Time::ZERO + Span::from_secs(10) * step);
            let halves =
                [step * 2 - 1, step * 2].map(|half| fine.read(Time::ZERO + Span::from_secs(5) * half));
            assert!((long - (halves[0] + halves[1]) / 2.0).abs() < 1e-12);
            sum += long;
        }
        // A quarter of the time; the integral of the autocovariance p q / (1/2 + 1/6) gives a standard error of the mean of
        // sqrt(2 * 3/16 * 1.5 / 200,000) = 0.0017 of a burst.
        let share = sum / 20_000.0;
        assert!((share - 0.125).abs() < 4.0 * 0.0017 * 0.5, "{share}");
    }

    #[test]
    fn nonsense_is_refused() {
        let refused = |background: Background| background.check().unwrap_err().to_string();
        let good = Background { share: 0.5, ..Background::default() };
        assert!(good.check().is_ok());
        assert!(refused(Background { share: -0.1, ..good }).contains("background.share"));
        assert!(refused(Background { share: f64::NAN, ..good }).contains("background.share"));
        assert!(refused(Background { elastic: 1.5, ..good }).contains("background.elastic"));
    }
}
