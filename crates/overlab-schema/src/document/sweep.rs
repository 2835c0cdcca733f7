//! Sweeps: which values to try at which paths, and which points that makes.

mod condition;
mod lattice;

pub(crate) use lattice::Lattice;

use super::{Document, Mark, Path, PathError};
use crate::error::{Problem, ScenarioError};
use crate::misfit::{describe, fit};
use crate::nearest::unknown_name;
use crate::scenario::{Range, Sweep};
use serde_json::Value;

/// One path of a sweep with the values it takes.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// As it is spelled in the file.
    pub(crate) spelled: String,
    pub(crate) path: Path,
    pub(crate) values: Vec<Value>,
    /// Where each value stands.
    pub(crate) marks: Vec<Mark>,
}

/// The path of the sweep itself.
pub(crate) fn root() -> Path {
    Path::root().key("sweep")
}

/// Reads the axes of the document's sweep and checks that their paths lead somewhere.
pub(crate) fn axes(document: &Document) -> Result<Vec<Axis>, ScenarioError> {
    let wrong =
        |document: &Document, path: &Path, message| Err(ScenarioError::Sweep(document.locate(path, message)));
    let sweep = match document.tree.value.get("sweep") {
        None => return Ok(Vec::new()),
        Some(Value::Object(sweep)) => sweep,
        Some(other) => {
            let message =
                format!("is {}, but should be an object from paths to lists of values", describe(other));
            return wrong(document, &root(), message);
        }
    };
    let mut axes: Vec<Axis> = Vec::with_capacity(sweep.len());
    for (spelled, values) in sweep {
        let here = root().key(spelled.as_str());
        if spelled.starts_with('$') {
            if ![Sweep::ZIP, Sweep::WHERE].contains(&spelled.as_str()) {
                let message = unknown_name("key", spelled, &[Sweep::ZIP, Sweep::WHERE]);
                return Err(ScenarioError::Sweep(at_key(document, &here, message)));
            }
            continue;
        }
        let path: Path = match spelled.parse() {
            Ok(path) => path,
            Err(error) => {
                return Err(ScenarioError::Sweep(at_key(document, &here, PathError::to_string(&error))));
            }
        };
        if let Some(kept @ ("sweep" | "name" | "version" | "$schema")) =
            path.segments().first().and_then(first_key)
        {
            return Err(ScenarioError::Sweep(at_key(document, &here, format!("{kept:?} cannot be swept"))));
        }
        if let Some(other) = axes.iter().find(|axis| axis.path.overlaps(&path)) {
            let message = format!("overlaps the sweep of {}: sweep each value by one path", other.path);
            return Err(ScenarioError::Sweep(at_key(document, &here, message)));
        }
        let values = match values {
            Value::Array(values) if !values.is_empty() => values.clone(),
            Value::Object(_) => range(document, &here, values)?,
            other => {
                let message = format!(
                    "is {}, but should be a list of at least one value{}",
                    describe(other),
                    if other.is_array() {
                        ""
                    } else {
                        ", or a range such as { \"from\": 1, \"to\": 16, \"steps\": 5, \"scale\": \"log\" }"
                    }
                );
                return wrong(document, &here, message);
            }
        };
        // A value of a range stands where the range does.
        let marks = (0..values.len())
            .map(|index| document.tree.places.at(&here.clone().index(index)).0.value)
            .collect();
        axes.push(Axis { spelled: spelled.clone(), path, values, marks });
    }
    // A trial on a copy finds paths that lead nowhere before any point is made.
    let mut trial = document.tree.clone();
    for (index, axis) in axes.iter().enumerate() {
        if let Err((path, message)) = trial.set(&axis.path, axis.values[0].clone(), Mark::Axis(index as u32))
        {
            let here = root().key(axis.spelled.as_str());
            let place = at_key(document, &here, String::new()).place;
            return Err(ScenarioError::Sweep(Problem {
                place: format!("{place}: sweep {}", axis.path),
                path,
                message,
            }));
        }
    }
    Ok(axes)
}

fn first_key(segment: &super::Segment) -> Option<&str> {
    match segment {
        super::Segment::Key(key) => Some(key),
        super::Segment::Index(_) => None,
    }
}

fn at_key(document: &Document, path: &Path, message: String) -> Problem {
    let place = document.source.origin(document.tree.places.at(path).0.key, &[]).to_string();
    Problem { place, path: path.clone(), message }
}

/// The values of a range.
fn range(document: &Document, here: &Path, value: &Value) -> Result<Vec<Value>, ScenarioError> {
    let range: Range = fit(value).map_err(|misfit| {
        let path = here.clone().join(&misfit.path);
        // An unknown key is told where it stands.
        let place = if misfit.part == crate::misfit::Part::Key { at_key } else { at_value };
        ScenarioError::Sweep(place(document, &path, misfit.message))
    })?;
    range
        .values()
        .map_err(|(key, message)| ScenarioError::Sweep(document.locate(&here.clone().key(key), message)))
}

fn at_value(document: &Document, path: &Path, message: String) -> Problem {
    document.locate(path, message)
}
