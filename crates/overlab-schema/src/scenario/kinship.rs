//! Whether two scenarios are one experiment that only has other runs by now.

use super::{Overlay, Scenario, Sweep};
use crate::document::{Path, Segment};
use serde_json::Value;

impl Scenario {
    /// Where this scenario differs from an `earlier` one in more than which runs there are: the path of a value, or nothing
    /// where the two differ in their sweep, the number of replications, what they say about themselves and overlays that
    /// came in addition only. Both are complete, as results folders keep them.
    ///
    /// A path that either of them sweeps makes no difference.
    pub fn differs_from(&self, earlier: &Self) -> Option<Path> {
        let swept: Vec<Path> = [self, earlier]
            .iter()
            .flat_map(|scenario| &scenario.sweep.axes)
            .filter_map(|axis| axis.path.parse().ok())
            .collect();
        let ours = self.clone().stripped(self);
        let theirs = earlier.with_values_of(self, &swept).stripped(self);
        let missing = theirs.overlays.iter().position(|overlay| !self.has(overlay));
        if let Some(index) = missing {
            return Some(Path::root().key("overlays").index(index));
        }
        for (name, input) in &theirs.inputs {
            if ours.inputs.get(name).is_some_and(|ours| ours != input) {
                return Some(Path::root().key("inputs").key(name));
            }
        }
        let value = |mut scenario: Self| {
            scenario.overlays.clear();
            scenario.inputs.clear();
            serde_json::to_value(scenario).expect("scenarios have string keys only")
        };
        first_difference(&value(ours), &value(theirs))
    }

    fn has(&self, overlay: &Overlay) -> bool {
        self.overlays.contains(overlay)
    }

    /// The same without what makes no difference, and with every default that follows from other values.
    fn stripped(mut self, other: &Self) -> Self {
        self.schema = None;
        self.description = String::new();
        self.sweep = Sweep::default();
        self.published = None;
        self.replications.clone_from(&other.replications);
        self.fill_derived(&[]);
        self
    }

    /// The same with the values that `other` has at some paths; unchanged where that makes no scenario.
    fn with_values_of(&self, other: &Self, paths: &[Path]) -> Self {
        let value =
            |scenario: &Self| serde_json::to_value(scenario).expect("scenarios have string keys only");
        let (mut changed, other) = (value(self), value(other));
        for path in paths {
            put(&mut changed, path, at(&other, path));
        }
        serde_json::from_value(changed).unwrap_or_else(|_| self.clone())
    }
}

fn at<'a>(value: &'a Value, path: &Path) -> Option<&'a Value> {
    path.segments().iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.get(key),
        Segment::Index(index) => value.get(index),
    })
}

/// Makes the value at `path` this one, or takes it away, where the path leads somewhere.
fn put(root: &mut Value, path: &Path, value: Option<&Value>) {
    let Some((last, way)) = path.segments().split_last() else { return };
    let mut here = root;
    for segment in way {
        let next = match segment {
            Segment::Key(key) => here.get_mut(key),
            Segment::Index(index) => here.get_mut(index),
        };
        let Some(next) = next else { return };
        here = next;
    }
    match (last, here, value) {
        (Segment::Key(key), Value::Object(entries), Some(value)) => {
            entries.insert(key.clone(), value.clone());
        }
        (Segment::Key(key), Value::Object(entries), None) => {
            entries.shift_remove(key);
        }
        (Segment::Index(index), Value::Array(items), Some(value)) => {
            if let Some(item) = items.get_mut(*index) {
                item.clone_from(value);
            }
        }
        _ => {}
    }
}

/// The first place where two values differ, in the order of the first.
fn first_difference(a: &Value, b: &Value) -> Option<Path> {
    if a == b {
        return None;
    }
    let (Value::Object(ours), Value::Object(theirs)) = (a, b) else { return Some(Path::root()) };
    let keys = ours.keys().chain(theirs.keys().filter(|key| !ours.contains_key(*key)));
    for key in keys {
        let inner = match (ours.get(key), theirs.get(key)) {
            (Some(ours), Some(theirs)) => first_difference(ours, theirs),
            _ => Some(Path::root()),
        };
        if let Some(inner) = inner {
            return Some(Path::root().key(key).join(&inner));
        }
    }
    // The same keys in another order.
    None
}
