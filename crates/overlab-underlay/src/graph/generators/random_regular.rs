//! Random graphs whose routers all have the same number of links.
//!
//! Steger and Wormald, "Generating random regular graphs quickly", Combinatorics, Probability and Computing 8, 1999: ends of links
//! are paired at random, pairs that would make a loop or repeat a link are drawn again, and where none is left that would not,
//! all begins anew. The result is asymptotically uniform.

use super::sketch::Sketch;
use super::{Connect, check_links, check_routers};
use crate::error::{UnderlayError, check};
use overlab_time::Stream;

/// Parameters of a random regular graph.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomRegular {
    /// Number of routers, n in the paper (1000).
    pub routers: u32,
    /// Links of each router, d in the paper (4).
    pub degree: u32,
    /// What becomes of several parts, which from three links a router on are rare; joining makes two routers irregular.
    pub connect: Connect,
}

impl Default for RandomRegular {
    fn default() -> Self {
        Self { routers: 1000, degree: 4, connect: Connect::Join }
    }
}

/// How often a graph is begun anew before it is given up: for sparse graphs once is nearly always enough.
const ATTEMPTS: u32 = 1000;

impl RandomRegular {
    pub(super) fn check(&self) -> Result<(), UnderlayError> {
        check(self.degree >= 2, "degree", "at least 2", self.degree)?;
        check(self.degree <= 1000, "degree", "at most 1000", self.degree)?;
        check_routers(self.routers, self.degree + 1)?;
        let even = u64::from(self.routers) * u64::from(self.degree) % 2 == 0;
        check(even, "degree", "even where the number of routers is odd", self.degree)?;
        check_links(f64::from(self.routers) * f64::from(self.degree) / 2.0)
    }

    pub(super) fn sketch(&self, stream: &mut Stream) -> Result<Sketch, UnderlayError> {
        let mut sketch = Sketch::scattered(self.routers, stream);
        let drawn = (0..ATTEMPTS).find_map(|_| self.attempt(stream));
        let expected = "such that a regular graph is found: lower it, or raise the number of routers";
        sketch.links = drawn.ok_or_else(|| UnderlayError::parameter("degree", expected, self.degree))?;
        Ok(sketch.connected(self.connect))
    }

    fn attempt(&self, stream: &mut Stream) -> Option<Vec<(u32, u32)>> {
        let mut neighbours: Vec<Vec<u32>> =
            vec![Vec::with_capacity(self.degree as usize); self.routers as usize];
        let mut free: Vec<u32> =
            (0..self.routers).flat_map(|router| std::iter::repeat_n(router, self.degree as usize)).collect();
        while !free.is_empty() {
            stream.shuffle(&mut free);
            let before = free.len();
            let mut left = Vec::new();
            for pair in free.chunks_exact(2) {
                let (a, b) = (pair[0], pair[1]);
                if a == b || neighbours[a as usize].contains(&b) {
                    left.extend([a, b]);
                } else {
                    neighbours[a as usize].push(b);
                    neighbours[b as usize].push(a);
                }
            }
            free = left;
            if free.len() == before && !Self::suitable(&free, &neighbours) {
                return None;
            }
        }
        let all = (0..self.routers).flat_map(|a| neighbours[a as usize].iter().map(move |&b| (a, b)));
        let mut links: Vec<(u32, u32)> = all.filter(|(a, b)| a < b).collect();
        links.sort_unstable();
        Some(links)
    }

    /// Whether any two of the free ends may be joined.
    fn suitable(free: &[u32], neighbours: &[Vec<u32>]) -> bool {
        let mut routers = free.to_vec();
        routers.sort_unstable();
        routers.dedup();
        routers
            .iter()
            .enumerate()
            .any(|(at, &a)| routers[at + 1..].iter().any(|b| !neighbours[a as usize].contains(b)))
    }
}
