//! The metrics: names, units, meanings; and a bag of their values.

use crate::sample::Sample;
use std::collections::BTreeMap;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricEntry {
    /// Its name in results: service and quantity. A name that ends in a dot stands for a family.
    pub name: &'static str,
    /// Its unit; "1" for ratios and counts.
    pub unit: &'static str,
    /// What it says, in one sentence.
    pub meaning: &'static str,
    /// Whether it is a headline: it gets a stationarity verdict.
    pub headline: bool,
    /// Which values are better; nothing where that depends on the question, or the overlay has no part in it.
    pub better: Option<Better>,
}

/// Which values of a metric are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Small ones, such as latencies and traffic.
    Lower,
    /// Large ones, such as shares of success.
    Higher,
}

const fn lower(entry: MetricEntry) -> MetricEntry {
    MetricEntry { better: Some(Better::Lower), ..entry }
}

const fn higher(entry: MetricEntry) -> MetricEntry {
    MetricEntry { better: Some(Better::Higher), ..entry }
}

const fn entry(name: &'static str, unit: &'static str, meaning: &'static str) -> MetricEntry {
    MetricEntry { name, unit, meaning, headline: false, better: None }
}

const fn headline(name: &'static str, unit: &'static str, meaning: &'static str) -> MetricEntry {
    MetricEntry { headline: true, ..entry(name, unit, meaning) }
}

impl MetricEntry {
    /// Whether it is a share of counted things, whose interval is that of Korn and Graubard
    /// ([`share_interval`](crate::share_interval)) instead of Student's t. Shares of time or of all pairs of hosts are none:
    /// nobody counted them one by one.
    pub fn is_share(&self) -> bool {
        let counted = self.name.trim_end_matches('.').ends_with("_ratio") || self.name == "lookup.failures.";
        counted && !self.name.starts_with("underlay.")
    }
}

