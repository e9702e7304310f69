//! What stands behind an operand: calls, indices, fields.

use super::expr::level;
use super::{Context, Parser, Role};
use crate::ast::*;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;

impl<'a> Parser<'a> {
    /// Calls, indices and fields behind an operand.
    pub(super) fn postfix(&mut self, mut operand: Expr, may_call: bool) -> Expr {
        let first = operand.span;
        loop {
            let op_span = self.span();
            match self.kind() {
                TokenKind::LParen if may_call && !self.starts_line() => {
                    operand = self.call(operand);
                }
                TokenKind::LBracket if may_call && !self.starts_line() => {
                    operand = self.index(operand);
                }
                TokenKind::Dot => match self.field(operand) {
                    Ok(field) => operand = field,
                    Err(object) => return object,
                },
                TokenKind::Unknown if !self.starts_line() => {
                    // Reported by the lexer; perhaps an operator that does not exist.
                    self.bump();
                    if self.starts_operand() {
                        self.expr_at(level::UNARY, false);
                    }
                    self.settle();
                    operand = self.error_expr(self.span_from(first));
                }
                _ => return operand,
            }
            if !self.grow(op_span) {
                return self.error_expr(first);
            }
        }
    }

    fn field(&mut self, object: Expr) -> Result<Expr, Expr> {
        use TokenKind::*;
        let first = object.span;
        self.bump();
        match self.kind() {
            _ if matches!(object.kind, ExprKind::Int(_)) && !self.at(Name) => {
                let hint = "a number has a digit behind its point: `1.0`";
                let diagnostic = self.unexpected("a digit").with_hint(hint);
                self.error(diagnostic);
                Err(object)
            }
            // Behind a dot every word is a name: `re.match(..)`.
            kind if kind == Name || kind.is_keyword() => {
                let token = self.bump();
                let name = self.name_of(token);
                let object = Box::new(object);
                Ok(Expr { kind: ExprKind::Field { object, name }, span: self.span_from(first) })
            }
            Star | Slash | Caret | Plus | Minus => {
                let hint = "operators on arrays work element by element as they are";
                let diagnostic = self.unexpected("a field name").with_hint(hint);
                self.error(diagnostic);
                Err(object)
            }
            Number if !self.starts_line() => {
                let hint = "an element of a tuple is `t[0]`";
                let diagnostic = self.unexpected("a field name").with_hint(hint);
                self.error(diagnostic);
                self.bump();
                Err(self.error_expr(self.span_from(first)))
            }
            _ => {
                self.expected("a field name");
                Err(object)
            }
        }
    }

    pub(super) fn call(&mut self, callee: Expr) -> Expr {
        let first = callee.span;
        let mut args: Vec<Arg> = Vec::new();
        self.mark(Role::Postfix);
        let args_span = self.comma_list(Context::BRACKETS, "argument", |p| {
            let arg = p.arg();
            p.check_arg_order(&args, &arg);
            args.push(arg);
        });
        let call = Call { callee, args, piped: false, args_span };
        Expr { kind: ExprKind::Call(Box::new(call)), span: self.span_from(first) }
    }

    fn arg(&mut self) -> Arg {
        let first = self.span();
        let (kind, value) = if self.eat(TokenKind::Ellipsis) {
            (ArgKind::Spread, self.expr())
        } else if self.at(TokenKind::Mut) {
            (ArgKind::Mut, self.mut_place())
        } else if self.nth(1) == TokenKind::Colon
            && (self.at(TokenKind::Name) || self.kind().is_keyword())
        {
            let token = self.bump();
            let name = self.name_of(token);
            self.bump();
            if self.at(TokenKind::Mut) {
                (ArgKind::NamedMut(name), self.mut_place())
            } else {
                (ArgKind::Named(name), self.expr())
            }
        } else {
            let value = self.expr();
            if self.at(TokenKind::Eq) {
                self.error(
                    Diagnostic::error(
                        codes::UNEXPECTED,
                        self.span(),
                        "a named argument is written with `:`",
                    )
                    .with_hint("write `name: value`"),
                );
                self.bump();
                (ArgKind::Positional, self.expr())
            } else {
                (ArgKind::Positional, value)
            }
        };
        Arg { kind, value, span: self.span_from(first) }
    }

    fn mut_place(&mut self) -> Expr {
        self.bump();
        let place = self.expr();
        if !place.is_place() && !matches!(place.kind, ExprKind::Error) {
            self.error_behind(
                Diagnostic::error(
                    codes::NOT_A_PLACE,
                    place.span,
                    "only a variable, an element or a field can be passed as `mut`",
                )
                .with_hint("bind the value with `mut x = ..` first and pass `mut x`"),
            );
        }
        place
    }

    fn check_arg_order(&mut self, before: &[Arg], arg: &Arg) {
        let name_of = |arg: &Arg| match &arg.kind {
            ArgKind::Named(name) | ArgKind::NamedMut(name) => Some(name.clone()),
            _ => None,
        };
        let Some(name) = name_of(arg) else {
            if let Some(last) = before.last()
                && let Some(name) = name_of(last)
                && arg.kind != ArgKind::Spread
            {
                self.error_behind(
                    Diagnostic::error(
                        codes::BAD_ARGUMENT_ORDER,
                        arg.span,
                        "an argument without a name follows one with a name",
                    )
                    .with_label_at(name.span, "named here"),
                );
            }
            return;
        };
        let same = |other: &Name| other.text == name.text;
        if let Some(other) = before.iter().filter_map(name_of).find(same) {
            self.error_behind(
                Diagnostic::error(
                    codes::DUPLICATE_FIELD,
                    name.span,
                    format!("argument `{}` is given twice", name.text),
                )
                .with_label_at(other.span, "here for the first time"),
            );
        }
    }

    pub(super) fn index(&mut self, object: Expr) -> Expr {
        let first = object.span;
        let open = self.span();
        let mut items = Vec::new();
        self.mark(Role::Postfix);
        let items_span = self.comma_list(Context::INDEX, "index", |p| {
            if p.at(TokenKind::Ellipsis) {
                let token = p.bump();
                items.push(IndexItem::Ellipsis(token.span(p.source)));
            } else if p.at(TokenKind::Colon) {
                p.foreign_slice();
                items.push(IndexItem::Expr(p.error_expr(p.previous_span())));
            } else {
                let item = p.expr();
                if p.at(TokenKind::Colon) {
                    p.foreign_slice();
                }
                items.push(IndexItem::Expr(item));
            }
        });
        if items.is_empty() && self.last_error != Some(self.pos) {
            self.error_behind(
                Diagnostic::error(codes::UNEXPECTED, open.to(items_span), "an index is missing")
                    .with_hint("`a[..]` is the whole array"),
            );
        }
        let index = Index { object, items, items_span };
        Expr { kind: ExprKind::Index(Box::new(index)), span: self.span_from(first) }
    }

    /// `a[1:3]`, `a[::2]`: reported once, and the rest of the slice is passed over.
    fn foreign_slice(&mut self) {
        self.error(
            Diagnostic::error(codes::BAD_RANGE, self.span(), "a slice is written with `..`")
                .with_hint("`a[1:3]` is `a[1..3]`, `a[:]` is `a[..]`, `a[::2]` is `a[.. by 2]`"),
        );
        while self.eat(TokenKind::Colon) {
            if self.starts_operand() {
                self.expr();
            }
        }
        self.settle();
    }
}
