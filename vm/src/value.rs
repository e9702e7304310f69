//! The value every script name holds: 16 bytes, a tag and a payload.
//!
//! Scalars and short strings lie in the value itself, everything else behind one thin `Arc`. A value is immutable or
//! copied on write, so cloning one is a counter increment and no lock stands on the way to its data.
//! Nobody makes a `Weak` of what a value holds: [`crate::unique`] relies on it.
//!
//! Compiled code reads values in memory: [`layout`] has the tags and offsets it may rely on. By
//! `repr(u8)` the tag is byte 0 and each payload lies at the first offset its alignment allows.

use crate::array::{Array, Complex, Scalar};
use crate::closure::Closure;
use crate::dict::Dict;
use crate::error::ErrorValue;
use crate::generator::Generator;
use crate::host_function::HostFunction;
use crate::interrupt::Stop;
use crate::list::List;
use crate::range::Range;
use crate::record::Record;
use crate::release::{dismantle, is_nested};
use crate::text::{LongStr, ShortStr, Text};
use compact_str::CompactString;
use quern_ir::{Builtin, DType, Ty};
use std::cmp::Ordering;
use std::sync::Arc;

/// Any script value. The pointers in it must not be downgraded to `Weak`s.
#[derive(Clone, Debug, Default)]
#[repr(u8)]
pub enum Value {
    #[default]
    None = 0,
    Bool(bool) = 1,
    Int(i64) = 2,
    Float(f64) = 3,
    F32(f32) = 4,
    Builtin(Builtin) = 5,
    ShortStr(ShortStr) = 6,
    Complex(Arc<Complex>) = 7,
    LongStr(Arc<LongStr>) = 8,
    Array(Arc<Array>) = 9,
    List(Arc<List>) = 10,
    Tuple(Arc<Tuple>) = 11,
    Record(Record) = 12,
    Dict(Arc<Dict>) = 13,
    Range(Arc<Range>) = 14,
    Fn(Arc<Closure>) = 15,
    Error(Arc<ErrorValue>) = 16,
    Generator(Arc<Generator>) = 17,
    Host(Arc<HostFunction>) = 18,
}

/// A tuple: a fixed number of values.
#[derive(Clone, Debug, Default)]
pub struct Tuple {
    pub items: Box<[Value]>,
}

impl Drop for Tuple {
    fn drop(&mut self) {
        dismantle(self.items.iter_mut());
    }
}

/// Where compiled code finds the parts of a [`Value`].
pub mod layout {
    /// Tags, in byte 0.
    pub const NONE: u8 = 0;
    pub const BOOL: u8 = 1;
    pub const INT: u8 = 2;
    pub const FLOAT: u8 = 3;
    pub const F32: u8 = 4;
    pub const BUILTIN: u8 = 5;
    pub const SHORT_STR: u8 = 6;
    pub const COMPLEX: u8 = 7;
    pub const LONG_STR: u8 = 8;
    pub const ARRAY: u8 = 9;
    pub const LIST: u8 = 10;
    pub const TUPLE: u8 = 11;
    pub const RECORD: u8 = 12;
    pub const DICT: u8 = 13;
    pub const RANGE: u8 = 14;
    pub const FN: u8 = 15;
    pub const ERROR: u8 = 16;
    pub const GENERATOR: u8 = 17;
    pub const HOST: u8 = 18;
    /// Values with this tag or a greater one hold a counted pointer.
    pub const FIRST_COUNTED: u8 = COMPLEX;

    pub const VALUE_SIZE: usize = 16;
    /// Offset of a bool.
    pub const BOOL_OFFSET: usize = 1;
    /// Offset of the length of a short string, which its bytes follow.
    pub const SHORT_STR_OFFSET: usize = 1;
    /// Offset of a builtin's number, a `u16`.
    pub const BUILTIN_OFFSET: usize = 2;
    /// Offset of an `f32`.
    pub const F32_OFFSET: usize = 4;
    /// Offset of an int, a float and a counted pointer.
    pub const WORD_OFFSET: usize = 8;
    /// A counted pointer points to the strong count; the data (what `Arc::as_ptr` answers) is this
    /// many bytes further.
    pub const ARC_DATA: usize = 16;
}

