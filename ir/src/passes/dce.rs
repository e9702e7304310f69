//! Removes instructions and block parameters that nothing needs.

use super::edit::{brought, remove_params};
use crate::analysis::ControlFlow;
use crate::entities::{Entity, Inst, Val};
use crate::function::{Function, ValDef};
use crate::ops::{Effect, Op};

/// Keeps what has an effect, what may throw, and what these need.
pub fn dce(func: &mut Function) {
    let flow = ControlFlow::new(func);
    func.layout.retain(|&b| flow.is_reached(b));
    let mut needed = vec![false; func.vals.len()];
    let mut kept_insts = vec![false; func.insts.len()];
    let mut guarded = vec![false; func.insts.len()];
    for &block in &func.layout {
        for inst in &func.blocks[block].insts {
            guarded[inst.index()] = func.blocks[block].handler.is_some();
        }
    }
    forget_unwinding(func);
    let mut work: Vec<Val> = Vec::new();
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            if is_rooted(func, inst) {
                keep(func, inst, &guarded, &mut kept_insts, &mut work);
            }
        }
    }
    // Parameters that a terminator or an error brings stay, and the entry's.
    for &block in &func.layout {
        let data = &func.blocks[block];
        if block == func.entry() {
            work.extend(&data.params);
        }
        if let Some(handler) = data.handler {
            work.extend(func.blocks[handler].params.first());
        }
        if let Some(term) = func.terminator(block) {
            let term = &func.insts[term];
            for (i, target) in term.targets.iter().enumerate() {
                work.extend(&func.blocks[target.block].params[..brought(term.op, i)]);
            }
        }
    }
    let incoming = incoming(func);
    loop {
        while let Some(val) = work.pop() {
            if std::mem::replace(&mut needed[val.index()], true) {
                continue;
            }
            match func.vals[val].def {
                ValDef::Result(inst, _) => keep(func, inst, &guarded, &mut kept_insts, &mut work),
                ValDef::Param(..) => work.extend(&incoming[val.index()]),
            }
        }
        let accesses = accesses_of_checks(func, &needed, &kept_insts);
        if accesses.is_empty() {
            break;
        }
        for inst in accesses {
            keep(func, inst, &guarded, &mut kept_insts, &mut work);
        }
    }
    for i in 0..func.layout.len() {
        let block = func.layout[i];
        func.blocks[block].insts.retain(|i| kept_insts[i.index()]);
    }
    remove_params(func, |val| !needed[val.index()]);
}

/// The loads to which bounds checks belong whose index nothing else needs: the error of a check tells the
/// shape of what is loaded from.
fn accesses_of_checks(func: &Function, needed: &[bool], kept: &[bool]) -> Vec<Inst> {
    let insts = || func.layout.iter().flat_map(|&b| &func.blocks[b].insts).copied();
    let is_check = |i: &Inst| func.insts[*i].op == Op::Bounds && kept[i.index()];
    let mut offsets: Vec<Val> = insts()
        .filter(is_check)
        .map(|i| func.insts[i].results[0])
        .filter(|index| !needed[index.index()])
        .collect();
    let mut accesses = Vec::new();
    let mut known = usize::MAX;
    while !offsets.is_empty() && offsets.len() != known {
        known = offsets.len();
        for inst in insts().filter(|i| !kept[i.index()]) {
            let data = &func.insts[inst];
            if !data.args.iter().any(|a| offsets.contains(a)) {
                continue;
            }
            match data.op {
                Op::Load | Op::LoadAny if !accesses.contains(&inst) => accesses.push(inst),
                Op::IAddWrap | Op::IMulWrap | Op::IAdd | Op::IMul
                    if !offsets.contains(&data.results[0]) =>
                {
                    offsets.push(data.results[0]);
                }
                _ => {}
            }
        }
    }
    accesses
}

/// What was proved not to throw takes nothing along.
fn forget_unwinding(func: &mut Function) {
    for i in 0..func.layout.len() {
        let block = func.layout[i];
        for k in 0..func.blocks[block].insts.len() {
            let inst = func.blocks[block].insts[k];
            if !func.insts[inst].unwind.is_empty() && !func.throws(inst) {
                func.insts[inst].unwind.clear();
            }
        }
    }
}

/// The arguments that come in for each parameter.
fn incoming(func: &Function) -> Vec<Vec<Val>> {
    let mut incoming = vec![Vec::new(); func.vals.len()];
    super::edit::for_each_edge(func, |_, target, brought, args| {
        let params = &func.blocks[target].params;
        for (&param, &arg) in params.iter().skip(brought).zip(args) {
            incoming[param.index()].push(arg);
        }
    });
    incoming
}

fn is_rooted(func: &Function, inst: Inst) -> bool {
    let data = &func.insts[inst];
    data.op.is_terminator()
        || func.throws(inst)
        || matches!(data.op.effect(), Effect::Writes | Effect::Any)
}

/// An instruction's operands are needed. Arguments for parameters are needed when the parameter is.
fn keep(func: &Function, inst: Inst, guarded: &[bool], kept: &mut [bool], work: &mut Vec<Val>) {
    if std::mem::replace(&mut kept[inst.index()], true) {
        return;
    }
    let data = &func.insts[inst];
    work.extend(&data.args);
    work.extend(&data.dying);
    if !guarded[inst.index()] {
        work.extend(&data.unwind);
    }
}
