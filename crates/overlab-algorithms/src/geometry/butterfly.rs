//! The butterfly: a constant number of neighbours, and one way to go.
//!
//! # Idea
//! k levels of 2^k rows each. A node of level l knows the two nodes of the next level (after the last comes the first) whose
//! rows are its own and its own with bit l flipped. A path goes from level to level, corrects the bit of each that it leaves,
//! and goes straight on to the target's level when the row is right: the core of Viceroy.
//!
//! # State per node
//! Two entries of 4 bytes. Numbers are level by level: node l 2^k + r is row r of level l.
//!
//! # Cost
//! About 3k/2 hops. A path of h hops needs its h - 1 inner nodes; with the last wrong bit j levels ahead and the target o
//! levels ahead it has j + ((o - j) mod k) hops, all offsets being alike and j having the share 2^(j-1) / 2^k of the rows.
//!
//! # Departures from the paper
//! Viceroy also links each level to a ring; those sequential neighbours are left out, as in the study of resilience.
//!
//! # Reference
//! Gummadi et al., SIGCOMM 2003, section 2; Malkhi, Naor, Ratajczak (Viceroy), PODC 2002.

use overlab_peer::{About, Geometry, Parameters};
use overlab_time::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A wrapped butterfly.
#[derive(Clone, Copy, Debug)]
pub struct Butterfly {
    levels: u32,
}

/// The butterfly has no parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ButterflyParameters {}

impl Parameters for ButterflyParameters {}

impl Butterfly {
    /// Level and row of a node.
    fn place(self, node: u32) -> (u32, u32) {
        (node >> self.levels, node & ((1 << self.levels) - 1))
    }

    /// The node of a row, one level after `level`.
    fn after(self, level: u32, row: u32) -> u32 {
        (((level + 1) % self.levels) << self.levels) | row
    }
}

impl Geometry for Butterfly {
    type Parameters = ButterflyParameters;

    const ABOUT: About = About {
        name: "butterfly",
        title: "Butterfly",
        summary: "k levels of 2^k rows with two neighbours a node: one next hop, whatever the target.",
        reference: "Gummadi et al., SIGCOMM 2003; Malkhi, Naor, Ratajczak (Viceroy), PODC 2002",
        bibtex: super::GUMMADI,
    };

    fn new(_parameters: &ButterflyParameters, nodes: u32) -> Result<Self, &'static str> {
        (2..=26).find(|levels| levels << levels == nodes).map(|levels| Self { levels }).ok_or(
            "k 2^k for some number k of levels, such as 2048 (k = 8), 49152 (k = 12) or 1048576 (k = 16)",
        )
    }

    fn entries(&self, here: u32, _stream: &mut Stream, out: &mut Vec<u32>) -> usize {
        let (level, row) = self.place(here);
        out.extend([self.after(level, row), self.after(level, row ^ 1 << level)]);
        0
    }

    fn next_hops(&self, here: u32, target: u32, table: &[u32], out: &mut Vec<u32>) {
        if here != target {
            let (level, row) = self.place(here);
            out.push(table[((row ^ self.place(target).1) >> level & 1) as usize]);
        }
    }

    fn choices(&self, _here: u32, _place: usize) -> u64 {
        1
    }

    fn failed_ratio(&self, removed: f64) -> Option<f64> {
        let k = self.levels;
        let mut paths = 0.0;
        for offset in 0..k {
            for last in 0..=k {
                let hops = last + (offset + k - last) % k;
                if hops > 0 {
                    let rows = f64::from(if last == 0 { 1 } else { 1 << (last - 1) });
                    paths += rows * libm::pow(1.0 - removed, f64::from(hops - 1));
                }
            }
        }
        Some((1.0 - paths / f64::from((k << k) - 1)).max(0.0))
    }
}
