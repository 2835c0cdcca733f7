//! Comparisons of what lies in results folders: overlays of one folder, or of several.
//!
//! All overlays of a scenario meet the same worlds, replication by replication, so their differences are paired:
//! [`compare`] takes the difference of every replication and gives its mean with Student's t interval, the ratio of
//! the means with Fieller's, a p-value that Holm's procedure corrects for all rows of the table, and the verdict in
//! words. Overlays of two folders are paired where the scenarios say the same of everything but the overlays, and
//! independent samples (Welch) where they do not. Nothing is run.
//!
//! [`budget`](crate::budget()) answers what is best for a given cost.

pub(crate) mod difference;
pub(crate) mod folder;
pub(crate) mod values;
pub(crate) mod verdict;

use crate::metric::{Better, METRICS, metric};
use crate::store::{StoreError, write_whole};
use difference::{CONFIDENCE, Difference, Ratio, Samples, holm, mean_with_interval};
use folder::Folder;
use overlab_schema::{
    ComparedFolder, Comparison, ComparisonOutcome, ComparisonRow, ComparisonSide, ResultFile, ResultsError,
    ScenarioError, unknown_name,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use values::{Place, Values, paired, percentile};
use verdict::Words;

/// What to compare.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The overlay that all others are compared with; all pairs where there is none.
    pub baseline: Option<String>,
    /// The metrics, each with an ending such as `.p95` for a percentile; the headlines where there are none.
    pub metrics: Vec<String>,
    /// The phases; the whole measured period where there are none.
    pub phases: Vec<String>,
}

/// Why nothing could be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// The folder lacks a file, or it cannot be read.
    #[error("{folder}: {problem}: name a folder that `overlab run` wrote, or run its scenario again")]
    Unreadable {
        /// The folder.
        folder: String,
        /// What is wrong.
        problem: String,
    },
    /// A file is not what it should be.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The folder's scenario cannot be read.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// There are no two replications.
    #[error(
        "{place}: {n} of at least 2 replications: differences have no interval; run more, such as with --set replications=10"
    )]
    TooFew {
        /// Folder and overlay.
        place: String,
        /// Replications that are there.
        n: usize,
    },
    /// A name that is not in the folder.
    #[error("{place}: {problem}")]
    Unknown {
        /// The folder or option.
        place: String,
        /// What is wrong, with what might be meant.
        problem: String,
    },
    /// There is nothing to compare.
    #[error("{0}")]
    Nothing(String),
}

/// An overlay in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Side<'a> {
    folder: usize,
    overlay: &'a str,
}

/// A comparison before it is corrected for all the others.
struct Raw {
    row: ComparisonRow,
    difference: Difference,
    ratio: Option<Ratio>,
    names: [String; 2],
}

/// Compares what lies in one or several results folders.
///
/// # Errors
/// Where a folder cannot be read, a name is unknown, or there are no two replications to compare.
pub fn compare(folders: &[PathBuf], question: &Question) -> Result<Comparison, CompareError> {
    let folders: Vec<Folder> = folders.iter().map(|folder| Folder::read(folder)).collect::<Result<_, _>>()?;
    let values: Vec<Values<'_>> =
        folders.iter().map(|folder| Values::new(&folder.summary, &folder.table)).collect();
    let metrics = metrics(&folders, &values, &question.metrics)?;
    let phases = phases(&folders, &values, &question.phases)?;
    let pairs = pairs(&folders, &values, question.baseline.as_deref())?;
    let mut notes = Vec::new();
    let mut raw = Vec::new();
    for metric in &metrics {
        for phase in &phases {
            for [subject, reference] in &pairs {
                let points = common_points(&folders, &values, *subject, *reference)?;
                for parameters in points {
                    let sides = [*subject, *reference];
                    let found = compared(&folders, &values, (metric, phase, parameters), sides, &mut notes)?;
                    raw.extend(found);
                }
            }
        }
    }
    if raw.is_empty() {
        let problem = notes.first().map_or_else(String::new, |note| format!(": {note}"));
        return Err(CompareError::Nothing(format!("nothing to compare{problem}")));
    }
    notes.extend(notes_of(&metrics, &raw, folders.len()));
    let rows = judged(raw);
    Ok(Comparison {
        folders: folders.iter().map(compared_folder).collect(),
        confidence: CONFIDENCE,
        family: rows.len() as u32,
        notes,
        rows,
    })
}

