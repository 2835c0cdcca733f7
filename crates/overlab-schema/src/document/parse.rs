//! From text to a tree of values and a tree of the places they stand at, in one pass.

use super::{Mark, Path, Places, Segment, Tree};
use crate::nearest::shorten;
use crate::results::without_position;
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{
    CollectOptions, CommentCollectionStrategy, ParseOptions, errors::ParseErrorKind, parse_to_ast,
};
use serde_json::{Map, Value};

/// Objects and lists within one another: a scenario needs about ten.
const DEEPEST: usize = 64;

/// Keys and values in all: the longest sweep has a tenth of it.
const MOST_VALUES: usize = 1_000_000;

/// A text that is not strict JSON: the byte it goes wrong at, the path if any, and what is wrong.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    pub(crate) offset: usize,
    pub(crate) path: Path,
    pub(crate) message: String,
}

/// Reads strict JSON; `mark` turns the byte offset of a key or value into the mark it gets.
pub(crate) fn parse(text: &str, mark: &dyn Fn(usize) -> Mark) -> Result<Tree, SyntaxError> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let wrong = |offset, message: String| SyntaxError { offset, path: Path::root(), message };
    let parsed = parse_to_ast(text, &collect, &strict)
        .map_err(|error| wrong(error.range().start.min(text.len()), explain(error.kind())))?;
    let Some(root) = parsed.value else {
        return Err(wrong(0, "is empty: a scenario is one JSON object".to_owned()));
    };
    let tree = Builder { text, mark, path: Path::root(), values: 0 }.value(&root, 0)?;
    // The parser that keeps places is more lenient than JSON in corners: the strict one has the last word.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let message = format!("not JSON: {}", without_position(&error.to_string()));
        return Err(wrong(offset_of(text, error.line(), error.column()), message));
    }
    Ok(tree)
}

/// The byte at line and column as serde_json counts them: from 1, columns in bytes.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut offset = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn explain(kind: &ParseErrorKind) -> String {
    let cure = match kind {
        ParseErrorKind::CommentsNotAllowed => "comments are not allowed: say it in \"description\"",
        ParseErrorKind::TrailingCommasNotAllowed => "a comma stands before the closing bracket: remove it",
        ParseErrorKind::ExpectedComma => "a comma is missing here",
        ParseErrorKind::SingleQuotedStringsNotAllowed => "text stands in double quotes, not in single ones",
        ParseErrorKind::ExpectedStringObjectProperty => "keys stand in double quotes",
        ParseErrorKind::NonFiniteNumbersNotAllowed => "numbers must be finite",
        ParseErrorKind::UnterminatedObject => "this object is never closed: a } is missing",
        ParseErrorKind::UnterminatedArray => "this list is never closed: a ] is missing",
        ParseErrorKind::NestingDepthExceeded => return too_deep(),
        other => return format!("not JSON: {}", decapitalise(&other.to_string())),
    };
    format!("not JSON: {cure}")
}

fn too_deep() -> String {
    format!("objects and lists stand in one another more than {DEEPEST} deep")
}

fn decapitalise(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

struct Builder<'a> {
    text: &'a str,
    mark: &'a dyn Fn(usize) -> Mark,
    /// Where the builder is, for errors.
    path: Path,
    /// Values seen so far.
    values: usize,
}

impl Builder<'_> {
    fn value(&mut self, node: &ast::Value<'_>, depth: usize) -> Result<Tree, SyntaxError> {
        let mark = (self.mark)(node.start());
        let leaf = |value| Ok(Tree { value, places: Places::leaf(mark) });
        self.values += 1;
        match node {
            _ if self.values > MOST_VALUES => {
                Err(self
                    .wrong(node.start(), format!("has more than {MOST_VALUES} values; is this a data file?")))
            }
            _ if depth > DEEPEST => Err(self.wrong(node.start(), too_deep())),
            ast::Value::NullKeyword(_) => leaf(Value::Null),
            ast::Value::BooleanLit(literal) => leaf(Value::Bool(literal.value)),
            // The strict reader turns the literal's own text into its value: escapes and digits are its affair.
            ast::Value::StringLit(_) | ast::Value::NumberLit(_) => {
                let literal = node.text(self.text);
                let read = serde_json::from_str(literal).map_err(|error| {
                    let reason = without_position(&error.to_string());
                    self.wrong(node.start(), format!("not JSON: {}: {reason}", shorten(literal)))
                })?;
                leaf(read)
            }
            ast::Value::Array(array) => {
                let mut values = Vec::with_capacity(array.elements.len());
                let mut places = Vec::with_capacity(array.elements.len());
                for (index, element) in array.elements.iter().enumerate() {
                    self.path.push(Segment::Index(index));
                    let item = self.value(element, depth + 1)?;
                    self.path.pop();
                    values.push(item.value);
                    places.push(item.places);
                }
                Ok(Tree { value: Value::Array(values), places: Places::list(mark, places) })
            }
            ast::Value::Object(object) => {
                let mut values = Map::with_capacity(object.properties.len());
                let mut places = Vec::with_capacity(object.properties.len());
                for property in &object.properties {
                    let key = property.name.as_str();
                    let offset = property.name.range().start;
                    self.path.push(Segment::Key(key.to_owned()));
                    if values.contains_key(key) {
                        let message =
                            format!("the key {:?} stands twice in this object: keep one", shorten(key));
                        return Err(self.wrong(offset, message));
                    }
                    let item = self.value(&property.value, depth + 1)?;
                    self.path.pop();
                    values.insert(key.to_owned(), item.value);
                    places.push((key.to_owned(), item.places.with_key((self.mark)(offset))));
                }
                Ok(Tree { value: Value::Object(values), places: Places::object(mark, places) })
            }
        }
    }

    fn wrong(&self, offset: usize, message: String) -> SyntaxError {
        SyntaxError { offset, path: self.path.clone(), message }
    }
}
