//! Faults at random times and places: a stationary renewal process.

use super::Episode;
use super::plan::{Delays, turn};
use crate::calendar::Calendar;
use crate::ground::GroundError;
use overlab_schema::scenario::RandomFaults;
use overlab_time::{Law, Purpose, Seeds, Time};
use overlab_underlay::{Location, Risks, Spots, Underlay};

/// The owner of the process's own stream; its faults are the owners from the next number on, above all events.
const PROCESS: u64 = 1 << 32;

/// Adds the random faults to `episodes`.
pub(super) fn faults(
    random: &RandomFaults,
    calendar: &Calendar,
    underlay: &Underlay,
    delays: &Delays,
    seeds: Seeds,
    episodes: &mut Vec<Episode>,
) -> Result<(), GroundError> {
    let law = |path: &str, law: &overlab_schema::scenario::SpanLaw| -> Result<Law, GroundError> {
        law.law().map_err(|error| GroundError::new(path, error))
    };
    let interval = law("faults.random.interval", &random.interval)?;
    let duration = law("faults.random.duration", &random.duration)?;
    let risks = Risks { router: random.shared_router, cable: random.shared_cable };
    let weights = [
        (Location::LastHop, random.locations.last_hop),
        (Location::Edge, random.locations.edge),
        (Location::Core, random.locations.core),
    ];
    let spots = Spots::new(underlay);
    if let Some((location, _)) =
        weights.iter().find(|(location, weight)| *weight > 0.0 && !spots.has(*location))
    {
        let message = format!(
            "gives weight to {:?}, but links between routers can fail only on a router graph: on other underlays write {{\"last_hop\": 1}}",
            location.name()
        );
        return Err(GroundError::new("faults.random.locations", message));
    }
    let total: f64 = weights.iter().map(|weight| weight.1).sum();
    let mut arrivals = seeds.stream(Purpose::Fault, PROCESS, 0);
    let mut now = if random.warmup { Time::ZERO } else { calendar.from };
    now = Time(now.0.saturating_add(interval.sample_residual(&mut arrivals).0));
    for owner in PROCESS + 1.. {
        if now >= calendar.to {
            break;
        }
        let stream = |turn| seeds.stream(Purpose::Fault, owner, turn);
        let mut place = stream(turn::SELECTION);
        let mut left = place.unit() * total;
        let at = weights.iter().find(|(_, weight)| {
            let here = left < *weight;
            left -= weight;
            here
        });
        // Rounding may leave a hair's breadth beyond the last.
        let location = at.map_or_else(|| last(&weights), |at| at.0);
        let strike = spots
            .draw(underlay, location, risks, &mut place)
            .map_err(|error| GroundError::new("faults.random.locations", error))?;
        let to = Time(now.0.saturating_add(duration.sample(&mut stream(turn::DURATION)).0.max(1)));
        let (mut fault, mut repair) = (stream(turn::WITHDRAWAL), stream(turn::REPAIR));
        episodes.push(delays.episode(strike, now, to, [&mut fault, &mut repair]));
        // Two faults a nanosecond apart are as good as two at once.
        now = Time(now.0.saturating_add(interval.sample(&mut arrivals).0.max(1)));
    }
    Ok(())
}

/// The last location with any weight.
fn last(weights: &[(Location, f64)]) -> Location {
    weights.iter().rev().find(|weight| weight.1 > 0.0).map_or(Location::LastHop, |weight| weight.0)
}
