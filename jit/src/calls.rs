//! Calls that compiled code does not make itself: of builtins, and of what is only known at run time.

use crate::abi::{JitContext, Source};
use crate::generic::Exchange;
use quern_ir::function::{ArgInfo, CallInfo, Callee};
use quern_ir::{Builtin, Op};
use quern_vm::outcall::{self, Argument, Role, Target, run_builtin};
use quern_vm::words::{accepts, flatten, word_count};
use quern_vm::{Error, Value};
use smallvec::SmallVec;

/// Runs a `call`, `call.builtin` or `call.method`: the result, and in any case what the variables hold
/// afterwards, go to the exchange.
pub fn call(
    op: Op,
    info: &CallInfo,
    exchange: &mut Exchange<'_>,
    context: &mut JitContext<'_>,
) -> Result<(), Error> {
    if let Callee::Builtin(b) = info.callee
        && op == Op::CallBuiltin
        && context.execution.shared.prelude(b).is_none()
        && is_plain(b, &info.args)
    {
        return plain_builtin(b, info, exchange, context);
    }
    // The operand that is the callee stands before the arguments of a `call` and after the receiver of
    // a `call.method`.
    let is_method = op == Op::CallMethod;
    let skipped = matches!(info.callee, Callee::Value).then_some(usize::from(is_method));
    let callee = skipped.map(|at| exchange.copy(at));
    let operand = |arg: usize| arg + usize::from(skipped.is_some_and(|at| at <= arg));
    let arguments: SmallVec<[Argument; 4]> = info
        .args
        .iter()
        .enumerate()
        .map(|(i, arg)| Argument {
            value: if arg.variable().is_some() {
                exchange.take(operand(i))
            } else {
                exchange.copy(operand(i))
            },
            name: arg.name.clone(),
            spread: arg.spread,
            role: match (arg.mutable, arg.offered) {
                (Some(_), _) => Role::Variable,
                (None, Some(_)) => Role::Offered,
                (None, None) => Role::Value,
            },
        })
        .collect();
    let known = match (&info.callee, &callee) {
        (Callee::Func(func), _) => Some(Target::Func(*func)),
        (Callee::Builtin(b), _) => Some(Target::Builtin(*b)),
        (_, Some(value)) => Some(Target::Value(value)),
        _ => None,
    };
    let target = match known {
        _ if is_method => {
            Target::Method(info.method.as_deref().unwrap_or_default(), known.as_ref())
        }
        Some(target) => target,
        None => {
            return Err(Error::type_error(
                "internal error: a call without callee in compiled code",
            ));
        }
    };
    let (result, variables) = outcall::call(context.outside(), target, arguments);
    for (i, value) in variables.into_iter().enumerate() {
        exchange.set(i + 1, value);
    }
    exchange.set(0, result?);
    Ok(())
}

/// Whether a call gives a builtin one value for each of its first parameters, and the variable it
/// wants, if it wants one.
fn is_plain(builtin: Builtin, args: &[ArgInfo]) -> bool {
    let params = builtin.params();
    args.len() <= params.len()
        && params.iter().all(|p| !p.variadic)
        && args
            .iter()
            .zip(params)
            .all(|(a, p)| a.name.is_none() && !a.spread && a.variable().is_some() == p.mutable)
}

/// A plain call of a builtin that is a function of `vm` or of the host.
fn plain_builtin(
    builtin: Builtin,
    info: &CallInfo,
    exchange: &mut Exchange<'_>,
    context: &mut JitContext<'_>,
) -> Result<(), Error> {
    let mut values: SmallVec<[Value; 4]> = info
        .args
        .iter()
        .enumerate()
        .map(|(i, arg)| if arg.variable().is_some() { exchange.take(i) } else { exchange.copy(i) })
        .collect();
    let result = fill_defaults(builtin, &mut values)
        .and_then(|()| run_builtin(builtin, &mut values, context.outside()));
    let variables = info.args.iter().enumerate().filter(|(_, arg)| arg.variable().is_some());
    for (result, (i, _)) in variables.enumerate() {
        exchange.set(result + 1, std::mem::take(&mut values[i]));
    }
    exchange.set(0, result?);
    Ok(())
}

fn fill_defaults(builtin: Builtin, values: &mut SmallVec<[Value; 4]>) -> Result<(), Error> {
    for i in values.len()..builtin.params().len() {
        match quern_vm::std::default_of(builtin, i) {
            Some(value) => values.push(value),
            None => {
                let (name, param) = (builtin.name(), builtin.params()[i].name);
                return Err(Error::type_error(format!("{name}: the argument {param} is missing"))
                    .hint(format!("it is {name}({})", builtin.signature())));
            }
        }
    }
    Ok(())
}

/// Runs a compiled function by the interpreter: how it ended, and the words of its results, of which
/// those of the function itself are valid only without an error.
pub fn interpret(
    context: &mut JitContext<'_>,
    source: &Source,
    args: Vec<Option<Value>>,
) -> (Result<(), Error>, Vec<u64>) {
    let execution = context.outside();
    // The callee is counted already.
    execution.depth = execution.depth.saturating_sub(1);
    let (result, variables) = outcall::interpret(execution, source.func, args);
    let (own, outs) = (&source.sig.results[0], &source.sig.results[1..]);
    let mut words = Vec::with_capacity(source.result_words());
    let result = match result {
        Ok(value) if accepts(own, &value) => {
            flatten(value, own, &mut words);
            Ok(())
        }
        Ok(value) => Err(Error::type_error(format!(
            "internal error: a {} where compiled code expects {own}",
            value.type_name()
        ))),
        Err(e) => Err(e),
    };
    if result.is_err() {
        words.resize(word_count(own), 0);
    }
    for (value, ty) in variables.into_iter().zip(outs) {
        flatten(value, ty, &mut words);
    }
    (result, words)
}
