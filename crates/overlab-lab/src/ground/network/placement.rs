//! Where hosts hang, as the scenario describes it.

use crate::ground::GroundError;
use crate::ground::files::DataFiles;
use overlab_schema::scenario as s;
use overlab_underlay as u;
use std::sync::Arc;

const FILE: &str = "placement.places.file";

/// The placement with its file read.
pub(in crate::ground) fn placement(
    placement: Option<&s::Placement>,
    files: &DataFiles,
) -> Result<u::Placement, GroundError> {
    Ok(match placement {
        None | Some(s::Placement::Uniform) => u::Placement::Uniform,
        Some(s::Placement::Population) => u::Placement::Population,
        Some(s::Placement::DomainSize) => u::Placement::DomainSize,
        Some(s::Placement::Regions { weights }) => {
            let regions = weights.iter().map(|(name, &weight)| Ok((region(name)?, weight)));
            u::Placement::Regions(regions.collect::<Result<_, _>>()?)
        }
        Some(s::Placement::Places(places)) => {
            let found = files.located(FILE).map_or_else(|| (&places.file).into(), |file| file.path.clone());
            let list = u::Places {
                file: found,
                latitude: places.latitude.clone(),
                longitude: places.longitude.clone(),
                weight: places.weight.clone(),
            };
            let list = list.read().map_err(|error| GroundError::new(FILE, error))?;
            u::Placement::Places(Arc::new(list))
        }
    })
}

fn region(name: &str) -> Result<u::PlacementRegion, GroundError> {
    let continent = u::Continent::ALL.into_iter().find(|continent| continent.name() == name);
    let region = continent.map(u::PlacementRegion::Continent);
    let region = region.or_else(|| u::Country::new(name).map(u::PlacementRegion::Country));
    region.ok_or_else(|| {
        GroundError::new("placement.regions.weights", format!("{name:?} is no country and no continent"))
    })
}
