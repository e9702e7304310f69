//! Calls: finding out what is called, and putting arguments where the callee expects them.

use crate::bytecode::code::{ArgSource, Argument, CallSite, CallTarget, Code, MethodFallback};
use crate::bytecode::ins::{OperandKind, Reg};
use crate::closure::Closure;
use crate::context::ExecutionContext;
use crate::error::Error;
use crate::fiber::{Fiber, Frame, Writeback};
use crate::generator::Generator;
use crate::host_function::HostFunction;
use crate::shared::Shared;
use crate::std::describe;
use crate::value::Value;
use quern_ir::builtins::Home;
use quern_ir::{Builtin, FuncId};
use smallvec::SmallVec;
use std::sync::Arc;

/// What a call comes down to.
pub enum Callee {
    Func(FuncId, Option<Arc<Closure>>),
    Builtin(Builtin),
    Host(Arc<HostFunction>),
}

/// An argument on its way.
pub struct Passed {
    pub value: Value,
    pub name: Option<Arc<str>>,
    /// The caller's register that the value was taken from, for a `mut` parameter.
    pub variable: Option<Reg>,
}

/// How a call went on.
pub enum Called {
    /// A frame was pushed.
    Frame,
    /// The callee ran and gave this.
    Value(Value),
}

/// The arguments of a call.
pub type Args = SmallVec<[Passed; 4]>;

impl Callee {
    /// What calling a value means.
    ///
    /// # Errors
    ///
    /// `TypeError` for what is no function.
    pub fn of(value: &Value, shared: &Shared) -> Result<Callee, Error> {
        match value {
            Value::Fn(f) => Ok(Callee::Func(f.func, Some(f.clone()))),
            Value::Builtin(b) => Ok(match shared.prelude(*b) {
                Some(func) => Callee::Func(func, None),
                None => Callee::Builtin(*b),
            }),
            Value::Host(f) => Ok(Callee::Host(f.clone())),
            other => Err(Error::type_error(format!("{} cannot be called", describe(other)))),
        }
    }

    /// Whether the parameter at `index` hands a variable in and out.
    pub(crate) fn is_mut(&self, shared: &Shared, index: usize) -> bool {
        match self {
            Callee::Func(func, _) => shared
                .function(*func)
                .and_then(|f| f.params.get(index))
                .is_some_and(|p| p.mutable.is_some()),
            Callee::Builtin(b) => b.params().get(index).is_some_and(|p| p.mutable),
            Callee::Host(_) => false,
        }
    }
}

/// Calls from a call site: resolves the callee, takes the arguments out of the window at `base`, and
/// pushes a frame or runs the builtin.
///
/// # Errors
///
/// What is wrong with the call, or an error of the builtin. The caller's variables are as after the
/// call in any case.
pub fn call_site(
    fiber: &mut Fiber,
    code: &Code,
    base: usize,
    site: &CallSite,
    dst: Reg,
    shared: &Shared,
    context: &mut ExecutionContext,
) -> Result<Called, Error> {
    let window = &mut fiber.stack[base..base + usize::from(code.registers)];
    let (callee, arguments) = resolve(window, code, site, shared)?;
    if let Callee::Builtin(b) = callee
        && is_plain(b, arguments)
    {
        context.depth = fiber.nesting();
        let window = &mut fiber.stack[base..base + usize::from(code.registers)];
        return plain_builtin(b, arguments, window, code, context).map(Called::Value);
    }
    let mut args = Args::new();
    for (i, argument) in arguments.iter().enumerate() {
        if let Err(e) = pass(&mut args, window, code, argument, i, &callee, shared) {
            give_back(&mut args, window);
            return Err(e);
        }
    }
    enter(fiber, base, callee, args, dst, shared, context)
}

/// Whether a call gives a builtin one value for each of its first parameters, and the variable it wants,
/// if it wants one.
fn is_plain(builtin: Builtin, arguments: &[Argument]) -> bool {
    let params = builtin.params();
    arguments.len() <= params.len()
        && params.iter().all(|p| !p.variadic)
        && arguments.iter().zip(params).all(|(a, p)| {
            a.name.is_none()
                && !a.spread
                && match a.source {
                    ArgSource::Value(_) => !p.mutable,
                    ArgSource::Mut(_) => p.mutable,
                    ArgSource::Offered(_) => true,
                }
        })
}

