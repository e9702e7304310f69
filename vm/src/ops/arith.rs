//! Arithmetic on values of any type.

use crate::array::{self, Array, BinaryOp, Lent, Operand, Scalar, UnaryOp, math};
use crate::error::Error;
use crate::interrupt::Stop;
use crate::list::List;
use crate::std::{MAX_TEXT, describe};
use crate::text_builder::TextBuilder;
use crate::value::Value;
use quern_ir::Op;
use quern_ir::function::Weak;
use std::sync::Arc;

/// How an operator is written.
pub fn symbol(op: Op) -> &'static str {
    match op {
        Op::Add => "+",
        Op::Sub | Op::Neg => "-",
        Op::Mul => "*",
        Op::Div => "/",
        Op::FloorDiv => "//",
        Op::Rem => "%",
        Op::Pow => "^",
        Op::MatMul => "@",
        Op::BitAnd => "&",
        Op::BitOr => "|",
        Op::BitXor => "xor",
        Op::BitNot => "~",
        Op::Shl => "<<",
        Op::Shr => ">>",
        Op::Eq => "==",
        Op::Ne => "!=",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Gt => ">",
        Op::Ge => ">=",
        other => other.name(),
    }
}

/// The array operation that a generic operator is.
pub fn array_op(op: Op) -> Option<BinaryOp> {
    Some(match op {
        Op::Add => BinaryOp::Add,
        Op::Sub => BinaryOp::Sub,
        Op::Mul => BinaryOp::Mul,
        Op::Div => BinaryOp::Div,
        Op::FloorDiv => BinaryOp::FloorDiv,
        Op::Rem => BinaryOp::Mod,
        Op::Pow => BinaryOp::Pow,
        Op::BitAnd => BinaryOp::And,
        Op::BitOr => BinaryOp::Or,
        Op::BitXor => BinaryOp::Xor,
        Op::Shl => BinaryOp::Shl,
        Op::Shr => BinaryOp::Shr,
        Op::Eq => BinaryOp::Eq,
        Op::Ne => BinaryOp::Ne,
        Op::Lt => BinaryOp::Lt,
        Op::Le => BinaryOp::Le,
        Op::Gt => BinaryOp::Gt,
        Op::Ge => BinaryOp::Ge,
        _ => return None,
    })
}

/// The array inside a value, taken out if nobody else holds it.
pub fn into_array(array: Arc<Array>) -> Array {
    Arc::unwrap_or_clone(array)
}

/// A value as operand of an array operation. A number stands for itself.
pub fn operand(value: Value) -> Result<Operand, Value> {
    match value {
        Value::Array(a) => Ok(Operand::Array(into_array(a))),
        other => match other.as_scalar() {
            Some(x) => Ok(Operand::Scalar(x)),
            None => Err(other),
        },
    }
}

/// A value as operand that is only looked at.
fn lent(value: &Value) -> Option<Lent<'_>> {
    match value {
        Value::Array(array) => Some(Lent::Array(array)),
        other => other.as_scalar().map(Lent::Scalar),
    }
}

/// The operands of an operator; that which is a number literal beside an `f32` is one too.
pub fn settle(weak: Option<Weak>, a: Value, b: Value) -> (Value, Value) {
    match (weak, &a, &b) {
        (Some(Weak::First), _, Value::F32(_)) => (to_f32(a), b),
        (Some(Weak::Second), Value::F32(_), _) => {
            let b = to_f32(b);
            (a, b)
        }
        _ => (a, b),
    }
}

fn to_f32(literal: Value) -> Value {
    match literal {
        Value::Int(x) => Value::F32(x as f32),
        Value::Float(x) => Value::F32(x as f32),
        other => other,
    }
}

