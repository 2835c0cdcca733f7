//! Key routing: the workload of lookups and their judge.

mod docket;
mod judge;
mod ownership;
mod pending;
mod rows;
mod service;
mod tally;
mod workload;

pub(crate) use rows::COLUMNS;
pub(crate) use service::KeyRoutingService;
