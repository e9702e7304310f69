//! Small edits that many passes make.

use crate::analysis::{ControlFlow, Dominators};
use crate::entities::{Block, Entity, Val};
use crate::function::{Function, Imm, Target, ValDef, Vals};
use crate::ops::Op;

/// Values that stand for other values until [`Aliases::apply`] rewrites their uses.
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    to: Vec<Option<Val>>,
}

impl Aliases {
    pub fn new() -> Aliases {
        Aliases::default()
    }

    /// Every use of `from` is to become `to`.
    pub fn set(&mut self, from: Val, to: Val) {
        let to = self.resolve(to);
        if from == to {
            return;
        }
        if self.to.len() <= from.index() {
            self.to.resize(from.index() + 1, None);
        }
        self.to[from.index()] = Some(to);
    }

    pub fn resolve(&self, mut val: Val) -> Val {
        while let Some(Some(to)) = self.to.get(val.index()) {
            val = *to;
        }
        val
    }

    pub fn is_empty(&self) -> bool {
        self.to.iter().all(Option::is_none)
    }

    /// Rewrites every operand of the function's layout.
    pub fn apply(&self, func: &mut Function) {
        if self.is_empty() {
            return;
        }
        for i in 0..func.layout.len() {
            let block = func.layout[i];
            for k in 0..func.blocks[block].insts.len() {
                let inst = func.blocks[block].insts[k];
                let data = &mut func.insts[inst];
                let rename = |vals: &mut Vals| {
                    for val in vals {
                        *val = self.resolve(*val);
                    }
                };
                rename(&mut data.args);
                rename(&mut data.unwind);
                rename(&mut data.dying);
                for target in &mut data.targets {
                    rename(&mut target.args);
                }
            }
        }
    }
}

/// One way into a block, as far as its parameters are concerned.
pub fn for_each_edge(func: &Function, mut f: impl FnMut(Block, Block, usize, &Vals)) {
    for &block in &func.layout {
        let data = &func.blocks[block];
        for &inst in &data.insts {
            let inst_data = &func.insts[inst];
            for (i, target) in inst_data.targets.iter().enumerate() {
                let brought = brought(inst_data.op, i);
                f(block, target.block, brought, &target.args);
            }
            if let Some(handler) = data.handler
                && func.throws(inst)
            {
                f(block, handler, 1, &inst_data.unwind);
            }
        }
    }
}

/// How many parameters of its target the terminator itself gives, before the arguments.
pub fn brought(op: Op, target: usize) -> usize {
    if op == Op::IterNext && target == 0 { 2 } else { 0 }
}

/// Removes block parameters that always are one other value, or nothing but themselves.
pub fn remove_trivial_params(func: &mut Function) {
    let mut aliases = Aliases::new();
    let mut removed = vec![false; func.vals.len()];
    let mut is_handler = vec![false; func.blocks.len()];
    for &block in &func.layout {
        if let Some(handler) = func.blocks[block].handler {
            is_handler[handler.index()] = true;
        }
    }
    let mut dominance = None;
    loop {
        // For each parameter the one value that comes in, if there is one.
        let mut incoming: Vec<Incoming> = vec![Incoming::Nothing; func.vals.len()];
        for_each_edge(func, |_, target, brought, args| {
            let params = &func.blocks[target].params;
            for &param in &params[..brought.min(params.len())] {
                incoming[param.index()] = Incoming::Several;
            }
            for (&param, &arg) in params.iter().skip(brought).zip(args) {
                let arg = aliases.resolve(arg);
                let at = &mut incoming[param.index()];
                *at = match *at {
                    _ if arg == aliases.resolve(param) => *at,
                    Incoming::Nothing => Incoming::One(arg),
                    Incoming::One(other) if other == arg => *at,
                    _ => Incoming::Several,
                };
            }
        });
        let mut changed = false;
        for i in 0..func.layout.len() {
            let block = func.layout[i];
            if block == func.entry() {
                continue;
            }
            for &param in &func.blocks[block].params {
                if let Incoming::One(val) = incoming[param.index()]
                    && !removed[param.index()]
                {
                    let val = aliases.resolve(val);
                    // Blocks that a handler guards lead to it even where nothing in them throws.
                    let in_sight = !is_handler[block.index()] || {
                        let (flow, dominators) =
                            dominance.get_or_insert_with(|| dominators_of(func));
                        handler_sees(func, flow, dominators, block, val)
                    };
                    if val != param && func.ty(val) == func.ty(param) && in_sight {
                        aliases.set(param, val);
                        removed[param.index()] = true;
                        changed = true;
                    }
                }
            }
        }
        if !changed {
            break;
        }
    }
    remove_params(func, |val| removed[val.index()]);
    aliases.apply(func);
}

