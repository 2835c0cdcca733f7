//! What keeps messages between hosts from passing, whatever the routes.

use crate::loss::Loss;
use crate::place::HostId;
use std::collections::BTreeMap;

/// Groups of hosts, and the probability that a message from one to another is dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Barrier {
    /// By host.
    groups: Vec<u8>,
    count: usize,
    /// From group to group, row by row; [`CUT`] where nothing passes because there is no way.
    drop: Vec<f64>,
}

/// Stands for pairs between which there is no way at all: more certain than a probability of one.
const CUT: f64 = 2.0;

impl Barrier {
    /// The group of each host, from 0; of a border, group 1 is inside.
    pub fn groups(&self) -> &[u8] {
        &self.groups
    }

    /// Whether it drops messages by chance or on purpose, and is no lack of a way.
    pub fn is_border(&self) -> bool {
        self.drop.iter().all(|drop| *drop < CUT)
    }

    /// Nothing passes from any group to another.
    pub(super) fn between_all(groups: Vec<u8>, count: usize) -> Self {
        let entry = |at: usize| if at / count == at % count { 0.0 } else { CUT };
        Self { groups, count, drop: (0..count * count).map(entry).collect() }
    }

    /// A border around group 1 against group 0.
    pub(super) fn around(groups: Vec<u8>, inward: f64, outward: f64) -> Self {
        Self { groups, count: 2, drop: vec![0.0, inward, outward, 0.0] }
    }
}

/// All barriers of a moment together, and the hosts that are cut off: asked for every message.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// By host; hosts of one class are treated alike.
    classes: Vec<u16>,
    count: usize,
    /// From class to class, row by row.
    drop: Vec<f64>,
    random: bool,
}

impl Filter {
    /// The most classes of hosts.
    pub const MOST_CLASSES: usize = 1024;

    /// What `barriers` and the cutting off of `severed` hosts do together; nothing where they do nothing.
    ///
    /// Barriers act one after another, each with its own probability. Where they make more than [`Self::MOST_CLASSES`]
    /// classes of hosts, the result is the number of classes.
    ///
    /// # Errors
    /// The number of classes, where that is too large.
    pub fn of<'a>(
        hosts: u32,
        severed: impl Iterator<Item = &'a [HostId]>,
        barriers: &[&Barrier],
    ) -> Result<Option<Self>, usize> {
        let mut classes = vec![0u16; hosts as usize];
        let mut drop = vec![0.0];
        let mut count = 1;
        for barrier in barriers {
            // Classes are numbered in the order of their first hosts.
            let mut combined: BTreeMap<(u16, u8), u16> = BTreeMap::new();
            let mut parts: Vec<(u16, u8)> = Vec::new();
            for (class, group) in classes.iter_mut().zip(&barrier.groups) {
                let part = (*class, *group);
                *class = *combined.entry(part).or_insert_with(|| {
                    parts.push(part);
                    (parts.len() - 1) as u16
                });
                if parts.len() > Self::MOST_CLASSES {
                    return Err(parts.len());
                }
            }
            let mut finer = Vec::with_capacity(parts.len() * parts.len());
            for (from, from_group) in &parts {
                for (to, to_group) in &parts {
                    let before = drop[usize::from(*from) * count + usize::from(*to)];
                    let now = barrier.drop[usize::from(*from_group) * barrier.count + usize::from(*to_group)];
                    finer.push(together(before, now));
                }
            }
            (drop, count) = (finer, parts.len());
        }
        let mut cut_off = false;
        for host in severed.flatten() {
            classes[host.index()] = count as u16;
            cut_off = true;
        }
        if cut_off {
            let entry = |at: usize| {
                let (from, to) = (at / (count + 1), at % (count + 1));
                if from < count && to < count { drop[from * count + to] } else { CUT }
            };
            drop = (0..(count + 1) * (count + 1)).map(entry).collect();
            count += 1;
        }
        let random = drop.iter().any(|drop| *drop > 0.0 && *drop < 1.0);
        Ok(drop.iter().any(|drop| *drop > 0.0).then_some(Self { classes, count, drop, random }))
    }

    /// For how many hosts it is.
    pub(crate) fn hosts(&self) -> u32 {
        self.classes.len() as u32
    }

    /// Whether some messages are dropped by chance.
    #[inline]
    pub(crate) fn is_random(&self) -> bool {
        self.random
    }

    /// The probability that a message is dropped; above 1 where there is no way.
    #[inline]
    pub(crate) fn drops(&self, from: HostId, to: HostId) -> f64 {
        let (from, to) = (self.classes[from.index()], self.classes[to.index()]);
        self.drop[usize::from(from) * self.count + usize::from(to)]
    }

    /// Why a message that is certainly dropped is lost.
    #[inline]
    pub(crate) fn loss(drop: f64) -> Loss {
        if drop >= CUT { Loss::Unreachable } else { Loss::Filtered }
    }

    /// The class of a host.
    pub(super) fn class(&self, host: HostId) -> u16 {
        self.classes[host.index()]
    }

    /// Whether anything passes from one class to another.
    pub(super) fn passes(&self, from: u16, to: u16) -> bool {
        self.drop[usize::from(from) * self.count + usize::from(to)] < 1.0
    }

    /// Bytes held for hosts.
    pub(crate) fn host_bytes(&self) -> usize {
        self.classes.capacity() * size_of::<u16>()
    }
}

