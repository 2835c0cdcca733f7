//! What types alone cannot say: ranges, exclusive keys, sizes that no machine has.

mod congestion;
mod fault;
mod generators;
mod graph;
mod internet;
mod measured;
mod network;
mod placement;
mod published;
mod replications;
mod routing;
mod static_key_routing;
mod traffic;

use super::Scenario;
use crate::document::Path;
use crate::misfit::{Part, describe};
use crate::nearest::shorten;
use overlab_time::Span;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Display;

/// Something that is wrong, or to be looked at, with the value at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) path: Path,
    pub(crate) message: String,
    pub(crate) part: Part,
}

/// Collects findings.
#[derive(Debug, Default)]
struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    /// Adds a finding about the value at `path`, given as text.
    fn add(&mut self, path: &str, message: impl Into<String>) {
        self.add_part(path, message, Part::Value);
    }

    fn add_part(&mut self, path: &str, message: impl Into<String>, part: Part) {
        let path = path.parse().expect("paths of checks are well formed");
        self.found.push(Finding { path, message: message.into(), part });
    }

    /// Adds a finding unless `holds`: what the value is and what it must be.
    fn must(&mut self, holds: bool, path: &str, value: impl Display, must: &str) {
        if !holds {
            self.add(path, format!("is {value}, but must be {must}"));
        }
    }

    /// Adds a finding unless the text can stand in a table.
    fn one_line(&mut self, path: &str, text: &str) {
        self.one_line_of(path, text, 100);
    }

    /// The same for text of at most `longest` characters.
    fn one_line_of(&mut self, path: &str, text: &str, longest: usize) {
        let holds =
            !text.trim().is_empty() && text.chars().count() <= longest && !text.contains(char::is_control);
        let shown = format!("{:?}", shorten(text));
        self.must(holds, path, shown, &format!("text of one line and at most {longest} characters"));
    }

    fn probability(&mut self, path: &str, value: f64) {
        self.must((0.0..=1.0).contains(&value), path, value, "a probability between 0 and 1");
    }

    /// Adds a finding unless the time is longer than zero and at most `longest`.
    fn positive(&mut self, path: &str, value: Span, longest: Span) {
        self.must(
            value > Span::ZERO && value <= longest,
            path,
            value,
            &format!("longer than zero and at most {longest}"),
        );
    }

    /// Adds a finding unless the time is at most `longest`.
    fn at_most(&mut self, path: &str, value: Span, longest: Span) {
        self.must(value <= longest, path, value, &format!("at most {longest}"));
    }

    /// Adds a finding about an object with not exactly one of several keys.
    fn exactly_one(&mut self, path: &str, keys: &str, given: usize) {
        match given {
            1 => {}
            0 => self.add(path, format!("needs exactly one of {keys}, and has none")),
            _ => {
                self.add_part(
                    path,
                    format!("needs exactly one of {keys}, and has more than one"),
                    Part::Keys,
                );
            }
        }
    }
}

/// Longer simulated periods than this are a slip of the pen.
const LONGEST: Span = Span::from_hours(10 * 365 * 24);
/// More peers than a dense number of 32 bits can name.
const MOST_PEERS: u64 = u32::MAX as u64;

impl Scenario {
    /// Finds fault with the version, which is looked at before anything else.
    pub(crate) fn check_version(value: &Value) -> Option<Finding> {
        let version = value.get("version")?;
        if version.as_u64() == Some(Self::VERSION) {
            return None;
        }
        let known = Self::VERSION;
        let message =
            format!("is {}, but this program reads version {known}: write {known}", describe(version));
        Some(Finding { path: Path::root().key("version"), message, part: Part::Value })
    }

    /// Everything that cannot be.
    pub(crate) fn check(&self) -> Vec<Finding> {
        let mut findings = Findings::default();
        self.check_name(&mut findings);
        self.check_time(&mut findings);
        self.check_underlay(&mut findings);
        self.check_network(&mut findings);
        self.check_congestion(&mut findings);
        self.check_placement(&mut findings);
        self.check_routing(&mut findings);
        self.check_peers(&mut findings);
        self.check_overlays(&mut findings);
        self.check_workload(&mut findings);
        self.check_churn(&mut findings);
        self.check_timeline(&mut findings);
        self.check_faults(&mut findings);
        self.check_reachability(&mut findings);
        self.check_published(&mut findings);
        let f = &mut findings;
        self.check_replications(f);
        let mut seen = BTreeSet::new();
        for (index, redrawn) in self.fixed.iter().enumerate() {
            if !seen.insert(redrawn) {
                f.add(&format!("fixed[{index}]"), "is listed twice: name each once");
            }
        }
        findings.found
    }

    /// What is allowed, but should be looked at before the figures are trusted.
    pub(crate) fn warnings(&self) -> Vec<Finding> {
        let mut findings = Findings::default();
        self.warn_churn(&mut findings);
        if self.replications.at_most() == 1 {
            findings.add("replications", "is 1: there will be no confidence intervals");
        }
        if let (super::Start::Joins { over, .. }, Some(super::Warmup::Fixed(warmup))) =
            (self.peers.start, &self.time.warmup)
            && over > *warmup
        {
            findings.add("peers.start.joins.over", format!("is {over}, but the warm-up ends after {warmup}"));
        }
        findings.found
    }

