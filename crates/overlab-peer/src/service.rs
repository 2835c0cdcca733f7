//! What an overlay is asked to do: one trait a service.

pub mod geometry;
pub mod key_routing;
