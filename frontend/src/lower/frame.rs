//! The function being built: its blocks, the block instructions go to, scopes and ways out.
//!
//! Code that cannot be reached is never built: after a terminator the frame is *dead* until a block is
//! switched to that something jumps to. In a dead frame instructions are dropped and their results
//! are [`DEAD`], which only dropped instructions can mention, since a name that dead code binds goes out
//! of scope before live code follows.

use super::control::Control;
use crate::ast;
use crate::resolve::{Local, LocalKind, Scope, Wanted};
use quern_ir::function::{BlockData, Imm, Target, TypeSpec};
use quern_ir::{Block, Entity, FuncId, Function, Inst, Op, Slot, Span, Ty, Val};
use std::collections::HashMap;
use std::sync::Arc;

/// The result of an instruction that was not built.
pub(super) const DEAD: Val = Val(u32::MAX);

/// What kind of function a frame builds, as far as names and `return` care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// The top level of a module.
    Main,
    /// A function at the top level, which sees the top level in any order.
    TopFunction,
    /// A function or lambda inside another.
    Nested,
    /// The body of an `async` block.
    Async,
}

pub(super) struct Frame<'t> {
    pub id: FuncId,
    pub kind: FrameKind,
    pub func: Function,
    /// Where the function is declared: what it sees of a top level that declares a name twice.
    pub span: Span,
    pub scopes: Vec<Scope>,
    pub control: Vec<Control<'t>>,
    /// Captured names with the entry parameters that hold their values.
    pub captures: Vec<(Arc<str>, Val)>,
    /// The types of variables that were declared with one.
    annotations: HashMap<Slot, TypeSpec>,
    /// The annotated result.
    pub result: Option<TypeSpec>,
    /// `closure` instructions that make this very function, to be given its captures at the end.
    pub self_closures: Vec<Inst>,
    /// Handler of the blocks that are switched to.
    pub handler: Option<Block>,
    /// The warning is given once a function.
    pub warned_unreachable: bool,
    block: Block,
    live: bool,
    /// For each block, whether something goes there.
    reached: Vec<bool>,
}

