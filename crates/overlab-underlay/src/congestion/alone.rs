//! How full links are when nobody but the background uses them.

use super::background::OnOff;
use super::links::{CoreLinks, Direction};
use super::queues::offered;
use overlab_time::{Seeds, Span, Time};

/// A period is looked at in at most so many steps.
const MOST_STEPS: u64 = 200;

impl CoreLinks {
    /// By direction (two a link: along the graph's edge, and against it), the mean share of its capacity that the background uses
    /// between two instants; nothing where no capacity limits it.
    ///
    /// Bursts are those that a run with these seeds meets. Steps last an epoch, or longer where there would be more than 200.
    pub fn background(&self, seeds: Seeds, from: Time, to: Time, epoch: Span) -> Vec<Option<f64>> {
        let span = to.since(from).0;
        let steps = span.div_ceil(epoch.0.max(1)).clamp(1, MOST_STEPS);
        let used = |number: u32, direction: &Direction| {
            let background = &direction.background;
            let mut bursts = background.bursts.map(|bursts| OnOff::new(bursts, number, seeds));
            if let Some(bursts) = &mut bursts {
                bursts.read(from);
            }
            let at = |step: u64, parts: u64| {
                from + Span((u128::from(span) * u128::from(step) / u128::from(parts)) as u64)
            };
            let sum: f64 = (0..steps)
                .map(|step| {
                    let mean = background.mean(at(2 * step + 1, 2 * steps), direction.longitude);
                    let lit = bursts.as_mut().map_or(0.0, |bursts| bursts.read(at(step + 1, steps)));
                    let yields = mean * background.elastic;
                    let offered = offered(0.0, [mean - yields + lit, yields]);
                    offered * (1.0 - direction.queue.strain(offered).loss)
                })
                .sum();
            sum / steps as f64
        };
        let limited =
            |(number, direction): (u32, &Direction)| direction.is_limited().then(|| used(number, direction));
        (0..).zip(&self.directions).map(limited).collect()
    }
}
