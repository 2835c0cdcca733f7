//! How the results came about, in words that a paper can take over, and what to cite.

use super::markup::details;
use crate::results::Results;
use crate::svg::escape;

pub(crate) fn section(results: &Results) -> String {
    let methods = &results.methods;
    let mut out: String =
        methods.paragraphs.iter().map(|paragraph| format!("<p>{}</p>\n", escape(paragraph))).collect();
    if !methods.citations.is_empty() {
        let items = methods
            .citations
            .iter()
            .map(|citation| format!("<li>{}: {}</li>\n", escape(&citation.of), escape(&citation.reference)));
        out.push_str(&format!("<h3>Sources</h3>\n<ul>\n{}</ul>\n", items.collect::<String>()));
    }
    let entries: Vec<&str> = methods
        .citations
        .iter()
        .map(|citation| citation.bibtex.as_str())
        .filter(|entry| !entry.is_empty())
        .collect();
    if !entries.is_empty() {
        let text = escape(&entries.join("\n\n"));
        out.push_str(&details("BibTeX", &format!("<pre><code>{text}</code></pre>\n"), true));
    }
    out
}
