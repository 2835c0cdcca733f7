//! The few pieces of HTML that all sections are made of.

use crate::svg::escape;

/// A section with its id and name; an empty one where there is nothing to say.
pub(crate) fn section(
    id: &'static str,
    name: &'static str,
    content: &str,
) -> (&'static str, &'static str, String) {
    let whole = if content.is_empty() {
        String::new()
    } else {
        format!(
            "<section id=\"{id}\" aria-labelledby=\"{id}-heading\">\n<h2 id=\"{id}-heading\">{name}</h2>\n{content}</section>\n"
        )
    };
    (id, name, whole)
}

/// A list of names and values.
pub(crate) fn facts(list: &[(&str, String)]) -> String {
    let item = |(name, value): &(&str, String)| {
        let wide = if value.chars().count() > 26 { " class=\"wide\"" } else { "" };
        format!("<div{wide}><dt>{}</dt><dd>{}</dd></div>\n", escape(name), escape(value))
    };
    format!("<dl class=\"facts\">\n{}</dl>\n", list.iter().map(item).collect::<String>())
}

/// A number as a cell, or a dash where there is none.
pub(crate) fn number(value: Option<f64>, text: fn(f64) -> String) -> Cell {
    match value.filter(|value| value.is_finite()) {
        Some(value) => Cell::Number(text(value), value),
        None => Cell::Figure("–".to_owned()),
    }
}

/// A table in the making: a caption, columns, rows. Cells are escaped here and nowhere else.
#[derive(Debug)]
pub(crate) struct Table {
    out: String,
}

/// A cell of a table.
#[derive(Debug)]
pub(crate) enum Cell {
    /// The head of its row.
    Head(String),
    /// Text, to the left.
    Text(String),
    /// Long text without spaces, such as a digest, that may break anywhere.
    Long(String),
    /// A figure, to the right.
    Figure(String),
    /// A figure with the number that it is sorted by.
    Number(String, f64),
    /// A figure with the number that it is sorted by and a mark after it that a note explains.
    Marked(String, f64, &'static str),
}

impl Table {
    /// Starts a table; a column is its name and whether figures stand in it.
    pub(crate) fn new(caption: &str, columns: &[(String, bool)]) -> Self {
        let mut out = String::from("<div class=\"scroll\"><table>\n");
        if !caption.is_empty() {
            out.push_str(&format!("<caption>{}</caption>\n", escape(caption)));
        }
        out.push_str("<thead><tr>");
        for (name, figures) in columns {
            let class = if *figures { " class=\"figure\"" } else { "" };
            out.push_str(&format!("<th scope=\"col\"{class}>{}</th>", escape(name)));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        Self { out }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: &[Cell]) {
        self.out.push_str("<tr>");
        for cell in cells {
            let text = match cell {
                Cell::Head(text) => format!("<th scope=\"row\">{}</th>", escape(text)),
                Cell::Text(text) => format!("<td>{}</td>", escape(text)),
                Cell::Long(text) => format!("<td class=\"long\">{}</td>", escape(text)),
                Cell::Number(text, value) => {
                    format!("<td class=\"figure\" data-value=\"{value}\">{}</td>", escape(text))
                }
                Cell::Figure(text) => format!("<td class=\"figure\">{}</td>", escape(text)),
                Cell::Marked(text, value, mark) => format!(
                    "<td class=\"figure\" data-value=\"{value}\">{}<sup class=\"mark\">{mark}</sup></td>",
                    escape(text)
                ),
            };
            self.out.push_str(&text);
        }
        self.out.push_str("</tr>\n");
    }

    /// The whole table.
    pub(crate) fn finish(mut self) -> String {
        self.out.push_str("</tbody></table></div>\n");
        self.out
    }
}

/// Columns of text.
pub(crate) fn texts<const N: usize>(names: [&str; N]) -> Vec<(String, bool)> {
    names.into_iter().map(|name| (name.to_owned(), false)).collect()
}

/// Columns of figures.
pub(crate) fn numbers<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Vec<(String, bool)> {
    names.into_iter().map(|name| (name.into(), true)).collect()
}

/// Something that opens on demand; `name` is escaped here, `content` is markup.
pub(crate) fn details(name: &str, content: &str, open: bool) -> String {
    let open = if open { " open" } else { "" };
    format!("<details{open}>\n<summary>{}</summary>\n{content}</details>\n", escape(name))
}
