//! How values travel: leaves, signatures and the run's context.
//!
//! A value of type `T` is a list of *leaves*, each a machine value: an `Int` is one `i64`, a tuple
//! the leaves of its items in order, an `Any` the two words of a boxed value, a `None` nothing at
//! all. Compiled functions take the context, those that want it the number of calls in progress, and the
//! leaves of their parameters; they return a status and the leaves of their result; Rust enters through a trampoline that moves the same leaves from
//! and to flat arrays of 64-bit words (narrow leaves in the low bits, floats by their bits).

use cranelift_codegen::ir::{AbiParam, Signature, Type, types};
use cranelift_codegen::isa::CallConv;
use quern_ir::{FuncId, Span, Ty};
use quern_vm::context::DEPTH_MARGIN;
use quern_vm::interrupt::Stop;
use quern_vm::record::Record;
use quern_vm::words::word_count;
use quern_vm::{Error, ExecutionContext, Value};
use smallvec::SmallVec;
use std::sync::Arc;

/// The machine values a typed value is made of.
pub type Leaves = SmallVec<[Type; 4]>;

/// What a compiled function returns first.
pub mod status {
    /// The result leaves are valid.
    pub const OK: u64 = 0;
    /// The error is in the context; the result leaves are not to be read.
    pub const ERROR: u64 = 1;
    /// Of the helper for `iter.next`: there is no item any more.
    pub const EXHAUSTED: u64 = 2;
}

/// The machine types of a value's leaves.
pub fn leaves(ty: &Ty) -> Leaves {
    let mut out = Leaves::new();
    push_leaves(ty, &mut out);
    out
}

fn push_leaves(ty: &Ty, out: &mut Leaves) {
    match ty {
        Ty::Never | Ty::None | Ty::Builtin(_) => {}
        Ty::Bool => out.push(types::I8),
        Ty::Int | Ty::Word => out.push(types::I64),
        Ty::Float => out.push(types::F64),
        Ty::F32 => out.push(types::F32),
        Ty::Complex => out.extend([types::F64, types::F64]),
        Ty::Array(..) | Ty::List(_) | Ty::Dict => out.push(types::I64),
        Ty::Range { .. } => out.extend([types::I64; 3]),
        Ty::Tuple(items) => items.iter().for_each(|t| push_leaves(t, out)),
        Ty::Record(fields) => fields.iter().for_each(|(_, t)| push_leaves(t, out)),
        Ty::Fn(_, captures) => captures.iter().for_each(|t| push_leaves(t, out)),
        Ty::Str | Ty::Any => out.extend([types::I64, types::I64]),
    }
}

/// How many SSA values of typed code hold a value of this type.
pub fn value_count(ty: &Ty) -> usize {
    match ty {
        Ty::Str | Ty::Any => 1,
        Ty::Tuple(items) => items.iter().map(value_count).sum(),
        Ty::Record(fields) => fields.iter().map(|(_, t)| value_count(t)).sum(),
        Ty::Fn(_, captures) => captures.iter().map(value_count).sum(),
        ty => leaves(ty).len(),
    }
}

/// The signature compiled functions call each other by.
pub fn internal_signature(func: &Sig) -> Signature {
    let mut sig = Signature::new(CallConv::Tail);
    sig.params.push(AbiParam::new(types::I64));
    if func.counts {
        sig.params.push(AbiParam::new(types::I64));
    }
    for ty in &func.params {
        sig.params.extend(leaves(ty).into_iter().map(AbiParam::new));
    }
    if func.exits {
        sig.params.push(AbiParam::new(types::I64));
    }
    if func.throws {
        sig.returns.push(AbiParam::new(types::I64));
    }
    for ty in &func.results {
        sig.returns.extend(leaves(ty).into_iter().map(AbiParam::new));
    }
    sig
}

/// What a compiled function takes and gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Sig {
    pub params: Vec<Ty>,
    /// The result, then what the `mut` parameters hold, which is valid after an error too.
    pub results: Vec<Ty>,
    /// Whether it can end in an error; if not, it returns no status.
    pub throws: bool,
    /// Whether it wants to know how many calls are in progress, itself among them.
    pub counts: bool,
    /// Whether it is the code of a loop: it answers an exit's number and stores the live values of the
    /// exit through an address it gets as the last argument.
    pub exits: bool,
}

/// The signature of a trampoline: `extern "C" fn(context, args, results) -> status`.
pub fn entry_signature(host: CallConv) -> Signature {
    let mut sig = Signature::new(host);
    sig.params.extend([AbiParam::new(types::I64); 3]);
    sig.returns.push(AbiParam::new(types::I64));
    sig
}

/// What compiled code knows of the run it serves. It uses the first fields itself; helpers get the
/// whole.
#[repr(C)]
pub struct JitContext<'a> {
    /// Address of the interrupt word, a `u32`.
    interrupt: usize,
    /// How many calls are in progress, for the code or helper that is entered next.
    depth: usize,
    /// How many there may be in compiled code.
    depth_limit: usize,
    /// The floor that the run had before.
    outer_floor: usize,
    /// The error on its way.
    error: Option<Error>,
    pub records: Records,
    /// The run.
    pub execution: &'a mut ExecutionContext,
}

