//! Grids and tori of one to four dimensions: for checks by hand.

use super::sketch::Sketch;
use super::{MOST_ROUTERS, check_links};
use crate::error::{UnderlayError, check};

/// Parameters of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Routers along each dimension, one to four of them.
    pub sizes: Vec<u32>,
    /// Whether the last router of a row is linked to its first: a torus.
    pub wrap: bool,
}

impl Default for Grid {
    /// A grid of 32 by 32.
    fn default() -> Self {
        Self { sizes: vec![32, 32], wrap: false }
    }
}

impl Grid {
    /// How many routers there are.
    pub(crate) fn routers(&self) -> u64 {
        self.sizes.iter().fold(1, |product: u64, &size| product.saturating_mul(u64::from(size)))
    }

    pub(super) fn check(&self) -> Result<(), UnderlayError> {
        let dimensions = self.sizes.len();
        check((1..=4).contains(&dimensions), "sizes", "one to four numbers", dimensions)?;
        check(self.sizes.iter().all(|&size| size >= 1), "sizes", "at least 1 each", 0)?;
        let routers = self.routers();
        check(routers >= 2, "sizes", "two routers at least", routers)?;
        check(routers <= u64::from(MOST_ROUTERS), "sizes", "at most 2000000 routers together", routers)?;
        check_links(routers as f64 * dimensions as f64)
    }

    pub(super) fn sketch(&self) -> Sketch {
        let mut sketch = Sketch { places: Vec::new(), links: Vec::new() };
        for router in 0..self.routers() as u32 {
            let mut stride = 1;
            let mut place = [0.0; 4];
            for (axis, &size) in self.sizes.iter().enumerate() {
                let at = router / stride % size;
                place[axis] = f64::from(at) / f64::from(size.max(2) - 1);
                let next = at + 1;
                if next < size {
                    sketch.links.push((router, router + stride));
                } else if self.wrap && size > 2 {
                    // With two routers in a row the link is there already.
                    sketch.links.push((router - (size - 1) * stride, router));
                }
                stride *= size;
            }
            // Further dimensions are drawn a little aside, so that no two routers stand at one place.
            sketch.places.push([place[0] + 0.05 * place[2], place[1] + 0.05 * place[3] + 0.02 * place[2]]);
        }
        sketch
    }
}
