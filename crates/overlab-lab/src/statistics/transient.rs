//! Where the start of a series ends and the steady state begins.

/// Numbers of a series that are taken together.
const BATCH: usize = 5;
/// Batches that are left over at the least: the statistic of fewer means nothing (Hoad, Robinson and Davies, 2010).
const LEFT: usize = 5;
/// Fewer batches are no series.
const FEWEST: usize = 4 * LEFT;

/// What MSER-5 says of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transient {
    /// So many numbers belong to the start, a multiple of five.
    Ends(usize),
    /// It goes on in the second half: the series is too short.
    GoesOn,
}

/// Fewest numbers of a series that anything can be said of.
pub const SHORTEST_SERIES: usize = FEWEST * BATCH;

/// MSER-5 (K. P. White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69, 1997; K. P. White,
/// M. J. Cobb and S. C. Spratt, "A comparison of five steady-state truncation heuristics for simulation", Winter Simulation
/// Conference 2000): of the means of five numbers each, as many are cut off at the start as make the half width of what is left
/// smallest, that is the sum of its squared deviations over the square of its size.
///
/// The rule refuses a series whose minimum lies in its second half. Minima of noise do now and then, because five batches
/// out of sixty may happen to be alike; so here only a minimum there that is less than half of the smallest in the first half
/// refuses it, as any trend that goes on makes one. Nothing for a series of fewer than [`SHORTEST_SERIES`] numbers.
pub fn mser_5(series: &[f64]) -> Option<Transient> {
    let batches: Vec<f64> =
        series.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    let count = batches.len();
    if count < FEWEST {
        return None;
    }
    let statistic: Vec<f64> = (0..=count - LEFT).map(|cut| mean_squared_error(&batches[cut..])).collect();
    // The earliest of equals, so that a constant series has no start.
    let least = |from: usize, to: usize| {
        let of_range = statistic[from..to].iter().enumerate();
        of_range.fold(
            (from, f64::INFINITY),
            |best, (at, value)| {
                if *value < best.1 { (from + at, *value) } else { best }
            },
        )
    };
    let half = count / 2;
    let (cut, first) = least(0, half + 1);
    let (_, second) = least(half + 1, statistic.len());
    Some(if second < first / 2.0 { Transient::GoesOn } else { Transient::Ends(cut * BATCH) })
}

/// The statistic of what is left: its squared deviations over the square of its size.
fn mean_squared_error(left: &[f64]) -> f64 {
    let size = left.len() as f64;
    let mean = left.iter().sum::<f64>() / size;
    let squares: f64 = left.iter().map(|x| (x - mean) * (x - mean)).sum();
    // Equal numbers deviate from their mean by its rounding alone.
    let rounding = size * (mean * 1e-12) * (mean * 1e-12);
    if squares <= rounding { 0.0 } else { squares / (size * size) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_time::{Purpose, Seeds, Stream};

    fn stream(owner: u64) -> Stream {
        Seeds::new(1, 0).stream(Purpose::Example, owner, 0)
    }

    fn series(stream: &mut Stream, of: impl Fn(f64) -> f64) -> Vec<f64> {
        (0..300).map(|at| of(f64::from(at)) + stream.normal()).collect()
    }

    /// A start that decays from 20 standard deviations with a time constant of 10 numbers is down to half a deviation of a batch
    /// (0.22) after 10 ln(20 / 0.22) = 45 of them, and below a tenth of one after 60.
    #[test]
    fn a_known_start_is_cut_off() {
        let mut stream = stream(1);
        let mut cuts: Vec<usize> = (0..1_000)
            .filter_map(|_| match mser_5(&series(&mut stream, |at| 20.0 * libm::exp(-at / 10.0))) {
                Some(Transient::Ends(cut)) => Some(cut),
                _ => None,
            })
            .collect();
        cuts.sort_unstable();
        // A series in a hundred may be refused; nine out of ten cut off what matters, and half of them little more.
        let count = cuts.len();
        assert!(count >= 980, "{count}");
        assert!(cuts[count / 10] >= 25 && (30..=65).contains(&cuts[count / 2]), "{cuts:?}");
    }

    /// What is left of a start after the cut is less than the noise of the mean.
    #[test]
    fn what_is_left_is_unbiased() {
        let mut stream = stream(2);
        let (mut whole, mut left, mut count) = (0.0, 0.0, 0.0);
        for _ in 0..1_000 {
            let series = series(&mut stream, |at| if at < 40.0 { 5.0 } else { 0.0 });
            let Some(Transient::Ends(cut)) = mser_5(&series) else { continue };
            let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
            whole += mean(&series);
            left += mean(&series[cut..]);
            count += 1.0;
        }
        assert!(count >= 980.0, "{count}");
        let (whole, left) = (whole / count, left / count);
        // 40 of 300 numbers that are 5 too high; and of 260, a standard error of 0.06 in one series.
        assert!((whole - 5.0 * 40.0 / 300.0).abs() < 0.02 && left.abs() < 0.02, "{whole} {left}");
    }

    #[test]
    fn a_trend_goes_on_and_noise_does_not() {
        let mut stream = stream(3);
        let refused = |mut series: Box<dyn FnMut() -> Vec<f64> + '_>| {
            (0..1_000).filter(|_| mser_5(&series()) == Some(Transient::GoesOn)).count()
        };
        // A trend over 300 numbers of 30 standard deviations.
        assert_eq!(refused(Box::new(|| series(&mut stream, |at| at / 10.0))), 1_000);
        // Five batches vary less than a 24th as much as all in 0.3 % of series (chi square of 4 below 0.17); there are some more
        // places for it.
        let noise = refused(Box::new(|| series(&mut stream, |_| 0.0)));
        assert!(noise <= 20, "{noise}");
    }

    #[test]
    fn what_is_constant_has_no_start_and_little_is_no_series() {
        assert_eq!(mser_5(&[0.1; 300]), Some(Transient::Ends(0)));
        assert_eq!(mser_5(&[0.1; SHORTEST_SERIES - 1]), None);
        let mut late = vec![0.1; 300];
        late[..7].fill(3.0);
        assert_eq!(mser_5(&late), Some(Transient::Ends(10)));
    }
}
