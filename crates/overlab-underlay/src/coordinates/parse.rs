//! The texts of coordinate sets.

use super::MOST_DIMENSIONS;
use crate::error::UnderlayError;
use crate::matrix::{Line, Lines};

/// What a number of a set must be.
const NUMBER: &str = "coordinates are numbers in the unit that `unit` states, at most 429s long one way";
const SAME: &str = "every place has as many coordinates: perhaps the file is cut off, or say `dimensions`";

/// Rows as they are read.
pub(super) struct Rows<'a> {
    file: &'a str,
    dimensions: Option<usize>,
    /// Nanoseconds one way of a coordinate of 1.
    scale: f64,
    points: Vec<f64>,
}

/// A text that names what is wrong with a row.
type Wrong = (String, &'static str);

impl<'a> Rows<'a> {
    pub(super) fn new(file: &'a str, dimensions: Option<u32>, scale: f64) -> Self {
        Self { file, dimensions: dimensions.map(|dimensions| dimensions as usize), scale, points: Vec::new() }
    }

    /// All points and how many numbers each has.
    pub(super) fn done(self) -> Result<(Vec<f64>, usize), UnderlayError> {
        match self.dimensions {
            Some(dimensions) if !self.points.is_empty() => Ok((self.points, dimensions + 1)),
            _ => Err(UnderlayError::Empty { file: self.file.to_owned(), what: "place with coordinates" }),
        }
    }

    fn number(&self, text: &str) -> Result<f64, Wrong> {
        let number: Option<f64> = text.parse().ok().map(|number: f64| number * self.scale);
        number
            .filter(|nanoseconds| nanoseconds.abs() <= 429e9)
            .ok_or_else(|| (format!("{text:?} is no coordinate"), NUMBER))
    }

    fn push(&mut self, coordinates: &[&str], height: Option<&str>) -> Result<(), Wrong> {
        let found = coordinates.len();
        let dimensions = *self.dimensions.get_or_insert(found);
        if found != dimensions || found == 0 {
            return Err((format!("the place has {found} coordinates, not {dimensions}"), SAME));
        }
        if found > MOST_DIMENSIONS {
            let problem = format!("the place has {found} coordinates, more than {MOST_DIMENSIONS}");
            return Err((problem, "give a set of fewer dimensions"));
        }
        for coordinate in coordinates {
            let number = self.number(coordinate)?;
            self.points.push(number);
        }
        let height = height.map_or(Ok(0.0), |height| self.number(height))?;
        if height < 0.0 {
            return Err(("the height is negative".to_owned(), "heights are access latencies, at least 0"));
        }
        self.points.push(height);
        Ok(())
    }

    /// `id x y ... h height` a line.
    pub(super) fn vivaldi(&mut self, text: &str) -> Result<(), UnderlayError> {
        const SHAPE: &str = "write one place a line: id x y h height";
        let lines = Lines { file: self.file, text };
        let mut seen = std::collections::BTreeSet::new();
        for line in lines.iter() {
            let words: Vec<&str> = line.content.split_whitespace().collect();
            let [id, ref coordinates @ .., "h", height] = words[..] else {
                let problem = "the line does not end with h and a height".to_owned();
                return Err(line.wrong(line.content, problem, SHAPE));
            };
            if !seen.insert(id) {
                return Err(line.wrong(id, format!("place {id} was given before"), "give each place once"));
            }
            self.push(coordinates, Some(height)).map_err(|wrong| at(&line, wrong))?;
        }
        Ok(())
    }

    /// Numbers under a header or none.
    pub(super) fn csv(&mut self, text: &str) -> Result<(), UnderlayError> {
        let lines = Lines { file: self.file, text };
        // The places of coordinates and height among the cells, where a header says them.
        let mut columns: Option<(Vec<usize>, Option<usize>, usize)> = None;
        let mut first = true;
        for line in lines.iter() {
            let cells: Vec<&str> = if line.content.contains([',', ';']) {
                line.content.trim_end_matches([',', ';']).split([',', ';']).map(str::trim).collect()
            } else {
                line.content.split_whitespace().collect()
            };
            if std::mem::take(&mut first) && cells.iter().all(|cell| cell.parse::<f64>().is_err()) {
                let is =
                    |cell: &str, names: &[&str]| names.iter().any(|name| cell.eq_ignore_ascii_case(name));
                let height = cells.iter().position(|cell| is(cell, &["height", "h"]));
                let coordinate =
                    |&index: &usize| Some(index) != height && !is(cells[index], &["id", "name", "node"]);
                columns = Some(((0..cells.len()).filter(coordinate).collect(), height, cells.len()));
                continue;
            }
            let (coordinates, height) = match &columns {
                Some((_, _, count)) if *count != cells.len() => {
                    let problem = format!("the record has {} fields, the header {count}", cells.len());
                    return Err(line.wrong(line.content, problem, SAME));
                }
                Some((places, height, _)) => {
                    let coordinates: Vec<&str> = places.iter().map(|&place| cells[place]).collect();
                    (coordinates, height.map(|place| cells[place]))
                }
                None if self.dimensions.is_some_and(|dimensions| cells.len() == dimensions + 1) => {
                    let (height, coordinates) = cells.split_last().expect("a line has a cell");
                    (coordinates.to_vec(), Some(*height))
                }
                None => (cells, None),
            };
            self.push(&coordinates, height).map_err(|wrong| at(&line, wrong))?;
        }
        Ok(())
    }

    /// OverSim's list of nodes.
    pub(super) fn oversim(&mut self, text: &str) -> Result<(), UnderlayError> {
        const LIST: &str =
            "the file is a <nodelist dimensions=\"2\"> of <node> with <coord> for each dimension";
        let file = self.file.to_owned();
        let syntax =
            |line, column, problem, cure| UnderlayError::Syntax { file, line, column, problem, cure };
        let document = match roxmltree::Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                let place = error.pos();
                let cure = "the file must be well-formed XML: perhaps it is cut off";
                return Err(syntax(place.row, place.col, error.to_string(), cure));
            }
        };
        let root = document.root_element();
        let place = |node: roxmltree::Node<'_, '_>| document.text_pos_at(node.range().start);
        let declared: Option<usize> = root.attribute("dimensions").and_then(|text| text.parse().ok());
        let (true, Some(declared)) = (root.has_tag_name("nodelist"), declared) else {
            let (place, name) = (place(root), root.tag_name().name());
            return Err(syntax(place.row, place.col, format!("<{name}> is no list of nodes"), LIST));
        };
        let wanted = *self.dimensions.get_or_insert(declared);
        if wanted != declared {
            let problem = format!("the file has {declared} dimensions, not {wanted}");
            let place = place(root);
            return Err(syntax(
                place.row,
                place.col,
                problem,
                "leave out `dimensions`, or give another file",
            ));
        }
        for node in root.children().filter(|node| node.has_tag_name("node")) {
            let coordinates = node.children().filter(|child| child.has_tag_name("coord"));
            let coordinates: Vec<&str> =
                coordinates.map(|child| child.text().unwrap_or_default().trim()).collect();
            if let Err((problem, cure)) = self.push(&coordinates, None) {
                let place = place(node);
                return Err(syntax(place.row, place.col, problem, cure));
            }
        }
        Ok(())
    }
}

fn at(line: &Line<'_>, (problem, cure): Wrong) -> UnderlayError {
    line.wrong(line.content, problem, cure)
}
