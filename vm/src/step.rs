//! The interpreter loop: one arm an instruction.
//!
//! Arms do the common case of ints and floats themselves; [`crate::general`] does everything else.
//! Whatever changes the frame (calls, errors, generators, compiled code) leaves the inner loop with a
//! [`Leave`] and is done outside it.

use crate::array::{Bool8, Element, math};
use crate::bytecode::code::{Code, ParamInfo};
use crate::bytecode::ins::{Ins, Reg, marks};
use crate::call::{self, Called, bit};
use crate::context::{ExecutionContext, Interrupt};
use crate::error::Error;
use crate::execution::{Active, Execution, Outcome, Suspend};
use crate::fiber::{Fiber, Frame, Writeback};
use crate::general::{general, marks_of};
use crate::generator::{Generator, State};
use crate::list::Items;
use crate::native::{self, LoopEnd};
use crate::shared::Shared;
use crate::std::float_function;
use crate::tier::SAMPLE;
use crate::unique;
use crate::value::Value;
use crate::window::{Moved, Pointer, Window};
use quern_ir::ops::Cond;
use quern_ir::{Builtin, DType, ErrorKind, FuncId};
use std::sync::Arc;

/// Why the inner loop was left.
enum Leave {
    Throw(Error),
    /// An error that already tells where it was in this function.
    Rethrow(Error),
    /// The last frame of the fiber returned.
    Returned(Value),
    Yielded(Value),
    /// `iter.next` of a generator.
    Resume(Arc<Generator>),
    /// The sample ran out at a call: the frame was pushed.
    CallTick,
    /// A frame was pushed whose function is hot.
    HotCall,
    /// The sample ran out at a loop turn, or the loop is hot.
    LoopTurn(u16),
}

/// Where in the running frame an error comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Instruction,
    /// The same, and the error tells already.
    Traced,
    /// Between two turns of this loop.
    Turn(u16),
    /// This loop, which ran as machine code and added its place.
    Loop(u16),
}

/// Runs the fiber on top until the execution ends or stops.
pub fn run(execution: &mut Execution, context: &mut ExecutionContext) -> Outcome {
    let shared = context.shared.clone();
    let sample = shared.tiering().sample();
    let mut fuel = sample.unwrap_or(SAMPLE);
    let interrupt = context.interrupt.clone();
    loop {
        let too_many = execution.fibers.len() > context.limits.generators;
        let Some(active) = execution.fibers.last_mut() else {
            return Outcome::Finished(Value::None);
        };
        let fiber = &mut *active.fiber;
        let leave = interpret(fiber, &shared, context, &interrupt, &mut fuel);
        let thrown = match leave {
            Leave::Returned(value) => match execution.fibers.pop() {
                Some(Active { generator: Some(generator), .. }) => {
                    generator.put(State::Finished);
                    match deliver(execution, &shared, None) {
                        Ok(()) => continue,
                        Err(e) => (e, Place::Instruction),
                    }
                }
                top => {
                    execution.ended = top.map(|active| active.fiber);
                    return Outcome::Finished(value);
                }
            },
            Leave::Yielded(value) => match execution.fibers.pop() {
                Some(Active { fiber, generator: Some(generator) }) => {
                    generator.put(State::Suspended(fiber));
                    match deliver(execution, &shared, Some(value)) {
                        Ok(()) => continue,
                        Err(e) => (e, Place::Instruction),
                    }
                }
                _ => (Error::value_error("yield outside a generator"), Place::Instruction),
            },
            Leave::Resume(_) if too_many => {
                (too_many_generators(context.limits.generators), Place::Instruction)
            }
            Leave::Resume(generator) => match generator.take() {
                State::Suspended(fiber) => {
                    execution.fibers.push(Active { fiber, generator: Some(generator) });
                    continue;
                }
                State::Finished => match deliver(execution, &shared, None) {
                    Ok(()) => continue,
                    Err(e) => (e, Place::Instruction),
                },
                State::Running => (at_work(), Place::Instruction),
            },
            Leave::CallTick | Leave::HotCall => {
                if matches!(leave, Leave::CallTick) {
                    if let (Some(_), Some(frame)) = (sample, fiber.frames.last())
                        && let Ok(code) = shared.code(frame.func)
                    {
                        code.heat.sampled();
                    }
                    fuel = sample.unwrap_or(SAMPLE);
                    match context.spend(fuel) {
                        Ok(false) => {}
                        Ok(true) => return Outcome::Suspended(Suspend::Yielded),
                        Err(e) => {
                            match unwind(execution, &shared, context, e, Place::Instruction) {
                                Ok(()) => continue,
                                Err(e) => return Outcome::Failed(e),
                            }
                        }
                    }
                }
                match hot_call(fiber, &shared, context) {
                    Ok(None) => continue,
                    Ok(Some(value)) => {
                        // The execution's own callee ran as machine code.
                        if let Some(Active { generator: None, fiber }) = execution.fibers.pop() {
                            execution.ended = Some(fiber);
                            return Outcome::Finished(value);
                        }
                        continue;
                    }
                    Err(e) => {
                        if fiber.frames.is_empty() {
                            return Outcome::Failed(e);
                        }
                        (e, Place::Instruction)
                    }
                }
            }
            Leave::LoopTurn(site) => {
                let spent = fuel == 0 || interrupt.get() != 0;
                if spent {
                    fuel = sample.unwrap_or(SAMPLE);
                    match context.spend(fuel) {
                        Ok(false) => {}
                        // The turn that was due for compiling comes again after the pause.
                        Ok(true) => {
                            if sample.is_some() {
                                mark_hot(fiber, &shared, site);
                            }
                            return Outcome::Suspended(Suspend::Yielded);
                        }
                        Err(e) => match unwind(execution, &shared, context, e, Place::Turn(site)) {
                            Ok(()) => continue,
                            Err(e) => return Outcome::Failed(e),
                        },
                    }
                    if sample.is_some() {
                        mark_hot(fiber, &shared, site);
                    }
                }
                match loop_turn(fiber, &shared, context, site) {
                    Ok(()) => continue,
                    Err(e) => (e, Place::Loop(site)),
                }
            }
            Leave::Throw(e) => (e, Place::Instruction),
            Leave::Rethrow(e) => (e, Place::Traced),
        };
        match unwind(execution, &shared, context, thrown.0, thrown.1) {
            Ok(()) => {}
            Err(e) => return Outcome::Failed(e),
        }
    }
}