impl Value {
    pub fn str(text: impl AsRef<str> + Into<CompactString>) -> Value {
        match ShortStr::new(text.as_ref()) {
            Some(short) => Value::ShortStr(short),
            None => Value::LongStr(Arc::new(LongStr::new(text))),
        }
    }

    pub fn complex(re: f64, im: f64) -> Value {
        Value::Complex(Arc::new(Complex::new(re, im)))
    }

    pub fn array(array: Array) -> Value {
        Value::Array(Arc::new(array))
    }

    pub fn list(items: Vec<Value>) -> Value {
        Value::List(Arc::new(List::from_values(items)))
    }

    pub fn tuple(items: Vec<Value>) -> Value {
        Value::Tuple(Arc::new(Tuple { items: items.into() }))
    }

    pub fn dict(dict: Dict) -> Value {
        Value::Dict(Arc::new(dict))
    }

    pub fn record(record: Record) -> Value {
        Value::Record(record)
    }

    pub fn range(range: Range) -> Value {
        Value::Range(Arc::new(range))
    }

    /// The dtype as scripts name it: the builtin that converts to it.
    pub fn dtype(dtype: DType) -> Value {
        Value::Builtin(match dtype {
            DType::Bool => Builtin::Bool,
            DType::U8 => Builtin::U8,
            DType::I32 => Builtin::I32,
            DType::Int => Builtin::Int,
            DType::F32 => Builtin::F32,
            DType::Float => Builtin::Float,
            DType::Complex => Builtin::Complex,
        })
    }

    /// The dtype that a value names, as a builtin (`f32`) or a string.
    pub fn as_dtype(&self) -> Option<DType> {
        match self {
            Value::Builtin(b) => DType::from_name(b.name()),
            _ => DType::from_name(self.as_str()?),
        }
    }

    /// The tag: see [`layout`].
    #[inline]
    pub fn tag(&self) -> u8 {
        match self {
            Value::None => layout::NONE,
            Value::Bool(_) => layout::BOOL,
            Value::Int(_) => layout::INT,
            Value::Float(_) => layout::FLOAT,
            Value::F32(_) => layout::F32,
            Value::Builtin(_) => layout::BUILTIN,
            Value::Complex(_) => layout::COMPLEX,
            Value::ShortStr(_) => layout::SHORT_STR,
            Value::LongStr(_) => layout::LONG_STR,
            Value::Array(_) => layout::ARRAY,
            Value::List(_) => layout::LIST,
            Value::Tuple(_) => layout::TUPLE,
            Value::Record(_) => layout::RECORD,
            Value::Dict(_) => layout::DICT,
            Value::Range(_) => layout::RANGE,
            Value::Fn(_) => layout::FN,
            Value::Error(_) => layout::ERROR,
            Value::Generator(_) => layout::GENERATOR,
            Value::Host(_) => layout::HOST,
        }
    }

