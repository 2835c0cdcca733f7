//! The trace of Saroiu, Gummadi and Gribble (2001) against its published statistics, where a folder of data is at hand:
//! `OVERLAB_DATA`, else `shared/data` beside the checkout.

#![cfg(test)]

use super::Sessions;
use flate2::read::MultiGzDecoder;
use overlab_time::Span;
use std::io::Read;
use std::path::{Path, PathBuf};

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn trace() -> Option<String> {
    let folder = std::env::var_os("OVERLAB_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let Ok(bytes) = fs_err::read(folder.join("churn-gnutella-2001/intervals_ip.gz")) else {
        eprintln!("skipped: no data folder");
        return None;
    };
    let mut text = String::new();
    MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap();
    Some(text)
}

/// Median and mean in seconds.
fn middle(mut spans: Vec<Span>) -> (f64, f64) {
    spans.sort_unstable();
    let mean = spans.iter().map(|span| span.as_seconds()).sum::<f64>() / spans.len() as f64;
    (spans[spans.len() / 2].as_seconds(), mean)
}

/// 166,071 sessions are published, of which 201 have no length and are left out by the reader: so the mean of 10,577 s grows by
/// 166,071 / 165,870, the one host that had no other session joins the 2,433 that were never up, and the downtimes around such
/// a session become one.
#[test]
fn sessions_and_downtimes_are_the_published_ones() {
    let Some(text) = trace() else { return };
    let sessions = Sessions::parse(&text, Span::from_secs(1), Span::ZERO).unwrap();
    assert_eq!(sessions.hosts.len(), 17_125);
    assert_eq!(sessions.hosts.iter().filter(|host| host.is_empty()).count(), 2_433 + 1);
    let lengths: Vec<Span> = sessions.hosts.iter().flatten().map(|&(start, end)| end.since(start)).collect();
    assert_eq!(lengths.len(), 166_071 - 201);
    let (median, mean) = middle(lengths);
    assert!((median - 2_829.0).abs() < 0.5, "{median}");
    assert!((mean - 10_577.0 * 166_071.0 / 165_870.0).abs() < 1.0, "{mean}");
    let down: Vec<Span> = sessions
        .hosts
        .iter()
        .flat_map(|host| host.windows(2).map(|pair| pair[1].0.since(pair[0].1)))
        .collect();
    let (median, mean) = middle(down);
    assert!((median - 808.0).abs() < 0.5 && (mean - 6_583.0).abs() < 1.0, "{median} {mean}");
    assert!((sessions.ends.since(overlab_time::Time::ZERO).as_seconds() / 3600.0 - 60.7).abs() < 0.05);
    // Nearly half of all gaps are one round of probes.
    let closed = Sessions::parse(&text, Span::from_secs(1), Span::from_secs(405)).unwrap();
    let kept = closed.hosts.iter().map(Vec::len).sum::<usize>();
    assert!(kept < 166_071 - 151_379 * 4 / 10, "{kept}");
}