/// A plain call of a builtin. What the variable holds goes back in any case.
fn plain_builtin(
    builtin: Builtin,
    arguments: &[Argument],
    window: &mut [Value],
    code: &Code,
    context: &mut ExecutionContext,
) -> Result<Value, Error> {
    let is_mut = builtin.params().first().is_some_and(|p| p.mutable);
    let variable = match arguments.first().map(|a| a.source) {
        Some(ArgSource::Mut(r) | ArgSource::Offered(r)) if is_mut => Some(usize::from(r.0)),
        _ => None,
    };
    let mut values = SmallVec::<[Value; 4]>::new();
    values.extend(variable.map(|r| std::mem::take(&mut window[r])));
    let rest = &arguments[values.len()..];
    values.extend(rest.iter().map(|a| take_argument(window, code, a.source)));
    let result = fill_defaults(builtin, &mut values)
        .and_then(|()| run_builtin(builtin, &mut values, context));
    if let Some(r) = variable {
        window[r] = std::mem::take(&mut values[0]);
    }
    result
}

/// Calls a callee with arguments, of which `mut` ones came out of registers of the window at `base`.
///
/// # Errors
///
/// As [`call_site`].
pub fn enter(
    fiber: &mut Fiber,
    base: usize,
    callee: Callee,
    mut args: Args,
    dst: Reg,
    shared: &Shared,
    context: &mut ExecutionContext,
) -> Result<Called, Error> {
    match callee {
        Callee::Builtin(b) => {
            context.depth = fiber.nesting();
            let result = call_builtin(b, &mut args, context);
            give_back(&mut args, &mut fiber.stack[base..]);
            result.map(Called::Value)
        }
        Callee::Host(f) => {
            let result = call_host(&f, &args);
            give_back(&mut args, &mut fiber.stack[base..]);
            result.map(Called::Value)
        }
        Callee::Func(func, closure) => {
            let pushed =
                push_frame(fiber, base, func, closure.as_deref(), &mut args, dst, shared, context);
            if pushed.is_err() {
                give_back(&mut args, &mut fiber.stack[base..]);
            }
            pushed
        }
    }
}

/// Runs a function of the host, which takes positional values only.
fn call_host(f: &HostFunction, args: &Args) -> Result<Value, Error> {
    if let Some(name) = args.iter().find_map(|a| a.name.as_ref()) {
        return Err(Error::type_error(format!("{} has no parameter {name}", f.name())));
    }
    if args.iter().any(|a| a.variable.is_some()) {
        return Err(Error::type_error(format!("{} has no `mut` parameter", f.name())));
    }
    let mut values: SmallVec<[Value; 4]> = args.iter().map(|a| a.value.clone()).collect();
    f.call(&mut values)
}

/// What a call site calls, and which of its arguments go along.
fn resolve<'a>(
    window: &mut [Value],
    code: &Code,
    site: &'a CallSite,
    shared: &Shared,
) -> Result<(Callee, &'a [Argument]), Error> {
    let callee_value =
        |window: &mut [Value], operand: crate::bytecode::Operand| match operand.kind() {
            OperandKind::Copy(r) | OperandKind::Move(r) => {
                Callee::of(&window[usize::from(r.0)], shared)
            }
            OperandKind::Const(k) => Callee::of(&code.consts[k], shared),
        };
    match &site.target {
        CallTarget::Func(func) => Ok((Callee::Func(*func, None), &site.args)),
        CallTarget::Builtin(b) => Ok((Callee::Builtin(*b), &site.args)),
        CallTarget::Value(operand) => Ok((callee_value(window, *operand)?, &site.args)),
        CallTarget::Method { name, fallback } => {
            let Some((receiver, rest)) = site.args.split_first() else {
                return Err(Error::type_error(format!("{name} has nothing before the dot")));
            };
            let receiver = look(window, code, receiver.source);
            if let Value::Record(r) = receiver
                && let Some(field) = r.get(name)
            {
                return Ok((Callee::of(field, shared)?, rest));
            }
            match fallback {
                MethodFallback::Func(func) => Ok((Callee::Func(*func, None), &site.args)),
                MethodFallback::Builtin(b) => Ok((Callee::Builtin(*b), &site.args)),
                MethodFallback::Value(operand) => Ok((callee_value(window, *operand)?, &site.args)),
                MethodFallback::Nothing => Err(crate::ops::missing_method(receiver, name)),
            }
        }
    }
}

