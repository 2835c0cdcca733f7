//! Large graphs that grow by preferential attachment: routers on a square of 60 ms, links as long as they are.

use overlab_time::{Purpose, Seeds, Stream};
use overlab_underlay::{GraphFile, Import, Topology};
use std::fmt::Write as _;

/// Barabási-Albert with m = 2: every newcomer joins two others, drawn by their number of links.
pub(crate) fn barabasi_albert(routers: u32, seeds: Seeds) -> Topology {
    let mut drawing = Drawing::new(routers, seeds);
    for newcomer in 3..routers {
        let first = drawing.one();
        let second = loop {
            let other = drawing.one();
            if other != first {
                break other;
            }
        };
        for other in [first, second] {
            drawing.join(newcomer, other);
            drawing.chances.extend([newcomer, other]);
        }
    }
    drawing.done()
}

struct Drawing {
    stream: Stream,
    places: Vec<[f64; 2]>,
    /// Routers, each as often as it has chances to be drawn.
    chances: Vec<u32>,
    text: String,
}

impl Drawing {
    /// A triangle of routers, and others without links.
    fn new(routers: u32, seeds: Seeds) -> Self {
        let mut stream = seeds.stream(Purpose::Example, 1, 0);
        let places = (0..routers).map(|_| [stream.unit(), stream.unit()]).collect();
        let mut text = String::from("graph [\n");
        for router in 0..routers {
            writeln!(text, "node [ id {router} ]").expect("writing to a string cannot fail");
        }
        let mut drawing = Self { stream, places, chances: vec![0, 1, 1, 2, 2, 0], text };
        for (a, b) in [(0, 1), (1, 2), (2, 0)] {
            drawing.join(a, b);
        }
        drawing
    }

    fn one(&mut self) -> u32 {
        self.chances[self.stream.index(self.chances.len())]
    }

    fn join(&mut self, a: u32, b: u32) {
        let [from, to] = [a, b].map(|router| self.places[router as usize]);
        let latency = 100_000 + (60e6 * (from[0] - to[0]).hypot(from[1] - to[1])) as u64;
        writeln!(self.text, "edge [ source {a} target {b} delay_ns {latency} ]")
            .expect("writing to a string cannot fail");
    }

    /// The importer leaves out links that are drawn twice, or from a router to itself.
    fn done(mut self) -> Topology {
        self.text.push(']');
        let file = GraphFile::parse("drawn", self.text.as_bytes()).expect("the text is right");
        Topology::routers(Import::new("drawn").graph(&file).expect("the graph is connected"))
    }
}
