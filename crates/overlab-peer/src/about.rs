//! What an algorithm says of itself in lists, help texts and reports.

/// Name, one-line summary and source of an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name in scenario files: lower case, words joined by underscores.
    pub name: &'static str,
    /// Its name in text and legends.
    pub title: &'static str,
    /// One sentence on its idea.
    pub summary: &'static str,
    /// The paper it is implemented from.
    pub reference: &'static str,
    /// That paper as a BibTeX entry, for those who cite it; empty where there is none.
    pub bibtex: &'static str,
}
