//! The geometries of Gummadi et al. (SIGCOMM 2003): what distributed hash tables look like without their protocols.
//!
//! All but [`Butterfly`] stand on 2^d nodes, each numbered by its identifier of d bits; bits are counted from the topmost.
//! Adding one is its file in this module's folder and its name in the list below.

mod bits;
pub mod butterfly;
pub mod hybrid;
pub mod hypercube;
pub mod ring;
pub mod tree;
pub mod xor;

pub use bits::Suffix;
pub use butterfly::Butterfly;
pub use hybrid::Hybrid;
pub use hypercube::Hypercube;
pub use ring::Ring;
pub use tree::Tree;
pub use xor::Xor;

/// The study that compares them, to be cited.
const GUMMADI: &str = r"@inproceedings{gummadi2003impact,
  author    = {Gummadi, Krishna P. and Gummadi, Ramakrishna and Gribble, Steven D. and Ratnasamy, Sylvia and Shenker, Scott and Stoica, Ion},
  title     = {The Impact of {DHT} Routing Geometry on Resilience and Proximity},
  booktitle = {Proceedings of ACM SIGCOMM},
  pages     = {381--394},
  year      = {2003},
  doi       = {10.1145/863955.863998}
}";

/// Calls the macro that it is given with the types of all geometries, separated by commas, in the order of the catalogue.
#[macro_export]
macro_rules! each_geometry {
    ($callback:ident) => {
        $callback! {
            $crate::geometry::Tree, $crate::geometry::Hypercube, $crate::geometry::Ring, $crate::geometry::Xor,
            $crate::geometry::Hybrid, $crate::geometry::Butterfly
        }
    };
}
