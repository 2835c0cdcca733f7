//! The files of a results folder: what they are called, what is in them, how they are read back.
//!
//! Nothing here writes to disk: every type turns into text and back. A JSON file names its format in its
//! first key; a file of another format, or of a later version of it, is refused by name.

mod budget;
mod comparison;
mod cost;
mod csv;
mod distributions;
mod manifest;
mod methods;
mod replay;
mod replications;
mod reproduction;
mod summary;
mod time_series;
mod underlay_conditions;
mod underlay_picture;

pub use budget::{BudgetAnswer, BudgetStudy, Candidate, Rival};
pub use comparison::{ComparedFolder, Comparison, ComparisonOutcome, ComparisonRow, ComparisonSide};
pub use cost::{CostCurve, CostMeasure, CostPoint, CostSetting, CostStudy, Sensitivity};
pub use csv::{CsvReader, write_csv_record};
pub use distributions::{Distributions, DistributionsPoint, HopShare, QuantileBand};
pub use manifest::{InputFile, Machine, Manifest, ManifestRun};
pub use methods::{Citation, Methods};
pub use replay::{Replay, ReplayAnswer, ReplayLookup, ReplayPeer, ReplayPoint, ReplayRun, ReplaySession};
pub use replications::{ReplicationRow, ReplicationTable};
pub use reproduction::{ClaimVerdict, Reproduction, Verdict};
pub use summary::{
    DetectedStart, Effect, EventEffects, EventMark, Metric, Phase, PrecisionReached, Stopped, Summary,
    SummaryPoint,
};
pub use time_series::{SeriesRow, TimeSeries};
pub use underlay_conditions::{PictureDisc, PictureFault, PictureLoad};
pub use underlay_picture::{NodeKind, PictureNode, UnderlayCurves, UnderlayPicture};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Why a file of a results folder could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResultsError {
    /// The text is not JSON, which a complete file of ours always is.
    #[error(
        "{file}:{line}:{column}: not JSON: {message}; the file is damaged or not ours: run the scenario again"
    )]
    Syntax {
        /// The file as it was named by the caller.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the JSON reader says.
        message: String,
    },
    /// The file is of another format or version than the one asked for.
    #[error("{file}: is of format {found:?}, not {expected:?}: {cure}")]
    Format {
        /// The file as it was named by the caller.
        file: String,
        /// The format it names, or what it has in its place.
        found: String,
        /// The format that can be read.
        expected: String,
        /// What to do about it.
        cure: &'static str,
    },
    /// The file names the right format, but its content does not keep to it.
    #[error("{file}: {path}: {message} (format {format:?})")]
    Content {
        /// The file as it was named by the caller.
        file: String,
        /// The path within the file, or its line.
        path: String,
        /// What is wrong there.
        message: String,
        /// The format that the file should keep to.
        format: String,
    },
}

/// A JSON file of the results folder with its format name.
///
/// Maps print in the order of their keys and numbers in their shortest exact form, so equal values are equal
/// bytes. A number that is not finite prints as `null`.
pub trait ResultFile: Serialize + DeserializeOwned {
    /// The format and its version, such as `overlab.summary/1`.
    const FORMAT: &'static str;
    /// The file's name in the results folder.
    const FILE: &'static str;
    /// Whether it is printed for people (indented) or on one line.
    const INDENTED: bool = true;

    /// The whole text of the file, with a newline at its end.
    fn to_json(&self) -> String {
        let Ok(Value::Object(content)) = serde_json::to_value(self) else {
            unreachable!("result files are structs with string keys")
        };
        let mut whole = serde_json::Map::with_capacity(content.len() + 1);
        whole.insert("format".to_owned(), Value::from(Self::FORMAT));
        whole.extend(content);
        let printed =
            if Self::INDENTED { serde_json::to_string_pretty(&whole) } else { serde_json::to_string(&whole) };
        let mut text = printed.expect("a tree of JSON values prints");
        text.push('\n');
        text
    }

    /// Reads the text of a file that errors are to call `file`.
    ///
    /// # Errors
    /// Where the text is not JSON, of another format or version, or does not keep to its format.
    fn from_json(file: &str, text: &str) -> Result<Self, ResultsError> {
        let mut value: Value = serde_json::from_str(text).map_err(|error| ResultsError::Syntax {
            file: file.to_owned(),
            line: error.line(),
            column: error.column(),
            message: without_position(&error.to_string()),
        })?;
        check_format(file, &value, Self::FORMAT)?;
        if let Value::Object(object) = &mut value {
            object.shift_remove("format");
        }
        serde_path_to_error::deserialize(value).map_err(|error| ResultsError::Content {
            file: file.to_owned(),
            path: error.path().to_string(),
            message: error.inner().to_string(),
            format: Self::FORMAT.to_owned(),
        })
    }
}

/// Refuses a tree whose `format` is not `expected`, and says whether it is foreign, older or newer.
fn check_format(file: &str, value: &Value, expected: &str) -> Result<(), ResultsError> {
    let found = match value.get("format") {
        Some(Value::String(name)) if name == expected => return Ok(()),
        Some(Value::String(name)) => name.clone(),
        _ => "none".to_owned(),
    };
    let version = |format: &str| {
        let (family, version) = format.rsplit_once('/')?;
        Some((family.to_owned(), version.parse::<u32>().ok()?))
    };
    let cure = match (version(&found), version(expected)) {
        (Some((family, found)), Some((ours, known))) if family == ours && found > known => {
            "a newer version of this program wrote it: read it with that one, or run the scenario again"
        }
        (Some((family, _)), Some((ours, _))) if family == ours => {
            "an older version of this program wrote it: run the scenario again"
        }
        _ => "name a folder that this program wrote",
    };
    Err(ResultsError::Format { file: file.to_owned(), found, expected: expected.to_owned(), cure })
}

/// A message of serde_json without the " at line 1 column 2" that we print in front.
pub(crate) fn without_position(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(text, _)| text).to_owned()
}
