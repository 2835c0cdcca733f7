//! Checks of what fails; whether it exists in the underlay is found out when that is built.

use super::{Findings, LONGEST};
use crate::nearest::shorten;
use crate::scenario::{Action, Fail, RoutingDelay, Scenario, Selection, SpanLaw};
use overlab_time::{LawError, Span};
use std::collections::BTreeSet;

/// More events than this in a run, each with routes of its own, are a slip of the pen.
const MOST_FAULTS: f64 = 100_000.0;
/// More entries than this in a list are a slip of the pen.
const LONGEST_LIST: usize = 1000;

pub(super) fn check_fail(f: &mut Findings, index: usize, fail: &Fail, lasting: Option<Span>) {
    let at = |key: &str| format!("timeline[{index}].fail.{key}");
    if let Some(lasting) = lasting {
        f.positive(&format!("timeline[{index}].for"), lasting, LONGEST);
    }
    match fail {
        Fail::Link([a, b]) => {
            f.must(a != b, &at("link"), format!("[{a}, {b}]"), "two different routers");
        }
        Fail::Router(_) | Fail::AutonomousSystem(_) => {}
        Fail::Hosts(selection) => check_selection(f, &at("hosts"), selection),
        Fail::Region(selection) => {
            check_selection(f, &at("region"), selection);
            if let Selection::Half(_) | Selection::Fraction(_) | Selection::Count(_) = selection {
                let must = "a \"disc\", \"countries\" or \"autonomous_systems\"; \"hosts\" and \"partition\" take other selections";
                f.add(&at("region"), format!("must be {must}"));
            }
        }
        Fail::Cable(name) => f.one_line(&at("cable"), name),
        Fail::Partition { parts } => {
            let (count, at) = (parts.len(), at("partition.parts"));
            f.must((1..=100).contains(&count), &at, format!("a list of {count}"), "of 1 to 100 parts");
            for (part, selection) in parts.iter().enumerate() {
                check_selection(f, &format!("{at}[{part}]"), selection);
            }
        }
        Fail::Border { around, drop, .. } => {
            check_selection(f, &at("border.around"), around);
            f.probability(&at("border.drop"), *drop);
        }
    }
}

fn check_selection(f: &mut Findings, at: &str, selection: &Selection) {
    let mut list = |key: &str, length: usize, distinct: usize| {
        let at = format!("{at}.{key}");
        f.must(
            (1..=LONGEST_LIST).contains(&length),
            &at,
            format!("a list of {length}"),
            "of 1 to 1000 entries",
        );
        if distinct < length {
            f.add(&at, "names something twice: name each once");
        }
    };
    match selection {
        Selection::Countries(countries) => {
            let distinct: BTreeSet<String> = countries.iter().map(|code| code.to_ascii_uppercase()).collect();
            list("countries", countries.len(), distinct.len());
            for (index, code) in countries.iter().enumerate() {
                let holds = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
                let at = format!("{at}.countries[{index}]");
                f.must(
                    holds,
                    &at,
                    format!("{:?}", shorten(code)),
                    "the two letters of a country, such as \"DE\"",
                );
            }
        }
        Selection::AutonomousSystems(numbers) => {
            let distinct: BTreeSet<&u32> = numbers.iter().collect();
            list("autonomous_systems", numbers.len(), distinct.len());
        }
        Selection::Disc { latitude, longitude, .. } => {
            let holds = (-90.0..=90.0).contains(latitude);
            f.must(holds, &format!("{at}.disc.latitude"), latitude, "between -90 and 90");
            let holds = (-180.0..=180.0).contains(longitude);
            f.must(holds, &format!("{at}.disc.longitude"), longitude, "between -180 and 180");
        }
        Selection::Half(_) => {}
        Selection::Fraction(fraction) => {
            let holds = (0.0..=1.0).contains(fraction);
            f.must(holds, &format!("{at}.fraction"), fraction, "a share between 0 and 1");
        }
        Selection::Count(count) => f.must(*count >= 1, &format!("{at}.count"), count, "at least 1"),
    }
}

