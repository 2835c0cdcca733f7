//! Several processes at one command: the ranks of an MPI job, of which the first one reads, writes and speaks.

use super::failure::Failure;
use overlab_lab::{ExecuteError, Link, Plan, Ranks, Sharing};
use std::sync::Arc;

/// What launchers tell the processes that they start: how many there are.
const LAUNCHERS: [&str; 2] = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"];

/// How ranks share the work.
#[cfg(feature = "mpi")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum How {
    /// All work on one run.
    Inside,
    /// Each has runs of its own.
    Outside,
}

/// The processes that do a command together.
pub(super) struct Company {
    /// Nothing where there is only this one.
    link: Option<Arc<dyn Link>>,
    sharing: Option<Sharing>,
}

impl Company {
    /// This process, whatever others may be there.
    #[cfg(not(feature = "mpi"))]
    pub(super) fn alone() -> Result<Self, Failure> {
        match launched() {
            Some(processes) if processes > 1 => Err(Failure::input(format!(
                "{processes} processes were started, but this program was built without MPI, so each would do all the \
                 work: build it with `--features mpi`"
            ))),
            _ => Ok(Self { link: None, sharing: None }),
        }
    }

    /// The ranks of the MPI job that this process belongs to, if it was started as one of several or is told that there
    /// are some.
    #[cfg(feature = "mpi")]
    pub(super) fn of_job(how: Option<How>) -> Result<Self, Failure> {
        let sharing = how.map(|how| match how {
            How::Inside => Sharing::Inside,
            How::Outside => Sharing::Outside,
        });
        if how.is_none() && launched().is_none_or(|processes| processes < 2) {
            return Ok(Self { link: None, sharing });
        }
        let link = overlab_mpi::Mpi::start().map_err(Failure::run)?;
        Ok(Self { link: Some(Arc::new(link)), sharing })
    }

    /// Whether there is no other.
    pub(super) fn is_alone(&self) -> bool {
        self.link.is_none()
    }

    /// Whether this process reads, writes and speaks.
    pub(super) fn leads(&self) -> bool {
        self.link.as_ref().is_none_or(|link| link.rank() == 0)
    }

    /// The ranks, and how they do these runs.
    pub(super) fn ranks(&self, plans: &[Plan]) -> Option<Ranks> {
        let link = Arc::clone(self.link.as_ref()?);
        let sharing = self.sharing.unwrap_or_else(|| Sharing::suiting(plans));
        Some(Ranks { link, sharing, abandon })
    }

    /// Goes on only where all do: else the first rank tells what is wrong with one of them.
    pub(super) fn agree<T>(&self, mine: Result<T, Failure>) -> Result<T, Failure> {
        let Some(link) = &self.link else { return mine };
        let word = match &mine {
            Ok(_) => Vec::new(),
            Err(failure) => [&[failure.code()], failure.lines().join("\n").as_bytes()].concat(),
        };
        let words = link.gather(&word);
        let Some((rank, word)) = words.iter().enumerate().find(|(_, word)| !word.is_empty()) else {
            return mine;
        };
        let (code, text) = (word[0], String::from_utf8_lossy(&word[1..]));
        if link.rank() == 0 {
            let whose = |line| if rank == 0 { String::new() } else { format!("rank {rank}: ") } + line;
            for line in text.lines().map(whose) {
                super::output::tell(&format!("error: {line}"));
            }
        }
        // Nobody ends before it is told: the launcher ends all when one does.
        link.gather(&[]);
        Err(Failure::Told(code))
    }

    /// Tells the others whether there is something to do.
    pub(super) fn tell(&self, work: bool) {
        if let Some(link) = &self.link {
            link.gather(&[u8::from(work)]);
        }
    }

    /// Hears from the first rank whether there is something to do.
    pub(super) fn hear(&self) -> bool {
        self.link.as_ref().is_some_and(|link| link.gather(&[])[0] == [1])
    }

    /// The first rank cannot go on; where others wait for it, all end.
    pub(super) fn give_up(&self, error: ExecuteError) -> Failure {
        let failure = Failure::from(error);
        if let Some(link) = &self.link {
            abandon(&**link, &failure.lines().join("; "));
        }
        failure
    }
}

/// How many processes a launcher says that it has started.
fn launched() -> Option<usize> {
    LAUNCHERS.iter().find_map(|name| std::env::var(name).ok()?.parse().ok())
}

/// Ends all ranks.
fn abandon(link: &dyn Link, problem: &str) -> ! {
    super::output::tell(&format!("error: rank {}: {problem}", link.rank()));
    #[cfg(feature = "mpi")]
    overlab_mpi::Mpi::abort(1);
    #[cfg(not(feature = "mpi"))]
    unreachable!("there are no other ranks")
}
