//! A program under construction: a script with its imports, or an interactive session.

use crate::ast;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lower::{LoweredModule, Mode, lower_module};
use crate::recovery;
use crate::resolve::{TopItem, TopKind, TopLevel};
use quern_ir::{FuncId, GlobalId, Program, Span};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Gives the texts that imports name, and shows source text in messages of `assert`. The frontend
/// reads no files: whoever runs scripts decides what they may import.
pub trait ModuleLoader {
    /// The module behind the path of an import statement, and its canonical name: two paths that mean
    /// the same module have the same one. `at` is the path in the importing text.
    ///
    /// # Errors
    /// When there is no such module, or it does not parse.
    fn load(&self, path: &str, at: Span) -> Result<(String, ast::Module), Vec<Diagnostic>>;

    /// The text of the prelude with this name: that of a module of builtins, or one such texts import.
    fn prelude(&self, _name: &str) -> Option<Arc<ast::Module>> {
        None
    }

    /// The source text of a span, or nothing where it is not known.
    fn snippet(&self, span: Span) -> String;
}

/// A loader for texts that import nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoModules;

impl ModuleLoader for NoModules {
    fn load(&self, path: &str, at: Span) -> Result<(String, ast::Module), Vec<Diagnostic>> {
        Err(vec![Diagnostic::error(
            codes::IMPORT_FAILED,
            at,
            format!("\"{path}\" cannot be imported here"),
        )])
    }

    fn snippet(&self, _: Span) -> String {
        String::new()
    }
}

/// Lowers source texts one after the other into one [`Program`].
///
/// Lowering either succeeds or leaves the session as it was. Texts do not see each other's names,
/// except in an interactive session, where each sees what the ones before it left at their top level.
#[derive(Clone, Debug)]
pub struct Session {
    draft: Draft,
    /// The names so far, of an interactive session.
    entries: Option<TopLevel>,
    /// Names the host declared.
    host_names: Vec<(Arc<str>, GlobalId)>,
    /// Of an interactive session: where the host keeps the value of the last entry, which is called `_`.
    last: Option<GlobalId>,
}

/// The name of the last value in an interactive session.
const LAST: &str = "_";

/// What lowering adds to.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub program: Program,
    /// By canonical name.
    pub modules: HashMap<Arc<str>, ModuleState>,
    /// The modules that are being lowered, each imported by the one before it.
    pub loading: Vec<Arc<str>>,
}

#[derive(Clone, Debug)]
pub(crate) enum ModuleState {
    Loading,
    Loaded(Arc<LoadedModule>),
    Failed,
}

#[derive(Debug)]
pub(crate) struct LoadedModule {
    pub top: TopLevel,
}

/// What lowering a text added to the program.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The function that runs the top level of the text. Its result is the value of the last
    /// statement, or `none` when that is no expression.
    pub main: FuncId,
    /// All functions that are new, those of imported modules included.
    pub new_functions: Range<u32>,
    /// What the top level gives to a host, in no order; private names are left out.
    pub exports: Vec<(Arc<str>, Export)>,
    pub warnings: Vec<Diagnostic>,
}

/// Where the value of a top-level name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    Function(FuncId),
    /// Set when the text has run.
    Global(GlobalId),
}

impl Session {
    /// A session whose program starts as a copy of the prelude's.
    pub fn with_prelude(prelude: &Program) -> Session {
        Session {
            draft: Draft { program: prelude.clone(), modules: HashMap::new(), loading: Vec::new() },
            entries: None,
            host_names: Vec::new(),
            last: None,
        }
    }

    /// Declares a name that every text of this session sees, and gives the global that the host sets it
    /// in. Such a name may be declared again by a text.
    pub fn declare_host(&mut self, name: &str) -> GlobalId {
        let global = self.draft.add_global(name, false);
        self.host_names.push((name.into(), global));
        global
    }

    /// A session in which the top-level names of each text stay for the next: a REPL.
    pub fn interactive(prelude: &Program) -> Session {
        let mut session =
            Session { entries: Some(TopLevel::default()), ..Session::with_prelude(prelude) };
        let last = session.draft.add_global(LAST, true);
        session.host_names.push((LAST.into(), last));
        session.last = Some(last);
        session
    }

    /// Where the host keeps the value of the last entry of an interactive session.
    pub fn last(&self) -> Option<GlobalId> {
        self.last
    }

    /// Where the value of a top-level name of an interactive session is.
    pub fn global(&self, name: &str) -> Option<GlobalId> {
        match self.entries.as_ref()?.newest(name)?.kind {
            TopKind::Replaceable(global)
            | TopKind::Let(Some(global))
            | TopKind::Mut(Some(global))
            | TopKind::Foreign(global) => Some(global),
            _ => None,
        }
    }

