//! Where hosts hang.

use super::Places;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How hosts are spread over the routers that take hosts (`hosts_at` of the underlay).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Placement {
    /// Every router has the same chance.
    #[default]
    Uniform,
    /// In proportion to the people that a router serves: on underlays that know them, such as internet.
    Population,
    /// In proportion to the number of other autonomous systems that a router's own is linked to, which goes with its size (Tangmunarunkit et al., ACM CCR 31(5), 2001).
    DomainSize,
    /// In proportion to weights of countries and continents, within each by population where that is known: on underlays that know countries, such as internet.
    Regions {
        /// By country (two letters, such as "DE") or continent (africa, asia, europe, north_america, oceania, south_america); a country with a weight of its own is no part of its continent.
        weights: BTreeMap<String, f64>,
    },
    /// At the routers nearest to the places of a list: on underlays with latitudes and longitudes.
    Places(Places),
}

/// The continents, as placement and others name them.
pub(crate) const CONTINENTS: [&str; 6] =
    ["africa", "asia", "europe", "north_america", "oceania", "south_america"];
