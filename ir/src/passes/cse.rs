//! Common subexpressions: an instruction equal to one that dominates it gives that one's result.
//!
//! Pure instructions are shared, and those that may throw too: where the first did not, the second
//! does not. Loads are shared within a block, up to a write to the same family of arrays. Results that
//! are counted stay apart, since sharing them would make copies on write.

use super::arrays::Families;
use super::edit::Aliases;
use super::fold::{fold_inst, original, rename};
use crate::analysis::{ControlFlow, Dominators};
use crate::entities::{Block, Entity, Inst, Val};
use crate::function::{Function, Imm, Vals};
use crate::ops::{Effect, Op};
use crate::types::Ty;
use std::collections::HashMap;

/// Folds and shares, in one walk over the dominator tree.
pub fn cse(func: &mut Function) {
    let flow = ControlFlow::new(func);
    let dominators = Dominators::new(&flow);
    let mut children: Vec<Vec<Block>> = vec![Vec::new(); func.blocks.len()];
    for &block in &flow.order {
        if let Some(parent) = dominators.idom(&flow, block) {
            children[parent.index()].push(block);
        }
    }
    let families = Families::new(func);
    let mut aliases = Aliases::new();
    let mut known = Known::default();
    let mut stack = vec![Visit::Enter(func.entry())];
    while let Some(visit) = stack.pop() {
        match visit {
            Visit::Leave(keys) => {
                for key in keys {
                    known.remove(&key);
                }
            }
            Visit::Enter(block) => {
                // An error may leave a guarded block before all of it has run, so what it computes is
                // known only where control comes from its end.
                let guarded = func.blocks[block].handler.is_some();
                let (after, beside): (Vec<Block>, Vec<Block>) = children[block.index()]
                    .iter()
                    .partition(|&&b| !guarded || is_only_way(func, &flow, block, b));
                stack.push(Visit::Share(block, after));
                stack.extend(beside.into_iter().map(Visit::Enter));
            }
            Visit::Share(block, after) => {
                let keys = share(func, block, &mut known, &mut aliases, &families);
                stack.push(Visit::Leave(keys));
                stack.extend(after.into_iter().map(Visit::Enter));
            }
        }
    }
    aliases.apply(func);
}

/// Whether `block`'s end is the only way to `next`.
fn is_only_way(func: &Function, flow: &ControlFlow, block: Block, next: Block) -> bool {
    flow.preds(next) == [block] && func.blocks[block].handler != Some(next)
}

enum Visit {
    Enter(Block),
    /// The block itself, then those that know what it computes.
    Share(Block, Vec<Block>),
    Leave(Vec<Key>),
}

/// What makes two instructions equal.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    op: Op,
    args: Vals,
    imm: Imm,
    ty: Ty,
}

type Known = HashMap<Key, Val, foldhash::fast::RandomState>;

fn share(
    func: &mut Function,
    block: Block,
    known: &mut Known,
    aliases: &mut Aliases,
    families: &Families,
) -> Vec<Key> {
    let mut added = Vec::new();
    let mut loads: Vec<(Key, Val)> = Vec::new();
    let insts = std::mem::take(&mut func.blocks[block].insts);
    let mut kept = Vec::with_capacity(insts.len());
    for inst in insts {
        rename(func, inst, aliases);
        let mut made = Vec::new();
        let folded = fold_inst(func, inst, &mut made);
        for new in made {
            match keep(func, new, known, &mut added) {
                Some(val) => aliases.set(func.insts[new].results[0], val),
                None => kept.push(new),
            }
        }
        rename(func, inst, aliases);
        if let Some(val) = folded {
            aliases.set(func.insts[inst].results[0], val);
            continue;
        }
        let data = &func.insts[inst];
        match data.op {
            Op::Load => {
                let key = key_of(func, inst);
                if let Some((_, val)) = loads.iter().find(|(k, _)| *k == key) {
                    aliases.set(data.results[0], *val);
                    continue;
                }
                loads.push((key, data.results[0]));
            }
            Op::Store => {
                let stored = families.of_address(func, data.args[0]);
                loads.retain(|(k, _)| families.of_address(func, k.args[0]) != stored);
            }
            op if op.effect() == Effect::Any || op == Op::StoreAny => loads.clear(),
            _ => {}
        }
        match keep(func, inst, known, &mut added) {
            Some(val) => aliases.set(func.insts[inst].results[0], val),
            None => kept.push(inst),
        }
    }
    func.blocks[block].insts = kept;
    added
}

/// The value an equal instruction gave, or `None` after noting this one.
fn keep(func: &Function, inst: Inst, known: &mut Known, added: &mut Vec<Key>) -> Option<Val> {
    if !is_shared(func, inst) {
        return None;
    }
    let key = key_of(func, inst);
    if let Some(&val) = known.get(&key) {
        return Some(val);
    }
    known.insert(key.clone(), func.insts[inst].results[0]);
    added.push(key);
    None
}

fn is_shared(func: &Function, inst: Inst) -> bool {
    let data = &func.insts[inst];
    let plain = matches!(data.op.effect(), Effect::Pure | Effect::Throws)
        || matches!(data.op, Op::ListLen | Op::ListData);
    // A boxed number is no allocation.
    let shareable = |v: &Val| {
        !func.ty(*v).is_counted()
            || matches!(data.op, Op::ConstNone | Op::BuiltinRef)
            || (data.op == Op::Box && !func.ty(data.args[0]).is_counted())
    };
    plain
        && data.results.len() == 1
        && data.results.iter().all(shareable)
        && !data.op.is_terminator()
        && !matches!(data.op, Op::ArrUnique | Op::ListUnique)
}

fn key_of(func: &Function, inst: Inst) -> Key {
    let data = &func.insts[inst];
    let mut args = data.args.clone();
    if is_commutative(data.op) {
        args.sort();
    }
    if matches!(data.op, Op::ArrDim | Op::ArrLen) {
        args[0] = original(func, args[0]);
    }
    Key { op: data.op, args, imm: data.imm.clone(), ty: func.ty(data.results[0]).clone() }
}

fn is_commutative(op: Op) -> bool {
    matches!(
        op,
        Op::IAdd
            | Op::IMul
            | Op::IAddWrap
            | Op::IMulWrap
            | Op::IAnd
            | Op::IOr
            | Op::IXor
            | Op::IMin
            | Op::IMax
    )
}
