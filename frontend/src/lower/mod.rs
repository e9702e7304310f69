//! Syntax tree to generic SSA.
//!
//! [`lower_module`] declares the top level of a module (which loads what it imports), lowers its
//! functions, and then its statements as one more function, the module's *main*. Functions come first
//! because they decide which top-level `let`s need a global.
//!
//! An error is reported and lowering goes on with some value in its place, so that one mistake does
//! not hide the next; what was built is thrown away then.
//!
//! Order of evaluation: left to right, callee before arguments, and the right side of an assignment
//! before the place on its left; `a[i] += x` evaluates `i`, then `x`, then reads and writes `a[i]`.

mod call;
mod control;
mod expr;
mod frame;
mod function;
mod import;
mod interactive;
mod loops;
mod pattern;
mod place;
mod stmt;
mod try_;
mod types;

use crate::ast::{self, StmtKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{
    LocalKind, Scope, Signature, TopItem, TopKind, TopLevel, Wanted, builtin, constant, nearest,
};
use crate::session::{Draft, ModuleLoader};
use frame::{Frame, FrameKind};
use quern_ir::function::{Bits64, Global, Imm};
use quern_ir::{Builtin, FuncId, Function, GlobalId, Op, Slot, SourceId, Span, Val};
use std::collections::HashSet;
use std::sync::Arc;

/// What a source text is lowered as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The text that is run.
    Script,
    /// An imported file, or one that a host calls into: all its public `let`s are globals.
    Library,
    /// An entry of an interactive session.
    Interactive,
    /// The builtins written in Quern.
    Prelude,
}

/// A lowered module.
pub(crate) struct LoweredModule {
    pub main: FuncId,
    pub top: TopLevel,
    pub diagnostics: Vec<Diagnostic>,
}

/// Lowers a module into the draft's program. `top` holds the names of earlier entries.
pub(crate) fn lower_module(
    draft: &mut Draft,
    loader: &dyn ModuleLoader,
    module: &ast::Module,
    mode: Mode,
    name: &str,
    top: TopLevel,
) -> LoweredModule {
    let main = draft.reserve(name, module.span);
    let mut lowerer = Lowerer {
        draft,
        loader,
        mode,
        top,
        frames: Vec::new(),
        diagnostics: Vec::new(),
        reported: HashSet::new(),
        functions: Vec::new(),
        imports: Vec::new(),
        finally_levels: 0,
        variables: Vec::new(),
        source: module.span.source,
    };
    lowerer.declare(module);
    lowerer.lower_functions(module);
    lowerer.lower_main(main, name, module);
    LoweredModule { main, top: lowerer.top, diagnostics: lowerer.diagnostics }
}

