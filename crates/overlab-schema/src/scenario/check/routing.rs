//! Checks of how messages are routed.

use super::Findings;
use crate::scenario::{Routing, Scenario, Underlay};

impl Scenario {
    pub(super) fn check_routing(&self, f: &mut Findings) {
        let knows_relations = matches!(self.underlay, Underlay::Internet(_) | Underlay::Graph(_));
        if self.routing == Some(Routing::Policy) && self.underlay.has_routers() && !knows_relations {
            let underlay = self.underlay.name();
            f.add(
                "routing",
                format!(
                    "\"policy\" must know who pays whom, which {underlay:?} does not tell: choose \"latency\" or \"hops\", or \
                     the underlay \"internet\", or a \"graph\" of autonomous systems with relations"
                ),
            );
        }
        if self.routing.is_some() && !self.underlay.has_routers() {
            let underlay = self.underlay.name();
            f.add(
                "routing",
                format!(
                    "has no effect on {underlay:?}, which has no routers: leave it out, or choose a router graph such as \
                     \"transit_stub\""
                ),
            );
        }
    }
}