/// The most fields of a record that is kept for a new one.
pub const KEPT_FIELDS: usize = 4;

/// Records that died while compiled code runs, for the next ones it makes.
#[derive(Default)]
#[repr(C)]
pub struct Records {
    /// By their number of fields.
    pub kept: [Kept; KEPT_FIELDS + 1],
    /// Room for those being taken apart.
    pub dying: Vec<Record>,
}

/// A stack of the addresses of records that nobody else holds and whose fields hold no references.
/// Compiled code takes them off itself.
#[derive(Default)]
#[repr(C)]
pub struct Kept {
    /// Address of the first entry of `room`.
    pub base: usize,
    pub len: usize,
    pub room: Vec<usize>,
}

impl Drop for JitContext<'_> {
    fn drop(&mut self) {
        self.execution.native_floor = self.outer_floor;
    }
}

/// Where compiled code finds the fields of a [`JitContext`].
pub mod layout {
    use super::{JitContext, Kept};
    use std::mem::offset_of;

    pub const INTERRUPT: i32 = offset_of!(JitContext<'static>, interrupt) as i32;
    pub const DEPTH: i32 = offset_of!(JitContext<'static>, depth) as i32;
    pub const DEPTH_LIMIT: i32 = offset_of!(JitContext<'static>, depth_limit) as i32;
    const KEPT: usize = offset_of!(JitContext<'static>, records) + offset_of!(super::Records, kept);

    /// The address of the stack of kept records with so many fields.
    pub const fn kept_base(fields: usize) -> i32 {
        (KEPT + fields * size_of::<Kept>() + offset_of!(Kept, base)) as i32
    }

    /// The height of the stack of kept records with so many fields.
    pub const fn kept_len(fields: usize) -> i32 {
        (KEPT + fields * size_of::<Kept>() + offset_of!(Kept, len)) as i32
    }
}

/// A place that can throw.
#[derive(Clone, Debug)]
pub struct Site {
    /// The function it stands in and the place, then the inlined calls it came through.
    pub frames: Vec<(Arc<str>, Span)>,
    /// Whether it throws a value of the script's: an error that was thrown before is here already.
    pub is_throw: bool,
}

/// A compiled function as the interpreter knows it.
#[derive(Clone, Debug)]
pub struct Source {
    pub func: FuncId,
    pub sig: Sig,
}

impl Source {
    pub fn argument_words(&self) -> usize {
        self.sig.params.iter().map(word_count).sum()
    }

    pub fn result_words(&self) -> usize {
        self.sig.results.iter().map(word_count).sum()
    }
}

impl<'a> JitContext<'a> {
    /// A context for code that is about to run on this stack.
    pub fn new(execution: &'a mut ExecutionContext) -> JitContext<'a> {
        let outer_floor = execution.enter_native();
        JitContext {
            interrupt: execution.interrupt.addr(),
            depth: execution.depth,
            depth_limit: 0,
            outer_floor,
            error: None,
            records: Records::default(),
            execution,
        }
    }

    /// Prepares for code each of whose calls takes at most `frame` bytes of the stack.
    pub fn limit_depth(&mut self, frame: usize) {
        let calls = self.execution.native_room() / frame.max(1);
        let most = self.execution.limits.depth.saturating_sub(DEPTH_MARGIN);
        self.depth_limit = most.min(self.depth.saturating_add(calls));
    }

    /// The run, for what may call back into scripts.
    pub fn outside(&mut self) -> &mut ExecutionContext {
        self.execution.depth = self.depth;
        self.execution
    }

    pub fn set_error(&mut self, error: Error) {
        self.error = Some(error);
    }

    pub fn take_error(&mut self) -> Option<Error> {
        self.error.take()
    }

    /// What long work looks at.
    pub fn stop(&self) -> Stop<'_> {
        self.execution.stop()
    }

    /// The error of the reason to stop; if that was taken back meanwhile, the run is cancelled still.
    pub fn interrupted(&mut self) -> Error {
        self.execution.interrupted()
    }

    /// Adds what the error comes through: functions, and what they were doing.
    pub fn trace(&mut self, site: &Site) {
        let Some(mut error) = self.error.take() else { return };
        let known = usize::from(site.is_throw && error.span.is_some());
        for (function, span) in &site.frames[known..] {
            // The place of an error in the prelude is the call of the builtin.
            if !self.execution.shared.in_prelude(*span) {
                error = error.at(*span);
                error.trace(function, *span);
            }
        }
        self.error = Some(error);
    }

    /// The error on its way, for a handler.
    pub fn caught(&mut self) -> Value {
        let Some(mut error) = self.error.take() else {
            return Value::None;
        };
        if let (None, Some(span)) = (error.line, error.span) {
            error.edit().line = self.execution.host.line(span);
        }
        error.into()
    }
}
