//! Fewer blocks: known branches, blocks that only jump, and chains of two blocks.

use super::edit::{Aliases, brought, remove_trivial_params, remove_unreached};
use super::fold::known_bool;
use crate::analysis::ControlFlow;
use crate::entities::{Block, Entity, Val};
use crate::function::{Function, Target, Vals};
use crate::ops::Op;
use crate::types::Ty;
use std::collections::HashMap;

/// Simplifies until nothing changes.
pub fn simplify_cfg(func: &mut Function) {
    loop {
        let mut changed = branches(func);
        remove_unreached(func);
        changed |= thread_jumps(func);
        remove_unreached(func);
        changed |= merge_chains(func);
        remove_trivial_params(func);
        if !changed {
            return;
        }
    }
}

/// Branches whose way is known, whose ways are the same, or that test a negation.
fn branches(func: &mut Function) -> bool {
    let mut changed = false;
    for i in 0..func.layout.len() {
        let block = func.layout[i];
        let Some(term) = func.terminator(block) else {
            continue;
        };
        let data = &func.insts[term];
        if data.op != Op::Branch || *func.ty(data.args[0]) != Ty::Bool {
            continue;
        }
        let condition = data.args[0];
        let way = match known_bool(func, condition) {
            Some(known) => Some(usize::from(!known)),
            None if data.targets[0] == data.targets[1] => Some(0),
            None => None,
        };
        if let Some(way) = way {
            let data = &mut func.insts[term];
            let target = data.targets[way].clone();
            data.op = Op::Jump;
            data.args.clear();
            data.targets.clear();
            data.targets.push(target);
            changed = true;
            continue;
        }
        let inner = func.def(condition).filter(|d| d.op == Op::BNot);
        if let Some(inner) = inner.map(|d| d.args[0]) {
            let data = &mut func.insts[term];
            data.args[0] = inner;
            data.targets.swap(0, 1);
            changed = true;
        }
    }
    changed
}

/// Ways through a block that does nothing but jump go straight to its target.
fn thread_jumps(func: &mut Function) -> bool {
    // For each such block: its target, and its parameters, which only the jump may use.
    let mut through: HashMap<Block, (Vec<Val>, Target)> = HashMap::new();
    let mut used = vec![0usize; func.vals.len()];
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            let data = &func.insts[inst];
            let targets = data.targets.iter().flat_map(|t| t.args.iter());
            for val in data.args.iter().chain(&data.unwind).chain(targets) {
                used[val.index()] += 1;
            }
        }
    }
    for &block in &func.layout {
        let data = &func.blocks[block];
        let [inst] = data.insts.as_slice() else {
            continue;
        };
        let jump = &func.insts[*inst];
        if jump.op != Op::Jump || block == func.entry() || jump.targets[0].block == block {
            continue;
        }
        let args = &jump.targets[0].args;
        let local = |p: &Val| used[p.index()] == args.iter().filter(|a| *a == p).count();
        if data.params.iter().all(local) {
            through.insert(block, (data.params.clone(), jump.targets[0].clone()));
        }
    }
    let is_handler: Vec<Block> =
        func.layout.iter().filter_map(|&b| func.blocks[b].handler).collect();
    through.retain(|b, _| !is_handler.contains(b));
    let mut changed = false;
    for i in 0..func.layout.len() {
        let block = func.layout[i];
        let Some(term) = func.terminator(block) else {
            continue;
        };
        for t in 0..func.insts[term].targets.len() {
            let data = &func.insts[term];
            let old = data.targets[t].clone();
            let Some((params, target)) = through.get(&old.block) else {
                continue;
            };
            // Not a cycle of such blocks, and not where the terminator brings values.
            if through.contains_key(&target.block) || brought(data.op, t) > 0 {
                continue;
            }
            let map = |val: &Val| match params.iter().position(|p| p == val) {
                Some(i) => old.args[i],
                None => *val,
            };
            let args: Vals = target.args.iter().map(map).collect();
            func.insts[term].targets[t] = Target { block: target.block, args };
            changed = true;
        }
    }
    changed
}

/// A block and its only successor become one when they are each other's only neighbours.
fn merge_chains(func: &mut Function) -> bool {
    let flow = ControlFlow::new(func);
    let mut aliases = Aliases::new();
    let mut gone = vec![false; func.blocks.len()];
    for &block in &flow.order {
        if gone[block.index()] {
            continue;
        }
        while let Some(term) = func.terminator(block) {
            let data = &func.insts[term];
            if data.op != Op::Jump {
                break;
            }
            let target = data.targets[0].clone();
            let next = target.block;
            if next == block
                || flow.preds(next).len() != 1
                || next == func.entry()
                || func.blocks[next].handler != func.blocks[block].handler
                || func.blocks[block].handler == Some(next)
            {
                break;
            }
            let params = std::mem::take(&mut func.blocks[next].params);
            for (&param, &arg) in params.iter().zip(&target.args) {
                aliases.set(param, arg);
            }
            let insts = std::mem::take(&mut func.blocks[next].insts);
            func.blocks[block].insts.pop();
            func.blocks[block].insts.extend(insts);
            gone[next.index()] = true;
        }
    }
    let changed = gone.contains(&true);
    func.layout.retain(|b| !gone[b.index()]);
    aliases.apply(func);
    changed
}
