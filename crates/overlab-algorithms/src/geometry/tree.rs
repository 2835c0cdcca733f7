//! The tree: identifiers are leaves, and a path corrects their bits from the topmost on.
//!
//! # Idea
//! Entry i of a node shares the first i bits with it and differs in the next. Whoever is at the first bit that is wrong has
//! exactly one entry that corrects it, so that one dead node on the way ends it: Plaxton, Rajaraman and Richa's meshes, and
//! Tapestry without its backups.
//!
//! # State per node
//! d entries of 4 bytes.
//!
//! # Cost
//! About d/2 hops. Of the pairs of survivors a share 1 - ((2 - q)^d - 1) / ((1 - q) (2^d - 1)) has no path: a path of h hops
//! needs its h - 1 inner nodes.
//!
//! # Reference
//! Gummadi et al., SIGCOMM 2003, section 2; the closed form is that of Kong, Bridgewater, Roychowdhury, "A general framework
//! for scalability and performance analysis of DHT routing systems", DSN 2006.

use super::bits::{Bits, Suffix};
use overlab_peer::{About, Geometry, Parameters};
use overlab_time::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A prefix tree with one entry a bit.
#[derive(Clone, Copy, Debug)]
pub struct Tree {
    bits: Bits,
    suffix: Suffix,
}

/// Parameters of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TreeParameters {
    /// The bits of an entry after the one in which it differs.
    pub suffix: Suffix,
}

impl Parameters for TreeParameters {}

impl Geometry for Tree {
    type Parameters = TreeParameters;

    const ABOUT: About = About {
        name: "tree",
        title: "Tree",
        summary: "A prefix tree with one entry a bit: one next hop, whatever the target.",
        reference: "Gummadi et al., SIGCOMM 2003; Plaxton, Rajaraman, Richa, SPAA 1997",
        bibtex: super::GUMMADI,
    };

    fn new(parameters: &TreeParameters, nodes: u32) -> Result<Self, &'static str> {
        Ok(Self { bits: Bits::of(nodes)?, suffix: parameters.suffix })
    }

    fn entries(&self, here: u32, stream: &mut Stream, out: &mut Vec<u32>) -> usize {
        out.extend((0..self.bits.0 as usize).map(|place| self.bits.across(here, place, self.suffix, stream)));
        0
    }

    fn next_hops(&self, here: u32, target: u32, table: &[u32], out: &mut Vec<u32>) {
        out.extend(self.bits.first_difference(here, target).map(|place| table[place]));
    }

    fn choices(&self, _here: u32, place: usize) -> u64 {
        self.bits.choices(place, self.suffix)
    }

    fn failed_ratio(&self, removed: f64) -> Option<f64> {
        Some(self.bits.failed(|hops| libm::pow(1.0 - removed, f64::from(hops - 1))))
    }
}