impl Scenario {
    /// A repair needs exactly one fault of its name, not later and without an end of its own.
    pub(super) fn check_repair(&self, f: &mut Findings, index: usize, name: &str) {
        let at = format!("timeline[{index}].repair");
        let when = self.timeline[index].at;
        let faults = self.timeline.iter().filter(|event| event.fail.is_some() && event.name() == name);
        let faults: Vec<_> = faults.collect();
        match faults[..] {
            [fault] if fault.at > when => {
                f.add(&at, format!("is at {when}, but {:?} fails only at {}", shorten(name), fault.at));
            }
            [fault] if fault.lasting.is_some() => {
                f.add(
                    &at,
                    format!("is of {:?}, which ends by its own \"for\": leave out one", shorten(name)),
                );
            }
            [_] => {
                let same =
                    |event: &&crate::scenario::TimelineEvent| event.action() == Some(Action::Repair(name));
                if self.timeline[..index].iter().filter(same).count() > 0 {
                    f.add(
                        &at,
                        format!("is of {:?}, which was repaired before: repair it once", shorten(name)),
                    );
                }
            }
            [] if self.timeline.iter().all(|event| event.fail.is_none()) => {
                f.add(&at, format!("is of {:?}, but nothing on this timeline fails", shorten(name)));
            }
            [] => {
                let names: Vec<String> = self
                    .timeline
                    .iter()
                    .filter(|e| e.fail.is_some())
                    .map(super::super::TimelineEvent::name)
                    .collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                f.add(&at, crate::nearest::unknown_name("fault", name, &names));
            }
            _ => {
                f.add(
                    &at,
                    format!("{:?} is the name of several faults: give each a \"name\"", shorten(name)),
                );
            }
        }
    }

    pub(super) fn check_faults(&self, f: &mut Findings) {
        let Some(faults) = &self.faults else { return };
        for (key, delay) in [("detection", &faults.detection), ("reconvergence", &faults.reconvergence)] {
            let RoutingDelay { intradomain, interdomain } = delay;
            check_delay(f, &format!("faults.{key}.intradomain"), intradomain);
            check_delay(f, &format!("faults.{key}.interdomain"), interdomain);
        }
        let Some(random) = &faults.random else { return };
        check_law(f, "faults.random.interval", &random.interval);
        check_law(f, "faults.random.duration", &random.duration);
        let shortest = self.time.measure.as_seconds() / MOST_FAULTS;
        if random.interval.mean().as_seconds() < shortest {
            let must = format!(
                "at least {}: there would be more than 100000 faults",
                Span::from_seconds_f64(shortest)
            );
            let at = format!("faults.random.interval.{}.mean", random.interval.name());
            f.must(false, &at, random.interval.mean(), &must);
        }
        f.probability("faults.random.shared_router", random.shared_router);
        f.probability("faults.random.shared_cable", random.shared_cable);
        let locations = &random.locations;
        let weights = [("last_hop", locations.last_hop), ("edge", locations.edge), ("core", locations.core)];
        for (key, weight) in weights {
            let holds = (0.0..=1e6).contains(&weight);
            f.must(holds, &format!("faults.random.locations.{key}"), weight, "between 0 and 1000000");
        }
        if weights.iter().all(|(_, weight)| *weight == 0.0) {
            f.add(
                "faults.random.locations",
                "has no weight above zero: give one to \"last_hop\", \"edge\" or \"core\"",
            );
        }
    }
}

impl Scenario {
    pub(super) fn check_reachability(&self, f: &mut Findings) {
        let Some(reachability) = &self.reachability else { return };
        let mut shares = vec![("reachability".to_owned(), [reachability.nat, reachability.outbound_only])];
        let classes = self.access.iter().flat_map(|access| &access.classes);
        let names: Vec<&str> = classes.map(|class| class.name.as_str()).collect();
        for (name, of) in &reachability.by_class {
            let at = format!("reachability.by_class.{name}");
            if !names.contains(&name.as_str()) {
                f.add("reachability.by_class", crate::nearest::unknown_name("access class", name, &names));
                continue;
            }
            shares.push((at, [of.nat, of.outbound_only]));
        }
        for (at, [nat, outbound_only]) in shares {
            f.probability(&format!("{at}.nat"), nat);
            f.probability(&format!("{at}.outbound_only"), outbound_only);
            if nat + outbound_only > 1.0 + 1e-9 {
                let sum = nat + outbound_only;
                f.add(
                    &at,
                    format!("has \"nat\" and \"outbound_only\" of {sum} together: let them be 1 at most"),
                );
            }
        }
        f.positive("reachability.mapping_timeout", reachability.mapping_timeout, LONGEST);
    }
}

/// A delay may be constantly zero.
fn check_delay(f: &mut Findings, at: &str, law: &SpanLaw) {
    if !matches!(law, SpanLaw::Constant { mean: Span::ZERO }) {
        check_law(f, at, law);
    }
}

fn check_law(f: &mut Findings, at: &str, law: &SpanLaw) {
    let within = |parameter: &str| format!("{at}.{}.{parameter}", law.name());
    match law.law() {
        Ok(_) => f.at_most(&within("mean"), law.mean(), LONGEST),
        Err(error @ LawError::NoMean(_)) => f.add(&within("alpha"), error.to_string()),
        Err(LawError::Parameter { parameter, expected, value }) => {
            f.must(false, &within(parameter), value, expected);
        }
        Err(error) => f.add(&within("mean"), error.to_string()),
    }
}
