//! The hypercube: neighbours differ in one bit, and a path corrects bits in any order.
//!
//! # Idea
//! Every node knows the d nodes that differ from it in exactly one bit. As many of them as bits are wrong bring a path on,
//! all equally well: CAN with d = log2 n dimensions.
//!
//! # State per node
//! d entries of 4 bytes, none of which can be chosen.
//!
//! # Cost
//! d/2 hops. With m bits left a path ends where all m next nodes are dead, which are others at every hop, so of the pairs of
//! survivors at distance h a share prod over m = 2..h of (1 - q^m) has a path.
//!
//! # Reference
//! Gummadi et al., SIGCOMM 2003, section 2; the closed form is that of Kong, Bridgewater, Roychowdhury, DSN 2006.

use super::bits::Bits;
use overlab_peer::{About, Geometry, Parameters};
use overlab_time::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A hypercube.
#[derive(Clone, Copy, Debug)]
pub struct Hypercube {
    bits: Bits,
}

/// The hypercube has no parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HypercubeParameters {}

impl Parameters for HypercubeParameters {}

impl Geometry for Hypercube {
    type Parameters = HypercubeParameters;

    const ABOUT: About = About {
        name: "hypercube",
        title: "Hypercube",
        summary: "Neighbours differ in one bit; any bit that is wrong may be corrected next.",
        reference: "Gummadi et al., SIGCOMM 2003; Ratnasamy et al. (CAN), SIGCOMM 2001",
        bibtex: super::GUMMADI,
    };

    fn new(_parameters: &HypercubeParameters, nodes: u32) -> Result<Self, &'static str> {
        Ok(Self { bits: Bits::of(nodes)? })
    }

    fn entries(&self, here: u32, _stream: &mut Stream, out: &mut Vec<u32>) -> usize {
        out.extend((0..self.bits.0 as usize).map(|place| here ^ self.bits.mask(place)));
        0
    }

    fn next_hops(&self, here: u32, target: u32, table: &[u32], out: &mut Vec<u32>) {
        out.extend(table.iter().filter(|entry| (*entry ^ here) & (here ^ target) != 0));
    }

    fn choices(&self, _here: u32, _place: usize) -> u64 {
        1
    }

    fn failed_ratio(&self, removed: f64) -> Option<f64> {
        let open = |m: u32| 1.0 - libm::pow(removed, f64::from(m));
        Some(self.bits.failed(|hops| (2..=hops).map(open).product()))
    }
}
