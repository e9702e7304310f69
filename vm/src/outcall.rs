//! Calls out of compiled code, of what is only known when they happen.
//!
//! The callee is found and the arguments are passed as for a call in the interpreter; variables come
//! and go as values, since compiled code has no registers for them.

use crate::bytecode::Reg;
use crate::call::{self, Args, Called, Callee, Passed};
use crate::context::ExecutionContext;
use crate::error::Error;
use crate::execution::{Active, Execution};
use crate::fiber::{Fiber, Frame, Writeback};
use crate::generator::{Generator, State};
use crate::shared::Shared;
use crate::value::Value;
use quern_ir::{Builtin, FuncId};
use smallvec::SmallVec;
use std::sync::Arc;

pub use crate::call::run_builtin;

/// What is called.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    Value(&'a Value),
    Func(FuncId),
    Builtin(Builtin),
    /// `x.name(..)`: a field of the first argument, if it is a record that has it; else the other target.
    Method(&'a str, Option<&'a Target<'a>>),
}

/// An argument.
#[derive(Debug)]
pub struct Argument {
    pub value: Value,
    pub name: Option<Arc<str>>,
    pub spread: bool,
    pub role: Role,
}

/// How an argument is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Value,
    /// A variable, for a `mut` parameter.
    Variable,
    /// A variable that is the receiver of a method: for a `mut` parameter if the callee has one there.
    Offered,
}

/// What the variables among the arguments hold after the call, in order.
pub type Variables = SmallVec<[Value; 2]>;

/// Calls and runs to the end. The variables hold whether the call succeeds or not.
pub fn call(
    context: &mut ExecutionContext,
    target: Target<'_>,
    mut arguments: SmallVec<[Argument; 4]>,
) -> (Result<Value, Error>, Variables) {
    let shared = context.shared.clone();
    let (callee, first) = match resolve(target, &arguments, &shared) {
        Ok(found) => found,
        Err(e) => return (Err(e), variables(&mut arguments)),
    };
    let (mut args, mut origins) = (Args::new(), SmallVec::<[usize; 2]>::new());
    for (i, argument) in arguments.iter_mut().enumerate().skip(first) {
        let is_variable = match argument.role {
            Role::Value => false,
            Role::Variable => true,
            Role::Offered => i == 0 && callee.is_mut(&shared, 0),
        };
        if is_variable {
            let variable = Some(Reg(origins.len() as u16));
            origins.push(i);
            args.push(Passed {
                value: std::mem::take(&mut argument.value),
                name: argument.name.clone(),
                variable,
            });
        } else if let Err(e) = pass(&mut args, argument) {
            for (passed, &i) in args.iter_mut().filter(|a| a.variable.is_some()).zip(&origins) {
                arguments[i].value = std::mem::take(&mut passed.value);
            }
            return (Err(e), variables(&mut arguments));
        }
    }
    let (result, values) = run(context, callee, args, origins.len(), &shared);
    for (value, i) in values.into_iter().zip(origins) {
        arguments[i].value = value;
    }
    (result, variables(&mut arguments))
}

fn variables(arguments: &mut [Argument]) -> Variables {
    let variables = arguments.iter_mut().filter(|a| a.role != Role::Value);
    variables.map(|a| std::mem::take(&mut a.value)).collect()
}

/// The callee, and which argument is the first that goes along.
fn resolve(
    target: Target<'_>,
    arguments: &[Argument],
    shared: &Shared,
) -> Result<(Callee, usize), Error> {
    match target {
        Target::Value(value) => Ok((Callee::of(value, shared)?, 0)),
        Target::Func(func) => Ok((Callee::Func(func, None), 0)),
        Target::Builtin(b) => Ok((Callee::of(&Value::Builtin(b), shared)?, 0)),
        Target::Method(name, other) => {
            let receiver = arguments.first().map_or(&Value::None, |a| &a.value);
            if let Value::Record(r) = receiver
                && let Some(field) = r.get(name)
            {
                return Ok((Callee::of(field, shared)?, 1));
            }
            match other {
                Some(other) => resolve(*other, arguments, shared),
                None => Err(crate::ops::missing_method(receiver, name)),
            }
        }
    }
}