/// `a op b` for any arithmetic operator. Operands that nobody else holds may be overwritten.
pub fn binary(stop: Stop<'_>, op: Op, a: Value, b: Value) -> Result<Value, Error> {
    match (op, &a, &b) {
        (_, Value::Int(x), Value::Int(y)) => {
            if let Some(result) = int_binary(op, *x, *y) {
                return result;
            }
        }
        (Op::In, _, _) => return super::contains(stop, &b, &a).map(Value::Bool),
        (Op::Add, _, _) if a.is_str() && b.is_str() => return join_text(a, &b),
        (Op::Add, Value::List(_), Value::List(_)) => return join_lists(a, b),
        (Op::MatMul, _, _) => return matmul(stop, a, b),
        _ => {}
    }
    let Some(what) = array_op(op) else { return Err(undefined(op, &a, &b)) };
    if a.is_scalar() && b.is_scalar() {
        // A bool beside an int is one.
        if let Some((x, y)) = ints(&a, &b)
            && let Some(result) = int_binary(op, x, y)
        {
            return result;
        }
        return scalars(op, what, &a, &b);
    }
    if let (Some(x), Some(y)) = (lent(&a), lent(&b))
        && let Some(out) = array::small_binary(what, x, y)
    {
        return Ok(Value::array(out));
    }
    if !matches!((&a, &b), (Value::Array(_), _) | (_, Value::Array(_))) {
        return Err(undefined(op, &a, &b));
    }
    let a = match operand(a) {
        Ok(x) => x,
        Err(a) => return Err(undefined(op, &a, &b)),
    };
    let b = match operand(b) {
        Ok(x) => x,
        Err(b) => return Err(undefined_beside(op, &a, &b)),
    };
    Ok(Value::array(array::binary(stop, what, a, b)?))
}

/// Two ints, or an int and a bool.
fn ints(a: &Value, b: &Value) -> Option<(i64, i64)> {
    match (a, b) {
        (Value::Int(x), Value::Bool(y)) => Some((*x, i64::from(*y))),
        (Value::Bool(x), Value::Int(y)) => Some((i64::from(*x), *y)),
        _ => None,
    }
}

/// Operators on two ints, except those that give floats.
fn int_binary(op: Op, x: i64, y: i64) -> Option<Result<Value, Error>> {
    let result = match op {
        Op::Add => math::iadd(x, y),
        Op::Sub => math::isub(x, y),
        Op::Mul => math::imul(x, y),
        Op::FloorDiv => math::ifloordiv(x, y),
        Op::Rem => math::imod(x, y),
        Op::Pow => math::ipow(x, y),
        Op::BitAnd => Ok(x & y),
        Op::BitOr => Ok(x | y),
        Op::BitXor => Ok(x ^ y),
        Op::Shl => math::ishl(x, y),
        Op::Shr => math::ishr(x, y),
        _ => return None,
    };
    Some(match result {
        Ok(z) => Ok(Value::Int(z)),
        Err(fault) => Err(int_fault(op, x, y, fault)),
    })
}

#[cold]
fn int_fault(op: Op, x: i64, y: i64, fault: math::IntFault) -> Error {
    let error: Error = fault.describe(&format!("{x} {} {y}", symbol(op))).into();
    match fault {
        math::IntFault::NegativeExponent => error.hint(format!("{x}.0 ^ {y} gives a float")),
        _ => error,
    }
}

fn scalars(op: Op, what: BinaryOp, a: &Value, b: &Value) -> Result<Value, Error> {
    match (a.as_scalar(), b.as_scalar()) {
        (Some(x), Some(y)) => match (op, x, y) {
            (Op::Div, Scalar::Int(x), Scalar::Int(y)) => Ok(Value::Float(x as f64 / y as f64)),
            _ => Ok(array::binary_scalars(what, x, y)?.into()),
        },
        _ => Err(undefined(op, a, b)),
    }
}

fn join_text(mut a: Value, b: &Value) -> Result<Value, Error> {
    let (Some(left), Some(right)) = (a.as_str(), b.as_text()) else { return Ok(Value::None) };
    let len = left.len() + right.as_str().len();
    if len > MAX_TEXT {
        return Err(Error::memory("a string of this length"));
    }
    if let Value::LongStr(text) = &mut a
        && let Some(text) = Arc::get_mut(text)
    {
        text.push(right)?;
        return Ok(a);
    }
    let mut text = TextBuilder::default();
    text.reserve(len)?;
    text.push(a.as_str().unwrap_or_default())?;
    text.push(right.as_str())?;
    Ok(text.into_value())
}

fn join_lists(a: Value, b: Value) -> Result<Value, Error> {
    let (Value::List(mut a), Value::List(b)) = (a, b) else { return Ok(Value::None) };
    match Arc::get_mut(&mut a) {
        Some(list) => {
            list.reserve(b.len())?;
            list.append(&b);
        }
        None => {
            let mut list = List::clone(&a);
            list.reserve(b.len())?;
            list.append(&b);
            a = Arc::new(list);
        }
    }
    Ok(Value::List(a))
}

