//! Generic ops run for compiled code: the interpreter's functions on values in memory.
//!
//! Operands are lent; those that the ownership rules (`ir/src/passes/README.md`) call consumed are
//! taken. Results are new references.

use crate::abi::JitContext;
use quern_ir::Op;
use quern_ir::function::{Fused, Imm, InstData, PathStep};
use quern_vm::closure::Closure;
use quern_vm::fusion::run_fused;
use quern_vm::list::List;
use quern_vm::ops::{self, Next};
use quern_vm::outcall;
use quern_vm::unique;
use quern_vm::value::Tuple;
use quern_vm::words::lent_words;
use quern_vm::{Error, Value};
use smallvec::SmallVec;
use std::mem::ManuallyDrop;
use std::sync::Arc;

/// The memory through which compiled code hands operands to an op and gets its results.
pub struct Exchange<'a> {
    args: &'a mut [ManuallyDrop<Value>],
    results: *mut Value,
    count: usize,
}

impl<'a> Exchange<'a> {
    /// # Safety
    ///
    /// At `address` lie the operands of `inst` as values, and behind them is room for two results
    /// more than it has.
    pub unsafe fn new(address: usize, inst: &InstData) -> Exchange<'a> {
        let start = address as *mut ManuallyDrop<Value>;
        Exchange {
            // SAFETY: by contract.
            args: unsafe { std::slice::from_raw_parts_mut(start, inst.args.len()) },
            // SAFETY: by contract.
            results: unsafe { start.add(inst.args.len()) }.cast(),
            count: inst.results.len() + 2,
        }
    }

    fn len(&self) -> usize {
        self.args.len()
    }

    pub fn arg(&self, index: usize) -> &Value {
        &self.args[index]
    }

    /// A copy of an operand that is only lent.
    pub fn copy(&self, index: usize) -> Value {
        self.arg(index).clone()
    }

    fn copies(&self, from: usize) -> Vec<Value> {
        (from..self.len()).map(|i| self.copy(i)).collect()
    }

    /// An operand that the op consumes.
    pub fn take(&mut self, index: usize) -> Value {
        std::mem::take(&mut *self.args[index])
    }

    pub fn set(&mut self, index: usize, value: Value) {
        assert!(index < self.count, "an op has no result {index}");
        // SAFETY: the index is in the room for results, whose old contents are no value.
        unsafe { self.results.add(index).write(value) };
    }
}

/// Whether [`run`] knows the op.
pub fn is_supported(inst: &InstData) -> bool {
    match inst.op {
        Op::Call | Op::CallMethod => true,
        Op::CallBuiltin => true,
        Op::Yield
        | Op::Await
        | Op::CallFn
        | Op::SlotGet
        | Op::SlotSet
        | Op::PlaceSet
        | Op::ParamGiven => false,
        op => op.is_generic() || is_typed_box(op),
    }
}

fn is_typed_box(op: Op) -> bool {
    use Op::*;
    matches!(op, PlaceWith | ComplexBox | RangeBox | Fail | Fuse)
}

/// Runs a generic op. The result is `false` only where `iter.next` finds no further item.
pub fn run(
    inst: &InstData,
    exchange: &mut Exchange<'_>,
    context: &mut JitContext<'_>,
) -> Result<bool, Error> {
    if let Op::IterNext = inst.op {
        return iter_next(exchange, context);
    }
    if let Imm::Fused(fused) = &inst.imm {
        fuse(fused, exchange, context)?;
        return Ok(true);
    }
    if let Imm::Call(info) = &inst.imm {
        crate::calls::call(inst.op, info, exchange, context)?;
        return Ok(true);
    }
    let value = value(inst, exchange, context)?;
    if !inst.results.is_empty() {
        exchange.set(0, value);
    }
    Ok(true)
}

