//! What befalls an underlay in a run, in its picture: the load of links, and what fails.

use serde::{Deserialize, Serialize};

/// How full the links between routers were in the measured period of one replication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PictureLoad {
    /// The label of the overlay whose traffic it was, besides the background; empty for the background alone.
    pub overlay: String,
    /// A link's place among the picture's edges, and the share of its capacity that was used, of its fuller direction: the mean over
    /// the measured period, between 0 and 1. Links without a capacity are not among them.
    pub links: Vec<(u32, f64)>,
}

/// Something that failed, or several things of a kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PictureFault {
    /// Its name in the timeline, or which random faults it sums up.
    pub name: String,
    /// When it began, in seconds after the start of the measured period; the first of several.
    pub from_s: f64,
    /// When it was repaired, the last of several; nothing where it was not by the end of the run.
    #[serde(default)]
    pub to_s: Option<f64>,
    /// Dead routers: places among the picture's nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routers: Vec<u32>,
    /// Dead links, those of dead routers aside: places among the picture's edges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<u32>,
    /// Nodes with hosts whose access links were dead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut_off: Vec<u32>,
    /// Of a partition, the nodes with hosts of each part; of a border, those with hosts inside. A node with hosts of several parts is
    /// with the first of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Vec<u32>>,
    /// The disc on the globe in which it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disc: Option<PictureDisc>,
}

/// A disc on the globe.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureDisc {
    /// Of its centre, in degrees east.
    pub longitude: f64,
    /// Of its centre, in degrees north.
    pub latitude: f64,
    /// Along the surface, in kilometres.
    pub radius_km: f64,
}
