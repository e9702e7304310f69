//! Generators: suspended functions that hand out values one at a time.

use crate::fiber::Fiber;
use parking_lot::Mutex;
use std::fmt;

/// A generator value. Whoever asks for the next item takes the fiber out, runs it and puts it back,
/// so the lock is never held while user code runs.
#[derive(Default)]
pub struct Generator {
    state: Mutex<State>,
}

/// What a generator is doing.
#[derive(Default)]
pub enum State {
    /// Between two items (or before the first).
    Suspended(Box<Fiber>),
    /// Some task is computing the next item.
    Running,
    #[default]
    Finished,
}

impl Generator {
    pub fn new(fiber: Box<Fiber>) -> Generator {
        Generator { state: Mutex::new(State::Suspended(fiber)) }
    }

    /// Takes the fiber out to run it, leaving `Running`; a finished generator stays so.
    pub fn take(&self) -> State {
        let mut state = self.state.lock();
        match &*state {
            State::Finished => State::Finished,
            _ => std::mem::replace(&mut *state, State::Running),
        }
    }

    /// The fiber of a generator that nobody holds any more.
    pub fn into_fiber(self) -> Option<Box<Fiber>> {
        match self.state.into_inner() {
            State::Suspended(fiber) => Some(fiber),
            State::Running | State::Finished => None,
        }
    }

    pub fn put(&self, new: State) {
        *self.state.lock() = new;
    }
}

impl fmt::Debug for Generator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Generator")
    }
}