impl<'t> Frame<'t> {
    pub fn new(id: FuncId, name: &str, kind: FrameKind, span: Span) -> Frame<'t> {
        let mut func = Function::new(name, span);
        let entry = func.add_block();
        Frame {
            id,
            kind,
            func,
            span,
            scopes: vec![Scope::default()],
            control: Vec::new(),
            captures: Vec::new(),
            annotations: HashMap::new(),
            result: None,
            self_closures: Vec::new(),
            handler: None,
            warned_unreachable: false,
            block: entry,
            live: true,
            reached: vec![true],
        }
    }

    /// Whether code added now can be reached.
    pub fn is_live(&self) -> bool {
        self.live
    }

    pub fn new_block(&mut self) -> Block {
        self.reached.push(false);
        self.func.blocks.push(BlockData::default())
    }

    pub fn add_block_param(&mut self, block: Block) -> Val {
        self.func.add_block_param(block, Ty::Any)
    }

    /// Goes on in `block`, if anything goes there.
    pub fn switch_to(&mut self, block: Block) {
        self.live = self.reached[block.index()];
        if self.live {
            self.func.layout.push(block);
            self.func.blocks[block].handler = self.handler;
            self.block = block;
        }
    }

    /// Starts a block with the present handler, jumped to from here.
    pub fn next_block(&mut self, span: Span) {
        let block = self.new_block();
        self.jump(block, &[], span);
        self.switch_to(block);
    }

    /// Sends errors thrown in the blocks from the next one on to `handler`.
    pub fn set_handler(&mut self, handler: Block) {
        if self.live {
            self.reached[handler.index()] = true;
        }
        self.handler = Some(handler);
    }

    /// Sends errors thrown from here on to `handler`.
    pub fn enter_handler(&mut self, handler: Block, span: Span) {
        self.set_handler(handler);
        self.next_block(span);
    }

    /// Appends an instruction with one result.
    pub fn emit(&mut self, op: Op, args: &[Val], imm: Imm, span: Span) -> Val {
        match self.append(op, args, imm, &[Ty::Any], span) {
            Some(inst) => self.func.insts[inst].results[0],
            None => DEAD,
        }
    }

    /// Appends an instruction without result.
    pub fn emit_effect(&mut self, op: Op, args: &[Val], imm: Imm, span: Span) {
        self.append(op, args, imm, &[], span);
    }

    pub fn append(
        &mut self,
        op: Op,
        args: &[Val],
        imm: Imm,
        results: &[Ty],
        span: Span,
    ) -> Option<Inst> {
        self.live.then(|| self.func.append(self.block, op, args, imm, results, span))
    }

    /// Ends the current block.
    pub fn terminate(&mut self, op: Op, args: &[Val], targets: &[Target], span: Span) {
        if !self.live {
            return;
        }
        for target in targets {
            self.reached[target.block.index()] = true;
        }
        self.func.terminate(self.block, op, args, Imm::None, targets, span);
        self.live = false;
    }

    pub fn jump(&mut self, block: Block, args: &[Val], span: Span) {
        self.terminate(Op::Jump, &[], &[Target::new(block, args)], span);
    }

    /// Branches and leaves the frame dead, to be switched to one of the two.
    pub fn branch(&mut self, condition: Val, yes: Block, no: Block, span: Span) {
        let targets = [Target::new(yes, &[]), Target::new(no, &[])];
        self.terminate(Op::Branch, &[condition], &targets, span);
    }

    pub fn none(&mut self, span: Span) -> Val {
        self.emit(Op::ConstNone, &[], Imm::None, span)
    }

    pub fn int(&mut self, value: i64, span: Span) -> Val {
        self.emit(Op::ConstInt, &[], Imm::Int(value), span)
    }

    pub fn text(&mut self, text: &str, span: Span) -> Val {
        self.emit(Op::ConstStr, &[], Imm::Str(text.into()), span)
    }

    pub fn get_slot(&mut self, slot: Slot, span: Span) -> Val {
        self.emit(Op::SlotGet, &[], Imm::Slot(slot), span)
    }

    pub fn set_slot(&mut self, slot: Slot, value: Val, span: Span) {
        self.emit_effect(Op::SlotSet, &[value], Imm::Slot(slot), span);
    }

    /// Makes a name visible in the innermost scope.
    pub fn bind(&mut self, name: &ast::Name, kind: LocalKind, wanted: Wanted) {
        let local = Local {
            name: name.text.clone(),
            span: name.span,
            kind,
            wanted: if name.text.starts_with('_') { Wanted::No } else { wanted },
            used: false,
        };
        if let Some(scope) = self.scopes.last_mut() {
            scope.add(local);
        }
    }

    /// From here on a variable that was just bound holds values of a type only.
    pub fn annotate(&mut self, name: &str, spec: TypeSpec) {
        if let Some((_, Local { kind: LocalKind::Variable(slot), .. })) = self.find(name) {
            let slot = *slot;
            self.annotations.insert(slot, spec);
        }
    }

    /// Sets a variable to what the script assigns to it, which its annotation must allow.
    pub fn assign_slot(&mut self, slot: Slot, value: Val, span: Span) {
        let value = match self.annotations.get(&slot).cloned() {
            Some(spec) => self.emit(Op::CheckType, &[value], Imm::Ty(spec), span),
            None => value,
        };
        self.set_slot(slot, value, span);
    }

    /// The local a name means, and how deep its scope is.
    pub fn find(&mut self, name: &str) -> Option<(usize, &mut Local)> {
        self.scopes
            .iter_mut()
            .enumerate()
            .rev()
            .find_map(|(depth, scope)| scope.get_mut(name).map(|local| (depth, local)))
    }

    /// The entry parameter that holds the captured value of a name, made when there is none yet.
    pub fn capture(&mut self, name: &str) -> Val {
        if let Some(val) = self.captured(name) {
            return val;
        }
        let entry = self.func.entry();
        let val = self.func.add_block_param(entry, Ty::Any);
        self.func.captures.push(name.into());
        self.captures.push((name.into(), val));
        val
    }

    pub fn captured(&self, name: &str) -> Option<Val> {
        self.captures.iter().find(|(n, _)| **n == *name).map(|&(_, val)| val)
    }

    /// Whether a value is surely no record: a literal of another type made it.
    pub fn is_no_record(&self, val: Val) -> bool {
        let def = if self.live { self.func.def(val) } else { None };
        def.is_some_and(|inst| {
            use Op::*;
            matches!(
                inst.op,
                ConstInt | ConstFloat | ConstBool | ConstStr | List | Tuple | Range | Concat
            )
        })
    }

    /// The finished function: closures of itself get its captures; where there are none, calls of
    /// itself become direct.
    pub fn finish(mut self) -> Function {
        let captures: Vec<Val> = self.captures.iter().map(|&(_, val)| val).collect();
        for &inst in &self.self_closures {
            self.func.insts[inst].args = captures.as_slice().into();
        }
        if captures.is_empty() {
            super::call::make_self_calls_direct(&mut self.func, self.id, &self.self_closures);
        }
        self.func.compact()
    }
}
