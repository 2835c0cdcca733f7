//! The name that somebody probably meant.

/// The candidate nearest to `word`, where one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A word this long is no slip of the pen, and comparing it would cost its length squared.
    if word.len() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    let mut best: Option<(f64, &'a str)> = None;
    for candidate in candidates {
        let likeness = strsim::jaro_winkler(&lower, &candidate.to_lowercase());
        let edits = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
        let near = edits <= candidate.chars().count() / 3 || likeness > 0.88;
        if near && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// What to say about a name that is not among `candidates`: `unknown KIND "name"; did you mean "other"? (KINDs here: ...)`.
pub fn unknown_name(kind: &str, name: &str, candidates: &[&str]) -> String {
    let mut text = format!("unknown {kind} {:?}", shorten(name));
    if let Some(meant) = nearest(name, candidates.iter().copied()) {
        text.push_str(&format!("; did you mean {meant:?}?"));
    }
    if candidates.is_empty() {
        text.push_str(&format!(" (no {kind}s are allowed here)"));
    } else {
        text.push_str(&format!(" ({kind}s here: {})", candidates.join(", ")));
    }
    text
}

/// The start of a text, short enough to stand in a message.
pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_understood_and_other_words_are_not() {
        let names = ["successors", "stabilize_interval", "k", "alpha"];
        assert_eq!(nearest("sucessors", names), Some("successors"));
        assert_eq!(nearest("Alhpa", names), Some("alpha"));
        assert_eq!(nearest("stabilise_interval", names), Some("stabilize_interval"));
        assert_eq!(nearest("bandwidth", names), None);
        assert_eq!(nearest(&"a".repeat(1_000_000), names), None);
    }

    #[test]
    fn an_unknown_name_is_told_with_its_neighbours() {
        assert_eq!(
            unknown_name("algorithm", "chrod", &["chord", "kademlia"]),
            "unknown algorithm \"chrod\"; did you mean \"chord\"? (algorithms here: chord, kademlia)"
        );
        assert_eq!(unknown_name("key", "x", &[]), "unknown key \"x\" (no keys are allowed here)");
    }
}
