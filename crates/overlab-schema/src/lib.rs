//! The two file formats, scenario and results: parse, check, print. Runs nothing.
//!
//! * A [`Document`] is a scenario file as text, values and places. `--set` edits it, its sweep makes [`Point`]s of it,
//!   and each point gives a checked [`Scenario`] with every default filled in.
//! * Whatever is wrong is a [`Problem`] with file, line and column (or the option of the command line, or the value of
//!   the sweep), path, and cure. [`fit`] and [`Point::fit`] do the same for the raw parameters of an algorithm.
//! * The files of a results folder are the types that implement [`ResultFile`], [`TimeSeries`] and [`ReplicationTable`].
//! * [`json_schema`] is generated from the scenario's types, for editors.
//!
//! ```
//! use overlab_schema::Document;
//!
//! let text = r#"{
//!   "version": 1, "name": "tiny", "time": { "measure": "10min" },
//!   "underlay": { "constant": {} }, "peers": { "count": 100 },
//!   "overlays": [{ "algorithm": { "chord": {} } }], "workload": { "key_routing": {} }
//! }"#;
//! let mut document = Document::parse("tiny.json", text)?;
//! document.set(1, "peers.count=200")?;
//! assert_eq!(document.points()?[0].scenario()?.peers.count, Some(200));
//!
//! document.set(2, "peers.cuont=300")?;
//! let error = document.points()?[0].scenario().unwrap_err();
//! assert!(error.to_string().starts_with(
//!     "--set 2 (peers.cuont=300): peers.cuont: unknown key \"cuont\"; did you mean \"count\"?"
//! ));
//! # Ok::<(), overlab_schema::ScenarioError>(())
//! ```

#![forbid(unsafe_code)]

mod document;
mod error;
mod misfit;
mod nearest;
mod results;
/// The scenario and its parts.
pub mod scenario;

pub use document::{Document, Origin, Path, PathError, Point, Segment};
pub use error::{Problem, ScenarioError};
pub use misfit::{Misfit, Part, fit};
pub use nearest::{nearest, unknown_name};
pub use results::{
    BudgetAnswer, BudgetStudy, Candidate, Citation, ClaimVerdict, ComparedFolder, Comparison,
    ComparisonOutcome, ComparisonRow, ComparisonSide, CostCurve, CostMeasure, CostPoint, CostSetting,
    CostStudy, CsvReader, DetectedStart, Distributions, DistributionsPoint, Effect, EventEffects, EventMark,
    HopShare, InputFile, Machine, Manifest, ManifestRun, Methods, Metric, NodeKind, Phase, PictureDisc,
    PictureFault, PictureLoad, PictureNode, PrecisionReached, QuantileBand, Replay, ReplayAnswer,
    ReplayLookup, ReplayPeer, ReplayPoint, ReplayRun, ReplaySession, ReplicationRow, ReplicationTable,
    Reproduction, ResultFile, ResultsError, Rival, Sensitivity, SeriesRow, Stopped, Summary, SummaryPoint,
    TimeSeries, UnderlayCurves, UnderlayPicture, Verdict, write_csv_record,
};
pub use scenario::{Scenario, json_schema};
