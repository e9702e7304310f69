//! Comparisons, membership and conditions.

use super::arith::{array_op, operand, symbol, undefined};
use crate::array::{self, Operand};
use crate::dict::Key;
use crate::error::Error;
use crate::std::describe;
use crate::value::{Value, equal};
use quern_ir::Op;
use quern_ir::ops::Cond;
use std::cmp::Ordering;

fn op_of(cond: Cond) -> Op {
    match cond {
        Cond::Eq => Op::Eq,
        Cond::Ne => Op::Ne,
        Cond::Lt => Op::Lt,
        Cond::Le => Op::Le,
        Cond::Gt => Op::Gt,
        Cond::Ge => Op::Ge,
    }
}

fn holds(cond: Cond, order: Ordering) -> bool {
    match cond {
        Cond::Eq => order.is_eq(),
        Cond::Ne => order.is_ne(),
        Cond::Lt => order.is_lt(),
        Cond::Le => order.is_le(),
        Cond::Gt => order.is_gt(),
        Cond::Ge => order.is_ge(),
    }
}

/// `a cond b`: a bool, or a bool array where an operand is an array.
pub fn compare(cond: Cond, a: Value, b: Value) -> Result<Value, Error> {
    if let Some(answer) = whole(cond, &a, &b)? {
        return Ok(Value::Bool(answer));
    }
    let op = op_of(cond);
    let (Some(what), true) = (array_op(op), matches!(a, Value::Array(_)) || matches!(b, Value::Array(_))) else {
        return Err(undefined(op, &a, &b));
    };
    let unrelated = |cond: Cond, a: &Value, b: &Value| match cond {
        Cond::Eq => Ok(Value::Bool(false)),
        Cond::Ne => Ok(Value::Bool(true)),
        _ => Err(undefined(op_of(cond), a, b)),
    };
    match (a, b) {
        (Value::Array(x), b) if !matches!(b, Value::Array(_)) && !b.is_scalar() => unrelated(cond, &Value::Array(x), &b),
        (a, Value::Array(y)) if !matches!(a, Value::Array(_)) && !a.is_scalar() => unrelated(cond, &a, &Value::Array(y)),
        (a, b) => {
            let operands: Result<(Operand, Operand), Value> = operand(a).and_then(|a| Ok((a, operand(b)?)));
            match operands {
                Ok((a, b)) => Ok(Value::array(array::binary(what, a, b)?)),
                Err(other) => Err(Error::type_error(format!("{} is not defined for {}", symbol(op), describe(&other)))),
            }
        }
    }
}

/// The comparison of two values that are not arrays; `None` if one is.
fn whole(cond: Cond, a: &Value, b: &Value) -> Result<Option<bool>, Error> {
    use Value::*;
    Ok(Some(match (a, b) {
        (Int(x), Int(y)) => holds(cond, x.cmp(y)),
        (Str(x), Str(y)) => holds(cond, x.as_str().cmp(y.as_str())),
        (Array(_), _) | (_, Array(_)) => return Ok(Option::None),
        _ if a.is_scalar() && b.is_scalar() => return scalars(cond, a, b).map(Some),
        _ if cond == Cond::Eq => equal(a, b),
        _ if cond == Cond::Ne => !equal(a, b),
        (Tuple(x), Tuple(y)) => {
            return items(cond, x.items.iter().cloned(), y.items.iter().cloned());
        }
        (List(x), List(y)) => return items(cond, x.iter(), y.iter()),
        _ => return Err(undefined(op_of(cond), a, b)),
    }))
}

fn scalars(cond: Cond, a: &Value, b: &Value) -> Result<bool, Error> {
    if let (Some(x), Some(y)) = (a.as_float(), b.as_float()) {
        return Ok(match x.partial_cmp(&y) {
            Some(order) => holds(cond, order),
            Option::None => cond == Cond::Ne,
        });
    }
    match cond {
        Cond::Eq => Ok(equal(a, b)),
        Cond::Ne => Ok(!equal(a, b)),
        _ => Err(undefined(op_of(cond), a, b).hint("complex numbers have no order; compare abs(z)")),
    }
}

