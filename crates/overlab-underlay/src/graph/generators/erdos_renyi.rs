//! Random graphs in which any two routers are linked with the same probability.
//!
//! G(n, p): Gilbert, Annals of Mathematical Statistics 30, 1959; G(n, M): Erdos and Renyi, Publicationes Mathematicae 6, 1959.

use super::sketch::{Sketch, Skips, pair_at, pairs};
use super::{Connect, check_links, check_routers};
use crate::error::{UnderlayError, check};
use overlab_time::Stream;
use std::collections::BTreeSet;

/// Parameters of an Erdos-Renyi graph.
#[derive(Clone, Debug, PartialEq)]
pub struct ErdosRenyi {
    /// Number of routers (1000).
    pub routers: u32,
    /// How many links there are (a mean degree of 6).
    pub density: Density,
    /// What becomes of several parts.
    pub connect: Connect,
}

/// How many links an Erdos-Renyi graph has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Density {
    /// Each pair is linked with this probability: G(n, p).
    Probability(f64),
    /// G(n, p) with the probability that gives routers so many links on average.
    MeanDegree(f64),
    /// So many links, no more and no fewer: G(n, M).
    Links(u64),
}

impl Default for ErdosRenyi {
    fn default() -> Self {
        Self { routers: 1000, density: Density::MeanDegree(6.0), connect: Connect::Join }
    }
}

impl ErdosRenyi {
    pub(super) fn check(&self) -> Result<(), UnderlayError> {
        check_routers(self.routers, 2)?;
        let pairs = pairs(self.routers);
        match self.density {
            Density::Probability(p) => {
                check((0.0..=1.0).contains(&p), "p", "a probability between 0 and 1", p)?;
                check_links(p * pairs as f64)
            }
            Density::MeanDegree(mean) => {
                let holds = (0.0..=f64::from(self.routers - 1)).contains(&mean);
                check(holds, "mean_degree", "at least 0 and less than the number of routers", mean)?;
                check_links(mean * f64::from(self.routers) / 2.0)
            }
            Density::Links(links) => {
                // Beyond half of all pairs most draws would repeat a link.
                check(
                    links <= pairs.div_ceil(2),
                    "links_count",
                    "at most half of all pairs of routers",
                    links,
                )?;
                check_links(links as f64)
            }
        }
    }

    pub(super) fn sketch(&self, stream: &mut Stream) -> Sketch {
        let mut sketch = Sketch::scattered(self.routers, stream);
        let pairs = pairs(self.routers);
        sketch.links = match self.density {
            Density::Probability(p) => picked(pairs, p, stream),
            Density::MeanDegree(mean) => picked(pairs, mean / f64::from(self.routers - 1), stream),
            Density::Links(links) => {
                let mut drawn = BTreeSet::new();
                while (drawn.len() as u64) < links {
                    drawn.insert(stream.below(pairs));
                }
                drawn.into_iter().map(pair_at).collect()
            }
        };
        sketch.connected(self.connect)
    }
}

fn picked(pairs: u64, probability: f64, stream: &mut Stream) -> Vec<(u32, u32)> {
    let mut skips = Skips::new(pairs, probability, stream);
    std::iter::from_fn(|| skips.next()).map(pair_at).collect()
}
