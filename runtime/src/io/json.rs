//! JSON to values and back.
//!
//! Objects become records, whatever their keys are (`get(r, "a key")` reads a field that is no
//! identifier); arrays become arrays where their items are all numbers or all bools, else lists.

use super::sink::{self, Sink};
use quern_ir::DType;
use quern_vm::array::MAX_RANK;
use quern_vm::interrupt::Stop;
use quern_vm::range::reserve;
use quern_vm::record::Record;
use quern_vm::std::show;
use quern_vm::{Error, Value};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::cell::Cell;
use std::fmt;
use std::io;

/// Reads a text. `name` is what messages call it.
///
/// # Errors
/// `ValueError` with line and column.
pub fn parse(stop: Stop<'_>, name: &str, text: &str) -> Result<Value, Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    // It is held to MAX_DEPTH.
    reader.disable_recursion_limit();
    let failure = Cell::new(None);
    let read = Reading { stop, name, depth: 0, failure: &failure }.deserialize(&mut reader);
    read.and_then(|value| reader.end().map(|()| value)).map_err(|e| {
        failure.take().unwrap_or_else(|| {
            let (line, column) = place(text, &e);
            let what = e.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            Error::value_error(format!("{name}: line {line}, column {column}: {what}"))
        })
    })
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

/// Makes values of what a reader finds.
#[derive(Clone, Copy)]
struct Reading<'a> {
    stop: Stop<'a>,
    /// What messages call the text.
    name: &'a str,
    /// In how many brackets it is.
    depth: usize,
    /// Why reading ended, where the text is not to blame.
    failure: &'a Cell<Option<Error>>,
}

