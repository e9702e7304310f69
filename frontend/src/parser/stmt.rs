//! Statements and blocks.

use super::{Context, Parser};
use crate::ast::*;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::{NO_PARTNER, TokenKind, keywords};
use quern_ir::spelling::nearest;
use quern_ir::{Builtin, Span};
use std::sync::Arc;

impl<'a> Parser<'a> {
    pub(super) fn module(&mut self) -> Module {
        let doc = self.module_doc();
        let mut stmts = Vec::new();
        while !self.at(TokenKind::Eof) {
            self.is_too_deep = false;
            if self.token().kind.is_close() {
                self.stray_bracket();
            } else {
                self.statement_of_block(&mut stmts);
            }
        }
        Module { stmts, span: Span::new(self.source, 0, self.text.len()), doc }
    }

    /// The first `##` lines, unless they document the first definition.
    fn module_doc(&mut self) -> Option<Arc<str>> {
        let first_token = self.token();
        let is_doc = |&(from, to): &(u32, u32)| {
            to <= first_token.start && self.text[from as usize..to as usize].starts_with("##")
        };
        let first = self.comments.iter().position(is_doc)?;
        let mut end = first + 1;
        while let Some(&(from, _)) = self.comments.get(end).filter(|c| is_doc(c)) {
            let gap = &self.text[self.comments[end - 1].1 as usize..from as usize];
            if gap.matches('\n').count() > 1 {
                break;
            }
            end += 1;
        }
        let last_end = self.comments[end - 1].1 as usize;
        let gap = &self.text[last_end..(first_token.start as usize).max(last_end)];
        let is_of_definition =
            matches!(first_token.kind, TokenKind::Fn | TokenKind::Let | TokenKind::Mut)
                && gap.trim().is_empty()
                && gap.matches('\n').count() == 1;
        if is_of_definition {
            return None;
        }
        self.doc_text(first..end)
    }

    /// Passes over a closing bracket; of several in a row the first is reported.
    fn stray_bracket(&mut self) {
        let before = self.pos.checked_sub(1).map(|pos| self.tokens[pos]);
        let is_repeated = before.is_some_and(|t| t.kind.is_close() && t.partner == NO_PARTNER);
        if !is_repeated {
            let title = format!("{} closes nothing", self.kind().describe());
            let at = self.span();
            self.error(Diagnostic::error(codes::UNMATCHED_BRACKET, at, title));
        }
        self.bump();
    }

    /// One statement of a block with what separates it from the next.
    fn statement_of_block(&mut self, stmts: &mut Vec<Stmt>) {
        if self.eat(TokenKind::Semicolon) {
            return;
        }
        let start = self.pos;
        let stmt = self.measured(Self::statement);
        stmts.push(stmt);
        if self.pos == start {
            // Nothing here begins a statement, which was said.
            self.skip_statement();
            if self.pos == start {
                self.bump();
            }
            return;
        }
        let is_at_end =
            matches!(self.kind(), TokenKind::Eof | TokenKind::Semicolon | TokenKind::RBrace);
        let ends_in_block = self.tokens[self.pos - 1].kind == TokenKind::RBrace;
        if is_at_end || self.token().newline_before {
            self.eat(TokenKind::Semicolon);
        } else if !(ends_in_block && self.is_block_like(start)) {
            self.missing_separator(start);
        }
    }

    /// Whether the statement at `start` is one that ends with its block, so that another may
    /// follow on the line.
    fn is_block_like(&self, start: usize) -> bool {
        use TokenKind::*;
        let kind = self.tokens[start].kind;
        matches!(kind, Fn | For | While | Loop) || self.starts_block(start)
    }

    /// Whether an operand that starts with the token at `start` is one that ends with its block.
    pub(super) fn starts_block(&self, start: usize) -> bool {
        use TokenKind::*;
        match self.tokens[start].kind {
            LBrace => !self.brace_starts_fields_at(start),
            kind => matches!(kind, If | Match | Try | Receive | Async),
        }
    }

    /// What to write instead of the name that nothing can follow here, if it is nearly a word that something
    /// can: the last one, or the first one in `whlie (x) {`.
    fn misspelt_word(&self, start: usize) -> Option<String> {
        let has_head = self.tokens[start + 1].kind == TokenKind::LParen;
        let first = has_head && self.kind() == TokenKind::LBrace;
        let word = self.tokens[if first { start } else { self.pos - 1 }];
        (word.kind == TokenKind::Name).then(|| misspelt(word.text(self.text)))?
    }

