//! Checks and tests: annotations, type patterns, lengths.

use crate::error::Error;
use crate::list::{Items, List};
use crate::std::describe;
use crate::value::Value;
use quern_ir::function::TypeSpec;
use std::fmt::Write;

/// Whether a value is of the type an annotation or pattern names.
pub fn test_type(value: &Value, spec: &TypeSpec) -> bool {
    match spec {
        TypeSpec::Name(name) => has_type(value, name),
        TypeSpec::Array { dtype, rank } => match value {
            Value::Array(a) => {
                dtype.is_none_or(|d| d == a.dtype())
                    && rank.is_none_or(|r| usize::from(r) == a.rank())
            }
            _ => false,
        },
        TypeSpec::List(item) => match value {
            Value::List(l) => all_items(l, item),
            _ => false,
        },
        TypeSpec::Tuple(items) => match value {
            Value::Tuple(t) => {
                t.items.len() == items.len()
                    && t.items.iter().zip(items).all(|(v, s)| test_type(v, s))
            }
            _ => false,
        },
        // What a function takes and gives is only known when it is called.
        TypeSpec::Fn(..) => value.is_callable(),
        TypeSpec::Union(specs) => specs.iter().any(|s| test_type(value, s)),
    }
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "any" => true,
        "number" => {
            matches!(value, Value::Int(_) | Value::Float(_) | Value::F32(_) | Value::Complex(_))
        }
        _ => value.type_name() == name,
    }
}

fn all_items(list: &List, spec: &TypeSpec) -> bool {
    match list.items() {
        Items::Any(items) => items.iter().all(|v| test_type(v, spec)),
        // All of one type: the first one answers for all.
        _ => list.get(0).is_none_or(|v| test_type(&v, spec)),
    }
}

/// An annotation as it is written.
pub fn type_text(spec: &TypeSpec) -> String {
    fn join(specs: &[TypeSpec], by: &str) -> String {
        specs.iter().map(type_text).collect::<Vec<_>>().join(by)
    }
    match spec {
        TypeSpec::Name(name) => name.to_string(),
        TypeSpec::Array { dtype, rank } => {
            let mut out = "array".to_string();
            let _ = match (dtype, rank) {
                (None, None) => Ok(()),
                (Some(d), None) => write!(out, "[{d}]"),
                (None, Some(r)) => write!(out, "[{r}]"),
                (Some(d), Some(r)) => write!(out, "[{d}, {r}]"),
            };
            out
        }
        TypeSpec::List(item) => format!("list[{}]", type_text(item)),
        TypeSpec::Tuple(items) => format!("({})", join(items, ", ")),
        TypeSpec::Fn(params, result) => {
            let result = result.as_ref().map_or(String::new(), |r| format!(" -> {}", type_text(r)));
            format!("fn({}){result}", join(params, ", "))
        }
        TypeSpec::Union(specs) => join(specs, " | "),
    }
}

/// The value, which must be of the annotated type.
pub fn check_type(value: Value, spec: &TypeSpec) -> Result<Value, Error> {
    if test_type(&value, spec) { Ok(value) } else { Err(wrong_type(&value, spec)) }
}

#[cold]
fn wrong_type(value: &Value, spec: &TypeSpec) -> Error {
    let wanted = type_text(spec);
    let mut found = describe(value);
    if let (Value::List(list), TypeSpec::List(of)) = (value, spec)
        && let Some((i, item)) = list.iter().enumerate().find(|(_, item)| !test_type(item, of))
    {
        let _ = write!(found, " (item {i} is {})", describe(&item));
    }
    let error = Error::type_error(format!("expected {wanted}, found {found}"));
    match (wanted.as_str(), value) {
        ("float", Value::Int(x)) => error.hint(format!("write {x}.0, or float(x)")),
        ("int", Value::Float(_)) => error.hint("int(x) makes an int of a float"),
        _ => error,
    }
}

/// Whether a value is a list or vector of exactly `len` items, or of at least `-1 - len`.
pub fn test_len(value: &Value, len: i64) -> bool {
    let found = match value {
        Value::List(l) => l.len(),
        Value::Array(a) if a.rank() == 1 => a.len(),
        _ => return false,
    };
    if len >= 0 { found as i64 == len } else { found as i64 >= -1 - len }
}

/// The error that a `catch` gets.
///
/// # Errors
///
/// The end of a script that ends itself, which no `catch` keeps.
pub fn catch(error: Value) -> Result<Value, Error> {
    match error {
        Value::Error(e) if e.exit.is_some() => Err(Error::from_value(e)),
        other => Ok(other),
    }
}

/// The value, which must be a tuple, list or array of `len` items, or of at least `-1 - len`.
pub fn check_len(value: Value, len: i64) -> Result<Value, Error> {
    let found = match &value {
        Value::Tuple(t) => t.items.len(),
        Value::List(l) => l.len(),
        Value::Array(a) if a.rank() > 0 => a.len(),
        other => {
            let wanted = if len >= 0 { len } else { -1 - len };
            let few = if len >= 0 { "" } else { " or more" };
            return Err(Error::type_error(format!(
                "cannot take {} apart into {wanted}{few} names",
                describe(other)
            )));
        }
    };
    let fits = if len >= 0 { found as i64 == len } else { found as i64 >= -1 - len };
    if fits {
        return Ok(value);
    }
    let wanted = if len >= 0 { format!("{len}") } else { format!("at least {}", -1 - len) };
    Err(Error::value_error(format!(
        "{wanted} items are taken apart, but the {} has {found}",
        value.type_name()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> TypeSpec {
        TypeSpec::Name(name.into())
    }

    #[test]
    fn annotations_are_tested_and_shown() {
        let spec = TypeSpec::Union(vec![TypeSpec::List(Box::new(name("int"))), name("none")]);
        assert_eq!(type_text(&spec), "list[int] | none");
        assert!(test_type(&Value::None, &spec));
        assert!(test_type(&Value::list(vec![Value::Int(1)]), &spec));
        assert!(!test_type(&Value::list(vec![Value::str("a")]), &spec));
        let error = check_type(Value::Int(3), &name("float")).expect_err("an int is no float");
        assert_eq!(error.hint.as_deref(), Some("write 3.0, or float(x)"));
    }
}
