//! The sample that the page plays back, as a still: who of the sampled peers is up at the start of the measured period.

mod ground;

pub(crate) use ground::ground;

use super::Figure;
use crate::canvas::{Canvas, Point, Stroke};
use crate::results::{Results, point_name};
use crate::sheet::{Key, Sheet};
use crate::style::{Colour, GREY, GRID, WIDTH, look};
use overlab_schema::{ReplayPeer, ReplayPoint};
use std::f64::consts::{PI, TAU};

/// How a peer stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Up,
    Joining,
    Down,
}

const JOINING: Colour = Colour(168, 111, 0);
const RADIUS: f64 = 210.0;

/// The still of the first recorded run; nothing where none was recorded.
pub(crate) fn replay(results: &Results) -> Option<Figure> {
    let point = results.replay.points.first()?;
    let run = &point.run;
    let mut sheet = Sheet::new(
        "replay",
        &results.summary.scenario,
        &format!("Sampled peers at the start of the measured period: {}", run_name(point)),
    );
    sheet.legend(&[
        (Key::Dot(look(0).colour, 4.0), "up"),
        (Key::Dot(JOINING, 6.0), "joining"),
        (Key::Dot(GREY, 2.0), "down"),
    ]);
    let top = sheet.bottom + 4.0;
    match ground(results, top) {
        Some(ground) => {
            let places = run.peers.iter().filter_map(|peer| Some((peer, ground.at(peer.place?)?)));
            let places: Vec<_> = places.collect();
            sheet.canvas.shapes.extend_from_slice(&ground.canvas.shapes);
            dots(&mut sheet.canvas, &places);
            sheet.bottom = ground.bottom;
        }
        None => {
            let middle = (WIDTH / 2.0, top + RADIUS + 8.0);
            ring(&mut sheet.canvas, middle);
            let key = |peer: &ReplayPeer| Some(peer.sessions.first()?.key);
            let places = run.peers.iter().filter_map(|peer| Some((peer, on_ring(key(peer)?, middle))));
            let places: Vec<_> = places.collect();
            dots(&mut sheet.canvas, &places);
            sheet.bottom = top + 2.0 * RADIUS + 20.0;
        }
    }
    let of = |standing| run.peers.iter().filter(|peer| self::standing(peer) == standing).count();
    let counts = format!(
        "{} of {} peers sampled: {} up, {} joining, {} down",
        run.peers.len(),
        run.pool,
        of(Standing::Up),
        of(Standing::Joining),
        of(Standing::Down)
    );
    Some(sheet.finish(&["first replication (n = 1): no interval".to_owned(), counts]))
}

/// The overlay and point of a recorded run.
pub(crate) fn run_name(point: &ReplayPoint) -> String {
    if point.parameters.is_empty() {
        point.overlay.clone()
    } else {
        format!("{}, {}", point.overlay, point_name(&point.parameters))
    }
}

/// How a peer stands at the start of the measured period.
fn standing(peer: &ReplayPeer) -> Standing {
    let now = |session: &&overlab_schema::ReplaySession| {
        session.up_s <= 0.0 && session.down_s.is_none_or(|down| down > 0.0)
    };
    match peer.sessions.iter().find(now) {
        Some(session) if session.joined_s.is_some_and(|joined| joined <= 0.0) => Standing::Up,
        Some(_) => Standing::Joining,
        None => Standing::Down,
    }
}

fn dots(canvas: &mut Canvas, places: &[(&ReplayPeer, Point)]) {
    let kinds =
        [(Standing::Down, GREY, 1.8), (Standing::Joining, JOINING, 6.0), (Standing::Up, look(0).colour, 4.0)];
    for (kind, colour, radius) in kinds {
        let centres = places.iter().filter(|(peer, _)| standing(peer) == kind).map(|(_, at)| *at);
        canvas.dots(centres.collect(), radius, colour);
    }
}

/// Where a share of the key space lies on a ring: 0 at the top, clockwise.
fn on_ring(key: f64, (x, y): Point) -> Point {
    let angle = key * TAU - PI / 2.0;
    (x + RADIUS * angle.cos(), y + RADIUS * angle.sin())
}

fn ring(canvas: &mut Canvas, middle: Point) {
    let points = (0..=120).map(|step| on_ring(f64::from(step) / 120.0, middle)).collect();
    canvas.line(points, Stroke::solid(GRID, 2.0));
}