    fn missing_separator(&mut self, start: usize) {
        let kind = self.kind();
        if kind.is_close() && self.token().partner == NO_PARTNER {
            return self.stray_bracket();
        }
        if kind.is_close() {
            // It closes a bracket around this block: the block is not closed, which is said there.
            return;
        }
        let found = self.found();
        let first = self.tokens[start];
        let word = first.text(self.text);
        let mut diagnostic = Diagnostic::error(
            codes::MISSING_SEPARATOR,
            self.span(),
            format!("expected the end of the statement, found {found}"),
        );
        let is_name = first.kind == TokenKind::Name;
        // What is called may be a function of that name, unless a block follows.
        let is_call = self.tokens[start + 1].kind == TokenKind::LParen && kind != TokenKind::LBrace;
        if let Some(hint) = foreign_word(word).filter(|_| is_name && !is_call) {
            diagnostic = diagnostic.with_hint(hint);
        } else if let Some(hint) = self.misspelt_word(start).filter(|_| !is_call) {
            diagnostic = diagnostic.with_hint(hint);
        } else if kind == TokenKind::Eq {
            diagnostic = diagnostic.with_hint("`==` compares; `=` stands once, behind a variable");
        } else if is_name && self.pos == start + 1 && self.starts_operand() {
            diagnostic = diagnostic.with_hint(format!("a call has brackets: `{word}(..)`"));
        } else {
            diagnostic = diagnostic.with_hint("statements end with a new line or `;`");
        }
        self.error(diagnostic);
        self.skip_statement();
    }

    pub(super) fn statement(&mut self) -> Stmt {
        let first = self.span();
        let kind = match self.kind() {
            TokenKind::Fn if self.nth(1) != TokenKind::LParen => self.function(),
            TokenKind::Let => self.binding(false),
            TokenKind::Mut => self.binding(true),
            TokenKind::Import => self.import(),
            TokenKind::For => self.for_loop(),
            TokenKind::While => {
                self.bump();
                let condition = self.condition("a condition");
                StmtKind::While { condition, body: self.block() }
            }
            TokenKind::Loop => {
                self.bump();
                StmtKind::Loop(self.block())
            }
            _ => self.expr_statement(),
        };
        Stmt { kind, span: self.span_from(first) }
    }

    fn expr_statement(&mut self) -> StmtKind {
        let expr = self.statement_expr();
        match self.assignment(expr) {
            Ok(assign) => StmtKind::Assign(Box::new(assign)),
            Err(expr) => StmtKind::Expr(expr),
        }
    }

    /// `= value` behind an expression; gives the expression back if there is none.
    pub(super) fn assignment(&mut self, target: Expr) -> Result<Assign, Expr> {
        let Some(op) = assignment_op(self.kind()).filter(|_| !self.starts_line()) else {
            return Err(target);
        };
        let op_span = self.bump().span(self.source);
        self.check_target(&target, op.is_some());
        let value = self.expr();
        if self.at(TokenKind::Eq) && !self.starts_line() {
            self.error(
                Diagnostic::error(
                    codes::UNEXPECTED,
                    self.span(),
                    "an assignment has no value that could be assigned again",
                )
                .with_hint("write two assignments"),
            );
            self.skip_statement();
        }
        Ok(Assign { target, op, op_span, value })
    }

    fn check_target(&mut self, target: &Expr, is_compound: bool) {
        let hint = match &target.kind {
            ExprKind::Error => return,
            _ if target.is_place() => return,
            ExprKind::Tuple(items) if !is_compound && !items.is_empty() => {
                for item in items {
                    self.check_target(item, false);
                }
                return;
            }
            ExprKind::Tuple(_) => "a compound assignment has one variable, element or field",
            ExprKind::Call(_) => "bind the result with `let` first, then change that",
            ExprKind::Binary { .. } | ExprKind::Logical { .. } => "`==` compares",
            ExprKind::List(_) => "take several values apart with `(a, b) = ..`",
            _ => "on the left stands a variable, `a[i]`, `p.x`, or a tuple of those",
        };
        self.error_behind(
            Diagnostic::error(codes::NOT_A_PLACE, target.span, "this cannot be assigned to")
                .with_hint(hint),
        );
    }

    /// `{ statements }`.
    pub(super) fn block(&mut self) -> Block {
        let first = self.span();
        if !self.at(TokenKind::LBrace) {
            self.expected("`{`");
            let end = self.previous_span().end;
            return Block {
                stmts: Vec::new(),
                span: Span::new(self.source, end as usize, end as usize),
            };
        }
        if !self.enter() {
            return Block { stmts: Vec::new(), span: self.span_from(first) };
        }
        let stmts = self.measured(|p| {
            if p.brace_starts_fields() {
                vec![p.within(Context::BLOCK, Self::record_statement)]
            } else {
                p.block_statements()
            }
        });
        self.leave();
        Block { stmts, span: self.span_from(first) }
    }

    /// A block that is nothing but a record: `else {x: 1}`.
    fn record_statement(&mut self) -> Stmt {
        let record = self.record();
        Stmt { span: record.span, kind: StmtKind::Expr(record) }
    }

