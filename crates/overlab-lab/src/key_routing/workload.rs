//! Who looks what up when.

use overlab_peer::{Key, LookupRequest, PeerId, Program};
use overlab_time::{Purpose, Seeds, Span, Stream, Time, mix64};
use overlab_world::Workload;

/// When lookups arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrivals {
    /// Gaps are exponential.
    Poisson,
    /// Gaps are all the same, the first a random part of one.
    Periodic,
}

/// Which keys are looked up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Keys {
    /// Any key is as likely as any other.
    Uniform,
    /// One of a catalogue, the n-th most popular in proportion to n^-exponent.
    Zipf {
        /// Cumulative shares by rank.
        cumulative: Vec<f64>,
    },
}

impl Keys {
    /// A catalogue of `size` keys under Zipf's law.
    pub(crate) fn zipf(exponent: f64, size: u32) -> Self {
        let mut sum = 0.0;
        let mut cumulative: Vec<f64> = (1..=size)
            .map(|rank| {
                sum += libm::pow(f64::from(rank), -exponent);
                sum
            })
            .collect();
        for share in &mut cumulative {
            *share /= sum;
        }
        Self::Zipf { cumulative }
    }
}

/// An open stream of lookups at every peer; the same for every overlay.
#[derive(Debug)]
pub(crate) struct LookupWorkload {
    pub(crate) seeds: Seeds,
    /// The mean gap between two lookups of a peer; nothing for none at all.
    pub(crate) gap: Option<Span>,
    pub(crate) arrivals: Arrivals,
    pub(crate) keys: Keys,
    pub(crate) deadline: Span,
    /// No lookup is issued from here on.
    pub(crate) until: Time,
}

impl LookupWorkload {
    fn stream(&self, peer: PeerId, number: u32) -> Stream {
        self.seeds.stream(Purpose::Workload, u64::from(peer.0), u64::from(number))
    }
}

impl<P: Program<Request = LookupRequest>> Workload<P> for LookupWorkload {
    fn due(&self, peer: PeerId, number: u32, previous: Time) -> Option<Time> {
        let gap = self.gap?;
        let wait = match self.arrivals {
            Arrivals::Poisson => gap.scale(self.stream(peer, number).exponential()),
            Arrivals::Periodic if number == 0 => Span(self.stream(peer, number).below(gap.0.max(1))),
            Arrivals::Periodic => gap,
        };
        // A gap of nothing would never end.
        let due = previous + wait.max(Span(1));
        (due < self.until).then_some(due)
    }

    fn request(&self, peer: PeerId, number: u32, now: Time) -> LookupRequest {
        let mut stream = self.stream(peer, number);
        // The first draw was the gap's.
        let _ = stream.bits();
        let key = match &self.keys {
            Keys::Uniform => Key(stream.bits()),
            Keys::Zipf { cumulative } => {
                let unit = stream.unit();
                let rank = cumulative.partition_point(|share| *share <= unit);
                Key(mix64(self.seeds.hash(Purpose::Workload, u64::MAX, rank as u64)))
            }
        };
        LookupRequest { key, deadline: now + self.deadline }
    }
}
