//! Queueing delay and loss of a link as functions of its load, and what a long transfer gets out of a path.

use overlab_time::{Bandwidth, Span};

/// How a link's queue behaves under Poisson arrivals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueueLaw {
    /// Packets of one size: the mean wait of M/D/1 (Pollaczek and Khinchine), at most a full buffer; what exceeds the
    /// capacity is lost.
    #[default]
    Constant,
    /// Packets of exponential sizes and a buffer of so many: M/M/1/K.
    Exponential,
}

/// What a message meets on one link.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Strain {
    /// The mean wait in seconds.
    pub wait: f64,
    /// The probability of being lost.
    pub loss: f64,
}

/// A link's queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkQueue {
    /// How it behaves.
    pub law: QueueLaw,
    /// Seconds that a packet of mean size takes to be sent.
    pub service: f64,
    /// Seconds that a full buffer takes to be sent.
    pub buffer: f64,
}

impl LinkQueue {
    /// What a link meets that is offered `load` times its capacity.
    pub fn strain(&self, load: f64) -> Strain {
        if load <= 0.0 {
            return Strain::default();
        }
        match self.law {
            QueueLaw::Constant if load < 1.0 => {
                Strain { wait: (self.service * load / (2.0 * (1.0 - load))).min(self.buffer), loss: 0.0 }
            }
            QueueLaw::Constant => Strain { wait: self.buffer, loss: 1.0 - 1.0 / load },
            QueueLaw::Exponential => self.m_m_1_k(load),
        }
    }

    /// One packet on the link and as many waiting as the buffer holds.
    fn m_m_1_k(&self, load: f64) -> Strain {
        let room = 1.0 + libm::floor(self.buffer / self.service);
        // Above 1 the free places behave as packets do below it, so that no power overflows.
        let (loss, packets) = if (load - 1.0).abs() < 1e-7 {
            (1.0 / (room + 1.0), room / 2.0)
        } else if load < 1.0 {
            let full = libm::pow(load, room);
            ((1.0 - load) * full / (1.0 - load * full), mean_packets(load, room))
        } else {
            let empty = libm::pow(load, -room);
            ((load - 1.0) / (load - empty), room - mean_packets(1.0 / load, room))
        };
        // Little's law over those that are accepted.
        let sojourn = packets * self.service / (load * (1.0 - loss));
        Strain { wait: (sojourn - self.service).max(0.0), loss }
    }
}

/// The mean number in M/M/1/K at a load below 1.
fn mean_packets(load: f64, room: f64) -> f64 {
    let over = libm::pow(load, room + 1.0);
    load / (1.0 - load) - (room + 1.0) * over / (1.0 - over)
}

