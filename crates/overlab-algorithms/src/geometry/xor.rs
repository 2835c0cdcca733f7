//! XOR: the entries of a tree, but a path may correct lower bits where the entry for the topmost is dead.
//!
//! # Idea
//! Bucket i of a node holds k nodes that share the first i bits with it and differ in the next. An entry brings a path on
//! where its bit is one of those that are wrong, since the XOR distance falls even if bits below it are spoiled: Kademlia.
//!
//! # State per node
//! k d entries of 4 bytes; buckets of fewer than k nodes hold all of them.
//!
//! # Cost
//! d/2 hops with k = 1. With random suffixes more paths fail than an idealised count of choices says: a node may be one bit
//! short of choices several times on one path.
//!
//! # Reference
//! Gummadi et al., SIGCOMM 2003, section 2; Maymounkov, Mazières (Kademlia), IPTPS 2002.

use super::bits::{Bits, Suffix};
use overlab_peer::{About, Geometry, ParameterError, Parameters};
use overlab_time::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Buckets under the XOR distance.
#[derive(Clone, Copy, Debug)]
pub struct Xor {
    bits: Bits,
    suffix: Suffix,
    k: u32,
}

/// Parameters of the XOR geometry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct XorParameters {
    /// Nodes in a bucket, 1 to 64.
    pub k: u32,
    /// The bits of an entry after the one in which it differs; "exact" is for k = 1.
    pub suffix: Suffix,
}

impl Default for XorParameters {
    fn default() -> Self {
        Self { k: 1, suffix: Suffix::Random }
    }
}

impl Parameters for XorParameters {
    fn check(&self) -> Result<(), ParameterError> {
        ParameterError::unless(
            (1..=64).contains(&self.k),
            "k",
            format!("must be between 1 and 64, not {}", self.k),
        )?;
        let one = self.k == 1 || self.suffix == Suffix::Random;
        ParameterError::unless(one, "suffix", "must be \"random\" where k is more than 1")
    }
}

impl Geometry for Xor {
    type Parameters = XorParameters;

    const ABOUT: About = About {
        name: "xor",
        title: "XOR",
        summary: "Buckets by common prefix; any entry that corrects a wrong bit brings a path on.",
        reference: "Gummadi et al., SIGCOMM 2003; Maymounkov, Mazières (Kademlia), IPTPS 2002",
        bibtex: super::GUMMADI,
    };

    fn new(parameters: &XorParameters, nodes: u32) -> Result<Self, &'static str> {
        Ok(Self { bits: Bits::of(nodes)?, suffix: parameters.suffix, k: parameters.k })
    }

    fn entries(&self, here: u32, stream: &mut Stream, out: &mut Vec<u32>) -> usize {
        for place in 0..self.bits.0 as usize {
            let (start, size) = (out.len(), self.bits.mask(place));
            if size <= self.k && self.suffix == Suffix::Random {
                let first = (here ^ size) & !(size - 1);
                out.extend(first..first + size);
                continue;
            }
            while out.len() < start + self.k as usize {
                let drawn = self.bits.across(here, place, self.suffix, stream);
                if !out[start..].contains(&drawn) {
                    out.push(drawn);
                }
            }
        }
        0
    }

    fn next_hops(&self, here: u32, target: u32, table: &[u32], out: &mut Vec<u32>) {
        let whole = here ^ target;
        out.extend(table.iter().filter(|entry| (*entry ^ target) < whole));
        out.sort_unstable_by_key(|entry| entry ^ target);
    }

    fn choices(&self, _here: u32, place: usize) -> u64 {
        self.bits.choices(place, self.suffix)
    }
}
