//! JSON to values and back.
//!
//! Objects become records, whatever their keys are (`get(r, "a key")` reads a field that is no
//! identifier); arrays become arrays where their items are all numbers or all bools, else lists.

use quern_ir::DType;
use quern_vm::array::{MAX_RANK, Scalar};
use quern_vm::record::Record;
use quern_vm::{Error, Value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value as Json};

/// Reads a text. `name` is what messages call it.
///
/// # Errors
/// `ValueError` with line and column.
pub fn parse(name: &str, text: &str) -> Result<Value, Error> {
    if nesting(text) > MAX_DEPTH {
        return Err(Error::value_error(format!("{name}: the text nests deeper than {MAX_DEPTH}")));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    // Held to MAX_DEPTH above.
    reader.disable_recursion_limit();
    let json = Json::deserialize(&mut reader).and_then(|json| reader.end().map(|()| json));
    from_json(json.map_err(|e| {
        let (line, column) = place(text, &e);
        let what = e.to_string();
        let what = what.split(" at line ").next().unwrap_or_default();
        Error::value_error(format!("{name}: line {line}, column {column}: {what}"))
    })?)
}

/// How deep the brackets of a text nest.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string) = (0usize, 0, false);
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        match b {
            b'\\' if in_string => drop(bytes.next()),
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Line and column of a mistake, from 1. The reader counts the end of a line as column 0 of the next.
fn place(text: &str, error: &serde_json::Error) -> (usize, usize) {
    match (error.line(), error.column()) {
        (line @ 2.., 0) => {
            let length = text.split('\n').nth(line - 2).map_or(0, |line| line.chars().count());
            (line - 1, length + 1)
        }
        (line, column) => (line.max(1), column.max(1)),
    }
}

fn from_json(json: Json) -> Result<Value, Error> {
    Ok(match json {
        Json::Null => Value::None,
        Json::Bool(x) => Value::Bool(x),
        Json::Number(n) => match n.as_i64() {
            Some(x) => Value::Int(x),
            None => Value::Float(n.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(s) => s.into(),
        Json::Array(items) => {
            let items = items.into_iter().map(from_json).collect::<Result<Vec<_>, _>>()?;
            if is_array(&items) { quern_vm::ops::list(items, None)? } else { Value::list(items) }
        }
        Json::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| Ok((name, from_json(value)?)));
            Value::record(fields.collect::<Result<Record, Error>>()?)
        }
    })
}

/// Whether the items may become an array where their shapes allow it: numbers and bools stay apart, so
/// that what is read is written back as it was.
fn is_array(items: &[Value]) -> bool {
    let is_bool = |v: &Value| match v {
        Value::Array(a) => a.dtype() == DType::Bool,
        other => matches!(other, Value::Bool(_)),
    };
    let fits = |v: &Value| !matches!(v, Value::Array(a) if a.rank() == MAX_RANK);
    items.iter().all(|v| is_bool(v) == is_bool(&items[0]) && fits(v))
}

/// The most spaces a level of written JSON may have.
const MAX_INDENT: usize = 64;

/// Writes a value, on one line or with this many spaces a level.
///
/// # Errors
/// `TypeError` for what JSON cannot hold: functions, tasks, complex numbers, NaN, infinities.
pub fn write(value: &Value, indent: Option<usize>) -> Result<String, Error> {
    let json = to_json(value, 0)?;
    let failed = |e: serde_json::Error| Error::value_error(format!("json.string: {e}"));
    match indent {
        None => serde_json::to_string(&json).map_err(failed),
        Some(n) => {
            if n > MAX_INDENT {
                return Err(Error::value_error(format!(
                    "json.string: indent must be at most {MAX_INDENT}, not {n}"
                )));
            }
            let spaces = " ".repeat(n);
            let mut out = Vec::new();
            let format = serde_json::ser::PrettyFormatter::with_indent(spaces.as_bytes());
            json.serialize(&mut serde_json::Serializer::with_formatter(&mut out, format))
                .map_err(failed)?;
            Ok(String::from_utf8_lossy(&out).into_owned())
        }
    }
}

/// Nesting beyond which a text or a value is refused, so that none exhausts the native stack.
const MAX_DEPTH: usize = 500;

fn to_json(value: &Value, depth: usize) -> Result<Json, Error> {
    if depth >= MAX_DEPTH
        && matches!(value, Value::List(_) | Value::Tuple(_) | Value::Record(_) | Value::Dict(_))
    {
        return Err(Error::value_error(format!(
            "json.string: the value is nested deeper than {MAX_DEPTH}"
        )));
    }
    let unfit = |what: &str| Error::type_error(format!("json.string: JSON cannot hold {what}"));
    Ok(match value {
        Value::None => Json::Null,
        Value::Bool(x) => Json::Bool(*x),
        Value::Int(x) => Json::Number((*x).into()),
        Value::Float(x) => number(*x)?,
        Value::F32(x) => number(same_text(*x))?,
        Value::ShortStr(s) => Json::String(s.as_str().into()),
        Value::LongStr(s) => Json::String(s.as_str().into()),
        Value::List(l) => {
            Json::Array(l.iter().map(|v| to_json(&v, depth + 1)).collect::<Result<_, _>>()?)
        }
        Value::Tuple(t) => {
            Json::Array(t.items.iter().map(|v| to_json(v, depth + 1)).collect::<Result<_, _>>()?)
        }
        Value::Array(a) => {
            let scalars =
                a.scalars().map(|x: Scalar| to_json(&x.into(), depth)).collect::<Result<_, _>>()?;
            nest(scalars, a.shape())
        }
        Value::Record(r) => {
            let fields = r.iter().map(|(n, v)| Ok((n.to_string(), to_json(v, depth + 1)?)));
            Json::Object(fields.collect::<Result<Map<_, _>, Error>>()?)
        }
        Value::Dict(d) => {
            let entry = |(k, v): (&quern_vm::dict::Key, &Value)| {
                Ok((quern_vm::std::show::display(&k.to_value()), to_json(v, depth + 1)?))
            };
            Json::Object(d.iter().map(entry).collect::<Result<Map<_, _>, Error>>()?)
        }
        other => return Err(unfit(&format!("a value of type {}", other.type_name()))),
    })
}

/// The float whose shortest text is that of the f32.
fn same_text(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}

fn number(x: f64) -> Result<Json, Error> {
    Number::from_f64(x).map(Json::Number).ok_or_else(|| {
        let shown = quern_vm::array::format_float(x);
        Error::value_error(format!("json.string: JSON cannot hold {shown}"))
    })
}

/// Elements in row-major order as nested arrays.
fn nest(scalars: Vec<Json>, shape: &[i64]) -> Json {
    match shape {
        [] => scalars.into_iter().next().unwrap_or(Json::Null),
        [_] => Json::Array(scalars),
        [rows, rest @ ..] => {
            let size = rest.iter().product::<i64>().max(0) as usize;
            let mut scalars = scalars.into_iter();
            Json::Array(
                (0..*rows).map(|_| nest(scalars.by_ref().take(size).collect(), rest)).collect(),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) -> String {
        parse("t.json", text).and_then(|v| write(&v, None)).unwrap_or_else(|e| e.message.clone())
    }

    #[test]
    fn what_is_read_is_written_back() {
        for text in [
            "[1,true]",
            "[[1],[true]]",
            "[[true],[false]]",
            "{\"a\":1,\"b\":[1.5,2.5],\"c\":[\"x\",null,true]}",
            "[[1,2],[3,4]]",
            "[]",
            "\"é\"",
        ] {
            assert_eq!(round_trip(text), text);
        }
    }

    #[test]
    fn mistakes_have_a_place() {
        assert_eq!(round_trip("{\"a\": 1,\n  \"b\" 2}"), "t.json: line 2, column 7: expected `:`");
        assert!(write(&Value::Float(f64::NAN), None).is_err());
    }
}
