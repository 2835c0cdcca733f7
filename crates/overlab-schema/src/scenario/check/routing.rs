//! Checks of how messages are routed.

use super::Findings;
use crate::scenario::Scenario;

impl Scenario {
    pub(super) fn check_routing(&self, f: &mut Findings) {
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
