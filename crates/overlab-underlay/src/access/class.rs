//! Classes of access links: fibre, cable and so on, and which host has which.

use super::{Access, Attachment};
use crate::error::{UnderlayError, check};
use crate::regions::Region;
use overlab_time::{Bandwidth, Purpose, Seeds};

/// The most classes that a host's number of its own can tell apart.
const MOST_CLASSES: usize = 256;

/// A class of access links.
///
/// Rates and buffer describe the link; a network whose access links have neither is free of queues there.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessClass {
    /// What it is called.
    pub name: String,
    /// Its share of the hosts, in proportion to the sum of all shares.
    pub share: f64,
    /// One-way latency between host and place, the same up and down.
    pub latency: Access,
    /// What it carries from the host; nothing where that is not limited.
    pub up: Option<Bandwidth>,
    /// What it carries to the host; nothing where that is not limited.
    pub down: Option<Bandwidth>,
    /// Bytes that wait at most for each direction; nothing where that is not limited.
    pub buffer: Option<u64>,
}

impl AccessClass {
    /// A class that all hosts have.
    pub(crate) fn only(latency: Access) -> Self {
        Self { name: "access".to_owned(), share: 1.0, latency, up: None, down: None, buffer: None }
    }
}

/// The classes of an underlay, at least one.
#[derive(Clone, Debug)]
pub(crate) struct Classes {
    all: Vec<AccessClass>,
}

impl Default for Classes {
    /// One class without latency.
    fn default() -> Self {
        Self { all: vec![AccessClass::only(Access::None)] }
    }
}

impl Classes {
    pub(crate) fn all(&self) -> &[AccessClass] {
        &self.all
    }

    /// The class of `host` where hosts have those of `class_of`; the only one where that is empty.
    #[inline]
    pub(crate) fn of(&self, class_of: &[u8], host: u32) -> &AccessClass {
        &self.all[class_of.get(host as usize).map_or(0, |&class| usize::from(class))]
    }

    /// A class for every host; nothing where there is only one.
    pub(crate) fn draw(&self, hosts: u32, seeds: Seeds) -> Result<Vec<u8>, UnderlayError> {
        let mut drawn = Vec::new();
        if self.all.len() == 1 {
            return Ok(drawn);
        }
        drawn.try_reserve_exact(hosts as usize).map_err(|_| UnderlayError::Memory { hosts })?;
        let mut sum = 0.0;
        let bounds: Vec<f64> = self
            .all
            .iter()
            .map(|class| {
                sum += class.share;
                sum
            })
            .collect();
        drawn.extend((0..hosts).map(|host| {
            let drawn = seeds.stream(Purpose::Placement, u64::from(host), 2).unit() * sum;
            // Rounding may put the product at the last bound: a class without share is still not the one.
            let class = bounds.partition_point(|&bound| bound <= drawn);
            let last = self.all.iter().rposition(|class| class.share > 0.0).unwrap_or(0);
            class.min(last) as u8
        }));
        Ok(drawn)
    }
}

impl Attachment {
    /// The classes of access links, checked; `routed` says whether there are routers.
    pub(crate) fn classes(&self, routed: bool) -> Result<Classes, UnderlayError> {
        if self.classes.is_empty() {
            let access = self.access.unwrap_or(if routed { Access::LAN } else { Access::None });
            access.check()?;
            return Ok(Classes { all: vec![AccessClass::only(access)] });
        }
        let given = "given beside access.classes";
        check(self.access.is_none(), "access.latency", "left out where there are classes", given)?;
        let number = self.classes.len();
        check(number <= MOST_CLASSES, "the number of access classes", "at most 256", number)?;
        for class in &self.classes {
            class.latency.check()?;
            let holds = class.share.is_finite() && class.share >= 0.0;
            check(holds, "access.classes.share", "a number of at least 0", class.share)?;
        }
        let sum: f64 = self.classes.iter().map(|class| class.share).sum();
        check(sum > 0.0 && sum.is_finite(), "the sum of access.classes.share", "above 0", sum)?;
        Ok(Classes { all: self.classes.clone() })
    }
}

