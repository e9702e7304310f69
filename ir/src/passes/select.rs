//! Short branches become `select`: a way that computes little and meets the other one again costs less
//! than a branch that is guessed wrong.
//!
//! Checked sums and multiples of one value, as in `3 * n + 1`, are computed in vain too, where a test
//! shows that none of them overflows; for the rest the branch stays.

use crate::analysis::ControlFlow;
use crate::entities::{Block, Inst, Val};
use crate::function::{Function, Imm, InstData, Target, Vals};
use crate::ops::{Cond, Effect, Op};
use crate::types::Ty;
use std::collections::HashMap;

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
#[derive(Clone)]
struct Way {
    insts: Vec<Inst>,
    /// Where its checked instructions do not throw.
    guard: Option<Guard>,
    meets: Target,
}

/// A value is in a range.
#[derive(Clone, Copy)]
struct Guard {
    root: Val,
    low: i64,
    high: i64,
}

impl Guard {
    /// Values this close to zero are what one expects.
    const USUAL: i64 = 1 << 31;

    fn and(self, other: Guard) -> Option<Guard> {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        (self.root == other.root).then_some(Guard { root: self.root, low, high })
    }

    fn usually_holds(self) -> bool {
        self.low <= -Self::USUAL && self.high >= Self::USUAL
    }
}

fn replace(func: &mut Function, flow: &ControlFlow, block: Block) -> Option<()> {
    let branch = func.terminator(block).filter(|&t| func.insts[t].op == Op::Branch)?;
    let condition = func.insts[branch].args[0];
    if *func.ty(condition) != Ty::Bool {
        return None;
    }
    let then = way(func, flow, block, &func.insts[branch].targets[0]);
    let other = way(func, flow, block, &func.insts[branch].targets[1]);
    let differ = |(a, b): &(&Val, &Val)| a != b;
    let pairs = || then.meets.args.iter().zip(&other.meets.args);
    let fits = then.meets.block == other.meets.block
        && then.insts.len() + other.insts.len() <= MAX_INSTS
        && pairs().filter(differ).count() <= MAX_SELECTS
        && pairs().filter(differ).all(|(&a, _)| matches!(func.ty(a), Ty::Int | Ty::Bool));
    if !fits {
        return None;
    }
    let guard = match (then.guard, other.guard) {
        (Some(a), Some(b)) => Some(a.and(b)?),
        (a, b) => a.or(b),
    };
    if !guard.is_none_or(Guard::usually_holds) {
        return None;
    }
    let fast = match guard {
        None => {
            func.blocks[block].insts.pop();
            block
        }
        Some(guard) => guarded(func, block, guard),
    };
    let span = func.insts[branch].span;
    let mut copies = HashMap::new();
    for &inst in then.insts.iter().chain(&other.insts) {
        copy_unchecked(func, fast, inst, &mut copies);
    }
    let copied = |val: Val| copies.get(&val).copied().unwrap_or(val);
    let mut args = Vals::new();
    for (a, b) in then.meets.args.into_iter().zip(other.meets.args) {
        args.push(match a == b {
            true => a,
            false => {
                let ty = func.ty(a).clone();
                let operands = [condition, copied(a), copied(b)];
                let select = func.append(fast, Op::Select, &operands, Imm::None, &[ty], span);
                func.insts[select].results[0]
            }
        });
    }
    let meets = Target { block: then.meets.block, args };
    func.terminate(fast, Op::Jump, &[], Imm::None, &[meets], span);
    Some(())
}

/// A block to which `block` now goes where the guard holds; where not, it branches as before.
fn guarded(func: &mut Function, block: Block, guard: Guard) -> Block {
    let Some(branch) = func.blocks[block].insts.pop() else { return block };
    let span = func.insts[branch].span;
    let [fast, slow] = [(); 2].map(|()| {
        let new = func.add_block();
        func.blocks[new].handler = func.blocks[block].handler;
        new
    });
    func.blocks[slow].insts.push(branch);
    // Moved so that the range starts at the least int, where one comparison is enough.
    let shift = guard.low.wrapping_add(i64::MIN);
    let mut append = |op, args: &[Val], imm, ty| {
        let inst = func.append(block, op, args, imm, &[ty], span);
        func.insts[inst].results[0]
    };
    let shift_by = append(Op::ConstInt, &[], Imm::Int(shift), Ty::Int);
    let moved = append(Op::ISubWrap, &[guard.root, shift_by], Imm::None, Ty::Int);
    let last = append(Op::ConstInt, &[], Imm::Int(guard.high.wrapping_sub(shift)), Ty::Int);
    let holds = append(Op::ICmp, &[moved, last], Imm::Cond(Cond::Le), Ty::Bool);
    let targets = [fast, slow].map(|to| Target::new(to, &[]));
    func.terminate(block, Op::Branch, &[holds], Imm::None, &targets, span);
    fast
}

