//! Senders that choose the better of two paths by what they measured in the epoch before, against the same senders on queues
//! that carry every packet.

use super::{at, congestion, end, network, queues, turn};
use overlab_time::{Bandwidth, Purpose, Seeds, Stream, Time};
use overlab_underlay::{Background, HostId, Line, Queue, Underlay};

const SENDERS: usize = 200;
const CAPACITY: u64 = 2_000_000;
const PACKET: u32 = 700;
const EPOCHS: u64 = 200;
/// Left out of the means.
const WARM: u64 = 40;

/// What came of a run, over the epochs after the warm-up.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    offered: u64,
    delivered: f64,
    /// Seconds that delivered packets waited.
    waited: f64,
    /// The mean over epochs of the distance of the first path's share from a half.
    swing: f64,
}

impl Outcome {
    fn delivery(&self) -> f64 {
        self.delivered / self.offered as f64
    }

    fn wait(&self) -> f64 {
        self.waited / self.delivered
    }
}

/// A scenario: packets per sender and second, and the share of the senders that reconsider at an epoch.
#[derive(Clone, Copy)]
struct Herd {
    rate: f64,
    reconsider: f64,
}

/// Two paths that carry packets.
trait Paths {
    /// Sends a packet over a path; the wait, or nothing where it is lost.
    fn send(&mut self, path: usize, now: Time, stream: &mut Stream) -> Option<f64>;
    /// Ends an epoch.
    fn close(&mut self, now: Time);
}

/// The overlay's own load, an epoch late: two relays behind links of their own.
struct ByEpoch {
    underlay: Underlay,
    queues: overlab_underlay::CoreQueues,
    hosts: [HostId; 3],
}

impl Paths for ByEpoch {
    fn send(&mut self, path: usize, _: Time, stream: &mut Stream) -> Option<f64> {
        let met = self.queues.pass(&self.underlay, self.hosts[0], self.hosts[1 + path], PACKET);
        (!met.is_lost(stream)).then(|| met.wait.as_seconds())
    }

    fn close(&mut self, now: Time) {
        turn(&mut self.queues, now);
    }
}

/// Every packet waits for those before it.
struct ByPacket([Queue; 2]);

impl Paths for ByPacket {
    fn send(&mut self, path: usize, now: Time, _: &mut Stream) -> Option<f64> {
        let line = Line {
            rate: Some(Bandwidth::new(CAPACITY).unwrap()),
            // 250 ms, and the packet on the link.
            buffer: Some(CAPACITY / 8 / 4 + u64::from(PACKET)),
        };
        self.0[path].offer(now, PACKET, line).map(|passage| passage.wait.as_seconds())
    }

    fn close(&mut self, _: Time) {}
}

fn by_epoch() -> ByEpoch {
    // Router 0 in the middle; the two relays behind links of their own.
    let underlay = network(3, &[(0, 1), (0, 2)], 30);
    let hosts = [0, 1, 2].map(|router| at(&underlay, router));
    ByEpoch { queues: queues(&congestion(CAPACITY, Background::default()), &underlay), underlay, hosts }
}

