//! The builtins that need nothing from outside.

use crate::context::ExecutionContext;
use crate::error::Error;
use crate::value::Value;
use quern_ir::Builtin;
use std::sync::Arc;

/// What a builtin gives.
pub type BuiltinResult = Result<Value, Error>;

/// Runs a builtin whose home is `Vm`, or one of `Task` that only reads or writes the context.
///
/// `args` are in the order of the builtin's row; missing ones at the end may be left out, so read
/// them with `get`. A variadic parameter is one list (or array) of the values given for it. An
/// argument for a `mut` parameter is the caller's variable itself, moved here for the call: change it
/// in place, it goes back whether the call succeeds or not.
pub fn call(
    builtin: Builtin,
    args: &mut [Value],
    _context: &mut ExecutionContext,
) -> BuiltinResult {
    match (builtin, args) {
        (Builtin::Len, [Value::List(l)]) => Ok(Value::Int(l.len() as i64)),
        (Builtin::Push, [Value::List(l), value]) => {
            Arc::make_mut(l).push(std::mem::take(value));
            Ok(Value::None)
        }
        (Builtin::TypeOf, [x]) => Ok(Value::str(x.type_name())),
        (builtin, _) => {
            Err(Error::type_error(format!("{} does not accept these arguments", builtin.name())))
        }
    }
}
