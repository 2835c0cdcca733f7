//! Telling formats apart where that is certain.

use super::GraphFormat;
use crate::error::UnderlayError;

/// The format of a text; `name` is the file's name, which tells Rocketfuel's weights from its latencies.
pub(crate) fn detect(name: &str, text: &str) -> Result<GraphFormat, UnderlayError> {
    use GraphFormat as F;
    let text = text.trim_start();
    if text.starts_with('<') {
        return Ok(match root(text) {
            "network" => F::SndlibXml,
            "topology" => F::ModelNet,
            // What is neither is refused by its root.
            _ => F::GraphMl,
        });
    }
    for (start, format) in
        [("?SNDlib", F::SndlibNative), ("Topology:", F::Brite), ("GRAPH (", F::GtItm), ("GRAPH(", F::GtItm)]
    {
        if text.starts_with(start) {
            return Ok(format);
        }
    }
    let comment = |line: &&str| line.starts_with(['#', '%']);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let data = || lines().filter(|line| !comment(line));
    let Some(first) = data().next() else { return Err(uncertain(name, "it holds only comments", F::ALL)) };
    if first.ends_with(" Model") && data().nth(1).is_some_and(|line| line.starts_with("Parameters")) {
        return Ok(F::Ashiip);
    }
    let bars: Vec<&str> = first.split('|').collect();
    if matches!(bars.len(), 3 | 4) && bars[..3].iter().all(|field| is_integer(field.trim())) {
        return Ok(if bars.len() == 3 { F::CaidaSerial1 } else { F::CaidaSerial2 });
    }
    let fields: Vec<&str> = words(first).collect();
    if fields.len() >= 2
        && is_integer(fields[0])
        && (fields[1].starts_with('@') || (fields[0].starts_with('-') && fields[1].starts_with('=')))
    {
        return Ok(F::RocketfuelCch);
    }
    let cities: Vec<&str> = first.split_whitespace().collect();
    if cities.len() == 3 && is_number(cities[2]) && cities[..2].iter().all(is_city) {
        let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
        return match (base.contains("latencies"), base.contains("weights")) {
            (true, false) => Ok(F::RocketfuelLatencies),
            (false, true) => Ok(F::RocketfuelWeights),
            _ => Err(uncertain(
                name,
                "its numbers are latencies or weights",
                &[F::RocketfuelLatencies, F::RocketfuelWeights],
            )),
        };
    }
    let integers = fields.iter().all(|field| is_integer(field));
    let second: Vec<&str> = data().nth(1).map_or_else(Vec::new, |line| words(line).collect());
    match fields.len() {
        2 if integers && second.len() == 3 && second[0] == "0" => return Ok(F::Inet),
        2 if integers => return Ok(F::EdgeList),
        3 if integers => {
            let related =
                lines().take_while(comment).any(|line| line.to_ascii_lowercase().contains("relationship"));
            let signs =
                data().take(1000).all(|line| matches!(words(line).nth(2), Some("-1" | "0" | "1" | "2")));
            return match (related, signs) {
                (true, true) => Ok(F::SnapAsRelationships),
                (false, true) => {
                    let problem = "its third column is a relationship or a length";
                    Err(uncertain(name, problem, &[F::EdgeList, F::SnapAsRelationships]))
                }
                (_, false) => Ok(F::EdgeList),
            };
        }
        3 if is_integer(fields[0]) && is_integer(fields[1]) && is_number(fields[2]) => {
            return Ok(F::EdgeList);
        }
        _ => {}
    }
    if first.starts_with(|c: char| c.is_ascii_alphabetic()) && has_graph_list(text) {
        return Ok(F::Gml);
    }
    Err(uncertain(name, "it begins like none that is known", F::ALL))
}

fn uncertain(name: &str, problem: &'static str, candidates: &[GraphFormat]) -> UnderlayError {
    let names: Vec<String> = candidates.iter().map(|format| format!("{:?}", format.name())).collect();
    UnderlayError::Format { file: name.to_owned(), problem, candidates: names.join(", ") }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split([' ', '\t', ',', ';']).filter(|word| !word.is_empty())
}

fn is_integer(field: &str) -> bool {
    let digits = field.strip_prefix('-').unwrap_or(field);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(field: &str) -> bool {
    field.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Rocketfuel's names begin with a letter and end in a number: `New+York,+NY239`.
fn is_city(field: &&str) -> bool {
    field.starts_with(char::is_alphabetic) && field.ends_with(|c: char| c.is_ascii_digit())
}

/// Whether there is a `graph [` somewhere.
fn has_graph_list(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.match_indices("graph").any(|(at, word)| lower[at + word.len()..].trim_start().starts_with('['))
}

/// The name of the root element, without its prefix; empty where there is none.
fn root(text: &str) -> &str {
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = match rest.chars().next() {
            Some('!') if rest.starts_with("!--") => rest.find("-->"),
            Some('!' | '?') => rest.find('>'),
            _ => {
                let end =
                    rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(rest.len());
                return rest[..end].rsplit(':').next().unwrap_or_default();
            }
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => return "",
        }
    }
    ""
}
