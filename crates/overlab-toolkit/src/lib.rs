//! Parts that algorithms are built from.
//!
//! * [`key_routing`] is the driver of the key-routing service, done once for all algorithms: it turns an algorithm
//!   that names candidates into a [`overlab_peer::Program`] that looks keys up iteratively or recursively, in
//!   parallel, with timeouts, and that can be made hostile.
//! * [`rpc`] holds calls with timeouts that cost no event when the reply comes in time.
//! * [`harness`] is a small world in memory for tests of algorithms; [`conformance`] is the suite that every
//!   key-routing algorithm must pass in it.
//!
//! Nothing here knows a particular algorithm, the event queue or the underlay.

#![forbid(unsafe_code)]

pub mod conformance;
pub mod harness;
pub mod key_routing;
pub mod rpc;
