//! Ranks as threads of one process: what tests run, and the definition that other links are held to.

use super::Link;
use std::fmt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

/// What a rank has for another: its notice and bytes.
type Parcel = (u64, Vec<u8>);

/// A [`Link`] between threads.
pub struct ThreadLink {
    rank: usize,
    to: Vec<Sender<Parcel>>,
    /// From each rank; a rank is one thread, so that nobody ever waits for the lock.
    from: Mutex<Vec<Receiver<Parcel>>>,
    posts_to: Vec<Sender<(usize, Vec<u8>)>>,
    posts: Mutex<Receiver<(usize, Vec<u8>)>>,
}

impl ThreadLink {
    /// The ends of a connection between so many ranks, one for each, in their order.
    ///
    /// # Panics
    /// Not itself; but where the thread of a rank has ended before the others, their next call does.
    pub fn team(ranks: usize) -> Vec<Self> {
        let (posts_to, posts): (Vec<_>, Vec<_>) = (0..ranks).map(|_| channel()).unzip();
        let link = |(rank, posts)| Self {
            rank,
            to: Vec::new(),
            from: Mutex::default(),
            posts_to: posts_to.clone(),
            posts: Mutex::new(posts),
        };
        let mut links: Vec<Self> = posts.into_iter().enumerate().map(link).collect();
        for from in 0..ranks {
            for to in 0..ranks {
                let (sender, receiver) = channel();
                links[from].to.push(sender);
                links[to].from.get_mut().unwrap_or_else(PoisonError::into_inner).push(receiver);
            }
        }
        links
    }

    fn swap(&self, notice: u64, mut bytes_for: impl FnMut(usize) -> Vec<u8>) -> Vec<Parcel> {
        for (rank, to) in self.to.iter().enumerate() {
            assert!(to.send((notice, bytes_for(rank))).is_ok(), "rank {rank} is gone");
        }
        let from = self.from.lock().unwrap_or_else(PoisonError::into_inner);
        let receive = |(rank, from): (usize, &Receiver<Parcel>)| {
            from.recv().unwrap_or_else(|_| panic!("rank {rank} is gone"))
        };
        from.iter().enumerate().map(receive).collect()
    }
}

impl Link for ThreadLink {
    fn rank(&self) -> usize {
        self.rank
    }

    fn ranks(&self) -> usize {
        self.to.len()
    }

    fn exchange(&self, notice: u64, outgoing: &[Vec<u8>], incoming: &mut [Vec<u8>]) -> u64 {
        let mut least = notice;
        let got = self.swap(notice, |rank| outgoing[rank].clone());
        for (place, (notice, bytes)) in incoming.iter_mut().zip(got) {
            least = least.min(notice);
            *place = bytes;
        }
        least
    }

    fn gather(&self, mine: &[u8]) -> Vec<Vec<u8>> {
        self.swap(0, |_| mine.to_vec()).into_iter().map(|parcel| parcel.1).collect()
    }

    fn post(&self, to: usize, bytes: &[u8]) {
        // Whoever is gone needs no post.
        let _ = self.posts_to[to].send((self.rank, bytes.to_vec()));
    }

    fn fetch(&self) -> Option<(usize, Vec<u8>)> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok()
    }
}

impl fmt::Debug for ThreadLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadLink").field("rank", &self.rank).field("ranks", &self.to.len()).finish()
    }
}
