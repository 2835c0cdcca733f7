//! The key-routing driver, case by case.

mod any;
mod calls;
mod claim;
mod convergence;
mod full_ring;
mod hostile;
mod joining;
mod recursive;
mod scripted;
