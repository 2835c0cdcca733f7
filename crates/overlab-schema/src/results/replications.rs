//! `replications.csv`: one row a metric, overlay, sweep point, replication and phase.
//!
//! What every mean, interval and comparison is made of: whoever does statistics of their own begins here.

use super::{CsvReader, ResultsError, write_csv_record};

/// The columns before the paths of the sweep, and those after them.
const HEAD: [&str; 1] = ["overlay"];
const TAIL: [&str; 11] =
    ["replication", "phase", "metric", "unit", "value", "min", "p50", "p90", "p95", "p99", "max"];

/// The content of `replications.csv`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplicationTable {
    /// The paths of the sweep, in the order of the scenario: a column each.
    pub sweep: Vec<String>,
    /// The values: overlays of a point one after another, each with its replications in order; metrics in the order of
    /// the catalogue.
    pub rows: Vec<ReplicationRow>,
}

/// One metric of one replication.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplicationRow {
    /// The overlay's label.
    pub overlay: String,
    /// The sweep's values at this point as text, one a path of [`ReplicationTable::sweep`].
    pub sweep: Vec<String>,
    /// The replication, from 0. Replications of the same number at the same point met the same world, so their
    /// differences between overlays are paired.
    pub replication: u32,
    /// The phase between two events of the timeline; empty for the whole measured period.
    pub phase: String,
    /// The metric's name.
    pub metric: String,
    /// The metric's unit; "1" for ratios and counts.
    pub unit: String,
    /// The value, or the mean of a distribution.
    pub value: f64,
    /// Smallest, 50th, 90th, 95th, 99th percentile and largest of what this replication observed; nothing where the
    /// metric is a single value.
    pub spread: Option<[f64; 6]>,
}

impl ReplicationTable {
    /// The file's name in the results folder.
    pub const FILE: &'static str = "replications.csv";
    /// What errors call the format.
    pub const FORMAT: &'static str = "overlab.replications/1";

    /// The first line of the file for these sweep paths.
    pub fn header(sweep: &[String]) -> String {
        let mut text = String::new();
        let paths = sweep.iter().map(String::as_str);
        write_csv_record(&mut text, HEAD.into_iter().chain(paths).chain(TAIL));
        text
    }

    /// The whole text of the file.
    pub fn to_csv(&self) -> String {
        let mut text = Self::header(&self.sweep);
        for row in &self.rows {
            row.write(&mut text);
        }
        text
    }

    /// Reads the text of a file that errors are to call `file`.
    ///
    /// # Errors
    /// Where the header is another one, or a row has too few fields or is not in numbers.
    pub fn from_csv(file: &str, text: &str) -> Result<Self, ResultsError> {
        let mut records = CsvReader::new(text);
        let header = records.next().map(|(_, fields)| fields).unwrap_or_default();
        let sweep = header
            .strip_prefix(&HEAD.map(str::to_owned))
            .and_then(|rest| rest.strip_suffix(&TAIL.map(str::to_owned)));
        let Some(sweep) = sweep else {
            return Err(ResultsError::Format {
                file: file.to_owned(),
                found: if header.is_empty() { "none".to_owned() } else { header.join(",") },
                expected: Self::header(&[]).trim_end().to_owned(),
                cure: "name a folder that this program wrote",
            });
        };
        let rows = records
            .map(|(line, fields)| {
                ReplicationRow::read(&fields, sweep.len()).map_err(|message| ResultsError::Content {
                    file: file.to_owned(),
                    path: format!("line {line}"),
                    message,
                    format: Self::FORMAT.to_owned(),
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { sweep: sweep.to_vec(), rows })
    }
}

impl ReplicationRow {
    /// Appends this row and its newline to `out`.
    pub fn write(&self, out: &mut String) {
        let (replication, value) = (self.replication.to_string(), self.value.to_string());
        let spread =
            self.spread.map_or_else(Default::default, |spread| spread.map(|value| value.to_string()));
        let middle = [&replication, &self.phase, &self.metric, &self.unit, &value].map(String::as_str);
        let fields = [self.overlay.as_str()].into_iter().chain(self.sweep.iter().map(String::as_str));
        write_csv_record(out, fields.chain(middle).chain(spread.iter().map(String::as_str)));
    }

    fn read(fields: &[String], sweep: usize) -> Result<Self, String> {
        let columns = HEAD.len() + sweep + TAIL.len();
        if fields.len() != columns {
            return Err(format!("{} fields instead of {columns}", fields.len()));
        }
        let (swept, rest) = fields[HEAD.len()..].split_at(sweep);
        let finite = |name: &str, text: &String| match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(format!("{name} {text:?} is not a finite number")),
        };
        let (names, texts) = (&TAIL[5..], &rest[5..]);
        let spread = if texts.iter().all(String::is_empty) {
            None
        } else {
            let mut spread = [0.0; 6];
            for ((value, name), text) in spread.iter_mut().zip(names).zip(texts) {
                *value = finite(name, text)?;
            }
            Some(spread)
        };
        Ok(Self {
            overlay: fields[0].clone(),
            sweep: swept.to_vec(),
            replication: rest[0]
                .parse()
                .map_err(|_| format!("replication {:?} is not a whole number", rest[0]))?,
            phase: rest[1].clone(),
            metric: rest[2].clone(),
            unit: rest[3].clone(),
            value: finite("value", &rest[4])?,
            spread,
        })
    }
}