/// Writes a comparison, or the answer to a budget, into a folder, which is made where it is not there.
///
/// # Errors
/// Where it cannot be written.
pub fn keep<F: ResultFile>(folder: &Path, found: &F) -> Result<PathBuf, StoreError> {
    let file = folder.join(F::FILE);
    fs_err::create_dir_all(folder)
        .and_then(|()| write_whole(&file, found.to_json().as_bytes()))
        .map_err(|error| StoreError::Write { file: file.display().to_string(), error })?;
    Ok(file)
}

fn compared_folder(folder: &Folder) -> ComparedFolder {
    ComparedFolder {
        folder: folder.name.clone(),
        scenario: folder.summary.scenario.clone(),
        seed: folder.summary.seed,
        digest: folder.summary.digest.clone(),
    }
}

/// The metrics that are asked for, in the order of the catalogue where nobody asked.
pub(crate) fn metrics(
    folders: &[Folder],
    values: &[Values<'_>],
    asked: &[String],
) -> Result<Vec<String>, CompareError> {
    let mut there: Vec<&str> = values.iter().flat_map(Values::metrics).collect();
    there.sort_unstable();
    there.dedup();
    if asked.is_empty() {
        let headlines = METRICS.iter().filter(|entry| entry.headline).map(|entry| entry.name);
        // A failed lookup is no fast one: comparisons of latency count it as the deadline.
        let penalised = |name: &'static str| match name {
            "lookup.latency_ms" => "lookup.latency_penalised_ms",
            name => name,
        };
        return Ok(headlines.map(penalised).filter(|name| there.contains(name)).map(str::to_owned).collect());
    }
    for name in asked {
        let whole = percentile(name).map_or(name.as_str(), |(metric, _)| metric);
        if !there.contains(&name.as_str()) && !there.contains(&whole) {
            let problem = match metric(whole) {
                Some(_) => format!("{name} has no value in these results: name another metric"),
                None => unknown_name("metric", whole, &there),
            };
            return Err(CompareError::Unknown { place: folders[0].name.clone(), problem });
        }
    }
    Ok(asked.to_vec())
}

/// The phases that are asked for; the whole measured period is one without a name.
pub(crate) fn phases(
    folders: &[Folder],
    values: &[Values<'_>],
    asked: &[String],
) -> Result<Vec<String>, CompareError> {
    for (folder, values) in folders.iter().zip(values) {
        let there = values.phases();
        if let Some(name) = asked.iter().find(|name| !there.contains(&name.as_str())) {
            let problem = unknown_name("phase", name, &there);
            return Err(CompareError::Unknown { place: folder.name.clone(), problem });
        }
    }
    Ok(if asked.is_empty() { vec![String::new()] } else { asked.to_vec() })
}

/// What is compared with what: the subject first.
fn pairs<'a>(
    folders: &[Folder],
    values: &'a [Values<'_>],
    baseline: Option<&str>,
) -> Result<Vec<[Side<'a>; 2]>, CompareError> {
    let sides: Vec<Side<'a>> = values
        .iter()
        .enumerate()
        .flat_map(|(folder, values)| {
            values.overlays().into_iter().map(move |overlay| Side { folder, overlay })
        })
        .collect();
    if let Some(baseline) = baseline {
        let Some(reference) = sides.iter().find(|side| side.overlay == baseline) else {
            let mut labels: Vec<&str> = sides.iter().map(|side| side.overlay).collect();
            labels.dedup();
            let problem = unknown_name("overlay", baseline, &labels);
            return Err(CompareError::Unknown { place: "--baseline".to_owned(), problem });
        };
        let others = sides.iter().filter(|side| *side != reference);
        return Ok(others.map(|side| [*side, *reference]).collect());
    }
    let mut pairs = Vec::new();
    for (at, reference) in sides.iter().enumerate() {
        for subject in &sides[at + 1..] {
            if folders.len() == 1 || (reference.folder == 0 && subject.folder > 0) {
                pairs.push([*subject, *reference]);
            }
        }
    }
    // Where the same overlay is in both folders, it is its change that is asked for.
    let same = |pair: &[Side<'_>; 2]| pair[0].overlay == pair[1].overlay;
    if folders.len() > 1 && pairs.iter().any(same) {
        pairs.retain(same);
    }
    if pairs.is_empty() {
        let name = &folders[0].name;
        return Err(CompareError::Nothing(format!(
            "{name}: holds one overlay: name a second folder, or a scenario with several overlays"
        )));
    }
    Ok(pairs)
}

/// The points of the sweep that both folders have.
fn common_points<'a>(
    folders: &[Folder],
    values: &'a [Values<'_>],
    subject: Side<'_>,
    reference: Side<'_>,
) -> Result<Vec<&'a BTreeMap<String, Value>>, CompareError> {
    let there = values[subject.folder].points();
    let mut points = values[reference.folder].points();
    points.retain(|point| there.contains(point));
    if points.is_empty() {
        return Err(CompareError::Nothing(format!(
            "{} and {} have no point of their sweeps in common: sweep the same values in both",
            folders[reference.folder].name, folders[subject.folder].name
        )));
    }
    Ok(points)
}

