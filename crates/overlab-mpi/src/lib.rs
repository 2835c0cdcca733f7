//! Ranks as MPI processes, on one machine or many.
//!
//! [`Mpi`] is the [`Link`](overlab_engine::Link) over which the processes that `mpirun` started run one simulation. Without
//! the feature `mpi` this crate is empty and needs no MPI.

#![cfg(feature = "mpi")]
#![forbid(unsafe_code)]

mod link;

pub use link::{Mpi, MpiError};
