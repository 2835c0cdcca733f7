//! Key routing: the workload of lookups and their judge.

mod judge;
mod observer;
mod ownership;
mod tally;
mod workload;

pub(crate) use judge::LookupRow;
pub(crate) use observer::KeyRoutingObserver;
pub(crate) use tally::{BinTally, Tally};
pub(crate) use workload::{Arrivals, Keys, LookupWorkload};
