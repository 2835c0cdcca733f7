//! A results folder as comparisons read it.

use super::CompareError;
use fs_err as fs;
use overlab_schema::{Document, ReplicationTable, ResultFile, Summary};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What a comparison needs of a results folder.
#[derive(Debug)]
pub(crate) struct Folder {
    /// The folder as it was named.
    pub(crate) name: String,
    /// Its `summary.json`.
    pub(crate) summary: Summary,
    /// Its `replications.csv`.
    pub(crate) table: ReplicationTable,
    /// What surrounds the overlays at each point of the sweep.
    worlds: Vec<(BTreeMap<String, Value>, Value)>,
}

/// Keys of a scenario that say nothing about the world that overlays meet.
const APART: [&str; 8] =
    ["$schema", "name", "description", "overlays", "sweep", "replications", "output", "version"];

impl Folder {
    /// Reads what a run wrote into `folder`.
    ///
    /// # Errors
    /// Where a file is missing, unreadable or not what it should be.
    pub(crate) fn read(folder: &Path) -> Result<Self, CompareError> {
        let name = folder.display().to_string();
        let text = |file: &str| {
            fs::read_to_string(folder.join(file)).map_err(|error| {
                let absent = error.kind() == std::io::ErrorKind::NotFound;
                let problem = if absent { format!("holds no {file}") } else { error.to_string() };
                CompareError::Unreadable { folder: name.clone(), problem }
            })
        };
        let path = |file: &str| folder.join(file).display().to_string();
        let summary = Summary::from_json(&path(Summary::FILE), &text(Summary::FILE)?)?;
        let table =
            ReplicationTable::from_csv(&path(ReplicationTable::FILE), &text(ReplicationTable::FILE)?)?;
        let scenario = "scenario.json";
        let document = Document::parse(&path(scenario), &text(scenario)?)?;
        let mut worlds = Vec::new();
        for point in document.points()? {
            let mut world = serde_json::to_value(point.scenario()?).expect("scenarios have string keys only");
            if let Value::Object(world) = &mut world {
                APART.iter().for_each(|key| drop(world.remove(*key)));
            }
            worlds.push((point.parameters().into_iter().collect(), world));
        }
        Ok(Self { name, summary, table, worlds })
    }

    fn world(&self, parameters: &BTreeMap<String, Value>) -> Option<&Value> {
        self.worlds.iter().find(|(values, _)| values == parameters).map(|(_, world)| world)
    }

    /// What of the world at a point is another one in `other`: paths of the scenario, none where it is the same.
    pub(crate) fn differences(&self, other: &Self, parameters: &BTreeMap<String, Value>) -> Vec<String> {
        let mut found = Vec::new();
        match (self.world(parameters), other.world(parameters)) {
            (Some(here), Some(there)) => differing("", here, there, &mut found),
            _ => found.push("sweep".to_owned()),
        }
        found
    }
}

/// The paths of the smallest parts that differ.
fn differing(path: &str, here: &Value, there: &Value, found: &mut Vec<String>) {
    match (here, there) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for key in keys {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match (left.get(key), right.get(key)) {
                    (Some(left), Some(right)) => differing(&path, left, right, found),
                    _ => found.push(path),
                }
            }
        }
        _ if here != there => found.push(path.to_owned()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn worlds_differ_where_their_smallest_parts_do() {
        let mut found = Vec::new();
        let here = json!({ "a": { "b": 1, "c": 2 }, "d": [1], "e": 0 });
        differing("", &here, &json!({ "a": { "b": 1, "c": 3 }, "d": [2] }), &mut found);
        assert_eq!(found, ["a.c", "d", "e"]);
        found.clear();
        differing("", &here, &here, &mut found);
        assert!(found.is_empty());
    }
}
