//! What a run needs besides its frames: the program, the host, the limits, the way to stop it.
//!
//! The context is passed explicitly to everything that runs; there are no thread-locals.

use crate::error::Error;
use crate::interrupt::Stop;
use crate::shared::Shared;
use crate::value::Value;
use quern_ir::{Builtin, Span};
use std::sync::Arc;

pub use crate::interrupt::Interrupt;

/// The state of one run that builtins and the interpreter share.
pub struct ExecutionContext {
    pub shared: Arc<Shared>,
    pub host: Arc<dyn Host>,
    pub interrupt: Arc<Interrupt>,
    pub limits: Limits,
    pub random: RandomState,
    /// While anything runs that uses the native stack for calls of the script: the lowest address it may
    /// come to; else 0.
    pub native_floor: usize,
    /// How many calls were in progress when the interpreter was last left: those that lie under a fiber
    /// which is made now.
    pub depth: usize,
    /// Whether compiled code is not to be entered: the native stack is used up but for a reserve.
    pub interpreted: bool,
    /// Steps (calls and loop turns) done so far, counted in bunches.
    pub steps: u64,
    /// Steps left before the run gives others a turn.
    pub slice: u32,
}

/// Steps a run does before it gives others a turn: well below a millisecond of plain work.
pub const SLICE: u32 = 20_000;

/// Does what `vm` must not: files, streams, clocks.
pub trait Host: Send + Sync {
    /// Runs a builtin whose home is the host. Arguments are as for [`crate::std::call`].
    fn call(
        &self,
        builtin: Builtin,
        args: &mut [Value],
        context: &mut ExecutionContext,
    ) -> Result<Value, Error>;

    /// The line of the source that a span starts on, counted from 1.
    fn line(&self, _span: Span) -> Option<u32> {
        None
    }
}

/// A host that offers nothing.
pub struct NoHost;

impl Host for NoHost {
    fn call(
        &self,
        builtin: Builtin,
        _: &mut [Value],
        _: &mut ExecutionContext,
    ) -> Result<Value, Error> {
        Err(Error::new(
            quern_ir::ErrorKind::PermissionError,
            format!("{} is not available here", builtin.name()),
        ))
    }
}

/// Compiled code counts calls only where they recurse, and leaves the last ones before the limit of
/// [`Limits::depth`] to the interpreter, which counts them all.
pub const DEPTH_MARGIN: usize = 100;

/// How far a run may go.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Most calls nested in one another.
    pub depth: usize,
    /// Most generators that compute an item for one another.
    pub generators: usize,
    /// Most values on the register stack of one fiber.
    pub registers: usize,
    /// Bytes of the native stack that compiled code and builtins which call back may use. Recursion
    /// does not end there: the interpreter, whose calls are on the heap, goes on. Whoever runs a script
    /// on a thread with a larger stack says so here.
    pub native_stack: usize,
    /// Most steps (calls and loop turns) before the run stops; `None` is no limit.
    pub steps: Option<u64>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            depth: 200_000,
            generators: 100_000,
            registers: 64 << 20,
            native_stack: 1 << 20,
            steps: None,
        }
    }
}

/// Where the task's random numbers stand: a key and how many blocks were drawn from it.
#[derive(Clone, Debug, Default)]
pub struct RandomState {
    pub key: u64,
    pub counter: u64,
}

impl ExecutionContext {
    /// Counts steps done, and says whether the run must stop: `Ok(true)` for giving others a turn.
    ///
    /// # Errors
    ///
    /// The interrupt's error, or `Timeout` when the limit of steps is reached.
    #[cold]
    pub fn spend(&mut self, steps: u32) -> Result<bool, Error> {
        self.steps += u64::from(steps);
        self.check_interrupt()?;
        if let Some(limit) = self.limits.steps
            && self.steps > limit
        {
            return Err(Error::new(
                quern_ir::ErrorKind::Timeout,
                format!("the limit of {limit} steps is used up"),
            ));
        }
        match self.slice.checked_sub(steps) {
            Some(left) if left > 0 => {
                self.slice = left;
                Ok(false)
            }
            _ => {
                self.slice = SLICE;
                Ok(true)
            }
        }
    }

    /// # Errors
    ///
    /// The interrupt's error, if there is a reason to stop.
    #[inline]
    pub fn check_interrupt(&self) -> Result<(), Error> {
        Ok(self.stop().check()?)
    }

    /// What long work looks at.
    #[inline]
    pub fn stop(&self) -> Stop<'_> {
        Stop::on(&self.interrupt)
    }

    /// The error of the reason to stop. A script that catches it goes on; whoever wants it to end asks
    /// again.
    #[cold]
    pub fn interrupted(&self) -> Error {
        let reason = self.interrupt.get();
        self.interrupt.clear();
        Interrupt::error(reason).into()
    }

    /// Runs what may call back into scripts on the native stack.
    ///
    /// # Errors
    ///
    /// `RecursionError` if the stack is used up.
    pub fn nested<T>(
        &mut self,
        run: impl FnOnce(&mut ExecutionContext) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (depth, interpreted) = (self.depth, self.interpreted);
        let floor = self.enter_native();
        let here = stack_address();
        if here < self.native_floor {
            return Err(crate::fiber::too_deep(self.limits.depth));
        }
        self.interpreted |= self.native_room() == 0;
        let result = run(self);
        (self.native_floor, self.depth, self.interpreted) = (floor, depth, interpreted);
        result
    }

    /// Notes how far the native stack may go, if nobody has; gives what was noted before.
    pub fn enter_native(&mut self) -> usize {
        let before = self.native_floor;
        if before == 0 {
            self.native_floor = stack_address().saturating_sub(self.limits.native_stack);
        }
        before
    }

    /// Bytes of the native stack that compiled code may use from here. A reserve stays for the
    /// interpreter.
    pub fn native_room(&self) -> usize {
        stack_address().saturating_sub(self.native_floor + self.limits.native_stack / 4)
    }

    pub fn new(shared: Arc<Shared>, host: Arc<dyn Host>) -> ExecutionContext {
        ExecutionContext {
            shared,
            host,
            interrupt: Arc::new(Interrupt::default()),
            limits: Limits::default(),
            random: RandomState::default(),
            native_floor: 0,
            depth: 0,
            interpreted: false,
            steps: 0,
            slice: SLICE,
        }
    }
}

/// About where the stack stands.
#[inline(never)]
fn stack_address() -> usize {
    let here = 0u8;
    std::ptr::from_ref(&here) as usize
}
