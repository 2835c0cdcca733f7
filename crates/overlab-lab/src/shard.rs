//! A share of an experiment's runs, for one of several processes that know nothing of each other.

use std::fmt;
use std::str::FromStr;

/// More shares than any cluster has places for.
const MOST: u32 = 1_000_000;

/// One share of all runs, such as `3/8`: the third of eight.
///
/// Which runs are in it follows from the scenario alone, not from the machine, from what other shares do or from what is
/// finished already. Runs are dealt out one by one, so that shares differ by one run at most; every time the overlays of
/// a scenario have met all shares the deal moves on by one, so that no share has one overlay or one value of the sweep only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    number: u32,
    of: u32,
}

impl Shard {
    /// Whether the run with this number among all (points slowest, then replications, then overlays), of an experiment
    /// with so many overlays, is in it.
    pub(crate) fn has(self, run: u64, overlays: usize) -> bool {
        let of = u64::from(self.of);
        let round = of / greatest_common_divisor(of, overlays as u64) * overlays as u64;
        (run + run / round) % of == u64::from(self.number)
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number + 1, self.of)
    }
}

/// A text that names no share.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write I/N, the number of this share from 1 and the number of all (at most {MOST}), such as 3/8")]
pub struct ShardError;

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u32>().ok().filter(|number| digits && (1..=MOST).contains(number)).ok_or(ShardError)
        };
        let (first, all) = text.split_once('/').ok_or(ShardError)?;
        let (first, of) = (number(first)?, number(all)?);
        if first > of { Err(ShardError) } else { Ok(Self { number: first - 1, of }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_share_is_read_as_it_is_written() {
        for text in ["1/1", "3/8", "1000000/1000000"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in ["", "3", "0/8", "9/8", "3/0", "-1/8", "+1/8", "3/8/9", "1/1000001", "a/b", " 1/2"] {
            assert_eq!(text.parse::<Shard>(), Err(ShardError), "{text}");
        }
    }

    /// Shares by overlay of `groups` replications with `overlays` overlays dealt to `of`: how many runs each has.
    fn dealt(groups: u64, overlays: usize, of: u32) -> Vec<Vec<u32>> {
        let mut counts = vec![vec![0; overlays]; of as usize];
        for run in 0..groups * overlays as u64 {
            let whose: Vec<u32> =
                (0..of).filter(|number| Shard { number: *number, of }.has(run, overlays)).collect();
            assert_eq!(whose.len(), 1, "run {run} belongs to one share");
            counts[whose[0] as usize][(run % overlays as u64) as usize] += 1;
        }
        counts
    }

    #[test]
    fn no_share_has_one_overlay_only() {
        // As many overlays as shares, more and fewer: each share has each overlay as often as any other, give or take one.
        for (overlays, of) in [(2, 2), (2, 4), (4, 2), (3, 3), (3, 2), (6, 4)] {
            for overlay in 0..overlays {
                let counts: Vec<u32> = dealt(48, overlays, of).iter().map(|share| share[overlay]).collect();
                let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
                assert!(most - least <= 2 && *least > 0, "{overlays} overlays, {of} shares: {counts:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn shares_differ_by_one_run(groups in 0u64..40, overlays in 1usize..7, of in 1u32..13) {
            let counts: Vec<u32> = dealt(groups, overlays, of).iter().map(|share| share.iter().sum()).collect();
            let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
            prop_assert!(most - least <= 1, "{:?}", counts);
        }
    }
}
