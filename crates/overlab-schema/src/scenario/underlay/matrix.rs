//! Latencies measured between places.

use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Latencies measured between places: a matrix from a text file, plain or gzipped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// The file; relative to the scenario's folder.
    pub file: String,
    /// How the file is written.
    #[serde(default)]
    pub format: MatrixFormat,
    /// What was measured: round trips are halved for each direction.
    pub kind: MatrixKind,
    /// The unit of its numbers; without it "us" for `triples`, `e2e_graph` and `king_measurements`, else "ms".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<TimeUnit>,
    /// What to do about pairs without a measurement.
    #[serde(default)]
    pub missing: Missing,
    /// A number or word that stands for a missing measurement, such as "-1" or "nan"; without it "1000000" for `e2e_graph`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_marker: Option<String>,
    /// Whether a zero off the diagonal means that there is no measurement.
    #[serde(default)]
    pub zero_is_missing: bool,
    /// How many hosts may share a row; needs `same_row_latency`. Without it hosts are at most as many as rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts_per_row: Option<u32>,
    /// The one-way latency between two hosts of one row; needs `hosts_per_row`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_row_latency: Option<Span>,
}

/// How a file of latencies is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatrixFormat {
    /// A row of numbers a line, as many as there are rows: PlanetLab, Seattle (in seconds, where 0 is missing).
    #[default]
    Square,
    /// A table with names in its header and its first column: SimBlock's regions.
    Named,
    /// An object of objects of numbers, perhaps within one called "data": cloudping.co.
    Json,
    /// A ModelNet topology in XML, each of its edges in its own direction.
    ModelNet,
    /// `a b latency` a line; one direction serves for both where the other is absent: Meridian (round trips).
    Triples,
    /// p2psim's topology `E2EGraph`: the nodes, then `i,j latency` (one-way).
    E2eGraph,
    /// The measurements of King, `a --> b k t5 t6` a line: round trips of t5 - t6.
    KingMeasurements,
}

/// What a file of latencies holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatrixKind {
    /// Round-trip times.
    Rtt,
    /// One-way latencies.
    OneWay,
}

/// The unit of the numbers in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Microseconds.
    Us,
    /// Milliseconds.
    #[default]
    Ms,
    /// Seconds.
    S,
}

impl TimeUnit {
    /// One of it.
    pub fn span(self) -> Span {
        match self {
            Self::Us => Span::from_micros(1),
            Self::Ms => Span::from_millis(1),
            Self::S => Span::from_secs(1),
        }
    }
}

/// What to do about pairs without a measurement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Refuse the file.
    #[default]
    Error,
    /// Leave out rows until no pair is without one.
    DropHosts,
}

impl Matrix {
    /// The unit of its numbers.
    pub fn unit(&self) -> TimeUnit {
        self.unit.unwrap_or(match self.format {
            MatrixFormat::Square | MatrixFormat::Named | MatrixFormat::Json | MatrixFormat::ModelNet => {
                TimeUnit::Ms
            }
            MatrixFormat::Triples | MatrixFormat::E2eGraph | MatrixFormat::KingMeasurements => TimeUnit::Us,
        })
    }
}
