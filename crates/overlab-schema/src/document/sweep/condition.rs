//! Conditions on the points of a sweep: `peers.count <= 1000 or time.measure < 1h`.
//!
//! ```text
//! condition  = both { "or" both }
//! both       = negated { "and" negated }
//! negated    = "not" negated | comparison
//! comparison = sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum ]
//! sum        = product { ( "+" | "-" ) product }
//! product    = factor { ( "*" | "/" ) factor }
//! factor     = "-" factor | "(" condition ")" | FUNCTION "(" sum { "," sum } ")" | NUMBER | NUMBER UNIT | TEXT | PATH
//! ```
//!
//! A text stands in single or double quotes and is what it would be in a scenario: `'1/min'` is a rate. The functions are
//! `min`, `max` and `log2`.

mod evaluate;
mod quantity;
mod read;
mod words;

pub(super) use quantity::Quantity;

use super::Axis;
use crate::document::{Path, Segment, Tree};
use crate::nearest::nearest;
use crate::scenario::Scenario;
use serde_json::Value;

/// The longest condition, in bytes: its parts are not deeper in each other than a stack holds.
const LONGEST: usize = 1000;

/// A condition, ready to be asked of points.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    root: Node,
}

/// A part of a condition.
#[derive(Clone, Debug)]
enum Node {
    /// What is the same at all points.
    Constant(Quantity),
    /// The value of an axis, or what lies in it.
    Swept {
        axis: usize,
        inside: Path,
        name: String,
    },
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Comparison(Order, Box<Node>, Box<Node>),
    Sum(Sign, Box<Node>, Box<Node>),
    Product(Sign, Box<Node>, Box<Node>),
    Function(Function, Vec<Node>),
}

/// How two sides compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Different,
}

/// An operation or its inverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Plain,
    Inverse,
}

/// What can be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Min,
    Max,
    Log2,
}

impl Condition {
    /// Reads a condition over the values of `axes` and, for all other paths, of `tree`.
    pub(crate) fn read(text: &str, axes: &[Axis], tree: &Tree) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("has {} bytes: a condition has at most {LONGEST}", text.len()));
        }
        Ok(Self { root: read::read(text, &|path| resolve(path, axes, tree))? })
    }

    /// Whether the point at which the axes have these values meets it.
    pub(crate) fn holds(&self, axes: &[Axis], choices: &[usize]) -> Result<bool, String> {
        let value = |axis: usize| &axes[axis].values[choices[axis]];
        match evaluate::evaluate(&self.root, &value)? {
            Quantity::Truth(truth) => Ok(truth),
            other => {
                Err(format!("comes to {other}, but a condition is true or false: compare it with something"))
            }
        }
    }
}

/// What a path stands for.
fn resolve(path: &Path, axes: &[Axis], tree: &Tree) -> Result<Node, String> {
    if Scenario::FILE_PATHS.contains(&path.to_string().as_str()) {
        return Err(format!("{path} names a file, which results call otherwise: no condition can be on it"));
    }
    let swept = axes.iter().position(|axis| path.segments().starts_with(axis.path.segments()));
    if let Some(axis) = swept {
        let steps = &path.segments()[axes[axis].path.segments().len()..];
        let inside = steps.iter().fold(Path::root(), |inside, step| match step {
            Segment::Key(key) => inside.key(key.as_str()),
            Segment::Index(index) => inside.index(*index),
        });
        return Ok(Node::Swept { axis, inside, name: path.to_string() });
    }
    let mut here = &tree.value;
    for segment in path.segments() {
        let next = match segment {
            Segment::Key(key) => here.get(key),
            Segment::Index(index) => here.get(index),
        };
        let Some(next) = next else {
            let keys = axes.iter().map(|axis| axis.spelled.as_str());
            let keys = keys
                .chain(here.as_object().into_iter().flat_map(|entries| entries.keys().map(String::as_str)));
            let last = path.last_key().unwrap_or_default();
            let meant = nearest(&path.to_string(), keys.clone()).or_else(|| nearest(last, keys));
            let meant = meant.map_or_else(String::new, |meant| format!("; did you mean {meant:?}?"));
            return Err(format!(
                "the scenario says nothing of {path}: write down what a condition is on{meant}"
            ));
        };
        here = next;
    }
    Quantity::of(here).map(Node::Constant).map_err(|problem| format!("{path} {problem}"))
}

/// The value at a path within a value.
fn inside<'a>(value: &'a Value, path: &Path) -> Option<&'a Value> {
    path.segments().iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.get(key),
        Segment::Index(index) => value.get(index),
    })
}
