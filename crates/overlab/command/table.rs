//! Text tables: columns as wide as their widest cell, numbers to the right.

/// A table under construction.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Whether each column is flush left.
    left: Vec<bool>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
enum Row {
    Cells(Vec<String>),
    /// A line that is as long as it is, over all columns.
    Line(String),
}

impl Table {
    /// A table whose columns are flush left (`l`) or right (`r`) as the letters of `columns` say.
    pub(super) fn new(columns: &str) -> Self {
        Self { left: columns.chars().map(|side| side == 'l').collect(), rows: Vec::new() }
    }

    /// Adds a row; cells that are missing at its end are empty.
    pub(super) fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        debug_assert!(cells.len() <= self.left.len());
        self.rows.push(Row::Cells(cells));
    }

    /// Adds a line over all columns, which makes none of them wider.
    pub(super) fn line(&mut self, line: impl Into<String>) {
        self.rows.push(Row::Line(line.into()));
    }

    /// Adds an empty line.
    pub(super) fn gap(&mut self) {
        self.line("");
    }

    /// The table's text: two spaces between columns, none at the ends of lines.
    pub(super) fn text(&self) -> String {
        let width = |cell: &String| cell.chars().count();
        let mut widths = vec![0; self.left.len()];
        for row in &self.rows {
            if let Row::Cells(cells) = row {
                cells.iter().zip(&mut widths).for_each(|(cell, most)| *most = width(cell).max(*most));
            }
        }
        let mut text = String::new();
        for row in &self.rows {
            match row {
                Row::Line(line) => text.push_str(line),
                Row::Cells(cells) => {
                    let mut line = String::new();
                    for ((cell, left), most) in cells.iter().zip(&self.left).zip(&widths) {
                        let space = " ".repeat(most - width(cell));
                        let (before, after) = if *left { ("", space.as_str()) } else { (space.as_str(), "") };
                        line.push_str(&format!("{before}{cell}{after}  "));
                    }
                    text.push_str(line.trim_end());
                }
            }
            text.push('\n');
        }
        text
    }
}

/// Breaks `text` into lines of at most `width` characters where words end, each after `indent`.
pub(super) fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let (mut lines, mut line) = (String::new(), String::new());
    for word in text.split_whitespace() {
        let length = indent.chars().count() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > width {
            lines.push_str(&format!("{indent}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push_str(&format!("{indent}{line}\n"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new("lr");
        table.row(["name", "mean ± half"]);
        table.gap();
        table.row(["a longer name", "1"]);
        table.line("a line that is longer than both columns");
        table.row(["ä"]);
        let lines = [
            "name           mean ± half",
            "",
            "a longer name            1",
            "a line that is longer than both columns",
            "ä\n",
        ];
        assert_eq!(table.text(), lines.join("\n"));
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two  three", "  ", 9), "  one two\n  three\n");
        assert_eq!(wrapped("", "  ", 9), "");
    }
}
