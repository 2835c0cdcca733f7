//! Key routing: the workload of lookups and their judge.

mod judge;
mod ownership;
mod rows;
mod service;
mod tally;
mod workload;

pub(crate) use rows::COLUMNS;
pub(crate) use service::KeyRoutingService;
