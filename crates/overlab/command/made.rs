//! A results folder whose runs are to be had again.

use super::failure::Failure;
use super::source::{Changes, Source};
use super::{REVISION, VERSION};
use clap::{Args, value_parser};
use overlab_lab::{Again, AgainError, Plan, Registry, RunPlace};
use overlab_schema::{Manifest, ResultFile};
use std::path::{Path, PathBuf};

/// Which runs of a folder.
#[derive(Debug, Default, Args)]
pub(super) struct Which {
    /// Only this overlay: its label or its number, counted from 0.
    #[arg(long, value_name = "OVERLAY")]
    overlay: Option<String>,
    /// Only this point of the sweep, counted from 0.
    #[arg(long, value_name = "N")]
    point: Option<usize>,
    /// Only this replication, counted from 0.
    #[arg(long, value_name = "N")]
    replication: Option<u32>,
}

/// How runs of a folder are had again.
#[derive(Debug, Default, Args)]
pub(super) struct Means {
    /// A folder with data files that are not in the results folder.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Threads of a run; by default as many as the machine has processors.
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=4096))]
    threads: Option<u32>,
}

impl Means {
    pub(super) fn threads(&self) -> usize {
        self.threads.map_or_else(overlab_lab::cores, |threads| threads as usize)
    }
}

/// A results folder, its scenario resolved.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) folder: PathBuf,
    pub(super) source: Source,
    pub(super) plans: Vec<Plan>,
    manifest: Manifest,
}

impl Made {
    /// Reads the scenario and the manifest of a results folder.
    pub(super) fn open(folder: &Path, means: &Means, registry: &Registry) -> Result<Self, Failure> {
        let name = folder.display();
        let file = folder.join("scenario.json");
        if !file.is_file() {
            return Err(Failure::input(format!(
                "{name}: holds no scenario.json: name a folder that `overlab run` wrote"
            )));
        }
        let mut source = Source::read(&file, &Changes::default(), registry)?;
        let plans = source.plans(means.data.as_deref())?;
        let path = folder.join(Manifest::FILE);
        let text = fs_err::read_to_string(&path).map_err(|error| {
            Failure::input(format!("{error}: complete the folder with `overlab run` first"))
        })?;
        let manifest = Manifest::from_json(&path.display().to_string(), &text)?;
        Ok(Self { folder: folder.to_owned(), source, plans, manifest })
    }

    /// The runs that the folder holds, as far as they are wanted.
    pub(super) fn places(&self, which: &Which) -> Result<Vec<RunPlace>, Failure> {
        let points = &self.source.experiment.points;
        let mut all = Vec::new();
        for (point, at) in points.iter().enumerate() {
            for (overlay, its) in at.scenario.overlays.iter().enumerate() {
                let named = |name: &String| its.label() == name || overlay.to_string() == *name;
                if which.point.is_some_and(|wanted| wanted != point)
                    || !which.overlay.as_ref().is_none_or(named)
                {
                    continue;
                }
                let there = self.replications(RunPlace { point, overlay, replication: 0 });
                let wanted = |replication: &u32| which.replication.is_none_or(|one| one == *replication);
                let place = |replication| RunPlace { point, overlay, replication };
                all.extend(there.into_iter().filter(wanted).map(place));
            }
        }
        if all.is_empty() {
            return Err(Failure::input(format!(
                "{}: holds no such run: it has {} point(s), the overlays {}; see its summary.json",
                self.folder.display(),
                points.len(),
                points[0]
                    .scenario
                    .overlays
                    .iter()
                    .map(overlab_schema::scenario::Overlay::label)
                    .collect::<Vec<_>>()
                    .join(", "),
            )));
        }
        Ok(all)
    }

    /// A run that the folder must hold.
    pub(super) fn holds(&self, place: RunPlace) -> Result<(), Failure> {
        let points = &self.source.experiment.points;
        let known = points.get(place.point).is_some_and(|at| place.overlay < at.scenario.overlays.len());
        if known && self.replications(place).contains(&place.replication) {
            return Ok(());
        }
        let RunPlace { point, overlay, replication } = place;
        Err(Failure::input(format!(
            "{}: holds no run of point {point}, overlay {overlay}, replication {replication} (counted from 0): if it is \
             part of the scenario, complete the folder with `overlab run` first",
            self.folder.display()
        )))
    }

    /// The replications of an overlay at a point that are there.
    fn replications(&self, place: RunPlace) -> Vec<u32> {
        let Some(run) = self.run(place) else { return Vec::new() };
        if run.digests.is_empty() {
            // Written before manifests told digests.
            return (0..run.replications).collect();
        }
        run.digests.keys().copied().collect()
    }

    fn run(&self, place: RunPlace) -> Option<&overlab_schema::ManifestRun> {
        let at = &self.source.experiment.points[place.point];
        let label = at.scenario.overlays[place.overlay].label();
        self.manifest.runs.iter().find(|run| {
            run.overlay == label
                && at.parameters.iter().all(|(path, value)| run.parameters.get(path) == Some(value))
        })
    }

    /// The digest of a run, as the folder has it.
    pub(super) fn digest(&self, place: RunPlace) -> Option<&str> {
        self.run(place)?.digests.get(&place.replication).map(String::as_str)
    }

    /// A run of the folder, to be had again.
    pub(super) fn again<'a>(
        &'a self,
        place: RunPlace,
        threads: usize,
        go_on: &'a (dyn Fn(f64, u64) -> bool + Sync),
    ) -> Result<Again<'a>, Failure> {
        Ok(Again::new(&self.source.experiment, &self.plans, place, threads, go_on)?)
    }

    /// Holds a digest of this program to the folder's.
    pub(super) fn is_the_run(&self, place: RunPlace, digest: &str) -> Result<(), Failure> {
        let Some(expected) = self.digest(place).filter(|expected| *expected != digest) else {
            return Ok(());
        };
        let made = described(&self.manifest.version, self.manifest.revision.as_deref());
        let this = described(VERSION, REVISION);
        Err(Failure::input(format!(
            "{}: this program ({this}) does not run {} as the one that wrote it ({made}): digest {digest} instead of \
             {expected}; use that version, or run the scenario again",
            self.folder.display(),
            self.name(place),
        )))
    }

    /// A run in words.
    pub(super) fn name(&self, place: RunPlace) -> String {
        let RunPlace { point, overlay, replication } = place;
        let points = &self.source.experiment.points;
        let label = points[point].scenario.overlays[overlay].label();
        if points.len() == 1 {
            format!("{label}, replication {replication}")
        } else {
            format!("{label}, point {point}, replication {replication}")
        }
    }
}

/// A version in words.
pub(super) fn described(version: &str, revision: Option<&str>) -> String {
    revision.map_or_else(|| version.to_owned(), |revision| format!("{version} ({revision})"))
}

impl From<AgainError> for Failure {
    fn from(error: AgainError) -> Self {
        match error {
            AgainError::Run(_) if error.is_interruption() => Self::Interrupted,
            AgainError::Run(_) => Self::run(error),
            error => Self::input(error),
        }
    }
}
