//! Plots and the self-contained HTML page of a results folder.
//!
//! Input are the result types of `overlab-schema`, output are the contents of files: nothing here simulates or
//! knows how results came about. The same input gives the same bytes: no clock, no randomness, no font of the
//! system (a subset of DejaVu Sans is embedded).
//!
//! * [`draw`] and [`page`] read a folder and write `plots/*.svg`, `plots/*.png` and `report.html` into it.
//! * [`Results`] is a folder in memory; [`figures`] and [`html`] are the pure functions under them.
//! * [`comparison_figure`] and [`cost_figures`] draw what comparisons of results came to; [`plot`] writes figures.
//! * [`underlay_picture`] and [`underlay_distributions`] draw an underlay that belongs to no run.
//!
//! A figure is a list of shapes (polylines, areas, dots, text) that one writer turns into SVG and another, through
//! the bitmap backend of plotters, into PNG: both always show the same. The page shows them as they are where it has no
//! scripts and on paper; else charts of the same numbers take their place, drawn by scripts of our own that the page
//! carries (`page/script`). The metrics that figures look for are
//! `lookup.success_ratio`, `lookup.correct_ratio`, `lookup.latency_ms`, `lookup.hops`, `peers.live` and
//! `traffic.bytes_per_peer_per_s`, the last also with `.maintenance`, `.lookup`, `.join` and `.application`;
//! the page tabulates whatever metrics there are.

#![forbid(unsafe_code)]

mod canvas;
mod chart;
mod error;
mod figure;
mod folder;
mod font;
mod number;
mod page;
mod panel;
mod pixels;
mod results;
mod scale;
mod series;
mod sheet;
mod style;
mod svg;
mod world;

pub use error::ReportError;
pub use figure::{
    Figure, comparison_figure, cost_figures, figures, underlay_distributions, underlay_faults, underlay_load,
    underlay_picture,
};
pub use folder::{draw, page, plot};
pub use page::html;
pub use results::Results;
