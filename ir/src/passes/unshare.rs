//! `arr.unique` moves out of loops, so that the addresses inside are invariant.
//!
//! An array is *own* when its writer is the only one who holds it: after `arr.unique`, or as a
//! parameter that always is. It stays own while it is only read, written, or moved on in a last use.
//! `arr.unique` of an own array is the array. A loop that makes an array its own inside is entered with
//! an own one instead: at worst, a loop that never gets to its write has copied an array that somebody
//! else holds too.

use super::edit::{Aliases, for_each_edge, remove_trivial_params};
use super::preheader::{insert_at_end, known_on_entry, loops_with_preheaders, unwind_of_header};
use crate::analysis::{BitSet, ControlFlow, Liveness, step_back};
use crate::entities::{Block, Entity, Val};
use crate::function::{Function, Imm, ValDef};
use crate::ops::Op;
use crate::types::Ty;
use std::collections::HashMap;

/// Moves `arr.unique` and `list.unique` in front of loops and drops those that change nothing.
pub fn unshare(func: &mut Function) {
    let (flow, _, loops, preheaders) = loops_with_preheaders(func);
    let families = super::arrays::Families::new(func);
    let clean = clean_values(func, &flow);
    // Parameters of a loop in which an array of their family is made own.
    let mut candidates: Vec<(usize, Val)> = Vec::new();
    for (l, data) in loops.loops.iter().enumerate() {
        if unwind_of_header(func, data.header, preheaders[l]).is_none() {
            continue;
        }
        let made: Vec<u32> = data
            .blocks
            .iter()
            .flat_map(|&b| &func.blocks[b].insts)
            .filter(|&&i| is_unique(func.insts[i].op))
            .map(|&i| families.of(func.insts[i].args[0]))
            .collect();
        for &param in &func.blocks[data.header].params {
            let is_written = clean[param.index()] && made.contains(&families.of(param));
            if is_array(func.ty(param)) && is_written {
                candidates.push((l, param));
            }
        }
    }
    let own = own_values(func, &flow, &clean, &candidates, &loops, &preheaders);
    for &(l, param) in &candidates {
        if own[param.index()] {
            let is_own = |arg: Val| {
                let known = |facts: &[bool]| facts.get(arg.index()).copied().unwrap_or(false);
                known(&own) && known(&clean)
            };
            enter_with_own(func, loops.loops[l].header, preheaders[l], param, is_own);
        }
    }
    let mut aliases = Aliases::new();
    for &block in &flow.order {
        let insts = std::mem::take(&mut func.blocks[block].insts);
        let kept = insts
            .into_iter()
            .filter(|&inst| {
                let data = &func.insts[inst];
                let redundant = is_unique(data.op)
                    && own.get(data.args[0].index()).copied().unwrap_or(false)
                    && clean[data.args[0].index()];
                if redundant {
                    aliases.set(data.results[0], data.args[0]);
                }
                !redundant
            })
            .collect();
        func.blocks[block].insts = kept;
    }
    aliases.apply(func);
    remove_trivial_params(func);
}

fn is_unique(op: Op) -> bool {
    matches!(op, Op::ArrUnique | Op::ListUnique)
}

fn is_array(ty: &Ty) -> bool {
    matches!(ty, Ty::Array(..) | Ty::List(_))
}

