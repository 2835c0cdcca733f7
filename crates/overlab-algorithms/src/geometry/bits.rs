//! Spaces of 2^d identifiers.

use overlab_time::Stream;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A space in which every identifier of so many bits is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits(pub(super) u32);

/// What the bits of an entry below the one that it is there for are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Suffix {
    /// Random: any node of the subtree may stand there.
    #[default]
    Random,
    /// Those of the node itself: one node only may stand there.
    Exact,
}

impl Bits {
    /// The space of `nodes` identifiers.
    pub(super) fn of(nodes: u32) -> Result<Self, &'static str> {
        if nodes.is_power_of_two() && nodes >= 2 {
            Ok(Self(nodes.ilog2()))
        } else {
            Err("a power of two, at least 2")
        }
    }

    /// The identifiers that there are.
    pub(super) fn nodes(self) -> u32 {
        1 << self.0
    }

    /// The mask of the `place`th bit, counted from the topmost.
    pub(super) fn mask(self, place: usize) -> u32 {
        1 << (self.0 - 1 - place as u32)
    }

    /// The way up the ring from one identifier to another.
    pub(super) fn clockwise(self, from: u32, to: u32) -> u32 {
        to.wrapping_sub(from) & (self.nodes() - 1)
    }

    /// An identifier that shares the first `place` bits with `here` and differs in the next.
    pub(super) fn across(self, here: u32, place: usize, suffix: Suffix, stream: &mut Stream) -> u32 {
        let mask = self.mask(place);
        let flipped = here ^ mask;
        match suffix {
            Suffix::Exact => flipped,
            Suffix::Random => flipped & !(mask - 1) | stream.below(u64::from(mask)) as u32,
        }
    }

    /// How many identifiers [`Self::across`] can be.
    pub(super) fn choices(self, place: usize, suffix: Suffix) -> u64 {
        match suffix {
            Suffix::Exact => 1,
            Suffix::Random => u64::from(self.mask(place)),
        }
    }

    /// The first bit in which two identifiers differ, counted from the topmost.
    pub(super) fn first_difference(self, one: u32, other: u32) -> Option<usize> {
        (one != other).then(|| ((one ^ other).leading_zeros() - (32 - self.0)) as usize)
    }

    /// The share of pairs of surviving nodes without a path where a pair that differs in h of the d bits has one with
    /// probability `path(h)`, both ends alive: 1 - sum over h of C(d, h) path(h) / (2^d - 1).
    pub(super) fn failed(self, path: impl Fn(u32) -> f64) -> f64 {
        let (mut binomial, mut paths) = (1.0, 0.0);
        for h in 1..=self.0 {
            binomial *= f64::from(self.0 + 1 - h) / f64::from(h);
            paths += binomial * path(h);
        }
        (1.0 - paths / f64::from(self.nodes() - 1)).max(0.0)
    }
}