#[cold]
fn too_many_generators(limit: usize) -> Error {
    Error::new(
        ErrorKind::RecursionError,
        format!("more than {limit} generators wait for one another"),
    )
    .hint("a recursion needs a case that ends it")
}

/// Marks a loop that was seen running, and the loops and function around it.
fn mark_hot(fiber: &Fiber, shared: &Shared, site: u16) {
    let Some(code) = fiber.frames.last().and_then(|f| shared.code(f.func).ok()) else { return };
    let inner = &code.loops[usize::from(site)];
    for l in &code.loops {
        if l.start <= inner.start && inner.end <= l.end {
            l.heat.warmed();
        }
    }
    inner.heat.sampled();
    code.heat.warmed();
}

/// Runs the hot loop at whose header the frame stands, if the compiler takes it.
fn loop_turn(
    fiber: &mut Fiber,
    shared: &Shared,
    context: &mut ExecutionContext,
    site: u16,
) -> Result<(), Error> {
    let Some(frame) = fiber.frames.last() else { return Ok(()) };
    let code = shared.code(frame.func)?;
    let l = &code.loops[usize::from(site)];
    if !l.heat.is_on() {
        return Ok(());
    }
    match native::enter_loop(fiber, code, l, shared, context) {
        Some(LoopEnd::At(pc)) => {
            if let Some(frame) = fiber.frames.last_mut() {
                frame.pc = pc as u32;
            }
            Ok(())
        }
        Some(LoopEnd::Threw(e)) => Err(e),
        None => Ok(()),
    }
}

/// Runs the function whose frame was just pushed, if it is hot and the compiler takes it. Gives the
/// result if the fiber has no frames left.
fn hot_call(
    fiber: &mut Fiber,
    shared: &Shared,
    context: &mut ExecutionContext,
) -> Result<Option<Value>, Error> {
    let Some(frame) = fiber.frames.last() else { return Ok(None) };
    let code = shared.code(frame.func)?;
    if !code.heat.is_on() {
        return Ok(None);
    }
    let Some(result) = native::enter_function(fiber, code, shared, context) else {
        return Ok(None);
    };
    let frame = fiber.pop(code);
    let value = result?;
    match (fiber.frames.last(), frame) {
        (Some(caller), Some(frame)) => {
            if frame.dst != Reg::NONE {
                fiber.stack[caller.base as usize + usize::from(frame.dst.0)] = value;
            }
            Ok(None)
        }
        _ => Ok(Some(value)),
    }
}

