//! GML, the Graph Modelling Language (Himsolt, 1997): keys with numbers, strings or lists in brackets.
//!
//! The grammar is `List = (Key Value)*`, `Value = Number | String | '[' List ']'`. Lines that start with `#`
//! are comments; strings may span lines and hold character references such as `&#233;`.

use super::attributes::{Attribute, Attributes};
use super::draft::Draft;
use crate::error::UnderlayError;
use crate::graph::file::Spot;

/// Lists within lists: graphs need three; the limit keeps hostile files off the stack.
const DEEPEST: usize = 64;

struct Entry<'a> {
    key: &'a str,
    value: Value<'a>,
    offset: usize,
}

enum Value<'a> {
    /// A number or the inside of a string, as written.
    Text(&'a str),
    List(Vec<Entry<'a>>),
}

#[derive(Clone, Copy)]
enum Token<'a> {
    Key(&'a str),
    Text(&'a str),
    Open,
    Close,
}

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    let mut parser = Parser { file: draft.name, text: draft.text, at: 0 };
    let entries = parser.file()?;
    let graph = entries.iter().find_map(|entry| match &entry.value {
        Value::List(list) if entry.key.eq_ignore_ascii_case("graph") => Some(list),
        _ => None,
    });
    let Some(graph) = graph else {
        let cure = "give a GML file with a graph";
        return Err(draft.spot(0).error("there is no `graph [ ... ]`", cure));
    };
    let lists = |name: &'static str| {
        graph.iter().filter_map(move |entry| match &entry.value {
            Value::List(list) if entry.key == name => Some((entry, list)),
            _ => None,
        })
    };
    for (entry, list) in lists("node") {
        let id = required(list, "id")
            .ok_or_else(|| draft.spot(entry.offset).error("a node has no id", "give it one"))?;
        let mut attributes = attributes(draft, list, false)?;
        // The drawing of a node, as most programs write it.
        for drawing in list.iter().filter(|entry| entry.key == "graphics") {
            if let Value::List(drawing) = &drawing.value {
                add(&mut attributes, draft, drawing, false)?;
            }
        }
        let point = attributes.point();
        draft.node_at(entry.offset, id, attributes.into_node(id), point)?;
    }
    for (entry, list) in lists("edge") {
        let end = |name| {
            let id = required(list, name).ok_or_else(|| {
                draft.spot(entry.offset).error(format!("an edge has no {name}"), "give it one")
            })?;
            draft.declared_at(entry.offset, id)
        };
        let (source, target) = (end("source")?, end("target")?);
        let attributes = attributes(draft, list, true)?;
        draft.edge(attributes.into_edge(source, target))?;
    }
    Ok(())
}

fn required<'a>(list: &[Entry<'a>], name: &str) -> Option<&'a str> {
    list.iter().find(|entry| entry.key == name).and_then(|entry| match entry.value {
        Value::Text(text) => Some(text),
        Value::List(_) => None,
    })
}

fn attributes(draft: &Draft, list: &[Entry], edge: bool) -> Result<Attributes, UnderlayError> {
    let mut attributes = Attributes::default();
    add(&mut attributes, draft, list, edge)?;
    Ok(attributes)
}

fn add(attributes: &mut Attributes, draft: &Draft, list: &[Entry], edge: bool) -> Result<(), UnderlayError> {
    for entry in list {
        if let (Some(attribute), Value::Text(text)) = (Attribute::named(entry.key), &entry.value) {
            attributes.set(draft, edge, attribute, &unescape(text), entry.offset)?;
        }
    }
    Ok(())
}

struct Parser<'a> {
    file: &'a str,
    text: &'a str,
    /// Byte offset of what is read next.
    at: usize,
}

impl<'a> Parser<'a> {
    fn error(&self, offset: usize, problem: impl Into<String>, cure: &'static str) -> UnderlayError {
        Spot { file: self.file, text: self.text, offset }.error(problem, cure)
    }