    fn check_name(&self, f: &mut Findings) {
        let name = &self.name;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.len() > 100 || name.starts_with('.') || !name.chars().all(plain) {
            let cure = "of letters, digits, \"-\", \"_\" and \".\", at most 100, and not begin with a dot: it names a folder";
            f.add("name", format!("is {:?}, but must consist {cure}", shorten(name)));
        }
    }

    fn check_time(&self, f: &mut Findings) {
        let time = &self.time;
        if self.is_static() {
            return;
        }
        if time.is_unset() {
            f.add("time", "is missing: say how long to measure, such as \"time\": { \"measure\": \"1h\" }");
            return;
        }
        match &time.warmup {
            Some(super::Warmup::Fixed(warmup)) => f.at_most("time.warmup", *warmup, LONGEST),
            Some(super::Warmup::Detected(detected)) => {
                if let Some(within) = detected.within {
                    f.positive("time.warmup.detected.within", within, LONGEST);
                }
                let (path, pilots) = ("time.warmup.detected.pilots", detected.pilots);
                f.must((1..=100).contains(&pilots), path, pilots, "between 1 and 100");
                if detected.metrics.is_empty() {
                    let path = "time.warmup.detected.metrics";
                    f.add(path, "is empty: name the metrics to look at, such as \"lookup.latency_ms\"");
                }
            }
            None => {}
        }
        f.positive("time.measure", time.measure, LONGEST);
        let shortest = Span::from_millis(1);
        f.must(
            time.epoch >= shortest && time.epoch <= LONGEST,
            "time.epoch",
            time.epoch,
            "at least 1ms and at most 10 years",
        );
        if let Some(sample) = time.sample {
            let must = "longer than zero, at most time.measure, and at least a 100000th of it";
            let holds = sample > Span::ZERO && sample <= time.measure && time.measure.0 / sample.0 <= 100_000;
            f.must(holds, "time.sample", sample, must);
        }
    }

    fn check_peers(&self, f: &mut Findings) {
        let peers = &self.peers;
        let given = usize::from(peers.count.is_some()) + usize::from(peers.pool.is_some());
        f.exactly_one("peers", "\"count\" and \"pool\"", given);
        for (path, number) in [("peers.count", peers.count), ("peers.pool", peers.pool)] {
            let Some(number) = number else { continue };
            f.must((1..=MOST_PEERS).contains(&number), path, number, &format!("between 1 and {MOST_PEERS}"));
            let identities = u64::from(peers.identities_per_host);
            let holds = identities >= 1 && identities <= number.max(1);
            f.must(
                holds,
                "peers.identities_per_host",
                identities,
                "at least 1 and at most the number of peers",
            );
        }
        let introductions = peers.introductions;
        f.must(
            (1..=1000).contains(&introductions),
            "peers.introductions",
            introductions,
            "between 1 and 1000",
        );
        let retry = peers.join_retry;
        f.must(retry >= Span::from_millis(1), "peers.join_retry", retry, "at least 1ms");
        // Live peers are a share of the pool, so the pool may be too large where its live part is not.
        if let (Some(count), Some(availability)) =
            (peers.count, self.churn.as_ref().and_then(super::Churn::availability))
            && count <= MOST_PEERS
            && availability > 0.0
            && count as f64 / availability > MOST_PEERS as f64
        {
            let message = format!(
                "needs a pool of {:.0} identities at an availability of {availability:.4}",
                count as f64 / availability
            );
            f.add("peers.count", format!("{message}, but at most {MOST_PEERS} are possible"));
        }
        if let super::Start::Joins { over, .. } = peers.start {
            f.at_most("peers.start.joins.over", over, LONGEST);
        }
    }

    fn check_overlays(&self, f: &mut Findings) {
        if self.overlays.is_empty() {
            f.add("overlays", "is empty: name at least one, such as {\"algorithm\": {\"chord\": {}}}");
        }
        f.must(
            self.overlays.len() <= 100,
            "overlays",
            format!("a list of {}", self.overlays.len()),
            "at most 100 overlays",
        );
        let mut labels = BTreeSet::new();
        for (index, overlay) in self.overlays.iter().enumerate() {
            let at = |key: &str| format!("overlays[{index}].{key}");
            if let Some(label) = &overlay.label {
                if !labels.insert(label) {
                    let cure = "each overlay needs its own";
                    f.add(
                        &at("label"),
                        format!("{:?} is the label of an earlier overlay: {cure}", shorten(label)),
                    );
                }
                f.one_line(&at("label"), label);
            }
            // It stands in tables, paths of the command line and file names, and is the label by default.
            let name = &overlay.algorithm.name;
            let word = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
            if name.is_empty() || name.len() > 60 || !name.chars().all(word) {
                let cure = "must consist of letters, digits, \"-\" and \"_\", at most 60";
                let message = format!("the name of an algorithm {cure}, not be {:?}", shorten(name));
                f.add(&at("algorithm"), message);
            }
            for (key, number) in [
                ("lookup.parallelism", overlay.lookup.parallelism),
                ("lookup.redundancy", overlay.lookup.redundancy),
            ] {
                if let Some(number) = number {
                    f.must((1..=1000).contains(&number), &at(key), number, "between 1 and 1000");
                }
            }
            f.positive(&at("rpc.timeout"), overlay.rpc.timeout, Span::from_hours(1));
            f.must(overlay.rpc.retries <= 100, &at("rpc.retries"), overlay.rpc.retries, "at most 100");
        }
        if let Some(adversary) = &self.adversary {
            f.probability("adversary.fraction", adversary.fraction);
        }
    }
}
