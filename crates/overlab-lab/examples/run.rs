//! Runs a scenario without a results folder and prints its figures: for engineers of the simulator itself.
#![allow(clippy::print_stdout, clippy::disallowed_types)]

use overlab_lab::{Experiment, Registry, RunContext, Running};
use overlab_schema::Document;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("name a scenario file")?;
    let mut document = Document::parse(&file, &std::fs::read_to_string(&file)?)?;
    let mut threads = 1;
    for (number, set) in arguments.enumerate() {
        match set.strip_prefix("threads=") {
            Some(n) => threads = n.parse()?,
            None => document.set(number + 1, &set)?,
        }
    }
    let mut experiment = Experiment::resolve(&document, &Registry::built_in())?;
    let plans = experiment.plans(std::path::Path::new("."), None)?;
    for (point, plan) in experiment.points.iter().zip(&plans) {
        println!("== {:?}, pool {}", point.parameters, plan.pool);
        let started = std::time::Instant::now();
        let ground = plan.ground(0)?;
        println!("ground in {:.2?}; lookahead {}", started.elapsed(), ground.underlay.minimum());
        for (overlay, (entry, settled)) in point.algorithms.iter().enumerate() {
            let running = Running { threads, width_divisor: 1, link: None, go_on: &|_, _| true };
            let outcome =
                entry.run(&settled.parameters, &RunContext { plan, overlay, ground: &ground, running })?;
            println!("-- {} {} {:?}", plan.scenario.overlays[overlay].label(), outcome.digest, outcome.cost);
            println!("   {:.0} events/s", outcome.cost.events as f64 / outcome.cost.wall_s);
            for (name, sample) in &outcome.metrics {
                println!("{name:45} {:12.4} {:?}", sample.mean, sample.spread);
            }
            for row in
                outcome.lookups.iter().flat_map(|rows| rows.lines()).filter(|row| row.contains(",false,"))
            {
                println!("lookup {row}");
            }
            for warning in &outcome.warnings {
                println!("warning: {warning}");
            }
        }
    }
    Ok(())
}