    /// The whole file as one list; open lists wait on a stack of their own.
    fn file(&mut self) -> Result<Vec<Entry<'a>>, UnderlayError> {
        const PAIRS: &str = "GML is made of `key value` pairs: perhaps this is no GML file";
        let mut list = Vec::new();
        let mut waiting: Vec<(Vec<Entry<'a>>, &'a str, usize)> = Vec::new();
        while let Some((token, offset)) = self.token()? {
            match token {
                Token::Key(key) => match self.token()? {
                    Some((Token::Text(text), _)) => {
                        list.push(Entry { key, value: Value::Text(text), offset });
                    }
                    Some((Token::Open, _)) if waiting.len() < DEEPEST => {
                        waiting.push((std::mem::take(&mut list), key, offset));
                    }
                    Some((Token::Open, offset)) => {
                        return Err(self.error(offset, "lists are nested too deep", "nest at most 64 lists"));
                    }
                    Some((_, offset)) => {
                        return Err(self.error(offset, format!("`{key}` has no value"), PAIRS));
                    }
                    None => {
                        return Err(self.error(
                            offset,
                            format!("the file ends after `{key}`"),
                            "complete the file",
                        ));
                    }
                },
                Token::Close => match waiting.pop() {
                    Some((outer, key, offset)) => {
                        let inner = std::mem::replace(&mut list, outer);
                        list.push(Entry { key, value: Value::List(inner), offset });
                    }
                    None => return Err(self.error(offset, "`]` closes nothing", "remove it")),
                },
                Token::Text(_) | Token::Open => return Err(self.error(offset, "a value has no key", PAIRS)),
            }
        }
        match waiting.last() {
            None => Ok(list),
            Some((_, key, offset)) => Err(self.error(
                *offset,
                format!("the file ends within `{key} [`"),
                "close it with `]`: perhaps the file is cut off",
            )),
        }
    }

    fn token(&mut self) -> Result<Option<(Token<'a>, usize)>, UnderlayError> {
        self.skip_blanks();
        let start = self.at;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let (token, length) = match first {
            '[' => (Token::Open, 1),
            ']' => (Token::Close, 1),
            '"' => {
                let Some(end) = rest[1..].find('"') else {
                    return Err(self.error(start, "the string never ends", "close it with a quotation mark"));
                };
                (Token::Text(&rest[1..=end]), end + 2)
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                (Token::Key(&rest[..end]), end)
            }
            '0'..='9' | '-' | '+' | '.' => {
                let end =
                    rest.find(|c: char| c.is_whitespace() || c == '[' || c == ']').unwrap_or(rest.len());
                (Token::Text(&rest[..end]), end)
            }
            other => {
                let problem = format!("{other:?} starts neither a key nor a value");
                return Err(self.error(start, problem, "give a GML file"));
            }
        };
        self.at += length;
        Ok(Some((token, start)))
    }

    /// Passes over blanks and comment lines.
    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start().len();
            if !self.text[self.at..].starts_with('#') {
                return;
            }
            self.at += self.text[self.at..].find('\n').unwrap_or(self.text.len() - self.at);
        }
    }
}

/// `text` with its character references replaced; unknown ones stay.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let reference = rest.find(';').map(|end| &rest[1..end]);
        match reference.and_then(character).zip(reference) {
            Some((character, reference)) => {
                plain.push(character);
                rest = &rest[reference.len() + 2..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "quot" => Some('"'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "apos" => Some('\''),
        _ => reference.strip_prefix('#')?.parse().ok().and_then(char::from_u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::file::Reading;
    use crate::graph::formats::GraphFormat;

    fn problem(text: &str) -> String {
        let reading = Reading { format: Some(GraphFormat::Gml), ..Reading::default() };
        reading.parse("g.gml", text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn references_are_resolved() {
        assert_eq!(
            unescape("Z&#252;rich &amp; &quot;x&quot; &nope; & &#xq; &"),
            "Zürich & \"x\" &nope; & &#xq; &"
        );
    }

    #[test]
    fn errors_name_line_column_and_cure() {
        assert!(
            problem("graph [\n  node [ id 1 ]\n")
                .starts_with("g.gml, line 1, column 1: the file ends within `graph [`")
        );
        assert!(
            problem("graph [\n  node [ label \"a ]\n]").contains("line 2, column 16: the string never ends")
        );
        assert!(problem("graph [ ] ]").contains("column 11: `]` closes nothing"));
        assert!(problem("graph [ node [ id 1 ] node [ id 1 ] ]").contains("two nodes have the id \"1\""));
        assert!(
            problem("graph [ node [ id 1 ] edge [ source 1 target 2 ] ]")
                .contains("no node has the id \"2\"")
        );
        assert!(
            problem("graph [ node [ id 1 Latitude 912 Longitude 3 ] ]").contains("\"912\" is no coordinate")
        );
        assert!(
            problem("graph [ node [ id 1 ] edge [ source 1 target 1 delay -1 ] ]").contains("no latency")
        );
        assert!(problem("graph id").contains("`graph` has no value"));
        assert!(problem("Creator \"me\"").contains("no `graph [ ... ]`"));
        assert!(problem("a % b").contains("'%'"));
    }

    #[test]
    fn nesting_has_a_limit() {
        assert!(problem(&"graph [ ".repeat(1_000_000)).contains("nested too deep"));
    }
}
