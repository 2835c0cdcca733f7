//! Checks of published figures, as far as they need no results.

use super::Findings;
use crate::document::Path;
use crate::scenario::{Claim, Fit, Measure, Scenario};

impl Scenario {
    pub(super) fn check_published(&self, f: &mut Findings) {
        let Some(published) = &self.published else { return };
        f.one_line_of("published.source", &published.source, 300);
        for path in published.quick.keys() {
            let inside = path.parse::<Path>().is_ok_and(|path| !path.segments().is_empty());
            if !inside || path.starts_with("published") {
                f.add(
                    "published.quick",
                    format!("{path:?} is no path of a value that a first look could change"),
                );
            }
        }
        if published.claims.is_empty() {
            f.add("published.claims", "is empty: say what is claimed, or leave \"published\" out");
        }
        for (index, claim) in published.claims.iter().enumerate() {
            check_claim(f, &format!("published.claims[{index}]"), claim);
        }
    }
}

fn check_claim(f: &mut Findings, at: &str, claim: &Claim) {
    f.one_line_of(&format!("{at}.claim"), &claim.claim, 200);
    let tolerances = claim.relative.is_some() || claim.absolute.is_some();
    let bounds = claim.at_least.is_some() || claim.at_most.is_some();
    match (claim.expected.is_some(), tolerances, bounds) {
        (true, true, false) | (false, false, true) => {}
        (true, false, false) => f.add(
            at,
            "has an \"expected\" value without \"relative\" or \"absolute\": say how near is near enough",
        ),
        (false, true, false) => f.add(at, "has a tolerance without an \"expected\" value"),
        (false, false, false) => {
            f.add(at, "needs \"expected\" with \"relative\" or \"absolute\", or \"at_least\" or \"at_most\"");
        }
        (_, _, true) => f.add(at, "has bounds and an expected value: give one or the other"),
    }
    for (key, tolerance) in [("relative", claim.relative), ("absolute", claim.absolute)] {
        if let Some(tolerance) = tolerance {
            f.must(tolerance >= 0.0, &format!("{at}.{key}"), tolerance, "at least 0");
        }
    }
    if let (Some(low), Some(high)) = (claim.at_least, claim.at_most) {
        f.must(low <= high, &format!("{at}.at_most"), high, &format!("at least {low}, as \"at_least\" says"));
    }
    match &claim.measure {
        Measure::Slope(fit) => check_fit(f, &format!("{at}.measure.slope"), fit),
        Measure::Explained(fit) => check_fit(f, &format!("{at}.measure.explained"), fit),
        Measure::HopsDistance(distance) => {
            let sum: f64 = distance.shares.iter().sum();
            let all = distance.shares.iter().all(|share| (0.0..=1.0).contains(share));
            let at = format!("{at}.measure.hops_distance.shares");
            f.must(
                all && (sum - 1.0).abs() <= 0.01,
                &at,
                format!("a list of sum {sum}"),
                "shares that sum to 1 within 0.01",
            );
        }
        Measure::Metric(_) | Measure::Ratio(_) | Measure::Difference(_) => {}
    }
}

fn check_fit(f: &mut Findings, at: &str, fit: &Fit) {
    let mut places: Vec<f64> = fit.places.iter().map(|(_, place)| *place).collect();
    places.sort_unstable_by(f64::total_cmp);
    places.dedup();
    let count = format!("a list with {} different places", places.len());
    f.must(places.len() >= 2, &format!("{at}.places"), count, "at least two, for a line");
}
