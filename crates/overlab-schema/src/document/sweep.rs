//! Sweeps: which values to try at which paths, and how many points that makes.

use super::{Document, Mark, Path, PathError};
use crate::error::{Problem, ScenarioError};
use crate::misfit::describe;
use serde_json::Value;

/// More points than anybody waits for: a slip of the pen, refused before anything is allocated for it.
const MOST_POINTS: u64 = 100_000;

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
            other => {
                let message = format!("is {}, but should be a list of at least one value", describe(other));
                return wrong(document, &here, message);
            }
        };
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
            let place = at_key(document, &here, "").place;
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

fn at_key(document: &Document, path: &Path, message: impl Into<String>) -> Problem {
    let place = document.source.origin(document.tree.places.at(path).0.key, &[]).to_string();
    Problem { place, path: path.clone(), message: message.into() }
}

/// The number of points, counted without making any.
pub(crate) fn count(axes: &[Axis]) -> Result<u64, String> {
    let count = axes.iter().try_fold(1u64, |count, axis| count.checked_mul(axis.values.len() as u64));
    match count {
        Some(count) if count <= MOST_POINTS => Ok(count),
        Some(count) => {
            Err(format!("has {count} points, but at most {MOST_POINTS} are run: sweep fewer values"))
        }
        None => {
            Err(format!("has more than 10^19 points, but at most {MOST_POINTS} are run: sweep fewer values"))
        }
    }
}

/// Which value each axis has at point `index`, the first axis slowest.
pub(crate) fn choices(axes: &[Axis], index: u64) -> Vec<usize> {
    let mut rest = index;
    let mut choices: Vec<usize> = axes
        .iter()
        .rev()
        .map(|axis| {
            let count = axis.values.len() as u64;
            let choice = rest % count;
            rest /= count;
            choice as usize
        })
        .collect();
    choices.reverse();
    choices
}
