//! The inmost loops, made tight: `interrupt` out of counted ones, and the condition at the end.
//!
//! A counted loop is cut into pieces of so many turns. `interrupt` stands in front of each piece, where
//! it is as good as in every turn, and inside a piece there is nothing but the loop's own work:
//!
//! ```text
//! header(i): interrupt; i < n ? body : exit
//! =>
//! piece(i):  interrupt; limit = min(n, i + PIECE); jump header(i)
//! header(i): i < limit ? body : more
//! more:      i < n ? piece(i) : exit
//! ```
//!
//! Then the condition of an inmost loop is copied to the way in, so that the one in the loop runs at the
//! end of each turn and needs no jump back.

use super::duplicate::{Copies, duplicate, repair};
use super::preheader::{append, loops_with_preheaders};
use super::proof::{Facts, Proof, Term};
use crate::analysis::{ControlFlow, Loop};
use crate::entities::{Block, Inst, Val};
use crate::function::{Function, Imm, Target, ValDef};
use crate::ops::{Cond, Effect, Op};
use crate::types::Ty;
use std::collections::HashMap;

/// Turns between two looks at the interrupt word: microseconds, as the loop makes no calls.
const PIECE: i64 = 1024;
/// Instructions of a condition that is copied.
const MAX_CONDITION: usize = 8;

/// Cuts and turns the inmost loops.
pub fn rotate(func: &mut Function) {
    let (_, _, loops, preheaders) = loops_with_preheaders(func);
    let is_inmost = |l: usize| !loops.loops.iter().any(|other| other.parent == Some(l));
    let inmost: Vec<usize> = (0..loops.loops.len()).filter(|&l| is_inmost(l)).collect();
    for &l in &inmost {
        let data = &loops.loops[l];
        let entry = cut(func, data, preheaders[l]).unwrap_or(preheaders[l]);
        turn(func, data, entry);
    }
}

/// How a loop counts: while `variable cond limit`, by `step`.
struct Count {
    variable: Val,
    cond: Cond,
    limit: Val,
    step: i64,
}

/// Cuts a counted loop into pieces; gives the block that is in front of a piece.
fn cut(func: &mut Function, data: &Loop, pre: Block) -> Option<Block> {
    let header = data.header;
    let interrupt = func.blocks[header].insts.first().copied();
    let interrupt = interrupt.filter(|&i| func.insts[i].op == Op::Interrupt)?;
    let count = count_of(func, data)?;
    let is_light = |&i: &Inst| func.insts[i].op.effect() != Effect::Any;
    if !data.blocks.iter().all(|&b| func.blocks[b].insts.iter().rev().skip(1).all(is_light)) {
        return None;
    }
    let distance = count.step.checked_mul(PIECE)?;
    let fits = {
        let facts = Facts::new(func);
        Proof::new(func, &facts).shows_sum_fits(header, Term::Val(count.variable), distance)
    };
    let branch = func.terminator(header)?;
    let stays = usize::from(!data.blocks.contains(&func.insts[branch].targets[0].block));
    let span = func.insts[branch].span;

    // The piece has the header's parameters, and runs its `interrupt`.
    let piece = func.add_block();
    func.blocks[piece].handler = func.blocks[header].handler;
    let params = func.blocks[header].params.clone();
    let mut moved: HashMap<Val, Val> = HashMap::new();
    for &param in &params {
        let ty = func.ty(param).clone();
        moved.insert(param, func.add_block_param(piece, ty));
    }
    func.blocks[header].insts.retain(|&i| i != interrupt);
    func.blocks[piece].insts.push(interrupt);
    for val in &mut func.insts[interrupt].unwind {
        *val = moved.get(val).copied().unwrap_or(*val);
    }
    let start = moved[&count.variable];
    let distance = append(func, piece, Op::ConstInt, &[], Imm::Int(distance), Ty::Int);
    let add = if fits { Op::IAddWrap } else { Op::IAddSat };
    let end = append(func, piece, add, &[start, distance], Imm::None, Ty::Int);
    let nearer = if count.step > 0 { Op::IMin } else { Op::IMax };
    let limit = append(func, piece, nearer, &[count.limit, end], Imm::None, Ty::Int);
    let args: Vec<Val> = params.iter().map(|p| moved[p]).collect();
    func.terminate(piece, Op::Jump, &[], Imm::None, &[Target::new(header, &args)], span);

    // At the end of a piece there may be more.
    let more = func.add_block();
    func.blocks[more].handler = func.blocks[header].handler;
    let go_on = append(
        func,
        more,
        Op::ICmp,
        &[count.variable, count.limit],
        Imm::Cond(count.cond),
        Ty::Bool,
    );
    let exit = func.insts[branch].targets[1 - stays].clone();
    let targets = [Target::new(piece, &params), exit];
    func.terminate(more, Op::Branch, &[go_on], Imm::None, &targets, span);

    func.blocks[header].insts.pop();
    let stay =
        append(func, header, Op::ICmp, &[count.variable, limit], Imm::Cond(count.cond), Ty::Bool);
    let body = func.insts[branch].targets[stays].clone();
    let targets = [body, Target::new(more, &[])];
    func.terminate(header, Op::Branch, &[stay], Imm::None, &targets, span);

    let jump = func.terminator(pre)?;
    func.insts[jump].targets[0].block = piece;
    // A handler can see the header's parameters, and is now reached from the piece as well.
    let copies = Copies { blocks: HashMap::from([(header, piece)]), vals: moved };
    repair(func, &copies);
    Some(piece)
}

