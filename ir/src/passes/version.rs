//! Two versions of a loop: a fast one for when a test in front of it succeeds, and the loop as it was.
//!
//! The test is what the proofs of `proof` have to suppose so that checks in the loop cannot fail (index
//! and size of an axis, sizes of numbers that are multiplied), that arrays lie row after row, so that the
//! last stride is 1, and that what is known in front of the loop and makes an `or` in it true is so. Outer loops come first: where one test in front of a nest settles everything,
//! the inner loops run none.

use super::duplicate::{duplicate, repair};
use super::preheader::{append, loops_with_preheaders};
use super::proof::{Fact, Facts, Proof, Term};
use super::ranges::{Edit, apply, unchecked};
use crate::entities::{Block, Inst, Val};
use crate::function::{Function, Imm, Target};
use crate::ops::{Cond, Effect, Op};
use crate::types::Ty;
use std::collections::HashSet;

/// Instructions of a loop, with those inside it, that is not worth its copy.
const MAX_LOOP: usize = 400;
/// Instructions of a function that gets no more copies.
const MAX_FUNCTION: usize = 2000;
/// Inequalities in a test.
const MAX_TESTS: usize = 16;

/// Versions every loop where a test removes checks; whether there was one.
pub fn version(func: &mut Function) -> bool {
    let mut done: HashSet<Block> = HashSet::new();
    let mut changed = false;
    while func.insts.len() <= MAX_FUNCTION {
        let (_, _, loops, preheaders) = loops_with_preheaders(func);
        let next = (0..loops.loops.len()).find(|&l| !done.contains(&loops.loops[l].header));
        let Some(l) = next else { return changed };
        let header = loops.loops[l].header;
        done.insert(header);
        let blocks = loops.loops[l].blocks.clone();
        let size: usize = blocks.iter().map(|&b| func.blocks[b].insts.len()).sum();
        if size > MAX_LOOP || !blocks.iter().all(|&b| is_light(func, b)) {
            continue;
        }
        let Some(test) = find_test(func, &blocks, preheaders[l]) else { continue };
        changed = true;
        if test.is_empty() {
            apply(func, test.edits);
            continue;
        }
        // The copy is the slow one; its loops stay as they are.
        let nested = loops.loops.iter().map(|l| l.header).filter(|h| blocks.contains(h));
        let nested: Vec<Block> = nested.collect();
        let copies = duplicate(func, &blocks);
        done.extend(nested.iter().map(|h| copies.blocks[h]));
        branch(func, preheaders[l], copies.blocks[&header], &test);
        for &stride in &test.strides {
            make_one(func, &blocks, preheaders[l], stride);
        }
        repair(func, &[copies]);
        apply(func, test.edits);
    }
    changed
}

/// Whether a block does nothing beside which a check costs little: no calls, no work on boxed values.
fn is_light(func: &Function, block: Block) -> bool {
    func.blocks[block].insts.iter().all(|&inst| {
        let op = func.insts[inst].op;
        op.is_terminator() || (op.effect() != Effect::Any && !op.is_binary_operator())
    })
}

/// What to test, and what can be left out of the loop then.
struct Test {
    supposed: Vec<Fact>,
    edits: Vec<(Block, Inst, Edit)>,
    /// Strides that must be 1.
    strides: Vec<Val>,
    /// Bools that must be true.
    flags: Vec<Val>,
}

impl Test {
    fn is_empty(&self) -> bool {
        self.supposed.is_empty() && self.strides.is_empty() && self.flags.is_empty()
    }
}

fn find_test(func: &Function, blocks: &[Block], pre: Block) -> Option<Test> {
    let facts = Facts::new(func);
    let mut proof = Proof::with_tests(func, &facts, pre);
    let mut edits = Vec::new();
    let mut flags = Vec::new();
    for &block in blocks {
        for &inst in &func.blocks[block].insts {
            if let Some(flag) = flag_of(func, &proof, inst, pre) {
                edits.push((block, inst, Edit::Known(true)));
                proof.grant(func.insts[inst].results[0]);
                flags.push(flag);
            }
        }
    }
    for &block in blocks {
        for &inst in &func.blocks[block].insts {
            let n = proof.supposed().len();
            match unchecked(&mut proof, block, inst) {
                Some(edit) if proof.supposed().len() <= MAX_TESTS => {
                    edits.push((block, inst, edit))
                }
                _ => proof.forget_supposed(n),
            }
        }
    }
    let strides = last_strides(func, &proof, blocks, pre);
    let is_worth_it = !edits.is_empty() || !strides.is_empty();
    // The same two sides need one test.
    let is_implied = |fact: &Fact| {
        let closer = |other: &Fact| (other.a, other.b) == (fact.a, fact.b) && other.k < fact.k;
        proof.supposed().iter().any(closer)
    };
    let supposed = proof.supposed().iter().copied().filter(|fact| !is_implied(fact)).collect();
    flags.sort_unstable();
    flags.dedup();
    is_worth_it.then_some(Test { supposed, edits, strides, flags })
}

