//! What one run (one overlay, one sweep point, one replication) leaves behind.

use crate::metric::Metrics;
use crate::sample::Sample;
use overlab_schema::ReplayRun;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The quantiles of latency that pictures are drawn from.
pub(crate) const LATENCY_QUANTILES: usize = 200;

/// Everything that summaries, series and pictures need of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunOutcome {
    /// The digest of the trace, in hexadecimal.
    pub digest: String,
    /// The figures over the measured period.
    pub metrics: BTreeMap<String, Sample>,
    /// Headline figures of the first and the second half of the measured period.
    pub halves: BTreeMap<String, [f64; 2]>,
    /// The figures of each phase.
    pub phases: Vec<BTreeMap<String, Sample>>,
    /// By metric: the end of each bin in seconds and the value there.
    pub series: BTreeMap<String, Vec<(f64, f64)>>,
    /// Latency in milliseconds at evenly spaced quantiles from 0 to 1; empty without an answered lookup.
    pub latency_quantiles: Vec<f64>,
    /// Answered lookups by hops.
    pub hops: BTreeMap<u32, u64>,
    /// What each event of the timeline did, by metric.
    pub effects: Vec<BTreeMap<String, EventEffect>>,
    /// What to look at before the figures are trusted.
    pub warnings: Vec<String>,
    /// `lookups.csv` without its head, where asked for.
    pub lookups: Option<String>,
    /// Of the first replication, by link between routers with a capacity, the mean share of it that was used in the measured
    /// period, of its fuller direction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub link_load: Vec<(u32, f64)>,
    /// A sample of it for playing it back; of the first replication only.
    #[serde(default)]
    pub replay: Option<ReplayRun>,
    /// What it cost.
    pub cost: Cost,
}

/// What an event of the timeline did to one metric in one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventEffect {
    /// The largest distance from the mean before the event.
    pub depth: f64,
    /// Seconds until the metric is back within its range before the event; nothing if it was not by the end.
    pub recovery_s: Option<f64>,
    /// What was lost until then, in the metric's unit times seconds.
    pub lost: f64,
}

/// What a run cost: not reproducible, for the manifest only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Seconds of wall time.
    pub wall_s: f64,
    /// Messages delivered to live peers and live timers fired.
    pub events: u64,
    /// Messages sent.
    pub messages: u64,
    /// The largest resident memory of the process during this run; where runs go side by side, or the system cannot
    /// forget earlier ones, until the end of this run.
    pub peak_rss_bytes: Option<u64>,
    /// Everything that is held for peers at its largest (state, hosts, pending events, the roster, the log of an epoch),
    /// divided by the pool of peers.
    pub bytes_per_peer: f64,
    /// Seconds that the thread which began the run computed.
    #[serde(default)]
    pub computed_s: f64,
    /// The part of them before the first event.
    #[serde(default)]
    pub setup_s: f64,
    /// Of what is held for peers, everything but pending events.
    #[serde(default)]
    pub state_bytes: u64,
    /// Bytes held for pending events.
    #[serde(default)]
    pub pending_bytes: u64,
}

/// The mean and 1.96 standard deviations around it of the bins before an event are "its interval before"; a metric is
/// back when two bins in a row lie within it, and so does the better side of it.
pub(crate) fn effect(
    series: &[(f64, f64)],
    from_s: f64,
    at_s: f64,
    to_s: f64,
    up_is_good: bool,
) -> Option<EventEffect> {
    let before: Vec<f64> =
        series.iter().filter(|bin| bin.0 > from_s && bin.0 <= at_s).map(|bin| bin.1).collect();
    if before.len() < 2 {
        return None;
    }
    let n = before.len() as f64;
    let mean = before.iter().sum::<f64>() / n;
    let deviation = libm::sqrt(before.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0));
    // Loss is positive whichever way the metric is better.
    let loss = |value: f64| if up_is_good { mean - value } else { value - mean };
    let after: Vec<(f64, f64)> =
        series.iter().filter(|bin| bin.0 > at_s && bin.0 <= to_s).map(|bin| (bin.0, loss(bin.1))).collect();
    let within = |lost: f64| lost <= 1.96 * deviation;
    let back = (0..after.len())
        .find(|at| within(after[*at].1) && after.get(at + 1).is_none_or(|next| within(next.1)));
    let until = back.unwrap_or(after.len());
    let mut previous = at_s;
    let mut effect = EventEffect {
        recovery_s: back.map(|at| if at == 0 { 0.0 } else { after[at - 1].0 - at_s }),
        ..Default::default()
    };
    for (end, lost) in &after[..until] {
        effect.depth = effect.depth.max(*lost);
        effect.lost += lost.max(0.0) * (end - previous);
        previous = *end;
    }
    Some(effect)
}

impl RunOutcome {
    /// Whether both are the outcome of one run, whatever it cost.
    pub(crate) fn is_the_same_as(&self, other: &Self) -> bool {
        let free = |outcome: &Self| Self { cost: Cost::default(), ..outcome.clone() };
        free(self) == free(other)
    }

    /// Adds one bin's values to the series.
    pub(crate) fn add_bin(&mut self, end_s: f64, metrics: Metrics) {
        for (name, sample) in metrics.samples {
            self.series.entry(name).or_default().push((end_s, sample.mean));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_is_read_off_the_series() {
        let values = [0.99, 1.0, 0.99, 1.0, 0.5, 0.7, 0.995, 1.0];
        let series: Vec<(f64, f64)> =
            values.iter().enumerate().map(|(n, v)| (10.0 * (n + 1) as f64, *v)).collect();
        let effect = effect(&series, 0.0, 40.0, 80.0, true).unwrap();
        assert!((effect.depth - 0.495).abs() < 1e-9);
        assert_eq!(effect.recovery_s, Some(20.0));
        assert!((effect.lost - (0.495 + 0.295) * 10.0).abs() < 1e-9);
        let never = super::effect(&series, 0.0, 40.0, 60.0, true).unwrap();
        assert_eq!(never.recovery_s, None);
        assert_eq!(super::effect(&series, 0.0, 10.0, 80.0, true), None);
    }

    #[test]
    fn for_latency_more_is_worse() {
        let series = [(1.0, 50.0), (2.0, 52.0), (3.0, 90.0), (4.0, 51.0), (5.0, 51.0)];
        let effect = effect(&series, 0.0, 2.0, 5.0, false).unwrap();
        assert_eq!((effect.depth, effect.recovery_s, effect.lost), (39.0, Some(1.0), 39.0));
    }
}
