//! The builtins that need nothing from outside: one function from arguments to a value each.
//!
//! [`call`] takes one argument for each parameter of the builtin's row, variadic ones gathered in a
//! list; [`bind`] brings positional and named arguments into that form and fills in the defaults. A
//! `mut` parameter is the caller's own value, changed in place in the argument slice.

mod args;
mod arrays;
mod collections;
mod convert;
mod create;
mod deviates;
mod fft;
mod format_spec;
mod linalg;
mod maths;
pub mod random;
mod reduce;
mod regex;
pub mod show;
mod text;

pub use args::Args;
pub use arrays::{scalar_or_array, to_array};
pub use collections::{key, missing_key};
pub use convert::{parse_float, truncate};
pub use format_spec::FormatSpec;
pub use maths::{Elementwise, elementwise, f32_function, float_function, float_function2};
pub use reduce::reduced_axes;
pub use text::format_value;

use crate::context::ExecutionContext;
use crate::error::Error;
use crate::interrupt::Stop;
use crate::value::{Value, equal};
use quern_ir::{Builtin, DType};
use std::sync::{Arc, LazyLock};

/// The longest string a single call makes, so that a slip in a count is an error and not a full memory.
pub const MAX_TEXT: usize = 1 << 31;

fn too_long(name: &str, n: usize) -> Error {
    Error::new(
        quern_ir::ErrorKind::MemoryError,
        format!("{name}: a string of {n} parts is too long"),
    )
}

/// A value in a message: its type, and its shape or text where that is short.
pub fn describe(value: &Value) -> String {
    match value {
        Value::None => "none".into(),
        Value::Array(a) => {
            format!("{} array of shape {}", a.dtype(), crate::array::shape_text(a.shape()))
        }
        Value::List(l) => format!("list of {}", items(l.len())),
        Value::Tuple(t) => format!("tuple of {}", items(t.items.len())),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::F32(_) | Value::Complex(_) => {
            format!("{} {}", value.type_name(), show::repr(value))
        }
        _ if let Some(s) = value.as_text().filter(|s| s.len() <= 40) => {
            format!("str {}", show::quote(s.as_str()))
        }
        other => other.type_name().into(),
    }
}

/// A number of items in a message.
pub fn items(n: usize) -> String {
    format!("{n} item{}", if n == 1 { "" } else { "s" })
}

/// The defaults of every builtin's parameters, parsed from the table once.
static DEFAULTS: LazyLock<Vec<Vec<Option<Value>>>> = LazyLock::new(|| {
    let defaults = |b: &Builtin| b.params().iter().map(|p| p.default.map(parse_default)).collect();
    Builtin::ALL.iter().map(defaults).collect()
});

/// The value a default in the table stands for.
fn parse_default(text: &'static str) -> Value {
    match text {
        "none" => Value::None,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "[]" => Value::list(Vec::new()),
        _ if text.starts_with('"') => Value::str(text[1..text.len() - 1].replace("\\n", "\n")),
        _ => match (text.parse::<i64>(), text.parse::<f64>(), Builtin::from_name(text)) {
            (Ok(n), _, _) => Value::Int(n),
            (_, Ok(x), _) => Value::Float(x),
            (_, _, Some(b)) => Value::Builtin(b),
            _ => unreachable!("the table of builtins has the default {text}"),
        },
    }
}

/// The default of a parameter, if it has one.
pub fn default_of(builtin: Builtin, param: usize) -> Option<Value> {
    DEFAULTS[builtin as usize][param].clone()
}

/// Puts arguments into the order of the builtin's row: a variadic parameter takes all further
/// positional ones as a list, named ones go to their places, defaults fill the rest.
///
/// # Errors
/// A missing, doubled, unknown or surplus argument, with the signature.
pub fn bind(
    builtin: Builtin,
    positional: Vec<Value>,
    named: Vec<(Arc<str>, Value)>,
) -> Result<Vec<Value>, Error> {
    let params = builtin.params();
    let wrong = |what: String| {
        Err(Error::type_error(format!("{}: {what}", builtin.name())).hint(format!(
            "it is {}({})",
            builtin.name(),
            builtin.signature()
        )))
    };
    let mut out: Vec<Option<Value>> = vec![None; params.len()];
    let mut rest = positional.into_iter();
    for (i, param) in params.iter().enumerate() {
        if param.variadic {
            out[i] = Some(Value::list(rest.by_ref().collect()));
            break;
        }
        match rest.next() {
            Some(value) => out[i] = Some(value),
            None => break,
        }
    }
    let surplus = rest.count();
    if surplus > 0 {
        let (most, given) = (params.len(), params.len() + surplus);
        return wrong(format!("takes at most {most} arguments, {given} were given"));
    }
    for (name, value) in named {
        match params.iter().position(|p| p.name == &*name) {
            Some(i) if out[i].is_some() => return wrong(format!("{name} is given twice")),
            Some(i) => out[i] = Some(value),
            None => return wrong(format!("has no parameter {name}")),
        }
    }
    let mut bound = Vec::with_capacity(params.len());
    for (i, value) in out.into_iter().enumerate() {
        match value.or_else(|| default_of(builtin, i)) {
            Some(value) => bound.push(value),
            None if params[i].variadic => bound.push(Value::list(Vec::new())),
            None => return wrong(format!("the argument {} is missing", params[i].name)),
        }
    }
    Ok(bound)
}

