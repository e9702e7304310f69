//! Operands: names, literals, brackets, braces, lambdas.

use super::expr::level;
use super::{Context, Parser, Role};
use crate::ast::*;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::{NO_PARTNER, TokenKind};
use quern_ir::Span;

impl<'a> Parser<'a> {
    pub(super) fn primary(&mut self) -> Expr {
        use TokenKind as T;
        let first = self.span();
        let kind = match self.kind() {
            T::Name if self.nth(1) == T::FatArrow && !self.context.guard => return self.lambda(),
            T::Name => {
                let token = self.bump();
                ExprKind::Name(self.intern(token.text(self.text)))
            }
            T::Number => self.number().into_expr(),
            T::Str => ExprKind::Str(self.text_literal()),
            T::FStringStart => self.fstring(),
            T::True | T::False => ExprKind::Bool(self.bump().kind == T::True),
            T::None => {
                self.bump();
                ExprKind::None
            }
            T::LParen => return self.parenthesized(),
            T::LBracket => self.list(),
            T::LBrace => return self.brace(),
            T::If => self.if_expr(),
            T::Match => self.match_expr(),
            T::Try => self.try_expr(),
            T::Async => {
                self.bump();
                if !self.at(T::LBrace) {
                    let diagnostic = self
                        .unexpected("`{`")
                        .with_hint("a task is `async { f(x) }` or `spawn(f, x)`");
                    self.error(diagnostic);
                    if self.starts_operand() {
                        self.expr_at(level::UNARY, false);
                    }
                    return self.error_expr(self.span_from(first));
                }
                let (block, _) = self.function_body(Self::block);
                ExprKind::Async(block)
            }
            T::Receive => self.receive(),
            T::Return => {
                self.bump();
                ExprKind::Return(self.optional_operand())
            }
            T::Yield => {
                self.bump();
                self.saw_yield = true;
                ExprKind::Yield(self.optional_operand())
            }
            T::Throw => {
                self.bump();
                ExprKind::Throw(Box::new(self.expr()))
            }
            T::Break => {
                self.bump();
                ExprKind::Break
            }
            T::Continue => {
                self.bump();
                ExprKind::Continue
            }
            T::Fn => return self.foreign_lambda(),
            T::Unknown => {
                self.bump();
                self.settle();
                ExprKind::Error
            }
            _ => return self.no_operand(),
        };
        Expr { kind, span: self.span_from(first) }
    }

    fn no_operand(&mut self) -> Expr {
        use TokenKind::*;
        let mut diagnostic = self.unexpected("an expression");
        if self.at(Dot) && self.nth(1) == Number {
            let hint = "a number has a digit before its point: `0.5`";
            self.error(diagnostic.with_hint(hint));
            self.bump();
            self.number();
            return self.error_expr(self.previous_span());
        }
        if matches!(self.kind(), Let | Mut | For | While | Loop | Import) && !self.starts_line() {
            diagnostic =
                diagnostic.with_hint("a statement stands on a line of its own, or in `{ }`");
        }
        self.error(diagnostic);
        let span = self.previous_span();
        // Tokens that mean nothing here and end nothing either are passed over.
        let is_noise = matches!(
            self.kind(),
            Star | Slash
                | SlashSlash
                | Percent
                | Caret
                | Amp
                | Pipe
                | EqEq
                | Ne
                | Lt
                | Le
                | Gt
                | Ge
                | And
                | Or
                | Xor
                | In
                | At
                | Shl
                | Shr
                | PipeGt
                | AmpAmp
                | PipePipe
                | StarStar
        );
        if is_noise && !self.starts_line() {
            self.bump();
            if self.starts_operand() {
                return self.expr_at(level::UNARY, false);
            }
            self.settle();
        }
        self.error_expr(span)
    }

    fn optional_operand(&mut self) -> Option<Box<Expr>> {
        self.starts_operand().then(|| Box::new(self.expr()))
    }

    fn parenthesized(&mut self) -> Expr {
        let first = self.span();
        let open = self.token();
        let is_lambda = open.partner != NO_PARTNER
            && self.tokens[open.partner as usize + 1].kind == TokenKind::FatArrow;
        if is_lambda && !self.context.guard {
            return self.lambda();
        }
        let mut items = Vec::new();
        let mut last_comma = false;
        self.comma_list(Context::BRACKETS, "value", |p| {
            items.push(p.expr());
            last_comma = p.at(TokenKind::Comma);
        });
        let span = self.span_from(first);
        match (items.pop(), items.is_empty(), last_comma) {
            (Some(only), true, false) => Expr { kind: only.kind, span },
            (last, _, _) => {
                items.extend(last);
                Expr { kind: ExprKind::Tuple(items), span }
            }
        }
    }

    fn list(&mut self) -> ExprKind {
        let mut items = Vec::new();
        let n_mistakes = self.diagnostics.len();
        self.comma_list(Context::BRACKETS, "element", |p| {
            items.push(if p.eat(TokenKind::Ellipsis) {
                Element::Spread(p.expr())
            } else {
                Element::Item(p.expr())
            });
            if p.at(TokenKind::Semicolon) {
                let diagnostic =
                    p.unexpected("`,`").with_hint("a matrix is a list of rows: `[[1, 2], [3, 4]]`");
                if p.diagnostics.len() == n_mistakes {
                    p.error(diagnostic);
                }
                p.bump();
                p.settle();
            }
        });
        ExprKind::List(items)
    }

