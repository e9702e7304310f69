//! Values as compiled code holds them: flat 64-bit words.
//!
//! A value of type `Ty` is a list of words, its *leaves*: an int, a float, a bool or an `f32` one word
//! (floats by their bits, narrow ones in the low bits); a complex number its two parts; a tuple, a
//! record or a closure's captures the leaves of each item in order; a range its start, stop and step
//! (whether the stop belongs to it is in the type); `none`, `Never` and a builtin nothing. What is
//! counted is one word that owns a reference: the address of the data, as `Arc::into_raw` gives it.
//!
//! A string and an `Any` are the two words that a [`Value`] is in memory: the first holds the tag in its low byte
//! and a bool, `u16`, `f32` or the start of a short string at its place above, the second everything else. There a counted pointer
//! points to its counter, [`layout::ARC_DATA`] bytes before the data.

use crate::array::{Array, Complex};
use crate::closure::Closure;
use crate::dict::Dict;
use crate::error::ErrorValue;
use crate::generator::Generator;
use crate::host_function::HostFunction;
use crate::list::List;
use crate::range::Range;
use crate::record::{Record, ShapeRef};
use crate::text::{LongStr, ShortStr};
use crate::value::{Tuple, Value, layout};
use quern_ir::{Builtin, Ty};
use std::sync::Arc;

/// How many words a value of this type has.
pub fn word_count(ty: &Ty) -> usize {
    match ty {
        Ty::Never | Ty::None | Ty::Builtin(_) => 0,
        Ty::Bool
        | Ty::Int
        | Ty::Float
        | Ty::F32
        | Ty::Array(..)
        | Ty::List(_)
        | Ty::Dict
        | Ty::Word => 1,
        Ty::Complex | Ty::Str | Ty::Any => 2,
        Ty::Range { .. } => 3,
        Ty::Tuple(items) => items.iter().map(word_count).sum(),
        Ty::Record(fields) => fields.iter().map(|(_, t)| word_count(t)).sum(),
        Ty::Fn(_, captures) => captures.iter().map(word_count).sum(),
    }
}

/// Whether the value is one that code specialised for `ty` may be given.
pub fn accepts(ty: &Ty, value: &Value) -> bool {
    match (ty, value) {
        (Ty::Any, _)
        | (Ty::None, Value::None)
        | (Ty::Bool, Value::Bool(_))
        | (Ty::Int, Value::Int(_))
        | (Ty::Float, Value::Float(_))
        | (Ty::F32, Value::F32(_))
        | (Ty::Complex, Value::Complex(_))
        | (Ty::Str, Value::ShortStr(_) | Value::LongStr(_))
        | (Ty::Dict, Value::Dict(_)) => true,
        (Ty::Array(dtype, rank), Value::Array(a)) => {
            *dtype == a.dtype() && rank.is_none_or(|r| usize::from(r) == a.rank())
        }
        (Ty::List(item), Value::List(l)) => **item == Ty::Any || **item == l.item_ty(),
        (Ty::Tuple(tys), Value::Tuple(t)) => {
            tys.len() == t.items.len() && tys.iter().zip(&t.items).all(|(t, v)| accepts(t, v))
        }
        (Ty::Record(fields), Value::Record(r)) => {
            fields.len() == r.fields().len()
                && fields
                    .iter()
                    .zip(r.iter())
                    .all(|((name, ty), (n, v))| name == n && accepts(ty, v))
        }
        (Ty::Range { step, inclusive }, Value::Range(r)) => {
            !r.open_start
                && !r.open_stop
                && r.inclusive == *inclusive
                && step.is_none_or(|s| s == r.step)
        }
        (Ty::Fn(func, tys), Value::Fn(f)) => {
            *func == f.func
                && tys.len() == f.captures.len()
                && tys.iter().zip(&f.captures).all(|(t, v)| accepts(t, v))
        }
        (Ty::Builtin(b), Value::Builtin(v)) => b == v,
        _ => false,
    }
}

/// Appends the words of a value that `ty` accepts. They own what they point to.
///
/// # Panics
///
/// If `ty` does not accept the value.
pub fn flatten(value: Value, ty: &Ty, out: &mut Vec<u64>) {
    match (ty, value) {
        (Ty::Any | Ty::Str, value) => out.extend(value_words(value)),
        (Ty::Never | Ty::None | Ty::Builtin(_), _) => {}
        (_, Value::Bool(x)) => out.push(u64::from(x)),
        (_, Value::Int(x)) => out.push(x as u64),
        (_, Value::Float(x)) => out.push(x.to_bits()),
        (_, Value::F32(x)) => out.push(u64::from(x.to_bits())),
        (_, Value::Complex(z)) => out.extend([z.re.to_bits(), z.im.to_bits()]),
        (_, Value::Array(x)) => out.push(Arc::into_raw(x) as u64),
        (_, Value::List(x)) => out.push(Arc::into_raw(x) as u64),
        (_, Value::Dict(x)) => out.push(Arc::into_raw(x) as u64),
        (Ty::Tuple(tys), Value::Tuple(t)) => flatten_items(&t.items, tys.iter(), out),
        (Ty::Record(fields), Value::Record(r)) => {
            flatten_items(r.fields(), fields.iter().map(|(_, t)| t), out);
        }
        (Ty::Fn(_, tys), Value::Fn(f)) => flatten_items(&f.captures, tys.iter(), out),
        (Ty::Range { .. }, Value::Range(r)) => {
            out.extend([r.start as u64, r.stop as u64, r.step as u64]);
        }
        (ty, value) => panic!("a {} is no {ty}", value.type_name()),
    }
}

