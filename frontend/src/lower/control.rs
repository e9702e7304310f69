//! Control flow: conditions, `if`, and the ways out of loops and functions.

use super::Lowerer;
use super::frame::{DEAD, FrameKind};
use crate::ast::{self, Expr, ExprKind, LogicalOp, UnaryOp};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::Scope;
use quern_ir::function::{Imm, Target};
use quern_ir::{Block, Op, Span, Val};

/// Something that `break`, `continue` or `return` may leave.
#[derive(Clone)]
pub(super) enum Control<'t> {
    Loop {
        on_break: Block,
        on_continue: Block,
    },
    /// Leaving runs this body, with the names and the handler of the place where the `try` stands.
    Finally {
        body: &'t ast::Block,
        scopes: usize,
        handler: Option<Block>,
    },
}

impl<'t> Lowerer<'t, '_> {
    /// Branches on a condition, without a value for `and`, `or` and `not` in it.
    pub(super) fn condition(&mut self, expr: &'t Expr, yes: Block, no: Block) {
        match &expr.kind {
            ExprKind::Logical { op, left, right, .. } => {
                let between = self.frame().new_block();
                match op {
                    LogicalOp::And => self.condition(left, between, no),
                    LogicalOp::Or => self.condition(left, yes, between),
                }
                self.frame().switch_to(between);
                self.condition(right, yes, no);
            }
            ExprKind::Unary { op: UnaryOp::Not, operand, .. } => self.condition(operand, no, yes),
            _ => {
                let value = self.expr(expr);
                self.frame().branch(value, yes, no, expr.span);
            }
        }
    }

    /// `a and b`, `a or b` as a value.
    pub(super) fn logical(
        &mut self,
        op: LogicalOp,
        left: &'t Expr,
        right: &'t Expr,
        span: Span,
    ) -> Val {
        let (more, done) = (self.frame().new_block(), self.frame().new_block());
        let result = self.frame().add_block_param(done);
        let first = self.expr(left);
        let is_and = op == LogicalOp::And;
        let short = self.frame().emit(Op::ConstBool, &[], Imm::Bool(!is_and), left.span);
        let (skip, go_on) = (Target::new(done, &[short]), Target::new(more, &[]));
        let targets = if is_and { [go_on, skip] } else { [skip, go_on] };
        self.frame().terminate(Op::Branch, &[first], &targets, left.span);
        self.frame().switch_to(more);
        let second = self.expr(right);
        let second = self.frame().emit(Op::CheckBool, &[second], Imm::None, right.span);
        self.frame().jump(done, &[second], span);
        self.merge(done, result)
    }

    /// Goes on in the block where values meet; the result is its parameter.
    pub(super) fn merge(&mut self, block: Block, param: Val) -> Val {
        self.frame().switch_to(block);
        if self.frame().is_live() { param } else { DEAD }
    }

    pub(super) fn if_value(&mut self, node: &'t ast::If, span: Span) -> Val {
        let done = self.frame().new_block();
        let result = self.frame().add_block_param(done);
        self.if_arms(node, |this, body| {
            let value = match body {
                Some(block) => this.block(block),
                None => this.frame().none(span),
            };
            this.frame().jump(done, &[value], span);
        });
        self.merge(done, result)
    }

    pub(super) fn if_effect(&mut self, node: &'t ast::If, span: Span) {
        let done = self.frame().new_block();
        self.if_arms(node, |this, body| {
            if let Some(block) = body {
                this.block_effect(block);
            }
            this.frame().jump(done, &[], span);
        });
        self.frame().switch_to(done);
    }

    fn if_arms(
        &mut self,
        node: &'t ast::If,
        mut arm: impl FnMut(&mut Self, Option<&'t ast::Block>),
    ) {
        for (condition, body) in &node.branches {
            let (yes, no) = (self.frame().new_block(), self.frame().new_block());
            self.condition(condition, yes, no);
            self.frame().switch_to(yes);
            arm(self, Some(body));
            self.frame().switch_to(no);
        }
        arm(self, node.otherwise.as_ref());
    }

    /// `break` or `continue`.
    pub(super) fn leave_loop(&mut self, is_break: bool, span: Span) {
        let word = if is_break { "break" } else { "continue" };
        let innermost =
            self.frame().control.iter().rposition(|c| matches!(c, Control::Loop { .. }));
        let Some(depth) = innermost else {
            self.report(Diagnostic::error(
                codes::OUTSIDE_LOOP,
                span,
                format!("`{word}` outside a loop"),
            ));
            self.frame().terminate(Op::Unreachable, &[], &[], span);
            return;
        };
        self.run_finally(depth, span);
        if let Control::Loop { on_break, on_continue } = self.frame().control[depth] {
            let target = if is_break { on_break } else { on_continue };
            self.frame().jump(target, &[], span);
        }
    }

    pub(super) fn return_value(&mut self, value: Option<&'t Expr>, span: Span) {
        if self.frame().kind == FrameKind::Main {
            self.report(
                Diagnostic::error(codes::OUTSIDE_FUNCTION, span, "`return` outside a function")
                    .with_hint(
                        "the value of a script is that of its last line; `os.exit()` ends it early",
                    ),
            );
        }
        let result = match value {
            Some(value) => {
                let val = self.expr(value);
                self.checked_result(val, value.span)
            }
            None => {
                let none = self.frame().none(span);
                self.checked_result(none, span)
            }
        };
        self.run_finally(0, span);
        self.frame().terminate(Op::Return, &[result], &[], span);
    }

    /// A result after the check that the function's annotation asks for.
    pub(super) fn checked_result(&mut self, value: Val, span: Span) -> Val {
        match self.frame().result.clone() {
            Some(spec) => self.frame().emit(Op::CheckType, &[value], Imm::Ty(spec), span),
            None => value,
        }
    }

    /// Runs the `finally` bodies between here and the control at `depth`, innermost first.
    fn run_finally(&mut self, depth: usize, span: Span) {
        for index in (depth..self.frame().control.len()).rev() {
            let Control::Finally { body, scopes, handler } = self.frame().control[index].clone()
            else {
                continue;
            };
            let frame = self.frame();
            let inner_control = frame.control.split_off(index);
            let inner_scopes: Vec<Scope> = frame.scopes.split_off(scopes);
            let inner_handler = std::mem::replace(&mut frame.handler, handler);
            frame.next_block(span);
            self.finally_body(body);
            let frame = self.frame();
            frame.control.extend(inner_control);
            frame.scopes.extend(inner_scopes);
            frame.handler = inner_handler;
        }
    }
}
