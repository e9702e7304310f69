//! Patterns: of `match` and `receive` arms, and the narrower ones that bind.

use super::{Context, Parser, Role};
use crate::ast::*;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;
use quern_ir::Span;

/// Words that name a type where a pattern or annotation stands, and are ordinary names elsewhere.
const TYPE_NAMES: &[&str] = &[
    "int",
    "float",
    "complex",
    "bool",
    "str",
    "array",
    "list",
    "tuple",
    "record",
    "dict",
    "range",
    "task",
    "generator",
    "channel",
    "pid",
    "mvar",
    "signal",
    "error",
    "u8",
    "i32",
    "f32",
];

/// What may stand in a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Patterns that always fit: `let`, `for`, parameters.
    Binding,
    Match,
}

impl<'a> Parser<'a> {
    pub(super) fn binding_pattern(&mut self) -> Pattern {
        self.pattern(Mode::Binding)
    }

    pub(super) fn match_pattern(&mut self) -> Pattern {
        self.pattern(Mode::Match)
    }

    fn pattern(&mut self, mode: Mode) -> Pattern {
        let first = self.span();
        if !self.enter() {
            return self.error_pattern(first);
        }
        let pattern = self.measured(|p| {
            let first_pattern = p.single_pattern(mode);
            if mode == Mode::Binding || !p.at(TokenKind::Pipe) {
                return first_pattern;
            }
            let mut choices = vec![first_pattern];
            while p.eat(TokenKind::Pipe) {
                choices.push(p.single_pattern(mode));
            }
            Pattern { kind: PatternKind::Or(choices), span: p.span_from(first) }
        });
        self.leave();
        pattern
    }

    fn error_pattern(&self, first: Span) -> Pattern {
        Pattern { kind: PatternKind::Error, span: self.span_from(first) }
    }

    fn single_pattern(&mut self, mode: Mode) -> Pattern {
        use TokenKind as T;
        let first = self.span();
        let kind = match self.kind() {
            T::Name => self.name_pattern(mode),
            T::LParen => {
                let (sequence, is_tuple) = self.sequence_pattern(mode);
                match (is_tuple, sequence) {
                    (false, SequencePattern { mut before, .. }) if before.len() == 1 => {
                        let only = before.remove(0);
                        return Pattern { kind: only.kind, span: self.span_from(first) };
                    }
                    (_, sequence) => PatternKind::Tuple(sequence),
                }
            }
            T::LBracket => PatternKind::List(self.sequence_pattern(mode).0),
            T::LBrace => PatternKind::Record(self.record_pattern(mode)),
            T::Number | T::Minus | T::Str => PatternKind::Literal(self.literal_pattern()),
            T::True | T::False | T::None if mode == Mode::Match => {
                PatternKind::Literal(self.literal_pattern())
            }
            T::Fn if mode == Mode::Match => PatternKind::Type(self.single_type()),
            T::FStringStart => {
                let diagnostic = self
                    .unexpected("a pattern")
                    .with_hint("a pattern is fixed; compare in a guard: `s if s == f\"..\" => ..`");
                self.error(diagnostic);
                self.fstring();
                PatternKind::Error
            }
            kind if kind.is_keyword() && !self.starts_line() && mode == Mode::Binding => {
                match self.expect_name("a variable") {
                    Some(name) => PatternKind::Name(name.text),
                    None => PatternKind::Error,
                }
            }
            T::Unknown => {
                // The lexer has reported it.
                self.bump();
                self.settle();
                PatternKind::Error
            }
            _ => {
                self.expected(match mode {
                    Mode::Binding => "a name or a pattern",
                    Mode::Match => "a pattern",
                });
                return self.error_pattern(self.previous_span());
            }
        };
        let span = self.span_from(first);
        if mode == Mode::Binding && matches!(kind, PatternKind::Literal(_)) {
            self.error_behind(
                Diagnostic::error(
                    codes::BAD_PATTERN,
                    span,
                    "a value cannot be tested here, only names can be bound",
                )
                .with_hint("test it with `match` or `if`"),
            );
        }
        if mode == Mode::Match
            && matches!(self.kind(), T::DotDot | T::DotDotEq)
            && !self.starts_line()
        {
            self.error(
                Diagnostic::error(codes::BAD_PATTERN, self.span(), "a range is no pattern")
                    .with_hint("use a guard: `n if n in 0..10 => ..`"),
            );
            self.bump();
            if self.starts_operand() {
                self.single_pattern(mode);
            }
            self.settle();
        }
        Pattern { kind, span }
    }

