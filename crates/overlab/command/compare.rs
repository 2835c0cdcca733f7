//! `overlab compare`: which overlay is better, by how much, and whether that is certain.

mod budget;
mod costs;
mod rows;

use super::failure::Failure;
use super::tables::interval;
use super::{Done, output};
use clap::Args;
use overlab_lab::{Question, budget as best_for, compare as compared, keep};
use overlab_report::{Figure, comparison_figure, cost_figures, plot};
use overlab_schema::{CostStudy, Metric, ResultFile};
use overlab_time::parse_bytes;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  overlab compare results/quickstart
  overlab compare results/quickstart --baseline Chord --metric lookup.latency_penalised_ms.p95
  overlab compare results/quickstart --phase 'after crash 30 %' --out results/quickstart/comparison
  overlab compare results/before results/after         The same overlays before and after a change
  overlab compare results/cost-performance --budget 20B/s

Compares all pairs of overlays of one folder, or the overlays that several folders share, each with the first. All \
overlays of a scenario met the same worlds, so differences are paired, replication by replication; those of two \
folders are paired where the scenarios differ in the overlays alone, and independent samples (Welch) elsewhere. \
p-values are corrected for all comparisons of the table (Holm). With a budget: what is best among all \
combinations of a sweep that cost no more bytes per live peer and second. Nothing is run. Exit codes: 0 done; 1 a \
file could not be written; 2 a folder, name or number of replications will not do.";

/// Compares overlays: differences, intervals, verdicts; or what is best for a budget.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Compare {
    /// Results folders.
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// The overlay that all others are compared with.
    #[arg(long, value_name = "LABEL")]
    baseline: Option<String>,
    /// A metric instead of the headlines, such as lookup.hops or lookup.latency_ms.p95; may be given again.
    #[arg(long = "metric", value_name = "NAME")]
    metrics: Vec<String>,
    /// A phase instead of the whole measured period, such as "after crash 30 %"; may be given again.
    #[arg(long = "phase", value_name = "NAME")]
    phases: Vec<String>,
    /// What is best for so much, such as 20B/s or 1.5kB/s of traffic per live peer.
    #[arg(long, value_name = "COST", value_parser = cost)]
    budget: Option<f64>,
    /// Prints JSON instead of tables.
    #[arg(long)]
    json: bool,
    /// A folder for comparison.json (or budget.json) and the charts.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Compare {
    pub(super) fn perform(&self) -> Done {
        let question = Question {
            baseline: self.baseline.clone(),
            metrics: self.metrics.clone(),
            phases: self.phases.clone(),
        };
        let Some(most) = self.budget else {
            let comparison = compared(&self.folders, &question)?;
            // A sweep also says what its points cost and get.
            let costs = match self.folders.as_slice() {
                [folder] => cost_study(folder)?,
                _ => None,
            };
            let mut figures = vec![comparison_figure(&comparison)];
            figures.extend(costs.iter().flat_map(|costs| cost_figures(costs, None)));
            self.keep(&comparison, &figures)?;
            if self.json {
                return output::print(&comparison.to_json());
            }
            let costs = costs.map_or_else(String::new, |costs| format!("\n{}", costs::text(&costs)));
            return output::print(&(rows::text(&comparison) + &costs));
        };
        let [folder] = self.folders.as_slice() else {
            return Err(Failure::input("--budget asks of one results folder: name one"));
        };
        let study = best_for(folder, most, &question)?;
        let figures = match self.out.as_ref().map(|_| cost_study(folder)).transpose()?.flatten() {
            Some(costs) => cost_figures(&costs, Some(most)),
            None => Vec::new(),
        };
        self.keep(&study, &figures)?;
        output::print(&if self.json { study.to_json() } else { budget::text(&study) })
    }

    /// Writes what was found and its charts, where there is a folder for them.
    fn keep<F: ResultFile>(&self, found: &F, figures: &[Figure]) -> Done {
        let Some(folder) = &self.out else { return Ok(()) };
        output::tell(&format!("written: {}", keep(folder, found)?.display()));
        for file in plot(folder, figures)? {
            output::tell(&format!("written: {}", file.display()));
        }
        Ok(())
    }
}

/// The `cost.json` of a folder, where it has one.
fn cost_study(folder: &Path) -> Result<Option<CostStudy>, Failure> {
    let path = folder.join(CostStudy::FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let text = fs_err::read_to_string(&path).map_err(Failure::input)?;
    Ok(Some(CostStudy::from_json(&path.display().to_string(), &text)?))
}

/// A mean with half of its interval, where it has one.
fn spread(mean: f64, ci95: Option<[f64; 2]>) -> String {
    interval(&Metric { mean: Some(mean), ci95, ..Metric::default() })
}

/// Bytes per second, such as "20B/s".
fn cost(text: &str) -> Result<f64, String> {
    let wrong = || "write bytes per second of a peer, such as 20B/s or 1.5kB/s".to_owned();
    let bytes = text.trim().strip_suffix("/s").ok_or_else(wrong)?.trim_end();
    let split = bytes.find(|c: char| c.is_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = bytes.split_at(split);
    let number: f64 = number.trim_end().parse().map_err(|_| wrong())?;
    let scale = parse_bytes(&format!("1{unit}")).map_err(|_| wrong())?;
    let budget = number * scale as f64;
    if budget.is_finite() && budget > 0.0 { Ok(budget) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_have_a_unit() {
        assert_eq!(
            ["20B/s", "1.5 kB/s", " 2KiB/s "].map(|text| cost(text).ok()),
            [20.0, 1500.0, 2048.0].map(Some)
        );
        for wrong in ["20", "20B", "B/s", "-1B/s", "0B/s", "20x/s", "1e999B/s", "NaNB/s"] {
            assert!(cost(wrong).is_err(), "{wrong}");
        }
    }
}
