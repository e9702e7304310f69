//! Reference counts made explicit: the last pass.
//!
//! What owns what is in `README.md`. For each instruction the pass compares the one reference a value
//! has before it with the references needed after it, on the normal way and when it throws; it
//! retains what is missing, and releases (or lists in `dying`) what is left over. A last use thus
//! moves, and nothing is counted that is only borrowed.

use super::edit::{remove_trivial_params, split_critical_edges};
use crate::analysis::{BitSet, ControlFlow};
use crate::entities::{Block, Entity, Inst, Val};
use crate::function::{Function, Imm, ValDef, Vals};
use crate::ops::Op;

/// Inserts `retain`, `release` and `dying`.
pub fn insert_ownership(func: &mut Function) {
    remove_trivial_params(func);
    split_critical_edges(func);
    let flow = ControlFlow::new(func);
    func.layout.retain(|&b| flow.is_reached(b));
    let counted = counted_values(func);
    if !counted.iter().any(|&c| c) {
        return;
    }
    let addresses = addresses(func);
    let mut pass =
        Ownership { live_in: vec![BitSet::default(); func.blocks.len()], counted, addresses, func };
    pass.find_liveness(&flow);
    for &block in &flow.order {
        pass.block(block, &flow);
    }
}

/// Which values hold a reference. An `any` made of a number or nothing holds none.
fn counted_values(func: &Function) -> Vec<bool> {
    func.vals
        .values()
        .map(|data| {
            let trivial = match data.def {
                ValDef::Result(inst, 0) => {
                    let inst = &func.insts[inst];
                    match inst.op {
                        Op::Box => !func.ty(inst.args[0]).is_counted(),
                        Op::ConstNone | Op::BuiltinRef | Op::ComplexBox => true,
                        _ => false,
                    }
                }
                _ => false,
            };
            data.ty.is_counted() && !trivial
        })
        .collect()
}