/// By how much a value is more than another, if it is that plus or minus a constant.
pub(super) fn step_of(func: &Function, val: Val, from: Val) -> Option<i64> {
    let data = func.def(val)?;
    let c = func.known_int(*data.args.get(1)?)?;
    match data.op {
        Op::IAdd | Op::IAddWrap if data.args[0] == from => Some(c),
        Op::ISub | Op::ISubWrap if data.args[0] == from => c.checked_neg(),
        _ => None,
    }
}

/// How a loop counts, if its header compares a variable that moves by the same number in every turn
/// with a limit that does not change.
fn count_of(func: &Function, data: &Loop) -> Option<Count> {
    let header = data.header;
    let branch = &func.insts[func.terminator(header)?];
    if branch.op != Op::Branch || branch.targets.iter().any(|t| t.block == header) {
        return None;
    }
    let is_inside = |t: &Target| data.blocks.contains(&t.block);
    if is_inside(&branch.targets[0]) == is_inside(&branch.targets[1]) {
        return None;
    }
    let compare = func.def(branch.args[0]).filter(|d| d.op == Op::ICmp)?;
    let Imm::Cond(cond) = compare.imm else { return None };
    let cond = if is_inside(&branch.targets[0]) { cond } else { super::fold::inverse(cond) };
    let variable = |val: Val| matches!(func.vals[val].def, ValDef::Param(b, _) if b == header);
    let is_fixed = |val: Val| match func.vals[val].def {
        ValDef::Param(block, _) => !data.blocks.contains(&block),
        ValDef::Result(inst, _) => {
            !data.blocks.iter().any(|&b| func.blocks[b].insts.contains(&inst))
        }
    };
    let (a, b) = (compare.args[0], compare.args[1]);
    let (variable, limit, cond) = match (variable(a) && is_fixed(b), variable(b) && is_fixed(a)) {
        (true, _) => (a, b, cond),
        (_, true) => (b, a, cond.swapped()),
        _ => return None,
    };
    if *func.ty(variable) != Ty::Int {
        return None;
    }
    let ValDef::Param(_, place) = func.vals[variable].def else { return None };
    let mut step = None;
    for &block in &data.blocks {
        let term = &func.insts[func.terminator(block)?];
        for target in term.targets.iter().filter(|t| t.block == header) {
            let by = step_of(func, target.args[place as usize], variable)?;
            if *step.get_or_insert(by) != by {
                return None;
            }
        }
    }
    let step = step?;
    let counts = match cond {
        Cond::Lt | Cond::Le => (1..=PIECE).contains(&step),
        Cond::Gt | Cond::Ge => (-PIECE..=-1).contains(&step),
        Cond::Eq | Cond::Ne => false,
    };
    counts.then_some(Count { variable, cond, limit, step })
}

/// Copies a loop's condition to the way in.
fn turn(func: &mut Function, data: &Loop, entry: Block) -> Option<()> {
    let header = data.header;
    let branch = func.terminator(header).filter(|&t| func.insts[t].op == Op::Branch)?;
    let is_inside = |t: &Target| t.block != header && data.blocks.contains(&t.block);
    // One way stays, the other leaves.
    if func.insts[branch].targets.iter().filter(|t| is_inside(t)).count() != 1 {
        return None;
    }
    sink(func, data, branch);
    let insts = &func.blocks[header].insts;
    let is_cheap = |&i: &Inst| {
        let inst = &func.insts[i];
        inst.op == Op::Interrupt || inst.op.effect() == Effect::Pure || i == branch
    };
    let latches = data.blocks.iter().filter(|&&b| func.successors(b).contains(&header)).count();
    if insts.len() > MAX_CONDITION || !insts.iter().all(is_cheap) || latches != 1 {
        return None;
    }
    let copies = duplicate(func, &[header]);
    let first = copies.blocks[&header];
    // On the way in nothing has run yet that an interrupt could stop.
    func.blocks[first].insts.retain(|&i| func.insts[i].op != Op::Interrupt);
    let jump = func.terminator(entry)?;
    for target in func.insts[jump].targets.iter_mut().filter(|t| t.block == header) {
        target.block = first;
    }
    repair(func, &copies);
    Some(())
}

/// Moves what only the rest of the loop uses from the header to the block behind it: a step that stays
/// in front of the condition would be carried around beside the variable.
fn sink(func: &mut Function, data: &Loop, branch: Inst) {
    let header = data.header;
    let is_inside = |t: &&Target| t.block != header && data.blocks.contains(&t.block);
    let Some(body) = func.insts[branch].targets.iter().find(is_inside).map(|t| t.block) else {
        return;
    };
    let flow = ControlFlow::new(func);
    if flow.preds(body) != [header] || func.blocks[body].handler != func.blocks[header].handler {
        return;
    }
    for inst in func.blocks[header].insts.clone().into_iter().rev() {
        let movable = func.insts[inst].op.effect() == Effect::Pure && inst != branch;
        if movable && !is_used_beside(func, data, &func.insts[inst].results) {
            func.blocks[header].insts.retain(|&i| i != inst);
            func.blocks[body].insts.insert(0, inst);
        }
    }
}

/// Whether a loop's header, or anything outside the loop, uses one of these values.
fn is_used_beside(func: &Function, data: &Loop, vals: &[Val]) -> bool {
    let beside = |b: &&Block| **b == data.header || !data.blocks.contains(b);
    func.layout.iter().filter(beside).flat_map(|&b| &func.blocks[b].insts).any(|&i| {
        let inst = &func.insts[i];
        let targets = inst.targets.iter().flat_map(|t| &t.args);
        inst.args.iter().chain(&inst.unwind).chain(targets).any(|v| vals.contains(v))
    })
}
