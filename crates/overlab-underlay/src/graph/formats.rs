//! The formats of graph files: which there are, what each says about its numbers, and how one is told from another.

pub(crate) mod detect;
pub(crate) mod draft;

mod as_relationships;
mod ashiip;
mod attributes;
mod brite;
mod countries;
mod edge_list;
mod gml;
mod graphml;
mod gt_itm;
mod inet;
mod modelnet;
mod rocketfuel;
mod rocketfuel_cch;
mod sndlib_native;
mod sndlib_xml;
mod xml;

use crate::error::UnderlayError;
use crate::graph::file::{GraphFile, Reading};
use draft::Draft;

/// The format of a graph file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GraphFormat {
    /// aShiip (Tomasik and Weisser, 2010): `node (level) [neighbours]` under a head of parameters.
    Ashiip,
    /// BRITE (Medina, Lakhina, Matta, Byers, MASCOTS 2001): nodes on a plane, autonomous systems, delays in ms.
    Brite,
    /// CAIDA AS relationships, serial-1: `provider|customer|-1`, `peer|peer|0`, `sibling|sibling|2`.
    CaidaSerial1,
    /// CAIDA AS relationships, serial-2: the same with the source of the inference as a fourth field.
    CaidaSerial2,
    /// Two nodes a line, as of SNAP, and perhaps a number; Orbis writes the same.
    EdgeList,
    /// GML (Himsolt, 1997).
    Gml,
    /// GraphML.
    GraphMl,
    /// GT-ITM's `alt` format, as its tool `sgb2alt` writes it (Zegura, Calvert, Bhattacharjee, INFOCOM 1996).
    GtItm,
    /// Inet-3.0 (Winick and Jamin, 2002): nodes on a plane and links with lengths.
    Inet,
    /// ModelNet's XML (Vahdat et al., OSDI 2002): a directed graph with delays in ms.
    ModelNet,
    /// Rocketfuel's router-level maps, `.cch` (Spring, Mahajan, Wetherall, SIGCOMM 2002).
    RocketfuelCch,
    /// Rocketfuel's `latencies.intra`: two cities a line and a latency in ms (Mahajan et al., IMW 2002).
    RocketfuelLatencies,
    /// Rocketfuel's `weights.intra`: two cities a line and a routing weight, which is no time.
    RocketfuelWeights,
    /// SNAP's copies of CAIDA's AS relationships: `customer provider -1`, the sign opposite to CAIDA's.
    SnapAsRelationships,
    /// SNDlib's native format (Orlowski, Wessaely, Pioro, Tomaszewski, Networks 55, 2010).
    SndlibNative,
    /// SNDlib's XML format.
    SndlibXml,
}

impl GraphFormat {
    /// All of them, by name.
    pub const ALL: &[Self] = &[
        Self::Ashiip,
        Self::Brite,
        Self::CaidaSerial1,
        Self::CaidaSerial2,
        Self::EdgeList,
        Self::Gml,
        Self::GraphMl,
        Self::GtItm,
        Self::Inet,
        Self::ModelNet,
        Self::RocketfuelCch,
        Self::RocketfuelLatencies,
        Self::RocketfuelWeights,
        Self::SnapAsRelationships,
        Self::SndlibNative,
        Self::SndlibXml,
    ];

    /// Its name in scenarios and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ashiip => "ashiip",
            Self::Brite => "brite",
            Self::CaidaSerial1 => "caida_serial1",
            Self::CaidaSerial2 => "caida_serial2",
            Self::EdgeList => "edge_list",
            Self::Gml => "gml",
            Self::GraphMl => "graphml",
            Self::GtItm => "gt_itm",
            Self::Inet => "inet",
            Self::ModelNet => "model_net",
            Self::RocketfuelCch => "rocketfuel_cch",
            Self::RocketfuelLatencies => "rocketfuel_latencies",
            Self::RocketfuelWeights => "rocketfuel_weights",
            Self::SnapAsRelationships => "snap_as_relationships",
            Self::SndlibNative => "sndlib_native",
            Self::SndlibXml => "sndlib_xml",
        }
    }

    /// Parses a text of this format.
    pub(crate) fn parse(self, name: &str, text: &str, reading: &Reading) -> Result<GraphFile, UnderlayError> {
        let mut draft = Draft::new(name, text, reading);
        match self {
            Self::Ashiip => ashiip::parse(&mut draft),
            Self::Brite => brite::parse(&mut draft),
            Self::CaidaSerial1 => as_relationships::caida(&mut draft, false),
            Self::CaidaSerial2 => as_relationships::caida(&mut draft, true),
            Self::EdgeList => edge_list::parse(&mut draft),
            Self::Gml => gml::parse(&mut draft),
            Self::GraphMl => graphml::parse(&mut draft),
            Self::GtItm => gt_itm::parse(&mut draft),
            Self::Inet => inet::parse(&mut draft),
            Self::ModelNet => modelnet::parse(&mut draft),
            Self::RocketfuelCch => rocketfuel_cch::parse(&mut draft),
            Self::RocketfuelLatencies => rocketfuel::parse(&mut draft, true),
            Self::RocketfuelWeights => rocketfuel::parse(&mut draft, false),
            Self::SnapAsRelationships => as_relationships::snap(&mut draft),
            Self::SndlibNative => sndlib_native::parse(&mut draft),
            Self::SndlibXml => sndlib_xml::parse(&mut draft),
        }?;
        draft.finish()
    }
}
