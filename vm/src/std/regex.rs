//! Builtins over regular expressions, in the syntax of the `regex` crate (linear time, no
//! backtracking, so that no pattern can hang a script).

use super::args::Args;
use crate::error::Error;
use crate::record::Record;
use crate::value::Value;
use regex::{Captures, Regex, RegexBuilder};

type Result = std::result::Result<Value, Error>;

/// The most memory one compiled pattern may take.
const MAX_PATTERN_BYTES: usize = 10 << 20;

fn pattern(args: &Args<'_>) -> std::result::Result<Regex, Error> {
    let text = args.str(0)?;
    RegexBuilder::new(text)
        .size_limit(MAX_PATTERN_BYTES)
        .build()
        .map_err(|e| Error::value_error(format!("{}: {e}", args.builtin.name())))
}

pub fn test(args: &Args<'_>) -> Result {
    Ok(Value::Bool(pattern(args)?.is_match(args.str(1)?)))
}

pub fn find(args: &Args<'_>) -> Result {
    let s = args.str(1)?;
    Ok(pattern(args)?.captures(s).map_or(Value::None, |m| found(s, &m)))
}

pub fn find_all(args: &Args<'_>) -> Result {
    let s = args.str(1)?;
    Ok(Value::list(pattern(args)?.captures_iter(s).map(|m| found(s, &m)).collect()))
}

pub fn replace(args: &Args<'_>) -> Result {
    Ok(pattern(args)?.replace_all(args.str(1)?, args.str(2)?).into_owned().into())
}

pub fn split(args: &Args<'_>) -> Result {
    Ok(Value::list(pattern(args)?.split(args.str(1)?).map(Value::from).collect()))
}

/// A match as a record; positions count code points, groups that took no part are `none`.
fn found(s: &str, m: &Captures<'_>) -> Value {
    let whole = m.get(0).expect("group 0 is the whole match");
    let position = |byte: usize| Value::Int(s[..byte].chars().count() as i64);
    let groups = m.iter().skip(1).map(|g| g.map_or(Value::None, |g| g.as_str().into())).collect();
    let fields = [
        ("text", whole.as_str().into()),
        ("start", position(whole.start())),
        ("end", position(whole.end())),
        ("groups", Value::list(groups)),
    ];
    Value::record(fields.into_iter().collect::<Record>())
}