    /// The name of the type, as `type(x)` gives it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::None => "none",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::F32(_) => "f32",
            Value::Complex(_) => "complex",
            Value::ShortStr(_) | Value::LongStr(_) => "str",
            Value::Array(_) => "array",
            Value::List(_) => "list",
            Value::Tuple(_) => "tuple",
            Value::Record(_) => "record",
            Value::Dict(_) => "dict",
            Value::Range(_) => "range",
            Value::Fn(_) | Value::Builtin(_) | Value::Host(_) => "fn",
            Value::Error(_) => "error",
            Value::Generator(_) => "generator",
        }
    }

    /// Whether somebody else holds this value's items too, so that writing to them copies them first.
    pub fn is_shared(&self) -> bool {
        match self {
            Value::Array(x) => Arc::strong_count(x) > 1,
            Value::List(x) => Arc::strong_count(x) > 1,
            Value::Tuple(x) => Arc::strong_count(x) > 1,
            Value::Dict(x) => Arc::strong_count(x) > 1,
            Value::Record(x) => !x.is_sole(),
            _ => false,
        }
    }

    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// An int; bools and floats are none.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(x) => Some(*x),
            _ => None,
        }
    }

    /// Any real number as a float.
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Value::Int(x) => Some(*x as f64),
            Value::Float(x) => Some(*x),
            Value::F32(x) => Some(f64::from(*x)),
            Value::Bool(x) => Some(f64::from(u8::from(*x))),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(x) => Some(*x),
            _ => None,
        }
    }

    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::ShortStr(s) => Some(s.as_str()),
            Value::LongStr(s) => Some(s.as_str()),
            _ => None,
        }
    }

    /// A string, with the number of its code points.
    pub fn as_text(&self) -> Option<Text<'_>> {
        match self {
            Value::ShortStr(s) => Some(s.as_str().into()),
            Value::LongStr(s) => Some(s.as_text()),
            _ => None,
        }
    }

    pub fn is_str(&self) -> bool {
        matches!(self, Value::ShortStr(_) | Value::LongStr(_))
    }

    /// A number or bool as the array module has it.
    pub fn as_scalar(&self) -> Option<Scalar> {
        match self {
            Value::Bool(x) => Some(Scalar::Bool(*x)),
            Value::Int(x) => Some(Scalar::Int(*x)),
            Value::Float(x) => Some(Scalar::Float(*x)),
            Value::F32(x) => Some(Scalar::F32(*x)),
            Value::Complex(z) => Some(Scalar::Complex(z.re, z.im)),
            _ => None,
        }
    }

    /// Whether this is a number or a bool.
    pub fn is_scalar(&self) -> bool {
        matches!(
            self,
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::F32(_) | Value::Complex(_)
        )
    }

    /// Whether this can be called.
    pub fn is_callable(&self) -> bool {
        matches!(self, Value::Fn(_) | Value::Builtin(_) | Value::Host(_))
    }

    /// The type to specialise code for when this value is seen. Tuples, records and captures go
    /// [`TY_DEPTH`] levels deep and are `Any` below, as is a record in a record of the same shape.
    pub fn ty(&self) -> Ty {
        self.ty_to(TY_DEPTH)
    }

    fn ty_to(&self, depth: usize) -> Ty {
        match self {
            Value::None => Ty::None,
            Value::Bool(_) => Ty::Bool,
            Value::Int(_) => Ty::Int,
            Value::Float(_) => Ty::Float,
            Value::F32(_) => Ty::F32,
            Value::Complex(_) => Ty::Complex,
            Value::ShortStr(_) | Value::LongStr(_) => Ty::Str,
            Value::Array(a) => Ty::Array(a.dtype(), Some(a.rank() as u8)),
            Value::List(l) => Ty::List(Arc::new(l.item_ty())),
            Value::Dict(_) => Ty::Dict,
            Value::Range(r) if !r.open_start && !r.open_stop => {
                Ty::Range { step: (r.step.abs() == 1).then_some(r.step), inclusive: r.inclusive }
            }
            Value::Builtin(b) => Ty::Builtin(*b),
            Value::Tuple(t) if depth > 0 && t.items.len() <= TY_WIDTH => {
                Ty::Tuple(t.items.iter().map(|v| v.ty_to(depth - 1)).collect())
            }
            Value::Record(r) if depth > 0 && r.fields().len() <= TY_WIDTH => {
                let names = r.shape().names().iter().cloned();
                // A record in one of its own kind is a tree or a chain, whose depth is no type.
                let is_link =
                    |v: &Value| matches!(v, Value::Record(x) if **x.shape() == **r.shape());
                let tys = r
                    .fields()
                    .iter()
                    .map(|v| if is_link(v) { Ty::Any } else { v.ty_to(depth - 1) });
                Ty::Record(names.zip(tys).collect())
            }
            Value::Fn(f) if depth > 0 => {
                Ty::Fn(f.func, f.captures.iter().map(|v| v.ty_to(depth - 1)).collect())
            }
            Value::Tuple(_)
            | Value::Record(_)
            | Value::Fn(_)
            | Value::Range(_)
            | Value::Error(_)
            | Value::Generator(_)
            | Value::Host(_) => Ty::Any,
        }
    }
}

