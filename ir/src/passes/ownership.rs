//! Reference counts made explicit: the last pass.
//!
//! What owns what is in `README.md`. For each instruction the pass compares the one reference a value
//! has before it with the references needed after it, on the normal way and when it throws; it
//! retains what is missing, and releases (or lists in `dying`) what is left over. A last use thus
//! moves, and nothing is counted that is only borrowed.

use super::edit::{remove_trivial_params, split_critical_edges};
use super::lend::{Candidates, Lend, Lent, is_lent_argument, lend};
use super::unit::SpecId;
use crate::analysis::{BitSet, ControlFlow};
use crate::entities::{Block, Entity, EntityVec, Inst, Val};
use crate::function::{Function, Imm, ValDef, Vals};
use crate::ops::Op;

/// By specialisation, how many values its result has, which come before those of its `mut` parameters.
pub type ResultCounts = EntityVec<SpecId, usize>;

/// Inserts `retain`, `release` and `dying`. `own` tells which parameters are lent, `lent` and `results` what
/// there is to know of all functions that may be called.
pub fn insert_ownership(func: &mut Function, own: &[bool], lent: &Lent, results: &ResultCounts) {
    remove_trivial_params(func);
    split_critical_edges(func);
    let flow = ControlFlow::new(func);
    func.layout.retain(|&b| flow.is_reached(b));
    let mut counted = counted_values(func);
    if !counted.iter().any(|&c| c) {
        return;
    }
    let params = func.blocks[func.entry()].params.clone();
    let lent_params: Vec<Val> =
        params.iter().zip(own).filter(|(_, lent)| **lent).map(|(&p, _)| p).collect();
    lent_params.iter().for_each(|p| counted[p.index()] = false);
    let owners = addresses(func);
    let live_in = vec![BitSet::default(); func.blocks.len()];
    let mut pass = Ownership { live_in, counted, owners, lent, results, func };
    pass.find_liveness(&flow);
    pass.lend(&flow, &lent_params);
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
                        Op::ConstNone | Op::BuiltinRef => true,
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
    /// What an address points into, and what a lent value is a part of.
    owners: Vec<Option<Val>>,
    lent: &'f Lent,
    results: &'f ResultCounts,
    live_in: Vec<BitSet>,
}