/// The value of an argument, left where it is.
fn look<'a>(window: &'a [Value], code: &'a Code, source: ArgSource) -> &'a Value {
    match source {
        ArgSource::Mut(r) | ArgSource::Offered(r) => &window[usize::from(r.0)],
        ArgSource::Value(operand) => match operand.kind() {
            OperandKind::Copy(r) | OperandKind::Move(r) => &window[usize::from(r.0)],
            OperandKind::Const(k) => &code.consts[k],
        },
    }
}

fn take_argument(window: &mut [Value], code: &Code, source: ArgSource) -> Value {
    match source {
        ArgSource::Mut(r) => std::mem::take(&mut window[usize::from(r.0)]),
        ArgSource::Offered(r) => window[usize::from(r.0)].clone(),
        ArgSource::Value(operand) => match operand.kind() {
            OperandKind::Copy(r) => window[usize::from(r.0)].clone(),
            OperandKind::Move(r) => std::mem::take(&mut window[usize::from(r.0)]),
            OperandKind::Const(k) => code.consts[k].clone(),
        },
    }
}

/// Takes one argument of a site, spread ones as several.
fn pass(
    args: &mut Args,
    window: &mut [Value],
    code: &Code,
    argument: &Argument,
    index: usize,
    callee: &Callee,
    shared: &Shared,
) -> Result<(), Error> {
    match argument.source {
        ArgSource::Mut(r) => {
            let value = take_argument(window, code, argument.source);
            args.push(Passed { value, name: argument.name.clone(), variable: Some(r) });
        }
        ArgSource::Offered(r) if index == 0 && callee.is_mut(shared, 0) => {
            let value = std::mem::take(&mut window[usize::from(r.0)]);
            args.push(Passed { value, name: None, variable: Some(r) });
        }
        source => {
            let value = take_argument(window, code, source);
            if !argument.spread {
                args.push(Passed { value, name: argument.name.clone(), variable: None });
                return Ok(());
            }
            match value {
                Value::Record(r) => args.extend(r.iter().map(|(n, v)| Passed {
                    value: v.clone(),
                    name: Some(n.clone()),
                    variable: None,
                })),
                other => {
                    let mut items = Vec::new();
                    crate::ops::spread_into(other, &mut items)?;
                    args.extend(items.into_iter().map(|value| Passed {
                        value,
                        name: None,
                        variable: None,
                    }));
                }
            }
        }
    }
    Ok(())
}

/// Puts the values of `mut` arguments back where they came from.
fn give_back(args: &mut Args, window: &mut [Value]) {
    for arg in args.iter_mut() {
        if let Some(r) = arg.variable.take() {
            window[usize::from(r.0)] = std::mem::take(&mut arg.value);
        }
    }
}

/// Pushes the frame of a function and fills its registers; a generator function gives a generator.
#[allow(clippy::too_many_arguments, reason = "the parts of a call, used in one place")]
fn push_frame(
    fiber: &mut Fiber,
    caller_base: usize,
    func: FuncId,
    closure: Option<&Closure>,
    args: &mut Args,
    dst: Reg,
    shared: &Shared,
    context: &mut ExecutionContext,
) -> Result<Called, Error> {
    let code = shared.code(func)?;
    let places = arrange(code, args)?;
    if code.is_generator {
        if args.iter().any(|a| a.variable.is_some()) {
            return Err(Error::type_error(format!(
                "the generator {} cannot change variables",
                code.name
            ))
            .hint("pass the value without mut"));
        }
        let mut inner = Fiber::new();
        inner.reserve(0, code, &context.limits)?;
        let frame = fill(&mut inner, 0, code, closure, args, &places, Reg::NONE)?;
        inner.frames.push(frame);
        return Ok(Called::Value(Value::Generator(Arc::new(Generator::new(Box::new(inner))))));
    }
    let base = match fiber.frames.last() {
        Some(frame) => {
            debug_assert_eq!(frame.base as usize, caller_base);
            caller_base + usize::from(shared.code(frame.func)?.registers)
        }
        None => caller_base,
    };
    fiber.reserve(base, code, &context.limits)?;
    let frame = fill(fiber, base, code, closure, args, &places, dst)?;
    fiber.frames.push(frame);
    Ok(Called::Frame)
}

