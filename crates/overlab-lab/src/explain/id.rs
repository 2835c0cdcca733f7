//! The names of lookups and of runs.

use crate::store::RunPlace;
use overlab_peer::{Operation, PeerId};
use std::fmt;
use std::str::FromStr;

/// The name of a lookup in a results folder: point, overlay, replication, the peer that asked, and the number of the
/// request there, all counted from 0: `0-1-2-17-5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LookupId {
    /// The run.
    pub place: RunPlace,
    /// The lookup.
    pub operation: Operation,
}

impl fmt::Display for LookupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RunPlace { point, overlay, replication } = self.place;
        let Operation { origin, number } = self.operation;
        write!(f, "{point}-{overlay}-{replication}-{}-{number}", origin.0)
    }
}

/// A text that names no lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "is no lookup's name: give POINT-OVERLAY-REPLICATION-PEER-NUMBER, such as 0-1-2-17-5, as lookups.csv and --worst \
     print it"
)]
pub struct NoLookupId;

impl FromStr for LookupId {
    type Err = NoLookupId;

    fn from_str(text: &str) -> Result<Self, NoLookupId> {
        let parts: Vec<u32> =
            text.split('-').map(str::parse).collect::<Result<_, _>>().map_err(|_| NoLookupId)?;
        let [point, overlay, replication, origin, number] = parts[..] else { return Err(NoLookupId) };
        Ok(Self {
            place: RunPlace { point: point as usize, overlay: overlay as usize, replication },
            operation: Operation { origin: PeerId(origin), number },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_as_it_is_written() {
        let id: LookupId = "3-1-2-17-5".parse().unwrap();
        assert_eq!((id.place.point, id.place.overlay, id.place.replication), (3, 1, 2));
        assert_eq!((id.operation.origin.0, id.operation.number), (17, 5));
        assert_eq!(id.to_string(), "3-1-2-17-5");
        for wrong in ["", "1-2-3-4", "1-2-3-4-5-6", "a-b-c-d-e", "1-2-3-4--5", "0-0-0-0-4294967296"] {
            assert_eq!(wrong.parse::<LookupId>(), Err(NoLookupId), "{wrong}");
        }
    }
}