fn flatten_items<'a>(items: &[Value], tys: impl Iterator<Item = &'a Ty>, out: &mut Vec<u64>) {
    for (item, ty) in items.iter().zip(tys) {
        flatten(item.clone(), ty, out);
    }
}

/// Takes the words of one value off the front of `words`.
///
/// # Safety
///
/// The words are those of a value of this type, as [`flatten`] or compiled code makes them, and the
/// references they own pass to the result: they are not used again.
///
/// # Panics
///
/// If there are too few words.
pub unsafe fn unflatten(ty: &Ty, words: &mut &[u64]) -> Value {
    let mut next = || {
        let (&word, rest) = words.split_first().expect("one word a leaf");
        *words = rest;
        word
    };
    match ty {
        Ty::Never | Ty::None => Value::None,
        Ty::Builtin(b) => Value::Builtin(*b),
        Ty::Bool => Value::Bool(next() & 1 != 0),
        Ty::Int | Ty::Word => Value::Int(next() as i64),
        Ty::Float => Value::Float(f64::from_bits(next())),
        Ty::F32 => Value::F32(f32::from_bits(next() as u32)),
        Ty::Complex => Value::complex(f64::from_bits(next()), f64::from_bits(next())),
        // SAFETY: the word came from `Arc::into_raw` of this type and owns its reference.
        Ty::Array(..) => Value::Array(unsafe { Arc::from_raw(next() as *const Array) }),
        // SAFETY: as for arrays.
        Ty::List(_) => Value::List(unsafe { Arc::from_raw(next() as *const List) }),
        // SAFETY: as for arrays.
        Ty::Dict => Value::Dict(unsafe { Arc::from_raw(next() as *const Dict) }),
        Ty::Range { inclusive, .. } => {
            let (start, stop) = (next() as i64, next() as i64);
            Value::range(Range {
                step: next() as i64,
                inclusive: *inclusive,
                ..Range::new(start, stop)
            })
        }
        Ty::Tuple(tys) => Value::Tuple(Arc::new(Tuple {
            // SAFETY: the words are those of the items, one after another.
            items: tys.iter().map(|t| unsafe { unflatten(t, words) }).collect(),
        })),
        Ty::Record(fields) => {
            let shape = ShapeRef::written(fields.iter().map(|(n, _)| n.clone()));
            // SAFETY: the words are those of the fields, one after another.
            let values = fields.iter().map(|(_, t)| unsafe { unflatten(t, words) }).collect();
            Value::record(Record::with_shape(shape, values))
        }
        Ty::Fn(func, tys) => Value::Fn(Arc::new(Closure {
            func: *func,
            // SAFETY: the words are those of the captured values, one after another.
            captures: tys.iter().map(|t| unsafe { unflatten(t, words) }).collect(),
        })),
        Ty::Any | Ty::Str => {
            let words = [next(), next()];
            // SAFETY: the words are a boxed value that passes to us.
            unsafe { words_value(words) }
        }
    }
}

/// The two words of an `Any`, which own the value's reference.
pub fn value_words(value: Value) -> [u64; 2] {
    fn pointer<T>(x: Arc<T>) -> u64 {
        Arc::into_raw(x) as u64 - layout::ARC_DATA as u64
    }
    let tag = u64::from(value.tag());
    match value {
        Value::None => [tag, 0],
        Value::Bool(x) => [tag | u64::from(x) << (8 * layout::BOOL_OFFSET), 0],
        Value::Int(x) => [tag, x as u64],
        Value::Float(x) => [tag, x.to_bits()],
        Value::F32(x) => [tag | u64::from(x.to_bits()) << (8 * layout::F32_OFFSET), 0],
        Value::Builtin(x) => [tag | (x as u64) << (8 * layout::BUILTIN_OFFSET), 0],
        Value::ShortStr(x) => {
            let bits = x.to_bits();
            [tag | (bits as u64) << (8 * layout::SHORT_STR_OFFSET), (bits >> 56) as u64]
        }
        Value::Complex(x) => [tag, pointer(x)],
        Value::LongStr(x) => [tag, pointer(x)],
        Value::Array(x) => [tag, pointer(x)],
        Value::List(x) => [tag, pointer(x)],
        Value::Tuple(x) => [tag, pointer(x)],
        Value::Record(x) => [tag, x.into_address() as u64],
        Value::Dict(x) => [tag, pointer(x)],
        Value::Range(x) => [tag, pointer(x)],
        Value::Fn(x) => [tag, pointer(x)],
        Value::Error(x) => [tag, pointer(x)],
        Value::Generator(x) => [tag, pointer(x)],
        Value::Host(x) => [tag, pointer(x)],
    }
}