    /// `{` at the current token opens a record that cannot be taken for a block.
    pub(super) fn brace_starts_fields(&self) -> bool {
        self.brace_starts_fields_at(self.pos)
    }

    pub(super) fn brace_starts_fields_at(&self, pos: usize) -> bool {
        use TokenKind::*;
        let kind = |n: usize| self.tokens.get(pos + n).map_or(Eof, |token| token.kind);
        let (first, second) = (kind(1), kind(2));
        kind(0) == LBrace
            && (first == Ellipsis
                || (second == Colon && (matches!(first, Name | Str) || first.is_keyword())))
    }

    /// `{` where an operand stands: a record, or a block if it can only be that.
    fn brace(&mut self) -> Expr {
        use TokenKind::*;
        let (first, second) = (self.nth(1), self.nth(2));
        let is_record = self.brace_starts_fields()
            || first == RBrace
            || (first == Name && matches!(second, Comma | RBrace));
        if is_record {
            return self.record();
        }
        let block = self.block();
        Expr { span: block.span, kind: ExprKind::Block(block) }
    }

    pub(super) fn record(&mut self) -> Expr {
        let mut fields: Vec<Field> = Vec::new();
        self.mark(Role::Record);
        let mut seen: std::collections::HashMap<std::sync::Arc<str>, Span> = Default::default();
        let span = self.comma_list(Context::BRACKETS, "field", |p| {
            let Some(field) = p.record_field() else {
                return;
            };
            if let Field::Named { name, .. } = &field
                && let Some(&before) = seen.get(&name.text)
            {
                p.error_behind(
                    Diagnostic::error(
                        codes::DUPLICATE_FIELD,
                        name.span,
                        format!("field `{}` is given twice", name.text),
                    )
                    .with_label_at(before, "here for the first time"),
                );
            } else if let Field::Named { name, .. } = &field {
                seen.insert(name.text.clone(), name.span);
            }
            fields.push(field);
        });
        Expr { kind: ExprKind::Record(fields), span }
    }

    fn record_field(&mut self) -> Option<Field> {
        if self.eat(TokenKind::Ellipsis) {
            return Some(Field::Spread(self.expr()));
        }
        if self.at(TokenKind::Str) {
            let diagnostic = self
                .unexpected("a field name")
                .with_hint("strings as keys make a dict: `dict([(\"key\", 1)])`");
            self.error(diagnostic);
            self.bump();
            if self.eat(TokenKind::Colon) {
                self.expr();
            }
            return None;
        }
        let name = self.expect_name("a field name")?;
        if self.eat(TokenKind::Colon) {
            let value = self.expr();
            return Some(Field::Named { name, value });
        }
        if self.at(TokenKind::Eq) {
            let diagnostic = self.unexpected("`:`").with_hint("a field is written `name: value`");
            self.error(diagnostic);
            self.bump();
            let value = self.expr();
            return Some(Field::Named { name, value });
        }
        let value = Expr { kind: ExprKind::Name(name.text.clone()), span: name.span };
        Some(Field::Named { name, value })
    }

    fn lambda(&mut self) -> Expr {
        let first = self.span();
        let (params, params_span) = if self.at(TokenKind::LParen) {
            self.params()
        } else {
            let pattern = self.binding_pattern();
            let span = pattern.span;
            let param =
                Param { pattern, is_mut: false, is_variadic: false, ty: None, default: None, span };
            (vec![param], span)
        };
        self.expect(TokenKind::FatArrow);
        let (body, is_generator) = self.function_body(Self::body_expr);
        let lambda = Lambda { params, body, is_generator, params_span };
        Expr { kind: ExprKind::Lambda(Box::new(lambda)), span: self.span_from(first) }
    }

    /// `fn (x) { .. }`, reported and taken for a lambda.
    fn foreign_lambda(&mut self) -> Expr {
        let first = self.span();
        self.error(
            Diagnostic::error(
                codes::UNEXPECTED,
                first,
                "a function without a name is written with `=>`",
            )
            .with_hint("write `(x) => { .. }`, or `x => x + 1`"),
        );
        self.bump();
        if self.at(TokenKind::Name) {
            self.bump();
        }
        if self.at(TokenKind::LParen) {
            self.params();
        }
        if self.eat(TokenKind::Arrow) {
            self.type_expr();
        }
        if self.at(TokenKind::LBrace) {
            self.function_body(Self::block);
        }
        self.error_expr(self.span_from(first))
    }

    /// What follows `=>`: an expression, a block, or one statement.
    pub(super) fn body_expr(&mut self) -> Expr {
        use TokenKind::*;
        match self.kind() {
            LBrace if self.nth(1) != RBrace && !self.brace_starts_fields() => {
                let block = self.block();
                Expr { span: block.span, kind: ExprKind::Block(block) }
            }
            For | While | Loop | Let | Mut | Import if !self.starts_line() => {
                let stmt = self.measured(Self::statement);
                block_of(stmt)
            }
            _ => {
                let expr = self.expr();
                let first = expr.span;
                match self.assignment(expr) {
                    Ok(assign) => block_of(Stmt {
                        kind: StmtKind::Assign(Box::new(assign)),
                        span: self.span_from(first),
                    }),
                    Err(expr) => expr,
                }
            }
        }
    }
}

/// A block of one statement.
fn block_of(stmt: Stmt) -> Expr {
    let span = stmt.span;
    let block = Block { stmts: vec![stmt], span };
    Expr { kind: ExprKind::Block(block), span }
}
