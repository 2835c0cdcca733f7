//! One direction of an access link: first in, first out, at a rate, with a finite buffer.

use overlab_time::{Bandwidth, Span, Time};

/// What a direction of an access link can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What it carries; nothing where that is not limited.
    pub rate: Option<Bandwidth>,
    /// The most bytes that wait, those still to be sent of the message on the link among them; nothing where that is not
    /// limited.
    pub buffer: Option<u64>,
}

/// The state of one direction of an access link.
///
/// What is kept is the instant at which everything accepted so far will have been sent: with it the waiting time of the
/// next message is that of Lindley's recursion (Lindley, Proc. Cambridge Philosophical Society 48(2), 1952),
/// `w[n+1] = max(0, w[n] + s[n] - (t[n+1] - t[n]))`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    free_at: Time,
}

/// How a message passes a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passage {
    /// Until the link is free for it.
    pub wait: Span,
    /// Until it is on the link as a whole.
    pub transmission: Span,
}

impl Passage {
    /// From its coming to its end.
    #[inline]
    pub fn total(self) -> Span {
        self.wait.saturating_add(self.transmission)
    }
}

impl Queue {
    /// Offers a message of `bytes` bytes at `now`, which must not lie before the offer before; nothing where it finds no
    /// room and is lost (tail drop). An idle link takes a message of any size.
    #[inline]
    pub fn offer(&mut self, now: Time, bytes: u32, line: Line) -> Option<Passage> {
        let Some(rate) = line.rate else { return Some(Passage::default()) };
        let wait = Span(self.free_at.0.saturating_sub(now.0));
        if wait > Span::ZERO
            && let Some(buffer) = line.buffer
            && unsent(wait, rate) + u64::from(bytes) > buffer
        {
            return None;
        }
        let passage = Passage { wait, transmission: rate.transmission(bytes) };
        self.free_at = Time(now.0.saturating_add(passage.total().0));
        Some(passage)
    }

    /// Bytes that are still to be sent at `now`.
    pub fn backlog(&self, now: Time, rate: Bandwidth) -> u64 {
        unsent(Span(self.free_at.0.saturating_sub(now.0)), rate)
    }
}

