//! Functions, lambdas and `async` blocks: parameters, bodies, closures.

use super::Lowerer;
use super::frame::{Frame, FrameKind};
use crate::ast::{self, Expr, PatternKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{LocalKind, Signature, Wanted, param_name};
use quern_ir::builtins::Builtin;
use quern_ir::function::{ArgInfo, CallInfo, Callee, Imm, Param, Target, TypeSpec};
use quern_ir::{FuncId, Function, Op, Span, Val};
use std::sync::Arc;

/// The names a finished function wants captured, in order.
type Captures = Vec<Arc<str>>;

impl<'t> Lowerer<'t, '_> {
    /// Builds a declared function; its name is visible inside it.
    pub(super) fn function(
        &mut self,
        id: FuncId,
        decl: &'t ast::FnDecl,
        kind: FrameKind,
        span: Span,
    ) -> (Function, Captures) {
        let mut frame = Frame::new(id, &decl.name.text, kind, span);
        frame.func.doc = decl.doc.clone();
        frame.func.is_generator = decl.is_generator;
        self.frames.push(frame);
        if kind == FrameKind::Nested {
            let signature = Arc::new(Signature::of_params(&decl.name.text, &decl.params));
            self.frame().bind(&decl.name, LocalKind::Itself { id, signature }, Wanted::No);
        }
        if let Some(result) = &decl.result {
            let spec = self.type_spec(result);
            if !decl.is_generator {
                self.frame().result = Some(spec);
            }
        }
        self.parameters(&decl.params);
        self.open_scope();
        let value = self.statements(&decl.body.stmts, decl.body.span);
        self.close_scope();
        self.end_function(value, result_span(&decl.body))
    }

    /// `fn` inside a function: bound like a `let`.
    pub(super) fn nested_function(&mut self, decl: &'t ast::FnDecl, span: Span) {
        let id = self.draft.reserve(&decl.name.text, span);
        let (func, captures) = self.function(id, decl, FrameKind::Nested, span);
        let closure = if captures.is_empty() {
            None
        } else {
            Some(self.closure(id, &captures, decl.name.span))
        };
        self.draft.fill(id, func);
        let kind = LocalKind::Function {
            id,
            signature: Arc::new(Signature::of_params(&decl.name.text, &decl.params)),
            closure,
        };
        self.frame().bind(&decl.name, kind, Wanted::Function);
    }

    /// A lambda, under the name that traces show.
    pub(super) fn lambda(
        &mut self,
        node: &'t ast::Lambda,
        name: &str,
        doc: Option<Arc<str>>,
        span: Span,
    ) -> Val {
        let id = self.draft.reserve(name, span);
        let mut frame = Frame::new(id, name, FrameKind::Nested, span);
        frame.func.doc = doc;
        frame.func.is_generator = node.is_generator;
        self.frames.push(frame);
        self.parameters(&node.params);
        let value = self.expr(&node.body);
        let (func, captures) = self.end_function(value, node.body.span);
        self.draft.fill(id, func);
        self.closure(id, &captures, span)
    }

    /// `async { .. }`: a task of a function without parameters.
    pub(super) fn async_block(&mut self, body: &'t ast::Block, span: Span) -> Val {
        let id = self.draft.reserve("<async>", span);
        self.frames.push(Frame::new(id, "<async>", FrameKind::Async, span));
        let value = self.statements(&body.stmts, body.span);
        let (func, captures) = self.end_function(value, result_span(body));
        self.draft.fill(id, func);
        let closure = self.closure(id, &captures, span);
        let info = CallInfo {
            callee: Callee::Builtin(Builtin::Spawn),
            method: None,
            args: vec![ArgInfo::default()],
        };
        self.frame().emit(Op::CallBuiltin, &[closure], Imm::Call(Arc::new(info)), span)
    }

    fn end_function(&mut self, value: Val, span: Span) -> (Function, Captures) {
        if self.frame().is_live() {
            let value = self.checked_result(value, span);
            self.frame().terminate(Op::Return, &[value], &[], span);
        }
        while !self.frame().scopes.is_empty() {
            self.close_scope();
        }
        let frame = self.frames.pop().expect("a function ends that was started");
        let captures = frame.captures.iter().map(|(n, _)| n.clone()).collect();
        (frame.finish(), captures)
    }

    /// A closure with the values that its captured names have now.
    fn closure(&mut self, id: FuncId, captures: &[Arc<str>], span: Span) -> Val {
        let values: Vec<Val> = captures
            .iter()
            .map(|name| {
                let found = self.find(name, span);
                self.value_of(name, found, span)
            })
            .collect();
        self.frame().emit(Op::Closure, &values, Imm::Func(id), span)
    }

    /// Declares the parameters: defaults for those not given, checks of annotations, slots for `mut`
    /// ones. Each sees those before it.
    fn parameters(&mut self, params: &'t [ast::Param]) {
        self.check_names_differ(params);
        let entry = self.frame().func.entry();
        let values: Vec<Val> = params.iter().map(|_| self.frame().add_block_param(entry)).collect();
        for (index, (param, value)) in params.iter().zip(values).enumerate() {
            let annotation = param.ty.as_ref().map(|ty| self.type_spec(ty));
            // That of a variadic parameter is for each item.
            let checked = annotation.clone().map(|spec| match param.is_variadic {
                true => TypeSpec::List(Box::new(spec)),
                false => spec,
            });
            let mutable = param.is_mut.then(|| self.frame().func.add_slot(&param_name(param)));
            self.frame().func.params.push(Param {
                name: param_name(param),
                mutable,
                has_default: param.default.is_some(),
                variadic: param.is_variadic,
                annotation,
            });
            if let Some(slot) = mutable {
                self.frame().set_slot(slot, value, param.span);
            }
            let mut value = match &param.default {
                Some(default) => self.given_or(index, value, default),
                None => value,
            };
            if let Some(spec) = checked.clone() {
                value = self.frame().emit(Op::CheckType, &[value], Imm::Ty(spec), param.span);
            }
            match (&param.pattern.kind, mutable) {
                (PatternKind::Name(name), Some(slot)) => {
                    if param.default.is_some() {
                        self.frame().set_slot(slot, value, param.span);
                    }
                    let name = name_of(name, param.pattern.span);
                    self.frame().bind(&name, LocalKind::Variable(slot), Wanted::No);
                    if let Some(spec) = checked {
                        self.frame().annotate(&name.text, spec);
                    }
                }
                (PatternKind::Name(name), None) => {
                    let name = name_of(name, param.pattern.span);
                    self.frame().bind(&name, LocalKind::Value(value), Wanted::No);
                }
                _ => self.destructure(&param.pattern, value, param.is_mut, Wanted::No),
            }
        }
    }

    /// The argument when the caller gave one, else the default.
    fn given_or(&mut self, index: usize, argument: Val, default: &'t Expr) -> Val {
        let span = default.span;
        let frame = self.frame();
        let given = frame.emit(Op::ParamGiven, &[], Imm::Int(index as i64), span);
        let (missing, done) = (frame.new_block(), frame.new_block());
        let value = frame.add_block_param(done);
        let targets = [Target::new(done, &[argument]), Target::new(missing, &[])];
        frame.terminate(Op::Branch, &[given], &targets, span);
        frame.switch_to(missing);
        let filled = self.expr(default);
        self.frame().jump(done, &[filled], span);
        self.merge(done, value)
    }

    fn check_names_differ(&mut self, params: &'t [ast::Param]) {
        let mut names: Vec<ast::Name> = Vec::new();
        for param in params {
            let mut new = Vec::new();
            super::pattern::bound_names(&param.pattern, &mut new);
            for name in new {
                if let Some(first) = names.iter().find(|n| n.text == name.text) {
                    let error = Diagnostic::error(
                        codes::DECLARED_TWICE,
                        name.span,
                        format!("two parameters are called `{}`", name.text),
                    )
                    .with_label_at(first.span, "the first one");
                    self.report(error);
                }
                names.push(name);
            }
        }
        let variadic = params.iter().position(|p| p.is_variadic);
        if let Some(index) = variadic
            && index + 1 < params.len()
        {
            self.report(
                Diagnostic::error(
                    codes::BAD_ARGUMENTS,
                    params[index].span,
                    "a parameter stands behind the one that takes all the rest",
                )
                .with_hint("put the `...` parameter last"),
            );
        }
    }
}

pub(super) fn name_of(text: &Arc<str>, span: Span) -> ast::Name {
    ast::Name { text: text.clone(), span }
}

/// Where a body's result stands.
fn result_span(body: &ast::Block) -> Span {
    body.stmts.last().map_or(body.span, |s| s.span)
}
