//! How often points are run.

use super::Findings;
use crate::scenario::{Replications, Scenario};
use std::collections::BTreeSet;

impl Scenario {
    pub(super) fn check_replications(&self, f: &mut Findings) {
        let precise = match &self.replications {
            Replications::Count(count) => {
                let holds = (1..=100_000).contains(count);
                return f.must(holds, "replications", count, "between 1 and 100000");
            }
            Replications::Until(precise) => precise,
        };
        let [path, metrics] = ["replications.until.relative_width", "replications.until.metrics"];
        let width = precise.until.relative_width;
        f.must(width > 0.0 && width <= 2.0, path, width, "above 0 and at most 2");
        for (path, count) in
            [("replications.at_least", precise.at_least), ("replications.at_most", precise.at_most)]
        {
            f.must((2..=100_000).contains(&count), path, count, "between 2 and 100000");
        }
        if precise.at_least > precise.at_most {
            let message =
                format!("is {}, but must be at least at_least ({})", precise.at_most, precise.at_least);
            f.add("replications.at_most", message);
        }
        if precise.until.metrics.is_empty() {
            f.add(
                metrics,
                "is empty: name the metrics that are to be precise, such as \"lookup.latency_ms\"",
            );
        }
        let mut seen = BTreeSet::new();
        for (index, metric) in precise.until.metrics.iter().enumerate() {
            if !seen.insert(metric) {
                f.add(&format!("{metrics}[{index}]"), "is listed twice: name each once");
            }
        }
    }
}
