//! Expressions, by precedence climbing.

use super::{Context, Parser, Role};
use crate::ast::*;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::{NO_PARTNER, TokenKind};
use quern_ir::Span;

/// Binding strength, loosest first, as LANGUAGE.md lists the operators.
mod level {
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
    fn expr_at(&mut self, min: u8, is_statement: bool) -> Expr {
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

    fn error_expr(&self, span: Span) -> Expr {
        Expr { kind: ExprKind::Error, span }
    }

    /// Whether the current token can begin an operand on this line.
    pub(super) fn starts_operand(&self) -> bool {
        use TokenKind::*;
        match self.kind() {
            _ if self.starts_line() => false,
            LBrace => !self.context.header,
            Name | Number | Str | FStringStart | True | False | None | LParen | LBracket | If
            | Match | Try | Async | Await | Receive | Minus | Tilde | Not | Return | Break
            | Continue | Throw | Yield | Fn => true,
            _ => false,
        }
    }

    // Operators between operands.

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
        let has_end = self.starts_operand() && !self.at_step();
        let end = has_end.then(|| self.expr_at(level::RANGE + 1, false));
        let has_step = self.at_word("by") && !self.starts_line();
        let step = has_step.then(|| {
            self.mark(Role::Step);
            self.bump();
            self.expr_at(level::RANGE + 1, false)
        });
        if !may_be_open && (start.is_none() || end.is_none()) {
            let missing = if start.is_none() { "a start" } else { "an end" };
            self.error_behind(
                Diagnostic::error(
                    codes::BAD_RANGE,
                    op_span,
                    format!("outside an index a range has {missing}"),
                )
                .with_hint("write `a..b`; `a[..]`, `a[2..]` and `a[..n]` select from an array"),
            );
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

    // Operands.

    fn prefix(&mut self, min: u8, is_statement: bool) -> Expr {
        let first = self.span();
        match self.kind() {
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
                let title = "a number has no `+` in front";
                self.error(
                    Diagnostic::error(codes::FOREIGN_OPERATOR, first, title)
                        .with_hint("leave the `+` out"),
                );
                self.bump();
                self.expr_at(level::UNARY, false)
            }
            TokenKind::DotDot | TokenKind::DotDotEq => self.range(None, first),
            _ => {
                let is_block_like = is_statement && self.starts_block();
                let operand = self.primary();
                self.postfix(operand, !is_block_like)
            }
        }
    }

    fn starts_block(&self) -> bool {
        use TokenKind::*;
        matches!(self.kind(), If | Match | Try | Receive | Async | LBrace)
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

    /// Calls, indices and fields behind an operand.
    fn postfix(&mut self, mut operand: Expr, may_call: bool) -> Expr {
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

    fn call(&mut self, callee: Expr) -> Expr {
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

    fn index(&mut self, object: Expr) -> Expr {
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

    fn primary(&mut self) -> Expr {
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

    // Braces.

    /// `{` at the current token opens a record that cannot be taken for a block.
    pub(super) fn brace_starts_fields(&self) -> bool {
        use TokenKind::*;
        let (first, second) = (self.nth(1), self.nth(2));
        self.at(LBrace)
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

    // Functions without a name.

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

    // `if`, `match`, `try`, `receive`.

    fn if_expr(&mut self) -> ExprKind {
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            self.bump();
            let condition = self.condition("a condition");
            if self.at_word("then") {
                let diagnostic = self.unexpected("`{`").with_hint("write `if c { .. }`");
                self.error(diagnostic);
                self.bump();
                self.settle();
            }
            branches.push((condition, self.block()));
            if self.at_word("elif") || self.at_word("elseif") || self.at_word("elsif") {
                let diagnostic = self.unexpected("`else if`").with_hint("write `else if`");
                self.error(diagnostic);
                continue;
            }
            if !self.eat(TokenKind::Else) {
                break;
            }
            if !self.at(TokenKind::If) {
                otherwise = Some(self.block());
                break;
            }
        }
        ExprKind::If(Box::new(If { branches, otherwise }))
    }

    fn match_expr(&mut self) -> ExprKind {
        self.bump();
        let subject = self.condition("what to match");
        let (arms, _) = self.arms(false);
        ExprKind::Match(Box::new(Match { subject, arms }))
    }

    fn receive(&mut self) -> ExprKind {
        self.bump();
        let (arms, after) = self.arms(true);
        ExprKind::Receive(Box::new(Receive { arms, after }))
    }

    /// `{ pattern if guard => body, .. }`; arms end with a comma, a new line or `;`.
    fn arms(&mut self, may_wait: bool) -> (Vec<MatchArm>, Option<After>) {
        let (mut arms, mut after) = (Vec::new(), None);
        if !self.at(TokenKind::LBrace) {
            self.expected("`{`");
            return (arms, after);
        }
        if !self.enter() {
            return (arms, after);
        }
        let open_pos = self.pos;
        self.bump();
        self.within(Context::BLOCK, |p| {
            p.measured(|p| {
                while !p.at(TokenKind::RBrace) && !p.at(TokenKind::Eof) {
                    if p.eat(TokenKind::Comma) || p.eat(TokenKind::Semicolon) {
                        continue;
                    }
                    let start = p.pos;
                    let is_after = may_wait
                        && p.at_word("after")
                        && !matches!(
                            p.nth(1),
                            TokenKind::FatArrow | TokenKind::If | TokenKind::Pipe
                        );
                    if is_after {
                        let clause = p.after();
                        after = Some(clause);
                    } else {
                        let arm = p.arm();
                        arms.push(arm);
                    }
                    if !p.end_of_arm(start) {
                        break;
                    }
                }
            });
            p.close(open_pos);
        });
        self.leave();
        (arms, after)
    }

    /// Checks what follows an arm; `false` if the arms end here for want of a bracket.
    fn end_of_arm(&mut self, start: usize) -> bool {
        use TokenKind::*;
        let is_separated = self.token().newline_before && self.pos > start;
        let ends_in_block = self.pos > start && self.tokens[self.pos - 1].kind == RBrace;
        if is_separated || matches!(self.kind(), Comma | Semicolon | RBrace | Eof) {
            return true;
        }
        if self.kind().is_close() && self.token().partner != NO_PARTNER {
            return false;
        }
        let starts_arm = matches!(self.kind(), LBrace | LParen | LBracket | Fn | Minus);
        if !(ends_in_block && (self.starts_item() || starts_arm)) {
            self.expected("`,` or a new line");
            self.skip_arm();
        }
        if self.pos == start {
            self.bump();
        }
        true
    }

    fn arm(&mut self) -> MatchArm {
        let first = self.span();
        let pattern = self.match_pattern();
        let guard = self.eat(TokenKind::If).then(|| {
            let context = Context { guard: true, ..self.context };
            self.within(context, Self::expr)
        });
        let body = self.arm_body(first);
        MatchArm { pattern, guard, body, span: self.span_from(first) }
    }

    fn after(&mut self) -> After {
        let first = self.span();
        self.bump();
        let context = Context { guard: true, ..self.context };
        let seconds = self.within(context, Self::expr);
        let body = self.arm_body(first);
        After { seconds, body, span: self.span_from(first) }
    }

    fn arm_body(&mut self, first: Span) -> Expr {
        if self.eat(TokenKind::FatArrow) {
            return self.body_expr();
        }
        let diagnostic = self
            .unexpected("`=>`")
            .with_hint("an arm is `pattern => value` or `pattern if condition => value`");
        self.error(diagnostic);
        if matches!(self.kind(), TokenKind::Arrow | TokenKind::Colon | TokenKind::Eq) {
            self.bump();
            return self.body_expr();
        }
        self.skip_arm();
        self.error_expr(self.span_from(first))
    }

    /// Goes on to the end of an arm.
    fn skip_arm(&mut self) {
        let start = self.pos;
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::Eof | TokenKind::Semicolon | TokenKind::Comma => break,
                _ if token.newline_before && self.pos > start => break,
                kind if kind.is_close() && token.partner != NO_PARTNER => break,
                kind if kind.is_open() && token.partner != NO_PARTNER => {
                    self.pos = token.partner as usize + 1;
                }
                _ => {
                    self.bump();
                }
            }
        }
        self.settle();
    }

    fn try_expr(&mut self) -> ExprKind {
        let first = self.bump().span(self.source);
        let body = self.block();
        let catch = self.eat(TokenKind::Catch).then(|| {
            let in_brackets = self.at(TokenKind::LParen);
            if in_brackets {
                let diagnostic =
                    self.unexpected("a name for the error").with_hint("write `catch e { .. }`");
                self.error(diagnostic);
                self.bump();
            }
            let name = match self.at(TokenKind::LBrace) {
                true => None,
                false => self.expect_name("a name for the error"),
            };
            if in_brackets {
                self.eat(TokenKind::RParen);
            }
            Catch { name, body: self.block() }
        });
        let finally = self.eat(TokenKind::Finally).then(|| self.block());
        if catch.is_none() && finally.is_none() {
            self.error(
                Diagnostic::error(
                    codes::INCOMPLETE_TRY,
                    first,
                    "`try` has neither `catch` nor `finally`",
                )
                .with_hint("add `catch e { .. }` behind the block"),
            );
        }
        ExprKind::Try(Box::new(Try { body, catch, finally }))
    }
}

/// A block of one statement.
fn block_of(stmt: Stmt) -> Expr {
    let span = stmt.span;
    let block = Block { stmts: vec![stmt], span };
    Expr { kind: ExprKind::Block(block), span }
}
