//! The text of a value: as `print` writes it, and as it stands inside containers.

use crate::array::{format_f32, format_float};
use crate::value::Value;
use std::fmt::Write;

/// Containers nested deeper than this print as `...`, so that no value can exhaust the native stack.
const MAX_NESTING: usize = 100;

/// The text `print` writes: strings as they are.
pub fn display(value: &Value) -> String {
    match value {
        _ if let Some(s) = value.as_str() => s.into(),
        _ => repr(value),
    }
}

/// The text inside containers: strings in quotes.
pub fn repr(value: &Value) -> String {
    let mut out = String::new();
    write_value(&mut out, value, 0);
    out
}

/// A string in quotes, with the escapes that the language reads back.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            c if c.is_control() => push(&mut out, format_args!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

fn write_value(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::None => out.push_str("none"),
        Value::Bool(x) => push(out, format_args!("{x}")),
        Value::Int(x) => push(out, format_args!("{x}")),
        Value::Float(x) => out.push_str(&format_float(*x)),
        Value::F32(x) => out.push_str(&format_f32(*x)),
        Value::Complex(z) => out.push_str(&complex(z.re, z.im)),
        Value::ShortStr(s) => out.push_str(&quote(s.as_str())),
        Value::LongStr(s) => out.push_str(&quote(s.as_str())),
        Value::Array(a) => push(out, format_args!("{a}")),
        Value::Builtin(b) if value.as_dtype().is_some() => out.push_str(b.name()),
        Value::Builtin(b) => push(out, format_args!("<fn {}>", b.name())),
        Value::Fn(_) => out.push_str("<fn>"),
        Value::Host(f) => push(out, format_args!("<fn {}>", f.name())),
        Value::Generator(_) => out.push_str("<generator>"),
        Value::Error(e) => push(out, format_args!("{}: {}", e.kind_name, e.message)),
        Value::Range(r) => {
            if let Some(start) = r.start() {
                push(out, format_args!("{start}"));
            }
            out.push_str(if r.inclusive { "..=" } else { ".." });
            if let Some(stop) = r.stop() {
                push(out, format_args!("{stop}"));
            }
            if r.step != 1 {
                push(out, format_args!(" by {}", r.step));
            }
        }
        _ if depth >= MAX_NESTING => out.push_str("..."),
        Value::List(items) => write_items(out, "[", items.iter(), "]", depth),
        Value::Tuple(t) => {
            let end = if t.items.len() == 1 { ",)" } else { ")" };
            write_items(out, "(", t.items.iter().cloned(), end, depth);
        }
        Value::Record(r) => {
            out.push('{');
            for (i, (name, value)) in r.iter().enumerate() {
                push(out, format_args!("{}{name}: ", if i > 0 { ", " } else { "" }));
                write_value(out, value, depth + 1);
            }
            out.push('}');
        }
        Value::Dict(d) if d.is_empty() => out.push_str("dict([])"),
        Value::Dict(d) => {
            out.push('{');
            for (i, (key, value)) in d.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_value(out, &key.to_value(), depth + 1);
                out.push_str(": ");
                write_value(out, value, depth + 1);
            }
            out.push('}');
        }
    }
}

fn write_items(
    out: &mut String,
    open: &str,
    items: impl Iterator<Item = Value>,
    close: &str,
    depth: usize,
) {
    out.push_str(open);
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_value(out, &item, depth + 1);
    }
    out.push_str(close);
}

/// `3.0 + 2.0i`, as it is written in a script.
fn complex(re: f64, im: f64) -> String {
    let sign = if im.is_sign_negative() && !im.is_nan() { '-' } else { '+' };
    format!("{} {sign} {}i", format_float(re), format_float(im.abs()))
}
