//! A scenario made ready to run: every point resolved and checked, every default filled in.

use crate::ground::{DataError, DataFiles, GroundError, Plan};
use crate::registry::{Entry, Registry, Settled};
use overlab_schema::scenario::Input;
use overlab_schema::{Document, Path, Point, Problem, Scenario, ScenarioError, TimeSeries};
use overlab_time::Span;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};

/// A scenario with all its points.
#[derive(Debug)]
pub struct Experiment {
    /// The scenario with every default filled in: what a results folder keeps. Running it gives the same bits.
    pub scenario: Scenario,
    /// The points of the sweep; one where there is none.
    pub points: Vec<ExperimentPoint>,
    /// What to look at before the figures are trusted, located.
    pub warnings: Vec<String>,
    /// The same by path alone: results must not depend on the file or the option that a value came from.
    pub(crate) findings: Vec<String>,
}

/// One point of the sweep.
#[derive(Debug)]
pub struct ExperimentPoint {
    point: Point,
    /// The swept paths and their values here.
    pub parameters: Vec<(String, Value)>,
    /// The scenario at this point.
    pub scenario: Scenario,
    /// The algorithm of each overlay.
    pub algorithms: Vec<(Entry, Settled)>,
    /// The files that are read at this point, by name; empty before [`Experiment::plans`].
    pub(crate) inputs: BTreeMap<String, Input>,
}

impl Experiment {
    /// Resolves and checks every point of `document`, before anything runs.
    ///
    /// # Errors
    /// Everything that is wrong with the first point that has anything wrong, located.
    pub fn resolve(document: &Document, registry: &Registry) -> Result<Self, ScenarioError> {
        let mut points = Vec::new();
        let (mut warnings, mut findings): (Vec<String>, Vec<String>) = Default::default();
        for point in document.points()? {
            let scenario = point.scenario()?;
            for warning in point.warnings(&scenario) {
                let finding = format!("{}: {}", warning.path, warning.message);
                if !findings.contains(&finding) {
                    findings.push(finding);
                    warnings.push(warning.to_string());
                }
            }
            let algorithms = algorithms(&point, &scenario, registry)?;
            let parameters = point.parameters();
            points.push(ExperimentPoint { point, parameters, scenario, algorithms, inputs: BTreeMap::new() });
        }
        // One warm-up for all points, or they could not be compared.
        let longest = points
            .iter()
            .flat_map(|point| &point.algorithms)
            .map(|(_, settled)| settled.longest_period)
            .max();
        let warmup = longest.unwrap_or(Span::ZERO) * 2;
        for point in &mut points {
            point.scenario.time.warmup.get_or_insert(warmup);
        }
        let mut scenario = document.scenario()?;
        if scenario.sweep.axes.iter().all(|axis| axis.path != "time.warmup") {
            scenario.time.warmup.get_or_insert(warmup);
        }
        let first = points.first().expect("there is at least one point");
        for (overlay, (_, settled)) in scenario.overlays.iter_mut().zip(&first.algorithms) {
            if let Value::Object(parameters) = &settled.parameters {
                overlay.algorithm.parameters = parameters.clone();
            }
        }
        Ok(Self { scenario, points, warnings, findings })
    }

    /// Finds the data files of every point and reads what they hold.
    ///
    /// # Errors
    /// Where a file is missing, unreadable, wrong or not sufficient, located.
    pub fn plans(&mut self, folder: &FilePath, data: Option<&FilePath>) -> Result<Vec<Plan>, ScenarioError> {
        let mut plans: Vec<Plan> = Vec::with_capacity(self.points.len());
        for point in &mut self.points {
            let base = |path: &str| point.base(path, folder);
            let files = DataFiles::find(&point.scenario, &base, data).map_err(|(path, error)| {
                ScenarioError::Content(vec![point.locate(&path, &error.to_string())])
            })?;
            point.inputs = files.inputs();
            for (name, input) in point.inputs.clone() {
                let before = self.scenario.inputs.insert(name.clone(), input.clone());
                if before.is_some_and(|before| before != input) {
                    let error = DataError::SameName { name };
                    let path = DataFiles::named(&point.scenario).first().map_or("", |named| named.0);
                    return Err(ScenarioError::Content(vec![point.locate(path, &error.to_string())]));
                }
            }
            let plan = Plan::sharing(&point.scenario, &files, plans.last()).map_err(
                |GroundError { path, message }| ScenarioError::Content(vec![point.locate(&path, &message)]),
            )?;
            plans.push(plan);
        }
        crate::ground::shorten_names(&mut self.scenario);
        for (path, value) in self.points.iter_mut().flat_map(|point| &mut point.parameters) {
            crate::ground::shorten_parameter(path, value);
        }
        Ok(plans)
    }

    /// How many runs there are in all.
    pub fn runs(&self) -> u64 {
        self.points
            .iter()
            .map(|point| point.scenario.overlays.len() as u64 * u64::from(point.scenario.replications))
            .sum()
    }
}

impl ExperimentPoint {
    /// What this point is called: its swept paths with their values in the order of the file, such as
    /// `peers.count=1000, churn.session.exponential.mean=1h`; empty where nothing is swept. It depends on no other point.
    pub fn label(&self) -> String {
        let parts = self.parameters.iter();
        let parts: Vec<String> =
            parts.map(|(path, value)| format!("{path}={}", TimeSeries::sweep_text(value))).collect();
        parts.join(", ")
    }

    /// A problem with the value at `path`, located.
    pub fn locate(&self, path: &str, message: &str) -> Problem {
        let path: Path = path.parse().unwrap_or_else(|_| Path::root());
        self.point.locate(&path, message)
    }

    /// The folder that the file named at `path` is relative to: the scenario's, or the working folder for an option's.
    fn base(&self, path: &str, folder: &FilePath) -> PathBuf {
        let path: Path = path.parse().unwrap_or_else(|_| Path::root());
        if self.point.origin(&path).is_option() { PathBuf::new() } else { folder.to_owned() }
    }
}

fn algorithms(
    point: &Point,
    scenario: &Scenario,
    registry: &Registry,
) -> Result<Vec<(Entry, Settled)>, ScenarioError> {
    let mut all = Vec::with_capacity(scenario.overlays.len());
    for (at, overlay) in scenario.overlays.iter().enumerate() {
        let name = &overlay.algorithm.name;
        let within: Path =
            format!("overlays[{at}].algorithm.{name}").parse().unwrap_or_else(|_| Path::root());
        let entry =
            *registry.named(point, &within, name).map_err(|problem| ScenarioError::Content(vec![problem]))?;
        let settled = entry.settle(point, &within, &Value::Object(overlay.algorithm.parameters.clone()))?;
        all.push((entry, settled));
    }
    Ok(all)
}
