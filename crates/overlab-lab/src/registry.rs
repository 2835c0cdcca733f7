//! The algorithms that a scenario can name: one ordered slice of entries, and what a plug-in adds to it.

use crate::again::{Heard, Wish, hear};
use crate::ground::{Ground, Plan};
use crate::key_routing::KeyRoutingService;
use crate::outcome::RunOutcome;
use crate::run::{RunError, Running, run};
use crate::service::Service;
use crate::static_routing;
use overlab_peer::{About, Converged, Geometry, Parameters};
use overlab_schema::{Path, Point, Problem, Scenario, ScenarioError, fit, unknown_name};
use overlab_time::Span;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::fmt;

/// An algorithm, ready to be run on any scenario of its service.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Name, summary and source.
    pub about: About,
    /// The service it offers.
    pub service: &'static str,
    schema: fn() -> Value,
    defaults: fn() -> Value,
    settle: fn(&Point, &Path, &Value) -> Result<Settled, ScenarioError>,
    run: fn(&Value, &RunContext<'_>) -> Result<RunOutcome, RunError>,
    hear: fn(&Value, &RunContext<'_>, Wish<'_>) -> Result<Heard, RunError>,
    suits: Suits,
}

/// Whether an algorithm can serve a scenario: where not, the path that is to blame, or the algorithm's own, and why.
type Suits = fn(&Scenario, &Value) -> Result<(), (Option<&'static str>, String)>;

/// An algorithm's parameters after they were read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// All of them, defaults included.
    pub parameters: Value,
    /// The longest period of its maintenance.
    pub longest_period: Span,
}

/// What a run of an algorithm needs besides its parameters.
#[derive(Debug)]
pub struct RunContext<'a> {
    /// The scenario at this point, and what all its replications share.
    pub plan: &'a Plan,
    /// Which of the scenario's overlays this is.
    pub overlay: usize,
    /// What the overlays of this replication share.
    pub ground: &'a Ground,
    /// How it is executed: nothing of this shows in the result.
    pub running: Running<'a>,
}

impl Entry {
    /// The entry of a key-routing algorithm.
    pub const fn key_routing<A: Converged>() -> Self {
        Self {
            about: A::ABOUT,
            service: KeyRoutingService::<A>::NAME,
            schema: schema::<A::Parameters>,
            defaults: defaults::<A::Parameters>,
            settle: settle::<A::Parameters>,
            run: run_key_routing::<A>,
            hear: hear::<KeyRoutingService<A>>,
            suits: |_, _| Ok(()),
        }
    }

    /// The entry of a geometry, which serves static analyses alone.
    pub const fn geometry<G: Geometry>() -> Self {
        Self {
            about: G::ABOUT,
            service: static_routing::NAME,
            schema: schema::<G::Parameters>,
            defaults: defaults::<G::Parameters>,
            settle: settle::<G::Parameters>,
            run: static_routing::run_geometry::<G>,
            hear: |_, _, _| unreachable!("an analysis without events was refused"),
            suits: static_routing::suits::<G>,
        }
    }

    /// Whether it can serve a scenario of its service: where not, which path is to blame, and why.
    pub(crate) fn suits(
        &self,
        scenario: &Scenario,
        parameters: &Value,
    ) -> Result<(), (Option<&'static str>, String)> {
        (self.suits)(scenario, parameters)
    }

    /// The JSON Schema of its parameters, with their descriptions and defaults.
    pub fn parameter_schema(&self) -> Value {
        (self.schema)()
    }

    /// Its parameters as they are where a scenario says nothing.
    pub fn default_parameters(&self) -> Value {
        (self.defaults)()
    }

    /// Reads and checks the parameters that stand at `path` of a scenario.
    ///
    /// # Errors
    /// The first that does not fit, located.
    pub fn settle(&self, point: &Point, path: &Path, parameters: &Value) -> Result<Settled, ScenarioError> {
        (self.settle)(point, path, parameters)
    }

    /// Runs it once.
    ///
    /// # Errors
    /// Where the run was interrupted or could not be set up.
    pub fn run(&self, parameters: &Value, context: &RunContext<'_>) -> Result<RunOutcome, RunError> {
        (self.run)(parameters, context)
    }