/// Where the arguments of a call go: by argument the parameter, `None` for the variadic one.
type Places = SmallVec<[Option<usize>; 4]>;

fn arrange(code: &Code, args: &Args) -> Result<Places, Error> {
    let params = &code.params;
    let variadic = params.iter().position(|p| p.variadic);
    let positional_limit = variadic.unwrap_or(params.len());
    let mut taken = SmallVec::<[bool; 8]>::from_elem(false, params.len());
    let mut places = Places::new();
    let mut next = 0;
    for arg in args {
        let place = match &arg.name {
            None if next < positional_limit => {
                next += 1;
                Some(next - 1)
            }
            None if variadic.is_some() => None,
            None => return Err(wrong_count(code, args.len())),
            Some(name) => match params.iter().position(|p| p.name == *name) {
                Some(i) => Some(i),
                None => return Err(no_such_parameter(code, name)),
            },
        };
        if let Some(i) = place {
            if std::mem::replace(&mut taken[i], true) {
                return Err(Error::type_error(format!(
                    "{}: the argument {} is given twice",
                    code.name, params[i].name
                )));
            }
            if arg.variable.is_none() && params[i].mutable.is_some() {
                return Err(needs_variable(&code.name, &params[i].name));
            }
            if arg.variable.is_some() && params[i].mutable.is_none() {
                return Err(Error::type_error(format!(
                    "{}: the parameter {} is not mut",
                    code.name, params[i].name
                ))
                .hint(format!(
                    "leave out the mut, or write fn {}(mut {}, ..)",
                    code.name, params[i].name
                )));
            }
        }
        places.push(place);
    }
    for (i, param) in params.iter().enumerate() {
        if !taken[i] && !param.has_default && !param.variadic {
            return Err(wrong_count(code, args.len()));
        }
    }
    Ok(places)
}

/// Moves arguments and captures into a window whose registers are all none.
fn fill(
    fiber: &mut Fiber,
    base: usize,
    code: &Code,
    closure: Option<&Closure>,
    args: &mut Args,
    places: &Places,
    dst: Reg,
) -> Result<Frame, Error> {
    let mut given = 0u64;
    let mut rest: Option<Vec<Value>> = None;
    let mut writebacks = 0;
    for (arg, place) in args.iter_mut().zip(places) {
        let value = std::mem::take(&mut arg.value);
        match *place {
            Some(i) => {
                given |= bit(i);
                fiber.stack[base + i] = value;
                if let (Some(to), Some(slot)) = (arg.variable.take(), code.params[i].mutable) {
                    let from = code.slots[slot.0 as usize];
                    fiber.writebacks.push(Writeback { from, to });
                    writebacks += 1;
                }
            }
            None => rest.get_or_insert_default().push(value),
        }
    }
    if let Some(i) = code.params.iter().position(|p| p.variadic)
        && given & bit(i) == 0
    {
        fiber.stack[base + i] = Value::list(rest.unwrap_or_default());
        given |= bit(i);
    }
    if let Some(closure) = closure {
        let first = base + code.params.len();
        for (i, value) in closure.captures.iter().enumerate() {
            fiber.stack[first + i] = value.clone();
        }
    }
    Ok(Frame { func: code.func, pc: 0, base: base as u32, dst, writebacks, given })
}

/// The bit of a parameter in [`Frame::given`].
pub fn bit(param: usize) -> u64 {
    if param < 64 { 1 << param } else { 0 }
}

#[cold]
fn wrong_count(code: &Code, given: usize) -> Error {
    let names: Vec<String> = code
        .params
        .iter()
        .map(|p| {
            let dots = if p.variadic { "..." } else { "" };
            let default = if p.has_default { " = .." } else { "" };
            format!("{dots}{}{default}", p.name)
        })
        .collect();
    let least = code.params.iter().filter(|p| !p.has_default && !p.variadic).count();
    let most = code.params.len();
    let wanted = match (code.params.iter().any(|p| p.variadic), least == most) {
        (true, _) => format!("at least {least}"),
        (false, true) => format!("{most}"),
        (false, false) => format!("{least} to {most}"),
    };
    let plural = if matches!(wanted.as_str(), "1" | "at least 1") { "" } else { "s" };
    Error::type_error(format!("{} takes {wanted} argument{plural}, {given} given", code.name))
        .hint(format!("it is {}({})", code.name, names.join(", ")))
}

