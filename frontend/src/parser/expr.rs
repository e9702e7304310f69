//! Operators, by precedence climbing.

use super::{Parser, Role};
use crate::ast::*;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;
use quern_ir::Span;

/// Binding strength, loosest first, as LANGUAGE.md lists the operators.
pub(super) mod level {
    pub const PIPE: u8 = 1;
    pub const OR: u8 = 2;
    pub const AND: u8 = 3;
    pub const NOT: u8 = 4;
    pub const COMPARE: u8 = 5;
    pub const RANGE: u8 = 6;
    pub const BIT_OR: u8 = 7;
    pub const XOR: u8 = 8;
    pub const BIT_AND: u8 = 9;
    pub const SHIFT: u8 = 10;
    pub const SUM: u8 = 11;
    pub const PRODUCT: u8 = 12;
    pub const UNARY: u8 = 13;
    pub const POWER: u8 = 14;
}

#[derive(Clone, Copy)]
enum Infix {
    Pipe,
    Logical(LogicalOp),
    Compare(BinaryOp),
    /// `not in`
    NotIn,
    Range,
    Binary(BinaryOp),
}

fn infix(kind: TokenKind, next: TokenKind) -> Option<(u8, Infix)> {
    use TokenKind as T;
    Some(match kind {
        T::PipeGt => (level::PIPE, Infix::Pipe),
        T::Or | T::PipePipe => (level::OR, Infix::Logical(LogicalOp::Or)),
        T::And | T::AmpAmp => (level::AND, Infix::Logical(LogicalOp::And)),
        T::EqEq => (level::COMPARE, Infix::Compare(BinaryOp::Eq)),
        T::Ne => (level::COMPARE, Infix::Compare(BinaryOp::Ne)),
        T::Lt => (level::COMPARE, Infix::Compare(BinaryOp::Lt)),
        T::Le => (level::COMPARE, Infix::Compare(BinaryOp::Le)),
        T::Gt => (level::COMPARE, Infix::Compare(BinaryOp::Gt)),
        T::Ge => (level::COMPARE, Infix::Compare(BinaryOp::Ge)),
        T::In => (level::COMPARE, Infix::Compare(BinaryOp::In)),
        T::Not if next == T::In => (level::COMPARE, Infix::NotIn),
        T::DotDot | T::DotDotEq => (level::RANGE, Infix::Range),
        T::Pipe => (level::BIT_OR, Infix::Binary(BinaryOp::BitOr)),
        T::Xor => (level::XOR, Infix::Binary(BinaryOp::Xor)),
        T::Amp => (level::BIT_AND, Infix::Binary(BinaryOp::BitAnd)),
        T::Shl => (level::SHIFT, Infix::Binary(BinaryOp::Shl)),
        T::Shr => (level::SHIFT, Infix::Binary(BinaryOp::Shr)),
        T::Plus => (level::SUM, Infix::Binary(BinaryOp::Add)),
        T::Minus => (level::SUM, Infix::Binary(BinaryOp::Sub)),
        T::Star => (level::PRODUCT, Infix::Binary(BinaryOp::Mul)),
        T::Slash => (level::PRODUCT, Infix::Binary(BinaryOp::Div)),
        T::SlashSlash => (level::PRODUCT, Infix::Binary(BinaryOp::FloorDiv)),
        T::Percent => (level::PRODUCT, Infix::Binary(BinaryOp::Rem)),
        T::At => (level::PRODUCT, Infix::Binary(BinaryOp::MatMul)),
        T::Caret | T::StarStar => (level::POWER, Infix::Binary(BinaryOp::Pow)),
        _ => return None,
    })
}

/// What to write instead of an operator of another language.
fn foreign_operator(kind: TokenKind) -> Option<&'static str> {
    match kind {
        TokenKind::AmpAmp => Some("write `and`; `&` is for bits and bool arrays"),
        TokenKind::PipePipe => Some("write `or`; `|` is for bits and bool arrays"),
        TokenKind::StarStar => Some("a power is `^`"),
        TokenKind::Bang => Some("write `not`"),
        TokenKind::Question => Some("write `if c { a } else { b }`"),
        _ => None,
    }
}

impl<'a> Parser<'a> {
    pub(super) fn expr(&mut self) -> Expr {
        self.expr_at(0, false)
    }

