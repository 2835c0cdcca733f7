//! Edge lists: two nodes a line, and perhaps a number.
//!
//! Fields are separated by blanks, tabs, commas or semicolons; lines end in `\n` or `\r\n`; lines that begin with `#` or `%`
//! are comments, so that SNAP's files are read with their whole head, with a part of it, or without one, and a head in
//! words (`source,target`) may stand in the first line. The third field is a latency where a unit of latencies is said,
//! else a length. Orbis writes two numbers a line without any head.

use super::draft::Draft;
use crate::error::UnderlayError;
use crate::graph::file::GraphEdge;

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    const CURE: &str = "write two nodes a line, and perhaps a latency or length";
    const HEADS: [&str; 7] = ["source", "from", "fromnodeid", "node1", "node_1", "src", "id_1"];
    for (place, line) in draft.data_lines().enumerate() {
        let mut fields = line.split([' ', '\t', ',', ';']).filter(|field| !field.is_empty());
        let (from, to, number) = (fields.next(), fields.next(), fields.next());
        let (Some(from), Some(to), None) = (from, to, fields.next()) else {
            return Err(draft.error(line, "a line has less than two or more than three fields", CURE));
        };
        if place == 0 && HEADS.contains(&from.to_ascii_lowercase().as_str()) {
            continue;
        }
        let (latency, length) = match number {
            Some(number) => draft.latency_or_length(number)?,
            None => (None, None),
        };
        let (source, target) = (draft.named(from)?, draft.named(to)?);
        draft.edge(GraphEdge { latency, length, ..GraphEdge::new(source, target) })?;
    }
    Ok(())
}
