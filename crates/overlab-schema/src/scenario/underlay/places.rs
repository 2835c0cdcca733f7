//! Places on the globe from a list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Places from a table as text, plain or gzipped: latitudes and longitudes in degrees, under a header or as its first two
/// columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// The file; relative to the scenario's folder.
    pub file: String,
    /// The column of the latitude, degrees north; without it "latitude" or "lat".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<String>,
    /// The column of the longitude, degrees east; without it "longitude", "lon" or "lng".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<String>,
    /// The column of a weight, such as a population: hosts draw their places by it. Without it every place has as many
    /// hosts as any other, but for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
}
