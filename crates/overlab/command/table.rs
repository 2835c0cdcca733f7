//! Text tables: columns as wide as their widest cell, numbers to the right.

/// A table under construction.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// Whether each column is flush left.
    left: Vec<bool>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table whose columns are flush left (`l`) or right (`r`) as the letters of `columns` say.
    pub(super) fn new(columns: &str) -> Self {
        Self { left: columns.chars().map(|side| side == 'l').collect(), rows: Vec::new() }
    }

    /// Adds a row; cells that are missing at its end are empty.
    pub(super) fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        debug_assert!(self.rows.last().is_none_or(|row| row.len() <= self.left.len()));
    }

    /// Adds an empty line.
    pub(super) fn gap(&mut self) {
        self.rows.push(Vec::new());
    }

    /// The table's text: two spaces between columns, none at the ends of lines.
    pub(super) fn text(&self) -> String {
        let width = |cell: &String| cell.chars().count();
        let widths: Vec<usize> = (0..self.left.len())
            .map(|column| self.rows.iter().filter_map(|row| row.get(column)).map(width).max().unwrap_or(0))
            .collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, left), most) in row.iter().zip(&self.left).zip(&widths) {
                let space = " ".repeat(most - width(cell));
                let (before, after) = if *left { ("", space.as_str()) } else { (space.as_str(), "") };
                line.push_str(&format!("{before}{cell}{after}  "));
            }
            text.push_str(line.trim_end());
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
        table.row(["ä"]);
        assert_eq!(table.text(), "name           mean ± half\n\na longer name            1\nä\n");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two  three", "  ", 9), "  one two\n  three\n");
        assert_eq!(wrapped("", "  ", 9), "");
    }
}
