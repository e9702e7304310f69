//! Registers for variables, by linear scan over their lifetimes.
//!
//! Slots keep one register for the whole call; so do constants used in loops. An SSA value has one
//! interval from its definition to its last use, stretched over every block it is live through, and
//! shares its register with values whose intervals do not meet it.

use super::ins::Reg;
use super::liveness::{Liveness, effects};
use super::places::{Places, Var, operands};
use quern_ir::entities::Entity;
use quern_ir::function::{Function, Imm, ValDef};
use quern_ir::{Block, Inst, Op, Val};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The registers of a function.
pub struct Registers {
    by_var: Vec<Reg>,
    /// Size of the window.
    pub count: u16,
    /// Where the registers for the arguments of direct calls start.
    pub first_out: u16,
    /// For breaking cycles of moves, and for results that nobody reads.
    pub scratch: Reg,
}

impl Registers {
    pub fn of(&self, var: Var) -> Reg {
        self.by_var[var.0 as usize]
    }
}

/// From the first position (definition) to the last (use), both included.
#[derive(Clone, Copy)]
struct Interval {
    start: u32,
    end: u32,
}

/// `None` if the function needs more registers than there are.
pub fn allocate(
    f: &Function,
    places: &Places,
    live: &Liveness,
    is_direct: &dyn Fn(Inst) -> bool,
) -> Option<Registers> {
    let mut by_var = vec![Reg::NONE; places.var_count()];
    let entry_params = &f.blocks[f.entry()].params;
    let mut next = entry_params.len() as u32;
    // Arguments arrive in the first registers. A slot that takes one over stays there.
    let mut fixed_param = vec![false; entry_params.len()];
    for (i, &param) in entry_params.iter().enumerate() {
        if let Some(var) = places.var(param) {
            by_var[var.0 as usize] = Reg(i as u16);
            fixed_param[i] = places.is_slot(var);
        }
    }
    for slot in f.slots.keys() {
        let reg = &mut by_var[slot.index()];
        if *reg == Reg::NONE {
            *reg = Reg(u16::try_from(next).ok()?);
            next += 1;
        }
    }
    for val in &places.hoisted {
        let var = places.var(*val)?;
        by_var[var.0 as usize] = Reg(u16::try_from(next).ok()?);
        next += 1;
    }
    let outgoing = outgoing(f, places, is_direct);
    let mut is_outgoing = vec![false; places.var_count()];
    for (var, _) in &outgoing.made_there {
        is_outgoing[var.0 as usize] = true;
    }
    let hints = hints(f, places);
    let intervals = intervals(f, places, live);
    let mut order: Vec<(Interval, Var)> = intervals
        .iter()
        .enumerate()
        .filter_map(|(v, i)| i.map(|i| (i, Var(v as u32))))
        .filter(|(_, var)| !places.is_slot(*var) && by_var[var.0 as usize] == Reg::NONE)
        .filter(|(_, var)| !is_outgoing[var.0 as usize])
        .collect();
    order.sort_by_key(|(i, var)| (i.start, var.0));
    // Parameters that are plain values give their registers back after the last use.
    let mut busy: BinaryHeap<Reverse<(u32, u16)>> = BinaryHeap::new();
    let mut free: BinaryHeap<Reverse<u16>> = BinaryHeap::new();
    for (i, &param) in entry_params.iter().enumerate() {
        if fixed_param[i] {
            continue;
        }
        match places.var(param).and_then(|var| intervals[var.0 as usize]) {
            Some(interval) => busy.push(Reverse((interval.end, i as u16))),
            None => free.push(Reverse(i as u16)),
        }
    }
    for (interval, var) in order {
        while let Some(&Reverse((end, reg))) = busy.peek() {
            if end >= interval.start {
                break;
            }
            busy.pop();
            free.push(Reverse(reg));
        }
        let hinted = hints[var.0 as usize]
            .map(|h| by_var[h.0 as usize])
            .filter(|r| free.iter().any(|Reverse(x)| *x == r.0));
        let reg = match hinted {
            Some(reg) => {
                free.retain(|Reverse(x)| *x != reg.0);
                reg
            }
            None => match free.pop() {
                Some(Reverse(reg)) => Reg(reg),
                None => {
                    next += 1;
                    Reg(u16::try_from(next - 1).ok()?)
                }
            },
        };
        by_var[var.0 as usize] = reg;
        busy.push(Reverse((interval.end, reg.0)));
    }
    let scratch = u16::try_from(next).ok().filter(|&s| s < u16::MAX - 1)?;
    let first_out = scratch + 1;
    let count =
        u16::try_from(u32::from(first_out) + outgoing.most).ok().filter(|&c| c < u16::MAX)?;
    for (var, position) in outgoing.made_there {
        by_var[var.0 as usize] = Reg(first_out + position);
    }
    Some(Registers { by_var, count, first_out, scratch: Reg(scratch) })
}

/// The arguments of direct calls.
#[derive(Default)]
struct Outgoing {
    /// The most that a call has.
    most: u32,
    /// Those that are computed where the callee expects them, with their positions.
    made_there: Vec<(Var, u16)>,
}