/// The operations of a `fuse`, if they are to be run together.
fn fuse(
    fused: &Fused,
    exchange: &mut Exchange<'_>,
    context: &mut JitContext<'_>,
) -> Result<(), Error> {
    let large = context.execution.shared.tiering().fused_size();
    let done = {
        let args: SmallVec<[&Value; 8]> = (0..exchange.len()).map(|i| exchange.arg(i)).collect();
        run_fused(context.stop(), large, fused, &args)?
    };
    exchange.set(0, Value::Bool(done.is_some()));
    let results = done.unwrap_or_else(|| fused.results.iter().map(|_| Value::None).collect());
    for (i, value) in results.into_iter().enumerate() {
        exchange.set(1 + i, value);
    }
    Ok(())
}

/// The result of an op that has one.
fn value(
    inst: &InstData,
    exchange: &mut Exchange<'_>,
    context: &mut JitContext<'_>,
) -> Result<Value, Error> {
    if inst.op.is_arithmetic() {
        return arithmetic(inst, exchange, context);
    }
    let x = &*exchange;
    match (inst.op, &inst.imm) {
        (Op::Closure, Imm::Func(func)) => {
            Ok(Value::Fn(Arc::new(Closure { func: *func, captures: x.copies(0).into() })))
        }
        (Op::GlobalGet, Imm::Global(global)) => context.execution.shared.read_global(*global),
        (Op::GlobalSet, Imm::Global(global)) => {
            let value = exchange.take(0);
            context.execution.shared.set_global(*global, value)?;
            Ok(Value::None)
        }
        (Op::Not, _) => ops::not(x.arg(0)),
        (op, imm) if op.is_binary_operator() => {
            let (a, b) = ops::settle(imm.weak(), x.copy(0), x.copy(1));
            match op.comparison() {
                Some(cond) => ops::compare(context.stop(), cond, a, b),
                None => ops::binary(context.stop(), op, a, b),
            }
        }

        (Op::Range | Op::RangeBox, Imm::Bool(inclusive)) => {
            ops::range(x.arg(0), x.arg(1), x.arg(2), *inclusive)
        }
        (Op::OpenRange, Imm::Bool(inclusive)) => {
            ops::open_range(x.arg(0), x.arg(1), x.arg(2), *inclusive)
        }
        (Op::Tuple, _) => Ok(Value::Tuple(Arc::new(Tuple { items: x.copies(0).into() }))),
        (Op::List, Imm::Spread(spread)) => ops::list(x.copies(0), Some(spread)),
        (Op::List, _) => ops::list(x.copies(0), None),
        (Op::Record, Imm::Names(names)) => ops::record_spread(names, x.copies(0)),
        (Op::ComplexBox, _) => match (x.arg(0), x.arg(1)) {
            (Value::Float(re), Value::Float(im)) => Ok(Value::complex(*re, *im)),
            _ => Err(internal(inst)),
        },
        (Op::Format, Imm::Str(spec)) => ops::format(x.arg(0), spec),
        (Op::Concat, _) => ops::concat(&x.copies(0)),

        (Op::Index, Imm::Index(parts)) => match (&parts[..], x.len()) {
            ([quern_ir::function::IndexPart::Value], 2) => ops::index_value(x.arg(0), x.arg(1)),
            _ => ops::index(x.arg(0), parts, &x.copies(1)),
        },
        (Op::FieldGet, Imm::Name(name)) => ops::field(x.arg(0), name),
        (Op::PlaceWith, Imm::Path(path)) => place_with(&path.steps, exchange),

        (Op::CheckBool, _) => ops::condition(x.arg(0), "and, or").map(Value::Bool),
        (Op::CheckType, Imm::Ty(spec)) => ops::check_type(x.copy(0), spec),
        (Op::TestType, Imm::Ty(spec)) => Ok(Value::Bool(ops::test_type(x.arg(0), spec))),
        (Op::TestLen, Imm::Int(len)) => Ok(Value::Bool(ops::test_len(x.arg(0), *len))),
        (Op::TestTuple, Imm::Int(len)) => {
            Ok(Value::Bool(matches!(x.arg(0), Value::Tuple(t) if t.items.len() as i64 == *len)))
        }
        (Op::TestField, Imm::Name(name)) => {
            Ok(Value::Bool(matches!(x.arg(0), Value::Record(r) if r.get(name).is_some())))
        }
        (Op::TestEqual, imm) => Ok(Value::Bool(ops::test_equal(imm.weak(), x.copy(0), x.copy(1)))),
        (Op::Catch, _) => ops::catch(x.copy(0)),
        (Op::CheckLen, Imm::Int(len)) => ops::check_len(x.copy(0), *len),

        (Op::Iter, _) => ops::iter(x.copy(0)),
        (Op::IterStart, _) => Ok(ops::start(x.arg(0))),
        (Op::Throw, _) => Err(Error::thrown(exchange.take(0))),
        (Op::Fail, Imm::Kind(kind, message)) => Err(Error::new(*kind, &**message)),
        _ => Err(internal(inst)),
    }
}

