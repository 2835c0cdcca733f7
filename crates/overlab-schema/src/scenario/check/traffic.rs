//! Checks of what is asked of the overlays and of what happens to their peers.

use super::{Findings, LONGEST, fault::check_fail, network::check_file};
use crate::misfit::Part;
use crate::scenario::{Action, Keys, Scenario, Share, Workload};
use overlab_time::{LawError, Span};

impl Scenario {
    pub(super) fn check_workload(&self, f: &mut Findings) {
        let workload = match &self.workload {
            Workload::KeyRouting(workload) => workload,
            Workload::StaticKeyRouting(asked) => return self.check_static(asked, f),
        };
        f.positive("workload.key_routing.deadline", workload.deadline, Span::from_hours(1));
        if let Keys::Zipf { exponent, catalogue } = workload.keys {
            let at = |key: &str| format!("workload.key_routing.keys.zipf.{key}");
            f.must((0.0..=10.0).contains(&exponent), &at("exponent"), exponent, "between 0 and 10");
            f.must(
                (1..=10_000_000).contains(&catalogue),
                &at("catalogue"),
                catalogue,
                "between 1 and 10000000",
            );
        }
    }

    pub(super) fn check_churn(&self, f: &mut Findings) {
        let Some(churn) = &self.churn else { return };
        let laws = [("session", churn.session), ("downtime", churn.downtime)];
        match (laws.iter().filter(|(_, law)| law.is_some()).count(), churn.trace.is_some()) {
            (0, true) | (2, false) => {}
            (0, false) => f.add("churn", "needs \"session\" and \"downtime\", or \"trace\""),
            (_, true) => {
                let message = "needs either \"session\" and \"downtime\" or \"trace\", and has both";
                f.add_part("churn", message, Part::Keys);
            }
            (_, false) => f.add("churn", "needs both of \"session\" and \"downtime\""),
        }
        for (key, law) in laws {
            let Some(law) = law else { continue };
            let at = |parameter: &str| format!("churn.{key}.{}.{parameter}", law.name());
            match law.law() {
                Ok(_) => f.at_most(&at("mean"), law.mean(), LONGEST),
                Err(error @ LawError::NoMean(_)) => f.add(&at("alpha"), error.to_string()),
                Err(LawError::Parameter { parameter, expected, value }) => {
                    f.must(false, &at(parameter), value, expected);
                }
                Err(error) => f.add(&at("mean"), error.to_string()),
            }
        }
        if let Some(trace) = &churn.trace {
            check_file(f, "churn.trace.file", &trace.file);
            f.at_most("churn.trace.merge_gaps", trace.merge_gaps, LONGEST);
        }
        f.probability("churn.graceful", churn.graceful);
    }

    pub(super) fn warn_churn(&self, f: &mut Findings) {
        let Some(churn) = &self.churn else { return };
        for (key, law) in [("session", churn.session), ("downtime", churn.downtime)] {
            let Some(law) = law else { continue };
            if law.law().is_ok_and(|law| law.second_moment().is_infinite()) {
                let cure = "means converge slowly, so look at medians or choose another alpha";
                f.add(&format!("churn.{key}.{}", law.name()), format!("has an infinite variance: {cure}"));
            }
        }
    }

    pub(super) fn check_timeline(&self, f: &mut Findings) {
        let count = self.timeline.len();
        f.must(count <= 1000, "timeline", format!("a list of {count}"), "at most 1000 events");
        for (index, event) in self.timeline.iter().enumerate() {
            let at = |key: &str| format!("timeline[{index}].{key}");
            if let Some(name) = &event.name {
                f.one_line(&at("name"), name);
            }
            if event.at >= self.time.measure {
                let (when, end) = (event.at, self.time.measure);
                f.add(&at("at"), format!("is {when}, but the measured period ends after {end}"));
            }
            let given =
                [event.crash.is_some(), event.leave.is_some(), event.fail.is_some(), event.repair.is_some()];
            let given = given.into_iter().filter(|given| *given).count();
            let keys = "\"crash\", \"leave\", \"fail\" and \"repair\"";
            f.exactly_one(&format!("timeline[{index}]"), keys, given);
            if event.lasting.is_some() && event.fail.is_none() {
                f.add(&at("for"), "is said of an event that fails nothing: give it beside \"fail\"");
            }
            let (key, share) = match event.action() {
                Some(Action::Crash(share)) => ("crash", share),
                Some(Action::Leave(share)) => ("leave", share),
                Some(Action::Fail(fail, lasting)) => {
                    check_fail(f, index, fail, lasting);
                    continue;
                }
                Some(Action::Repair(name)) => {
                    self.check_repair(f, index, name);
                    continue;
                }
                None => continue,
            };
            if let Share::Fraction(fraction) = share {
                let must = "a share between 0 and 1";
                f.must((0.0..=1.0).contains(&fraction), &at(&format!("{key}.fraction")), fraction, must);
            }
        }
    }
}
