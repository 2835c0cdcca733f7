//! Values that do not fit their type, told in the words of the file instead of those of the language.

mod strict;

use crate::document::{Path, Segment};
use crate::nearest::{shorten, unknown_name};
use serde::de::DeserializeOwned;
use serde_json::Value;
use strict::Strict;

/// Which part of what stands at a path is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The key itself.
    Key,
    /// The value.
    Value,
    /// The choice of keys in the object: there is one too many.
    Keys,
}

/// A value that does not fit: where it stands within the value that was read, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct Misfit {
    /// From the top of the value that was read.
    pub path: Path,
    /// What is wrong and what would be right.
    pub message: String,
    /// Which part of what stands there is wrong.
    pub part: Part,
}

/// Reads `value` as a `T`; what does not fit is located and put in plain words.
///
/// Works for a whole scenario and for the raw parameters of an algorithm, a plug-in's too.
///
/// # Errors
/// The first key or value that does not fit.
pub fn fit<T: DeserializeOwned>(value: &Value) -> Result<T, Misfit> {
    serde_path_to_error::deserialize(Strict(value)).map_err(|error| {
        let path = error.path().iter().fold(Path::root(), |path, segment| match segment {
            serde_path_to_error::Segment::Seq { index } => path.index(*index),
            serde_path_to_error::Segment::Map { key } => path.key(key),
            serde_path_to_error::Segment::Enum { variant } => path.key(variant),
            serde_path_to_error::Segment::Unknown => path,
        });
        reword(value, existing(value, &path), &error.inner().to_string())
    })
}

/// The longest start of `path` that exists in `value`: a choice written as bare text has no inside.
fn existing(value: &Value, path: &Path) -> Path {
    let mut here = value;
    let mut kept = Path::root();
    for segment in path.segments() {
        let next = match segment {
            Segment::Key(key) => here.get(key),
            Segment::Index(index) => here.get(index),
        };
        let Some(next) = next else { break };
        kept.push(segment.clone());
        here = next;
    }
    kept
}

/// Puts a message of serde in the words of the file.
fn reword(root: &Value, path: Path, message: &str) -> Misfit {
    let here = at(root, &path);
    for (prefix, kind) in [("unknown field `", "key"), ("unknown variant `", "choice")] {
        let Some(rest) = message.strip_prefix(prefix) else { continue };
        let end = rest.rfind("`, expected ").or_else(|| rest.rfind("`, there are no "));
        let Some((name, expected)) = end.map(|end| rest.split_at(end)) else { continue };
        let candidates: Vec<&str> = expected.split('`').skip(2).step_by(2).collect();
        let message = unknown_name(kind, name, &candidates);
        // The path may end at the object or at the name itself, which stands as a key or as text.
        let at_key = path.last_key() == Some(name) && here.is_none_or(|value| value.as_str() != Some(name));
        return match here.and_then(|value| value.get(name)) {
            Some(_) if !at_key => Misfit { path: path.key(name), message, part: Part::Key },
            _ => Misfit { path, message, part: if at_key { Part::Key } else { Part::Value } },
        };
    }
    let value = |message: String| Misfit { path: path.clone(), message, part: Part::Value };
    if let Some(name) = message.strip_prefix("missing field `") {
        return value(format!("the key {:?} is missing here", name.trim_end_matches('`')));
    }
    for prefix in ["invalid type: ", "invalid value: ", "invalid length "] {
        let Some((_, expected)) =
            message.strip_prefix(prefix).and_then(|rest| rest.rsplit_once(", expected "))
        else {
            continue;
        };
        let found = here.map_or_else(|| "missing".to_owned(), describe);
        let message = format!("is {found}, but should be {}", expectation(expected, here));
        let part = if expected == "map with a single key" { Part::Keys } else { Part::Value };
        return Misfit { path, message, part };
    }
    value(message.to_owned())
}

fn at<'a>(root: &'a Value, path: &Path) -> Option<&'a Value> {
    path.segments().iter().try_fold(root, |value, segment| match segment {
        Segment::Key(key) => value.get(key),
        Segment::Index(index) => value.get(index),
    })
}

/// What a value is, in words and short enough for a message.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text {:?}", shorten(text)),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(entries) if entries.is_empty() => "an empty object".to_owned(),
        Value::Object(entries) => {
            let keys: Vec<_> = entries.keys().take(4).map(|key| format!("{:?}", shorten(key))).collect();
            format!("an object with {}", keys.join(", "))
        }
    }
}

/// What serde says it expected, in the words of the file.
fn expectation(expected: &str, found: Option<&Value>) -> String {
    let whole = |most: u64| format!("a whole number from 0 to {most}");
    match expected {
        "u8" => whole(u64::from(u8::MAX)),
        "u16" => whole(u64::from(u16::MAX)),
        "u32" => whole(u64::from(u32::MAX)),
        "u64" | "usize" => whole(u64::MAX),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        // Quantities are text, and a bare number is the usual slip.
        "a string" | "a borrowed string" | "str" if found.is_some_and(Value::is_number) => {
            "text in quotes (a quantity with its unit, such as \"20s\" or \"1/min\")".to_owned()
        }
        "a string" | "a borrowed string" | "str" => "text in quotes".to_owned(),
        "a sequence" => "a list in [ ]".to_owned(),
        "a map" => "an object in { }".to_owned(),
        "string or map" => {
            "a choice: its name in quotes, or an object with its name as the one key".to_owned()
        }
        "map with a single key" => "a choice: an object with exactly one key".to_owned(),
        "newtype variant" | "struct variant" | "tuple variant" => {
            let name = found.and_then(Value::as_str).unwrap_or("choice");
            format!("an object that gives its parameters, such as {{{name:?}: {{ ... }}}}")
        }
        "unit variant" | "unit" => "the bare name of the choice in quotes, without parameters".to_owned(),
        other if other.starts_with("struct ") || other.starts_with("enum ") => "an object in { }".to_owned(),
        other => other.to_owned(),
    }
}