    fn name_pattern(&mut self, mode: Mode) -> PatternKind {
        let text = self.token().text(self.text);
        if mode == Mode::Match && TYPE_NAMES.contains(&text) {
            return PatternKind::Type(self.single_type());
        }
        let token = self.bump();
        match text {
            "_" => PatternKind::Wildcard,
            _ => PatternKind::Name(self.name_of(token).text),
        }
    }

    fn literal_pattern(&mut self) -> Literal {
        use TokenKind as T;
        match self.kind() {
            T::Str => Literal::Str(self.text_literal()),
            T::True | T::False => Literal::Bool(self.bump().kind == T::True),
            T::Minus => {
                self.mark(Role::Prefix);
                self.bump();
                if !self.at(T::Number) {
                    self.expected("a number");
                    return Literal::Int(0);
                }
                if self.is_least_int() {
                    self.bump();
                    return Literal::Int(i64::MIN);
                }
                match self.number() {
                    Literal::Int(value) => Literal::Int(-value),
                    Literal::Float(value) => Literal::Float(-value),
                    Literal::F32(value) => Literal::F32(-value),
                    Literal::Imaginary(value) => Literal::Imaginary(-value),
                    other => other,
                }
            }
            T::Number => self.number(),
            _ => {
                self.bump();
                Literal::None
            }
        }
    }

    /// `(a, b, ...rest)` or `[a, ...rest, z]`, and whether it holds a comma or a rest.
    fn sequence_pattern(&mut self, mode: Mode) -> (SequencePattern, bool) {
        let mut sequence = SequencePattern { before: Vec::new(), rest: None, after: Vec::new() };
        let mut is_tuple = self.nth(1).is_close();
        self.comma_list(Context::BRACKETS, "pattern", |p| {
            if p.at(TokenKind::Ellipsis) {
                let rest = p.rest_pattern();
                if let Some(before) = &sequence.rest {
                    p.error_behind(
                        Diagnostic::error(codes::BAD_PATTERN, rest.span, "a pattern has one `...`")
                            .with_label_at(before.span, "the first"),
                    );
                }
                sequence.rest = Some(rest);
                is_tuple = true;
            } else {
                let item = p.pattern(mode);
                match sequence.rest {
                    None => sequence.before.push(item),
                    Some(_) => sequence.after.push(item),
                }
            }
            is_tuple |= p.at(TokenKind::Comma);
        });
        (sequence, is_tuple)
    }

    fn rest_pattern(&mut self) -> RestPattern {
        let first = self.bump().span(self.source);
        let name = match self.at(TokenKind::Name) {
            true => self.expect_name("a name"),
            false => None,
        };
        RestPattern { name, span: self.span_from(first) }
    }

    fn record_pattern(&mut self, mode: Mode) -> Vec<FieldPattern> {
        let mut fields = Vec::new();
        self.mark(Role::Record);
        self.comma_list(Context::BRACKETS, "field", |p| {
            if p.at(TokenKind::Ellipsis) {
                let rest = p.rest_pattern();
                p.error_behind(
                    Diagnostic::error(
                        codes::BAD_PATTERN,
                        rest.span,
                        "a record pattern ignores the fields it does not name",
                    )
                    .with_hint("leave the `...` out"),
                );
                return;
            }
            let Some(name) = p.expect_name("a field name") else {
                return;
            };
            let pattern = if p.eat(TokenKind::Colon) {
                p.pattern(mode)
            } else {
                Pattern { kind: PatternKind::Name(name.text.clone()), span: name.span }
            };
            fields.push(FieldPattern { name, pattern });
        });
        fields
    }
}
