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

mod arguments;
mod call;
mod control;
mod expr;
mod frame;
mod function;
mod import;
mod interactive;
mod lend;
mod loops;
mod names;
mod pattern;
mod place;
mod stmt;
mod try_;
mod types;
mod weak;

use crate::ast::{self, StmtKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{Scope, Signature, TopItem, TopKind, TopLevel, Wanted};
use crate::session::{Draft, ModuleLoader};
use frame::{Frame, FrameKind};
use quern_ir::function::Global;
use quern_ir::{Builtin, FuncId, Function, GlobalId, Op, SourceId, Span};
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
                Wanted::Variable | Wanted::Part => "variable",
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
                    for name in names {
                        self.declare_let(&name, node.is_mut);
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

    fn declare_let(&mut self, name: &ast::Name, is_mut: bool) {
        let kind = match (is_mut, self.mode) {
            (true, Mode::Interactive) => TopKind::Mut(Some(self.entry_variable(&name.text))),
            (true, _) => TopKind::Mut(None),
            (false, Mode::Interactive) => TopKind::Let(Some(self.entry_global(&name.text))),
            (false, Mode::Library) if !name.text.starts_with('_') => {
                TopKind::Let(Some(self.draft.add_global(&name.text, false)))
            }
            (false, _) => TopKind::Let(None),
        };
        self.add_top(name, kind, false);
    }

    fn add_top(&mut self, name: &ast::Name, kind: TopKind, is_import: bool) {
        let item = TopItem { span: name.span, kind, annotation: None, is_import, used: false };
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
    /// is there to be imported, with what it imports.
    fn warn_unused_top(&mut self, scope: Scope, module: &'t ast::Module) {
        let is_definition = |s: &ast::Stmt| {
            matches!(s.kind, StmtKind::Fn(_) | StmtKind::Let(_) | StmtKind::Import(_))
        };
        if self.mode != Mode::Script || module.stmts.iter().all(is_definition) {
            return;
        }
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
}

fn unused(what: &str, name: &str, span: Span) -> Diagnostic {
    Diagnostic::warning(codes::UNUSED, span, format!("the {what} `{name}` is never used"))
        .with_hint(if what == "import" {
            "remove it".to_owned()
        } else {
            format!("remove it, or name it `_{name}`")
        })
}

impl Draft {
    /// A place in the table of functions, to be filled later.
    fn reserve(&mut self, name: &str, span: Span) -> FuncId {
        self.program.functions.push(Arc::new(Function::new(name, span)))
    }

    fn fill(&mut self, id: FuncId, function: Function) {
        self.program.functions[id] = Arc::new(function);
    }

    pub(crate) fn add_global(&mut self, name: &str, replaceable: bool) -> GlobalId {
        self.program.globals.push(Global { name: name.into(), replaceable })
    }
}
