//! Operations on arrays that stand together become one `fuse`, which runs them in one pass over memory.
//!
//! The operations stay as they are on a way of their own, which is taken where `fuse` declines: for small
//! arrays, and where one of them throws.

use super::duplicate::operands;
use crate::entities::{Block, Inst, Val};
use crate::function::{
    Callee, Function, Fused, FusedArg, FusedOp, FusedStep, Imm, InstData, Target,
};
use crate::ops::{Effect, Op};
use crate::types::Ty;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Gathers the operations of every block.
pub fn fuse(func: &mut Function) {
    let mut left: Vec<Block> = func.layout.clone();
    while let Some(block) = left.pop() {
        if let Some(window) = find(func, block) {
            left.push(window.replace(func, block));
        }
    }
}

/// Operations that stand together.
#[derive(Default)]
struct Window {
    /// The operations, and the boxes of their results between them.
    insts: Vec<Inst>,
    steps: Vec<FusedStep>,
    /// What the operations work on.
    operands: Vec<Val>,
    /// The step that a value comes from.
    made_by: HashMap<Val, usize>,
}

/// The first operations of a block that are worth being run together.
fn find(func: &Function, block: Block) -> Option<Window> {
    let mut window = Window::default();
    for &inst in &func.blocks[block].insts {
        let data = &func.insts[inst];
        let uses_results = operands(func, inst).any(|val| window.made_by.contains_key(&val));
        if let Some(op) = fused_op(func, data)
            && window.takes(func, op, data)
        {
            window.add(op, inst, data);
        } else if let (Op::Box, Some(&step)) = (data.op, window.step_of(data)) {
            window.insts.push(inst);
            window.made_by.insert(data.results[0], step);
        } else if uses_results || data.op.effect() != Effect::Pure {
            if window.steps.len() > 1 {
                return Some(window);
            }
            window = Window::default();
        }
    }
    None
}

/// What an instruction is in a `fuse`, if it works on arrays of known type.
fn fused_op(func: &Function, data: &InstData) -> Option<FusedOp> {
    let [result] = data.results[..] else { return None };
    let is_array = matches!(func.ty(result), Ty::Array(_, Some(1..)));
    match (data.op, &data.imm) {
        (Op::CallBuiltin, Imm::Call(info)) => {
            let Callee::Builtin(builtin) = info.callee else { return None };
            let is_plain =
                info.args.iter().all(|a| a.name.is_none() && !a.spread && a.variable().is_none());
            let is_it = builtin.is_reduction() || builtin.is_elementwise() && is_array;
            (is_plain && is_it).then_some(FusedOp::Builtin(builtin))
        }
        (Op::MatMul | Op::In, _) => None,
        (op, imm)
            if is_array && (op.is_binary_operator() || matches!(op, Op::Neg | Op::BitNot)) =>
        {
            Some(FusedOp::Operator(op, imm.weak()))
        }
        _ => None,
    }
}

impl Window {
    /// The step that the first operand comes from.
    fn step_of(&self, data: &InstData) -> Option<&usize> {
        self.made_by.get(data.args.first()?)
    }

    /// Whether an operation belongs here: a reduction only with what it reduces.
    fn takes(&self, func: &Function, op: FusedOp, data: &InstData) -> bool {
        match op {
            FusedOp::Builtin(builtin) if !builtin.is_elementwise() || data.args.len() == 1 => {
                let is_array = matches!(func.ty(data.results[0]), Ty::Array(_, Some(1..)));
                builtin.is_elementwise() && is_array
                    || data.args.iter().any(|arg| self.made_by.contains_key(arg))
            }
            _ => true,
        }
    }

    fn add(&mut self, op: FusedOp, inst: Inst, data: &InstData) {
        let args = data.args.iter().map(|arg| match self.made_by.get(arg) {
            Some(&step) => FusedArg::Step(step),
            None => FusedArg::Operand(match self.operands.iter().position(|val| val == arg) {
                Some(known) => known,
                None => {
                    self.operands.push(*arg);
                    self.operands.len() - 1
                }
            }),
        });
        let args = args.collect();
        self.insts.push(inst);
        self.made_by.insert(data.results[0], self.steps.len());
        self.steps.push(FusedStep { op, args });
    }

