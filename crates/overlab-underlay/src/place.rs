//! Names of places: hosts, routers and links, dense from zero.

/// A host: where peers run. Dense, from 0 to the underlay's number of hosts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub u32);

/// A router of a router graph: dense, in the order of generation or of the imported file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouterId(pub u32);

/// A link of a router graph: the index of its edge in [`crate::RouterGraph::graph`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u32);

impl HostId {
    #[inline]
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}
