//! Numbers, texts and f-strings: from what was written to what it means.

use super::{Context, Parser};
use crate::ast::*;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;
use quern_ir::Span;
use std::sync::Arc;

impl Literal {
    pub(super) fn into_expr(self) -> ExprKind {
        match self {
            Literal::None => ExprKind::None,
            Literal::Bool(value) => ExprKind::Bool(value),
            Literal::Int(value) => ExprKind::Int(value),
            Literal::Float(value) => ExprKind::Float(value),
            Literal::F32(value) => ExprKind::F32(value),
            Literal::Imaginary(value) => ExprKind::Imaginary(value),
            Literal::Str(value) => ExprKind::Str(value),
        }
    }
}

/// A number's digits, and the letters behind them.
struct Digits<'a> {
    radix: u32,
    digits: &'a str,
    suffix: &'a str,
    is_float: bool,
}

fn split_number(text: &str) -> Digits<'_> {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        let Some(head) = text.get(..2) else { break };
        let is_prefixed = head.eq_ignore_ascii_case(prefix);
        if is_prefixed && text[2..].starts_with(|c: char| c == '_' || c.is_digit(radix)) {
            let rest = &text[2..];
            let end = rest.find(|c: char| c != '_' && !c.is_digit(radix)).unwrap_or(rest.len());
            return Digits { radix, digits: &rest[..end], suffix: &rest[end..], is_float: false };
        }
    }
    let bytes = text.as_bytes();
    let digits_from = |from: usize| {
        let is_digit = |b: &&u8| b.is_ascii_digit() || **b == b'_';
        from + bytes[from..].iter().take_while(is_digit).count()
    };
    let mut end = digits_from(0);
    let mut is_float = false;
    if bytes.get(end) == Some(&b'.') {
        end = digits_from(end + 1);
        is_float = true;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits_from(end + 1 + sign);
            is_float = true;
        }
    }
    Digits { radix: 10, digits: &text[..end], suffix: &text[end..], is_float }
}

impl<'a> Parser<'a> {
    /// Whether the number here is 2^63, which fits only with a minus.
    pub(super) fn is_least_int(&self) -> bool {
        let number = split_number(self.token().text(self.text));
        let digits = number.digits.replace('_', "");
        let is_int = !number.is_float && number.suffix.is_empty();
        is_int && u64::from_str_radix(&digits, number.radix) == Ok(i64::MIN.unsigned_abs())
    }

    /// The number at the current token.
    pub(super) fn number(&mut self) -> Literal {
        let token = self.token();
        let text = token.text(self.text);
        let number = split_number(text);
        let digits = number.digits.replace('_', "");
        let problem = match (number.suffix, number.is_float) {
            ("", false) => match i64::from_str_radix(&digits, number.radix) {
                Ok(value) => {
                    self.bump();
                    return Literal::Int(value);
                }
                Err(_) if digits.is_empty() => bad_number(self.span(), "this number has no digits"),
                Err(_) => too_large_int(self.span(), number.radix),
            },
            ("", true) => return self.float(&digits, Literal::Float),
            ("i", _) if number.radix == 10 => return self.float(&digits, Literal::Imaginary),
            ("f32", _) if number.radix == 10 => match digits.parse::<f32>() {
                Ok(value) if value.is_finite() => {
                    self.bump();
                    return Literal::F32(value);
                }
                _ => bad_number(self.span(), "this number does not fit an f32")
                    .with_hint("the largest is about 3.4e38"),
            },
            (suffix, _) => self.bad_suffix(suffix),
        };
        self.error(problem);
        self.bump();
        Literal::Int(0)
    }

    fn float(&mut self, digits: &str, make: fn(f64) -> Literal) -> Literal {
        let value = digits.parse::<f64>().unwrap_or(f64::NAN);
        if !value.is_finite() {
            let problem = bad_number(self.span(), "this number does not fit a float")
                .with_hint("the largest is about 1.8e308; infinity is `inf`");
            self.error(problem);
        }
        self.bump();
        make(value)
    }

    fn bad_suffix(&self, suffix: &str) -> Diagnostic {
        let span = self.span();
        let shown: String = suffix.chars().take(20).collect();
        let title = format!("`{shown}` cannot follow a number");
        let digits = span.range().len() - suffix.len();
        let at = Span::new(self.source, span.start as usize + digits, span.end as usize);
        let hint = match suffix {
            "j" | "J" | "I" => "the imaginary unit is `i`".to_owned(),
            "f" | "F" | "f64" | "d" | "L" | "u" => {
                "a float has a `.` or an exponent: `1.0`; an f32 is `1.0f32`".to_owned()
            }
            "e" | "E" => "an exponent has digits: `1e5`".to_owned(),
            _ if suffix.starts_with(|c: char| c.is_alphabetic()) => {
                format!("a product is written with `*`: `2 * {shown}`")
            }
            _ => "the suffixes of numbers are `i` and `f32`".to_owned(),
        };
        bad_number(at, title).with_hint(hint)
    }

    /// The text at the current token, its escapes resolved.
    pub(super) fn text_literal(&mut self) -> Arc<str> {
        let token = self.bump();
        let text = token.text(self.text);
        let quotes = if text.starts_with("\"\"\"") { 3 } else { 1 };
        let start = token.start as usize + quotes;
        let mut end = token.end as usize;
        if end >= start + quotes && self.text[..end].ends_with(&"\"\"\""[..quotes]) {
            end -= quotes;
        }
        self.unescape(start, end.max(start), false)
    }

