//! Slots to SSA values, those read in handlers and those of `mut` parameters included.
//!
//! Each block where ways meet gets a parameter for every slot that is live there; parameters that turn
//! out to be one value are removed again. Exceptional edges carry values in `unwind`: what the handler
//! reads, or, where no handler is, what the `mut` parameters hold.

use super::edit::{Aliases, remove_trivial_params, remove_unreached};
use crate::analysis::ControlFlow;
use crate::entities::{Block, Entity, Inst, Slot, Val};
use crate::function::{Function, Imm, Vals};
use crate::ops::Op;
use crate::types::Ty;

/// The function in SSA form.
pub fn promote(func: &Function) -> Function {
    let mut func = func.clone();
    remove_unreached(&mut func);
    let flow = ControlFlow::new(&func);
    let live = SlotLiveness::new(&func, &flow);
    let is_header = func
        .blocks
        .keys()
        .map(|b| {
            flow.is_reached(b) && flow.preds(b).iter().any(|&p| flow.place(p) >= flow.place(b))
        })
        .collect();
    Promotion {
        is_header,
        aliases: Aliases::new(),
        at_end: vec![None; func.blocks.len()],
        carried: vec![None; func.blocks.len()],
        outs: out_slots(&func),
        nothing: None,
        flow,
        live,
        func,
    }
    .run()
}

/// The slots of the `mut` parameters, in order.
pub fn out_slots(func: &Function) -> Vec<Slot> {
    func.params.iter().filter_map(|p| p.mutable).collect()
}

/// Which slots are read before they are set again, at the start of each block.
struct SlotLiveness {
    live_in: Vec<Vec<bool>>,
}

impl SlotLiveness {
    fn new(func: &Function, flow: &ControlFlow) -> SlotLiveness {
        let n = func.slots.len();
        let outs = out_slots(func);
        let mut live_in = vec![vec![false; n]; func.blocks.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for &block in flow.order.iter().rev() {
                let mut live = vec![false; n];
                for successor in func.successors(block) {
                    union(&mut live, &live_in[successor.index()]);
                }
                let handler = func.blocks[block].handler;
                for &inst in func.blocks[block].insts.iter().rev() {
                    let data = &func.insts[inst];
                    if data.op == Op::SlotSet
                        && let Imm::Slot(slot) = data.imm
                    {
                        live[slot.index()] = false;
                    }
                    for slot in slots_read(func, inst) {
                        live[slot.index()] = true;
                    }
                    if data.op.can_throw() {
                        match handler {
                            Some(handler) => union(&mut live, &live_in[handler.index()]),
                            None => outs.iter().for_each(|s| live[s.index()] = true),
                        }
                    }
                    if data.op == Op::Return {
                        outs.iter().for_each(|s| live[s.index()] = true);
                    }
                }
                if live != live_in[block.index()] {
                    live_in[block.index()] = live;
                    changed = true;
                }
            }
        }
        SlotLiveness { live_in }
    }

    fn at(&self, block: Block) -> impl Iterator<Item = Slot> + '_ {
        self.live_in[block.index()]
            .iter()
            .enumerate()
            .filter(|&(_, &live)| live)
            .map(|(i, _)| Slot::new(i))
    }
}

/// For each block, which slots are read before they are set again.
pub fn slot_liveness(func: &Function, flow: &ControlFlow) -> Vec<Vec<bool>> {
    SlotLiveness::new(func, flow).live_in
}

fn union(a: &mut [bool], b: &[bool]) {
    for (a, b) in a.iter_mut().zip(b) {
        *a |= b;
    }
}

/// The slots whose values an instruction uses, in the order of its operands.
pub fn slots_read(func: &Function, inst: Inst) -> Vec<Slot> {
    match &func.insts[inst].imm {
        Imm::Slot(slot) if func.insts[inst].op == Op::SlotGet => vec![*slot],
        Imm::Path(path) if func.insts[inst].op == Op::PlaceSet => vec![path.slot],
        Imm::Call(call) => call.args.iter().filter_map(|a| a.variable()).collect(),
        _ => Vec::new(),
    }
}

/// The slots an instruction may set.
pub fn slots_written(func: &Function, inst: Inst) -> Vec<Slot> {
    match &func.insts[inst].imm {
        Imm::Slot(slot) if func.insts[inst].op == Op::SlotSet => vec![*slot],
        Imm::Slot(_) => Vec::new(),
        _ => slots_read(func, inst),
    }
}

struct Promotion {
    func: Function,
    flow: ControlFlow,
    live: SlotLiveness,
    aliases: Aliases,
    outs: Vec<Slot>,
    /// Blocks with an edge back to them.
    is_header: Vec<bool>,
    /// What each slot holds at the end of a finished block.
    at_end: Vec<Option<Vec<Option<Val>>>>,
    /// The slots a block takes as its last parameters, where it does.
    carried: Vec<Option<Vec<Slot>>>,
    /// `none`, what a slot holds before it is set.
    nothing: Option<Val>,
}

impl Promotion {
    fn run(mut self) -> Function {
        let order = self.flow.order.clone();
        for &block in &order[1..] {
            let inherits = match self.flow.preds(block) {
                [pred] => self.func.blocks[*pred].handler != Some(block),
                _ => false,
            };
            if !inherits {
                let slots: Vec<Slot> = self.live.at(block).collect();
                for _ in &slots {
                    self.func.add_block_param(block, Ty::Any);
                }
                self.carried[block.index()] = Some(slots);
            }
        }
        for &block in &order {
            self.block(block);
        }
        let Promotion { mut func, aliases, .. } = self;
        aliases.apply(&mut func);
        remove_trivial_params(&mut func);
        func
    }

