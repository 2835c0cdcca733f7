//! A key-routing algorithm of one's own.

fn main() {}