    /// Parts between `f"` and `"`.
    pub(super) fn fstring(&mut self) -> ExprKind {
        self.bump();
        let mut parts = Vec::new();
        loop {
            match self.kind() {
                TokenKind::FStringText => {
                    let token = self.bump();
                    let text = self.unescape(token.start as usize, token.end as usize, true);
                    parts.push(FStringPart::Text { text, span: token.span(self.source) });
                }
                TokenKind::FStringOpen => parts.push(self.placeholder()),
                TokenKind::FStringEnd => {
                    self.bump();
                    return ExprKind::FString(parts);
                }
                // The lexer always closes what it opened; only skipping can lead here.
                _ => return ExprKind::FString(parts),
            }
        }
    }

    fn placeholder(&mut self) -> FStringPart {
        let open_pos = self.pos;
        let open = self.bump();
        let close = open.partner as usize;
        let (value, format) = self.within(Context::BRACKETS, |p| {
            if matches!(p.kind(), TokenKind::FStringClose | TokenKind::FStringFormat) {
                let span = open.span(p.source).to(p.span());
                p.error(
                    Diagnostic::error(
                        codes::BAD_PLACEHOLDER,
                        span,
                        "there is no expression between `{` and `}`",
                    )
                    .with_hint("for the characters themselves write `{{` and `}}`"),
                );
                let kind = ExprKind::Error;
                return (Expr { kind, span }, None);
            }
            let value = p.expr();
            let format = p.at(TokenKind::FStringFormat).then(|| {
                let token = p.bump();
                let start = token.start as usize + 1;
                FormatSpec {
                    text: p.text[start..token.end as usize].into(),
                    span: Span::new(p.source, start, token.end as usize),
                }
            });
            (value, format)
        });
        if self.pos == close {
            self.bump();
        } else if self.pos < close {
            let is_cut_off = self.tokens[close].start == self.tokens[close].end;
            if !is_cut_off {
                self.expected("`}`");
            }
            self.pos = close + 1;
            self.settle();
        } else {
            self.close(open_pos);
        }
        FStringPart::Value { value, format }
    }

    /// Resolves the escapes (and in f-strings the doubled braces) of `start..end`.
    fn unescape(&mut self, start: usize, end: usize, is_fstring: bool) -> Arc<str> {
        let source = self.text;
        let text = &source[start..end];
        let is_special =
            |c: char| matches!(c, '\\' | '\r') || (is_fstring && matches!(c, '{' | '}'));
        if !text.contains(is_special) {
            return text.into();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(is_special) {
            out.push_str(&rest[..at]);
            let here = end - rest.len() + at;
            rest = &rest[at..];
            let taken = match rest.as_bytes()[0] {
                b'\\' => self.escape(rest, here, &mut out),
                b'\r' if rest.starts_with("\r\n") => {
                    out.push('\n');
                    2
                }
                b'\r' => {
                    out.push('\r');
                    1
                }
                brace => {
                    out.push(brace as char);
                    let is_double = rest.as_bytes().get(1) == Some(&brace);
                    if !is_double {
                        let span = Span::new(self.source, here, here + 1);
                        self.error_behind(
                            Diagnostic::error(
                                codes::BAD_PLACEHOLDER,
                                span,
                                "`}` of an f-string closes nothing",
                            )
                            .with_hint("for the character itself write `}}`"),
                        );
                    }
                    1 + usize::from(is_double)
                }
            };
            rest = &rest[taken..];
        }
        out.push_str(rest);
        out.into()
    }

    /// One escape at the start of `rest`, which stands at byte `here`; returns its length.
    fn escape(&mut self, rest: &str, here: usize, out: &mut String) -> usize {
        let next = rest[1..].chars().next();
        let simple = match next {
            Some('n') => Some('\n'),
            Some('t') => Some('\t'),
            Some('r') => Some('\r'),
            Some('0') => Some('\0'),
            Some('"') => Some('"'),
            Some('\\') => Some('\\'),
            _ => None,
        };
        if let Some(c) = simple {
            out.push(c);
            return 2;
        }
        if next == Some('u') && rest[2..].starts_with('{') {
            let digits_end = rest[3..].find(|c: char| !c.is_ascii_hexdigit());
            let digits = &rest[3..3 + digits_end.unwrap_or(rest.len() - 3)];
            let is_closed = rest[3 + digits.len()..].starts_with('}');
            let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
            if let (Some(c), true) = (c, is_closed) {
                out.push(c);
                return digits.len() + 4;
            }
            let length = 3 + digits.len() + usize::from(is_closed);
            let span = Span::new(self.source, here, here + length);
            self.error_behind(
                Diagnostic::error(codes::BAD_ESCAPE, span, "this is no Unicode character")
                    .with_hint("write the code point in hexadecimal: `\\u{3b1}`"),
            );
            return length;
        }
        let length = 1 + next.map_or(0, char::len_utf8);
        let span = Span::new(self.source, here, here + length);
        let shown = match next {
            Some(c) if !c.is_control() => format!("`\\{c}` is no escape"),
            _ => "`\\` escapes nothing here".to_owned(),
        };
        self.error_behind(
            Diagnostic::error(codes::BAD_ESCAPE, span, shown).with_hint(
                "escapes are `\\n \\t \\r \\0 \\\" \\\\ \\u{3b1}`; a backslash is `\\\\`",
            ),
        );
        length
    }
}

fn bad_number(span: Span, title: impl Into<String>) -> Diagnostic {
    Diagnostic::error(codes::BAD_NUMBER, span, title)
}

fn too_large_int(span: Span, radix: u32) -> Diagnostic {
    let hint = match radix {
        10 => "the largest int is 9223372036854775807; a float has a `.` or an exponent: `1e19`",
        _ => "the largest int is 0x7fffffffffffffff",
    };
    Diagnostic::error(codes::INT_LITERAL_RANGE, span, "this number does not fit an int of 64 bits")
        .with_hint(hint)
}
