//! Waiting for the world, as long as nobody asks the run to stop.
//!
//! The system has no call that waits both for any kind of file and for us. What may wait is done on a
//! thread of its own, which the run leaves behind when it is stopped.

use quern_vm::Error;
use quern_vm::interrupt::{Interrupt, Stop};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::Wake;

/// What a waiting run is sent.
pub enum News<T> {
    Done(T),
    /// The run is asked to stop.
    Woken,
}

struct Bell<T>(Sender<News<T>>);

impl<T: Send + 'static> Wake for Bell<T> {
    fn wake(self: Arc<Self>) {
        // Nobody waits any more where nobody hears it.
        let _ = self.0.send(News::Woken);
    }
}

/// The next result of another thread, which sends it to `news` by way of a copy of `sender`.
///
/// # Errors
/// The interrupt's, when the run is asked to stop.
pub fn wait<T: Send + 'static>(
    interrupt: &Interrupt,
    sender: &Sender<News<T>>,
    news: &Receiver<News<T>>,
) -> Result<T, Error> {
    let _alarm = interrupt.wake(Arc::new(Bell(sender.clone())).into());
    loop {
        Stop::on(interrupt).check()?;
        if let Ok(News::Done(result)) = news.recv() {
            return Ok(result);
        }
    }
}

/// What `work` gives, which may take as long as it likes.
///
/// # Errors
/// As [`wait`].
pub fn aside<T: Send + 'static>(
    interrupt: &Interrupt,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let (sender, news) = channel();
    let done = sender.clone();
    std::thread::spawn(move || {
        // A run that was stopped does not hear it.
        let _ = done.send(News::Done(work()));
    });
    wait(interrupt, &sender, &news)
}