/// Bits per second that a long TCP transfer gets out of a path, `1.22 MSS / (RTT sqrt(p))`
/// (Mathis, Semke, Mahdavi, Ott, ACM Computer Communication Review 27(3), 1997), and never more than its narrowest link:
/// what remains where nothing is lost. Nothing where neither bounds it.
///
/// `segment` is MSS in bytes, `round_trip` RTT, `loss` p, from 0 to 1.
///
/// ```
/// use overlab_time::Span;
/// use overlab_underlay::path_throughput;
///
/// let bits = path_throughput(1460, Span::from_millis(100), 0.01, None);
/// assert!((bits.unwrap() - 1.22 * 1460.0 * 8.0 / (0.1 * 0.1)).abs() < 1e-3);
/// ```
pub fn path_throughput(
    segment: u32,
    round_trip: Span,
    loss: f64,
    narrowest: Option<Bandwidth>,
) -> Option<f64> {
    let narrowest = narrowest.map(|capacity| capacity.bits_per_second() as f64);
    let spread = round_trip.as_seconds() * libm::sqrt(loss);
    let bounded = (spread > 0.0).then(|| 1.22 * f64::from(segment) * 8.0 / spread);
    match (bounded, narrowest) {
        (Some(bounded), Some(narrowest)) => Some(bounded.min(narrowest)),
        (bounded, narrowest) => bounded.or(narrowest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * (1.0 + b.abs())
    }

    #[test]
    fn constant_packets_wait_as_in_m_d_1_up_to_a_full_buffer() {
        let queue = LinkQueue { law: QueueLaw::Constant, service: 1e-3, buffer: 50e-3 };
        assert!(near(queue.strain(0.5).wait, 0.5e-3) && queue.strain(0.5).loss == 0.0);
        assert!(near(queue.strain(0.9).wait, 4.5e-3));
        assert!(near(queue.strain(0.999).wait, 50e-3) && near(queue.strain(1.0).wait, 50e-3));
        // Of twice the capacity half is lost.
        assert!(near(queue.strain(2.0).loss, 0.5) && queue.strain(1.0).loss == 0.0);
    }

    #[test]
    fn m_m_1_k_agrees_with_its_balance_equations() {
        for room in [1.0, 2.0, 5.0, 20.0] {
            let queue = LinkQueue { law: QueueLaw::Exponential, service: 1e-3, buffer: (room - 0.5) * 1e-3 };
            for load in [0.01, 0.3, 0.9, 0.99, 1.0, 1.01, 1.5, 4.0] {
                // State n has weight load^n.
                let weights: Vec<f64> = (0..=room as i32).map(|n| f64::powi(load, n)).collect();
                let sum: f64 = weights.iter().sum();
                let loss = weights[room as usize] / sum;
                let packets: f64 = weights.iter().enumerate().map(|(n, w)| n as f64 * w / sum).sum();
                let wait = packets * 1e-3 / (load * (1.0 - loss)) - 1e-3;
                let strain = queue.strain(load);
                assert!((strain.loss - loss).abs() < 1e-6, "{load} {room}: {strain:?}, loss {loss}");
                assert!((strain.wait - wait).abs() < 1e-8, "{load} {room}: {strain:?}, wait {wait}");
            }
        }
    }

    #[test]
    fn a_roomy_m_m_1_k_is_m_m_1_below_capacity_and_loses_the_excess_above() {
        let queue = LinkQueue { law: QueueLaw::Exponential, service: 1e-4, buffer: 1.0 };
        assert!(near(queue.strain(0.8).wait, 0.8 / 0.2 * 1e-4) && queue.strain(0.8).loss < 1e-12);
        assert!(near(queue.strain(2.0).loss, 0.5) && (queue.strain(2.0).wait - 1.0).abs() < 1e-3);
    }

    #[test]
    fn both_laws_grow_with_the_load() {
        for law in [QueueLaw::Constant, QueueLaw::Exponential] {
            let queue = LinkQueue { law, service: 1e-3, buffer: 20e-3 };
            let strains: Vec<Strain> = (0..400).map(|n| queue.strain(f64::from(n) / 100.0)).collect();
            for pair in strains.windows(2) {
                assert!(pair[0].wait <= pair[1].wait + 1e-12 && pair[0].loss <= pair[1].loss + 1e-12);
            }
            assert!(strains.iter().all(|s| s.wait <= 21e-3 && s.loss < 1.0));
        }
    }

    #[test]
    fn throughput_is_bounded_by_loss_and_by_the_narrowest_link() {
        let narrow = Bandwidth::new(1_000_000).ok();
        let rtt = Span::from_millis(200);
        assert_eq!(path_throughput(1460, rtt, 0.0, None), None);
        assert_eq!(path_throughput(1460, rtt, 0.0, narrow), Some(1e6));
        assert_eq!(path_throughput(1460, rtt, 1e-9, narrow), Some(1e6));
        let lossy = path_throughput(1460, rtt, 0.04, narrow).unwrap();
        assert!(near(lossy, 1.22 * 1460.0 * 8.0 / (0.2 * 0.2)));
    }
}
