//! A scenario as text, values and places: parsed once, edited by `--set`, multiplied by sweeps.
//!
//! Every key and value remembers where it comes from: line and column of the file, an option of the command line, or
//! a value of a sweep. Whatever finds fault with a value later, here or in an algorithm's own parameters, has it
//! located through [`Point::locate`].

mod origin;
mod parse;
mod path;
mod point;
mod sweep;
mod tree;

pub use origin::Origin;
pub use path::{Path, PathError, Segment};
pub use point::Point;
pub(crate) use tree::{Mark, Places, Tree};

use crate::error::{Problem, ScenarioError};
use crate::misfit::{Part, fit};
use crate::nearest::shorten;
use crate::scenario::Scenario;
use origin::Source;
use serde_json::Value;
use std::sync::Arc;
use sweep::Lattice;

/// The largest scenario that is read, in bytes: a slip of the pen names a data file instead.
const LARGEST: usize = 16 << 20;

/// A scenario file with the options of the command line applied to it.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    tree: Tree,
}

impl Document {
    /// Reads the text of a scenario; errors will call the file `name`.
    ///
    /// Checks the text as JSON only: what the keys and values mean is checked by [`Document::points`] and
    /// [`Point::scenario`], after all options have been applied.
    ///
    /// # Errors
    /// Where the text is not strict JSON (comments and trailing commas are not), a key stands twice in an object,
    /// nesting is deeper than 64, or the text has more than 16 MiB or a million values.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let problem = |place: String, path, message| ScenarioError::Syntax(Problem { place, path, message });
        if text.len() > LARGEST {
            let message =
                format!("has {} bytes: a scenario has at most {LARGEST}; is this a data file?", text.len());
            return Err(problem(name.to_owned(), Path::root(), message));
        }
        let source = Source::new(name, text.strip_prefix('\u{feff}').unwrap_or(text));
        // At most 16 MiB, so every offset fits.
        let tree = parse::parse(source.text(), &|offset| Mark::File(offset as u32))
            .map_err(|error| problem(source.place(error.offset), error.path, error.message))?;
        if !tree.value.is_object() {
            let found = crate::misfit::describe(&tree.value);
            let message = format!("is {found}, but a scenario is an object in {{ }}");
            return Err(problem(source.place(0), Path::root(), message));
        }
        Ok(Self { source, tree })
    }

    /// As [`Document::parse`], for what was read from a file and may not even be text.
    ///
    /// # Errors
    /// Also where the bytes are not UTF-8.
    pub fn parse_bytes(name: &str, bytes: &[u8]) -> Result<Self, ScenarioError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(name, text),
            Err(error) => {
                let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let source = Source::new(name, &good);
                Err(ScenarioError::Syntax(Problem {
                    place: source.place(source.text().len()),
                    path: Path::root(),
                    message: "not JSON: these bytes are not UTF-8 text; is this a scenario file?".to_owned(),
                }))
            }
        }
    }

    /// The name that errors call the file by.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// Applies `--set PATH=VALUE`, the `number`th (from 1) of the command line.
    ///
    /// The value is JSON, or a bare string where it is not. Objects on the way that are not there yet are made.
    ///
    /// # Errors
    /// Where the text has no `=`, its path is none or leads nowhere, or its value begins like JSON and is none.
    pub fn set(&mut self, number: usize, text: &str) -> Result<(), ScenarioError> {
        let option = format!("--set {number} ({})", shorten(text));
        let problem = |path, message| ScenarioError::Set(Problem { place: option.clone(), path, message });
        let Some((path, value)) = text.split_once('=') else {
            return Err(problem(Path::root(), "write PATH=VALUE, such as --set peers.count=1000".to_owned()));
        };
        let path: Path =
            path.trim().parse().map_err(|error: PathError| problem(Path::root(), error.to_string()))?;
        let value = match parse::parse(value, &|_| Mark::Option(0)) {
            Ok(tree) => tree.value,
            // A bracket or quote is a promise of JSON; anything else may be a bare string.
            Err(error) if value.trim_start().starts_with(['{', '[', '"']) => {
                let path = path.join(&error.path);
                return Err(problem(path, error.message));
            }
            Err(_) => Value::from(value),
        };
        self.set_value(&option, &path, value)
    }

    /// Puts `value` at `path` on behalf of `option`, the part of the command line that errors will name.
    ///
    /// # Errors
    /// Where the path leads through something that is no object, or to a list item that is not there.
    pub fn set_value(&mut self, option: &str, path: &Path, value: Value) -> Result<(), ScenarioError> {
        let mark = self.source.option(option);
        self.tree.set(path, value, mark).map_err(|(path, message)| {
            ScenarioError::Set(Problem { place: option.to_owned(), path, message })
        })
    }

    /// The points of the sweep in file order, the first path slowest; one point where there is no sweep.
    ///
    /// # Errors
    /// Where the sweep is not an object of lists and ranges, a path is none or leads nowhere, two paths overlap, a list is
    /// empty, what goes together is not equally long, a condition cannot be read or asked, or there are more than 100 000
    /// points (counted before any is made) or none.
    pub fn points(&self) -> Result<Vec<Point>, ScenarioError> {
        let lattice = Lattice::read(self).map_err(|error| self.with_own_misfit(error))?;
        let count = lattice.count();
        // Points hold values instead of the sweep, which may be far larger than the rest.
        let mut rest = self.clone();
        rest.tree.remove("sweep");
        let document = Arc::new((rest, lattice));
        Ok((0..count).map(|index| Point::new(Arc::clone(&document), index)).collect())
    }

    /// A sweep often leads nowhere because of a slip in the scenario itself: that is then told first.
    fn with_own_misfit(&self, error: ScenarioError) -> ScenarioError {
        match fit::<Scenario>(&self.tree.value) {
            Err(misfit) if misfit.part == Part::Key => {
                let mark = self.tree.places.at(&misfit.path).0.key;
                let place = self.source.origin(mark, &[]).to_string();
                let own = Problem { place, path: misfit.path, message: misfit.message };
                ScenarioError::Content([vec![own], error.problems().to_vec()].concat())
            }
            _ => error,
        }
    }

    /// The scenario with every default filled in that holds for all points of its sweep: what `show` prints and what
    /// a results folder keeps. Swept values are those of the first point; running it gives the same bits.
    ///
    /// # Errors
    /// Those of [`Document::points`] and of [`Point::scenario`] for the first point.
    pub fn scenario(&self) -> Result<Scenario, ScenarioError> {
        let points = self.points()?;
        points.first().expect("there is at least one point").shown()
    }

    /// Where the value at `path`, or the innermost one on the way to it, comes from.
    pub fn origin(&self, path: &Path) -> Origin {
        self.source.origin(self.tree.places.at(path).0.value, &[])
    }

    /// A problem with the value at `path`, located.
    pub fn locate(&self, path: &Path, message: impl Into<String>) -> Problem {
        Problem { place: self.origin(path).to_string(), path: path.clone(), message: message.into() }
    }
}

/// A document and the points of its sweep, shared by them all.
type Swept = (Document, Lattice);
