//! Generic ops run for compiled code: the interpreter's functions on values in memory.
//!
//! Operands are lent; those that the ownership rules (`ir/src/passes/README.md`) call consumed are
//! taken. Results are new references.

use crate::abi::JitContext;
use quern_ir::Op;
use quern_ir::function::InstData;
use quern_vm::{Error, Value};
use std::mem::ManuallyDrop;

/// The memory through which compiled code hands operands to an op and gets its results.
pub struct Exchange<'a> {
    args: &'a mut [ManuallyDrop<Value>],
    results: *mut Value,
    count: usize,
}

impl Exchange<'_> {
    /// # Safety
    ///
    /// At `address` lie the operands of `inst` as values, and behind them is room for two results
    /// more than it has.
    pub unsafe fn new<'a>(address: usize, inst: &InstData) -> Exchange<'a> {
        let start = address as *mut ManuallyDrop<Value>;
        Exchange {
            // SAFETY: by contract.
            args: unsafe { std::slice::from_raw_parts_mut(start, inst.args.len()) },
            // SAFETY: by contract.
            results: unsafe { start.add(inst.args.len()) }.cast(),
            count: inst.results.len() + 2,
        }
    }

    pub fn arg(&self, index: usize) -> &Value {
        &self.args[index]
    }

    /// An operand that the op consumes; it must not be used again.
    pub fn take(&mut self, index: usize) -> Value {
        let place = &mut self.args[index];
        std::mem::replace(&mut **place, Value::None)
    }

    pub fn set(&mut self, index: usize, value: Value) {
        assert!(index < self.count);
        // SAFETY: the index is in the room for results, whose old contents are no value.
        unsafe { self.results.add(index).write(value) };
    }
}

/// Whether [`run`] knows the op.
pub fn is_supported(inst: &InstData) -> bool {
    matches!(inst.op, Op::Throw)
}

/// Runs a generic op. The result is `false` only where `iter.next` finds no further item.
pub fn run(inst: &InstData, exchange: &mut Exchange<'_>, context: &mut JitContext<'_>) -> Result<bool, Error> {
    let _ = context;
    match inst.op {
        Op::Throw => Err(Error::thrown(exchange.take(0))),
        _ => Err(Error::type_error(format!("internal error: {} in compiled code", inst.op.name()))),
    }
}
