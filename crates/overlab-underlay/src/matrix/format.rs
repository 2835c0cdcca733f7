//! How files of latencies are written, and what each format takes for granted.

use super::{LatencyUnit, MatrixKind};

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
    /// Stribling 2003).
    E2eGraph,
    /// King's measurements, `a --> b k t5 t6` (Gummadi, Saroiu, Gribble, IMW 2002).
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

    /// What the format's numbers are, where it leaves no doubt: `E2EGraph` one-way latencies, half of a round trip, King
    /// round trips.
    pub fn kind(self) -> Option<MatrixKind> {
        match self {
            Self::E2eGraph => Some(MatrixKind::OneWay),
            Self::KingMeasurements => Some(MatrixKind::Rtt),
            Self::Square | Self::Named | Self::Json | Self::ModelNet | Self::Triples => None,
        }
    }

    /// The text that stands for no measurement by the format's own custom: p2psim writes a second.
    pub fn missing_marker(self) -> Option<&'static str> {
        matches!(self, Self::E2eGraph).then_some("1000000")
    }
}