/// How deep [`Value::ty`] looks into tuples, records and captures.
pub const TY_DEPTH: usize = 3;
/// The widest tuple or record that [`Value::ty`] takes apart.
pub const TY_WIDTH: usize = 12;

/// Whether two whole values are equal: arrays element by element, containers item by item, numbers
/// by value whatever their types, identity types by identity. NaN equals nothing.
///
/// Nesting costs no native stack.
pub fn equal(a: &Value, b: &Value) -> bool {
    let mut pending = Vec::new();
    if !equal_outside(a, b, &mut pending) {
        return false;
    }
    while let Some((a, b)) = pending.pop() {
        if !equal_outside(&a, &b, &mut pending) {
            return false;
        }
    }
    true
}

/// Whether two values are equal but for the pairs of items that are left in `pending`.
fn equal_outside(a: &Value, b: &Value, pending: &mut Vec<(Value, Value)>) -> bool {
    use Value::*;
    let mut same = |a: &Value, b: &Value| {
        if is_nested(a) && is_nested(b) {
            pending.push((a.clone(), b.clone()));
            return true;
        }
        equal_outside(a, b, &mut Vec::new())
    };
    match (a, b) {
        (None, None) => true,
        (Int(x), Int(y)) => x == y,
        (Bool(x), Bool(y)) => x == y,
        (ShortStr(x), ShortStr(y)) => x == y,
        (LongStr(x), LongStr(y)) => x.as_str() == y.as_str(),
        (Builtin(x), Builtin(y)) => x == y,
        (Complex(_), _) | (_, Complex(_)) => match (a.as_scalar(), b.as_scalar()) {
            (Some(x), Some(y)) => x.as_complex() == y.as_complex(),
            _ => false,
        },
        (Int(_) | Float(_) | F32(_) | Bool(_), Int(_) | Float(_) | F32(_) | Bool(_)) => {
            order(a, b) == Some(Ordering::Equal)
        }
        (Array(x), Array(y)) => crate::array::equal(Stop::NEVER, x, y).unwrap_or(false),
        (List(x), List(y)) => {
            x.len() == y.len() && x.iter().zip(y.iter()).all(|(x, y)| same(&x, &y))
        }
        (Tuple(x), Tuple(y)) => {
            x.items.len() == y.items.len()
                && x.items.iter().zip(y.items.iter()).all(|(x, y)| same(x, y))
        }
        (Record(x), Record(y)) => {
            x.fields().len() == y.fields().len()
                && x.iter().all(|(name, v)| y.get(name).is_some_and(|w| same(v, w)))
        }
        (Dict(x), Dict(y)) => {
            x.len() == y.len() && x.iter().all(|(k, v)| y.get(k).is_some_and(|w| same(v, w)))
        }
        (Range(x), Range(y)) => x.same_numbers(y),
        (Fn(x), Fn(y)) => {
            x.func == y.func
                && x.captures.len() == y.captures.len()
                && x.captures.iter().zip(y.captures.iter()).all(|(x, y)| same(x, y))
        }
        (Error(x), Error(y)) => {
            x.kind_name == y.kind_name && x.message == y.message && same(&x.payload, &y.payload)
        }
        (Generator(x), Generator(y)) => Arc::ptr_eq(x, y),
        (Host(x), Host(y)) => Arc::ptr_eq(x, y),
        _ => false,
    }
}

/// The order of two real numbers; `None` with NaN. An int beside a float is compared as a float, as
/// arithmetic on the two, arrays of them and compiled code do.
pub fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (whole(a), whole(b)) {
        (Some(x), Some(y)) => Some(x.cmp(&y)),
        _ => a.as_float()?.partial_cmp(&b.as_float()?),
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(x) => Some(*x),
        Value::Bool(x) => Some(i64::from(*x)),
        _ => None,
    }
}

