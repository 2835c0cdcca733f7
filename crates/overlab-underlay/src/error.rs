//! What can be wrong with an underlay's description or its files.

use overlab_time::Span;
use std::io;

/// An underlay that cannot be built: every message names the place and the cure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnderlayError {
    /// A file cannot be read or unpacked.
    #[error("{file}: cannot be read: {source}; check the path, and that the file is complete")]
    Read {
        /// As the caller named it.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// A file is larger, once unpacked, than any underlay this program can hold.
    #[error("{file}: has more than {limit} bytes when unpacked; give a smaller file")]
    TooLarge {
        /// As the caller named it.
        file: String,
        /// The most bytes that are read.
        limit: u64,
    },
    /// A graph file breaks the rules of its format.
    #[error("{file}, line {line}, column {column}: {problem}; {cure}")]
    Syntax {
        /// As the caller named it.
        file: String,
        /// From 1.
        line: u32,
        /// From 1, in characters.
        column: u32,
        /// What is wrong.
        problem: String,
        /// What to do about it.
        cure: &'static str,
    },
    /// A graph file could be of several formats.
    #[error("{file}: its format is not certain: {problem}; say format: one of {candidates}")]
    Format {
        /// As the caller named it.
        file: String,
        /// Why it is not.
        problem: &'static str,
        /// The names of the formats that it may be of.
        candidates: String,
    },
    /// Nodes stand on a plane of which no one knows how large it is.
    #[error(
        "{file}: nodes or links have their places and lengths on a plane without a scale, and some links have no latency; say \
         plane_width (the one-way time across the plane), plane_unit (that along one unit of it), or link_latency to give \
         every such link the same one"
    )]
    NoScale {
        /// As the caller named it.
        file: String,
    },
    /// A latency matrix has a wrong shape or entry.
    #[error("{file}, row {row}, column {column} (line {line}): {problem}; {cure}")]
    Matrix {
        /// As the caller named it.
        file: String,
        /// Row of the matrix, from 1.
        row: u32,
        /// Column of the matrix, from 1.
        column: u32,
        /// Line of the file, from 1.
        line: u32,
        /// What is wrong.
        problem: String,
        /// What to do about it.
        cure: &'static str,
    },
    /// A pair without a measurement.
    #[error("{file}: there is no latency from {from} to {to}; {cure}")]
    Unmeasured {
        /// As the caller named it.
        file: String,
        /// Where it would start: a name, or a row from 1.
        from: String,
        /// Where it would end.
        to: String,
        /// What to do about it.
        cure: &'static str,
    },
    /// A table has no column of a name.
    #[error("{file}: no column is called {column:?}; name one of {columns} as `{parameter}`")]
    Column {
        /// As the caller named it.
        file: String,
        /// The parameter that names the column.
        parameter: &'static str,
        /// The name that there is not.
        column: String,
        /// Those that there are.
        columns: String,
    },
    /// A region that a file does not know.
    #[error("{file}: no region is called {name:?}; there are {there}")]
    UnknownRegion {
        /// As the caller named it.
        file: String,
        /// The name that there is not.
        name: String,
        /// Those that there are.
        there: String,
    },
    /// A file holds no node, row or entry.
    #[error("{file}: holds no {what}; check that it is the file you mean")]
    Empty {
        /// As the caller named it.
        file: String,
        /// What there is none of.
        what: &'static str,
    },
    /// An imported graph is in several parts, between which no message could pass.
    #[error(
        "{file}: the graph is not connected: it has {components} components, the largest with {largest} of {routers} \
         routers; say component: \"largest\" to keep only that one"
    )]
    Disconnected {
        /// As the caller named it.
        file: String,
        /// How many parts.
        components: u32,
        /// Routers of the largest part.
        largest: u32,
        /// Routers of the whole file.
        routers: u32,
    },
    /// No latency can be derived: links have none and no node has coordinates.
    #[error(
        "{file}: no node has coordinates (Latitude and Longitude) and some links have no latency; say link_latency to \
         give every such link the same one, for example \"5ms\""
    )]
    NoCoordinates {
        /// As the caller named it.
        file: String,
    },
    /// More hosts than a matrix has rows for.
    #[error(
        "{file}: {hosts} hosts do not fit on {rows} rows with {per_row} each; lower the number of hosts, or say both \
         hosts_per_row and same_row_latency to put several hosts on a row"
    )]
    MoreHostsThanRows {
        /// As the caller named it.
        file: String,
        /// Hosts asked for.
        hosts: u32,
        /// Rows that there are (after those with missing entries were dropped).
        rows: u32,
        /// Hosts allowed on each.
        per_row: u32,
    },
    /// More places with hosts than a table of all distances between them may have.
    #[error(
        "hosts stand at {sites} different routers or rows, and distances are kept between at most {limit}; use fewer \
         hosts, or a smaller topology"
    )]
    TooManySites {
        /// Places with hosts.
        sites: u64,
        /// The most there may be.
        limit: u64,
    },
    /// More pairs of places with hosts than queues between routers are kept for.
    #[error(
        "hosts stand at {sites} different routers, and what messages meet between all pairs of them needs {gigabytes:.1} GB, \
         but at most {limit:.1} GB are used; use fewer hosts or a smaller topology, or leave congestion out"
    )]
    TooManyPairs {
        /// Places with hosts.
        sites: u64,
        /// What the pairs would need.
        gigabytes: f64,
        /// What they may.
        limit: f64,
    },
    /// More routers with hosts than a table serves, on a graph whose distances do not fit into labels either.
    #[error(
        "hosts stand at {sites} different routers; distances between more than 20000 need a graph of hubs and stubs, and \
         labels of this one would take about {megabytes} MB, {entries} entries a router, of at most 1000 MB and 800 entries; \
         use fewer hosts, or a model such as transit_stub or barabasi_albert"
    )]
    TooDense {
        /// Routers with hosts.
        sites: u64,
        /// What labels would take, estimated.
        megabytes: u64,
        /// The mean number of entries of a label, estimated.
        entries: u64,
    },
    /// More routers with hosts than a table serves, and routes by hops that may take longer than a label can say.
    #[error(
        "routes by hops between more than 20000 routers are kept where the most hops of any, times the slowest link, take less \
         than 4.29s; with links of {slowest} they may not: use fewer hosts, shorter links, or routing by latency"
    )]
    HopsTooSlow {
        /// The latency of the slowest link.
        slowest: Span,
    },
    /// A path takes longer than a table entry can say.
    #[error(
        "the path between routers {from} and {to} takes more than 429s; check the latencies of the links"
    )]
    TooFar {
        /// Where it starts.
        from: u32,
        /// Where it ends.
        to: u32,
    },
    /// Policy routing on a graph that does not tell who pays whom.
    #[error(
        "routing \"policy\" must know who pays whom, but {silent} of {links} links between autonomous systems do not say; \
         take a graph that tells relations, such as \"internet\", or routing \"latency\" or \"hops\""
    )]
    NoRelations {
        /// Links between autonomous systems.
        links: u32,
        /// Those without a relation.
        silent: u32,
    },
    /// A router with more neighbours than a next hop can name.
    #[error(
        "router {router} has {neighbours} neighbours, and next hops are kept among at most {limit}; take another graph"
    )]
    TooManyNeighbours {
        /// Which.
        router: u32,
        /// How many it has.
        neighbours: u64,
        /// The most there may be.
        limit: u64,
    },
    /// More next hops than are kept.
    #[error(
        "next hops from {routers} routers to {sites} with hosts take {needed} bytes, and at most {limit} are given to them; \
         use fewer hosts, or a smaller topology"
    )]
    TooManyHops {
        /// Routers that have next hops.
        routers: u64,
        /// Routers that have hosts.
        sites: u64,
        /// What they would take.
        needed: u64,
        /// The most that is taken.
        limit: u64,
    },
    /// Not enough memory for the hosts.
    #[error("no memory for {hosts} hosts; lower their number")]
    Memory {
        /// Hosts asked for.
        hosts: u32,
    },
    /// Something is to fail that is not there.
    #[error("unknown {what} {name:?}{}; {here}", question(.meant.as_deref()))]
    Unknown {
        /// Kind of thing.
        what: &'static str,
        /// As it was called.
        name: String,
        /// What is there.
        here: String,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// Several routers have the name of one that is to fail.
    #[error("several routers are called {name:?}: use one of their numbers ({numbers})")]
    Ambiguous {
        /// As it was called.
        name: String,
        /// Numbers of some.
        numbers: String,
    },
    /// Something is to fail that an underlay of this kind cannot have.
    #[error("{what} can fail only where the underlay has {needs}")]
    CannotFail {
        /// Kind of thing.
        what: &'static str,
        /// What the underlay lacks.
        needs: &'static str,
    },
    /// A parameter is outside what makes sense.
    #[error("{parameter} must be {expected}, not {value}")]
    Parameter {
        /// Its name, spelled like the field.
        parameter: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        value: String,
    },
}

/// What was probably meant, as a question.
fn question(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

impl UnderlayError {
    /// Something of this name is not among `candidates`.
    pub(crate) fn unknown(what: &'static str, name: &str, here: String, candidates: &[String]) -> Self {
        let lower = name.to_lowercase();
        let likeness = |candidate: &String| strsim::jaro_winkler(&lower, &candidate.to_lowercase());
        let near = candidates.iter().map(|candidate| (likeness(candidate), candidate));
        let best = near.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
        Self::Unknown { what, name: name.to_owned(), here, meant: best.map(|(_, name)| name.clone()) }
    }

    #[expect(clippy::needless_pass_by_value, reason = "callers pass numbers and literals")]
    pub(crate) fn parameter(parameter: &'static str, expected: &'static str, value: impl ToString) -> Self {
        Self::Parameter { parameter, expected, value: value.to_string() }
    }
}

/// Refuses a parameter unless `holds`.
pub(crate) fn check(
    holds: bool,
    parameter: &'static str,
    expected: &'static str,
    value: impl ToString,
) -> Result<(), UnderlayError> {
    if holds { Ok(()) } else { Err(UnderlayError::parameter(parameter, expected, value)) }
}
