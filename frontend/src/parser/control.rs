//! `if`, `match`, `receive` and `try`.

use super::{Context, Parser};
use crate::ast::*;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::{NO_PARTNER, TokenKind};
use quern_ir::Span;

impl<'a> Parser<'a> {
    pub(super) fn if_expr(&mut self) -> ExprKind {
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

    pub(super) fn match_expr(&mut self) -> ExprKind {
        self.bump();
        let subject = self.condition("what to match");
        let (arms, _) = self.arms(false);
        ExprKind::Match(Box::new(Match { subject, arms }))
    }

    pub(super) fn receive(&mut self) -> ExprKind {
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
        self.skip_to(&[TokenKind::Semicolon, TokenKind::Comma]);
    }

    pub(super) fn try_expr(&mut self) -> ExprKind {
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