impl From<bool> for Value {
    fn from(x: bool) -> Value {
        Value::Bool(x)
    }
}
impl From<i64> for Value {
    fn from(x: i64) -> Value {
        Value::Int(x)
    }
}
impl From<f64> for Value {
    fn from(x: f64) -> Value {
        Value::Float(x)
    }
}
impl From<f32> for Value {
    fn from(x: f32) -> Value {
        Value::F32(x)
    }
}
impl From<&str> for Value {
    fn from(x: &str) -> Value {
        Value::str(x)
    }
}
impl From<String> for Value {
    fn from(x: String) -> Value {
        Value::str(x)
    }
}
impl From<char> for Value {
    fn from(x: char) -> Value {
        Value::from(&*x.encode_utf8(&mut [0; 4]))
    }
}
impl From<Array> for Value {
    fn from(x: Array) -> Value {
        Value::array(x)
    }
}
impl From<Scalar> for Value {
    fn from(x: Scalar) -> Value {
        match x {
            Scalar::Bool(x) => Value::Bool(x),
            Scalar::Int(x) => Value::Int(x),
            Scalar::F32(x) => Value::F32(x),
            Scalar::Float(x) => Value::Float(x),
            Scalar::Complex(re, im) => Value::complex(re, im),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(value: &Value) -> [u8; 16] {
        let mut out = [0; 16];
        // SAFETY: a `Value` is 16 bytes; the bytes compared below are initialised ones of its variant.
        unsafe {
            for (i, byte) in out.iter_mut().enumerate() {
                let p = std::ptr::from_ref(value).cast::<std::mem::MaybeUninit<u8>>().add(i);
                *byte = (*p).assume_init_read();
            }
        }
        out
    }

    #[test]
    fn the_layout_is_what_compiled_code_expects() {
        assert_eq!(size_of::<Value>(), layout::VALUE_SIZE);
        assert_eq!(size_of::<Result<Value, crate::error::Error>>(), 16);
        let word = |v: &Value| {
            u64::from_ne_bytes(bytes(v)[layout::WORD_OFFSET..].try_into().expect("8 bytes"))
        };
        assert_eq!(word(&Value::Int(-5)), -5i64 as u64);
        assert_eq!(word(&Value::Float(1.5)), 1.5f64.to_bits());
        let text = Arc::new(LongStr::new("a text that is not short"));
        let data = Arc::as_ptr(&text) as u64;
        assert_eq!(word(&Value::LongStr(text)) + layout::ARC_DATA as u64, data);
        assert_eq!(bytes(&Value::Bool(true))[layout::BOOL_OFFSET], 1);
        let number = &bytes(&Value::Builtin(Builtin::Sum))[layout::BUILTIN_OFFSET..][..2];
        assert_eq!(number, (Builtin::Sum as u16).to_ne_bytes());
        let bits = &bytes(&Value::F32(2.5))[layout::F32_OFFSET..][..4];
        assert_eq!(bits, 2.5f32.to_ne_bytes());
        let short = Value::str("ab");
        assert_eq!(bytes(&short)[layout::SHORT_STR_OFFSET..][..4], [2, b'a', b'b', 0]);
        for value in [Value::None, Value::Int(1), short, Value::list(vec![])] {
            assert_eq!(bytes(&value)[0], value.tag());
        }
    }

    #[test]
    fn values_may_cross_threads() {
        fn assert_send_sync<T: Send + Sync>() {}
        assert_send_sync::<Value>();
        assert_send_sync::<crate::error::Error>();
    }

    #[test]
    fn numbers_are_equal_by_value_and_containers_by_items() {
        assert!(equal(&Value::Int(1), &Value::Float(1.0)));
        assert!(!equal(&Value::Float(f64::NAN), &Value::Float(f64::NAN)));
        assert!(!equal(&Value::Int(1), &Value::str("1")));
        let big = Value::Int(9_007_199_254_740_993);
        assert_eq!(order(&big, &Value::Float(9_007_199_254_740_992.0)), Some(Ordering::Equal));
        assert_eq!(order(&Value::Float(-0.5), &Value::Int(-1)), Some(Ordering::Greater));
        assert_eq!(
            order(&Value::Int(i64::MAX), &Value::Float(f64::INFINITY)),
            Some(Ordering::Less)
        );
        let a = Value::list(vec![Value::Int(1), Value::str("a")]);
        let b = Value::list(vec![Value::Float(1.0), Value::str("a")]);
        assert!(equal(&a, &b));
        assert!(!equal(&a, &Value::list(vec![Value::Int(1)])));
    }
}
