//! The capacities and queues of links between routers as the scenario describes them, in the terms of the underlay's crate.

use super::GroundError;
use overlab_schema::scenario as s;
use overlab_time::Law;
use overlab_underlay as u;
use std::collections::BTreeMap;

/// What the scenario says of links between routers.
pub(super) fn congestion(congestion: &s::Congestion) -> Result<u::Congestion, GroundError> {
    let link = |(index, link): (usize, &s::CongestedLink)| {
        let path = format!("congestion.links[{index}].background");
        Ok(u::CongestedLink {
            routers: link.routers,
            capacity: link.capacity,
            background: link.background.as_ref().map(|own| background(&path, own)).transpose()?,
        })
    };
    Ok(u::Congestion {
        capacities: capacities(&congestion.capacity),
        law: match congestion.queue {
            s::QueueLaw::Md1 => u::QueueLaw::Constant,
            s::QueueLaw::Mm1k => u::QueueLaw::Exponential,
        },
        packet: u32::try_from(congestion.packet.0).unwrap_or(u32::MAX),
        buffer: congestion.buffer,
        background: background("congestion.background", &congestion.background)?,
        links: congestion.links.iter().enumerate().map(link).collect::<Result<_, _>>()?,
    })
}

fn capacities(of: &s::LinkCapacities) -> BTreeMap<u::LinkClass, overlab_time::Bandwidth> {
    let all = [
        (u::LinkClass::InterTransit, of.inter_transit),
        (u::LinkClass::IntraTransit, of.intra_transit),
        (u::LinkClass::TransitStub, of.transit_stub),
        (u::LinkClass::IntraStub, of.intra_stub),
        (u::LinkClass::InterStub, of.inter_stub),
        (u::LinkClass::Plain, of.plain),
    ];
    all.into_iter().filter_map(|(class, capacity)| Some((class, capacity?))).collect()
}

fn background(path: &str, of: &s::Background) -> Result<u::Background, GroundError> {
    let law = |key: &str, law: &s::SpanLaw| -> Result<Law, GroundError> {
        law.law().map_err(|error| GroundError::new(&format!("{path}.bursts.{key}"), error))
    };
    let diurnal = |diurnal: s::Diurnal| {
        let s::Diurnal { amplitude, peak, start } = diurnal;
        u::Diurnal { amplitude, peak, start }
    };
    let bursts = |bursts: &s::Bursts| -> Result<u::Bursts, GroundError> {
        Ok(u::Bursts { share: bursts.share, on: law("on", &bursts.on)?, off: law("off", &bursts.off)? })
    };
    Ok(u::Background {
        share: of.share,
        elastic: of.elastic,
        diurnal: of.diurnal.map(diurnal),
        bursts: of.bursts.as_ref().map(bursts).transpose()?,
    })
}
