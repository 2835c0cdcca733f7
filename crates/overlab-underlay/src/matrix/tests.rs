//! Squares of numbers, and what is wrong with them.

use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Result<LatencyMatrix, UnderlayError> {
    Matrix::new("m.txt", MatrixKind::OneWay).parse(text.as_bytes())
}

fn problem(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn separators_comments_and_line_ends() {
    let expected = vec![0, 10_000, 25_000, 0];
    for text in ["0 1\n2.5 0\n", "# two\n0\t1\t\r\n2.5\t0\t\r\n", "0,1,\n\n2.5, 0 # end", "0;1\n2.5;0;"] {
        assert_eq!(parse(text).unwrap().entries, expected, "{text:?}");
    }
}

#[test]
fn round_trips_are_halved_and_asymmetry_is_kept() {
    let mut matrix = Matrix::new("m.txt", MatrixKind::Rtt);
    assert_eq!(matrix.parse(b"0 1\n3 0").unwrap().entries, [0, 5_000, 15_000, 0]);
    matrix.unit = LatencyUnit::Seconds;
    assert_eq!(matrix.parse(b"0 1\n3 0").unwrap().entries, [0, 5_000_000, 15_000_000, 0]);
    matrix.unit = LatencyUnit::Microseconds;
    assert_eq!(matrix.parse(b"0 100\n30 0").unwrap().entries, [0, 500, 150, 0]);
}

#[test]
fn errors_name_row_column_line_and_cure() {
    assert_eq!(
        problem("# x\n0 1\n2 zero"),
        "m.txt, row 2, column 2 (line 3): \"zero\" is no number; write a latency in the unit that `unit` states, or say missing_marker"
    );
    assert!(problem("0 1 2\n1 0 1\n").contains("row 3, column 1 (line 2): there are 2 rows of 3 entries; "));
    assert!(problem("0 1\n1\n").contains("row 2, column 2 (line 2): the row has 1 entry, the first has 2"));
    assert!(problem("0 1\n1 0 4\n").contains("row 2, column 3 (line 2): the row has 3 entries"));
    assert!(
        problem("0 1\n1 0\n1 1").contains("row 3, column 1 (line 3): there are more rows than the 2 columns")
    );
    assert!(problem("0 NaN\n1 0").contains("row 1, column 2 (line 1): the entry is missing"));
    assert!(problem("0 1\n-1 0").contains("row 2, column 1 (line 2): -1 is negative"));
    assert!(problem("0 inf\n1 0").contains("is too long"));
    assert!(problem("0 430000\n1 0").contains("is too long"));
    assert!(problem("0,,1\n").contains("\"\" is no number"));
    assert!(problem("# nothing\n").contains("holds no row"));
}

#[test]
fn missing_entries_drop_hosts() {
    let mut matrix = Matrix::new("m.txt", MatrixKind::OneWay);
    matrix.missing = Missing::DropHosts;
    matrix.missing_marker = Some("-1".to_owned());
    // Row 1 misses two entries, rows 0 and 3 one each of them: dropping row 1 is enough.
    let text = b"0 -1 1 2\n3 0 4 5\n6 7 0 8\n9 NaN 10 0";
    let read = matrix.parse(text).unwrap();
    assert_eq!((read.rows, read.origins()), (3, &[0, 2, 3][..]));
    assert_eq!(read.entries, [0, 1, 2, 6, 0, 8, 9, 10, 0].map(|ms| ms * 10_000));
    matrix.zero_is_missing = true;
    assert_eq!(matrix.parse(b"0 0\n1 0").unwrap().rows, 1);
    matrix.zero_is_missing = false;
    assert_eq!(matrix.parse(b"0 0\n1 0").unwrap().entries, [0, 0, 10_000, 0]);
    assert!(matrix.parse(b"0 -2\n1 0").unwrap_err().to_string().contains("negative"));
}

#[test]
fn sharing_needs_both_parameters() {
    let matrix = Matrix { hosts_per_row: Some(2), ..Matrix::new("m", MatrixKind::Rtt) };
    assert!(matrix.parse(b"0").unwrap_err().to_string().contains("given together"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), drop: bool) {
        let mut matrix = Matrix::new("m", MatrixKind::Rtt);
        matrix.missing = if drop { Missing::DropHosts } else { Missing::Error };
        let _ = matrix.parse(&bytes);
    }

    #[test]
    fn any_text_like_a_matrix_is_read_or_refused(text in "([0-9.eE+-]{1,9}[ ,;\t\n]|NaN |inf |\n|#){0,40}") {
        let _ = parse(&text);
    }

    #[test]
    fn what_is_written_is_read(values in prop::collection::vec(0u32..4_000_000, 9)) {
        let text: String = values.chunks(3)
            .map(|row| row.iter().map(|value| format!("{}\t", f64::from(*value) / 10.0)).collect::<String>() + "\n")
            .collect();
        let entries = parse(&text).unwrap().entries;
        for (index, (entry, value)) in entries.into_iter().zip(values).enumerate() {
            prop_assert_eq!(entry, if index % 4 == 0 { 0 } else { value * 1000 });
        }
    }
}
