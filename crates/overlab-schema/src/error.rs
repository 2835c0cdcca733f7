//! What can be wrong with a scenario, and where.

use crate::document::Path;
use std::fmt;

/// One thing that is wrong, with its place: `quickstart.json:12:17: peers.count: must be at least 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file with line and column, the option of the command line, or the sweep value it comes from.
    pub place: String,
    /// The path in the scenario; the root where the text is not JSON.
    pub path: Path,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.segments().is_empty() {
            write!(f, "{}: {}", self.place, self.message)
        } else {
            write!(f, "{}: {}: {}", self.place, self.path, self.message)
        }
    }
}

/// Why a scenario cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The text is not the JSON that a scenario is written in.
    #[error("{0}")]
    Syntax(Problem),
    /// A `--set` whose text or path cannot be used.
    #[error("{0}")]
    Set(Problem),
    /// A sweep that cannot be expanded.
    #[error("{0}")]
    Sweep(Problem),
    /// Keys, types or values are wrong: every problem that was found; the first twenty print, a line each.
    #[error("{}", lines(.0))]
    Content(Vec<Problem>),
}

impl ScenarioError {
    /// Everything that is wrong.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Syntax(problem) | Self::Set(problem) | Self::Sweep(problem) => {
                std::slice::from_ref(problem)
            }
            Self::Content(problems) => problems,
        }
    }
}

fn lines(problems: &[Problem]) -> String {
    const MOST: usize = 20;
    let mut lines: Vec<_> = problems.iter().take(MOST).map(ToString::to_string).collect();
    if problems.len() > MOST {
        lines.push(format!("and {} more", problems.len() - MOST));
    }
    lines.join("\n")
}