/// An argument can be made in its place if nothing but the call wants it and no other direct call, which
/// would have its own arguments there, comes in between.
fn outgoing(f: &Function, places: &Places, is_direct: &dyn Fn(Inst) -> bool) -> Outgoing {
    let mut out = Outgoing::default();
    let mut calls: Vec<(Block, usize)> = Vec::new();
    for &block in &f.layout {
        for (at, &inst) in f.blocks[block].insts.iter().enumerate() {
            if is_direct(inst) {
                calls.push((block, at));
                out.most = out.most.max(places_of_arguments(f, inst).count() as u32);
            }
        }
    }
    if calls.is_empty() {
        return out;
    }
    let mut uses = vec![0u32; f.vals.len()];
    for &block in &f.layout {
        for &inst in &f.blocks[block].insts {
            for val in operands(f, inst) {
                uses[val.index()] += 1;
            }
        }
    }
    for (i, &(block, at)) in calls.iter().enumerate() {
        let insts = &f.blocks[block].insts;
        let earliest = match i.checked_sub(1).map(|before| calls[before]) {
            Some((b, last)) if b == block => last,
            _ => 0,
        };
        for (position, val) in places_of_arguments(f, insts[at]).enumerate() {
            let Some(val) = val else { continue };
            let ValDef::Result(def, _) = f.vals[val].def else { continue };
            let made_here = insts[earliest..at].contains(&def) && !places.is_silent(def);
            if let (Some(var), None, Ok(position)) =
                (places.var(val), places.constant(val), u16::try_from(position))
                && made_here
                && uses[val.index()] == 1
                && !places.is_slot(var)
            {
                out.made_there.push((var, position));
            }
        }
    }
    out
}

/// By parameter of a direct call: the value it gets, `None` for a variable.
pub fn places_of_arguments(f: &Function, call: Inst) -> impl Iterator<Item = Option<Val>> + '_ {
    let data = &f.insts[call];
    let info = match &data.imm {
        Imm::Call(info) => &info.args[..],
        _ => &[],
    };
    let mut values = data.args.iter().copied();
    info.iter().map(move |arg| match arg.mutable {
        Some(_) => None,
        None => values.next(),
    })
}

/// By variable: one whose register it would like to share, the other end of a block argument.
fn hints(f: &Function, places: &Places) -> Vec<Option<Var>> {
    let mut hints = vec![None; places.var_count()];
    for &block in &f.layout {
        let Some(t) = f.terminator(block) else { continue };
        let is_iter = f.insts[t].op == Op::IterNext;
        for (i, target) in f.insts[t].targets.iter().enumerate() {
            let skip = if is_iter && i == 0 { 2 } else { 0 };
            let params = f.blocks[target.block].params.iter().skip(skip);
            for (&param, &arg) in params.zip(&target.args) {
                if let (Some(p), Some(a)) = (places.var(param), places.var(arg)) {
                    hints[p.0 as usize].get_or_insert(a);
                    hints[a.0 as usize].get_or_insert(p);
                }
            }
        }
    }
    hints
}

fn intervals(f: &Function, places: &Places, live: &Liveness) -> Vec<Option<Interval>> {
    let mut out: Vec<Option<Interval>> = vec![None; places.var_count()];
    let mut cover = |var: Var, at: u32| {
        let i = out[var.0 as usize].get_or_insert(Interval { start: at, end: at });
        i.start = i.start.min(at);
        i.end = i.end.max(at);
    };
    // Two positions an instruction: what it sets lives from the second on, so that a result may take
    // the register of an operand that ends here.
    let mut at = 0;
    let mut starts = vec![0; f.blocks.len()];
    for &block in &f.layout {
        starts[block.index()] = at;
        at += 2 + 2 * f.blocks[block].insts.len() as u32;
    }
    let val = |v: Val| places.var(v);
    for &block in &f.layout {
        let start = starts[block.index()];
        let end = start + 1 + 2 * f.blocks[block].insts.len() as u32;
        for var in live.live_in(block) {
            cover(var, start);
        }
        for var in live.live_out(block) {
            cover(var, end);
        }
        for var in f.blocks[block].params.iter().copied().filter_map(val) {
            cover(var, start);
        }
        for (i, &inst) in f.blocks[block].insts.iter().enumerate() {
            let e = effects(f, places, inst);
            let here = start + 2 + 2 * i as u32;
            for var in e.uses {
                cover(var, here);
            }
            for var in e.defs {
                cover(var, here + 1);
            }
            carry_past_iteration(f, block, i, &starts, &mut |v: Val, p| {
                if let Some(var) = val(v) {
                    cover(var, p);
                }
            });
        }
    }
    out
}

/// `iter.next` sets item and position before the other arguments of its body move, so those must not
/// share a register with them.
fn carry_past_iteration(
    f: &Function,
    block: Block,
    index: usize,
    starts: &[u32],
    cover: &mut dyn FnMut(Val, u32),
) {
    let inst = f.blocks[block].insts[index];
    if f.insts[inst].op != Op::IterNext {
        return;
    }
    let body = &f.insts[inst].targets[0];
    for &arg in &body.args {
        cover(arg, starts[body.block.index()]);
    }
    for &v in &f.insts[inst].args {
        cover(v, starts[block.index()] + 2 + 2 * index as u32 + 1);
    }
}
