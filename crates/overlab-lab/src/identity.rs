//! What a run is: everything that its outcome depends on, from which the name of its file follows.
//!
//! A run that belongs to two experiments has one identity in both. So a sweep that is extended finds what it has in
//! common with the one before, and nothing of another scenario is ever taken for it.

use crate::experiment::Experiment;
use crate::ground::{grace, shorten_names};
use crate::store::RunPlace;
use overlab_schema::scenario::Scenario;
use serde_json::{Map, Value, json};

/// The keys of a scenario that no single run depends on: what it is called, and which runs there are besides.
const OTHERS: [&str; 8] =
    ["$schema", "name", "description", "sweep", "replications", "overlays", "inputs", "published"];

/// All that the outcome of a run depends on besides the program that makes it.
///
/// That is the scenario at its point with every default filled in, the overlay without its label, the hashes of the
/// files that are read, and the number of the replication. Of the other overlays only their patience matters: a run
/// waits for the last answer of the slowest of them, so that all end at the same instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunIdentity {
    text: String,
}

impl RunIdentity {
    /// The identity as JSON on one line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The identity of something else that is run and kept, described in full by `content`.
    pub fn of(content: &Value) -> Self {
        Self { text: content.to_string() }
    }
}

/// An overlay at a point: what its replications have in common.
#[derive(Clone, Debug)]
pub struct OverlayIdentity {
    /// The JSON up to the number of the replication.
    start: String,
}

impl OverlayIdentity {
    /// The identity of one replication.
    pub fn replication(&self, replication: u32) -> RunIdentity {
        RunIdentity { text: format!("{}{replication}}}", self.start) }
    }
}

impl Experiment {
    /// What the runs of an overlay at a point are. [`Experiment::plans`] must have been made: data files count by what is in
    /// them.
    ///
    /// # Panics
    /// If there is no such point or overlay.
    pub fn identity(&self, point: usize, overlay: usize) -> OverlayIdentity {
        let at = &self.points[point];
        let mut scenario = at.scenario.clone();
        let patience = grace(&scenario);
        let mut own = scenario.overlays[overlay].clone();
        own.label = None;
        if let Value::Object(parameters) = &at.algorithms[overlay].1.parameters {
            own.algorithm.parameters = parameters.clone();
        }
        shorten_names(&mut scenario);
        let identity = json!({
            "scenario": frame(&scenario),
            "inputs": at.inputs,
            "overlay": own,
            "patience": patience.to_string(),
        });
        let mut start = identity.to_string();
        start.pop();
        start.push_str(",\"replication\":");
        OverlayIdentity { start }
    }
}

impl Experiment {
    /// What a run is; see [`Experiment::identity`].
    ///
    /// # Panics
    /// If there is no such point or overlay.
    pub fn run_identity(&self, place: RunPlace) -> RunIdentity {
        self.identity(place.point, place.overlay).replication(place.replication)
    }

    /// What a run is called: its overlay, the values of the sweep, and its replication.
    ///
    /// # Panics
    /// If there is no such point or overlay.
    pub fn name_of(&self, place: RunPlace) -> String {
        let point = &self.points[place.point];
        let label = point.scenario.overlays[place.overlay].label();
        let at = if point.parameters.is_empty() { String::new() } else { format!(", {}", point.label()) };
        format!("{label}{at}, replication {}", place.replication)
    }
}

/// What all runs at a point share.
fn frame(scenario: &Scenario) -> Map<String, Value> {
    let Ok(Value::Object(mut all)) = serde_json::to_value(scenario) else {
        unreachable!("a scenario is an object with string keys")
    };
    all.retain(|key, _| !OTHERS.contains(&key.as_str()));
    all
}
