//! What connects the processes (ranks) that run one simulation together.

mod threads;

pub use threads::ThreadLink;

/// A rank's end of the connection between all ranks of a job.
///
/// [`exchange`](Self::exchange) and [`gather`](Self::gather) are collective: every rank calls them in the same order, and a call
/// returns when all ranks have made it. There are no errors: a rank that is gone must end the whole job, since
/// no other can go on without it.
pub trait Link: Send + Sync {
    /// This rank's number, from 0.
    fn rank(&self) -> usize;

    /// How many ranks there are.
    fn ranks(&self) -> usize;

    /// Hands `outgoing[r]` to rank `r` and fills `incoming[r]` with what rank `r` has for this one; both have an entry a
    /// rank, and a rank has nothing for itself. Returns the least `notice` of all ranks.
    fn exchange(&self, notice: u64, outgoing: &[Vec<u8>], incoming: &mut [Vec<u8>]) -> u64;

    /// Tells all ranks the bytes of all, in the order of ranks.
    fn gather(&self, mine: &[u8]) -> Vec<Vec<u8>>;

    /// Sends bytes to one other rank, which [`fetch`](Self::fetch)es them; they arrive in the order in which they were sent.
    fn post(&self, to: usize, bytes: &[u8]);

    /// What another rank has [`post`](Self::post)ed to this one, and which; nothing where there is nothing yet.
    fn fetch(&self) -> Option<(usize, Vec<u8>)>;
}

/// How a model's messages become bytes and messages again.
pub struct Codec<T> {
    /// Appends a message to bytes.
    pub write: fn(&T, &mut Vec<u8>),
    /// Takes a message from the front of bytes; nothing where there is none.
    pub read: fn(&mut &[u8]) -> Option<T>,
}

impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Codec<T> {}

impl<T> std::fmt::Debug for Codec<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Codec").finish_non_exhaustive()
    }
}

/// Takes `N` bytes from the front.
pub(crate) fn take<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = from.split_first_chunk()?;
    *from = rest;
    Some(*first)
}
