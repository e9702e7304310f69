//! The interpreter loop: one arm an instruction.
//!
//! Arms do the common case of ints and floats themselves and hand everything else to [`crate::ops`].
//! Whatever changes the frame (calls, errors, generators, compiled code) leaves the inner loop with a
//! [`Leave`] and is done outside it.

use crate::array::math;
use crate::bytecode::code::{CallTarget, Code, Site};
use crate::bytecode::ins::{Ins, OperandKind, Reg, marks};
use crate::call::{self, Called, bit};
use crate::closure::Closure;
use crate::context::{ExecutionContext, Interrupt};
use crate::error::Error;
use crate::execution::{Active, Execution, Outcome, Suspend};
use crate::fiber::{Fiber, Frame};
use crate::generator::{Generator, State};
use crate::list::Items;
use crate::native::{self, LoopEnd};
use crate::ops::{self, Next};
use crate::record::Record;
use crate::shared::Shared;
use crate::std::float_function;
use crate::tier::SAMPLE;
use crate::value::{Tuple, Value};
use crate::window::{self, Moved, Window, fetch};
use quern_ir::function::{IndexPart, Weak};
use quern_ir::ops::Cond;
use quern_ir::{Builtin, ErrorKind, GlobalId, Op};
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
fn interpret(
    fiber: &mut Fiber,
    shared: &Shared,
    context: &mut ExecutionContext,
    interrupt: &Interrupt,
    fuel_left: &mut u32,
) -> Leave {
    let mut fuel = *fuel_left;
    let Some(&Frame { func, pc, base, mut given, .. }) = fiber.frames.last() else {
        return Leave::Returned(Value::None);
    };
    let mut code: &Code = match shared.code(func) {
        Ok(code) => code,
        Err(e) => {
            fiber.frames.pop();
            return Leave::Throw(e);
        }
    };
    let (mut pc, mut base) = (pc as usize, base as usize);
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
        /// An operator with its cases for two ints and two floats.
        macro_rules! arith {
            ($op:expr, $d:expr, $a:expr, $b:expr, $x:ident, $y:ident, int $int:expr, float $float:expr) => {{
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
                tri!(slow_binary(&mut w, code, pc, $op, $d, $a, $b));
            }};
        }
        macro_rules! arith_int {
            ($op:expr, $d:expr, $a:expr, $value:expr, $x:ident, $y:ident, int $int:expr, float $float:expr) => {{
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
                tri!(slow_binary_int(&mut w, code, pc, $op, $d, $a, $value));
            }};
        }
        macro_rules! bits {
            ($op:expr, $d:expr, $a:expr, $b:expr, $x:ident, $y:ident, $int:expr) => {{
                if let (&Value::Int($x), &Value::Int($y)) = (w.get($a), w.get($b))
                    && let Some(z) = $int
                {
                    w.set_int($d, z);
                    continue;
                }
                tri!(slow_binary(&mut w, code, pc, $op, $d, $a, $b));
            }};
        }
        macro_rules! unless {
            ($cond:expr, $a:expr, $b:expr, $by:expr, $x:ident, $y:ident, $holds:expr) => {{
                let holds = match (w.get($a), w.get($b)) {
                    (&Value::Int($x), &Value::Int($y)) => $holds,
                    (&Value::Float($x), &Value::Float($y)) => $holds,
                    _ => tri!(slow_condition(&mut w, code, pc, $cond, $a, $b)),
                };
                if !holds {
                    pc = jump(pc, i32::from($by));
                }
            }};
        }
        macro_rules! unless_int {
            ($cond:expr, $a:expr, $value:expr, $by:expr, $x:ident, $y:ident, $holds:expr) => {{
                let holds = match w.get($a) {
                    &Value::Int($x) => {
                        let $y = i64::from($value);
                        $holds
                    }
                    &Value::Float($x) => {
                        let $y = f64::from($value);
                        $holds
                    }
                    _ => tri!(slow_condition_int(&mut w, code, pc, $cond, $a, $value)),
                };
                if !holds {
                    pc = jump(pc, i32::from($by));
                }
            }};
        }
        loop {
            let ins = fetch(code, pc);
            pc += 1;
            match ins {
                Ins::LoadInt { d, value } => w.set_int(d, i64::from(value)),
                Ins::LoadConst { d, k } => w.set(d, code.consts[k as usize].clone()),
                Ins::Move { d, a } => w.move_to(d, a),
                Ins::Copy { d, a } => w.copy_to(d, a),
                Ins::Clear { a } => w.set_none(a),

                Ins::Add { d, a, b } => {
                    arith!(Op::Add, d, a, b, x, y, int x.checked_add(y), float x + y)
                }
                Ins::Sub { d, a, b } => {
                    arith!(Op::Sub, d, a, b, x, y, int x.checked_sub(y), float x - y)
                }
                Ins::Mul { d, a, b } => {
                    arith!(Op::Mul, d, a, b, x, y, int x.checked_mul(y), float x * y)
                }
                Ins::Div { d, a, b } => {
                    if let (Some(x), Some(y)) = (number(w.get(a)), number(w.get(b))) {
                        w.set_float(d, x / y);
                    } else {
                        tri!(slow_binary(&mut w, code, pc, Op::Div, d, a, b));
                    }
                }
                Ins::FloorDiv { d, a, b } => {
                    arith!(Op::FloorDiv, d, a, b, x, y, int math::ifloordiv(x, y).ok(), float math::floor_div(x, y));
                }
                Ins::Rem { d, a, b } => {
                    arith!(Op::Rem, d, a, b, x, y, int math::imod(x, y).ok(), float math::floor_mod(x, y));
                }
                Ins::BitAnd { d, a, b } => bits!(Op::BitAnd, d, a, b, x, y, Some(x & y)),
                Ins::BitOr { d, a, b } => bits!(Op::BitOr, d, a, b, x, y, Some(x | y)),
                Ins::BitXor { d, a, b } => bits!(Op::BitXor, d, a, b, x, y, Some(x ^ y)),
                Ins::Shl { d, a, b } => bits!(Op::Shl, d, a, b, x, y, math::ishl(x, y).ok()),
                Ins::Shr { d, a, b } => bits!(Op::Shr, d, a, b, x, y, math::ishr(x, y).ok()),
                Ins::AddInt { d, a, value } => {
                    arith_int!(Op::Add, d, a, value, x, y, int x.checked_add(y), float x + y);
                }
                Ins::SubInt { d, a, value } => {
                    arith_int!(Op::Sub, d, a, value, x, y, int x.checked_sub(y), float x - y);
                }
                Ins::MulInt { d, a, value } => {
                    arith_int!(Op::Mul, d, a, value, x, y, int x.checked_mul(y), float x * y);
                }
                Ins::FloorDivInt { d, a, value } => {
                    arith_int!(Op::FloorDiv, d, a, value, x, y, int math::ifloordiv(x, y).ok(), float math::floor_div(x, y));
                }
                Ins::RemInt { d, a, value } => {
                    arith_int!(Op::Rem, d, a, value, x, y, int math::imod(x, y).ok(), float math::floor_mod(x, y));
                }
                Ins::Binary { op, d, a, b } => {
                    tri!(slow_binary(&mut w, code, pc, op.op(), d, a, b));
                }
                Ins::Neg { d, a } => match w.get(a) {
                    &Value::Float(x) => w.set_float(d, -x),
                    _ => {
                        let x = w.copy_or_take(a, marks_of(code, pc) & marks::ENDS_A != 0);
                        let value = tri!(ops::negate(x));
                        w.set(d, value);
                    }
                },
                Ins::Not { d, a } => {
                    let value = tri!(ops::not(w.get(a)));
                    w.set(d, value);
                }
                Ins::BitNot { d, a } => {
                    let x = w.copy_or_take(a, marks_of(code, pc) & marks::ENDS_A != 0);
                    let value = tri!(ops::bit_not(x));
                    w.set(d, value);
                }
                Ins::Compare { cond, d, a, b } => {
                    let answer = match (w.get(a), w.get(b)) {
                        (Value::Int(x), Value::Int(y)) => Some(holds(cond, x, y)),
                        (Value::Float(x), Value::Float(y)) => Some(holds(cond, x, y)),
                        _ => None,
                    };
                    match answer {
                        Some(answer) => w.set_bool(d, answer),
                        None => {
                            let (a, b) = take_two(&mut w, code, pc, a, b);
                            let value = tri!(ops::compare(cond, a, b));
                            w.set(d, value);
                        }
                    }
                }

                Ins::Jump { by } => pc = jump(pc, by),
                Ins::Loop { site, by } => {
                    pc = jump(pc, by);
                    fuel -= 1;
                    // A turn may take long: the word is looked at in each.
                    if fuel == 0
                        || interrupt.get() != 0
                        || code.loops[usize::from(site)].heat.is_on()
                    {
                        break 'frame Leave::LoopTurn(site);
                    }
                }
                Ins::JumpIf { a, by } => {
                    if tri!(truth(w.get(a))) {
                        pc = jump(pc, by);
                    }
                }
                Ins::JumpUnless { a, by } => {
                    if !tri!(truth(w.get(a))) {
                        pc = jump(pc, by);
                    }
                }
                Ins::UnlessEq { a, b, by } => unless!(Cond::Eq, a, b, by, x, y, x == y),
                Ins::UnlessNe { a, b, by } => unless!(Cond::Ne, a, b, by, x, y, x != y),
                Ins::UnlessLt { a, b, by } => unless!(Cond::Lt, a, b, by, x, y, x < y),
                Ins::UnlessLe { a, b, by } => unless!(Cond::Le, a, b, by, x, y, x <= y),
                Ins::UnlessGt { a, b, by } => unless!(Cond::Gt, a, b, by, x, y, x > y),
                Ins::UnlessGe { a, b, by } => unless!(Cond::Ge, a, b, by, x, y, x >= y),
                Ins::UnlessEqInt { a, value, by } => {
                    unless_int!(Cond::Eq, a, value, by, x, y, x == y)
                }
                Ins::UnlessNeInt { a, value, by } => {
                    unless_int!(Cond::Ne, a, value, by, x, y, x != y)
                }
                Ins::UnlessLtInt { a, value, by } => {
                    unless_int!(Cond::Lt, a, value, by, x, y, x < y)
                }
                Ins::UnlessLeInt { a, value, by } => {
                    unless_int!(Cond::Le, a, value, by, x, y, x <= y)
                }
                Ins::UnlessGtInt { a, value, by } => {
                    unless_int!(Cond::Gt, a, value, by, x, y, x > y)
                }
                Ins::UnlessGeInt { a, value, by } => {
                    unless_int!(Cond::Ge, a, value, by, x, y, x >= y)
                }

                Ins::Iter { d, a } => {
                    let x = w.copy_or_take(a, marks_of(code, pc) & marks::ENDS_A != 0);
                    let value = tri!(ops::iter(x));
                    w.set(d, value);
                }
                Ins::IterStart { d, a } => {
                    let value = ops::start(w.get(a));
                    w.set(d, value);
                }
                Ins::IterNext { item, it, pos } => {
                    let Ins::IterExit { next, by } = fetch(code, pc) else {
                        break 'frame Leave::Throw(Error::value_error(
                            "iter.next without its exit",
                        ));
                    };
                    // The position after the greatest int is none: there is nothing there.
                    let &Value::Int(position) = w.get(pos) else {
                        pc = jump(pc + 1, by);
                        continue;
                    };
                    // Ranges first: they are what most loops walk.
                    if let Value::Range(r) = w.get(it) {
                        if r.reaches(position) {
                            let after = position.checked_add(r.step);
                            match after {
                                Some(after) => w.set_int(next, after),
                                None => w.set(next, Value::None),
                            }
                            w.set_int(item, position);
                            pc += 1;
                        } else {
                            pc = jump(pc + 1, by);
                        }
                        continue;
                    }
                    match tri!(ops::next(w.get(it), position)) {
                        Next::Item(value, after) => {
                            w.set(next, after.map_or(Value::None, Value::Int));
                            w.set(item, value);
                            pc += 1;
                        }
                        Next::Done => pc = jump(pc + 1, by),
                        Next::Generator => {
                            if let Value::Generator(g) = w.get(it) {
                                let generator = g.clone();
                                break 'frame Leave::Resume(generator);
                            }
                        }
                    }
                }
                Ins::IterExit { .. } => {}

                Ins::Index { d, a, b } => {
                    match (w.get(a), w.get(b)) {
                        (Value::Array(array), &Value::Int(i)) => {
                            if let Some(x) = array.element([i]) {
                                w.set_scalar(d, x);
                                continue;
                            }
                        }
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
                    }
                    let value = tri!(ops::index_value(w.get(a), w.get(b)));
                    w.set(d, value);
                }
                Ins::Index2 { d, a, i } => {
                    let Ins::Second { a: j } = fetch(code, pc) else {
                        break 'frame Leave::Throw(Error::value_error(
                            "an index without its second part",
                        ));
                    };
                    pc += 1;
                    if let (Value::Array(array), &Value::Int(i), &Value::Int(j)) =
                        (w.get(a), w.get(i), w.get(j))
                        && let Some(x) = array.element([i, j])
                    {
                        w.set_scalar(d, x);
                        continue;
                    }
                    let both = [w.get(i).clone(), w.get(j).clone()];
                    let value = tri!(ops::index(w.get(a), &[IndexPart::Value; 2], &both));
                    w.set(d, value);
                }
                Ins::SetIndex2 { s, i, j } => {
                    let Ins::Second { a: v } = fetch(code, pc) else {
                        break 'frame Leave::Throw(Error::value_error(
                            "an index without its second part",
                        ));
                    };
                    pc += 1;
                    if let (&Value::Int(row), &Value::Int(column), Some(x)) =
                        (w.get(i), w.get(j), w.get(v).as_scalar())
                        && let Value::Array(array) = w.get_mut(s)
                        && let Some(array) = Arc::get_mut(array)
                        && array.set_element([row, column], x)
                    {
                        continue;
                    }
                    let both = [w.get(i).clone(), w.get(j).clone()];
                    let value = w.get(v).clone();
                    tri!(ops::set_two(w.get_mut(s), &both, value));
                }
                Ins::Second { .. } => {}
                Ins::SetIndex { s, i, v } => {
                    if let (&Value::Int(at), Some(x)) = (w.get(i), w.get(v).as_scalar()) {
                        let is_done = match w.get_mut(s) {
                            Value::Array(array) => {
                                Arc::get_mut(array).is_some_and(|array| array.set_element([at], x))
                            }
                            Value::List(list) if at >= 0 => Arc::get_mut(list)
                                .is_some_and(|list| list.set(at as usize, x.into())),
                            _ => false,
                        };
                        if is_done {
                            continue;
                        }
                    }
                    let value = w.copy_or_take(v, marks_of(code, pc) & marks::ENDS_A != 0);
                    let by = w.get(i).clone();
                    tri!(ops::set_index(w.get_mut(s), &by, value));
                }
                Ins::FieldGet { d, a, name } => {
                    let name = &code.names[usize::from(name)];
                    let value = match w.get(a) {
                        Value::Record(r) => match r.get(name) {
                            Some(value) => value.clone(),
                            None => tri!(ops::field(w.get(a), name)),
                        },
                        other => tri!(ops::field(other, name)),
                    };
                    w.set(d, value);
                }
                Ins::GlobalGet { d, global } => {
                    let value = tri!(shared.read_global(GlobalId(global)));
                    w.set(d, value);
                }
                Ins::GlobalSet { a, global } => {
                    let value = w.copy_or_take(a, marks_of(code, pc) & marks::ENDS_A != 0);
                    tri!(shared.set_global(GlobalId(global), value));
                }
                Ins::ParamGiven { d, index } => {
                    let is_given = index >= 64 || given & bit(usize::from(index)) != 0;
                    w.set_bool(d, is_given);
                }
                Ins::CheckBool { d, a } => {
                    let answer = tri!(ops::condition(w.get(a), "and, or"));
                    w.set_bool(d, answer);
                }
                Ins::Math { d, a, builtin } => {
                    let builtin = Builtin::ALL[usize::from(builtin)];
                    match (w.get(a), float_function(builtin)) {
                        (&Value::Float(x), Some(f)) => w.set_float(d, f(x)),
                        _ => {
                            let x = w.copy_or_take(a, marks_of(code, pc) & marks::ENDS_A != 0);
                            let value = tri!(crate::std::call(builtin, &mut [x], context));
                            w.set(d, value);
                        }
                    }
                }
                Ins::Site { d, site } => {
                    let value = tri!(run_site(&mut w, code, &code.sites[site as usize]));
                    if d != Reg::NONE {
                        w.set(d, value);
                    }
                }

                Ins::CallDirect { d, site } => {
                    let call = &code.calls[site as usize];
                    let CallTarget::Func(func) = call.target else {
                        break 'frame Leave::Throw(Error::value_error(
                            "a direct call of an unknown function",
                        ));
                    };
                    if func != recent.0 {
                        recent = (func, tri!(shared.code(func)));
                    }
                    let callee = recent.1;
                    let callee_base = base + usize::from(code.registers);
                    tri!(fiber.reserve(callee_base, callee, &context.limits));
                    if let Some(frame) = fiber.frames.last_mut() {
                        frame.pc = pc as u32;
                    }
                    let (window, above) =
                        fiber.stack[base..].split_at_mut(usize::from(code.registers));
                    for (argument, to) in call.args.iter().zip(above) {
                        if let crate::bytecode::code::ArgSource::Value(operand) = argument.source {
                            match operand.kind() {
                                OperandKind::Copy(r) => window::copy(&window[usize::from(r.0)], to),
                                OperandKind::Move(r) => {
                                    Moved::out_of(&mut window[usize::from(r.0)]).into(to);
                                }
                                OperandKind::Const(k) => window::copy(&code.consts[k], to),
                            }
                        }
                    }
                    given = u64::MAX;
                    let base_index = callee_base as u32;
                    fiber.frames.push(Frame {
                        func,
                        pc: 0,
                        base: base_index,
                        dst: d,
                        writebacks: 0,
                        given,
                    });
                    callers.push(code);
                    (code, pc, base) = (callee, 0, callee_base);
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
                        frame.pc = pc as u32;
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
                                (pc, base, given) = (0, frame.base as usize, frame.given);
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
                    (pc, base, given) = (caller.pc as usize, caller.base as usize, caller.given);
                    match frame.dst {
                        Reg::NONE => drop(value.value()),
                        dst => value.into(&mut fiber.stack[base + usize::from(dst.0)]),
                    }
                    // Frames that were there when this stretch of work began are looked up.
                    code = match callers.pop() {
                        Some(code) => code,
                        None => tri!(shared.code(caller.func)),
                    };
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
                    let value = w.copy_or_take(a, marks_of(code, pc) & marks::ENDS_A != 0);
                    break 'frame Leave::Yielded(value);
                }
                Ins::Unreachable => {
                    break 'frame Leave::Throw(Error::value_error(
                        "control reached a place it cannot reach",
                    ));
                }
            }
        }
    };
    if let Some(frame) = fiber.frames.last_mut() {
        frame.pc = pc as u32;
    }
    *fuel_left = fuel;
    leave
}

