//! Where a value comes from.

use super::{Mark, sweep::Axis};
use crate::nearest::shorten;
use std::fmt;
use std::sync::Arc;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The scenario file.
    File {
        /// Its name as the caller gave it.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// The command line.
    Option {
        /// The option, such as `--set 2 (peers.count=0)`.
        option: String,
    },
    /// A sweep.
    Sweep {
        /// The path that is swept.
        path: String,
        /// The value at this point, as JSON.
        value: String,
        /// Where that value stands.
        stands: Box<Origin>,
    },
}

impl Origin {
    /// Whether the command line gave it: relative file names then start at the working folder.
    pub fn is_option(&self) -> bool {
        match self {
            Self::File { .. } => false,
            Self::Option { .. } => true,
            Self::Sweep { stands, .. } => stands.is_option(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, line, column } => write!(f, "{file}:{line}:{column}"),
            Self::Option { option } => f.write_str(option),
            Self::Sweep { path, value, stands } => write!(f, "{stands}: sweep {path} = {value}"),
        }
    }
}

/// What marks point into: the file's text and the options of the command line.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    name: Arc<str>,
    text: Arc<str>,
    options: Vec<String>,
}

impl Source {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        Self { name: name.into(), text: text.into(), options: Vec::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The mark of a new option.
    pub(crate) fn option(&mut self, option: &str) -> Mark {
        self.options.push(option.to_owned());
        Mark::Option((self.options.len() - 1) as u32)
    }

    fn file(&self, offset: usize) -> Origin {
        let before = &self.text[..offset];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Origin::File { file: self.name.to_string(), line, column: before[start..].chars().count() + 1 }
    }

    /// File, line and column of a byte of the text.
    pub(crate) fn place(&self, offset: usize) -> String {
        self.file(offset).to_string()
    }

    /// What `mark` stands for; `axes` are those of the point with the value each has there.
    pub(crate) fn origin(&self, mark: Mark, axes: &[(&Axis, usize)]) -> Origin {
        match mark {
            Mark::File(offset) => self.file(offset as usize),
            Mark::Option(index) => Origin::Option { option: self.options[index as usize].clone() },
            Mark::Axis(index) => {
                let (axis, choice) = axes[index as usize];
                Origin::Sweep {
                    path: axis.path.to_string(),
                    value: shorten(&axis.values[choice].to_string()),
                    stands: Box::new(self.origin(axis.marks[choice], axes)),
                }
            }
        }
    }
}