/// What is known in front of a loop and makes an `or` in it true.
fn flag_of(func: &Function, proof: &Proof<'_>, inst: Inst, pre: Block) -> Option<Val> {
    let data = &func.insts[inst];
    if data.op != Op::IOr || *func.ty(data.results[0]) != Ty::Bool {
        return None;
    }
    data.args.iter().copied().find(|&arg| proof.is_known_at(Term::Val(arg), pre))
}

/// The strides of last axes that the loop uses and that are known in front of it.
fn last_strides(func: &Function, proof: &Proof<'_>, blocks: &[Block], pre: Block) -> Vec<Val> {
    let mut found = Vec::new();
    for &inst in blocks.iter().flat_map(|&b| &func.blocks[b].insts) {
        for &val in &func.insts[inst].args {
            let is_last = func.def(val).is_some_and(|d| {
                d.op == Op::ArrStride
                    && matches!((&d.imm, func.ty(d.args[0])),
                        (Imm::Int(axis), Ty::Array(_, Some(rank))) if *axis + 1 == i64::from(*rank))
            });
            if is_last && proof.is_known_at(Term::Val(val), pre) && !found.contains(&val) {
                found.push(val);
            }
        }
    }
    found
}

/// In these blocks a value is 1.
fn make_one(func: &mut Function, blocks: &[Block], pre: Block, val: Val) {
    let one = int(func, pre, 1);
    for &block in blocks {
        for i in 0..func.blocks[block].insts.len() {
            let inst = func.blocks[block].insts[i];
            for arg in func.insts[inst].args.iter_mut().filter(|arg| **arg == val) {
                *arg = one;
            }
        }
    }
}

/// Goes from the block in front of a loop to it where the test succeeds, else to its copy.
fn branch(func: &mut Function, pre: Block, copy: Block, test: &Test) {
    let Some(jump) = func.blocks[pre].insts.pop() else { return };
    let mut all = None;
    let facts = test.supposed.iter().map(|&fact| Check::Fact(fact));
    let strides = test.strides.iter().map(|&val| Check::One(val));
    for check in facts.chain(strides).chain(test.flags.iter().map(|&val| Check::Flag(val))) {
        let holds = evaluate(func, pre, check);
        all = Some(match all {
            None => holds,
            Some(all) => append(func, pre, Op::IAnd, &[all, holds], Imm::None, Ty::Bool),
        });
    }
    let Some(condition) = all else { return };
    let span = func.insts[jump].span;
    let to_loop = func.insts[jump].targets[0].clone();
    let handler = func.blocks[pre].handler;
    let targets = [to_loop.block, copy].map(|block| {
        let way = func.add_block();
        func.blocks[way].handler = handler;
        func.terminate(way, Op::Jump, &[], Imm::None, &[Target { block, ..to_loop.clone() }], span);
        Target::new(way, &[])
    });
    func.terminate(pre, Op::Branch, &[condition], Imm::None, &targets, span);
}

#[derive(Clone, Copy)]
enum Check {
    Fact(Fact),
    One(Val),
    Flag(Val),
}

/// Computes whether a check holds, at the end of a block that has no terminator now.
///
/// Sums stop at the greatest int. `a <= b + k` is `a <= sat(b + k)` for k >= 0, and for k < 0 it is
/// `sat(a + (-k - 1)) < b`: nothing is above a greatest int that a sum stopped at.
fn evaluate(func: &mut Function, block: Block, check: Check) -> Val {
    let (cond, x, y) = match check {
        Check::Flag(val) => return val,
        Check::One(val) => (Cond::Eq, val, int(func, block, 1)),
        Check::Fact(Fact { a, b, k }) => match (side(a), side(b)) {
            (Side::Val(a), Side::Number(b)) => (Cond::Le, a, int(func, block, b.saturating_add(k))),
            (Side::Number(a), Side::Val(b)) => (Cond::Ge, b, int(func, block, a.saturating_sub(k))),
            (Side::Val(a), Side::Val(b)) if k >= 0 => (Cond::Le, a, shifted(func, block, b, k)),
            (Side::Val(a), Side::Val(b)) => (Cond::Lt, shifted(func, block, a, -(k + 1)), b),
            (Side::Number(a), Side::Number(b)) => {
                let holds = i128::from(a) <= i128::from(b) + i128::from(k);
                return append(func, block, Op::ConstBool, &[], Imm::Bool(holds), Ty::Bool);
            }
        },
    };
    append(func, block, Op::ICmp, &[x, y], Imm::Cond(cond), Ty::Bool)
}

enum Side {
    Val(Val),
    Number(i64),
}

fn side(term: Term) -> Side {
    match term {
        Term::Val(val) => Side::Val(val),
        Term::Zero => Side::Number(0),
        Term::Max => Side::Number(i64::MAX),
        Term::Min => Side::Number(i64::MIN),
    }
}

/// `x + k`, but at most the greatest int.
fn shifted(func: &mut Function, block: Block, x: Val, k: i64) -> Val {
    if k == 0 {
        return x;
    }
    let k = int(func, block, k);
    append(func, block, Op::IAddSat, &[x, k], Imm::None, Ty::Int)
}

fn int(func: &mut Function, block: Block, x: i64) -> Val {
    append(func, block, Op::ConstInt, &[], Imm::Int(x), Ty::Int)
}
