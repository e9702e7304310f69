//! What names mean: scopes inside functions and the top level of modules.
//!
//! Resolution happens while a function is lowered, one scope at a time, so a name is looked up only
//! among what stands before it. The exception is the top level of a module, whose functions and
//! `let`s are declared up front ([`TopLevel`]), because functions see them in any order.

use crate::ast;
use quern_ir::builtins::BuiltinParam;
use quern_ir::function::TypeSpec;
use quern_ir::{Builtin, FuncId, GlobalId, Slot, Span, Val};
use std::collections::HashMap;
use std::sync::Arc;

/// The parameters of a function known at compile time, as calls are checked against them.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub name: Arc<str>,
    pub params: Vec<SignatureParam>,
    /// As messages show it: `area(r, scale = ..)`.
    pub text: String,
}

#[derive(Clone, Debug)]
pub(crate) struct SignatureParam {
    pub name: Arc<str>,
    pub has_default: bool,
    pub mutable: bool,
    pub variadic: bool,
}

impl Signature {
    pub fn of_params(name: &str, params: &[ast::Param]) -> Signature {
        let params: Vec<SignatureParam> = params
            .iter()
            .map(|p| SignatureParam {
                name: param_name(p),
                has_default: p.default.is_some(),
                mutable: p.is_mut,
                variadic: p.is_variadic,
            })
            .collect();
        let shown: Vec<String> = params
            .iter()
            .map(|p| {
                format!(
                    "{}{}{}{}",
                    if p.mutable { "mut " } else { "" },
                    if p.variadic { "..." } else { "" },
                    p.name,
                    if p.has_default { " = .." } else { "" }
                )
            })
            .collect();
        Signature { name: name.into(), text: format!("{name}({})", shown.join(", ")), params }
    }

    pub fn of_builtin(builtin: Builtin) -> Signature {
        let shown: Vec<String> = builtin
            .params()
            .iter()
            .map(|p| {
                let default = p.default.map(|d| format!(" = {d}")).unwrap_or_default();
                format!(
                    "{}{}{}{default}",
                    if p.mutable { "mut " } else { "" },
                    if p.variadic { "..." } else { "" },
                    p.name
                )
            })
            .collect();
        let param = |p: &BuiltinParam| SignatureParam {
            name: p.name.into(),
            has_default: p.default.is_some(),
            mutable: p.mutable,
            variadic: p.variadic,
        };
        Signature {
            name: builtin.name().into(),
            params: builtin.params().iter().map(param).collect(),
            text: format!("{}({})", builtin.name(), shown.join(", ")),
        }
    }

    /// Whether the first parameter is `mut`.
    pub fn changes_first(&self) -> bool {
        self.params.first().is_some_and(|p| p.mutable)
    }
}

/// The name under which a parameter can be given; `_` for one that is taken apart.
pub(crate) fn param_name(param: &ast::Param) -> Arc<str> {
    match &param.pattern.kind {
        ast::PatternKind::Name(name) => name.clone(),
        _ => "_".into(),
    }
}

/// What a local name stands for.
#[derive(Clone, Debug)]
pub(crate) enum LocalKind {
    Value(Val),
    Variable(Slot),
    /// A function inside a function; `closure` is its value when it captures something.
    Function {
        id: FuncId,
        signature: Arc<Signature>,
        closure: Option<Val>,
    },
    /// The function that is being lowered, under its own name.
    Itself {
        id: FuncId,
        signature: Arc<Signature>,
    },
    /// A `let` of an earlier entry of an interactive session.
    Global(GlobalId),
}

/// What to call a local in a warning that it is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Never warned about.
    No,
    Variable,
    /// A variable that stands in a pattern with others.
    Part,
    Function,
}

#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub name: Arc<str>,
    pub span: Span,
    pub kind: LocalKind,
    pub wanted: Wanted,
    pub used: bool,
}

/// The names of one block, in order; a later one hides an earlier one of the same name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    locals: Vec<Local>,
    newest: HashMap<Arc<str>, usize>,
}

impl Scope {
    pub fn add(&mut self, local: Local) {
        self.newest.insert(local.name.clone(), self.locals.len());
        self.locals.push(local);
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Local> {
        let index = *self.newest.get(name)?;
        self.locals.get_mut(index)
    }

    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.newest.keys()
    }

    pub fn into_locals(self) -> Vec<Local> {
        self.locals
    }
}

/// A name at the top level of a module.
#[derive(Clone, Debug)]
pub(crate) struct TopItem {
    pub span: Span,
    pub kind: TopKind,
    /// The type that a `mut` was declared with.
    pub annotation: Option<TypeSpec>,
    /// Bound by an `import`.
    pub is_import: bool,
    pub used: bool,
}

impl TopItem {
    /// A name that the host declared; no text has to use it.
    pub fn of_host(global: GlobalId) -> TopItem {
        let kind = TopKind::Foreign(global);
        TopItem { span: HOST_SPAN, kind, annotation: None, is_import: false, used: true }
    }
}

