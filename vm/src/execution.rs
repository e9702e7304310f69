//! One run: the fibers of a task, from the first call to its result.

use crate::bytecode::Reg;
use crate::call::{self, Called, Callee, Passed};
use crate::context::ExecutionContext;
use crate::error::Error;
use crate::fiber::Fiber;
use crate::generator::{Generator, State};
use crate::step;
use crate::value::Value;
use std::sync::Arc;

/// A run in progress. It holds everything the run needs but the context, and can stop between any two
/// instructions.
pub struct Execution {
    /// The task's own fiber, then those of generators that are computing an item for the one before.
    pub(crate) fibers: Vec<Active>,
    /// The result, when the callee was a builtin and ran at once.
    pub(crate) finished: Option<Value>,
    /// The task's own fiber once it has ended, for what its last frame handed back.
    pub(crate) ended: Option<Box<Fiber>>,
    /// The item that a generator gave when nothing in this run had asked for it.
    pub(crate) handed: Option<Value>,
}

/// A fiber at work.
pub(crate) struct Active {
    pub fiber: Box<Fiber>,
    pub generator: Option<Arc<Generator>>,
}

/// How a stretch of work ended.
#[derive(Debug)]
pub enum Outcome {
    Finished(Value),
    Failed(Error),
    Suspended(Suspend),
}

/// Why a run stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspend {
    /// Its share of steps is used up; it goes on whenever it is resumed.
    Yielded,
}

impl Execution {
    /// A call of any callable value, ready to run.
    ///
    /// # Errors
    ///
    /// If the value cannot be called with these arguments, or is a builtin that fails.
    pub fn new(
        callee: &Value,
        args: Vec<Value>,
        context: &mut ExecutionContext,
    ) -> Result<Execution, Error> {
        let shared = context.shared.clone();
        let callee = Callee::of(callee, &shared)?;
        let mut fiber = Box::new(Fiber::nested(context.depth));
        let args =
            args.into_iter().map(|value| Passed { value, name: None, variable: None }).collect();
        let finished = match call::enter(&mut fiber, 0, callee, args, Reg::NONE, &shared, context)?
        {
            Called::Frame => None,
            Called::Value(value) => Some(value),
        };
        Ok(Execution {
            fibers: vec![Active { fiber, generator: None }],
            finished,
            ended: None,
            handed: None,
        })
    }

    /// Runs until the end or a reason to stop. A finished or failed run must not be resumed.
    pub fn resume(&mut self, context: &mut ExecutionContext) -> Outcome {
        match self.finished.take() {
            Some(value) => Outcome::Finished(value),
            None => step::run(self, context),
        }
    }

    /// A run of what a fiber has to do.
    pub(crate) fn on(active: Active) -> Execution {
        Execution { fibers: vec![active], finished: None, ended: None, handed: None }
    }

    /// Runs to the end on this thread, without stopping to let others run.
    pub(crate) fn finish(&mut self, context: &mut ExecutionContext) -> Result<Value, Error> {
        loop {
            match self.resume(context) {
                Outcome::Finished(value) => return Ok(value),
                Outcome::Failed(error) => return Err(error),
                Outcome::Suspended(Suspend::Yielded) => {}
            }
        }
    }
}

impl Drop for Execution {
    /// Generators that were at work when the run was dropped are finished.
    fn drop(&mut self) {
        for active in self.fibers.drain(..).rev() {
            if let Some(generator) = active.generator {
                generator.put(State::Finished);
            }
        }
    }
}

/// Calls a value from Rust and runs it to the end on this thread. Its steps count on the context's
/// limits, but it does not stop to let others run.
///
/// # Errors
///
/// The error the callee threw.
pub fn call_value(
    context: &mut ExecutionContext,
    callee: &Value,
    args: Vec<Value>,
) -> Result<Value, Error> {
    context.nested(|context| Execution::new(callee, args, context)?.finish(context))
}