/// Tuples and lists are ordered by their first items that differ.
fn items(
    cond: Cond,
    mut a: impl ExactSizeIterator<Item = Value>,
    mut b: impl ExactSizeIterator<Item = Value>,
) -> Result<Option<bool>, Error> {
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if equal(&x, &y) => {}
            (Some(x), Some(y)) => return whole(cond, &x, &y),
            (x, y) => return Ok(Some(holds(cond, x.is_some().cmp(&y.is_some())))),
        }
    }
}

/// A value as the condition of `what` (`if`, `while`, `not`, ...): it must be a bool.
pub fn condition(value: &Value, what: &str) -> Result<bool, Error> {
    match value {
        Value::Bool(x) => Ok(*x),
        other => Err(no_condition(other, what)),
    }
}

#[cold]
fn no_condition(value: &Value, what: &str) -> Error {
    let error = Error::type_error(format!("{what} needs a bool, not {}", describe(value)));
    match value {
        Value::Int(_) | Value::Float(_) | Value::F32(_) | Value::Complex(_) => {
            error.hint("compare it, as in x != 0")
        }
        Value::Array(_) => error.hint("all(..) or any(..) makes one bool of an array"),
        Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Dict(_) => {
            error.hint("compare its length, as in len(xs) > 0")
        }
        Value::None => error.hint("compare it, as in x != none"),
        _ => error,
    }
}

/// `item in container`
pub fn contains(container: &Value, item: &Value) -> Result<bool, Error> {
    match (container, item) {
        (Value::List(l), _) => Ok(l.iter().any(|x| equal(&x, item))),
        (Value::Tuple(t), _) => Ok(t.items.iter().any(|x| equal(x, item))),
        (Value::Dict(d), _) => Ok(Key::from_value(item).is_some_and(|k| d.contains(&k))),
        (Value::Record(r), Value::Str(name)) => Ok(r.get(name.as_str()).is_some()),
        (Value::Range(r), Value::Int(x)) => Ok(r.contains(*x)),
        (Value::Range(r), Value::Float(x)) => {
            Ok(x.fract() == 0.0 && x.abs() < 9.2e18 && r.contains(*x as i64))
        }
        (Value::Str(s), Value::Str(part)) => Ok(s.as_str().contains(part.as_str())),
        (Value::Array(a), _) => match item.as_scalar() {
            Some(x) => {
                let x = Value::from(x);
                Ok(a.scalars().any(|y| equal(&y.into(), &x)))
            }
            None if matches!(item, Value::Array(_)) => {
                Err(undefined(Op::In, item, container).hint("any(a == x) tells whether a value occurs"))
            }
            None => Ok(false),
        },
        (Value::Range(_), _) => Ok(false),
        _ => Err(undefined(Op::In, item, container)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unrelated_values_are_unequal_but_have_no_order() {
        let is = |v: Result<Value, Error>| v.ok().and_then(|v| v.as_bool());
        assert_eq!(is(compare(Cond::Eq, Value::Int(1), Value::str("1"))), Some(false));
        assert_eq!(is(compare(Cond::Ne, Value::Int(1), Value::None)), Some(true));
        assert_eq!(is(compare(Cond::Lt, Value::Int(1), Value::str("1"))), None);
        assert_eq!(is(compare(Cond::Le, Value::Int(1), Value::Float(1.0))), Some(true));
        assert_eq!(is(compare(Cond::Lt, Value::Float(f64::NAN), Value::Int(1))), Some(false));
        let pair = |a: i64, b: i64| Value::tuple(vec![Value::Int(a), Value::Int(b)]);
        assert_eq!(is(compare(Cond::Lt, pair(1, 2), pair(1, 3))), Some(true));
    }

    #[test]
    fn a_condition_must_be_a_bool() {
        let hint = condition(&Value::Int(1), "if").err().and_then(|e| e.hint.clone());
        assert_eq!(hint.as_deref(), Some("compare it, as in x != 0"));
    }
}
