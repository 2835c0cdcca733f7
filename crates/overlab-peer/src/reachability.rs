//! Who may send to a host.

/// Whether messages reach a host from addresses that it has not sent to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reachability {
    /// From everywhere.
    #[default]
    Public,
    /// Behind an address translator with one mapping for all destinations (endpoint-independent mapping, RFC 4787): a message
    /// gets in from a host to which one went out lately. Two such hosts that send to each other open the way for both.
    Nat,
    /// Behind a translator with a mapping of its own for every destination: only replies of public hosts get in, and other
    /// hosts behind translators neither reach it nor are reached by it.
    OutboundOnly,
}

impl Reachability {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Public, Self::Nat, Self::OutboundOnly];

    /// Whether what a host of this kind sends can get into another at all, once that has sent to it.
    pub fn can_meet(self, other: Self) -> bool {
        self == Self::Public || other == Self::Public || (self == Self::Nat && other == Self::Nat)
    }
}
