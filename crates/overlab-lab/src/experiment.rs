//! A scenario made ready to run: every point resolved and checked, every default filled in.

use crate::ground::{DataError, DataFiles, GroundError, Plan};
use crate::registry::{Entry, Registry, Settled};
use overlab_schema::scenario::{Input, Replications, Times, Warmup};
use overlab_schema::{DetectedStart, Document, Path, Point, Problem, Scenario, ScenarioError, TimeSeries};
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
    /// What a detected warm-up is made of; empty where it is fixed, and before [`Experiment::plans`].
    pub starts: Vec<DetectedStart>,
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
            let mut unknown = crate::precision::unknown_metrics(&scenario.replications);
            unknown.extend(crate::warmup::unknown_metrics(&scenario));
            if !unknown.is_empty() {
                let locate = |(path, message): &(String, String)| {
                    point.locate(&path.parse().unwrap_or_else(|_| Path::root()), message)
                };
                return Err(ScenarioError::Content(unknown.iter().map(locate).collect()));
            }
            let parameters = point.parameters();
            let (inputs, starts) = (BTreeMap::new(), Vec::new());
            points.push(ExperimentPoint { point, parameters, scenario, algorithms, starts, inputs });
        }
        // One warm-up for all points, or they could not be compared.
        let longest = points
            .iter()
            .flat_map(|point| &point.algorithms)
            .map(|(_, settled)| settled.longest_period)
            .max();
        let warmup = longest.unwrap_or(Span::ZERO) * 2;
        for point in points.iter_mut().filter(|point| !point.scenario.is_static()) {
            settle(&mut point.scenario.time, warmup);
        }
        let mut scenario = document.scenario()?;
        if !scenario.is_static() {
            if scenario.sweep.axes.iter().all(|axis| axis.path != "time.warmup") {
                scenario.time.warmup.get_or_insert(Warmup::Fixed(warmup));
            }
            if scenario.sweep.axes.iter().all(|axis| !axis.path.starts_with("time")) {
                settle(&mut scenario.time, warmup);
            }
        }
        let first = points.first().expect("there is at least one point");
        for (overlay, (_, settled)) in scenario.overlays.iter_mut().zip(&first.algorithms) {
            if let Value::Object(parameters) = &settled.parameters {
                overlay.algorithm.parameters = parameters.clone();
            }
        }
        let mut experiment = Self { scenario, points, warnings, findings };
        let unread = crate::published::check(&experiment)?;
        experiment.warnings.extend(unread.iter().map(ToString::to_string));
        Ok(experiment)
    }

    /// Makes every point ready to run: finds its data files, reads what they hold, and runs the pilots of warm-ups that are to
    /// be detected.
    ///
    /// # Errors
    /// Where a file is missing, unreadable, wrong or not sufficient, or a warm-up cannot be detected, located.
    pub fn plans(&mut self, folder: &FilePath, data: Option<&FilePath>) -> Result<Vec<Plan>, ScenarioError> {
        let mut plans = self.drafts(folder, data)?;
        self.detect_warmups(&mut plans)?;
        Ok(plans)
    }

    /// Runs the pilots of warm-ups that are to be detected and puts what they say into points and plans.
    ///
    /// # Errors
    /// Where a warm-up cannot be detected, located.
    pub fn detect_warmups(&mut self, plans: &mut [Plan]) -> Result<(), ScenarioError> {
        for (point, plan) in self.points.iter_mut().zip(plans) {
            let Some(detected) = point.scenario.time.warmup.as_ref().and_then(Warmup::detected) else {
                continue;
            };
            let wrong = |GroundError { path, message }: GroundError| {
                ScenarioError::Content(vec![point.locate(&path, &message)])
            };
            let (warmup, starts) = crate::warmup::detect(point, plan, detected).map_err(wrong)?;
            *plan = plan.after(warmup).map_err(wrong)?;
            point.scenario.time.warmup = Some(Warmup::Fixed(warmup));
            point.starts = starts;
        }
        Ok(())
    }

    /// Finds the data files of every point and reads what they hold; warm-ups that are to be detected are as long as
    /// can be. Enough for whatever runs nothing.
    ///
    /// # Errors
    /// Where a file is missing, unreadable, wrong or not sufficient, located.
    pub fn drafts(&mut self, folder: &FilePath, data: Option<&FilePath>) -> Result<Vec<Plan>, ScenarioError> {
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

    /// How many runs there are in all; the fewest, where replications go on until something is precise.
    pub fn runs(&self) -> u64 {
        self.runs_of(Replications::at_least)
    }

    /// How many runs there are at most.
    pub fn most_runs(&self) -> u64 {
        self.runs_of(Replications::at_most)
    }

    fn runs_of(&self, replications: fn(&Replications) -> u32) -> u64 {
        let of_point = |scenario: &Scenario| {
            scenario.overlays.len() as u64 * u64::from(replications(&scenario.replications))
        };
        self.points.iter().map(|point| of_point(&point.scenario)).sum()
    }
}

/// Fills in what is not said of the warm-up, where `warmup` is what it is by default.
fn settle(time: &mut Times, warmup: Span) {
    let within = warmup * 4 + time.measure;
    if let Warmup::Detected(detected) = time.warmup.get_or_insert(Warmup::Fixed(warmup)) {
        detected.within.get_or_insert(within);
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
        entry.suits(scenario, &settled.parameters).map_err(|(path, message)| {
            let path =
                path.map_or_else(|| within.clone(), |path| path.parse().unwrap_or_else(|_| Path::root()));
            ScenarioError::Content(vec![point.locate(&path, message)])
        })?;
        all.push((entry, settled));
    }
    Ok(all)
}
