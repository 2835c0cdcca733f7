//! The declaration of an algorithm's parameters in one place.

/// Declares the parameters of an algorithm: names, types, defaults, and the descriptions that `overlab describe`
/// shows, which are the doc comments.
///
/// The type can be read from scenarios (unknown keys are refused), printed, and described; what is left to say is
/// [`Parameters`](overlab_peer::Parameters), with the checks that types alone cannot make.
///
/// ```
/// use overlab::prelude::*;
///
/// overlab::parameters! {
///     /// Parameters of an algorithm.
///     pub struct Mine {
///         /// How many neighbours a peer keeps, at least 1.
///         neighbours: usize = 8,
///         /// Time between two rounds of maintenance, or "never".
///         interval: Interval = Interval::Every(Span::from_secs(20)),
///     }
/// }
///
/// impl Parameters for Mine {
///     fn check(&self) -> Result<(), ParameterError> {
///         ParameterError::unless(self.neighbours > 0, "neighbours", "must be at least 1")
///     }
///
///     fn longest_period(&self) -> Span {
///         self.interval.span().unwrap_or(Span::ZERO)
///     }
/// }
///
/// assert_eq!(Mine::default().neighbours, 8);
/// ```
#[macro_export]
macro_rules! parameters {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_attribute:meta])* $field:ident: $type:ty = $default:expr),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, $crate::serde::Serialize, $crate::serde::Deserialize, $crate::schemars::JsonSchema)]
        #[serde(crate = "overlab::serde", deny_unknown_fields, default)]
        #[schemars(crate = "overlab::schemars")]
        $visibility struct $name {
            $($(#[$field_attribute])* pub $field: $type),*
        }

        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self { $($field: $default),* }
            }
        }
    };
}
