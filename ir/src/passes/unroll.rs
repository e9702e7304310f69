//! Four turns in one, where a counted loop is one short block that cannot fail.
//!
//! What counts along with the variable is computed from the first of the four: by a constant more, which
//! a load or store adds for nothing, or by an invariant more, where a multiplication was.
//!
//! ```text
//! body(i): work(i); next = i + c; next < n ? body(next) : exit
//! =>
//!          i < n - 3c ? four(i) : body(i)
//! four(i): work(i); work(i + c); work(i + 2c); work(i + 3c); next = i + 4c
//!          next < n - 3c ? four(next) : rest
//! rest:    next < n ? body(next) : exit
//! ```

use super::duplicate::{Copies, repair};
use super::preheader::{append, loops_with_preheaders};
use super::rotate::step_of;
use crate::analysis::Loop;
use crate::entities::{Block, Inst, Val};
use crate::function::{Function, Imm, Target, ValDef, Vals};
use crate::ops::{Cond, Effect, Op};
use crate::types::Ty;
use std::collections::HashMap;

/// Turns in one.
const TURNS: i64 = 4;
/// Instructions of a turn that is worth it.
const MAX_TURN: usize = 14;

/// Unrolls the loops that are one short block; whether there was one.
pub fn unroll(func: &mut Function) -> bool {
    let (_, _, loops, preheaders) = loops_with_preheaders(func);
    let mut changed = false;
    for (data, &pre) in loops.loops.iter().zip(&preheaders) {
        if let Some(turn) = turn_of(func, data) {
            changed |= unroll_loop(func, &turn, pre).is_some();
        }
    }
    changed
}

/// A loop that is one block: `body(next) while variable's next cond limit`.
struct Turn {
    body: Block,
    branch: Inst,
    /// What the next turn gets.
    next: Vals,
    exit: Target,
    /// Place of the variable among the parameters.
    variable: usize,
    step: i64,
    cond: Cond,
    limit: Val,
}

fn turn_of(func: &Function, data: &Loop) -> Option<Turn> {
    let body = data.header;
    let branch = func.terminator(body).filter(|&t| func.insts[t].op == Op::Branch)?;
    let work = &func.blocks[body].insts;
    let is_light = |&i: &Inst| i == branch || func.insts[i].op.effect() != Effect::Any;
    if work.len() > MAX_TURN || !work.iter().all(|i| is_light(i) && !func.throws(*i)) {
        return None;
    }
    // The way back may lead over a block that only jumps.
    let back = |target: &Target| -> Option<Vals> {
        if target.block == body {
            return Some(target.args.clone());
        }
        let [jump] = func.blocks[target.block].insts[..] else { return None };
        let onward = func.insts[jump].targets.first().filter(|t| t.block == body)?;
        let is_plain = func.insts[jump].op == Op::Jump && target.args.is_empty();
        (is_plain && data.blocks.contains(&target.block)).then(|| onward.args.clone())
    };
    let [yes, no] = &func.insts[branch].targets[..] else { return None };
    let (next, exit, stays) = match (back(yes), back(no)) {
        (Some(next), None) => (next, no.clone(), true),
        (None, Some(next)) => (next, yes.clone(), false),
        _ => return None,
    };
    if data.blocks.iter().any(|&b| b != body && func.blocks[b].insts.len() > 1) {
        return None;
    }
    let compare = func.def(func.insts[branch].args[0]).filter(|d| d.op == Op::ICmp)?;
    let Imm::Cond(cond) = compare.imm else { return None };
    let cond = if stays { cond } else { super::fold::inverse(cond) };
    let (a, b) = (compare.args[0], compare.args[1]);
    let (after, limit, cond) = match (is_fixed(func, body, a), is_fixed(func, body, b)) {
        (false, true) => (a, b, cond),
        (true, false) => (b, a, cond.swapped()),
        _ => return None,
    };
    let variable = next.iter().position(|&v| v == after)?;
    let param = func.blocks[body].params[variable];
    let step = step_of(func, after, param)?;
    let counts = match cond {
        Cond::Lt | Cond::Le => (1..=i64::from(i16::MAX)).contains(&step),
        Cond::Gt | Cond::Ge => (i64::from(i16::MIN)..=-1).contains(&step),
        Cond::Eq | Cond::Ne => false,
    };
    counts.then_some(Turn { body, branch, next, exit, variable, step, cond, limit })
}