/// For each address of elements, the array or list it points into.
fn addresses(func: &Function) -> Vec<Option<Val>> {
    func.vals
        .values()
        .map(|data| match data.def {
            ValDef::Result(inst, 0) => match func.insts[inst].op {
                Op::ArrData | Op::ListData => Some(func.insts[inst].args[0]),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

struct Ownership<'f> {
    func: &'f mut Function,
    counted: Vec<bool>,
    addresses: Vec<Option<Val>>,
    live_in: Vec<BitSet>,
}

impl Ownership<'_> {
    /// The counted value that a use of `val` needs.
    fn needed(&self, val: Val) -> Option<Val> {
        let val = self.addresses[val.index()].unwrap_or(val);
        self.counted[val.index()].then_some(val)
    }

    fn find_liveness(&mut self, flow: &ControlFlow) {
        let mut changed = true;
        while changed {
            changed = false;
            for &block in flow.order.iter().rev() {
                let mut live = self.live_out(block);
                for &inst in self.func.blocks[block].insts.iter().rev() {
                    self.step_back(block, inst, &mut live);
                }
                for &param in &self.func.blocks[block].params {
                    live.remove(param.index());
                }
                if live != self.live_in[block.index()] {
                    self.live_in[block.index()] = live;
                    changed = true;
                }
            }
        }
    }

    /// What the successors need, handlers not among them.
    fn live_out(&self, block: Block) -> BitSet {
        let mut live = BitSet::default();
        if let Some(term) = self.func.terminator(block) {
            for target in &self.func.insts[term].targets {
                live.union_with(&self.live_in[target.block.index()]);
            }
        }
        live
    }

    fn step_back(&self, block: Block, inst: Inst, live: &mut BitSet) {
        let data = &self.func.insts[inst];
        for &result in &data.results {
            live.remove(result.index());
        }
        let target_args = data.targets.iter().flat_map(|t| t.args.iter());
        for &val in data.args.iter().chain(target_args) {
            if let Some(val) = self.needed(val) {
                live.insert(val.index());
            }
        }
        if self.func.throws(inst) {
            for &val in &data.unwind {
                if !data.results.contains(&val)
                    && let Some(val) = self.needed(val)
                {
                    live.insert(val.index());
                }
            }
            if let Some(handler) = self.func.blocks[block].handler {
                live.union_with(&self.live_in[handler.index()]);
            }
        }
    }

    fn block(&mut self, block: Block, flow: &ControlFlow) {
        let insts = self.func.blocks[block].insts.clone();
        // What is live after each instruction.
        let mut after = Vec::with_capacity(insts.len());
        let mut live = self.live_out(block);
        for &inst in insts.iter().rev() {
            after.push(live.clone());
            self.step_back(block, inst, &mut live);
        }
        after.reverse();

        let mut out = Vec::with_capacity(insts.len() + 4);
        self.at_start(block, flow, &live, &insts, &mut out);
        for (&inst, after) in insts.iter().zip(&after) {
            let mut before = after.clone();
            self.step_back(block, inst, &mut before);
            self.inst(block, inst, &before, after, &mut out);
        }
        self.func.blocks[block].insts = out;
    }

    /// Parameters nobody uses, and values that only another way out of the predecessor needs.
    fn at_start(
        &mut self,
        block: Block,
        flow: &ControlFlow,
        live: &BitSet,
        insts: &[Inst],
        out: &mut Vec<Inst>,
    ) {
        let span_of = insts.first().copied();
        for param in self.func.blocks[block].params.clone() {
            if self.counted[param.index()] && !live.contains(param.index()) {
                self.put(Op::Release, param, span_of, out);
            }
        }
        let [pred] = flow.preds(block) else { return };
        let Some(term) = self.func.terminator(*pred) else {
            return;
        };
        if self.func.insts[term].targets.len() < 2 {
            return;
        }
        let data = &self.func.insts[term];
        let Some(target) = data.targets.iter().find(|t| t.block == block) else {
            return;
        };
        let args = target.args.clone();
        let mut before = self.live_out(*pred);
        self.step_back(*pred, term, &mut before);
        let retained = self.throw_retains(*pred, term);
        for v in before.iter() {
            let val = Val::new(v);
            if !self.counted[v] {
                continue;
            }
            let passed = args.iter().filter(|&&a| a == val).count();
            let wanted = passed + usize::from(self.live_in[block.index()].contains(v));
            let extra = retained.iter().filter(|&&r| r == val).count();
            self.balance(val, 1 + extra, wanted, span_of, out);
        }
    }

    /// For a terminator with several targets: what is retained before it for the sake of its error.
    fn throw_retains(&self, block: Block, inst: Inst) -> Vec<Val> {
        let data = &self.func.insts[inst];
        if !self.func.throws(inst) {
            return Vec::new();
        }
        let mut seen: Vec<Val> = Vec::new();
        let mut retains = Vec::new();
        for &val in &data.unwind {
            if !self.counted[val.index()] || seen.contains(&val) {
                continue;
            }
            seen.push(val);
            let wanted = self.wanted_by_error(block, inst, val);
            retains.extend(std::iter::repeat_n(val, wanted.saturating_sub(1)));
        }
        retains
    }

    /// References that the exceptional edge and the handler take.
    fn wanted_by_error(&self, block: Block, inst: Inst, val: Val) -> usize {
        let data = &self.func.insts[inst];
        let passed = data.unwind.iter().filter(|&&u| u == val).count();
        let handler = self.func.blocks[block].handler;
        let kept = handler.is_some_and(|h| self.live_in[h.index()].contains(val.index()));
        passed + usize::from(kept)
    }

    fn inst(
        &mut self,
        block: Block,
        inst: Inst,
        before: &BitSet,
        after: &BitSet,
        out: &mut Vec<Inst>,
    ) {
        let data = self.func.insts[inst].clone();
        let throws = self.func.throws(inst);
        let branches = data.targets.len() > 1;
        let (consumed, consumed_by_error) = consumed(self.func, inst);
        let mut dying = Vals::new();
        let mut releases = Vec::new();
        for v in before.iter() {
            if !self.counted[v] {
                continue;
            }
            let val = Val::new(v);
            let count = |vals: &Vals| vals.iter().filter(|&&c| c == val).count();
            let normal = match data.op {
                Op::Throw | Op::Unreachable | Op::Fail => 0,
                _ => count(&consumed) + usize::from(after.contains(v)),
            };
            let on_error = match throws {
                true => count(&consumed_by_error) + self.wanted_by_error(block, inst, val),
                false => 0,
            };
            // Where ways part, each successor balances for itself.
            let normal_here = if branches { 1 } else { normal };
            let have = 1.max(normal_here).max(on_error);
            for _ in 1..have {
                self.put(Op::Retain, val, Some(inst), out);
            }
            if throws {
                dying.extend(std::iter::repeat_n(val, have - on_error));
            }
            let ends =
                matches!(data.op, Op::Throw | Op::Unreachable | Op::Fail | Op::Return | Op::Exit);
            if !branches && !ends && data.op != Op::Jump {
                releases.extend(std::iter::repeat_n(val, have - normal));
            }
        }
        if throws {
            for &result in data.results.iter().skip(first_out(self.func, inst)) {
                if self.counted[result.index()] {
                    let wanted = data.unwind.iter().filter(|&&u| u == result).count();
                    dying.extend(std::iter::repeat_n(result, 1usize.saturating_sub(wanted)));
                }
            }
        }
        self.func.insts[inst].dying = dying;
        out.push(inst);
        for val in releases {
            self.put(Op::Release, val, Some(inst), out);
        }
        for &result in &data.results {
            if self.counted[result.index()] && !after.contains(result.index()) {
                self.put(Op::Release, result, Some(inst), out);
            }
        }
    }

    /// Retains or releases `val` from `have` references to `wanted`.
    fn balance(
        &mut self,
        val: Val,
        have: usize,
        wanted: usize,
        near: Option<Inst>,
        out: &mut Vec<Inst>,
    ) {
        for _ in have..wanted {
            self.put(Op::Retain, val, near, out);
        }
        for _ in wanted..have {
            self.put(Op::Release, val, near, out);
        }
    }

    fn put(&mut self, op: Op, val: Val, near: Option<Inst>, out: &mut Vec<Inst>) {
        let span = near.map_or(self.func.span, |i| self.func.insts[i].span);
        out.push(self.func.make_inst(op, &[val], Imm::None, &[], span));
    }
}

/// The first result that an error hands back too.
fn first_out(func: &Function, inst: Inst) -> usize {
    let data = &func.insts[inst];
    match (&data.op, &data.imm) {
        (Op::Call | Op::CallBuiltin | Op::CallMethod, _) => 1,
        // Only those named in `unwind` can be told from results here; the others are not counted on.
        (Op::CallSpec, _) => {
            data.results.iter().position(|r| data.unwind.contains(r)).unwrap_or(data.results.len())
        }
        _ => data.results.len(),
    }
}

/// The operands that an instruction takes over: when it succeeds, and when it throws.
fn consumed(func: &Function, inst: Inst) -> (Vals, Vals) {
    let data = &func.insts[inst];
    let first = || Vals::from_slice(&data.args[..1]);
    match data.op {
        Op::ArrUnique | Op::ListUnique | Op::PlaceWith => (first(), Vals::new()),
        Op::Box => (first(), Vals::new()),
        Op::Unbox if func.ty(data.results[0]).is_counted() => (first(), Vals::new()),
        Op::GlobalSet => (first(), Vals::new()),
        Op::StoreAny => (Vals::from_slice(&data.args[2..]), Vals::new()),
        Op::CallSpec => (data.args.clone(), data.args.clone()),
        Op::Return | Op::Exit => (data.args.clone(), Vals::new()),
        Op::Throw => (Vals::new(), data.args.clone()),
        Op::Jump => (data.targets[0].args.clone(), Vals::new()),
        Op::Call | Op::CallBuiltin | Op::CallMethod => {
            let Imm::Call(call) = &data.imm else {
                return (Vals::new(), Vals::new());
            };
            let has_callee = usize::from(data.args.len() > call.args.len());
            let is_method = data.op == Op::CallMethod;
            let vals: Vals = call
                .args
                .iter()
                .enumerate()
                .filter(|(_, a)| a.variable().is_some())
                .map(|(i, _)| match is_method && i == 0 {
                    true => data.args[0],
                    false => data.args[i + has_callee],
                })
                .collect();
            (vals.clone(), vals)
        }
        _ => (Vals::new(), Vals::new()),
    }
}