/// All metrics, in the order of tables.
pub const METRICS: &[MetricEntry] = &[
    higher(headline(
        "lookup.success_ratio",
        "1",
        "Share of the lookups issued by joined peers that were answered in time.",
    )),
    higher(headline(
        "lookup.correct_ratio",
        "1",
        "Share of the lookups issued by joined peers that were answered in time by a peer that owned the key at some instant between issue and answer.",
    )),
    higher(entry("lookup.correct_at_issue_ratio", "1", "The same for the instant of the issue.")),
    higher(entry("lookup.correct_at_answer_ratio", "1", "The same for the instant of the answer.")),
    lower(headline(
        "lookup.latency_ms",
        "ms",
        "Time from issue until the origin holds the owner's own reply, over lookups answered in time.",
    )),
    lower(entry(
        "lookup.latency_penalised_ms",
        "ms",
        "Time until the answer, the deadline where it failed or was wrong.",
    )),
    lower(entry(
        "lookup.termination_ms",
        "ms",
        "Time from issue until the origin knows that the lookup is over.",
    )),
    lower(headline(
        "lookup.hops",
        "1",
        "Edges on the critical path to the owner; timeouts are counted apart.",
    )),
    lower(entry(
        "lookup.hops_to_predecessor",
        "1",
        "Edges on the way to the key's predecessor, in spaces that have one.",
    )),
    lower(entry("lookup.timeouts", "1", "Requests of an answered lookup that went unanswered.")),
    lower(entry("lookup.timeouts_to_predecessor", "1", "The same before the key's predecessor was reached.")),
    lower(entry("lookup.messages", "1", "Messages sent on behalf of an answered lookup.")),
    lower(entry(
        "lookup.stretch",
        "1",
        "Latency over the direct round trip between origin and owner, correct and non-local lookups only; the median is the headline, the mean is dominated by close pairs.",
    )),
    lower(entry(
        "lookup.stretch_of_sums",
        "1",
        "Sum of latencies over the sum of direct round trips, correct and non-local lookups only.",
    )),
    entry(
        "lookup.issued",
        "1",
        "Lookups issued by joined peers that stayed until the answer or the deadline.",
    ),
    entry("lookup.origin_left", "1", "Lookups whose origin left before the end; outside all ratios."),
    entry(
        "lookup.not_joined",
        "1",
        "Lookups issued by peers whose join was not complete; outside all ratios.",
    ),
    lower(entry(
        "lookup.failures.",
        "1",
        "Share of the lookups that failed for one cause: stale_entry, timeout, wrong_owner, partition, unreachable_host, adversary, overload.",
    )),
    lower(entry("join.latency_ms", "ms", "Time from coming up to the completed join.")),
    higher(entry(
        "join.success_ratio",
        "1",
        "Share of the joins begun by peers that stayed that were completed before the run ended.",
    )),
    lower(entry(
        "static.failed_ratio",
        "1",
        "Share of the pairs of survivors between which the tables give no path: the next hop is looked for among live entries that bring the path on, and nobody goes back (static analysis).",
    )),
    entry(
        "static.failed_ratio_expected",
        "1",
        "The same by closed form, for geometries that have one (Kong, Bridgewater, Roychowdhury, DSN 2006).",
    ),
    higher(entry(
        "static.reachable_ratio",
        "1",
        "Share of the other survivors that any chain of live entries leads to, from 8 survivors: what no routing on the tables can exceed.",
    )),
    lower(entry("static.hops", "1", "Edges of the paths that arrived.")),
    lower(entry(
        "static.hops_to_predecessor",
        "1",
        "The same on the way to the key's predecessor, in spaces that have one.",
    )),
    lower(entry(
        "static.dead_entries",
        "1",
        "Entries that a path which arrived tried and that led to nobody.",
    )),
    lower(entry(
        "static.dead_entries_to_predecessor",
        "1",
        "The same before the key's predecessor was reached.",
    )),
    higher(entry(
        "static.next_hops",
        "1",
        "Live entries of the first peer that would bring a path on: its choice.",
    )),
    lower(entry(
        "static.latency_ms",
        "ms",
        "One-way time along the paths that arrived, over the underlay without queues and jitter.",
    )),
    lower(entry("static.stretch", "1", "The same over the direct one-way time between the ends.")),
    entry("static.pairs", "1", "Pairs of survivors between which paths were walked."),
    entry("static.load", "1", "Keys owned by a host that is left, over the mean of all such hosts."),
    entry("static.load_p1", "1", "The 1st percentile of the same."),
    lower(entry(
        "static.lost_keys_ratio",
        "1",
        "Share of the keys whose owner was removed: what is lost without replication.",
    )),
    entry("peers.live", "1", "Peers that are up, averaged over time."),
    entry("peers.joined", "1", "Peers whose join is complete, averaged over time."),
    lower(headline(
        "traffic.bytes_per_peer_per_s",
        "B/s",
        "Bytes sent per live peer-second, headers included.",
    )),
    lower(entry(
        "traffic.bytes_per_peer_per_s.",
        "B/s",
        "The same by class: maintenance, lookup, join, application.",
    )),
    lower(entry("traffic.messages_per_peer_per_s", "1/s", "Messages sent per live peer-second.")),
    lower(entry(
        "traffic.messages_per_peer_per_s.",
        "1/s",
        "The same by class: maintenance, lookup, join, application.",
    )),
    lower(entry(
        "traffic.received_bytes_per_peer_per_s",
        "B/s",
        "Bytes delivered to live peers per live peer-second.",
    )),
    lower(entry(
        "traffic.received_messages_per_peer_per_s",
        "1/s",
        "Messages delivered to live peers per live peer-second.",
    )),
    entry("network.lost_ratio", "1", "Share of the messages sent that the underlay lost."),
    entry(
        "network.lost_ratio.",
        "1",
        "The same by cause, where there was one: random, unreachable, congestion, overflow.",
    ),
    lower(entry(
        "network.dead_ratio",
        "1",
        "Share of the messages sent that reached an address where nobody was up.",
    )),
    entry(
        "network.raised_ratio",
        "1",
        "Share of the messages sent whose latency was raised to the lookahead.",
    ),
    lower(entry(
        "access.queueing_ms",
        "ms",
        "Mean wait of a message at an access link with a rate, up and down counted apart, transmission left out.",
    )),
    lower(entry(
        "underlay.queueing_ms",
        "ms",
        "Mean wait of a message at the links between routers, all links of its path together, where these have capacities.",
    )),
    entry(
        "underlay.link_utilisation.",
        "1",
        "Share of its capacity that a link between routers carries, each direction by itself, mean over epochs: of all links that have a capacity (mean), and of the fullest of each epoch (busiest).",
    ),
    entry(
        "underlay.throughput_mbps",
        "Mbit/s",
        "What a long transfer would get between two hosts, 1.22 MSS/(RTT sqrt(p)) with MSS = 1460 B and at most the narrowest link (Mathis and others, 1997), where links between routers have capacities: the median over those of 200 pairs, evenly spread, whose path has such a link.",
    ),
    entry(
        "underlay.lag.",
        "1",
        "What the lag of one epoch in the feedback of load hides: the share of the messages (delivery) that would not arrive, and the part of their time on links (latency) that would come on top, if load acted at once. Runs warn beyond 0.02.",
    ),
    entry(
        "underlay.reachable_pairs_ratio",
        "1",
        "Share of the ordered pairs of all hosts, with peers up or not, between which the network would carry a message, averaged over time; in runs with faults.",
    ),
    entry(
        "underlay.saveable_ratio",
        "1",
        "Of the pairs of hosts that cannot talk, averaged over time, the share that an oracle overlay could connect over other hosts that reach each other both ways.",
    ),
    entry("faults.count", "1", "Faults of the network that began in the period."),
    entry(
        "faults.count.",
        "1",
        "The same by location: last_hop, edge, core, wide (a region, partition or border).",
    ),
    entry("faults.harmful_ratio", "1", "Share of the faults that kept pairs of hosts from talking."),
    entry("faults.harmful_ratio.", "1", "The same by location."),
    entry(
        "faults.recovery_s",
        "s",
        "Time from the start of a harmful fault until as many pairs of hosts can talk as before it: by new routes or by repair.",
    ),
    entry("faults.recovery_s.", "s", "The same by location."),
    entry(
        "faults.unrecovered_ratio",
        "1",
        "Share of the harmful faults after which that was not so again before the run ended.",
    ),
    entry("faults.unrecovered_ratio.", "1", "The same by location."),
    entry(
        "faults.saveable_ratio",
        "1",
        "Of the pairs that stopped talking at the starts of faults, the share that an oracle overlay could have connected at once.",
    ),
    entry("faults.saveable_ratio.", "1", "The same by location."),
    lower(entry("state.contacts_per_peer", "1", "Contacts in a joined peer's tables.")),
    lower(entry("table.stale_ratio", "1", "Share of the contacts in tables that are not up.")),
    lower(entry(
        "table.missing_ratio",
        "1",
        "Share of the entries that converged tables would have and that are missing.",
    )),
    lower(entry(
        "ring.successor_wrong_ratio",
        "1",
        "Share of the successor pointers that are not the live successor.",
    )),
    lower(entry(
        "ring.successor_dead_ratio",
        "1",
        "Share of the successor pointers that lead to a peer that is not live.",
    )),
    lower(entry(
        "load.gini",
        "1",
        "Gini coefficient of the messages received by the peers that are up throughout.",
    )),
    lower(entry(
        "load.p99",
        "1/s",
        "99th percentile of the messages received per second by a peer that is up throughout.",
    )),
    lower(entry(
        "load.max",
        "1/s",
        "Messages received per second by the busiest peer that is up throughout.",
    )),
];

/// The entry that a metric's name belongs to: its own, or its family's.
pub fn metric(name: &str) -> Option<&'static MetricEntry> {
    METRICS
        .iter()
        .find(|entry| entry.name == name)
        .or_else(|| METRICS.iter().find(|entry| entry.name.ends_with('.') && name.starts_with(entry.name)))
}

/// Values of metrics by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Metrics {
    /// The values; a metric that does not exist in a run has none.
    pub(crate) samples: BTreeMap<String, Sample>,
}

impl Metrics {
    /// Sets a metric, if there is a value.
    pub(crate) fn put(&mut self, name: &str, sample: Option<Sample>) {
        debug_assert!(metric(name).is_some(), "{name} is not in the list of metrics");
        if let Some(sample) = sample.filter(|sample| sample.mean.is_finite()) {
            self.samples.insert(name.to_owned(), sample);
        }
    }

    /// Sets a metric to a single value.
    pub(crate) fn value(&mut self, name: &str, value: f64) {
        self.put(name, Some(Sample::value(value)));
    }
}