    /// The public names of a module that an entry has imported under this name.
    pub fn members(&self, module: &str) -> Vec<Arc<str>> {
        let item = self.entries.as_ref().and_then(|entries| entries.newest(module));
        let Some(TopKind::Module(name)) = item.map(|item| &item.kind) else { return Vec::new() };
        match self.draft.modules.get(name) {
            Some(ModuleState::Loaded(module)) => {
                module.top.names().filter(|n| !n.starts_with('_')).cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    pub fn program(&self) -> &Program {
        &self.draft.program
    }

    /// The names that the next entry of an interactive session sees, besides the builtins.
    pub fn names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> =
            self.entries.iter().flat_map(|t| t.names()).cloned().collect();
        names.sort();
        names
    }

    /// Lowers a script, or an entry of an interactive session.
    ///
    /// # Errors
    /// The mistakes, if there are any; the warnings are left out then.
    pub fn lower(
        &mut self,
        module: &ast::Module,
        loader: &dyn ModuleLoader,
    ) -> Result<Lowered, Vec<Diagnostic>> {
        self.lower_as(module, loader, self.mode())
    }

    /// Lowers a text whose top level a host calls into: every public name is exported.
    ///
    /// # Errors
    /// As [`Session::lower`].
    pub fn lower_library(
        &mut self,
        module: &ast::Module,
        loader: &dyn ModuleLoader,
    ) -> Result<Lowered, Vec<Diagnostic>> {
        self.lower_as(module, loader, Mode::Library)
    }

    /// The mistakes of a text that does not parse, in their order: those the parser found and the names that are
    /// certainly not defined.
    pub fn mistakes(
        &self,
        module: &ast::Module,
        mut mistakes: Vec<Diagnostic>,
        loader: &dyn ModuleLoader,
    ) -> Vec<Diagnostic> {
        let found = self.attempt(module, loader, self.mode()).1.diagnostics;
        mistakes.extend(recovery::undefined_names(module, &mistakes, found, loader));
        mistakes.sort_by_key(|d| d.span.start);
        mistakes
    }

    fn mode(&self) -> Mode {
        if self.entries.is_some() { Mode::Interactive } else { Mode::Script }
    }

    /// What a text would add to the program.
    fn attempt(
        &self,
        module: &ast::Module,
        loader: &dyn ModuleLoader,
        mode: Mode,
    ) -> (Draft, LoweredModule) {
        let mut draft = self.draft.clone();
        let mut earlier = self.entries.clone().unwrap_or_default();
        for (name, global) in &self.host_names {
            if earlier.all(name).is_empty() {
                earlier.add(name.clone(), TopItem::of_host(*global));
            }
        }
        let lowered = lower_module(&mut draft, loader, module, mode, "<main>", earlier);
        (draft, lowered)
    }

    fn lower_as(
        &mut self,
        module: &ast::Module,
        loader: &dyn ModuleLoader,
        mode: Mode,
    ) -> Result<Lowered, Vec<Diagnostic>> {
        let first = self.draft.program.functions.len() as u32;
        let (draft, lowered) = self.attempt(module, loader, mode);
        let errors = errors_of(&lowered.diagnostics);
        if !errors.is_empty() {
            return Err(errors);
        }
        let exports = exports(&lowered.top);
        if let Some(entries) = &mut self.entries {
            *entries = lowered.top.newest_only();
        }
        let new_functions = first..draft.program.functions.len() as u32;
        self.draft = draft;
        Ok(Lowered { main: lowered.main, new_functions, exports, warnings: lowered.diagnostics })
    }
}

/// A mistake may make names look unused, so nothing is warned of beside it.
fn errors_of(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    diagnostics.iter().filter(|d| d.is_error()).cloned().collect()
}

fn exports(top: &TopLevel) -> Vec<(Arc<str>, Export)> {
    let names = top.names().filter(|name| !name.starts_with('_'));
    names
        .filter_map(|name| {
            let export = match top.newest(name)?.kind {
                TopKind::Function { id, .. } => Export::Function(id),
                TopKind::Replaceable(global)
                | TopKind::Let(Some(global))
                | TopKind::Mut(Some(global)) => Export::Global(global),
                TopKind::Foreign(global) => Export::Global(global),
                TopKind::Let(None) | TopKind::Mut(None) | TopKind::Module(_) => return None,
            };
            Some((name.clone(), export))
        })
        .collect()
}

/// Lowers the core of the builtins that are written in Quern: a top-level function named like a builtin, with
/// `__` for the dot, is its meaning. Only texts of the prelude may call builtins whose names start with `__`.
///
/// # Errors
/// The mistakes, if there are any.
pub fn lower_prelude(module: &ast::Module) -> Result<Program, Vec<Diagnostic>> {
    let mut draft =
        Draft { program: Program::default(), modules: HashMap::new(), loading: Vec::new() };
    let top = TopLevel::default();
    let lowered = lower_module(&mut draft, &NoModules, module, Mode::Prelude, "<prelude>", top);
    let errors = errors_of(&lowered.diagnostics);
    if errors.is_empty() { Ok(draft.program) } else { Err(errors) }
}