    /// An expression at the start of a statement: `if`, `match` and the like end with their block
    /// unless an operator follows on the same line, so `if c { .. } (a, b) = ..` is no call.
    pub(super) fn statement_expr(&mut self) -> Expr {
        self.expr_at(0, true)
    }

    /// An expression of operators that bind at least as tightly as `min`.
    pub(super) fn expr_at(&mut self, min: u8, is_statement: bool) -> Expr {
        let first = self.span();
        if !self.enter() {
            return self.error_expr(self.span_from(first));
        }
        let expr = self.measured(|p| {
            let operand = p.prefix(min, is_statement);
            p.operators(operand, min)
        });
        self.leave();
        expr
    }

    pub(super) fn error_expr(&self, span: Span) -> Expr {
        Expr { kind: ExprKind::Error, span }
    }

    /// Whether the current token can begin an operand on this line.
    pub(super) fn starts_operand(&self) -> bool {
        !self.starts_line() && self.can_be_operand()
    }

    /// Whether the current token can begin an operand, on whatever line it stands.
    fn can_be_operand(&self) -> bool {
        use TokenKind::*;
        match self.kind() {
            LBrace => !self.context.header,
            Name | Number | Str | FStringStart | True | False | None | LParen | LBracket | If
            | Match | Try | Async | Await | Receive | Minus | Tilde | Not | Return | Break
            | Continue | Throw | Yield | Fn => true,
            _ => false,
        }
    }

    fn operators(&mut self, mut left: Expr, min: u8) -> Expr {
        let mut compared: Option<Span> = None;
        let mut is_range = false;
        loop {
            let kind = self.kind();
            if self.starts_line() && kind != TokenKind::PipeGt {
                break;
            }
            if kind == TokenKind::Question && min == 0 {
                left = self.foreign_conditional(left);
                continue;
            }
            let Some((strength, op)) = infix(kind, self.nth(1)) else {
                break;
            };
            if strength < min {
                break;
            }
            let op_span = self.span();
            if let Some(hint) = foreign_operator(kind) {
                let title = format!("{} is no operator here", kind.describe());
                self.error(
                    Diagnostic::error(codes::FOREIGN_OPERATOR, op_span, title).with_hint(hint),
                );
            }
            if let Infix::Range = op {
                if is_range {
                    let title = "a range has one `..`";
                    self.error(
                        Diagnostic::error(codes::BAD_RANGE, op_span, title)
                            .with_hint("a step is given by `by`: `0..10 by 2`"),
                    );
                }
                is_range = true;
            }
            left = self.operator(left, op, strength);
            if let Infix::Compare(_) | Infix::NotIn = op {
                if let Some(first) = compared {
                    self.chained(&left, first, op_span);
                }
                compared = Some(op_span);
            }
            if !self.grow(op_span) {
                return self.error_expr(left.span);
            }
        }
        left
    }

    fn operator(&mut self, left: Expr, op: Infix, strength: u8) -> Expr {
        let first = left.span;
        if let Infix::Range = op {
            return self.range(Some(left), first);
        }
        let op_span = self.bump().span(self.source);
        let left = Box::new(left);
        let kind = match op {
            Infix::Pipe => return self.pipe(*left),
            Infix::Logical(op) => ExprKind::Logical {
                op,
                op_span,
                left,
                right: Box::new(self.expr_at(strength + 1, false)),
            },
            Infix::NotIn => {
                let op_span = op_span.to(self.bump().span(self.source));
                let right = Box::new(self.expr_at(strength + 1, false));
                let span = self.span_from(first);
                let kind = ExprKind::Binary { op: BinaryOp::In, op_span, left, right };
                ExprKind::Unary {
                    op: UnaryOp::Not,
                    op_span,
                    operand: Box::new(Expr { kind, span }),
                }
            }
            Infix::Compare(op) | Infix::Binary(op) => {
                let right_assoc = op == BinaryOp::Pow;
                let min = if right_assoc { strength } else { strength + 1 };
                ExprKind::Binary { op, op_span, left, right: Box::new(self.expr_at(min, false)) }
            }
            Infix::Range => ExprKind::Error,
        };
        Expr { kind, span: self.span_from(first) }
    }

