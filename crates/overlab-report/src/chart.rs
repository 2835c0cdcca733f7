//! What a figure shows as plain numbers, for the charts of the page that answer to pointer and keys.

use crate::panel::Sample;
use crate::style::look;
use serde_json::{Value, json};

/// The numbers behind a figure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chart(Value);

/// The horizontal axis of a chart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Across {
    pub(crate) title: String,
    /// Its ends, where they do not follow from the values.
    pub(crate) ends: Option<(f64, f64)>,
    /// Whether it has even factors at first.
    pub(crate) logarithmic: bool,
    /// Whether it may be given even factors.
    pub(crate) bends: bool,
    /// Names of places, where it has these instead of a scale.
    pub(crate) names: Vec<String>,
    /// Labelled values, where these are not chosen by the chart.
    pub(crate) ticks: Vec<(f64, String)>,
}

/// One of the panels above each other.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) title: String,
    pub(crate) height: f64,
    /// Whether its values are shares.
    pub(crate) share: bool,
    /// Whether it starts at zero.
    pub(crate) zero: bool,
}

/// One curve, or one set of bars: the place of its overlay, its panel, and its parts without gaps.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) label: String,
    pub(crate) overlay: usize,
    pub(crate) panel: usize,
    pub(crate) parts: Vec<Vec<Sample>>,
}

/// How values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A line with a band around it.
    Line,
    /// The same; the band is along the horizontal axis.
    LineAcross,
    /// A line with a whisker at each value.
    Whisker,
    /// Bars side by side.
    Bar,
}

impl Chart {
    pub(crate) fn new(mark: Mark, across: &Across, levels: &[Level], series: &[Series]) -> Self {
        let mark_name = match mark {
            Mark::Line | Mark::LineAcross => "line",
            Mark::Whisker => "whisker",
            Mark::Bar => "bar",
        };
        let levels = levels.iter().map(|level| {
            json!({ "title": level.title, "height": level.height, "share": level.share, "zero": level.zero })
        });
        let mut x =
            json!({ "title": across.title, "logarithmic": across.logarithmic, "bends": across.bends });
        if let Some((from, to)) = across.ends {
            x["from"] = json!(from);
            x["to"] = json!(to);
        }
        if !across.names.is_empty() {
            x["names"] = json!(across.names);
        }
        if !across.ticks.is_empty() {
            x["ticks"] = json!(across.ticks);
        }
        Self(json!({
            "mark": mark_name,
            "across": mark == Mark::LineAcross,
            "x": x,
            "panels": levels.collect::<Vec<_>>(),
            "series": series.iter().map(Series::json).collect::<Vec<_>>(),
        }))
    }

    /// The same with marks at moments: place on the horizontal axis, and name.
    pub(crate) fn with_events(mut self, events: &[(f64, String)]) -> Self {
        self.0["events"] = json!(events);
        self
    }

    pub(crate) fn value(&self) -> &Value {
        &self.0
    }
}

impl Series {
    fn json(&self) -> Value {
        let mut points: Vec<Value> = Vec::new();
        for part in &self.parts {
            if !points.is_empty() {
                points.push(Value::Null);
            }
            points.extend(part.iter().map(|sample| {
                let (low, high) = sample.band.map_or((None, None), |(low, high)| (Some(low), Some(high)));
                json!([brief(sample.x), brief(sample.y), low.map(brief), high.map(brief)])
            }));
        }
        let look = look(self.overlay);
        json!({
            "label": self.label,
            "panel": self.panel,
            "look": {
                "colour": look.turn(),
                "dash": look.dash,
                "marker": look.marker as u8,
                "hatch": look.hatch as u8,
            },
            "points": points,
        })
    }
}

/// Six digits: more would only make the page larger.
fn brief(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_and_missing_intervals_stay_missing() {
        let sample = |x, band| Sample { x, y: 1.0 / 3.0, band };
        let series = Series {
            label: "a".into(),
            overlay: 8,
            panel: 0,
            parts: vec![vec![sample(1.0, None)], vec![sample(2.0, Some((0.1, 0.5)))]],
        };
        let json = series.json();
        assert_eq!(json["points"], json!([[1.0, 0.333333, null, null], null, [2.0, 0.333333, 0.1, 0.5]]));
        assert_eq!(json["look"]["colour"], 1);
    }
}
