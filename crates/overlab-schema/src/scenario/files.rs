//! The values of a scenario that name files: whatever reads them, hashes them or hides their folders goes by this list.

use super::{ChurnTrace, Placement, Scenario, Underlay};

impl Scenario {
    /// The paths of all values that can name a file, whether or not this scenario has them: an axis of a sweep may.
    pub const FILE_PATHS: &[&str] = &[
        "churn.trace.file",
        "placement.places.file",
        "underlay.coordinates.file",
        "underlay.graph.file",
        "underlay.matrix.file",
        "underlay.regions.about.file",
        "underlay.regions.file",
        "underlay.sphere.places.file",
    ];

    /// The values that name files, each with its path, one of [`Scenario::FILE_PATHS`].
    pub fn files(&self) -> Vec<(&'static str, String)> {
        // Copied, so that what names a file is said in one place only.
        let (mut underlay, mut placement) = (self.underlay.clone(), self.placement.clone());
        let mut trace = self.trace().cloned();
        named(&mut underlay, placement.as_mut(), trace.as_mut())
            .into_iter()
            .map(|(path, file)| (path, file.clone()))
            .collect()
    }

    /// The same, to be changed.
    pub fn files_mut(&mut self) -> Vec<(&'static str, &mut String)> {
        let trace = self.churn.as_mut().and_then(|churn| churn.trace.as_mut());
        named(&mut self.underlay, self.placement.as_mut(), trace)
    }

    fn trace(&self) -> Option<&ChurnTrace> {
        self.churn.as_ref().and_then(|churn| churn.trace.as_ref())
    }
}

fn named<'a>(
    underlay: &'a mut Underlay,
    placement: Option<&'a mut Placement>,
    trace: Option<&'a mut ChurnTrace>,
) -> Vec<(&'static str, &'a mut String)> {
    let mut named: Vec<(&'static str, &'a mut String)> = Vec::new();
    match underlay {
        Underlay::Matrix(matrix) => named.push(("underlay.matrix.file", &mut matrix.file)),
        Underlay::Graph(graph) => named.push(("underlay.graph.file", &mut graph.file)),
        Underlay::Coordinates(coordinates) => {
            named.push(("underlay.coordinates.file", &mut coordinates.file));
        }
        Underlay::Regions(regions) => {
            named.push(("underlay.regions.file", &mut regions.file));
            named
                .extend(regions.about.as_mut().map(|about| ("underlay.regions.about.file", &mut about.file)));
        }
        Underlay::Sphere(sphere) => {
            named.extend(sphere.places.as_mut().map(|list| ("underlay.sphere.places.file", &mut list.file)));
        }
        _ => {}
    }
    if let Some(placement) = placement
        && let Placement::Places(list) = placement
    {
        named.push(("placement.places.file", &mut list.file));
    }
    if let Some(trace) = trace {
        named.push(("churn.trace.file", &mut trace.file));
    }
    named
}
