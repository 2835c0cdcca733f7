//! Parameters of algorithms: defaults, checks, documentation.

use overlab_time::Span;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// Parameters of an algorithm, as they stand in a scenario.
///
/// Derive everything, with `#[serde(deny_unknown_fields, default)]` on the struct: the doc comments of the fields
/// become the help text and the JSON schema, the `Default` becomes the documented defaults.
///
/// ```
/// use overlab_peer::{ParameterError, Parameters};
/// use overlab_time::Span;
///
/// /// Parameters of an algorithm.
/// #[derive(Clone, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
/// #[serde(deny_unknown_fields, default)]
/// struct Mine {
///     /// How many neighbours a peer keeps.
///     neighbours: usize,
/// }
///
/// impl Default for Mine {
///     fn default() -> Self {
///         Self { neighbours: 8 }
///     }
/// }
///
/// impl Parameters for Mine {
///     fn check(&self) -> Result<(), ParameterError> {
///         ParameterError::unless(self.neighbours > 0, "neighbours", "must be at least 1")
///     }
/// }
/// ```
pub trait Parameters:
    Clone + Debug + Default + Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static
{
    /// Checks what types alone cannot.
    ///
    /// # Errors
    /// Names the first field that is wrong and what it must be.
    fn check(&self) -> Result<(), ParameterError> {
        Ok(())
    }

    /// The longest period of maintenance: the default warm-up is twice as long.
    fn longest_period(&self) -> Span {
        Span::ZERO
    }
}

/// A parameter that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct ParameterError {
    /// The field's name.
    pub field: &'static str,
    /// What it must be.
    pub problem: String,
}

impl ParameterError {
    /// An error about `field` unless `holds`.
    ///
    /// # Errors
    /// Exactly then.
    pub fn unless(holds: bool, field: &'static str, problem: impl Into<String>) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self { field, problem: problem.into() }) }
    }
}