fn dominators_of(func: &Function) -> (ControlFlow, Dominators) {
    let flow = ControlFlow::new(func);
    let dominators = Dominators::new(&flow);
    (flow, dominators)
}

/// Whether a handler may use a value: a parameter of a block on every way to it. What an instruction
/// gives may come from a block that the handler guards.
fn handler_sees(
    func: &Function,
    flow: &ControlFlow,
    dominators: &Dominators,
    handler: Block,
    val: Val,
) -> bool {
    let ValDef::Param(home, _) = func.vals[val].def else { return false };
    flow.is_reached(home) && flow.is_reached(handler) && dominators.dominates(flow, home, handler)
}

#[derive(Clone, Copy)]
enum Incoming {
    Nothing,
    One(Val),
    Several,
}

/// Drops the block parameters `gone` names, with the arguments for them. Never asked to drop what a
/// terminator brings.
pub fn remove_params(func: &mut Function, gone: impl Fn(Val) -> bool) {
    let any = func.layout.iter().any(|&b| func.blocks[b].params.iter().any(|&p| gone(p)));
    if !any {
        return;
    }
    let params: Vec<Vec<Val>> =
        (0..func.blocks.len()).map(|i| func.blocks[Block::new(i)].params.clone()).collect();
    let keep = |vals: &Vals, target: Block, brought: usize| -> Vals {
        vals.iter()
            .zip(&params[target.index()][brought..])
            .filter(|&(_, &p)| !gone(p))
            .map(|(&v, _)| v)
            .collect()
    };
    for i in 0..func.layout.len() {
        let block = func.layout[i];
        let handler = func.blocks[block].handler;
        for k in 0..func.blocks[block].insts.len() {
            let inst = func.blocks[block].insts[k];
            let throws = func.throws(inst);
            let data = &mut func.insts[inst];
            for (t, target) in data.targets.iter_mut().enumerate() {
                target.args = keep(&target.args, target.block, brought(data.op, t));
            }
            if let Some(handler) = handler
                && throws
            {
                data.unwind = keep(&data.unwind, handler, 1);
            }
        }
    }
    for i in 0..func.layout.len() {
        let block = func.layout[i];
        let kept: Vec<Val> =
            func.blocks[block].params.iter().copied().filter(|&p| !gone(p)).collect();
        if kept.len() != func.blocks[block].params.len() {
            set_params(func, block, kept);
        }
    }
}

/// Gives a block these parameters, already made, in this order.
pub fn set_params(func: &mut Function, block: Block, params: Vec<Val>) {
    for (i, &param) in params.iter().enumerate() {
        func.vals[param].def = ValDef::Param(block, i as u32);
    }
    func.blocks[block].params = params;
}

/// Removes from the layout what the entry does not reach.
pub fn remove_unreached(func: &mut Function) {
    let flow = ControlFlow::new(func);
    func.layout.retain(|&b| flow.is_reached(b));
}

/// Gives each way from a block with several successors to a block with several predecessors a block of
/// its own. A block that both targets of a branch lead to counts as having several predecessors.
pub fn split_critical_edges(func: &mut Function) {
    let flow = ControlFlow::new(func);
    for &block in &flow.order {
        let Some(term) = func.terminator(block) else {
            continue;
        };
        if func.insts[term].targets.len() < 2 {
            continue;
        }
        for t in 0..func.insts[term].targets.len() {
            let target = func.insts[term].targets[t].clone();
            if flow.preds(target.block).len() < 2 {
                continue;
            }
            split_edge(func, block, t);
        }
    }
}

/// Puts a block on the way to target number `t` of a block's terminator.
pub fn split_edge(func: &mut Function, block: Block, t: usize) -> Option<Block> {
    let term = func.terminator(block)?;
    let span = func.insts[term].span;
    let target = func.insts[term].targets[t].clone();
    let middle = func.add_block();
    let n = brought(func.insts[term].op, t);
    let mut args: Vals = Vals::new();
    for i in 0..n {
        let ty = func.ty(func.blocks[target.block].params[i]).clone();
        args.push(func.add_block_param(middle, ty));
    }
    args.extend(target.args);
    func.terminate(middle, Op::Jump, &[], Imm::None, &[Target { block: target.block, args }], span);
    func.insts[term].targets[t] = Target::new(middle, &[]);
    Some(middle)
}
