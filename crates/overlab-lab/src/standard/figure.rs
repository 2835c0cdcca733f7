//! The figures of the standard suite.

use crate::aggregate;
use crate::metric::metric;
use crate::outcome::RunOutcome;
use crate::sample::Sample;
use overlab_schema::Metric;

/// What a figure is about: each kind has a table of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// The way that lookups take.
    Ways,
    /// What comes of them.
    Answers,
    /// What the overlay costs.
    Costs,
}

/// A figure of the standard suite.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name in JSON: the metric that it is, or the key of manifest.json.
    pub name: &'static str,
    /// Its heading in tables.
    pub heading: &'static str,
    /// Its unit; "1" for ratios and counts.
    pub unit: &'static str,
    /// What it says, in one sentence.
    pub meaning: &'static str,
    /// Its table.
    pub kind: FigureKind,
    /// Whether another machine, or another day, gives another value.
    pub of_machine: bool,
    value: fn(&RunOutcome) -> Option<f64>,
}

/// The place of the 99th percentile in the spread of a sample.
const P99: usize = 4;

/// The figures of the standard suite, in the order of tables.
pub const FIGURES: &[Figure] = &[
    Figure {
        name: "lookup.hops",
        heading: "hops",
        unit: "1",
        meaning: "Edges on the critical path to the owner, timeouts apart.",
        kind: FigureKind::Ways,
        of_machine: false,
        value: |run| mean(run, "lookup.hops"),
    },
    Figure {
        name: "lookup.latency_ms",
        heading: "latency",
        unit: "ms",
        meaning: "Mean time from issue until the origin holds the owner's own reply.",
        kind: FigureKind::Ways,
        of_machine: false,
        value: |run| mean(run, "lookup.latency_ms"),
    },
    Figure {
        name: "lookup.latency_ms.p99",
        heading: "p99",
        unit: "ms",
        meaning: "99th percentile of the same time.",
        kind: FigureKind::Ways,
        of_machine: false,
        value: |run| run.metrics.get("lookup.latency_ms")?.spread.map(|spread| spread[P99]),
    },
    Figure {
        name: "lookup.stretch_of_sums",
        heading: "stretch",
        unit: "1",
        meaning: "Latency over the direct round trip between origin and owner: the ratio of their sums over all correct \
                  lookups that were not local, since a mean of ratios is ruled by pairs that are close.",
        kind: FigureKind::Ways,
        of_machine: false,
        value: |run| mean(run, "lookup.stretch_of_sums"),
    },
    Figure {
        name: "lookup.success_ratio",
        heading: "success",
        unit: "1",
        meaning: "Share of the lookups that were answered within the deadline.",
        kind: FigureKind::Answers,
        of_machine: false,
        value: |run| mean(run, "lookup.success_ratio"),
    },
    Figure {
        name: "lookup.correct_ratio",
        heading: "correct",
        unit: "1",
        meaning: "Share of the lookups that were answered in time by a peer that owned the key.",
        kind: FigureKind::Answers,
        of_machine: false,
        value: |run| mean(run, "lookup.correct_ratio"),
    },
    Figure {
        name: "lookup.timeouts",
        heading: "timeouts",
        unit: "1",
        meaning: "Requests of an answered lookup that went unanswered.",
        kind: FigureKind::Answers,
        of_machine: false,
        value: |run| mean(run, "lookup.timeouts"),
    },
    Figure {
        name: "traffic.bytes_per_peer_per_s",
        heading: "traffic",
        unit: "B/s",
        meaning: "Bytes that a live peer sends in a second, headers included.",
        kind: FigureKind::Costs,
        of_machine: false,
        value: |run| mean(run, "traffic.bytes_per_peer_per_s"),
    },
    Figure {
        name: "state.contacts_per_peer",
        heading: "contacts",
        unit: "1",
        meaning: "Contacts in a joined peer's tables.",
        kind: FigureKind::Costs,
        of_machine: false,
        value: |run| mean(run, "state.contacts_per_peer"),
    },
    Figure {
        name: "bytes_per_peer",
        heading: "memory",
        unit: "B",
        meaning: "Memory of the simulator for one peer, up or down: state, pending events, host, logs and what is judged.",
        kind: FigureKind::Costs,
        of_machine: false,
        value: |run| Some(run.cost.bytes_per_peer),
    },
    Figure {
        name: "events_per_s",
        heading: "speed",
        unit: "events/s",
        meaning: "Messages delivered and timers fired by the simulator in a second of a run's wall time, its set-up \
                  included.",
        kind: FigureKind::Costs,
        of_machine: true,
        value: |run| Some(run.cost.events as f64 / run.cost.wall_s.max(1e-9)),
    },
];

