//! Translating one function under its assumptions: blocks, edges between them, and results.

use super::values::Value;
use super::{Specializer, limited, tidy};
use crate::analysis::ControlFlow;
use crate::entities::{Block, Entity, Inst, Val};
use crate::function::{Function, Imm, Target, Vals};
use crate::ops::Op;
use crate::passes::unit::{Reject, SpecId};
use crate::span::Span;
use crate::types::Ty;
use std::collections::HashMap;
use std::sync::Arc;

/// Translates a specialisation until its assumptions hold.
pub(super) fn translate(specializer: &mut Specializer<'_>, id: SpecId) -> Result<(), Reject> {
    let code = specializer.specs[id].code.clone();
    let flow = ControlFlow::new(&code);
    // Types only widen and a block's have few steps to climb, so this ends early.
    loop {
        let state = &specializer.specs[id];
        let mut emitter = Emitter {
            me: id,
            out: Function::new(&code.name, code.span),
            at: Block(0),
            vals: vec![None; code.vals.len()],
            blocks: vec![None; code.blocks.len()],
            block_tys: state.block_tys.clone(),
            done: vec![false; code.blocks.len()],
            edges: Vec::new(),
            guarded: Vec::new(),
            result: state.result.clone(),
            outs: state.outs.clone(),
            exits: state.exits.clone(),
            inst: Inst(0),
            source_block: Block(0),
            is_live: true,
            changed: false,
            code: code.clone(),
            sp: specializer,
        };
        for &block in &flow.order {
            if emitter.block_tys[block.index()].is_some() {
                emitter.block(block)?;
            }
        }
        let changed = emitter.changed || emitter.result_changed();
        let body = if changed {
            None
        } else {
            emitter.finish_edges();
            Some(std::mem::replace(&mut emitter.out, Function::new("", Span::default())))
        };
        let Emitter { block_tys, result, outs, exits, .. } = emitter;
        let state = &mut specializer.specs[id];
        state.block_tys = block_tys;
        state.result = result;
        state.outs = outs;
        state.exits = exits;
        if let Some(mut body) = body {
            tidy(&mut body);
            specializer.specs[id].body = Some(body);
            return Ok(());
        }
    }
}

pub(super) struct Emitter<'s, 'w> {
    pub sp: &'s mut Specializer<'w>,
    pub me: SpecId,
    /// The generic function, in SSA form.
    pub code: Arc<Function>,
    /// The typed function.
    pub out: Function,
    /// The typed block that is being filled.
    pub at: Block,
    vals: Vec<Option<Value>>,
    blocks: Vec<Option<Block>>,
    block_tys: Vec<Option<Vec<Ty>>>,
    done: Vec<bool>,
    edges: Vec<Edge>,
    /// Typed blocks with the generic block that handles their errors.
    guarded: Vec<(Block, Block)>,
    pub result: Ty,
    pub outs: Vec<Ty>,
    exits: HashMap<i64, Vec<Ty>>,
    /// The generic instruction being translated, and its block.
    pub inst: Inst,
    source_block: Block,
    /// Whether control gets here at all.
    pub is_live: bool,
    /// Whether an assumption about a block already translated turned out too narrow.
    changed: bool,
}

/// Values on their way into a block, a handler or out of the function; they become leaves when all
/// types are known.
struct Edge {
    block: Block,
    inst: Inst,
    kind: EdgeKind,
    vals: Vec<Value>,
}

enum EdgeKind {
    /// The target with this number, and the generic block behind it.
    Target(usize, Block),
    Handler(Block),
    Outs,
    Return,
    Exit(i64),
}

impl Emitter<'_, '_> {
    // ---- blocks ---------------------------------------------------------------------------------

    fn block(&mut self, source: Block) -> Result<(), Reject> {
        self.done[source.index()] = true;
        self.at = self.typed_block(source);
        self.source_block = source;
        self.is_live = true;
        self.guard(self.at);
        let tys = self.block_tys[source.index()].clone().unwrap_or_default();
        let params = self.code.blocks[source].params.clone();
        for (&param, ty) in params.iter().zip(tys) {
            let leaves =
                ty.leaves().into_iter().map(|t| self.out.add_block_param(self.at, t)).collect();
            self.vals[param.index()] = Some(Value { ty, leaves });
        }
        for inst in self.code.blocks[source].insts.clone() {
            self.inst = inst;
            self.translate(inst)?;
            if !self.is_live {
                break;
            }
        }
        if !self.out.is_terminated(self.at) {
            self.put(Op::Unreachable, &[], Imm::None, &[]);
        }
        Ok(())
    }

