//! Ranks as MPI processes, on one machine or many.
//!
//! `Mpi` is the `Link` of the engine over which the processes that `mpirun` started run one simulation.
//! Without the feature `mpi` this crate is empty and needs no MPI.

#![forbid(unsafe_code)]

#[cfg(feature = "mpi")]
mod link;

#[cfg(feature = "mpi")]
pub use link::{Mpi, MpiError};
