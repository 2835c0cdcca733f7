//! From the names of a scenario to the parts of a graph.

use super::links_of;
use crate::error::UnderlayError;
use crate::graph::{Country, RouterGraph};
use crate::place::{LinkId, RouterId};
use std::collections::BTreeSet;
use std::fmt;

/// A router by number or label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouterName {
    /// From 0, in the order of generation or of the file.
    Number(u32),
    /// As in the file; a label that several routers have names none alone.
    Label(String),
}

impl fmt::Display for RouterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Label(label) => f.write_str(label),
        }
    }
}

/// All routers that a name may mean: at least one.
fn candidates(graph: &RouterGraph, name: &RouterName) -> Result<Vec<u32>, UnderlayError> {
    match name {
        RouterName::Number(number) if *number < graph.routers() => Ok(vec![*number]),
        RouterName::Number(number) => {
            let here = format!("routers here have the numbers 0 to {}", graph.routers().saturating_sub(1));
            Err(UnderlayError::unknown("router", &number.to_string(), here, &[]))
        }
        RouterName::Label(label) => {
            let labelled = || (0..).zip(graph.graph.node_weights());
            let found: Vec<u32> =
                labelled().filter(|(_, router)| router.label == *label).map(|(number, _)| number).collect();
            if !found.is_empty() {
                return Ok(found);
            }
            let candidates: Vec<String> = labelled()
                .map(|(_, router)| router.label.clone())
                .filter(|label| !label.is_empty())
                .collect();
            let here = match candidates.len() {
                0 => format!("routers here have no labels: use a number from 0 to {}", graph.routers() - 1),
                some => format!("{some} routers here have labels"),
            };
            Err(UnderlayError::unknown("router", label, here, &candidates))
        }
    }
}

/// The one router of a name.
pub(super) fn router(graph: &RouterGraph, name: &RouterName) -> Result<RouterId, UnderlayError> {
    match candidates(graph, name)?[..] {
        [router] => Ok(RouterId(router)),
        ref several => Err(ambiguous(name, several)),
    }
}

fn ambiguous(name: &RouterName, several: &[u32]) -> UnderlayError {
    let numbers: Vec<String> = several.iter().take(5).map(u32::to_string).collect();
    UnderlayError::Ambiguous { name: name.to_string(), numbers: numbers.join(", ") }
}

/// The one link between routers of two names.
pub(super) fn link(graph: &RouterGraph, names: &[RouterName; 2]) -> Result<LinkId, UnderlayError> {
    let (from, to) = (candidates(graph, &names[0])?, candidates(graph, &names[1])?);
    let ends: BTreeSet<u32> = to.iter().copied().collect();
    let mut found = BTreeSet::new();
    for router in &from {
        found
            .extend(links_of(graph, *router).filter(|(_, other)| ends.contains(other)).map(|(link, _)| link));
    }
    let mut links = found.into_iter();
    match (links.next(), links.next()) {
        (Some(link), None) => Ok(link),
        (Some(_), Some(_)) if from.len() > 1 => Err(ambiguous(&names[0], &from)),
        (Some(_), Some(_)) => Err(ambiguous(&names[1], &to)),
        (None, _) => {
            let neighbours: BTreeSet<u32> =
                from.iter().flat_map(|router| links_of(graph, *router).map(|(_, other)| other)).collect();
            let some: Vec<String> = neighbours.iter().take(8).map(|router| called(graph, *router)).collect();
            let more = if neighbours.len() > some.len() { " and more" } else { "" };
            let here = format!("{} has links to {}{more}", names[0], some.join(", "));
            let name = format!("{} - {}", names[0], names[1]);
            Err(UnderlayError::unknown("link", &name, here, &[]))
        }
    }
}

/// A router's label, or its number where it has none.
fn called(graph: &RouterGraph, router: u32) -> String {
    let label = &graph.graph[petgraph::graph::NodeIndex::new(router as usize)].label;
    if label.is_empty() { router.to_string() } else { label.clone() }
}

/// The domains of some autonomous systems, as routers name them.
pub(super) fn domains(graph: &RouterGraph, numbers: &[u32]) -> Result<BTreeSet<u32>, UnderlayError> {
    let mut found = BTreeSet::new();
    for number in numbers {
        if graph.domains.is_empty() {
            let needs = "autonomous systems, and this underlay's routers belong to none";
            return Err(UnderlayError::CannotFail { what: "an autonomous system", needs });
        }
        let domain = graph.domains.iter().position(|domain| domain.number == *number);
        found.insert(domain.ok_or_else(|| {
            let mut near: Vec<u32> = graph.domains.iter().map(|domain| domain.number).collect();
            near.sort_unstable_by_key(|other| (other.abs_diff(*number), *other));
            let near: Vec<String> = near.iter().take(3).map(u32::to_string).collect();
            let here = format!("{} are here, the nearest numbers {}", graph.domains.len(), near.join(", "));
            UnderlayError::unknown("autonomous system", &number.to_string(), here, &[])
        })? as u32);
    }
    Ok(found)
}

/// Makes sure that some router stands in each of some countries.
pub(super) fn countries(graph: &RouterGraph, countries: &[Country]) -> Result<(), UnderlayError> {
    let here: BTreeSet<Country> = graph.graph.node_weights().filter_map(|router| router.country).collect();
    if here.is_empty() {
        let needs = "routers with countries, and this underlay knows none";
        return Err(UnderlayError::CannotFail { what: "a country", needs });
    }
    match countries.iter().find(|country| !here.contains(country)) {
        None => Ok(()),
        Some(missing) => {
            let candidates: Vec<String> = here.iter().map(Country::to_string).collect();
            let here = if candidates.len() <= 40 {
                format!("countries here: {}", candidates.join(" "))
            } else {
                format!("routers stand in {} countries", candidates.len())
            };
            Err(UnderlayError::unknown("country", &missing.to_string(), here, &candidates))
        }
    }
}

/// The index of a submarine cable.
pub(super) fn cable(graph: &RouterGraph, name: &str) -> Result<u32, UnderlayError> {
    if graph.cables.is_empty() {
        let needs = "submarine cables, and this underlay has none";
        return Err(UnderlayError::CannotFail { what: "a cable", needs });
    }
    let same = |cable: &String| cable.eq_ignore_ascii_case(name);
    graph.cables.iter().position(same).map(|at| at as u32).ok_or_else(|| {
        let candidates = graph.cables.clone();
        let shown: Vec<&str> = candidates.iter().take(12).map(String::as_str).collect();
        let more = if candidates.len() > shown.len() { " and more" } else { "" };
        let here = format!("cables here: {}{more}", shown.join(", "));
        UnderlayError::unknown("cable", name, here, &candidates)
    })
}
