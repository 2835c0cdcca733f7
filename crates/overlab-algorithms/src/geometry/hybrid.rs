//! The hybrid: the entries of a tree on a ring; where the tree's next hop is dead, a path may go nearer on the ring.
//!
//! # Idea
//! Identifiers are leaves of a tree and points on a ring at once. A path takes the entry that corrects the first wrong bit; if
//! that is dead, any entry that keeps the bits that are right already and is numerically nearer to the target: Pastry, which
//! also knows its leaf set, the next nodes on either side.
//!
//! # State per node
//! d entries of 4 bytes, and as many more as it has leaves.
//!
//! # Cost
//! About d/2 hops. No closed form is known.
//!
//! # Reference
//! Gummadi et al., SIGCOMM 2003, section 2; Rowstron, Druschel (Pastry), Middleware 2001.

use super::bits::{Bits, Suffix};
use overlab_peer::{About, Geometry, ParameterError, Parameters};
use overlab_time::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A tree on a ring.
#[derive(Clone, Copy, Debug)]
pub struct Hybrid {
    bits: Bits,
    suffix: Suffix,
    leaves: u32,
}

/// Parameters of the hybrid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HybridParameters {
    /// The bits of an entry after the one in which it differs.
    pub suffix: Suffix,
    /// How many of the nearest nodes on each side of the ring a node knows besides, 0 to 127: its sequential neighbours.
    pub leaves: u32,
}

impl Parameters for HybridParameters {
    fn check(&self) -> Result<(), ParameterError> {
        ParameterError::unless(
            self.leaves <= 127,
            "leaves",
            format!("must be at most 127, not {}", self.leaves),
        )
    }
}

impl Hybrid {
    /// The shorter way round the ring.
    fn distance(&self, from: u32, to: u32) -> u32 {
        self.bits.clockwise(from, to).min(self.bits.clockwise(to, from))
    }
}

impl Geometry for Hybrid {
    type Parameters = HybridParameters;

    const ABOUT: About = About {
        name: "hybrid",
        title: "Hybrid",
        summary: "A tree on a ring: the next bit, or else nearer on the ring without losing a bit.",
        reference: "Gummadi et al., SIGCOMM 2003; Rowstron, Druschel (Pastry), Middleware 2001",
        bibtex: super::GUMMADI,
    };

    fn new(parameters: &HybridParameters, nodes: u32) -> Result<Self, &'static str> {
        let HybridParameters { suffix, leaves } = *parameters;
        Ok(Self { bits: Bits::of(nodes)?, suffix, leaves: leaves.min((nodes - 1) / 2) })
    }

    fn entries(&self, here: u32, stream: &mut Stream, out: &mut Vec<u32>) -> usize {
        let last = self.bits.nodes() - 1;
        out.extend((0..self.bits.0 as usize).map(|place| self.bits.across(here, place, self.suffix, stream)));
        let routing = out.len();
        for distance in 1..=self.leaves {
            for neighbour in [here.wrapping_add(distance) & last, here.wrapping_sub(distance) & last] {
                if !out[..routing].contains(&neighbour) {
                    out.push(neighbour);
                }
            }
        }
        out.len() - routing
    }

    fn next_hops(&self, here: u32, target: u32, table: &[u32], out: &mut Vec<u32>) {
        let Some(place) = self.bits.first_difference(here, target) else { return };
        let whole = self.distance(here, target);
        // Entries of earlier places would lose a bit that is right, that of this place gains one.
        let kept = |entry: u32| self.bits.first_difference(entry, target).is_none_or(|first| first >= place);
        let others = table.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, entry)| *entry);
        out.push(table[place]);
        out.extend(others.filter(|entry| kept(*entry) && self.distance(*entry, target) < whole));
        // What corrects the bit comes first, then who is nearest.
        out[1..].sort_unstable_by_key(|entry| self.distance(*entry, target));
    }

    fn choices(&self, _here: u32, place: usize) -> u64 {
        self.bits.choices(place, self.suffix)
    }
}
