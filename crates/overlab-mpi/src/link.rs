//! The connection between the processes of an MPI job.

use mpi::collective::CommunicatorCollectives;
use mpi::environment::Universe;
use mpi::point_to_point::{Destination, Source};
use mpi::topology::{Communicator, SimpleCommunicator};
use mpi::Threading;
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
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MpiError {
    /// It was started before, in this process.
    Started,
    /// The library cannot be called from more than the first thread.
    Threads,
}

impl fmt::Display for MpiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Started => "MPI was started in this process before",
            Self::Threads => "this MPI library serves one thread only: it must offer MPI_THREAD_SERIALIZED",
        })
    }
}

impl std::error::Error for MpiError {}

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
        let outgoing: Vec<Vec<u8>> = (0..self.ranks)
            .map(|rank| if rank == self.rank { Vec::new() } else { mine.to_vec() })
            .collect();
        let mut all = vec![Vec::new(); self.ranks];
        self.exchange(0, &outgoing, &mut all);
        all[self.rank] = mine.to_vec();
        all
    }
}

/// MPI counts in 32 bits: longer messages go in pieces.
const PIECE: usize = 1 << 30;

impl fmt::Debug for Mpi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mpi").field("rank", &self.rank).field("ranks", &self.ranks).finish()
    }
}
