//! Overlab: an overlay routing research simulator.