    fn block(&mut self, block: Block) {
        let mut current = self.at_start(block);
        let mut insts = std::mem::take(&mut self.func.blocks[block].insts);
        if self.is_header[block.index()] {
            let span = self.func.insts[insts[0]].span;
            let interrupt = self.func.make_inst(Op::Interrupt, &[], Imm::None, &[], span);
            insts.insert(0, interrupt);
        }
        let mut kept = Vec::with_capacity(insts.len());
        for inst in insts {
            let before = current.clone();
            match self.func.insts[inst].op {
                Op::SlotGet => {
                    let slot = slots_read(&self.func, inst)[0];
                    let val = self.value(&current, slot);
                    let result = self.func.insts[inst].results[0];
                    self.aliases.set(result, val);
                    continue;
                }
                Op::SlotSet => {
                    if let Imm::Slot(slot) = self.func.insts[inst].imm {
                        let val = self.aliases.resolve(self.func.insts[inst].args[0]);
                        current[slot.index()] = Some(val);
                    }
                    continue;
                }
                Op::PlaceSet => {
                    let slot = slots_read(&self.func, inst)[0];
                    let old = self.value(&current, slot);
                    self.func.insts[inst].op = Op::PlaceWith;
                    self.func.insts[inst].args.insert(0, old);
                    current[slot.index()] = Some(self.add_result(inst));
                }
                Op::Call | Op::CallFn | Op::CallBuiltin | Op::CallMethod => {
                    self.call(inst, &mut current);
                }
                Op::Return => {
                    for slot in self.outs.clone() {
                        let val = self.value(&current, slot);
                        self.func.insts[inst].args.push(val);
                    }
                }
                _ => {}
            }
            if self.func.insts[inst].op.can_throw() {
                // The variables of a call hold their new values when it throws; a place does not.
                let state = match self.func.insts[inst].op {
                    Op::PlaceWith => &before,
                    _ => &current,
                };
                let slots = match self.func.blocks[block].handler {
                    Some(handler) => self.carried[handler.index()].clone().unwrap_or_default(),
                    None => self.outs.clone(),
                };
                self.func.insts[inst].unwind = self.values(state, &slots);
            }
            for t in 0..self.func.insts[inst].targets.len() {
                let target = self.func.insts[inst].targets[t].block;
                if let Some(slots) = self.carried[target.index()].clone() {
                    let vals = self.values(&current, &slots);
                    self.func.insts[inst].targets[t].args.extend(vals);
                }
            }
            kept.push(inst);
        }
        self.func.blocks[block].insts.splice(0..0, kept);
        self.at_end[block.index()] = Some(current);
    }

    fn at_start(&self, block: Block) -> Vec<Option<Val>> {
        if block == self.func.entry() {
            let mut current = vec![None; self.func.slots.len()];
            for (i, param) in self.func.params.iter().enumerate() {
                if let Some(slot) = param.mutable {
                    current[slot.index()] = Some(self.func.blocks[block].params[i]);
                }
            }
            return current;
        }
        match &self.carried[block.index()] {
            Some(slots) => {
                let mut current = vec![None; self.func.slots.len()];
                let params = &self.func.blocks[block].params;
                let first = params.len() - slots.len();
                for (&slot, &param) in slots.iter().zip(&params[first..]) {
                    current[slot.index()] = Some(param);
                }
                current
            }
            None => {
                let pred = self.flow.preds(block)[0];
                self.at_end[pred.index()]
                    .clone()
                    .expect("a predecessor that is not a back edge is done first")
            }
        }
    }

    /// Variables become operands at their places and further results.
    fn call(&mut self, inst: Inst, current: &mut [Option<Val>]) {
        let Imm::Call(call) = self.func.insts[inst].imm.clone() else {
            return;
        };
        let old = std::mem::take(&mut self.func.insts[inst].args);
        // The callee comes first, but the receiver of a method before it.
        let has_callee = old.len() + call.variables() > call.args.len();
        let is_method = self.func.insts[inst].op == Op::CallMethod;
        let mut old = old.into_iter();
        let mut args = Vals::new();
        if has_callee && !is_method {
            args.extend(old.next());
        }
        for (i, arg) in call.args.iter().enumerate() {
            match arg.variable() {
                Some(slot) => args.push(self.value(current, slot)),
                None => args.extend(old.next()),
            }
            if has_callee && is_method && i == 0 {
                args.extend(old.next());
            }
        }
        self.func.insts[inst].args = args;
        for arg in &call.args {
            if let Some(slot) = arg.variable() {
                current[slot.index()] = Some(self.add_result(inst));
            }
        }
    }

    fn add_result(&mut self, inst: Inst) -> Val {
        let index = self.func.insts[inst].results.len() as u32;
        let val = self.func.vals.push(crate::function::ValData {
            ty: Ty::Any,
            def: crate::function::ValDef::Result(inst, index),
        });
        self.func.insts[inst].results.push(val);
        val
    }

    fn values(&mut self, current: &[Option<Val>], slots: &[Slot]) -> Vals {
        slots.iter().map(|&s| self.value(current, s)).collect()
    }

    fn value(&mut self, current: &[Option<Val>], slot: Slot) -> Val {
        if let Some(val) = current[slot.index()] {
            return self.aliases.resolve(val);
        }
        if let Some(val) = self.nothing {
            return val;
        }
        let entry = self.func.entry();
        let span = self.func.span;
        let inst = self.func.make_inst(Op::ConstNone, &[], Imm::None, &[Ty::Any], span);
        self.func.blocks[entry].insts.insert(0, inst);
        let val = self.func.insts[inst].results[0];
        self.nothing = Some(val);
        val
    }
}
