//! The ways between all pairs of sites, as trees: what is done along every path is done once a step.

use crate::error::UnderlayError;
use crate::graph::RouterGraph;
use crate::underlay::Underlay;

/// No step: where a path starts, and where it has no end.
const NOWHERE: u32 = u32::MAX;

/// The most bytes for paths and for what messages meet on them.
const LARGEST: u64 = 2 << 30;

/// One link on the paths from one site.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The step before it among those of the same site; itself later than that.
    before: u32,
    /// The direction of a link: twice the link's number, and one more against the edge.
    pub(super) link: u32,
}

impl Step {
    /// The step before, if it is not the first.
    pub(super) fn before(self) -> Option<usize> {
        (self.before != NOWHERE).then_some(self.before as usize)
    }
}

/// All paths between sites.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    sites: usize,
    /// Where the steps of each site start, and where the last end.
    starts: Vec<usize>,
    steps: Vec<Step>,
    /// By pair of sites, the last step; [`NOWHERE`] where no link is crossed.
    ends: Vec<u32>,
}

/// The direction of a link that is number `link` in the graph.
pub(super) fn direction(link: usize, forward: bool) -> u32 {
    link as u32 * 2 + u32::from(!forward)
}

impl Paths {
    /// Finds the paths of an underlay on routers.
    pub(super) fn new(underlay: &Underlay, graph: &RouterGraph) -> Result<Self, UnderlayError> {
        let sites = underlay.sites.len();
        fits(sites, graph.routers() as usize)?;
        let mut paths =
            Self { sites, starts: vec![0], steps: Vec::new(), ends: vec![NOWHERE; sites * sites] };
        let routes = underlay.found_routes()?;
        // By direction, the step of this site that crosses it.
        let mut known = vec![NOWHERE; graph.graph().edge_count() * 2];
        for from in 0..sites {
            let start = paths.steps.len();
            for to in 0..sites {
                let mut before = NOWHERE;
                routes.walk(from as u32, to as u32, |link, forward| {
                    before = paths.step(start, before, direction(link.0 as usize, forward), &mut known);
                });
                paths.ends[from * sites + to] = before;
            }
            for step in &paths.steps[start..] {
                known[step.link as usize] = NOWHERE;
            }
            paths.starts.push(paths.steps.len());
        }
        paths.steps.shrink_to_fit();
        Ok(paths)
    }

    /// The step across `link` after `before`, new where there is none yet. Ways that part and meet again have steps of
    /// their own behind it, as policy may want them.
    fn step(&mut self, start: usize, before: u32, link: u32, known: &mut [u32]) -> u32 {
        let there = known[link as usize];
        if there != NOWHERE && self.steps[start + there as usize].before == before {
            return there;
        }
        let step = (self.steps.len() - start) as u32;
        self.steps.push(Step { before, link });
        known[link as usize] = step;
        step
    }

    pub(super) fn sites(&self) -> usize {
        self.sites
    }

    /// The steps of all paths from a site, each after the step before it.
    pub(super) fn steps(&self, from: usize) -> &[Step] {
        &self.steps[self.starts[from]..self.starts[from + 1]]
    }

    /// The last step on the way from a site to each, in their order.
    pub(super) fn ends(&self, from: usize) -> impl Iterator<Item = Option<usize>> + '_ {
        let ends = &self.ends[from * self.sites..][..self.sites];
        ends.iter().map(|&end| (end != NOWHERE).then_some(end as usize))
    }

    /// The last step between two sites.
    pub(super) fn end(&self, pair: usize) -> Option<usize> {
        let end = self.ends[pair];
        (end != NOWHERE).then_some(end as usize)
    }

    /// The most steps of any site.
    pub(super) fn longest(&self) -> usize {
        self.starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
    }

    pub(super) fn bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>()
            + self.steps.capacity() * size_of::<Step>()
            + self.ends.capacity() * size_of::<u32>()
    }
}

/// Refuses more pairs of sites than there is room for, before anything of them is made.
fn fits(sites: usize, routers: usize) -> Result<(), UnderlayError> {
    let (sites, routers) = (sites as u64, routers as u64);
    // A pair's counters and last step, and no more steps than routers on each site's tree.
    let needed = sites * sites * 20 + sites * routers * size_of::<Step>() as u64;
    if needed <= LARGEST {
        return Ok(());
    }
    Err(UnderlayError::TooManyPairs { sites, gigabytes: needed as f64 / 1e9, limit: LARGEST as f64 / 1e9 })
}
