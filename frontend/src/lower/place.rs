//! Assignment, and the places that can be assigned to.

use super::frame::FrameKind;
use super::names::Found;
use super::weak::weak;
use super::{Lowerer, expr};
use crate::ast::{self, BinaryOp, Element, Expr, ExprKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::resolve::{LocalKind, Wanted};
use quern_ir::function::{Imm, IndexPart, Path, PathStep};
use quern_ir::{Op, Slot, Span, Val};
use std::sync::Arc;

/// A variable, or a part of one, with the operands of its indices evaluated.
pub(super) struct Place {
    pub slot: Slot,
    /// With the operands that each step takes.
    steps: Vec<(PathStep, Vec<Val>, Span)>,
}

impl Place {
    pub fn is_whole_variable(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether it is a field of a record.
    pub fn is_field(&self) -> bool {
        matches!(self.steps.last(), Some((PathStep::Field(_), _, _)))
    }
}

/// What declares a name that cannot be changed.
#[derive(Clone, Copy)]
enum Declared {
    Let,
    Parameter,
    /// That of a loop, an arm or a `catch`, or one that takes a value apart.
    Pattern,
}

impl<'t> Lowerer<'t, '_> {
    pub(super) fn assign(&mut self, node: &'t ast::Assign, span: Span) {
        match node.op {
            Some(op) => self.assign_with(node, op, span),
            None => self.assign_plain(&node.target, &node.value, span),
        }
    }

    /// `place op= value`
    fn assign_with(&mut self, node: &'t ast::Assign, op: BinaryOp, span: Span) {
        let place = self.place(&node.target);
        let value = self.expr(&node.value);
        let Some(place) = place else { return };
        let old = self.read_place(&place, node.target.span);
        let (op, imm) = (expr::binary_op(op), weak(op, &node.target, &node.value));
        let new = self.frame().emit(op, &[old, value], imm, span);
        self.write_place(&place, new, span);
    }

    /// `target = value`, where the target may be a tuple or list of places.
    fn assign_plain(&mut self, target: &'t Expr, value: &'t Expr, span: Span) {
        if let (ExprKind::Tuple(targets), ExprKind::Tuple(values)) = (&target.kind, &value.kind)
            && targets.len() == values.len()
        {
            // No tuple is made for `(a, b) = (b, a)`.
            let values: Vec<Val> = values.iter().map(|v| self.expr(v)).collect();
            for (target, value) in targets.iter().zip(values) {
                self.assign_to(target, value, span);
            }
            return;
        }
        let value = self.expr(value);
        self.assign_to(target, value, span);
    }

    fn assign_to(&mut self, target: &'t Expr, value: Val, span: Span) {
        match &target.kind {
            ExprKind::Tuple(targets) => {
                let targets: Vec<&'t Expr> = targets.iter().collect();
                self.assign_items(&targets, value, target.span, span);
            }
            ExprKind::List(elements) => {
                let targets: Vec<&'t Expr> = elements
                    .iter()
                    .map(|e| match e {
                        Element::Item(item) | Element::Spread(item) => item,
                    })
                    .collect();
                self.assign_items(&targets, value, target.span, span);
            }
            // A part that is not wanted, as in a pattern.
            ExprKind::Name(name) if **name == *"_" => {}
            _ => {
                if let Some(place) = self.place(target) {
                    self.write_place(&place, value, span);
                }
            }
        }
    }

    fn assign_items(&mut self, targets: &[&'t Expr], value: Val, at: Span, span: Span) {
        let count = Imm::Int(targets.len() as i64);
        let value = self.frame().emit(Op::CheckLen, &[value], count, at);
        let items: Vec<Val> = (0..targets.len())
            .map(|i| {
                let index = self.frame().int(i as i64, at);
                let parts: Arc<[IndexPart]> = [IndexPart::Value].into();
                self.frame().emit(Op::Index, &[value, index], Imm::Index(parts), at)
            })
            .collect();
        for (target, item) in targets.iter().zip(items) {
            self.assign_to(target, item, span);
        }
    }

    /// Evaluates what a place is made of, without reading it.
    pub(super) fn place(&mut self, expr: &'t Expr) -> Option<Place> {
        let mut chain = Vec::new();
        let mut base = expr;
        let name = loop {
            match &base.kind {
                ExprKind::Name(name) => break name,
                ExprKind::Field { object, .. } => {
                    chain.push(base);
                    base = object;
                }
                ExprKind::Index(index) => {
                    chain.push(base);
                    base = &index.object;
                }
                // The parser has reported anything else.
                _ => return None,
            }
        };
        let slot = self.variable(name, base.span);
        let mut steps = Vec::new();
        for part in chain.into_iter().rev() {
            let step = match &part.kind {
                ExprKind::Field { name, .. } => (PathStep::Field(name.text.clone()), Vec::new()),
                ExprKind::Index(index) => {
                    let (parts, operands) = self.index_items(&index.items);
                    (PathStep::Index(parts), operands)
                }
                _ => continue,
            };
            steps.push((step.0, step.1, part.span));
        }
        Some(Place { slot: slot?, steps })
    }

    /// The slot of a variable that is about to be changed.
    pub(super) fn variable(&mut self, name: &Arc<str>, span: Span) -> Option<Slot> {
        if let Some((declared, is_variable)) = self.outer_local(name) {
            let owner = "the enclosing function";
            self.report(captured_assignment(name, span, owner, declared, is_variable));
            return None;
        }
        if let Some(declared) = self.outer_global(name, span) {
            self.report(captured_assignment(name, span, "the top level", declared, false));
            return None;
        }
        match self.find(name, span) {
            Found::Variable(slot) => Some(slot),
            Found::Unknown => None,
            Found::Module(_) | Found::BuiltinModule(_) => {
                self.report(
                    Diagnostic::error(
                        codes::IMMUTABLE,
                        span,
                        format!("`{name}` is a module and cannot be changed"),
                    )
                    .with_hint("copy what you need into a `mut` variable"),
                );
                None
            }
            Found::Function(..) | Found::Itself(..) => {
                self.report(
                    Diagnostic::error(
                        codes::IMMUTABLE,
                        span,
                        format!("`{name}` is a function and cannot be changed"),
                    )
                    .with_hint("use another name for the variable"),
                );
                None
            }
            Found::Builtin(_) | Found::Constant(_) | Found::Later => {
                self.report(
                    Diagnostic::error(
                        codes::IMMUTABLE,
                        span,
                        format!("`{name}` is built in and cannot be changed"),
                    )
                    .with_hint(format!("declare a variable of your own: `mut {name} = ..`")),
                );
                None
            }
            Found::Value(_) | Found::Global(_) => {
                let declared = self.declaration_of(name);
                let mut error = Diagnostic::error(
                    codes::IMMUTABLE,
                    span,
                    format!("`{name}` cannot be changed: it is not declared with `mut`"),
                );
                if let Some((at, _)) = declared {
                    error = error.with_label_at(at, "declared here");
                }
                self.report(error.with_hint(match declared.map(|(_, by)| by) {
                    Some(Declared::Parameter) => {
                        format!("copy it into a variable (`mut {name} = {name}`), or make it a `mut` parameter to change the caller's")
                    }
                    Some(Declared::Pattern) => {
                        format!("copy it into a variable: `mut {name} = {name}`")
                    }
                    Some(Declared::Let) | None => {
                        format!("declare it with `mut`: `mut {name} = ..`")
                    }
                }));
                None
            }
        }
    }

    /// Where the local of an enclosing function that this name means is declared, and whether it is a
    /// variable.
    pub(super) fn outer_local(&mut self, name: &str) -> Option<(Span, bool)> {
        let depth = self.frames.len() - 1;
        if self.frames[depth].find(name).is_some() {
            return None;
        }
        (0..depth).rev().find_map(|level| {
            let (_, local) = self.frames[level].find(name)?;
            match local.kind {
                LocalKind::Value(_) | LocalKind::Variable(_) | LocalKind::Global(_) => {
                    local.used = true;
                    let is_variable = matches!(local.kind, LocalKind::Variable(_));
                    Some((local.span, is_variable))
                }
                LocalKind::Function { .. } | LocalKind::Itself { .. } => None,
            }
        })
    }

    /// Where the `let` of the top level that this name means in a function is declared.
    fn outer_global(&mut self, name: &str, span: Span) -> Option<Span> {
        let is_inside = self.frames.len() > 1 || self.frames[0].kind != FrameKind::Main;
        if !is_inside || !matches!(self.lookup(name, span), Ok(Found::Global(_))) {
            return None;
        }
        let at = self.frames[0].span;
        self.top.seen_from(name, at).map(|item| item.span)
    }

    /// Where a local is declared, and by what.
    fn declaration_of(&mut self, name: &str) -> Option<(Span, Declared)> {
        let (depth, local) = self.frame().find(name)?;
        let (span, is_alone) = (local.span, local.wanted == Wanted::Variable);
        let is_param =
            depth == 0 && self.frame().func.params.iter().any(|param| *param.name == *name);
        let by = match self.top.declared_at(name, span) {
            Some(_) => Declared::Let,
            None if is_alone => Declared::Let,
            None if is_param => Declared::Parameter,
            None => Declared::Pattern,
        };
        Some((span, by))
    }

    pub(super) fn read_place(&mut self, place: &Place, span: Span) -> Val {
        let mut value = self.frame().get_slot(place.slot, span);
        for (step, operands, span) in &place.steps {
            value = match step {
                PathStep::Field(name) => {
                    let name = Imm::Name(name.clone());
                    self.frame().emit(Op::FieldGet, &[value], name, *span)
                }
                PathStep::Index(parts) => {
                    let mut args = vec![value];
                    args.extend(operands);
                    let parts = Imm::Index(parts.as_slice().into());
                    self.frame().emit(Op::Index, &args, parts, *span)
                }
            };
        }
        value
    }

    pub(super) fn write_place(&mut self, place: &Place, value: Val, span: Span) {
        let Some(last) = place.steps.last() else {
            self.frame().assign_slot(place.slot, value, span);
            return;
        };
        let mut args: Vec<Val> =
            place.steps.iter().flat_map(|(_, operands, _)| operands.iter().copied()).collect();
        args.push(value);
        let path = Path {
            slot: place.slot,
            steps: place.steps.iter().map(|(step, _, _)| step.clone()).collect(),
        };
        let at = last.2;
        self.frame().emit_effect(Op::PlaceSet, &args, Imm::Path(Arc::new(path)), at);
    }
}

fn captured_assignment(
    name: &str,
    span: Span,
    owner: &str,
    declared: Span,
    is_variable: bool,
) -> Diagnostic {
    Diagnostic::error(
        codes::CAPTURED_ASSIGNMENT,
        span,
        format!("`{name}` belongs to {owner} and cannot be changed here"),
    )
    .with_label_at(
        declared,
        if is_variable {
            "a closure has a copy of it"
        } else {
            "declared here"
        },
    )
    .with_hint(format!(
        "return the new value, pass it as a `mut` parameter, compute the result with `reduce`, or share it \
         in `mvar({name})`"
    ))
}
