//! How a run is asked to stop, and where work that may take long looks whether it is.

use crate::array::{ArrayError, Result};
use parking_lot::Mutex;
use quern_ir::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::task::{Wake, Waker};
use std::thread;

/// Asks a run to stop. Interpreter and compiled loops test the word at every turn.
#[derive(Debug, Default)]
pub struct Interrupt {
    word: AtomicU32,
    /// Of those who wait for something else meanwhile.
    wakers: Mutex<Vec<Waker>>,
}

impl Interrupt {
    /// The reason in [`Interrupt::get`]: somebody cancelled the run.
    pub const CANCEL: u32 = 1;
    /// The reason in [`Interrupt::get`]: its time is over.
    pub const TIMEOUT: u32 = 2;

    /// Stops the run at its next turn.
    pub fn set(&self, reason: u32) {
        self.word.store(reason, Ordering::Relaxed);
        for waker in self.wakers.lock().iter() {
            waker.wake_by_ref();
        }
    }

    /// Has a thread that waits woken when the run is asked to stop, as long as what this gives lives. The
    /// thread looks at the word before it waits.
    pub fn wake(&self, waker: Waker) -> Alarm<'_> {
        self.wakers.lock().push(waker.clone());
        Alarm { interrupt: self, waker }
    }

    pub fn clear(&self) {
        self.word.store(0, Ordering::Relaxed);
    }

    /// The reason to stop, 0 if there is none.
    #[inline]
    pub fn get(&self) -> u32 {
        self.word.load(Ordering::Relaxed)
    }

    /// The address of the word, for compiled loops.
    pub fn addr(&self) -> usize {
        self.word.as_ptr() as usize
    }

    /// Takes the reason to stop as an error: a script that catches it goes on, and whoever wants it to end
    /// asks again. Of threads that do one piece of work each, one gets it.
    #[cold]
    fn take(&self) -> Result<()> {
        match self.word.swap(0, Ordering::Relaxed) {
            0 => Ok(()),
            reason => Err(Interrupt::error(reason)),
        }
    }

    /// The error for a reason.
    #[cold]
    pub fn error(reason: u32) -> ArrayError {
        match reason {
            Interrupt::TIMEOUT => ArrayError::new(ErrorKind::Timeout, "the time limit passed"),
            _ => ArrayError::new(ErrorKind::Cancelled, "the run was cancelled"),
        }
    }
}

/// See [`Interrupt::wake`].
#[must_use]
pub struct Alarm<'a> {
    interrupt: &'a Interrupt,
    waker: Waker,
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        let mut wakers = self.interrupt.wakers.lock();
        if let Some(own) = wakers.iter().position(|waker| waker.will_wake(&self.waker)) {
            wakers.swap_remove(own);
        }
    }
}

/// What comes while work is done apart.
enum News<R> {
    Done(thread::Result<R>),
    /// The run is asked to stop.
    Asked,
}

/// Tells whoever waits for work that is done apart.
struct Bell<R>(mpsc::Sender<News<R>>);

impl<R: Send> Wake for Bell<R> {
    fn wake(self: Arc<Self>) {
        // Who does not wait any more need not be told.
        drop(self.0.send(News::Asked));
    }
}

/// What work on much data looks at between two pieces of it.
#[derive(Clone, Copy, Debug)]
pub struct Stop<'a>(Option<&'a Interrupt>);

impl<'a> Stop<'a> {
    /// For work that is short or must be done to its end.
    pub const NEVER: Stop<'static> = Stop(None);

    /// Elements in a piece of work: well below a millisecond.
    pub const PIECE: usize = 1 << 16;

    /// Stops where the interrupt asks for it.
    pub fn on(interrupt: &'a Interrupt) -> Stop<'a> {
        Stop(Some(interrupt))
    }

    /// # Errors
    /// The interrupt's error, if there is a reason to stop.
    #[inline]
    pub fn check(self) -> Result<()> {
        match self.0 {
            Some(interrupt) if interrupt.get() != 0 => interrupt.take(),
            _ => Ok(()),
        }
    }

    /// Does long work that cannot be stopped on a thread of its own, which whoever is asked to stop leaves to
    /// itself.
    ///
    /// # Errors
    /// As [`Stop::check`]; `MemoryError` if there is no thread.
    pub fn apart<R: Send + 'static>(self, work: impl FnOnce() -> R + Send + 'static) -> Result<R> {
        let (sender, receiver) = mpsc::channel();
        let bell = Waker::from(Arc::new(Bell(sender.clone())));
        let _alarm = self.0.map(|interrupt| interrupt.wake(bell));
        self.check()?;
        // Nobody is there to be told when the work was left alone.
        let work = move || drop(sender.send(News::Done(catch_unwind(AssertUnwindSafe(work)))));
        thread::Builder::new().spawn(work).map_err(|error| {
            ArrayError::new(ErrorKind::MemoryError, format!("no new thread: {error}"))
        })?;
        for news in receiver {
            match news {
                News::Asked => self.check()?,
                News::Done(Ok(found)) => return Ok(found),
                News::Done(Err(panic)) => resume_unwind(panic),
            }
        }
        unreachable!("the thread sends before it ends")
    }

    /// A slice, a piece at a time.
    pub fn pieces<T>(self, items: &[T]) -> impl Iterator<Item = Result<&[T]>> {
        items.chunks(Self::PIECE).map(move |piece| self.check().map(|()| piece))
    }

    /// A slice for writing, a piece at a time.
    pub fn pieces_mut<T>(self, items: &mut [T]) -> impl Iterator<Item = Result<&mut [T]>> {
        items.chunks_mut(Self::PIECE).map(move |piece| self.check().map(|()| piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    #[test]
    fn work_that_is_done_apart_is_left_alone_when_the_run_stops() {
        let interrupt = Arc::new(Interrupt::default());
        let barrier = Arc::new(Barrier::new(2));
        let (theirs, ours) = (interrupt.clone(), barrier.clone());
        let asks = thread::spawn(move || {
            ours.wait();
            theirs.set(Interrupt::CANCEL);
        });
        let (left, other) = mpsc::channel::<()>();
        let stopped = Stop::on(&interrupt).apart(move || {
            barrier.wait();
            // Ends when the test does.
            other.recv().is_ok()
        });
        assert_eq!(stopped.expect_err("it was stopped").kind, ErrorKind::Cancelled);
        drop(left);
        asks.join().expect("the other thread only asks");
    }

    #[test]
    fn work_that_is_done_apart_gives_its_result_and_its_panic() {
        assert_eq!(Stop::NEVER.apart(|| 7).expect("there is a thread"), 7);
        let panic = catch_unwind(|| Stop::NEVER.apart(|| panic!("of the work")));
        assert_eq!(panic.expect_err("the panic").downcast_ref(), Some(&"of the work"));
    }
}
