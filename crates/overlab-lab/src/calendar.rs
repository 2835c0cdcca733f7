//! The instants at which a run is looked at: bins of the time series, phases between events.

use overlab_time::{Span, Time};

/// A named part of the measured period, between two events of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// "start", or "after" and the event that opens it.
    pub name: String,
    /// Its first instant.
    pub from: Time,
    /// The instant after its last.
    pub to: Time,
}

/// When a run is measured, and in which pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The end of the warm-up.
    pub from: Time,
    /// The end of the measured period.
    pub to: Time,
    /// The end of the run: lookups issued last have had their time.
    pub end: Time,
    /// The edges of the bins, the first at `from`, the last at `to`.
    pub bins: Vec<Time>,
    /// The phases, without gaps.
    pub phases: Vec<Phase>,
    /// All instants to look at, ascending.
    edges: Vec<Time>,
}

impl Calendar {
    /// Cuts a measured period after `warmup` into bins of `sample` and phases at `events` (name and instant after the warm-up).
    pub fn new(warmup: Span, measure: Span, drain: Span, sample: Span, events: &[(String, Span)]) -> Self {
        let (from, to) = (Time::ZERO + warmup, Time::ZERO + warmup + measure);
        let mut bins: Vec<Time> = (0..).map(|n| from + sample * n).take_while(|edge| *edge < to).collect();
        bins.push(to);
        let mut phases = vec![Phase { name: "start".to_owned(), from, to }];
        let mut events = events.to_vec();
        events.sort_by_key(|event| event.1);
        for (name, at) in events {
            let at = from + at;
            let last = phases.last_mut().expect("there is a first phase");
            let name = format!("after {name}");
            if last.from == at {
                // Nothing lies between two events at one instant, or before one at the start.
                last.name = if last.name == "start" { name } else { format!("{} and {name}", last.name) };
            } else {
                last.to = at;
                phases.push(Phase { name, from: at, to });
            }
        }
        let end = to + drain;
        let mut edges: Vec<Time> =
            bins.iter().copied().chain(phases.iter().map(|phase| phase.from)).collect();
        edges.push(Time::ZERO);
        edges.push(end);
        edges.sort_unstable();
        edges.dedup();
        Self { from, to, end, bins, phases, edges }
    }

    /// The first instant to look at after `last`.
    pub fn next_edge(&self, last: Option<Time>) -> Option<Time> {
        let at = last.map_or(0, |last| self.edges.partition_point(|edge| *edge <= last));
        self.edges.get(at).copied()
    }

    /// The bin that an instant of the measured period falls into.
    pub fn bin(&self, time: Time) -> Option<usize> {
        (time >= self.from && time < self.to).then(|| self.bins.partition_point(|edge| *edge <= time) - 1)
    }

    /// The phase that an instant of the measured period falls into.
    pub fn phase(&self, time: Time) -> Option<usize> {
        (time >= self.from && time < self.to)
            .then(|| self.phases.partition_point(|phase| phase.from <= time) - 1)
    }

    /// How many bins there are.
    pub fn bin_count(&self) -> usize {
        self.bins.len() - 1
    }

    /// The end of a bin in seconds since the end of the warm-up.
    pub fn bin_end(&self, bin: usize) -> f64 {
        self.bins[bin + 1].since(self.from).as_seconds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_cut_the_measured_period() {
        let seconds = Span::from_secs;
        let events = [("crash".to_owned(), seconds(30)), ("leave".to_owned(), seconds(30))];
        let calendar = Calendar::new(seconds(100), seconds(60), seconds(4), seconds(25), &events);
        let names: Vec<_> = calendar.phases.iter().map(|phase| phase.name.as_str()).collect();
        assert_eq!(names, ["start", "after crash and after leave"]);
        assert_eq!(calendar.bins, [100, 125, 150, 160].map(|s| Time::ZERO + seconds(s)));
        assert_eq!(calendar.bin(Time::ZERO + seconds(155)), Some(2));
        assert_eq!(calendar.bin(Time::ZERO + seconds(160)), None);
        assert_eq!(calendar.phase(Time::ZERO + seconds(130)), Some(1));
        let mut edges = vec![];
        while let Some(edge) = calendar.next_edge(edges.last().copied()) {
            edges.push(edge);
        }
        assert_eq!(edges, [0, 100, 125, 130, 150, 160, 164].map(|s| Time::ZERO + seconds(s)));
    }
}