/// The error of asking a generator that is at work for an item.
#[cold]
pub(crate) fn at_work() -> Error {
    Error::value_error("the generator is already computing an item")
        .hint("a generator cannot walk over itself, nor two tasks share one")
}

/// Gives the item of a generator to the `iter.next` that asked for it; `None` ends the walk.
fn deliver(execution: &mut Execution, shared: &Shared, item: Option<Value>) -> Result<(), Error> {
    let Some(active) = execution.fibers.last_mut() else {
        execution.handed = item;
        return Ok(());
    };
    let fiber = &mut *active.fiber;
    let Some(frame) = fiber.frames.last_mut() else { return Ok(()) };
    let code = shared.code(frame.func)?;
    let base = frame.base as usize;
    // A walk that waits for its generator stands before its `iter.exit`.
    let pc = (frame.pc as usize).saturating_sub(1);
    if let (Ins::IterNext { item: d, pos, .. }, Ins::IterExit { next, by }) =
        (code.ins[pc], code.ins[pc + 1])
    {
        match item {
            Some(value) => {
                let position = fiber.stack[base + usize::from(pos.0)].as_int().unwrap_or(0);
                fiber.stack[base + usize::from(d.0)] = value;
                fiber.stack[base + usize::from(next.0)] = Value::Int(position.wrapping_add(1));
                frame.pc = pc as u32 + 2;
            }
            None => frame.pc = (pc as i64 + 2 + i64::from(by)) as u32,
        }
    }
    Ok(())
}

/// Takes an error up the frames to the next handler, collecting the trace; out of a generator to the
/// fiber that asked it for an item. `Err` if nothing catches it.
fn unwind(
    execution: &mut Execution,
    shared: &Shared,
    context: &mut ExecutionContext,
    mut error: Error,
    mut place: Place,
) -> Result<(), Error> {
    while let Some(active) = execution.fibers.last_mut() {
        let fiber = &mut *active.fiber;
        while let Some(frame) = fiber.frames.last_mut() {
            let Ok(code) = shared.code(frame.func) else {
                fiber.frames.pop();
                continue;
            };
            // The instruction at work is the one before the next; a frame may not have begun.
            let at = (frame.pc as usize).saturating_sub(1);
            let (span, handler) = match place {
                Place::Turn(site) | Place::Loop(site) => {
                    let turn = &code.loops[usize::from(site)];
                    (turn.span, turn.handler.as_ref())
                }
                _ => (code.spans[at], code.handler_at(at)),
            };
            let traced = matches!(place, Place::Traced | Place::Loop(_));
            place = Place::Instruction;
            // The place of an error in the prelude is the call of the builtin.
            if !shared.in_prelude(span) {
                error = error.at(span);
                if !traced {
                    error.trace(&code.name, span);
                }
            }
            if let Some(handler) = handler {
                frame.pc = handler.target;
                let base = frame.base as usize;
                if let Some(reg) = handler.error {
                    if let (None, Some(span)) = (error.line, error.span) {
                        error.edit().line = context.host.line(span);
                    }
                    fiber.stack[base + usize::from(reg.0)] = error.into();
                }
                return Ok(());
            }
            fiber.pop(code);
        }
        match execution.fibers.pop() {
            Some(Active { generator: Some(generator), .. }) => generator.put(State::Finished),
            top => {
                execution.ended = top.map(|active| active.fiber);
                break;
            }
        }
    }
    Err(error)
}

