//! Overlab: an overlay routing research simulator.

#![forbid(unsafe_code)]

mod command;
mod parameters;
pub mod prelude;

pub use command::run;
pub use overlab_lab::{Entry, Registry, entry};
pub use {schemars, serde};