    /// `a < b < c`, parsed as `(a < b) < c`.
    fn chained(&mut self, whole: &Expr, first: Span, second: Span) {
        let mut diagnostic =
            Diagnostic::error(codes::CHAINED_COMPARISON, second, "comparisons cannot be chained")
                .with_label_at(first, "the first comparison");
        if let ExprKind::Binary { left, right: c, .. } = &whole.kind
            && let ExprKind::Binary { left: a, right: b, .. } = &left.kind
        {
            let [a, first, b, second, c] =
                [a.span, first, b.span, second, c.span].map(|span| &self.text[span.range()]);
            let hint = format!("write `{a} {first} {b} and {b} {second} {c}`");
            if hint.len() < 100 && !hint.contains('\n') {
                diagnostic = diagnostic.with_hint(hint);
            }
        }
        self.error_behind(diagnostic);
    }

    /// `left |> callee` or `left |> callee(args)`, behind `|>`.
    fn pipe(&mut self, left: Expr) -> Expr {
        let start = self.pos;
        let target = self.expr_at(level::OR, false);
        let is_in_brackets = self.pos > start
            && self.tokens[start].kind == TokenKind::LParen
            && self.tokens[start].partner == self.pos as u32 - 1;
        let span = left.span.to(target.span);
        let first = Arg { span: left.span, kind: ArgKind::Positional, value: left };
        let call = match target.kind {
            ExprKind::Call(mut call) if !is_in_brackets && !call.piped => {
                call.args.insert(0, first);
                call.piped = true;
                call
            }
            kind => {
                let is_callable = is_in_brackets
                    || matches!(
                        kind,
                        ExprKind::Name(_)
                            | ExprKind::Field { .. }
                            | ExprKind::Index(_)
                            | ExprKind::Lambda(_)
                            | ExprKind::Error
                    );
                if !is_callable {
                    self.error_behind(
                        Diagnostic::error(
                            codes::UNEXPECTED,
                            target.span,
                            "`|>` hands its left side to a function",
                        )
                        .with_hint(
                            "on its right stands a function or a call: `xs |> f`, `xs |> f(2)`",
                        ),
                    );
                }
                let end = target.span.end as usize;
                Box::new(Call {
                    args_span: Span::new(self.source, end, end),
                    callee: Expr { kind, span: target.span },
                    args: vec![first],
                    piped: true,
                })
            }
        };
        Expr { kind: ExprKind::Call(call), span }
    }

    /// `..end by step`, at the dots.
    fn range(&mut self, start: Option<Expr>, first: Span) -> Expr {
        let may_be_open = self.context.index;
        if start.is_none() {
            self.mark(Role::Prefix);
        }
        let op = self.bump();
        let op_span = op.span(self.source);
        let has_end = self.can_be_operand() && !self.at_step();
        let end = has_end.then(|| self.expr_at(level::RANGE + 1, false));
        let has_step = self.at_word("by") && !self.starts_line();
        let step = has_step.then(|| {
            self.mark(Role::Step);
            self.bump();
            self.expr_at(level::RANGE + 1, false)
        });
        if !may_be_open && (start.is_none() || end.is_none()) {
            let missing = if start.is_none() { "a start" } else { "an end" };
            let diagnostic = Diagnostic::error(
                codes::BAD_RANGE,
                op_span,
                format!("outside an index a range has {missing}"),
            )
            .with_hint("write `a..b`; `a[..]`, `a[2..]` and `a[..n]` select from an array");
            match self.kind() {
                TokenKind::Eof => self.error(diagnostic),
                _ => self.error_behind(diagnostic),
            }
        }
        let range =
            Range { start, end, is_inclusive: op.kind == TokenKind::DotDotEq, step, op_span };
        Expr { kind: ExprKind::Range(Box::new(range)), span: self.span_from(first) }
    }

    /// At the word `by` with a step behind it, rather than a variable of that name.
    fn at_step(&self) -> bool {
        use TokenKind::*;
        let next = self.nth(1);
        self.at_word("by") && matches!(next, Name | Number | Minus | LParen | If | Await | Match)
    }

    /// `c ? a : b`, which is reported and dropped.
    fn foreign_conditional(&mut self, condition: Expr) -> Expr {
        let first = condition.span;
        let hint = foreign_operator(TokenKind::Question).unwrap_or_default();
        let title = "`?` is no operator here";
        self.error(Diagnostic::error(codes::FOREIGN_OPERATOR, self.span(), title).with_hint(hint));
        self.bump();
        if self.starts_operand() {
            self.expr();
            if self.eat(TokenKind::Colon) && self.starts_operand() {
                self.expr();
            }
        }
        self.settle();
        self.error_expr(self.span_from(first))
    }

