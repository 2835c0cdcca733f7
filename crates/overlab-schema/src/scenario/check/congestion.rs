//! Checks of the capacities of links between routers and of the traffic of others.

use super::Findings;
use crate::scenario::{Background, CongestedLink, LinkCapacities, Scenario, SpanLaw, Underlay};
use overlab_time::Span;
use std::collections::BTreeSet;

impl Scenario {
    pub(super) fn check_congestion(&self, f: &mut Findings) {
        let Some(congestion) = &self.congestion else { return };
        if !self.underlay.has_routers() {
            f.add(
                "congestion",
                format!(
                    "needs links between routers, and \"{}\" has none: take an underlay with routers, or leave it out",
                    self.underlay.name()
                ),
            );
        }
        let (packet, buffer) = (congestion.packet, congestion.buffer);
        f.must(
            (1..=65_535).contains(&packet.0),
            "congestion.packet",
            packet,
            "at least 1B and at most 65535B",
        );
        f.positive("congestion.buffer", buffer, Span::from_secs(100));
        check_background(f, "congestion.background", &congestion.background);
        let mut seen = BTreeSet::new();
        for (index, link) in congestion.links.iter().enumerate() {
            let at = format!("congestion.links[{index}]");
            check_link(f, &at, link);
            let [a, b] = link.routers;
            if !seen.insert([a.min(b), a.max(b)]) {
                f.add(&format!("{at}.routers"), "name a link that is listed before: list each once");
            }
        }
        let elsewhere = congestion.links.iter().any(|link| link.capacity.is_some());
        if congestion.capacity == LinkCapacities::default()
            && !elsewhere
            && matches!(self.underlay, Underlay::TransitStub(_))
        {
            f.add(
                "congestion.capacity",
                "is empty, and the underlay tells no capacities of its own: give that of a class, such as \
                 {\"transit_stub\": \"10Mbps\"}, or of single links in congestion.links",
            );
        }
    }
}

fn check_link(f: &mut Findings, at: &str, link: &CongestedLink) {
    let [a, b] = link.routers;
    f.must(a != b, &format!("{at}.routers"), format!("[{a}, {b}]"), "two different routers");
    if link.capacity.is_none() && link.background.is_none() {
        f.add(at, "says nothing of its link: give \"capacity\", \"background\" or both");
    }
    if let Some(background) = &link.background {
        check_background(f, &format!("{at}.background"), background);
    }
}

fn check_background(f: &mut Findings, at: &str, background: &Background) {
    let share = "between 0 and 100";
    f.must((0.0..=100.0).contains(&background.share), &format!("{at}.share"), background.share, share);
    let (path, elastic) = (format!("{at}.elastic"), background.elastic);
    f.must((0.0..=1.0).contains(&elastic), &path, elastic, "between 0 and 1");
    if let Some(diurnal) = &background.diurnal {
        let (path, amplitude) = (format!("{at}.diurnal.amplitude"), diurnal.amplitude);
        f.must((0.0..=1.0).contains(&amplitude), &path, amplitude, "between 0 and 1");
        f.at_most(&format!("{at}.diurnal.peak"), diurnal.peak, Span::from_hours(24));
        f.at_most(&format!("{at}.diurnal.start"), diurnal.start, Span::from_hours(24));
    }
    if let Some(bursts) = &background.bursts {
        let path = format!("{at}.bursts.share");
        f.must((0.0..=100.0).contains(&bursts.share), &path, bursts.share, share);
        check_period(f, &format!("{at}.bursts.on"), &bursts.on);
        check_period(f, &format!("{at}.bursts.off"), &bursts.off);
    }
}

/// Shorter periods would make a run spend its time on bursts that no epoch tells apart.
fn check_period(f: &mut Findings, at: &str, law: &SpanLaw) {
    if let Err(error) = law.law() {
        f.add(at, error.to_string());
    }
    let mean = law.mean();
    f.must(mean >= Span::from_millis(1), &format!("{at}.{}.mean", law.name()), mean, "at least 1ms");
}