/// Whether a value is the same in every turn.
fn is_fixed(func: &Function, body: Block, val: Val) -> bool {
    match func.vals[val].def {
        ValDef::Param(block, _) => block != body,
        ValDef::Result(inst, _) => !func.blocks[body].insts.contains(&inst),
    }
}

fn unroll_loop(func: &mut Function, turn: &Turn, pre: Block) -> Option<()> {
    let is_way_in =
        |&i: &Inst| func.insts[i].op == Op::Jump && func.insts[i].targets[0].block == turn.body;
    let jump = func.terminator(pre).filter(is_way_in)?;
    let growths = growths(func, turn, pre);
    let start = func.insts[jump].targets[0].args.clone();
    let handler = func.blocks[turn.body].handler;

    // `variable cond limit` three turns on. A difference that stops at the least int has nothing below it.
    let ahead = (TURNS - 1) * turn.step;
    let (strict, ahead) = match turn.cond {
        Cond::Le => (Cond::Lt, ahead - 1),
        Cond::Ge => (Cond::Gt, ahead + 1),
        strict => (strict, ahead),
    };
    func.blocks[pre].insts.pop();
    let ahead = append(func, pre, Op::ConstInt, &[], Imm::Int(-ahead), Ty::Int);
    let limit = append(func, pre, Op::IAddSat, &[turn.limit, ahead], Imm::None, Ty::Int);
    let sides = [start[turn.variable], limit];
    let has_four = append(func, pre, Op::ICmp, &sides, Imm::Cond(strict), Ty::Bool);

    let four = func.add_block();
    func.blocks[four].handler = handler;
    func.blocks[four].site = func.blocks[turn.body].site;
    let params = func.blocks[turn.body].params.clone();
    let mut next: Vals = Vals::new();
    for &param in &params {
        let ty = func.ty(param).clone();
        next.push(func.add_block_param(four, ty));
    }
    let mut copies = HashMap::new();
    for _ in 0..TURNS {
        copies = copy_turn(func, turn, four, next, &growths, copies);
        next = turn.next.iter().map(|v| copies.get(v).copied().unwrap_or(*v)).collect();
    }
    let rest = func.add_block();
    func.blocks[rest].handler = handler;
    let body = Target::new(turn.body, &next);
    let has_four_more =
        append(func, four, Op::ICmp, &[next[turn.variable], limit], Imm::Cond(strict), Ty::Bool);
    let targets = [Target { block: four, args: next.clone() }, Target::new(rest, &[])];
    func.terminate(four, Op::Branch, &[has_four_more], Imm::None, &targets, func.span);

    let sides = [next[turn.variable], turn.limit];
    let has_more = append(func, rest, Op::ICmp, &sides, Imm::Cond(turn.cond), Ty::Bool);
    let mut exit = turn.exit.clone();
    for arg in &mut exit.args {
        *arg = copies.get(arg).copied().unwrap_or(*arg);
    }
    func.terminate(rest, Op::Branch, &[has_more], Imm::None, &[body, exit], func.span);

    let targets = [four, turn.body].map(|block| Target { block, args: start.clone() });
    func.terminate(pre, Op::Branch, &[has_four], Imm::None, &targets, func.span);
    repair(func, &[Copies { blocks: HashMap::from([(turn.body, four)]), vals: copies }]);
    Some(())
}

/// By how much a value is more in each turn than in the one before, wrapping.
#[derive(Clone, Copy)]
enum Growth {
    Number(i64),
    /// A value that is known in front of the loop.
    Val(Val),
}

