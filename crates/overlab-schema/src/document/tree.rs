//! A tree of values and, beside it, the tree of the places that keys and values come from.

use super::{Path, Segment};
use crate::misfit::describe;
use crate::nearest::nearest;
use serde_json::{Map, Value};

/// Where a key or value comes from, small enough to keep for each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A byte of the file.
    File(u32),
    /// An option of the command line, by its position in the document's list.
    Option(u32),
    /// A value of a sweep, by its axis.
    Axis(u32),
}

/// The place of one value, of its key, and of all that is in it.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) key: Mark,
    pub(crate) value: Mark,
    inner: Inner,
}

#[derive(Clone, Debug)]
enum Inner {
    Leaf,
    List(Vec<Places>),
    Object(Vec<(String, Places)>),
}

impl Places {
    pub(crate) fn leaf(mark: Mark) -> Self {
        Self { key: mark, value: mark, inner: Inner::Leaf }
    }

    pub(crate) fn list(mark: Mark, items: Vec<Self>) -> Self {
        Self { inner: Inner::List(items), ..Self::leaf(mark) }
    }

    pub(crate) fn object(mark: Mark, entries: Vec<(String, Self)>) -> Self {
        Self { inner: Inner::Object(entries), ..Self::leaf(mark) }
    }

    pub(crate) fn with_key(self, key: Mark) -> Self {
        Self { key, ..self }
    }

    /// The places of `value` where all of it comes from one mark.
    fn uniform(value: &Value, mark: Mark) -> Self {
        match value {
            Value::Array(items) => {
                Self::list(mark, items.iter().map(|item| Self::uniform(item, mark)).collect())
            }
            Value::Object(entries) => Self::object(
                mark,
                entries.iter().map(|(key, value)| (key.clone(), Self::uniform(value, mark))).collect(),
            ),
            _ => Self::leaf(mark),
        }
    }

    fn step(&self, segment: &Segment) -> Option<&Self> {
        match (segment, &self.inner) {
            (Segment::Index(index), Inner::List(items)) => items.get(*index),
            (Segment::Key(key), Inner::Object(entries)) => {
                entries.iter().find(|(name, _)| name == key).map(|(_, places)| places)
            }
            _ => None,
        }
    }

    /// The places at `path`, or of the innermost value on the way to it, and whether `path` itself was found.
    pub(crate) fn at(&self, path: &Path) -> (&Self, bool) {
        let mut here = self;
        for segment in path.segments() {
            match here.step(segment) {
                Some(next) => here = next,
                None => return (here, false),
            }
        }
        (here, true)
    }

    /// The mark of the last key of this object that does not come from the file, where there is one.
    pub(crate) fn edited_key(&self) -> Option<Mark> {
        let Inner::Object(entries) = &self.inner else { return None };
        entries.iter().rev().map(|(_, places)| places.key).find(|mark| !matches!(mark, Mark::File(_)))
    }
}

/// Values and their places.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) value: Value,
    pub(crate) places: Places,
}

impl Tree {
    /// Takes `key` out of the object at the top.
    pub(crate) fn remove(&mut self, key: &str) {
        if let (Value::Object(entries), Inner::Object(marks)) = (&mut self.value, &mut self.places.inner) {
            entries.shift_remove(key);
            marks.retain(|(name, _)| name != key);
        }
    }

    /// Puts `value` at `path`, making the objects on the way that are not there yet.
    ///
    /// # Errors
    /// Where the path leads through something that is neither object nor list, to a list item that is not there, or
    /// into a missing object that looks like a misspelt one: the path so far and what is wrong with it.
    pub(crate) fn set(&mut self, path: &Path, value: Value, mark: Mark) -> Result<(), (Path, String)> {
        let mut here = &mut self.value;
        let mut places = &mut self.places;
        let mut walked = Path::root();
        let last = path.segments().len().saturating_sub(1);
        for (position, segment) in path.segments().iter().enumerate() {
            match (segment, here) {
                (Segment::Key(key), Value::Object(entries)) => {
                    walked = walked.key(key.as_str());
                    if position < last
                        && !entries.contains_key(key)
                        && let Some(meant) = nearest(key, entries.keys().map(String::as_str))
                    {
                        return Err((
                            walked,
                            format!("there is no key {key:?} here; did you mean {meant:?}?"),
                        ));
                    }
                    let Inner::Object(marks) = &mut places.inner else {
                        unreachable!("places have the shape of the values")
                    };
                    if !entries.contains_key(key) {
                        entries.insert(key.clone(), Value::Object(Map::new()));
                        marks.push((key.clone(), Places::object(mark, Vec::new())));
                    }
                    here = entries.get_mut(key).expect("it was there or has been inserted");
                    let found = marks.iter_mut().find(|(name, _)| name == key);
                    places = &mut found.expect("places have the shape of the values").1;
                }
                (Segment::Index(index), Value::Array(items)) => {
                    let Inner::List(marks) = &mut places.inner else {
                        unreachable!("places have the shape of the values")
                    };
                    let count = items.len();
                    walked = walked.index(*index);
                    match (items.get_mut(*index), marks.get_mut(*index)) {
                        (Some(item), Some(mark)) => (here, places) = (item, mark),
                        _ => return Err((walked, format!("the list has {count} items, counted from 0"))),
                    }
                }
                (Segment::Key(key), other) => {
                    return Err((walked, format!("is {}, so it has no key {key:?}", describe(other))));
                }
                (Segment::Index(index), other) => {
                    return Err((walked, format!("is {}, so it has no item {index}", describe(other))));
                }
            }
        }
        let key = if matches!(places.key, Mark::File(_)) { places.key } else { mark };
        *places = Places::uniform(&value, mark).with_key(key);
        *here = value;
        Ok(())
    }
}
