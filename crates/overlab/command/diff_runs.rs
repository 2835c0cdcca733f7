//! `overlab diff-runs`: the first event in which runs differ.

use super::failure::Failure;
use super::made::{Made, Means, Which};
use super::{Done, interrupt, output};
use clap::Args;
use overlab_lab::{Divergence, Occurrence, Registry, RunPlace, divergence, occurrence_json};
use overlab_time::Time;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

const EXAMPLES: &str = "\
Examples:
  overlab diff-runs results/before results/after
  overlab diff-runs results/before results/after --overlay Chord --replication 0
  overlab diff-runs results/quickstart

Of two folders, runs are compared that stand at the same point, overlay and replication: first by their digests, which \
cover every event. The first that differs is run again from both folders, and the first event that is not the same is \
told with what happened before and after, one JSON object a line as `overlab trace` writes them. Overlays are matched \
in their order. Of one folder, the digests are held to what this program makes of its scenario. Exit codes: 0 the same; \
1 different; 2 a folder or run is missing, or this program runs a folder differently than the one that wrote it; 130 \
interrupted.";

/// Finds the first event in which two runs differ.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffRuns {
    /// A results folder.
    #[arg(value_name = "DIR")]
    first: PathBuf,
    /// Another; by default what this program makes of the scenario in the first.
    #[arg(value_name = "DIR")]
    second: Option<PathBuf>,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    means: Means,
}

impl DiffRuns {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let first = Made::open(&self.first, &self.means, registry)?;
        let places = first.places(&self.which)?;
        let stop = interrupt::watch();
        let go_on = |_: f64, _: u64| !stop.load(Ordering::Relaxed);
        let Some(second) = &self.second else {
            return self.alone(&first, &places, &go_on);
        };
        let second = Made::open(second, &self.means, registry)?;
        let Some(place) = self.first_different(&first, &second, &places, &go_on)? else {
            return output::print(&format!(
                "identical: {} and {}: {} run(s) with the same digests\n",
                self.first.display(),
                second.folder.display(),
                places.len()
            ));
        };
        let (left, right) = (first.again(place, 1, &go_on)?, second.again(place, 1, &go_on)?);
        let names = [&first, &second].map(|made| format!("{}: {}", made.folder.display(), made.name(place)));
        let measured = left.plan.calendar.from;
        match divergence(&left, &right)? {
            None => output::print(&format!(
                "different: {} and {}: the same events, but not the same digests: the networks' lookaheads differ, or what \
                 messages were numbered\n",
                names[0], names[1]
            ))?,
            Some(found) => output::print(&told(&found, &names, measured))?,
        }
        Err(Failure::run(format!("{} and {} are not the same run", names[0], names[1])))
    }

    /// The first run whose digests differ.
    fn first_different(
        &self,
        first: &Made,
        second: &Made,
        places: &[RunPlace],
        go_on: &(dyn Fn(f64, u64) -> bool + Sync),
    ) -> Result<Option<RunPlace>, Failure> {
        for place in places {
            second.holds(*place)?;
            let digest = |made: &Made| match made.digest(*place) {
                Some(digest) => Ok(digest.to_owned()),
                // Written before manifests told digests: run it again.
                None => Ok::<_, Failure>(made.again(*place, self.means.threads(), go_on)?.run()?.digest),
            };
            if digest(first)? != digest(second)? {
                // Only a run that this program repeats can be looked into.
                for made in [first, second] {
                    let again = made.again(*place, self.means.threads(), go_on)?;
                    made.is_the_run(*place, &again.run()?.digest)?;
                }
                return Ok(Some(*place));
            }
        }
        Ok(None)
    }

    /// One folder against this program.
    fn alone(&self, made: &Made, places: &[RunPlace], go_on: &(dyn Fn(f64, u64) -> bool + Sync)) -> Done {
        for place in places {
            let digest = made.again(*place, self.means.threads(), go_on)?.run()?.digest;
            let Some(expected) = made.digest(*place) else {
                return Err(Failure::input(format!(
                    "{}: its manifest.json tells no digests: it was written by an earlier version; use `overlab verify`",
                    self.first.display()
                )));
            };
            if expected != digest {
                output::print(&format!(
                    "different: {}: {}: digest {expected}; this program's run has {digest}\n",
                    self.first.display(),
                    made.name(*place)
                ))?;
                return Err(Failure::run(format!(
                    "{} was not made by what this program does; `overlab verify` names the first figure that differs, and \
                     `overlab diff-runs` the first event where both versions' folders are run by one program",
                    self.first.display()
                )));
            }
        }
        output::print(&format!(
            "identical: {}: {} run(s) have the digests that this program gives\n",
            self.first.display(),
            places.len()
        ))
    }
}

/// What two runs have in common last, and how they part.
fn told(found: &Divergence, names: &[String; 2], measured: Time) -> String {
    let lines = |of: &[Occurrence]| {
        of.iter().map(|one| format!("  {}\n", occurrence_json(one, measured))).collect::<String>()
    };
    let over = |of: &[Occurrence]| {
        if of.is_empty() { "  nothing more\n".to_owned() } else { lines(of) }
    };
    let when = |of: &[Occurrence]| {
        of.first().map(|one| (i128::from(one.time.0) - i128::from(measured.0)) as f64 / 1e9)
    };
    let at = [when(&found.left), when(&found.right)].into_iter().flatten().reduce(f64::min);
    let at = at.map_or_else(String::new, |at| format!(" at {at} s of the measured period"));
    let common = if found.common.is_empty() {
        "nothing before it\n".to_owned()
    } else {
        format!("the same in both, the last before it:\n{}", lines(&found.common))
    };
    format!(
        "different: the first event that is not the same{at}\n\n{common}\n{}:\n{}\n{}:\n{}",
        names[0],
        over(&found.left),
        names[1],
        over(&found.right)
    )
}
