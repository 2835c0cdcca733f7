//! What the run cost and where it ran: all that another machine or another day would change.

use super::markup::{Cell, Table, facts, numbers, texts};
use crate::number::{bytes, duration, fixed, short};
use crate::results::point_name;
use overlab_schema::Manifest;

pub(crate) fn section(manifest: &Manifest) -> String {
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
    facts(&list) + &runs(manifest) + &inputs(manifest)
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
        let figures = [
            run.replications.to_string(),
            duration(run.wall_s),
            fixed(run.events as f64, 0),
            short(run.events_per_s),
            fixed(run.messages as f64, 0),
            short(run.messages_per_s),
            run.peak_rss_bytes.map_or_else(|| "–".to_owned(), |size| bytes(size as f64)),
            run.bytes_per_peer.map_or_else(|| "–".to_owned(), bytes),
        ];
        cells.extend(figures.map(Cell::Figure));
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
        let size = fixed(input.bytes as f64, 0);
        table.row(&[Cell::Head(input.name.clone()), Cell::Figure(size), Cell::Text(input.blake3.clone())]);
    }
    table.finish()
}
