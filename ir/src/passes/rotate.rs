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

use super::duplicate::{Copies, duplicate, operands, repair};
use super::preheader::{append, loops_with_preheaders};
use super::proof::{Facts, Proof, Term};
use crate::analysis::{ControlFlow, Loop};
use crate::entities::{Block, Entity, Inst, Val};
use crate::function::{Function, Imm, Target, ValDef};
use crate::ops::{Cond, Effect, Op};
use crate::types::Ty;
use std::collections::{HashMap, HashSet};

/// Turns between two looks at the interrupt word: microseconds, as the loop makes no calls.
const PIECE: i64 = 1024;
/// Instructions of a condition that is copied.
const MAX_CONDITION: usize = 8;

/// Cuts and turns the inmost loops.
pub fn rotate(func: &mut Function) {
    let (_, _, loops, preheaders) = loops_with_preheaders(func);
    let parents: HashSet<usize> = loops.loops.iter().filter_map(|l| l.parent).collect();
    let inmost = (0..loops.loops.len()).filter(|l| !parents.contains(l));
    let mut inmost: Vec<(&Loop, Block)> =
        inmost.map(|l| (&loops.loops[l], preheaders[l])).collect();
    let fits = pieces_that_fit(func, &inmost);
    let mut copies = Vec::new();
    for ((data, entry), fits) in inmost.iter_mut().zip(fits) {
        if let Some(piece) = cut(func, data, *entry, fits) {
            *entry = piece.blocks[&data.header];
            copies.push(piece);
        }
    }
    // A handler can see a header's parameters, and is now reached from the piece as well.
    repair(func, &copies);
    let mut uses = Uses::new(func);
    let copies: Vec<Copies> =
        inmost.iter().filter_map(|(data, entry)| turn(func, data, *entry, &mut uses)).collect();
    repair(func, &copies);
}

/// For each loop, whether its variable can be moved by a piece without an overflow.
fn pieces_that_fit(func: &Function, inmost: &[(&Loop, Block)]) -> Vec<bool> {
    let facts = Facts::new(func);
    let mut proof = Proof::new(func, &facts);
    let fits = inmost.iter().map(|(data, _)| {
        let count = count_of(func, data)?;
        let distance = count.step.checked_mul(PIECE)?;
        Some(proof.shows_sum_fits(data.header, Term::Val(count.variable), distance))
    });
    fits.map(|fits| fits == Some(true)).collect()
}

/// Where values are used, and how blocks are reached.
struct Uses {
    flow: ControlFlow,
    /// For each value, a block for each use of it.
    blocks: Vec<Vec<Block>>,
}

impl Uses {
    fn new(func: &Function) -> Uses {
        let mut blocks = vec![Vec::new(); func.vals.len()];
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                operands(func, inst).for_each(|val| blocks[val.index()].push(block));
            }
        }
        Uses { flow: ControlFlow::new(func), blocks }
    }

    /// Notes that an instruction went from a block to another.
    fn moved(&mut self, func: &Function, inst: Inst, from: Block, to: Block) {
        for val in operands(func, inst) {
            if let Some(place) = self.blocks[val.index()].iter_mut().find(|b| **b == from) {
                *place = to;
            }
        }
    }
}

/// How a loop counts: while `variable cond limit`, by `step`.
struct Count {
    variable: Val,
    cond: Cond,
    limit: Val,
    step: i64,
}

/// Cuts a counted loop into pieces; gives the block that is in front of a piece, as a copy of the header.
/// `fits` tells that the end of a piece does not overflow.
fn cut(func: &mut Function, data: &Loop, pre: Block, fits: bool) -> Option<Copies> {
    let header = data.header;
    let interrupt = func.blocks[header].insts.first().copied();
    let interrupt = interrupt.filter(|&i| func.insts[i].op == Op::Interrupt)?;
    let count = count_of(func, data)?;
    let is_light = |&i: &Inst| func.insts[i].op.effect() != Effect::Any;
    if !data.blocks.iter().all(|&b| func.blocks[b].insts.iter().rev().skip(1).all(is_light)) {
        return None;
    }
    let distance = count.step.checked_mul(PIECE)?;
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
    Some(Copies { blocks: HashMap::from([(header, piece)]), vals: moved })
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
fn turn(func: &mut Function, data: &Loop, entry: Block, uses: &mut Uses) -> Option<Copies> {
    let header = data.header;
    let branch = func.terminator(header).filter(|&t| func.insts[t].op == Op::Branch)?;
    let is_inside = |t: &Target| t.block != header && data.blocks.contains(&t.block);
    // One way stays, the other leaves.
    if func.insts[branch].targets.iter().filter(|t| is_inside(t)).count() != 1 {
        return None;
    }
    sink(func, data, branch, uses);
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
    Some(copies)
}

/// Moves what only the rest of the loop uses from the header to the block behind it: a step that stays
/// in front of the condition would be carried around beside the variable.
fn sink(func: &mut Function, data: &Loop, branch: Inst, uses: &mut Uses) {
    let header = data.header;
    let is_inside = |t: &&Target| t.block != header && data.blocks.contains(&t.block);
    let Some(body) = func.insts[branch].targets.iter().find(is_inside).map(|t| t.block) else {
        return;
    };
    if uses.flow.preds(body) != [header] || func.blocks[body].handler != func.blocks[header].handler
    {
        return;
    }
    for inst in func.blocks[header].insts.clone().into_iter().rev() {
        let movable = func.insts[inst].op.effect() == Effect::Pure && inst != branch;
        if movable && !is_used_beside(data, &func.insts[inst].results, uses) {
            func.blocks[header].insts.retain(|&i| i != inst);
            func.blocks[body].insts.insert(0, inst);
            uses.moved(func, inst, header, body);
        }
    }
}

/// Whether a loop's header, or anything outside the loop, uses one of these values.
fn is_used_beside(data: &Loop, vals: &[Val], uses: &Uses) -> bool {
    let beside = |b: &Block| *b == data.header || !data.blocks.contains(b);
    vals.iter().any(|val| uses.blocks[val.index()].iter().any(beside))
}
