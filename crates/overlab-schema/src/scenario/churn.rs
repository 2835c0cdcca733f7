//! How peers come and go.

use super::{SpanLaw, TimeUnit};
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How peers come and go: either `session` and `downtime`, or `trace`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Churn {
    /// How long a peer stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SpanLaw>,
    /// How long it is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downtime: Option<SpanLaw>,
    /// Measured sessions from a file instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<ChurnTrace>,
    /// Who a peer is when it returns.
    #[serde(default)]
    pub identity: Identity,
    /// What it still knows when it returns.
    #[serde(default)]
    pub state: State,
    /// The probability that a peer says goodbye when it leaves, between 0 and 1.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub graceful: f64,
}

/// Who a peer is when it returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// The same: it has its old key.
    #[default]
    Kept,
    /// Another: it has a new key.
    Fresh,
}

/// What a peer still knows when it returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing: its tables are empty.
    #[default]
    Lost,
    /// Its tables as they were when it left.
    Kept,
}

/// Measured sessions: a file with one host a line, `NAME COUNT START END START END ...`, separated by white space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChurnTrace {
    /// The file, plain or gzipped; relative to the scenario's folder.
    pub file: String,
    /// The unit of its times.
    #[serde(default = "seconds")]
    pub unit: TimeUnit,
    /// Gaps up to this long are taken for missed probes and closed.
    #[serde(default)]
    pub merge_gaps: Span,
}

fn seconds() -> TimeUnit {
    TimeUnit::S
}

/// Where sessions come from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ChurnSource<'a> {
    /// Drawn from two laws.
    Laws {
        /// How long a peer stays.
        session: &'a SpanLaw,
        /// How long it is away.
        downtime: &'a SpanLaw,
    },
    /// Read from a file.
    Trace(&'a ChurnTrace),
}

impl Churn {
    /// Where sessions come from; nothing where the keys given are not exactly one of the two forms, which the check of
    /// a scenario refuses.
    pub fn source(&self) -> Option<ChurnSource<'_>> {
        match (&self.session, &self.downtime, &self.trace) {
            (Some(session), Some(downtime), None) => Some(ChurnSource::Laws { session, downtime }),
            (None, None, Some(trace)) => Some(ChurnSource::Trace(trace)),
            _ => None,
        }
    }

    /// The share of time that a peer is up in the long run; nothing for a trace, which has to be read first.
    pub fn availability(&self) -> Option<f64> {
        match self.source()? {
            ChurnSource::Laws { session, downtime } => {
                let (up, down) = (session.mean().as_seconds(), downtime.mean().as_seconds());
                Some(up / (up + down))
            }
            ChurnSource::Trace(_) => None,
        }
    }
}
