//! From the timeline of a scenario to the faults of a replication.

use super::{Episode, Outages, convert, random};
use crate::calendar::Calendar;
use crate::ground::GroundError;
use overlab_schema::Scenario;
use overlab_schema::scenario::{Action, Fail, Faults};
use overlab_time::{Law, Purpose, Seeds, Span, Stream, Time};
use overlab_underlay::{Filter, Strike, Underlay};
use std::sync::Arc;

/// What an owner's streams are for, so that none of them depends on what another draws.
pub(super) mod turn {
    /// Which peers crash or leave: as events of the timeline draw.
    pub(crate) const SELECTION: u64 = 1;
    /// How routing meets the fault.
    pub(crate) const WITHDRAWAL: u64 = 2;
    /// How routing meets the repair.
    pub(crate) const REPAIR: u64 = 3;
    /// How long a random fault lasts.
    pub(crate) const DURATION: u64 = 4;
}

/// The two delays of routing, within and between domains.
pub(super) struct Delays {
    /// Detection and reconvergence within a domain.
    intradomain: [Law; 2],
    /// The same between domains.
    interdomain: [Law; 2],
}

impl Delays {
    fn new(faults: &Faults) -> Result<Self, GroundError> {
        let both = |name: &str, detection, reconvergence| {
            Ok([
                convert::delay(&format!("faults.detection.{name}"), detection)?,
                convert::delay(&format!("faults.reconvergence.{name}"), reconvergence)?,
            ])
        };
        let (detection, reconvergence) = (&faults.detection, &faults.reconvergence);
        Ok(Self {
            intradomain: both("intradomain", &detection.intradomain, &reconvergence.intradomain)?,
            interdomain: both("interdomain", &detection.interdomain, &reconvergence.interdomain)?,
        })
    }

    /// A fault from `from` to `to` as routing will see it; `streams` are those of the fault and of its repair.
    pub(super) fn episode(&self, strike: Strike, from: Time, to: Time, streams: [&mut Stream; 2]) -> Episode {
        let laws = if strike.interdomain { &self.interdomain } else { &self.intradomain };
        let believed = (!strike.damage.is_empty())
            .then(|| {
                let [fault, repair] = streams;
                let draw = |stream: &mut Stream| [laws[0].sample(stream), laws[1].sample(stream)];
                believed(from, to, draw(fault), draw(repair))
            })
            .flatten();
        Episode { strike, from, to, believed }
    }
}

/// Since when and until when routing avoids what is broken from `from` to `to`, given detection and reconvergence of the
/// fault and of the repair.
fn believed(from: Time, to: Time, fault: [Span; 2], repair: [Span; 2]) -> Option<(Time, Time)> {
    let after = |time: Time, spans: &[Span]| {
        Time(spans.iter().fold(time.0, |time, span| time.saturating_add(span.0)))
    };
    // What works again before anybody has noticed moves no route.
    if after(from, &fault[..1]) >= to {
        return None;
    }
    let begin = after(from, &fault);
    // A repair that routing hears of first waits until the fault has been dealt with.
    let end = if to == Time::NEVER { to } else { after(to, &repair).max(begin) };
    (begin < end).then_some((begin, end))
}

/// Whether anything of the network fails in a scenario.
pub(crate) fn any(scenario: &Scenario) -> bool {
    let random = scenario.faults.as_ref().is_some_and(|faults| faults.random.is_some());
    random || scenario.timeline.iter().any(|event| event.fail.is_some())
}

/// Whether something on the way between hosts can break, and not only hosts and what separates them.
pub(crate) fn breaks_paths(scenario: &Scenario) -> bool {
    let random = scenario.faults.as_ref().and_then(|faults| faults.random.as_ref());
    let hosts = |fail: &Fail| matches!(fail, Fail::Hosts(_) | Fail::Partition { .. } | Fail::Border { .. });
    random.is_some_and(|random| random.locations.edge + random.locations.core > 0.0)
        || scenario.timeline.iter().filter_map(|event| event.fail.as_ref()).any(|fail| !hosts(fail))
}

impl Outages {
    /// All faults of a scenario on a network; nothing where there are none.
    pub(crate) fn plan(
        scenario: &Scenario,
        calendar: &Calendar,
        underlay: &Arc<Underlay>,
        seeds: Seeds,
    ) -> Result<Option<Arc<Self>>, GroundError> {
        if !any(scenario) {
            return Ok(None);
        }
        let random = scenario.faults.as_ref().and_then(|faults| faults.random.as_ref());
        let defaults = Faults::default();
        let delays = Delays::new(scenario.faults.as_ref().unwrap_or(&defaults))?;
        let mut episodes = Vec::new();
        for (index, event) in scenario.timeline.iter().enumerate() {
            let Some(Action::Fail(fail, lasting)) = event.action() else { continue };
            let stream = |turn| seeds.stream(Purpose::Fault, index as u64, turn);
            let path = format!("timeline[{index}].fail.{}", convert::key(fail));
            let strike = convert::fault(fail).strike(underlay, &mut stream(turn::SELECTION));
            let strike = strike.map_err(|error| GroundError::new(&path, error))?;
            let from = calendar.from + event.at;
            let name = event.name();
            let repair = scenario.timeline.iter().find(|other| other.action() == Some(Action::Repair(&name)));
            let to = match (lasting, repair) {
                (Some(lasting), _) => Time(from.0.saturating_add(lasting.0)),
                (None, Some(repair)) => calendar.from + repair.at,
                (None, None) => Time::NEVER,
            };
            let (mut fault, mut repair) = (stream(turn::WITHDRAWAL), stream(turn::REPAIR));
            episodes.push(delays.episode(strike, from, to, [&mut fault, &mut repair]));
        }
        if let Some(random) = random {
            random::faults(random, calendar, underlay, &delays, seeds, &mut episodes)?;
        }
        if episodes.iter().any(|episode| !episode.strike.damage.is_empty()) {
            underlay.can_break().map_err(|error| GroundError::new("timeline", error))?;
        }
        let outages = Self::new(Arc::clone(underlay), episodes, calendar.end);
        for stage in &outages.stages {
            let barriers =
                stage.actual.iter().any(|at| outages.episodes[*at as usize].strike.barrier.is_some());
            if barriers && let Err(classes) = outages.filter(&stage.actual) {
                let most = Filter::MOST_CLASSES;
                let message = format!(
                    "has partitions and borders that at one moment divide the hosts into {classes} or more classes, but at most {most} are possible: let fewer hold at once"
                );
                return Err(GroundError::new("timeline", message));
            }
        }
        Ok(Some(Arc::new(outages)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routing_follows_what_happens_after_its_delays() {
        let (t, s) = (|seconds: u64| Time::ZERO + Span::from_secs(seconds), Span::from_secs);
        let (fault, repair) = ([s(10), s(20)], [s(5), s(7)]);
        assert_eq!(believed(t(100), t(500), fault, repair), Some((t(130), t(512))));
        assert_eq!(believed(t(100), Time::NEVER, fault, repair), Some((t(130), Time::NEVER)));
        // Repaired before it was seen; at the very instant; seen, and repaired while tables were still changing.
        assert_eq!(believed(t(100), t(109), fault, repair), None);
        assert_eq!(believed(t(100), t(110), fault, repair), None);
        assert_eq!(believed(t(100), t(125), fault, repair), Some((t(130), t(137))));
        assert_eq!(believed(t(100), t(111), fault, repair), None);
        // Without delays routes follow at once.
        let none = [Span::ZERO; 2];
        assert_eq!(believed(t(100), t(111), none, none), Some((t(100), t(111))));
    }
}