fn mean(run: &RunOutcome, name: &str) -> Option<f64> {
    run.metrics.get(name).map(|sample| sample.mean)
}

impl Figure {
    /// Mean and interval over replications, and the verdict on stationarity where the metric has one.
    pub(super) fn of(&self, runs: &[&RunOutcome]) -> Metric {
        let values: Vec<f64> = runs.iter().filter_map(|run| (self.value)(run)).collect();
        let judged = metric(self.name).filter(|entry| entry.name == self.name && entry.headline);
        let samples: Vec<Sample> =
            runs.iter().filter_map(|run| run.metrics.get(self.name)).copied().collect();
        let of_values = aggregate::of_values(self.unit, &values);
        Metric {
            ci95: aggregate::of_shares(&samples).unwrap_or(of_values.ci95),
            stationary: judged.and_then(|entry| aggregate::stationary(runs, entry.name)),
            ..of_values
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Cost;

    fn run(hops: f64, wall_s: f64) -> RunOutcome {
        let sample =
            Sample { spread: Some([1.0, 500.0, 900.0, 950.0, 100.0 * hops, 2000.0]), ..Sample::value(600.0) };
        RunOutcome {
            metrics: [
                ("lookup.hops".to_owned(), Sample::value(hops)),
                ("lookup.latency_ms".to_owned(), sample),
            ]
            .into(),
            halves: [("lookup.hops".to_owned(), [hops, hops + 1.0])].into(),
            cost: Cost { wall_s, events: 1_000_000, bytes_per_peer: 640.0, ..Cost::default() },
            ..RunOutcome::default()
        }
    }

    #[test]
    fn figures_are_read_off_replications() {
        let runs = [run(4.0, 0.5), run(6.0, 0.25)];
        let runs: Vec<&RunOutcome> = runs.iter().collect();
        let of = |name: &str| FIGURES.iter().find(|figure| figure.name == name).unwrap().of(&runs);
        let hops = of("lookup.hops");
        // t(1, 0.975) = 12.706 and s / sqrt(2) = 1.
        assert!((hops.ci95.unwrap()[1] - 17.706).abs() < 1e-3, "{hops:?}");
        assert_eq!((hops.n, hops.mean, hops.unit.as_str()), (2, Some(5.0), "1"));
        // Both second halves are one hop longer: no doubt about that.
        assert_eq!(hops.stationary, Some(false));
        assert_eq!(
            (of("lookup.latency_ms").mean, of("lookup.latency_ms.p99").mean),
            (Some(600.0), Some(500.0))
        );
        assert_eq!(of("events_per_s").mean, Some(3e6));
        assert_eq!((of("bytes_per_peer").mean, of("bytes_per_peer").stationary), (Some(640.0), None));
        // Nothing was measured: a dash.
        assert_eq!((of("lookup.success_ratio").n, of("lookup.success_ratio").mean), (0, None));
    }

    #[test]
    fn figures_that_are_metrics_have_their_units() {
        for figure in FIGURES {
            if let Some(entry) = metric(figure.name) {
                assert_eq!(entry.unit, figure.unit, "{}", figure.name);
            }
        }
        assert_eq!(FIGURES.iter().filter(|figure| figure.of_machine).count(), 1);
    }
}
