//! Where a value stands in a scenario: `overlays[0].algorithm.chord.successors`.

use std::fmt;
use std::str::FromStr;

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Into an object by key.
    Key(String),
    /// Into a list by index, from 0.
    Index(usize),
}

/// A place in a scenario: keys and list indices from the top.
///
/// As text, keys are joined by dots and indices stand in brackets or between dots: `overlays[0].label` and
/// `overlays.0.label` are the same. A key with other characters than letters, digits, `_`, `-` and `$` is
/// written in brackets and quotes: `sweep["peers.count"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    segments: Vec<Segment>,
}

/// A text that is not a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a path: write keys joined by dots and list items by index, such as overlays[0].label"
)]
pub struct PathError {
    text: String,
}

impl Path {
    /// The scenario itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// The steps from the top.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    pub(crate) fn push(&mut self, segment: Segment) {
        self.segments.push(segment);
    }

    pub(crate) fn pop(&mut self) {
        self.segments.pop();
    }

    /// The path of `key` in the object at this path.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.segments.push(Segment::Key(key.into()));
        self
    }

    /// The path of item `index` of the list at this path.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.segments.push(Segment::Index(index));
        self
    }

    /// The path of `inner`, counted from this path.
    #[must_use]
    pub fn join(mut self, inner: &Self) -> Self {
        self.segments.extend_from_slice(&inner.segments);
        self
    }

    /// Whether one of the two paths lies within the other, or both are the same.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.segments.iter().zip(&other.segments).all(|(a, b)| a == b)
    }

    /// The last step where it is a key.
    pub fn last_key(&self) -> Option<&str> {
        match self.segments.last() {
            Some(Segment::Key(key)) => Some(key),
            _ => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if is_plain(key) => {
                    write!(f, "{}{key}", if position > 0 { "." } else { "" })?;
                }
                Segment::Key(key) => write!(f, "[{}]", serde_json::Value::from(key.as_str()))?,
            }
        }
        Ok(())
    }
}

/// Whether a key can stand between dots and is not taken for an index there.
fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key.chars().all(|c| c.is_alphanumeric() || "_-$".contains(c))
        && !key.chars().all(|c| c.is_ascii_digit())
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let wrong = || PathError { text: text.to_owned() };
        let mut path = Self::root();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                if inside.starts_with('"') {
                    let mut read = serde_json::Deserializer::from_str(inside).into_iter::<String>();
                    let Some(Ok(key)) = read.next() else { return Err(wrong()) };
                    rest = inside[read.byte_offset()..].strip_prefix(']').ok_or_else(wrong)?;
                    path = path.key(key);
                } else {
                    let (index, tail) = inside.split_once(']').ok_or_else(wrong)?;
                    rest = tail;
                    path = path.index(number(index).ok_or_else(wrong)?);
                }
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (word, tail) = rest.split_at(end);
                rest = tail;
                path = match number(word) {
                    Some(index) => path.index(index),
                    None if is_plain(word) => path.key(word),
                    None => return Err(wrong()),
                };
            }
            // A dot joins two steps: none may stand at the end.
            if let Some(tail) = rest.strip_prefix('.') {
                if tail.is_empty() || tail.starts_with('[') {
                    return Err(wrong());
                }
                rest = tail;
            }
        }
        if path.segments.is_empty() { Err(wrong()) } else { Ok(path) }
    }
}

fn number(text: &str) -> Option<usize> {
    text.chars().all(|c| c.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_spellings_of_an_index_are_one_path() {
        let expected = Path::root().key("overlays").index(0).key("label");
        assert_eq!("overlays[0].label".parse(), Ok(expected.clone()));
        assert_eq!("overlays.0.label".parse(), Ok(expected.clone()));
        assert_eq!(expected.to_string(), "overlays[0].label");
        assert_eq!(Path::root().key("sweep").key("a.b").to_string(), "sweep[\"a.b\"]");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in
            ["", ".", "a.", "a..b", "[", "a[", "a[x]", "a[\"b]", "a b", "a.[0]", "99999999999999999999999"]
        {
            assert!(text.parse::<Path>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_path_survives_its_text(keys in prop::collection::vec((".{0,5}", 0usize..20, any::<bool>()), 1..5)) {
            let path = keys.into_iter().fold(Path::root(), |path, (key, index, list)| {
                if list { path.index(index) } else { path.key(key) }
            });
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            let _ = text.parse::<Path>();
        }
    }
}
