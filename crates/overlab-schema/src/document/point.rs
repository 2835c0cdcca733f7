//! One point of a sweep: a scenario with one value of each swept path.

use super::{Lattice, Mark, Origin, Path, Swept, Tree};
use crate::error::{Problem, ScenarioError};
use crate::misfit::{Misfit, Part, fit};
use crate::scenario::{Axis, Finding, Scenario};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;

/// One point of a sweep; the only one of a scenario without a sweep.
///
/// Values are put in when they are asked for, so that a hundred thousand points cost little.
#[derive(Clone, Debug)]
pub struct Point {
    swept: Arc<Swept>,
    index: u64,
}

impl Point {
    pub(crate) fn new(swept: Arc<Swept>, index: u64) -> Self {
        Self { swept, index }
    }

    /// Its place in the order of the sweep, from 0.
    pub fn index(&self) -> usize {
        self.index as usize
    }

    /// The swept paths as they are spelled in the file, each with its value here, in the order of the file.
    pub fn parameters(&self) -> Vec<(String, Value)> {
        let (_, lattice) = &*self.swept;
        let choices = lattice.choices(self.index);
        lattice
            .axes
            .iter()
            .zip(choices)
            .map(|(axis, choice)| (axis.spelled.clone(), axis.values[choice].clone()))
            .collect()
    }

    fn tree(&self) -> Tree {
        let (document, lattice) = &*self.swept;
        let mut tree = document.tree.clone();
        let choices = lattice.choices(self.index);
        for (index, (axis, choice)) in lattice.axes.iter().zip(choices).enumerate() {
            tree.set(&axis.path, axis.values[choice].clone(), Mark::Axis(index as u32))
                .expect("paths were tried when the points were counted, and none leads into another");
        }
        tree
    }

    /// The scenario at this point with all its defaults, checked.
    ///
    /// It has no sweep: the values of this point stand where the sweep puts them.
    /// An algorithm's own parameters stay raw: see [`Point::fit`].
    ///
    /// # Errors
    /// The first key or value that does not fit its type, or else everything that cannot be, each located.
    pub fn scenario(&self) -> Result<Scenario, ScenarioError> {
        let mut scenario = self.checked()?;
        scenario.fill_derived(&[]);
        Ok(scenario)
    }

    /// As [`Point::scenario`], without the defaults that another point of the sweep might have otherwise.
    pub(crate) fn shown(&self) -> Result<Scenario, ScenarioError> {
        let mut scenario = self.checked()?;
        let Lattice { axes, zip, conditions, .. } = &self.swept.1;
        let paths: Vec<Path> = axes.iter().map(|axis| axis.path.clone()).collect();
        scenario.fill_derived(&paths);
        scenario.sweep.axes = axes
            .iter()
            .map(|axis| Axis { path: axis.spelled.clone(), values: axis.values.clone() })
            .collect();
        scenario.sweep.zip.clone_from(zip);
        scenario.sweep.conditions.clone_from(conditions);
        Ok(scenario)
    }

    fn checked(&self) -> Result<Scenario, ScenarioError> {
        let tree = self.tree();
        let located = |findings: Vec<Finding>| -> Vec<Problem> {
            findings
                .into_iter()
                .map(|finding| self.problem(&tree, finding.path, finding.message, finding.part))
                .collect()
        };
        // Another version may have any keys, so its number is looked at before them.
        if let Some(finding) = Scenario::check_version(&tree.value) {
            return Err(ScenarioError::Content(located(vec![finding])));
        }
        let scenario: Scenario = fit(&tree.value).map_err(|misfit| {
            ScenarioError::Content(vec![self.problem(&tree, misfit.path, misfit.message, misfit.part)])
        })?;
        let findings = scenario.check();
        if findings.is_empty() { Ok(scenario) } else { Err(ScenarioError::Content(located(findings))) }
    }

    /// What is allowed but should be looked at before the figures are trusted, located.
    pub fn warnings(&self, scenario: &Scenario) -> Vec<Problem> {
        let tree = self.tree();
        let warnings = scenario.warnings();
        warnings
            .into_iter()
            .map(|finding| self.problem(&tree, finding.path, finding.message, finding.part))
            .collect()
    }

    /// Reads the raw value at `path` as a `T`: the parameters of an algorithm, a plug-in's too.
    ///
    /// # Errors
    /// The first key or value that does not fit, located.
    pub fn fit<T: DeserializeOwned>(&self, path: &Path, value: &Value) -> Result<T, ScenarioError> {
        fit(value).map_err(|misfit| ScenarioError::Content(vec![self.locate_misfit(path, misfit)]))
    }

    /// A misfit found in the value at `within`, located.
    pub fn locate_misfit(&self, within: &Path, misfit: Misfit) -> Problem {
        let path = within.clone().join(&misfit.path);
        self.problem(&self.tree(), path, misfit.message, misfit.part)
    }

    /// A problem with the value at `path`, located.
    pub fn locate(&self, path: &Path, message: impl Into<String>) -> Problem {
        self.problem(&self.tree(), path.clone(), message.into(), Part::Value)
    }

    /// A problem with the key at `path`, located.
    pub fn locate_key(&self, path: &Path, message: impl Into<String>) -> Problem {
        self.problem(&self.tree(), path.clone(), message.into(), Part::Key)
    }

    /// Where the value at `path`, or the innermost one on the way to it, comes from.
    pub fn origin(&self, path: &Path) -> Origin {
        self.mark_origin(self.tree().places.at(path).0.value)
    }

    fn problem(&self, tree: &Tree, path: Path, message: String, part: Part) -> Problem {
        let (places, found) = tree.places.at(&path);
        let mark = match part {
            Part::Key if found => places.key,
            // The key too many is most likely the last one that an option or a sweep has added.
            Part::Keys if found => places.edited_key().unwrap_or(places.value),
            _ => places.value,
        };
        Problem { place: self.mark_origin(mark).to_string(), path, message }
    }

    fn mark_origin(&self, mark: Mark) -> Origin {
        let (document, lattice) = &*self.swept;
        let choices = lattice.choices(self.index);
        let axes: Vec<_> = lattice.axes.iter().zip(choices).collect();
        document.source.origin(mark, &axes)
    }
}
