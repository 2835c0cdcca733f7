//! The connection between the processes of an MPI job.

use mpi::Threading;
use mpi::collective::CommunicatorCollectives;
use mpi::environment::Universe;
use mpi::point_to_point::{Destination, MatchedReceiveVec, Source};
use mpi::topology::{Communicator, SimpleCommunicator};
use overlab_engine::Link;
use std::fmt;

/// This process as a rank of an MPI job. MPI ends when it is dropped.
///
/// MPI ends the whole job where a rank fails: `mpirun` names the rank and what became of it.
pub struct Mpi {
    /// Keeps MPI up.
    _universe: Universe,
    rank: usize,
    ranks: usize,
}

/// Why there is no MPI.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MpiError {
    /// It was started before, in this process.
    #[error("MPI was started in this process before")]
    Started,
    /// The library cannot be called from more than the first thread.
    #[error("this MPI library serves one thread only: it must offer MPI_THREAD_SERIALIZED")]
    Threads,
}

impl Mpi {
    /// Starts MPI in this process: once, before anything is sent.
    ///
    /// # Errors
    /// Where it was started before, or serves no threads.
    pub fn start() -> Result<Self, MpiError> {
        let (universe, threading) =
            mpi::initialize_with_threading(Threading::Serialized).ok_or(MpiError::Started)?;
        if threading < Threading::Serialized {
            return Err(MpiError::Threads);
        }
        let world = universe.world();
        let (rank, ranks) = (world.rank() as usize, world.size() as usize);
        Ok(Self { _universe: universe, rank, ranks })
    }

    /// Ends all ranks at once, with this exit code: for a rank that cannot go on.
    pub fn abort(code: i32) -> ! {
        SimpleCommunicator::world().abort(code)
    }
}

impl Link for Mpi {
    fn rank(&self) -> usize {
        self.rank
    }

    fn ranks(&self) -> usize {
        self.ranks
    }

    fn exchange(&self, notice: u64, outgoing: &[Vec<u8>], incoming: &mut [Vec<u8>]) -> u64 {
        let world = SimpleCommunicator::world();
        // Everybody's notice travels with the lengths, so that a window costs one collective step.
        let heads: Vec<u64> = outgoing.iter().flat_map(|bytes| [notice, bytes.len() as u64]).collect();
        let mut heads_of_all = vec![0u64; heads.len()];
        world.all_to_all_into(&heads[..], &mut heads_of_all[..]);
        let mut least = notice;
        for (bytes, head) in incoming.iter_mut().zip(heads_of_all.chunks_exact(2)) {
            least = least.min(head[0]);
            bytes.clear();
            bytes.resize(head[1] as usize, 0);
        }
        mpi::request::scope(|scope| {
            let mut requests = Vec::new();
            for (rank, bytes) in incoming.iter_mut().enumerate() {
                for piece in bytes.chunks_mut(PIECE) {
                    let from = world.process_at_rank(rank as i32);
                    requests.push(from.immediate_receive_into(scope, piece));
                }
            }
            for (rank, bytes) in outgoing.iter().enumerate() {
                for piece in bytes.chunks(PIECE) {
                    world.process_at_rank(rank as i32).send(piece);
                }
            }
            for request in requests {
                request.wait();
            }
        });
        least
    }

    fn gather(&self, mine: &[u8]) -> Vec<Vec<u8>> {
        let outgoing: Vec<Vec<u8>> =
            (0..self.ranks).map(|rank| if rank == self.rank { Vec::new() } else { mine.to_vec() }).collect();
        let mut all = vec![Vec::new(); self.ranks];
        self.exchange(0, &outgoing, &mut all);
        all[self.rank] = mine.to_vec();
        all
    }

    fn post(&self, to: usize, bytes: &[u8]) {
        let world = SimpleCommunicator::world();
        let to = world.process_at_rank(to as i32);
        // A piece that is not full is the last, be it empty.
        for piece in bytes.chunks(PIECE) {
            to.send_with_tag(piece, POST);
        }
        if bytes.len().is_multiple_of(PIECE) {
            to.send_with_tag(&[] as &[u8], POST);
        }
    }

    fn fetch(&self) -> Option<(usize, Vec<u8>)> {
        let world = SimpleCommunicator::world();
        let found = world.any_process().immediate_matched_probe_with_tag(POST)?;
        let (mut bytes, status) = found.matched_receive_vec::<u8>();
        let from = status.source_rank();
        let mut last = bytes.len();
        while last == PIECE {
            let (more, _) = world.process_at_rank(from).receive_vec_with_tag::<u8>(POST);
            last = more.len();
            bytes.extend(more);
        }
        Some((from as usize, bytes))
    }
}

/// Posts go by a tag of their own, past whatever is exchanged.
const POST: i32 = 1;

/// MPI counts in 32 bits: longer messages go in pieces.
const PIECE: usize = 1 << 30;

impl fmt::Debug for Mpi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mpi").field("rank", &self.rank).field("ranks", &self.ranks).finish()
    }
}
