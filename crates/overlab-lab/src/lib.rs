//! Experiments: from a scenario to a folder of results.
//!
//! * A [`Registry`] knows the algorithms; a plug-in adds its own with [`entry!`].
//! * [`Experiment::resolve`] checks every point of a scenario and fills in every default before anything runs.
//! * [`execute`] runs what a results folder ([`Store`]) lacks, in parallel, and keeps what is finished whatever
//!   happens: an interruption, a full disk, a protocol that panics.
//! * [`METRICS`] lists what is measured.
//! * [`compare()`] says how far overlays lie from each other, and [`budget()`] which is best for a given cost.
//! * [`STANDARD`] is the suite that algorithms are held beside each other by.
//!
//! This is the only crate that writes results. It draws nothing and prints nothing.

#![forbid(unsafe_code)]

mod again;
mod aggregate;
mod calendar;
mod census;
mod clock;
#[cfg(feature = "parquet")]
mod columns;
mod compare;
mod cost;
mod diverge;
mod execute;
mod experiment;
mod explain;
mod faults;
mod forecast;
mod ground;
mod identity;
mod key_routing;
mod load;
mod merge;
mod methods;
mod metric;
mod outcome;
mod picture;
mod precision;
mod published;
mod ranks;
mod registry;
mod replay;
mod run;
mod sample;
mod savings;
mod schedule;
mod service;
mod shard;
mod standard;
mod static_routing;
mod statistics;
mod store;
mod suite;
mod trace;
mod warmup;
mod watch;

pub use again::{
    Again, AgainError, Arrival, Detail, Heard, Hearing, Issue, Legs, Life, Occurrence, Passing, Period,
    Report, Sending, Turn, Way, What, Wish,
};
pub use calendar::{Calendar, Phase};
pub use clock::{Stopwatch, available_memory, cores, machine, now_rfc3339};
pub use compare::{CompareError, Question, compare, keep};
pub use cost::budget;
pub use diverge::{Divergence, divergence};
pub use execute::{Execute, ExecuteError, ExecuteShard, Execution, Progress, execute, execute_shard};
pub use experiment::{Experiment, ExperimentPoint};
pub use explain::{
    Explanation, Fate, Leg, LegKind, LookupId, LookupVerdict, NoLookupId, Parts, Step, Trouble, Worse,
    explain, verdicts,
};
pub use forecast::{Forecast, ForecastError, PEERS_WORTH_A_PILOT, RunForecast, TooLarge, forecast};
pub use ground::{DataError, DataFiles, Ground, GroundError, Plan};
pub use identity::{OverlayIdentity, RunIdentity};
pub use merge::{MergeError, Merger, scenario_of};
pub use metric::{Better, METRICS, MetricEntry, metric};
pub use outcome::{Cost, EventEffect, RunOutcome};
pub use overlab_engine::Link;
pub use overlab_underlay::Export;
pub use picture::picture;
pub use ranks::{Ranks, Sharing, assist};
pub use registry::{Entry, Registry, RunContext, Settled};
pub use run::{RunError, Running};
pub use sample::Sample;
pub use savings::savings;
pub use shard::{Shard, ShardError};
pub use standard::{FIGURES, Figure, FigureKind, STANDARD, StandardPart, StandardRow, standard_rows};
pub use statistics::{
    Estimate, SHORTEST_SERIES, Transient, mser_5, quantile_interval, share_interval, skewed_interval,
};
pub use store::{RunPlace, Store, StoreError, write_whole};
pub use suite::{SUITE, SuitePart};
pub use trace::{ChromeTrace, occurrence_json, trace};
