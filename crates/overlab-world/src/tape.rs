//! What a shard tells those who explain a run: nothing in any ordinary run.

use overlab_peer::{Contact, Glance, Operation};
use overlab_time::Span;
use overlab_underlay::{Loss, Passage};

/// A message's fate, or a turn of a peer's life, told in the order in which it came.
///
/// A message is told of by [`Note::Up`] where its sender's access link has a queue, then by [`Note::Between`] where links
/// between routers have, and at last by [`Note::Sent`] or [`Note::Lost`].
#[derive(Clone, Debug)]
pub enum Note {
    /// A message passes its sender's access link.
    Up(Passage),
    /// A message waits so long between routers.
    Between(Span),
    /// A message passes its receiver's access link.
    Down(Passage),
    /// A message is on its way: what is said above was about it.
    Sent {
        /// Whom it is meant for.
        to: Contact,
    },
    /// A message never arrives: what is said above was about it.
    Lost(Box<LostMessage>),
    /// A message that came to its receiver's host was not let in, or its queue was full.
    TurnedAway(Loss),
    /// This peer came up.
    Rose(Contact),
    /// The join of this peer is complete.
    Joined(Contact),
    /// This peer went down.
    Fell(Contact),
}

/// A message that was lost on its way.
#[derive(Clone, Debug)]
pub struct LostMessage {
    /// Whom it was sent to.
    pub to: Contact,
    /// Its size.
    pub bytes: u32,
    /// Why it is lost.
    pub loss: Loss,
    /// The request that it serves, if any.
    pub operation: Option<Operation>,
    /// What it is.
    pub glance: Glance,
}

/// The notes of a shard since they were last taken.
///
/// Where nobody listens, as in every ordinary run, a message costs one look at a pointer.
#[derive(Debug, Default)]
pub(crate) struct Tape(Option<Box<Notes>>);

#[derive(Debug, Default)]
struct Notes(Vec<Note>);

impl Tape {
    /// Notes down from now on.
    pub(crate) fn start(&mut self) {
        self.0.get_or_insert_default();
    }

    /// Adds a note, made only where somebody listens.
    #[inline(always)]
    pub(crate) fn add(&mut self, note: impl FnOnce() -> Note) {
        if let Some(notes) = &mut self.0 {
            notes.write(note);
        }
    }

    /// Takes out what was noted.
    pub(crate) fn take(&mut self) -> Vec<Note> {
        self.0.as_mut().map(|notes| std::mem::take(&mut notes.0)).unwrap_or_default()
    }
}

impl Notes {
    #[cold]
    fn write(&mut self, note: impl FnOnce() -> Note) {
        self.0.push(note());
    }
}
