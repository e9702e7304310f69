//! What names mean inside functions, and reading them.
//!
//! A name is looked up in the scopes of the innermost function, then in those of the functions around
//! it, which captures its value, then at the top level of the module, then among the builtins.

use super::frame::{DEAD, FrameKind};
use super::{Lowerer, Mode};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lexer::keywords;
use crate::resolve::{LocalKind, Signature, TopKind, builtin, constant, is_later};
use quern_ir::builtins::Builtin;
use quern_ir::function::{Bits64, Imm};
use quern_ir::spelling::nearest;
use quern_ir::{FuncId, GlobalId, Op, Slot, Span, Ty, Val};
use std::sync::Arc;

/// What a name means here.
#[derive(Clone)]
pub(super) enum Found {
    Value(Val),
    Variable(Slot),
    /// A function without captures.
    Function(FuncId, Arc<Signature>),
    /// The function being lowered, which may have captures.
    Itself(FuncId, Arc<Signature>),
    Global(GlobalId),
    Module(Arc<str>),
    BuiltinModule(Arc<str>),
    Builtin(Builtin),
    Constant(f64),
    /// A part of the language that comes in a later version.
    Later,
    /// An error was reported.
    Unknown,
}

/// Why a name means nothing here.
pub(super) enum NameProblem {
    Undefined,
    /// It is declared further down.
    Later(Span),
    /// A top-level `mut`, which functions cannot see.
    TopLevelVariable(Span),
}

impl Lowerer<'_, '_> {
    /// What a name means, with a report when it means nothing.
    pub(super) fn find(&mut self, name: &str, span: Span) -> Found {
        match self.lookup(name, span) {
            Ok(found) => found,
            Err(problem) => {
                self.report_name(name, span, problem);
                Found::Unknown
            }
        }
    }

