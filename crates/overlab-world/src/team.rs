//! Threads that share what is done between events: setting up, and looking.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use std::sync::Arc;

/// The calling thread alone, or several that work on the parts of one thing. No result depends on how many.
#[derive(Clone, Debug, Default)]
pub struct Team(Option<Arc<ThreadPool>>);

impl Team {
    /// The calling thread alone.
    pub fn alone() -> Self {
        Self::default()
    }

    /// `threads` threads, at least one.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub fn of(threads: usize) -> Result<Self, ThreadPoolBuildError> {
        if threads <= 1 {
            return Ok(Self::alone());
        }
        Ok(Self(Some(Arc::new(ThreadPoolBuilder::new().num_threads(threads).build()?))))
    }

    /// Does `work` on every item (with its place) and returns what came of it, in the order of the items.
    pub fn each<T: Send, R: Send>(
        &self,
        items: &mut [T],
        work: impl Fn(usize, &mut T) -> R + Sync,
    ) -> Vec<R> {
        match &self.0 {
            Some(pool) if items.len() > 1 => pool.install(|| {
                items.par_iter_mut().with_max_len(1).enumerate().map(|(at, item)| work(at, item)).collect()
            }),
            _ => items.iter_mut().enumerate().map(|(at, item)| work(at, item)).collect(),
        }
    }

    /// Sorts `items`, of which no two may be equal.
    pub(crate) fn sort<T: Ord + Send>(&self, items: &mut [T]) {
        match &self.0 {
            Some(pool) => pool.install(|| items.par_sort_unstable()),
            None => items.sort_unstable(),
        }
    }
}
