//! `overlab underlay`: the network underneath a scenario, in figures and as a picture.

mod export;

use super::failure::Failure;
use super::source::{self, Changes, Source};
use super::table::Table;
use super::tables::figure;
use super::{Done, output};
use clap::Args;
use overlab_lab::{Registry, picture, savings};
use overlab_schema::UnderlayPicture;
use serde_json::json;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  overlab underlay scenarios/quickstart.json
  overlab underlay scenarios/quickstart.json --out underlay.svg --plots plots
  overlab underlay my.json --set underlay.graph.file=Geant.graphml --json
  overlab underlay scenarios/quickstart.json --export graphml --out network.graphml

Shows the underlay of the first replication at the first point of the sweep. Latencies are one-way between \
hosts. With congestion, throughput is what a long transfer gets beside the background alone, the median over 200 pairs of hosts \
at the start of the measured period, and utilisation the share of links' capacity that the background takes over that period. \
Relays and detours are about round trips between the first 1,000 hosts: what one relay saves, the best \
of all or of 1 to 64 random ones, and what any number of hops would.

With --export the network is written instead: nodes (id, label, kind, autonomous system, country, place, \
population, hosts) and links (ends, one-way latency in ms, capacity in bit/s, class, relation of the source to the \
target, cable). A scenario reads the GraphML of routers back as underlay.graph.file with the same latencies, capacities \
and relations. Matrices and regions have a link each way for every pair, other end-to-end models their hosts alone.

Exit codes: 0 done; 1 the picture or file could \
not be written; 2 the scenario is wrong.";

/// Prints statistics of a scenario's underlay, and draws it.
#[derive(Debug, Args)]
#[command(name = "underlay", after_help = EXAMPLES)]
pub(super) struct UnderlayCommand {
    /// A scenario file.
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    #[command(flatten)]
    changes: Changes,
    /// A folder with data files that are not beside the scenario.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Prints the statistics as JSON.
    #[arg(long)]
    json: bool,
    /// Draws a picture into this file, which ends in .svg or .png; with --export the file to write.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draws the distributions of latencies, triangle violations and degrees into this folder, with the picture and maps of the
    /// links' load by the background and of what fails, each as SVG and PNG.
    #[arg(long, value_name = "DIR", conflicts_with = "export")]
    plots: Option<PathBuf>,
    /// Writes nodes and links to a file of this format instead, which --out names (underlay.FORMAT).
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    export: Option<export::Format>,
    /// Replaces files that --export finds in its way.
    #[arg(long, requires = "export")]
    force: bool,
}

impl UnderlayCommand {
    pub(super) fn perform(&self, registry: &Registry) -> Done {
        let files = self.files()?;
        let mut source = Source::read(&self.scenario, &self.changes, registry)?;
        let plans = source.drafts(self.data.as_deref())?;
        let (point, plan) = (&source.experiment.points[0], &plans[0]);
        let ground = source::ground(point, plan)?;
        if let Some(format) = self.export {
            let export = ground.underlay.export(&source.experiment.scenario.name).map_err(Failure::input)?;
            return export::write(format, &export, &files, self.force);
        }
        let mut underlay = picture(plan, &ground);
        underlay.statistics.append(&mut savings(&ground));
        if let Some(file) = &self.out {
            draw(&underlay, file)?;
        }
        if let Some(folder) = &self.plots {
            plots(&underlay, folder)?;
        }
        if self.json {
            let all = json!({ "model": underlay.model, "statistics": underlay.statistics });
            return output::print(&format!("{all:#}\n"));
        }
        let mut table = Table::new("lrl");
        table.row(["model", &underlay.model]);
        let mut statistics: Vec<_> = underlay.statistics.iter().collect();
        statistics.sort_by_key(|(name, _)| rank(name));
        for (name, value) in statistics {
            let (name, unit) = without_unit(name);
            table.row([name, value.map_or_else(|| "-".to_owned(), figure), unit.to_owned()]);
        }
        output::print(&table.text())
    }
}

impl UnderlayCommand {
    /// The files of the export, checked before anything is read or drawn at random.
    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        if let Some(format) = self.export {
            let files = format.files(self.out.as_deref())?;
            return export::check(&files, self.force).map(|()| files);
        }
        match self.out.as_deref().map(|path| (path, path.extension().and_then(|end| end.to_str()))) {
            None | Some((_, Some("svg" | "png"))) => Ok(Vec::new()),
            Some((path, _)) => {
                Err(Failure::input(format!("--out {}: end the name in .svg or .png", path.display())))
            }
        }
    }
}

