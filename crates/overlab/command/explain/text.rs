//! Explanations for people.

use crate::command::table::Table;
use overlab_lab::{Explanation, Fate, Leg, LegKind, Parts, Step};

/// An explanation; `measured_ns` is when the measured period begins.
pub(super) fn explanation(explanation: &Explanation, measured_ns: u64) -> String {
    let Explanation { lookup, overlay, origin, key, steps, path, .. } = explanation;
    let at = seconds(explanation.issued_ns, measured_ns);
    let mut text = format!(
        "lookup {lookup}: {overlay}, peer {origin} looks up {key} at {at} s\n{}\n\n",
        outcome(explanation)
    );
    let mut table = Table::new("rrl");
    table.row(["at ms", "took ms", "waited for"]);
    for leg in path {
        let what = what(leg, steps);
        table.row([millis(leg.from_ns - explanation.issued_ns), millis(leg.to_ns - leg.from_ns), what]);
    }
    text.push_str(&table.text());
    text.push_str(&format!("\n{}\n", sum(explanation)));
    let aside: Vec<&Step> = steps.iter().filter(|step| !step.critical).collect();
    if !aside.is_empty() {
        let mut table = Table::new("rrl");
        table.row(["at ms", "took ms", "beside that"]);
        for step in aside {
            let took = step.received_ns.map_or_else(String::new, |at| millis(at - step.sent_ns));
            // A lookup's own timer may have seen to what was sent before it: times are never before the issue.
            table.row([millis(step.sent_ns.saturating_sub(explanation.issued_ns)), took, told(step)]);
        }
        text.push_str(&format!("\n{}", table.text()));
    }
    if !explanation.troubles.is_empty() {
        let told = explanation.troubles.iter().map(|trouble| {
            let at = millis(trouble.at_ns.saturating_sub(explanation.issued_ns));
            format!("{} at peer {} after {at} ms", words(trouble.cause), trouble.peer)
        });
        text.push_str(&format!("\nmet: {}\n", told.collect::<Vec<_>>().join("; ")));
    }
    text.push('\n');
    text
}

/// How it ended.
fn outcome(explanation: &Explanation) -> String {
    let took = millis(explanation.latency_ns());
    let mut text = match (explanation.answer, explanation.correct, explanation.cause.as_deref()) {
        (Some(owner), true, _) => format!("answered by {owner}, rightly, after {took} ms"),
        (Some(owner), false, cause) => {
            format!("answered by {owner} after {took} ms, but {}", words(cause.unwrap_or("wrong")))
        }
        (None, _, cause) => format!("failed after {took} ms: {}", words(cause.unwrap_or("no answer"))),
    };
    if let Some(hops) = explanation.hops {
        text.push_str(&format!("; {}", count(hops, "hop")));
    }
    let (timeouts, messages) = (explanation.timeouts, explanation.messages);
    format!("{text}; {}, {}", count(timeouts, "timeout"), count(messages, "message"))
}

fn count(number: u32, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// A name of the metrics in words.
fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn what(leg: &Leg, steps: &[Step]) -> String {
    match (leg.kind, leg.step.map(|step| &steps[step])) {
        (LegKind::Message, Some(step)) => told(step),
        (LegKind::Timeout, Some(step)) => format!("no answer in time: {}", told(step)),
        _ => "nothing under way".to_owned(),
    }
}

/// A message in words.
fn told(step: &Step) -> String {
    let Step { kind, from, to, .. } = step;
    let mut text = format!("{kind} {from} -> {to}");
    if let Some(informant) = step.named_by {
        text.push_str(&match (step.entry.as_deref(), informant == *from) {
            (Some(entry), true) => format!(", its {entry}"),
            (Some(entry), false) => format!(", {entry} of {informant}"),
            (None, _) => format!(", an entry that {informant} has dropped since"),
        });
    }
    let ways = ways(&step.parts);
    if !ways.is_empty() {
        text.push_str(&format!(" ({ways})"));
    }
    let gone = step.gone_for_ns.map(|gone| format!("gone for {:.1} s", gone as f64 / 1e9));
    match (&step.fate, gone) {
        (Fate::Delivered, _) => {}
        (Fate::Stranger, Some(gone)) => text.push_str(&format!(": {gone}, somebody else lives there")),
        (Fate::Stranger, None) => text.push_str(": somebody else lives there"),
        (Fate::Nobody, Some(gone)) if step.named_by.is_some() => text.push_str(&format!(": stale, {gone}")),
        (Fate::Nobody, Some(gone)) => text.push_str(&format!(": {gone}")),
        (Fate::Nobody, None) => text.push_str(": nobody is there"),
        (Fate::Lost(loss), _) => text.push_str(&format!(": lost ({loss})")),
        (Fate::UnderWay, _) => text.push_str(": still under way at the end"),
    }
    text
}

/// What of a message's way was not propagation.
fn ways(parts: &Parts) -> String {
    let named = [
        ("on access links", parts.transmission_ns),
        ("in their queues", parts.access_queues_ns),
        ("in queues between routers", parts.core_queues_ns),
    ];
    let told = named.iter().filter(|part| part.1 > 0).map(|(name, ns)| format!("{} ms {name}", millis(*ns)));
    told.collect::<Vec<_>>().join(", ")
}

/// What the time went into, as a sum.
fn sum(explanation: &Explanation) -> String {
    let parts = &explanation.parts;
    let named = [
        ("propagation", parts.propagation_ns),
        ("on access links", parts.transmission_ns),
        ("in their queues", parts.access_queues_ns),
        ("in queues between routers", parts.core_queues_ns),
        ("waiting for no answer", parts.timeouts_ns),
        ("idle", parts.idle_ns),
    ];
    let told = named.iter().filter(|part| part.1 > 0).map(|(name, ns)| format!("{} {name}", millis(*ns)));
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return "0 ms in all".to_owned();
    }
    format!("{} = {} ms", told.join(" + "), millis(explanation.latency_ns()))
}

/// Milliseconds with all that is known of them.
fn millis(nanoseconds: u64) -> String {
    format!("{}.{:06}", nanoseconds / 1_000_000, nanoseconds % 1_000_000)
}

/// Seconds since the start of the measured period.
fn seconds(at_ns: u64, measured_ns: u64) -> String {
    let (sign, distance) =
        if at_ns < measured_ns { ("-", measured_ns - at_ns) } else { ("", at_ns - measured_ns) };
    format!("{sign}{}.{:09}", distance / 1_000_000_000, distance % 1_000_000_000)
}
