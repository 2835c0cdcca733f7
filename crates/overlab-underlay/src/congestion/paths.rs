//! The ways between all pairs of sites, as trees: what is done along every path is done once a step.

use crate::error::UnderlayError;
use crate::graph::RouterGraph;
use crate::routes::Routes;

/// No step: where a path ends, and where it has none.
const NOWHERE: u32 = u32::MAX;

/// The most bytes for paths and for what messages meet on them.
const LARGEST: u64 = 2 << 30;

/// One link on the paths to one site.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The step after it among those to the same site; itself earlier in their list than this.
    after: u32,
    /// The direction of a link: twice the link's number, and one more against the edge.
    pub(super) link: u32,
}

impl Step {
    /// The step after it, if it is not the last.
    pub(super) fn after(self) -> Option<usize> {
        (self.after != NOWHERE).then_some(self.after as usize)
    }
}

/// All paths between sites. Each router has one next hop to a destination, so that the paths to it are a tree.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    sites: usize,
    /// Where the steps to each site start, and where the last end.
    starts: Vec<usize>,
    steps: Vec<Step>,
    /// By pair of sites (`to * sites + from`), the first step; [`NOWHERE`] where no link is crossed.
    begins: Vec<u32>,
}

/// The direction of a link that is number `link` in the graph.
pub(super) fn direction(link: usize, forward: bool) -> u32 {
    link as u32 * 2 + u32::from(!forward)
}

impl Paths {
    /// The paths that `routes` take.
    pub(super) fn new(routes: &Routes, graph: &RouterGraph) -> Result<Self, UnderlayError> {
        let sites = routes.sites() as usize;
        fits(sites, graph.routers() as usize)?;
        let mut paths =
            Self { sites, starts: vec![0], steps: Vec::new(), begins: vec![NOWHERE; sites * sites] };
        // By direction, its step on the way to this site.
        let mut known = vec![NOWHERE; graph.graph().edge_count() * 2];
        let mut way = Vec::new();
        for to in 0..sites {
            let start = paths.steps.len();
            for from in 0..sites {
                way.clear();
                let visit = |link: crate::LinkId, forward| way.push(direction(link.0 as usize, forward));
                if !routes.walk(from as u32, to as u32, visit) {
                    continue;
                }
                let mut after = NOWHERE;
                for &link in way.iter().rev() {
                    if known[link as usize] == NOWHERE {
                        known[link as usize] = (paths.steps.len() - start) as u32;
                        paths.steps.push(Step { after, link });
                    }
                    after = known[link as usize];
                }
                paths.begins[to * sites + from] = after;
            }
            for step in &paths.steps[start..] {
                known[step.link as usize] = NOWHERE;
            }
            paths.starts.push(paths.steps.len());
        }
        paths.steps.shrink_to_fit();
        Ok(paths)
    }

    pub(super) fn sites(&self) -> usize {
        self.sites
    }

    /// The steps of all paths to a site, each after the step that follows it on the way.
    pub(super) fn steps(&self, to: usize) -> &[Step] {
        &self.steps[self.starts[to]..self.starts[to + 1]]
    }

    /// The first step on the way to a site from each, in their order.
    pub(super) fn begins(&self, to: usize) -> impl Iterator<Item = Option<usize>> + '_ {
        let begins = &self.begins[to * self.sites..][..self.sites];
        begins.iter().map(|&begin| (begin != NOWHERE).then_some(begin as usize))
    }

    /// The first step of a pair of sites, `to * sites + from`.
    pub(super) fn begin(&self, pair: usize) -> Option<usize> {
        let begin = self.begins[pair];
        (begin != NOWHERE).then_some(begin as usize)
    }

    /// The most steps to any site.
    pub(super) fn longest(&self) -> usize {
        self.starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
    }

    pub(super) fn bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>()
            + self.steps.capacity() * size_of::<Step>()
            + self.begins.capacity() * size_of::<u32>()
    }
}

/// Refuses more pairs of sites than there is room for, before anything of them is made.
fn fits(sites: usize, routers: usize) -> Result<(), UnderlayError> {
    let (sites, routers) = (sites as u64, routers as u64);
    // A pair's counters and first step, and no more steps than routers in each site's tree.
    let needed = sites * sites * 20 + sites * routers * size_of::<Step>() as u64;
    if needed <= LARGEST {
        return Ok(());
    }
    Err(UnderlayError::TooManyPairs { sites, gigabytes: needed as f64 / 1e9, limit: LARGEST as f64 / 1e9 })
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn what_does_not_fit_is_refused_with_an_estimate() {
        assert!(fits(5_000, 5_050).is_ok());
        let error = fits(10_000, 75_000).unwrap_err().to_string();
        assert!(error.contains("10000 different routers") && error.contains("needs 8.0 GB"), "{error}");
    }
}
