//! Builtins over strings.

use super::args::Args;
use super::format_spec::FormatSpec;
use super::show;
use crate::array::{Array, format_f32, format_float};
use crate::error::Error;
use crate::interrupt::Stop;
use crate::list::List;
use crate::range::reserve;
use crate::text::Text;
use crate::text_builder::TextBuilder;
use crate::value::Value;

type Result = std::result::Result<Value, Error>;

/// A value in a format of the mini-language; the plain format is what `print` writes.
pub fn format_value(value: &Value, spec: &str) -> std::result::Result<String, Error> {
    if spec.is_empty() {
        return Ok(show::display(value));
    }
    let parsed = FormatSpec::parse(spec).map_err(Error::value_error)?;
    let text = match value {
        Value::Int(x) => parsed.int(*x),
        Value::Float(x) => parsed.float_with(*x, format_float),
        Value::F32(x) => parsed.float_with(f64::from(*x), |_| format_f32(x.abs())),
        Value::Complex(z) => parsed.complex(z.re, z.im),
        _ if let Some(s) = value.as_str() => parsed.text(s),
        other => parsed
            .text(&show::display(other))
            .map_err(|_| format!("format {spec:?} is for numbers, not {}", super::describe(other))),
    };
    text.map_err(Error::value_error)
}

pub fn split(args: &Args<'_>) -> Result {
    let s = args.str(0)?;
    let limit = match args.optional_int(2)? {
        None => usize::MAX,
        Some(n) => usize::try_from(n).unwrap_or(0).saturating_add(1),
    };
    match args.optional_str(1)? {
        None if limit == usize::MAX => parts(args.stop, s.split_whitespace()),
        None => Ok(Value::list(split_words(s, limit))),
        Some("") => Err(Error::value_error("split: the separator is empty")
            .hint("chars(s) gives the characters")),
        // A separator of one character is looked for faster than one of several.
        Some(sep) => match (sep.chars().next(), sep.chars().nth(1)) {
            (Some(c), None) => parts(args.stop, s.splitn(limit, c)),
            _ => parts(args.stop, s.splitn(limit, sep)),
        },
    }
}

/// A list of parts of a text.
pub fn parts<'s>(stop: Stop<'_>, parts: impl Iterator<Item = &'s str>) -> Result {
    let mut list = Vec::new();
    for part in parts {
        stop.check()?;
        reserve(&mut list, 1)?;
        list.push(Value::from(part));
    }
    Ok(Value::list(list))
}

/// Words between white space; the last of `limit` parts is the whole rest.
fn split_words(s: &str, limit: usize) -> Vec<Value> {
    let (mut parts, mut rest) = (Vec::new(), s.trim());
    while !rest.is_empty() && parts.len() + 1 < limit {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        parts.push(Value::from(&rest[..end]));
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() {
        parts.push(Value::from(rest));
    }
    parts
}

pub fn lines(args: &Args<'_>) -> Result {
    parts(args.stop, args.str(0)?.lines())
}

/// Joins a list of strings (`join` checks and collects its iterable first).
pub fn join(args: &Args<'_>) -> Result {
    let sep = args.str(1)?;
    let Value::List(items) = args.get(0) else {
        return Err(args.wrong(0, "a list of strings"));
    };
    let mut out = TextBuilder::default();
    for (i, item) in items.iter().enumerate() {
        args.stop.check()?;
        let Some(s) = item.as_str() else {
            let what = super::describe(&item);
            return Err(Error::type_error(format!("join: item {i} must be a str, not {what}"))
                .hint("map(str) makes strings of the items first"));
        };
        if i > 0 {
            out.push(sep)?;
        }
        out.push(s)?;
    }
    Ok(out.into_value())
}

pub fn replace(args: &Args<'_>) -> Result {
    let (s, old, new) = (args.str(0)?, args.str(1)?, args.str(2)?);
    let (mut out, mut done) = (TextBuilder::default(), 0);
    for (at, found) in s.match_indices(old) {
        args.stop.check()?;
        out.push(&s[done..at])?;
        out.push(new)?;
        done = at + found.len();
    }
    out.push(&s[done..])?;
    Ok(out.into_value())
}

/// `trim`, `trim_start` and `trim_end`, by the ends to trim.
pub fn trim(args: &Args<'_>, start: bool, end: bool) -> Result {
    let mut s = args.str(0)?;
    let set = args.optional_str(1)?;
    let drop = |c: char| set.map_or(c.is_whitespace(), |set| set.contains(c));
    if start {
        s = s.trim_start_matches(drop);
    }
    if end {
        s = s.trim_end_matches(drop);
    }
    Ok(s.into())
}

pub fn find(args: &Args<'_>) -> Result {
    let s = args.str(0)?;
    Ok(match s.find(args.str(1)?) {
        Some(at) => Value::Int(s[..at].chars().count() as i64),
        None => Value::None,
    })
}

/// `pad_start` and `pad_end`.
pub fn pad(args: &Args<'_>, at_start: bool) -> Result {
    let (s, width, fill) = (args.text(0)?, args.count(1)?, args.str(2)?);
    let mut chars = fill.chars();
    let (Some(fill), None) = (chars.next(), chars.next()) else {
        return Err(Error::value_error(format!(
            "{}: fill must be one character",
            args.builtin.name()
        )));
    };
    let missing = width.saturating_sub(s.len());
    if missing > super::MAX_TEXT {
        return Err(super::too_long(args.builtin.name(), missing));
    }
    let padding: String = std::iter::repeat_n(fill, missing).collect();
    Ok(if at_start {
        format!("{padding}{}", s.as_str())
    } else {
        format!("{}{padding}", s.as_str())
    }
    .into())
}

pub fn repeat(s: Text<'_>, n: i64) -> Result {
    let n = usize::try_from(n)
        .map_err(|_| Error::value_error(format!("repeat: the count is negative: {n}")))?;
    match s.as_str().len().checked_mul(n) {
        Some(bytes) if bytes <= super::MAX_TEXT => {
            let mut out = TextBuilder::default();
            out.reserve(bytes)?;
            (0..n).try_for_each(|_| out.push(s.as_str()))?;
            Ok(out.into_value())
        }
        _ => Err(super::too_long("repeat", n)),
    }
}

pub fn ord(args: &Args<'_>) -> Result {
    let s = args.text(0)?;
    match s.char_at(0) {
        Some(c) if s.len() == 1 => Ok(Value::Int(i64::from(u32::from(c)))),
        _ => Err(Error::value_error(format!("ord: expected one character, found {}", s.len()))),
    }
}

pub fn chr(args: &Args<'_>) -> Result {
    let n = args.int(0)?;
    match u32::try_from(n).ok().and_then(char::from_u32) {
        Some(c) => Ok(c.to_string().into()),
        None => Err(Error::value_error(format!("chr: {n} is no Unicode code point"))),
    }
}

pub fn chars(s: &str) -> List {
    s.chars().map(|c| Value::from(c.to_string())).collect()
}

pub fn bytes(args: &Args<'_>) -> Result {
    let s = args.str(0)?;
    Ok(Array::from_vec(s.as_bytes().to_vec())?.into())
}

/// The text that the bytes of a u8 array encode.
pub fn from_bytes(bytes: &Array) -> Result {
    let bytes = bytes.to_vec::<u8>().unwrap_or_default();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(e) => {
            let at = e.utf8_error().valid_up_to();
            Err(Error::value_error(format!("str: byte {at} does not continue valid UTF-8")))
        }
    }
}
