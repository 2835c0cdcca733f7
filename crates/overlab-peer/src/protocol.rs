//! What every overlay algorithm is: the trait that a peer's code implements.

use crate::about::About;
use crate::context::Context;
use crate::identity::Contact;
use crate::message::Message;
use crate::parameters::Parameters;
use overlab_time::Span;
use std::fmt;

/// An overlay algorithm as it runs on one peer.
///
/// The value is the peer's state. It sees what it holds itself, the messages it gets, and its [`Context`]; it
/// acts by calling methods of the context, which take effect when the handler returns. It has no clock, no
/// thread, no file and no global, and must not draw randomness from anywhere but [`Context::random`].
pub trait Protocol: Sized + Send + Sync + 'static {
    /// Its parameters in scenario files.
    type Parameters: Parameters;
    /// Its own messages; `()` if it needs none.
    type Message: Message;
    /// What it may be woken for.
    type Timer: Copy + fmt::Debug + Send + 'static;

    /// Name, summary and source.
    const ABOUT: About;

    /// A peer with empty tables that has done nothing yet. Called at every (re)start that keeps no state.
    fn new(context: &mut Context<'_, Self>) -> Self;

    /// Enters the overlay through `bootstrap`, peers that were members lately; empty for the very first peer. Called
    /// again, with other contacts, while [`Context::joined`] was not reported. A peer that returns with its state
    /// kept finds its tables as it left them, its timers gone.
    fn join(&mut self, bootstrap: &[Contact], context: &mut Context<'_, Self>);

    /// Handles a message of its own kind; a request is answered with [`Context::reply`].
    fn receive(&mut self, from: Contact, message: Self::Message, context: &mut Context<'_, Self>);

    /// Handles a timer that it set. Timers of an earlier incarnation never arrive.
    fn wake(&mut self, timer: Self::Timer, context: &mut Context<'_, Self>);

    /// Learns that `contact` did not answer a call in time.
    fn unreachable(&mut self, _contact: Contact, _context: &mut Context<'_, Self>) {}

    /// Learns that `contact` was heard of directly: it sent a request, or a reply after the given round trip.
    fn observed(&mut self, _contact: Contact, _round_trip: Option<Span>, _context: &mut Context<'_, Self>) {}

    /// Says goodbye before a graceful leave; what it sends still goes out.
    fn leave(&mut self, _context: &mut Context<'_, Self>) {}

    /// Asks the memory for the tables that the next event will need ([`crate::prefetch`]): in a large overlay they are in
    /// no cache. It cannot change any result.
    #[inline]
    fn prefetch(&self) {}
}
