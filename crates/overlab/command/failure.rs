//! Why a command could not do what it was asked for, and the exit code that says so.

use overlab_lab::{CompareError, ExecuteError, StoreError};
use overlab_report::ReportError;
use overlab_schema::{ResultsError, ScenarioError};

/// The run failed; what was finished is kept.
const RUN: u8 = 1;
/// The input or the usage was wrong; nothing was written.
pub(super) const INPUT: u8 = 2;
/// Somebody interrupted; what was finished is kept.
pub(super) const INTERRUPTED: u8 = 130;

/// Problems of one scenario that are told; of more, only the number.
const MOST: usize = 20;

/// Why a command could not do what it was asked for.
#[derive(Debug)]
pub(super) enum Failure {
    /// The input or the usage was wrong: what and where, a line each.
    Input(Vec<String>),
    /// The run failed: how, a line each.
    Run(Vec<String>),
    /// Somebody interrupted; that was told already.
    Interrupted,
    /// Another rank tells it: the exit code.
    Told(u8),
}

#[expect(clippy::needless_pass_by_value, reason = "callers hand over what they have just made")]
impl Failure {
    /// Wrong input, in one line.
    pub(super) fn input(line: impl ToString) -> Self {
        Self::Input(vec![line.to_string()])
    }

    /// A failed run, in one line.
    pub(super) fn run(line: impl ToString) -> Self {
        Self::Run(vec![line.to_string()])
    }

    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Input(_) => INPUT,
            Self::Run(_) => RUN,
            Self::Interrupted => INTERRUPTED,
            Self::Told(code) => *code,
        }
    }

    pub(super) fn lines(&self) -> &[String] {
        match self {
            Self::Input(lines) | Self::Run(lines) => lines,
            Self::Interrupted | Self::Told(_) => &[],
        }
    }
}

impl From<ScenarioError> for Failure {
    fn from(error: ScenarioError) -> Self {
        let problems = error.problems();
        let mut lines: Vec<String> = problems.iter().take(MOST).map(ToString::to_string).collect();
        if problems.len() > MOST {
            lines.push(format!("and {} more of these", problems.len() - MOST));
        }
        Self::Input(lines)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Write { .. } => Self::run(error),
            _ => Self::input(error),
        }
    }
}

impl From<ExecuteError> for Failure {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::Store(error) => error.into(),
            error => Self::run(error),
        }
    }
}

impl From<ResultsError> for Failure {
    fn from(error: ResultsError) -> Self {
        Self::input(error)
    }
}

impl From<CompareError> for Failure {
    fn from(error: CompareError) -> Self {
        match error {
            CompareError::Scenario(error) => error.into(),
            error => Self::input(error),
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::File(_) => Self::run(error),
            _ => Self::input(error),
        }
    }
}
