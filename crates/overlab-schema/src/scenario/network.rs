//! What befalls single messages.

use super::{Bytes, SpanLaw};
use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Loss and jitter, drawn for each message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Impairments {
    /// The probability that a message is lost.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub loss: f64,
    /// A delay on top of the path's latency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter: Option<Jitter>,
}

/// A random delay of each message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Jitter {
    /// Its distribution.
    pub law: JitterLaw,
    /// The longest delay: longer draws are drawn again.
    pub bound: Span,
}

/// The distribution of jitter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum JitterLaw {
    /// Uniform between zero and the bound.
    Uniform,
    /// Exponential, truncated at the bound.
    Exponential {
        /// The mean before truncation.
        mean: Span,
    },
    /// Lognormal, truncated at the bound.
    Lognormal {
        /// The standard deviation of the logarithm, between 0 and 10.
        sigma: f64,
        /// The mean before truncation.
        mean: Span,
    },
}

impl JitterLaw {
    /// The law that is truncated at the bound; nothing for the uniform one, which needs none.
    pub fn law(&self) -> Option<SpanLaw> {
        match *self {
            Self::Uniform => None,
            Self::Exponential { mean } => Some(SpanLaw::Exponential { mean }),
            Self::Lognormal { sigma, mean } => Some(SpanLaw::Lognormal { sigma, mean }),
        }
    }
}

/// The sizes that messages are counted with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Wire {
    /// UDP over IPv4 (28 bytes a message); a contact is a 160-bit identifier with address and port (26 bytes).
    #[default]
    Default,
    /// The sizes of the p2psim simulator: 20 bytes a message and 4 bytes a contact.
    P2psim,
    /// Other sizes.
    Sizes {
        /// What every message has.
        header: Bytes,
        /// What every contact in a message adds.
        contact: Bytes,
    },
}

impl Wire {
    /// Bytes that every message has.
    pub fn header(&self) -> u64 {
        match self {
            Self::Default => 28,
            Self::P2psim => 20,
            Self::Sizes { header, .. } => header.0,
        }
    }

    /// Bytes that every contact in a message adds.
    pub fn contact(&self) -> u64 {
        match self {
            Self::Default => 26,
            Self::P2psim => 4,
            Self::Sizes { contact, .. } => contact.0,
        }
    }
}
