//! How good a route is to a system, and what its neighbours learn of it.

use crate::graph::Relation;

/// By whom a part has learnt its route; smaller is better.
pub(super) const CUSTOMER: u32 = 0;
pub(super) const PEER: u32 = 1;
pub(super) const PROVIDER: u32 = 2;

/// By whom a part has learnt its route, above how many systems it crosses: smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank(u32);

const LENGTH_BITS: u32 = 30;

impl Rank {
    /// There is no route.
    pub(super) const NONE: Self = Self(u32::MAX);
    /// The route of the destination's own part.
    pub(super) const HOME: Self = Self(0);

    pub(super) fn new(class: u32, length: u32) -> Self {
        Self(class << LENGTH_BITS | length)
    }

    /// How many systems the route crosses.
    pub(super) fn length(self) -> u32 {
        self.0 & ((1 << LENGTH_BITS) - 1)
    }

    /// What one that is `relation` to the owner of this route makes of it, which is worse than this; [`Rank::NONE`] where it is
    /// not told: peers and providers hear of routes by customers alone.
    #[inline]
    pub(super) fn passed(self, relation: Relation) -> Self {
        let class = self.0 >> LENGTH_BITS;
        let learnt = match relation {
            _ if self == Self::NONE => return Self::NONE,
            Relation::Provider if class == CUSTOMER => CUSTOMER,
            Relation::Peer if class == CUSTOMER => PEER,
            Relation::Provider | Relation::Peer => return Self::NONE,
            Relation::Customer => PROVIDER,
            Relation::Sibling => class,
        };
        Self::new(learnt, self.length() + 1)
    }
}
