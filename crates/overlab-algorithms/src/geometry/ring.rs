//! The ring: fingers at doubling distances, and a path goes as far as it can without passing its target.
//!
//! # Idea
//! Entry i of a node stands 2^i up the ring, or anywhere between 2^i and 2^(i+1): Chord's fingers. Every entry that does not
//! pass the target brings a path on. With the fingers at exactly 2^i, as many of them as the distance has one-bits lie on
//! some shortest path.
//!
//! # State per node
//! d entries of 4 bytes, and as many more as it has sequential neighbours.
//!
//! # Cost
//! About d/2 hops with exact fingers. Closed forms are bounds only (Kong et al. 2006), so none is given.
//!
//! # Reference
//! Gummadi et al., SIGCOMM 2003, section 2; Stoica et al. (Chord), SIGCOMM 2001.

use super::bits::Bits;
use overlab_peer::{About, Geometry, ParameterError, Parameters};
use overlab_time::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A ring with fingers.
#[derive(Clone, Copy, Debug)]
pub struct Ring {
    bits: Bits,
    fingers: Fingers,
    successors: u32,
}

/// Where the fingers of a ring stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fingers {
    /// Finger i at distance 2^i.
    #[default]
    Exact,
    /// Finger i anywhere from distance 2^i to before 2^(i+1).
    Random,
}

/// Parameters of the ring.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RingParameters {
    /// Where the fingers stand.
    pub fingers: Fingers,
    /// How many of the next nodes up the ring a node knows besides, 0 to 255: its sequential neighbours.
    pub successors: u32,
}

impl Parameters for RingParameters {
    fn check(&self) -> Result<(), ParameterError> {
        let problem = format!("must be at most 255, not {}", self.successors);
        ParameterError::unless(self.successors <= 255, "successors", problem)
    }
}

impl Geometry for Ring {
    type Parameters = RingParameters;

    const ABOUT: About = About {
        name: "ring",
        title: "Ring",
        summary: "Fingers at doubling distances; any that does not pass the target brings a path on.",
        reference: "Gummadi et al., SIGCOMM 2003; Stoica et al. (Chord), SIGCOMM 2001",
        bibtex: super::GUMMADI,
    };

    fn new(parameters: &RingParameters, nodes: u32) -> Result<Self, &'static str> {
        let RingParameters { fingers, successors } = *parameters;
        Ok(Self { bits: Bits::of(nodes)?, fingers, successors: successors.min(nodes - 1) })
    }

    fn entries(&self, here: u32, stream: &mut Stream, out: &mut Vec<u32>) -> usize {
        let last = self.bits.nodes() - 1;
        for bit in 0..self.bits.0 {
            let more = match self.fingers {
                Fingers::Exact => 0,
                Fingers::Random => stream.below(1 << bit) as u32,
            };
            out.push(here.wrapping_add((1 << bit) + more) & last);
        }
        let routing = out.len();
        // Finger 0 is the next node; a neighbour that is a finger already need not stand there twice.
        for distance in 2..=self.successors {
            let neighbour = here.wrapping_add(distance) & last;
            if !out[..routing].contains(&neighbour) {
                out.push(neighbour);
            }
        }
        out.len() - routing
    }

    fn next_hops(&self, here: u32, target: u32, table: &[u32], out: &mut Vec<u32>) {
        let distance = |entry: &u32| self.bits.clockwise(here, *entry);
        let whole = self.bits.clockwise(here, target);
        out.extend(table.iter().rev().filter(|entry| distance(entry) <= whole));
        // Fingers descend already; sequential neighbours stand before them.
        if table.len() > self.bits.0 as usize {
            out.sort_unstable_by_key(|entry| u32::MAX - distance(entry));
        }
    }

    fn choices(&self, _here: u32, place: usize) -> u64 {
        match self.fingers {
            Fingers::Exact => 1,
            Fingers::Random => 1 << place,
        }
    }
}
