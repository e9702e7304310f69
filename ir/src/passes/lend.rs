//! What need not be counted because somebody else holds it for as long.
//!
//! A *lent parameter* is one that its function only reads: the caller keeps its reference, on both ways
//! out. A *lent value* is a part of another value, or another form of it, that is only read while the
//! whole is alive anyway: `x.left == none` counts nothing. Lending makes nothing live longer than it
//! would, or else `p.xs` could be held by `p` when it is about to change in place.

use super::ownership::{Consumed, consumed};
use super::unit::{SpecId, Unit};
use crate::analysis::BitSet;
use crate::entities::{Block, Entity, EntityVec, Inst, Val};
use crate::function::{Function, Imm, ValDef};
use crate::ops::Op;

/// By specialisation, which of its entry's parameters are lent.
pub type Lent = EntityVec<SpecId, Vec<bool>>;

/// How the result of an op comes from its first operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lend {
    /// A part, which the op gives without a reference of its own.
    Part,
    /// The same value in another form, which the operand's reference goes over to.
    Form,
    /// A part or a new value: `field.get` gives a reference of its own, `field.lend` only where it must.
    Field,
}

pub fn lend(op: Op) -> Option<Lend> {
    Some(match op {
        Op::ListGet | Op::DictValue | Op::DictAt | Op::TupleGet | Op::RecordGet | Op::Capture => {
            Lend::Part
        }
        Op::Box | Op::Unbox => Lend::Form,
        Op::FieldGet => Lend::Field,
        _ => return None,
    })
}

/// Finds the lent parameters of a unit. The interpreter gives the entry's away.
pub fn lent_params(unit: &Unit) -> Lent {
    let mut lent = Lent::new();
    for (id, spec) in unit.specs.iter() {
        let func = &spec.body;
        let params = &func.blocks[func.entry()].params;
        let counted = params.iter().map(|&p| id != unit.entry && func.ty(p).is_counted());
        lent.push(counted.collect());
    }
    // What a function passes on is only read if its callee only reads it, which is assumed of all and
    // withdrawn where it is wrong.
    loop {
        let mut changed = false;
        for (id, spec) in unit.specs.iter() {
            let escaping = escaping(&spec.body, &lent);
            let params = &spec.body.blocks[spec.body.entry()].params;
            for (i, param) in params.iter().enumerate() {
                if lent[id][i] && escaping.contains(param.index()) {
                    lent[id][i] = false;
                    changed = true;
                }
            }
        }
        if !changed {
            return lent;
        }
    }
}

/// The values that something takes a reference of, themselves or in another form.
pub fn escaping(func: &Function, lent: &Lent) -> BitSet {
    let mut escaping = BitSet::with_capacity(func.vals.len());
    let mut forms = Vec::new();
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            let data = &func.insts[inst];
            if lend(data.op) == Some(Lend::Form) {
                // What `field.get` gives has a reference or has none, which no other form can tell.
                match func.def(data.args[0]).and_then(|def| lend(def.op)) {
                    Some(Lend::Field) => _ = escaping.insert(data.args[0].index()),
                    _ => forms.push((data.args[0], data.results[0])),
                }
                continue;
            }
            let Consumed { normal, by_error } = consumed(func, inst, lent);
            let passed = data.targets.iter().flat_map(|t| &t.args);
            for val in normal.iter().chain(&by_error).chain(&data.unwind).chain(passed) {
                escaping.insert(val.index());
            }
        }
    }
    loop {
        let mut changed = false;
        for (from, to) in &forms {
            changed |= escaping.contains(to.index()) && escaping.insert(from.index());
        }
        if !changed {
            return escaping;
        }
    }
}

/// Values that may be lent, and what speaks against it.
pub struct Candidates {
    /// By value: its number among the candidates.
    numbers: Vec<Option<usize>>,
    list: Vec<Candidate>,
}

struct Candidate {
    val: Val,
    /// What it is a part of, what that is a part of, and so on.
    owners: Vec<Val>,
    /// A bit for each owner that ends before the candidate does.
    short: u32,
}

/// How many wholes around a part are looked at.
const MAX_OWNERS: usize = 8;

impl Candidates {
    pub fn new(func: &Function, order: &[Block], counted: &[bool], lent: &Lent) -> Candidates {
        let escaping = escaping(func, lent);
        let mut found = Candidates { numbers: vec![None; func.vals.len()], list: Vec::new() };
        for &block in order {
            for &inst in &func.blocks[block].insts {
                let data = &func.insts[inst];
                let (Some(_), &[val]) = (lend(data.op), &data.results[..]) else { continue };
                if !counted[val.index()] || escaping.contains(val.index()) {
                    continue;
                }
                let mut owners = Vec::new();
                let mut at = Some(inst);
                while let Some(whole) = at.map(|i| func.insts[i].args[0])
                    && owners.len() < MAX_OWNERS
                {
                    owners.push(whole);
                    at = match func.vals[whole].def {
                        ValDef::Result(i, 0) if lend(func.insts[i].op).is_some() => Some(i),
                        _ => None,
                    };
                }
                found.numbers[val.index()] = Some(found.list.len());
                found.list.push(Candidate { val, owners, short: 0 });
            }
        }
        found
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Learns from an instruction, given what is alive before and after it.
    pub fn look(
        &mut self,
        func: &Function,
        inst: Inst,
        before: &BitSet,
        after: &BitSet,
        lent: &Lent,
    ) {
        let mut taken = None;
        for candidate in &mut self.list {
            if !before.contains(candidate.val.index()) {
                continue;
            }
            let taken = taken.get_or_insert_with(|| consumed(func, inst, lent));
            for (i, owner) in candidate.owners.iter().enumerate() {
                let lives = before.contains(owner.index())
                    && (after.contains(owner.index())
                        || !taken.normal.contains(owner) && !taken.by_error.contains(owner));
                candidate.short |= u32::from(!lives) << i;
            }
        }
    }

    /// The lent values with what they are parts of, in an order in which the whole comes first.
    pub fn decide(&self, counted: &[bool], is_lent_param: impl Fn(Val) -> bool) -> Vec<(Val, Val)> {
        let mut lent = vec![false; counted.len()];
        let mut out = Vec::new();
        for candidate in &self.list {
            let holder = candidate.owners.iter().position(|o| !lent[o.index()]);
            let Some((i, &owner)) = holder.and_then(|i| Some((i, candidate.owners.get(i)?))) else {
                continue;
            };
            let is_held = counted[owner.index()] && candidate.short & 1 << i == 0;
            if is_lent_param(owner) || is_held {
                lent[candidate.val.index()] = true;
                out.push((candidate.val, candidate.owners[0]));
            }
        }
        out
    }
}

/// Whether the parameter of the callee that gets the operand with this number is lent.
pub fn is_lent_argument(imm: &Imm, lent: &Lent, arg: usize) -> bool {
    let Imm::Int(callee) = imm else { return false };
    lent.get(SpecId::new(*callee as usize)).and_then(|l| l.get(arg)).copied().unwrap_or(false)
}