/// The state of lowering one module.
struct Lowerer<'t, 'd> {
    draft: &'d mut Draft,
    loader: &'d dyn ModuleLoader,
    mode: Mode,
    top: TopLevel,
    /// The functions being built, each inside the one before it.
    frames: Vec<Frame<'t>>,
    diagnostics: Vec<Diagnostic>,
    /// What was reported: a `finally` body is lowered once for each way out.
    reported: HashSet<(&'static str, Span)>,
    /// The functions at the top level, by the span of their names.
    functions: Vec<(Span, FuncId)>,
    /// Modules to run, by the span of the import statement's path.
    imports: Vec<(Span, FuncId)>,
    /// How many `finally` bodies the code being lowered stands in.
    finally_levels: usize,
    /// The top-level variables of this entry of an interactive session.
    variables: Vec<interactive::Variable>,
    /// The text that is lowered.
    source: SourceId,
}

/// What a name means here.
#[derive(Clone)]
enum Found {
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
    /// An error was reported.
    Unknown,
}

/// Why a name means nothing here.
enum NameProblem {
    Undefined,
    /// It is declared further down.
    Later(Span),
    /// A top-level `mut`, which functions cannot see.
    TopLevelVariable(Span),
}

impl<'t> Lowerer<'t, '_> {
    /// The function being built.
    fn frame(&mut self) -> &mut Frame<'t> {
        self.frames.last_mut().expect("code is lowered inside a function")
    }

    /// Reports a mistake, once.
    fn report(&mut self, diagnostic: Diagnostic) {
        if self.reported.insert((diagnostic.code, diagnostic.span)) {
            self.diagnostics.push(diagnostic);
        }
    }

    fn open_scope(&mut self) {
        self.frame().scopes.push(Scope::default());
    }

    fn close_scope(&mut self) {
        if let Some(scope) = self.frame().scopes.pop() {
            self.warn_unused(scope);
        }
    }

    fn warn_unused(&mut self, scope: Scope) {
        for local in scope.into_locals() {
            let what = match local.wanted {
                Wanted::No => continue,
                _ if local.used => continue,
                Wanted::Variable => "variable",
                Wanted::Function => "function",
            };
            self.report(unused(what, &local.name, local.span));
        }
    }

    /// Whether names bound now are at the top level of the module.
    fn at_top_level(&self) -> bool {
        matches!(self.frames.as_slice(), [main] if main.kind == FrameKind::Main && main.scopes.len() == 1)
    }

    // ---- the top level -------------------------------------------------------------------------

    fn declare(&mut self, module: &'t ast::Module) {
        for stmt in &module.stmts {
            match &stmt.kind {
                StmtKind::Fn(decl) => self.declare_function(decl),
                StmtKind::Let(node) => {
                    let mut names = Vec::new();
                    pattern::bound_names(&node.pattern, &mut names);
                    let is_alone = matches!(node.pattern.kind, ast::PatternKind::Name(_));
                    for name in names {
                        self.declare_let(&name, node.is_mut, is_alone);
                    }
                }
                StmtKind::Import(node) => self.declare_import(node),
                StmtKind::Assign(_)
                | StmtKind::For(_)
                | StmtKind::While { .. }
                | StmtKind::Loop(_)
                | StmtKind::Expr(_) => {}
            }
        }
    }

    fn declare_function(&mut self, decl: &'t ast::FnDecl) {
        let name = &decl.name;
        self.check_declared_once(name, "function");
        let id = self.draft.reserve(&name.text, name.span);
        self.functions.push((name.span, id));
        let kind = if self.mode == Mode::Interactive {
            TopKind::Replaceable(self.entry_global(&name.text))
        } else {
            TopKind::Function {
                id,
                signature: Arc::new(Signature::of_params(&name.text, &decl.params)),
            }
        };
        self.add_top(name, kind, false);
    }

    fn declare_let(&mut self, name: &ast::Name, is_mut: bool, is_wanted: bool) {
        if self.same_text(&name.text).any(|item| item.kind.is_hoisted()) {
            self.check_declared_once(name, "variable");
        }
        let kind = match (is_mut, self.mode) {
            (true, Mode::Interactive) => TopKind::Mut(Some(self.entry_variable(&name.text))),
            (true, _) => TopKind::Mut(None),
            (false, Mode::Interactive) => TopKind::Let(Some(self.entry_global(&name.text))),
            (false, Mode::Library) if !name.text.starts_with('_') => {
                TopKind::Let(Some(self.draft.add_global(&name.text)))
            }
            (false, _) => TopKind::Let(None),
        };
        self.add_top(name, kind, false);
        if let Some(item) = self.top.declared_at(&name.text, name.span) {
            item.used = !is_wanted;
        }
    }

    fn add_top(&mut self, name: &ast::Name, kind: TopKind, is_import: bool) {
        let item = TopItem { span: name.span, kind, is_import, used: false };
        self.top.add(name.text.clone(), item);
    }

    /// The items of this name that this text declared so far.
    fn same_text(&self, name: &str) -> impl Iterator<Item = &TopItem> {
        let source = self.source;
        let items = self.top.all(name).iter();
        items.filter(move |item| item.span.source == source)
    }

    fn check_declared_once(&mut self, name: &ast::Name, what: &str) {
        let first = self.same_text(&name.text).map(|item| item.span).next();
        if let Some(first) = first {
            self.report(
                Diagnostic::error(
                    codes::DECLARED_TWICE,
                    name.span,
                    format!("`{}` is already declared at this level", name.text),
                )
                .with_label(format!("this {what} has the same name"))
                .with_label_at(first, "declared here")
                .with_hint("give one of them another name"),
            );
        }
    }

    fn lower_functions(&mut self, module: &'t ast::Module) {
        for stmt in &module.stmts {
            if let StmtKind::Fn(decl) = &stmt.kind {
                let id = self.function_id(decl.name.span);
                let built = self.function(id, decl, FrameKind::TopFunction, stmt.span);
                if self.mode == Mode::Prelude {
                    let builtin = Builtin::from_name(&decl.name.text.replace("__", "."));
                    if let Some(builtin) = builtin {
                        self.draft.program.prelude.insert(builtin, id);
                    }
                }
                self.draft.fill(id, built.0);
            }
        }
    }

    /// The id reserved for the top-level function whose name stands at this span.
    fn function_id(&mut self, span: Span) -> FuncId {
        match self.functions.iter().find(|(s, _)| *s == span) {
            Some(&(_, id)) => id,
            None => self.draft.reserve("", span),
        }
    }

    fn lower_main(&mut self, id: FuncId, name: &str, module: &'t ast::Module) {
        let frame = Frame::new(id, name, FrameKind::Main, module.span);
        self.frames.push(frame);
        if self.mode == Mode::Interactive {
            self.begin_entry(module);
        }
        let result = self.statements(&module.stmts, module.span);
        if self.mode == Mode::Interactive {
            self.end_entry(result, module.span);
        } else {
            self.frame().terminate(Op::Return, &[result], &[], module.span);
        }
        if let Some(mut frame) = self.frames.pop() {
            let scope = frame.scopes.pop().unwrap_or_default();
            self.warn_unused_top(scope, module);
            self.draft.fill(id, frame.finish());
        }
    }

    /// Warnings about top-level names: in scripts only, and not in a text of definitions alone, which
    /// is there to be imported.
    fn warn_unused_top(&mut self, scope: Scope, module: &'t ast::Module) {
        if self.mode == Mode::Prelude || self.mode == Mode::Interactive {
            return;
        }
        let is_script = self.mode == Mode::Script
            && module.stmts.iter().any(|s| {
                !matches!(s.kind, StmtKind::Fn(_) | StmtKind::Let(_) | StmtKind::Import(_))
            });
        let used: HashSet<Span> = scope
            .into_locals()
            .into_iter()
            .filter(|local| local.used)
            .map(|local| local.span)
            .collect();
        let mut unused_items: Vec<Diagnostic> = Vec::new();
        for (name, item) in self.top.iter() {
            if item.used || used.contains(&item.span) || name.starts_with('_') {
                continue;
            }
            let what = match &item.kind {
                _ if item.is_import => "import",
                _ if !is_script => continue,
                TopKind::Function { .. } => "function",
                TopKind::Let(_) | TopKind::Mut(_) => "variable",
                TopKind::Replaceable(_) | TopKind::Module(_) | TopKind::Foreign(_) => continue,
            };
            unused_items.push(unused(what, name, item.span));
        }
        unused_items.sort_by_key(|d| d.span.start);
        for diagnostic in unused_items {
            self.report(diagnostic);
        }
    }

    // ---- names ---------------------------------------------------------------------------------

    /// What a name means, with a report when it means nothing.
    fn find(&mut self, name: &str, span: Span) -> Found {
        match self.lookup(name, span) {
            Ok(found) => found,
            Err(problem) => {
                self.report_name(name, span, problem);
                Found::Unknown
            }
        }
    }

    fn lookup(&mut self, name: &str, span: Span) -> Result<Found, NameProblem> {
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
        if let Some(found) = self.lookup_top(name, span)? {
            return Ok(found);
        }
        if let Some(value) = constant(name) {
            return Ok(Found::Constant(value));
        }
        if let Some(builtin) = builtin(name, self.mode == Mode::Prelude) {
            return Ok(Found::Builtin(builtin));
        }
        if Builtin::is_module(name) || name == "os" {
            return Ok(Found::BuiltinModule(name.into()));
        }
        Err(NameProblem::Undefined)
    }

    /// A local of the frame at `level`, seen from the innermost frame.
    fn seen(
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
        val.unwrap_or(frame::DEAD)
    }

    /// A name of the module's top level that is not (yet) a local of main.
    fn lookup_top(&mut self, name: &str, span: Span) -> Result<Option<Found>, NameProblem> {
        if self.top.all(name).is_empty() {
            return Ok(None);
        }
        if self.frames[0].kind == FrameKind::Main
            && let Some(found) = self.lookup_earlier(name)?
        {
            return Ok(Some(found));
        }
        let from_main = self.frames.len() == 1 && self.frames[0].kind == FrameKind::Main;
        let at = if self.frames[0].kind == FrameKind::Main { span } else { self.frames[0].span };
        let Some(item) = self.top.seen_from(name, at) else {
            return Ok(None);
        };
        let declared = item.span;
        let found = match &item.kind {
            TopKind::Function { id, signature } => Found::Function(*id, signature.clone()),
            TopKind::Replaceable(global) | TopKind::Foreign(global) => Found::Global(*global),
            TopKind::Module(module) => Found::Module(module.clone()),
            TopKind::Let(_) if from_main => return Err(NameProblem::Later(declared)),
            TopKind::Mut(_) if from_main => return Err(NameProblem::Later(declared)),
            TopKind::Mut(_) => return Err(NameProblem::TopLevelVariable(declared)),
            TopKind::Let(Some(global)) => Found::Global(*global),
            TopKind::Let(None) => {
                let global = self.draft.add_global(name);
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
        let by_last_part = || {
            builtins
                .clone()
                .find(|b| b.split_once('.').is_some_and(|(_, last)| last == name))
                .map(str::to_owned)
        };
        by_last_part().or_else(|| {
            nearest(
                name,
                names
                    .chain(["pi", "tau", "inf", "nan"])
                    .chain(builtins.clone().filter(|b| !b.contains('.'))),
            )
            .map(str::to_owned)
        })
    }

    /// The value of what was found; of a module there is none.
    fn value_of(&mut self, name: &str, found: Found, span: Span) -> Val {
        let frame = self.frame();
        match found {
            Found::Value(val) => val,
            Found::Variable(slot) => frame.get_slot(slot, span),
            Found::Function(id, _) => frame.emit(Op::Closure, &[], Imm::Func(id), span),
            Found::Itself(id, _) => {
                let ty = [quern_ir::Ty::Any];
                match frame.append(Op::Closure, &[], Imm::Func(id), &ty, span) {
                    Some(inst) => {
                        frame.self_closures.push(inst);
                        frame.func.insts[inst].results[0]
                    }
                    None => frame::DEAD,
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
            Found::Unknown => self.frame().none(span),
        }
    }
}

fn unused(what: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(codes::UNUSED, span, format!("the {what} `{name}` is never used"))
        .with_hint(if what == "import" {
            "remove it".to_owned()
        } else {
            format!("remove it, or name it `_{name}`")
        })
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

impl Draft {
    /// A place in the table of functions, to be filled later.
    fn reserve(&mut self, name: &str, span: Span) -> FuncId {
        self.program.functions.push(Arc::new(Function::new(name, span)))
    }

    fn fill(&mut self, id: FuncId, function: Function) {
        self.program.functions[id] = Arc::new(function);
    }

    fn add_global(&mut self, name: &str) -> GlobalId {
        self.program.globals.push(Global { name: name.into() })
    }
}
