//! Tokens of the text form.

use super::parse::ParseError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Letters, digits, `_`, `.` inside, starting with a letter or `_`.
    Word(String),
    /// A number as written, with its sign.
    Number(String),
    Str(String),
    /// `->`, `...` or one character.
    Punct(&'static str),
    /// A `##` line before a function.
    Doc(String),
    End,
}

pub(super) struct Lexed {
    pub tokens: Vec<(Token, usize)>,
}

const PUNCTS: [&str; 15] =
    ["->", "...", "..", "(", ")", "[", "]", "{", "}", ",", ":", "=", "?", "@", "."];

/// Splits `text`; the number with each token is its line, from 1.
pub(super) fn lex(text: &str) -> Result<Lexed, ParseError> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '\n' {
            line += 1;
            rest = &rest[1..];
        } else if c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
        } else if rest.starts_with("##") {
            let end = rest.find('\n').unwrap_or(rest.len());
            tokens.push((Token::Doc(rest[2..end].to_owned()), line));
            rest = &rest[end..];
        } else if c == ';' || c == '#' {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if c == '"' {
            let (value, length) = string(rest)
                .ok_or_else(|| ParseError { line, message: "a string without end".into() })?;
            tokens.push((Token::Str(value), line));
            rest = &rest[length..];
        } else if c.is_ascii_digit()
            || (c == '-'
                && rest[1..].starts_with(|d: char| d.is_ascii_digit() || d == 'i' || d == 'n'))
        {
            let length = number_length(rest);
            tokens.push((Token::Number(rest[..length].to_owned()), line));
            rest = &rest[length..];
        } else if c.is_alphabetic() || c == '_' {
            let length = word_length(rest);
            tokens.push((Token::Word(rest[..length].to_owned()), line));
            rest = &rest[length..];
        } else if let Some(punct) = PUNCTS.into_iter().find(|p| rest.starts_with(p)) {
            tokens.push((Token::Punct(punct), line));
            rest = &rest[punct.len()..];
        } else {
            return Err(ParseError { line, message: format!("unexpected character {c:?}") });
        }
    }
    tokens.push((Token::End, line));
    Ok(Lexed { tokens })
}

/// A word takes in a `.` only when a letter follows: `const.int`, but not `s0[v].` or `0..3`.
fn word_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|&(_, c)| c);
        let inside = c.is_alphanumeric()
            || c == '_'
            || (c == '.' && next.is_some_and(|n| n.is_alphabetic() || n == '_'));
        if !inside {
            return i;
        }
    }
    text.len()
}

/// Digits, then a fraction and an exponent; `-inf` and `-nan` too.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut i: usize| {
        while bytes.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        i
    };
    let mut i = usize::from(bytes[0] == b'-');
    if bytes.get(i).is_some_and(u8::is_ascii_alphabetic) {
        return i + word_length(&text[i..]);
    }
    i = digits(i);
    if bytes.get(i) == Some(&b'.') && bytes.get(i + 1).is_some_and(u8::is_ascii_digit) {
        i = digits(i + 1);
    }
    if bytes.get(i) == Some(&b'e') {
        let sign = usize::from(matches!(bytes.get(i + 1), Some(b'-' | b'+')));
        if bytes.get(i + 1 + sign).is_some_and(u8::is_ascii_digit) {
            i = digits(i + 1 + sign);
        }
    }
    i
}

/// The value of the string `text` starts with, and its length in the text.
fn string(text: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => return Some((value, i + 1)),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'r' => value.push('\r'),
                '0' => value.push('\0'),
                'u' => {
                    let code: String =
                        chars.by_ref().skip(1).map(|(_, c)| c).take_while(|&c| c != '}').collect();
                    value.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                }
                c => value.push(c),
            },
            c => value.push(c),
        }
    }
    None
}
