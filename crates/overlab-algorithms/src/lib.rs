//! The catalogue of overlay algorithms: one folder a service, one file an algorithm, one registration line each.
//!
//! An algorithm here sees what `overlab-peer` shows it and nothing else: no event queue, no underlay, no other peer's
//! state. [`Converged`](overlab_peer::Converged) is the one trait through which it meets the live set, before a run.
//!
//! [`geometry`] holds routing tables without a protocol, for static analysis; [`key_routing`] holds the distributed hash
//! tables. `each_key_routing!` hands the ordered list of them to another macro, which is how the registry, the help texts
//! and the tests of every algorithm come about.

#![forbid(unsafe_code)]

pub mod geometry;
pub mod key_routing;