    fn prefix(&mut self, min: u8, is_statement: bool) -> Expr {
        let first = self.span();
        match self.kind() {
            TokenKind::Minus if self.foreign_increment() => self.error_expr(first),
            TokenKind::Minus => self.minus(),
            TokenKind::Tilde => {
                self.mark(Role::Prefix);
                self.bump();
                let operand = self.expr_at(level::UNARY, false);
                self.unary(UnaryOp::BitNot, first, operand)
            }
            TokenKind::Not => {
                if min > level::NOT {
                    let hint = "put brackets around it: `(not x)`";
                    let title = "`not` binds more loosely than the operator before it";
                    self.error(Diagnostic::error(codes::UNEXPECTED, first, title).with_hint(hint));
                }
                self.bump();
                let operand = self.expr_at(level::NOT, false);
                self.unary(UnaryOp::Not, first, operand)
            }
            TokenKind::Await => {
                self.bump();
                let operand = self.expr_at(level::UNARY, false);
                Expr { kind: ExprKind::Await(Box::new(operand)), span: self.span_from(first) }
            }
            TokenKind::Bang => {
                let hint = foreign_operator(TokenKind::Bang).unwrap_or_default();
                let title = "`!` is no operator here";
                self.error(
                    Diagnostic::error(codes::FOREIGN_OPERATOR, first, title).with_hint(hint),
                );
                self.bump();
                let operand = self.expr_at(level::UNARY, false);
                self.unary(UnaryOp::Not, first, operand)
            }
            TokenKind::Plus => {
                if self.foreign_increment() {
                    return self.error_expr(first);
                }
                let hint = match self.starts_line() {
                    true => "a line that goes on ends with its operator: write the `+` there",
                    false => "leave the `+` out",
                };
                let title = "a number has no `+` in front";
                self.error(
                    Diagnostic::error(codes::FOREIGN_OPERATOR, first, title).with_hint(hint),
                );
                self.bump();
                self.expr_at(level::UNARY, false)
            }
            TokenKind::DotDot | TokenKind::DotDotEq => self.range(None, first),
            _ => {
                let is_block_like = is_statement && self.starts_block(self.pos);
                let operand = self.primary();
                self.postfix(operand, !is_block_like)
            }
        }
    }

    /// `i++` and `i--`, at the second sign: reported, and passed over.
    fn foreign_increment(&mut self) -> bool {
        let [before, sign] = [self.pos.saturating_sub(1), self.pos].map(|pos| self.tokens[pos]);
        let next = self.tokens[(self.pos + 1).min(self.tokens.len() - 1)];
        let is_at_end = next.newline_before
            || matches!(next.kind, TokenKind::Eof | TokenKind::Semicolon | TokenKind::RBrace);
        if before.kind != sign.kind || before.end != sign.start || !is_at_end {
            return false;
        }
        let sign = sign.text(self.text);
        let title = format!("there is no `{sign}{sign}`");
        let span = self.previous_span().to(self.span());
        self.error(
            Diagnostic::error(codes::FOREIGN_OPERATOR, span, title)
                .with_hint(format!("write `i {sign}= 1`")),
        );
        self.bump();
        self.settle();
        true
    }

    fn unary(&self, op: UnaryOp, op_span: Span, operand: Expr) -> Expr {
        Expr {
            kind: ExprKind::Unary { op, op_span, operand: Box::new(operand) },
            span: self.span_from(op_span),
        }
    }

    /// `-operand`. The least int is the one number whose sign belongs to the literal.
    fn minus(&mut self) -> Expr {
        self.mark(Role::Prefix);
        let op_span = self.bump().span(self.source);
        let is_whole_operand = !matches!(
            self.nth(1),
            TokenKind::Caret | TokenKind::Dot | TokenKind::LParen | TokenKind::LBracket
        );
        if self.at(TokenKind::Number) && is_whole_operand && self.is_least_int() {
            self.bump();
            return Expr { kind: ExprKind::Int(i64::MIN), span: self.span_from(op_span) };
        }
        let operand = self.expr_at(level::UNARY, false);
        self.unary(UnaryOp::Neg, op_span, operand)
    }
}
