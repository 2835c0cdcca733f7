//! SNDlib's native format: sections in parentheses.
//!
//! `NODES ( id ( x y ) ... )`, `LINKS ( id ( source target ) preCap preCost routingCost setupCost ( {capacity cost}* ) ... )`,
//! `DEMANDS ( id ( source target ) routingUnit value maxPathLength ... )`; admissible paths are passed over. Coordinates are
//! longitude and latitude, or pixels: only values beyond 180 or 90 tell. A link's capacity is the pre-installed one, else
//! that of its smallest module; the unit is the one of the `META` section, else unknown.

use super::draft::{Draft, Point};
use super::sndlib_xml;
use crate::error::UnderlayError;
use crate::graph::file::{Demand, GraphEdge, GraphNode, NodeCoordinates};
use overlab_time::Bandwidth;

const CURE: &str = "give a network in SNDlib's native format";

/// The words and parentheses of a file, without comments.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start().len();
            if !self.text[self.at..].starts_with('#') {
                return;
            }
            self.skip_line();
        }
    }

    fn skip_line(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.at += end;
        rest[..end].trim()
    }

    fn next(&mut self) -> Option<&'a str> {
        self.skip_blanks();
        let rest = &self.text[self.at..];
        let end = match rest.chars().next()? {
            '(' | ')' => 1,
            _ => rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '#')).unwrap_or(rest.len()),
        };
        self.at += end;
        Some(&rest[..end])
    }

    fn take(&mut self, draft: &Draft) -> Result<&'a str, UnderlayError> {
        self.next().ok_or_else(|| draft.cut_off("a section was closed"))
    }

    fn expect(&mut self, draft: &Draft, wanted: &str) -> Result<(), UnderlayError> {
        let token = self.take(draft)?;
        if token == wanted {
            return Ok(());
        }
        Err(draft.error(token, format!("there is {token:?} where `{wanted}` should be"), CURE))
    }
}

pub(crate) fn parse(draft: &mut Draft) -> Result<(), UnderlayError> {
    let head = draft.lines().next().unwrap_or_default();
    if !head.starts_with("?SNDlib native format") || !head.contains("type: network") {
        return Err(draft.error(
            head,
            "the first line is not `?SNDlib native format; type: network; ...`",
            CURE,
        ));
    }
    let mut tokens = Tokens { text: draft.text, at: draft.offset(head) + head.len() };
    let (mut unit, mut points) = (None, Vec::new());
    while let Some(section) = tokens.next() {
        tokens.expect(draft, "(")?;
        match section {
            "META" => unit = meta(draft, &mut tokens)?,
            "NODES" => nodes(draft, &mut tokens, &mut points)?,
            "LINKS" => links(draft, &mut tokens, unit)?,
            "DEMANDS" => demands(draft, &mut tokens, unit)?,
            _ => pass_over(draft, &mut tokens)?,
        }
    }
    Ok(())
}

/// The unit of capacities; the lines of this section may hold parentheses of their own.
fn meta(draft: &Draft, tokens: &mut Tokens) -> Result<Option<Bandwidth>, UnderlayError> {
    let mut unit = None;
    while tokens.at < tokens.text.len() {
        let line = tokens.skip_line();
        if line == ")" {
            return Ok(unit);
        }
        if let Some(("unit", name)) = line.split_once('=').map(|(key, value)| (key.trim(), value)) {
            unit = sndlib_xml::unit(name);
        }
    }
    Err(draft.cut_off("the section META was closed"))
}

fn nodes<'a>(
    draft: &mut Draft<'a>,
    tokens: &mut Tokens<'a>,
    points: &mut Vec<(&'a str, Option<Point>)>,
) -> Result<(), UnderlayError> {
    let mut id = tokens.take(draft)?;
    while id != ")" {
        if id == "(" {
            return Err(draft.error(id, "a node has no id", CURE));
        }
        let next = tokens.take(draft)?;
        if next != "(" {
            points.push((id, None));
            id = next;
            continue;
        }
        let (x, y) = (tokens.take(draft)?, tokens.take(draft)?);
        let meaning = NodeCoordinates::Degrees;
        let offset = draft.offset(x);
        let point =
            Point { x: draft.finite(x, "coordinate")?, y: draft.finite(y, "coordinate")?, meaning, offset };
        points.push((id, Some(point)));
        tokens.expect(draft, ")")?;
        id = tokens.take(draft)?;
    }
    let beyond = |point: &Point| point.x.abs() > 180.0 || point.y.abs() > 90.0;
    let pixels = points.iter().any(|(_, point)| point.as_ref().is_some_and(beyond));
    let meaning = if pixels { NodeCoordinates::Pixels } else { NodeCoordinates::Degrees };
    for (id, point) in points.drain(..) {
        draft.node(id, GraphNode::new(id), point.map(|point| Point { meaning, ..point }))?;
    }
    Ok(())
}

fn links<'a>(
    draft: &mut Draft<'a>,
    tokens: &mut Tokens<'a>,
    unit: Option<Bandwidth>,
) -> Result<(), UnderlayError> {
    while let Some((source, target)) = ends(draft, tokens)? {
        let installed = draft.finite(tokens.take(draft)?, "capacity")?;
        for cost in ["cost of the capacity", "routing cost", "set-up cost"] {
            draft.finite(tokens.take(draft)?, cost)?;
        }
        tokens.expect(draft, "(")?;
        let mut smallest = None;
        loop {
            match tokens.take(draft)? {
                ")" => break,
                module => {
                    let capacity = draft.finite(module, "capacity")?;
                    draft.finite(tokens.take(draft)?, "cost of a module")?;
                    smallest.get_or_insert(capacity);
                }
            }
        }
        let capacity =
            draft.capacity(if installed > 0.0 { installed } else { smallest.unwrap_or(0.0) }, unit);
        draft.edge(GraphEdge { capacity, ..GraphEdge::new(source, target) })?;
    }
    Ok(())
}

fn demands<'a>(
    draft: &mut Draft<'a>,
    tokens: &mut Tokens<'a>,
    unit: Option<Bandwidth>,
) -> Result<(), UnderlayError> {
    while let Some((source, target)) = ends(draft, tokens)? {
        let routing_unit = draft.finite(tokens.take(draft)?, "routing unit")?;
        let value = routing_unit * draft.finite(tokens.take(draft)?, "demand")?;
        // The longest path allowed, a number or UNLIMITED.
        tokens.take(draft)?;
        draft.demand(Demand { source, target, value, bandwidth: draft.capacity(value, unit) });
    }
    Ok(())
}

/// `id ( source target )`, or nothing at the end of the section.
fn ends<'a>(draft: &Draft<'a>, tokens: &mut Tokens<'a>) -> Result<Option<(u32, u32)>, UnderlayError> {
    let id = tokens.take(draft)?;
    if id == ")" {
        return Ok(None);
    }
    tokens.expect(draft, "(")?;
    let (source, target) = (tokens.take(draft)?, tokens.take(draft)?);
    let found = (draft.declared(source)?, draft.declared(target)?);
    tokens.expect(draft, ")")?;
    Ok(Some(found))
}

/// The rest of a section that says nothing about the network.
fn pass_over(draft: &Draft, tokens: &mut Tokens) -> Result<(), UnderlayError> {
    let mut depth = 1_u32;
    while depth > 0 {
        match tokens.take(draft)? {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
    }
    Ok(())
}