impl Ownership<'_> {
    /// The counted values that a use of `val` needs: itself, and what it is a part of.
    fn needed(&self, val: Val) -> impl Iterator<Item = Val> {
        std::iter::successors(Some(val), |v| self.owners[v.index()])
            .filter(|v| self.counted[v.index()])
    }

    /// Marks the lent values, so that they are not counted.
    fn lend(&mut self, flow: &ControlFlow, lent_params: &[Val]) {
        let mut candidates = Candidates::new(self.func, &flow.order, &self.counted, self.lent);
        if candidates.is_empty() {
            return;
        }
        for &block in &flow.order {
            let mut after = self.live_out(block);
            for &inst in self.func.blocks[block].insts.iter().rev() {
                let mut before = after.clone();
                self.step_back(block, inst, &mut before);
                candidates.look(self.func, inst, &before, &after, self.lent);
                after = before;
            }
        }
        for (val, owner) in candidates.decide(&self.counted, |v| lent_params.contains(&v)) {
            self.owners[val.index()] = Some(owner);
            match self.func.vals[val].def {
                ValDef::Result(inst, _) if lend(self.func.insts[inst].op) == Some(Lend::Field) => {
                    self.func.insts[inst].op = Op::FieldLend;
                }
                _ => self.counted[val.index()] = false,
            }
        }
        self.live_in.fill(BitSet::default());
        self.find_liveness(flow);
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
            self.needed(val).for_each(|v| _ = live.insert(v.index()));
        }
        if self.func.throws(inst) {
            for &val in &data.unwind {
                if !data.results.contains(&val) {
                    self.needed(val).for_each(|v| _ = live.insert(v.index()));
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
        let Consumed { normal: consumed, by_error: consumed_by_error } =
            match self.is_lent_form(inst) {
                true => Consumed::default(),
                false => consumed(self.func, inst, self.lent),
            };
        let mut dying = Vals::new();
        let mut releases = Vec::new();
        for v in before.iter() {
            if !self.counted[v] {
                continue;
            }
            let val = Val::new(v);
            let count = |vals: &Vals| vals.iter().filter(|&&c| c == val).count();
            // A callee that is lent what it also consumes needs the reference of the caller's beside.
            let lent_too =
                !after.contains(v) && count(&consumed) > 0 && self.is_lent_to_callee(inst, val);
            let kept = usize::from(lent_too);
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
            let have = 1.max(normal_here + kept).max(on_error + kept);
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
            for &result in data.results.iter().skip(self.first_out(inst)) {
                if self.counted[result.index()] {
                    let wanted = data.unwind.iter().filter(|&&u| u == result).count();
                    dying.extend(std::iter::repeat_n(result, 1usize.saturating_sub(wanted)));
                }
            }
        }
        self.func.insts[inst].dying = dying;
        out.push(inst);
        let is_unowned = self.gives_no_reference(inst);
        if is_unowned && after.contains(data.results[0].index()) {
            self.put(Op::Retain, data.results[0], Some(inst), out);
        }
        for val in releases {
            self.put(Op::Release, val, Some(inst), out);
        }
        for &result in data.results.iter().filter(|_| !is_unowned) {
            if self.counted[result.index()] && !after.contains(result.index()) {
                self.put(Op::Release, result, Some(inst), out);
            }
        }
    }

    /// Whether a call passes a value to a parameter that is lent.
    fn is_lent_to_callee(&self, inst: Inst, val: Val) -> bool {
        let data = &self.func.insts[inst];
        data.op == Op::CallSpec
            && (data.args.iter().enumerate())
                .any(|(i, &a)| a == val && is_lent_argument(&data.imm, self.lent, i))
    }

    /// Whether the result is another form of the operand that is lent: the reference stays the operand's.
    fn is_lent_form(&self, inst: Inst) -> bool {
        let data = &self.func.insts[inst];
        lend(data.op) == Some(Lend::Form) && !self.counted[data.results[0].index()]
    }

    /// Whether the result is counted but comes without a reference: a part, or a form of what is lent.
    fn gives_no_reference(&self, inst: Inst) -> bool {
        let data = &self.func.insts[inst];
        let is_counted = data.results.first().is_some_and(|r| self.counted[r.index()]);
        is_counted
            && match lend(data.op) {
                Some(Lend::Part) => true,
                Some(Lend::Form) => !self.counted[data.args[0].index()],
                _ => false,
            }
    }

    /// The first result that an error hands back too.
    fn first_out(&self, inst: Inst) -> usize {
        let data = &self.func.insts[inst];
        match (data.op, &data.imm) {
            (Op::Call | Op::CallBuiltin | Op::CallMethod, _) => 1,
            (Op::CallSpec, &Imm::Int(callee)) => {
                let count = self.results.get(SpecId::new(callee as usize));
                count.copied().unwrap_or(data.results.len())
            }
            _ => data.results.len(),
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

/// The operands that an instruction takes over: when it succeeds, and when it throws.
#[derive(Default)]
pub(super) struct Consumed {
    pub normal: Vals,
    pub by_error: Vals,
}

pub(super) fn consumed(func: &Function, inst: Inst, lent: &Lent) -> Consumed {
    let data = &func.insts[inst];
    let first = || Vals::from_slice(&data.args[..1]);
    let on_success = |normal: Vals| Consumed { normal, by_error: Vals::new() };
    let always = |vals: Vals| Consumed { normal: vals.clone(), by_error: vals };
    match data.op {
        Op::ArrUnique | Op::ListUnique | Op::PlaceWith | Op::GlobalSet | Op::Box => {
            on_success(first())
        }
        Op::Unbox if func.ty(data.results[0]).is_counted() => on_success(first()),
        Op::StoreAny => on_success(Vals::from_slice(&data.args[2..])),
        Op::DictSet => on_success([data.args[0], data.args[2]].into_iter().collect()),
        Op::Return | Op::Exit | Op::RecordBox | Op::ListPush => on_success(data.args.clone()),
        Op::CallSpec => {
            let taken = |i: &usize| !is_lent_argument(&data.imm, lent, *i);
            always((0..data.args.len()).filter(taken).map(|i| data.args[i]).collect())
        }
        Op::Throw => Consumed { normal: Vals::new(), by_error: data.args.clone() },
        Op::Jump => on_success(data.targets[0].args.clone()),
        op if op.is_arithmetic() => always(data.args.clone()),
        Op::Call | Op::CallBuiltin | Op::CallMethod => {
            let Imm::Call(call) = &data.imm else {
                return on_success(Vals::new());
            };
            let has_callee = usize::from(data.args.len() > call.args.len());
            let is_method = data.op == Op::CallMethod;
            let vals = call.args.iter().enumerate().filter(|(_, a)| a.variable().is_some());
            always(
                vals.map(|(i, _)| match is_method && i == 0 {
                    true => data.args[0],
                    false => data.args[i + has_callee],
                })
                .collect(),
            )
        }
        _ => on_success(Vals::new()),
    }
}
