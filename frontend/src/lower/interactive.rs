//! Interactive sessions: what an entry leaves for the next ones.
//!
//! Every top-level name of an entry is kept in a global. A `let` or function declared again sets the
//! same global, so a function that mentions it sees the newest value, and a function is called
//! through its global. A top-level `mut` has a global of its own, which functions cannot see: an
//! entry that mentions the variable moves the value into a slot when it starts and back when it ends,
//! normally or by an error, so that `a[i] = x` changes an array in place.

use super::Lowerer;
use super::names::{Found, NameProblem};
use crate::ast::{self, StmtKind};
use crate::resolve::{Local, LocalKind, TopKind, Wanted};
use quern_ir::function::Imm;
use quern_ir::{Block, GlobalId, Op, Slot, Span, Ty, Val};

/// A top-level `mut` that an entry declares or mentions.
pub(super) struct Variable {
    slot: Slot,
    global: GlobalId,
    /// For one that is declared in this entry: the handler that puts it back, in force from the
    /// declaration on, and the handler before.
    handler: Option<(Block, Option<Block>)>,
}

impl<'t> Lowerer<'t, '_> {
    /// The global of a `let` or function: that of an earlier one of the same name, if there is one.
    pub(super) fn entry_global(&mut self, name: &str) -> GlobalId {
        let earlier = self.top.all(name).iter().rev().find_map(|i| match i.kind {
            TopKind::Let(global) => global,
            TopKind::Replaceable(global) => Some(global),
            _ => None,
        });
        earlier.unwrap_or_else(|| self.draft.add_global(name, true))
    }

    /// The global of a `mut`.
    pub(super) fn entry_variable(&mut self, name: &str) -> GlobalId {
        let earlier = self.top.all(name).iter().rev().find_map(|i| match i.kind {
            TopKind::Mut(global) => global,
            _ => None,
        });
        earlier.unwrap_or_else(|| self.draft.add_global(name, true))
    }

    /// Starts main: the entry block stays for what `end_entry` puts there, a handler is in force, and
    /// the entry's functions are set.
    pub(super) fn begin_entry(&mut self, module: &'t ast::Module) {
        let handler = self.frame().new_block();
        self.frame().enter_handler(handler, module.span);
        for stmt in &module.stmts {
            let StmtKind::Fn(decl) = &stmt.kind else {
                continue;
            };
            let name = &decl.name;
            let id = self.function_id(name.span);
            let item = self.top.declared_at(&name.text, name.span);
            if let Some(TopKind::Replaceable(global)) = item.map(|i| i.kind.clone()) {
                let frame = self.frame();
                let closure = frame.emit(Op::Closure, &[], Imm::Func(id), name.span);
                frame.emit_effect(Op::GlobalSet, &[closure], Imm::Global(global), name.span);
            }
        }
    }

    /// Ends main: variables of earlier entries are moved in at its start, and all are put back at its
    /// end and in the handlers.
    pub(super) fn end_entry(&mut self, result: Val, span: Span) {
        let variables = std::mem::take(&mut self.variables);
        let opened = variables.iter().filter(|v| v.handler.is_none());
        self.move_in(opened.clone(), span);
        let frame = self.frame();
        for variable in &variables {
            put_back(frame, variable, span);
        }
        frame.terminate(Op::Return, &[result], &[], span);
        for variable in &variables {
            let Some((handler, outer)) = variable.handler else {
                continue;
            };
            let error = frame.add_block_param(handler);
            frame.handler = outer;
            frame.switch_to(handler);
            put_back(frame, variable, span);
            match outer {
                Some(outer) => frame.jump(outer, &[error], span),
                None => frame.terminate(Op::Throw, &[error], &[], span),
            }
        }
        let entry = frame.func.entry();
        let first = frame.func.terminator(entry);
        let body = first.map(|t| frame.func.insts[t].targets[0].block);
        let Some(handler) = body.and_then(|b| frame.func.blocks[b].handler) else {
            return;
        };
        let error = frame.add_block_param(handler);
        frame.handler = None;
        frame.switch_to(handler);
        for variable in opened {
            put_back(frame, variable, span);
        }
        frame.terminate(Op::Throw, &[error], &[], span);
    }

    /// Moves variables out of their globals in the entry block.
    fn move_in<'v>(&mut self, opened: impl Iterator<Item = &'v Variable>, span: Span) {
        let func = &mut self.frame().func;
        let entry = func.entry();
        let jump = func.blocks[entry].insts.pop();
        for &Variable { slot, global, .. } in opened {
            let get = func.append(entry, Op::GlobalGet, &[], Imm::Global(global), &[Ty::Any], span);
            let value = func.insts[get].results[0];
            func.append(entry, Op::SlotSet, &[value], Imm::Slot(slot), &[], span);
            let none = func.append(entry, Op::ConstNone, &[], Imm::None, &[Ty::Any], span);
            let none = func.insts[none].results[0];
            func.append(entry, Op::GlobalSet, &[none], Imm::Global(global), &[], span);
        }
        func.blocks[entry].insts.extend(jump);
    }

    /// A name of an earlier entry: a `let` becomes a name of main, a variable is moved in.
    pub(super) fn lookup_earlier(&mut self, name: &str) -> Result<Option<Found>, NameProblem> {
        if self.same_text(name).any(|item| item.kind.is_hoisted()) {
            return Ok(None);
        }
        let source = self.source;
        let items = self.top.all(name).iter().rev();
        let Some(item) = items.clone().find(|i| i.span.source != source).cloned() else {
            return Ok(None);
        };
        let kind = match item.kind {
            TopKind::Let(Some(global)) => LocalKind::Global(global),
            TopKind::Mut(Some(_)) if self.frames.len() > 1 => {
                return Err(NameProblem::TopLevelVariable(item.span));
            }
            TopKind::Mut(Some(global)) => LocalKind::Variable(self.variable_slot(name, global)),
            _ => return Ok(None),
        };
        let local = Local {
            name: name.into(),
            span: item.span,
            kind: kind.clone(),
            wanted: Wanted::No,
            used: true,
        };
        self.frames[0].scopes[0].add(local);
        if let Some(spec) = item.annotation {
            self.frames[0].annotate(name, spec);
        }
        self.seen(name, kind, 0, None).map(Some)
    }

    /// The slot of a variable in this entry; one that is declared again keeps it.
    pub(super) fn variable_slot(&mut self, name: &str, global: GlobalId) -> Slot {
        if let Some(variable) = self.variables.iter().find(|v| v.global == global) {
            return variable.slot;
        }
        let slot = self.frames[0].func.add_slot(name);
        self.variables.push(Variable { slot, global, handler: None });
        slot
    }

    /// After the declaration of a variable: from here on an error puts it back.
    pub(super) fn keep_variable(
        &mut self,
        name: &str,
        global: GlobalId,
        value: Val,
        span: Span,
    ) -> Slot {
        let is_known = self.variables.iter().any(|v| v.global == global);
        let slot = self.variable_slot(name, global);
        let frame = &mut self.frames[0];
        frame.set_slot(slot, value, span);
        if !is_known {
            let outer = frame.handler;
            let handler = frame.new_block();
            frame.enter_handler(handler, span);
            if let Some(variable) = self.variables.last_mut() {
                variable.handler = Some((handler, outer));
            }
        }
        slot
    }
}

fn put_back(frame: &mut super::frame::Frame<'_>, variable: &Variable, span: Span) {
    let value = frame.get_slot(variable.slot, span);
    frame.emit_effect(Op::GlobalSet, &[value], Imm::Global(variable.global), span);
}