fn matmul(stop: Stop<'_>, a: Value, b: Value) -> Result<Value, Error> {
    match (&a, &b) {
        (Value::Array(x), Value::Array(y)) => {
            let product = array::matmul(stop, x, y)?;
            Ok(match product.scalar_at(0) {
                Some(x) if product.rank() == 0 => x.into(),
                _ => Value::array(product),
            })
        }
        _ => Err(undefined(Op::MatMul, &a, &b)
            .hint("@ is the product of matrices; * multiplies numbers")),
    }
}

/// `-x`
pub fn negate(stop: Stop<'_>, x: Value) -> Result<Value, Error> {
    match x {
        Value::Int(x) => math::ineg(x)
            .map(Value::Int)
            .map_err(|fault| Error::from(fault.describe(&format!("-({x})")))),
        Value::Float(x) => Ok(Value::Float(-x)),
        x => unary(stop, UnaryOp::Neg, "-", x),
    }
}

/// `~x`
pub fn bit_not(stop: Stop<'_>, x: Value) -> Result<Value, Error> {
    match x {
        Value::Int(x) => Ok(Value::Int(!x)),
        x => unary(stop, UnaryOp::Not, "~", x),
    }
}

/// `not x`
pub fn not(x: &Value) -> Result<Value, Error> {
    super::condition(x, "not").map(|x| Value::Bool(!x))
}

fn unary(stop: Stop<'_>, op: UnaryOp, name: &str, x: Value) -> Result<Value, Error> {
    match operand(x) {
        Ok(Operand::Array(a)) => Ok(Value::array(array::unary(stop, op, a)?)),
        Ok(Operand::Scalar(x)) => Ok(array::unary_scalar(op, x)?.into()),
        Err(x) => Err(Error::type_error(format!("{name} is not defined for {}", describe(&x)))),
    }
}

/// The error of an operator whose operands do not go together.
#[cold]
pub fn undefined(op: Op, a: &Value, b: &Value) -> Error {
    let name = symbol(op);
    let error =
        Error::type_error(format!("{name} is not defined for {} and {}", describe(a), describe(b)));
    match (op, a, b) {
        (Op::Add, _, _) if a.is_str() || b.is_str() => {
            error.hint("str(x) makes text of a value, and f\"{x}\" puts it into text")
        }
        (Op::Add, Value::List(_), Value::Array(_)) | (Op::Add, Value::Array(_), Value::List(_)) => {
            error
                .hint("[...xs, ...ys] joins a list and an array, array(xs) + ys adds their numbers")
        }
        (_, Value::List(l), _) | (_, _, Value::List(l))
            if matches!(l.item_ty(), quern_ir::Ty::Int | quern_ir::Ty::Float) =>
        {
            error.hint("array(xs) makes an array of a list of numbers")
        }
        (_, Value::None, _) | (_, _, Value::None) => {
            error.hint("none is what a function without a result gives")
        }
        _ => error,
    }
}

#[cold]
fn undefined_beside(op: Op, a: &Operand, b: &Value) -> Error {
    match a {
        Operand::Array(a) => undefined(op, &Value::array(a.clone()), b),
        Operand::Scalar(x) => undefined(op, &(*x).into(), b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::equal;

    fn run(op: Op, a: impl Into<Value>, b: impl Into<Value>) -> Result<Value, Error> {
        binary(Stop::NEVER, op, a.into(), b.into())
    }

    #[test]
    fn numbers_promote_and_text_joins() {
        let cases = [
            (run(Op::Add, 1, 2.5), Value::Float(3.5)),
            (run(Op::Div, 7, 2), Value::Float(3.5)),
            (run(Op::FloorDiv, -7, 2), Value::Int(-4)),
            (run(Op::Rem, -7.5, 2.0), Value::Float(0.5)),
            (run(Op::Pow, 2, 10), Value::Int(1024)),
            (run(Op::Add, 1.5f32, 1.5f32), Value::F32(3.0)),
            (run(Op::Add, "ab", "cd"), Value::str("abcd")),
        ];
        for (found, wanted) in cases {
            let found = found.expect("a result");
            assert!(equal(&found, &wanted) && found.tag() == wanted.tag(), "{found:?} {wanted:?}");
        }
    }

    #[test]
    fn faults_name_the_operands() {
        let message = |r: Result<Value, Error>| r.expect_err("an error").to_string();
        assert!(message(run(Op::FloorDiv, 1, 0)).contains("1 // 0"));
        assert!(message(run(Op::Pow, 2, -1)).contains("2.0 ^ -1"));
        assert!(message(run(Op::Add, "a", 1)).contains("str"));
    }

    impl From<i32> for Value {
        fn from(x: i32) -> Value {
            Value::Int(i64::from(x))
        }
    }
}
