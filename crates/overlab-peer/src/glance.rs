//! What a message is, for those who explain a run.

use crate::identity::Contact;
use crate::service::key_routing::Responsibility;

/// What a message is, as far as somebody must know who explains a run from outside. No peer ever sees one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// Its kind in one word, such as "find".
    pub kind: &'static str,
    /// The number of the call that it opens, as its sender's address counts them; repeated with the call.
    pub opens: Option<u32>,
    /// The number of the call that it answers, as its receiver's address counts them.
    pub answers: Option<u32>,
    /// Whom it names to its receiver for the next step.
    pub names: Vec<Contact>,
    /// Whether it says that its sender is no member and can name nobody.
    pub refuses: bool,
    /// What its sender says of its own responsibility.
    pub said: Option<Responsibility>,
    /// The peer that it tells to be the owner.
    pub owner: Option<Contact>,
}