impl Attachment {
    /// A class of access links for every region, with the bandwidths of that region and the latency that all hosts have; and the
    /// class of every host, where hosts stand in the regions `chosen`.
    pub(crate) fn classes_of_regions(
        &self,
        regions: &[Region],
        chosen: &[u32],
    ) -> Result<(Classes, Vec<u8>), UnderlayError> {
        let given = "given, and the regions' table has bandwidths";
        let expected = "left out where access links have the bandwidths of regions";
        check(self.classes.is_empty(), "access.classes", expected, given)?;
        let number = regions.len();
        check(number <= MOST_CLASSES, "the number of regions with bandwidths", "at most 256", number)?;
        let latency = self.access.unwrap_or(Access::None);
        let class = |region: &Region| AccessClass {
            name: region.name.clone(),
            share: region.weight,
            up: region.up,
            down: region.down,
            ..AccessClass::only(latency)
        };
        let all = regions.iter().map(class).collect();
        Ok((Classes { all }, chosen.iter().map(|&region| region as u8).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Constant, HostId, Topology};
    use overlab_time::Span;

    fn class(name: &str, share: f64, milliseconds: [u64; 2]) -> AccessClass {
        let [minimum, maximum] = milliseconds.map(Span::from_millis);
        let latency = Access::Uniform { minimum, maximum };
        AccessClass { name: name.to_owned(), share, ..AccessClass::only(latency) }
    }

    fn attach(classes: Vec<AccessClass>, hosts: u32) -> crate::Underlay {
        let topology = Topology::constant(Constant { latency: Span::from_millis(20) });
        let attachment = Attachment { classes, ..Attachment::default() };
        topology.attach(hosts, &attachment, Seeds::new(1, 0)).unwrap()
    }

    #[test]
    fn hosts_draw_classes_by_share_and_latencies_within_them() {
        let classes = vec![
            class("fibre", 2.0, [1, 3]),
            class("dsl", 1.0, [8, 20]),
            class("mobile", 0.0, [15, 40]),
            class("cable", 1.0, [4, 10]),
        ];
        let underlay = attach(classes, 40_000);
        let mut counts = [0u32; 4];
        for host in (0..40_000).map(HostId) {
            counts[underlay.access_class(host)] += 1;
            let Access::Uniform { minimum, maximum } = underlay.access(host).latency else { unreachable!() };
            let drawn = Span(u64::from(underlay.attached[host.index()].access) * 100);
            assert!(minimum <= drawn && drawn <= maximum, "{drawn}");
        }
        // Binomial with 40,000 draws: one standard deviation is 100 at a half and 87 at a quarter.
        assert!(counts[0].abs_diff(20_000) < 400 && counts[1].abs_diff(10_000) < 350, "{counts:?}");
        assert_eq!(counts[2], 0);
    }

    #[test]
    fn what_a_host_draws_does_not_depend_on_how_many_there_are() {
        let classes =
            vec![class("fibre", 1.0, [1, 3]), class("dsl", 1.5, [8, 20]), class("mobile", 2.0, [15, 40])];
        let (few, many) = (attach(classes.clone(), 10), attach(classes, 1000));
        for host in (0..10).map(HostId) {
            assert_eq!(few.access(host), many.access(host));
        }
        assert_eq!(few.latency(HostId(3), HostId(4)), many.latency(HostId(3), HostId(4)));
    }

    #[test]
    fn without_classes_there_is_one() {
        let underlay = attach(Vec::new(), 3);
        assert_eq!(underlay.access_classes().len(), 1);
        assert_eq!(underlay.access(HostId(2)).latency, Access::None);
    }

    #[test]
    fn nonsense_is_refused() {
        let topology = Topology::constant(Constant { latency: Span::from_millis(20) });
        let refused = |attachment: Attachment| {
            topology.attach(3, &attachment, Seeds::new(1, 0)).unwrap_err().to_string()
        };
        let with =
            |share| Attachment { classes: vec![class("dsl", share, [8, 20])], ..Attachment::default() };
        assert!(refused(with(-1.0)).starts_with("access.classes.share must be a number of at least 0"));
        assert!(refused(with(0.0)).starts_with("the sum of access.classes.share must be above 0"));
        let both = Attachment { access: Some(Access::LAN), ..with(1.0) };
        assert!(refused(both).starts_with("access.latency must be left out"));
    }
}
