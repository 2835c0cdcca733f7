//! A results folder in memory: the files that figures and page are made of, and nothing else.

use crate::ReportError;
use overlab_schema::{
    CostStudy, Distributions, Manifest, Methods, Replay, Reproduction, ResultFile, Summary, TimeSeries,
    UnderlayPicture,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Everything that a results folder says.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// `summary.json`.
    pub summary: Summary,
    /// `distributions.json`.
    pub distributions: Distributions,
    /// `timeseries.csv`.
    pub series: TimeSeries,
    /// `underlay.json`.
    pub underlay: UnderlayPicture,
    /// `manifest.json`.
    pub manifest: Manifest,
    /// `reproduction.json`, where something was published.
    pub reproduction: Option<Reproduction>,
    /// `cost.json`, which sweeps have; empty where the folder has none.
    pub cost: CostStudy,
    /// `replay.json`; empty where the folder has none.
    pub replay: Replay,
    /// `methods.json`; empty where the folder has none.
    pub methods: Methods,
    /// The text of `scenario.json`, every default filled in.
    pub scenario: String,
}

/// The values of the sweep at one point, by path; empty without a sweep.
pub(crate) type Parameters = BTreeMap<String, Value>;

impl Results {
    /// The scenario's file in the folder.
    const SCENARIO: &'static str = "scenario.json";

    /// Reads the folder that a run wrote.
    ///
    /// # Errors
    /// Where files are missing (all of them are named), unreadable or not what they should be.
    pub fn read(folder: &Path) -> Result<Self, ReportError> {
        let files = [
            Summary::FILE,
            Distributions::FILE,
            TimeSeries::FILE,
            UnderlayPicture::FILE,
            Manifest::FILE,
            Self::SCENARIO,
        ];
        let missing: Vec<&str> = files.into_iter().filter(|file| !folder.join(file).is_file()).collect();
        if !missing.is_empty() {
            return Err(ReportError::Missing { folder: folder.to_owned(), missing: missing.join(", ") });
        }
        let text = |file: &str| fs_err::read_to_string(folder.join(file));
        let name = |file: &str| folder.join(file).display().to_string();
        let scenario = text(Self::SCENARIO)?;
        serde_json::from_str::<Value>(&scenario).map_err(|error| ReportError::Scenario {
            file: folder.join(Self::SCENARIO),
            line: error.line(),
            column: error.column(),
        })?;
        let verdicts = folder.join(Reproduction::FILE);
        let reproduction = if verdicts.is_file() {
            Some(Reproduction::from_json(&name(Reproduction::FILE), &text(Reproduction::FILE)?)?)
        } else {
            None
        };
        Ok(Self {
            reproduction,
            summary: Summary::from_json(&name(Summary::FILE), &text(Summary::FILE)?)?,
            distributions: Distributions::from_json(&name(Distributions::FILE), &text(Distributions::FILE)?)?,
            series: TimeSeries::from_csv(&name(TimeSeries::FILE), &text(TimeSeries::FILE)?)?,
            underlay: UnderlayPicture::from_json(
                &name(UnderlayPicture::FILE),
                &text(UnderlayPicture::FILE)?,
            )?,
            manifest: Manifest::from_json(&name(Manifest::FILE), &text(Manifest::FILE)?)?,
            replay: where_there(folder)?,
            methods: where_there(folder)?,
            cost: where_there(folder)?,
            scenario,
        })
    }

    /// The fewest and the most replications behind any point.
    pub(crate) fn replication_range(&self) -> (u32, u32) {
        let counts = || self.summary.points.iter().map(|point| point.replications);
        (counts().min().unwrap_or(0), counts().max().unwrap_or(0))
    }

    /// The labels of the overlays in the order of the scenario: their place is their look.
    pub(crate) fn overlays(&self) -> Vec<&str> {
        let mut labels: Vec<&str> = Vec::new();
        for point in &self.summary.points {
            if !labels.contains(&point.overlay.as_str()) {
                labels.push(&point.overlay);
            }
        }
        labels
    }

    /// The sweep's points in the order of the scenario; one without values where nothing is swept.
    pub(crate) fn points(&self) -> Vec<&Parameters> {
        let mut points: Vec<&Parameters> = Vec::new();
        for point in &self.summary.points {
            if !points.contains(&&point.parameters) {
                points.push(&point.parameters);
            }
        }
        points
    }

    /// The most replications that are behind any figure at this point.
    pub(crate) fn replications(&self, parameters: &Parameters) -> u32 {
        let here = self.summary.points.iter().filter(|point| point.parameters == *parameters);
        here.map(|point| point.replications).max().unwrap_or(0)
    }
}

/// The values of a point as a person would name it: `churn.mean = 15min, peers.count = 1000`.
pub(crate) fn point_name(parameters: &Parameters) -> String {
    let name = |(path, value): (&String, &Value)| format!("{path} = {}", TimeSeries::sweep_text(value));
    parameters.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A file that folders of earlier versions lack.
fn where_there<F: ResultFile + Default>(folder: &Path) -> Result<F, ReportError> {
    let path = folder.join(F::FILE);
    if !path.is_file() {
        return Ok(F::default());
    }
    Ok(F::from_json(&path.display().to_string(), &fs_err::read_to_string(&path)?)?)
}

/// The same for a figure of several points, which may have more or fewer.
pub(crate) fn replication_range_note((least, most): (u32, u32), marks: &str) -> String {
    if least == most {
        return replication_note(most, marks);
    }
    format!("mean of {least} to {most} replications (n = {least} to {most}), {marks}: 95 % confidence")
}

/// What a figure says of its replications: how many, and what its bands (or whiskers) are.
pub(crate) fn replication_note(replications: u32, marks: &str) -> String {
    match replications {
        0 => "no replication finished".to_owned(),
        1 => format!("one replication (n = 1): no {marks}"),
        n => format!("mean of {n} replications (n = {n}), {marks}: 95 % confidence"),
    }
}