    fn block_statements(&mut self) -> Vec<Stmt> {
        let open_pos = self.pos;
        let open = self.bump();
        let mut stmts = Vec::new();
        self.within(Context::BLOCK, |p| {
            while !p.at(TokenKind::RBrace) && !p.at(TokenKind::Eof) {
                let token = p.token();
                if token.kind.is_close() {
                    let closes_outer = token.partner != NO_PARTNER
                        && (token.partner as usize) < open_pos
                        && open.partner == NO_PARTNER;
                    if closes_outer {
                        break;
                    }
                    p.stray_bracket();
                    continue;
                }
                p.statement_of_block(&mut stmts);
            }
            p.close(open_pos);
        });
        stmts
    }

    fn for_loop(&mut self) -> StmtKind {
        self.bump();
        let pattern = self.binding_pattern();
        if !self.eat(TokenKind::In) {
            let diagnostic =
                self.unexpected("`in`").with_hint("`for x in xs { .. }`, `for i in 0..n { .. }`");
            self.error(diagnostic);
            if self.at(TokenKind::Eq) || self.at(TokenKind::Colon) {
                self.bump();
            }
        }
        let iterable = self.condition("what to go through");
        StmtKind::For(Box::new(For { pattern, iterable, body: self.block() }))
    }

    /// `{}` with more behind it on its line, so that it is not the block.
    fn at_empty_record(&self) -> bool {
        let next = self.tokens.get(self.pos + 2);
        self.nth(1) == TokenKind::RBrace
            && next.is_some_and(|next| !next.newline_before && next.kind != TokenKind::Eof)
    }

    /// The expression between a word like `if` and its block.
    pub(super) fn condition(&mut self, what: &str) -> Expr {
        let context = Context { header: true, guard: false, index: false, ..self.context };
        self.within(context, |p| {
            if p.at(TokenKind::LBrace) && !p.brace_starts_fields() && !p.at_empty_record() {
                p.expected(what);
                return Expr { kind: ExprKind::Error, span: p.span() };
            }
            let expr = p.expr();
            if p.at(TokenKind::Eq) && !p.starts_line() {
                p.error(
                    Diagnostic::error(codes::UNEXPECTED, p.span(), "`=` assigns, `==` compares")
                        .with_hint("write `==`"),
                );
                p.bump();
                p.expr();
            }
            expr
        })
    }
}

/// Outer `None`: no assignment. Inner `None`: a plain one.
pub(super) fn assignment_op(kind: TokenKind) -> Option<Option<BinaryOp>> {
    Some(match kind {
        TokenKind::Eq => None,
        TokenKind::PlusEq => Some(BinaryOp::Add),
        TokenKind::MinusEq => Some(BinaryOp::Sub),
        TokenKind::StarEq => Some(BinaryOp::Mul),
        TokenKind::SlashEq => Some(BinaryOp::Div),
        TokenKind::SlashSlashEq => Some(BinaryOp::FloorDiv),
        TokenKind::PercentEq => Some(BinaryOp::Rem),
        TokenKind::AtEq => Some(BinaryOp::MatMul),
        TokenKind::CaretEq => Some(BinaryOp::Pow),
        TokenKind::PipeEq => Some(BinaryOp::BitOr),
        TokenKind::AmpEq => Some(BinaryOp::BitAnd),
        TokenKind::ShlEq => Some(BinaryOp::Shl),
        TokenKind::ShrEq => Some(BinaryOp::Shr),
        _ => return None,
    })
}

/// What to write instead of a name that is nearly a word of this or another language.
fn misspelt(name: &str) -> Option<String> {
    // Of two letters everything is near.
    if name.len() < 3 || Builtin::from_name(name).is_some() {
        return None;
    }
    let near = nearest(name, keywords().chain(["function", "elsif"]))?;
    Some(foreign_word(near).map_or_else(|| format!("did you mean `{near}`?"), str::to_owned))
}

/// What to write instead of a word that begins a statement in another language.
fn foreign_word(word: &str) -> Option<&'static str> {
    Some(match word {
        "def" | "function" | "func" | "fun" | "sub" => "a function is `fn name(a, b) { .. }`",
        "var" | "let!" | "local" | "global" => {
            "a variable is `let x = ..`, one that changes `mut x = ..`"
        }
        "const" | "val" | "final" => "a constant is `let x = ..`",
        "elif" | "elseif" | "elsif" => "write `else if`",
        "switch" | "case" | "select" => "write `match x { 1 => .., _ => .. }`",
        "except" | "rescue" => "write `catch e { .. }`",
        "raise" => "write `throw error(\"..\")`",
        "do" | "repeat" | "until" => "write `loop { .. }` or `while c { .. }`",
        "foreach" | "parfor" => "write `for x in xs { .. }`",
        "from" | "include" | "using" | "require" | "use" => "write `import \"file.qn\"`",
        "struct" | "class" | "type" | "enum" => "a record needs no declaration: `{x: 1, y: 2}`",
        "print" | "println" | "echo" | "disp" => "write `print(..)`",
        _ => return None,
    })
}
