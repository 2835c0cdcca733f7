//! Geometries: routing tables over a whole space of identifiers, without a protocol that would keep them.
//!
//! A geometry is what is left of an algorithm when messages and maintenance are taken away: which entries a node has and
//! which of them bring a path on. Studies of static resilience compare algorithms by it (Gummadi et al., SIGCOMM 2003).

use crate::about::About;
use crate::parameters::Parameters;
use overlab_time::Stream;

/// Routing tables over nodes that are numbered 0 to n - 1, every number taken.
pub trait Geometry: Sized + Send + Sync + 'static {
    /// Its parameters in scenario files.
    type Parameters: Parameters;

    /// Name, summary and source.
    const ABOUT: About;

    /// The geometry over `nodes` nodes.
    ///
    /// # Errors
    /// What the number must be, where it cannot be this one: "a power of two".
    fn new(parameters: &Self::Parameters, nodes: u32) -> Result<Self, &'static str>;

    /// Draws the entries of the node `here`: those of its routing table, then its sequential neighbours, whose number it
    /// returns. `out` is empty.
    fn entries(&self, here: u32, stream: &mut Stream, out: &mut Vec<u32>) -> usize;

    /// The entries of `table`, which belongs to `here`, that bring a path on to `target`, best first. `out` is empty. A path
    /// that follows any of them for ever must end at `target`.
    fn next_hops(&self, here: u32, target: u32, table: &[u32], out: &mut Vec<u32>);

    /// How many nodes may stand at place `place` of the routing table of `here`: the freedom to choose neighbours.
    fn choices(&self, here: u32, place: usize) -> u64;

    /// The expected share of pairs of surviving nodes without a path where each node is removed with probability `removed`,
    /// if there is a closed form for these parameters.
    fn failed_ratio(&self, _removed: f64) -> Option<f64> {
        None
    }
}
