//! How files of latencies are written, and what each format takes for granted.

use super::LatencyUnit;

/// How a file of latencies is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MatrixFormat {
    /// One row of the matrix a line, numbers separated by blanks, tabs, commas or semicolons (a row may end with the
    /// separator): PlanetLab and Seattle (Zhu et al., IEEE/ACM ToN 25, 2017).
    #[default]
    Square,
    /// A table whose header has the columns' names and whose first column the rows': SimBlock's regions.
    Named,
    /// An object of objects of numbers, perhaps within one called `data`; `null` is missing: cloudping.co.
    Json,
    /// A ModelNet topology in XML, each edge in its own direction (Vahdat et al., OSDI 2002).
    ModelNet,
    /// `a b latency` a line, one direction serving for both where the other is absent: Meridian (Wong, Slivkins,
    /// Sirer, SIGCOMM 2005).
    Triples,
    /// p2psim's topology `E2EGraph`: `topology E2EGraph N`, `node i`, then `i,j latency` (Gil, Kaashoek, Li, Morris,
    /// Stribling 2003). Its latencies are one-way, half of a round trip; 1000000 is missing.
    E2eGraph,
    /// King's measurements, `a --> b k t5 t6` (Gummadi, Saroiu, Gribble, IMW 2002): round trips of t5 - t6. A difference
    /// not above zero is no measurement; of several of one pair the median counts.
    KingMeasurements,
}

impl MatrixFormat {
    /// The unit that the format's known files have.
    pub fn unit(self) -> LatencyUnit {
        match self {
            Self::Square | Self::Named | Self::Json | Self::ModelNet => LatencyUnit::Milliseconds,
            Self::Triples | Self::E2eGraph | Self::KingMeasurements => LatencyUnit::Microseconds,
        }
    }

    /// The text that stands for no measurement by the format's own custom: p2psim writes a second.
    pub fn missing_marker(self) -> Option<&'static str> {
        matches!(self, Self::E2eGraph).then_some("1000000")
    }
}
