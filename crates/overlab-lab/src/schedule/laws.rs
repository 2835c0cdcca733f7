//! Alternating sessions and downtimes, drawn from two laws.

use overlab_peer::PeerId;
use overlab_time::{Law, Purpose, Seeds, Span, Stream, Time};
use overlab_world::Presence;

/// An alternating renewal process at every peer, stationary from the start.
///
/// Every turn's length comes from a stream of its own, so that the world is the same whatever overlay lives in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Renewal {
    pub(crate) session: Law,
    pub(crate) downtime: Law,
    /// The probability that a session ends with a goodbye.
    pub(crate) graceful: f64,
    pub(crate) seeds: Seeds,
}

impl Renewal {
    /// The share of time that a peer is up.
    pub(crate) fn availability(&self) -> f64 {
        let (up, down) = (self.session.mean().as_seconds(), self.downtime.mean().as_seconds());
        up / (up + down)
    }

    fn stream(&self, peer: PeerId, turn: u32) -> Stream {
        self.seeds.stream(Purpose::Churn, u64::from(peer.0), u64::from(turn))
    }
}

impl Presence for Renewal {
    fn start(&self, peer: PeerId) -> (bool, Time) {
        let mut stream = self.stream(peer, 0);
        let up = stream.chance(self.availability());
        let law = if up { &self.session } else { &self.downtime };
        (up, Time::ZERO + at_least_an_instant(law.sample_residual(&mut stream)))
    }

    fn next(&self, peer: PeerId, turn: u32, up: bool, now: Time) -> Time {
        let law = if up { &self.session } else { &self.downtime };
        now + at_least_an_instant(law.sample(&mut self.stream(peer, turn)))
    }

    fn graceful(&self, peer: PeerId, turn: u32) -> bool {
        // Goodbyes have streams of their own, so that they do not move the lengths.
        let turn = 1 << 32 | u64::from(turn);
        self.seeds.stream(Purpose::Churn, u64::from(peer.0), turn).chance(self.graceful)
    }
}

/// A turn takes time: otherwise a peer could come and go without end in one instant.
fn at_least_an_instant(span: Span) -> Span {
    span.max(Span(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The population and the rate of departures of a stationary process are flat from the start (V65): no
    /// transient, whatever the law.
    #[test]
    fn the_start_is_stationary() {
        let hour = Span::from_hours(1);
        for session in
            [Law::weibull(0.5, hour).unwrap(), Law::pareto(1.8, hour).unwrap(), Law::constant(hour)]
        {
            let downtime = Law::exponential(Span::from_minutes(30));
            let renewal = Renewal { session, downtime, graceful: 0.0, seeds: Seeds::new(5, 0) };
            let peers = 20_000;
            // Snapshots every 20 minutes.
            let mut up_at = [0u32; 10];
            for peer in (0..peers).map(PeerId) {
                let (mut up, mut until) = renewal.start(peer);
                let mut turn = 0;
                for (n, count) in up_at.iter_mut().enumerate() {
                    let instant = Time::ZERO + Span::from_minutes(20) * n as u64;
                    while until <= instant {
                        turn += 1;
                        up = !up;
                        until = renewal.next(peer, turn, up, until);
                    }
                    *count += u32::from(up);
                }
            }
            let expected = f64::from(peers) * 2.0 / 3.0;
            let sigma = (f64::from(peers) * 2.0 / 9.0).sqrt();
            for count in up_at {
                assert!((f64::from(count) - expected).abs() < 4.0 * sigma, "{session:?}: {up_at:?}");
            }
        }
    }

    #[test]
    fn goodbyes_are_as_frequent_as_asked() {
        let law = Law::exponential(Span::from_hours(1));
        let renewal = Renewal { session: law, downtime: law, graceful: 0.25, seeds: Seeds::new(1, 0) };
        let goodbyes = (0..10_000).filter(|peer| renewal.graceful(PeerId(*peer), 0)).count();
        assert!((goodbyes as f64 - 2500.0).abs() < 4.0 * 43.3, "{goodbyes}");
    }
}
