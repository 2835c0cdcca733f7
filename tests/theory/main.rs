//! Published and derived results, reproduced by the whole simulator: from a scenario through underlay, engine, world,
//! algorithm and judge to the figures.
//!
//! Tolerances are those at which a reproduction counts as one; every test says how large its own error is. Those that
//! take minutes are ignored and run on demand: `cargo test --release --test theory -- --ignored`.

mod churn;
mod failures;
mod fairness;
mod hops;
mod joins;
mod pointers;
mod population;
mod statistics;
mod trial;
mod trusting;
