//! The points of a sweep: axes that are crossed or go together, less the points that conditions leave out.

use super::condition::Condition;
use super::{Axis, axes, root};
use crate::document::{Document, Path};
use crate::error::ScenarioError;
use crate::misfit::fit;
use crate::nearest::unknown_name;
use crate::scenario::Sweep;

/// More points than anybody waits for: a slip of the pen, refused before anything is allocated for it.
const MOST_POINTS: u64 = 100_000;
/// More than conditions are asked of.
const MOST_CANDIDATES: u64 = 1_000_000;

/// All points of a sweep, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Lattice {
    pub(crate) axes: Vec<Axis>,
    /// Axes that go together, the slowest group first; the members of one have equally many values.
    groups: Vec<Vec<usize>>,
    /// The points that conditions leave, by their number among all; all of them where there is no condition.
    kept: Option<Vec<u64>>,
    /// As they are spelled in the file.
    pub(crate) zip: Vec<Vec<String>>,
    pub(crate) conditions: Vec<String>,
}

impl Lattice {
    /// Reads the sweep of a document.
    ///
    /// # Errors
    /// Where it is none, leads nowhere, has too many points, or none at all.
    pub(crate) fn read(document: &Document) -> Result<Self, ScenarioError> {
        let axes = axes(document)?;
        let zip: Vec<Vec<String>> = part(document, Sweep::ZIP)?;
        let conditions: Vec<String> = part(document, Sweep::WHERE)?;
        let groups = groups(document, &axes, &zip)?;
        let mut lattice = Self { axes, groups, kept: None, zip, conditions };
        let most = if lattice.conditions.is_empty() { MOST_POINTS } else { MOST_CANDIDATES };
        let wrong = |message| ScenarioError::Sweep(document.locate(&root(), message));
        let count = lattice.candidates(most).map_err(wrong)?;
        if !lattice.conditions.is_empty() {
            let kept = lattice.kept(document, count)?;
            match kept.len() as u64 {
                0 => {
                    let here = root().key(Sweep::WHERE);
                    let message = format!("leaves none of {count} points");
                    return Err(ScenarioError::Sweep(document.locate(&here, message)));
                }
                many if many > MOST_POINTS => return Err(wrong(too_many(&many.to_string(), MOST_POINTS))),
                _ => lattice.kept = Some(kept),
            }
        }
        Ok(lattice)
    }

    /// How many points there are.
    pub(crate) fn count(&self) -> u64 {
        match &self.kept {
            Some(kept) => kept.len() as u64,
            None => self.groups.iter().map(|group| self.values(group)).product(),
        }
    }

    /// Which value each axis has at point `index`, the first group slowest.
    pub(crate) fn choices(&self, index: u64) -> Vec<usize> {
        self.candidate(self.kept.as_ref().map_or(index, |kept| kept[index as usize]))
    }

    fn values(&self, group: &[usize]) -> u64 {
        self.axes[group[0]].values.len() as u64
    }

    fn candidate(&self, index: u64) -> Vec<usize> {
        let mut rest = index;
        let mut choices = vec![0; self.axes.len()];
        for group in self.groups.iter().rev() {
            let count = self.values(group);
            for axis in group {
                choices[*axis] = (rest % count) as usize;
            }
            rest /= count;
        }
        choices
    }

    /// The number of points before conditions, counted without making any.
    fn candidates(&self, most: u64) -> Result<u64, String> {
        let counts = self.groups.iter().map(|group| self.values(group));
        match counts.into_iter().try_fold(1u64, u64::checked_mul) {
            Some(count) if count <= most => Ok(count),
            Some(count) => Err(too_many(&count.to_string(), most)),
            None => Err(too_many("more than 10^19", most)),
        }
    }

    /// The points that meet all conditions.
    fn kept(&self, document: &Document, count: u64) -> Result<Vec<u64>, ScenarioError> {
        let here = |at: usize| root().key(Sweep::WHERE).index(at);
        let wrong = |at: usize, message: String| ScenarioError::Sweep(document.locate(&here(at), message));
        let mut read = Vec::with_capacity(self.conditions.len());
        for (at, condition) in self.conditions.iter().enumerate() {
            read.push(
                Condition::read(condition, &self.axes, &document.tree).map_err(|error| wrong(at, error))?,
            );
        }
        let mut kept = Vec::new();
        for index in 0..count {
            let choices = self.candidate(index);
            let mut holds = true;
            for (at, condition) in read.iter().enumerate() {
                // A condition that cannot be asked of a point that another one leaves out does no harm.
                holds = holds && condition.holds(&self.axes, &choices).map_err(|error| wrong(at, error))?;
            }
            if holds {
                kept.push(index);
            }
        }
        Ok(kept)
    }
}

fn too_many(count: &str, most: u64) -> String {
    format!(
        "has {count} points, but at most {most} are {}: sweep fewer values",
        if most == MOST_POINTS { "run" } else { "looked through" }
    )
}

/// The value of a key of the sweep that is no path; empty where it is not there.
fn part<T: serde::de::DeserializeOwned + Default>(
    document: &Document,
    key: &str,
) -> Result<T, ScenarioError> {
    let Some(value) = document.tree.value.get("sweep").and_then(|sweep| sweep.get(key)) else {
        return Ok(T::default());
    };
    fit(value).map_err(|misfit| {
        let path = root().key(key).join(&misfit.path);
        ScenarioError::Sweep(document.locate(&path, misfit.message))
    })
}

/// Which axes go together, in the order in which they vary: a group at the place of its first axis.
fn groups(document: &Document, axes: &[Axis], zip: &[Vec<String>]) -> Result<Vec<Vec<usize>>, ScenarioError> {
    let mut zipped: Vec<Vec<usize>> = Vec::with_capacity(zip.len());
    for (at, paths) in zip.iter().enumerate() {
        let group_path = root().key(Sweep::ZIP).index(at);
        let wrong = |path: &Path, message: String| ScenarioError::Sweep(document.locate(path, message));
        if paths.len() < 2 {
            return Err(wrong(
                &group_path,
                "names fewer than two paths: values go together with those of another".to_owned(),
            ));
        }
        let mut group: Vec<usize> = Vec::with_capacity(paths.len());
        for (position, spelled) in paths.iter().enumerate() {
            let here = group_path.clone().index(position);
            let path: Option<Path> = spelled.parse().ok();
            let Some(axis) = axes.iter().position(|axis| Some(&axis.path) == path.as_ref()) else {
                let known: Vec<&str> = axes.iter().map(|axis| axis.spelled.as_str()).collect();
                return Err(wrong(&here, unknown_name("swept path", spelled, &known)));
            };
            if group.contains(&axis) || zipped.iter().any(|group| group.contains(&axis)) {
                return Err(wrong(&here, format!("{spelled} goes together with others already")));
            }
            let first = group.first().map_or(&axes[axis], |first| &axes[*first]);
            if first.values.len() != axes[axis].values.len() {
                let message = format!(
                    "{spelled} has {} values, but {} has {}: those that go together must be equally many",
                    axes[axis].values.len(),
                    first.spelled,
                    first.values.len()
                );
                return Err(wrong(&here, message));
            }
            group.push(axis);
        }
        zipped.push(group);
    }
    let mut groups = Vec::new();
    for axis in 0..axes.len() {
        match zipped.iter().find(|group| group.contains(&axis)) {
            Some(group) if group.iter().min() == Some(&axis) => groups.push(group.clone()),
            Some(_) => {}
            None => groups.push(vec![axis]),
        }
    }
    Ok(groups)
}
