//! A run as a future.

use crate::context::ExecutionContext;
use crate::error::Error;
use crate::execution::{Execution, Outcome, Suspend};
use crate::value::Value;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Runs a function to its end, giving other tasks a turn whenever its share of steps is used up. It
/// owns all frames: dropping it ends the run.
pub struct ExecuteFuture {
    execution: Option<Result<Execution, Error>>,
    context: ExecutionContext,
}

impl ExecuteFuture {
    /// A call of a value.
    pub fn new(mut context: ExecutionContext, callee: &Value, args: Vec<Value>) -> ExecuteFuture {
        let execution = Execution::new(callee, args, &mut context);
        ExecuteFuture { execution: Some(execution), context }
    }
}

impl Future for ExecuteFuture {
    type Output = Result<Value, Error>;

    /// # Panics
    ///
    /// If polled again after it was ready.
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let mut execution = match this.execution.take().expect("not polled after it was ready") {
            Ok(execution) => execution,
            Err(error) => return Poll::Ready(Err(error)),
        };
        match execution.resume(&mut this.context) {
            Outcome::Finished(value) => Poll::Ready(Ok(value)),
            Outcome::Failed(error) => Poll::Ready(Err(error)),
            Outcome::Suspended(Suspend::Yielded) => {
                this.execution = Some(Ok(execution));
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_may_move_between_threads() {
        fn assert_send<T: Send>() {}
        assert_send::<ExecuteFuture>();
    }
}
