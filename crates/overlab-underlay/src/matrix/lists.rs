//! Files that list a latency a line: triples, p2psim's `E2EGraph`, and the measurements of King.

use super::measure::Measure;
use super::pairs::Pairs;
use super::{LatencyUnit, Square};
use crate::error::UnderlayError;
use std::collections::BTreeMap;

/// A text that is read line by line, for messages.
pub(crate) struct Lines<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

/// One line without its comment.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) file: &'a str,
    /// From 1.
    pub(crate) number: u32,
    /// The whole line, for the column of what is wrong in it.
    whole: &'a str,
    pub(crate) content: &'a str,
}

impl<'a> Lines<'a> {
    /// The lines that hold anything.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Line<'a>> + use<'a> {
        let file = self.file;
        self.text.lines().zip(1..).filter_map(move |(whole, number)| {
            let content = whole.split('#').next().unwrap_or_default().trim();
            (!content.is_empty()).then_some(Line { file, number, whole, content })
        })
    }
}

impl<'a> Line<'a> {
    /// An error at `part`, which is a part of the line, or at its start.
    pub(crate) fn wrong(&self, part: &str, problem: String, cure: &'static str) -> UnderlayError {
        let start = (part.as_ptr() as usize).wrapping_sub(self.whole.as_ptr() as usize);
        let before = self.whole.get(..start).unwrap_or_default();
        UnderlayError::Syntax {
            file: self.file.to_owned(),
            line: self.number,
            column: before.chars().count() as u32 + 1,
            problem,
            cure,
        }
    }

    /// Its words, where it has `COUNT` of them.
    fn words<const COUNT: usize>(
        &self,
        separators: &[char],
        cure: &'static str,
    ) -> Result<[&'a str; COUNT], UnderlayError> {
        let separates = |letter: char| letter.is_whitespace() || separators.contains(&letter);
        let words: Vec<&str> = self.content.split(separates).filter(|word| !word.is_empty()).collect();
        let count = words.len();
        words.try_into().map_err(|_| {
            let noun = if count == 1 { "value" } else { "values" };
            self.wrong(self.content, format!("the line has {count} {noun}, not {COUNT}"), cure)
        })
    }

    fn latency(&self, word: &str, measure: &Measure<'_>) -> Result<Option<u32>, UnderlayError> {
        measure.read(word).map_err(|(problem, cure)| self.wrong(word, problem, cure))
    }
}

/// `a b latency` a line, as Meridian's upper triangle: any names, separated by blanks, commas or semicolons.
pub(super) fn triples(lines: &Lines<'_>, measure: &Measure<'_>) -> Result<Square, UnderlayError> {
    const SHAPE: &str = "write one pair a line: from, to, latency";
    let mut pairs = Pairs::default();
    for line in lines.iter() {
        let [from, to, latency] = line.words(&[',', ';'], SHAPE)?;
        let latency = line.latency(latency, measure)?;
        let (from, to) = (pairs.place(from), pairs.place(to));
        pairs.list(from, to, latency, line.number);
    }
    pairs.square(lines.file, true)
}

/// p2psim's topology `E2EGraph`: `topology E2EGraph N`, `node i` for each of the N, then `i,j latency`.
pub(super) fn e2e_graph(lines: &Lines<'_>, measure: &Measure<'_>) -> Result<Square, UnderlayError> {
    const FIRST: &str = "a p2psim file of this kind begins with: topology E2EGraph N";
    const SHAPE: &str = "after the nodes write one pair a line: i,j latency";
    const NODES: &str = "say \"node i\" once for each of the nodes 1 to N, before the latencies";
    let mut pairs = Pairs::default();
    let mut all = lines.iter();
    let Some(first) = all.next() else {
        return Err(UnderlayError::Empty { file: lines.file.to_owned(), what: "topology E2EGraph" });
    };
    let [topology, kind, declared] = first.words(&[], FIRST)?;
    if (topology, kind) != ("topology", "E2EGraph") {
        return Err(first.wrong(first.content, format!("{:?} is another beginning", first.content), FIRST));
    }
    let declared: u32 = declared
        .parse()
        .map_err(|_| first.wrong(declared, format!("{declared:?} is no number of nodes"), FIRST))?;
    let mut nodes = 0;
    for line in all {
        if line.content.starts_with("failure_model") {
            continue;
        }
        if line.content.starts_with("node") {
            let [_, name] = line.words(&[], NODES)?;
            if pairs.knows(name) {
                return Err(line.wrong(name, format!("node {name} was declared before"), NODES));
            }
            pairs.place(name);
            nodes += 1;
            continue;
        }
        let [from, to, latency] = line.words(&[','], SHAPE)?;
        if let Some(name) = [from, to].into_iter().find(|name| !pairs.knows(name)) {
            return Err(line.wrong(name, format!("there is no node {name}"), NODES));
        }
        let latency = line.latency(latency, measure)?;
        let (from, to) = (pairs.place(from), pairs.place(to));
        pairs.list(from, to, latency, line.number);
    }
    if nodes != declared {
        let problem = format!("{declared} nodes are announced and {nodes} declared");
        return Err(first.wrong(first.content, problem, NODES));
    }
    pairs.square(lines.file, true)
}

/// The measurements of King (Gummadi, Saroiu, Gribble, IMW 2002) as p2psim published them: `a --> b k t5 t6`, where
/// the latency is t5 - t6. A difference that is not above zero is no measurement; of several of one pair the median is
/// taken, the lower of the two in the middle.
pub(super) fn king_measurements(
    lines: &Lines<'_>,
    kind: super::MatrixKind,
    unit: LatencyUnit,
) -> Result<Square, UnderlayError> {
    const SHAPE: &str = "write one measurement a line: a --> b k t5 t6";
    const TIME: &str = "t5 and t6 are times in the unit that `unit` states";
    let measure = Measure::new(kind, unit, None, false);
    let mut pairs = Pairs::default();
    let mut measured: BTreeMap<(u32, u32), (Vec<u32>, u32)> = BTreeMap::new();
    for line in lines.iter() {
        let [from, arrow, to, _, t5, t6] = line.words(&[], SHAPE)?;
        if arrow != "-->" {
            return Err(line.wrong(arrow, format!("{arrow:?} is no arrow"), SHAPE));
        }
        let time = |word: &str| {
            let time = word.parse::<f64>().ok().filter(|time| time.is_finite());
            time.ok_or_else(|| line.wrong(word, format!("{word:?} is no time"), TIME))
        };
        let latency = time(t5)? - time(t6)?;
        let pair = (pairs.place(from), pairs.place(to));
        let all = &mut measured.entry(pair).or_insert_with(|| (Vec::new(), line.number)).0;
        if latency > 0.0 {
            let latency = measure.number(latency).map_err(|(problem, cure)| line.wrong(t5, problem, cure))?;
            all.extend(latency);
        }
    }
    for ((from, to), (mut all, line)) in measured {
        all.sort_unstable();
        let median = all.get(all.len().saturating_sub(1) / 2).copied();
        pairs.list(from, to, median, line);
    }
    pairs.square(lines.file, true)
}
