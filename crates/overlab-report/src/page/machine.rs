//! What the run cost and where it ran: all that another machine or another day would change.

use super::markup::{Cell, Table, facts, number, numbers, texts};
use crate::number::{bytes, duration, fixed, short};
use crate::results::{Results, point_name};
use overlab_schema::{Manifest, Summary};

pub(crate) fn section(results: &Results) -> String {
    let manifest = &results.manifest;
    let absent = || "–".to_owned();
    let machine = &manifest.machine;
    let count = |number: u64| fixed(number as f64, 0);
    let memory = |number: Option<u64>| number.map_or_else(absent, |number| bytes(number as f64));
    let mut list = vec![
        ("Version", manifest.version.clone()),
        ("Revision", manifest.revision.clone().unwrap_or_else(absent)),
        ("Command", manifest.command.join(" ")),
        ("Started", manifest.started.clone()),
        ("Wall time", duration(manifest.wall_s)),
        ("Events", count(manifest.events)),
        ("Events per second", short(manifest.events_per_s)),
        ("Messages", count(manifest.messages)),
        ("Messages per second", short(manifest.messages_per_s)),
        ("Peak memory", memory(manifest.peak_rss_bytes)),
        ("State and pending events per peer", manifest.bytes_per_peer.map_or_else(absent, bytes)),
        ("Threads", manifest.threads.to_string()),
        ("System", format!("{} {}", machine.system, machine.architecture)),
        ("Processor", machine.processor.clone().unwrap_or_else(absent)),
        ("Cores", machine.cores.to_string()),
        ("Memory", memory(machine.memory_bytes)),
    ];
    list.retain(|(_, value)| !value.trim().is_empty());
    facts(&list) + &digests(&results.summary) + &runs(manifest) + &inputs(manifest)
}

/// What tells the results of each overlay and point from any others: they are the same wherever the scenario is run.
fn digests(summary: &Summary) -> String {
    let swept = summary.points.iter().any(|point| !point.parameters.is_empty());
    let mut columns = texts(["Overlay"]);
    if swept {
        columns.extend(texts(["Point"]));
    }
    columns.extend(numbers(["Seed", "Replications"]));
    columns.extend(texts(["Digest"]));
    let caption = "Seeds and digests: the n-th replication of every overlay draws from the seed and n";
    let mut table = Table::new(caption, &columns);
    for point in &summary.points {
        let mut cells = vec![Cell::Head(point.overlay.clone())];
        if swept {
            cells.push(Cell::Text(point_name(&point.parameters)));
        }
        cells.extend([
            Cell::Number(summary.seed.to_string(), summary.seed as f64),
            Cell::Number(point.replications.to_string(), f64::from(point.replications)),
            Cell::Long(point.digest.clone()),
        ]);
        table.row(&cells);
    }
    table.finish()
}

fn runs(manifest: &Manifest) -> String {
    if manifest.runs.is_empty() {
        return String::new();
    }
    let swept = manifest.runs.iter().any(|run| !run.parameters.is_empty());
    let mut columns = texts(["Overlay"]);
    if swept {
        columns.extend(texts(["Point"]));
    }
    columns.extend(numbers([
        "Replications",
        "Wall time",
        "Events",
        "Events per second",
        "Messages",
        "Messages per second",
        "Peak memory",
        "Per peer",
    ]));
    let mut table = Table::new("Cost of each overlay, all replications together", &columns);
    for run in &manifest.runs {
        let mut cells = vec![Cell::Head(run.overlay.clone())];
        if swept {
            cells.push(Cell::Text(point_name(&run.parameters)));
        }
        let whole = |value: f64| fixed(value, 0);
        cells.extend([
            number(Some(f64::from(run.replications)), whole),
            number(Some(run.wall_s), duration),
            number(Some(run.events as f64), whole),
            number(Some(run.events_per_s), short),
            number(Some(run.messages as f64), whole),
            number(Some(run.messages_per_s), short),
            number(run.peak_rss_bytes.map(|size| size as f64), bytes),
            number(run.bytes_per_peer, bytes),
        ]);
        table.row(&cells);
    }
    table.finish()
}

fn inputs(manifest: &Manifest) -> String {
    if manifest.inputs.is_empty() {
        return String::new();
    }
    let mut columns = texts(["File"]);
    columns.extend(numbers(["Bytes"]));
    columns.extend(texts(["BLAKE3"]));
    let mut table = Table::new("Files that the scenario read", &columns);
    for input in &manifest.inputs {
        let size = input.bytes as f64;
        let size = Cell::Number(fixed(size, 0), size);
        table.row(&[Cell::Head(input.name.clone()), size, Cell::Long(input.blake3.clone())]);
    }
    table.finish()
}
