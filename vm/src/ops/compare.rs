//! Comparisons, membership and conditions.

use super::arith::{array_op, operand, settle, symbol, undefined};
use crate::array::{self, Operand};
use crate::error::Error;
use crate::interrupt::Stop;
use crate::std::describe;
use crate::value::{Value, equal, order};
use quern_ir::Op;
use quern_ir::function::Weak;
use quern_ir::ops::Cond;
use std::cmp::Ordering;

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
pub fn compare(stop: Stop<'_>, cond: Cond, a: Value, b: Value) -> Result<Value, Error> {
    if let Some(answer) = whole(cond, &a, &b)? {
        return Ok(Value::Bool(answer));
    }
    let op = cond.operator();
    let (Some(what), true) =
        (array_op(op), matches!(a, Value::Array(_)) || matches!(b, Value::Array(_)))
    else {
        return Err(undefined(op, &a, &b));
    };
    let unrelated = |cond: Cond, a: &Value, b: &Value| match cond {
        Cond::Eq => Ok(Value::Bool(false)),
        Cond::Ne => Ok(Value::Bool(true)),
        _ => Err(undefined(cond.operator(), a, b)),
    };
    match (a, b) {
        (Value::Array(x), b) if !matches!(b, Value::Array(_)) && !b.is_scalar() => {
            unrelated(cond, &Value::Array(x), &b)
        }
        (a, Value::Array(y)) if !matches!(a, Value::Array(_)) && !a.is_scalar() => {
            unrelated(cond, &a, &Value::Array(y))
        }
        (a, b) => {
            let operands: Result<(Operand, Operand), Value> =
                operand(a).and_then(|a| Ok((a, operand(b)?)));
            match operands {
                Ok((a, b)) => Ok(Value::array(array::binary(stop, what, a, b)?)),
                Err(other) => Err(Error::type_error(format!(
                    "{} is not defined for {}",
                    symbol(op),
                    describe(&other)
                ))),
            }
        }
    }
}

/// Whether a value is that of a pattern; it never throws.
pub fn test_equal(weak: Option<Weak>, a: Value, b: Value) -> bool {
    let (a, b) = settle(weak, a, b);
    equal(&a, &b)
}

/// The comparison of two values that are not arrays; `None` if one is.
fn whole(cond: Cond, a: &Value, b: &Value) -> Result<Option<bool>, Error> {
    use Value::*;
    Ok(Some(match (a, b) {
        (Int(x), Int(y)) => holds(cond, x.cmp(y)),
        (Array(_), _) | (_, Array(_)) => return Ok(Option::None),
        _ if a.is_scalar() && b.is_scalar() => return scalars(cond, a, b).map(Some),
        _ if let (Some(x), Some(y)) = (a.as_str(), b.as_str()) => holds(cond, x.cmp(y)),
        _ if cond == Cond::Eq => equal(a, b),
        _ if cond == Cond::Ne => !equal(a, b),
        (Tuple(_), Tuple(_)) | (List(_), List(_)) => return ordered(cond, a, b),
        _ => return Err(undefined(cond.operator(), a, b)),
    }))
}

/// Tuples and lists are ordered by their first items that differ, nested ones by theirs in turn.
fn ordered(cond: Cond, a: &Value, b: &Value) -> Result<Option<bool>, Error> {
    let (mut a, mut b) = (a.clone(), b.clone());
    loop {
        let (x, y) = match (&a, &b) {
            (Value::Tuple(x), Value::Tuple(y)) => {
                first_difference(x.items.iter().cloned(), y.items.iter().cloned())
            }
            (Value::List(x), Value::List(y)) => first_difference(x.iter(), y.iter()),
            _ => return whole(cond, &a, &b),
        };
        match (x, y) {
            (Some(x), Some(y)) => (a, b) = (x, y),
            (x, y) => return Ok(Some(holds(cond, x.is_some().cmp(&y.is_some())))),
        }
    }
}

fn first_difference(
    mut a: impl Iterator<Item = Value>,
    mut b: impl Iterator<Item = Value>,
) -> (Option<Value>, Option<Value>) {
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if equal(&x, &y) => {}
            pair => return pair,
        }
    }
}