/// Runs a builtin of [`quern_ir::builtins::Home::Vm`] (or the random ones, which need the context).
///
/// `values` holds one argument for each parameter; trailing ones with defaults may be missing only
/// through [`bind`].
pub fn call(
    builtin: Builtin,
    values: &mut [Value],
    context: &mut ExecutionContext,
) -> Result<Value, Error> {
    use Builtin as B;
    let mut args = Args { builtin, values, stop: Stop::on(&context.interrupt) };
    let args = &mut args;
    if let Some(result) = maths::call(args) {
        return result;
    }
    match builtin {
        B::Error => error(args),
        B::Assert => assert(args),
        B::TypeOf => Ok(args.get(0).type_name().into()),
        B::Equal => Ok(Value::Bool(equal(args.get(0), args.get(1)))),
        B::Eval => Ok(args.take(0)),
        B::Len => collections::len(args),

        B::Int => convert::int(args),
        B::Float => convert::float(args),
        B::F32 => convert::f32(args),
        B::I32 => convert::narrow_int(args, DType::I32),
        B::U8 => convert::narrow_int(args, DType::U8),
        B::Bool => convert::bool(args),
        B::Complex => convert::complex(args),
        B::Str => convert::str(args),
        B::Repr => Ok(show::repr(args.get(0)).into()),
        B::AsType => convert::astype(args),
        B::Bytes => text::bytes(args),

        B::Push => collections::push(args),
        B::Pop => collections::pop(args),
        B::Insert => collections::insert(args),
        B::Remove => collections::remove(args),
        B::Clear => collections::clear(args),
        B::First => collections::end_item(args, false),
        B::Last => collections::end_item(args, true),
        B::Get => collections::get(args),
        B::Keys => collections::keys(args),
        B::Values => collections::values(args),
        B::Items => collections::items(args),
        B::Merge => collections::merge(args),
        B::HasField => collections::has_field(args),
        B::IndexOf => collections::index_of(args),

        B::Split => text::split(args),
        B::Lines => text::lines(args),
        B::JoinStrings => text::join(args),
        B::Replace => text::replace(args),
        B::Trim => text::trim(args, true, true),
        B::TrimStart => text::trim(args, true, false),
        B::TrimEnd => text::trim(args, false, true),
        B::Upper => Ok(args.str(0)?.to_uppercase().into()),
        B::Lower => Ok(args.str(0)?.to_lowercase().into()),
        B::Find => text::find(args),
        B::StartsWith => Ok(Value::Bool(args.str(0)?.starts_with(args.str(1)?))),
        B::EndsWith => Ok(Value::Bool(args.str(0)?.ends_with(args.str(1)?))),
        B::Contains => Ok(Value::Bool(args.str(0)?.contains(args.str(1)?))),
        B::PadStart => text::pad(args, true),
        B::PadEnd => text::pad(args, false),
        B::Ord => text::ord(args),
        B::Chr => text::chr(args),
        B::Chars => Ok(Value::List(Arc::new(text::chars(args.str(0)?)))),
        B::FormatValue => Ok(format_value(args.get(0), args.str(1)?)?.into()),
        B::RegexTest => regex::test(args),
        B::RegexFind => regex::find(args),
        B::RegexFindAll => regex::find_all(args),
        B::RegexReplace => regex::replace(args),
        B::RegexSplit => regex::split(args),

        B::ToTuple => collections::to_tuple(args),
        B::ToDict => collections::to_dict(args),
        B::ToRecord => collections::to_record(args),
        B::IsLazy => Ok(Value::Bool(matches!(args.get(0), Value::Generator(_)))),
        B::IsArray => Ok(Value::Bool(matches!(args.get(0), Value::Array(_)))),
        B::Reserve => collections::reserve(args),
        B::ListWithCapacity => {
            // More is only made room for when the items come, but there has to be some.
            const MOST: usize = 1 << 20;
            let count = match args.get(0) {
                // What is no count is an iterable of no kind, which the loop over it says.
                Value::Int(n) => usize::try_from(*n).unwrap_or(0),
                other => collections::item_count(&crate::ops::iter(other.clone())?)?.unwrap_or(0),
            };
            if count > MOST {
                drop(crate::range::room::<i64>(count)?);
            }
            Ok(Value::List(Arc::new(crate::list::List::with_capacity(count.min(MOST)))))
        }

        B::Rand
        | B::Randn
        | B::Randint
        | B::RandomBeta
        | B::RandomBinomial
        | B::RandomExponential
        | B::RandomGamma
        | B::RandomIntegers
        | B::RandomNormal
        | B::RandomPermutation
        | B::RandomPoisson
        | B::RandomSeed
        | B::RandomUniform => random::call(args, &mut context.random),
        _ => create::call(args)
            .or_else(|| arrays::call(args))
            .or_else(|| reduce::call(args))
            .or_else(|| linalg::call(args))
            .or_else(|| fft::call(args))
            .unwrap_or_else(|| {
                let name = builtin.name();
                Err(Error::type_error(format!("{name} is not a builtin of values")))
            }),
    }
}

/// `error(message, kind:, hint:, payload:)`
fn error(args: &mut Args<'_>) -> Result<Value, Error> {
    let message = show::display(args.get(0));
    let kind = args.str(1)?;
    if kind.is_empty() {
        return Err(Error::value_error("error: kind is empty"));
    }
    let mut error = Error::user(kind, message);
    if let Some(hint) = args.optional_str(2)? {
        error.edit().hint = Some(hint.into());
    }
    Ok(error.payload(args.take(3)).into())
}

fn assert(args: &Args<'_>) -> Result<Value, Error> {
    match args.get(0) {
        Value::Bool(true) => Ok(Value::None),
        Value::Bool(false) => {
            let message = match args.get(1) {
                Value::None => "assertion failed".into(),
                message => show::display(message),
            };
            Err(Error::user(quern_ir::ErrorKind::AssertionError.name(), message))
        }
        Value::Array(_) => {
            Err(args.wrong(0, "a bool").hint("all(..) or any(..) makes one bool of an array"))
        }
        _ => Err(args.wrong(0, "a bool")),
    }
}