/// Arrays that nobody else gets hold of while they are used: all uses read, write, or are the last.
fn clean_values(func: &Function, flow: &ControlFlow) -> Vec<bool> {
    let mut clean: Vec<bool> = func.vals.values().map(|v| is_array(&v.ty)).collect();
    let liveness = Liveness::new(func, flow);
    let addresses = addresses(func);
    // Whoever has an address reads the array as it was when the address was taken.
    let is_needed = |val: Val, is_live: &dyn Fn(Val) -> bool| {
        is_live(val) || addresses.get(&val).is_some_and(|all| all.iter().any(|&a| is_live(a)))
    };
    for &block in &flow.order {
        let mut live: BitSet = liveness.live_out(block);
        for &inst in func.blocks[block].insts.iter().rev() {
            let data = &func.insts[inst];
            let mut moved: Vec<Val> = Vec::new();
            match data.op {
                Op::ArrDim
                | Op::ArrLen
                | Op::ArrStride
                | Op::ArrData
                | Op::ListLen
                | Op::ListData
                | Op::ListGet => {}
                Op::ArrUnique | Op::ListUnique | Op::Return | Op::Exit | Op::CallSpec => {
                    moved.extend(&data.args);
                }
                _ => data.args.iter().for_each(|v| clean[v.index()] = false),
            }
            for target in &data.targets {
                for &arg in &target.args {
                    let twice = target.args.iter().filter(|&&a| a == arg).count() > 1;
                    let is_live = |val| liveness.is_live_in(target.block, val);
                    if twice || is_needed(arg, &is_live) {
                        clean[arg.index()] = false;
                    }
                }
            }
            for &val in &moved {
                let twice = moved.iter().filter(|&&a| a == val).count() > 1;
                if twice || is_needed(val, &|val| live.contains(val.index())) {
                    clean[val.index()] = false;
                }
            }
            let handler = func.blocks[block].handler;
            for &val in &data.unwind {
                let twice = data.unwind.iter().filter(|&&a| a == val).count() > 1;
                let kept = handler.is_some_and(|handler| {
                    is_needed(val, &|val| liveness.is_live_in(handler, val))
                });
                if twice || kept {
                    clean[val.index()] = false;
                }
            }
            step_back(func, inst, &mut live);
        }
    }
    clean
}

/// The addresses taken of each array or list.
fn addresses(func: &Function) -> HashMap<Val, Vec<Val>> {
    let mut addresses: HashMap<Val, Vec<Val>> = HashMap::new();
    for data in func.layout.iter().flat_map(|&b| &func.blocks[b].insts).map(|&i| &func.insts[i]) {
        if let Op::ArrData | Op::ListData = data.op {
            addresses.entry(data.args[0]).or_default().push(data.results[0]);
        }
    }
    addresses
}

/// Which values are own, if the candidates are made own on the way into their loops.
fn own_values(
    func: &Function,
    flow: &ControlFlow,
    clean: &[bool],
    candidates: &[(usize, Val)],
    loops: &crate::analysis::Loops,
    preheaders: &[Block],
) -> Vec<bool> {
    let mut own = vec![false; func.vals.len()];
    for &block in &flow.order {
        for &param in &func.blocks[block].params {
            own[param.index()] = is_array(func.ty(param)) && block != func.entry();
        }
        for &inst in &func.blocks[block].insts {
            if is_unique(func.insts[inst].op) {
                own[func.insts[inst].results[0].index()] = true;
            }
        }
    }
    loop {
        let mut changed = false;
        for_each_edge(func, |from, target, brought, args| {
            let params = &func.blocks[target].params;
            for &param in &params[..brought.min(params.len())] {
                changed |= std::mem::replace(&mut own[param.index()], false);
            }
            for (&param, &arg) in params.iter().skip(brought).zip(args) {
                let entering = candidates.iter().any(|&(l, p)| {
                    p == param && preheaders[l] == from && loops.loops[l].header == target
                });
                let fits = own[arg.index()] && clean[arg.index()];
                if !entering && !fits {
                    changed |= std::mem::replace(&mut own[param.index()], false);
                }
            }
        });
        if !changed {
            return own;
        }
    }
}

fn enter_with_own(
    func: &mut Function,
    header: Block,
    pre: Block,
    param: Val,
    is_own: impl Fn(Val) -> bool,
) {
    let ValDef::Param(_, i) = func.vals[param].def else {
        return;
    };
    let Some(unwind) = unwind_of_header(func, header, pre) else {
        return;
    };
    let Some(jump) = func.terminator(pre) else {
        return;
    };
    let arg = func.insts[jump].targets[0].args[i as usize];
    if is_own(arg) {
        return;
    }
    let unwind = known_on_entry(func, header, pre, &unwind);
    let op = match func.ty(arg) {
        Ty::List(_) => Op::ListUnique,
        _ => Op::ArrUnique,
    };
    let ty = func.ty(arg).clone();
    let span = func.insts[jump].span;
    let inst = func.make_inst(op, &[arg], Imm::None, &[ty], span);
    func.insts[inst].unwind = unwind;
    insert_at_end(func, pre, inst);
    let result = func.insts[inst].results[0];
    func.insts[jump].targets[0].args[i as usize] = result;
}
