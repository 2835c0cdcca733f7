//! Waxman's random graphs: near routers are linked sooner than far ones.
//!
//! Waxman, "Routing of multipoint connections", IEEE Journal on Selected Areas in Communications 6(9), 1988: routers uniform on a
//! square; two at distance d are linked with probability beta exp(-d / (alpha L)), L the largest possible distance. BRITE
//! (Medina, Lakhina, Matta, Byers, MASCOTS 2001) calls Waxman's beta alpha and the reverse; its defaults are used here.

use super::sketch::{Sketch, Skips, pair_at, pairs};
use super::{Connect, MOST_TRIED, check_links, check_routers};
use crate::error::{UnderlayError, check};
use overlab_time::Stream;

/// Parameters of a Waxman graph, named as in Waxman's paper.
#[derive(Clone, Debug, PartialEq)]
pub struct Waxman {
    /// Number of routers (1000).
    pub routers: u32,
    /// How far links reach: the larger, the longer (0.2).
    pub alpha: f64,
    /// How many links there are: the probability for two routers at one place (0.15).
    pub beta: f64,
    /// What becomes of several parts.
    pub connect: Connect,
}

impl Default for Waxman {
    fn default() -> Self {
        Self { routers: 1000, alpha: 0.2, beta: 0.15, connect: Connect::Join }
    }
}

/// The largest distance on the unit square.
const LARGEST: f64 = std::f64::consts::SQRT_2;

impl Waxman {
    pub(super) fn check(&self) -> Result<(), UnderlayError> {
        check_routers(self.routers, 2)?;
        check(self.alpha > 0.0 && self.alpha <= 1e6, "alpha", "above 0 and at most 1000000", self.alpha)?;
        check((0.0..=1.0).contains(&self.beta), "beta", "a probability between 0 and 1", self.beta)?;
        // Each pair that beta alone would link is looked at: links may be fewer by the distances.
        let tried = pairs(self.routers) as f64 * self.beta;
        check(
            tried <= MOST_TRIED,
            "beta times the pairs of routers",
            "at most 1000000000: lower routers or beta",
            tried,
        )?;
        check_links(tried * self.mean_reach())
    }

    /// An upper bound of the mean of exp(-d / (alpha L)): the density of distances d on the unit square is at most 2 pi d.
    fn mean_reach(&self) -> f64 {
        let scale = self.alpha * LARGEST;
        (2.0 * std::f64::consts::PI * scale * scale).min(1.0)
    }

    pub(super) fn sketch(&self, stream: &mut Stream) -> Sketch {
        let mut sketch = Sketch::scattered(self.routers, stream);
        let mut links = Vec::new();
        let mut skips = Skips::new(pairs(self.routers), self.beta, stream);
        while let Some(pair) = skips.next() {
            let (a, b) = pair_at(pair);
            let reach = libm::exp(-sketch.distance(a, b) / (self.alpha * LARGEST));
            if skips.stream().chance(reach) {
                links.push((a, b));
            }
        }
        sketch.links = links;
        sketch.connected(self.connect)
    }
}
