//! Tables of results as Parquet beside their CSV files: the same columns with types, for programs that read many results.
//!
//! A file is made from the text of its CSV, so that the two cannot differ. Nothing in it depends on machine or time.

use crate::experiment::Experiment;
use overlab_schema::CsvReader;
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use serde_json::Value;
use std::sync::Arc;

/// Rows that are written together: what is held at once.
const ROWS: usize = 1 << 17;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Text; an empty field is an empty text.
    Text,
    /// Whole numbers of 64 bits; an empty field is null.
    Whole,
    /// Numbers in double precision; an empty field is null.
    Number,
    /// True or false; an empty field is null.
    Truth,
}

impl Kind {
    /// The kind of a column of this program's tables.
    fn of(column: &str) -> Self {
        match column {
            "replication" | "origin" | "number" | "timeouts" | "messages" | "answer" | "hops" => Self::Whole,
            "time_s" | "value" | "min" | "p50" | "p90" | "p95" | "p99" | "max" | "issued_s"
            | "latency_ms" => Self::Number,
            "joined" | "correct" => Self::Truth,
            _ => Self::Text,
        }
    }

    /// The kind that holds all values of a sweep's path.
    fn of_values<'a>(values: impl Iterator<Item = &'a Value> + Clone) -> Self {
        if values.clone().all(Value::is_i64) {
            Self::Whole
        } else if !values.into_iter().any(|value| !value.is_number()) {
            Self::Number
        } else {
            Self::Text
        }
    }

    fn column(self, name: &str) -> Result<TypePtr, ParquetError> {
        let (physical, logical) = match self {
            Self::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Self::Whole => (Physical::INT64, None),
            Self::Number => (Physical::DOUBLE, None),
            Self::Truth => (Physical::BOOLEAN, None),
        };
        let column = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        column.build().map(Arc::new)
    }

    /// Writes one column of some rows.
    fn write(self, mut out: SerializedColumnWriter<'_>, fields: &[&str]) -> Result<(), ParquetError> {
        let there: Vec<i16> =
            fields.iter().map(|field| i16::from(self == Self::Text || !field.is_empty())).collect();
        let given = || fields.iter().filter(|field| !field.is_empty());
        match self {
            Self::Text => {
                let values: Vec<ByteArray> = fields.iter().map(|field| ByteArray::from(*field)).collect();
                out.typed::<ByteArrayType>().write_batch(&values, Some(&there), None)?;
            }
            Self::Whole => {
                let values: Vec<i64> = given().map(|field| read(field)).collect();
                out.typed::<Int64Type>().write_batch(&values, Some(&there), None)?;
            }
            Self::Number => {
                let values: Vec<f64> = given().map(|field| read(field)).collect();
                out.typed::<DoubleType>().write_batch(&values, Some(&there), None)?;
            }
            Self::Truth => {
                let values: Vec<bool> = given().map(|field| read(field)).collect();
                out.typed::<BoolType>().write_batch(&values, Some(&there), None)?;
            }
        }
        out.close()
    }
}

fn read<T: std::str::FromStr>(field: &str) -> T {
    field.parse().unwrap_or_else(|_| panic!("a table of ours has {field:?} where it has no such thing"))
}

/// The name of the Parquet file beside a CSV file.
pub(crate) fn file(csv: &str) -> String {
    format!("{}.parquet", csv.trim_end_matches(".csv"))
}

/// The table of a CSV file of `experiment` as Parquet: all columns are optional, and those of the sweep are numbers where all
/// its values are.
pub(crate) fn of_csv(experiment: &Experiment, csv: &str) -> Vec<u8> {
    written(experiment, csv).expect("memory takes whatever is written to it")
}

fn written(experiment: &Experiment, csv: &str) -> Result<Vec<u8>, ParquetError> {
    let mut records = CsvReader::new(csv);
    let header = records.next().map(|(_, fields)| fields).unwrap_or_default();
    // The paths of the sweep stand before the replication, whatever they are called.
    let swept: Vec<&str> = experiment.scenario.sweep.axes.iter().map(|axis| axis.path.as_str()).collect();
    let first = header.iter().position(|name| name == "replication").unwrap_or(0).saturating_sub(swept.len());
    let kinds: Vec<Kind> = header
        .iter()
        .enumerate()
        .map(|(at, name)| match at.checked_sub(first).filter(|at| *at < swept.len()) {
            None => Kind::of(name),
            Some(axis) => {
                let values = experiment.points.iter().filter_map(|point| point.parameters.get(axis));
                Kind::of_values(values.map(|(_, value)| value))
            }
        })
        .collect();
    let columns = header.iter().zip(&kinds).map(|(name, kind)| kind.column(name));
    let schema =
        Type::group_type_builder("overlab").with_fields(columns.collect::<Result<_, _>>()?).build()?;
    let properties = WriterProperties::builder().set_created_by("overlab".to_owned()).build();
    let mut out = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    loop {
        rows.clear();
        rows.extend(records.by_ref().take(ROWS).map(|(_, fields)| fields));
        if rows.is_empty() {
            return out.into_inner();
        }
        let mut group = out.next_row_group()?;
        for (at, kind) in kinds.iter().enumerate() {
            let fields: Vec<&str> = rows.iter().map(|row| row[at].as_str()).collect();
            let column = group.next_column()?.expect("there are as many columns as kinds");
            kind.write(column, &fields)?;
        }
        group.close()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Registry;
    use overlab_schema::Document;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use std::io::Write as _;

    const SCENARIO: &str = r#"{ "version": 1, "name": "columns", "time": { "measure": "1min" },
        "underlay": { "constant": {} }, "peers": { "count": 20 }, "overlays": [{ "algorithm": { "chord": {} } }],
        "workload": { "key_routing": {} },
        "sweep": { "peers.count": [20, 30], "impairments.loss": [0, 0.5], "time.measure": ["1min"] } }"#;

    /// What another program reads is what the CSV says: types, empty fields, and more rows than are written at once.
    #[test]
    fn a_table_has_its_types_and_keeps_its_rows() {
        let document = Document::parse("columns", SCENARIO).unwrap();
        let experiment = Experiment::resolve(&document, &Registry::built_in()).unwrap();
        let mut csv =
            "overlay,peers.count,impairments.loss,time.measure,replication,phase,value,p50,correct\n"
                .to_owned();
        let rows = ROWS + 2;
        for row in 0..rows {
            csv.push_str(&format!("\"a, b\",20,0.5,1min,{row},,1.25,,true\n"));
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&of_csv(&experiment, &csv)).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        assert_eq!((reader.num_row_groups(), reader.metadata().file_metadata().num_rows()), (2, rows as i64));
        let last = reader.get_row_iter(None).unwrap().last().unwrap().unwrap();
        let found: Vec<(String, Field)> =
            last.get_column_iter().map(|(name, field)| (name.clone(), field.clone())).collect();
        let expected = [
            ("overlay", Field::Str("a, b".to_owned())),
            ("peers.count", Field::Long(20)),
            ("impairments.loss", Field::Double(0.5)),
            ("time.measure", Field::Str("1min".to_owned())),
            ("replication", Field::Long(rows as i64 - 1)),
            ("phase", Field::Str(String::new())),
            ("value", Field::Double(1.25)),
            ("p50", Field::Null),
            ("correct", Field::Bool(true)),
        ];
        assert_eq!(found, expected.map(|(name, field)| (name.to_owned(), field)));
    }
}