/// The value whose two words these are.
///
/// # Safety
///
/// The words come from [`value_words`] or from compiled code that holds an `Any` in them, and the
/// reference they own passes to the result.
///
/// # Panics
///
/// If the tag is none.
pub unsafe fn words_value(words: [u64; 2]) -> Value {
    /// # Safety
    ///
    /// The word is the address of the counter of an `Arc<T>` and owns a reference.
    unsafe fn arc<T>(word: u64) -> Arc<T> {
        // SAFETY: the data lies `ARC_DATA` bytes behind the counter.
        unsafe { Arc::from_raw((word + layout::ARC_DATA as u64) as *const T) }
    }
    let [first, word] = words;
    // SAFETY: for every `arc` below, the tag says what the second word points to.
    unsafe {
        match first as u8 {
            layout::NONE => Value::None,
            layout::BOOL => Value::Bool(first >> (8 * layout::BOOL_OFFSET) & 1 != 0),
            layout::INT => Value::Int(word as i64),
            layout::FLOAT => Value::Float(f64::from_bits(word)),
            layout::F32 => Value::F32(f32::from_bits((first >> (8 * layout::F32_OFFSET)) as u32)),
            layout::BUILTIN => Value::Builtin(
                Builtin::ALL[usize::from((first >> (8 * layout::BUILTIN_OFFSET)) as u16)],
            ),
            layout::SHORT_STR => {
                let first = u128::from(first >> (8 * layout::SHORT_STR_OFFSET));
                Value::ShortStr(ShortStr::from_bits(first | u128::from(word) << 56))
            }
            layout::COMPLEX => Value::Complex(arc::<Complex>(word)),
            layout::LONG_STR => Value::LongStr(arc::<LongStr>(word)),
            layout::ARRAY => Value::Array(arc::<Array>(word)),
            layout::LIST => Value::List(arc::<List>(word)),
            layout::TUPLE => Value::Tuple(arc::<Tuple>(word)),
            layout::RECORD => Value::Record(Record::from_address(word as usize)),
            layout::DICT => Value::Dict(arc::<Dict>(word)),
            layout::RANGE => Value::Range(arc::<Range>(word)),
            layout::FN => Value::Fn(arc::<Closure>(word)),
            layout::ERROR => Value::Error(arc::<ErrorValue>(word)),
            layout::GENERATOR => Value::Generator(arc::<Generator>(word)),
            layout::HOST => Value::Host(arc::<HostFunction>(word)),
            tag => panic!("no value has the tag {tag}"),
        }
    }
}

/// The two words of a value, which own nothing: they are good for as long as the value is.
pub fn lent_words(value: &Value) -> [u64; 2] {
    // SAFETY: the copy is taken apart into words at once, so that no reference is given up.
    value_words(unsafe { std::ptr::read(value) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::equal;

    fn samples() -> Vec<Value> {
        vec![
            Value::None,
            Value::Bool(true),
            Value::Int(-3),
            Value::Float(-0.5),
            Value::F32(1.25),
            Value::Builtin(Builtin::Sqrt),
            Value::complex(1.0, -2.0),
            Value::str(""),
            Value::str("fourteen bytes"),
            Value::str("a text that is not short"),
            Value::list(vec![Value::Int(1)]),
            Value::tuple(vec![Value::Int(1), Value::str("x"), Value::None]),
            Value::record([("a", Value::Float(1.0)), ("b", Value::str("y"))].into_iter().collect()),
            Value::range(Range::new(1, 9)),
            Value::range(Range { open_stop: true, ..Range::new(1, 0) }),
        ]
    }

    #[test]
    fn words_read_back_as_the_value() {
        for value in samples() {
            for ty in [value.ty(), Ty::Any] {
                assert!(accepts(&ty, &value), "{ty} accepts {value:?}");
                let mut words = Vec::new();
                flatten(value.clone(), &ty, &mut words);
                assert_eq!(words.len(), word_count(&ty));
                let mut rest = &words[..];
                // SAFETY: the words are those of `flatten`, used once.
                let back = unsafe { unflatten(&ty, &mut rest) };
                assert!(rest.is_empty() && equal(&back, &value), "{ty}: {back:?}");
            }
        }
    }

    #[test]
    fn a_reference_is_neither_lost_nor_made() {
        let text = Arc::new(LongStr::new("a text that is not short"));
        let words = value_words(Value::LongStr(text.clone()));
        assert_eq!(Arc::strong_count(&text), 2);
        // SAFETY: the words are those of `value_words`, used once.
        drop(unsafe { words_value(words) });
        assert_eq!(Arc::strong_count(&text), 1);
    }
}
