//! Links between routers that have a capacity: who else uses them, and what messages meet there.
//!
//! [`Congestion`] says what a scenario says, [`CoreLinks`] applies it to an underlay, and [`CoreQueues`] is the state that
//! changes from epoch to epoch: what was sent in one epoch acts in the next.

mod alone;
mod background;
mod law;
mod links;
mod paths;
mod queues;

pub use background::{Background, Bursts, Diurnal};
pub use law::{LinkQueue, QueueLaw, Strain, path_throughput};
pub use links::{CongestedLink, Congestion, CoreLinks};
pub use queues::{CoreQueues, Ledger, Met, Sent};