    fn typed_block(&mut self, source: Block) -> Block {
        match self.blocks[source.index()] {
            Some(block) => block,
            None => {
                let block = self.out.add_block();
                self.blocks[source.index()] = Some(block);
                block
            }
        }
    }

    /// A further typed block for the code of the current generic block.
    pub fn new_block(&mut self) -> Block {
        let block = self.out.add_block();
        self.guard(block);
        block
    }

    fn guard(&mut self, block: Block) {
        if let Some(handler) = self.code.blocks[self.source_block].handler {
            self.guarded.push((block, handler));
        }
    }

    // ---- values ---------------------------------------------------------------------------------

    pub fn value(&self, val: Val) -> Value {
        self.vals[val.index()]
            .clone()
            .unwrap_or_else(|| panic!("{val} is used before it is translated"))
    }

    pub fn args(&self) -> Vec<Value> {
        let args = self.code.insts[self.inst].args.clone();
        args.iter().map(|&v| self.value(v)).collect()
    }

    /// Sets the result with this number of the current generic instruction.
    pub fn set(&mut self, i: usize, value: Value) {
        let result = self.code.insts[self.inst].results[i];
        if value.ty == Ty::Never {
            self.is_live = false;
        }
        self.vals[result.index()] = Some(value);
    }

    /// Sets the first result, if the instruction has one.
    pub fn set_result(&mut self, value: Value) {
        if !self.code.insts[self.inst].results.is_empty() {
            self.set(0, value);
        }
    }

    /// A result that no code can use yet.
    pub fn forget(&mut self, result: Val) {
        self.vals[result.index()] = None;
    }

    /// Whether everything that goes along with an error of the current instruction is known.
    pub fn knows_unwind(&self) -> bool {
        let unwind = &self.code.insts[self.inst].unwind;
        unwind.iter().all(|v| self.vals[v.index()].is_some())
    }

    pub fn span(&self) -> Span {
        self.code.insts[self.inst].span
    }

    // ---- instructions ---------------------------------------------------------------------------

    /// Appends a typed instruction. If it can throw, its error carries what the generic instruction's
    /// would; calls that hand variables back have to say so themselves ([`Emitter::unwinds`]).
    pub fn put(&mut self, op: Op, args: &[Val], imm: Imm, tys: &[Ty]) -> Inst {
        let span = self.span();
        let inst = self.out.append(self.at, op, args, imm, tys, span);
        let hands_back = matches!(op, Op::Call | Op::CallBuiltin | Op::CallMethod | Op::CallSpec);
        if self.out.throws(inst) && !hands_back {
            self.unwinds(inst);
        }
        inst
    }

    pub fn put1(&mut self, op: Op, args: &[Val], imm: Imm, ty: Ty) -> Val {
        let inst = self.put(op, args, imm, &[ty]);
        self.out.insts[inst].results[0]
    }

    /// Notes what goes along when this typed instruction throws.
    pub fn unwinds(&mut self, inst: Inst) {
        let unwind = self.code.insts[self.inst].unwind.clone();
        let vals: Vec<Value> = unwind.iter().map(|&v| self.value(v)).collect();
        let block = self.at;
        let kind = match self.code.blocks[self.source_block].handler {
            Some(handler) => {
                let tys = vals.iter().map(|v| v.ty.clone());
                let tys = std::iter::once(Ty::Any).chain(tys).collect();
                self.flows_to(handler, tys);
                EdgeKind::Handler(handler)
            }
            None => {
                self.join_outs(&vals);
                EdgeKind::Outs
            }
        };
        self.edges.push(Edge { block, inst, kind, vals });
    }

    fn join_outs(&mut self, vals: &[Value]) {
        for (out, val) in self.outs.iter_mut().zip(vals) {
            let joined = out.join(&val.ty);
            *out = if joined.is_leaf() || joined == Ty::Never { joined } else { Ty::Any };
        }
    }