/// The values of the turn that grow evenly.
fn growths(func: &mut Function, turn: &Turn, pre: Block) -> HashMap<Val, Growth> {
    let mut growths = HashMap::new();
    for (&param, &next) in func.blocks[turn.body].params.iter().zip(&turn.next) {
        if let Some(step) = step_of(func, next, param) {
            growths.insert(param, Growth::Number(step));
        }
    }
    for inst in func.blocks[turn.body].insts.clone() {
        let data = func.insts[inst].clone();
        let [a, b] = data.args[..] else { continue };
        let is_fixed = |val| is_fixed(func, turn.body, val);
        let growth = match (data.op, growths.get(&a).copied(), growths.get(&b).copied()) {
            (Op::IAddWrap | Op::ISubWrap, Some(growth), None) if is_fixed(b) => growth,
            (Op::IAddWrap, None, Some(growth)) if is_fixed(a) => growth,
            (Op::IAddWrap, Some(Growth::Number(x)), Some(Growth::Number(y))) => {
                Growth::Number(x.wrapping_add(y))
            }
            (Op::IMulWrap, Some(growth), None) if is_fixed(b) => times(func, pre, growth, b),
            (Op::IMulWrap, None, Some(growth)) if is_fixed(a) => times(func, pre, growth, a),
            _ => continue,
        };
        growths.insert(data.results[0], growth);
    }
    growths
}

/// A product that is known in front of the loop.
fn times(func: &mut Function, pre: Block, growth: Growth, factor: Val) -> Growth {
    let x = match (growth, func.known_int(factor)) {
        (Growth::Number(x), Some(factor)) => return Growth::Number(x.wrapping_mul(factor)),
        (Growth::Number(1), None) => return Growth::Val(factor),
        (Growth::Number(x), None) => append(func, pre, Op::ConstInt, &[], Imm::Int(x), Ty::Int),
        (Growth::Val(x), _) => x,
    };
    Growth::Val(append(func, pre, Op::IMulWrap, &[x, factor], Imm::None, Ty::Int))
}

/// Appends one turn to a block, with these values for the loop's parameters; gives what stands for what.
fn copy_turn(
    func: &mut Function,
    turn: &Turn,
    to: Block,
    params: Vals,
    growths: &HashMap<Val, Growth>,
    before: HashMap<Val, Val>,
) -> HashMap<Val, Val> {
    let mut copies: HashMap<Val, Val> =
        func.blocks[turn.body].params.iter().copied().zip(params).collect();
    for inst in func.blocks[turn.body].insts.clone() {
        if inst == turn.branch {
            continue;
        }
        let data = func.insts[inst].clone();
        if let Some(last) = data.results.first().and_then(|result| before.get(result)) {
            let grown = match growths.get(&data.results[0]) {
                Some(Growth::Number(c)) => Some(plus(func, to, *last, *c)),
                Some(Growth::Val(more)) => {
                    Some(append(func, to, Op::IAddWrap, &[*last, *more], Imm::None, Ty::Int))
                }
                None => None,
            };
            if let Some(grown) = grown {
                copies.insert(data.results[0], grown);
                continue;
            }
        }
        let args: Vals = data.args.iter().map(|v| copies.get(v).copied().unwrap_or(*v)).collect();
        let tys: Vec<_> = data.results.iter().map(|&r| func.ty(r).clone()).collect();
        let copy = func.append(to, data.op, &args, data.imm, &tys, data.span);
        func.insts[copy].site = data.site;
        copies.extend(data.results.iter().copied().zip(func.insts[copy].results.clone()));
    }
    copies
}

/// `val + c`, as one sum where the value is a sum with a constant itself.
fn plus(func: &mut Function, block: Block, val: Val, c: i64) -> Val {
    let sum = func.def(val).filter(|d| d.op == Op::IAddWrap);
    let sum = sum.and_then(|d| Some((d.args[0], func.known_int(d.args[1])?)));
    let (val, c) = sum.map_or((val, c), |(val, more)| (val, c.wrapping_add(more)));
    let c = append(func, block, Op::ConstInt, &[], Imm::Int(c), Ty::Int);
    append(func, block, Op::IAddWrap, &[val, c], Imm::None, Ty::Int)
}
