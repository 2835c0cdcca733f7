//! Why a message that was sent never arrives.

/// Why the network lost a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// By chance: [`crate::Impairments::loss`].
    Random,
    /// No path leads there, or the path that routing believes in is broken.
    Unreachable,
    /// A link between routers had more to carry than it can.
    Congestion,
    /// The buffer of an access link was full.
    Overflow,
    /// A border does not let it pass.
    Filtered,
    /// The other host's address translator does not let it in.
    Closed,
}

impl Loss {
    /// All causes in the order of their numbers.
    pub const ALL: [Self; 6] =
        [Self::Random, Self::Unreachable, Self::Congestion, Self::Overflow, Self::Filtered, Self::Closed];

    /// Its name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Unreachable => "unreachable",
            Self::Congestion => "congestion",
            Self::Overflow => "overflow",
            Self::Filtered => "filtered",
            Self::Closed => "closed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_in_the_list() {
        for (number, loss) in Loss::ALL.into_iter().enumerate() {
            assert_eq!(loss as usize, number);
        }
    }
}