    /// Values of these types come into a block.
    fn flows_to(&mut self, target: Block, tys: Vec<Ty>) {
        let known = &mut self.block_tys[target.index()];
        let joined: Vec<Ty> = match known {
            None => tys.iter().map(limited).collect(),
            Some(old) => old.iter().zip(&tys).map(|(a, b)| limited(&a.join(b))).collect(),
        };
        if known.as_ref() != Some(&joined) {
            *known = Some(joined);
            self.changed |= self.done[target.index()];
        }
    }

    /// The result and `outs` are part of what callers assume, and of the code of `return`.
    fn result_changed(&self) -> bool {
        let state = &self.sp.specs[self.me];
        state.result != self.result || state.outs != self.outs || state.exits != self.exits
    }

    // ---- terminators ----------------------------------------------------------------------------

    /// Ends the block with a way to the generic terminator's target number `t`; `brought` are the
    /// values that come before the target's own arguments.
    pub fn jump_to(&mut self, t: usize, brought: &[Value]) {
        let inst = self.put(Op::Jump, &[], Imm::None, &[]);
        self.leads_to(inst, 0, t, brought);
        self.is_live = false;
    }

    /// The typed terminator's target number `place` is the generic one's number `t`.
    pub fn leads_to(&mut self, inst: Inst, place: usize, t: usize, brought: &[Value]) {
        let target = self.code.insts[self.inst].targets[t].clone();
        let args = target.args.iter().map(|&v| self.value(v));
        let vals: Vec<Value> = brought.iter().cloned().chain(args).collect();
        self.flows_to(target.block, vals.iter().map(|v| v.ty.clone()).collect());
        let block = self.typed_block(target.block);
        self.set_target(inst, place, Target::new(block, &[]));
        self.edges.push(Edge {
            block: self.at,
            inst,
            kind: EdgeKind::Target(place, target.block),
            vals,
        });
    }

    /// As [`Emitter::leads_to`] for a generic `iter.next`, whose first two values the op gives.
    pub fn leads_to_body(&mut self, inst: Inst, item: Ty, position: Ty) {
        let target = self.code.insts[self.inst].targets[0].clone();
        let vals: Vec<Value> = target.args.iter().map(|&v| self.value(v)).collect();
        let own = vals.iter().map(|v| v.ty.clone());
        self.flows_to(target.block, [item, position].into_iter().chain(own).collect());
        let block = self.typed_block(target.block);
        self.set_target(inst, 0, Target::new(block, &[]));
        self.edges.push(Edge {
            block: self.at,
            inst,
            kind: EdgeKind::Target(0, target.block),
            vals,
        });
    }

    pub fn set_target(&mut self, inst: Inst, place: usize, target: Target) {
        let targets = &mut self.out.insts[inst].targets;
        while targets.len() <= place {
            targets.push(target.clone());
        }
        targets[place] = target;
    }

    pub fn return_values(&mut self) {
        let vals = self.args();
        self.result = limited(&self.result.join(&vals[0].ty));
        self.join_outs(&vals[1..]);
        let inst = self.put(Op::Return, &[], Imm::None, &[]);
        self.edges.push(Edge { block: self.at, inst, kind: EdgeKind::Return, vals });
        self.is_live = false;
    }

    pub fn exit(&mut self, number: i64) {
        let vals = self.args();
        let tys: Vec<Ty> = vals.iter().map(|v| v.ty.clone()).collect();
        let joined = match self.exits.get(&number) {
            None => tys.iter().map(limited).collect(),
            Some(old) => old.iter().zip(&tys).map(|(a, b)| limited(&a.join(b))).collect(),
        };
        self.exits.insert(number, joined);
        let inst = self.put(Op::Exit, &[], Imm::Int(number), &[]);
        self.edges.push(Edge { block: self.at, inst, kind: EdgeKind::Exit(number), vals });
        self.is_live = false;
    }

    // ---- edges ----------------------------------------------------------------------------------

    /// Gives every edge its leaves, boxed where the other side wants that.
    fn finish_edges(&mut self) {
        for (block, handler) in std::mem::take(&mut self.guarded) {
            if self.block_tys[handler.index()].is_some() {
                self.out.blocks[block].handler = self.blocks[handler.index()];
            }
        }
        // Those still to come stay where a landing pad finds them, when it moves where they start.
        self.edges.reverse();
        while let Some(edge) = self.edges.pop() {
            let wanted: Vec<Ty> = match &edge.kind {
                EdgeKind::Target(_, target) => {
                    let tys = self.block_tys[target.index()].clone().unwrap_or_default();
                    let brought = tys.len() - edge.vals.len();
                    tys[brought..].to_vec()
                }
                EdgeKind::Handler(handler) => {
                    let tys = self.block_tys[handler.index()].clone().unwrap_or_default();
                    tys[1..].to_vec()
                }
                EdgeKind::Outs => self.outs.clone(),
                EdgeKind::Return => {
                    std::iter::once(self.result.clone()).chain(self.outs.iter().cloned()).collect()
                }
                EdgeKind::Exit(number) => self.exits[number].clone(),
            };
            self.finish_edge(edge, &wanted);
        }
    }