    /// Puts a `fuse` in the place of the operations; answers the block in which the code goes on.
    fn replace(self, func: &mut Function, block: Block) -> Block {
        let inside: HashSet<Inst> = self.insts.iter().copied().collect();
        let wanted = self.wanted(func, &inside);
        let mut results: Vec<usize> = wanted.iter().map(|val| self.made_by[val]).collect();
        results.sort_unstable();
        results.dedup();
        let [done, apart, join] = [(); 3].map(|()| add_block_like(func, block));

        // The layout: what is done at once comes first, what is done apart last.
        func.layout.truncate(func.layout.len() - 3);
        let at = func.layout.iter().position(|&b| b == block).map_or(0, |at| at + 1);
        func.layout.splice(at..at, [done, join]);
        func.layout.push(apart);

        let insts = std::mem::take(&mut func.blocks[block].insts);
        let last = insts.iter().rposition(|inst| inside.contains(inst)).map_or(0, |at| at + 1);
        func.blocks[join].insts = insts[last..].to_vec();
        func.blocks[block].insts =
            insts[..last].iter().copied().filter(|inst| !inside.contains(inst)).collect();
        let renamed: HashMap<Val, Val> = wanted
            .iter()
            .map(|&val| {
                let ty = func.ty(val).clone();
                (val, func.add_block_param(join, ty))
            })
            .collect();
        rename(func, &renamed);
        func.blocks[apart].insts.clone_from(&self.insts);

        let of_first = func.insts[self.insts[0]].clone();
        let tys: Vec<Ty> =
            std::iter::once(Ty::Bool).chain(results.iter().map(|_| Ty::Any)).collect();
        let imm = Imm::Fused(Arc::new(Fused { steps: self.steps, results: results.clone() }));
        let fuse = func.append(block, Op::Fuse, &self.operands, imm, &tys, of_first.span);
        func.insts[fuse].unwind = of_first.unwind;
        func.insts[fuse].site = of_first.site;
        let given = func.insts[fuse].results.clone();
        let ways = [done, apart].map(|block| Target { block, args: Default::default() });
        func.terminate(block, Op::Branch, &given[..1], Imm::None, &ways, of_first.span);

        let mut unboxed: HashMap<(usize, Ty), Val> = HashMap::new();
        let mut args = Vec::new();
        for val in &wanted {
            let step = results.binary_search(&self.made_by[val]).unwrap_or(0);
            let ty = func.ty(*val).clone();
            let boxed = given[1 + step];
            args.push(match (&ty, unboxed.get(&(step, ty.clone()))) {
                (Ty::Any, _) => boxed,
                (_, Some(&known)) => known,
                _ => {
                    let span = of_first.span;
                    let inst = func.append(
                        done,
                        Op::Unbox,
                        &[boxed],
                        Imm::None,
                        std::slice::from_ref(&ty),
                        span,
                    );
                    let val = func.insts[inst].results[0];
                    unboxed.insert((step, ty), val);
                    val
                }
            });
        }
        let to_join = |args: &[Val]| [Target { block: join, args: args.into() }];
        func.terminate(done, Op::Jump, &[], Imm::None, &to_join(&args), of_first.span);
        func.terminate(apart, Op::Jump, &[], Imm::None, &to_join(&wanted), of_first.span);
        join
    }

    /// The values that are used outside, in their order.
    fn wanted(&self, func: &Function, inside: &HashSet<Inst>) -> Vec<Val> {
        let mut used: HashSet<Val> = HashSet::new();
        for &block in &func.layout {
            for &inst in func.blocks[block].insts.iter().filter(|inst| !inside.contains(inst)) {
                used.extend(operands(func, inst).filter(|val| self.made_by.contains_key(val)));
            }
        }
        let results = self.insts.iter().flat_map(|&inst| func.insts[inst].results.iter().copied());
        results.filter(|val| used.contains(val)).collect()
    }
}

/// A block with the same handler.
fn add_block_like(func: &mut Function, block: Block) -> Block {
    let new = func.add_block();
    func.blocks[new].handler = func.blocks[block].handler;
    func.blocks[new].site = func.blocks[block].site;
    new
}

/// Replaces values in all instructions of the layout.
fn rename(func: &mut Function, renamed: &HashMap<Val, Val>) {
    for i in 0..func.layout.len() {
        for k in 0..func.blocks[func.layout[i]].insts.len() {
            let data = &mut func.insts[func.blocks[func.layout[i]].insts[k]];
            let targets = data.targets.iter_mut().map(|target| &mut target.args);
            for vals in [&mut data.args, &mut data.unwind].into_iter().chain(targets) {
                for val in vals.iter_mut() {
                    *val = renamed.get(val).copied().unwrap_or(*val);
                }
            }
        }
    }
}
