//! Verdicts as tables: for a terminal, for people who read them later, and for programs.

use super::super::VERSION;
use overlab_schema::{ClaimVerdict, Reproduction, ResultFile, Verdict};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A line a scenario, and a line for every claim that was not reproduced.
pub(super) fn text(results: &[Reproduction]) -> String {
    let mut out = String::new();
    for result in results {
        let count = |verdict| result.claims.iter().filter(|claim| claim.verdict == verdict).count();
        let tried = result.claims.len() - count(Verdict::NotRun);
        let _ = write!(out, "{:24}{:3} of {tried:3} reproduced", result.scenario, count(Verdict::Reproduced));
        if count(Verdict::NotRun) > 0 {
            let _ = write!(out, ", {} not run", count(Verdict::NotRun));
        }
        out.push('\n');
        for claim in result.claims.iter().filter(|claim| claim.verdict.fails()) {
            let verdict = claim.verdict.words();
            let _ = writeln!(
                out,
                "    {verdict}: {}: published {}, found {}",
                claim.claim,
                published(claim),
                found(claim)
            );
        }
    }
    out
}

/// The table for `reproduction.md`.
pub(super) fn markdown(results: &[Reproduction], revision: Option<&str>) -> String {
    let all = || results.iter().flat_map(|result| &result.claims);
    let count = |verdict| all().filter(|claim| claim.verdict == verdict).count();
    let mut out = String::from("# Published results, reproduced\n\n");
    let revision = revision.map_or_else(String::new, |revision| format!(", revision {revision}"));
    let _ = writeln!(
        out,
        "Written by `overlab reproduce` (version {VERSION}{revision}). {} claims: {} reproduced, {} not reproduced, {} \
         underpowered, {} not run. \"Found\" is the mean over n replications with its 95 % interval; a claim is reproduced \
         where it lies in the accepted range, and underpowered where only its interval reaches in.",
        all().count(),
        count(Verdict::Reproduced),
        count(Verdict::NotReproduced),
        count(Verdict::Underpowered),
        count(Verdict::NotRun),
    );
    for result in results {
        let _ = write!(out, "\n## {}\n\n{}. Digest `{}`.\n\n", result.scenario, result.source, result.digest);
        out.push_str("| claim | published | accepted | found | n | verdict |\n|---|---|---|---|---|---|\n");
        for claim in &result.claims {
            let source = claim.source.as_ref().map_or_else(String::new, |source| format!(" ({source})"));
            let [low, high] = claim.accepted;
            let _ = writeln!(
                out,
                "| {}{source} | {} | {} | {} | {} | {} |",
                claim.claim,
                claim.expected.map_or_else(|| "–".to_owned(), number),
                range(low, high),
                found(claim),
                claim.n,
                claim.verdict.words()
            );
        }
    }
    out
}

/// All verdicts for `reproduction.json`.
pub(super) fn json(results: &[Reproduction]) -> String {
    let parts: Vec<Value> = results
        .iter()
        .map(|result| serde_json::from_str(&result.to_json()).expect("our own text is JSON"))
        .collect();
    let whole = json!({ "format": "overlab.reproductions/1", "version": VERSION, "scenarios": parts });
    format!("{whole:#}\n")
}

fn published(claim: &ClaimVerdict) -> String {
    let [low, high] = claim.accepted;
    match claim.expected {
        Some(expected) => format!("{} (accepted {})", number(expected), range(low, high)),
        None => range(low, high),
    }
}

fn range(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{} to {}", number(low), number(high)),
        (Some(low), None) => format!("at least {}", number(low)),
        (None, Some(high)) => format!("at most {}", number(high)),
        (None, None) => "anything".to_owned(),
    }
}

fn found(claim: &ClaimVerdict) -> String {
    match (claim.found, claim.ci95) {
        (Some(found), Some([low, high])) => {
            format!("{} ({} to {})", number(found), number(low), number(high))
        }
        (Some(found), None) => number(found),
        (None, _) => "–".to_owned(),
    }
}

/// Four digits that matter, without an exponent where none is needed.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (3 - value.abs().log10().floor() as i32).clamp(0, 6) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let shown = [0.0, 1.0, 0.894_412, 12.345_67, 4813.4, 0.000_123_4, -1.05].map(number);
        assert_eq!(shown, ["0", "1", "0.8944", "12.35", "4813", "0.000123", "-1.05"]);
    }

    #[test]
    fn a_claim_that_fails_is_told_with_its_figures() {
        let claim = ClaimVerdict {
            claim: "mean path".to_owned(),
            expected: Some(3.84),
            accepted: [Some(3.648), Some(4.032)],
            found: Some(5.0),
            ci95: Some([4.9, 5.1]),
            n: 10,
            verdict: Verdict::NotReproduced,
            ..ClaimVerdict::default()
        };
        let result =
            Reproduction { scenario: "paths".to_owned(), claims: vec![claim], ..Reproduction::default() };
        let told = text(std::slice::from_ref(&result));
        assert!(
            told.contains("0 of   1 reproduced") && told.contains("published 3.84 (accepted 3.648 to 4.032)"),
            "{told}"
        );
        let table = markdown(&[result], Some("abc"));
        assert!(
            table.contains("| mean path | 3.84 | 3.648 to 4.032 | 5 (4.9 to 5.1) | 10 | not reproduced |"),
            "{table}"
        );
    }
}
