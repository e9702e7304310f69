//! Builtins over regular expressions, in the syntax of the `regex` crate (linear time, no
//! backtracking, so that no pattern can hang a script).

use super::args::Args;
use crate::error::Error;
use crate::range::reserve;
use crate::record::Record;
use crate::text_builder::TextBuilder;
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
    let mut positions = Positions::new(s);
    Ok(pattern(args)?.captures(s).map_or(Value::None, |m| found(&mut positions, &m)))
}

pub fn find_all(args: &Args<'_>) -> Result {
    let s = args.str(1)?;
    let mut positions = Positions::new(s);
    let mut matches = Vec::new();
    for m in pattern(args)?.captures_iter(s) {
        args.stop.check()?;
        reserve(&mut matches, 1)?;
        matches.push(found(&mut positions, &m));
    }
    Ok(Value::list(matches))
}

pub fn replace(args: &Args<'_>) -> Result {
    let (s, new) = (args.str(1)?, args.str(2)?);
    let (pattern, expands) = (pattern(args)?, new.contains('$'));
    let (mut out, mut done) = (TextBuilder::default(), 0);
    for m in pattern.find_iter(s) {
        args.stop.check()?;
        out.push(&s[done..m.start()])?;
        // Groups cost time, so they are looked for where they are asked for.
        match expands.then(|| pattern.captures_at(s, m.start())).flatten() {
            Some(groups) => {
                let mut expanded = String::new();
                groups.expand(new, &mut expanded);
                out.push(&expanded)?;
            }
            None => out.push(new)?,
        }
        done = m.end();
    }
    out.push(&s[done..])?;
    Ok(out.into_value())
}

pub fn split(args: &Args<'_>) -> Result {
    super::text::parts(args.stop, pattern(args)?.split(args.str(1)?))
}

/// Counts the code points in front of places of a text, from one place to the next.
struct Positions<'s> {
    text: &'s str,
    byte: usize,
    count: i64,
}

impl<'s> Positions<'s> {
    fn new(text: &'s str) -> Positions<'s> {
        Positions { text, byte: 0, count: 0 }
    }

    /// How many there are in front of a byte, which is not in front of the one asked for before.
    fn advance(&mut self, byte: usize) -> Value {
        self.count += self.text[self.byte..byte].chars().count() as i64;
        self.byte = byte;
        Value::Int(self.count)
    }
}

/// A match as a record; positions count code points, groups that took no part are `none`.
fn found(positions: &mut Positions<'_>, m: &Captures<'_>) -> Value {
    let whole = m.get(0).expect("group 0 is the whole match");
    let groups = m.iter().skip(1).map(|g| g.map_or(Value::None, |g| g.as_str().into())).collect();
    let fields = [
        ("text", whole.as_str().into()),
        ("start", positions.advance(whole.start())),
        ("end", positions.advance(whole.end())),
        ("groups", Value::list(groups)),
    ];
    Value::record(fields.into_iter().collect::<Record>())
}
