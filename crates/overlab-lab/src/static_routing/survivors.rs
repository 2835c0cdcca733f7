//! Who is left.

use crate::ground::Ground;
use overlab_time::Purpose;

/// The peers that were not removed.
#[derive(Debug)]
pub(super) struct Survivors {
    /// By peer.
    alive: Vec<bool>,
    /// In ascending order.
    numbers: Vec<u32>,
}

impl Survivors {
    /// Removes each of `pool` peers with probability `removed`, independently. Whoever is gone at one share is gone at every
    /// larger one, for every overlay.
    pub(super) fn draw(pool: u32, removed: f64, ground: &Ground) -> Self {
        let seeds = ground.seeds();
        let stays = |peer: &u32| seeds.stream(Purpose::Removal, u64::from(*peer), 0).unit() >= removed;
        let alive: Vec<bool> = (0..pool).map(|peer| stays(&peer)).collect();
        let numbers = (0..pool).filter(|peer| alive[*peer as usize]).collect();
        Self { alive, numbers }
    }

    /// Whether a peer is left.
    #[inline]
    pub(super) fn has(&self, peer: u32) -> bool {
        self.alive[peer as usize]
    }

    /// How many there were.
    pub(super) fn size(&self) -> usize {
        self.alive.len()
    }

    /// How many are left.
    pub(super) fn count(&self) -> usize {
        self.numbers.len()
    }

    /// Those who are left by ascending number.
    pub(super) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The peer at a place among those who are left.
    pub(super) fn at(&self, place: usize) -> u32 {
        self.numbers[place]
    }

    /// Ordered pairs of different ones.
    pub(super) fn pairs(&self) -> u64 {
        let count = self.count() as u64;
        count * count.saturating_sub(1)
    }
}
