//! A block right before each loop, for what is to run once.

use super::edit::set_params;
use crate::analysis::{ControlFlow, Dominators, Loops};
use crate::entities::{Block, Val};
use crate::function::{Function, Imm, Target, ValDef, Vals};
use crate::ops::Op;
use crate::span::Span;
use crate::types::Ty;

/// The loops of a function, each with a block that is the only way in from outside and does nothing but
/// jump to the header.
pub fn loops_with_preheaders(func: &mut Function) -> (ControlFlow, Dominators, Loops, Vec<Block>) {
    let flow = ControlFlow::new(func);
    let dominators = Dominators::new(&flow);
    let loops = Loops::new(func, &flow, &dominators);
    for (l, data) in loops.loops.iter().enumerate() {
        if existing(func, &flow, &loops, l).is_none() {
            make(func, &flow, &loops, l, data.header);
        }
    }
    let flow = ControlFlow::new(func);
    let dominators = Dominators::new(&flow);
    let loops = Loops::new(func, &flow, &dominators);
    let preheaders = (0..loops.loops.len())
        .map(|l| existing(func, &flow, &loops, l).unwrap_or(func.entry()))
        .collect();
    (flow, dominators, loops, preheaders)
}

/// The block outside that jumps to the header, if it is the only one and runs under the same handler.
fn existing(func: &Function, flow: &ControlFlow, loops: &Loops, l: usize) -> Option<Block> {
    let header = loops.loops[l].header;
    let mut outside = flow.preds(header).iter().copied().filter(|&p| !loops.contains(l, p));
    let (Some(pred), None) = (outside.next(), outside.next()) else {
        return None;
    };
    let term = func.terminator(pred)?;
    (func.insts[term].op == Op::Jump).then_some(pred)
}

fn make(func: &mut Function, flow: &ControlFlow, loops: &Loops, l: usize, header: Block) {
    let pre = func.add_block();
    let tys: Vec<_> = func.blocks[header].params.iter().map(|&p| func.ty(p).clone()).collect();
    let params: Vec<Val> = tys.into_iter().map(|ty| func.add_block_param(pre, ty)).collect();
    set_params(func, pre, params.clone());
    let span = func.insts[func.blocks[header].insts[0]].span;
    let target = Target::new(header, &params);
    func.terminate(pre, Op::Jump, &[], Imm::None, &[target], span);
    for &pred in flow.preds(header) {
        if loops.contains(l, pred) {
            continue;
        }
        let Some(term) = func.terminator(pred) else {
            continue;
        };
        for target in &mut func.insts[term].targets {
            if target.block == header {
                target.block = pre;
            }
        }
    }
}

/// A value of the header, seen from the preheader: what comes in for a parameter, else itself.
pub fn on_entry(func: &Function, header: Block, pre: Block, val: Val) -> Val {
    match func.vals[val].def {
        ValDef::Param(block, i) if block == header => func
            .terminator(pre)
            .and_then(|t| func.insts[t].targets[0].args.get(i as usize).copied())
            .unwrap_or(val),
        _ => val,
    }
}

/// Whether something that may throw can move from a loop to its preheader: where there are handlers,
/// what they need may not be there yet.
pub fn may_throw_before(func: &Function, header: Block, pre: Block) -> bool {
    func.blocks[header].handler.is_none() && func.blocks[pre].handler.is_none()
}

/// What goes along with an error of the header's `interrupt`. `None` when the header has none, or the
/// preheader cannot throw the same.
pub fn unwind_of_header(func: &Function, header: Block, pre: Block) -> Option<Vals> {
    if !may_throw_before(func, header, pre) {
        return None;
    }
    let interrupt =
        func.blocks[header].insts.iter().find(|&&i| func.insts[i].op == Op::Interrupt)?;
    let vals = func.insts[*interrupt].unwind.clone();
    vals.iter().all(|&v| is_known_on_entry(func, header, v)).then_some(vals)
}

/// Whether the preheader can have a value of the header: a parameter, one from before the loop, or one
/// of these boxed.
pub fn is_known_on_entry(func: &Function, header: Block, val: Val) -> bool {
    match boxed_in(func, header, val) {
        Some(inner) => boxed_in(func, header, inner).is_none(),
        None => !is_made_in(func, header, val),
    }
}

fn is_made_in(func: &Function, block: Block, val: Val) -> bool {
    matches!(func.vals[val].def, ValDef::Result(i, _) if func.blocks[block].insts.contains(&i))
}

/// What is in a box that is made in the block.
fn boxed_in(func: &Function, block: Block, val: Val) -> Option<Val> {
    let inst = func.def(val).filter(|d| d.op == Op::Box && is_made_in(func, block, val))?;
    Some(inst.args[0])
}

/// Values of the header as the preheader has them; boxes are made anew at its end.
pub fn known_on_entry(func: &mut Function, header: Block, pre: Block, vals: &Vals) -> Vals {
    let known = vals.iter().map(|&val| match boxed_in(func, header, val) {
        None => on_entry(func, header, pre, val),
        Some(inner) => {
            let inner = on_entry(func, header, pre, inner);
            let span = func.terminator(pre).map_or_else(Span::default, |t| func.insts[t].span);
            let inst = func.make_inst(Op::Box, &[inner], Imm::None, &[Ty::Any], span);
            insert_at_end(func, pre, inst);
            func.insts[inst].results[0]
        }
    });
    known.collect()
}

/// Puts an instruction at the end of a block, before its terminator.
pub fn insert_at_end(func: &mut Function, block: Block, inst: crate::entities::Inst) {
    let place = func.blocks[block].insts.len().saturating_sub(1);
    func.blocks[block].insts.insert(place, inst);
}

/// Computes a value at the end of a block, before its terminator if it has one.
pub fn append(func: &mut Function, block: Block, op: Op, args: &[Val], imm: Imm, ty: Ty) -> Val {
    let span = func.blocks[block].insts.last().map_or(func.span, |&i| func.insts[i].span);
    let inst = func.make_inst(op, args, imm, &[ty], span);
    match func.is_terminated(block) {
        true => insert_at_end(func, block, inst),
        false => func.blocks[block].insts.push(inst),
    }
    func.insts[inst].results[0]
}
