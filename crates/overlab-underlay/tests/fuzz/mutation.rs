//! Changed copies of files: bytes, numbers, words and lines, where parsers are known to trip.

use overlab_time::Stream;

/// What has broken parsers before: numbers at the edge of what types hold, markup, encodings, ends of lines.
const WORDS: &[&[u8]] = &[
    b"0",
    b"-1",
    b"1",
    b"-0",
    b"0.5",
    b"1e308",
    b"1e999",
    b"-1e999",
    b"1e-400",
    b"nan",
    b"NaN",
    b"inf",
    b"-inf",
    b"4294967295",
    b"4294967296",
    b"-2147483649",
    b"2147483648",
    b"9223372036854775807",
    b"18446744073709551616",
    b"1000000",
    b"20001",
    b"99999999999999999999999999999999",
    b"0x10",
    b"1_000",
    b"1,5",
    b"+5",
    b".",
    b"-",
    b"",
    b" ",
    b"\t",
    b"\r\n",
    b"\r",
    b"\n",
    b"\n\n",
    b"#",
    b"//",
    b",",
    b",,",
    b";",
    b":",
    b"|",
    b"\"",
    b"'",
    b"\\",
    b"(",
    b")",
    b"((",
    b"[",
    b"]",
    b"[[[[",
    b"{",
    b"}",
    b"<",
    b">",
    b"</",
    b"/>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"&amp;",
    b"&#0;",
    b"&x;",
    b"<!DOCTYPE a [<!ENTITY x \"y\">]>",
    b"\0",
    b"\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\xe2\x82\xac",
    b"\xf0\x9f\x8c\x8d",
    b"\x1f\x8b",
    b"-->",
    b"true",
    b"null",
];

/// Up to eight changes to one of `inputs`.
pub(crate) fn mutant(inputs: &[&[u8]], stream: &mut Stream) -> Vec<u8> {
    let mut bytes = inputs[stream.index(inputs.len())].to_vec();
    for _ in 0..1 + stream.below(8) {
        change(&mut bytes, inputs, stream);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, inputs: &[&[u8]], stream: &mut Stream) {
    let at = stream.index(bytes.len() + 1);
    match stream.below(10) {
        // A bit, a byte, a word.
        0 if at < bytes.len() => bytes[at] ^= 1 << stream.below(8),
        1 if at < bytes.len() => bytes[at] = stream.bits() as u8,
        2 => replace(bytes, at..at, WORDS[stream.index(WORDS.len())]),
        // A number or word in place of another.
        3 | 4 => {
            let word = token(bytes, at);
            replace(bytes, word, WORDS[stream.index(WORDS.len())]);
        }
        // What is gone: a stretch, or the rest.
        5 => {
            let end = (at + stream.index(16)).min(bytes.len());
            replace(bytes, at..end, b"");
        }
        6 if stream.chance(0.3) => bytes.truncate(at),
        // Lines twice, elsewhere, or of another file.
        7 => {
            let line = bytes[line(bytes, at)].to_vec();
            let place = if stream.chance(0.5) { at } else { stream.index(bytes.len() + 1) };
            let start = self::line(bytes, place).start;
            replace(bytes, start..start, &line);
        }
        8 => {
            let line = line(bytes, at);
            replace(bytes, line, b"");
        }
        _ => {
            let other = inputs[stream.index(inputs.len())];
            let from = stream.index(other.len() + 1);
            let to = (from + stream.index(64)).min(other.len());
            replace(bytes, at..at, &other[from..to]);
        }
    }
}

fn replace(bytes: &mut Vec<u8>, range: std::ops::Range<usize>, by: &[u8]) {
    bytes.splice(range, by.iter().copied());
}

/// The number or word around a place: what stands between separators.
fn token(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let separates = |byte: &u8| byte.is_ascii_whitespace() || b",;|:()[]{}<>\"'=".contains(byte);
    let start = bytes[..at].iter().rposition(separates).map_or(0, |place| place + 1);
    let end = bytes[at..].iter().position(separates).map_or(bytes.len(), |place| at + place);
    start..end
}

/// The line around a place, with its end.
fn line(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let start = bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |place| place + 1);
    let end = bytes[at..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |place| at + place + 1);
    start..end
}
