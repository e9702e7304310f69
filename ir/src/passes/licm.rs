//! What a loop computes anew in every turn, though its operands never change, moves in front of it.
//!
//! Pure instructions move from anywhere in the loop. One that may throw moves from the header only,
//! and only from before the first effect: there it runs first thing in any case.

use super::preheader::{
    insert_at_end, is_known_on_entry, known_on_entry, loops_with_preheaders, may_throw_before,
};
use crate::analysis::Loops;
use crate::entities::{Block, Entity, Inst, Val};
use crate::function::{Function, ValDef, Vals};
use crate::ops::{Effect, Op};

/// Moves invariant code out of every loop, innermost first.
pub fn licm(func: &mut Function) {
    let (_, _, loops, preheaders) = loops_with_preheaders(func);
    let mut home: Vec<Option<Block>> = vec![None; func.insts.len()];
    for &block in &func.layout {
        for inst in &func.blocks[block].insts {
            home[inst.index()] = Some(block);
        }
    }
    for l in (0..loops.loops.len()).rev() {
        hoist(func, &loops, l, preheaders[l], &mut home);
    }
}

fn hoist(func: &mut Function, loops: &Loops, l: usize, pre: Block, home: &mut [Option<Block>]) {
    let header = loops.loops[l].header;
    for &block in &loops.loops[l].blocks {
        let mut first_effect = block != header || !may_throw_before(func, header, pre);
        for inst in func.blocks[block].insts.clone() {
            let data = &func.insts[inst];
            let invariant = data.args.iter().all(|&v| is_outside(func, loops, l, v, home));
            let movable = match data.op.effect() {
                _ if data.op.is_terminator() || data.results.is_empty() => false,
                _ if data.op == Op::ArrUnique || data.op == Op::ListUnique => false,
                // Sharing one counted result among all turns would make copies on write.
                _ if data.results.iter().any(|&r| func.ty(r).is_counted()) => false,
                Effect::Pure => true,
                Effect::Reads => matches!(data.op, Op::ListLen | Op::ListData),
                Effect::Throws if !func.throws(inst) => true,
                Effect::Throws => {
                    let known = |&v: &Val| is_known_on_entry(func, header, v);
                    !first_effect && is_typed(data.op) && data.unwind.iter().all(known)
                }
                Effect::Writes | Effect::Any => false,
            };
            if invariant && movable {
                let unwind: Vals = match func.throws(inst) {
                    true => func.insts[inst].unwind.clone(),
                    false => Vals::new(),
                };
                func.insts[inst].unwind = known_on_entry(func, header, pre, &unwind);
                func.blocks[block].insts.retain(|&i| i != inst);
                insert_at_end(func, pre, inst);
                home[inst.index()] = Some(pre);
                continue;
            }
            // An error that stays comes before the errors after it.
            let op = func.insts[inst].op;
            first_effect |= matches!(op.effect(), Effect::Writes | Effect::Any)
                || func.throws(inst) && op != Op::Interrupt;
        }
    }
}

/// Whether an op is one of typed code whose errors do not depend on when it runs.
fn is_typed(op: Op) -> bool {
    op > Op::Await && op != Op::Interrupt
}

fn is_outside(func: &Function, loops: &Loops, l: usize, val: Val, home: &[Option<Block>]) -> bool {
    let block = match func.vals[val].def {
        ValDef::Param(block, _) => Some(block),
        ValDef::Result(inst, _) => inst_home(inst, home),
    };
    block.is_some_and(|b| !loops.contains(l, b))
}

fn inst_home(inst: Inst, home: &[Option<Block>]) -> Option<Block> {
    home.get(inst.index()).copied().flatten()
}
