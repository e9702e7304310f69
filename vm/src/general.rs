//! What an instruction does in all the cases that the interpreter loop does not write out.

use crate::bytecode::code::{Code, Site};
use crate::bytecode::ins::{Ins, Operand, OperandKind, Reg, marks};
use crate::closure::Closure;
use crate::context::ExecutionContext;
use crate::error::Error;
use crate::lookahead;
use crate::ops::{self, Next};
use crate::range::Range;
use crate::record::Record;
use crate::shared::Shared;
use crate::unique;
use crate::value::{Tuple, Value};
use crate::window::{Pointer, Window};
use quern_ir::function::{IndexPart, Weak};
use quern_ir::ops::Cond;
use quern_ir::{Builtin, GlobalId, Op};
use std::sync::Arc;

/// Does the instruction `ins`, just before `ip`, and answers how far to jump from there.
///
/// # Errors
///
/// The instruction's own.
#[inline(never)]
pub fn general(
    mut w: Window<'_>,
    ins: &Ins,
    ip: Pointer<'_>,
    code: &Code,
    shared: &Shared,
    context: &mut ExecutionContext,
) -> Result<i32, Error> {
    let marks = marks_of(code, ip);
    let ends = |mark: u8| marks & mark != 0;
    macro_rules! binary {
        ($op:expr, $d:expr, $a:expr, $b:expr) => {{
            let (x, y) = take_two(&mut w, marks, $a, $b);
            let value = ops::binary(context.stop(), $op, x, y)?;
            w.set($d, value);
        }};
    }
    macro_rules! binary_int {
        ($op:expr, $d:expr, $a:expr, $value:expr) => {{
            let x = w.copy_or_take($a, ends(marks::ENDS_A));
            let (x, y) = settle(x, Value::Int(i64::from($value)), marks);
            let value = ops::binary(context.stop(), $op, x, y)?;
            w.set($d, value);
        }};
    }
    macro_rules! unless {
        ($cond:expr, $a:expr, $b:expr, $by:expr) => {{
            let (x, y) = take_two(&mut w, marks, $a, $b);
            let holds = truth(&ops::compare(context.stop(), $cond, x, y)?)?;
            return Ok(if holds { 0 } else { i32::from($by) });
        }};
    }
    macro_rules! unless_int {
        ($cond:expr, $a:expr, $value:expr, $by:expr) => {{
            let x = w.copy_or_take($a, ends(marks::ENDS_A));
            let y = Value::Int(i64::from($value));
            let holds = truth(&ops::compare(context.stop(), $cond, x, y)?)?;
            return Ok(if holds { 0 } else { i32::from($by) });
        }};
    }
    if lookahead::begins(&w, ins, shared)
        && let Some(distance) = lookahead::run_ahead(&mut w, ins, ip, code, shared, context)?
    {
        return Ok(distance);
    }
    match *ins {
        Ins::LoadConst { d, k } => w.set(d, code.consts[k as usize].clone()),
        Ins::Copy { d, a } => {
            let value = w.get(a).clone();
            w.set(d, value);
        }

        Ins::Add { d, a, b } => binary!(Op::Add, d, a, b),
        Ins::Sub { d, a, b } => binary!(Op::Sub, d, a, b),
        Ins::Mul { d, a, b } => binary!(Op::Mul, d, a, b),
        Ins::Div { d, a, b } => binary!(Op::Div, d, a, b),
        Ins::FloorDiv { d, a, b } => binary!(Op::FloorDiv, d, a, b),
        Ins::Rem { d, a, b } => binary!(Op::Rem, d, a, b),
        Ins::BitAnd { d, a, b } => binary!(Op::BitAnd, d, a, b),
        Ins::BitOr { d, a, b } => binary!(Op::BitOr, d, a, b),
        Ins::BitXor { d, a, b } => binary!(Op::BitXor, d, a, b),
        Ins::Shl { d, a, b } => binary!(Op::Shl, d, a, b),
        Ins::Shr { d, a, b } => binary!(Op::Shr, d, a, b),
        Ins::Binary { op, d, a, b } => binary!(op.op(), d, a, b),
        Ins::AddInt { d, a, value } => binary_int!(Op::Add, d, a, value),
        Ins::SubInt { d, a, value } => binary_int!(Op::Sub, d, a, value),
        Ins::MulInt { d, a, value } => binary_int!(Op::Mul, d, a, value),
        Ins::FloorDivInt { d, a, value } => binary_int!(Op::FloorDiv, d, a, value),
        Ins::RemInt { d, a, value } => binary_int!(Op::Rem, d, a, value),
        Ins::Neg { d, a } => {
            let x = w.copy_or_take(a, ends(marks::ENDS_A));
            w.set(d, ops::negate(context.stop(), x)?);
        }
        Ins::Not { d, a } => {
            let value = ops::not(w.get(a))?;
            w.set(d, value);
        }
        Ins::BitNot { d, a } => {
            let x = w.copy_or_take(a, ends(marks::ENDS_A));
            w.set(d, ops::bit_not(context.stop(), x)?);
        }
        Ins::Compare { cond, d, a, b } => {
            let (x, y) = take_two(&mut w, marks, a, b);
            w.set(d, ops::compare(context.stop(), cond, x, y)?);
        }
        Ins::CheckBool { d, a } => {
            let answer = ops::condition(w.get(a), "and, or")?;
            w.set_bool(d, answer);
        }

        Ins::JumpIf { a, by } => return Ok(if truth(w.get(a))? { by } else { 0 }),
        Ins::JumpUnless { a, by } => return Ok(if truth(w.get(a))? { 0 } else { by }),
        Ins::UnlessEq { a, b, by } => unless!(Cond::Eq, a, b, by),
        Ins::UnlessNe { a, b, by } => unless!(Cond::Ne, a, b, by),
        Ins::UnlessLt { a, b, by } => unless!(Cond::Lt, a, b, by),
        Ins::UnlessLe { a, b, by } => unless!(Cond::Le, a, b, by),
        Ins::UnlessGt { a, b, by } => unless!(Cond::Gt, a, b, by),
        Ins::UnlessGe { a, b, by } => unless!(Cond::Ge, a, b, by),
        Ins::UnlessEqInt { a, value, by } => unless_int!(Cond::Eq, a, value, by),
        Ins::UnlessNeInt { a, value, by } => unless_int!(Cond::Ne, a, value, by),
        Ins::UnlessLtInt { a, value, by } => unless_int!(Cond::Lt, a, value, by),
        Ins::UnlessLeInt { a, value, by } => unless_int!(Cond::Le, a, value, by),
        Ins::UnlessGtInt { a, value, by } => unless_int!(Cond::Gt, a, value, by),
        Ins::UnlessGeInt { a, value, by } => unless_int!(Cond::Ge, a, value, by),

        Ins::Iter { d, a } => {
            let x = w.copy_or_take(a, ends(marks::ENDS_A));
            w.set(d, ops::iter(x)?);
        }
        Ins::IterStart { d, a } => {
            let value = ops::start(w.get(a));
            w.set(d, value);
        }
        Ins::IterNext { item, it, pos } => {
            let &Ins::IterExit { next, by } = ip.peek() else { return Err(torn()) };
            // The position after the greatest int is none: there is nothing there.
            let &Value::Int(position) = w.get(pos) else { return Ok(1 + by) };
            match ops::next(w.get(it), position)? {
                Next::Item(value, after) => {
                    w.set(next, after.map_or(Value::None, Value::Int));
                    w.set(item, value);
                }
                Next::Done => return Ok(1 + by),
                Next::Generator => return Err(torn()),
            }
            return Ok(1);
        }

        Ins::Index { d, a, b } => {
            let value = match (w.get(a), w.get(b)) {
                (Value::Array(array), &Value::Int(i)) if array.rank() == 1 => {
                    array.element([i]).map(Value::from)
                }
                _ => None,
            };
            let value = match value {
                Some(value) => value,
                None => ops::index_value(w.get(a), w.get(b))?,
            };
            w.set(d, value);
        }
        Ins::Index2 { d, a, i } => {
            let &Ins::Second { a: j } = ip.peek() else { return Err(torn()) };
            let both = [w.get(i).clone(), w.get(j).clone()];
            let value = ops::index(w.get(a), &[IndexPart::Value; 2], &both)?;
            w.set(d, value);
            return Ok(1);
        }
        Ins::SetIndex { s, i, v } => {
            if let (&Value::Int(at), Some(x)) = (w.get(i), w.get(v).as_scalar()) {
                let is_done = match w.get_mut(s) {
                    Value::Array(array) => {
                        Arc::get_mut(array).is_some_and(|array| array.set_element([at], x))
                    }
                    Value::List(list) if at >= 0 => {
                        Arc::get_mut(list).is_some_and(|list| list.set(at as usize, x.into()))
                    }
                    _ => false,
                };
                if is_done {
                    return Ok(0);
                }
            }
            let value = w.copy_or_take(v, ends(marks::ENDS_A));
            let by = w.get(i).clone();
            ops::set_index(w.get_mut(s), &by, value)?;
        }
        Ins::SetIndex2 { s, i, j } => {
            let &Ins::Second { a: v } = ip.peek() else { return Err(torn()) };
            let both = [w.get(i).clone(), w.get(j).clone()];
            let value = w.get(v).clone();
            ops::set_two(w.get_mut(s), &both, value)?;
            return Ok(1);
        }
        Ins::FieldGet { d, a, name } => {
            let name = &code.names[usize::from(name)];
            let value = match w.get(a) {
                Value::Record(r) => match r.get(name) {
                    Some(value) => value.clone(),
                    None => ops::field(w.get(a), name)?,
                },
                other => ops::field(other, name)?,
            };
            w.set(d, value);
        }
        Ins::GlobalGet { d, global } => {
            w.set(d, shared.read_global(GlobalId(global))?);
        }
        Ins::GlobalSet { a, global } => {
            let value = w.copy_or_take(a, ends(marks::ENDS_A));
            shared.set_global(GlobalId(global), value)?;
        }
        Ins::Math { d, a, builtin } => {
            let x = w.copy_or_take(a, ends(marks::ENDS_A));
            let builtin = Builtin::ALL[usize::from(builtin)];
            w.set(d, crate::std::call(builtin, &mut [x], context)?);
        }
        Ins::Site { d, site } => {
            let site = &code.sites[site as usize];
            if let Site::Range { parts, inclusive, open: false } = site
                && d != Reg::NONE
                && set_range(&mut w, code, d, *parts, *inclusive)
            {
                return Ok(0);
            }
            let value = run_site(&mut w, code, site)?;
            if d != Reg::NONE {
                w.set(d, value);
            }
        }
        Ins::Unreachable => {
            return Err(Error::value_error("control reached a place it cannot reach"));
        }
        // The loop does these in all cases.
        Ins::LoadInt { .. }
        | Ins::Move { .. }
        | Ins::Clear { .. }
        | Ins::Jump { .. }
        | Ins::Loop { .. }
        | Ins::ParamGiven { .. }
        | Ins::CallDirect { .. }
        | Ins::Call { .. }
        | Ins::Return { .. }
        | Ins::Throw { .. }
        | Ins::Yield { .. }
        | Ins::IterExit { .. }
        | Ins::Second { .. } => return Err(torn()),
    }
    Ok(0)
}

