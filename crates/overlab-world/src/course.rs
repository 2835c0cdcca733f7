//! Networks that follow one another.

use overlab_underlay::Underlay;
use std::sync::Arc;

/// The networks that faults, repairs and routing make of the first, each put in its place by a [`crate::Change::Underlay`].
///
/// All have the hosts of the first. Runs of several overlays may share one course, from several threads.
pub trait Course: Send + Sync {
    /// The network of a stage: called once by every run and rank that reaches it, between two windows. What it returns must
    /// depend on the stage alone.
    fn underlay(&self, stage: usize) -> Arc<Underlay>;
}
