//! How good a route is to a system, and what its neighbours learn of it.

use crate::graph::Relation;

/// By whom a part has learnt its route; smaller is better.
pub(super) const CUSTOMER: u8 = 0;
pub(super) const PEER: u8 = 1;
pub(super) const PROVIDER: u8 = 2;
/// There is no route.
pub(super) const NONE: u8 = 3;

/// By whom a system learns a route that its neighbour learnt by `theirs`, or nothing where it is not told: peers and
/// providers hear of routes by customers alone. `relation` is what the system is to the neighbour.
pub(super) fn learnt(relation: Relation, theirs: u8) -> Option<u8> {
    match relation {
        Relation::Provider => (theirs == CUSTOMER).then_some(CUSTOMER),
        Relation::Peer => (theirs == CUSTOMER).then_some(PEER),
        Relation::Customer => Some(PROVIDER),
        Relation::Sibling => Some(theirs),
    }
}

/// By whom a part has learnt its route, above how many systems it crosses: smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank(u16);

/// Longer routes than this are not told apart: their links are taken to matter always.
const LONGEST: u16 = (1 << 14) - 1;

impl Rank {
    pub(super) fn new(class: u8, length: u32) -> Self {
        Self(u16::from(class) << 14 | length.min(u32::from(LONGEST)) as u16)
    }

    /// What one that is `relation` to the owner of this route makes of it.
    fn passed(self, relation: Relation) -> Option<Self> {
        let class = (self.0 >> 14) as u8;
        (class != NONE)
            .then(|| learnt(relation, class))
            .flatten()
            .map(|class| Self::new(class, u32::from(self.0 & LONGEST) + 1))
    }
}

/// A link between two parts that has died or come back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchange {
    pub(crate) parts: [u32; 2],
    /// What the first is to the second.
    pub(crate) relation: Relation,
    pub(crate) revived: bool,
}

impl Exchange {
    /// Whether routes of these ranks may change by it: whether one side used it, or would. Where none of several exchanges
    /// matters, all together do not: every system still prefers what it has, and stable routes are unique.
    pub(crate) fn matters(&self, ranks: &[Rank]) -> bool {
        let [a, b] = self.parts;
        let bears = |one: u32, relation: Relation, other: u32| {
            let own = ranks[one as usize];
            ranks[other as usize]
                .passed(relation)
                .is_some_and(|passed| if self.revived { passed <= own } else { passed == own })
        };
        bears(a, self.relation, b) || bears(b, self.relation.reverse(), a)
    }
}
