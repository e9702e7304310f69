//! Statements and blocks.

use super::Lowerer;
use crate::ast::{self, Expr, ExprKind, PatternKind, Stmt, StmtKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{LocalKind, TopKind, Wanted};
use quern_ir::function::Imm;
use quern_ir::{Op, Span, Val};

impl<'t> Lowerer<'t, '_> {
    /// Runs statements in the present scope; the value of the last one, if it is an expression.
    pub(super) fn statements(&mut self, stmts: &'t [Stmt], span: Span) -> Val {
        let Some((last, init)) = stmts.split_last() else {
            return self.frame().none(span);
        };
        self.run(init);
        self.warn_unreachable(last);
        match &last.kind {
            StmtKind::Expr(value) => self.expr(value),
            _ => {
                self.stmt(last);
                self.frame().none(span)
            }
        }
    }

    /// Runs statements in the present scope for their effect.
    pub(super) fn run(&mut self, stmts: &'t [Stmt]) {
        for stmt in stmts {
            self.warn_unreachable(stmt);
            self.stmt(stmt);
        }
    }

    pub(super) fn block(&mut self, block: &'t ast::Block) -> Val {
        self.open_scope();
        let value = self.statements(&block.stmts, block.span);
        self.close_scope();
        value
    }

    pub(super) fn block_effect(&mut self, block: &'t ast::Block) {
        self.open_scope();
        self.run(&block.stmts);
        self.close_scope();
    }

    fn stmt(&mut self, stmt: &'t Stmt) {
        match &stmt.kind {
            StmtKind::Fn(decl) => {
                if !self.at_top_level() {
                    self.nested_function(decl, stmt.span);
                }
            }
            StmtKind::Let(node) => self.declaration(node),
            StmtKind::Assign(node) => self.assign(node, stmt.span),
            StmtKind::Import(node) => self.import(node, stmt.span),
            StmtKind::For(node) => self.for_loop(node, stmt.span),
            StmtKind::While { condition, body } => self.while_loop(condition, body, stmt.span),
            StmtKind::Loop(body) => self.endless_loop(body, stmt.span),
            StmtKind::Expr(expr) => self.effect(expr),
        }
    }

    /// An expression whose value nobody wants.
    pub(super) fn effect(&mut self, expr: &'t Expr) {
        match &expr.kind {
            ExprKind::If(node) => self.if_effect(node, expr.span),
            ExprKind::Match(node) => self.match_effect(node, expr.span),
            ExprKind::Try(node) => self.try_effect(node, expr.span),
            ExprKind::Block(block) => self.block_effect(block),
            _ => {
                self.expr(expr);
            }
        }
    }

    /// Warns about the first statement behind one that never comes back.
    fn warn_unreachable(&mut self, stmt: &Stmt) {
        if self.frame().is_live() || self.frame().warned_unreachable {
            return;
        }
        self.frame().warned_unreachable = true;
        self.report(
            Diagnostic::warning(codes::UNREACHABLE, stmt.span, "this is never reached")
                .with_hint("what stands before it always leaves; remove one of the two"),
        );
    }

    fn declaration(&mut self, node: &'t ast::Let) {
        let mut value = match (&node.pattern.kind, &node.value.kind) {
            (PatternKind::Name(name), ExprKind::Lambda(lambda)) => {
                self.lambda(lambda, name, node.doc.clone(), node.value.span)
            }
            _ => self.expr(&node.value),
        };
        let spec = node.ty.as_ref().map(|ty| self.type_spec(ty));
        if let Some(spec) = &spec {
            let spec = Imm::Ty(spec.clone());
            value = self.frame().emit(Op::CheckType, &[value], spec, node.value.span);
        }
        self.declare_names(&node.pattern, value, node.is_mut);
        if let PatternKind::Name(name) = &node.pattern.kind
            && let Some(spec) = spec
        {
            if let Some(item) = self.top.declared_at(name, node.pattern.span) {
                item.annotation = Some(spec.clone());
            }
            self.frame().annotate(name, spec);
        }
    }

    /// Binds a name to a value, as a `let` or a variable; at the top level also for those who see it
    /// from outside.
    pub(super) fn bind_name(&mut self, name: &ast::Name, value: Val, is_mut: bool, wanted: Wanted) {
        let top = if self.at_top_level() {
            self.top.declared_at(&name.text, name.span).map(|item| item.kind.clone())
        } else {
            None
        };
        let wanted = if top.is_some() { Wanted::No } else { wanted };
        let kind = match top {
            Some(TopKind::Mut(Some(global))) => {
                LocalKind::Variable(self.keep_variable(&name.text, global, value, name.span))
            }
            Some(TopKind::Let(Some(global))) => {
                self.frame().emit_effect(Op::GlobalSet, &[value], Imm::Global(global), name.span);
                LocalKind::Value(value)
            }
            _ if is_mut => {
                let slot = self.frame().func.add_slot(&name.text);
                self.frame().set_slot(slot, value, name.span);
                LocalKind::Variable(slot)
            }
            _ => LocalKind::Value(value),
        };
        self.frame().bind(name, kind, wanted);
    }
}