/// An operator that consumes its operands.
fn arithmetic(
    inst: &InstData,
    exchange: &mut Exchange<'_>,
    context: &JitContext<'_>,
) -> Result<Value, Error> {
    let stop = context.stop();
    let a = exchange.take(0);
    match inst.op {
        Op::Neg => ops::negate(stop, a),
        Op::BitNot => ops::bit_not(stop, a),
        op => {
            let (a, b) = ops::settle(inst.imm.weak(), a, exchange.take(1));
            ops::binary(stop, op, a, b)
        }
    }
}

/// The words of a part of a composite value, lent.
pub fn part(value: &Value, index: usize) -> [u64; 2] {
    let item = |items: &[Value]| items.get(index).map_or([0; 2], lent_words);
    match value {
        Value::Tuple(t) => item(&t.items),
        Value::Fn(f) => item(&f.captures),
        Value::Range(r) => item(&[r.start, r.stop, r.step].map(Value::Int)),
        Value::Complex(z) => item(&[z.re, z.im].map(Value::Float)),
        _ => [0; 2],
    }
}

/// `place.with`: operands value before, indices, new value; the result is the value after. When it
/// fails, the value before is still the caller's.
fn place_with(steps: &[PathStep], exchange: &mut Exchange<'_>) -> Result<Value, Error> {
    let last = exchange.len() - 1;
    let indices: SmallVec<[Value; 2]> = (1..last).map(|i| exchange.copy(i)).collect();
    let new = exchange.copy(last);
    // After an error the operand is needed as it was, down to its pointer.
    if exchange.arg(0).is_shared() {
        let mut copy = exchange.copy(0);
        ops::set_place(&mut copy, steps, &indices, new)?;
        drop(exchange.take(0));
        return Ok(copy);
    }
    let variable: &mut Value = &mut exchange.args[0];
    let ty = variable.ty();
    let result = ops::set_place(variable, steps, &indices, new);
    // On its way to the place that failed, a list may have become one of boxed items.
    if result.is_err()
        && variable.ty() != ty
        && let Value::List(list) = variable
        && let Some(list) = unique::get_mut(list)
    {
        *list = List::from_values(list.to_vec());
    }
    result.map(|()| exchange.take(0))
}

fn iter_next(exchange: &mut Exchange<'_>, context: &mut JitContext<'_>) -> Result<bool, Error> {
    // The position after the greatest int is none: there is nothing there.
    let Value::Int(position) = *exchange.arg(1) else {
        return Ok(false);
    };
    match ops::next(exchange.arg(0), position)? {
        Next::Item(item, after) => {
            exchange.set(0, item);
            exchange.set(1, after.map_or(Value::None, Value::Int));
            Ok(true)
        }
        Next::Done => Ok(false),
        Next::Generator => {
            let Value::Generator(generator) = exchange.copy(0) else {
                return Ok(false);
            };
            match outcall::next_item(context.outside(), &generator)? {
                Some(item) => {
                    exchange.set(0, item);
                    exchange.set(1, Value::Int(position.wrapping_add(1)));
                    Ok(true)
                }
                None => Ok(false),
            }
        }
    }
}

fn internal(inst: &InstData) -> Error {
    Error::type_error(format!("internal error: {} in compiled code", inst.op.name()))
}
