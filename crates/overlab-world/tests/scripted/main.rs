//! The world under a scripted program: every line of the log is known beforehand, and every executor writes the same.

mod echo;
mod founding;
mod introductions;
mod lives;
mod notebook;
mod queues;
mod requests;
mod script;
mod timeline;
mod transport;