/// The place of what no text declares.
const HOST_SPAN: Span = Span { source: quern_ir::SourceId(u32::MAX), start: 0, end: 0 };

#[derive(Clone, Debug)]
pub(crate) enum TopKind {
    Function {
        id: FuncId,
        signature: Arc<Signature>,
    },
    /// A function of an interactive session: a later definition replaces the value of the global.
    Replaceable(GlobalId),
    /// A `let`, with its global once a function or another module has asked for it.
    Let(Option<GlobalId>),
    /// A `mut`; only in an interactive session it has a global, which keeps it between entries.
    Mut(Option<GlobalId>),
    /// A `let` of another module, imported by name.
    Foreign(GlobalId),
    /// An imported module, by its canonical name.
    Module(Arc<str>),
}

impl TopKind {
    /// Whether the name is good in the whole text, not only behind its declaration.
    pub fn is_hoisted(&self) -> bool {
        !matches!(self, TopKind::Let(_) | TopKind::Mut(_))
    }
}

/// The top-level names of a module. A `let` may be declared again, so a name has a list of items: those
/// of earlier entries of an interactive session, then those of this text in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct TopLevel {
    items: HashMap<Arc<str>, Vec<TopItem>>,
}

impl TopLevel {
    pub fn add(&mut self, name: Arc<str>, item: TopItem) {
        let items = self.items.entry(name).or_default();
        let place = count_before(items, item.span);
        items.insert(place, item);
    }

    pub fn all(&self, name: &str) -> &[TopItem] {
        self.items.get(name).map_or(&[], Vec::as_slice)
    }

    /// The item that code at `at` means: the last one declared before it, else the first.
    pub fn seen_from(&mut self, name: &str, at: Span) -> Option<&mut TopItem> {
        let items = self.items.get_mut(name)?;
        let before = count_before(items, at);
        items.get_mut(before.saturating_sub(1))
    }

    /// The function or import that code of main at `at` means while no later `let` hides it: the last
    /// one declared before it, else the first.
    pub fn hoisted_from(&mut self, name: &str, at: Span) -> Option<&mut TopItem> {
        let items = self.items.get_mut(name)?;
        let before = count_before(items, at);
        let mut hoisted = (0..items.len()).filter(|&i| items[i].kind.is_hoisted());
        let last = hoisted.clone().take_while(|&i| i < before).last();
        let place = last.or_else(|| hoisted.next())?;
        items.get_mut(place)
    }

    /// The item declared by the name at this span.
    pub fn declared_at(&mut self, name: &str, span: Span) -> Option<&mut TopItem> {
        let items = self.items.get_mut(name)?;
        let place = count_before(items, span);
        items.get_mut(place).filter(|i| i.span == span)
    }

    /// The item that other modules and later entries mean.
    pub fn newest(&self, name: &str) -> Option<&TopItem> {
        self.items.get(name)?.last()
    }

    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.items.keys()
    }

    /// The same names, each with its newest item.
    pub fn newest_only(mut self) -> TopLevel {
        for items in self.items.values_mut() {
            items.drain(..items.len() - 1);
        }
        self
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &TopItem)> {
        self.items.iter().flat_map(|(name, items)| items.iter().map(move |item| (name, item)))
    }
}

/// How many of the items of a name come before a place of the text being lowered.
fn count_before(items: &[TopItem], at: Span) -> usize {
    items.partition_point(|i| i.span.source != at.source || i.span.start < at.start)
}

/// The constants among the builtin names.
pub(crate) fn constant(name: &str) -> Option<f64> {
    match name {
        "pi" => Some(std::f64::consts::PI),
        "tau" => Some(std::f64::consts::TAU),
        "inf" => Some(f64::INFINITY),
        "nan" => Some(f64::NAN),
        _ => None,
    }
}

/// Whether a name is of a part of the language that comes in a later version. Scripts that use it are
/// checked; it fails where it is reached.
pub(crate) fn is_later(name: &str) -> bool {
    const MODULES: &[&str] = &["http", "plot", "gpu", "proc", "task"];
    const FUNCTIONS: &[&str] = &[
        "channel",
        "mvar",
        "signal",
        "computed",
        "effect",
        "batch",
        "parallel_map",
        "parallel_filter",
        "parallel_reduce",
        "parallel_for",
        "spawn_background",
        "await_job",
    ];
    MODULES.contains(&name) || FUNCTIONS.contains(&name)
}

/// The builtin a script means by a name, with its module (`linalg.solve`). Names that start with `__`
/// are for the prelude alone, but for `os.args`, which reads like a constant.
pub(crate) fn builtin(name: &str, in_prelude: bool) -> Option<Builtin> {
    Builtin::from_name(name).filter(|_| in_prelude || !name.starts_with("__"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_read_like_declarations() {
        assert_eq!(Signature::of_builtin(Builtin::Push).text, "push(mut xs, value)");
        assert!(Signature::of_builtin(Builtin::Push).changes_first());
        assert_eq!(
            Signature::of_builtin(Builtin::ArgSort).text,
            "argsort(x, axis = -1, reverse = false)"
        );
    }
}