/// Lets the herd choose. What a path takes is measured by the packets on it; a path that nobody took is tried by one probe.
fn run(paths: &mut impl Paths, herd: Herd) -> Outcome {
    let seeds = Seeds::new(21, 0);
    let mut choice = seeds.stream(Purpose::Example, 0, 0);
    let mut traffic = seeds.stream(Purpose::Example, 1, 0);
    let mut chances = seeds.stream(Purpose::Example, 2, 0);
    let mut on: Vec<usize> = (0..SENDERS).map(|sender| usize::from(sender % 4 == 0)).collect();
    let mut outcome = Outcome::default();
    let mut now = 0.0;
    for epoch in 1..=EPOCHS {
        let end = end(epoch);
        // A lost packet counts as a timeout of a second.
        let mut measured = [(0.0, 0u32); 2];
        loop {
            now += traffic.exponential() * 1e9 / (herd.rate * SENDERS as f64);
            let at = Time(now as u64);
            if at >= end {
                break;
            }
            let path = on[traffic.index(SENDERS)];
            let wait = paths.send(path, at, &mut chances);
            measured[path].0 += wait.unwrap_or(1.0);
            measured[path].1 += 1;
            if epoch > WARM {
                outcome.offered += 1;
                if let Some(wait) = wait {
                    outcome.delivered += 1.0;
                    outcome.waited += wait;
                }
            }
        }
        for (path, measured) in measured.iter_mut().enumerate() {
            if measured.1 == 0 {
                let late = Time(end.0 - 1);
                *measured = (paths.send(path, late, &mut chances).unwrap_or(1.0), 1);
            }
        }
        if epoch > WARM {
            let share = on.iter().filter(|path| **path == 0).count() as f64 / SENDERS as f64;
            outcome.swing += (share - 0.5).abs() / (EPOCHS - WARM) as f64;
        }
        paths.close(end);
        now = now.min(end.0 as f64);
        let means = measured.map(|(sum, number)| sum / f64::from(number));
        let better = usize::from(means[1] < means[0]);
        for path in &mut on {
            if choice.chance(herd.reconsider) {
                *path = better;
            }
        }
    }
    outcome
}

/// A few reconsider at a time: both find the same balance.
#[test]
fn a_slow_herd_is_as_packet_by_packet() {
    // Both paths together carry 714 packets a second of 700 B; 0.7 of that.
    let herd = Herd { rate: 2.5, reconsider: 0.02 };
    let mut flow = by_epoch();
    let (flow_outcome, packets) = (run(&mut flow, herd), run(&mut ByPacket([Queue::default(); 2]), herd));
    assert_eq!((flow_outcome.delivery(), packets.delivery()), (1.0, 1.0));
    let (a, b) = (flow_outcome.wait(), packets.wait());
    assert!((a / b - 1.0).abs() < 0.1, "waits of {a} and {b} s");
    assert!((flow_outcome.swing - packets.swing).abs() < 0.03, "{flow_outcome:?} {packets:?}");
    let [delivery, latency] = flow.queues.ledger().lag().unwrap();
    assert!(delivery.abs() < 0.02 && latency.abs() < 0.02, "{delivery} {latency}");
}

/// All reconsider at once: the load of an epoch late makes a path look free that is not. The figures are wrong, the ledger says by
/// how much, and with what it says they are those of the packets.
#[test]
fn a_herd_at_once_is_told_from_the_truth_by_the_ledger() {
    let herd = Herd { rate: 2.5, reconsider: 1.0 };
    let mut flow = by_epoch();
    let (outcome, packets) = (run(&mut flow, herd), run(&mut ByPacket([Queue::default(); 2]), herd));
    // Packet by packet all are on one path, 1.4 times what it carries: 1 - 1 / 1.4 are lost.
    assert!((packets.delivery() - 1.0 / 1.4).abs() < 0.02, "{}", packets.delivery());
    assert!(packets.swing > 0.49, "{}", packets.swing);
    let [delivery, latency] = flow.queues.ledger().lag().unwrap();
    assert!(delivery > 0.02 && latency > 0.02, "the run must warn: {delivery} {latency}");
    assert!(outcome.delivery() - packets.delivery() > 0.05, "{outcome:?}");
    let corrected = outcome.delivery() - delivery;
    assert!((corrected - packets.delivery()).abs() < 0.02, "{corrected} is not {}", packets.delivery());
}

/// Nobody chooses: a path that is always too full, and one that is not.
#[test]
fn a_herd_that_stays_is_as_packet_by_packet() {
    for rate in [2.0, 2.2, 3.0] {
        let herd = Herd { rate, reconsider: 0.0 };
        let (flow, packets) = (run(&mut by_epoch(), herd), run(&mut ByPacket([Queue::default(); 2]), herd));
        assert!((flow.delivery() - packets.delivery()).abs() < 0.01, "{rate}: {flow:?} {packets:?}");
        let (a, b) = (flow.wait(), packets.wait());
        // Close to capacity a queue of 250 ms does not settle within an epoch.
        assert!((a / b - 1.0).abs() < 0.15 || (a - b).abs() < 1e-3, "{rate}: waits of {a} and {b} s");
        assert_eq!(flow.swing, packets.swing);
    }
}
