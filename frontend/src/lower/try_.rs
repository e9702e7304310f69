//! `try`, `catch`, `finally`.
//!
//! The body runs with a handler. A `finally` body is built once for each way out: behind the normal
//! end, in a handler that throws the error again, and at every `return`, `break` and `continue` that
//! leaves ([`Control::Finally`]).

use super::Lowerer;
use super::control::Control;
use crate::ast;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{LocalKind, Wanted};
use quern_ir::function::Imm;
use quern_ir::{Block, Op, Span, Val};

impl<'t> Lowerer<'t, '_> {
    pub(super) fn try_value(&mut self, node: &'t ast::Try, span: Span) -> Val {
        let done = self.frame().new_block();
        let result = self.frame().add_block_param(done);
        self.try_parts(node, span, done, |this, block| {
            let value = this.block(block);
            this.frame().jump(done, &[value], span);
        });
        if self.frame().is_live() { result } else { super::frame::DEAD }
    }

    pub(super) fn try_effect(&mut self, node: &'t ast::Try, span: Span) {
        let done = self.frame().new_block();
        self.try_parts(node, span, done, |this, block| {
            this.block_effect(block);
            this.frame().jump(done, &[], span);
        });
    }

    /// Builds all parts; `part` builds the body or the `catch` and jumps to `done`.
    fn try_parts(
        &mut self,
        node: &'t ast::Try,
        span: Span,
        done: Block,
        mut part: impl FnMut(&mut Self, &'t ast::Block),
    ) {
        let outer = self.frame().handler;
        let cleanup = node.finally.as_ref().map(|body| {
            let block = self.frame().new_block();
            let scopes = self.frame().scopes.len();
            self.frame().control.push(Control::Finally { body, scopes, handler: outer });
            self.frame().set_handler(block);
            block
        });
        let guarded = self.frame().handler;
        match &node.catch {
            Some(catch) => {
                let handler = self.frame().new_block();
                let error = self.frame().add_block_param(handler);
                self.frame().enter_handler(handler, span);
                part(self, &node.body);
                self.frame().handler = guarded;
                self.frame().switch_to(handler);
                self.open_scope();
                let error = self.frame().emit(Op::Catch, &[error], Imm::None, span);
                if let Some(name) = &catch.name {
                    self.frame().bind(name, LocalKind::Value(error), Wanted::No);
                }
                part(self, &catch.body);
                self.close_scope();
            }
            None => {
                self.frame().next_block(span);
                part(self, &node.body);
            }
        }
        self.frame().handler = outer;
        if let (Some(cleanup), Some(body)) = (cleanup, &node.finally) {
            self.frame().control.pop();
            let error = self.frame().add_block_param(cleanup);
            self.frame().switch_to(cleanup);
            self.finally_body(body);
            self.frame().terminate(Op::Throw, &[error], &[], span);
            self.frame().switch_to(done);
            if self.frame().is_live() {
                self.finally_body(body);
            }
        } else {
            self.frame().switch_to(done);
        }
    }

    /// One copy of a `finally` body. Copies inside copies double with each level, so levels are few.
    pub(super) fn finally_body(&mut self, body: &'t ast::Block) {
        const MAX_LEVELS: usize = 4;
        if self.finally_levels == MAX_LEVELS {
            self.report(
                Diagnostic::error(
                    codes::TOO_DEEP,
                    body.span,
                    format!("more than {MAX_LEVELS} `finally` bodies stand in each other"),
                )
                .with_hint("move the inner ones to a function"),
            );
            return;
        }
        self.finally_levels += 1;
        self.block_effect(body);
        self.finally_levels -= 1;
    }
}
