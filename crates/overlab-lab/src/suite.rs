//! The reproduction suite: scenarios that hold this simulator to published results, shipped inside the program.

use overlab_schema::{Document, ScenarioError};

/// One scenario of the suite.
#[derive(Debug)]
pub struct SuitePart {
    /// Its name, which is also its file's and its results folder's.
    pub name: &'static str,
    scenario: &'static str,
}

/// Declares the parts by the names of their files.
macro_rules! suite {
    ($($name:literal),* $(,)?) => {
        &[$(SuitePart {
            name: $name,
            scenario: include_str!(concat!("../../../scenarios/reproduce/", $name, ".json")),
        }),*]
    };
}

/// The suite: paths first, then failures, churn, and the world itself.
pub const SUITE: &[SuitePart] = suite![
    "chord-hops",
    "kademlia-hops",
    "flexibility",
    "static-resilience",
    "static-butterfly",
    "chord-failures-static",
    "chord-failures",
    "chord-load",
    "chord-losses",
    "chord-churn",
    "chord-pointers",
    "droppers",
    "population",
    "kad-sessions",
];

impl SuitePart {
    /// The scenario; with `quick`, changed as its `published.quick` says.
    ///
    /// # Errors
    /// Never for the suite as it is: the error is that of reading and setting values.
    pub fn document(&self, quick: bool) -> Result<Document, ScenarioError> {
        let mut document = Document::parse(&format!("{}.json of the suite", self.name), self.scenario)?;
        if quick {
            let changes = document.scenario()?.published.map(|published| published.quick);
            for (path, value) in changes.into_iter().flatten() {
                let path = path.parse().expect("paths of a scenario were checked");
                document.set_value("--quick", &path, value)?;
            }
        }
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;
    use crate::registry::Registry;

    #[test]
    fn every_scenario_of_the_folder_is_in_the_suite() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/reproduce");
        let mut files: Vec<String> = fs_err::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let mut names: Vec<&str> = SUITE.iter().map(|part| part.name).collect();
        files.sort_unstable();
        names.sort_unstable();
        assert_eq!(files, names);
    }

    #[test]
    fn every_claim_of_the_suite_can_be_read() {
        for part in SUITE {
            let experiment =
                Experiment::resolve(&part.document(false).unwrap(), &Registry::built_in()).unwrap();
            assert_eq!(experiment.scenario.name, part.name);
            assert_eq!(experiment.warnings, Vec::<String>::new(), "{}", part.name);
            let claims = experiment.scenario.published.as_ref().expect(part.name).claims.len();
            let quick = Experiment::resolve(&part.document(true).unwrap(), &Registry::built_in()).unwrap();
            // A first look leaves something out, and not everything.
            assert!(quick.runs() <= experiment.runs() && quick.warnings.len() < claims, "{}", part.name);
        }
    }
}