#[inline(always)]
fn jump(pc: usize, by: i32) -> usize {
    pc.wrapping_add_signed(by as isize)
}

/// The marks of the instruction before `pc`.
#[inline]
fn marks_of(code: &Code, pc: usize) -> u8 {
    code.marks[pc - 1]
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
fn truth(value: &Value) -> Result<bool, Error> {
    match value {
        Value::Bool(x) => Ok(*x),
        other => ops::condition(other, "a condition"),
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

/// The two operands of the instruction before `pc`, moved where it is their last use. A literal beside
/// an f32 is one too.
fn take_two(w: &mut Window<'_>, code: &Code, pc: usize, a: Reg, b: Reg) -> (Value, Value) {
    let marks = marks_of(code, pc);
    let x = w.copy_or_take(a, marks & marks::ENDS_A != 0);
    let y = w.copy_or_take(b, marks & marks::ENDS_B != 0);
    settle(x, y, marks)
}

fn settle(x: Value, y: Value, marks: u8) -> (Value, Value) {
    let weak = match marks & (marks::WEAK_A | marks::WEAK_B) {
        0 => return (x, y),
        marks::WEAK_A => Weak::First,
        _ => Weak::Second,
    };
    ops::settle(Some(weak), x, y)
}

#[inline(never)]
fn slow_binary(
    w: &mut Window<'_>,
    code: &Code,
    pc: usize,
    op: Op,
    d: Reg,
    a: Reg,
    b: Reg,
) -> Result<(), Error> {
    let (x, y) = take_two(w, code, pc, a, b);
    let value = ops::binary(op, x, y)?;
    w.set(d, value);
    Ok(())
}

#[inline(never)]
fn slow_binary_int(
    w: &mut Window<'_>,
    code: &Code,
    pc: usize,
    op: Op,
    d: Reg,
    a: Reg,
    y: i16,
) -> Result<(), Error> {
    let x = w.copy_or_take(a, marks_of(code, pc) & marks::ENDS_A != 0);
    let (x, y) = settle(x, Value::Int(i64::from(y)), marks_of(code, pc));
    let value = ops::binary(op, x, y)?;
    w.set(d, value);
    Ok(())
}

#[inline(never)]
fn slow_condition(
    w: &mut Window<'_>,
    code: &Code,
    pc: usize,
    cond: Cond,
    a: Reg,
    b: Reg,
) -> Result<bool, Error> {
    let (x, y) = take_two(w, code, pc, a, b);
    truth(&ops::compare(cond, x, y)?)
}

#[inline(never)]
fn slow_condition_int(
    w: &mut Window<'_>,
    code: &Code,
    pc: usize,
    cond: Cond,
    a: Reg,
    y: i16,
) -> Result<bool, Error> {
    let x = w.copy_or_take(a, marks_of(code, pc) & marks::ENDS_A != 0);
    truth(&ops::compare(cond, x, Value::Int(i64::from(y)))?)
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
        Site::Range { parts: [start, stop, step], inclusive } => {
            let (start, stop, step) =
                (w.operand(code, *start), w.operand(code, *stop), w.operand(code, *step));
            ops::range(&start, &stop, &step, *inclusive)
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
