//! Faults as a scenario describes them, in the terms of the underlay's own crate.

use crate::ground::GroundError;
use overlab_schema::scenario as s;
use overlab_underlay as u;

/// What fails. Countries have been checked to be two letters.
pub(super) fn fault(fail: &s::Fail) -> u::Fault {
    match fail {
        s::Fail::Link([from, to]) => u::Fault::Link([router(from), router(to)]),
        s::Fail::Router(name) => u::Fault::Router(router(name)),
        s::Fail::AutonomousSystem(number) => u::Fault::AutonomousSystem(*number),
        s::Fail::Hosts(some) => u::Fault::Hosts(selection(some)),
        s::Fail::Region(some) => u::Fault::Region(selection(some)),
        s::Fail::Cable(name) => u::Fault::Cable(name.clone()),
        s::Fail::Partition { parts } => u::Fault::Partition(parts.iter().map(selection).collect()),
        s::Fail::Border { around, drop, direction } => {
            let (inward, outward) = match direction {
                s::Direction::Both => (*drop, *drop),
                s::Direction::Inward => (*drop, 0.0),
                s::Direction::Outward => (0.0, *drop),
            };
            u::Fault::Border { around: selection(around), inward, outward }
        }
    }
}

fn router(name: &s::RouterName) -> u::RouterName {
    match name {
        s::RouterName::Number(number) => u::RouterName::Number(*number),
        s::RouterName::Label(label) => u::RouterName::Label(label.clone()),
    }
}

fn selection(some: &s::Selection) -> u::Selection {
    match some {
        s::Selection::Countries(countries) => {
            u::Selection::Countries(countries.iter().filter_map(|code| u::Country::new(code)).collect())
        }
        s::Selection::AutonomousSystems(numbers) => u::Selection::AutonomousSystems(numbers.clone()),
        s::Selection::Disc { latitude, longitude, radius } => {
            let (latitude, longitude) = (*latitude, *longitude);
            u::Selection::Disc { latitude, longitude, kilometres: radius.kilometres() }
        }
        s::Selection::Half(side) => u::Selection::Half(match side {
            s::Side::West => u::Side::West,
            s::Side::East => u::Side::East,
            s::Side::South => u::Side::South,
            s::Side::North => u::Side::North,
        }),
        s::Selection::Fraction(fraction) => u::Selection::Fraction(*fraction),
        s::Selection::Count(count) => u::Selection::Count(*count),
    }
}

/// The key of a fault, for the path of an error.
pub(super) fn key(fail: &s::Fail) -> &'static str {
    match fail {
        s::Fail::Link(_) => "link",
        s::Fail::Router(_) => "router",
        s::Fail::AutonomousSystem(_) => "autonomous_system",
        s::Fail::Hosts(_) => "hosts",
        s::Fail::Region(_) => "region",
        s::Fail::Cable(_) => "cable",
        s::Fail::Partition { .. } => "partition",
        s::Fail::Border { .. } => "border",
    }
}

/// The delay of routing as a law; a constant of zero is none at all.
pub(super) fn delay(path: &str, law: &s::SpanLaw) -> Result<overlab_time::Law, GroundError> {
    match law {
        s::SpanLaw::Constant { mean } => Ok(overlab_time::Law::constant(*mean)),
        law => law.law().map_err(|error| GroundError::new(path, error)),
    }
}