/// Passes an argument that is no variable, a spread one as several.
fn pass(args: &mut Args, argument: &Argument) -> Result<(), Error> {
    let plain = |value: Value, name: Option<Arc<str>>| Passed { value, name, variable: None };
    match &argument.value {
        value if !argument.spread => args.push(plain(value.clone(), argument.name.clone())),
        Value::Record(r) => args.extend(r.iter().map(|(n, v)| plain(v.clone(), Some(n.clone())))),
        other => {
            let mut items = Vec::new();
            crate::ops::spread_into(other.clone(), &mut items)?;
            args.extend(items.into_iter().map(|value| plain(value, None)));
        }
    }
    Ok(())
}

/// Runs a call whose variables are the registers `0..count` of a fiber of its own.
fn run(
    context: &mut ExecutionContext,
    callee: Callee,
    args: Args,
    count: usize,
    shared: &Shared,
) -> (Result<Value, Error>, Variables) {
    let mut fiber = Box::new(Fiber::nested(context.depth));
    // The variables, and as many registers above them, where a call that does not begin leaves them.
    fiber.stack.resize(2 * count, Value::None);
    match call::enter(&mut fiber, count, callee, args, Reg::NONE, shared, context) {
        Err(e) => (Err(e), fiber.stack.drain(count..2 * count).collect()),
        Ok(Called::Value(value)) => (Ok(value), fiber.stack.drain(count..2 * count).collect()),
        Ok(Called::Frame) => {
            let mut execution = Execution::on(Active { fiber, generator: None });
            let result = context.nested(|context| execution.finish(context));
            let values = match &mut execution.ended {
                Some(fiber) => fiber.stack.drain(..count).collect(),
                None => Variables::new(),
            };
            (result, values)
        }
    }
}

/// Runs a call of a known function by the interpreter alone, for compiled code that may not call
/// deeper, or is to stop. `args` are the values of the parameters, `None` where the call gives none, and of the
/// captures.
pub fn interpret(
    context: &mut ExecutionContext,
    func: FuncId,
    args: Vec<Option<Value>>,
) -> (Result<Value, Error>, Variables) {
    let shared = context.shared.clone();
    let code = match shared.code(func) {
        Ok(code) => code,
        Err(e) => return (Err(e), Variables::new()),
    };
    let slots: SmallVec<[(usize, Reg); 4]> = code
        .params
        .iter()
        .enumerate()
        .filter_map(|(i, p)| Some((i, code.slots[p.mutable?.0 as usize])))
        .collect();
    let mut fiber = Box::new(Fiber::nested(context.depth));
    let base = slots.len();
    fiber.stack.resize(base, Value::None);
    let reserved = match context.interrupt.get() {
        0 => fiber.reserve(base, code, &context.limits),
        _ => Err(context.interrupted()),
    };
    if let Err(e) = reserved {
        let mut args = args;
        let variables = slots.iter().map(|&(i, _)| args[i].take().unwrap_or_default());
        return (Err(e), variables.collect());
    }
    let mut given = 0;
    for (i, value) in args.into_iter().enumerate() {
        if let Some(value) = value {
            fiber.stack[base + i] = value;
            given |= if i < code.params.len() { call::bit(i) } else { 0 };
        }
    }
    for (i, &(_, from)) in slots.iter().enumerate() {
        fiber.writebacks.push(Writeback { from, to: Reg(i as u16) });
    }
    let writebacks = slots.len() as u16;
    fiber.frames.push(Frame { func, pc: 0, base: base as u32, dst: Reg::NONE, writebacks, given });
    let mut execution = Execution::on(Active { fiber, generator: None });
    let result = context.nested(|context| {
        context.interpreted = true;
        execution.finish(context)
    });
    let variables = match &mut execution.ended {
        Some(fiber) => fiber.stack.drain(..base).collect(),
        None => std::iter::repeat_n(Value::None, base).collect(),
    };
    (result, variables)
}

/// The next item of a generator, computed on this thread; `None` at its end.
///
/// # Errors
///
/// What the generator threw, or that it is at work already.
pub fn next_item(
    context: &mut ExecutionContext,
    generator: &Arc<Generator>,
) -> Result<Option<Value>, Error> {
    match generator.take() {
        State::Finished => Ok(None),
        State::Running => Err(crate::step::at_work()),
        State::Suspended(fiber) => {
            let mut execution = Execution::on(Active { fiber, generator: Some(generator.clone()) });
            context.nested(|context| execution.finish(context))?;
            Ok(execution.handed.take())
        }
    }
}
