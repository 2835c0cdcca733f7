//! The values of metrics by overlay, point, phase and replication: what comparisons are made of.

use overlab_schema::{ReplicationRow, ReplicationTable, Summary, TimeSeries};
use serde_json::Value;
use std::collections::BTreeMap;

/// The percentiles that a metric's name may end in, and their place in a row's spread.
const PERCENTILES: [(&str, usize); 6] =
    [(".min", 0), (".p50", 1), (".p90", 2), (".p95", 3), (".p99", 4), (".max", 5)];

/// The results of one overlay at one point of the sweep.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    /// The overlay's label.
    pub(crate) overlay: String,
    /// Its place among the overlays of the scenario.
    pub(crate) index: usize,
    /// The replications that were counted.
    pub(crate) replications: u32,
    /// The sweep's values by path.
    pub(crate) parameters: BTreeMap<String, Value>,
    /// The same as they stand in the columns of `replications.csv`.
    columns: Vec<String>,
}

/// All values of a results folder.
#[derive(Debug)]
pub(crate) struct Values<'a> {
    /// One entry an overlay and point, in the order of the summary.
    pub(crate) places: Vec<Place>,
    rows: BTreeMap<Key<'a>, Vec<&'a ReplicationRow>>,
}

/// Overlay, sweep values, phase and metric.
type Key<'a> = (&'a str, &'a [String], &'a str, &'a str);

impl<'a> Values<'a> {
    /// The values of `table`, whose points are those of `summary`.
    pub(crate) fn new(summary: &Summary, table: &'a ReplicationTable) -> Self {
        let mut rows: BTreeMap<Key<'a>, Vec<&'a ReplicationRow>> = BTreeMap::new();
        for row in &table.rows {
            rows.entry((&row.overlay, &row.sweep, &row.phase, &row.metric)).or_default().push(row);
        }
        let mut places: Vec<Place> = Vec::new();
        for point in &summary.points {
            let before = places.iter().rev().take_while(|place| place.parameters == point.parameters);
            let text = |path: &String| point.parameters.get(path).map(TimeSeries::sweep_text);
            places.push(Place {
                overlay: point.overlay.clone(),
                index: before.count(),
                replications: point.replications,
                parameters: point.parameters.clone(),
                columns: table.sweep.iter().map(|path| text(path).unwrap_or_default()).collect(),
            });
        }
        Self { places, rows }
    }

    /// The values of a metric, or of a percentile that its name ends in, by replication.
    pub(crate) fn of(&self, place: &Place, phase: &str, metric: &str) -> Vec<(u32, f64)> {
        let whole = self.rows(place, phase, metric);
        if !whole.is_empty() {
            return whole.iter().map(|row| (row.replication, row.value)).collect();
        }
        let Some((name, at)) = percentile(metric) else { return Vec::new() };
        let rows = self.rows(place, phase, name).iter();
        rows.filter_map(|row| Some((row.replication, row.spread?[at]))).collect()
    }

    fn rows<'s>(&'s self, place: &'s Place, phase: &'s str, metric: &'s str) -> &'s [&'s ReplicationRow] {
        let key: Key<'_> = (&place.overlay, &place.columns, phase, metric);
        self.rows.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The names of all metrics that have a value in any run.
    pub(crate) fn metrics(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = self.rows.keys().map(|key| key.3).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The names of the phases, in no order; the whole measured period has none.
    pub(crate) fn phases(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> =
            self.rows.keys().map(|key| key.2).filter(|phase| !phase.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The unit of a metric.
    pub(crate) fn unit(&self, metric: &str) -> String {
        let name = percentile(metric).map_or(metric, |(name, _)| name);
        let mut rows = self.rows.iter().filter(|(key, _)| key.3 == metric || key.3 == name);
        rows.next().and_then(|(_, rows)| rows.first()).map_or_else(|| "1".to_owned(), |row| row.unit.clone())
    }

    /// The labels of the overlays in the order of the scenario.
    pub(crate) fn overlays(&self) -> Vec<&str> {
        let mut labels: Vec<&str> = Vec::new();
        for place in &self.places {
            if !labels.contains(&place.overlay.as_str()) {
                labels.push(&place.overlay);
            }
        }
        labels
    }

    /// The points of the sweep in the order of the scenario.
    pub(crate) fn points(&self) -> Vec<&BTreeMap<String, Value>> {
        let mut points: Vec<&BTreeMap<String, Value>> = Vec::new();
        for place in &self.places {
            if points.last() != Some(&&place.parameters) && !points.contains(&&place.parameters) {
                points.push(&place.parameters);
            }
        }
        points
    }

    /// The results of an overlay at a point.
    pub(crate) fn place(&self, overlay: &str, parameters: &BTreeMap<String, Value>) -> Option<&Place> {
        self.places.iter().find(|place| place.overlay == overlay && place.parameters == *parameters)
    }
}

/// The metric and the place in the spread that a name such as `lookup.latency_ms.p95` means.
pub(crate) fn percentile(name: &str) -> Option<(&str, usize)> {
    PERCENTILES.iter().find_map(|(ending, at)| Some((name.strip_suffix(ending)?, *at)))
}

/// The values of the replications that both have, in their order.
pub(crate) fn paired(subject: &[(u32, f64)], reference: &[(u32, f64)]) -> (Vec<f64>, Vec<f64>) {
    let other: BTreeMap<u32, f64> = reference.iter().copied().collect();
    subject.iter().filter_map(|(replication, value)| Some((*value, *other.get(replication)?))).unzip()
}
