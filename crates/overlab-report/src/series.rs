//! Time series averaged over replications, with Student's t interval at every moment.

use crate::results::Parameters;
use overlab_schema::TimeSeries;
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::collections::BTreeMap;

/// The mean of one metric in one interval of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    /// The end of the interval in seconds since the start of the measured period.
    pub(crate) time_s: f64,
    pub(crate) mean: f64,
    /// The 95 % interval of the mean; absent below two replications.
    pub(crate) band: Option<(f64, f64)>,
    /// The number of replications that had a value.
    pub(crate) n: u32,
}

/// The mean over `values` and its 95 % interval (Student t), absent below two values.
pub(crate) fn mean_and_band(values: &[f64], quantiles: &mut Quantiles) -> (f64, Option<(f64, f64)>) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    if values.len() < 2 {
        return (mean, None);
    }
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let half = quantiles.of(values.len()) * (squares / (n - 1.0) / n).sqrt();
    (mean, Some((mean - half, mean + half)))
}

/// The 0.975 quantiles of Student's t, each computed once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quantiles(BTreeMap<usize, f64>);

impl Quantiles {
    /// The quantile for the mean of `n` values, which has n - 1 degrees of freedom; `n` is at least 2.
    fn of(&mut self, n: usize) -> f64 {
        *self.0.entry(n).or_insert_with(|| {
            StudentsT::new(0.0, 1.0, n as f64 - 1.0)
                .expect("at least one degree of freedom")
                .inverse_cdf(0.975)
        })
    }
}

/// The means of all overlays and metrics at one point of the sweep, by metric and overlay, in time order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Averages(BTreeMap<(String, String), Vec<Moment>>);

impl Averages {
    /// Averages the rows of the measured period that belong to `parameters`.
    pub(crate) fn new(series: &TimeSeries, parameters: &Parameters) -> Self {
        let wanted: Vec<String> = series
            .sweep
            .iter()
            .map(|path| parameters.get(path).map(TimeSeries::sweep_text).unwrap_or_default())
            .collect();
        let mut values: BTreeMap<(&str, &str), BTreeMap<u64, Vec<f64>>> = BTreeMap::new();
        for row in series.rows.iter().filter(|row| row.time_s > 0.0 && row.sweep == wanted) {
            // Times above zero sort like their bits.
            let times = values.entry((&row.metric, &row.overlay)).or_default();
            times.entry(row.time_s.to_bits()).or_default().push(row.value);
        }
        let mut quantiles = Quantiles::default();
        let mut moment = |(time, values): (u64, Vec<f64>)| {
            let (mean, band) = mean_and_band(&values, &mut quantiles);
            Moment { time_s: f64::from_bits(time), mean, band, n: values.len() as u32 }
        };
        Self(
            values
                .into_iter()
                .map(|((metric, overlay), times)| {
                    ((metric.to_owned(), overlay.to_owned()), times.into_iter().map(&mut moment).collect())
                })
                .collect(),
        )
    }

    /// The moments of one metric of one overlay; empty where there are none.
    pub(crate) fn of(&self, metric: &str, overlay: &str) -> &[Moment] {
        self.0.get(&(metric.to_owned(), overlay.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The length of a sample interval: the shortest time between two samples of anything.
    pub(crate) fn interval(&self) -> f64 {
        let gaps = self
            .0
            .values()
            .flat_map(|moments| moments.windows(2).map(|pair| pair[1].time_s - pair[0].time_s));
        gaps.fold(f64::INFINITY, f64::min)
    }
}

/// Cuts `moments` where an interval of length `interval` is missing.
pub(crate) fn unbroken(moments: &[Moment], interval: f64) -> Vec<&[Moment]> {
    moments.chunk_by(|left, right| right.time_s - left.time_s < 1.5 * interval).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use overlab_schema::SeriesRow;
    use serde_json::json;

    #[test]
    fn the_interval_is_students() {
        // Mean 3, standard deviation sqrt(2.5), t(0.975, 4) = 2.7764451: half width 1.9632432.
        let (mean, band) = mean_and_band(&[1.0, 2.0, 3.0, 4.0, 5.0], &mut Quantiles::default());
        let (low, high) = band.unwrap();
        assert_eq!(mean, 3.0);
        assert!(
            (high - 3.0 - 1.963_243_2).abs() < 1e-6 && (3.0 - low - 1.963_243_2).abs() < 1e-6,
            "{low} {high}"
        );
        assert_eq!(mean_and_band(&[7.0], &mut Quantiles::default()), (7.0, None));
    }

    #[test]
    fn rows_are_averaged_by_point_and_gaps_are_kept() {
        let row = |time_s, sweep: &str, replication, value| SeriesRow {
            time_s,
            overlay: "A".into(),
            sweep: vec![sweep.into()],
            replication,
            metric: "m".into(),
            value,
        };
        let rows = vec![
            row(-10.0, "1h", 0, 99.0),
            row(10.0, "1h", 0, 1.0),
            row(10.0, "1h", 1, 3.0),
            row(10.0, "2h", 0, 77.0),
            row(20.0, "1h", 0, 5.0),
            row(50.0, "1h", 0, 6.0),
        ];
        let series = TimeSeries { sweep: vec!["x".into()], rows };
        let averages = Averages::new(&series, &[("x".to_owned(), json!("1h"))].into());
        let moments = averages.of("m", "A");
        let seen: Vec<_> = moments.iter().map(|moment| (moment.time_s, moment.mean, moment.n)).collect();
        assert_eq!(seen, [(10.0, 2.0, 2), (20.0, 5.0, 1), (50.0, 6.0, 1)]);
        assert_eq!(averages.interval(), 10.0);
        assert_eq!(unbroken(moments, 10.0).iter().map(|part| part.len()).collect::<Vec<_>>(), [2, 1]);
        assert!(averages.of("m", "B").is_empty());
    }
}
