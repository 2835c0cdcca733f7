//! Reading input files: a limit on their size, gzip by its magic bytes, text encodings.

use crate::error::UnderlayError;
use std::io::{self, Read};
use std::path::Path;

/// The most bytes of a file, unpacked: a text matrix of about 10,000 rows, and a fuse against gzip bombs.
const LIMIT: u64 = 1 << 30;

/// The bytes of `file`, unpacked where it is gzipped.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, UnderlayError> {
    let name = file.display().to_string();
    let opened = fs_err::File::open(file).map_err(|source| unreadable(&name, source))?;
    let bytes = limited(&name, opened)?;
    unpack(&name, &bytes).map(|unpacked| unpacked.unwrap_or(bytes))
}

/// The content of gzipped `bytes`, or nothing where they are not gzipped.
pub(crate) fn unpack(name: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, UnderlayError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(None);
    }
    limited(name, flate2::read::MultiGzDecoder::new(bytes)).map(Some)
}

fn limited(name: &str, source: impl Read) -> Result<Vec<u8>, UnderlayError> {
    let mut bytes = Vec::new();
    source.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|source| unreadable(name, source))?;
    if bytes.len() as u64 > LIMIT {
        return Err(UnderlayError::TooLarge { file: name.to_owned(), limit: LIMIT });
    }
    Ok(bytes)
}

fn unreadable(name: &str, source: io::Error) -> UnderlayError {
    UnderlayError::Read { file: name.to_owned(), source }
}

/// `bytes` as text: UTF-8 without its mark, else ISO 8859-1, which is GML's own encoding and allows any byte.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// Line and column (both from 1, the column in characters) of byte `offset` of `text`.
pub(crate) fn position(text: &str, offset: usize) -> (u32, u32) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line as u32, before[start..].chars().count() as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn gzip_is_seen_by_its_magic_bytes() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"1 2").unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(unpack("m", &packed).unwrap().unwrap(), b"1 2");
        assert!(unpack("m", b"1 2").unwrap().is_none());
        let error = unpack("m.gz", &packed[..packed.len() - 5]).unwrap_err();
        assert!(error.to_string().starts_with("m.gz: cannot be read"), "{error}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(Path::new("no/such/file.txt")).unwrap_err().to_string();
        assert!(error.contains("no/such/file.txt"), "{error}");
    }

    #[test]
    fn places_in_a_text_count_from_one() {
        assert_eq!(position("ab\nçd", 0), (1, 1));
        assert_eq!(position("ab\nçd", 5), (2, 2));
        assert_eq!(position("ab", 99), (1, 3));
        assert_eq!(decode(b"\xef\xbb\xbfx"), "x");
        assert_eq!(decode(b"Z\xfcrich"), "Zürich");
    }
}
