//! `timeseries.csv`: one row a sample interval, overlay, sweep point, replication and metric.

use super::{CsvReader, ResultsError, write_csv_record};
use serde_json::Value;

/// The content of `timeseries.csv`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeSeries {
    /// The paths of the sweep, in the order of the scenario: a column each.
    pub sweep: Vec<String>,
    /// The samples.
    pub rows: Vec<SeriesRow>,
}

/// One sample of one metric in one replication.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesRow {
    /// The end of the sample interval in seconds since the start of the measured period (negative in warm-up).
    pub time_s: f64,
    /// The overlay's label.
    pub overlay: String,
    /// The sweep's values at this point as text, one a path of [`TimeSeries::sweep`].
    pub sweep: Vec<String>,
    /// The replication, from 0.
    pub replication: u32,
    /// The metric's name.
    pub metric: String,
    /// Its value in that interval; an interval without one has no row.
    pub value: f64,
}

impl TimeSeries {
    /// The file's name in the results folder.
    pub const FILE: &'static str = "timeseries.csv";
    /// What errors call the format.
    pub const FORMAT: &'static str = "overlab.timeseries/1";

    /// The first line of the file for these sweep paths.
    pub fn header(sweep: &[String]) -> String {
        let mut text = String::new();
        let paths = sweep.iter().map(String::as_str);
        write_csv_record(
            &mut text,
            ["time_s", "overlay"].into_iter().chain(paths).chain(["replication", "metric", "value"]),
        );
        text
    }

    /// A sweep value as it stands in its column: strings bare, all else as JSON.
    pub fn sweep_text(value: &Value) -> String {
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
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
        let sweep = match header.as_slice() {
            [time, overlay, sweep @ .., replication, metric, value]
                if [time, overlay, replication, metric, value]
                    == ["time_s", "overlay", "replication", "metric", "value"] =>
            {
                sweep.to_vec()
            }
            _ => {
                return Err(ResultsError::Format {
                    file: file.to_owned(),
                    found: if header.is_empty() { "none".to_owned() } else { header.join(",") },
                    expected: Self::header(&[]).trim_end().to_owned(),
                    cure: "name a folder that this program wrote",
                });
            }
        };
        let rows = records
            .map(|(line, fields)| {
                SeriesRow::read(&fields, sweep.len()).map_err(|message| ResultsError::Content {
                    file: file.to_owned(),
                    path: format!("line {line}"),
                    message,
                    format: Self::FORMAT.to_owned(),
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self { sweep, rows })
    }
}

impl SeriesRow {
    /// Appends this row and its newline to `out`.
    pub fn write(&self, out: &mut String) {
        let (time, replication, value) =
            (self.time_s.to_string(), self.replication.to_string(), self.value.to_string());
        let sweep = self.sweep.iter().map(String::as_str);
        let head = [time.as_str(), self.overlay.as_str()].into_iter().chain(sweep);
        write_csv_record(out, head.chain([replication.as_str(), self.metric.as_str(), value.as_str()]));
    }

    fn read(fields: &[String], sweep: usize) -> Result<Self, String> {
        if fields.len() != sweep + 5 {
            return Err(format!("{} fields instead of {}", fields.len(), sweep + 5));
        }
        let finite = |name: &str, text: &String| match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => Err(format!("{name} {text:?} is not a finite number")),
        };
        let replication = &fields[sweep + 2];
        Ok(Self {
            time_s: finite("time_s", &fields[0])?,
            overlay: fields[1].clone(),
            sweep: fields[2..sweep + 2].to_vec(),
            replication: replication
                .parse()
                .map_err(|_| format!("replication {replication:?} is not a whole number"))?,
            metric: fields[sweep + 3].clone(),
            value: finite("value", &fields[sweep + 4])?,
        })
    }
}