/// Compares one metric of one pair at one point; nothing where a side was not measured, which is noted.
fn compared(
    folders: &[Folder],
    values: &[Values<'_>],
    (metric, phase, parameters): (&str, &str, &BTreeMap<String, Value>),
    sides: [Side<'_>; 2],
    notes: &mut Vec<String>,
) -> Result<Option<Raw>, CompareError> {
    let mut found: Vec<(&Place, Vec<(u32, f64)>)> = Vec::new();
    for side in sides {
        let Some(place) = values[side.folder].place(side.overlay, parameters) else { return Ok(None) };
        let here = values[side.folder].of(place, phase, metric);
        let runs = place.replications as usize;
        let name = format!("{}: {}", folders[side.folder].name, side.overlay);
        if runs < 2 {
            return Err(CompareError::TooFew { place: name, n: runs });
        }
        if here.len() < 2 {
            note(notes, format!("{metric} is left out where it has no two values ({})", side.overlay));
            return Ok(None);
        }
        found.push((place, here));
    }
    let same = same_world(folders, values, sides, parameters, notes);
    let (subject, reference) = if same {
        paired(&found[0].1, &found[1].1)
    } else {
        let plain = |values: &[(u32, f64)]| values.iter().map(|(_, value)| *value).collect::<Vec<f64>>();
        (plain(&found[0].1), plain(&found[1].1))
    };
    if subject.len() < 2 || reference.len() < 2 {
        note(notes, format!("{metric} is left out where both have no two replications in common"));
        return Ok(None);
    }
    let samples = Samples { subject: &subject, reference: &reference, paired: same };
    let (difference, ratio) = (samples.difference(), samples.ratio());
    let side = |at: usize, values: &[f64]| {
        let (mean, interval) = mean_with_interval(values);
        let ci95 = interval.unwrap_or([mean, mean]);
        let Side { folder, overlay } = sides[at];
        let n = values.len() as u32;
        ComparisonSide { overlay: overlay.to_owned(), folder: folder as u32, n, mean, ci95 }
    };
    let row = ComparisonRow {
        metric: metric.to_owned(),
        unit: values[sides[0].folder].unit(metric),
        better: verdict::better(metric).map(|better| better_text(better).to_owned()),
        phase: (!phase.is_empty()).then(|| phase.to_owned()),
        parameters: parameters.clone(),
        subject: side(0, &subject),
        reference: side(1, &reference),
        paired: same,
        n: subject.len().min(reference.len()) as u32,
        difference: difference.mean,
        difference_ci95: difference.interval,
        ratio: ratio.map(|ratio| ratio.value),
        ratio_ci95: ratio.and_then(|ratio| ratio.interval),
        correlation: samples.correlation(),
        p: difference.p,
        ..ComparisonRow::default()
    };
    let name = |side: Side<'_>| {
        if sides[0].folder == sides[1].folder {
            side.overlay.to_owned()
        } else {
            format!("{} ({})", side.overlay, folders[side.folder].name)
        }
    };
    Ok(Some(Raw { row, difference, ratio, names: sides.map(name) }))
}

/// Whether both sides met the same worlds at a point, replication by replication; why not, is noted.
fn same_world(
    folders: &[Folder],
    values: &[Values<'_>],
    [subject, reference]: [Side<'_>; 2],
    parameters: &BTreeMap<String, Value>,
    notes: &mut Vec<String>,
) -> bool {
    if subject.folder == reference.folder {
        return true;
    }
    let names = format!("{} and {}", folders[reference.folder].name, folders[subject.folder].name);
    let differences = folders[reference.folder].differences(&folders[subject.folder], parameters);
    if !differences.is_empty() {
        const MOST: usize = 4;
        let more = if differences.len() > MOST { " and more" } else { "" };
        let listed = differences.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
        note(
            notes,
            format!("{names} are independent samples (Welch): their scenarios differ in {listed}{more}"),
        );
        return false;
    }
    // Who is up when is no overlay's doing: it must be the same to the last bit.
    let live = |side: Side<'_>| {
        let values = &values[side.folder];
        values.place(side.overlay, parameters).map(|place| values.of(place, "", "peers.live"))
    };
    let (here, there) = (live(subject).unwrap_or_default(), live(reference).unwrap_or_default());
    let (here, there) = paired(&here, &there);
    if here != there {
        note(
            notes,
            format!(
                "{names} are independent samples (Welch): peers.live differs between them although their scenarios say the same; were they made by other versions?"
            ),
        );
        return false;
    }
    note(notes, format!("{names} are paired: their scenarios differ in nothing but the overlays"));
    true
}

fn note(notes: &mut Vec<String>, text: String) {
    if !notes.contains(&text) {
        notes.push(text);
    }
}

/// The word that results have for a direction.
pub(crate) fn better_text(better: Better) -> &'static str {
    match better {
        Better::Lower => "lower",
        Better::Higher => "higher",
    }
}

/// How the figures were made.
fn notes_of(metrics: &[String], raw: &[Raw], folders: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if folders == 1 {
        notes.push("differences are paired: all overlays met the same underlay, sessions and lookups in each replication".to_owned());
    }
    notes.push(format!(
        "intervals are at 95 % each (Student t; of ratios, Fieller); verdicts follow the p-values, which are corrected for all {} comparisons (Holm)",
        raw.len()
    ));
    if metrics
        .iter()
        .any(|name| percentile(name).map_or(name.as_str(), |(name, _)| name) == "lookup.latency_ms")
    {
        notes.push("lookup.latency_ms is over answered lookups only, and whoever answers less may seem faster: lookup.latency_penalised_ms counts failures as the deadline".to_owned());
    }
    notes
}

/// Corrects all p-values together and says what came out.
fn judged(raw: Vec<Raw>) -> Vec<ComparisonRow> {
    let p: Vec<f64> = raw.iter().map(|raw| raw.difference.p).collect();
    let corrected = holm(&p);
    // What is not rejected had to be smaller than this, had it been the first among those.
    let open = corrected.iter().filter(|p| **p >= 1.0 - CONFIDENCE).count().max(1);
    let level = (1.0 - CONFIDENCE) / open as f64;
    let judge = |(raw, p_holm): (Raw, f64)| {
        let Raw { mut row, difference, ratio, names } = raw;
        let better = verdict::better(&row.metric);
        row.outcome = verdict::outcome(&difference, p_holm, better);
        let detectable = difference.detectable(level);
        let words = Words {
            subject: &names[0],
            reference: &names[1],
            metric: &row.metric,
            unit: &row.unit,
            better,
            n: row.n as usize,
        };
        let limits = (detectable, row.reference.mean);
        row.verdict = verdict::verdict(&words, row.outcome, (&difference, ratio.as_ref()), limits);
        row.detectable = (row.outcome == ComparisonOutcome::NotShown).then_some(detectable);
        row.p_holm = p_holm;
        row
    };
    raw.into_iter().zip(corrected).map(judge).collect()
}
