//! Checks of where hosts hang.

use super::Findings;
use super::network::check_file;
use crate::nearest::{nearest, shorten};
use crate::scenario::placement::CONTINENTS;
use crate::scenario::{Placement, Scenario};

impl Scenario {
    pub(super) fn check_placement(&self, f: &mut Findings) {
        let Some(placement) = &self.placement else { return };
        if !self.underlay.has_routers() && *placement != Placement::Uniform {
            let message =
                "needs an underlay with routers, such as \"internet\", \"transit_stub\" or \"graph\"";
            f.add("placement", format!("{message}, not {:?}", self.underlay.name()));
        }
        match placement {
            Placement::Uniform | Placement::Population | Placement::DomainSize => {}
            Placement::Places(places) => check_file(f, "placement.places.file", &places.file),
            Placement::Regions { weights } => {
                for (region, &weight) in weights {
                    let path = format!("placement.regions.weights[{region:?}]");
                    f.must((0.0..=1e9).contains(&weight), &path, weight, "between 0 and 1000000000");
                    let country = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase());
                    if !country && !CONTINENTS.contains(&region.as_str()) {
                        let meant = nearest(region, CONTINENTS);
                        let meant =
                            meant.map_or_else(String::new, |meant| format!("; did you mean {meant:?}?"));
                        let message = format!(
                            "{:?} is no region{meant} (two capital letters name a country, continents are {})",
                            shorten(region),
                            CONTINENTS.join(", ")
                        );
                        f.add("placement.regions.weights", message);
                    }
                }
                if weights.values().sum::<f64>() <= 0.0 {
                    f.add("placement.regions.weights", "needs at least one region with a weight above 0");
                }
            }
        }
    }
}
