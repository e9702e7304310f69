//! Where hot code is handed over to a compiler.
//!
//! The interpreter counts calls of each function and turns of each loop. A function that is called
//! often, or a loop that turns often, is offered to the [`Compiler`] with the types seen just then;
//! what comes back is kept beside the register code and used whenever the types are the same again.
//! The crate knows no compiler: `runtime` plugs one in with [`Tiering`].
//!
//! Values cross as flat words, see [`crate::words`].

use crate::context::ExecutionContext;
use crate::error::Error;
use crate::shared::Shared;
use crate::value::Value;
use quern_ir::{Block, FuncId, Slot, Ty, Val};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

/// Turns functions and loops into machine code.
pub trait Compiler: Send + Sync {
    /// Compiles a function for arguments of these types: the declared parameters (variadic last, as
    /// its list), then the captures. `Ty::Never` stands for an argument that is not given.
    fn compile_function(
        &self,
        shared: &Shared,
        func: FuncId,
        args: &[Ty],
    ) -> Result<Arc<dyn NativeCode>, Refusal>;

    /// Compiles the natural loop with this header. `live` tells the type that a variable has now, at
    /// the header with its parameters set; `None` for one that has no value yet.
    fn compile_loop(
        &self,
        shared: &Shared,
        func: FuncId,
        header: Block,
        live: &dyn Fn(LiveVar) -> Option<Ty>,
    ) -> Result<Arc<dyn NativeLoop>, Refusal>;
}

/// A function compiled for certain argument types.
pub trait NativeCode: Send + Sync {
    /// The types of the arguments, as they were asked for (or wider).
    fn params(&self) -> &[Ty];

    /// The type of the result, then those of the `mut` parameters when the function returns.
    fn results(&self) -> &[Ty];

    /// Runs the function. `args` are the words of the arguments, which it consumes; on success it
    /// appends the words of the results to `out`.
    ///
    /// # Safety
    ///
    /// The words are those of values that [`NativeCode::params`] accept.
    unsafe fn call(
        &self,
        context: &mut ExecutionContext,
        args: &[u64],
        out: &mut Vec<u64>,
    ) -> Result<(), Thrown>;
}

/// A loop compiled for certain types of the variables it uses.
pub trait NativeLoop: Send + Sync {
    /// What the loop reads: parameters of its header, values and slots from outside.
    fn inputs(&self) -> &[(LiveVar, Ty)];

    /// The ways out, by number. An error that the function itself catches outside the loop leaves
    /// through an exit to the handler, whose first parameter is among the outputs.
    fn exits(&self) -> &[LoopExit];

    /// Runs the loop from its header on. `inputs` are the words of the inputs, which it consumes. The
    /// result is the number of the exit, the words of whose outputs were appended to `out`.
    ///
    /// # Safety
    ///
    /// The words are those of values that [`NativeLoop::inputs`] accept.
    unsafe fn run(
        &self,
        context: &mut ExecutionContext,
        inputs: &[u64],
        out: &mut Vec<u64>,
    ) -> Result<usize, Thrown>;
}

/// Where the interpreter goes on after a compiled loop.
#[derive(Clone, Debug, PartialEq)]
pub struct LoopExit {
    pub block: Block,
    /// All that the loop may have changed and that is used later: the parameters of `block`, values
    /// defined in the loop, slots.
    pub outputs: Vec<(LiveVar, Ty)>,
}

/// A variable of a generic function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LiveVar {
    Val(Val),
    Slot(Slot),
}

/// An error out of compiled code, with its place.
#[derive(Debug)]
pub struct Thrown {
    pub error: Error,
    /// What the slots of the `mut` parameters hold (of a function: all of them; of a loop: those it
    /// may have changed).
    pub slots: Vec<(Slot, Value)>,
}

/// Why something stays with the interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The name it is counted under.
    pub name: &'static str,
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// When to compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum JitMode {
    Off,
    #[default]
    On,
    /// At the first call and the first loop turn, for tests.
    Eager,
}

/// The compiler in use and when to call it.
#[derive(Clone, Default)]
pub struct Tiering {
    pub compiler: Option<Arc<dyn Compiler>>,
    pub mode: JitMode,
}

impl Tiering {
    /// Elements of an array from which on operations on it are run together with others. For tests the
    /// interpreter runs each by itself, and all of them are fused where everything is compiled.
    pub fn fused_size(&self) -> usize {
        match self.mode {
            JitMode::Off => usize::MAX,
            JitMode::On => 8192,
            JitMode::Eager => 1,
        }
    }
}

/// Calls and loop turns between two looks at what is running. Whatever loop turns or function is called
/// just then is hot: over time those are the ones where the time goes, and counting costs one decrement.
/// A prime, so that a loop with a few calls in its body is not always seen at the same place.
pub const SAMPLE: u32 = 997;

/// Most specialisations kept of one function or loop; further types stay interpreted. A function of the
/// prelude has one for each closure it was hot with.
pub const MAX_SPECIALISATIONS: usize = 16;

/// How far a function or loop has come on its way to machine code.
#[derive(Debug, Default)]
pub struct Heat {
    state: AtomicU8,
    misses: AtomicU32,
}

/// Interpreted.
const COLD: u8 = 0;
/// To be compiled for the types of the next call or turn.
const DUE: u8 = 1;
/// There is machine code for some types.
const HOT: u8 = 2;
/// Interpreted for good.
const DECLINED: u8 = 3;

/// Calls or turns with types there is no machine code for, after which nobody looks any more.
const MAX_MISSES: u32 = 10_000;

impl Heat {
    /// Whether a call or turn should look for machine code.
    #[inline(always)]
    pub fn is_on(&self) -> bool {
        matches!(self.state.load(Ordering::Relaxed), DUE | HOT)
    }

    /// Whether the types at hand should be compiled if they are new.
    pub fn is_due(&self) -> bool {
        self.state.load(Ordering::Relaxed) == DUE
    }

    /// It was seen running.
    pub fn sampled(&self) {
        if self.state.load(Ordering::Relaxed) != DECLINED {
            self.state.store(DUE, Ordering::Relaxed);
        }
    }

    /// What is around it was seen running: a first version should be made, but no further one.
    pub fn warmed(&self) {
        let _ = self.state.compare_exchange(COLD, DUE, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// There is machine code for the types at hand.
    pub fn found(&self) {
        self.state.store(HOT, Ordering::Relaxed);
    }

    /// The compiler does not take it for the types at hand.
    pub fn declined(&self, has_code: bool) {
        self.state.store(if has_code { HOT } else { DECLINED }, Ordering::Relaxed);
    }

    /// There is no machine code for the types at hand, nor shall there be now.
    pub fn missed(&self) {
        if self.misses.fetch_add(1, Ordering::Relaxed) > MAX_MISSES {
            self.state.store(DECLINED, Ordering::Relaxed);
        }
    }
}

impl Tiering {
    /// How many calls and turns to let pass between two looks, or `None` if nothing is compiled.
    pub fn sample(&self) -> Option<u32> {
        match (&self.compiler, self.mode) {
            (None, _) | (_, JitMode::Off) => None,
            (_, JitMode::On) => Some(SAMPLE),
            (_, JitMode::Eager) => Some(1),
        }
    }
}
