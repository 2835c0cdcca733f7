//! Defaults that depend on other values of the scenario.

use super::{Access, AccessClass, AccessLatency, Routing, Scenario, Underlay};
use crate::document::{Path, Segment};
use overlab_time::Span;

impl Scenario {
    /// Fills in what follows from other values, except where that value could change along a path of `swept`: printed,
    /// it would then hold for one point and be wrong for the others.
    pub(crate) fn fill_derived(&mut self, swept: &[Path]) {
        let fixed = |key: &str| {
            swept
                .iter()
                .all(|path| !matches!(path.segments().first(), Some(Segment::Key(first)) if first == key))
        };
        if fixed("time") && !self.is_static() {
            self.time.sample = Some(self.time.sample());
        }
        if fixed("underlay") {
            if let Underlay::TransitStub(transit_stub) = &mut self.underlay {
                transit_stub.fill_structure();
            }
            if fixed("placement") && self.underlay.has_routers() {
                self.placement.get_or_insert_default();
            }
            if fixed("routing") && self.underlay.has_routers() {
                self.routing.get_or_insert(Routing::Latency);
            }
            if let Underlay::Matrix(matrix) = &mut self.underlay {
                matrix.unit = Some(matrix.unit());
            }
            if fixed("access") && self.access.is_none() {
                // On a router graph hosts are on a local network next to their router (Castro et al., IEEE JSAC 20(8),
                // 2002); end-to-end latencies have the access links in them already.
                let latency = if self.underlay.has_routers() { Span::from_millis(1) } else { Span::ZERO };
                self.access = Some(Access::uniform(AccessLatency::Constant(latency)));
            }
        }
        if fixed("access")
            && let Some(access) = &mut self.access
        {
            access.classes.iter_mut().for_each(AccessClass::fill);
        }
        if fixed("overlays") {
            self.fill_labels();
        }
        if fixed("timeline") {
            for event in &mut self.timeline {
                event.name = Some(event.name());
            }
            if fixed("faults") && self.timeline.iter().any(|event| event.fail.is_some()) {
                self.faults.get_or_insert_default();
            }
        }
    }

    /// Overlays without a label are called by their algorithm, numbered where that is not enough.
    fn fill_labels(&mut self) {
        for index in 0..self.overlays.len() {
            if self.overlays[index].label.is_some() {
                continue;
            }
            let name = self.overlays[index].algorithm.name.clone();
            let taken =
                |label: &str| self.overlays.iter().any(|overlay| overlay.label.as_deref() == Some(label));
            let label = std::iter::once(name.clone())
                .chain((2..).map(|number| format!("{name} {number}")))
                .find(|label| !taken(label))
                .expect("there are more numbers than overlays");
            self.overlays[index].label = Some(label);
        }
    }
}