impl Reading<'_> {
    fn fail<E: serde::de::Error>(self, why: impl Into<Error>) -> E {
        self.failure.set(Some(why.into()));
        E::custom("ended")
    }

    /// For what stands in the brackets that open here.
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            let name = self.name;
            return Err(self.fail(Error::value_error(format!(
                "{name}: the text nests deeper than {MAX_DEPTH}"
            ))));
        }
        Ok(Reading { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_bool<E>(self, x: bool) -> Result<Value, E> {
        Ok(Value::Bool(x))
    }

    fn visit_i64<E>(self, x: i64) -> Result<Value, E> {
        Ok(Value::Int(x))
    }

    fn visit_u64<E>(self, x: u64) -> Result<Value, E> {
        Ok(i64::try_from(x).map_or(Value::Float(x as f64), Value::Int))
    }

    fn visit_f64<E>(self, x: f64) -> Result<Value, E> {
        Ok(Value::Float(x))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let (inner, mut items) = (self.inner()?, Vec::new());
        while let Some(item) = seq.next_element_seed(inner)? {
            self.stop.check().map_err(|e| self.fail::<A::Error>(e))?;
            reserve(&mut items, 1).map_err(|e| self.fail::<A::Error>(e))?;
            items.push(item);
        }
        if is_array(&items) {
            quern_vm::ops::list(items, None).map_err(|e| self.fail(e))
        } else {
            Ok(Value::list(items))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let (inner, mut fields) = (self.inner()?, Vec::<(String, Value)>::new());
        while let Some(name) = map.next_key()? {
            fields.push((name, map.next_value_seed(inner)?));
        }
        Ok(Value::record(fields.into_iter().collect::<Record>()))
    }
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
/// `TypeError` for what JSON cannot hold: functions, tasks, complex numbers, NaN, infinities; `MemoryError`
/// if the text has no room.
pub fn write(stop: Stop<'_>, value: &Value, indent: Option<usize>) -> Result<String, Error> {
    let out = Sink::new(stop);
    let bytes = match indent {
        None => Writing { out, format: CompactFormatter }.write(value)?,
        Some(n) if n > MAX_INDENT => {
            return Err(Error::value_error(format!(
                "json.string: indent must be at most {MAX_INDENT}, not {n}"
            )));
        }
        Some(n) => {
            let spaces = " ".repeat(n);
            let format = PrettyFormatter::with_indent(spaces.as_bytes());
            Writing { out, format }.write(value)?
        }
    };
    String::from_utf8(bytes).map_err(|e| Error::value_error(format!("json.string: {e}")))
}

/// Nesting beyond which a text or a value is refused, so that none exhausts the native stack.
const MAX_DEPTH: usize = 500;

/// The float whose shortest text is that of the f32.
fn same_text(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}

/// A text on its way.
struct Writing<'a, F> {
    out: Sink<'a>,
    format: F,
}

/// The error of a script for one of the writer.
fn unwritten(error: io::Error) -> Error {
    sink::failure("json.string", error)
}

impl<F: Formatter> Writing<'_, F> {
    fn write(mut self, value: &Value) -> Result<Vec<u8>, Error> {
        self.value(value, 0)?;
        Ok(self.out.into_bytes())
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let Writing { out, format } = self;
        match value {
            Value::None => format.write_null(out).map_err(unwritten),
            Value::Bool(x) => format.write_bool(out, *x).map_err(unwritten),
            Value::Int(x) => format.write_i64(out, *x).map_err(unwritten),
            Value::Float(x) => self.number(*x),
            Value::F32(x) => self.number(same_text(*x)),
            Value::ShortStr(s) => self.text(s.as_str()),
            Value::LongStr(s) => self.text(s.as_str()),
            Value::Array(a) => {
                let mut elements = a.scalars().map(Value::from);
                self.elements(&mut elements, a.shape(), depth)
            }
            Value::List(_) | Value::Tuple(_) | Value::Record(_) | Value::Dict(_)
                if depth >= MAX_DEPTH =>
            {
                Err(Error::value_error(format!(
                    "json.string: the value is nested deeper than {MAX_DEPTH}"
                )))
            }
            Value::List(l) => self.items(l.iter(), |me, item| me.value(&item, depth + 1)),
            Value::Tuple(t) => self.items(t.items.iter(), |me, item| me.value(item, depth + 1)),
            Value::Record(r) => self.fields(r.iter(), depth),
            Value::Dict(d) => {
                self.fields(d.iter().map(|(k, v)| (show::display(&k.to_value()), v)), depth)
            }
            other => {
                let what = other.type_name();
                Err(Error::type_error(format!(
                    "json.string: JSON cannot hold a value of type {what}"
                )))
            }
        }
    }

    fn number(&mut self, x: f64) -> Result<(), Error> {
        if !x.is_finite() {
            let shown = quern_vm::array::format_float(x);
            return Err(Error::value_error(format!("json.string: JSON cannot hold {shown}")));
        }
        self.format.write_f64(&mut self.out, x).map_err(unwritten)
    }

    fn text(&mut self, text: &str) -> Result<(), Error> {
        serde_json::to_writer(&mut self.out, text).map_err(|e| unwritten(e.into()))
    }

    /// Elements in row-major order as nested arrays.
    fn elements(
        &mut self,
        elements: &mut dyn Iterator<Item = Value>,
        shape: &[i64],
        depth: usize,
    ) -> Result<(), Error> {
        match shape {
            [] => elements.next().map_or(Ok(()), |x| self.value(&x, depth)),
            [n, rest @ ..] => self.items(0..*n, |me, _| me.elements(elements, rest, depth)),
        }
    }

    fn items<T>(
        &mut self,
        items: impl Iterator<Item = T>,
        mut write: impl FnMut(&mut Self, T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.format.begin_array(&mut self.out).map_err(unwritten)?;
        for (i, item) in items.enumerate() {
            self.format.begin_array_value(&mut self.out, i == 0).map_err(unwritten)?;
            write(self, item)?;
            self.format.end_array_value(&mut self.out).map_err(unwritten)?;
        }
        self.format.end_array(&mut self.out).map_err(unwritten)
    }

    fn fields<'v>(
        &mut self,
        fields: impl Iterator<Item = (impl AsRef<str>, &'v Value)>,
        depth: usize,
    ) -> Result<(), Error> {
        self.format.begin_object(&mut self.out).map_err(unwritten)?;
        for (i, (name, value)) in fields.enumerate() {
            self.format.begin_object_key(&mut self.out, i == 0).map_err(unwritten)?;
            self.text(name.as_ref())?;
            self.format.end_object_key(&mut self.out).map_err(unwritten)?;
            self.format.begin_object_value(&mut self.out).map_err(unwritten)?;
            self.value(value, depth + 1)?;
            self.format.end_object_value(&mut self.out).map_err(unwritten)?;
        }
        self.format.end_object(&mut self.out).map_err(unwritten)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) -> String {
        parse(Stop::NEVER, "t.json", text)
            .and_then(|v| write(Stop::NEVER, &v, None))
            .unwrap_or_else(|e| e.message.clone())
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
        assert!(write(Stop::NEVER, &Value::Float(f64::NAN), None).is_err());
    }
}