/// Runs the frame on top of a fiber until something leaves the inner loop. The frame's `pc` is up to
/// date afterwards.
///
/// An arm that has done its instruction goes on with `continue`; what falls through the `match` is for
/// [`general`]. The loop is as fast as it is because its place and its window stay in processor
/// registers, so what is not worth the room is not written here.
#[inline(never)]
fn interpret(
    fiber: &mut Fiber,
    shared: &Shared,
    context: &mut ExecutionContext,
    interrupt: &Interrupt,
    fuel_left: &mut u32,
) -> Leave {
    let mut fuel = *fuel_left;
    let Some(&Frame { func, pc, base, .. }) = fiber.frames.last() else {
        return Leave::Returned(Value::None);
    };
    let mut code: &Code = match shared.code(func) {
        Ok(code) => code,
        Err(e) => {
            fiber.frames.pop();
            return Leave::Throw(e);
        }
    };
    let mut base = base as usize;
    let mut ip = Pointer::new(code, pc as usize);
    // The code of the callers whose calls happened here, and of the function called last: calling and
    // returning then need no look into the table of functions.
    let mut callers: Vec<&Code> = Vec::new();
    let mut recent = (func, code);
    let leave = 'frame: loop {
        let mut w = Window::new(&mut fiber.stack, base, code);
        /// The value of a result, or out with its error.
        macro_rules! tri {
            ($result:expr) => {
                match $result {
                    Ok(value) => value,
                    Err(e) => break 'frame Leave::Throw(e),
                }
            };
        }
        /// An operator with its cases for ints and floats.
        macro_rules! arith {
            ($d:expr, $a:expr, $b:expr, $x:ident, $y:ident, int $int:expr, float $float:expr) => {
                match (w.get($a), w.get($b)) {
                    (&Value::Int($x), &Value::Int($y)) => {
                        if let Some(z) = $int {
                            w.set_int($d, z);
                            continue;
                        }
                    }
                    (&Value::Float($x), &Value::Float($y)) => {
                        w.set_float($d, $float);
                        continue;
                    }
                    (&Value::Int(i), &Value::Float($y)) => {
                        let $x = i as f64;
                        w.set_float($d, $float);
                        continue;
                    }
                    (&Value::Float($x), &Value::Int(i)) => {
                        let $y = i as f64;
                        w.set_float($d, $float);
                        continue;
                    }
                    _ => {}
                }
            };
        }
        macro_rules! arith_int {
            ($d:expr, $a:expr, $value:expr, $x:ident, $y:ident, int $int:expr, float $float:expr) => {
                match w.get($a) {
                    &Value::Int($x) => {
                        let $y = i64::from($value);
                        if let Some(z) = $int {
                            w.set_int($d, z);
                            continue;
                        }
                    }
                    &Value::Float($x) => {
                        let $y = f64::from($value);
                        w.set_float($d, $float);
                        continue;
                    }
                    _ => {}
                }
            };
        }
        macro_rules! bits {
            ($d:expr, $a:expr, $b:expr, $x:ident, $y:ident, $int:expr) => {
                if let (&Value::Int($x), &Value::Int($y)) = (w.get($a), w.get($b))
                    && let Some(z) = $int
                {
                    w.set_int($d, z);
                    continue;
                }
            };
        }
        macro_rules! unless {
            ($a:expr, $b:expr, $by:expr, $x:ident, $y:ident, $holds:expr) => {
                match (w.get($a), w.get($b)) {
                    (&Value::Int($x), &Value::Int($y)) => {
                        ip.jump_unless($holds, i32::from($by));
                        continue;
                    }
                    (&Value::Float($x), &Value::Float($y)) => {
                        ip.jump_unless($holds, i32::from($by));
                        continue;
                    }
                    _ => {}
                }
            };
        }
        macro_rules! unless_int {
            ($a:expr, $value:expr, $by:expr, $x:ident, $y:ident, $holds:expr) => {
                match w.get($a) {
                    &Value::Int($x) => {
                        let $y = i64::from($value);
                        ip.jump_unless($holds, i32::from($by));
                        continue;
                    }
                    &Value::Float($x) => {
                        let $y = f64::from($value);
                        ip.jump_unless($holds, i32::from($by));
                        continue;
                    }
                    _ => {}
                }
            };
        }
        loop {
            let ins = ip.next();
            match *ins {
                Ins::LoadInt { d, value } => {
                    w.set_int(d, i64::from(value));
                    continue;
                }
                Ins::LoadConst { d, k } => {
                    if w.load(d, &code.consts[k as usize]) {
                        continue;
                    }
                }
                Ins::Move { d, a } => {
                    w.move_to(d, a);
                    continue;
                }
                Ins::Copy { d, a } => {
                    if w.copy_scalar(d, a) {
                        continue;
                    }
                }
                Ins::Clear { a } => {
                    w.set_none(a);
                    continue;
                }

                Ins::Add { d, a, b } => {
                    arith!(d, a, b, x, y, int x.checked_add(y), float x + y);
                }
                Ins::Sub { d, a, b } => {
                    arith!(d, a, b, x, y, int x.checked_sub(y), float x - y);
                }
                Ins::Mul { d, a, b } => {
                    arith!(d, a, b, x, y, int x.checked_mul(y), float x * y);
                }
                Ins::Div { d, a, b } => {
                    if let (Some(x), Some(y)) = (number(w.get(a)), number(w.get(b))) {
                        w.set_float(d, x / y);
                        continue;
                    }
                }
                Ins::FloorDiv { d, a, b } => {
                    bits!(d, a, b, x, y, math::ifloordiv(x, y).ok());
                }
                Ins::Rem { d, a, b } => bits!(d, a, b, x, y, math::imod(x, y).ok()),
                Ins::BitAnd { d, a, b } => bits!(d, a, b, x, y, Some(x & y)),
                Ins::BitOr { d, a, b } => bits!(d, a, b, x, y, Some(x | y)),
                Ins::BitXor { d, a, b } => bits!(d, a, b, x, y, Some(x ^ y)),
                Ins::Shl { d, a, b } => bits!(d, a, b, x, y, math::ishl(x, y).ok()),
                Ins::Shr { d, a, b } => bits!(d, a, b, x, y, math::ishr(x, y).ok()),
                Ins::AddInt { d, a, value } => {
                    arith_int!(d, a, value, x, y, int x.checked_add(y), float x + y);
                }
                Ins::SubInt { d, a, value } => {
                    arith_int!(d, a, value, x, y, int x.checked_sub(y), float x - y);
                }
                Ins::MulInt { d, a, value } => {
                    arith_int!(d, a, value, x, y, int x.checked_mul(y), float x * y);
                }
                Ins::FloorDivInt { d, a, value } => {
                    if let &Value::Int(x) = w.get(a)
                        && let Ok(z) = math::ifloordiv(x, i64::from(value))
                    {
                        w.set_int(d, z);
                        continue;
                    }
                }
                Ins::RemInt { d, a, value } => {
                    if let &Value::Int(x) = w.get(a)
                        && let Ok(z) = math::imod(x, i64::from(value))
                    {
                        w.set_int(d, z);
                        continue;
                    }
                }
                Ins::Neg { d, a } => match *w.get(a) {
                    Value::Float(x) => {
                        w.set_float(d, -x);
                        continue;
                    }
                    Value::Int(x) => {
                        if let Some(z) = x.checked_neg() {
                            w.set_int(d, z);
                            continue;
                        }
                    }
                    _ => {}
                },
                Ins::Not { d, a } => {
                    if let &Value::Bool(x) = w.get(a) {
                        w.set_bool(d, !x);
                        continue;
                    }
                }
                Ins::BitNot { d, a } => {
                    if let &Value::Int(x) = w.get(a) {
                        w.set_int(d, !x);
                        continue;
                    }
                }
                Ins::Compare { cond, d, a, b } => {
                    let answer = match (w.get(a), w.get(b)) {
                        (Value::Int(x), Value::Int(y)) => Some(holds(cond, x, y)),
                        (Value::Float(x), Value::Float(y)) => Some(holds(cond, x, y)),
                        _ => None,
                    };
                    if let Some(answer) = answer {
                        w.set_bool(d, answer);
                        continue;
                    }
                }
                Ins::CheckBool { d, a } => {
                    if let &Value::Bool(x) = w.get(a) {
                        w.set_bool(d, x);
                        continue;
                    }
                }

                Ins::Jump { by } => {
                    ip.jump(by);
                    continue;
                }
                Ins::Loop { site, by } => {
                    ip.jump(by);
                    fuel -= 1;
                    // A turn may take long: the word is looked at in each.
                    if fuel == 0
                        || interrupt.get() != 0
                        || code.loops[usize::from(site)].heat.is_on()
                    {
                        break 'frame Leave::LoopTurn(site);
                    }
                    continue;
                }
                Ins::JumpIf { a, by } => {
                    if let &Value::Bool(x) = w.get(a) {
                        ip.jump_unless(!x, by);
                        continue;
                    }
                }
                Ins::JumpUnless { a, by } => {
                    if let &Value::Bool(x) = w.get(a) {
                        ip.jump_unless(x, by);
                        continue;
                    }
                }
                Ins::UnlessEq { a, b, by } => unless!(a, b, by, x, y, x == y),
                Ins::UnlessNe { a, b, by } => unless!(a, b, by, x, y, x != y),
                Ins::UnlessLt { a, b, by } => unless!(a, b, by, x, y, x < y),
                Ins::UnlessLe { a, b, by } => unless!(a, b, by, x, y, x <= y),
                Ins::UnlessGt { a, b, by } => unless!(a, b, by, x, y, x > y),
                Ins::UnlessGe { a, b, by } => unless!(a, b, by, x, y, x >= y),
                Ins::UnlessEqInt { a, value, by } => unless_int!(a, value, by, x, y, x == y),
                Ins::UnlessNeInt { a, value, by } => unless_int!(a, value, by, x, y, x != y),
                Ins::UnlessLtInt { a, value, by } => unless_int!(a, value, by, x, y, x < y),
                Ins::UnlessLeInt { a, value, by } => unless_int!(a, value, by, x, y, x <= y),
                Ins::UnlessGtInt { a, value, by } => unless_int!(a, value, by, x, y, x > y),
                Ins::UnlessGeInt { a, value, by } => unless_int!(a, value, by, x, y, x >= y),

                // Ranges: they are what most loops walk.
                Ins::Iter { d, a } => {
                    if let Value::Range(r) = w.get(a)
                        && d == a
                        && r.is_closed()
                    {
                        continue;
                    }
                }
                Ins::IterStart { d, a } => {
                    if let Value::Range(r) = w.get(a) {
                        w.set_int(d, r.start);
                        continue;
                    }
                }
                Ins::IterNext { item, it, pos } => match (w.get(it), w.get(pos), ip.peek()) {
                    (Value::Range(r), &Value::Int(position), &Ins::IterExit { next, by }) => {
                        if !r.reaches(position) {
                            ip.next();
                            ip.jump(by);
                            continue;
                        }
                        if let Some(after) = position.checked_add(r.step) {
                            ip.next();
                            w.set_int(next, after);
                            w.set_int(item, position);
                            continue;
                        }
                    }
                    (Value::Generator(g), Value::Int(_), _) => {
                        let generator = g.clone();
                        break 'frame Leave::Resume(generator);
                    }
                    _ => {}
                },

                Ins::Index { d, a, b } => match (w.get(a), w.get(b)) {
                    (Value::Array(array), &Value::Int(i)) => match array.dtype() {
                        DType::Float => {
                            if let Some(x) = array.read_element([i]) {
                                w.set_float(d, x);
                                continue;
                            }
                        }
                        DType::Int => {
                            if let Some(x) = array.read_element([i]) {
                                w.set_int(d, x);
                                continue;
                            }
                        }
                        DType::Bool => {
                            if let Some(x) = array.read_element::<Bool8, 1>([i]) {
                                w.set_bool(d, x.get());
                                continue;
                            }
                        }
                        _ => {}
                    },
                    (Value::List(l), &Value::Int(i)) if i >= 0 => match l.items() {
                        Items::Int(v) => {
                            if let Some(&x) = v.get(i as usize) {
                                w.set_int(d, x);
                                continue;
                            }
                        }
                        Items::Float(v) => {
                            if let Some(&x) = v.get(i as usize) {
                                w.set_float(d, x);
                                continue;
                            }
                        }
                        _ => {}
                    },
                    _ => {}
                },
                Ins::Index2 { d, a, i } => {
                    if let &Ins::Second { a: j } = ip.peek()
                        && let (Value::Array(array), &Value::Int(i), &Value::Int(j)) =
                            (w.get(a), w.get(i), w.get(j))
                    {
                        match array.dtype() {
                            DType::Float => {
                                if let Some(x) = array.read_element([i, j]) {
                                    ip.next();
                                    w.set_float(d, x);
                                    continue;
                                }
                            }
                            DType::Int => {
                                if let Some(x) = array.read_element([i, j]) {
                                    ip.next();
                                    w.set_int(d, x);
                                    continue;
                                }
                            }
                            _ => {}
                        }
                    }
                }
                Ins::SetIndex { s, i, v } => {
                    if let &Value::Int(i) = w.get(i) {
                        let done = match *w.get(v) {
                            Value::Float(x) => write(w.get_mut(s), [i], x),
                            Value::Int(x) => write(w.get_mut(s), [i], x),
                            Value::Bool(x) => write(w.get_mut(s), [i], Bool8::from(x)),
                            _ => false,
                        };
                        if done {
                            continue;
                        }
                    }
                }
                Ins::SetIndex2 { s, i, j } => {
                    if let &Ins::Second { a: v } = ip.peek()
                        && let (&Value::Int(i), &Value::Int(j)) = (w.get(i), w.get(j))
                    {
                        let done = match *w.get(v) {
                            Value::Float(x) => write(w.get_mut(s), [i, j], x),
                            Value::Int(x) => write(w.get_mut(s), [i, j], x),
                            _ => false,
                        };
                        if done {
                            ip.next();
                            continue;
                        }
                    }
                }
                Ins::ParamGiven { d, index } => {
                    let given = fiber.frames.last().map_or(0, |frame| frame.given);
                    w.set_bool(d, index >= 64 || given & bit(usize::from(index)) != 0);
                    continue;
                }
                Ins::Math { d, a, builtin } => {
                    if let (&Value::Float(x), Some(f)) =
                        (w.get(a), float_function(Builtin::ALL[usize::from(builtin)]))
                    {
                        w.set_float(d, f(x));
                        continue;
                    }
                }

                Ins::CallDirect { d, func } => {
                    let func = FuncId(func);
                    if func != recent.0 {
                        recent = (func, tri!(shared.code(func)));
                    }
                    let callee = recent.1;
                    let callee_base = base + usize::from(code.first_out);
                    if let Err(e) = fiber.reserve(callee_base, callee, &context.limits) {
                        give_back(fiber, callee, base, callee_base, ip);
                        break 'frame Leave::Throw(e);
                    }
                    if let Some(frame) = fiber.frames.last_mut() {
                        frame.pc = ip.pc(code);
                    }
                    fiber.frames.push(Frame {
                        func,
                        pc: 0,
                        base: callee_base as u32,
                        dst: d,
                        writebacks: 0,
                        given: u64::MAX,
                    });
                    if callee.has_mut_params {
                        lend(fiber, callee, ip);
                    }
                    callers.push(code);
                    (code, base) = (callee, callee_base);
                    ip = Pointer::new(code, 0);
                    fuel -= 1;
                    if fuel == 0 {
                        break 'frame Leave::CallTick;
                    }
                    if code.heat.is_on() {
                        break 'frame Leave::HotCall;
                    }
                    continue 'frame;
                }
                Ins::Call { d, site } => {
                    if let Some(frame) = fiber.frames.last_mut() {
                        frame.pc = ip.pc(code);
                    }
                    let site = &code.calls[site as usize];
                    match tri!(call::call_site(fiber, code, base, site, d, shared, context)) {
                        Called::Value(value) => {
                            if d != Reg::NONE {
                                fiber.stack[base + usize::from(d.0)] = value;
                            }
                            continue 'frame;
                        }
                        Called::Frame => {
                            if let Some(frame) = fiber.frames.last() {
                                callers.push(code);
                                code = tri!(shared.code(frame.func));
                                base = frame.base as usize;
                                ip = Pointer::new(code, 0);
                            }
                            fuel -= 1;
                            if fuel == 0 {
                                break 'frame Leave::CallTick;
                            }
                            if code.heat.is_on() {
                                break 'frame Leave::HotCall;
                            }
                            continue 'frame;
                        }
                    }
                }
                Ins::Return { a } => {
                    // A `mut` parameter's slot may be what is returned, and goes back to the caller too.
                    let value = match code.has_mut_params {
                        false => Moved::out_of(w.get_mut(a)),
                        true => Moved::of(w.get(a).clone()),
                    };
                    let frame = fiber.pop(code);
                    let (Some(caller), Some(frame)) = (fiber.frames.last(), frame) else {
                        *fuel_left = fuel;
                        return Leave::Returned(value.value());
                    };
                    base = caller.base as usize;
                    let pc = caller.pc as usize;
                    match frame.dst {
                        Reg::NONE => drop(value.value()),
                        dst => value.into(&mut fiber.stack[base + usize::from(dst.0)]),
                    }
                    // Frames that were there when this stretch of work began are looked up.
                    code = match callers.pop() {
                        Some(code) => code,
                        None => match shared.code(caller.func) {
                            Ok(code) => code,
                            Err(e) => {
                                *fuel_left = fuel;
                                return Leave::Throw(e);
                            }
                        },
                    };
                    ip = Pointer::new(code, pc);
                    continue 'frame;
                }
                Ins::Throw { a } => {
                    let error = Error::thrown(w.get(a).clone());
                    break 'frame match error.span {
                        Some(_) => Leave::Rethrow(error),
                        None => Leave::Throw(error),
                    };
                }
                Ins::Yield { a } => {
                    let last_use = marks_of(code, ip) & marks::ENDS_A != 0;
                    break 'frame Leave::Yielded(w.copy_or_take(a, last_use));
                }
                // Named, so that the jump to an arm needs no check of the range.
                Ins::Binary { .. }
                | Ins::FieldGet { .. }
                | Ins::GlobalGet { .. }
                | Ins::GlobalSet { .. }
                | Ins::Site { .. }
                | Ins::IterExit { .. }
                | Ins::Second { .. }
                | Ins::Unreachable => {}
            }
            ip.jump(tri!(general(w.reborrow(), ins, ip, code, shared, context)));
        }
    };
    if let Some(frame) = fiber.frames.last_mut() {
        frame.pc = ip.pc(code);
    }
    *fuel_left = fuel;
    leave
}