fn scalars(cond: Cond, a: &Value, b: &Value) -> Result<bool, Error> {
    if !matches!(a, Value::Complex(_)) && !matches!(b, Value::Complex(_)) {
        return Ok(match order(a, b) {
            Some(order) => holds(cond, order),
            Option::None => cond == Cond::Ne,
        });
    }
    match cond {
        Cond::Eq => Ok(equal(a, b)),
        Cond::Ne => Ok(!equal(a, b)),
        _ => {
            Err(undefined(cond.operator(), a, b)
                .hint("complex numbers have no order; compare abs(z)"))
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
        Value::ShortStr(_)
        | Value::LongStr(_)
        | Value::List(_)
        | Value::Tuple(_)
        | Value::Dict(_) => error.hint("compare its length, as in len(xs) > 0"),
        Value::None => error.hint("compare it, as in x != none"),
        _ => error,
    }
}

/// `item in container`
pub fn contains(stop: Stop<'_>, container: &Value, item: &Value) -> Result<bool, Error> {
    match (container, item) {
        (Value::List(l), _) => occurs(stop, l.iter(), item),
        (Value::Tuple(t), _) => occurs(stop, t.items.iter().cloned(), item),
        (Value::Dict(d), _) => Ok(d.find(item).is_some()),
        (Value::Record(r), _) if let Some(name) = item.as_str() => Ok(r.get(name).is_some()),
        (Value::Range(r), Value::Int(x)) => Ok(r.contains(*x)),
        (Value::Range(r), Value::Float(x)) => {
            Ok(x.fract() == 0.0 && x.abs() < 9.2e18 && r.contains(*x as i64))
        }
        _ if let (Some(s), Some(part)) = (container.as_str(), item.as_str()) => {
            Ok(s.contains(part))
        }
        (Value::Array(a), _) => {
            match item.as_scalar() {
                Some(x) => occurs(stop, a.scalars().map(Value::from), &x.into()),
                None if matches!(item, Value::Array(_)) => Err(undefined(Op::In, item, container)
                    .hint("any(a == x) tells whether a value occurs")),
                None => Ok(false),
            }
        }
        (Value::Range(_), _) => Ok(false),
        _ => Err(undefined(Op::In, item, container)),
    }
}

/// Whether one of the items is equal to a value.
fn occurs(
    stop: Stop<'_>,
    mut items: impl Iterator<Item = Value>,
    wanted: &Value,
) -> Result<bool, Error> {
    Ok(position_of(stop, &mut items, wanted)?.is_some())
}

/// The position of the first item that is equal to a value.
pub fn position_of(
    stop: Stop<'_>,
    items: impl Iterator<Item = Value>,
    wanted: &Value,
) -> Result<Option<usize>, Error> {
    for (i, item) in items.enumerate() {
        stop.check()?;
        if equal(&item, wanted) {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unrelated_values_are_unequal_but_have_no_order() {
        let is = |v: Result<Value, Error>| v.ok().and_then(|v| v.as_bool());
        assert_eq!(is(compare(Stop::NEVER, Cond::Eq, Value::Int(1), Value::str("1"))), Some(false));
        assert_eq!(is(compare(Stop::NEVER, Cond::Ne, Value::Int(1), Value::None)), Some(true));
        assert_eq!(is(compare(Stop::NEVER, Cond::Lt, Value::Int(1), Value::str("1"))), None);
        assert_eq!(
            is(compare(Stop::NEVER, Cond::Le, Value::Int(1), Value::Float(1.0))),
            Some(true)
        );
        assert_eq!(
            is(compare(Stop::NEVER, Cond::Lt, Value::Float(f64::NAN), Value::Int(1))),
            Some(false)
        );
        let pair = |a: i64, b: i64| Value::tuple(vec![Value::Int(a), Value::Int(b)]);
        assert_eq!(is(compare(Stop::NEVER, Cond::Lt, pair(1, 2), pair(1, 3))), Some(true));
    }

    #[test]
    fn a_condition_must_be_a_bool() {
        let hint = condition(&Value::Int(1), "if").err().and_then(|e| e.hint.clone());
        assert_eq!(hint.as_deref(), Some("compare it, as in x != 0"));
    }
}
