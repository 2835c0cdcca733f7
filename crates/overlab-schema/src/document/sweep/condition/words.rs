//! The words of a condition.

use super::Quantity;
use crate::document::{Path, PathError};
use overlab_time::{Span, parse_bytes};

/// A word of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Constant(Quantity),
    /// A path, or the name of a function, with its text.
    Name(String, Path),
    Sign(&'static str),
    End,
}

/// What signs are spelled like, the longer first.
const SIGNS: [&str; 13] = ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")", ","];

/// Splits a condition into words, each with the column where it begins, from 1.
pub(super) fn words(text: &str) -> Result<Vec<(usize, Word)>, (usize, String)> {
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let column = text[..text.len() - rest.len()].chars().count() + 1;
        let Some(first) = rest.chars().next() else {
            words.push((column, Word::End));
            return Ok(words);
        };
        let wrong = |message: String| (column, message);
        let (word, length) = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Word::Sign(sign), sign.len())
        } else if first == '\'' || first == '"' {
            let end = rest[1..]
                .find(first)
                .ok_or_else(|| wrong("the text that begins here has no end".to_owned()))?;
            (Word::Constant(Quantity::of_text(&rest[1..=end])), end + 2)
        } else if first.is_ascii_digit() {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '.').unwrap_or(rest.len());
            (Word::Constant(amount(&rest[..length]).map_err(wrong)?), length)
        } else if first.is_alphabetic() || first == '_' {
            name(rest).map_err(wrong)?
        } else {
            return Err(wrong(format!("{first:?} means nothing here")));
        };
        words.push((column, word));
        rest = &rest[length..];
    }
}

/// A number, alone or with its unit.
fn amount(text: &str) -> Result<Quantity, String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number = || text.parse::<f64>().ok().filter(|_| plain).map(|number| (number, (0, 0)));
    let span = || text.parse::<Span>().ok().map(|span| (span.as_seconds(), (1, 0)));
    let size = || parse_bytes(text).ok().map(|bytes| (bytes as f64, (0, 1)));
    let (amount, dimension) = number().or_else(span).or_else(size).ok_or_else(|| {
        format!("{text:?} is neither a number nor a duration nor a size, such as 10, 20s or 64KiB")
    })?;
    Ok(Quantity::Amount(amount, dimension))
}

/// A path, a function or a word with a meaning, and its length.
fn name(rest: &str) -> Result<(Word, usize), String> {
    let mut length = 0;
    while let Some(next) = rest[length..].chars().next() {
        if next == '[' {
            // A key in quotes may have anything in it but a bracket, which no key of a scenario has.
            length += rest[length..].find(']').ok_or("a bracket is open: write list items as [0]")? + 1;
        } else if next.is_alphanumeric() || next == '_' || next == '.' || next == '$' {
            length += next.len_utf8();
        } else {
            break;
        }
    }
    let text = &rest[..length];
    let word = match text {
        "and" => Word::Sign("and"),
        "or" => Word::Sign("or"),
        "not" => Word::Sign("not"),
        "true" => Word::Constant(Quantity::Truth(true)),
        "false" => Word::Constant(Quantity::Truth(false)),
        text => {
            let path: Path = text.parse().map_err(|error: PathError| error.to_string())?;
            Word::Name(text.to_owned(), path)
        }
    };
    Ok((word, length))
}
