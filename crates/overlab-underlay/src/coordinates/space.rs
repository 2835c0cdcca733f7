//! Hosts in a space of any dimension: what the hot loop asks.

use super::CoordinateSet;

/// Places of sites, each with its height.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    base: u64,
    /// Between different hosts of one site.
    same_site: u64,
    /// Coordinates and height of one site together.
    stride: usize,
    /// In nanoseconds.
    points: Vec<f64>,
}

/// Nanoseconds between two places that end with their heights.
#[inline]
pub(super) fn between(from: &[f64], to: &[f64]) -> u64 {
    let last = from.len() - 1;
    let squares: f64 = from[..last].iter().zip(&to[..last]).map(|(a, b)| (a - b) * (a - b)).sum();
    libm::rint(libm::sqrt(squares) + from[last] + to[last]) as u64
}

impl Space {
    /// The rows `sites` of a set.
    pub(crate) fn new(set: &CoordinateSet, sites: &[u32]) -> Self {
        let stride = set.stride;
        let points = sites.iter().flat_map(|&site| &set.points[site as usize * stride..][..stride]).copied();
        Self {
            base: set.parameters.base.0,
            same_site: set.parameters.same_row_latency.unwrap_or_default().0,
            stride,
            points: points.collect(),
        }
    }

    fn point(&self, site: u32) -> &[f64] {
        &self.points[site as usize * self.stride..][..self.stride]
    }

    /// Nanoseconds between different hosts at two sites.
    #[inline]
    pub(crate) fn path(&self, from: u32, to: u32) -> u64 {
        if from == to {
            return self.same_site;
        }
        self.base + between(self.point(from), self.point(to))
    }

    pub(crate) fn bytes(&self) -> usize {
        self.points.capacity() * size_of::<f64>()
    }

    /// The first two coordinates of each site, in nanoseconds.
    pub(crate) fn plane(&self) -> impl Iterator<Item = [f64; 2]> + '_ {
        let second = if self.stride > 2 { 1 } else { self.stride };
        self.points
            .chunks(self.stride)
            .map(move |point| [point[0], point.get(second).copied().unwrap_or(0.0)])
    }

    /// The least of path and both access latencies between two different sites, exactly, where `access` is the least of
    /// each site in nanoseconds; nothing where there is one site only.
    pub(crate) fn nearest(&self, access: &[u64]) -> Option<u64> {
        // By the first coordinate: two sites are at least as far apart as they are along it, so that only few pairs
        // need looking at.
        let mut order: Vec<u32> = (0..access.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| self.point(a)[0].total_cmp(&self.point(b)[0]).then(a.cmp(&b)));
        let cost = |site: u32| self.point(site)[self.stride - 1] + access[site as usize] as f64;
        let least = order.iter().map(|&site| cost(site)).fold(f64::INFINITY, f64::min);
        let mut best: Option<u64> = None;
        for (place, &from) in order.iter().enumerate() {
            for &to in &order[place + 1..] {
                let along = self.point(to)[0] - self.point(from)[0];
                // A nanosecond of room for rounding.
                let bound = along + cost(from) + least - 1.0;
                if best.is_some_and(|best| bound + self.base as f64 > best as f64) {
                    break;
                }
                let all = self.path(from, to) + access[from as usize] + access[to as usize];
                best = Some(best.map_or(all, |best| best.min(all)));
            }
        }
        best
    }
}
