//! Imports: modules as namespaces that are resolved here.
//!
//! A module is lowered once, when the first text that imports it is declared, and run where that
//! text's `import` statement stands. What it lets others see are its functions and the globals of its
//! `let`s.
//!
//! The modules of builtins that are written in Quern are loaded in the same way, by the first name that means
//! one of their builtins. They consist of functions, so nothing of them is run.

use super::names::Found;
use super::{Lowerer, Mode, lower_module};
use crate::ast::{self, Expr, ExprKind, ImportForm};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{TopKind, TopLevel};
use crate::session::{LoadedModule, ModuleState};
use quern_ir::builtins::{Builtin, Home};
use quern_ir::function::{CallInfo, Callee, Imm};
use quern_ir::spelling::nearest;
use quern_ir::{FuncId, Op, Span};
use std::sync::Arc;

impl<'t> Lowerer<'t, '_> {
    /// Loads what an import names, and binds the names at the top level.
    pub(super) fn declare_import(&mut self, node: &'t ast::Import) {
        let module = self.load(node);
        match &node.form {
            ImportForm::Module(name) => {
                if self.same_text(&name.text).next().is_some() {
                    self.check_declared_once(name, "module");
                }
                let is_loaded = module.is_some();
                let kind = TopKind::Module(module.unwrap_or_else(|| "".into()));
                self.add_top(name, kind, is_loaded);
            }
            ImportForm::Names(names) => {
                for item in names {
                    let bound = item.alias.as_ref().unwrap_or(&item.name);
                    self.check_declared_once(bound, "import");
                    let kind = match &module {
                        Some(module) => self.exported(module, &item.name),
                        None => None,
                    };
                    // A name that was reported stands for a module nothing is known of.
                    let is_known = kind.is_some();
                    let kind = kind.unwrap_or_else(|| TopKind::Module("".into()));
                    self.add_top(bound, kind, is_known);
                }
            }
        }
    }

    /// The canonical name of the module, lowered by now; none when that was reported to fail.
    fn load(&mut self, node: &'t ast::Import) -> Option<Arc<str>> {
        if self.mode == Mode::Prelude {
            return self.load_prelude(stem(&node.path));
        }
        let (name, module) = match self.loader.load(&node.path, node.path_span) {
            Ok(loaded) => loaded,
            Err(problems) => {
                for problem in problems {
                    self.report(problem);
                }
                return None;
            }
        };
        let name: Arc<str> = name.into();
        match self.draft.modules.get(&name) {
            Some(ModuleState::Loaded(_)) => return Some(name),
            Some(ModuleState::Failed) => return None,
            Some(ModuleState::Loading) => {
                self.report_cycle(&name, node.path_span);
                return None;
            }
            None => {}
        }
        let (main, is_sound) = self.lower_loaded(&name, &module, Mode::Library);
        self.imports.push((node.path_span, main));
        is_sound.then_some(name)
    }

    /// Lowers a module that is not known yet; gives the function that runs its top level, and whether it
    /// has no mistakes.
    fn lower_loaded(
        &mut self,
        name: &Arc<str>,
        module: &ast::Module,
        mode: Mode,
    ) -> (FuncId, bool) {
        self.draft.modules.insert(name.clone(), ModuleState::Loading);
        self.draft.loading.push(name.clone());
        let title = format!("<{}>", stem(name));
        let top = TopLevel::default();
        let lowered = lower_module(self.draft, self.loader, module, mode, &title, top);
        self.draft.loading.pop();
        let failed = lowered.diagnostics.iter().any(Diagnostic::is_error);
        for diagnostic in lowered.diagnostics {
            self.report(diagnostic);
        }
        let state = if failed {
            ModuleState::Failed
        } else {
            ModuleState::Loaded(Arc::new(LoadedModule { top: lowered.top }))
        };
        self.draft.modules.insert(name.clone(), state);
        (lowered.main, !failed)
    }

    /// Sees to it that a builtin that was named has a meaning in this program.
    pub(super) fn define(&mut self, builtin: Builtin) {
        if builtin.home() == Home::Prelude
            && !self.draft.program.prelude.contains_key(&builtin)
            && let Some((module, _)) = builtin.name().split_once('.')
        {
            self.load_prelude(module);
        }
    }

    /// The canonical name of a text of the prelude, lowered by now unless that is in progress.
    fn load_prelude(&mut self, text: &str) -> Option<Arc<str>> {
        let name: Arc<str> = format!("<{text}>").into();
        if !self.draft.modules.contains_key(&name) {
            let module = self.loader.prelude(text)?;
            self.lower_loaded(&name, &module, Mode::Prelude);
        }
        Some(name)
    }

    fn report_cycle(&mut self, name: &Arc<str>, span: Span) {
        let loading = &self.draft.loading;
        let start = loading.iter().position(|n| n == name).unwrap_or(0);
        let mut cycle: Vec<&str> = loading[start..].iter().map(|n| &**n).collect();
        cycle.push(name);
        let cycle = cycle.join(" -> ");
        self.report(
            Diagnostic::error(codes::IMPORT_CYCLE, span, "this import closes a cycle")
                .with_note(format!("the cycle is {cycle}"))
                .with_hint("move what both need into a module of its own"),
        );
    }

    /// Runs the module where its first import stands.
    pub(super) fn import(&mut self, node: &'t ast::Import, span: Span) {
        if !self.at_top_level() {
            self.report(
                Diagnostic::error(codes::IMPORT_PLACE, span, "an import stands inside a block")
                    .with_hint("move it to the top level of the file"),
            );
            return;
        }
        let main = self.imports.iter().find(|(s, _)| *s == node.path_span);
        if let Some(&(_, main)) = main {
            let info = CallInfo { callee: Callee::Func(main), method: None, args: Vec::new() };
            self.frame().emit(Op::CallFn, &[], Imm::Call(Arc::new(info)), span);
        }
    }

    /// The module that an expression names, if it does.
    pub(super) fn namespace(&mut self, expr: &'t Expr) -> Option<Found> {
        let found = match &expr.kind {
            ExprKind::Name(name) => self.lookup(name, expr.span).ok()?,
            ExprKind::Field { object, name } => {
                let outer = self.namespace(object)?;
                match &outer {
                    Found::BuiltinModule(_) => return None,
                    _ => self.member(&outer, name),
                }
            }
            _ => return None,
        };
        matches!(found, Found::Module(_) | Found::BuiltinModule(_)).then_some(found)
    }

    /// What a member of a module is, with a report when there is none.
    pub(super) fn member(&mut self, namespace: &Found, name: &ast::Name) -> Found {
        match namespace {
            Found::BuiltinModule(module) => {
                let full = format!("{module}.{}", name.text);
                match Builtin::from_name(&full) {
                    Some(builtin) => {
                        self.define(builtin);
                        Found::Builtin(builtin)
                    }
                    None => {
                        self.unknown_builtin(module, name);
                        Found::Unknown
                    }
                }
            }
            Found::Module(module) if module.is_empty() => Found::Unknown,
            Found::Module(module) => match self.exported(&module.clone(), name) {
                Some(TopKind::Function { id, signature }) => Found::Function(id, signature),
                Some(TopKind::Foreign(global)) => Found::Global(global),
                Some(TopKind::Module(module)) => Found::Module(module),
                _ => Found::Unknown,
            },
            _ => Found::Unknown,
        }
    }

    fn unknown_builtin(&mut self, module: &str, name: &ast::Name) {
        let prefix = format!("{module}.");
        let constant = (module == "os").then_some("args");
        let members = Builtin::ALL.iter().filter_map(|b| b.name().strip_prefix(prefix.as_str()));
        let members = members.chain(constant);
        let error = Diagnostic::error(
            codes::UNKNOWN_MEMBER,
            name.span,
            format!("the module `{module}` has no `{}`", name.text),
        );
        let near = nearest(&name.text, members.clone());
        let hint = match near {
            Some(near) => format!("did you mean `{module}.{near}`?"),
            None => {
                let all: Vec<&str> = members.collect();
                format!("it has {}", all.join(", "))
            }
        };
        self.report(error.with_hint(hint));
    }

    /// A public name of a loaded module, as it is bound elsewhere.
    fn exported(&mut self, module: &Arc<str>, name: &ast::Name) -> Option<TopKind> {
        let Some(ModuleState::Loaded(loaded)) = self.draft.modules.get(module).cloned() else {
            return None;
        };
        let text = &name.text;
        if text.starts_with('_') {
            self.report(
                Diagnostic::error(
                    codes::PRIVATE_NAME,
                    name.span,
                    format!("`{text}` is private to its module"),
                )
                .with_hint("names that start with `_` are not seen from outside"),
            );
            return None;
        }
        let kind = loaded.top.newest(text).map(|item| (item.kind.clone(), item.span));
        match kind {
            Some((TopKind::Let(Some(global)), _)) => Some(TopKind::Foreign(global)),
            Some((TopKind::Mut(_), declared)) => {
                self.report(
                    Diagnostic::error(
                        codes::CAPTURED_VARIABLE,
                        name.span,
                        format!("`{text}` is a `mut` of its module and not seen from outside"),
                    )
                    .with_label_at(declared, "declared here")
                    .with_hint(
                        "make it a `let`, give it out by a function, or share it in an `mvar`",
                    ),
                );
                None
            }
            Some((kind, _)) => Some(kind),
            None => {
                let names = loaded.top.names().filter(|n| !n.starts_with('_'));
                let error = Diagnostic::error(
                    codes::UNKNOWN_MEMBER,
                    name.span,
                    format!("the module `{}` has no `{text}`", stem(module)),
                );
                self.report(match nearest(text, names.map(|n| &**n)) {
                    Some(near) => error.with_hint(format!("did you mean `{near}`?")),
                    None => error,
                });
                None
            }
        }
    }
}

/// The file's name without folder and extension.
fn stem(path: &str) -> &str {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    file.strip_suffix(".qn").unwrap_or(file)
}
