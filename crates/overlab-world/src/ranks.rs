//! A world that several ranks simulate together: each has its own peers, and a copy of what all know.
//!
//! The roster, what is published, and the observer exist in every rank; all of them see the logs of all ranks in one order, so
//! that they stay alike without ever being compared.

use crate::observer::Observer;
use crate::workload::Workload;
use crate::world::{Parcel, World};
use overlab_engine::{Codec, Link};
use overlab_peer::{Portable, Program};
use std::sync::Arc;

impl<P: Program, W: Workload<P>, O: Observer<P>> World<P, W, O> {
    /// Makes it one rank's part of a world that the ranks of `link` simulate together.
    #[must_use]
    pub fn among(mut self, link: Arc<dyn Link>) -> Self {
        self.link = Some(link);
        self
    }

    /// How its messages travel between ranks.
    pub fn codec() -> Codec<Parcel<P::Message>> {
        Codec {
            write: |parcel, to| {
                let bytes = postcard::to_extend(parcel, std::mem::take(to));
                *to =
                    bytes.unwrap_or_else(|error| panic!("a message cannot be sent to another rank: {error}"));
            },
            read: |from| {
                let (parcel, rest) = postcard::take_from_bytes(from).ok()?;
                *from = rest;
                Some(parcel)
            },
        }
    }
}

/// What every rank has, in the order of ranks.
pub(crate) fn gather<T: Portable>(link: &dyn Link, mine: &T) -> Vec<T> {
    let bytes =
        postcard::to_stdvec(mine).unwrap_or_else(|error| panic!("cannot be told to other ranks: {error}"));
    let read = |(rank, bytes): (usize, Vec<u8>)| {
        postcard::from_bytes(&bytes).unwrap_or_else(|error| {
            panic!(
                "what rank {rank} told makes no sense ({error}): the programs of all ranks must be the same"
            )
        })
    };
    link.gather(&bytes).into_iter().enumerate().map(read).collect()
}
