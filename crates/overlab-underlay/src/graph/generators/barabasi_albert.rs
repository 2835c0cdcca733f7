//! Preferential attachment: new routers link to old ones in proportion to their links.
//!
//! Barabasi and Albert, "Emergence of scaling in random networks", Science 286, 1999. The paper leaves open how the first m0
//! routers are linked; here all of them are, with each other.

use super::sketch::Sketch;
use super::{check_links, check_routers};
use crate::error::{UnderlayError, check};
use overlab_time::Stream;

/// Parameters of a Barabasi-Albert graph, named as in the paper.
#[derive(Clone, Debug, PartialEq)]
pub struct BarabasiAlbert {
    /// Number of routers (1000).
    pub routers: u32,
    /// Links of each new router (2, the default of BRITE).
    pub m: u32,
    /// Routers at the start (m + 1).
    pub m0: Option<u32>,
}

impl Default for BarabasiAlbert {
    fn default() -> Self {
        Self { routers: 1000, m: 2, m0: None }
    }
}

impl BarabasiAlbert {
    fn first(&self) -> u32 {
        self.m0.unwrap_or_else(|| self.m.saturating_add(1))
    }

    pub(super) fn check(&self) -> Result<(), UnderlayError> {
        check(self.m >= 1, "m", "at least 1", self.m)?;
        let first = self.first();
        check(first >= self.m && first >= 2, "m0", "at least m, and at least 2", first)?;
        check(first <= 5000, "m0", "at most 5000: the first routers are all linked with each other", first)?;
        check_routers(self.routers, first)?;
        check_links(f64::from(self.routers) * f64::from(self.m) + f64::from(first) * f64::from(first) / 2.0)
    }

    pub(super) fn sketch(&self, stream: &mut Stream) -> Sketch {
        let mut sketch = Sketch::scattered(self.routers, stream);
        let first = self.first();
        let mut links: Vec<(u32, u32)> = (0..first).flat_map(|b| (0..b).map(move |a| (a, b))).collect();
        // Every router once for each of its links: a uniform draw from it is a draw in proportion to degree.
        let mut ends: Vec<u32> = links.iter().flat_map(|&(a, b)| [a, b]).collect();
        let mut chosen: Vec<u32> = Vec::new();
        for router in first..self.routers {
            chosen.clear();
            while chosen.len() < self.m as usize {
                let other = ends[stream.index(ends.len())];
                if !chosen.contains(&other) {
                    chosen.push(other);
                }
            }
            for &other in &chosen {
                links.push((other, router));
                ends.extend([other, router]);
            }
        }
        sketch.links = links;
        sketch
    }
}