/// The error of an instruction that stands where none of its kind can.
#[cold]
fn torn() -> Error {
    Error::value_error("an instruction without its second part")
}

/// The marks of the instruction just before `ip`.
#[inline]
pub fn marks_of(code: &Code, ip: Pointer<'_>) -> u8 {
    code.marks[ip.pc(code) as usize - 1]
}

fn truth(value: &Value) -> Result<bool, Error> {
    match value {
        Value::Bool(x) => Ok(*x),
        other => ops::condition(other, "a condition"),
    }
}

/// Two operands, moved where it is their last use. A literal beside an f32 is one too.
fn take_two(w: &mut Window<'_>, marks: u8, a: Reg, b: Reg) -> (Value, Value) {
    let x = w.copy_or_take(a, marks & marks::ENDS_A != 0);
    let y = w.copy_or_take(b, marks & marks::ENDS_B != 0);
    settle(x, y, marks)
}

fn settle(x: Value, y: Value, marks: u8) -> (Value, Value) {
    match weak_of(marks) {
        None => (x, y),
        weak => ops::settle(weak, x, y),
    }
}

/// Which operand is a number literal.
#[inline]
pub fn weak_of(marks: u8) -> Option<Weak> {
    match marks & (marks::WEAK_A | marks::WEAK_B) {
        0 => None,
        marks::WEAK_A => Some(Weak::First),
        _ => Some(Weak::Second),
    }
}

