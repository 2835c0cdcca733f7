//! The faults of a replication as a picture shows them.

use super::{Episode, Outages};
use crate::calendar::Calendar;
use overlab_schema::scenario::{Action, Fail, Scenario, Selection};
use overlab_schema::{PictureDisc, PictureFault};
use overlab_time::Time;
use overlab_underlay::{Damage, HostId, LinkId, Location, RouterId, Underlay};
use std::collections::BTreeSet;

impl Outages {
    /// What fails, by its places in the picture of the underlay: every event of the timeline, then the random faults by location.
    pub(crate) fn pictured(&self, scenario: &Scenario, calendar: &Calendar) -> Vec<PictureFault> {
        let fails = scenario.timeline.iter().filter_map(|event| match event.action()? {
            Action::Fail(fail, _) => Some((event.name(), fail)),
            _ => None,
        });
        let fails: Vec<(String, &Fail)> = fails.collect();
        // Episodes are in the order of the timeline, random ones after them.
        let (planned, random) = self.episodes.split_at(fails.len().min(self.episodes.len()));
        let mut all: Vec<PictureFault> = planned
            .iter()
            .zip(fails)
            .map(|(episode, (name, fail))| {
                let disc = disc(fail);
                PictureFault { disc, ..fault(&self.undamaged, name, &[episode], calendar) }
            })
            .collect();
        for location in Location::ALL {
            let here: Vec<&Episode> =
                random.iter().filter(|episode| episode.strike.location == location).collect();
            if !here.is_empty() {
                let times = if here.len() == 1 { "once".to_owned() } else { format!("{} times", here.len()) };
                let name = format!("random, {}: {times}", location.name().replace('_', " "));
                all.push(fault(&self.undamaged, name, &here, calendar));
            }
        }
        all
    }
}

/// Several faults together.
fn fault(underlay: &Underlay, name: String, episodes: &[&Episode], calendar: &Calendar) -> PictureFault {
    // What began before the measured period was there at its start.
    let second = |time: Time| time.since(calendar.from.min(time)).as_seconds();
    let from = episodes.iter().map(|episode| episode.from).min().unwrap_or(calendar.from).max(calendar.from);
    let to = episodes.iter().map(|episode| episode.to).max().filter(|to| *to <= calendar.end);
    let mut damage = Damage::default();
    let mut severed: BTreeSet<HostId> = BTreeSet::new();
    for Episode { strike, .. } in episodes {
        damage.routers.extend(&strike.damage.routers);
        damage.links.extend(&strike.damage.links);
        severed.extend(&strike.severed);
    }
    let places = |hosts: &mut dyn Iterator<Item = HostId>| -> BTreeSet<u32> {
        hosts.filter_map(|host| underlay.pictured(host)).collect()
    };
    let cut_off = places(
        &mut severed
            .into_iter()
            .filter(|host| underlay.router(*host).is_none_or(|router| !damage.routers.contains(&router))),
    );
    PictureFault {
        name,
        from_s: second(from),
        to_s: to.map(second),
        routers: damage.routers.into_iter().map(|RouterId(router)| router).collect(),
        links: damage.links.into_iter().map(|LinkId(link)| link).collect(),
        cut_off: cut_off.into_iter().collect(),
        parts: parts(underlay, episodes),
        disc: None,
    }
}

/// The nodes of each part of a partition, and those inside a border; of a single fault.
fn parts(underlay: &Underlay, episodes: &[&Episode]) -> Vec<Vec<u32>> {
    let [Episode { strike, .. }] = episodes else { return Vec::new() };
    let Some(barrier) = &strike.barrier else { return Vec::new() };
    let groups = barrier.groups();
    let count = groups.iter().map(|group| usize::from(*group) + 1).max().unwrap_or(0);
    let mut parts = vec![BTreeSet::new(); count];
    let mut placed = BTreeSet::new();
    for (host, group) in (0..).map(HostId).zip(groups) {
        let Some(node) = underlay.pictured(host) else { continue };
        if placed.insert(node) {
            parts[usize::from(*group)].insert(node);
        }
    }
    // All others are outside a border.
    let skipped = usize::from(barrier.is_border());
    parts.into_iter().skip(skipped).map(|part| part.into_iter().collect()).collect()
}

/// The disc that a fault is said to be in.
fn disc(fail: &Fail) -> Option<PictureDisc> {
    let of = |selection: &Selection| match selection {
        Selection::Disc { latitude, longitude, radius } => {
            Some(PictureDisc { longitude: *longitude, latitude: *latitude, radius_km: radius.kilometres() })
        }
        _ => None,
    };
    match fail {
        Fail::Hosts(selection) | Fail::Region(selection) | Fail::Border { around: selection, .. } => {
            of(selection)
        }
        Fail::Partition { parts } => parts.iter().find_map(of),
        Fail::Link(_) | Fail::Router(_) | Fail::AutonomousSystem(_) | Fail::Cable(_) => None,
    }
}
