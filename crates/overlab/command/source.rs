//! Scenarios as the command line names them: a file and what options change of it.

use super::failure::Failure;
use super::output;
use clap::Args;
use overlab_lab::{DataError, DataFiles, Experiment, ExperimentPoint, Ground, Plan, Registry};
use overlab_schema::{Document, Path as ScenarioPath};
use serde_json::Value;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What options change of a scenario.
#[derive(Debug, Default, Args)]
pub(super) struct Changes {
    /// Sets a value of the scenario: a path such as `overlays[0].algorithm.chord.successors`, and JSON or a bare word.
    /// May be given several times. File names given here are relative to the working folder.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// The seed that everything random is derived from; the same as `--set seed=N`.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// A scenario, read and resolved.
#[derive(Debug)]
pub(super) struct Source {
    document: Document,
    /// The folder of its file.
    folder: PathBuf,
    pub(super) experiment: Experiment,
}

impl Source {
    /// Reads the scenario in `file`, changes it, and resolves all its points.
    pub(super) fn read(file: &Path, changes: &Changes, registry: &Registry) -> Result<Self, Failure> {
        let name = file.display().to_string();
        let bytes = std::fs::File::open(file).and_then(|mut file| {
            let mut bytes = Vec::new();
            // A little more than a scenario may have: enough to see that this is none.
            file.by_ref().take((16 << 20) + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        let bytes = bytes.map_err(|error| {
            Failure::input(format!("{name}: cannot be read ({error}): name a scenario file"))
        })?;
        let mut document = Document::parse_bytes(&name, &bytes)?;
        for (number, set) in (1..).zip(&changes.set) {
            document.set(number, set)?;
        }
        if let Some(seed) = changes.seed {
            let path: ScenarioPath = "seed".parse().expect("a key is a path");
            document.set_value(&format!("--seed {seed}"), &path, Value::from(seed))?;
        }
        let experiment = Experiment::resolve(&document, registry)?;
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self { document, folder, experiment })
    }

    /// The scenario's name.
    pub(super) fn name(&self) -> &str {
        &self.experiment.scenario.name
    }

    /// Finds and reads the files that the scenario names, and checks all that can be checked before a run.
    pub(super) fn plans(&mut self, data: Option<&Path>) -> Result<Vec<Plan>, Failure> {
        let mut plans = self.drafts(data)?;
        self.experiment.detect_warmups(&mut plans)?;
        Ok(plans)
    }

    /// The same for whatever runs nothing: warm-ups that are to be detected are not.
    pub(super) fn drafts(&mut self, data: Option<&Path>) -> Result<Vec<Plan>, Failure> {
        let plans = self.experiment.drafts(&self.folder, data)?;
        for (at, (point, plan)) in self.experiment.points.iter().zip(&plans).enumerate() {
            // Underlays that come from a file can be too small for the peers; generated ones are alike at all points.
            if at == 0 || !plan.model().is_random() {
                ground(point, plan)?;
            }
        }
        Ok(plans)
    }

    /// What to say about files that the scenario names and that are not there.
    pub(super) fn missing_data(&self, data: Option<&Path>) -> Result<Vec<String>, Failure> {
        let mut missing = Vec::new();
        for (point, resolved) in self.document.points()?.iter().zip(&self.experiment.points) {
            let origin = |path: &str| path.parse().is_ok_and(|path| point.origin(&path).is_option());
            let base = |path: &str| if origin(path) { PathBuf::new() } else { self.folder.clone() };
            if let Err((path, error @ DataError::Missing { .. })) =
                DataFiles::find(&resolved.scenario, &base, data)
            {
                let problem = resolved.locate(&path, &error.to_string()).to_string();
                if !missing.contains(&problem) {
                    missing.push(problem);
                }
            }
        }
        Ok(missing)
    }

    /// Tells what should be looked at before the figures are trusted.
    pub(super) fn tell_warnings(&self) {
        for warning in &self.experiment.warnings {
            output::warn(warning);
        }
    }
}

/// The underlay and all else that the overlays of the first replication share.
pub(super) fn ground(point: &ExperimentPoint, plan: &Plan) -> Result<Ground, Failure> {
    plan.ground(0).map_err(|error| Failure::input(point.locate(&error.path, &error.message)))
}
