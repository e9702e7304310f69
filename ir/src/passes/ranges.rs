//! Bounds and overflow checks that cannot fail.

use super::edit::Aliases;
use super::proof::{Facts, Proof, Term, factors};
use crate::entities::{Block, Inst, Val};
use crate::function::{Function, Imm, Vals};
use crate::ops::{Cond, Op};
use crate::types::Ty;

/// Removes `bounds` that hold, and the checks of additions and products that cannot overflow.
pub fn ranges(func: &mut Function) {
    let facts = Facts::new(func);
    let mut proof = Proof::new(func, &facts);
    let mut edits: Vec<(Block, Inst, Edit)> = Vec::new();
    for &block in &facts.flow.order {
        for &inst in &func.blocks[block].insts {
            let edit =
                unchecked(&mut proof, block, inst).or_else(|| decided(&mut proof, block, inst));
            edits.extend(edit.map(|edit| (block, inst, edit)));
        }
    }
    apply(func, edits);
}

/// What becomes of an instruction about whose operands something is known.
#[derive(Clone, Copy, Debug)]
pub(super) enum Edit {
    Become(Op),
    Product(Val, Val),
    Known(bool),
    Drop(Val),
}

pub(super) fn apply(func: &mut Function, edits: Vec<(Block, Inst, Edit)>) {
    let mut aliases = Aliases::new();
    for (block, inst, edit) in edits {
        match edit {
            Edit::Become(op) => {
                let data = &mut func.insts[inst];
                data.op = op;
                data.unwind.clear();
            }
            Edit::Product(x, y) => {
                let data = &mut func.insts[inst];
                data.op = Op::IMulWrap;
                data.args = Vals::from_slice(&[x, y]);
                data.unwind.clear();
            }
            Edit::Known(truth) => {
                let data = &mut func.insts[inst];
                data.op = Op::ConstBool;
                data.imm = Imm::Bool(truth);
                data.args.clear();
            }
            Edit::Drop(val) => {
                aliases.set(func.insts[inst].results[0], val);
                func.blocks[block].insts.retain(|&i| i != inst);
            }
        }
    }
    aliases.apply(func);
}

/// The instruction without its check, if that cannot fail.
pub(super) fn unchecked(proof: &mut Proof<'_>, block: Block, inst: Inst) -> Option<Edit> {
    let data = &proof.func.insts[inst];
    let val = |i: usize| Term::Val(data.args[i]);
    let known = |i: usize| proof.func.known_int(data.args[i]);
    match data.op {
        Op::Bounds => {
            let inside =
                proof.shows(block, val(0), val(1), -1) && proof.shows(block, Term::Zero, val(0), 0);
            inside.then(|| Edit::Drop(data.args[0]))
        }
        Op::IAdd | Op::IAddSat => {
            let fits = match (known(0), known(1)) {
                (_, Some(c)) => proof.shows_sum_fits(block, val(0), c),
                (Some(c), _) => proof.shows_sum_fits(block, val(1), c),
                _ => {
                    let half = i64::MAX / 2;
                    [val(0), val(1)].into_iter().all(|x| {
                        proof.shows(block, x, Term::Zero, half)
                            && proof.shows(block, Term::Zero, x, half)
                    })
                }
            };
            fits.then_some(Edit::Become(Op::IAddWrap))
        }
        Op::ISub => {
            let fits = match known(1) {
                Some(c) if c != i64::MIN => proof.shows_sum_fits(block, val(0), -c),
                // The difference of two numbers from 0 on.
                _ => {
                    proof.shows(block, Term::Zero, val(0), 0)
                        && proof.shows(block, Term::Zero, val(1), 0)
                }
            };
            fits.then_some(Edit::Become(Op::ISubWrap))
        }
        Op::IMul | Op::IPow => {
            let (x, y) = factors(proof.func, data)?;
            proof.shows_product_fits(block, x, y).then_some(Edit::Product(x, y))
        }
        _ => None,
    }
}

/// A comparison that always comes out the same.
fn decided(proof: &mut Proof<'_>, block: Block, inst: Inst) -> Option<Edit> {
    let data = &proof.func.insts[inst];
    if data.op != Op::ICmp || *proof.func.ty(data.args[0]) != Ty::Int {
        return None;
    }
    let Imm::Cond(cond) = data.imm else { return None };
    let (a, b) = (Term::Val(data.args[0]), Term::Val(data.args[1]));
    let mut below = |a, b| proof.shows(block, a, b, -1);
    let (is_less, is_greater) = (below(a, b), below(b, a));
    let mut up_to = |a, b| proof.shows(block, a, b, 0);
    let known = match cond {
        Cond::Lt if is_less => true,
        Cond::Lt if up_to(b, a) => false,
        Cond::Le if is_greater => false,
        Cond::Le if up_to(a, b) => true,
        Cond::Gt if is_greater => true,
        Cond::Gt if up_to(a, b) => false,
        Cond::Ge if is_less => false,
        Cond::Ge if up_to(b, a) => true,
        Cond::Eq if is_less || is_greater => false,
        Cond::Ne if is_less || is_greater => true,
        _ => return None,
    };
    Some(Edit::Known(known))
}
