//! What the page may do: show what it carries and run its own scripts, told apart by their hashes. Nothing else is loaded or
//! run, whatever text from a results folder says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The style sheet.
pub(crate) const STYLE: &str = include_str!("page.css");

/// All scripts, in the order in which they build on one another.
pub(crate) const SCRIPT: &str = concat!(
    include_str!("script/element.js"),
    include_str!("script/scale.js"),
    include_str!("script/chart.js"),
    include_str!("script/table.js"),
    include_str!("script/replay.js"),
    include_str!("script/start.js"),
);

/// The element that says so to the browser. Scripts may not turn text into markup either (trusted types).
pub(crate) fn element() -> String {
    format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'\">\n",
        hash(SCRIPT),
        hash(STYLE)
    )
}

fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// JSON for scripts, in an element that is never run. No text in it can end the element: the five characters that markup or
/// scripts give a meaning are written as escapes.
pub(crate) fn carried(id: &str, value: &Value) -> String {
    let mut text = String::new();
    for character in value.to_string().chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => text.push(character),
        }
    }
    format!("<script type=\"application/json\" id=\"{id}\">{text}</script>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hashes_are_those_that_browsers_compute() {
        // The example of the specification (W3C, Content Security Policy Level 3).
        assert_eq!(hash("alert('Hello, world.');"), "qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }

    #[test]
    fn carried_text_cannot_end_its_element() {
        let value = json!({ "</script><script>": "<!-- \u{2028} & ]]>" });
        let text = carried("charts", &value);
        let inner = text.strip_prefix("<script type=\"application/json\" id=\"charts\">").unwrap();
        let inner = inner.strip_suffix("</script>\n").unwrap();
        assert!(!inner.contains(['<', '>', '&', '\u{2028}']), "{inner}");
        assert_eq!(serde_json::from_str::<Value>(inner).unwrap(), value);
    }

    #[test]
    fn scripts_make_no_markup_from_text_and_load_nothing() {
        for forbidden in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "fetch(",
            "XMLHttpRequest",
            "WebSocket",
            "import(",
            "navigator.sendBeacon",
            "localStorage",
        ] {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
        assert_eq!(SCRIPT.matches("http").count(), 1, "the name of SVG alone");
        for forbidden in ["@import", "url(", "http"] {
            assert!(!STYLE.contains(forbidden), "{forbidden}");
        }
    }
}