/// Appends a copy of an instruction, which a guard keeps from overflowing.
fn copy_unchecked(func: &mut Function, to: Block, inst: Inst, copies: &mut HashMap<Val, Val>) {
    let data = func.insts[inst].clone();
    let op = match data.op {
        Op::IAdd => Op::IAddWrap,
        Op::ISub => Op::ISubWrap,
        Op::IMul => Op::IMulWrap,
        op => op,
    };
    let args: Vals = data.args.iter().map(|arg| *copies.get(arg).unwrap_or(arg)).collect();
    let tys: Vec<Ty> = data.results.iter().map(|&r| func.ty(r).clone()).collect();
    let copy = func.append(to, op, &args, data.imm, &tys, data.span);
    let results = func.insts[copy].results.clone();
    copies.extend(data.results.into_iter().zip(results));
}

/// The way that starts at a target of a branch: through a block of its own, or straight on.
fn way(func: &Function, flow: &ControlFlow, from: Block, target: &Target) -> Way {
    let block = target.block;
    let is_own = flow.preds(block) == [from] && func.blocks[block].params.is_empty();
    let jump = func.terminator(block).filter(|&t| func.insts[t].op == Op::Jump);
    let straight = Way { insts: Vec::new(), guard: None, meets: target.clone() };
    let Some(jump) = jump.filter(|_| is_own) else { return straight };
    let mut way = Way { meets: func.insts[jump].targets[0].clone(), ..straight.clone() };
    let mut multiples = HashMap::new();
    for &inst in &func.blocks[block].insts {
        let data = &func.insts[inst];
        let is_cheap = matches!(data.op.effect(), Effect::Pure | Effect::Throws)
            && !func.throws(inst)
            && !matches!(data.op, Op::FMath | Op::FDiv | Op::FSqrt)
            && data.results.iter().all(|&r| !func.ty(r).is_counted());
        if inst == jump {
            continue;
        }
        if !is_cheap {
            let Some(guard) = guard_of(func, data, &mut multiples) else { return straight };
            // The guard is computed in front of the branch.
            if way.insts.iter().any(|&i| func.insts[i].results.contains(&guard.root)) {
                return straight;
            }
            let both = way.guard.map_or(Some(guard), |other| other.and(guard));
            let Some(both) = both else { return straight };
            way.guard = Some(both);
        }
        way.insts.push(inst);
    }
    way
}

/// `times * root + plus`, computed without overflow.
#[derive(Clone, Copy)]
struct Multiple {
    root: Val,
    times: i128,
    plus: i128,
}

/// Where a checked sum, difference or product of a known number and a multiple of a value does not
/// overflow; the result is a multiple of it too.
fn guard_of(
    func: &Function,
    data: &InstData,
    multiples: &mut HashMap<Val, Multiple>,
) -> Option<Guard> {
    if !matches!(data.op, Op::IAdd | Op::ISub | Op::IMul) {
        return None;
    }
    let (a, b) = (data.args[0], data.args[1]);
    let itself = |val| Multiple { root: val, times: 1, plus: 0 };
    let of = |val: Val| multiples.get(&val).copied().unwrap_or(itself(val));
    let (x, k, is_swapped) = match (func.known_int(a), func.known_int(b)) {
        (None, Some(k)) => (of(a), i128::from(k), false),
        (Some(k), None) => (of(b), i128::from(k), true),
        _ => return None,
    };
    let (times, plus) = match data.op {
        Op::IAdd => (Some(x.times), x.plus.checked_add(k)),
        Op::ISub if is_swapped => (Some(-x.times), k.checked_sub(x.plus)),
        Op::ISub => (Some(x.times), x.plus.checked_sub(k)),
        _ => (x.times.checked_mul(k), x.plus.checked_mul(k)),
    };
    let (times, plus) = (times.filter(|&t| t != 0)?, plus?);
    let root = x.root;
    multiples.insert(data.results[0], Multiple { root, times, plus });
    // MIN <= times * root + plus <= MAX
    let least = i128::from(i64::MIN).checked_sub(plus)?;
    let greatest = i128::from(i64::MAX).checked_sub(plus)?;
    let (from, to) = if times > 0 { (least, greatest) } else { (greatest, least) };
    let low = (-floor_div(-from, times)).max(i128::from(i64::MIN));
    let high = floor_div(to, times).min(i128::from(i64::MAX));
    Some(Guard { root, low: i64::try_from(low).ok()?, high: i64::try_from(high).ok()? })
}

fn floor_div(a: i128, b: i128) -> i128 {
    a / b - i128::from(a % b != 0 && (a < 0) != (b < 0))
}