    fn finish_edge(&mut self, edge: Edge, wanted: &[Ty]) {
        let is_own = |func: &Function, value: &Value| {
            value.leaves.iter().any(
                |&v| matches!(func.vals[v].def, crate::function::ValDef::Result(i, _) if i == edge.inst),
            )
        };
        let exceptional = matches!(edge.kind, EdgeKind::Handler(_) | EdgeKind::Outs);
        let needs_pad = exceptional
            && edge
                .vals
                .iter()
                .zip(wanted)
                .any(|(v, ty)| v.ty != *ty && !v.fits(ty) && is_own(&self.out, v));
        if needs_pad {
            return self.landing_pad(edge, wanted);
        }
        // Coercions stand right before the instruction.
        let place = self.out.blocks[edge.block].insts.iter().position(|&i| i == edge.inst);
        let tail = match place {
            Some(place) => self.out.blocks[edge.block].insts.split_off(place),
            None => Vec::new(),
        };
        self.at = edge.block;
        let mut leaves = Vals::new();
        for (value, ty) in edge.vals.iter().zip(wanted) {
            leaves.extend(self.coerce(value, ty).leaves);
        }
        self.out.blocks[edge.block].insts.extend(tail);
        let data = &mut self.out.insts[edge.inst];
        match edge.kind {
            EdgeKind::Target(place, _) => data.targets[place].args = leaves,
            EdgeKind::Handler(_) | EdgeKind::Outs => data.unwind = leaves,
            EdgeKind::Return | EdgeKind::Exit(_) => data.args = leaves,
        }
    }

    /// An error carries results of the very call that failed, but in another form: a handler of its own
    /// brings them into that form.
    fn landing_pad(&mut self, edge: Edge, wanted: &[Ty]) {
        let place = self.out.blocks[edge.block]
            .insts
            .iter()
            .position(|&i| i == edge.inst)
            .expect("an edge starts at an instruction of its block");
        let before = edge.block;
        // The call moves to a block of its own, what follows to another.
        let mut tail = self.out.blocks[before].insts.split_off(place);
        let rest = tail.split_off(1);
        let (call, after, pad) = (self.out.add_block(), self.out.add_block(), self.out.add_block());
        let outer = self.out.blocks[before].handler;
        self.out.blocks[after].handler = outer;
        self.out.blocks[pad].handler = outer;
        self.out.blocks[call].handler = Some(pad);
        let span = self.out.insts[edge.inst].span;
        let jump = |out: &mut Function, from: Block, to: Block| {
            out.terminate(from, Op::Jump, &[], Imm::None, &[Target::new(to, &[])], span);
        };
        jump(&mut self.out, before, call);
        self.out.blocks[call].insts = tail;
        jump(&mut self.out, call, after);
        self.out.blocks[after].insts = rest;
        for other in &mut self.edges {
            if other.block == before && self.out.blocks[after].insts.contains(&other.inst) {
                other.block = after;
            }
        }
        let error = self.out.add_block_param(pad, Ty::Any);
        let mut unwind = Vals::new();
        let mut received = Vec::new();
        for value in &edge.vals {
            let leaves = value
                .leaves
                .iter()
                .map(|&leaf| {
                    unwind.push(leaf);
                    let ty = self.out.ty(leaf).clone();
                    self.out.add_block_param(pad, ty)
                })
                .collect();
            received.push(Value { ty: value.ty.clone(), leaves });
        }
        self.out.insts[edge.inst].unwind = unwind;
        self.at = pad;
        let mut leaves = Vals::new();
        for (value, ty) in received.iter().zip(wanted) {
            leaves.extend(self.coerce(value, ty).leaves);
        }
        let throw = self.out.append(pad, Op::Throw, &[error], Imm::None, &[], span);
        self.out.insts[throw].unwind = leaves;
    }
}
