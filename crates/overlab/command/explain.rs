//! `overlab explain`: why lookups took as long as they did, or failed, hop by hop.

mod text;

use super::failure::Failure;
use super::made::{Made, Means, Which};
use super::{Done, interrupt, output};
use clap::{Args, ValueEnum};
use overlab_lab::{Explanation, LookupId, LookupVerdict, Registry, RunPlace, Worse, explain, verdicts};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

const EXAMPLES: &str = "\
Examples:
  overlab explain results/quickstart --worst 3
  overlab explain results/quickstart --worst 10 --metric timeouts --overlay Chord --replication 0
  overlab explain results/quickstart --worst 5 --metric failures
  overlab explain results/quickstart --lookup 0-1-2-17-5
  overlab explain results/quickstart --lookup 0-1-2-17-5 --format json

A lookup is named by point, overlay, replication, the peer that asked and the number of the request there, all counted \
from 0, as --worst prints it and the last column of lookups.csv holds it. The runs in question are run again with the \
scenario in the folder, whether or not it asked for lookups.csv, and held to the digests in its manifest.json.

What a lookup waited for is told in order and without gaps: messages under way (propagation, transmission and queues of \
access links, queues between routers) and peers that did not answer in time; the parts sum to its latency, to the \
nanosecond. A step names the table entry that led there and who held it, and of peers that were gone for how long, by \
the exact log of the run. Entries are looked up just after the step: one that changed in the very same event is told \
as it is then. Exit codes: 0 done; 2 no such lookup or run, or another version of the program ran it differently; 130 \
interrupted.";

/// Explains lookups of a results folder hop by hop.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Explain {
    /// A results folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The lookup to explain: POINT-OVERLAY-REPLICATION-PEER-NUMBER. May be given several times.
    #[arg(long, value_name = "ID", required_unless_present = "worst", conflicts_with = "worst")]
    lookup: Vec<String>,
    /// Explains so many of the worst lookups of the measured period.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    worst: Option<u32>,
    /// By which measure lookups are bad.
    #[arg(long, value_name = "METRIC", value_enum, default_value_t = Metric::Latency, requires = "worst")]
    metric: Metric,
    /// How explanations are written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    means: Means,
}

/// By which measure lookups are bad.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Metric {
    /// The time to the answer, of those that were answered.
    Latency,
    /// Hops to the answer.
    Hops,
    /// Requests that were not answered in time.
    Timeouts,
    /// Messages sent.
    Messages,
    /// Whether there was a right answer: those without, the first issued first, but for those whose origins left.
    Failures,
}

/// How explanations are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON object a line, times in nanoseconds since the start of the run.
    Json,
}

impl Metric {
    fn worse(self) -> Worse {
        match self {
            Self::Latency => Worse::Latency,
            Self::Hops => Worse::Hops,
            Self::Timeouts => Worse::Timeouts,
            Self::Messages => Worse::Messages,
            Self::Failures => Worse::Failures,
        }
    }
}

impl Explain {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let wanted = self.wanted()?;
        let mut made = Made::open(&self.folder, &self.means, registry)?;
        for plan in &mut made.plans {
            // The judge's verdicts are wanted whether or not the folder keeps them; no run changes by that.
            plan.scenario.output.lookups = true;
        }
        let places = if self.worst.is_some() {
            made.places(&self.which)?
        } else {
            let mut places: Vec<RunPlace> = wanted.iter().map(|id| id.place).collect();
            places.sort_unstable();
            places.dedup();
            places.iter().try_for_each(|place| made.holds(*place))?;
            places
        };
        let stop = interrupt::watch();
        let go_on = |_: f64, _: u64| !stop.load(Ordering::Relaxed);
        let again = |place| made.again(place, self.means.threads(), &go_on);
        let mut all: Vec<LookupVerdict> = Vec::new();
        for place in places {
            let run = again(place)?;
            let outcome = run.run()?;
            made.is_the_run(place, &outcome.digest)?;
            all.extend(verdicts(&run, &outcome));
            if let Some(most) = self.worst {
                // Of all runs so far, no more than are wanted need be kept.
                all = self.metric.worse().worst(all, most as usize);
            }
        }
        let chosen = if self.worst.is_some() { all } else { self.named(&wanted, &all)? };
        if chosen.is_empty() {
            return Err(Failure::input(format!(
                "{}: has no lookup in its measured period that --metric would measure",
                self.folder.display()
            )));
        }
        let mut by_place: BTreeMap<RunPlace, Vec<LookupVerdict>> = BTreeMap::new();
        for verdict in &chosen {
            by_place.entry(verdict.id.place).or_default().push(verdict.clone());
        }
        let mut explanations: Vec<Explanation> = Vec::new();
        for (place, lookups) in &by_place {
            explanations.extend(explain(&again(*place)?, lookups)?);
        }
        for verdict in &chosen {
            let name = verdict.id.to_string();
            let Some(explanation) = explanations.iter().find(|one| one.lookup == name) else { continue };
            let calendar = &made.plans[verdict.id.place.point].calendar;
            output::print(&match self.format {
                Format::Text => text::explanation(explanation, calendar.from.0),
                Format::Json => {
                    let line = serde_json::to_string(explanation).expect("explanations are plain data");
                    format!("{line}\n")
                }
            })?;
        }
        Ok(())
    }

    /// The lookups that are named.
    fn wanted(&self) -> Result<Vec<LookupId>, Failure> {
        let read = |text: &String| {
            text.parse::<LookupId>().map_err(|error| Failure::input(format!("--lookup {text}: {error}")))
        };
        self.lookup.iter().map(read).collect()
    }

    /// The verdicts on lookups that are named.
    fn named(&self, wanted: &[LookupId], all: &[LookupVerdict]) -> Result<Vec<LookupVerdict>, Failure> {
        let find = |id: &LookupId| {
            all.iter().find(|verdict| verdict.id == *id).cloned().ok_or_else(|| {
                let origin = id.operation.origin;
                let its = |verdict: &&LookupVerdict| {
                    verdict.id.place == id.place && verdict.id.operation.origin == origin
                };
                let mut numbers: Vec<u32> =
                    all.iter().filter(its).map(|verdict| verdict.id.operation.number).collect();
                numbers.sort_unstable();
                let known = match (numbers.first(), numbers.last()) {
                    (Some(first), Some(last)) => {
                        format!("peer {} issued {first} to {last} there", origin.0)
                    }
                    _ => format!("peer {} issued none there", origin.0),
                };
                Failure::input(format!(
                    "{}: has no lookup {id} in its measured period: {known}; --worst 10 names some",
                    self.folder.display()
                ))
            })
        };
        wanted.iter().map(find).collect()
    }
}
