//! A loop as a function of its own, for on-stack replacement at its header.
//!
//! The function takes the variables the loop reads and ends in `exit N` on every way out. Slots that
//! the loop only needs inside become its own; those that are live where it leaves are handed back. A
//! handler outside the loop is a way out like any other.

use super::promote::{slot_liveness, slots_read, slots_written};
use super::unit::{LoopExit, LoopFrame, Variable};
use crate::analysis::{ControlFlow, Dominators, Liveness, Loops};
use crate::entities::{Block, Entity, Slot, Val};
use crate::function::{Function, Imm, Param, Target, ValDef, Vals};
use crate::ops::Op;
use crate::span::Span;
use crate::types::Ty;
use smallvec::SmallVec;
use std::collections::HashMap;

/// A loop made a function.
#[derive(Clone, Debug)]
pub struct LoopCode {
    /// As lowered: slots, no unwinding.
    pub function: Function,
    pub frame: LoopFrame,
}

/// The natural loop with this header; `None` if there is none, or it contains the entry.
pub fn outline(func: &Function, header: Block) -> Option<LoopCode> {
    let flow = ControlFlow::new(func);
    if !flow.is_reached(header) || header == func.entry() {
        return None;
    }
    let dominators = Dominators::new(&flow);
    let loops = Loops::new(func, &flow, &dominators);
    let mut blocks = loops.loops.iter().find(|l| l.header == header)?.blocks.clone();
    // By way of a handler, a block that returns can be a part of the loop: it is a way out still.
    let returns = |b: Block| func.terminator(b).is_some_and(|t| func.insts[t].op == Op::Return);
    blocks.retain(|&b| !returns(b));
    Some(
        Outliner {
            liveness: Liveness::new(func, &flow),
            slot_liveness: slot_liveness(func, &flow),
            inside: blocks.clone(),
            out: Function::new(&func.name, func.span),
            blocks: HashMap::new(),
            vals: HashMap::new(),
            live_ins: Vec::new(),
            exits: Vec::new(),
            handlers: HashMap::new(),
            func,
            header,
        }
        .run(),
    )
}

struct Outliner<'f> {
    func: &'f Function,
    header: Block,
    inside: Vec<Block>,
    liveness: Liveness,
    slot_liveness: Vec<Vec<bool>>,
    out: Function,
    blocks: HashMap<Block, Block>,
    vals: HashMap<Val, Val>,
    live_ins: Vec<Variable>,
    exits: Vec<LoopExit>,
    /// Handlers outside the loop, by the exit block that stands for them.
    handlers: HashMap<Block, Block>,
}

