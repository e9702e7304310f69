//! Walking over values.
//!
//! A walk has an iterable and a position: of a range the number itself, of a string the bytes before it,
//! of everything else the count of items (of a dict, with its gaps). Generators keep their own place; the
//! interpreter runs them.

use super::index::item;
use crate::error::Error;
use crate::std::describe;
use crate::value::Value;

/// What `for` walks over: the value itself, with the open ends of a range filled in.
pub fn iter(value: Value) -> Result<Value, Error> {
    match value {
        Value::Range(r) if r.step == 0 => Err(Error::value_error("the step of a range is 0")),
        Value::Range(r) if r.open_start || r.open_stop => Ok(Value::range(r.closed())),
        Value::Array(a) if a.rank() == 0 => {
            Err(Error::type_error("an array of rank 0 has no items"))
        }
        Value::Range(_)
        | Value::Array(_)
        | Value::List(_)
        | Value::Tuple(_)
        | Value::Dict(_)
        | Value::ShortStr(_)
        | Value::LongStr(_)
        | Value::Generator(_) => Ok(value),
        other => {
            let error = Error::type_error(format!("cannot iterate over {}", describe(&other)));
            Err(match other {
                Value::Int(n) if n > 0 => error.hint(format!("0..{n} counts up to it")),
                Value::Record(_) => {
                    error.hint("items(r) gives the fields of a record with their values")
                }
                _ => error,
            })
        }
    }
}

/// The first position.
pub fn start(value: &Value) -> Value {
    match value {
        Value::Range(r) => Value::Int(r.start),
        _ => Value::Int(0),
    }
}

/// The outcome of asking for an item.
pub enum Next {
    /// The item, and the position after it; `None` past the last int.
    Item(Value, Option<i64>),
    Done,
    /// A generator: run it.
    Generator,
}

/// The item at a position. A string's position counts bytes, so that every step takes the same time.
pub fn next(iterable: &Value, position: i64) -> Result<Next, Error> {
    let index = position as usize;
    let after = Some(position.wrapping_add(1));
    Ok(match iterable {
        Value::Range(r) => match r.reaches(position) {
            true => Next::Item(Value::Int(position), position.checked_add(r.step)),
            false => Next::Done,
        },
        Value::List(l) => l.get(index).map_or(Next::Done, |v| Next::Item(v, after)),
        Value::Array(a) if index < a.len() => Next::Item(item(a.row(position)?), after),
        Value::Array(_) => Next::Done,
        Value::Tuple(t) => t.items.get(index).map_or(Next::Done, |v| Next::Item(v.clone(), after)),
        Value::Dict(d) => {
            let at = d.next_position(index);
            match d.entry_at(at) {
                Some((k, v)) => {
                    Next::Item(Value::tuple(vec![k.to_value(), v.clone()]), Some(at as i64 + 1))
                }
                None => Next::Done,
            }
        }
        Value::Generator(_) => Next::Generator,
        other if let Some(s) = other.as_str() => {
            match s.get(index..).and_then(|rest| rest.chars().next()) {
                Some(c) => Next::Item(c.into(), Some(position + c.len_utf8() as i64)),
                None => Next::Done,
            }
        }
        other => return Err(Error::type_error(format!("cannot iterate over {}", describe(other)))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::range::Range;

    fn walk(value: Value) -> Vec<Value> {
        let it = iter(value).expect("an iterable");
        let Value::Int(mut position) = start(&it) else { panic!("positions are ints") };
        let mut items = Vec::new();
        while let Next::Item(item, after) = next(&it, position).expect("a step") {
            items.push(item);
            match after {
                Some(after) => position = after,
                None => break,
            }
        }
        items
    }

    #[test]
    fn every_item_is_seen_once() {
        let ints = |v: Vec<Value>| v.iter().filter_map(Value::as_int).collect::<Vec<_>>();
        assert_eq!(
            ints(walk(Value::range(Range { inclusive: true, ..Range::new(1, 3) }))),
            [1, 2, 3]
        );
        assert_eq!(ints(walk(Value::range(Range { step: -2, ..Range::new(5, 0) }))), [5, 3, 1]);
        assert_eq!(ints(walk(Value::list(vec![Value::Int(4), Value::None]))), [4]);
        let last = Range { inclusive: true, ..Range::new(i64::MAX - 1, i64::MAX) };
        assert_eq!(ints(walk(Value::range(last))), [i64::MAX - 1, i64::MAX]);
        let text: Vec<String> =
            walk(Value::str("aé漢")).iter().filter_map(|v| v.as_str().map(String::from)).collect();
        assert_eq!(text, ["a", "é", "漢"]);
        assert!(iter(Value::Int(3)).is_err());
    }
}
