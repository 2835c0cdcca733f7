//! The allocator of every program that has Overlab's command line.
//!
//! Large overlays are bound by memory: with huge pages (`.cargo/config.toml` asks jemalloc for them) a million Chord peers run a
//! quarter faster, a hundred thousand a tenth. It shows in no result.

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;