/// A `mut` parameter is given a value, so that what the callee writes would be lost.
#[cold]
fn needs_variable(callee: &str, param: &str) -> Error {
    Error::type_error(format!("{callee} changes its argument {param}, which is no variable here"))
        .hint(format!("pass one declared with `mut`: {callee}(mut x), or x.{callee}()"))
}

#[cold]
fn no_such_parameter(code: &Code, name: &str) -> Error {
    let names: Vec<&str> = code.params.iter().map(|p| &*p.name).collect();
    Error::type_error(format!("{} has no parameter {name}", code.name)).hint(format!(
        "it is {}({})",
        code.name,
        names.join(", ")
    ))
}

/// Runs a builtin with arguments as they were passed.
fn call_builtin(
    builtin: Builtin,
    args: &mut Args,
    context: &mut ExecutionContext,
) -> Result<Value, Error> {
    let params = builtin.params();
    let wants_variable = params.first().is_some_and(|p| p.mutable);
    if let Some(arg) =
        args.iter().enumerate().find(|(i, a)| a.variable.is_some() && !(wants_variable && *i == 0))
    {
        let name = params.get(arg.0).map_or("?", |p| p.name);
        return Err(Error::type_error(format!(
            "{}: the parameter {name} is not mut",
            builtin.name()
        ))
        .hint("leave out the mut"));
    }
    let mut positional = Vec::with_capacity(args.len());
    let mut named = Vec::new();
    for arg in args.iter_mut() {
        let value = std::mem::take(&mut arg.value);
        match arg.name.take() {
            Some(name) => named.push((name, value)),
            None => positional.push(value),
        }
    }
    if !wants_variable {
        let mut values = crate::std::bind(builtin, positional, named)?;
        return run_builtin(builtin, &mut values, context);
    }
    // What the variable held goes back even when the arguments are wrong.
    let kept = positional.first().cloned().unwrap_or_default();
    let mut values = match crate::std::bind(builtin, positional, named) {
        Ok(values) => values,
        Err(e) => {
            if let Some(arg) = args.first_mut() {
                arg.value = kept;
            }
            return Err(e);
        }
    };
    drop(kept);
    let result = match args.first() {
        Some(Passed { variable: Some(_), .. }) => run_builtin(builtin, &mut values, context),
        _ => Err(needs_variable(builtin.name(), params[0].name)),
    };
    if let (Some(arg), Some(value)) = (args.first_mut(), values.first_mut()) {
        arg.value = std::mem::take(value);
    }
    result
}

fn fill_defaults(builtin: Builtin, values: &mut SmallVec<[Value; 4]>) -> Result<(), Error> {
    for i in values.len()..builtin.params().len() {
        match crate::std::default_of(builtin, i) {
            Some(value) => values.push(value),
            None => {
                let name = builtin.name();
                return Err(Error::type_error(format!(
                    "{name}: the argument {} is missing",
                    builtin.params()[i].name
                ))
                .hint(format!("it is {name}({})", builtin.signature())));
            }
        }
    }
    Ok(())
}

/// Runs a builtin that is no function of the prelude, with one argument for each parameter.
///
/// # Errors
///
/// The builtin's own.
pub fn run_builtin(
    builtin: Builtin,
    values: &mut [Value],
    context: &mut ExecutionContext,
) -> Result<Value, Error> {
    context.check_interrupt()?;
    let result = match builtin.home() {
        Home::Host => context.host.clone().call(builtin, values, context),
        Home::Task if matches!(builtin, Builtin::Sleep | Builtin::Spawn | Builtin::Cancel) => {
            context.host.clone().call(builtin, values, context)
        }
        Home::Vm | Home::Task => crate::std::call(builtin, values, context),
        Home::Prelude => Err(Error::type_error(format!("{} needs the prelude", builtin.name()))),
    };
    // It may have taken long.
    context.check_interrupt()?;
    result
}