/// The probability that one of two barriers drops a message.
fn together(a: f64, b: f64) -> f64 {
    if a >= CUT || b >= CUT { CUT } else { 1.0 - (1.0 - a) * (1.0 - b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: [HostId; 4] = [HostId(0), HostId(1), HostId(2), HostId(3)];

    #[test]
    fn barriers_act_together() {
        let halves = Barrier::between_all(vec![0, 0, 1, 1], 2);
        let border = Barrier::around(vec![1, 0, 0, 1], 0.5, 0.25);
        let again = Barrier::around(vec![1, 0, 0, 0], 0.5, 1.0);
        let none: [&[HostId]; 0] = [];
        let filter = Filter::of(4, none.into_iter(), &[&halves, &border, &again]).unwrap().unwrap();
        let drop = |from: usize, to: usize| filter.drops(HOSTS[from], HOSTS[to]);
        // Between the halves there is no way at all.
        assert_eq!((drop(0, 2), drop(1, 3), drop(3, 0)), (CUT, CUT, CUT));
        // Out of host 0: a quarter at the first border, all at the second; into it, half at each.
        assert_eq!((drop(0, 1), drop(1, 0)), (1.0, 0.75));
        assert_eq!((drop(3, 2), drop(2, 3), drop(0, 0)), (0.25, 0.5, 0.0));
        assert!(filter.is_random());
        assert_eq!(Filter::loss(drop(0, 2)), Loss::Unreachable);
        assert_eq!(Filter::loss(drop(0, 1)), Loss::Filtered);
    }

    #[test]
    fn hosts_that_are_cut_off_reach_nobody() {
        let severed: [&[HostId]; 2] = [&HOSTS[1..2], &HOSTS[1..3]];
        let filter = Filter::of(4, severed.into_iter(), &[]).unwrap().unwrap();
        for from in HOSTS {
            for to in HOSTS {
                let open = [0, 3].contains(&from.0) && [0, 3].contains(&to.0);
                assert_eq!(filter.drops(from, to) < 1.0, open, "{from:?} to {to:?}");
            }
        }
        assert!(!filter.is_random());
    }

    #[test]
    fn nothing_is_no_filter_and_too_many_classes_are_refused() {
        let none: [&[HostId]; 0] = [];
        assert_eq!(Filter::of(4, none.into_iter(), &[]), Ok(None));
        let open = Barrier::around(vec![1, 0, 0, 0], 0.0, 0.0);
        assert_eq!(Filter::of(4, none.into_iter(), &[&open]), Ok(None));
        let bits =
            |bit: u32| Barrier::around((0..2048u32).map(|host| (host >> bit & 1) as u8).collect(), 0.1, 0.1);
        let barriers: Vec<Barrier> = (0..11).map(bits).collect();
        let barriers: Vec<&Barrier> = barriers.iter().collect();
        assert!(Filter::of(2048, none.into_iter(), &barriers).is_err());
        assert!(Filter::of(2048, none.into_iter(), &barriers[..10]).is_ok());
    }
}