/// Makes a range of ints in the memory of the one that `d` holds. Inner loops make many, one after the
/// other in the same register.
fn set_range(
    w: &mut Window<'_>,
    code: &Code,
    d: Reg,
    parts: [Operand; 3],
    inclusive: bool,
) -> bool {
    let int = |part: Operand| match part.kind() {
        OperandKind::Copy(r) | OperandKind::Move(r) => w.get(r).as_int(),
        OperandKind::Const(k) => code.consts[k].as_int(),
    };
    let step = int(parts[2]).filter(|&step| step != 0);
    let (Some(start), Some(stop), Some(step)) = (int(parts[0]), int(parts[1]), step) else {
        return false;
    };
    let Value::Range(old) = w.get_mut(d) else { return false };
    let Some(old) = unique::get_mut(old) else { return false };
    *old = Range { step, inclusive, ..Range::new(start, stop) };
    true
}

/// The operations whose operands do not fit in an instruction.
#[inline(never)]
fn run_site(w: &mut Window<'_>, code: &Code, site: &Site) -> Result<Value, Error> {
    macro_rules! all {
        ($operands:expr) => {
            $operands.iter().map(|&o| w.operand(code, o)).collect()
        };
    }
    match site {
        Site::Closure { func, captures } => {
            Ok(Value::Fn(Arc::new(Closure { func: *func, captures: all!(captures) })))
        }
        Site::Range { parts: [start, stop, step], inclusive, open } => {
            let (start, stop, step) =
                (w.operand(code, *start), w.operand(code, *stop), w.operand(code, *step));
            let make = if *open { ops::open_range } else { ops::range };
            make(&start, &stop, &step, *inclusive)
        }
        Site::Tuple(items) => Ok(Value::Tuple(Arc::new(Tuple { items: all!(items) }))),
        Site::List { items, spread } => ops::list(all!(items), spread.as_deref()),
        Site::Record { shape, fields } => {
            Ok(Value::record(Record::with_shape(shape.clone(), all!(fields))))
        }
        Site::RecordSpread { names, fields } => ops::record_spread(names, all!(fields)),
        Site::Format { value, spec } => ops::format(&w.operand(code, *value), spec),
        Site::Concat(parts) => {
            let parts: Vec<Value> = all!(parts);
            ops::concat(&parts)
        }
        Site::Index { base, parts, values } => {
            let values: smallvec::SmallVec<[Value; 4]> = all!(values);
            match base.kind() {
                OperandKind::Copy(r) => ops::index(w.get(r), parts, &values),
                _ => ops::index(&w.operand(code, *base), parts, &values),
            }
        }
        Site::Place { variable, steps, values, value } => {
            let values: smallvec::SmallVec<[Value; 4]> = all!(values);
            let value = w.operand(code, *value);
            ops::set_place(w.get_mut(*variable), steps, &values, value)?;
            Ok(Value::None)
        }
        Site::CheckType { value, spec } => ops::check_type(w.operand(code, *value), spec),
        Site::Catch(error) => ops::catch(w.operand(code, *error)),
        Site::CheckLen { value, len } => ops::check_len(w.operand(code, *value), *len),
        Site::TestType { value, spec } => {
            Ok(Value::Bool(ops::test_type(&w.operand(code, *value), spec)))
        }
        Site::TestLen { value, len } => {
            Ok(Value::Bool(ops::test_len(&w.operand(code, *value), *len)))
        }
        Site::TestTuple { value, len } => Ok(Value::Bool(
            matches!(w.operand(code, *value), Value::Tuple(t) if t.items.len() as i64 == *len),
        )),
        Site::TestField { value, name } => Ok(Value::Bool(
            matches!(w.operand(code, *value), Value::Record(r) if r.get(name).is_some()),
        )),
        Site::TestEqual { a, b, weak } => {
            let (a, b) = (w.operand(code, *a), w.operand(code, *b));
            Ok(Value::Bool(ops::test_equal(*weak, a, b)))
        }
        Site::Await(task) => {
            let task = w.operand(code, *task);
            Err(Error::type_error(format!(
                "await needs a task, not {}",
                crate::std::describe(&task)
            )))
        }
    }
}