/// The `mut` parameters of a direct call, with the caller's variables that follow it in its code.
fn lent<'a>(
    callee: &'a Code,
    mut ip: Pointer<'a>,
) -> impl Iterator<Item = (usize, &'a ParamInfo, Reg)> {
    let params = callee.params.iter().enumerate().filter(|(_, param)| param.mutable.is_some());
    params.map_while(move |(i, param)| match *ip.next() {
        Ins::Second { a } => Some((i, param, a)),
        _ => None,
    })
}

/// Notes for the frame just pushed which variables of the caller get back what its `mut` parameters
/// hold at its end.
#[inline(never)]
fn lend(fiber: &mut Fiber, callee: &Code, ip: Pointer<'_>) {
    let mut count = 0;
    for (_, param, to) in lent(callee, ip) {
        if let Some(slot) = param.mutable {
            let from = callee.slots[slot.0 as usize];
            fiber.writebacks.push(Writeback { from, to });
            count += 1;
        }
    }
    if let [.., caller, frame] = &mut fiber.frames[..] {
        caller.pc += u32::from(count);
        frame.writebacks = count;
    }
}

/// Moves the variables of a direct call that cannot be back from where the callee expected them.
#[cold]
fn give_back(fiber: &mut Fiber, callee: &Code, base: usize, callee_base: usize, ip: Pointer<'_>) {
    for (i, _, to) in lent(callee, ip) {
        let value = std::mem::take(&mut fiber.stack[callee_base + i]);
        fiber.stack[base + usize::from(to.0)] = value;
    }
}

#[inline(always)]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(x) => Some(*x),
        Value::Int(x) => Some(*x as f64),
        _ => None,
    }
}

#[inline(always)]
fn holds<T: PartialOrd>(cond: Cond, x: T, y: T) -> bool {
    match cond {
        Cond::Eq => x == y,
        Cond::Ne => x != y,
        Cond::Lt => x < y,
        Cond::Le => x <= y,
        Cond::Gt => x > y,
        Cond::Ge => x >= y,
    }
}

/// Writes a number into an array at one position per axis; `false` if that takes more than a look.
#[inline(always)]
fn write<T: Element, const N: usize>(place: &mut Value, at: [i64; N], x: T) -> bool {
    match place {
        Value::Array(array) => match unique::get_mut(array) {
            Some(array) => array.write_element(at, x),
            None => false,
        },
        _ => false,
    }
}