impl Outliner<'_> {
    fn run(mut self) -> LoopCode {
        let entry = self.out.add_block();
        self.out.slots = self.func.slots.clone();
        let written = self.written_slots();
        for &block in &self.inside.clone() {
            let copy = self.out.add_block();
            self.blocks.insert(block, copy);
        }
        self.take_inputs(entry);
        for &block in &self.inside.clone() {
            self.define(block);
        }
        for &block in &self.inside.clone() {
            self.copy(block, &written);
        }
        let outs = self.func.params.iter().filter_map(|p| p.mutable);
        let outs: Vec<Slot> =
            outs.filter(|&s| self.live_ins.contains(&Variable::Slot(s))).collect();
        let frame =
            LoopFrame { header: self.header, live_ins: self.live_ins, exits: self.exits, outs };
        LoopCode { function: self.out, frame }
    }

    fn written_slots(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = self
            .inside
            .iter()
            .flat_map(|&b| &self.func.blocks[b].insts)
            .flat_map(|&i| slots_written(self.func, i))
            .collect();
        slots.sort();
        slots.dedup();
        slots
    }

    /// Parameters: the header's, the values used inside but defined outside, the slots live at the
    /// header, and the `mut` parameters that the loop changes.
    fn take_inputs(&mut self, entry: Block) {
        let header_params = self.func.blocks[self.header].params.clone();
        let used = self.liveness.live_in(self.header);
        let mut variables: Vec<Variable> =
            header_params.iter().copied().map(Variable::Val).collect();
        variables.extend(used.map(Variable::Val));
        let written = self.written_slots();
        for slot in self.func.slots.keys() {
            let live = self.slot_liveness[self.header.index()][slot.index()];
            let is_out = self.func.params.iter().any(|p| p.mutable == Some(slot));
            let touched = self.touches(slot);
            if (live && touched) || (is_out && written.contains(&slot)) {
                variables.push(Variable::Slot(slot));
            }
        }
        let mut args = Vec::new();
        for &variable in &variables {
            let param = self.out.add_block_param(entry, Ty::Any);
            let (name, mutable) = match variable {
                Variable::Val(val) => {
                    if header_params.contains(&val) {
                        args.push(param);
                    } else {
                        self.vals.insert(val, param);
                    }
                    (val.to_string(), None)
                }
                Variable::Slot(slot) => {
                    self.append(entry, Op::SlotSet, &[param], Imm::Slot(slot));
                    let is_out = self.func.params.iter().any(|p| p.mutable == Some(slot));
                    let name = self.func.slots[slot].name.to_string();
                    (name, is_out.then_some(slot))
                }
            };
            self.out.params.push(Param {
                name: name.as_str().into(),
                mutable,
                has_default: false,
                variadic: false,
                annotation: None,
            });
        }
        self.live_ins = variables;
        let target = Target::new(self.blocks[&self.header], &args);
        let span = self.func.span;
        self.out.terminate(entry, Op::Jump, &[], Imm::None, &[target], span);
    }

    fn touches(&self, slot: Slot) -> bool {
        self.inside.iter().flat_map(|&b| &self.func.blocks[b].insts).any(|&i| {
            slots_read(self.func, i).contains(&slot) || slots_written(self.func, i).contains(&slot)
        })
    }

    fn append(&mut self, block: Block, op: Op, args: &[Val], imm: Imm) {
        let span = self.func.span;
        self.out.append(block, op, args, imm, &[], span);
    }

    /// New values for what a block defines.
    fn define(&mut self, block: Block) {
        let copy = self.blocks[&block];
        for &param in &self.func.blocks[block].params {
            let new = self.out.add_block_param(copy, self.func.ty(param).clone());
            self.vals.insert(param, new);
        }
        for &inst in &self.func.blocks[block].insts {
            let data = &self.func.insts[inst];
            let tys: Vec<Ty> = data.results.iter().map(|&r| self.func.ty(r).clone()).collect();
            let new = self.out.append(copy, data.op, &[], data.imm.clone(), &tys, data.span);
            for (&old, &new) in data.results.iter().zip(&self.out.insts[new].results) {
                self.vals.insert(old, new);
            }
        }
    }

    fn copy(&mut self, block: Block, written: &[Slot]) {
        let copy = self.blocks[&block];
        let insts = self.out.blocks[copy].insts.clone();
        for (&old, new) in self.func.blocks[block].insts.iter().zip(insts) {
            let data = self.func.insts[old].clone();
            self.out.insts[new].args = self.renamed(&data.args);
            let targets: SmallVec<[Target; 2]> = data
                .targets
                .iter()
                .enumerate()
                .map(|(i, target)| match self.blocks.get(&target.block) {
                    Some(&inside) => Target { block: inside, args: self.renamed(&target.args) },
                    None => {
                        let brought = super::edit::brought(data.op, i);
                        self.exit(target.block, &target.args, brought, written, data.span)
                    }
                })
                .collect();
            self.out.insts[new].targets = targets;
        }
        self.out.blocks[copy].handler =
            self.func.blocks[block].handler.map(|handler| match self.blocks.get(&handler) {
                Some(&inside) => inside,
                None => self.handler(handler, written),
            });
    }

    fn renamed(&self, vals: &Vals) -> Vals {
        vals.iter().map(|v| self.vals[v]).collect()
    }

    /// A way out of the loop: a block that ends in `exit`.
    fn exit(
        &mut self,
        target: Block,
        args: &Vals,
        brought: usize,
        written: &[Slot],
        span: Span,
    ) -> Target {
        let block = self.out.add_block();
        let mut operands: Vals =
            (0..brought).map(|_| self.out.add_block_param(block, Ty::Any)).collect();
        operands.extend(self.renamed(args));
        self.leave(block, target, operands, written, span);
        Target::new(block, &[])
    }

    fn handler(&mut self, handler: Block, written: &[Slot]) -> Block {
        if let Some(&block) = self.handlers.get(&handler) {
            return block;
        }
        let block = self.out.add_block();
        self.handlers.insert(handler, block);
        let error = self.out.add_block_param(block, Ty::Any);
        let span = self.func.span;
        self.leave(block, handler, Vals::from_slice(&[error]), written, span);
        block
    }

    fn leave(
        &mut self,
        block: Block,
        target: Block,
        mut operands: Vals,
        written: &[Slot],
        span: Span,
    ) {
        let params = &self.func.blocks[target].params;
        let mut live_outs: Vec<(Variable, Ty)> =
            params.iter().map(|&p| (Variable::Val(p), Ty::Any)).collect();
        for val in self.liveness.live_in(target) {
            let home = match self.func.vals[val].def {
                ValDef::Param(home, _) => Some(home),
                ValDef::Result(inst, _) => {
                    self.inside.iter().copied().find(|&b| self.func.blocks[b].insts.contains(&inst))
                }
            };
            if home.is_some_and(|b| self.inside.contains(&b)) {
                operands.push(self.vals[&val]);
                live_outs.push((Variable::Val(val), Ty::Any));
            }
        }
        for &slot in written {
            let is_out = self.func.params.iter().any(|p| p.mutable == Some(slot));
            if self.slot_liveness[target.index()][slot.index()] || is_out {
                let get =
                    self.out.append(block, Op::SlotGet, &[], Imm::Slot(slot), &[Ty::Any], span);
                operands.push(self.out.insts[get].results[0]);
                live_outs.push((Variable::Slot(slot), Ty::Any));
            }
        }
        // Slots that were moved in but not changed go back too.
        let unchanged: Vec<Slot> = self
            .live_ins
            .iter()
            .filter_map(|v| match v {
                Variable::Slot(s) if !written.contains(s) => Some(*s),
                _ => None,
            })
            .filter(|s| self.slot_liveness[target.index()][s.index()])
            .collect();
        for slot in unchanged {
            let get = self.out.append(block, Op::SlotGet, &[], Imm::Slot(slot), &[Ty::Any], span);
            operands.push(self.out.insts[get].results[0]);
            live_outs.push((Variable::Slot(slot), Ty::Any));
        }
        let number = self.exits.len() as i64;
        self.exits.push(LoopExit { target, live_outs });
        self.out.terminate(block, Op::Exit, &operands, Imm::Int(number), &[], span);
    }
}
