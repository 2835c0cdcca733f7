//! `overlab trace`: what one peer did, sent and got, as JSON lines or for Perfetto.

use super::failure::Failure;
use super::made::{Made, Means, Which};
use super::{Done, interrupt, output};
use clap::{Args, ValueEnum};
use overlab_lab::{ChromeTrace, Occurrence, Period, Registry, occurrence_json, trace};
use overlab_peer::PeerId;
use overlab_time::{Span, Time};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

const EXAMPLES: &str = "\
Examples:
  overlab trace results/quickstart --peer 17 --from 60s --to 70s
  overlab trace results/quickstart --peer 17 --from 60s --to 70s --overlay Kademlia --replication 2
  overlab trace results/quickstart --peer 17 --to 5min --format chrome --out trace.json
  overlab trace results/quickstart --peer 17 --from -30s --to 0s

Times count from the start of the measured period, as those of timelines and of lookups.csv do; a minus leads into the \
warm-up. The run is the folder's first unless --overlay, --point and --replication say otherwise; it is run again until \
the end of the period. Format jsonl: one JSON object for each thing that happened at the peer (and for what others sent \
it and got from it), with all that messages say, the table entries used, and how long messages take on each part of \
their way. Format chrome: the Trace Event Format, for https://ui.perfetto.dev: a process for each peer, flows from \
sender to receiver. Exit codes: 0 done; 1 a file could not be written; 2 no such run or peer; 130 interrupted.";

/// Writes down all that a peer did, sent and got.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Trace {
    /// A results folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The peer: its address, as lookups.csv has it.
    #[arg(long, value_name = "N")]
    peer: u32,
    /// The first instant; by default the start of the measured period.
    #[arg(long, value_name = "TIME", default_value = "0s", allow_hyphen_values = true)]
    from: String,
    /// The instant after the last.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    to: String,
    /// How it is written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// The file to write; by default standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    means: Means,
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One JSON object a line.
    Jsonl,
    /// The Trace Event Format, which Perfetto opens.
    Chrome,
}

impl Trace {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let made = Made::open(&self.folder, &self.means, registry)?;
        let place = made.places(&self.which)?[0];
        let plan = &made.plans[place.point];
        if self.peer >= plan.pool {
            return Err(Failure::input(format!(
                "--peer {}: there are {} peers, counted from 0",
                self.peer, plan.pool
            )));
        }
        let measured = plan.calendar.from;
        let period = Period {
            from: instant("--from", &self.from, measured)?,
            to: instant("--to", &self.to, measured)?,
        };
        if period.from >= period.to {
            return Err(Failure::input(format!(
                "--from {} --to {}: nothing lies between: give a later --to",
                self.from, self.to
            )));
        }
        if period.from > plan.calendar.end {
            return Err(Failure::input(format!(
                "--from {}: the run ends before, {} after the start of the measured period",
                self.from,
                plan.calendar.end.since(measured)
            )));
        }
        let stop = interrupt::watch();
        let go_on = |_: f64, _: u64| !stop.load(Ordering::Relaxed);
        let again = made.again(place, 1, &go_on)?;
        let mut text = String::new();
        let mut chrome = ChromeTrace::new(&format!("{}: {}", made.source.name(), made.name(place)), measured);
        let mut sink = |occurrence: Occurrence| match self.format {
            Format::Jsonl => text.push_str(&format!("{}\n", occurrence_json(&occurrence, measured))),
            Format::Chrome => chrome.add(occurrence),
        };
        trace(&again, PeerId(self.peer), period, &mut sink)?;
        if matches!(self.format, Format::Chrome) {
            text = format!("{}\n", chrome.to_json());
        }
        match &self.out {
            None => output::print(&text),
            Some(file) => overlab_lab::write_whole(file, text.as_bytes())
                .map_err(|error| Failure::run(format!("cannot write {}: {error}", file.display()))),
        }
    }
}

/// An instant of the run, given as the time since the start of the measured period.
fn instant(option: &str, text: &str, measured: Time) -> Result<Time, Failure> {
    let (before, span) = match text.strip_prefix('-') {
        Some(span) => (true, span),
        None => (false, text),
    };
    let span: Span = span.parse().map_err(|error| Failure::input(format!("{option} {text}: {error}")))?;
    // What lies before the run begins with it.
    Ok(if before { Time(measured.0.saturating_sub(span.0)) } else { measured + span })
}
