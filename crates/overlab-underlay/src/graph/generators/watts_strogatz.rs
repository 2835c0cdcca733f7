//! Small worlds: a ring of neighbours, some of whose links lead elsewhere.
//!
//! Watts and Strogatz, "Collective dynamics of small-world networks", Nature 393, 1998.

use super::sketch::Sketch;
use super::{Connect, check_links, check_routers};
use crate::error::{UnderlayError, check};
use overlab_time::Stream;

/// Parameters of a Watts-Strogatz graph, named as in the paper.
#[derive(Clone, Debug, PartialEq)]
pub struct WattsStrogatz {
    /// Number of routers, n in the paper (1000).
    pub routers: u32,
    /// Links of each router on the ring, half to either side: even (10, as in the paper's figure 2).
    pub k: u32,
    /// The probability that a link leads elsewhere (0.1).
    pub p: f64,
    /// What becomes of several parts.
    pub connect: Connect,
}

impl Default for WattsStrogatz {
    fn default() -> Self {
        Self { routers: 1000, k: 10, p: 0.1, connect: Connect::Join }
    }
}

impl WattsStrogatz {
    pub(super) fn check(&self) -> Result<(), UnderlayError> {
        check(self.k >= 2 && self.k.is_multiple_of(2), "k", "even and at least 2", self.k)?;
        check(self.k <= 10_000, "k", "at most 10000", self.k)?;
        // A router must have somebody left to link to when a link is drawn anew.
        check_routers(self.routers, self.k + 2)?;
        check((0.0..=1.0).contains(&self.p), "p", "a probability between 0 and 1", self.p)?;
        check_links(f64::from(self.routers) * f64::from(self.k) / 2.0)
    }

    pub(super) fn sketch(&self, stream: &mut Stream) -> Sketch {
        let n = self.routers;
        let place = |router: u32| {
            let angle = 2.0 * std::f64::consts::PI * f64::from(router) / f64::from(n);
            [0.5 + 0.5 * libm::cos(angle), 0.5 + 0.5 * libm::sin(angle)]
        };
        let mut neighbours: Vec<Vec<u32>> = (0..n)
            .map(|router| {
                (1..=self.k / 2).flat_map(|lap| [(router + lap) % n, (router + n - lap) % n]).collect()
            })
            .collect();
        // As in the paper: links to the nearest neighbours first, clockwise; then to the next ones.
        for lap in 1..=self.k / 2 {
            for router in 0..n {
                if stream.chance(self.p) && neighbours[router as usize].len() < n as usize - 1 {
                    let old = (router + lap) % n;
                    let new = loop {
                        let new = stream.below(u64::from(n)) as u32;
                        if new != router && !neighbours[router as usize].contains(&new) {
                            break new;
                        }
                    };
                    neighbours[router as usize].retain(|&other| other != old);
                    neighbours[old as usize].retain(|&other| other != router);
                    neighbours[router as usize].push(new);
                    neighbours[new as usize].push(router);
                }
            }
        }
        let mut links: Vec<(u32, u32)> = (0..n)
            .flat_map(|a| neighbours[a as usize].iter().map(move |&b| (a, b)))
            .filter(|(a, b)| a < b)
            .collect();
        links.sort_unstable();
        Sketch { places: (0..n).map(place).collect(), links }.connected(self.connect)
    }
}