    pub(super) fn lookup(&mut self, name: &str, span: Span) -> Result<Found, NameProblem> {
        let depth = self.frames.len() - 1;
        for level in (0..=depth).rev() {
            if let Some((scope, local)) = self.frames[level].find(name) {
                local.used = true;
                let (kind, declared) = (local.kind.clone(), local.span);
                let is_top = level == 0 && scope == 0 && self.frames[0].kind == FrameKind::Main;
                return self.seen(name, kind, level, is_top.then_some(declared));
            }
            if self.frames[level].captured(name).is_some() {
                return Ok(Found::Value(self.capture_down(name, level)));
            }
        }
        let problem = match self.lookup_top(name, span) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => NameProblem::Undefined,
            // Until then the name means what is built in.
            Err(problem @ NameProblem::Later(_)) => problem,
            Err(problem) => return Err(problem),
        };
        if let Some(value) = constant(name) {
            return Ok(Found::Constant(value));
        }
        if let Some(builtin) = builtin(name, self.mode == Mode::Prelude) {
            self.define(builtin);
            return Ok(Found::Builtin(builtin));
        }
        if Builtin::is_module(name) || name == "os" {
            return Ok(Found::BuiltinModule(name.into()));
        }
        if is_later(name) {
            return Ok(Found::Later);
        }
        Err(problem)
    }

    /// A local of the frame at `level`, seen from the innermost frame.
    pub(super) fn seen(
        &mut self,
        name: &str,
        kind: LocalKind,
        level: usize,
        top_level: Option<Span>,
    ) -> Result<Found, NameProblem> {
        let is_outside = level + 1 < self.frames.len();
        Ok(match kind {
            LocalKind::Function { id, signature, closure: None } => Found::Function(id, signature),
            LocalKind::Variable(_) if is_outside && top_level.is_some() => {
                return Err(NameProblem::TopLevelVariable(top_level.unwrap_or_default()));
            }
            _ if is_outside => Found::Value(self.capture_down(name, level)),
            LocalKind::Value(val) | LocalKind::Function { closure: Some(val), .. } => {
                Found::Value(val)
            }
            LocalKind::Variable(slot) => Found::Variable(slot),
            LocalKind::Itself { id, signature } => Found::Itself(id, signature),
            LocalKind::Global(global) => Found::Global(global),
        })
    }

    /// Captures a name in every frame inside the one at `level`.
    fn capture_down(&mut self, name: &str, level: usize) -> Val {
        let mut val = self.frames[level].captured(name);
        for frame in &mut self.frames[level + 1..] {
            val = Some(frame.capture(name));
        }
        val.unwrap_or(DEAD)
    }

    /// A name of the module's top level that is not (yet) a local of main.
    fn lookup_top(&mut self, name: &str, span: Span) -> Result<Option<Found>, NameProblem> {
        let Some(first) = self.top.all(name).first().map(|item| item.span) else {
            return Ok(None);
        };
        if self.frames[0].kind == FrameKind::Main
            && let Some(found) = self.lookup_earlier(name)?
        {
            return Ok(Some(found));
        }
        let from_main = self.frames.len() == 1 && self.frames[0].kind == FrameKind::Main;
        let at = if self.frames[0].kind == FrameKind::Main { span } else { self.frames[0].span };
        // A `let` or `mut` that main has passed is a local by now.
        let item = match from_main {
            true => self.top.hoisted_from(name, at).ok_or(NameProblem::Later(first))?,
            false => match self.top.seen_from(name, at) {
                Some(item) => item,
                None => return Ok(None),
            },
        };
        let declared = item.span;
        let found = match &item.kind {
            TopKind::Function { id, signature } => Found::Function(*id, signature.clone()),
            TopKind::Replaceable(global) | TopKind::Foreign(global) => Found::Global(*global),
            TopKind::Module(module) => Found::Module(module.clone()),
            TopKind::Mut(_) => return Err(NameProblem::TopLevelVariable(declared)),
            TopKind::Let(Some(global)) => Found::Global(*global),
            TopKind::Let(None) => {
                let global = self.draft.add_global(name, false);
                item.kind = TopKind::Let(Some(global));
                Found::Global(global)
            }
        };
        item.used = true;
        Ok(Some(found))
    }

    fn report_name(&mut self, name: &str, span: Span, problem: NameProblem) {
        let diagnostic = match problem {
            NameProblem::Undefined => {
                let error = Diagnostic::error(
                    codes::UNDEFINED_NAME,
                    span,
                    format!("`{name}` is not defined"),
                );
                match self.nearest_name(name) {
                    Some(near) => error.with_hint(format!("did you mean `{near}`?")),
                    None => error,
                }
            }
            NameProblem::Later(declared) => Diagnostic::error(
                codes::USED_BEFORE_DECLARED,
                span,
                format!("`{name}` is used before it is declared"),
            )
            .with_label_at(declared, "declared here")
            .with_hint("move the declaration up"),
            NameProblem::TopLevelVariable(declared) => top_level_variable(name, span, declared),
        };
        self.report(diagnostic);
    }

    fn nearest_name(&self, name: &str) -> Option<String> {
        let locals = self.frames.iter().flat_map(|f| f.scopes.iter().flat_map(|s| s.names()));
        let tops = self.top.names();
        let names = locals.chain(tops).map(|n| &**n);
        let builtins = Builtin::ALL.iter().map(|b| b.name());
        let foreign = || matches!(name, "null" | "nil" | "undefined").then(|| "none".to_owned());
        let by_last_part = || {
            builtins
                .clone()
                .find(|b| b.split_once('.').is_some_and(|(_, last)| last == name))
                .map(str::to_owned)
        };
        foreign().or_else(by_last_part).or_else(|| {
            nearest(
                name,
                names
                    .chain(["pi", "tau", "inf", "nan"])
                    .chain(keywords().map(|word| word as &str))
                    .chain(builtins.clone().filter(|b| !b.contains('.'))),
            )
            .map(str::to_owned)
        })
    }

    /// The value of what was found; of a module there is none.
    pub(super) fn value_of(&mut self, name: &str, found: Found, span: Span) -> Val {
        let frame = self.frame();
        match found {
            Found::Value(val) => val,
            Found::Variable(slot) => frame.get_slot(slot, span),
            Found::Function(id, _) => frame.emit(Op::Closure, &[], Imm::Func(id), span),
            Found::Itself(id, _) => {
                let ty = [Ty::Any];
                match frame.append(Op::Closure, &[], Imm::Func(id), &ty, span) {
                    Some(inst) => {
                        frame.self_closures.push(inst);
                        frame.func.insts[inst].results[0]
                    }
                    None => DEAD,
                }
            }
            Found::Global(global) => frame.emit(Op::GlobalGet, &[], Imm::Global(global), span),
            Found::Builtin(builtin) => frame.emit(Op::BuiltinRef, &[], Imm::Builtin(builtin), span),
            Found::Constant(value) => {
                frame.emit(Op::ConstFloat, &[], Imm::Float(Bits64::new(value)), span)
            }
            Found::Module(module) if module.is_empty() => frame.none(span),
            Found::Module(_) | Found::BuiltinModule(_) => {
                self.report(
                    Diagnostic::error(
                        codes::NOT_A_VALUE,
                        span,
                        format!("`{name}` is a module, not a value"),
                    )
                    .with_hint(format!("name a member of it: `{name}.member`")),
                );
                self.frame().none(span)
            }
            Found::Later => self.later(name, span),
            Found::Unknown => self.frame().none(span),
        }
    }

    /// Throws where something is reached that comes in a later version; what follows is lowered, to be
    /// checked, as if it were `none`.
    pub(super) fn later(&mut self, name: &str, span: Span) -> Val {
        let frame = self.frame();
        let (throwing, done) = (frame.new_block(), frame.new_block());
        let always = frame.emit(Op::ConstBool, &[], Imm::Bool(true), span);
        frame.branch(always, throwing, done, span);
        frame.switch_to(throwing);
        let message = format!("{name} is no part of this version; it comes with a later one");
        let message = frame.text(&message, span);
        self.throw(message, "TypeError", None, span);
        let frame = self.frame();
        frame.switch_to(done);
        frame.none(span)
    }
}

/// A function mentions a top-level `mut`.
fn top_level_variable(name: &str, span: Span, declared: Span) -> Diagnostic {
    Diagnostic::error(
        codes::CAPTURED_VARIABLE,
        span,
        format!("a function cannot use `{name}`, a `mut` of the top level"),
    )
    .with_label_at(declared, "it may change here")
    .with_hint(format!(
        "pass it in (as a `mut` parameter to change it), compute the result with `reduce`, share it \
         in `mvar({name})`, or freeze it once it is done: `let {name} = {name}`"
    ))
}
