//! Short branches become `select`: a way that computes little and meets the other one again costs less
//! than a branch that is guessed wrong.

use crate::analysis::ControlFlow;
use crate::entities::{Block, Inst, Val};
use crate::function::{Function, Imm, Target, Vals};
use crate::ops::{Effect, Op};
use crate::types::Ty;

/// Instructions that run in vain when the other way is the one taken.
const MAX_INSTS: usize = 3;
/// Values that differ where the ways meet.
const MAX_SELECTS: usize = 2;

/// Replaces branches whose ways meet at once.
pub fn select(func: &mut Function) {
    let flow = ControlFlow::new(func);
    // Inner branches first, so that what is left of them can be part of an outer way.
    for &block in flow.order.iter().rev() {
        replace(func, &flow, block);
    }
    super::edit::remove_unreached(func);
}

/// A way from a branch to where it meets the other one.
struct Way {
    insts: Vec<Inst>,
    meets: Target,
}

fn replace(func: &mut Function, flow: &ControlFlow, block: Block) -> Option<()> {
    let branch = func.terminator(block).filter(|&t| func.insts[t].op == Op::Branch)?;
    let condition = func.insts[branch].args[0];
    if *func.ty(condition) != Ty::Bool {
        return None;
    }
    let then = way(func, flow, block, &func.insts[branch].targets[0])?;
    let other = way(func, flow, block, &func.insts[branch].targets[1])?;
    let differ = |(a, b): &(&Val, &Val)| a != b;
    let pairs = || then.meets.args.iter().zip(&other.meets.args);
    let fits = then.meets.block == other.meets.block
        && then.insts.len() + other.insts.len() <= MAX_INSTS
        && pairs().filter(differ).count() <= MAX_SELECTS
        && pairs().filter(differ).all(|(&a, _)| matches!(func.ty(a), Ty::Int | Ty::Bool));
    if !fits {
        return None;
    }
    let span = func.insts[branch].span;
    func.blocks[block].insts.pop();
    func.blocks[block].insts.extend(then.insts.iter().chain(&other.insts));
    let mut args = Vals::new();
    for (a, b) in then.meets.args.into_iter().zip(other.meets.args) {
        args.push(match a == b {
            true => a,
            false => {
                let ty = func.ty(a).clone();
                let select =
                    func.append(block, Op::Select, &[condition, a, b], Imm::None, &[ty], span);
                func.insts[select].results[0]
            }
        });
    }
    func.terminate(
        block,
        Op::Jump,
        &[],
        Imm::None,
        &[Target { block: then.meets.block, args }],
        span,
    );
    Some(())
}

/// The way that starts at a target of a branch: through a block of its own, or straight on.
fn way(func: &Function, flow: &ControlFlow, from: Block, target: &Target) -> Option<Way> {
    let block = target.block;
    let is_own = flow.preds(block) == [from] && func.blocks[block].params.is_empty();
    let jump = func.terminator(block).filter(|&t| func.insts[t].op == Op::Jump);
    let Some(jump) = jump.filter(|_| is_own) else {
        return Some(Way { insts: Vec::new(), meets: target.clone() });
    };
    let mut insts = func.blocks[block].insts.clone();
    insts.pop();
    let is_cheap = |&inst: &Inst| {
        let data = &func.insts[inst];
        data.op.effect() == Effect::Pure
            && !matches!(data.op, Op::FMath | Op::FDiv | Op::FSqrt)
            && data.results.iter().all(|&r| !func.ty(r).is_counted())
    };
    match insts.iter().all(is_cheap) {
        true => Some(Way { insts, meets: func.insts[jump].targets[0].clone() }),
        false => Some(Way { insts: Vec::new(), meets: target.clone() }),
    }
}
