//! What lies between a host and the network: one kind of link for all, or classes of them.

use super::Bytes;
use overlab_time::{Bandwidth, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The link between each host and the network: exactly one of `latency` and `classes`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Its one-way latency, passed once at either end of a path, where all hosts have the same kind of link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<AccessLatency>,
    /// Classes of links, of which every host draws its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<AccessClass>,
}

impl Access {
    /// The same kind of link for all hosts.
    pub fn uniform(latency: AccessLatency) -> Self {
        Self { latency: Some(latency), classes: Vec::new() }
    }
}

/// The latency of access links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AccessLatency {
    /// The same for all hosts.
    Constant(Span),
    /// Drawn for each host.
    Uniform {
        /// The shortest.
        from: Span,
        /// The longest.
        to: Span,
    },
}

/// A class of access links. The names fibre, cable, dsl, mobile and datacentre stand for published figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessClass {
    /// "fibre" (0.5 to 3 ms one way), "cable" (4 to 10 ms), "dsl" (8 to 20 ms), "mobile" (12 to 40 ms) or "datacentre" (0.05 to 0.25 ms), of the order that FCC (Measuring Broadband America, data of 2020 to 2022), Ofcom (2023) and Opensignal (2022) report, or a name of your own.
    pub name: String,
    /// Its share of the hosts, in proportion to the sum of the shares of all classes.
    #[serde(default = "one")]
    #[schemars(range(min = 0.0))]
    pub share: f64,
    /// Its one-way latency; that of the published class where it has such a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<AccessLatency>,
    /// What it carries from the host, first in, first out; that of the published class where it has such a name, else without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Bandwidth>,
    /// What it carries to the host, the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Bandwidth>,
    /// What waits at most in each direction, beyond which messages are lost; that of the published class where it has such a name, else without limit. An idle link takes a message of any size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buffer: Option<Bytes>,
}

fn one() -> f64 {
    1.0
}

/// What a published class stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessPreset {
    /// The name.
    pub name: &'static str,
    /// One-way latency.
    pub latency: AccessLatency,
    /// What it carries from the host.
    pub up: Bandwidth,
    /// What it carries to the host.
    pub down: Bandwidth,
    /// What waits at most in each direction.
    pub buffer: Bytes,
}

/// One-way latency in microseconds from and to, megabits per second up and down, kibibytes of buffer.
type Row = (&'static str, [u64; 2], [u64; 2], u64);

const PRESETS: [Row; 5] = [
    ("fibre", [500, 3_000], [300, 300], 512),
    ("cable", [4_000, 10_000], [20, 200], 256),
    ("dsl", [8_000, 20_000], [2, 20], 128),
    ("mobile", [12_000, 40_000], [10, 40], 1_024),
    ("datacentre", [50, 250], [10_000, 10_000], 16_384),
];

impl AccessPreset {
    /// The published classes, by name.
    ///
    /// | class | latency one way | up | down | buffer |
    /// |---|---|---|---|---|
    /// | fibre | 0.5 to 3 ms | 300 Mbps | 300 Mbps | 512 KiB |
    /// | cable | 4 to 10 ms | 20 Mbps | 200 Mbps | 256 KiB |
    /// | dsl | 8 to 20 ms | 2 Mbps | 20 Mbps | 128 KiB |
    /// | mobile | 12 to 40 ms | 10 Mbps | 40 Mbps | 1 MiB |
    /// | datacentre | 0.05 to 0.25 ms | 10 Gbps | 10 Gbps | 16 MiB |
    ///
    /// These are round figures of the order that public measurements of the early 2020s report, not a fit to any one
    /// of them. Fixed lines: FCC, "Measuring Broadband America", Eleventh to Thirteenth Report (data of 2020 to 2022),
    /// where idle round trips to a near server take some 10 ms on fibre, 15 to 25 ms on cable and 25 to 45 ms on DSL, and
    /// Ofcom, "UK home broadband performance" (2023); what the path to that server takes is left off. Mobile:
    /// Opensignal's and Ookla's averages of countries, 2022 and 2023 (some 10 Mbps up and 40 Mbps down, round trips of 30
    /// to 60 ms). Buffers: Kreibich et al., "Netalyzr", IMC 2010 (128 and 256 KiB at many home uplinks), more where links
    /// are faster. Data centres: hosts in racks beside a router.
    pub fn named(name: &str) -> Option<Self> {
        let &(name, latency, rates, buffer) = PRESETS.iter().find(|preset| preset.0 == name)?;
        let [from, to] = latency.map(Span::from_micros);
        let [up, down] =
            rates.map(|rate| Bandwidth::new(rate * 1_000_000).expect("the table holds plausible rates"));
        let latency = AccessLatency::Uniform { from, to };
        Some(Self { name, latency, up, down, buffer: Bytes(buffer << 10) })
    }

    /// The names, for messages.
    pub(crate) fn names() -> String {
        PRESETS.map(|preset| preset.0).join(", ")
    }
}

impl AccessClass {
    /// The published class that its name stands for.
    pub fn preset(&self) -> Option<AccessPreset> {
        AccessPreset::named(&self.name)
    }

    /// Its latency: the stated one, else that of the published class; nothing where there is neither.
    pub fn latency(&self) -> Option<AccessLatency> {
        self.latency.or_else(|| self.preset().map(|preset| preset.latency))
    }

    /// Fills in what its name stands for.
    pub(crate) fn fill(&mut self) {
        let preset = self.preset();
        self.latency = self.latency();
        self.up = self.up.or(preset.map(|preset| preset.up));
        self.down = self.down.or(preset.map(|preset| preset.down));
        self.buffer = self.buffer.or(preset.map(|preset| preset.buffer));
    }
}