fn draw(underlay: &UnderlayPicture, file: &Path) -> Done {
    if underlay.nodes.is_empty() {
        let model = &underlay.model;
        return Err(Failure::input(format!(
            "{model}: has no routers and no places, so nothing to draw: leave --out away"
        )));
    }
    let figure = overlab_report::underlay_picture(underlay);
    let svg = file.extension().is_some_and(|extension| extension == "svg");
    let bytes = if svg { figure.svg().into_bytes() } else { figure.png() };
    fs_err::write(file, bytes).map_err(|error| Failure::run(format!("{error}: name another file with --out")))
}

fn plots(underlay: &UnderlayPicture, folder: &Path) -> Done {
    let failed = |error: std::io::Error| Failure::run(format!("{error}: name another folder with --plots"));
    fs_err::create_dir_all(folder).map_err(failed)?;
    let mut figures = overlab_report::underlay_distributions(underlay);
    if !underlay.nodes.is_empty() {
        figures.push(overlab_report::underlay_picture(underlay));
    }
    figures.extend(overlab_report::underlay_load(underlay));
    figures.extend(overlab_report::underlay_faults(underlay));
    for figure in figures {
        let file = |end: &str| folder.join(format!("{}.{end}", figure.name()));
        fs_err::write(file("svg"), figure.svg()).map_err(failed)?;
        fs_err::write(file("png"), figure.png()).map_err(failed)?;
    }
    Ok(())
}

/// A statistic's place in the table: sizes, degrees, latencies; the parts of each from the smallest to the largest.
fn rank(name: &str) -> (usize, usize) {
    const QUANTITIES: [&str; 15] = [
        "hosts",
        "routers",
        "routers_with_hosts",
        "rows",
        "rows_with_hosts",
        "regions",
        "regions_with_hosts",
        "links",
        "degree",
        "clustering",
        "hops",
        "link_latency_ms",
        "latency_ms",
        "background_utilisation",
        "throughput_mbps",
    ];
    const LAST: [&str; 10] = [
        "direct_round_trip_ms",
        "relay_hosts",
        "relay_better_ratio",
        "relay_delay_ratio",
        "relay_saving_ms",
        "relay_saving_ratio",
        "relay_saves",
        "detour_better_ratio",
        "detour_saves",
        "detour_round_trip_ms",
    ];
    const PARTS: [&str; 20] = [
        "", "1", "2", "4", "8", "16", "32", "64", "all", "min", "p5", "p50", "mean", "p90", "p95", "p99",
        "max", "tenth", "quarter", "half",
    ];
    let (quantity, part) = name.split_once('.').unwrap_or((name, ""));
    let place = |all: &[&str], one: &str| all.iter().position(|other| *other == one).unwrap_or(all.len());
    // What nobody ranked stands before what overlays could save.
    let last = LAST.iter().position(|other| *other == quantity).map_or(0, |last| last + 1);
    (place(&QUANTITIES, quantity) + last, place(&PARTS, part))
}

/// A statistic's name without the unit in it, and the unit.
fn without_unit(name: &str) -> (String, &'static str) {
    let (quantity, part) = name.split_once('.').map_or((name, ""), |(quantity, part)| (quantity, part));
    let units = [("_ms", "ms"), ("_mbps", "Mbit/s")];
    let found = units.into_iter().find_map(|(end, unit)| Some((quantity.strip_suffix(end)?, unit)));
    match found {
        Some((quantity, unit)) if part.is_empty() => (quantity.to_owned(), unit),
        Some((quantity, unit)) => (format!("{quantity}.{part}"), unit),
        None => (name.to_owned(), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::without_unit;

    #[test]
    fn units_leave_the_names() {
        assert_eq!(without_unit("latency_ms.p50"), ("latency.p50".to_owned(), "ms"));
        assert_eq!(without_unit("lookahead_ms"), ("lookahead".to_owned(), "ms"));
        assert_eq!(without_unit("throughput_mbps.p50"), ("throughput.p50".to_owned(), "Mbit/s"));
        assert_eq!(without_unit("degree.max"), ("degree.max".to_owned(), ""));
    }
}