    /// Runs it once and tells of it.
    ///
    /// # Errors
    /// Where the run was interrupted or could not be set up.
    pub(crate) fn hear(
        &self,
        parameters: &Value,
        context: &RunContext<'_>,
        wish: Wish<'_>,
    ) -> Result<Heard, RunError> {
        (self.hear)(parameters, context, wish)
    }
}

/// Runs a key-routing algorithm: simulated, or only its tables.
fn run_key_routing<A: Converged>(
    parameters: &Value,
    context: &RunContext<'_>,
) -> Result<RunOutcome, RunError> {
    match static_routing::asked(context) {
        Some(asked) => static_routing::run_algorithm::<A>(parameters, &asked, context),
        None => run::<KeyRoutingService<A>>(parameters, context),
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("name", &self.about.name)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

fn schema<P: Parameters>() -> Value {
    SchemaSettings::draft07().into_generator().into_root_schema_for::<P>().into()
}

fn defaults<P: Parameters>() -> Value {
    serde_json::to_value(P::default()).expect("parameters are plain data")
}

fn settle<P: Parameters>(point: &Point, path: &Path, parameters: &Value) -> Result<Settled, ScenarioError> {
    let parameters: P = point.fit(path, parameters)?;
    parameters.check().map_err(|error| {
        let path = path.clone().join(&error.field.parse().expect("a field's name is a path"));
        ScenarioError::Content(vec![point.locate(&path, error.problem)])
    })?;
    Ok(Settled {
        longest_period: parameters.longest_period(),
        parameters: serde_json::to_value(&parameters).expect("parameters are plain data"),
    })
}

/// Reads parameters that were settled before.
pub(crate) fn settled<P: Parameters>(parameters: &Value) -> P {
    fit(parameters).unwrap_or_else(|misfit| panic!("settled parameters fit: {misfit:?}"))
}

macro_rules! key_routing_entries {
    ($($algorithm:ty),*) => {
        &[$(Entry::key_routing::<$algorithm>()),*]
    };
}

macro_rules! geometry_entries {
    ($($geometry:ty),*) => {
        &[$(Entry::geometry::<$geometry>()),*]
    };
}

/// What this project ships, in the order of the catalogue.
const BUILT_IN: [&[Entry]; 2] = [
    overlab_algorithms::each_key_routing!(key_routing_entries),
    overlab_algorithms::each_geometry!(geometry_entries),
];

/// All algorithms of a program, in the order of lists and help texts.
#[derive(Clone, Debug)]
pub struct Registry {
    entries: Vec<Entry>,
}

impl Registry {
    /// The algorithms that this project ships.
    pub fn built_in() -> Self {
        Self { entries: BUILT_IN.concat() }
    }

    /// Adds a plug-in's algorithm.
    ///
    /// # Panics
    /// If an algorithm of that name is there already.
    #[must_use]
    pub fn with(mut self, entry: Entry) -> Self {
        assert!(
            self.find(entry.about.name).is_none(),
            "there already is an algorithm called {:?}",
            entry.about.name
        );
        self.entries.push(entry);
        self
    }

    /// All entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Those that have a protocol, so that they can be simulated: all but the geometries.
    pub fn protocols(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.service != static_routing::NAME)
    }

    /// The entry of an algorithm.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.about.name == name)
    }

    /// The entry of the algorithm that a scenario names at `path`.
    pub(crate) fn named(&self, point: &Point, path: &Path, name: &str) -> Result<&Entry, Problem> {
        self.find(name).ok_or_else(|| {
            let known: Vec<&str> = self.entries.iter().map(|entry| entry.about.name).collect();
            point.locate_key(path, unknown_name("algorithm", name, &known))
        })
    }
}

/// The registry entry of an algorithm: `Registry::built_in().with(entry!(GreedyRing))`.
#[macro_export]
macro_rules! entry {
    ($algorithm:ty) => {
        $crate::Entry::key_routing::<$algorithm>()
    };
}