/// What a link sends in `time`, rounded up to whole bytes.
#[inline]
fn unsent(time: Span, rate: Bandwidth) -> u64 {
    let bits = u128::from(time.0) * u128::from(rate.bits_per_second());
    u64::try_from(bits.div_ceil(8_000_000_000)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_time::{Purpose, Seeds};
    use proptest::prelude::*;

    fn mbps(megabits: u64) -> Bandwidth {
        Bandwidth::new(megabits * 1_000_000).unwrap()
    }

    #[test]
    fn waits_follow_lindleys_recursion() {
        // 1,000 bytes take 1 ms; arrivals in microseconds, waits and drops worked out by hand.
        let line = Line { rate: Some(mbps(8)), buffer: Some(2_500) };
        let mut queue = Queue::default();
        for (at, bytes, wait) in [
            (0, 1_000, Some(0)),
            (200, 1_000, Some(800)),
            // 1,700 bytes are unsent: 801 more do not fit, 800 do.
            (300, 801, None),
            (300, 800, Some(1_700)),
            (2_800, 1_000, Some(0)),
            (3_800, 4_000, Some(0)),
            (3_900, 1, None),
        ] {
            let passage = queue.offer(Time(at * 1_000), bytes, line);
            assert_eq!(passage.map(|passage| passage.wait), wait.map(Span::from_micros), "at {at} us");
            if let Some(passage) = passage {
                assert_eq!(passage.transmission, Span::from_micros(u64::from(bytes)));
            }
        }
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        let mut queue = Queue::default();
        let line = Line { rate: None, buffer: Some(1) };
        assert_eq!(queue.offer(Time(5), u32::MAX, line), Some(Passage::default()));
        assert_eq!(queue, Queue::default());
    }

    /// The mean wait in service times of Poisson arrivals at utilisation `rho`, in batches: mean and standard error.
    fn mean_wait(rho: f64, mut service_bytes: impl FnMut(&mut overlab_time::Stream) -> u32) -> (f64, f64) {
        const BATCHES: u64 = 40;
        const EACH: u64 = 50_000;
        // The mean message has 1,000 bytes and takes 1 ms.
        let (line, mean) = (Line { rate: Some(mbps(8)), buffer: None }, 1e6);
        let batches: Vec<f64> = (0..BATCHES)
            .map(|batch| {
                let mut stream = Seeds::new(7, 0).stream(Purpose::Example, batch, 0);
                let (mut queue, mut now, mut sum) = (Queue::default(), 0.0, 0.0);
                // The first tenth warms up.
                for number in 0..EACH + EACH / 10 {
                    now += stream.exponential() * mean / rho;
                    let bytes = service_bytes(&mut stream);
                    let wait = queue.offer(Time(now as u64), bytes, line).unwrap().wait;
                    if number >= EACH / 10 {
                        sum += wait.0 as f64;
                    }
                }
                sum / EACH as f64 / mean
            })
            .collect();
        let average = batches.iter().sum::<f64>() / BATCHES as f64;
        let variance =
            batches.iter().map(|x| (x - average) * (x - average)).sum::<f64>() / (BATCHES - 1) as f64;
        (average, (variance / BATCHES as f64).sqrt())
    }

    #[test]
    fn constant_sizes_wait_as_in_m_d_1() {
        for rho in [0.3, 0.6, 0.9] {
            let (wait, error) = mean_wait(rho, |_| 1_000);
            // Pollaczek-Khinchine: rho / (2 (1 - rho)) service times.
            let expected = rho / (2.0 * (1.0 - rho));
            assert!((wait - expected).abs() < 4.0 * error, "{wait} +- {error} is not {expected} at {rho}");
            assert!(error < 0.05 * expected);
        }
    }

    #[test]
    fn exponential_sizes_wait_as_in_m_m_1() {
        for rho in [0.3, 0.6, 0.9] {
            let (wait, error) = mean_wait(rho, |stream| (stream.exponential() * 1_000.0).round() as u32);
            let expected = rho / (1.0 - rho);
            assert!((wait - expected).abs() < 4.0 * error, "{wait} +- {error} is not {expected} at {rho}");
            assert!(error < 0.05 * expected);
        }
    }

    proptest! {
        #[test]
        fn the_buffer_is_never_exceeded_and_nothing_is_lost_but_for_it(
            gaps in proptest::collection::vec((0u64..3_000_000, 1u32..3_000), 1..200),
            buffer in 0u64..10_000,
            kilobits in 1u64..20_000,
        ) {
            let rate = Bandwidth::new(kilobits * 1_000).unwrap();
            let line = Line { rate: Some(rate), buffer: Some(buffer) };
            let (mut queue, mut now) = (Queue::default(), Time(0));
            let (mut offered, mut accepted, mut lost) = (0u64, 0u64, 0u64);
            let mut last_end = Time(0);
            for (gap, bytes) in gaps {
                now = Time(now.0 + gap);
                let before = queue.backlog(now, rate);
                offered += u64::from(bytes);
                match queue.offer(now, bytes, line) {
                    Some(passage) => {
                        accepted += u64::from(bytes);
                        prop_assert!(before == 0 || before + u64::from(bytes) <= buffer);
                        let end = now + passage.total();
                        // In their order, and one at a time.
                        prop_assert!(end.0 - passage.transmission.0 >= last_end.0);
                        last_end = end;
                    }
                    None => {
                        lost += u64::from(bytes);
                        prop_assert!(before > 0 && before + u64::from(bytes) > buffer);
                    }
                }
            }
            prop_assert_eq!(offered, accepted + lost);
            prop_assert_eq!(queue.backlog(last_end, rate), 0);
        }
    }
}
