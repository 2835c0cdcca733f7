//! Where two folders of results differ first.

use crate::command::failure::Failure;
use overlab_schema::{ResultFile, Summary, SummaryPoint};
use serde_json::Value;
use std::path::Path;

/// Says where the files of two folders differ first; nothing where they are the same, byte by byte.
pub(super) fn first(there: &Path, here: &Path, files: &[&str]) -> Result<Option<String>, Failure> {
    for name in files {
        let difference = match (super::text(there, name)?, super::text(here, name)?) {
            (Some(old), Some(new)) if old == new => continue,
            (None, None) => continue,
            (None, Some(_)) => "is missing".to_owned(),
            (Some(_), None) => "is not what this scenario writes".to_owned(),
            (Some(old), Some(new)) => {
                let figures = if *name == Summary::FILE { summary(&old, &new) } else { None };
                figures.unwrap_or_else(|| lines(&old, &new))
            }
        };
        return Ok(Some(format!("{name}: {difference}")));
    }
    Ok(None)
}

/// The first line in which two texts differ.
fn lines(old: &str, new: &str) -> String {
    let mut number = 0;
    let (mut old, mut new) = (old.split('\n'), new.split('\n'));
    loop {
        number += 1;
        match (old.next(), new.next()) {
            (Some(old), Some(new)) if old == new => {}
            (None, None) => return "differs".to_owned(),
            (old, new) => {
                let quoted = |line: Option<&str>| {
                    line.map_or_else(|| "nothing".to_owned(), |line| format!("{:?}", shortened(line)))
                };
                return format!("line {number} holds {}; run again it is {}", quoted(old), quoted(new));
            }
        }
    }
}

fn shortened(line: &str) -> String {
    const MOST: usize = 120;
    line.char_indices().nth(MOST).map_or_else(|| line.to_owned(), |(end, _)| format!("{}...", &line[..end]))
}

/// The first figure in which two summaries differ, by overlay and metric.
fn summary(old: &str, new: &str) -> Option<String> {
    let read = |text: &str| Summary::from_json(Summary::FILE, text).ok();
    let (old, new) = (read(old)?, read(new)?);
    let overlay = |of: &SummaryPoint| {
        let values: Vec<String> =
            of.parameters.iter().map(|(path, value)| format!(", {path} = {value}")).collect();
        format!("{}{}", of.overlay, values.concat())
    };
    for (old, new) in old.points.iter().zip(&new.points) {
        for (name, metric) in &new.metrics {
            if old.metrics.get(name) != Some(metric) {
                let was = serde_json::to_value(old.metrics.get(name)).unwrap_or_default();
                let is = serde_json::to_value(metric).unwrap_or_default();
                return Some(format!("{}: {name}{}", overlay(new), values(&was, &is)));
            }
        }
        if let Some(name) = old.metrics.keys().find(|name| !new.metrics.contains_key(*name)) {
            return Some(format!("{}: {name} is there; run again it is not", overlay(new)));
        }
        if old.digest != new.digest {
            return Some(format!("{}: digest {}; run again it is {}", overlay(new), old.digest, new.digest));
        }
    }
    None
}

/// The first value in which two metrics differ.
fn values(was: &Value, is: &Value) -> String {
    let (Some(was), Some(is)) = (was.as_object(), is.as_object()) else {
        return " is missing".to_owned();
    };
    is.iter().find(|(key, value)| was.get(*key) != Some(value)).map_or_else(String::new, |(key, value)| {
        format!(".{key} is {}; run again it is {value}", was.get(key).unwrap_or(&Value::Null))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_schema::Metric;

    fn text(mean: f64) -> String {
        let metric = Metric { unit: "1".to_owned(), n: 2, mean: Some(mean), ..Metric::default() };
        let point = SummaryPoint {
            overlay: "Chord".to_owned(),
            metrics: [("lookup.hops".to_owned(), metric)].into(),
            ..SummaryPoint::default()
        };
        Summary { points: vec![point], ..Summary::default() }.to_json()
    }

    #[test]
    fn a_figure_is_named() {
        assert_eq!(
            summary(&text(4.5), &text(4.25)),
            Some("Chord: lookup.hops.mean is 4.5; run again it is 4.25".to_owned())
        );
        assert_eq!(summary(&text(4.5), &text(4.5)), None);
    }

    #[test]
    fn lines_are_compared_to_the_end() {
        assert_eq!(lines("a\nb", "a\nc"), "line 2 holds \"b\"; run again it is \"c\"");
        assert_eq!(lines("a", "a\nc"), "line 2 holds nothing; run again it is \"c\"");
    }
}
