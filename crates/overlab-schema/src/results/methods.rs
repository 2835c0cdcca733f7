//! `methods.json`: how the results came about in words, and what to cite.

use super::ResultFile;
use serde::{Deserialize, Serialize};

/// The content of `methods.json`: what a paper would say of the experiment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Methods {
    /// What the results say, one sentence a finding, most important first.
    pub findings: Vec<String>,
    /// Paragraphs on set-up, measurement and statistics.
    pub paragraphs: Vec<String>,
    /// What was used and whence it comes, each source once.
    pub citations: Vec<Citation>,
}

impl ResultFile for Methods {
    const FORMAT: &'static str = "overlab.methods/1";
    const FILE: &'static str = "methods.json";
}

/// A source of something that an experiment used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// What comes from there, such as "Chord".
    pub of: String,
    /// The source for people.
    pub reference: String,
    /// The same as a BibTeX entry; empty where there is none.
    pub bibtex: String,
}
