//! One figure: a list of shapes with a name, a heading and a caption, printed as SVG or PNG.

mod cdf;
mod comparison;
mod cost;
mod histogram;
mod latency;
mod replay;
mod reproduction;
mod spread;
mod static_routing;
mod success;
mod sweep;
mod timeline;
mod traffic;
mod underlay;

pub use comparison::comparison_figure;
pub use cost::cost_figures;
pub(crate) use replay::{ground, run_name};
pub use spread::underlay_distributions;
pub use underlay::{underlay_faults, underlay_load, underlay_picture};

use crate::canvas::{Canvas, Shape};
use crate::chart::Chart;
use crate::results::{Parameters, Results, point_name};
use crate::series::Averages;
use crate::{pixels, svg};
use overlab_schema::TimeSeries;

/// Up to this many points of a sweep are drawn one by one; of more, only the first.
const DRAWN_POINTS: usize = 4;

/// A picture that is the same bytes whenever it is drawn from the same results.
#[derive(Clone, Debug)]
pub struct Figure {
    name: String,
    heading: String,
    caption: String,
    size: (f64, f64),
    canvas: Canvas,
    chart: Option<Chart>,
}

impl Figure {
    pub(crate) fn new(
        name: String,
        heading: String,
        caption: String,
        size: (f64, f64),
        canvas: Canvas,
    ) -> Self {
        Self { name, heading, caption, size, canvas, chart: None }
    }

    /// The same with the numbers behind it.
    pub(crate) fn with_chart(self, chart: Chart) -> Self {
        Self { chart: Some(chart), ..self }
    }

    /// The numbers behind it, where it is more than a picture.
    pub(crate) fn chart(&self) -> Option<&Chart> {
        self.chart.as_ref()
    }

    /// The name of its files without an extension, such as `latency-cdf`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it shows, in a few words.
    pub fn heading(&self) -> &str {
        &self.heading
    }

    /// What stands under it: replications, intervals, and what is missing or cut.
    pub fn caption(&self) -> &str {
        &self.caption
    }

    /// Its width in user units, which are pixels of the SVG and half pixels of the PNG.
    pub fn width(&self) -> f64 {
        self.size.0
    }

    /// Its height in user units.
    pub fn height(&self) -> f64 {
        self.size.1
    }

    /// The text of an SVG file; it also stands as an element in an HTML page.
    pub fn svg(&self) -> String {
        svg::svg(self)
    }

    /// The bytes of a PNG file, two pixels a user unit.
    pub fn png(&self) -> Vec<u8> {
        pixels::png(self)
    }

    pub(crate) fn shapes(&self) -> &[Shape] {
        &self.canvas.shapes
    }
}

/// What the figures of one point of the sweep have in common.
pub(crate) struct Scene<'a> {
    pub(crate) results: &'a Results,
    pub(crate) parameters: &'a Parameters,
    pub(crate) averages: Averages,
    /// What file names end in.
    suffix: String,
}

impl Scene<'_> {
    /// The scenario's name.
    pub(crate) fn title(&self) -> &str {
        &self.results.summary.scenario
    }

    /// The name of a figure of this point.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{name}{}", self.suffix)
    }

    /// The heading of a figure of this point.
    pub(crate) fn heading(&self, heading: &str) -> String {
        if self.parameters.is_empty() {
            heading.to_owned()
        } else {
            format!("{heading}, at {}", point_name(self.parameters))
        }
    }

    /// How many replications are behind the figures of this point.
    pub(crate) fn replications(&self) -> u32 {
        self.results.replications(self.parameters)
    }
}

/// The most that a name says of the values at a point.
const LONGEST_SUFFIX: usize = 80;

/// What the names of a point's figures end in: the last part of each swept path and its value there, such as
/// "-mean-15min". Values that are too long for a name are told apart by the number of the point.
fn point_suffix(parameters: &Parameters, index: usize) -> String {
    let mut suffix = String::new();
    for (path, value) in parameters {
        let part = path.rsplit('.').next().unwrap_or(path);
        suffix.push_str(&format!("-{part}-{}", TimeSeries::sweep_text(value)));
    }
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_');
    if suffix.len() <= LONGEST_SUFFIX && suffix.chars().all(plain) {
        return suffix;
    }
    let kept: String = suffix.chars().filter(|character| plain(*character)).take(LONGEST_SUFFIX).collect();
    format!("{kept}-{}", index + 1)
}

/// All figures of a results folder in the order of a report: the sweep, those of each point, the underlay.
///
/// Up to four points of a sweep are drawn one by one; of more, the first.
pub fn figures(results: &Results) -> Vec<Figure> {
    let none = Parameters::new();
    let mut points = results.points();
    let swept = points.len() > 1;
    if points.is_empty() {
        points.push(&none);
    }
    if points.len() > DRAWN_POINTS {
        points.truncate(1);
    }
    let analysed = static_routing::is_static(results);
    let mut figures = Vec::new();
    figures.extend(reproduction::reproduction(results));
    figures.extend(static_routing::static_routing(results));
    if swept {
        figures.push(sweep::sweep(results));
        figures.extend(cost_figures(&results.cost, None));
    }
    for (index, parameters) in points.into_iter().enumerate() {
        let averages = Averages::new(&results.series, parameters);
        let suffix = if swept { point_suffix(parameters, index) } else { String::new() };
        let scene = Scene { results, parameters, averages, suffix };
        if analysed {
            // Without time there is no course of it, and without messages no traffic.
            figures.push(histogram::hop_histogram(&scene));
            continue;
        }
        figures.extend([
            cdf::latency_cdf(&scene),
            histogram::hop_histogram(&scene),
            success::success_over_time(&scene),
            latency::latency_over_time(&scene),
            traffic::traffic(&scene),
        ]);
    }
    figures.extend(replay::replay(results));
    if !results.underlay.nodes.is_empty() {
        figures.push(underlay_picture(&results.underlay));
    }
    figures.extend(underlay_load(&results.underlay));
    figures.extend(underlay_faults(&results.underlay));
    figures.extend(underlay_distributions(&results.underlay));
    figures
}
